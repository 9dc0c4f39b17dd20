"""The form under which an act is signed: the password again, and the digest of the text that was shown."""

from wtforms import HiddenField

from tender_app.kernel.words import N_
from tender_app.web.fields import PasswordField, PersianForm, required


class SignedForm(PersianForm):
    """The password of who signs, and what they saw."""

    password = PasswordField(
        N_("گذرواژه ورود شما"),
        [required(N_("برای امضا گذرواژه خود را بنویسید."))],
        description=N_("همان گذرواژه ورود؛ با آن این متن را امضا می‌کنید."),
    )
    seen = HiddenField()
