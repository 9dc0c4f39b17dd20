"""A bid's receipt as a paper, and the proof of its place in the receipt log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tender_app.documents.blocks import Column, Facts, Heading, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.kernel.persian import persian_digits


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt says; envelopes are (envelope, digest, bytes); `promise` is the receipt log's, signed."""

    organisation: str
    tender_number: str
    tender_title: str
    firm: str
    legal_id: str
    receipt_no: str
    submitted: str
    instant: str
    closes: str
    opens: str
    envelopes: Sequence[tuple[str, str, str]]
    promise: Mapping[str, Any]


def receipt(facts: ReceiptFacts, stamp: Stamp) -> bytes:
    """Return a receipt as PDF."""
    blocks = [
        Title("رسید تسلیم پیشنهاد", facts.tender_title),
        Facts(
            [
                ("شماره رسید", ltr(facts.receipt_no)),
                ("زمان تسلیم", facts.submitted),
                ("همان لحظه به وقت جهانی", ltr(facts.instant)),
                ("شرکت", f"{facts.firm}، شناسه ملی {persian_digits(facts.legal_id)}"),
                ("مناقصه", ltr(facts.tender_number)),
                ("پایان مهلت تسلیم", facts.closes),
                ("گشایش پاکت‌ها", facts.opens),
            ]
        ),
        Heading("اثر انگشت پاکت‌ها"),
        Table(
            [Column("پاکت", 1), Column("اثر انگشت (SHA-256)", 4.5), Column("بایت", 0.75, is_number=True)],
            [(kind, ltr(digest), size) for kind, digest, size in facts.envelopes],
        ),
        Text(
            "پاکت‌ها رمزشده نگه داشته می‌شود و برنامه پیش از جلسه گشایش آنها را باز نمی‌کند. اگر پس از این، پیشنهاد دیگری "
            "تسلیم یا این پیشنهاد پس گرفته شود، این رسید فقط گواه تسلیم در زمان یادشده است."
        ),
        *_promise(facts.promise),
    ]
    return render(Paper(facts.organisation, "رسید تسلیم پیشنهاد", facts.tender_number, blocks, stamp))


def proof(facts: ReceiptFacts, receipt: Mapping[str, Any]) -> bytes:
    """Return the proof of a receipt's place in the log as PDF; `receipt` is its JSON, with its inclusion."""
    inclusion = receipt["inclusion"]
    leaf, head = inclusion["leaf"], inclusion["head"]
    blocks = [
        Title("گواه درج رسید در دفتر رسید", facts.tender_title),
        Facts(
            [
                ("شماره رسید", ltr(facts.receipt_no)),
                ("زمان تسلیم", facts.submitted),
                ("شرکت", f"{facts.firm}، شناسه ملی {persian_digits(facts.legal_id)}"),
                ("مناقصه", ltr(facts.tender_number)),
            ]
        ),
        Text(
            "این برگ و فایل رسید (JSON) یک چیز می‌گویند؛ آزمودن با فایل آسان‌تر است. برنامه آزمودن در صفحه دفتر رسید است و "
            "بی‌نیاز از اینترنت و از این سامانه کار می‌کند."
        ),
        *_promise(receipt["promise"]),
        Heading("جای آن در دفتر"),
        _signed(
            [
                ("برگ", str(inclusion["position"])),
                ("از", str(leaf["from"])),
                ("تا", str(leaf["to"])),
                ("تعهد برگ", leaf["commitment"]),
                ("خانه در برگ", str(inclusion["slot"])),
                ("کلید دفتر", receipt["log_key"]),
            ]
        ),
        Heading("سر امضاشده دفتر"),
        _signed(
            [
                ("شمار برگ‌ها", str(head["size"])),
                ("ریشه درخت", head["root"]),
                ("زمان", head["at"]),
                ("امضا (Ed25519)", _halved(head["signature"])),
            ]
        ),
        Heading("راه از تسلیم تا ریشه"),
        Table(
            [Column("گام", 0.5, is_number=True), Column("همسایه در برگ، سپس در درخت (SHA-256)", 6)],
            [
                (persian_digits(place), ltr(step))
                for place, step in enumerate([*inclusion["slot_path"], *inclusion["path"]], 1)
            ],
        ),
    ]
    return render(Paper(facts.organisation, "گواه درج رسید", facts.tender_number, blocks, None))


def _promise(promise: Mapping[str, Any]) -> list[Block]:
    """Return what the receipt log promised with its signature: what stands in it when the two minutes are over."""
    rows = [
        ("دفتر رسید", promise["log"]),
        ("اثر انگشت این تسلیم", promise["act"]),
        ("زمان قول", promise["at"]),
        ("درج در دفتر تا", promise["by"]),
        ("امضا (Ed25519)", _halved(promise["signature"])),
    ]
    return [
        Heading("قول درج در دفتر رسید"),
        Text(
            "دفتر رسید با این امضا قول داده است که این تسلیم تا زمان زیر در آن بنشیند. فایل رسید (JSON) در صفحه رسید، پس از "
            "آن، گواه درج و سر امضاشده دفتر را هم دارد و هر کس می‌تواند آن را بی‌نیاز از این سامانه بیازماید."
        ),
        _signed(rows),
    ]


def _signed(rows: Sequence[tuple[str, str]]) -> Block:
    return Facts([(label, ltr(value)) for label, value in rows])


def _halved(signature: str) -> str:
    return f"{signature[:64]} {signature[64:]}"
