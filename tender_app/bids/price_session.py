"""The price session: bidders are invited, it is postponed once at most, and never beyond the bids' validity (Art. 18; R26)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.bids.rules import LIVE
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.kernel.words import _
from tender_app.ledger import receipt_log
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context, Facts
from tender_app.tenders.facts import FACTS
from tender_app.tenders.guards import session_of
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated, when_and_where
from tender_app.tenders.rules import Session, TenderState
from tender_app.tenders.session_models import Postponement
from tender_app.tenders.session_rules import Postponed


@dataclass(frozen=True, slots=True)
class Later:
    """A postponement as the ledger keeps it: the hour from now on and the hour before, and why."""

    what: Postponed

    @property
    def opens_at(self) -> dt.datetime:
        """Return the hour from now on."""
        return self.what.opens_at

    def record(self) -> dict[str, Any]:
        """Keep both instants as the verifiers read them, and the reason."""
        told = {"prices_open_at": self.what.opens_at, "prices_before": self.what.before}
        return {**{name: receipt_log.instant(at) for name, at in told.items()}, "reason": self.what.reason}


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Postponement | None]:
    """Read the postponements of the tenders, in one query."""
    ids = [t.id for t in tenders]
    found = {
        p.tender_id: p for p in ctx.session.scalars(sa.select(Postponement).where(Postponement.tender_id.in_(ids)))
    }
    return {i: found.get(i) for i in ids}


POSTPONED = Facts[Tender, Postponement | None](load)


def bidders_are_invited(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Prices are opened before bidders who were invited to see it (Art. 18-d; R26)."""
    if TenderState.TECHNICAL_LOCKED in FACTS.of(ctx, tender).invited_in:
        return None
    return _("پیشنهاددهندگان به جلسه گشایش قیمت دعوت نشده‌اند؛ نخست دبیر کمیسیون دعوت را بفرستد (ماده ۱۸).")


def bids_are_valid(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """No price is opened of a bid that binds nobody any more (R26)."""
    if tender.valid_until is None or calendar.today(ctx.now) <= tender.valid_until:
        return None
    return _(
        "اعتبار پیشنهادها {until} پایان یافت؛ قیمتی گشوده نمی‌شود و کمیسیون درباره تجدید رأی می‌دهد (ماده ۲۴)."
    ).format(until=calendar.numeric(tender.valid_until))


def postponed_once(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The session is postponed once, before it begins (Art. 18; R26)."""
    if (earlier := POSTPONED.of(ctx, tender)) is not None:
        return _("جلسه قیمت یک بار از {before} به تعویق افتاده است؛ تعویق دوباره شدنی نیست (ماده ۱۸).").format(
            before=calendar.moment(earlier.opens_before)
        )
    begun = FACTS.of(ctx, tender).present[Session.PRICES]
    return _("جلسه قیمت آغاز شده و حاضران آن ثبت شده‌اند؛ دیگر به تعویق نمی‌افتد.") if begun else None


def postponement_is_lawful(ctx: Context, tender: Tender, what: Later | None) -> str | None:
    """The new hour is later than the announced one, still to come, and within the bids' validity (R26)."""
    if what is None:
        return None
    if what.what.before != tender.prices_open_at:
        return _("ساعت جلسه همان نیست که دیدید؛ صفحه را تازه کنید.")
    if what.opens_at <= max(what.what.before, ctx.now):
        return _("ساعت تازه باید پس از ساعت اعلام‌شده و پس از اکنون باشد.")
    if tender.valid_until is not None and calendar.today(what.opens_at) > tender.valid_until:
        return _("جلسه قیمت از اعتبار پیشنهادها ({until}) نمی‌گذرد (ماده ۱۸).").format(
            until=calendar.numeric(tender.valid_until)
        )
    return None


def postpone(ctx: Context, tender: Tender, what: Later) -> None:
    """Move the price session for all; bidders and commission are told."""
    row = Postponement(tender_id=tender.id, opens_before=what.what.before, opens_at=what.opens_at)
    row.reason, row.decided_at, row.decided_by = what.what.reason, ctx.now, ctx.actor.person_id or 0
    ctx.session.add(row)
    tender.prices_open_at = what.opens_at
    ctx.session.flush()
    ctx.facts.clear()
    people = [*people_of_bidders(ctx, tender), *seated(ctx, tender, [*COMMISSION, Role.SECRETARY, Role.OBSERVER])]
    subject = f"جلسه گشایش قیمت به {calendar.moment(what.opens_at)} افتاد"
    body, path = f"{tender.title}. {what.what.reason}", f"/tenders/{tender.number}/live"
    tell(ctx, people, subject, body=body, path=path, tender_id=tender.id)


def invite_bidders(ctx: Context, tender: Tender, _what: Any) -> None:
    """Invite to the price session everybody whose bid was opened, and the observers to each (Art. 18-d)."""
    session = session_of(tender)
    people = seated(ctx, tender, [Role.OBSERVER])
    if session is Session.PRICES:
        people += people_of_bidders(ctx, tender)
    body, path = when_and_where(tender, session), f"/tenders/{tender.number}/live"
    tell(ctx, people, f"دعوت به {session.label}", body=body, path=path, tender_id=tender.id)


def people_of_bidders(ctx: Context, tender: Tender) -> list[int]:
    """Return who acts for the firms whose bids came and were not taken back."""
    firms = ctx.session.scalars(sa.select(Bid.firm_id).where(Bid.tender_id == tender.id, Bid.state.in_(LIVE))).all()
    return holders(ctx, {Role.FIRM}, Scope.FIRM, firms)
