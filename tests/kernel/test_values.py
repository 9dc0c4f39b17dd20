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
IBAN = "IR820540102680020817909002 IR062960000000100324200001 IR270170000000100324200001 IR430120000000000000000001"
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
    assert identifiers.is_national_code(identifiers.make_national_code(seed * 7 + 1_000_001)) is True
    assert identifiers.is_iban(identifiers.make_iban(seed)) is True


def test_an_amount_in_words() -> None:
    assert money.in_words(9_750_000_000) == "نه میلیارد و هفتصد و پنجاه میلیون"


@given(st.integers(1, 10**12 - 1))
def test_words_agree_with_an_independent_speller(amount: int) -> None:
    assert money.same_words(money.in_words(amount), num2words(amount, lang="fa")) is True


@pytest.mark.parametrize("text", ["۹٬۷۵۰٬۰۰۰٬۰۰۰", "9,750,000,000", "٩٧٥٠٠٠٠٠٠٠", "9750000000 ریال"])
def test_amounts_are_read_in_every_script(text: str) -> None:
    assert money.parse_rial(text) == 9_750_000_000


@pytest.mark.parametrize("text", ["نه میلیارد", "-5", "9.5", "", "1" * 19])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[آ-ی]"):
        money.parse_rial(text)


@given(st.integers(1, 10**14), st.lists(st.integers(1, 100), min_size=1, max_size=9))
def test_shares_sum_exactly(total: int, weights: list[int]) -> None:
    parts = money.shares(total, [Decimal(w) for w in weights])
    assert sum(parts) == total
    assert min(parts) >= 0


def test_folding_brings_letter_forms_together_and_keeps_half_spaces() -> None:
    assert persian.fold("شركت  می\u200cروم\u200f") == "شرکت می\u200cروم"
    assert persian.search_key("كليدِ ٣ می\u200cشود") == persian.search_key("کلید ۳ میشود")


def test_words_stand_in_the_order_of_the_persian_alphabet() -> None:
    words = ["گل", "کتاب", "پدر", "بابا", "یار", "هوا", "آب", "ژاله", "زر"]
    assert sorted(words, key=persian.sort_key) == ["آب", "بابا", "پدر", "زر", "ژاله", "کتاب", "گل", "هوا", "یار"]
