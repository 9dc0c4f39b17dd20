"""A tender's secret key in shares (SLIP-39): `needed` of them give it back, fewer tell nothing of it.

Each share is sealed to one member's own key, so that the server that keeps them cannot read one.
"""

from collections.abc import Sequence
from typing import Any

import pyrage
import shamir_mnemonic
from pyrage import x25519

from tender_app.kernel.words import _
from tender_app.sealing.identity import identity_of, secret_of


class BadShares(Exception):  # noqa: N818 -- what the page calls it
    """Shares that give no key, or another tender's; `cause` is a Persian sentence that says which."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def split(identity: Any, members: Sequence[str], needed: int) -> list[bytes]:
    """Return the identity in as many shares as there are members, each sealed to its member's age recipient.

    Raises ValueError unless 1 < needed <= members: one share alone would be the whole secret.
    """
    if not 1 < needed <= len(members):
        raise ValueError(f"{needed} of {len(members)} shares")
    groups = shamir_mnemonic.generate_mnemonics(
        1, [(needed, len(members))], secret_of(identity), extendable=True, iteration_exponent=0
    )
    return [seal_to(member, share.encode()) for member, share in zip(members, groups[0], strict=True)]


def unseal(sealed: bytes, member: Any) -> bytes:
    """Return a share that was sealed to this member's identity; raise BadShares if it was not."""
    try:
        opened: bytes = pyrage.decrypt(sealed, [member])
    except pyrage.DecryptError as foreign:
        raise BadShares(_("این سهم کلید با کلید این عضو باز نمی‌شود.")) from foreign
    return opened


def seal_to(recipient: str, share: bytes) -> bytes:
    """Return a share sealed to an age recipient: a member's own key, or the passing key of a session."""
    sealed: bytes = pyrage.encrypt(share, [x25519.Recipient.from_str(recipient)])
    return sealed


def combine(shares: Sequence[bytes], recipient: str) -> Any:
    """Return the identity that the shares give back; raise BadShares if they do not give the one of `recipient`."""
    try:
        identity = identity_of(shamir_mnemonic.combine_mnemonics([share.decode() for share in shares]))
    except (shamir_mnemonic.MnemonicError, ValueError) as bad:
        raise BadShares(_("سهم‌ها برای ساختن کلید کافی نیست یا از یک کلید نیست.")) from bad
    if str(identity.to_public()) != recipient:
        raise BadShares(_("این سهم‌ها کلید مناقصه دیگری است."))
    return identity
