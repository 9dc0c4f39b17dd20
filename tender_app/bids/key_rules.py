"""The values of the acts with a tender's keys: who gives which share, the keys while one act uses them, what is destroyed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Keys:
    """A tender's secret keys while one act uses them (age identities by sealing.models.KeyPurpose), and who gave shares.

    `scores_digest` is what the price opening quotes: the digest of the locked technical scores, as the head saw it.
    """

    identities: Mapping[Any, Any]
    givers: tuple[int, ...]
    scores_digest: str = ""

    def record(self) -> dict[str, Any]:
        """Keep who gave a share and which scores were quoted, and nothing of the keys."""
        return {"givers": list(self.givers)} | ({"scores": self.scores_digest} if self.scores_digest else {})


@dataclass(frozen=True, slots=True)
class Destruction:
    """Never opened price envelopes whose headers are to be destroyed, by their digests, as the head saw them."""

    digests: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Keep which envelopes can be opened no more."""
        return {"envelopes": list(self.digests)}


@dataclass(frozen=True, slots=True)
class KeysFor:
    """The act for which a session of keys begins, and the public half of its passing key."""

    act: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Given:
    """A member's shares for the session of an act, opened by what they said; on whose device is the actor's matter."""

    act: str
    person_id: int
    said: str

    def record(self) -> dict[str, Any]:
        """Keep whose share it was, never what was said."""
        return {"act": self.act, "member": self.person_id}


@dataclass(frozen=True, slots=True)
class RefusedKey:
    """A key, share or passphrase that was refused: for which act, whose, and why."""

    act: str
    cause: str
    member: int | None = None
