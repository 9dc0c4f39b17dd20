"""A seat of the commission passes to another person while something is sealed to the tender's keys.

The leaving member's shares end at once. The others' quorum makes shares anew, for the new member too; a replacement
that would leave fewer shares than open a key is refused as long as there still are enough.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids import quorum
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.kernel.words import _
from tender_app.notifications.outbox import tell
from tender_app.people.capacities import Seat, end, grant, in_force
from tender_app.people.models import Capacity
from tender_app.sealing import sessions
from tender_app.sealing.keys import end_shares_of, keys_of, member_key
from tender_app.store.context import Context
from tender_app.tenders import guards
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Seating


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who takes which seat of the commission in whose place, and on what ground (the number of the order, the reason)."""

    role: Role
    person_id: int
    instead: int
    basis: str

    def record(self) -> dict[str, Any]:
        """Keep who came, who left, and why."""
        return {"seats": [[self.role.value, self.person_id]], "instead": self.instead, "basis": self.basis}


def seat_of(ctx: Context, tender: Tender, role: Role) -> Seat | None:
    """Return who sits in a seat of the tender now."""
    return next((s for s in FACTS.of(ctx, tender).seats if s.role is role), None)


def new_member_is_proper(ctx: Context, tender: Tender, what: NewMember | None) -> str | None:
    """Who takes a seat meets all that is asked of a commission before publication, and has an opening passphrase."""
    if what is None:
        return None
    leaving = seat_of(ctx, tender, what.role)
    if what.role not in COMMISSION or leaving is None or leaving.person_id != what.instead:
        return _("این کرسی همان نیست که دیدید؛ صفحه را تازه کنید.")
    if what.person_id in {s.person_id for s in FACTS.of(ctx, tender).seats}:
        return _("این شخص در همین مناقصه سمتی دارد؛ شخص دیگری برگزینید.")
    alone = {role: what.person_id if role is what.role else None for role in COMMISSION}
    seating = Seating(alone[Role.HEAD], alone[Role.FINANCE], alone[Role.TECHNICAL], None, ())
    if reason := guards.seats_are_proper(ctx, tender, seating):
        return reason
    if member_key(ctx, what.person_id) is None:
        return _("این شخص هنوز گذرعبارت گشایش ندارد؛ نخست آن را در صفحه «کلید گشایش من» بگذارد.")
    return None


def others_can_open(ctx: Context, tender: Tender, what: NewMember | None) -> str | None:
    """A share that is still needed does not leave: first the shares are made anew, then the seat passes."""
    facts = quorum.KEYS.of(ctx, tender)
    if what is None or len(facts.holders) < facts.needed:  # what opens no more loses nothing by it
        return None
    left = len(facts.holders - {what.instead})
    if left >= facts.needed:
        return None
    return persian_digits(
        _(
            "با رفتن این عضو {left} سهم سالم می‌ماند و {needed} سهم لازم است؛ نخست سهم‌ها با سهم خود او از نو ساخته شود."
        ).format(left=left, needed=facts.needed)
    )


def shares_fit_seats(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Nothing is left to renew: each member who sits now has a share, or shares can be made anew by nobody."""
    facts = quorum.KEYS.of(ctx, tender)
    if not facts.keys or facts.holders == set(quorum.members_of(ctx, tender)):
        return _("هر سه عضو سهم خود را دارند.")
    return quorum.enough_shares_left(ctx, tender, None)


def replace_member(ctx: Context, tender: Tender, what: NewMember) -> None:
    """Let the seat pass: the capacity and the shares of who leaves end, what was given in a session is deleted."""
    held = sa.select(Capacity).where(
        Capacity.scope == Scope.TENDER,
        Capacity.scope_id == tender.id,
        Capacity.role == what.role,
        Capacity.person_id == what.instead,
        in_force(ctx.now),
    )
    for capacity in ctx.session.scalars(held):
        end(ctx, capacity)
    grant(ctx, what.person_id, what.role, scope=Scope.TENDER, scope_id=tender.id, basis=what.basis)
    for key in keys_of(ctx, tender.id).values():
        end_shares_of(ctx, key, what.instead)
    sessions.end(ctx, tender.id)
    ctx.session.flush()
    ctx.facts.clear()
    _tell(ctx, tender, what)


def _tell(ctx: Context, tender: Tender, what: NewMember) -> None:
    seat, page = tender.basis.word(what.role), f"/tenders/{tender.number}"
    head = seat_of(ctx, tender, Role.HEAD)
    told = [
        (what.person_id, f"شما {seat} این مناقصه شدید", f"{page}/keys"),
        (what.instead, f"سمت شما ({seat}) در این مناقصه پایان یافت", page),
        (
            head.person_id if head else None,
            tender.basis.said("عضو کمیسیون عوض شد؛ سهم‌های کلید را از نو بسازید"),
            f"{page}/keys",
        ),
    ]
    for person, subject, path in told:
        if person is not None:
            tell(ctx, [person], subject, body=tender.title, path=path, tender_id=tender.id)
