"""The parent of every form: it reads what was typed and nothing else, and tells its problems in Persian."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from tender_app.kernel.words import N_

NOT_OFFERED = N_("این گزینه در فهرست کنونی نیست؛ یکی از گزینه‌ها را برگزینید.")
TRANSLATED = {
    "Not a valid choice.": NOT_OFFERED,
    "Invalid Choice: could not coerce.": NOT_OFFERED,
    "Invalid choice(s): one or more data inputs could not be coerced.": NOT_OFFERED,
    "'%(value)s' is not a valid choice for this field.": NOT_OFFERED,
    "'%(value)s' are not valid choices for this field.": NOT_OFFERED,
}


class Translations:
    """What WTForms itself says of a choice, in Persian."""

    def gettext(self, text: str) -> str:
        """Return the Persian of a message."""
        return TRANSLATED.get(text, text)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the Persian of a message about so many things."""
        return self.gettext(one if number == 1 else many)


class PersianForm(FlaskForm):
    """A form that tells its problems in one list, each with the field in which it can be mended."""

    class Meta(FlaskForm.Meta):
        """Where the values come from, and what WTForms' own messages are."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return the text fields of a post, even when there are none; JSON and files are no text of a form."""
            del form
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None

        def get_translations(self, form: Any) -> Translations:
            """Return the Persian messages."""
            del form
            return Translations()

    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, message) for every error, those of the whole form last."""
        found = [(field.id, _named(field, message)) for field in self for message in _flat(field.errors)]
        return found + [("", message) for message in self.form_errors]


def _flat(errors: Any) -> list[str]:
    if isinstance(errors, dict):
        return [m for part in errors.values() for m in _flat(part)]
    return [m for e in errors for m in (_flat(e) if isinstance(e, dict | list | tuple) else [str(e)])]


def _named(field: Any, message: str) -> str:
    return f"{field.label.text}: {message}"
