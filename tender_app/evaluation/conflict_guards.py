"""Reasons against declaring, deciding on alerts, and locking scores while one waits (Art. 19; R23)."""

from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.evaluation import alerts
from tender_app.evaluation.alerts import ALERTS
from tender_app.evaluation.conflict_models import ConflictDecision
from tender_app.evaluation.conflict_rules import Decision, Declared, Turn, Verdict, digest_of, text_of
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.kernel.errors import Invalid
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _
from tender_app.people.signing import demand_signature
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

LOCKED = frozenset({TenderState.TECHNICAL_LOCKED, TenderState.PRICES_OPENED, TenderState.DECIDED})
KNOWING = (SheetState.KNOWS_BIDDERS, SheetState.SCORING, SheetState.CONFIRMED)
READING = (SheetState.SCORING, SheetState.CONFIRMED)


def turn_of(sheet: ScoreSheet) -> Turn:
    """Return which declaration is next on a sheet."""
    return Turn.FIRST if sheet.state is SheetState.INVITED else Turn.SECOND


def declaration_for(ctx: Context, sheet: ScoreSheet) -> str:
    """Return the text that is next to be signed on a sheet."""
    return text_of(turn_of(sheet), law_of(ctx, sheet.tender)[Parameter.TIE_YEARS])


def text_is_the_shown(ctx: Context, sheet: ScoreSheet, what: Declared | None) -> str | None:
    """What is signed is what was shown."""
    if what is None or what.seen == digest_of(declaration_for(ctx, sheet)):
        return None
    return _("متن اعلام تازه شده است؛ صفحه را تازه کنید، بخوانید و سپس امضا کنید.")


def is_signed(ctx: Context, _sheet: ScoreSheet, what: Declared | None) -> str | None:
    """A declaration is signed by who makes it."""
    if what is not None:
        demand_signature(ctx, what.password, what.code)
    return None


def no_tie_forbids(ctx: Context, sheet: ScoreSheet, _what: Any) -> str | None:
    """Nobody declares freedom from conflict who acts or signs for a bidder, as far as the records tell (R23)."""
    together = [case.tender for case in ctx.together.get(sheet.kind, ()) if isinstance(case, ScoreSheet)]
    ALERTS.preload(ctx, list({t.id: t for t in (sheet.tender, *together)}.values()))
    own = (a for a in ALERTS.of(ctx, sheet.tender) if a.judge.person_id == sheet.person_id and a.forbids)
    found = next(own, None)
    if found is None:
        return None
    return _("نام شما در پرونده «{firm}» ثبت است؛ فقط کناره‌گیری شدنی است.").format(firm=found.firm)


def no_exact_alert_waits(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Scores are not locked while nobody decided on a certain tie between an evaluator and a bidder (R23)."""
    waiting = {a.person for a in ALERTS.of(ctx, tender) if a.judge.role is Role.EVALUATOR and a.is_exact and a.waits}
    if not waiting:
        return None
    return _(
        "درباره هشدار قطعی تعارض منافع {people} تصمیمی ثبت نیست (ماده ۱۹)؛ در صفحه «تعارض منافع» با دلیل تصمیم بگیرید."
    ).format(people="، ".join(sorted(waiting)))


def alert_waits(ctx: Context, tender: Tender, what: Decision | None) -> str | None:
    """An alert is decided once, by the head, or by the manager where the head is concerned; on these very ties."""
    mine = alerts.mine_to_decide(ctx, tender)
    if what is None:
        return None if mine else _("هشداری درباره تعارض منافع نیست که تصمیم آن با شما باشد.")
    if any((a.judge.person_id, a.firm_id, a.mark) == (what.person_id, what.firm_id, what.alert) for a in mine):
        return None
    return _("این هشدار دیگر چنین نیست، یا تصمیم آن با شما نیست؛ صفحه را تازه کنید.")


def verdicts_on(tender: Tender, role: Role) -> tuple[Verdict, ...]:
    """Return what may be decided on the tie of who judges in a role: an evaluator's after the lock is left to the commission."""
    is_late = role is Role.EVALUATOR and tender.state in LOCKED
    return (Verdict.NO_CONFLICT, Verdict.REFERRED if is_late else Verdict.STEP_ASIDE)


def leaving_is_possible(ctx: Context, tender: Tender, what: Decision | None) -> str | None:
    """An evaluator steps aside from the handing out of the sheets to the lock; later the conflict is left to the vote on renewal."""
    if what is None or what.verdict is Verdict.NO_CONFLICT:
        return None
    roles = {a.judge.role for a in ALERTS.of(ctx, tender) if a.judge.person_id == what.person_id}
    role = Role.EVALUATOR if Role.EVALUATOR in roles else next(iter(roles), Role.EVALUATOR)
    if what.verdict not in verdicts_on(tender, role):
        raise _unfit(tender.basis.said(_late() if what.verdict is Verdict.STEP_ASIDE else _early()))
    if role is Role.EVALUATOR and tender.state is TenderState.OPENED_A:
        raise _unfit(
            tender.basis.said(
                _("برگه‌ها پس از گشایش پاکت‌های ب سپرده می‌شود؛ آن‌گاه ارزیاب را کنار بگذارید و جانشین بگمارید.")
            )
        )
    return None


def _late() -> str:
    return _(
        "امتیازهای فنی قطعی شده و برگه این ارزیاب در آن به شمار آمده است؛ اگر تعارض هست، آن را به رأی کمیسیون درباره تجدید مناقصه بسپارید (ماده ۲۴)."
    )


def _early() -> str:
    return _(
        "فقط تعارض ارزیابی که پس از قطعی شدن امتیازهای فنی یافت شود به رأی درباره تجدید سپرده می‌شود؛ اگر تعارض هست، او باید کنار برود."
    )


def leaving_is_decided(ctx: Context, sheet: ScoreSheet, _what: Any) -> str | None:
    """Nobody is set aside but by a decision on an alert, with its reason."""
    own = sa.select(ConflictDecision.id).filter_by(
        tender_id=sheet.tender_id, person_id=sheet.person_id, verdict=Verdict.STEP_ASIDE
    )
    if ctx.session.scalar(own.limit(1)) is not None:
        return None
    return _("ارزیاب فقط با تصمیم درباره هشدار تعارض منافع کنار گذاشته می‌شود.")


def where_bidders_known(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer made the first declaration in the tender."""
    return Tender.id.in_(_own(ctx, KNOWING))


def where_bidder_known(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer made the first declaration in the bid's tender."""
    return Bid.tender_id.in_(_own(ctx, KNOWING))


def where_no_conflict_declared(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer declared no conflict in the bid's tender, knowing who bids."""
    return Bid.tender_id.in_(_own(ctx, READING))


def _own(ctx: Context, states: tuple[SheetState, ...]) -> sa.Select[int]:
    return sa.select(ScoreSheet.tender_id).where(
        ScoreSheet.person_id == ctx.actor.person_id, ScoreSheet.state.in_(states)
    )


def _unfit(message: str) -> Invalid:
    return Invalid(message, {"verdict": message})
