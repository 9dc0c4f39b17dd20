"""The acts open to a person on a case, as the buttons of a page: enabled, or disabled with the reason."""

from collections.abc import Callable, Collection
from typing import Any

from flask import current_app

from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.vocabulary import Named
from tender_app.people.capacities import roles_on
from tender_app.store.case import Case
from tender_app.web.law import address_of, place_of
from tender_app.web.visit import context
from tender_app.workflow.engine import offers, procedure_of, refusal_of
from tender_app.workflow.table import Move

Button = dict[str, Any]
TASK, STAYS, MOVES_ON = range(3)  # which open act leads
_beside: dict[type[Case], list[Callable[[Any], Button | None]]] = {}


def beside(model: type[Case]) -> Callable[[Callable[[Any], Button | None]], Callable[[Any], Button | None]]:
    """Let a later stage add a button of its own to every page of a case: the function returns it, or None."""

    def add(button: Callable[[Any], Button | None]) -> Callable[[Any], Button | None]:
        _beside.setdefault(model, []).append(button)
        return button

    return add


def buttons(case: Case, *, only: Collection[Named] = (), leave_out: Collection[Named] = ()) -> list[Button]:
    """Return the acts of a case as rows of the `acts` macro, in the law's order, with one that leads.

    An open task of the law leads; failing that, an open act after which the case stands where it stood. What sends a case
    back or ends it is nobody's next step: it never leads by itself.
    """
    found = [o for o in offers(context(), case) if (not only or o.act in only) and o.act not in leave_out]
    rows = [(_button(case, o.act, o.refusal), _turn(o.move)) for o in found]
    if not only:
        rows += [(row, _turn_beside(row)) for row in (button(case) for button in _beside.get(type(case), ()))]
    shown = [(row, turn) for row, turn in rows if row is not None]
    open_ones = [(turn, n) for n, (row, turn) in enumerate(shown) if turn != MOVES_ON and not row.get("reason")]
    lead = min(open_ones)[1] if open_ones else None
    return [{**row, "primary": n == lead} for n, (row, _) in enumerate(shown)]


def _turn_beside(button: Button | None) -> int:
    """Return how a later stage's button leads: one that is a mere way to another page (`is_way`) never does."""
    return MOVES_ON if button and button.get("is_way") else STAYS


def _turn(move: Move[Any]) -> int:
    return TASK if move.task else STAYS if move.to is None else MOVES_ON


def reason_against(case: Case, act: Named) -> str | None:
    """Return why the act cannot be done now, for the page of its form.

    Raises NotAllowed when the actor holds no capacity in which the act is ever done on this case.
    """
    ctx = context()
    roles = roles_on(ctx.actor, case)
    reason = refusal_of(ctx, case, act)
    if not any(move.by & roles for move in procedure_of(case).moves if move.act is act):
        raise NotAllowed(reason or "")
    return reason


def _button(case: Case, act: Named, refusal: str | None) -> Button | None:
    place, address = place_of(current_app, act), address_of(current_app, act, case)
    if place is None or address is None:
        return None
    label = procedure_of(case).word(act)
    if refusal:
        return {"label": label, "reason": refusal}
    return {"label": label, "href" if place.has_page else "action": address}
