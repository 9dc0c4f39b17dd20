"""The forms of one's own second factor, and of the second step of signing in."""

from tender_app.accounts.factors import Proof
from tender_app.kernel.words import N_
from tender_app.web.fields import PasswordField, PersianForm, required
from tender_app.web.signing import one_time_code


class SecondStep(PersianForm):
    """A code, after the password."""

    code = one_time_code()


class ProofForm(PersianForm):
    """The password and a code of the second factor."""

    password = PasswordField(
        N_("گذرواژه ورود شما"),
        [required(N_("گذرواژه خود را بنویسید."))],
        render_kw={"autocomplete": "current-password"},
    )
    code = one_time_code()

    def value(self, codes: tuple[str, ...] = ()) -> Proof:
        """Return the proof, with the recovery codes that are to be kept."""
        return Proof(self.password.data, self.code.data, codes)
