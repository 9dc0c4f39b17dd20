"""Who sits and what is scored, as plain values: what is wrong with a seating or with the weights of a tree."""

from collections.abc import Sequence
from decimal import Decimal

from tender_app.kernel.persian import decimal_text
from tender_app.tenders.rules import WHOLE, Seating


def seat_faults(what: Seating, preparer: int) -> list[tuple[str, str]]:
    """Return (seat, what is wrong) with the seats that are taken; empty ones are passed over (R06, R23)."""
    members = {"head": what.head, "finance": what.finance, "technical": what.technical}
    given = [person for person in members.values() if person is not None]
    found = [
        (seat, "سه عضو کمیسیون باید سه شخص باشند (ماده ۵).")
        for place, (seat, person) in enumerate(members.items())
        if person is not None and person in list(members.values())[:place]
    ]
    if what.secretary in given:
        found.append(("secretary", "دبیر کمیسیون نمی‌تواند عضو آن باشد."))
    if set(what.evaluators) & {*given, what.secretary, preparer}:
        found.append(("evaluators", "ارزیاب نمی‌تواند عضو یا دبیر کمیسیون یا تهیه‌کننده اسناد باشد."))
    return found


def weight_faults(nodes: Sequence[tuple[int, int | None, Decimal, str]]) -> list[str]:
    """Return what is wrong with the weights of (id, parent, weight, title) rows: siblings must sum to exactly 100."""
    titles: dict[int | None, str] = {None: "معیارهای اصلی", **{row[0]: f"زیرمعیارهای «{row[3]}»" for row in nodes}}
    sums: dict[int | None, Decimal] = {}
    for _, parent, weight, _title in nodes:
        sums[parent] = sums.get(parent, Decimal(0)) + weight
    unweighted = [f"وزن «{row[3]}» را بنویسید." for row in nodes if not row[2]]
    return unweighted or [
        f"جمع وزن {titles[parent]} {decimal_text(total)} است و باید ۱۰۰ باشد."
        for parent, total in sums.items()
        if total != WHOLE
    ]
