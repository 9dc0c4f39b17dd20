"""Reasons against acts that need the commission's keys: whose shares suffice is asked beside who must sit (Art. 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.key_rules import Destruction, Given, Keys
from tender_app.bids.models import Bid, BidEnvelope, OpenedEnvelope
from tender_app.bids.rules import LIVE, EnvelopeKind
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role
from tender_app.kernel.words import N_, _
from tender_app.sealing import sessions
from tender_app.sealing.keys import member_keys, shares_of
from tender_app.sealing.models import KeyPurpose, SealedEnvelope, TenderKey
from tender_app.store.context import Context, Facts
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender

TOO_FEW = N_(
    "سهم‌های سالم کلید این مناقصه {have} است و دست‌کم {needed} سهم لازم است؛ پاکت‌ها دیگر گشودنی نیست. "
    "راه قانونی، تجدید مناقصه است (ماده ۲۴)."
)


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """How a tender's keys stand: who has a key of their own, whose shares can be given."""

    keys: Mapping[KeyPurpose, TenderKey]
    ready: frozenset[int]  # seated members with a key under their passphrase
    holders: frozenset[int]  # seated members whose shares of both keys are sealed to the key that they have now

    @property
    def needed(self) -> int:
        """Return how many shares open a key."""
        return max((key.needed for key in self.keys.values()), default=0)

    @property
    def is_rehearsed(self) -> bool:
        """Tell whether the quorum opened a dummy envelope with these very keys."""
        return bool(self.keys) and all(key.rehearsed_at is not None for key in self.keys.values())


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, KeyFacts]:
    """Read how the keys of the tenders stand, in three queries."""
    seats = {t.id: members_of(ctx, t) for t in tenders}
    query = sa.select(TenderKey).where(TenderKey.tender_id.in_(seats), TenderKey.ended_at.is_(None))
    keys = ctx.session.scalars(query).all()
    own = member_keys(ctx, {person for members in seats.values() for person in members})
    held: dict[int, list[int]] = {}
    for share in shares_of(ctx, keys):
        if share.member_key.ended_at is None:
            held.setdefault(share.tender_key_id, []).append(share.member_key.person_id)
    return {t.id: _facts([k for k in keys if k.tender_id == t.id], seats[t.id], own.keys(), held) for t in tenders}


KEYS = Facts(load)


def members_of(ctx: Context, tender: Tender) -> list[int]:
    """Return the three members of the commission, in the order of Art. 5."""
    seats = {s.role: s.person_id for s in FACTS.of(ctx, tender).seats if s.role in COMMISSION}
    return [seats[role] for role in Role if role in seats]


def members_have_keys(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The keys are made once the three members are seated and each has an opening passphrase."""
    seats = [s for s in FACTS.of(ctx, tender).seats if s.role in COMMISSION]
    if len(seats) < len(COMMISSION):
        return _("نخست هر سه عضو کمیسیون تعیین شوند (ماده ۵).")
    lacking = [s.name for s in seats if s.person_id not in KEYS.of(ctx, tender).ready]
    return _("هنوز گذرعبارت گشایش نگذاشته‌اند: {lacking}.").format(lacking="، ".join(lacking)) if lacking else None


def keys_are_made(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The ceremony was held."""
    return None if KEYS.of(ctx, tender).keys else _("کلیدهای مناقصه هنوز ساخته نشده است؛ رئیس کمیسیون آنها را می‌سازد.")


def keys_fit_seats(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The shares are those of the members who sit now, under the keys that they have now."""
    if KEYS.of(ctx, tender).holders == set(members_of(ctx, tender)):
        return None
    return _("پس از ساختن کلیدها اعضا یا کلید یکی از آنان عوض شده است؛ رئیس کمیسیون کلیدها را دوباره بسازد.")


def keys_are_rehearsed(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The quorum opened a dummy envelope once."""
    is_done = KEYS.of(ctx, tender).is_rehearsed
    return None if is_done else _("گشایش هنوز تمرین نشده است؛ رئیس کمیسیون با سهم اعضا یک پاکت آزمایشی باز می‌کند.")


def enough_shares_left(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """As many shares can still be given as open a key; fewer can never be made more."""
    facts = KEYS.of(ctx, tender)
    if len(facts.holders) >= facts.needed:
        return None
    return persian_digits(TOO_FEW.format(have=len(facts.holders), needed=facts.needed))


def keys_stand(ctx: Context, tender: Tender, what: Any) -> str | None:
    """Nothing is left to make: the keys are there, in shares of the members who sit now."""
    is_ready = keys_are_made(ctx, tender, what) is None and keys_fit_seats(ctx, tender, what) is None
    return _("کلیدها ساخته شده است.") if is_ready else None


def rehearsal_stands(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Nothing is left to rehearse with these keys."""
    return _("گشایش با همین کلیدها تمرین شده است.") if KEYS.of(ctx, tender).is_rehearsed else None


def key_is_given(ctx: Context, tender: Tender, what: Keys | None) -> str | None:
    """The act has the tender's own keys, given by the members' shares."""
    if what is None:  # it is asked whether the act is open; its page gathers the shares
        return None
    standing = {purpose: key.recipient for purpose, key in KEYS.of(ctx, tender).keys.items()}
    given = {purpose: str(identity.to_public()) for purpose, identity in what.identities.items()}
    return None if given == standing else _("سهم‌های کلید برای این کار داده نشده است.")


def share_is_asked_for(ctx: Context, tender: Tender, what: Given | None) -> str | None:
    """A share is given while the head's session lasts: one's own, or another's on the head's device."""
    if what is None:
        return None
    if what.person_id != ctx.actor.person_id and _head(ctx, tender) != ctx.actor.person_id:
        return _("هر عضو سهم خود را می‌دهد؛ سهم دیگری فقط روی دستگاه رئیس کمیسیون گرفته می‌شود.")
    if what.person_id not in members_of(ctx, tender):
        return _("این شخص عضو کمیسیون این مناقصه نیست.")
    return None if sessions.standing(ctx, tender.id, what.act) else sessions.OVER


def unopened_prices(ctx: Context, tender: Tender) -> Sequence[tuple[Bid, SealedEnvelope]]:
    """Return the live bids' price envelopes that were never opened and whose header still lies there."""
    opened = sa.select(OpenedEnvelope.bid_envelope_id)
    query = (
        sa.select(Bid, SealedEnvelope)
        .join(BidEnvelope, BidEnvelope.bid_id == Bid.id)
        .join(SealedEnvelope, SealedEnvelope.id == BidEnvelope.sealed_id)
        .where(Bid.tender_id == tender.id, Bid.state.in_(LIVE), BidEnvelope.kind == EnvelopeKind.C)
        .where(BidEnvelope.superseded_at.is_(None), BidEnvelope.id.not_in(opened))
        .where(SealedEnvelope.destroyed_at.is_(None))
        .order_by(Bid.id)
    )
    return [(bid, sealed) for bid, sealed in ctx.session.execute(query)]


def something_is_unopened(ctx: Context, tender: Tender, what: Destruction | None) -> str | None:
    """There are price envelopes to be closed for ever, and they are those that the head saw."""
    found = unopened_prices(ctx, tender)
    if not found:
        return _("پاکت قیمت ناگشوده‌ای که کلیدش مانده باشد نیست.")
    same = what is None or what.digests == tuple(sealed.digest for _unused, sealed in found)
    return None if same else _("پاکت‌ها همان‌هایی نیست که دیدید؛ صفحه را تازه کنید.")


def _head(ctx: Context, tender: Tender) -> int | None:
    return next((s.person_id for s in FACTS.of(ctx, tender).seats if s.role is Role.HEAD), None)


def _facts(keys: list[TenderKey], members: list[int], own: Any, held: Mapping[int, list[int]]) -> KeyFacts:
    shared = [set(held.get(key.id, ())) for key in keys]
    holders = set.intersection(*shared) if shared else set()
    return KeyFacts({k.purpose: k for k in keys}, frozenset(set(members) & own), frozenset(holders & set(members)))
