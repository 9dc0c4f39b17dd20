"""The form under which an act is signed: the password again, a code where one set a second factor, and what was shown."""

from typing import Any

from wtforms import HiddenField, StringField

from tender_app.kernel.persian import identifier
from tender_app.kernel.words import N_
from tender_app.people import second_factor
from tender_app.web.fields import PasswordField, PersianForm, required
from tender_app.web.visit import context


class OneTimeCode(StringField):
    """A code of the second factor or a recovery code, in digits of any script; it is never shown again."""

    is_ltr = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the bare code."""
        self.data = identifier(valuelist[0]) if valuelist else ""

    def _value(self) -> str:
        return ""


def one_time_code() -> Any:
    """Return the field that asks for a code."""
    return OneTimeCode(
        N_("کد رمز دوم"),
        [required(N_("کد شش‌رقمی برنامه را بنویسید، یا یکی از کدهای بازیابی را."))],
        description=N_("شش رقمی که برنامه رمز دوم نشان می‌دهد. اگر گوشی در دسترس نیست، یک کد بازیابی بنویسید."),
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )


class SignedForm(PersianForm):
    """The password of who signs, a code where they set a second factor, and what they saw."""

    password = PasswordField(
        N_("گذرواژه ورود شما"),
        [required(N_("برای امضا گذرواژه خود را بنویسید."))],
        description=N_("همان گذرواژه ورود؛ با آن این متن را امضا می‌کنید."),
    )
    code = one_time_code()
    seen = HiddenField()

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Ask for a code only who set a second factor."""
        super().__init__(*args, **kw)
        ctx = context()
        if second_factor.live(ctx.session, ctx.actor.person_id) is None:
            del self.code

    @property
    def said_code(self) -> str:
        """Return the code; an empty one where none is asked for."""
        return self.code.data or "" if "code" in self else ""
