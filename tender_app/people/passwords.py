"""Passwords: Argon2id hashes, checked in the same time whether or not the person exists."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 10
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash("a password that nobody has")


def hashed(password: str) -> str:
    """Return the hash to keep."""
    return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Tell whether the password is the one whose hash is kept; None stands for an unknown person, at the same cost."""
    try:
        return _hasher.verify(kept or _NOBODYS, password) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
