"""The letter of the cure period, as a paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tender_app.documents.blocks import Column, Facts, Signatures, Space, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render


@dataclass(frozen=True, slots=True)
class CureFacts:
    """What the letter says; `items` rows: the paper, what exactly is missing."""

    organisation: str
    tender_number: str
    tender_title: str
    day: str
    firm: str
    items: Sequence[tuple[str, str]]
    until: str
    address: str
    signer: str
    signer_position: str
    said: Callable[[str], str]  # a sentence in the words of the tender's law


def letter(facts: CureFacts, stamp: Stamp) -> bytes:
    """Return the letter that asks a firm once for what is missing and curable, as PDF (Art. 6-b)."""
    blocks = [
        Title("درخواست رفع نقص مدارک", facts.tender_title),
        Facts([("شماره مناقصه", ltr(facts.tender_number)), ("تاریخ", facts.day), ("گیرنده", facts.firm)]),
        Text("با سلام و احترام،", holds=True),
        Space(4),
        Text(
            facts.said("در بررسی شکلی پاکت ب آن شرکت، مدرک‌های زیر در آن دیده نشد. ")
            + "خواهشمند است رونوشت خوانای آنها را بفرستید."
        ),
        Table([Column("مدرک", 4), Column("آنچه کم است", 5)], facts.items),
        Text(f"مهلت: {facts.until}. مدرکی که پس از این لحظه برسد پذیرفته نیست و مهلت دوباره داده نمی‌شود."),
        Text(
            "قیمت و محتوایی که امتیاز می‌گیرد خواسته نمی‌شود و دگرگون نمی‌شود. اگر مدرک‌ها نرسد یا درست نباشد، "
            + facts.said("کمیسیون پیشنهاد را با ذکر دلیل رد می‌کند و پاکت قیمت آن ناگشوده بازمی‌گردد (مواد ۶ و ۱۹).")
        ),
        Text(f"محل بارگذاری: {ltr(facts.address)}"),
        Signatures([(facts.signer, facts.signer_position, "")]),
    ]
    return render(Paper(facts.organisation, "درخواست رفع نقص", facts.tender_number, blocks, stamp))
