"""A tender's two age keys: the public halves in the database, the secret halves in a folder that only opening reads."""

from pathlib import Path

import sqlalchemy as sa
from pyrage import x25519

from tender_app.config import Settings
from tender_app.sealing.models import KeyPurpose, TenderKey
from tender_app.store.context import Context


def make_keys(ctx: Context, tender_id: int) -> list[TenderKey]:
    """Make the keys of a tender, one for envelopes الف and ب and one for ج; each secret is written once, mode 0600."""
    keys = [_make(ctx, tender_id, purpose) for purpose in KeyPurpose]
    ctx.session.add_all(keys)
    ctx.session.flush()
    return keys


def key_of(ctx: Context, tender_id: int, purpose: KeyPurpose) -> TenderKey:
    """Return the key that closes such envelopes of the tender."""
    query = sa.select(TenderKey).where(TenderKey.tender_id == tender_id, TenderKey.purpose == purpose)
    return ctx.session.scalars(query).one()


def secret_path(settings: Settings, key: TenderKey) -> Path:
    """Return where a key's secret half lies, named by its public half."""
    return settings.keys / f"{key.recipient}.txt"


def _make(ctx: Context, tender_id: int, purpose: KeyPurpose) -> TenderKey:
    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    key = TenderKey(tender_id=tender_id, purpose=purpose, recipient=recipient, created_at=ctx.now)
    path = secret_path(ctx.settings, key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(f"{identity}\n", "ascii")
    return key
