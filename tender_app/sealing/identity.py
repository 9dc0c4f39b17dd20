"""An age identity as its 32 secret bytes and back: what can be split, boxed and written on paper."""

from typing import Any

import bech32
from pyrage import x25519

PREFIX = "age-secret-key-"
SIZE = 32


def secret_of(identity: Any) -> bytes:
    """Return the 32 secret bytes of an age X25519 identity."""
    _, words = bech32.bech32_decode(str(identity))
    return bytes(bech32.convertbits(words or [], 5, 8, pad=False) or [])


def identity_of(secret: bytes) -> Any:
    """Return the age identity of 32 secret bytes; raise ValueError for any other number of them."""
    if len(secret) != SIZE:
        raise ValueError("an age identity has 32 secret bytes")
    return x25519.Identity.from_str(bech32.bech32_encode(PREFIX, bech32.convertbits(secret, 8, 5) or []).upper())
