"""Letters about a bid security: its release, its forfeiture, the extension of its validity."""

from collections.abc import Sequence
from dataclasses import dataclass

from tender_app.documents.blocks import Facts, Signatures, Space, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render


@dataclass(frozen=True, slots=True)
class SecurityLetter:
    """What such a letter says: its title, whose guarantee, its facts, the paragraphs, who signs."""

    title: str
    organisation: str
    tender_number: str
    tender_title: str
    day: str
    firm: str
    guarantee: Sequence[tuple[str, str]]
    paragraphs: Sequence[str]
    signer: str
    signer_position: str


def letter(facts: SecurityLetter, stamp: Stamp) -> bytes:
    """Return the letter, as PDF."""
    blocks = [
        Title(facts.title, facts.tender_title),
        Facts([("شماره مناقصه", ltr(facts.tender_number)), ("تاریخ", facts.day), ("گیرنده", facts.firm)]),
        Text("با سلام و احترام،", holds=True),
        Space(4),
        *(Text(p) for p in facts.paragraphs),
        *([Space(4), Facts(facts.guarantee)] if facts.guarantee else []),
        Signatures([(facts.signer, facts.signer_position, "")]),
    ]
    return render(Paper(facts.organisation, facts.title, facts.tender_number, blocks, stamp))
