"""The agency contract as a paper: its numbers, the text, places to sign; every page is signed (domain.md §6.1)."""

from tender_app.contracts.text import ContractFacts, annexes, articles
from tender_app.documents.blocks import Heading, Signatures, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.numbers import Numbers
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block


def contract(facts: ContractFacts, stamp: Stamp) -> bytes:
    """Return the contract as PDF; the same facts and stamp give the same bytes."""
    parties = ("کارفرما", "عامل")
    return render(Paper(facts.organisation, "قرارداد عاملیت توسعه خوشه", facts.number, _blocks(facts), stamp, parties))


def _blocks(f: ContractFacts) -> list[Block]:
    numbers = Numbers(
        [
            ("شماره", f.printed_number),
            ("شناسه قرارداد", ltr(f.number)),
            ("شماره مناقصه", ltr(f.tender_number)),
            ("تاریخ", f.signed),
        ]
    )
    return [
        Title(f"قرارداد عاملیت توسعه خوشه {f.cluster}"),
        numbers,
        *articles(f),
        *annexes(f),
        Heading("امضای طرفین"),
        Text("طرفین همه ماده‌ها و پیوست‌ها را خواندند و با امضای زیر به آن پایبند شدند.", holds=True),
        _signatures(f),
    ]


def _signatures(f: ContractFacts) -> Signatures:
    finance, position = f.finance
    return Signatures(
        [
            (f.client.signer, f"{f.client.signer_position}، امضا و مهر کارفرما", f.client.signed),
            (finance, f"{position}، امضای مالی کارفرما", ""),
            (f.agent.signer, f"{f.agent.signer_position}، امضا و مهر عامل", f.agent.signed),
        ]
    )
