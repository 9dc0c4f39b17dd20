"""The papers that the law asks of a draft: which are required, which are there, which are of another number (R02, R06, R09)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.words import N_, _
from tender_app.ledger.models import LedgerEntry
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Insertion, Tender
from tender_app.tenders.prepared import RecordKind, TenderRecord
from tender_app.tenders.rules import Attachment, RoundRemoval, TenderAct, TenderState

NUMBERS = {  # of what the draft itself says: the paper's number is never typed a second time
    RecordKind.BUDGET: "budget_line",
    RecordKind.FUNDING: "funding_certificate",
    RecordKind.BOARD_RESOLUTION: "board_resolution",
    RecordKind.SETAD: "setad_no",
}
ARTICLES = {
    RecordKind.BUDGET: N_("ماده ۱۰ قانون برگزاری مناقصات"),
    RecordKind.FUNDING: N_("ماده ۱۰ قانون برگزاری مناقصات"),
    RecordKind.BOARD_RESOLUTION: N_("ماده ۵ قانون برگزاری مناقصات"),
    RecordKind.SETAD: N_("سامانه تدارکات الکترونیکی دولت"),
    RecordKind.INSERTION: N_("ماده ۱۳ قانون برگزاری مناقصات"),
    RecordKind.NOTICE_EXEMPTION: N_("ماده ۱۳ قانون برگزاری مناقصات"),
}
PREPARES = (
    TenderAct.PREPARE,
    TenderAct.EDIT,
    TenderAct.ATTACH,
    TenderAct.DETACH,
    TenderAct.SEAT,
    TenderAct.RECORD_INSERTION,
    TenderAct.REMOVE_INSERTION,
    TenderAct.RECORD_BASIS,
    TenderAct.WITHDRAW_BASIS,
    TenderAct.SEND_FOR_APPROVAL,
)
IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
STANDING = (
    sa.select(TenderRecord)
    .where(TenderRecord.tender_id.in_(IDS), TenderRecord.withdrawn_at.is_(None))
    .order_by(TenderRecord.id)
)
WHO_PREPARED = (
    sa.select(LedgerEntry.case_id, LedgerEntry.person_id)
    .where(LedgerEntry.case_kind == Tender.kind, LedgerEntry.case_id.in_(IDS), LedgerEntry.act.in_(PREPARES))
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A paper to record: its day, its scan if there is one, the reason of an exemption, the round that a scan shows."""

    kind: RecordKind
    day: dt.date
    scan: Attachment | None = None
    reason: str = ""
    insertion_id: int | None = None

    def record(self) -> dict[str, Any]:
        """Keep the paper, its day and the digest of its scan."""
        return {
            "record": self.kind.value,
            "day": self.day.isoformat(),
            "reason": self.reason,
            "insertion_id": self.insertion_id,
            "scan": self.scan.digest if self.scan else "",
        }


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A recorded paper to take out of the draft."""

    record_id: int


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The papers of a draft that stand."""

    standing: Sequence[TenderRecord]

    def of(self, kind: RecordKind) -> TenderRecord | None:
        """Return the newest standing paper of a kind."""
        return next((row for row in reversed(self.standing) if row.kind is kind), None)


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, RecordFacts]:
    """Read the papers of the tenders, in one query."""
    ids = [tender.id for tender in tenders]
    papers: dict[int, list[TenderRecord]] = {}
    for row in ctx.session.scalars(STANDING, {"ids": ids}):
        papers.setdefault(row.tender_id, []).append(row)
    return {i: RecordFacts(papers.get(i, [])) for i in ids}


def load_preparers(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, set[int | None]]:
    """Read everybody who prepared the tenders, in one query."""
    people: dict[int, set[int | None]] = {tender.id: set() for tender in tenders}
    for tender_id, person_id in ctx.session.execute(WHO_PREPARED, {"ids": list(people)}):
        people[tender_id].add(person_id)
    return people


RECORDS = Facts(load)
PREPARERS = Facts(load_preparers)


def needs_insertions(tender: Tender) -> bool:
    """Tell whether the law asks for rounds in a newspaper: a public tender's notice does (Art. 13), an invitation does not."""
    return tender.basis.needs_rounds and tender.is_open_call


def is_exempt(ctx: Context, tender: Tender) -> bool:
    """Tell whether an exemption from the newspaper notice was recorded with its reason."""
    return RECORDS.of(ctx, tender).of(RecordKind.NOTICE_EXEMPTION) is not None


def required(tender: Tender) -> tuple[RecordKind, ...]:
    """Return the papers without which a draft is not approved: budget and credit (R02), the board's resolution (R06), SETAD (R09)."""
    return tuple(kind for kind in NUMBERS if kind is not RecordKind.BOARD_RESOLUTION or tender.basis.needs_resolution)


def number_of(tender: Tender, kind: RecordKind) -> str:
    """Return the number that the draft itself gives for a paper of this kind."""
    return getattr(tender, NUMBERS[kind]) if kind in NUMBERS else ""


def faults(ctx: Context, tender: Tender) -> list[tuple[str, str]]:
    """Return ("records", what is missing) of the papers that approval needs (R02, R06, R09)."""
    return [("records", text) for text in _faults(ctx, tender)]


def _faults(ctx: Context, tender: Tender) -> Iterator[str]:
    standing = RECORDS.of(ctx, tender)
    absent = [kind for kind in required(tender) if standing.of(kind) is None]
    if absent:
        names = "، ".join(f"«{kind.label}»" for kind in absent)
        yield _("اسکن {names} را ثبت کنید.").format(names=names)
    for kind in required(tender):
        row = standing.of(kind)
        if row is not None and row.number != number_of(tender, kind):
            yield _(
                "اسکن «{kind}» برای شماره {old} است و پیش‌نویس شماره {new} را می‌گوید؛ آن را دوباره ثبت کنید."
            ).format(kind=kind.label, old=row.number or "—", new=number_of(tender, kind) or "—")


def advice(ctx: Context, tender: Tender) -> list[str]:
    """Return what does not stop an approval: rounds of the notice whose scan has not come yet."""
    if not needs_insertions(tender) or is_exempt(ctx, tender):
        return []
    scanned = {row.insertion_id for row in RECORDS.of(ctx, tender).standing if row.kind is RecordKind.INSERTION}
    rows = ctx.session.scalars(sa.select(Insertion).where(Insertion.tender_id == tender.id).order_by(Insertion.day))
    return [
        _("بریده آگهی «{name}» ({day}) هنوز پیوست نشده است.").format(name=row.name, day=calendar.numeric(row.day))
        for row in rows
        if row.id not in scanned
    ]


def paper_fits(ctx: Context, tender: Tender, what: Recorded | None) -> str | None:
    """A paper is recorded with its scan, for the number that the draft gives; an exemption with its reason (R02, R06, R09)."""
    if what is None:
        return None
    return _out_of_time(ctx, tender, what) or _unproved(ctx, tender, what)


def _out_of_time(ctx: Context, tender: Tender, what: Recorded) -> str | None:
    if what.kind is not RecordKind.INSERTION and tender.state is not TenderState.PREPARING:
        return _("پس از فرستادن برای تصویب، فقط بریده آگهی روزنامه پیوست می‌شود.")
    if what.day > calendar.today(ctx.now):
        return _("تاریخ سند در آینده است؛ تاریخی را بنویسید که روی سند است.")
    return None


def _unproved(ctx: Context, tender: Tender, what: Recorded) -> str | None:
    if what.kind is RecordKind.NOTICE_EXEMPTION:
        return None if what.reason else _("دلیل معافیت از آگهی و مرجع آن را بنویسید (ماده ۱۳).")
    if what.scan is None:
        return _("پرونده اسکن سند را برگزینید.")
    if what.kind is RecordKind.INSERTION:
        return _round_is_there(ctx, tender, what)
    if not number_of(tender, what.kind):
        return _("نخست شماره «{kind}» را در بخش «برآورد، اعتبار و تضمین» بنویسید.").format(kind=what.kind.label)
    return None


def _round_is_there(ctx: Context, tender: Tender, what: Recorded) -> str | None:
    query = sa.select(Insertion.id).where(Insertion.id == what.insertion_id, Insertion.tender_id == tender.id)
    return None if ctx.session.scalar(query) else _("این نوبت دیگر در پیش‌نویس نیست.")


def paper_stands(ctx: Context, tender: Tender, what: Withdrawal | None) -> str | None:
    """Only a paper that stands can be taken out."""
    standing = RECORDS.of(ctx, tender).standing
    if what is None:
        return None if standing else _("مستندی ثبت نشده است.")
    return None if any(row.id == what.record_id for row in standing) else _("این مستند دیگر در پیش‌نویس نیست.")


def record(ctx: Context, tender: Tender, what: Recorded) -> None:
    """Keep a paper; an earlier one of its kind (and round) gives way to it."""
    for row in RECORDS.of(ctx, tender).standing:
        if row.kind is what.kind and row.insertion_id == what.insertion_id:
            row.withdrawn_at = ctx.now
    made = TenderRecord(
        tender_id=tender.id,
        kind=what.kind,
        insertion_id=what.insertion_id,
        number=number_of(tender, what.kind),
        day=what.day,
        reason=what.reason,
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person_id,
    )
    if what.scan is not None:
        made.file_name, made.media_type, made.file_key = what.scan.file_name, what.scan.media_type, what.scan.file_key
        made.digest, made.size = what.scan.digest, what.scan.size
    ctx.session.add(made)
    ctx.session.flush()
    ctx.facts.clear()


def withdraw(ctx: Context, tender: Tender, what: Withdrawal) -> None:
    """Take a paper out of the draft; its row and its scan stay."""
    for row in RECORDS.of(ctx, tender).standing:
        if row.id == what.record_id:
            row.withdrawn_at = ctx.now
    ctx.session.flush()
    ctx.facts.clear()


def let_go_of_round(ctx: Context, tender: Tender, what: RoundRemoval) -> None:
    """A round that is taken out of the draft takes its scan with it: the paper stays, and stands no more."""
    query = sa.select(TenderRecord).where(
        TenderRecord.tender_id == tender.id, TenderRecord.insertion_id == what.insertion_id
    )
    for row in ctx.session.scalars(query):
        row.insertion_id, row.withdrawn_at = None, row.withdrawn_at or ctx.now
    ctx.session.flush()


def approver_prepared_nothing(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Who prepared any part of a tender does not approve it: began, edited, seated, attached, recorded or sent it."""
    if ctx.actor.person_id not in PREPARERS.of(ctx, tender):
        return None
    return _(
        "کسی که در تهیه این اسناد دست داشته (ویرایش، تعیین اعضا، بارگذاری یا فرستادن) نمی‌تواند آن را تصویب کند؛ "
        "تصویب با شخص دیگری است که سمت مدیرعامل دارد."
    )
