"""The installation's signing key (Ed25519): what it says of the receipt log can be checked by anyone, without it."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from tender_app.config import Settings
from tender_app.store.files import sync_folder

NAME = "log.key"


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the one text of a JSON object that is hashed and signed: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed(settings: Settings, statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return the statement with `key` (public half, hex) and `signature` (hex) over its canonical text with that key."""
    key = _key(settings)
    whole = {**statement, "key": key.verify_key.encode().hex()}
    return {**whole, "signature": key.sign(canonical(whole)).signature.hex()}


def is_signed(statement: Mapping[str, Any], public_key: str) -> bool:
    """Tell whether a statement was signed by the key with this public half (hex)."""
    whole = {name: value for name, value in statement.items() if name != "signature"}
    try:
        VerifyKey(bytes.fromhex(public_key)).verify(canonical(whole), bytes.fromhex(str(statement["signature"])))
    except (BadSignatureError, KeyError, ValueError, TypeError):
        return False
    return statement.get("key") == public_key


def public_key(settings: Settings) -> str:
    """Return the public half of the installation's key, in hex."""
    return _key(settings).verify_key.encode().hex()


def _key(settings: Settings) -> SigningKey:
    """Return the key; the first who asks makes it, and it is safe on the disk before anything is signed."""
    path = settings.keys / NAME
    if not path.is_file():
        _make(path)
    return SigningKey(base64.b64decode(path.read_text("ascii")))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    part = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(bytes(SigningKey.generate())) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)  # refuses to replace a key that another process made meanwhile
    except FileExistsError:
        pass
    finally:
        part.unlink()
    sync_folder(path.parent)
