"""What stands where on a line of mixed text: dates, numbers, clauses and Latin, read back from the drawn page."""

import random
from unicodedata import normalize

import pytest
from bidi import get_display

from tender_app.documents.bidi import levels, visual_order
from tender_app.documents.blocks import Column, Table, Text
from tender_app.documents.fonts import font
from tender_app.documents.lines import Align, Style, break_lines
from tender_app.documents.marks import RLM, bold, clause_number, ltr
from tests.documents.reading import drawn

CLAUSE = (
    f"قرارداد شماره {ltr('QZ-C-1405-01')} در تاریخ ۱۴۰۵/۰۹/۰۲ ساعت ۱۴:۰۰ بر پایه بند {clause_number(5, 2)} با مبلغ "
    f"۹٬۷۵۰٬۰۰۰٬۰۰۰ ریال، ضریب ۰٫۴ و استاندارد IEC 60947-2 بسته شد. "
)
AS_DRAWN = ("QZ-C-1405-01", "۱۴۰۵/۰۹/۰۲", "۱۴:۰۰", "۲-۵", "۹٬۷۵۰٬۰۰۰٬۰۰۰", "۰٫۴", "IEC60947-2")
WORDS = "مدل Siemens 3VA1 (63A) (سهامی ۱۴۰۵/۰۳/۱۲ ABC-12/3 ۴-۲ 12,500,000 ٪۰٫۵ «نیک» (f(x)) [۲] a(ب)c ، ؛ x(2) -5 +۹۸ 50% (ABC".split()


@pytest.mark.parametrize("token", AS_DRAWN)
def test_a_date_a_number_and_a_latin_word_stand_in_their_own_order(token: str) -> None:
    assert any(token in line.packed for line in drawn(Text(CLAUSE)))


def test_words_run_from_the_right() -> None:
    (line,) = drawn(Text("الف ۱۴۰۵/۰۹/۰۲ ب"))
    assert line.packed == "ب۱۴۰۵/۰۹/۰۲فلا"


def test_a_wrapped_paragraph_begins_at_the_top_and_is_set_to_both_edges() -> None:
    *full, last = drawn(Text(CLAUSE * 4))
    assert len(full) > 3
    assert full[0].packed.endswith("دادرارق")
    assert last.packed.startswith(".دشهتسب")
    assert {round(line.left) for line in full} == {round(full[0].left)}
    assert {round(line.right) for line in [*full, last]} <= {round(full[0].right), round(full[0].right) + 1}
    assert last.left > full[0].left


@pytest.mark.parametrize("token", [token for token in AS_DRAWN if token != "IEC60947-2"])
def test_wrapping_tears_no_number_apart(token: str) -> None:
    lines = drawn(Text(CLAUSE * 5))
    assert sum(line.packed.count(token) for line in lines) == 5


def test_a_number_ends_before_the_space_that_follows_it() -> None:
    """A reader that meets no letter there takes the space with the number, and puts it before."""
    (line,) = break_lines("مبلغ ۱۲٬۰۰۰ ریال (۲)", Style(), 10_000)
    assert [piece.text for piece in line.pieces] == ["مبلغ", " ", "۱۲٬۰۰۰", RLM, " ", "ریال", " ", "(", "۲", RLM, ")"]


def test_bold_inside_a_paragraph_keeps_the_order() -> None:
    (line,) = drawn(Text(f"الف {bold('۱۴۰۵/۰۹/۰۲')} ب"))
    assert line.packed == "ب۱۴۰۵/۰۹/۰۲فلا"


def shapes(text: str) -> str:
    """Return the characters whose own shapes are drawn, from left to right: a mirrored bracket shows as its mirror."""
    (line,) = break_lines(text, Style(align=Align.RIGHT), 10_000)
    faces = [(font(piece.weight).characters, piece.shaped.glyphs) for piece in line.visual()]
    found = [names.get(glyph.index, "") for names, glyphs in faces for glyph in glyphs if glyph.advance]
    return normalize("NFKC", "".join(found))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("الف (63A) ب", "(63A)"),
        ("الف Siemens 3VA1 (63A) ب", "Siemens 3VA1 (63A)"),
        ("بند (۲) الف", "(۲)"),
        ("«۱۲» ب", "«۱۲»"),
    ],
)
def test_brackets_open_towards_what_they_hold(text: str, seen: str) -> None:
    assert seen in shapes(text)


def test_the_order_is_that_of_the_unicode_algorithm() -> None:
    """20,000 mixed strings against an independent implementation."""
    chance = random.Random(3)  # noqa: S311 -- the same strings each time
    for _ in range(20_000):
        text = " ".join(chance.choices(WORDS, k=chance.randrange(1, 9)))
        ours = "".join(text[place] for place in visual_order(levels(text)))
        assert ours == get_display(text, base_dir="R"), text


def test_a_table_is_read_from_the_right() -> None:
    columns = [Column("پیشنهاددهنده", 3), Column("شناسه", 2), Column("قیمت", 2, is_number=True)]
    head, row = drawn(Table(columns, [("نخست", "QZ-1", "۱۲٬۰۰۰")]))
    assert head.packed == "تمیقهسانشهدنهدداهنشیپ"
    assert row.packed == "۱۲٬۰۰۰QZ-1تسخن"


def test_a_line_wider_than_its_cell_is_cut_not_lost() -> None:
    digest = "0123456789abcdef" * 4
    lines = drawn(Table([Column("پاکت", 3), Column("اثر", 1)], [("الف", ltr(digest))]))
    assert "".join(line.packed.replace("فلا", "") for line in lines[1:]) == digest


def test_a_word_cut_by_its_cell_keeps_its_letters_joined() -> None:
    word = "بسیار" * 20
    cut = break_lines(word, Style(), 100)
    assert "".join(piece.text for line in cut for piece in line.pieces) == word
    assert len(cut) > 1
    assert all(len(line.pieces) == 1 for line in cut)


def test_no_line_begins_with_a_dash() -> None:
    text = "مشاوران توسعه طارم – ساختگی"
    for measure in range(60, 200):
        assert all(line.pieces[0].text != "–" for line in break_lines(text, Style(), measure))
