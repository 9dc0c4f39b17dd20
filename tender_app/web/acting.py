"""A page on which one act on a case is done by one form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, redirect
from werkzeug.wrappers import Response

from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _
from tender_app.store.case import Case
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, context, page
from tender_app.workflow.engine import advance, procedure_of

Crumb = tuple[str, str | None]
NOTHING: Mapping[str, Any] = {}


def act_page(  # noqa: PLR0913 -- what such a page says is asked for by name
    case: Case,
    act: Named,
    form: Any,
    *,
    back: str,
    lead: str = "",
    about: Sequence[tuple[str, ...]] = (),
    crumbs: Sequence[Crumb] = (),
    reason: str | None = None,
    value: Callable[[], Any] | None = None,
    done: str = "",
    then: str = "",
    submit_label: str = "",
    template: str = "_form.html",
    known: Mapping[str, Any] = NOTHING,
) -> Response:
    """Show the form of an act on a case; a valid one does the act, says `done`, and leads to `then` (or `back`).

    A refusal stands in the form beside everything that was typed. The page is named as the case's law names the act, below
    `crumbs`; `reason` (else the law's own) says why not now; `value` reads the act's value (else the form's, if it has one).
    A `template` that extends the form's shows what must be in sight of who fills it, from what is `known`.
    """
    label = procedure_of(case).word(act)
    reason = reason or reason_against(case, act)
    if form.validate_on_submit():
        with attempt(form) as trial:
            read = value or getattr(form, "value", None)
            advance(context(), case, act, read() if read else None)
        if trial:
            flash(done or _("{act} انجام شد.").format(act=label))
            return redirect(then or back)
    return page(
        template,
        form=form,
        title=label,
        lead=lead,
        about=about,
        reason=reason,
        back=back,
        crumbs=[*crumbs, (label, None)] if crumbs else (),
        submit_label=submit_label or label,
        **known,
    )
