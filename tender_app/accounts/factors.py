"""A person's own second factor: set by password and a right code, ended likewise, or by the administrator with a reason."""

from dataclasses import dataclass, field
from typing import Any

from tender_app.accounts.rules import Reason
from tender_app.kernel.errors import Invalid
from tender_app.kernel.words import N_, _
from tender_app.notifications.outbox import tell
from tender_app.people import passwords, second_factor
from tender_app.people.models import Person
from tender_app.store.context import Context

WRONG_CODE = N_(
    "این کد درست نیست یا پیش‌تر به کار رفته است؛ کد تازه‌ای را که برنامه نشان می‌دهد بنویسید. اگر باز پذیرفته نشد، ساعت "
    "گوشی را روی خودکار بگذارید."
)
NONE_SET = N_("رمز دومی گذاشته نشده است.")
LIFTED = "رمز دوم حساب شما برداشته شد"
LIFTED_BODY = (
    "راهبر سامانه رمز دوم حساب شما را برداشت و نشست‌های باز شما پایان یافت. دلیل: {reason}\n"
    "از این پس گذرواژه به تنهایی برای ورود بس است؛ در «حساب من» رمز دوم تازه بگذارید. اگر خودتان این را نخواسته‌اید، بی‌درنگ "
    "راهبر را آگاه کنید."
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person proves with that it is they; `codes` are new recovery codes, made by the caller, who alone shows them."""

    password: str = field(repr=False)
    code: str = field(repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)

    def record(self) -> dict[str, Any]:
        """Keep how many recovery codes were made, and nothing else."""
        return {"recovery_codes": len(self.codes)} if self.codes else {}


def wrong_code() -> Invalid:
    """Return the refusal of a code, at its field."""
    return Invalid(_(WRONG_CODE), {"code": _(WRONG_CODE)})


def is_confirmed(ctx: Context, person: Person, what: Proof | None) -> str | None:
    """A second factor is set once, by who knows the password and whose telephone shows the right code."""
    if second_factor.live(ctx.session, person.id) is not None:
        return _("رمز دوم پیش‌تر گذاشته شده است؛ برای گوشی تازه نخست آن را بردارید.")
    if what is None:
        return None
    pending = second_factor.being_set(ctx, person.id)
    if pending is None:
        return _("زمان گذاشتن این رمز گذشته است؛ از نو آغاز کنید.")
    _demand_password(person, what)
    if second_factor.step_of(ctx, pending, what.code) is None:
        raise wrong_code()
    return None


def is_proved(ctx: Context, person: Person, what: Proof | None) -> str | None:
    """Only who knows the password and shows a code, or a recovery code, changes anything; the code is used up by it."""
    factor = second_factor.live(ctx.session, person.id)
    if factor is None:
        return _(NONE_SET)
    if what is None:
        return None
    _demand_password(person, what)
    if not second_factor.take(ctx, factor, what.code):
        raise wrong_code()
    return None


def is_someone_elses(ctx: Context, person: Person, _what: Any) -> str | None:
    """An administrator lifts what another person set, never their own."""
    if person.id == ctx.actor.person_id:
        return _("رمز دوم خودتان را در «حساب من» با گذرواژه و کد بردارید، یا از راهبر دیگری بخواهید.")
    return None if second_factor.live(ctx.session, person.id) else _("این کاربر رمز دوم ندارد.")


def confirm(ctx: Context, person: Person, what: Proof) -> None:
    """Let the secret that was being set be the person's second factor from now on; its first code is used up."""
    factor = second_factor.being_set(ctx, person.id)
    step = second_factor.step_of(ctx, factor, what.code) if factor else None
    if factor is None or step is None:  # the code's own half minute ended between the condition and now
        raise wrong_code()
    factor.confirmed_at, factor.last_step = ctx.now, step
    ctx.session.flush()
    second_factor.keep_codes(ctx, factor, what.codes)


def renew_codes(ctx: Context, person: Person, what: Proof) -> None:
    """Keep new recovery codes in the place of those that are left."""
    factor = second_factor.live(ctx.session, person.id)
    if factor is not None:
        second_factor.keep_codes(ctx, factor, what.codes)


def end(ctx: Context, person: Person, _what: Any) -> None:
    """End the person's second factor."""
    second_factor.end(ctx, person.id)


def tell_of_lifting(ctx: Context, person: Person, what: Reason) -> None:
    """Tell the person that the administrator ended their second factor, and why."""
    tell(ctx, [person.id], LIFTED, body=LIFTED_BODY.format(reason=what.text), path="/account/factor")


def _demand_password(person: Person, what: Proof) -> None:
    if not passwords.is_right(person.password_hash, what.password):
        message = _("گذرواژه درست نیست؛ گذرواژه ورود خود را دوباره بنویسید.")
        raise Invalid(message, {"password": message})
