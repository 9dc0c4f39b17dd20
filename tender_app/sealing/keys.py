"""A tender's two age keys: the public halves in the database, the secret halves in a folder that only opening reads."""

import os
from pathlib import Path

import sqlalchemy as sa
from pyrage import x25519

from tender_app.config import Settings
from tender_app.sealing.models import KeyPurpose, TenderKey
from tender_app.store.context import Context
from tender_app.store.files import sync_folder


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
    _write_once(secret_path(ctx.settings, key), f"{identity}\n")
    return key


def _write_once(path: Path, secret: str) -> None:
    """Keep a secret for its owner alone, safe on the disk before anything is sealed to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
