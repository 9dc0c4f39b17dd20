"""Passwords: Argon2id hashes, checked in the same time whether or not the person exists."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import _

SHORTEST = 10
LONGEST = 200  # a longer one only costs time
FEWEST_DISTINCT = 4
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # tests put a cheaper one in its place
_NOBODYS = hasher.hash("a password that nobody has")


def fault_of(password: str) -> str | None:
    """Return why this password is not taken, or None."""
    if len(password) < SHORTEST:
        return persian_digits(
            _("گذرواژه دست‌کم {shortest} نویسه دارد؛ چند واژه پشت سر هم بهتر از یک واژه پیچیده است.").format(
                shortest=SHORTEST
            )
        )
    if len(password) > LONGEST:
        return persian_digits(_("گذرواژه بیش از {longest} نویسه پذیرفته نیست.").format(longest=LONGEST))
    if len(set(password)) < FEWEST_DISTINCT:
        return _("گذرواژه از تکرار چند نویسه ساخته شده است؛ گذرواژه دیگری برگزینید.")
    return None


def hashed(password: str) -> str:
    """Return the hash to keep."""
    return hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Tell whether the password is the one whose hash is kept; None stands for an unknown person, at the same cost."""
    try:
        return hasher.verify(kept or _NOBODYS, password) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
