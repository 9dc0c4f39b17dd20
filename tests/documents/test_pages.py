"""Pages: heads repeated, titles never alone, numbered; the same bytes twice; nothing but the embedded faces."""

import os
import subprocess
import sys
from collections import Counter
from ctypes import create_string_buffer
from itertools import pairwise

import pypdfium2
import pytest
from pypdfium2 import raw

from tender_app.documents.blocks import Article, Column, Facts, Heading, Signatures, Table, Text, Title
from tender_app.documents.fonts import MissingGlyph, unprintable
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tests.documents.reading import Drawn, drawn, extracted, lines_of, paper_of

STAMP = Stamp("QS4Q-AKSY-3V77", "http://127.0.0.1:8000/verify?code=QS4Q-AKSY-3V77")
FILLER = "عامل متعهد است برنامه عملیاتی هر سال را پیش از آغاز آن به کارفرما بدهد و گزارش پیشرفت را فصلی برساند. "


def pages_of(*blocks: Block, stamp: Stamp | None = None) -> list[list[Drawn]]:
    lines = lines_of(render(paper_of(*blocks, stamp=stamp)))
    return [[line for line in lines if line.page == page] for page in range(lines[-1].page + 1)]


def test_the_head_of_a_table_stands_on_every_page_it_reaches() -> None:
    columns = [Column("ردیف", 1, is_number=True), Column("شرکت", 3)]
    pages = pages_of(Table(columns, [(str(n), "شرکت نمونه") for n in range(90)]))
    assert len(pages) > 2
    assert {page[0].packed for page in pages} == {"تکرشفیدر"}
    assert sum(len(page) - 1 for page in pages) == 90


@pytest.mark.parametrize("before", range(1, 40))
def test_no_title_ends_a_page_and_no_line_of_a_paragraph_is_left_alone(before: int) -> None:
    filler = [Text("سطر", after=0)] * before
    pages = pages_of(*filler, Heading("عنوان"), Text(FILLER * 4), Article(7, "تضمین", [FILLER * 3, FILLER * 3]))
    texts = [line.packed for page in pages for line in page]
    assert {"ناونع", "نیمضت–۷هدام"} <= set(texts)
    for page in pages:
        assert page[-1].packed not in {"ناونع", "نیمضت–۷هدام"}
    long = [line for page in pages for line in page if line.packed not in {"رطس", "ناونع", "نیمضت–۷هدام"}]
    ends = [n for n, line in enumerate(long) if line.left > long[0].left + 40]
    first = 0
    for end in ends:
        paragraph = long[first : end + 1]
        assert min(Counter(line.page for line in paragraph).values()) >= min(2, len(paragraph))
        first = end + 1


def test_pages_are_numbered_out_of_their_count() -> None:
    pdf = render(paper_of(*[Text(FILLER * 3)] * 30, stamp=STAMP))
    feet = [line.packed for line in lines_of(pdf, is_body=False) if "هحفص" in line.packed]
    assert len(feet) == len(pypdfium2.PdfDocument(pdf))
    assert feet[0].endswith("۳زا۱هحفص")
    assert feet[2].endswith("۳زا۳هحفص")


def test_a_copy_can_be_checked_by_what_is_printed_on_it() -> None:
    pdf = render(paper_of(Text(FILLER), stamp=STAMP))
    lines = [line.packed for line in lines_of(pdf, is_body=False)]
    assert sum(STAMP.code in line for line in lines) == 2
    assert any("http://127.0.0.1:8000/verify" in line for line in lines)


def test_what_is_copied_from_a_page_reads_as_it_was_written() -> None:
    pdf = render(paper_of(Text("مبلغ ۹٬۷۵۰٬۰۰۰٬۰۰۰ ریال در تاریخ ۱۴۰۵/۰۹/۰۲ پرداخت می‌شود.")))
    assert "مبلغ ۹٬۷۵۰٬۰۰۰٬۰۰۰ ریال در تاریخ ۱۴۰۵/۰۹/۰۲ پرداخت میشود." in extracted(pdf)


def test_a_raised_mark_stands_in_the_line_of_its_letter() -> None:
    pdf = render(paper_of(Text("عامل شخصاً مسئول است و آن را کتباً و مُهرشده اعلام می‌کند.")))
    assert len([line for line in lines_of(pdf) if line.page == 0]) == 1
    assert "مسئول است و آن را" in extracted(pdf)


def test_a_clause_number_is_copied_as_it_is_read() -> None:
    assert "۵-۱ مبلغ" in extracted(render(paper_of(Article(5, "مبلغ", ["مبلغ قرارداد", "پرداخت"]))))


def test_only_embedded_faces_of_vazirmatn_are_used() -> None:
    blocks = (Title("عنوان"), Text(FILLER), Signatures([("الف", "رئیس", "")]))
    content = render(paper_of(*blocks, stamp=STAMP))
    assert b"Helvetica" not in content
    pdf = pypdfium2.PdfDocument(content)
    names = set()
    for thing in pdf[0].get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        face = raw.FPDFTextObj_GetFont(thing)
        assert raw.FPDFFont_GetIsEmbedded(face) == 1
        name = create_string_buffer(200)
        raw.FPDFFont_GetBaseFontName(face, name, 200)
        names.add(name.value.decode().partition("+")[2])
    assert names == {"Vazirmatn-Regular", "Vazirmatn-Bold"}


RENDERED = """
import hashlib
from tests.documents.test_pages import FILLER, STAMP, paper_of, render
from tender_app.documents.blocks import Text, Title
print(hashlib.sha256(render(paper_of(Title("عنوان"), Text(FILLER * 9), stamp=STAMP))).hexdigest())
"""


def test_the_same_paper_gives_the_same_bytes_in_any_process() -> None:
    commands = [(seed, [sys.executable, "-c", RENDERED]) for seed in ("1", "2")]
    digests = {
        subprocess.run(c, env=os.environ | {"PYTHONHASHSEED": s}, capture_output=True, check=True).stdout
        for s, c in commands
    }
    assert len(digests) == 1
    assert len(digests.pop()) == 65


def test_a_letter_that_no_paper_can_show_is_named() -> None:
    assert unprintable("متن 漢 و ☃") == ["漢", "☃"]
    with pytest.raises(MissingGlyph, match="漢"):
        render(paper_of(Text("متن 漢")))


def test_a_row_longer_than_a_page_goes_on_overleaf_and_loses_nothing() -> None:
    words = [f"واژه{number}" for number in range(1200)]
    columns = [Column("عضو", 1), Column("توضیح", 2)]
    for block in (Table(columns, [("نخست", " ".join(words))]), Facts([("توضیح", " ".join(words))])):
        pdf = render(paper_of(block))
        found = [word for word in extracted(pdf).split() if word.startswith("واژه")]
        assert sorted(found) == sorted(words)
        assert min(line.baseline for line in lines_of(pdf, is_body=False) if "هژاو" in line.packed) > 66


@pytest.mark.parametrize("before", range(20, 44))
def test_neither_signatures_nor_the_code_stand_on_a_page_without_text(before: int) -> None:
    people = [(name, "عضو", "") for name in ("یکم", "دوم", "سوم", "چهارم")]
    pages = pages_of(*[Text("سطر", after=0)] * before, Signatures(people), stamp=STAMP)
    texts = [[line.packed for line in page] for page in pages]
    (first,) = [page for page in texts if any("مکی" in line for line in page)]
    (last,) = [page for page in texts if any(STAMP.code in line for line in page)]
    assert first[0] == "رطس"
    assert any("مراهچ" in line for line in last)  # beside the code


MARKS = [Column("ردیف", 1, is_number=True), Column("شرکت", 3)]


def ends(before: int, *blocks: Block) -> list[tuple[str, ...]]:
    """Return the lines of each page of a paper that begins with so many lines."""
    pages = pages_of(*[Text("سطر", after=0)] * before, *blocks, stamp=STAMP)
    return [tuple(line.packed for line in page) for page in pages]


@pytest.mark.parametrize("before", range(18, 44))
def test_a_short_table_is_never_parted_and_takes_its_heading_with_it(before: int) -> None:
    body = [(f"۱{n}", "شرکت") for n in range(5)]
    pages = ends(before, Heading("حاضران"), Table(MARKS, body), Text(FILLER * 9))
    (page,) = [page for page in pages if "نارضاح" in page]
    assert sum(line.startswith("تکرش") and "۱" in line for line in page) == len(body)


@pytest.mark.parametrize("before", range(10, 44))
def test_no_row_of_a_long_table_is_alone_on_a_page(before: int) -> None:
    pages = ends(before, Heading("حاضران"), Table(MARKS, [(str(n + 100), "شرکت") for n in range(40)]))
    counts = [sum(line.startswith("تکرش") and any(f in line for f in "0123456789") for line in p) for p in pages]
    assert min(count for count in counts if count) > 1


@pytest.mark.parametrize("before", range(12, 44))
def test_the_code_stands_with_the_end_of_what_it_closes(before: int) -> None:
    people = [(name, "عضو", "") for name in ("یکم", "دوم", "سوم", "چهارم")]
    rows = [(f"۱{n}", "شرکت") for n in range(3)]
    for closing in ((Table(MARKS, rows),), (Text(FILLER), Heading("امضاها"), Signatures(people))):
        pages = ends(before, Heading("پایان"), *closing)
        assert any(STAMP.code in line for line in pages[-1])
        assert "نایاپ" in pages[-1]  # the last section is short


@pytest.mark.parametrize("before", range(12, 44, 3))
def test_what_is_too_long_to_stay_together_still_keeps_its_closing_with_a_line(before: int) -> None:
    people = [("یکم", "عضو", ""), *[("دیگری", "عضو", "")] * 11]
    pages = ends(before, Heading("پایان"), Table(MARKS, [(f"۱{n}", "شرکت") for n in range(14)]), Signatures(people))
    (first,) = [page for page in pages if any("مکی" in line for line in page)]
    assert any(line.startswith("تکرش") for line in first)


def test_a_long_name_stays_in_its_place_to_sign() -> None:
    name = "مهندسان مشاور توسعه صنایع تبدیلی کشاورزی و خوشه‌های کسب‌وکار پیشگامان البرز و طارم سفلی قزوین"
    lines = drawn(
        Signatures([(name, f"نماینده {name}", "امضا ۱۴۰۵/۱۰/۰۶"), ("کوتاه", "عضو", ""), ("سوم", "عضو", "")] * 2)
    )
    steps = {round(a.baseline - b.baseline) for a, b in pairwise(lines) if a.page == b.page}
    assert min(steps) >= 13


def test_a_name_too_long_for_the_head_of_the_page_says_that_it_goes_on() -> None:
    name = "شرکت شهرک‌های صنعتی استان نمونه " * 4
    (head,) = [
        line
        for line in lines_of(render(Paper(name, "سند", "QZ-1", [Text("متن")], None)), is_body=False)
        if "QZ-1" in line.packed
    ]
    assert "…" in head.text or "..." in head.text
