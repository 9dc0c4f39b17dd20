"""The weight rehearsal: the same seed gives the same answer, rankings are those of the evaluation, and nothing is blocked."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tender_app.evaluation import scoring
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.ledger.models import LedgerEntry
from tender_app.store.database import Database
from tender_app.tenders import rehearsal, rehearsed, rehearsing
from tender_app.tenders.models import Tender
from tender_app.tenders.prepared import RehearsalState, WeightRehearsal
from tender_app.tenders.rules import Changes, Method, Node, TenderAct
from tender_app.workflow.engine import advance
from tests.keys import ready_keys
from tests.make import context_of, session_of, signed_in
from tests.tenders.ground import complete, draft, settle, tender_of

LEAVES = (
    rehearsal.Leaf("روش", Fraction(60)),
    rehearsal.Leaf("تیم", Fraction(39)),
    rehearsal.Leaf("گواهی", Fraction(1)),
)


def terms(method: str = "weighted_price", effect: str = "0.3", minimum: str = "65", **changes: Any) -> rehearsal.Terms:
    usual = {"estimate": 9_850_000_000, "leaves": LEAVES, **changes}
    return rehearsal.Terms(method, Fraction(minimum), Fraction(effect), **usual)


def test_the_same_seed_gives_the_same_answer_in_whatever_portions() -> None:
    whole = rehearsal.simulate(terms(), 7, range(300))
    parts = [rehearsal.simulate(terms(), 7, range(n, n + 60)) for n in range(0, 300, 60)]
    together = rehearsal.blank(terms())
    for part in parts:
        together = rehearsal.merged(together, part)
    assert together == whole
    assert rehearsal.simulate(terms(), 8, range(300)) != whole


def test_recorded_terms_are_read_back_as_they_were() -> None:
    assert rehearsal.read(terms(minimum="64.5").record()) == terms(minimum="64.5")


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    method=st.sampled_from(["weighted_price", "qcbs"]),
    effect=st.decimals("0.1", "0.9", places=2),
    minimum=st.integers(40, 80),
)
def test_the_first_and_second_are_those_of_the_exact_ranking(
    seed: int, method: str, effect: Decimal, minimum: int
) -> None:
    scale = rehearsal.Scale(terms(method, str(effect), str(minimum)))
    for place in range(20):
        bids = rehearsal.draw(scale, seed, place)
        among = scale.qualified(bids)
        offers = [scoring.Offer(str(n), Fraction(bids[n][0], scale.point), bids[n][1]) for n in among]
        assert [o.technical >= minimum for o in offers] == [True] * len(among)
        ranked = (
            scoring.by_weighted_price(offers, effect)
            if method == "weighted_price"
            else scoring.by_quality_and_cost(offers, effect, 1 - effect)
        )
        assert scale.order(bids, among) == [int(row.offer.id) for row in ranked[:2]]


def test_one_point_is_worth_what_the_balanced_price_says_exactly() -> None:
    for score in (Fraction(65), Fraction(80), Fraction(100)):
        worth = rehearsal.worth(terms(), score)
        dearer = scoring.weighted_price(9_850_000_000 + worth, score + 1, Decimal("0.3"))
        same = scoring.weighted_price(9_850_000_000, score, Decimal("0.3"))
        assert 0 <= same - dearer < 2


def test_one_point_is_worth_what_the_combined_score_says_exactly() -> None:
    worth = rehearsal.worth(terms("qcbs", "0.5"), Fraction(70))
    shares = Decimal("0.5"), Decimal("0.5")
    cheap = scoring.combined_score(9_850_000_000, Fraction(70), 9_850_000_000, shares)
    dear = scoring.combined_score(9_850_000_000 + worth, Fraction(71), 9_850_000_000, shares)
    assert abs(cheap - dear) < Fraction(1, 10**6)


def test_a_criterion_of_weight_one_is_told_to_change_no_winner() -> None:
    tally = rehearsal.simulate(terms(), 7, range(500))
    row = WeightRehearsal(terms=terms().record(), tally=tally)
    found = rehearsed.told(row)
    assert found.idle == ["گواهی"]
    assert "«گواهی» تقریباً هیچ‌گاه برنده را عوض نمی‌کند" in found.criteria.sentence
    assert [cells[0] for cells in found.criteria.rows][-1] == "گواهی"


def test_every_contested_tender_has_one_kind_of_winner_and_every_bid_one_score() -> None:
    tally = rehearsal.simulate(terms(), 7, range(500))
    kinds = [tally[name] for name in ("by_both", "by_price", "by_quality", "by_neither")]
    assert sum(kinds) == tally["contested"] <= tally["tenders"] == 500
    assert sum(tally["scores"]) == tally["bids"] == tally["qualified"] + tally["below"]
    assert sum(rehearsed.pillars(tally)) == tally["bids"]


def test_where_only_the_price_or_only_the_quality_counts_the_split_says_so() -> None:
    by_price = rehearsal.simulate(terms("least_cost", "0"), 7, range(200))
    assert by_price["by_quality"] == by_price["by_neither"] == 0
    assert rehearsal.technical_share(terms("least_cost", "0"), by_price) == 0
    by_quality = rehearsal.simulate(terms("quality_only", "0"), 7, range(200))
    assert by_quality["by_price"] == by_quality["by_neither"] == 0
    assert rehearsal.technical_share(terms("quality_only", "0"), by_quality) == 1


def test_a_heavier_impact_makes_a_point_dearer_and_technique_count_for_more() -> None:
    light, heavy = terms(effect="0.1"), terms(effect="0.4")
    assert rehearsal.worth(light, Fraction(65)) < rehearsal.worth(heavy, Fraction(65))
    tallies = rehearsal.simulate(light, 7, range(400)), rehearsal.simulate(heavy, 7, range(400))
    assert rehearsal.technical_share(light, tallies[0]) < rehearsal.technical_share(heavy, tallies[1])


def test_a_minimum_that_nobody_reaches_is_told_without_a_fault() -> None:
    found = rehearsed.told(WeightRehearsal(terms=terms(minimum="100").record(), tally=rehearsal.blank(terms())))
    assert found.split.sentence.startswith("از هر ۱۰۰ مناقصه")
    assert found.cliff.rows[0][2] == "۰ درصد"


# With a database


@pytest.fixture
def number(app: Flask) -> str:
    return draft(app, settle(app))


def rehearsed_draft(app: Flask, number: str, seed: int = 42) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        advance(ctx, tender, TenderAct.TRY_WEIGHTS, rehearsing.Trial(seed))
    rehearsing.sweep(app.extensions["database"], demo=True)


def test_the_worker_works_a_rehearsal_off_in_portions_and_pages_show_how_far_it_is(app: Flask, number: str) -> None:
    complete(app, number)
    officer, path = signed_in(app, "officer"), f"/tenders/{number}/weights"
    assert "وزن‌ها هنوز آزموده نشده است" in officer.get(path).text
    assert officer.post(path, data={"seed": "۴۲"}).status_code == 302
    assert officer.post(path, data={"seed": ""}).status_code == 409
    waiting = officer.get(path).text
    assert 'http-equiv="refresh"' in waiting
    assert "۰ از ۲٬۰۰۰" in waiting
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        assert rehearsing.advance_one(session, demo=True)
    assert "۲۰۰ از ۲٬۰۰۰" in officer.get(path).text
    rehearsing.sweep(database, demo=True)
    shown = officer.get(path).text
    assert 'http-equiv="refresh"' not in shown
    assert "هر امتیاز فنی چند ریال می‌ارزد" in shown
    with session_of(app) as session:
        row = session.query(WeightRehearsal).one()
        assert (row.state, row.done, row.seed) == (RehearsalState.FINISHED, 2_000, 42)
        again = rehearsal.simulate(rehearsal.read(row.terms), 42, range(2_000))
        assert row.digest == rehearsal.digest_of({"terms": row.terms, "seed": 42, "tally": again})


def test_a_changed_weight_makes_the_rehearsal_stale_and_blocks_nothing(app: Flask, number: str) -> None:
    complete(app, number)
    rehearsed_draft(app, number)
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        assert rehearsing.advice(ctx, tender) is None
        changed = (Node("روش", Decimal(50)), Node("تیم", Decimal(50)))
        advance(ctx, tender, TenderAct.EDIT, Changes({}, criteria=changed))
        assert "آزمون را دوباره بخواهید" in str(rehearsing.advice(ctx, tender))
    officer = signed_in(app, "officer")
    assert "نتیجه زیر برای وزن‌های پیشین است" in officer.get(f"/tenders/{number}/weights").text
    assert officer.post(f"/tenders/{number}/send").status_code == 302
    assert "پس از این آزمون" in signed_in(app, "manager").get(f"/tenders/{number}/approve").text
    with session_of(app) as session:
        assert detail_of(session, TenderAct.SEND_FOR_APPROVAL)["is_stale"] is True


def test_the_approval_shows_the_rehearsal_and_the_ledger_keeps_its_digest(app: Flask, number: str) -> None:
    complete(app, number)
    rehearsed_draft(app, number)
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
        ready_keys(app, session, tender)
    page = signed_in(app, "manager").get(f"/tenders/{number}/approve").text
    assert "عدد آغاز ۴۲" in page
    assert "برای هر امتیاز فنی بیشتر می‌تواند نزدیک" in page
    with session_of(app) as session:
        tender = tender_of(session, number)
        advance(context_of(app, session, "manager"), tender, TenderAct.PUBLISH)
        digest = session.query(WeightRehearsal).one().digest
        said = {"digest": digest, "seed": 42, "is_stale": False}
        assert detail_of(session, TenderAct.SEND_FOR_APPROVAL) == detail_of(session, TenderAct.PUBLISH) == said
        with pytest.raises(NotNow):
            advance(context_of(app, session, "officer"), tender, TenderAct.TRY_WEIGHTS, rehearsing.Trial(1))


def test_a_draft_without_whole_terms_is_not_rehearsed_and_strangers_rehearse_nothing(app: Flask, number: str) -> None:
    with session_of(app) as session:
        tender: Tender = tender_of(session, number)
        with pytest.raises(NotNow, match="حداقل امتیاز"):
            advance(context_of(app, session, "officer"), tender, TenderAct.TRY_WEIGHTS, rehearsing.Trial(1))
        with pytest.raises(NotAllowed):
            advance(context_of(app, session, "firm1"), tender, TenderAct.TRY_WEIGHTS, rehearsing.Trial(1))
    assert "نخست آن‌ها را بنویسید" in signed_in(app, "officer").get(f"/tenders/{number}/weights").text


def test_sub_criteria_are_rehearsed_at_their_weight_in_the_whole(app: Flask, number: str) -> None:
    complete(app, number, method=Method.QCBS, technical_share=Decimal("0.8"))
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        team = (Node("عامل", Decimal(75)), Node("همکاران", Decimal(25)))
        tree = (Node("روش", Decimal(60)), Node("تیم", Decimal(40), team))
        advance(ctx, tender, TenderAct.EDIT, Changes({}, criteria=tree))
        found = rehearsing.terms_of(ctx, tender)
        assert found is not None
        assert [(leaf.title, leaf.weight) for leaf in found.leaves] == [
            ("روش", Fraction(60)),
            ("عامل", Fraction(30)),
            ("همکاران", Fraction(10)),
        ]
        assert (found.method, found.effect) == ("qcbs", Fraction(4, 5))


def detail_of(session: Any, act: TenderAct) -> dict[str, Any]:
    entry = session.query(LedgerEntry).filter(LedgerEntry.act == act).one()
    found: dict[str, Any] = entry.detail["rehearsal"]
    return found
