"""A member's own key, locked by a passphrase of theirs (Argon2id, libsodium's secret box), and the same key on paper.

The passphrase is never kept. Whoever forgets it reads the key back from the words of the recovery sheet.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

import shamir_mnemonic
from nacl import pwhash, secret, utils
from nacl.exceptions import CryptoError
from pyrage import x25519

from tender_app.kernel.persian import ZWNJ, ascii_digits, fold, persian_digits
from tender_app.kernel.words import _
from tender_app.sealing.identity import identity_of, secret_of

SHORTEST = 12
FEWEST_DISTINCT = 6
OPERATIONS = (
    pwhash.argon2id.OPSLIMIT_MODERATE
)  # 3 passes over 64 MiB: a tenth of a second, four members at once 256 MiB
MEMORY = pwhash.argon2id.MEMLIMIT_INTERACTIVE


class WrongPassphrase(Exception):  # noqa: N818 -- what the page calls it
    """The passphrase does not open this key."""


class BadWords(Exception):  # noqa: N818 -- what the page calls it
    """Words that are no recovery sheet; their checksum does not fit."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A key under its passphrase: the age recipient is public, `box` opens with the passphrase alone."""

    recipient: str
    salt: bytes
    box: bytes
    operations: int = OPERATIONS
    memory: int = MEMORY


def fault_of(passphrase: str) -> str | None:
    """Return why this passphrase is not taken, or None."""
    plain = _plain(passphrase)
    if len(plain) < SHORTEST:
        return persian_digits(
            _("گذرعبارت دست‌کم {shortest} نویسه دارد؛ چهار واژه پشت سر هم بنویسید.").format(shortest=SHORTEST)
        )
    if len(set(plain)) < FEWEST_DISTINCT:
        return _("گذرعبارت از تکرار چند نویسه ساخته شده است؛ عبارت دیگری برگزینید.")
    return None


def new_key() -> Any:
    """Return a new age identity."""
    return x25519.Identity.generate()


def lock(identity: Any, passphrase: str, *, operations: int = OPERATIONS, memory: int = MEMORY) -> Locked:
    """Return the key locked by the passphrase; `operations` and `memory` (bytes) are Argon2id's cost, kept beside it."""
    salt = utils.random(pwhash.argon2id.SALTBYTES)
    box = secret.SecretBox(_derived(passphrase, salt, operations, memory)).encrypt(secret_of(identity))
    return Locked(str(identity.to_public()), salt, bytes(box), operations, memory)


def unlock(locked: Locked, passphrase: str) -> Any:
    """Return the key; raise WrongPassphrase if the passphrase is not the one that locked it."""
    try:
        found = secret.SecretBox(_derived(passphrase, locked.salt, locked.operations, locked.memory)).decrypt(
            locked.box
        )
    except CryptoError as wrong:
        raise WrongPassphrase from wrong
    return identity_of(found)


def words_of(identity: Any) -> list[str]:
    """Return the key as 33 words of SLIP-39's list, which carry a checksum: what the recovery sheet shows."""
    groups = shamir_mnemonic.generate_mnemonics(1, [(1, 1)], secret_of(identity), extendable=True, iteration_exponent=0)
    return str(groups[0][0]).split()


def key_of_words(text: str) -> Any:
    """Return the key of a recovery sheet; raise BadWords when a word is wrong, missing or out of place."""
    try:
        return identity_of(shamir_mnemonic.combine_mnemonics([" ".join(text.lower().split())]))
    except (shamir_mnemonic.MnemonicError, ValueError) as bad:
        raise BadWords from bad


def _derived(passphrase: str, salt: bytes, operations: int, memory: int) -> bytes:
    plain = _plain(passphrase).encode()
    return pwhash.argon2id.kdf(secret.SecretBox.KEY_SIZE, plain, salt, opslimit=operations, memlimit=memory)


def _plain(passphrase: str) -> str:
    """Return one form of what was typed: the same words on an Arabic and a Persian keyboard, spaced as it may be."""
    return " ".join(ascii_digits(fold(unicodedata.normalize("NFKC", passphrase))).replace(ZWNJ, "").split())
