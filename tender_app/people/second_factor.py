"""The second factor: one-time codes of a telephone (RFC 6238), and recovery codes for the day the telephone is lost.

Codes are judged on true time, never on a demonstration's clock: telephones show true time. A code is taken once. The
secret is kept in libsodium's secret box, recovery codes as keyed digests, each under a key made of the application's
secret and the person: a copy of the database alone makes no code, and one person's row is of no use as another's. Where
the application's secret changed, no code is right any more: the administrator ends the factor and the person sets another.
"""

import datetime as dt
import hmac
import secrets

import pyotp
import sqlalchemy as sa
from nacl import secret as boxes
from nacl.exceptions import CryptoError
from pyotp.exceptions import OTPVerificationError
from sqlalchemy.orm import Session

from tender_app.config import Settings
from tender_app.people.factor_models import RecoveryCode, SecondFactor
from tender_app.people.models import Person
from tender_app.store import clock
from tender_app.store.context import Context

DIGITS = 6
DRIFT = 1  # steps of 30 seconds that a telephone may be off, either way
SETTING_TERM = dt.timedelta(hours=1)  # how long a secret waits to be confirmed
RECOVERY_CODES = 10
GROUPS, IN_A_GROUP = 4, 4  # figures alone: a telephone's keypad for codes has no letters


def live(session: Session, person_id: int | None) -> SecondFactor | None:
    """Return the second factor that a person has set, if there is one."""
    return session.scalars(_standing(person_id).where(SecondFactor.confirmed_at.is_not(None))).one_or_none()


def being_set(ctx: Context, person_id: int | None) -> SecondFactor | None:
    """Return the secret that a person is setting: not yet confirmed, and not forgotten for an hour."""
    fresh = SecondFactor.made_at > ctx.now - SETTING_TERM
    return ctx.session.scalars(_standing(person_id).where(SecondFactor.confirmed_at.is_(None), fresh)).one_or_none()


def prepare(ctx: Context, person_id: int) -> None:
    """Make a secret to be confirmed; one that is being set stays, and so does one that is set."""
    ctx.session.execute(
        sa.select(Person.id).where(Person.id == person_id).with_for_update()
    )  # twice pressed: one secret
    pending = being_set(ctx, person_id)
    if live(ctx.session, person_id) or (pending and secret_of(ctx.settings, pending)):
        return
    ctx.session.execute(_ending(ctx, person_id))
    box = _box(ctx.settings, person_id).encrypt(pyotp.random_base32().encode())
    ctx.session.add(SecondFactor(person_id=person_id, box=bytes(box), made_at=ctx.now, last_step=0))
    ctx.session.flush()


def end(ctx: Context, person_id: int) -> None:
    """End what a person has set, or is setting; its codes end with it."""
    ctx.session.execute(_ending(ctx, person_id))


def secret_of(settings: Settings, factor: SecondFactor) -> str | None:
    """Return the secret in base32, as a telephone takes it; None where the application's secret is another one now."""
    try:
        return _box(settings, factor.person_id).decrypt(factor.box).decode()
    except CryptoError:
        return None


def address_for(secret: str, *, name: str, issuer: str) -> str:
    """Return the address (otpauth:) that a QR code carries to the telephone."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(ctx: Context, factor: SecondFactor, code: str) -> int | None:
    """Return the time step of a right code that is newer than the last one taken; else None."""
    secret = secret_of(ctx.settings, factor)
    if secret is None or len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(
            code, for_time=clock.true_now(ctx.session), valid_window=DRIFT
        )
    except OTPVerificationError:
        return None
    return step if step > factor.last_step else None


def take(ctx: Context, factor: SecondFactor, code: str) -> bool:
    """Take a code of the telephone or a recovery code, in this transaction; False if it is wrong or was taken before.

    Of two who show the same code at once, one succeeds: what takes it is the row itself.
    """
    if (step := step_of(ctx, factor, code)) is not None:
        newer = sa.and_(SecondFactor.id == factor.id, SecondFactor.last_step < step)
        return _changed(ctx, sa.update(SecondFactor).where(newer).values(last_step=step))
    this = sa.and_(RecoveryCode.factor_id == factor.id, RecoveryCode.digest == _digest(ctx, factor, code))
    return _changed(ctx, sa.update(RecoveryCode).where(this, *_LEFT).values(used_at=ctx.now))


def new_codes() -> tuple[str, ...]:
    """Return ten recovery codes, in groups, to be shown once."""
    return tuple(
        "-".join(f"{secrets.randbelow(10**IN_A_GROUP):0{IN_A_GROUP}}" for _ in range(GROUPS))
        for _ in range(RECOVERY_CODES)
    )


def keep_codes(ctx: Context, factor: SecondFactor, codes: tuple[str, ...]) -> None:
    """Keep the digests of new recovery codes; those that were left end."""
    left = sa.update(RecoveryCode).where(RecoveryCode.factor_id == factor.id, *_LEFT)
    ctx.session.execute(left.values(ended_at=ctx.now))
    ctx.session.add_all([RecoveryCode(factor_id=factor.id, digest=_digest(ctx, factor, code)) for code in codes])


def codes_left(ctx: Context, factor: SecondFactor, codes: tuple[str, ...] = ()) -> int:
    """Return how many recovery codes are left; of `codes` alone, where some are named."""
    query = sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.factor_id == factor.id, *_LEFT)
    if codes:
        query = query.where(RecoveryCode.digest.in_([_digest(ctx, factor, code) for code in codes]))
    return ctx.session.scalar(query) or 0


_LEFT = (RecoveryCode.used_at.is_(None), RecoveryCode.ended_at.is_(None))


def _standing(person_id: int | None) -> sa.Select[SecondFactor]:
    return sa.select(SecondFactor).where(SecondFactor.person_id == person_id, SecondFactor.ended_at.is_(None))


def _ending(ctx: Context, person_id: int) -> sa.Update:
    mine = sa.and_(SecondFactor.person_id == person_id, SecondFactor.ended_at.is_(None))
    return sa.update(SecondFactor).where(mine).values(ended_at=ctx.now)


def _changed(ctx: Context, statement: sa.Update) -> bool:
    return bool(ctx.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _digest(ctx: Context, factor: SecondFactor, code: str) -> str:
    """Return what is kept of a recovery code, with its groups apart or together."""
    key = _key(ctx.settings, "recovery code", factor.person_id)
    return hmac.digest(key, code.replace("-", "").encode(), "sha256").hex()


def _box(settings: Settings, person_id: int) -> boxes.SecretBox:
    return boxes.SecretBox(_key(settings, "second factor", person_id))


def _key(settings: Settings, use: str, person_id: int) -> bytes:
    return hmac.digest(settings.secret_key.encode(), f"{use}|{person_id}".encode(), "sha256")
