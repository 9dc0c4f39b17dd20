"""What the papers of bids say: the facts of a receipt and of the opening's minutes, read from what was kept."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tender_app.bids import paper, queries
from tender_app.bids.models import Bid, OpenedEnvelope
from tender_app.bids.receipt_paper import ReceiptFacts
from tender_app.bids.rules import BidState, EnvelopeKind, Submission
from tender_app.documents.marks import LRI, PDI, ltr
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role
from tender_app.ledger import receipt_log
from tender_app.store.context import Context
from tender_app.tenders.composition import capacities_told
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import attendance
from tender_app.tenders.rules import Session


def receipt_facts(bid: Bid, what: Submission, at: dt.datetime, promise: Mapping[str, Any]) -> ReceiptFacts:
    """Return what the receipt of a submission at this instant says; `promise` is the receipt log's, signed."""
    tender, firm = bid.tender, bid.firm
    sealed = {e.kind: e.sealed for e in bid.envelopes if e.superseded_at is None}
    local = calendar.tehran(at)
    return ReceiptFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        firm.name,
        firm.legal_id,
        what.receipt_no,
        f"{calendar.long_date(local.date())}، ساعت {persian_digits(f'{local:%H:%M:%S}')} به وقت تهران",
        f"{at:%Y-%m-%d %H:%M:%S} UTC",
        calendar.moment(tender.closes_at) if tender.closes_at else "—",
        calendar.moment(tender.opens_at) if tender.opens_at else "—",
        [
            (tender.basis.word(EnvelopeKind(kind)), digest, money.grouped(sealed[EnvelopeKind(kind)].size))
            for kind, digest in what.digests.items()
        ],
        promise,
    )


def minutes_facts(ctx: Context, tender: Tender) -> paper.MinutesFacts:
    """Return what the minutes of the opening of envelopes الف and ب say."""
    present = attendance(ctx, tender, Session.ENVELOPES)
    bids = queries.opened_bids(ctx, tender, prices=False)
    judged = queries.judges(ctx, tender)
    return paper.MinutesFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        tender.basis.opening,
        tender.basis.asks_guarantee,
        tender.is_open_call,
        session_header(tender, _held_at(ctx, tender)),
        calendar.moment(tender.closes_at) if tender.closes_at else "",
        capacities_told(ctx, tender, present),
        [_told(row, judged.get(row.bid.id, "")) for row in bids],
        calendar.moment(tender.prices_open_at) if tender.prices_open_at else "",
        [(a.name, tender.basis.word(a.role)) for a in present if a.role in {*COMMISSION, Role.SECRETARY}],
        receipt_log.head_at(ctx.session, tender.closes_at) if tender.closes_at else None,
    )


def session_header(tender: Tender, held: dt.datetime) -> list[tuple[str, str]]:
    """Return what names the tender and the session at the head of its minutes (domain.md §6.2)."""
    notices = [f"{i.name}، {calendar.numeric(i.day)}" for i in tender.insertions]
    rows = [
        ("شماره مناقصه", ltr(tender.number)),
        ("شماره ستاد", ltr(tender.setad_no)),
        ("ردیف بودجه", ltr(tender.budget_line)),
        ("نوبت‌های آگهی", "؛ ".join(notices)),
        ("زمان جلسه", calendar.moment(held)),
        ("محل", tender.opening_place),
    ]
    return [(label, value) for label, value in rows if value.strip(LRI + PDI)]


def _held_at(ctx: Context, tender: Tender) -> dt.datetime:
    """Return when the first envelope was opened; the announced hour where there was none to open."""
    first = sa.select(sa.func.min(OpenedEnvelope.opened_at)).join(Bid, Bid.id == OpenedEnvelope.bid_id)
    return ctx.session.scalar(first.where(Bid.tender_id == tender.id)) or tender.opens_at or ctx.now


def _told(row: queries.OpenedBid, judge: str) -> paper.BidLine:
    bid = row.bid
    outcomes = {
        BidState.RETURNED: (f"بازگردانده شد: {bid.finding}", "گشوده نشد"),
        BidState.GUARANTEE_REJECTED: (f"رد: {bid.finding}", "گشوده نشد"),
        BidState.ENVELOPE_B_REJECTED: ("پذیرفته", f"رد: {bid.finding}"),
    }
    verdict, opened = outcomes.get(bid.state, ("پذیرفته", "گشوده و به ارزیابی سپرده شد"))
    received = calendar.tehran(bid.submitted_at) if bid.submitted_at else None
    hour = f"، {calendar.numeric(received.date())}، {persian_digits(f'{received:%H:%M}')}" if received else ""
    firm = f"{row.firm.name}، شناسه ملی {persian_digits(row.firm.legal_id)}"
    by = f" ({judge})" if judge and bid.tender.has_envelope_a else ""
    return paper.BidLine(firm, f"{ltr(bid.receipt_no or '')}{hour}", _guarantee(row), f"{verdict}{by}", opened)


def _guarantee(row: queries.OpenedBid) -> str:
    """Return what envelope الف stated, and each requirement as it was found."""
    found = row.guarantee
    if row.bid.state is BidState.RETURNED:
        return "پاکت گشوده نشد"
    if found is None:
        return "خوانده نشد" if row.bid.tender.has_envelope_a else "خواسته نشده است"
    until = calendar.numeric(found.expires_on)
    checks = "؛ ".join(f"{check.label}: {'درست' if check.is_met else 'نادرست'}" for check in row.checks)
    amount = money.grouped(found.amount)
    stated = f"{found.kind.label} {found.issuer}، شماره {ltr(found.number)}، {amount} ریال، تا {until}"
    return f"{stated}. {checks}"
