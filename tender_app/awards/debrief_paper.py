"""A losing bid's debrief as a paper for its firm alone."""

from tender_app.awards.debrief_facts import DebriefFacts
from tender_app.documents.blocks import Column, Facts, Heading, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block

TITLE = "کارنامه ارزیابی پیشنهاد"


def debrief(facts: DebriefFacts, day: str, stamp: Stamp) -> bytes:
    """Return the debrief as PDF."""
    blocks = [
        Title(TITLE, facts.title),
        Facts([("شماره مناقصه", ltr(facts.number)), ("تاریخ", day), ("گیرنده", facts.firm)]),
        Text(
            "این کارنامه فقط برای همین شرکت است: امتیازها، دلیل‌ها و قیمت هیچ پیشنهاد دیگری در آن نیست جز آنچه از برنده اعلام شده است."
        ),
        Heading("پیشنهاد شما"),
        Facts(facts.own),
        Heading("برنده"),
        Facts(facts.winner),
        Heading("برتری‌های برنده بر پیشنهاد شما"),
        *(Text(f"– {line}") for line in facts.advantages),
        Heading("چه چیز نتیجه را دگرگون می‌کرد"),
        *(Text(f"– {line}") for line in facts.change),
        Heading("گام‌های بعدی"),
        *(Text(f"– {line}") for line in facts.steps),
        *_criteria(facts),
    ]
    return render(Paper(facts.organisation, TITLE, facts.number, blocks, stamp))


def _criteria(facts: DebriefFacts) -> list[Block]:
    if not facts.criteria:
        return []
    means = [
        Column("معیار", 5),
        Column("وزن", 1, is_number=True),
        Column("میانگین شما", 1.8, is_number=True),
        Column("از", 1, is_number=True),
        Column("برتری برنده", 1.8, is_number=True),
    ]
    opinions = [Column("ارزیاب", 1.4), Column("امتیاز", 1.1, is_number=True), Column("دلیل", 7)]
    return [
        Heading("امتیاز شما در هر معیار"),
        Table(means, [(c.title, c.weight, c.mean, c.top, c.ahead or "—") for c in facts.criteria]),
        Text("ارزیابان با شماره نام برده می‌شوند؛ شماره‌ها برای این مناقصه با قرعه داده شده و با ترتیب کرسی‌ها یکی نیست."),
        *(
            block
            for c in facts.criteria
            for block in (Heading(f"امتیاز و دلیل ارزیابان: {c.title}"), Table(opinions, c.opinions))
        ),
    ]
