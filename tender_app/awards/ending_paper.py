"""The public notice of a tender's renewal or cancellation, as a paper (Art. 24)."""

from collections.abc import Sequence
from dataclasses import dataclass

from tender_app.documents.blocks import Facts, Signatures, Text, Title
from tender_app.documents.paper import Paper, Stamp, render


@dataclass(frozen=True, slots=True)
class EndingFacts:
    """What the notice says."""

    organisation: str
    tender_number: str
    tender_title: str
    title: str
    facts: Sequence[tuple[str, str]]
    paragraphs: Sequence[str]
    signer: str
    signer_position: str


def ending_notice(facts: EndingFacts, stamp: Stamp) -> bytes:
    """Return the notice, as PDF."""
    blocks = [
        Title(facts.title, facts.tender_title),
        Facts(facts.facts),
        *(Text(p) for p in facts.paragraphs),
        Signatures([(facts.signer, facts.signer_position, "")]),
    ]
    return render(Paper(facts.organisation, facts.title, facts.tender_number, blocks, stamp))
