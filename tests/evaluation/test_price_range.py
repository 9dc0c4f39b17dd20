"""The advisory range of prices: the known vectors, and the advice as the commission meets it."""

from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tender_app.bids.rules import BidState
from tender_app.evaluation import price_advice
from tender_app.evaluation.advice_models import PriceCheck
from tender_app.evaluation.commands import rank_bids
from tender_app.evaluation.price_advice import Choice, Opinion, Question
from tender_app.evaluation.price_range import (
    Importance,
    Regime,
    Verdict,
    lower_by_guarantee,
    national,
    oil_ministry,
)
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see
from tests.evaluation.ground import Ground, bid_in, ground_in, ranked_tender, tender_in
from tests.make import session_of

BILLION = 10**9
OFFERS = [Fraction(x) for x in (82, 91, 97, 104, 118, 140)]
FIVE = Fraction(5)


def rounded(value: Decimal | Fraction, places: int) -> Decimal:
    """Return a value to so many figures after the point."""
    exact = Fraction(value)
    return round(Decimal(exact.numerator) / Decimal(exact.denominator), places)


def test_vector_pr_1_the_national_directive_with_its_square_root() -> None:
    found = national(OFFERS, Importance.MEDIUM, guarantee_percent=FIVE)
    assert found.mean == Fraction(732, 7)
    assert (rounded(found.limit, 4), found.dropped) == (Decimal("130.7143"), (Fraction(140),))
    assert (rounded(found.kept_mean, 6), rounded(found.deviation, 6)) == (Decimal("98.666667"), Decimal("12.178305"))
    assert (found.factor, rounded(found.upper, 4)) == (Fraction(1), Decimal("110.8450"))
    assert rounded(found.lower, 4) == Decimal("83.8937")
    assert rounded(lower_by_guarantee(found, FIVE), 4) == Decimal("83.9884")
    assert [found.verdict(offer) for offer in OFFERS] == [
        Verdict.BELOW, Verdict.FITS, Verdict.FITS, Verdict.FITS, Verdict.ABOVE, Verdict.ABOVE,
    ]  # fmt: skip


def test_vector_pr_2_the_ministrys_directive_admits_one_by_the_annex_and_leaves_one_out() -> None:
    prices = [Fraction(p) for p in (9_000_000_000, 9_800_000_000, 10_400_000_000, 12_500_000_000)]
    found = oil_ministry(prices, 10 * BILLION)
    assert (found.mean, found.all_mean) == (Fraction(10_425_000_000), Fraction(10_340_000_000))
    assert found.deviation is not None
    assert found.primary is not None
    assert rounded(found.deviation, 6) == Decimal("1172348071.180228")
    assert rounded(found.estimate_standard or Decimal(0), 6) == Decimal("-0.290016")
    assert [rounded(z, 6) for z in found.standard] == [
        Decimal(z) for z in ("-1.143005", "-0.460614", "0.051179", "1.842456")
    ]
    assert [rounded(p, 4) for p in found.primary] == [Decimal("9167651928.8198"), Decimal("11512348071.1802")]
    assert found.annex == (Fraction(8_000_000_000), Fraction(12_000_000_000))
    assert [found.verdict(p, prices[0]) for p in prices] == [
        Verdict.BY_ANNEX, Verdict.FITS, Verdict.FITS, Verdict.ABOVE,
    ]  # fmt: skip


def test_vector_pr_3_with_three_bids_the_lowest_is_taken() -> None:
    prices = [Fraction(p) for p in (9_100_000_000, 9_800_000_000, 10_400_000_000)]
    found = oil_ministry(prices, 10 * BILLION)
    assert found.is_simple
    assert [found.verdict(p, prices[0]) for p in prices] == [Verdict.LOWEST, Verdict.NOT_JUDGED, Verdict.NOT_JUDGED]


def test_vector_pr_4_a_mean_far_under_the_estimate_sends_the_estimate_back() -> None:
    prices = [Fraction(p) for p in (6_000_000_000, 7_000_000_000, 7_500_000_000, 8_000_000_000)]
    found = oil_ministry(prices, 10 * BILLION)
    assert (found.mean, found.review, found.primary) == (Fraction(7_125_000_000), True, None)
    assert {found.verdict(p, prices[0]) for p in prices} == {Verdict.NOT_JUDGED}


@pytest.mark.parametrize(("count", "factor"), [(3, "1"), (6, "1"), (7, "1.2"), (10, "1.2"), (11, "1.4")])
def test_the_factor_follows_the_number_of_bidders(count: int, factor: str) -> None:
    percents = [Fraction(90 + n) for n in range(count)]
    found = national(percents, Importance.MEDIUM, guarantee_percent=FIVE)
    assert found.factor == Fraction(factor)


def test_with_more_than_six_bids_of_an_ordinary_contract_half_the_guarantee_is_taken_off() -> None:
    percents = [Fraction(90 + n) for n in range(8)]
    plain = national(percents, Importance.HIGH, guarantee_percent=FIVE)
    large = national(percents, Importance.HIGH, guarantee_percent=FIVE, is_large=True)
    assert plain.lower == lower_by_guarantee(plain, FIVE)
    assert large.lower < plain.lower


def test_offers_that_all_lie_beyond_the_limit_give_no_range() -> None:
    with pytest.raises(ValueError, match="no offer"):
        national([Fraction(1000)], Importance.LOW, guarantee_percent=FIVE)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(20, 400), min_size=1, max_size=14))
def test_the_range_lies_around_the_second_mean_whatever_is_offered(percents: list[int]) -> None:
    try:
        found = national([Fraction(p) for p in percents], Importance.MEDIUM, guarantee_percent=FIVE)
    except ValueError:
        return
    assert Fraction(found.lower) <= found.kept_mean <= Fraction(found.upper)
    assert len(found.kept) + len(found.dropped) == len(percents)


def test_r29_the_advice_is_off_by_default_and_is_chosen_before_publication_alone(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, [("A", "80", 9_000_000_000), ("B", "70", 9_500_000_000)])
        found = price_advice.advice(ground.by(Role.HEAD), tender)
        assert found is not None
        assert (found.choice, found.national, found.oil) == (None, None, None)
        with pytest.raises(NotNow, match="شدنی نیست"):
            advance(ground.by(Role.OFFICER), tender, TenderAct.CHOOSE_PRICE_CHECK, Choice(Regime.NATIONAL))


def test_r29_a_price_far_above_the_estimate_is_worth_a_question_and_blocks_nothing(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, [("A", "80", 12_500_000_000), ("B", "70", 9_500_000_000)])
        head = ground.by(Role.HEAD)
        found = price_advice.advice(head, tender)
        assert found is not None
        assert [row.is_far_above for row in found.rows] == [False, True]
        assert found.worth_asking
        assert refusal_of(head, tender, TenderAct.NAME_WINNERS) == "هنوز هر سه عضو درباره برنده رأی نداده‌اند."
        advance(head, tender, TenderAct.ASK_PRICE_OPINION, Question("قیمت الف توجیه دارد؟"))
        with pytest.raises(NotNow, match="خواسته شده است"):
            advance(head, tender, TenderAct.ASK_PRICE_OPINION, Question("دوباره"))
        asked = price_advice.opinion_of(head, tender)
        assert asked is not None
        assert (asked.due_on - calendar.today(ground.now)).days == 14
        assert refusal_of(head, tender, TenderAct.NAME_WINNERS) == "هنوز هر سه عضو درباره برنده رأی نداده‌اند."
        what = Opinion("۱۲", calendar.today(ground.now), "توجیه دارد")
        with pytest.raises(NotAllowed):
            advance(ground.by(Role.OFFICER), tender, TenderAct.RECORD_PRICE_OPINION, what)
        advance(ground.by(Role.SECRETARY), tender, TenderAct.RECORD_PRICE_OPINION, what)
        with pytest.raises(NotNow, match="ثبت شده است"):
            advance(ground.by(Role.SECRETARY), tender, TenderAct.RECORD_PRICE_OPINION, what)


def test_r29_the_chosen_directive_is_shown_with_its_working_after_the_opening(app: Flask) -> None:
    prices = (("A", "80", 7_880_000_000), ("B", "80", 9_850_000_000), ("C", "80", 13_790_000_000))
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.PREPARING)
        with pytest.raises(NotAllowed):
            advance(ground.by(Role.HEAD), tender, TenderAct.CHOOSE_PRICE_CHECK, Choice(Regime.NATIONAL))
        for regime in (Regime.OIL_MINISTRY, Regime.NATIONAL):
            advance(ground.by(Role.OFFICER), tender, TenderAct.CHOOSE_PRICE_CHECK, Choice(regime))
        assert chosen(ground) == (Regime.NATIONAL, Importance.MEDIUM)
        tender.state, tender.scores_digest = TenderState.PRICES_OPENED, "d" * 64
        for name, score, price in prices:
            bid_in(ground, tender, name, BidState.PRICED, score=score, price=price)
        rank_bids(ground.by(Role.HEAD), tender, None)
        found = price_advice.advice(ground.by(Role.HEAD), tender)
        assert found is not None
        assert found.national == national(
            [Fraction(p * 100, tender.estimate or 1) for _, _, p in prices],
            Importance.MEDIUM,
            guarantee_percent=Fraction(500_000_000 * 100, tender.estimate or 1),
        )
        assert [row.verdict for row in found.rows] == [Verdict.BELOW, Verdict.FITS, Verdict.ABOVE]
        assert found.worth_asking


def chosen(ground: Ground) -> tuple[Regime | None, Importance]:
    """Return the choice as it was kept."""
    kept = ground.session.scalars(sa.select(PriceCheck)).one()
    return kept.regime, kept.importance


def test_r29_nobody_sees_advice_before_prices_are_open(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL_LOCKED)
        people = (Role.HEAD, Role.FINANCE, Role.SECRETARY, Role.MANAGER, Role.AUDITOR)
        assert [may_see(ground.by(who), tender, Sight.PRICE_ADVICE) for who in people] == [False] * 5
        assert price_advice.advice(ground.by(Role.HEAD), tender) is None
        tender.state = TenderState.PRICES_OPENED
        session.flush()
        assert [may_see(ground.by(who), tender, Sight.PRICE_ADVICE) for who in people] == [True] * 5
        assert [may_see(ground.by(who), tender, Sight.PRICE_ADVICE) for who in (Role.OFFICER, "evaluator1")] == [
            False
        ] * 2
