"""Fields: numbers as people and machines type them; what cannot stand on a paper is refused where it is typed."""

from decimal import Decimal

import pytest
from flask import Flask

from tender_app.web.fields import Line, PersianForm, Prose, read_number


class NoteForm(PersianForm):
    """A form of one line and of several."""

    name = Line("نام")
    text = Prose("متن")


@pytest.mark.parametrize("field", ["name", "text"])
@pytest.mark.parametrize(("typed", "named"), [("زیتون 😀", "😀"), ("漢", "漢"), ("الف ☃ ب 😀", "☃")])
def test_a_sign_that_no_paper_can_show_is_named_at_its_field(app: Flask, field: str, typed: str, named: str) -> None:
    with app.test_request_context(method="POST", data={field: typed}):
        form = NoteForm()
        assert not form.validate()
        ((place, message),) = form.problems()
    assert place == field
    assert f"«{named}»" in message


@pytest.mark.parametrize("typed", ["می‌شود، «نیک» (63A) [۲] ٪۵ −۵ ° ± × شخصاً مُهر", "Know-how\nISO 9001:2015 @ #", ""])
def test_persian_latin_signs_and_vowels_are_welcome(app: Flask, typed: str) -> None:
    with app.test_request_context(method="POST", data={"name": typed, "text": typed}):
        assert NoteForm().validate()


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
