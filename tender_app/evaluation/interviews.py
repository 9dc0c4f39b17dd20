"""What must hold before an act on an interview, on a sheet that it informs, or on the tender that plans it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.evaluation.cell_facts import cells
from tender_app.evaluation.guards import FACTS as SHEET_FACTS
from tender_app.evaluation.guards import SHEETS
from tender_app.evaluation.interview_facts import CLOSED, LEAVES, STANDING, WAITING, attendance, inside
from tender_app.evaluation.interview_models import Interview
from tender_app.evaluation.interview_rules import (
    AbsenceDecided,
    Attending,
    Dropped,
    Held,
    InterviewState,
    Plan,
    Remote,
    Slot,
    SlotMoved,
    Span,
    overlap,
)
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import Scored, Several, SheetState
from tender_app.evaluation.working import leaves_of
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _
from tender_app.people.capacities import roles_on
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.rules import TenderState


def no_interview_waits(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Scores are not locked while an interview is planned that was neither held nor cancelled."""
    left = sum(i.state in WAITING for i in STANDING.of(ctx, tender))
    if not left:
        return None
    return persian_digits(_("{left} مصاحبه نه برگزار شده و نه با ذکر دلیل لغو شده است.").format(left=left))


def no_plan_stands(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Questions and slots are fixed once: only after every interview was cancelled are they planned anew."""
    if not STANDING.of(ctx, tender):
        return None
    return _("مصاحبه‌ها برنامه‌ریزی شده است؛ پرسش‌ها برای همه یکسان می‌ماند. نوبت را می‌توان جابه‌جا یا با دلیل لغو کرد.")


def no_sheet_is_confirmed(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """An interview informs scores that are still to be given."""
    if not SHEETS.of(ctx, tender).get(SheetState.CONFIRMED):
        return None
    return _("یکی از ارزیابان برگه خود را تأیید کرده است؛ مصاحبه فقط پیش از تأیید برگه‌ها برنامه‌ریزی می‌شود.")


def plan_fits(ctx: Context, tender: Tender, what: Plan | None) -> str | None:
    """Every bid has one slot, long enough, apart from the others, ahead and before the prices; questions ask of leaves."""
    if what is None:
        return None
    leaves = {leaf.id for _group, leaf in leaves_of(tender.criteria)}
    if not what.questions or not {leaf for leaf, _text in what.questions} <= leaves:
        return _("دست‌کم یک پرسش بنویسید؛ هر پرسش از یکی از معیارهای همین مناقصه است.")
    query = sa.select(Bid.id).where(Bid.tender_id == tender.id, Bid.state == BidState.UNDER_EVALUATION)
    if sorted(bid for bid, _at in what.slots) != sorted(ctx.session.scalars(query)):
        return _("برای هر پیشنهاد در دست ارزیابی یک نوبت لازم است، نه بیشتر و نه کمتر.")
    least = law_of(ctx, tender)[Parameter.INTERVIEW_MINUTES]
    if what.minutes < least:
        return persian_digits(_("هر مصاحبه دست‌کم {least} دقیقه است.").format(least=least))
    spans = [(at, at + dt.timedelta(minutes=what.minutes)) for _bid, at in what.slots]
    return _spans_fit(ctx, tender, spans, spans)


def hour_is_free(ctx: Context, interview: Interview, what: SlotMoved | None) -> str | None:
    """A moved slot lies ahead, before the prices, and apart from the others."""
    if what is None:
        return None
    span = (what.starts_at, what.starts_at + (interview.ends_at - interview.starts_at))
    others = [i for i in STANDING.of(ctx, interview.tender) if i.id != interview.id]
    return _spans_fit(ctx, interview.tender, [span], [span, *((i.starts_at, i.ends_at) for i in others)])


def tender_of_slot(what: Slot) -> Tender:
    """A slot is given in a tender."""
    tender: Tender = what.bid.tender
    return tender


def is_technical(_ctx: Context, interview: Interview, _what: Any) -> str | None:
    """An interview counts towards the technical score alone: before the lock, and before any price."""
    if interview.tender.state is TenderState.TECHNICAL:
        return None
    return _("مصاحبه فقط پیش از قطعی شدن امتیاز فنی است؛ ارزیابی فنی این مناقصه باز نیست (ماده ۱۹).")


def is_not_confirmed(_ctx: Context, interview: Interview, _what: Any) -> str | None:
    """A firm confirms its slot once; a moved slot is confirmed anew."""
    return _("نوبت مصاحبه را تأیید کرده‌اید.") if interview.confirmed_at is not None else None


def nothing_to_confirm(ctx: Context, interview: Interview, what: Any) -> str | None:
    """A firm has nothing left to do where it confirmed or the evaluation is over."""
    return is_technical(ctx, interview, what) or is_not_confirmed(ctx, interview, what)


def people_are_named(_ctx: Context, _interview: Interview, what: Attending | None) -> str | None:
    """Somebody comes."""
    return _("نام دست‌کم یک نفر را بنویسید.") if what is not None and not what.people else None


def remote_are_evaluators(ctx: Context, interview: Interview, what: Remote | None) -> str | None:
    """Members from afar are evaluators of the tender."""
    if what is None or set(what.people) <= set(seated(ctx, interview.tender, [Role.EVALUATOR])):
        return None
    return _("فقط ارزیابان همین مناقصه از راه دور می‌پیوندند.")


def hour_has_come(ctx: Context, interview: Interview, _what: Any) -> str | None:
    """An interview begins no earlier than its firm was told, and one at a time."""
    if ctx.now < interview.starts_at:
        return _("ساعت این مصاحبه نرسیده است: {at}.").format(at=calendar.moment(interview.starts_at))
    if any(i.state is InterviewState.RUNNING for i in STANDING.of(ctx, interview.tender)):
        return _("مصاحبه دیگری در جریان است؛ نخست آن را پایان دهید.")
    return None


def session_runs(_ctx: Context, interview: Interview, _what: Any) -> str | None:
    """Members join once the interview has begun."""
    if interview.state is InterviewState.RUNNING:
        return None
    return _("این مصاحبه هنوز آغاز نشده است: {at}.").format(at=calendar.moment(interview.starts_at))


def may_be_heard(ctx: Context, interview: Interview, _what: Any) -> str | None:
    """An evaluator joins who declared no conflict and did not step aside."""
    if Role.EVALUATOR not in roles_on(ctx.actor, interview):
        return None
    sheet = sa.select(ScoreSheet.state).where(
        ScoreSheet.tender_id == interview.tender_id, ScoreSheet.person_id == ctx.actor.person_id
    )
    if ctx.session.scalar(sheet) in {SheetState.SCORING, SheetState.CONFIRMED}:
        return None
    return _("نخست نبود تعارض منافع را در برگه خود اعلام کنید؛ کناره‌گرفته در مصاحبه نمی‌نشیند.")


def is_outside(ctx: Context, interview: Interview, _what: Any) -> str | None:
    """Who is in does not join again."""
    return _("شما در مصاحبه حاضرید.") if inside(interview, ctx.actor.person_id) else None


def is_inside(ctx: Context, interview: Interview, _what: Any) -> str | None:
    """Only who is in leaves."""
    return None if inside(interview, ctx.actor.person_id) else _("شما در مصاحبه نیستید.")


def nothing_to_join(ctx: Context, interview: Interview, what: Any) -> str | None:
    """Nobody waits to join who is in, or where the evaluation is over."""
    return is_technical(ctx, interview, what) or is_outside(ctx, interview, what)


def member_is_inside(_ctx: Context, interview: Interview, what: Dropped | None) -> str | None:
    """Only a line that was there breaks."""
    if what is None or inside(interview, what.person_id):
        return None
    return _("این عضو در مصاحبه حاضر نیست.")


def text_is_written(_ctx: Context, _interview: Interview, what: Held | None) -> str | None:
    """Minutes say what was asked and answered."""
    return _("گزارش کوتاه پرسش و پاسخ را بنویسید؛ در صورتجلسه می‌آید.") if what is not None and not what.text else None


def no_absence_waits(ctx: Context, interview: Interview, what: Any) -> str | None:
    """The head has nothing to decide where everybody was there long enough, or was decided on."""
    if reason := is_technical(ctx, interview, what):
        return reason
    waits = any(row.waits for row in attendance(ctx, interview))
    return None if waits else _("عضو غایبی بی‌تصمیم نمانده است.")


def member_was_absent(ctx: Context, interview: Interview, what: AbsenceDecided | None) -> str | None:
    """The head decides on an evaluator who was not there long enough, with a reason."""
    if what is None:
        return None
    if what.person_id not in {row.person.id for row in attendance(ctx, interview) if not row.is_enough}:
        return _("این ارزیاب در این مصاحبه به اندازه لازم حاضر بوده یا ارزیاب این مناقصه نیست.")
    return None if what.reason else _("دلیل تصمیم را بنویسید.")


def interview_was_heard(ctx: Context, sheet: ScoreSheet, what: Scored | Several | None) -> str | None:
    """What an interview informs is scored by who heard it, or whom the head admitted, and not before it ended."""
    if what is None or (isinstance(what, Scored) and cells(ctx, sheet, what).no_interview):
        return None
    closed = CLOSED.of(ctx, sheet)
    unheard = {bid: interview for bid, (interview, may_score) in closed.items() if not may_score}
    informed = LEAVES.of(ctx, sheet.tender) if unheard else ()
    found = (unheard[c.bid_id] for c in what.cells if c.bid_id in unheard and c.criterion_id in informed)
    return next((_not_heard(interview) for interview in found), None)


def interviews_were_heard(ctx: Context, sheet: ScoreSheet, _what: Any) -> str | None:
    """A sheet is confirmed after the interviews, by who heard them all or was admitted."""
    judged = SHEET_FACTS.of(ctx, sheet).done
    found = (row for bid, row in CLOSED.of(ctx, sheet).items() if bid in judged)
    return next((_not_heard(interview) for interview, may_score in found if not may_score), None)


def where_scores_locked(_ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the scores of the interview's tender are locked."""
    return Interview.tender_id.in_(sa.select(Tender.id).where(Tender.scores_digest != ""))


def _not_heard(interview: Interview) -> str:
    if interview.state in WAITING:
        told = _("مصاحبه این پیشنهاد هنوز برگزار نشده است ({at})؛ معیارهای آن پس از مصاحبه امتیاز می‌گیرد.")
        return told.format(at=calendar.moment(interview.starts_at))
    return _(
        "در مصاحبه این پیشنهاد به اندازه لازم حاضر نبوده‌اید؛ رئیس کمیسیون با ذکر دلیل درباره امتیاز دادن شما تصمیم می‌گیرد."
    )


def _spans_fit(ctx: Context, tender: Tender, new: Sequence[Span], every: Sequence[Span]) -> str | None:
    if any(start < ctx.now for start, _end in new):
        return _("نوبت مصاحبه باید در آینده باشد.")
    if tender.prices_open_at is not None and any(end > tender.prices_open_at for _start, end in new):
        told = _("مصاحبه‌ها باید پیش از گشایش قیمت‌ها پایان یابد: {at}.")
        return told.format(at=calendar.moment(tender.prices_open_at))
    if any(overlap(a, b) for place, a in enumerate(every) for b in every[place + 1 :]):
        return _("نوبت‌ها روی هم می‌افتد؛ هر مصاحبه پس از پایان دیگری آغاز می‌شود.")
    return None
