"""Reasons against acts on complaints, and those of tenders and contracts that turn on an open one."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_rules import OPEN, ComplaintState, Lodged, Referral, Ruled, Ruling
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.kernel import calendar
from tender_app.kernel.words import _
from tender_app.people.models import Firm
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import TenderState

UNPUBLISHED = {TenderState.PREPARING, TenderState.AWAITING_APPROVAL}
UNSENT = {BidState.DRAFT, BidState.DISCARDED}


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Sequence[Complaint]]:
    """Read the complaints about the tenders, in one query."""
    ids = [t.id for t in tenders]
    rows = ctx.session.scalars(sa.select(Complaint).where(Complaint.tender_id.in_(ids)).order_by(Complaint.id)).all()
    return {i: [row for row in rows if row.tender_id == i] for i in ids}


COMPLAINTS = Facts[Tender, Sequence[Complaint]](load)


def open_complaints(ctx: Context, tender: Tender) -> list[Complaint]:
    """Return the complaints about a tender that wait for an answer, its execution or a ruling."""
    return [c for c in COMPLAINTS.of(ctx, tender) if c.state in OPEN]


def firm_of_complaint(what: Lodged) -> Firm:
    """A complaint is a firm's."""
    firm: Firm = what.firm
    return firm


def tender_was_published(_ctx: Context, what: Lodged | None) -> str | None:
    """Nobody takes part in a tender that was not published."""
    if what is None or what.tender.state not in UNPUBLISHED:
        return None
    return _("این مناقصه هنوز منتشر نشده است.")


def firm_took_part(ctx: Context, what: Lodged | None) -> str | None:
    """A complaint is a participant's: of a firm that bid, or asked about the documents (Art. 25-a)."""
    if what is None:
        return None
    bids = sa.select(Bid.id).where(
        Bid.tender_id == what.tender.id, Bid.firm_id == what.firm.id, Bid.state.not_in(UNSENT)
    )
    asked = sa.select(Question.id).where(Question.tender_id == what.tender.id, Question.firm_id == what.firm.id)
    if ctx.session.scalar(bids.limit(1)) or ctx.session.scalar(asked.limit(1)):
        return None
    return _(
        "شکایت با شرکتی است که در این مناقصه پیشنهاد داده یا درباره اسناد آن پرسیده است (ماده ۲۵)؛ شرکت شما در آن ثبت نشده است."
    )


def papers_are_enclosed(_ctx: Context, what: Lodged | None) -> str | None:
    """A complaint comes with at least one paper, as the board's standard form asks (R33); an unwritten one is not asked yet."""
    if what is None or not what.text or what.enclosed:
        return None
    return _("دست‌کم یک سند پیوست کنید: آگهی، اسناد، نتیجه ارزیابی، نامه یا صورتجلسه؛ فرم رسمی شکایت آن را می‌خواهد.")


def board_may_be_asked(ctx: Context, complaint: Complaint, what: Referral | None) -> str | None:
    """The board is asked after the answer, or once its term passed in silence (Art. 25-b)."""
    today = calendar.today(ctx.now)
    if complaint.state is ComplaintState.SUBMITTED and today <= complaint.answer_due_on:
        return _(
            "دستگاه تا {due} برای پاسخ مهلت دارد؛ پس از پاسخ، یا با گذشت این روز بی پاسخ، به هیأت ارجاع می‌شود (ماده ۲۵)."
        ).format(due=calendar.long_date(complaint.answer_due_on))
    return _not_ahead(what.day, today, since=calendar.today(complaint.submitted_at)) if what else None


def ruling_fits(ctx: Context, complaint: Complaint, what: Ruled | None) -> str | None:
    """A ruling follows its referral, and comes with its scan."""
    if what is None:
        return None
    since = complaint.referred_on or calendar.today(complaint.submitted_at)
    if reason := _not_ahead(what.day, calendar.today(ctx.now), since=since):
        return reason
    return None if what.scan else _("تصویر رأی هیأت را پیوست کنید.")


def ruling_orders_renewal(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A tender is renewed from any running state by the board's recorded ruling (Art. 24-a-4)."""
    return _ordered(ctx, tender, Ruling.RENEW)


def ruling_orders_cancellation(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A tender is cancelled from any running state by the board's recorded ruling (Art. 24-b-4)."""
    return _ordered(ctx, tender, Ruling.CANCEL)


def no_complaint_is_open(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Nothing that a complaint may need as evidence is destroyed while one is open."""
    if not open_complaints(ctx, tender):
        return None
    return _("شکایتی درباره این مناقصه باز است؛ پاکت‌های ناگشوده تا پایان رسیدگی می‌ماند (ماده ۲۵).")


def _ordered(ctx: Context, tender: Tender, ruling: Ruling) -> str | None:
    if any(c.ruling is ruling for c in COMPLAINTS.of(ctx, tender)):
        return None
    return _("رأیی از هیأت رسیدگی به این مضمون ثبت نشده است.")


def _not_ahead(day: dt.date, today: dt.date, *, since: dt.date) -> str | None:
    if since <= day <= today:
        return None
    return _("تاریخ باید میان {since} و امروز ({today}) باشد.").format(
        since=calendar.numeric(since), today=calendar.numeric(today)
    )
