"""The acts open to a person on a case, as the buttons of a page: enabled, or disabled with the reason."""

from collections.abc import Collection
from typing import Any

from flask import current_app

from tender_app.kernel.vocabulary import Named
from tender_app.store.case import Case
from tender_app.web.law import address_of, place_of
from tender_app.web.visit import context
from tender_app.workflow.engine import offers


def buttons(case: Case, *, only: Collection[Named] = (), leave_out: Collection[Named] = ()) -> list[dict[str, Any]]:
    """Return the acts of a case as rows of the `acts` macro, in the order of the law's rows."""
    rows = [
        _button(case, offer.act, offer.refusal)
        for offer in offers(context(), case)
        if (not only or offer.act in only) and offer.act not in leave_out
    ]
    shown = [row for row in rows if row is not None]
    return [{**row, "primary": place == 0 and not row.get("reason")} for place, row in enumerate(shown)]


def _button(case: Case, act: Named, refusal: str | None) -> dict[str, Any] | None:
    place, address = place_of(current_app, act), address_of(current_app, act, case)
    if place is None or address is None:
        return None
    if refusal:
        return {"label": act.label, "reason": refusal}
    return {"label": act.label, "href" if place.has_page else "action": address}
