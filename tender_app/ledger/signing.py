"""The receipt log's own key (Ed25519): what it signs, anyone who has its public half can check."""

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from tender_app.config import Settings

HEAD = b"tender_app log head\n"
PROMISE = b"tender_app promise\n"
FILE = "log.key"


def canonical(value: object) -> bytes:
    """Return the one way in which a value is written before it is hashed or signed: JSON, sorted, without spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def key_of(settings: Settings) -> SigningKey:
    """Return the installation's key; it is made when it is first asked for, and lies in its folder of keys."""
    path = settings.keys / FILE
    if not path.is_file():
        _make(path)
    return SigningKey(path.read_bytes())


def public_of(settings: Settings) -> str:
    """Return the public half in hex: 32 bytes."""
    return bytes(key_of(settings).verify_key).hex()


def log_id(public: str) -> str:
    """Return the name of the log that this key signs: the first half of SHA-256 of its public half, in hex."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]


def signed(settings: Settings, kind: bytes, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with the log's name and its signature over all of them."""
    key = key_of(settings)
    whole = {"log": log_id(bytes(key.verify_key).hex()), **fields}
    return {**whole, "signature": key.sign(kind + canonical(whole)).signature.hex()}


def is_signed(public: str, kind: bytes, whole: Mapping[str, Any]) -> bool:
    """Tell whether the log with this public key signed these fields as such."""
    fields = {name: value for name, value in whole.items() if name != "signature"}
    try:
        signature = bytes.fromhex(str(whole["signature"]))
        VerifyKey(bytes.fromhex(public)).verify(kind + canonical(fields), signature)
    except (BadSignatureError, LookupError, ValueError):
        return False
    return fields.get("log") == log_id(public)


def _make(path: Path) -> None:
    """Write a new key beside its place and link it there: of two who do so at once, one wins and both read the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    trial = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(bytes(SigningKey.generate()))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(trial, path)
    trial.unlink()
