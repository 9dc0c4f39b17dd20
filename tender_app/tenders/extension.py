"""After an outage in the last hour before a deadline, an extension for all is drafted; the manager decides it.

Nothing is extended by itself, and nothing for one bidder alone. An outage is what the worker's heartbeat shows, in true
time; a deadline is told by the clock that binds, which in a demonstration runs ahead.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session as Db

from tender_app.config import Settings
from tender_app.kernel import calendar
from tender_app.kernel.actor import NOBODY
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.kernel.words import _
from tender_app.ledger import receipt_log
from tender_app.ledger.heartbeat import Stretch, outages
from tender_app.ledger.models import LogLeaf
from tender_app.notifications.outbox import holders, tell
from tender_app.store import clock
from tender_app.store.context import Context, Facts
from tender_app.store.database import one_at_a_time
from tender_app.tenders.facts import FACTS
from tender_app.tenders.invitations import people_called
from tender_app.tenders.models import Attendance, DraftedExtension, Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.rules import Decision, Reason, Session, TenderState

HOUR = dt.timedelta(hours=1)
LONGEST = 2000  # hours by which a deadline is moved at most
EARLIER = dt.timedelta(days=7)  # an outage that began longer before is counted from here
WAITING = dt.timedelta(days=60)  # so long after a deadline its opening is still waited for
WORK = 1521  # what one worker at a time does
Waiting = Sequence[DraftedExtension]


@dataclass(frozen=True, slots=True)
class Extension:
    """A drafted extension as the manager decides it: the deadline and the opening, before and after."""

    draft_id: int
    closes: tuple[dt.datetime, dt.datetime]
    opens: tuple[dt.datetime, dt.datetime]
    reason: str

    def record(self) -> dict[str, Any]:
        """Keep both instants as they are from now on and as they were, and the reason."""
        said = {"closes_at": self.closes[1], "opens_at": self.opens[1]}
        before = {"closes_before": self.closes[0], "opens_before": self.opens[0]}
        told = {name: receipt_log.instant(at) for name, at in {**said, **before}.items()}
        return {**told, "reason": self.reason, "draft": self.draft_id}


@dataclass(frozen=True, slots=True)
class Refused:
    """A drafted extension that the manager declines, with the reason."""

    draft_id: int
    reason: str

    def record(self) -> dict[str, Any]:
        """Keep both."""
        return {"draft": self.draft_id, "reason": self.reason}


def least_hours(draft: DraftedExtension, closes_at: dt.datetime, now: dt.datetime) -> int:
    """Return the whole hours that give back at least what was lost: before the deadline, or from now on after it."""
    needed = max(closes_at, now) + dt.timedelta(seconds=draft.lost) - closes_at
    return -(-needed // HOUR)


def extension_by(draft: DraftedExtension, tender: Tender, hours: int) -> Extension:
    """Return the extension by so many hours: deadline and opening move together, so what is between them stays."""
    closes, opens = tender.closes_at, tender.opens_at
    if closes is None or opens is None:
        raise LookupError(f"tender {tender.id} has no deadline")
    return Extension(draft.id, (closes, closes + hours * HOUR), (opens, opens + hours * HOUR), draft.reason)


def draft_extensions(session: Db, settings: Settings, now: dt.datetime) -> int:
    """Draft what the outages until a true instant ask for, once for each outage and tender; return how many."""
    one_at_a_time(session, WORK)
    ahead = clock.ahead(session)
    ctx = Context(session, NOBODY, now + ahead, settings)
    soon = sa.and_(Tender.closes_at <= ctx.now + HOUR, Tender.closes_at > ctx.now - WAITING)
    begun = sa.select(Attendance.tender_id).where(Attendance.session == Session.ENVELOPES)
    query = sa.select(Tender).where(Tender.state == TenderState.PUBLISHED, soon, Tender.id.not_in(begun))
    drafted = 0
    for tender in session.scalars(query.order_by(Tender.id)):
        for lost in _lost(session, tender, now, ahead):
            drafted += _draft(ctx, tender, lost, ahead)
    return drafted


def _lost(session: Db, tender: Tender, now: dt.datetime, ahead: dt.timedelta) -> list[Stretch]:
    """Return the outages that reach into the last hour before the tender's deadline, in true time."""
    closes = _at(tender.closes_at) - ahead
    since = _since_the_clock_moved(session, ahead)
    found = outages(session, closes - HOUR - EARLIER, now)
    return [(a, b) for a, b in found if a < closes and b > closes - HOUR and b < now and (since is None or a >= since)]


def _since_the_clock_moved(session: Db, ahead: dt.timedelta) -> dt.datetime | None:
    """Return when a demonstration's clock was last moved: what was before it stood at another hour of this clock."""
    if not ahead:
        return None
    query = sa.select(LogLeaf.ends).where(LogLeaf.ahead != int(ahead.total_seconds()))
    return session.scalar(query.order_by(LogLeaf.position.desc()).limit(1))


def _draft(ctx: Context, tender: Tender, outage: Stretch, ahead: dt.timedelta) -> bool:
    began, ended = outage
    same = sa.and_(DraftedExtension.tender_id == tender.id, DraftedExtension.outage_to == ended)
    if ctx.session.scalar(sa.select(DraftedExtension.id).where(same)):
        return False
    closes = _at(tender.closes_at)
    lost = min(ended + ahead, closes) - (began + ahead)
    reason = persian_digits(
        f"سامانه از {calendar.moment(began + ahead)} تا {calendar.moment(ended + ahead)} در دسترس نبود و "
        f"{calendar.remaining(lost)} از مهلت از دست رفت؛ این قطع در ساعت پایانی مهلت بود."
    )
    draft = DraftedExtension(
        tender_id=tender.id,
        outage_from=began,
        outage_to=ended,
        lost=int(lost.total_seconds()),
        reason=reason,
        closes_before=closes,
        drafted_at=ctx.now,
    )
    what = extension_by(draft, tender, least_hours(draft, closes, ctx.now))
    draft.closes_at, draft.opens_at = what.closes[1], what.opens[1]
    ctx.session.add(draft)
    ctx.session.flush()
    managers = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
    path = f"/tenders/{tender.number}/extension"
    tell(ctx, managers, "پیش‌نویس تمدید مهلت در انتظار تصمیم شماست", body=reason, path=path, tender_id=tender.id)
    return True


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Waiting]:
    """Read the drafts that wait for a decision, in one query."""
    ids = [t.id for t in tenders]
    query = sa.select(DraftedExtension).where(DraftedExtension.tender_id.in_(ids), DraftedExtension.decision.is_(None))
    rows = ctx.session.scalars(query.order_by(DraftedExtension.id)).all()
    return {i: [row for row in rows if row.tender_id == i] for i in ids}


DRAFTS = Facts[Tender, Waiting](load)


def waiting(ctx: Context, tender: Tender) -> DraftedExtension | None:
    """Return the draft that is decided first, if one waits and its opening has not begun."""
    is_open = tender.state is TenderState.PUBLISHED
    return next(iter(DRAFTS.of(ctx, tender)), None) if is_open else None


def extended(ctx: Context, tender: Tender) -> Sequence[DraftedExtension]:
    """Return the extensions of the tender that were decided for all, in order."""
    query = sa.select(DraftedExtension).filter_by(tender_id=tender.id, decision=Decision.EXTENDED)
    return ctx.session.scalars(query.order_by(DraftedExtension.decided_at)).all()


def draft_waits(ctx: Context, tender: Tender, what: Extension | Refused | None) -> str | None:
    """Only what was drafted after an outage is decided, and once."""
    draft = waiting(ctx, tender)
    if draft is None:
        return _("پیش‌نویس تمدیدی در انتظار تصمیم نیست؛ فقط پس از قطع سامانه در ساعت پایانی مهلت تهیه می‌شود.")
    return (
        None if what is None or what.draft_id == draft.id else _("این پیش‌نویس همان نیست که دیدید؛ صفحه را تازه کنید.")
    )


def no_draft_waits(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """No envelope is opened while an extension waits for its decision: the opening would end it."""
    if waiting(ctx, tender) is None:
        return None
    return _("سامانه در ساعت پایانی مهلت قطع بوده است؛ نخست مدیرعامل درباره پیش‌نویس تمدید مهلت تصمیم بگیرد.")


def session_not_begun(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A deadline is not reopened once the commission sits to open what came until then."""
    begun = FACTS.of(ctx, tender).present[Session.ENVELOPES]
    return _("جلسه گشایش آغاز شده و حاضران آن ثبت شده‌اند؛ مهلت دیگر تمدید نمی‌شود.") if begun else None


def extension_is_enough(ctx: Context, tender: Tender, what: Extension | None) -> str | None:
    """What was lost is given back whole, from the deadline as the manager saw it, and prices are opened after it all."""
    draft = waiting(ctx, tender)
    if what is None or draft is None:
        return None
    if what.closes[0] != tender.closes_at or what.opens[0] != tender.opens_at:
        return _("مهلت همان نیست که دیدید؛ صفحه را تازه کنید.")
    least = least_hours(draft, what.closes[0], ctx.now)
    if what.closes[1] - what.closes[0] < least * HOUR:
        return persian_digits(_("تمدید دست‌کم {least} ساعت است تا همه آنچه از دست رفت برگردد.").format(least=least))
    return _prices_come_later(tender, what, least)


def _prices_come_later(tender: Tender, what: Extension, least: int) -> str | None:
    if tender.prices_open_at is None or what.opens[1] < tender.prices_open_at:
        return None
    if what.opens[0] + least * HOUR < tender.prices_open_at:
        return _("با این تمدید، گشایش پاکت‌های الف و ب به گشایش پاکت‌های ج می‌رسد؛ تمدید کوتاه‌تری برگزینید.")
    return _("حتی کمترین تمدید به گشایش پاکت‌های ج می‌رسد؛ راه، نپذیرفتن تمدید با ذکر دلیل یا تجدید مناقصه است.")


def extend(ctx: Context, tender: Tender, what: Extension) -> None:
    """Move the deadline and the opening for all; what was submitted stays submitted; everybody concerned is told."""
    draft = _decided(ctx, what.draft_id, Decision.EXTENDED)
    draft.closes_before, draft.closes_at = what.closes
    draft.opens_at = what.opens[1]
    tender.closes_at, tender.opens_at, tender.extended_at = draft.closes_at, draft.opens_at, ctx.now
    ctx.session.flush()
    subject = f"مهلت تسلیم تا {calendar.moment(draft.closes_at)} برای همه تمدید شد"
    people = [*people_called(ctx, tender), *seated(ctx, tender, [*COMMISSION, Role.SECRETARY])]
    body = f"{tender.title}. {what.reason} گشایش: {calendar.moment(draft.opens_at)}."
    tell(ctx, people, subject, body=body, path=f"/tenders/{tender.number}", tender_id=tender.id)


def decline(ctx: Context, _tender: Tender, what: Refused) -> None:
    """Keep that and why the deadline stays."""
    _decided(ctx, what.draft_id, Decision.DECLINED).note = what.reason
    ctx.session.flush()


def refused(draft: DraftedExtension, reason: Reason) -> Refused:
    """Return the refusal of a draft."""
    return Refused(draft.id, reason.text)


def _decided(ctx: Context, draft_id: int, decision: Decision) -> DraftedExtension:
    draft = ctx.session.get_one(DraftedExtension, draft_id)
    draft.decision, draft.decided_at, draft.decided_by = decision, ctx.now, ctx.actor.person_id
    ctx.facts.clear()
    return draft


def _at(instant: dt.datetime | None) -> dt.datetime:
    if instant is None:
        raise LookupError("no such instant")
    return instant
