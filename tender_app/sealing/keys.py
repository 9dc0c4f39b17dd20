"""A tender's two age keys: made in a ceremony, known afterwards by their public halves and their members' shares alone.

No whole secret is kept anywhere. It exists in memory while it is split, and while an opening act uses it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from pyrage import x25519
from sqlalchemy.orm import joinedload

from tender_app.sealing import passphrase, shares
from tender_app.sealing.models import KeyPurpose, KeyShare, MemberKey, TenderKey
from tender_app.store.context import Context


def member_key(ctx: Context, person_id: int) -> MemberKey | None:
    """Return the key under the person's passphrase, if one stands."""
    return member_keys(ctx, [person_id]).get(person_id)


def member_keys(ctx: Context, people: Iterable[int]) -> Mapping[int, MemberKey]:
    """Return the standing keys of these people, by person."""
    query = sa.select(MemberKey).where(MemberKey.person_id.in_(list(people)), MemberKey.ended_at.is_(None))
    return {key.person_id: key for key in ctx.session.scalars(query)}


def keep_member_key(ctx: Context, person_id: int, locked: passphrase.Locked) -> MemberKey:
    """Keep a person's key; the one before ends, and the shares that were sealed to it can no longer be given."""
    before = member_key(ctx, person_id)
    if before is not None:
        before.ended_at = ctx.now
        ctx.session.flush()
    made = MemberKey(person_id=person_id, made_at=ctx.now)
    _lock(made, locked)
    ctx.session.add(made)
    ctx.session.flush()
    return made


def relock(key: MemberKey, locked: passphrase.Locked) -> None:
    """Put the same key under another passphrase: its shares stay good."""
    if locked.recipient != key.recipient:
        raise ValueError("another key")
    _lock(key, locked)


def locked_of(key: MemberKey) -> passphrase.Locked:
    """Return the key as its passphrase unlocks it."""
    return passphrase.Locked(key.recipient, key.salt, key.box, key.operations, key.memory)


def make_keys(ctx: Context, tender_id: int, members: Sequence[MemberKey], needed: int) -> list[TenderKey]:
    """Make the keys of a tender, one for envelopes الف and ب and one for ج, in shares; earlier ones end."""
    for old in keys_of(ctx, tender_id).values():
        old.ended_at = ctx.now
        _end_shares(ctx, old)
    ctx.session.flush()
    return [_make(ctx, TenderKey(tender_id=tender_id, purpose=p, needed=needed), members) for p in KeyPurpose]


def renew_shares(ctx: Context, key: TenderKey, identity: Any, members: Sequence[MemberKey]) -> None:
    """Split the same secret anew among these members; shares given before end."""
    _end_shares(ctx, key)
    _share(ctx, key, identity, members)


def end_shares_of(ctx: Context, key: TenderKey, person_id: int) -> None:
    """End the shares of one person: they can no longer be given."""
    for share in shares_of(ctx, [key]):
        if share.member_key.person_id == person_id:
            share.ended_at = ctx.now


def keys_of(ctx: Context, tender_id: int) -> Mapping[KeyPurpose, TenderKey]:
    """Return the standing keys of the tender; empty before the ceremony."""
    query = sa.select(TenderKey).where(TenderKey.tender_id == tender_id, TenderKey.ended_at.is_(None))
    return {key.purpose: key for key in ctx.session.scalars(query)}


def key_of(ctx: Context, tender_id: int, purpose: KeyPurpose) -> TenderKey:
    """Return the key that closes such envelopes of the tender."""
    query = sa.select(TenderKey).where(TenderKey.tender_id == tender_id, TenderKey.ended_at.is_(None))
    return ctx.session.scalars(query.where(TenderKey.purpose == purpose)).one()


def shares_of(ctx: Context, keys: Iterable[TenderKey]) -> Sequence[KeyShare]:
    """Return the shares that stand, with the member keys to which they are sealed."""
    query = sa.select(KeyShare).where(KeyShare.tender_key_id.in_([key.id for key in keys]), KeyShare.ended_at.is_(None))
    return ctx.session.scalars(query.options(joinedload(KeyShare.member_key)).order_by(KeyShare.id)).all()


def _make(ctx: Context, key: TenderKey, members: Sequence[MemberKey]) -> TenderKey:
    identity = x25519.Identity.generate()
    key.recipient, key.created_at = str(identity.to_public()), ctx.now
    ctx.session.add(key)
    ctx.session.flush()
    _share(ctx, key, identity, members)
    return key


def _share(ctx: Context, key: TenderKey, identity: Any, members: Sequence[MemberKey]) -> None:
    sealed = shares.split(identity, [m.recipient for m in members], key.needed)
    ctx.session.add_all(
        KeyShare(tender_key_id=key.id, member_key_id=member.id, sealed=share, made_at=ctx.now)
        for member, share in zip(members, sealed, strict=True)
    )
    ctx.session.flush()


def _end_shares(ctx: Context, key: TenderKey) -> None:
    for share in shares_of(ctx, [key]):
        share.ended_at = ctx.now


def _lock(key: MemberKey, locked: passphrase.Locked) -> None:
    key.recipient, key.salt, key.box = locked.recipient, locked.salt, locked.box
    key.operations, key.memory = locked.operations, locked.memory
