"""The forms of one's own opening key: a new key, and another passphrase for the same one."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from tender_app.accounts.forms import same_as
from tender_app.kernel.words import N_
from tender_app.sealing import passphrase
from tender_app.web.fields import PasswordField, PersianForm, Prose, required


def good_passphrase(_form: Any, field: Any) -> None:
    """Refuse an opening passphrase that is too easily guessed."""
    if fault := passphrase.fault_of(field.data or ""):
        raise ValidationError(fault)


class NewKey(PersianForm):
    """An opening passphrase, twice, and the sign-in password; `seen` is the key that stood when the form was shown."""

    new = PasswordField(N_("گذرعبارت گشایش"), [required(), good_passphrase])
    again = PasswordField(
        N_("تکرار گذرعبارت گشایش"), [required(), same_as("new", N_("دو گذرعبارت یکی نیست؛ همان را دوباره بنویسید."))]
    )
    password = PasswordField(N_("گذرواژه ورود شما"), [required()])
    seen = HiddenField()


class OtherPassphrase(PersianForm):
    """Another passphrase for the same key, by the present one or by the words of the recovery sheet."""

    old = Prose(N_("گذرعبارت کنونی، یا ۳۳ واژه برگه بازیابی"), [required()])
    new = PasswordField(N_("گذرعبارت تازه"), [required(), good_passphrase])
    again = PasswordField(
        N_("تکرار گذرعبارت تازه"), [required(), same_as("new", N_("دو گذرعبارت یکی نیست؛ همان را دوباره بنویسید."))]
    )
