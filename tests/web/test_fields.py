"""Numbers as people and machines type them: every figure is read exactly, and none is a trap."""

from decimal import Decimal

import pytest

from tender_app.web.fields import read_number


@pytest.mark.parametrize(
    ("text", "value"), [("۶۵", "65"), ("۰٫۲۵", "0.25"), ("0/4", "0.4"), (" 7. ", "7"), (".5", "0.5"), ("٪۲۰", "20")]
)
def test_a_number_is_read_in_every_script(text: str, value: str) -> None:
    assert read_number(text, Decimal(0), Decimal(100)) == Decimal(value)


@pytest.mark.parametrize("text", ["1e1", "0e999999999999", "1_0", "NaN", "sNaN", "Infinity", "--1", "1.1.1", ".", "²"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="عدد را با رقم بنویسید"):
        read_number(text, Decimal(0), Decimal(100))


@pytest.mark.parametrize("text", ["-1", "100.01", "9" * 5000])
def test_a_number_beyond_its_bounds_is_told_them(text: str) -> None:
    with pytest.raises(ValueError, match="عدد باید میان ۰ و ۱۰۰ باشد"):
        read_number(text, Decimal(0), Decimal(100))
