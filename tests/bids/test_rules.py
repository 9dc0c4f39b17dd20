"""What counts as a guarantee and as a price."""

import datetime as dt
import re

import pytest

from tender_app.bids.rules import (
    GuaranteeKind,
    GuaranteeTerms,
    guarantee_checks,
    haircuts_of,
    phases_of,
    receipt_number,
    worth,
)
from tender_app.regulation.rules import DEFAULTS

HAIRCUTS = haircuts_of(DEFAULTS)

UNTIL = dt.date(2027, 3, 16)


@pytest.mark.parametrize(
    ("kind", "amount", "counts"),
    [("bank", 492_500_000, 492_500_000), ("note", 615_625_000, 492_500_000), ("mortgage", 1_001, 850), ("cash", 1, 1)],
)
def test_a_note_counts_at_80_percent_and_a_mortgage_at_85_rounded_down(kind: str, amount: int, counts: int) -> None:
    assert worth(amount, HAIRCUTS[GuaranteeKind(kind)]) == counts


@pytest.mark.parametrize(
    ("kind", "amount", "days", "has_original", "met"),
    [
        ("bank", 490, 0, True, [True, True, True]),
        ("bank", 489, 0, True, [False, True, True]),
        ("note", 490, 0, True, [False, True, True]),
        ("note", 613, 0, True, [True, True, True]),
        ("bank", 490, -1, True, [True, False, True]),
        ("bank", 490, 0, False, [True, True, False]),
    ],
)
def test_a_guarantee_suffices_by_its_worth_its_term_and_its_original(
    kind: str, amount: int, days: int, *, has_original: bool, met: list[bool]
) -> None:
    expires = UNTIL + dt.timedelta(days=days)
    found = GuaranteeTerms(GuaranteeKind(kind), "بانک", "۱", amount, expires, "")
    checks = guarantee_checks(found, HAIRCUTS[found.kind], required=490, valid_until=UNTIL, has_original=has_original)
    assert [check.is_met for check in checks] == met


def test_the_haircut_is_written_out_beside_the_amount() -> None:
    found = GuaranteeTerms(GuaranteeKind.NOTE, "شرکت", "۱", 1_000, UNTIL, "")
    told = guarantee_checks(found, HAIRCUTS[found.kind], required=900, valid_until=None, has_original=True)[0].told
    assert told == "۱٬۰۰۰ ریال × ۸۰٪ = ۸۰۰ ریال؛ لازم است ۹۰۰ ریال"


def test_receipt_numbers_tell_nothing_of_their_order() -> None:
    made = {receipt_number() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"R-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", number) for number in made)


def test_three_years_have_five_phases() -> None:
    assert [len(phases_of(years)) for years in (3, 4, 5)] == [5, 6, 7]
