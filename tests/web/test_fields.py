"""Fields: what is typed and cannot stand on a paper is refused where it is typed."""

import pytest
from flask import Flask

from tender_app.web.fields import Line, PersianForm, Prose


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
