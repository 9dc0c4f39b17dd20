"""The forms of guarantees, of the extension of validity and of a winner's refusal."""

from tender_app.awards.guarantee_rules import HandOver
from tender_app.awards.refusal_rules import (
    Dismissed,
    RefusalGround,
    Refused,
    ValidityAgreed,
    ValidityDeclined,
    ValidityExtended,
)
from tender_app.kernel.words import N_
from tender_app.web.fields import Choice, Day, Line, PersianForm, Prose, optional, required, up_to

PROMPT = N_("— برگزینید —")


class HandOverForm(PersianForm):
    """To whom the original was handed."""

    name = Line(N_("تحویل‌گیرنده"), [required(N_("نام کسی را که اصل را گرفت بنویسید.")), up_to(200)])
    day = Day(N_("تاریخ تحویل"))
    note = Line(N_("شماره رسید یا معرفی‌نامه"), [optional(), up_to(400)])

    def value(self) -> HandOver:
        """Return the hand-over."""
        return HandOver(self.name.data, self.day.data, self.note.data or "")


class ValidityForm(PersianForm):
    """Why the validity is extended."""

    reason = Prose(
        N_("دلیل تمدید"), [required(N_("دلیل را بنویسید؛ در نامه برای همه پیشنهاددهندگان می‌آید.")), up_to(1000)]
    )

    def value(self) -> ValidityExtended:
        """Return the extension."""
        return ValidityExtended(self.reason.data)


class AgreementForm(PersianForm):
    """A bidder's agreement, with its extended guarantee."""

    expires_on = Day(N_("پایان اعتبار تازه تضمین"))
    note = Line(N_("شماره متمم یا گواهی تمدید تضمین"), [optional(), up_to(400)])

    def value(self) -> ValidityAgreed:
        """Return the agreement."""
        until = self.expires_on.data if "expires_on" in self else None
        return ValidityAgreed(until, self.note.data or "")


class DeclineForm(PersianForm):
    """A bidder's refusal to extend."""

    note = Line(N_("شماره نامه یا توضیح"), [optional(), up_to(400)])

    def value(self) -> ValidityDeclined:
        """Return the refusal."""
        return ValidityDeclined(self.note.data or "")


class RefusalForm(PersianForm):
    """A winner's refusal: one of the closed grounds, and the evidence."""

    ground = Choice(
        N_("چه رخ داد"),
        RefusalGround,
        prompt=PROMPT,
        validators=[required(N_("یکی از این موردها را برگزینید."))],
    )
    evidence = Prose(
        N_("مستند"),
        [required(N_("شماره نامه انصراف، یا ابلاغ‌ها و تاریخ آنها را بنویسید.")), up_to(1000)],
        description=N_("در نامه ضبط تضمین می‌آید."),
    )

    def value(self) -> Refused:
        """Return the refusal."""
        return Refused(self.ground.data, self.evidence.data)


class DismissalForm(PersianForm):
    """Why a recorded refusal is none."""

    text = Prose(N_("دلیل"), [required(N_("دلیل را بنویسید.")), up_to(1000)])

    def value(self) -> Dismissed:
        """Return the reason."""
        return Dismissed(self.text.data)
