"""What declarations and decisions on alerts change."""

from typing import Any

import sqlalchemy as sa

from tender_app.evaluation.alerts import ALERTS, Alert
from tender_app.evaluation.conflict_guards import declaration_for
from tender_app.evaluation.conflict_models import ConflictDecision, ConflictDeclaration
from tender_app.evaluation.conflict_rules import Decision, Declared, Turn, Verdict, digest_of
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetAct, SheetState
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.workflow.engine import advance


def keep_declaration(ctx: Context, sheet: ScoreSheet, what: Declared) -> None:
    """Keep the text that is signed, its digest and the instant, before the sheet moves on; the ledger quotes the digest."""
    text = declaration_for(ctx, sheet)
    if what.seen != digest_of(text):
        raise LookupError("a declaration that was not shown")
    turn = Turn.FIRST if sheet.state is SheetState.INVITED else Turn.SECOND
    ctx.session.add(ConflictDeclaration(sheet_id=sheet.id, turn=turn, text=text, digest=what.seen, signed_at=ctx.now))
    ctx.noted["declaration"] = turn.value


def decide(ctx: Context, tender: Tender, what: Decision) -> None:
    """Keep the decision with the paths as they were seen; who must leave is set aside, what was found too late is voted on."""
    alert = next(a for a in ALERTS.of(ctx, tender) if a.mark == what.alert)
    row = ConflictDecision(tender_id=tender.id, alert=alert.mark, person_id=what.person_id, firm_id=what.firm_id)
    row.paths, row.verdict, row.reason = [list(steps) for steps in alert.steps], what.verdict, what.reason
    row.decided_by, row.decided_at = ctx.actor.person_id or 0, ctx.now
    ctx.session.add(row)
    ctx.session.flush()
    if what.verdict is Verdict.STEP_ASIDE:
        _let_go(ctx, tender, alert)
    elif what.verdict is Verdict.REFERRED:
        _call_vote(ctx, tender)
    ctx.facts.clear()


def tell_of_setting_aside(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Tell an evaluator that their sheet is closed; no bidder is named, for they may not know them yet."""
    path = f"/tenders/{sheet.tender.number}/scores"
    subject = "برای تعارض منافع از ارزیابی این مناقصه کنار گذاشته شدید"
    tell(ctx, [sheet.person_id], subject, body=sheet.tender.title, path=path, tender_id=sheet.tender_id)


def _call_vote(ctx: Context, tender: Tender) -> None:
    """Ask the members to vote on renewal; who is tied to whom stays with those who see the alerts."""
    subject = "پس از قطعی شدن امتیازهای فنی، تعارض منافع یک ارزیاب یافت شد؛ درباره تجدید رأی دهید"
    path = f"/tenders/{tender.number}/decision"
    tell(ctx, seated(ctx, tender, sorted(COMMISSION)), subject, body=tender.title, path=path, tender_id=tender.id)


def _let_go(ctx: Context, tender: Tender, alert: Alert) -> None:
    """Close an evaluator's sheet; a member's seat is passed on by the manager, and others leave the case to a colleague."""
    if alert.judge.role is Role.EVALUATOR:
        query = sa.select(ScoreSheet).filter_by(tender_id=tender.id, person_id=alert.judge.person_id)
        sheet = ctx.session.scalars(query).one()
        if sheet.state is not SheetState.RECUSED:
            advance(ctx, sheet, SheetAct.SET_ASIDE)
        return
    page = f"/tenders/{tender.number}"
    own = "برای تعارض منافع در این مناقصه باید کنار بروید"
    tell(ctx, [alert.judge.person_id], own, body=tender.title, path=page, tender_id=tender.id)
    path = f"{page}/keys/member" if alert.judge.role in COMMISSION else f"{page}/conflicts"
    subject = f"{alert.judge.role.persian} این مناقصه برای تعارض منافع باید عوض شود: {alert.person}"
    managers = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
    heads = seated(ctx, tender, [Role.HEAD])
    told = {*managers, *heads} - {alert.judge.person_id}
    tell(ctx, sorted(told), subject, body=tender.title, path=path, tender_id=tender.id)
