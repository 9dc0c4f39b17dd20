"""The money of a tender: what contradicts itself in its estimate, guarantee and resolution."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tender_app.kernel.words import _
from tender_app.tenders.schedule import Fault


def faults(values: Mapping[str, Any], today: dt.date) -> list[Fault]:
    """Return what contradicts itself or the present in the values that are given; absent ones are passed over."""
    found = []
    estimate, guarantee, resolved = (values.get(n) for n in ("estimate", "guarantee", "board_resolution_on"))
    if resolved is not None and resolved > today:
        found.append(
            Fault("board_resolution_on", _("تاریخ مصوبه هیأت مدیره در آینده است؛ تاریخ خود مصوبه را بنویسید."))
        )
    if values.get("has_envelope_a") and estimate is not None and guarantee is not None and guarantee >= estimate:
        found.append(Fault("guarantee", _("مبلغ تضمین باید کمتر از برآورد باشد.")))
    return found
