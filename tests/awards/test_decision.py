"""The commission's decision: votes in rounds, first and second winner, the lot, confirmation, renewal, cancellation."""

import datetime as dt
import itertools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.awards.commands import standing
from tender_app.awards.forms import CancelForm, RenewForm
from tender_app.awards.guards import VOTES, waiting_matter
from tender_app.awards.lot_models import Lot
from tender_app.awards.lot_rules import drawn
from tender_app.awards.minutes import price_minutes_facts
from tender_app.awards.models import Award
from tender_app.awards.queries import decided as decided_on
from tender_app.awards.rules import Ballot, Ending, LotNeededError, Naming, Returned, winners
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.queries import ranking
from tender_app.evaluation.scoring import Offer as Priced
from tender_app.evaluation.scoring import Place, by_weighted_price
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.notifications.models import Message
from tender_app.tenders.rules import (
    CancellationReason,
    Matter,
    RenewalReason,
    TenderAct,
    TenderState,
)
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see
from tests.awards.ground import MEMBERS, PAIR, M, announced, attend, decided, vote
from tests.awards.reading import text_of
from tests.evaluation.ground import NOW, Ground, bid_in, ground_in, ranked_tender, tender_in
from tests.make import session_of


@pytest.mark.parametrize("opinions", list(itertools.product((True, False), repeat=3)))
def test_r19_winners_are_named_by_two_of_three_and_by_nobody_else(app: Flask, opinions: tuple[bool, ...]) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, PAIR)
        for part in range(3):
            assert refusal_of(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS) is not None
            advance(ground.by(MEMBERS[part]), tender, TenderAct.VOTE, Ballot(Matter.AWARD, opinions[part], "دلیل"))
        for other in (Role.FINANCE, Role.TECHNICAL, Role.MANAGER, Role.SECRETARY, Role.OFFICER):
            with pytest.raises(NotAllowed):
                advance(ground.by(other), tender, TenderAct.NAME_WINNERS)
        reason = refusal_of(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS)
        assert (reason is None) == (sum(opinions) >= 2)
        latest = VOTES.of(ground.by(Role.HEAD), tender).round_of(Matter.AWARD)
        assert latest.number == (1 if sum(opinions) >= 2 else 2)


def test_r19_a_member_votes_once_and_a_vote_against_gives_its_reason(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, PAIR)
        with pytest.raises(NotNow, match="با دلیل"):
            advance(ground.by(Role.FINANCE), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=False))
        advance(ground.by(Role.FINANCE), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))
        with pytest.raises(NotNow, match="ثبت شده"):
            advance(ground.by(Role.FINANCE), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))
        for other in (Role.SECRETARY, Role.MANAGER, Role.OFFICER, "evaluator1", "firm A"):
            with pytest.raises(NotAllowed):
                advance(ground.by(other), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))


def test_r19_a_members_dissent_stands_in_the_minutes_in_its_own_words(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, PAIR)
        for member, is_for, reason in zip(MEMBERS, (True, True, False), ("", "", "روش الف پرهزینه است"), strict=True):
            advance(ground.by(member), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for, reason))
        advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS)
        attend(ground, tender)
        facts = price_minutes_facts(ground.by(Role.SECRETARY), tender, standing(ground.by(Role.SECRETARY), tender))
        assert [(vote, told) for _, vote, told in facts.votes] == [
            ("موافق", ""),
            ("موافق", ""),
            ("مخالف", "روش الف پرهزینه است"),
        ]


def test_first_and_second_are_named_from_the_ranking(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = decided(ground)
        award = session.query(Award).one()
        firms = {b.id: b.firm_id for b in session.query(Bid)}
        assert firms[award.winner_bid_id] == ground.firms["B"].id
        assert award.runner_up_bid_id is not None
        assert firms[award.runner_up_bid_id] == ground.firms["A"].id
        assert tender.state is TenderState.DECIDED
        assert refusal_of(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_AWARD) is not None


def test_a_returned_decision_stays_and_a_new_round_begins(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = decided(ground)
        advance(ground.by(Role.MANAGER), tender, TenderAct.RETURN_DECISION, Returned("دلیل رأی روشن نیست."))
        assert tender.state is TenderState.PRICES_OPENED
        assert waiting_matter(ground.by(Role.HEAD), tender) is Matter.AWARD
        assert refusal_of(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS) is not None
        vote(ground, tender, (True, True, True))
        advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS, Naming("روشن شد."))
        assert [a.return_reason for a in session.query(Award).order_by(Award.id)] == ["دلیل رأی روشن نیست.", ""]


def test_an_announced_award_gives_every_bid_its_outcome_its_letter_and_its_message(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = announced(ground)
        out = bid_in(ground, tender, "C", BidState.BELOW_MINIMUM)
        outcomes = {b.firm.name: b.state for b in session.query(Bid) if b.id != out.id}
        assert outcomes == {ground.firms["B"].name: BidState.WON, ground.firms["A"].name: BidState.RUNNER_UP}
        kinds = sorted(k.value for (k,) in session.query(IssuedDocument.kind))
        assert kinds == ["award_letter", "debrief", "price_minutes", "ranking", "regret_letter"]
        letter = session.query(IssuedDocument).filter_by(kind=DocumentKind.AWARD_LETTER).one()
        assert letter.firm_id == ground.firms["B"].id
        told = {m.person_id for m in session.query(Message)}
        assert {ground.people["firm A"].id, ground.people["firm B"].id, ground.people[Role.OFFICER].id} <= told


def letters(session: Session, ground: Ground) -> dict[str, str]:
    """Return the text of every letter of a result, by the firm's short name."""
    names = {firm.id: name for name, firm in ground.firms.items()}
    found = session.query(IssuedDocument).filter(
        IssuedDocument.kind.in_((DocumentKind.AWARD_LETTER, DocumentKind.REGRET_LETTER))
    )
    return {names[d.firm_id]: text_of(ground.app, d) for d in found if d.firm_id is not None}


def test_every_bidder_gets_a_letter_those_who_fell_out_earlier_too(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, [*PAIR, ("C", "64.99", 8_000 * M)])
        rejected = bid_in(ground, tender, "D", BidState.GUARANTEE_REJECTED)
        rejected.finding = "تضمین به نام دستگاه نیست"
        vote(ground, tender, (True, True, True))
        advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS)
        attend(ground, tender)
        advance(ground.by(Role.SECRETARY), tender, TenderAct.ISSUE_PRICE_MINUTES)
        advance(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_AWARD)
        told = letters(session, ground)
        assert sorted(told) == ["A", "B", "C", "D"]
        assert "برنده اول" in told["B"]
        assert "برنده دوم" in told["A"]
        assert "۶۴٫۹۹" in told["C"]
        assert "تضمین به نام دستگاه نیست" in told["D"]
        for sealed in ("۸٬۰۰۰٬۰۰۰٬۰۰۰", "هشت میلیارد"):
            assert sealed not in " ".join(told.values())


def test_the_decision_that_stands_is_the_one_the_lot_made(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, [("A", "80", 9_000 * M), ("B", "80", 9_000 * M)])
        vote(ground, tender, (True, True, True))
        ctx = ground.by(Role.HEAD)
        view = ranking(ctx, tender)
        assert decided_on(ctx, tender, view) is None
        receipts = [receipt for receipt in session.scalars(sa.select(Bid.receipt_no)) if receipt]
        seed = "5" * 64
        session.add(
            Lot(
                tender_id=tender.id,
                announced_at=NOW - dt.timedelta(hours=1),
                draws_at=NOW - dt.timedelta(minutes=30),
                receipts=sorted(receipts),
                drawn_at=NOW,
                seed=seed,
            )
        )
        session.flush()
        ctx = ground.by(Role.HEAD)
        advance(ctx, tender, TenderAct.NAME_WINNERS, Naming("به ترتیب قرعه"))
        named = decided_on(ctx, tender, view)
        assert named is not None
        assert named.runner_up is not None
        told = [f"01-{firm.name.removeprefix('شرکت ')}" for firm in ground.firms.values()]
        assert sorted(told) == sorted(receipts)
        order = [f"شرکت {receipt.removeprefix('01-')}" for receipt in drawn(seed, receipts)]
        assert [named.winner.firm, named.runner_up.firm] == order


def test_minutes_after_a_return_say_why_it_came_back_and_carry_prices_in_words(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = decided(ground)
        advance(ground.by(Role.MANAGER), tender, TenderAct.RETURN_DECISION, Returned("دلیل رأی روشن نیست"))
        vote(ground, tender, (True, True, False))
        advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS, Naming("روشن شد"))
        attend(ground, tender)
        advance(ground.by(Role.SECRETARY), tender, TenderAct.ISSUE_PRICE_MINUTES)
        text = text_of(ground.app, session.query(IssuedDocument).filter_by(kind=DocumentKind.PRICE_MINUTES).one())
        for part in ("دلیل رأی روشن نیست", "روشن شد", "نظر دیگری دارم", "نه میلیارد و ششصد میلیون ریال"):
            assert part in text


def test_the_head_is_told_when_the_third_vote_is_cast(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.PUBLISHED)
        head = ground.people[Role.HEAD].id
        vote(ground, tender, (True, False), Matter.CANCELLATION)
        assert session.query(Message).filter_by(person_id=head).count() == 0
        ballot = Ballot(Matter.CANCELLATION, is_for=True)
        advance(ground.by(Role.TECHNICAL), tender, TenderAct.VOTE, ballot)
        assert [m.subject for m in session.query(Message).filter_by(person_id=head)] == [
            "رأی‌گیری پایان یافت؛ لغو مناقصه: تصویب شد"
        ]


@pytest.mark.parametrize("form", [RenewForm, CancelForm])
def test_a_reason_of_the_law_is_chosen_and_never_the_first_by_default(app: Flask, form: type[Any]) -> None:
    with app.test_request_context(method="POST", data={"note": "توضیح"}):
        filled = form()
        assert not filled.validate()
        assert filled.reason.errors == ["یکی از دلیل‌های قانون را برگزینید."]


def test_prices_are_for_staff_until_the_award_and_for_all_after_it(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = decided(ground)
        eyes = {who: may_see(ground.by(who), tender, Sight.PRICES) for who in (Role.HEAD, "evaluator1", "firm A", None)}
        assert eyes == {Role.HEAD: True, "evaluator1": False, "firm A": False, None: False}
        tender.state = TenderState.AWARDED
        session.flush()
        assert may_see(ground.by(None), tender, Sight.PRICES)


def places(*rows: tuple[str, str, int]) -> list[Place]:
    return by_weighted_price([Priced(name, Fraction(t), price) for name, t, price in rows], Decimal("0.3"))


def test_two_equals_need_one_lot_for_both_places() -> None:
    tied = places(("1", "80", 9000), ("2", "80", 9000))
    with pytest.raises(LotNeededError):
        winners(tied, 10, weighted=False)
    first, second = winners(tied, 10, weighted=False, lots=("2",))
    assert (first.offer.id, second and second.offer.id) == ("2", "1")


def test_three_equals_need_a_lot_for_each_place_and_equals_for_the_second_need_one() -> None:
    tied = places(("1", "80", 9000), ("2", "80", 9000), ("3", "80", 9000))
    with pytest.raises(LotNeededError):
        winners(tied, 10, weighted=False, lots=("3",))
    first, second = winners(tied, 10, weighted=False, lots=("3", "1"))
    assert (first.offer.id, second and second.offer.id) == ("3", "1")
    behind = places(("1", "90", 9000), ("2", "80", 9001), ("3", "80", 9001))
    with pytest.raises(LotNeededError):
        winners(behind, 10, weighted=False)
    assert winners(behind, 1, weighted=False) == (behind[0], None)


REFUTED = {
    RenewalReason.TOO_FEW_BIDDERS: "حد نصاب",
    RenewalReason.BOTH_WINNERS_REFUSED: "برنده‌ای اعلام نشده",
    RenewalReason.VALIDITY_ENDED: "پایان نیافته",
}


@pytest.mark.parametrize("reason", list(RenewalReason))
def test_a_reason_that_the_facts_refute_renews_nothing(app: Flask, reason: RenewalReason) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, PAIR)
        vote(ground, tender, (True, True, False), Matter.RENEWAL)
        if reason in REFUTED:
            with pytest.raises(NotNow, match=REFUTED[reason]):
                advance(ground.by(Role.HEAD), tender, TenderAct.RENEW, Ending(reason))
            return
        advance(ground.by(Role.HEAD), tender, TenderAct.RENEW, Ending(reason, "توضیح"))
        assert (tender.state, tender.end_reason) == (TenderState.RENEWED, reason.value)
        told = {m.person_id for m in session.query(Message)}
        assert {ground.people["firm A"].id, ground.people["firm B"].id} <= told


def test_nobody_bid_and_the_commission_renews(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.PUBLISHED)
        assert waiting_matter(ground.by(Role.HEAD), tender) is Matter.RENEWAL
        vote(ground, tender, (True, True, True), Matter.RENEWAL)
        advance(ground.by(Role.HEAD), tender, TenderAct.RENEW, Ending(RenewalReason.TOO_FEW_BIDDERS))
        assert tender.state is TenderState.RENEWED


RUNNING = (
    TenderState.PUBLISHED,
    TenderState.OPENED_A,
    TenderState.TECHNICAL,
    TenderState.TECHNICAL_LOCKED,
    TenderState.PRICES_OPENED,
    TenderState.DECIDED,
)


@pytest.mark.parametrize("state", RUNNING)
def test_a_running_tender_is_cancelled_by_two_votes_wherever_it_stands(app: Flask, state: TenderState) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, state)
        ending = Ending(CancellationReason.NEED_VANISHED)
        with pytest.raises(NotNow, match="دو رأی"):
            advance(ground.by(Role.HEAD), tender, TenderAct.CANCEL, ending)
        vote(ground, tender, (True, False, True), Matter.CANCELLATION)
        advance(ground.by(Role.HEAD), tender, TenderAct.CANCEL, ending)
        assert tender.state is TenderState.CANCELLED


def test_the_award_is_not_voted_on_before_the_prices_are_open(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL_LOCKED)
        with pytest.raises(NotNow, match="پس از گشایش قیمت‌ها"):
            advance(ground.by(Role.HEAD), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))
