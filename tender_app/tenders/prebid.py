"""The pre-bid meeting (جلسه توضیح اسناد): announced to all, its minutes the same for all before the deadline (Art. 17)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.documents.blocks import Facts as FactBlock
from tender_app.documents.blocks import Heading, Text, Title
from tender_app.documents.issued import Issue, issue
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import _
from tender_app.notifications.outbox import tell
from tender_app.store.context import Context, Facts
from tender_app.tenders.addenda_models import PrebidMinutes
from tender_app.tenders.answers import named_in
from tender_app.tenders.invitations import people_called
from tender_app.tenders.models import Tender
from tender_app.tenders.schedule import Fault


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is kept of the meeting: who came (name, firm), what was asked and answered, and the rest in words."""

    attendees: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, str], ...]
    text: str = ""

    def record(self) -> dict[str, Any]:
        """Keep numbers alone: who came is told to nobody outside."""
        return {"guests": len(self.attendees), "answers": len(self.items)}


def faults(values: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the announced meeting: it has hour and place, and comes before the deadline."""
    at, place, closes = (values.get(name) for name in ("prebid_at", "prebid_place", "closes_at"))
    if at is not None and closes is not None and at >= closes:
        return [Fault("prebid_at", _("جلسه توضیح اسناد باید پیش از پایان مهلت تسلیم باشد."))]
    if bool(at) != bool(place):
        field = "prebid_place" if at else "prebid_at"
        return [Fault(field, _("زمان و جای جلسه توضیح اسناد با هم نوشته می‌شود."))]
    return []


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, PrebidMinutes | None]:
    """Read what was kept of the meetings, in one query."""
    ids = [t.id for t in tenders]
    rows = ctx.session.scalars(sa.select(PrebidMinutes).where(PrebidMinutes.tender_id.in_(ids))).all()
    return dict.fromkeys(ids) | {row.tender_id: row for row in rows}


MINUTES = Facts[Tender, PrebidMinutes | None](load)


def meeting_was_announced(_ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A meeting is held that the notice or an addendum announced."""
    if tender.prebid_at is not None:
        return None
    return _("جلسه توضیح اسناد در آگهی یا الحاقیه‌ای اعلام نشده است.")


def meeting_was_held(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Its minutes are written once its hour has come."""
    if tender.prebid_at is None or ctx.now >= tender.prebid_at:
        return None
    return _("ساعت جلسه نرسیده است: {at}.").format(at=calendar.moment(tender.prebid_at))


def minutes_not_issued(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Minutes are issued once and then stay."""
    kept = MINUTES.of(ctx, tender)
    return _("صورتجلسه توضیح اسناد صادر شده است.") if kept is not None and kept.issued_at is not None else None


def minutes_are_kept(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Minutes say something, and name no firm: they go to all (R12)."""
    kept = MINUTES.of(ctx, tender)
    if kept is None or not (kept.items or kept.text):
        return _("پرسش‌ها و پاسخ‌های جلسه هنوز نوشته نشده است.")
    return named_in(ctx, kept.text, *(part for item in kept.items for part in item))


def minutes_wait_for_nothing(ctx: Context, tender: Tender, what: Any) -> str | None:
    """Nothing is left to do where no meeting was announced or its minutes are out."""
    return meeting_was_announced(ctx, tender, what) or minutes_not_issued(ctx, tender, what)


def keep(ctx: Context, tender: Tender, what: Meeting) -> None:
    """Keep who came and what was said."""
    kept = MINUTES.of(ctx, tender)
    if kept is None:
        kept = PrebidMinutes(tender_id=tender.id)
        ctx.session.add(kept)
    kept.attendees, kept.items = [list(row) for row in what.attendees], [list(row) for row in what.items]
    kept.text, kept.kept_at = what.text, ctx.now
    ctx.session.flush()
    ctx.facts.clear()


def issue_minutes(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue the minutes for everybody, and tell all firms the same at once."""
    kept = MINUTES.of(ctx, tender)
    if kept is None:
        raise LookupError(f"tender {tender.id} has no minutes of its meeting")
    kept.issued_at, kept.issued_by = ctx.now, ctx.actor.person_id
    kind = DocumentKind.PREBID_MINUTES
    about = Issue(kind, tender.number, tender.title, tender.organisation_id, tender.id, is_public=True)
    held = tender.prebid_at or ctx.now
    issue(ctx, about, lambda stamp: _paper(tender, kept, held, stamp))
    subject = "صورتجلسه توضیح اسناد منتشر شد"
    path = f"/tenders/{tender.number}"
    tell(ctx, people_called(ctx, tender), subject, body=tender.title, path=path, tender_id=tender.id)


def _paper(tender: Tender, kept: PrebidMinutes, held: dt.datetime, stamp: Stamp) -> bytes:
    """Return the minutes as PDF: how many came, and no name of theirs."""
    facts = [
        ("شماره مناقصه", ltr(tender.number)),
        ("زمان", calendar.moment(held)),
        ("جا", tender.prebid_place),
        ("حاضران", persian_digits(f"{len(kept.attendees)} نفر از نمایندگان شرکت‌ها")),
    ]
    blocks: list[Block] = [Title("صورتجلسه توضیح اسناد مناقصه", tender.title), FactBlock(facts)]
    blocks += [Heading("گزارش جلسه"), *_paragraphs(kept.text)] if kept.text else []
    for place, (question, answer) in enumerate(kept.items, 1):
        blocks += [Heading(persian_digits(f"پرسش {place}")), *_paragraphs(question), *_paragraphs(f"پاسخ: {answer}")]
    closing = (
        "این صورتجلسه برای همه یکسان و هم‌زمان منتشر شده است (ماده ۱۷). شرایط مناقصه فقط با الحاقیه شماره‌دار عوض می‌شود."
    )
    blocks.append(Text(tender.basis.said(closing)))
    return render(Paper(tender.organisation.name, "صورتجلسه توضیح اسناد", tender.number, blocks, stamp))


def _paragraphs(text: str) -> list[Block]:
    return [Text(part) for part in text.splitlines() if part.strip()]
