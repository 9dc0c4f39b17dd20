"""Signing an act: who acts proves anew that it is they. The one place where this is asked, whatever it comes to ask for."""

from tender_app.kernel.errors import Invalid
from tender_app.kernel.words import _
from tender_app.people.models import Person
from tender_app.people.passwords import is_right
from tender_app.store.context import Context


def demand_signature(ctx: Context, password: str) -> None:
    """Let only the password of the actor's own account pass; raise Invalid that names the field.

    A second factor, once accounts have one, is asked for here.
    """
    person = ctx.session.get(Person, ctx.actor.person_id) if ctx.actor.person_id else None
    if not is_right(person.password_hash if person else None, password):
        message = _("گذرواژه درست نیست و چیزی امضا نشد؛ گذرواژه ورود خود را دوباره بنویسید.")
        raise Invalid(message, {"password": message})
