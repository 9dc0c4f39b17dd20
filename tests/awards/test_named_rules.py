"""The rules of the catalogue about guarantees, winners and contracts that stand elsewhere, each tried by its number."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tender_app.awards.models import Award
from tender_app.awards.rules import winners
from tender_app.bids.rules import GuaranteeKind, GuaranteeTerms, guarantee_checks, sepam_warning
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct, ContractState, Drafted, Guaranteed
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.scoring import Offer, by_weighted_price
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotNow
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.workflow.engine import advance, begin
from tender_app.workflow.sight import may_see
from tests.awards.ground import announced
from tests.evaluation.ground import ground_in
from tests.make import session_of

UNTIL = dt.date(2027, 2, 1)
WHOLE, NOTE = Fraction(1), Fraction(80, 100)
PRICES = st.integers(min_value=1_000, max_value=10**12)


def terms(amount: int = 500, expires: dt.date = UNTIL, kind: GuaranteeKind = GuaranteeKind.BANK) -> GuaranteeTerms:
    return GuaranteeTerms(kind, "بانک", "1", amount, expires, "914000000001")


def missed(found: GuaranteeTerms, haircut: Fraction = WHOLE, *, original: bool = True) -> list[str]:
    checks = guarantee_checks(found, haircut, required=500, valid_until=UNTIL, has_original=original)
    assert all(check.told for check in checks)  # each has its own sentence, met or not
    return [check.label for check in checks if not check.is_met]


def test_r21_each_fault_of_a_guarantee_is_told_by_its_own_sentence() -> None:
    assert missed(terms()) == []
    assert missed(terms(499)) == ["ارزش تضمین"]
    assert missed(terms(624), NOTE) == ["ارزش تضمین"]
    assert missed(terms(625), NOTE) == []
    assert missed(terms(expires=UNTIL - dt.timedelta(days=1))) == ["اعتبار تضمین"]
    assert missed(terms(), original=False) == ["اصل تضمین"]


def test_r21_a_bank_guarantee_without_a_sepam_number_of_digits_is_warned_of() -> None:
    assert sepam_warning(GuaranteeKind.BANK, "۹۱۴۰۰۱") == ""
    assert sepam_warning(GuaranteeKind.NOTE, "") == ""
    assert "استعلام" in sepam_warning(GuaranteeKind.BANK, "")
    assert "فقط رقم" in sepam_warning(GuaranteeKind.BANK, "AB-12")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(first=PRICES, gap=st.integers(min_value=0, max_value=10**9), guarantee=st.integers(min_value=1, max_value=10**9))
def test_r30_a_second_winner_is_named_only_if_the_gap_is_strictly_less(first: int, gap: int, guarantee: int) -> None:
    offers = [Offer("1", Fraction(90), first), Offer("2", Fraction(80), first + gap)]
    named = winners(by_weighted_price(offers, Decimal(0)), guarantee, weighted=False, lots=("1", "2"))
    assert named[0].offer.id == "1"
    assert (named[1] is not None) == (gap < guarantee)


@pytest.mark.parametrize(("gap", "is_named"), [(499_999_999, True), (500_000_000, False), (500_000_001, False)])
def test_r30_a_gap_equal_to_the_guarantee_names_nobody(gap: int, is_named: bool) -> None:  # noqa: FBT001 -- a column
    places = by_weighted_price([Offer("1", Fraction(90), 9_000), Offer("2", Fraction(90), 9_000 + gap)], Decimal("0.3"))
    assert (winners(places, 500_000_000, weighted=False)[1] is not None) is is_named


def test_r32_the_award_is_a_letter_to_every_bidder_and_a_result_for_all(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = announced(ground)
        told = {(d.firm_id, d.kind) for d in session.scalars(sa.select(IssuedDocument)) if d.firm_id}
        assert told == {
            (ground.firms["B"].id, DocumentKind.AWARD_LETTER),
            (ground.firms["A"].id, DocumentKind.REGRET_LETTER),
            (ground.firms["A"].id, DocumentKind.DEBRIEF),
        }
        assert may_see(ground.by(None), tender, Sight.RESULT)
        assert may_see(ground.by(None), tender, Sight.PRICES)
        assert session.scalars(sa.select(Award)).one().announced_at == ground.now


def test_r35_no_contract_after_the_validity_nor_without_the_performance_security(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = announced(ground)
        contract = begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(tender))
        contract.supervisor = "ناظر"
        with pytest.raises(NotNow, match="بی آن قرارداد بسته نمی‌شود"):
            advance(ground.by("firm B"), contract, ContractAct.SIGN_AS_AGENT, Guaranteed(""))
        assert tender.valid_until is not None
        today, ground.now = ground.now, calendar.instant(tender.valid_until + dt.timedelta(days=1), dt.time(9))
        with pytest.raises(NotNow, match="پایان یافته است"):
            advance(ground.by("firm B"), contract, ContractAct.SIGN_AS_AGENT, Guaranteed("۱"))
        ground.now, contract.state = today, ContractState.SIGNED_BY_AGENT
        session.flush()
        with pytest.raises(NotNow, match="تضمین انجام تعهدات ثبت نشده"):
            advance(ground.by(Role.MANAGER), contract, ContractAct.ISSUE, Guaranteed())
