"""Money, identifiers and folding: the vectors of the domain, and independent oracles."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from tender_app.kernel import identifiers, money, persian

NATIONAL = "0000000019 0012345679 0499370899 1234567891 4311111118 9876543210 4320000005 1111111121"
NOT_NATIONAL = "1234567890 0499370898 1111111111 0000000000 431111111 12345678911"
LEGAL = "10380284790 14000001232 10861122334 10101234565 12345678906 10123456701 10100000180"
NOT_LEGAL = "10380284791 1038028479 10100000010 11111111111 00000000000 12300000045"
IBAN = "IR820540102680020817909002 IR062960000000100324200001 IR270170000000100324200001 IR430120000000000000000001 IR980550000000000000000123"
NOT_IBAN = "IR820540102680020817909003 IR06296000000010032420000 AE070331234567890123456"


@pytest.mark.parametrize("code", NATIONAL.split())
def test_a_national_code_with_its_check_digit_is_accepted(code: str) -> None:
    assert identifiers.is_national_code(persian.persian_digits(code)) is True


@pytest.mark.parametrize("code", NOT_NATIONAL.split())
def test_a_wrong_national_code_is_refused(code: str) -> None:
    assert identifiers.is_national_code(code) is False


@pytest.mark.parametrize("code", LEGAL.split())
def test_a_legal_id_with_its_check_digit_is_accepted(code: str) -> None:
    assert identifiers.is_legal_id(code) is True


@pytest.mark.parametrize("code", NOT_LEGAL.split())
def test_a_wrong_legal_id_is_refused(code: str) -> None:
    assert identifiers.is_legal_id(code) is False


@pytest.mark.parametrize("code", IBAN.split())
def test_an_iban_of_iran_is_accepted(code: str) -> None:
    assert identifiers.is_iban(code) is True


@pytest.mark.parametrize("code", NOT_IBAN.split())
def test_a_wrong_iban_is_refused(code: str) -> None:
    assert identifiers.is_iban(code) is False


@given(st.integers(1, 10**12))
def test_invented_identifiers_are_valid(seed: int) -> None:
    assert identifiers.is_national_code(identifiers.make_national_code(seed)) is True
    assert identifiers.is_legal_id(identifiers.make_legal_id(seed)) is True
    assert identifiers.is_iban(identifiers.make_iban(seed)) is True


@pytest.mark.parametrize("seed", [0, 1, 9, 111_111_111, 999_999_999, 4_980_000_001])
def test_an_invented_identifier_is_never_one_that_the_rule_excludes(seed: int) -> None:
    assert identifiers.is_national_code(identifiers.make_national_code(seed)) is True
    assert identifiers.is_legal_id(identifiers.make_legal_id(seed)) is True


def test_identifiers_are_read_with_spaces_marks_and_digits_of_every_script() -> None:
    assert identifiers.is_iban("ir82 0540 1026 8002 0817 9090 02") is True
    assert identifiers.is_legal_id("\u200e۱۰۳۸۰۲۸۴۷۹۰\u200f") is True


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("09121234567", True),
        ("۰۹۱۲۱۲۳۴۵۶۷", True),
        ("9121234567", False),
        ("08121234567", False),
        ("091212345678", False),
    ],
)
def test_a_mobile_number_is_nine_digits_after_09(text: str, is_one: bool) -> None:  # noqa: FBT001 -- the vector's column
    assert identifiers.is_mobile(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("3413913413", True),
        ("۳۴۱۳۹۱۳۴۱۳", True),
        ("0413913413", False),
        ("2413913413", False),
        ("3403913413", False),
        ("3413513413", False),
        ("3413900000", False),
        ("341391341", False),
    ],
)
def test_a_postal_code_has_its_form(text: str, is_one: bool) -> None:  # noqa: FBT001 -- the vector's column
    assert identifiers.is_postal_code(text) is is_one


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "صفر"),
        (9, "نه"),
        (19, "نوزده"),
        (20, "بیست"),
        (101, "صد و یک"),
        (1_000, "یک هزار"),
        (21_000_003, "بیست و یک میلیون و سه"),
        (9_750_000_000, "نه میلیارد و هفتصد و پنجاه میلیون"),
        (999_999, "نهصد و نود و نه هزار و نهصد و نود و نه"),
    ],
)
def test_an_amount_in_words(amount: int, words: str) -> None:
    assert money.in_words(amount) == words


@pytest.mark.parametrize("amount", [-1, 10**18])
def test_what_cannot_be_said_in_words_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match=r"[آ-ی]"):
        money.in_words(amount)


def test_an_amount_in_figures_has_its_thousands_apart() -> None:
    assert money.grouped(9_750_000_000) == "۹٬۷۵۰٬۰۰۰٬۰۰۰"
    assert money.grouped(0) == "۰"


@given(st.integers(1, 10**12 - 1))
def test_words_agree_with_an_independent_speller(amount: int) -> None:
    assert money.same_words(money.in_words(amount), num2words(amount, lang="fa")) is True


@pytest.mark.parametrize("text", ["۹٬۷۵۰٬۰۰۰٬۰۰۰", "9,750,000,000", "٩٧٥٠٠٠٠٠٠٠", "9750000000 ریال"])
def test_amounts_are_read_in_every_script(text: str) -> None:
    assert money.parse_rial(text) == 9_750_000_000


@pytest.mark.parametrize("text", ["نه میلیارد", "-5", "9.5", "", "1" * 19, "9" * 5000])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[آ-ی]"):
        money.parse_rial(text)


@given(st.integers(1, 10**14), st.lists(st.integers(1, 100), min_size=1, max_size=9))
def test_shares_sum_exactly(total: int, weights: list[int]) -> None:
    parts = money.shares(total, [Decimal(w) for w in weights])
    assert sum(parts) == total
    assert min(parts) >= 0


def test_the_last_share_absorbs_the_rounding() -> None:
    assert money.shares(100, [1, 1, 1]) == [33, 33, 34]
    assert money.shares(9_750_000_000, [Decimal("12.5"), Decimal("87.5")]) == [1_218_750_000, 8_531_250_000]


def test_folding_brings_letter_forms_together_and_keeps_half_spaces() -> None:
    assert persian.fold("شركت  می\u200cروم\u200f") == "شرکت می\u200cروم"
    assert persian.search_key("كليدِ ٣ می\u200cشود") == persian.search_key("کلید ۳ میشود")


def test_words_stand_in_the_order_of_the_persian_alphabet() -> None:
    alphabetical = "آب احمد بابا پدر تابان جام چای حسن زر ژاله سرو شهر قلم کتاب گل لاله ماه نان وان هوا یار".split()
    assert sorted(sorted(alphabetical), key=persian.sort_key) == alphabetical


def test_hamza_vowel_signs_and_letter_forms_do_not_scatter_words() -> None:
    words = ["مسافر", "مسئول", "مسیر", "عامل", "عاملّیت", "كتاب", "گل", "تلفن ۲", "تلفن 3"]
    ordered = ["تلفن ۲", "تلفن 3", "عامل", "عاملّیت", "كتاب", "گل", "مسافر", "مسئول", "مسیر"]
    assert sorted(words, key=persian.sort_key) == ordered


@pytest.mark.parametrize("value", ["1234567890", "١٢٣٤٥٦٧٨٩٠", 1234567890])
def test_digits_go_to_persian_and_back(value: object) -> None:
    assert persian.persian_digits(value) == "۱۲۳۴۵۶۷۸۹۰"
    assert persian.ascii_digits(persian.persian_digits(value)) == "1234567890"
