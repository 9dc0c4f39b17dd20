"""Signing an act: who acts proves anew that it is they. The one place where this is asked, whatever it comes to ask for."""

from tender_app.kernel.errors import Invalid
from tender_app.kernel.words import _
from tender_app.people import second_factor
from tender_app.people.models import Person
from tender_app.people.passwords import is_right
from tender_app.store.context import Context


def demand_signature(ctx: Context, password: str, code: str = "") -> None:
    """Let only the actor pass: by the password of their own account, and by a code of the second factor where they set one.

    Raises Invalid that names the field, `password` or `code`. A right code is taken in the act's transaction: it signs
    once, and stays good if the act is refused for another reason.
    """
    person = ctx.session.get(Person, ctx.actor.person_id) if ctx.actor.person_id else None
    if not is_right(person.password_hash if person else None, password):
        message = _("گذرواژه درست نیست و چیزی امضا نشد؛ گذرواژه ورود خود را دوباره بنویسید.")
        raise Invalid(message, {"password": message})
    factor = second_factor.live(ctx.session, ctx.actor.person_id)
    if factor is not None and not second_factor.take(ctx, factor, code):
        message = _("این کد درست نیست یا پیش‌تر به کار رفته است و چیزی امضا نشد؛ کد تازه برنامه را بنویسید.")
        raise Invalid(message, {"code": message})
