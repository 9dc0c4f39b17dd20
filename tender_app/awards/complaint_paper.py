"""The agency's answer to a complaint, as a paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from tender_app.documents.blocks import Facts, Heading, Signatures, Space, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the answer says: whether the complaint is upheld, why, and where its firm may go next."""

    organisation: str
    tender_number: str
    tender_title: str
    day: str
    firm: str
    complaint: Sequence[tuple[str, str]]
    finding: str
    reasons: Sequence[str]
    next_step: str
    signer: str
    signer_position: str


def answer(facts: AnswerFacts, stamp: Stamp) -> bytes:
    """Return the answer to a complaint, as PDF (Art. 25)."""
    blocks = [
        Title("پاسخ شکایت", facts.tender_title),
        Facts([("شماره مناقصه", ltr(facts.tender_number)), ("تاریخ", facts.day), ("گیرنده", facts.firm)]),
        Text("با سلام و احترام،", holds=True),
        Space(4),
        Heading("شکایت"),
        Facts(facts.complaint),
        Heading("نتیجه رسیدگی"),
        Text(facts.finding, holds=True),
        *(Text(line) for line in facts.reasons),
        Heading("گام بعدی"),
        Text(facts.next_step),
        Signatures([(facts.signer, facts.signer_position, "")]),
    ]
    return render(Paper(facts.organisation, "پاسخ شکایت", facts.tender_number, blocks, stamp))
