"""Prices that are negotiated: the best technical bid first, never above its proposal, the next after a failure."""

from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.awards.guards import waiting_matter
from tender_app.awards.models import Award
from tender_app.awards.rules import Ballot, Naming
from tender_app.bids.models import Bid
from tender_app.contracts.commands import make_contract
from tender_app.contracts.rules import Drafted
from tender_app.evaluation import negotiation, queries
from tender_app.evaluation.rules import Negotiated
from tender_app.kernel.errors import NotNow
from tender_app.kernel.vocabulary import Role
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Matter, Method, TenderAct
from tender_app.workflow.engine import advance, refusal_of
from tests.evaluation.ground import Ground, ground_in, ranked_tender
from tests.make import session_of

BIDS = [("A", "80", 9_000_000_000), ("B", "92", 10_000_000_000), ("C", "60", 1), ("D", "85", 9_500_000_000)]


def by_quality(ground: Ground, **facts: Any) -> tuple[Tender, dict[str, int]]:
    """Return a tender ranked by quality alone, and its bids by their firms."""
    tender = ranked_tender(ground, BIDS, method=Method.QUALITY_ONLY, **facts)
    tender.procedure = "consulting_bylaw"
    ground.session.flush()
    names = {firm.id: name for name, firm in ground.firms.items()}
    return tender, {names[b.firm_id]: b.id for b in ground.session.scalars(sa.select(Bid))}


def held(ground: Ground, tender: Tender, bid: int, agreed: int | None, note: str = "") -> None:
    """Let the head record a negotiation."""
    advance(ground.by(Role.HEAD), tender, TenderAct.NEGOTIATE, Negotiated(bid, agreed, note))


def test_bids_stand_by_their_technical_scores_alone(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender, bids = by_quality(ground)
        view = queries.ranking(ground.by(Role.HEAD), tender)
        assert view is not None
        assert [row.bid_id for row in view.rows] == [bids["B"], bids["D"], bids["A"]]
        assert view.runner_up is None


def test_the_turn_is_the_best_ones_and_the_price_no_higher_than_proposed(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender, bids = by_quality(ground)
        with pytest.raises(NotNow, match="نوبت مذاکره"):
            held(ground, tender, bids["D"], 9_000_000_000)
        for agreed in (0, -1, 10_000_000_001):
            with pytest.raises(NotNow, match="بیشتر نباشد"):
                held(ground, tender, bids["B"], agreed)
        with pytest.raises(NotNow, match="دلیل به نتیجه نرسیدن"):
            held(ground, tender, bids["B"], None)
        held(ground, tender, bids["B"], 10_000_000_000)
        with pytest.raises(NotNow, match="توافق شده است"):
            held(ground, tender, bids["D"], 9_000_000_000)


def test_a_failed_negotiation_passes_the_turn_and_the_agreed_price_is_the_contracts(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender, bids = by_quality(ground)
        assert waiting_matter(ground.by(Role.HEAD), tender) is None
        with pytest.raises(NotNow, match="مذاکره"):
            advance(ground.by(Role.HEAD), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))
        held(ground, tender, bids["B"], None, "از قیمت خود نکاست")
        held(ground, tender, bids["D"], 9_100_000_000)
        for role in (Role.HEAD, Role.FINANCE, Role.TECHNICAL):
            advance(ground.by(role), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))
        advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS, Naming())
        advance(ground.by(Role.SECRETARY), tender, TenderAct.ISSUE_PRICE_MINUTES)
        advance(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_AWARD)
        award = session.scalars(sa.select(Award)).one()
        assert (award.winner_bid_id, award.runner_up_bid_id) == (bids["D"], None)
        contract = make_contract(ground.by(Role.OFFICER), Drafted(tender))
        assert contract.amount == 9_100_000_000
        assert sum(phase.amount for phase in contract.phases) == 9_100_000_000


def test_when_all_negotiations_failed_the_board_votes_on_renewal(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender, bids = by_quality(ground)
        for name in ("B", "D", "A"):
            held(ground, tender, bids[name], None, "نتیجه نداد")
        head = ground.by(Role.HEAD)
        assert "نمانده" in (refusal_of(head, tender, TenderAct.NEGOTIATE) or "")
        assert waiting_matter(head, tender) is Matter.RENEWAL
        assert len(negotiation.told(head, tender)) == 3


def test_r30_prices_of_other_methods_are_not_negotiated_and_the_bylaw_names_no_second(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, [("A", "80", 9_000_000_000), ("B", "80", 9_000_000_001)])
        assert "مذاکره نمی‌شود" in (refusal_of(ground.by(Role.HEAD), tender, TenderAct.NEGOTIATE) or "")
        view = queries.ranking(ground.by(Role.HEAD), tender)
        assert view is not None
        assert view.runner_up is not None
        tender.procedure = "consulting_bylaw"
        session.flush()
        view = queries.ranking(ground.by(Role.HEAD), tender)
        assert view is not None
        assert view.runner_up is None


def test_a_fixed_budget_ranks_by_quality_within_it_and_keeps_the_others_apart(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, BIDS, method=Method.FIXED_BUDGET, budget=9_500_000_000)
        view = queries.ranking(ground.by(Role.HEAD), tender)
        assert view is not None
        assert [row.price for row in view.rows] == [9_500_000_000, 9_000_000_000]
        assert queries.over_budget(ground.by(Role.HEAD), tender) == [("شرکت B", Fraction(92), 10_000_000_000)]


def test_when_all_are_over_the_budget_nobody_can_be_named(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, BIDS, method=Method.FIXED_BUDGET, budget=1)
        assert waiting_matter(ground.by(Role.HEAD), tender) is Matter.RENEWAL
        with pytest.raises(NotNow, match="رتبه‌بندی"):
            advance(ground.by(Role.HEAD), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))
