"""Where the members' shares meet for one act: each gives theirs sealed to a passing key, and one request combines them.

The passing key's secret is never kept here: it travels in the cookie of the head who began the session.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pyrage
import sqlalchemy as sa
from pyrage import x25519

from tender_app.kernel.words import N_, _
from tender_app.sealing import passphrase, shares
from tender_app.sealing.keys import keys_of, locked_of, member_key, shares_of
from tender_app.sealing.models import KeyPurpose, KeySession, MemberKey, SessionShare
from tender_app.sealing.shares import BadShares
from tender_app.store.context import Context

LASTS = dt.timedelta(minutes=15)
MOST_REFUSED = 6  # passphrases that did not fit, all members together; then the session is over
OVER = N_("نشست کلید پایان یافته است؛ رئیس نشست تازه‌ای آغاز کند.")


def passing_key() -> tuple[str, str]:
    """Return (secret, recipient) of a new passing key; the secret belongs in the head's cookie and nowhere else."""
    passing = x25519.Identity.generate()
    return str(passing), str(passing.to_public())


def begin(ctx: Context, tender_id: int, act: str, recipient: str) -> None:
    """Begin a session for an act, to whose passing key shares are sealed.

    The tender's session before it ends, and what was given in any session whose quarter of an hour is over is deleted.
    """
    _delete(ctx, sa.or_(KeySession.tender_id == tender_id, KeySession.expires_at <= ctx.now))
    made = KeySession(tender_id=tender_id, act=act, recipient=recipient, begun_by=ctx.actor.person_id)
    made.begun_at, made.expires_at = ctx.now, ctx.now + LASTS
    ctx.session.add(made)
    ctx.session.flush()


def standing(ctx: Context, tender_id: int, act: str) -> KeySession | None:
    """Return the session of the act, as long as it lasts."""
    query = sa.select(KeySession).where(KeySession.tender_id == tender_id, KeySession.act == act)
    found = ctx.session.scalars(query.order_by(KeySession.id.desc()).limit(1)).first()
    is_over = found is None or found.expires_at <= ctx.now or found.refused >= MOST_REFUSED
    return None if is_over else found


def given(ctx: Context, session: KeySession) -> Mapping[int, dt.datetime]:
    """Return who gave a share in the session, and when."""
    query = sa.select(SessionShare.person_id, SessionShare.given_at).where(SessionShare.key_session_id == session.id)
    return {row.person_id: row.given_at for row in ctx.session.execute(query)}


def give(ctx: Context, session: KeySession, person_id: int, said: str) -> None:
    """Give a member's shares into the session: their passphrase opens their key, their key opens their shares.

    Raises WrongPassphrase, or BadShares where the person has no share to give.
    """
    key = member_key(ctx, person_id)
    if key is None:
        raise BadShares(_("این عضو هنوز گذرعبارت گشایش ندارد."))
    found = _shares_of_member(ctx, session.tender_id, key, passphrase.unlock(locked_of(key), said))
    sealed = shares.seal_to(session.recipient, json.dumps(found).encode())
    ctx.session.execute(
        sa.delete(SessionShare).where(SessionShare.key_session_id == session.id, SessionShare.person_id == person_id)
    )
    ctx.session.add(SessionShare(key_session_id=session.id, person_id=person_id, sealed=sealed, given_at=ctx.now))
    ctx.session.flush()


def gather(ctx: Context, session: KeySession, secret: str) -> Mapping[KeyPurpose, Any]:
    """Return the tender's identities from what was given; raise BadShares if it is too little, or foreign."""
    try:
        passing = x25519.Identity.from_str(secret)
        rows = ctx.session.scalars(sa.select(SessionShare.sealed).where(SessionShare.key_session_id == session.id))
        opened: list[dict[str, str]] = [json.loads(pyrage.decrypt(sealed, [passing])) for sealed in rows]
    except (pyrage.IdentityError, pyrage.DecryptError) as foreign:
        raise BadShares(_("این مرورگر نشست کلید را آغاز نکرده است؛ رئیس از همان دستگاه ادامه دهد.")) from foreign
    return {
        purpose: shares.combine([found[purpose.value].encode() for found in opened], key.recipient)
        for purpose, key in keys_of(ctx, session.tender_id).items()
        if _enough(len(opened), key.needed)
    }


def end(ctx: Context, tender_id: int) -> None:
    """End the tender's sessions and delete what was given in them."""
    _delete(ctx, KeySession.tender_id == tender_id)


def _shares_of_member(ctx: Context, tender_id: int, key: MemberKey, identity: Any) -> dict[str, str]:
    keys = {tender_key.id: purpose for purpose, tender_key in keys_of(ctx, tender_id).items()}
    mine = [s for s in shares_of(ctx, keys_of(ctx, tender_id).values()) if s.member_key_id == key.id]
    if len(mine) < len(keys) or not mine:
        raise BadShares(_("این عضو سهمی از کلید این مناقصه ندارد؛ سهم‌ها باید از نو ساخته شود."))
    return {keys[s.tender_key_id].value: shares.unseal(s.sealed, identity).decode() for s in mine}


def _enough(count: int, needed: int) -> bool:
    if count < needed:
        raise BadShares(
            _("{count} سهم کلید داده شده و دست‌کم {needed} سهم لازم است.").format(count=count, needed=needed)
        )
    return True


def _delete(ctx: Context, condition: sa.ColumnElement[bool]) -> None:
    ended = sa.select(KeySession.id).where(condition)
    ctx.session.execute(sa.delete(SessionShare).where(SessionShare.key_session_id.in_(ended)))
    ctx.session.execute(sa.delete(KeySession).where(condition))
