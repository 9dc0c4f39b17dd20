"""Names as they are compared: another writing of one name is always possible, an unrelated one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tender_app.kernel.names import ALIKE, HELD, firm_likeness, likeness

GIVEN = ("رضا", "علی رضا", "محمد مهدی", "فاطمه", "زهرا سادات", "کیان", "ژیلا", "امیر حسین")
FAMILY = ("یاسایی", "کیانی‌نسب", "محمدی", "قزوینی", "رضایی مقدم", "حاجی بابایی", "شیرازی")
TITLES = (
    "",
    "دکتر ",
    "مهندس ",
    "آقای ",
    "سرکار خانم ",
    "جناب آقای دکتر ",
    "حاج ",
    "سید ",
    "دکتر سید ",
    "حجت‌الاسلام ",
    "حاجی ",
)
LETTERS: st.SearchStrategy[dict[str, str]] = st.sampled_from(
    ({}, {"ی": "ي"}, {"ک": "ك"}, {"ی": "ي", "ک": "ك"}, {"ی": "ى"})
)
SPACES = st.sampled_from((" ", "\u200c", "  ", ""))


@st.composite
def writings(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a name and another writing of it: title, letter forms, spaces, half-spaces, order."""
    given, family = draw(st.sampled_from(GIVEN)), draw(st.sampled_from(FAMILY))
    parts = [given, family]
    if draw(st.booleans()):
        parts.reverse()
    written = [draw(SPACES).join(part.replace("\u200c", " ").split()) for part in parts]
    text = draw(st.sampled_from(TITLES)) + draw(st.sampled_from((" ", "\u200c", "، "))).join(written)
    return f"{given} {family}", text.translate({ord(a): b for a, b in draw(LETTERS).items()})


@given(writings())
def test_another_writing_of_a_name_is_always_possible(names: tuple[str, str]) -> None:
    one, other = names
    assert likeness(one, other) >= ALIKE
    assert likeness(one, other) == likeness(other, one)


@given(*[st.tuples(st.sampled_from(GIVEN), st.sampled_from(FAMILY))] * 2)
def test_names_of_which_neither_part_is_the_same_are_never_possible(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    if one[0] != other[0] and one[1] != other[1]:
        assert likeness(" ".join(one), " ".join(other)) < ALIKE


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("دکتر سیدعلی محمدی", "محمدي، علی", 100),
        ("حسن رضایی", "حسین رضایی", 82),
        ("علی محمدی", "علی احمدی", 75),
        ("سیدی رضا", "رضا سیدی", 100),
        ("دکتر", "مهندس", 0),
        ("رضا", "رضا", 0),
        ("آو", "آو", 0),
        ("", "", 0),
    ],
)
def test_likeness_is_counted_on_pairs_of_letters(one: str, other: str, score: int) -> None:
    assert likeness(one, other) == score


def test_what_kind_of_firm_it_is_does_not_count() -> None:
    assert firm_likeness("شرکت مهندسین مشاور آوند (سهامی خاص)", "مشاوران آوند") == 100
    assert firm_likeness("مشاوران آوند", "مشاوران توس") < ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("مشاوران توسعه طارم", "مشاوران توسعه طارم – ساختگی"),
        ("توسعه طارم", "مهندسین مشاور توسعه پایدار طارم"),
        ("پیشگامان", "پیشگامان خوشه"),
        ("طارم صنعت", "شرکت مهندسی صنعت و توسعه طارم (سهامي خاص)"),
        ("آوند", "مشاوران آوند توس"),
        ("ره‌پویان", "مشاوران ره پویان صنعت"),
    ],
)
def test_a_firm_whose_name_stands_in_a_longer_one_is_possible_and_never_certain(one: str, other: str) -> None:
    assert firm_likeness(one, other) == firm_likeness(other, one) == HELD
    assert ALIKE <= HELD < 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("توسعه", "مهندسین مشاور توسعه پایدار طارم"),
        ("توسعه صنعت", "مشاوران توسعه صنعت آوند"),
        ("اندیشه نوین", "اندیشه نوین پارسه"),
        ("صنعت و توسعه", "صنعت و توسعه کاسپین"),
        ("مشاوران طرح و اندیشه", "طرح اندیشه زاگرس"),
        ("پارس", "پارس پلیمر آذین"),
        ("شرکت خوشه", "پیشگامان خوشه"),
        ("توسعه پایدار طارم", "توسعه پایدار الموت"),
        ("پیشگامان خوشه", "پیشگامان صنعت قزوین"),
        ("مشاوران آوند توس", "مشاوران آوند زنجان"),
        ("آوند", "دماوند صنعت"),
        ("آب", "آب و خاک پارس"),
        ("شرکت مهندسین مشاور", "مهندسین مشاور آوند"),
        ("", "آوند"),
    ],
)
def test_firms_that_share_common_words_alone_are_not_possible(one: str, other: str) -> None:
    assert firm_likeness(one, other) < ALIKE
    assert firm_likeness(other, one) < ALIKE
