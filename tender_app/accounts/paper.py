"""The recovery sheet of an opening key, as a paper that its owner keeps and nobody else has."""

import datetime as dt
from collections.abc import Sequence

from tender_app.documents.blocks import Column, Facts, Heading, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, render
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits

ACROSS = 3


def recovery_sheet(name: str, recipient: str, words: Sequence[str], day: dt.date) -> bytes:
    """Return the sheet as PDF: the words in their order, from right to left in each row, numbered."""
    numbered = [(persian_digits(place), ltr(word)) for place, word in enumerate(words, 1)]
    rows = [
        tuple(cell for pair in numbered[start : start + ACROSS] for cell in pair)
        for start in range(0, len(numbered), ACROSS)
    ]
    columns = [Column("شماره", 1, is_number=True), Column("واژه", 3)] * ACROSS
    blocks = [
        Title("برگه بازیابی کلید گشایش", name),
        Facts([("دارنده", name), ("تاریخ", calendar.numeric(day)), ("بخش عمومی کلید", ltr(recipient))]),
        Text(
            "این واژه‌ها خود کلید است: هر که آنها را داشته باشد سهم شما از کلید مناقصه‌ها را دارد. "
            "برگه را در جایی امن و قفل‌دار نگه دارید، از آن عکس نگیرید و به کسی نشان ندهید. سامانه نسخه‌ای از آن ندارد."
        ),
        Heading("واژه‌ها به ترتیب شماره"),
        Table(columns, rows),
        Text(
            "اگر گذرعبارت را فراموش کردید، در صفحه «کلید گشایش من» همه واژه‌ها را به ترتیب بنویسید و گذرعبارت تازه بگذارید. "
            "واژه‌های پایانی رقم کنترل است؛ اگر واژه‌ای نادرست یا جابه‌جا نوشته شود سامانه می‌گوید."
        ),
    ]
    return render(Paper(name, "برگه بازیابی کلید گشایش", "—", blocks, None))
