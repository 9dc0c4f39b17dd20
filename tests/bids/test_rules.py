"""What counts as a guarantee and as a price."""

import datetime as dt
import re

import pytest

from tender_app.bids.rules import (
    GuaranteeKind,
    GuaranteeTerms,
    UnfitError,
    guarantee_checks,
    offer_in,
    phases_of,
    receipt_number,
    terms_in,
    worth,
)

UNTIL = dt.date(2027, 3, 16)
STATED = {"kind": "note", "issuer": "شرکت", "number": "۱۲", "amount": 1_000, "expires_on": "2027-03-20"}
PRICED = {"phases": [{"title": "مطالعه", "amount": 40}, {"title": "اجرا", "amount": 60}], "total": 100}


@pytest.mark.parametrize(
    ("kind", "amount", "counts"),
    [("bank", 492_500_000, 492_500_000), ("note", 615_625_000, 492_500_000), ("mortgage", 1_001, 850), ("cash", 1, 1)],
)
def test_a_note_counts_at_80_percent_and_a_mortgage_at_85_rounded_down(kind: str, amount: int, counts: int) -> None:
    assert worth(GuaranteeKind(kind), amount) == counts


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
    checks = guarantee_checks(found, required=490, valid_until=UNTIL, has_original=has_original)
    assert [check.is_met for check in checks] == met


def test_the_haircut_is_written_out_beside_the_amount() -> None:
    found = GuaranteeTerms(GuaranteeKind.NOTE, "شرکت", "۱", 1_000, UNTIL, "")
    told = guarantee_checks(found, required=900, valid_until=None, has_original=True)[0].told
    assert told == "۱٬۰۰۰ ریال × ۸۰٪ = ۸۰۰ ریال؛ لازم است ۹۰۰ ریال"


def test_what_an_envelope_states_is_read_strictly() -> None:
    assert terms_in(STATED).expires_on == dt.date(2027, 3, 20)
    assert offer_in(PRICED).phases == (("مطالعه", 40), ("اجرا", 60))


@pytest.mark.parametrize(
    "change", [{"kind": "gold"}, {"amount": "1000"}, {"amount": 1_000.0}, {"amount": -1}, {"expires_on": "1405/01/01"}]
)
def test_a_guarantee_that_is_not_stated_plainly_is_not_guessed(change: dict[str, object]) -> None:
    with pytest.raises(UnfitError, match="مشخصات تضمین"):
        terms_in({**STATED, **change})


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"total": 101}, "یکی نیست"),
        ({"total": 0, "phases": []}, "صفر"),
        ({"total": "100"}, "خوانا"),
        ({"total": True}, "خوانا"),
        ({"phases": None}, "خوانا"),
        ({"phases": [{"title": "اجرا"}]}, "خوانا"),
        ({"phases": [{"title": "اجرا", "amount": 140}, {"title": "تخفیف", "amount": -40}]}, "خوانا"),
    ],
)
def test_a_price_that_is_not_stated_plainly_is_rejected_with_its_cause(change: dict[str, object], cause: str) -> None:
    with pytest.raises(UnfitError, match=cause):
        offer_in({**PRICED, **change})


def test_receipt_numbers_tell_nothing_of_their_order() -> None:
    made = {receipt_number() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"R-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", number) for number in made)


def test_three_years_have_five_phases() -> None:
    assert [len(phases_of(years)) for years in (3, 4, 5)] == [5, 6, 7]
