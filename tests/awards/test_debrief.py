"""The debrief of each losing bid: produced with the announcement, its own figures and reasons alone, exact in what it says."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tender_app.awards.debrief_facts import DebriefFacts, facts_of
from tender_app.awards.debrief_models import Debrief
from tender_app.awards.debrief_rules import Needed, Rank, needed
from tender_app.awards.guarantee_commands import hold_guarantees, keep_first_two
from tender_app.awards.guarantee_rules import SecurityState
from tender_app.awards.models import Award
from tender_app.bids.models import Price
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.dossier.papers import readable
from tender_app.evaluation.commands import rank_bids
from tender_app.evaluation.methods import Figures, places
from tender_app.evaluation.models import Score
from tender_app.evaluation.rules import SheetState
from tender_app.evaluation.scoring import Offer, Place
from tender_app.kernel import calendar, money
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.notifications.models import Message
from tender_app.regulation.queries import in_force
from tender_app.regulation.rules import Parameter
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Method, TenderAct, TenderState
from tender_app.workflow.engine import advance
from tender_app.workflow.sight import may_see
from tests.awards.ground import M, attend, bid_of, guarantees_in, held, vote
from tests.awards.reading import text_of
from tests.evaluation.ground import Ground, bid_in, criteria_in, ground_in, sheet_in, tender_in
from tests.make import session_of, signed_in

EVALUATORS = ("evaluator1", "evaluator2", "evaluator3")
NAMES = ("A", "B", "C", "D")  # C wins, B is second or lost, D is below the minimum, E fails at envelope ب
POINTS = {"A": ("71", "66"), "B": ("82", "77"), "C": ("93", "96"), "D": ("51", "44")}
PRICES = {"A": 9_900 * M, "B": 9_700 * M, "C": 9_600 * M}


def weighted(impact: str) -> Figures:
    """Return the figures of a tender by balanced price."""
    return Figures(impact=Decimal(impact))


def by(method: Method, figures: Figures) -> Rank:
    """Return the ranking of a method."""

    def rank(offers: Sequence[Offer]) -> list[Place]:
        return places(method, offers, figures)

    return rank


def test_what_was_needed_is_exact_to_the_rial_and_the_hundredth() -> None:
    rank = by(Method.WEIGHTED_PRICE, weighted("0.3"))
    own, winner = Offer("a", Fraction(80), 10_000), Offer("b", Fraction(90), 9_700)
    assert needed(own, [winner], rank) == Needed(
        Fraction(100), 9_399
    )  # L of b is exactly 10,000, and a tie goes to the higher t
    assert needed(winner, [own], rank) == Needed(None, None, was_first=True)


def test_the_tie_rule_decides_at_the_bound_itself() -> None:
    rank = by(Method.WEIGHTED_PRICE, weighted("0.3"))
    own, winner = Offer("a", Fraction(90), 9_800), Offer("b", Fraction(80), 9_400)
    assert needed(own, [winner], rank).price == 9_700  # equal L, and the higher score comes first


def test_what_is_beyond_reach_is_told_so() -> None:
    rank = by(Method.WEIGHTED_PRICE, weighted("0.1"))
    own, winner = Offer("a", Fraction(70), 20_000), Offer("b", Fraction(90), 9_000)
    assert needed(own, [winner], rank).score is None
    assert needed(own, [winner], by(Method.QUALITY_ONLY, Figures())) == Needed(Fraction(9001, 100), None)


OFFERS = st.lists(st.tuples(st.integers(97, 100), st.integers(45, 55)), min_size=2, max_size=4)


@settings(max_examples=40, deadline=None)
@given(
    OFFERS,
    st.sampled_from(
        [
            (Method.WEIGHTED_PRICE, weighted("0.4")),
            (Method.QCBS, Figures(technical_share=Decimal("0.7"), price_share=Decimal("0.3"))),
            (Method.LEAST_COST, Figures()),
            (Method.FIXED_BUDGET, Figures(budget=Decimal(50))),
        ]
    ),
)
def test_it_equals_trying_every_price_and_every_score(rows: list[tuple[int, int]], way: tuple[Method, Figures]) -> None:
    rank = by(*way)
    own, *others = (Offer(str(n), Fraction(t), price) for n, (t, price) in enumerate(rows))

    def first(trial: Offer) -> bool:
        return any(p.offer.id == trial.id and p.place == 1 and not p.needs_lot for p in rank([trial, *others]))

    prices = [p for p in range(1, int(own.price or 0)) if first(Offer(own.id, own.technical, p))]
    scores = [
        Fraction(n, 100)
        for n in range(int(own.technical * 100) + 1, 10_001)
        if first(Offer(own.id, Fraction(n, 100), own.price))
    ]
    expected = Needed(min(scores, default=None), max(prices, default=None))
    assert needed(own, others, rank) == (Needed(None, None, was_first=True) if first(own) else expected)


def judged(ground: Ground) -> Tender:
    """Put a tender on the table whose scores were locked from real sheets, with a reason of its own in every cell."""
    session = ground.session
    tender = tender_in(ground, TenderState.TECHNICAL)
    leaves = list(criteria_in(ground, tender, {"روش": 60, "تیم": 40}).values())
    bids = {name: bid_in(ground, tender, name, BidState.UNDER_EVALUATION) for name in NAMES}
    bid_in(ground, tender, "E", BidState.ENVELOPE_B_REJECTED).finding = "مهر صفحه‌ها ندارد"
    for turn, who in enumerate(EVALUATORS):
        cells = [
            (bids[name], leaf, str(int(points) + turn))
            for name in NAMES
            for leaf, points in zip(leaves, POINTS[name], strict=True)
        ]
        sheet_in(ground, tender, who, SheetState.CONFIRMED, cells)
    for row in session.scalars(sa.select(Score)):
        row.reason = reason_of(next(n for n in NAMES if bids[n].id == row.bid_id), row.sheet_id, row.criterion_id)
    session.flush()
    advance(ground.by(Role.HEAD), tender, TenderAct.LOCK_SCORES)
    return tender


def reason_of(name: str, sheet: int, leaf: int) -> str:
    """Return the planted reason of a cell."""
    return f"قناری{name}{sheet}و{leaf}"


def announced(ground: Ground) -> Tender:
    """Put such a tender on the table whose winner was announced: C; B stays second."""
    tender = judged(ground)
    tender.state = TenderState.PRICES_OPENED
    for name, price in PRICES.items():
        bid = bid_of(ground, name)
        bid.state = BidState.PRICED
        phases = [{"title": "مطالعه", "amount": price}]
        ground.session.add(Price(bid_id=bid.id, total=price, phases=phases))
    ground.session.flush()
    guarantees_in(ground, tender)
    rank_bids(ground.by(Role.HEAD), tender, None)
    hold_guarantees(ground.by(Role.HEAD), tender, None)
    keep_first_two(ground.by(Role.HEAD), tender, None)
    vote(ground, tender, (True, True, True))
    advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS)
    attend(ground, tender)
    advance(ground.by(Role.SECRETARY), tender, TenderAct.ISSUE_PRICE_MINUTES)
    advance(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_AWARD)
    return tender


def paper_of(app: Flask, session: Session, ground: Ground, name: str) -> str:
    """Return the text of a firm's debrief."""
    query = sa.select(IssuedDocument).where(
        IssuedDocument.kind == DocumentKind.DEBRIEF, IssuedDocument.firm_id == ground.firms[name].id
    )
    return text_of(app, session.scalars(query).one())


def test_every_losing_bidder_is_debriefed_in_the_act_that_announces_the_winner(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = announced(ground)
        rows = session.scalars(sa.select(Debrief).order_by(Debrief.id)).all()
        assert [row.bid_id for row in rows] == [bid_of(ground, n).id for n in ("A", "B", "D", "E")]
        assert {row.made_at for row in rows} == {ground.now}
        papers = session.scalars(sa.select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.DEBRIEF)).all()
        assert {p.id for p in papers} == {row.document_id for row in rows}
        told = session.scalars(sa.select(Message).where(Message.subject.startswith("کارنامه"))).all()
        assert {m.person_id for m in told} == {ground.people[f"firm {n}"].id for n in ("A", "B", "D", "E")}
        assert {m.path for m in told} == {f"/tenders/{tender.number}/debrief"}


def test_it_tells_the_own_scores_where_the_winner_led_and_what_would_have_sufficed(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        announced(ground)
        told = told_of(ground, "A")
        assert [(c.title, c.mean, c.ahead) for c in told.criteria] == [
            ("روش", "۷۲٫۰۰", "۲۲٫۰۰"),
            ("تیم", "۶۷٫۰۰", "۳۰٫۰۰"),
        ]
        assert told.advantages == [
            "روش: ۲۲٫۰۰ امتیاز از ۱۰۰ بالاتر",
            "تیم: ۳۰٫۰۰ امتیاز از ۱۰۰ بالاتر",
            "در جمع امتیاز فنی ۲۵٫۲۰ امتیاز بالاتر",
            "قیمت ۳۰۰٬۰۰۰٬۰۰۰ ریال کمتر",
        ]
        assert told.change == [  # the winner's L is 9,600,000,000 / 0.9856, and 0.91 of it is 8,863,636,363.6
            "با همین قیمت، هیچ امتیاز فنی پیشنهاد را نخست نمی‌کرد.",
            "با همین امتیاز، قیمت ۸٬۸۶۳٬۶۳۶٬۳۶۳ ریال یا کمتر (۱٬۰۳۶٬۳۶۳٬۶۳۷ ریال کمتر) پیشنهاد را نخست می‌کرد.",
        ]


def told_of(ground: Ground, name: str) -> DebriefFacts:
    """Return a firm's debrief as its page tells it."""
    row = ground.session.scalars(sa.select(Debrief).where(Debrief.bid_id == bid_of(ground, name).id)).one()
    award = ground.session.get_one(Award, row.award_id)
    return facts_of(ground.by(Role.MANAGER), row.bid, award, row.evaluators)


def test_the_guarantee_is_told_as_it_stands_and_a_term_that_passed_as_passed(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = announced(ground)
        assert told_of(ground, "B").steps[-1].startswith("تضمین شما تا بستن قرارداد با برنده نگه داشته")
        assert told_of(ground, "A").steps[-1].endswith("باید آزاد شود؛ نامه آزادسازی برای شما فرستاده می‌شود.")
        security = held(ground, "B")
        security.state, security.ended_at = SecurityState.RELEASED, ground.now
        session.flush()
        day = calendar.long_date(calendar.today(ground.now))
        sent = f"تضمین شرکت در فرآیند آزاد و نامه آن {day} فرستاده شد؛ "
        assert told_of(ground, "B").steps[-1] == f"{sent}اصل تضمین را تحویل بگیرید."
        security.state, security.handed_to = SecurityState.HANDED_OVER, "نماینده شرکت"
        security.handed_on = calendar.today(ground.now)
        session.flush()
        assert told_of(ground, "B").steps[-1] == f"{sent}اصل آن {day} به نماینده شرکت تحویل شد."
        assert tender.valid_until is not None
        last = calendar.add_months(tender.valid_until, in_force(ground.by(None), Parameter.OBJECTION_MONTHS))
        assert told_of(ground, "B").steps[1].startswith("هیأت رسیدگی به اعتراضی که پس از")
        ground.now = calendar.instant(last, dt.time(23, 59))
        assert told_of(ground, "B").steps[1].startswith("هیأت رسیدگی به اعتراضی که پس از")
        ground.now = calendar.instant(last + dt.timedelta(days=1), dt.time(0))
        assert (
            told_of(ground, "B")
            .steps[1]
            .startswith(f"مهلت اعتراض به هیأت رسیدگی {calendar.long_date(last)} پایان یافت")
        )


def test_the_next_steps_lead_to_where_the_reader_may_do_them(demo: Flask) -> None:
    debrief = "/tenders/QZ-1404-CDA-01/debrief"
    firm = signed_in(demo, "firm2").get(debrief).text
    links = ('href="/tenders/QZ-1404-CDA-01/complain"', 'href="/tenders/QZ-1404-CDA-01/guarantees"')
    steps = firm[firm.index("گام‌های بعدی") :]
    assert [link in steps for link in links] == [True, True]
    assert ("تحویل شد." in steps, "نگه داشته" in steps) == (True, False)
    manager = signed_in(demo, "manager")
    address = re.search(rf'href="({debrief}/\d+)"', manager.get(debrief).text)
    assert address is not None
    shown = manager.get(address[1]).text
    assert [link in shown[shown.index("گام‌های بعدی") :] for link in links] == [False, True]


def test_who_fell_out_early_gets_what_there_is(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        announced(ground)
        below, early = told_of(ground, "D"), told_of(ground, "E")
        assert below.change == ["رسیدن به حداقل امتیاز: ۱۵٫۸۰ امتیاز دیگر (دقیق: ۱۵٫۸) لازم بود تا قیمت خوانده شود."]
        assert dict(below.own)["قیمت"].endswith("گشوده نشد و قیمتی خوانده نشد.")
        assert early.criteria == []
        assert dict(early.own)["دلیل"] == "مهر صفحه‌ها ندارد"
        assert "مهر صفحهها ندارد" in paper_of(app, session, ground, "E")


def test_evaluators_are_numbers_that_are_the_same_in_every_debrief_and_named_nowhere(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        announced(ground)
        orders = {tuple(row.evaluators) for row in session.scalars(sa.select(Debrief))}
        assert len(orders) == 1
        (order,) = orders
        assert sorted(order) == sorted({s.sheet_id for s in session.scalars(sa.select(Score))})
        reasons = [o[2] for o in told_of(ground, "A").criteria[0].opinions]
        leaf = min(s.criterion_id for s in session.scalars(sa.select(Score)))
        assert reasons == [reason_of("A", sheet, leaf) for sheet in order]
        text = paper_of(app, session, ground, "A")
        assert [p.name for p in ground.people.values() if p.name in text] == []
        assert "ارزیاب ۱" in text


def test_a_reason_that_names_others_is_told_without_their_names(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        announced(ground)
        someone = ground.people[EVALUATORS[1]].name
        for row in session.scalars(sa.select(Score)):
            row.reason = f"ضعیف‌تر از شرکت B؛ {someone} هم شرکت A را چنین دید"
        session.flush()
        reasons = {opinion[2] for told in told_of(ground, "A").criteria for opinion in told.opinions}
        assert reasons == {"ضعیف‌تر از شرکتی دیگر؛ یکی از ارزیابان هم شرکت A را چنین دید"}


@pytest.mark.parametrize("name", ["A", "B", "D", "E"])
def test_no_other_bidders_secret_is_in_a_page_a_paper_or_a_mail(app: Flask, name: str) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        announced(ground)
        winner, firm = "C", ground.firms[name]
        others = [n for n in (*NAMES, "E") if n not in {name, winner}]
        person = ground.people[f"firm {name}"].id
        mails = session.scalars(sa.select(Message).where(Message.person_id == person)).all()
        told = [f"{m.subject} {m.body}" for m in mails]
        paper = paper_of(app, session, ground, name)
        facts = repr(told_of(ground, name))
        canaries = [f"شرکت {n}" for n in others]
        canaries += [f"قناری{n}" for n in (*others, winner)]
        canaries += [figure for n in others if n in PRICES for figure in grouped(PRICES[n])]
        assert firm.name in paper
        assert "شرکت C" in paper
        for place in (paper, facts, *told):
            assert [c for c in canaries if c in place] == []


def grouped(price: int) -> tuple[str, str]:
    """Return a price as papers and as databases write it."""
    return money.grouped(price), str(price)


def test_who_may_read_a_debrief(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = announced(ground)
        paper = session.scalars(
            sa.select(IssuedDocument).where(
                IssuedDocument.kind == DocumentKind.DEBRIEF, IssuedDocument.firm_id == ground.firms["A"].id
            )
        ).one()
        may = {who for who in ground.people if readable(ground.by(who), paper.code)}
        staff = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.HEAD, Role.FINANCE, Role.TECHNICAL, Role.SECRETARY}
        assert may == staff | {"firm A"}
        assert readable(ground.by(None), paper.code) is None
        assert {who for who in ground.people if may_see(ground.by(who), tender, Sight.DEBRIEFS)} == {
            Role.MANAGER,
            Role.AUDITOR,
        }


def test_a_tender_that_ends_without_a_winner_has_none(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = judged(ground)
        tender.state = TenderState.CANCELLED
        session.flush()
        assert session.scalars(sa.select(Debrief)).all() == []
        assert may_see(ground.by(Role.AUDITOR), tender, Sight.DEBRIEFS)
