"""Who sits lawfully: the head of the agency or a representative, and the technical committee by its letter (Arts. 2, 5, 18)."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _
from tender_app.notifications.outbox import tell
from tender_app.people.capacities import Seat
from tender_app.regulation.queries import in_force
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context, Facts
from tender_app.tenders.deciding import law_of
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Attendance, Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.session_models import CommitteeLetter, Representation
from tender_app.tenders.session_rules import Letter


def representation_is_allowed(ctx: Context, _tender: Tender, _what: Any) -> str | None:
    """In a two-stage tender the head of the agency comes in person unless the setting in force says otherwise (R18)."""
    if in_force(ctx, Parameter.HEAD_REPRESENTED):
        return None
    return _(
        "در مناقصه دومرحله‌ای جلسه با حضور خود رئیس دستگاه تشکیل می‌شود (ماده ۵)؛ "
        "اگر دستگاه شما مجوز دیگری دارد، راهبر سامانه آن را با شماره مصوبه در تنظیم‌ها ثبت کند."
    )


def representation_is_new(ctx: Context, tender: Tender, what: Letter | None) -> str | None:
    """Who sits in the head's seat is recorded as a representative once, by a letter that was signed."""
    head = head_of(ctx, tender)
    if head is None:
        return _("کرسی رئیس کمیسیون خالی است.")
    if representation_of(ctx, tender, head.person_id) is not None:
        return _("نمایندگی {name} با نامه ثبت شده است.").format(name=head.name)
    return _future(ctx, what)


def record_representation(ctx: Context, tender: Tender, what: Letter) -> None:
    """Keep that who sits in the head's seat is the head's representative, and by which letter."""
    head = head_of(ctx, tender)
    if head is None:
        raise LookupError("a seat that was there a moment ago")
    row = Representation(tender_id=tender.id, person_id=head.person_id, recorded_at=ctx.now)
    row.letter_no, row.letter_on = what.letter_no, what.letter_on
    ctx.session.add(row)
    ctx.session.flush()
    ctx.noted["representative"] = head.person_id


def representation_of(ctx: Context, tender: Tender, person_id: int) -> Representation | None:
    """Return the letter by which a person represents the head of the agency in the tender."""
    query = sa.select(Representation).filter_by(tender_id=tender.id, person_id=person_id)
    return ctx.session.scalars(query).one_or_none()


def head_of(ctx: Context, tender: Tender) -> Seat | None:
    """Return who sits in the head's seat now."""
    return next((s for s in FACTS.of(ctx, tender).seats if s.role is Role.HEAD), None)


def capacities_told(ctx: Context, tender: Tender, present: Sequence[Attendance]) -> list[tuple[str, str]]:
    """Return (name, capacity) as minutes list who was present: for whom an observer sits, by which letter a head is represented."""
    query = sa.select(Representation).where(Representation.tender_id == tender.id)
    letters = {r.person_id: f"به موجب نامه {r.letter_no}" for r in ctx.session.scalars(query)}
    return [(row.name, _capacity(tender, row, letters)) for row in present]


def _capacity(tender: Tender, row: Attendance, letters: Mapping[int, str]) -> str:
    if row.role is None:
        return row.title or "—"
    word = tender.basis.word(row.role)
    if row.role is Role.OBSERVER:
        return f"{word}، {row.title}" if row.title else word
    letter = letters.get(row.person_id or 0, "") if row.role is Role.HEAD else ""
    return f"{word}، نماینده رئیس دستگاه {letter}" if letter else word


def load_letters(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, CommitteeLetter | None]:
    """Read the letter that stands for the technical committee of each tender, in one query."""
    ids = [t.id for t in tenders]
    query = sa.select(CommitteeLetter).where(CommitteeLetter.tender_id.in_(ids)).order_by(CommitteeLetter.id)
    found = {row.tender_id: row for row in ctx.session.scalars(query)}
    return {i: found.get(i) for i in ids}


LETTERS = Facts[Tender, CommitteeLetter | None](load_letters)


def committee_is_whole(ctx: Context, tender: Tender, what: Letter | None) -> str | None:
    """A technical committee has three experts at least; its letter is signed before it is recorded (R23)."""
    sitting = len(FACTS.of(ctx, tender).holders(Role.EVALUATOR))
    least = law_of(ctx, tender)[Parameter.EVALUATORS]
    if sitting < least:
        return persian_digits(
            _(
                "کمیته فنی دست‌کم {least} کارشناس دارد (ماده ۱۹) و اکنون {sitting} ارزیاب تعیین شده است؛ "
                "نخست ارزیابان را تعیین کنید."
            ).format(least=least, sitting=sitting)
        )
    return _future(ctx, what)


def committee_is_appointed(ctx: Context, tender: Tender, what: Any) -> str | None:
    """Envelopes ب are handed to a committee of three experts at least who were appointed by a letter (R23)."""
    if reason := committee_is_whole(ctx, tender, None):
        return reason
    del what
    if LETTERS.of(ctx, tender) is not None:
        return None
    return _("حکم کمیته فنی ثبت نشده است؛ مدیرعامل یا کارشناس شماره و تاریخ نامه تعیین کارشناسان را ثبت کند (ماده ۱۹).")


def committee_letter_missing(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The letter is waited for until it is recorded; a corrected one may follow."""
    return None if LETTERS.of(ctx, tender) is None else _("حکم کمیته فنی ثبت شده است.")


def record_committee(ctx: Context, tender: Tender, what: Letter) -> None:
    """Keep the letter, and tell the experts whom it appoints."""
    row = CommitteeLetter(tender_id=tender.id, recorded_at=ctx.now)
    row.letter_no, row.letter_on = what.letter_no, what.letter_on
    ctx.session.add(row)
    ctx.session.flush()
    ctx.facts.clear()
    experts = seated(ctx, tender, [Role.EVALUATOR])
    ctx.noted["experts"] = experts
    body = f"نامه {what.letter_no}، {calendar.numeric(what.letter_on)}"
    path = f"/tenders/{tender.number}"
    tell(ctx, experts, "شما عضو کمیته فنی این مناقصه شدید", body=body, path=path, tender_id=tender.id)


def _future(ctx: Context, what: Letter | None) -> str | None:
    late = what is not None and what.letter_on > calendar.today(ctx.now)
    return _("تاریخ نامه هنوز نرسیده است؛ آن را دوباره ببینید.") if late else None
