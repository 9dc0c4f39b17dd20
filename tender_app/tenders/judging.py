"""Who sits and what is scored, as plain values: what is wrong with a seating or with the weights of a tree."""

from collections.abc import Sequence
from decimal import Decimal

from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.words import _
from tender_app.tenders.rules import WHOLE, Aggregation, Seating


def seat_faults(what: Seating, preparer: int) -> list[tuple[str, str]]:
    """Return (seat, what is wrong) with the seats that are taken; empty ones are passed over (R06, R23)."""
    members = {"head": what.head, "finance": what.finance, "technical": what.technical}
    given = [person for person in members.values() if person is not None]
    found = [
        (seat, _("سه عضو کمیسیون باید سه شخص باشند (ماده ۵)."))
        for place, (seat, person) in enumerate(members.items())
        if person is not None and person in list(members.values())[:place]
    ]
    if what.secretary in given:
        found.append(("secretary", _("دبیر کمیسیون نمی‌تواند عضو آن باشد.")))
    if set(what.evaluators) & {*given, what.secretary, preparer}:
        found.append(("evaluators", _("ارزیاب نمی‌تواند عضو یا دبیر کمیسیون یا تهیه‌کننده اسناد باشد.")))
    return found


def trim_fault(aggregation: Aggregation, trim: int, evaluators: int) -> str | None:
    """Return what is wrong with how many a trimmed mean leaves out at each end, where so many people score."""
    if aggregation is not Aggregation.TRIMMED_MEAN or 0 < 2 * trim < evaluators:
        return None
    if trim < 1:
        return _("بنویسید از هر سو چند امتیاز کنار می‌رود، مانند ۱؛ یا میانگین همه ارزیابان را برگزینید.")
    told = _(
        "با {evaluators} ارزیاب، کنار گذاشتن {trim} امتیاز از هر سو کسی را باقی نمی‌گذارد؛ بیشترین {most} است. "
        "شمار را کم کنید یا ارزیابان بیشتری تعیین کنید."
    )
    return persian_digits(told.format(evaluators=evaluators, trim=trim, most=(evaluators - 1) // 2))


def weight_faults(nodes: Sequence[tuple[int, int | None, Decimal, str]]) -> list[str]:
    """Return what is wrong with the weights of (id, parent, weight, title) rows: siblings must sum to exactly 100."""
    titles: dict[int | None, str] = {
        None: _("معیارهای اصلی"),
        **{row[0]: _("زیرمعیارهای «{criterion}»").format(criterion=row[3]) for row in nodes},
    }
    sums: dict[int | None, Decimal] = {}
    for _unused, parent, weight, _title in nodes:
        sums[parent] = sums.get(parent, Decimal(0)) + weight
    unweighted = [_("وزن «{criterion}» را بنویسید.").format(criterion=row[3]) for row in nodes if not row[2]]
    return unweighted or [
        _("جمع وزن {parent} {total} است و باید ۱۰۰ باشد.").format(parent=titles[parent], total=decimal_text(total))
        for parent, total in sums.items()
        if total != WHOLE
    ]
