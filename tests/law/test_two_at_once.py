"""The same act twice at one moment: the second waits for the first, and is told what it finds."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.accounts.rules import NewCapacity, NewPassword, PersonAct
from tender_app.awards.rules import Ballot
from tender_app.bids.rules import BidState, Original
from tender_app.clusters.models import Cluster
from tender_app.demo.stage import PASSWORD
from tender_app.kernel.errors import Refusal
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Firm, Person
from tender_app.store.database import Database
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Draft, Matter, TenderAct, TenderState
from tender_app.workflow.engine import advance, begin
from tests.evaluation.ground import NOW, Ground, bid_in, ground_in, ranked_tender, tender_in
from tests.make import context_of, people_in, session_of
from tests.tenders.ground import settle

Act = Callable[[Session], object]
HEAD_START = 0.3  # for the second to reach the first; one that is slower finds the first done, which is right too


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app(request: pytest.FixtureRequest) -> Flask:
    """Give the application over an empty database of its own, on either engine: their locks differ."""
    made: Flask = request.getfixturevalue(f"{request.param}_app")
    return made


def of_two_one_is_refused(app: Flask, act: Act) -> None:
    """Do an act in a transaction, and again in another before the first is committed."""
    database: Database = app.extensions["database"]
    told: list[BaseException] = []

    def again() -> None:
        try:
            with database.transaction() as session:
                act(session)
        except Exception as refused:  # noqa: BLE001 -- judged in the test's own thread
            told.append(refused)

    second = threading.Thread(target=again)
    with database.transaction() as session:
        act(session)
        second.start()
        second.join(HEAD_START)
    second.join()
    assert [isinstance(refused, Refusal) for refused in told] == [True], told


def on_a_tender(app: Flask, make: Callable[[Ground], Tender], act: Callable[[Ground, Tender], None]) -> None:
    """Race an act on a tender that is put on the table first."""
    with session_of(app) as session:
        tender_id = make(ground_in(app, session)).id

    def once(session: Session) -> None:
        tender = session.get_one(Tender, tender_id)
        people = {p.username: p for p in session.scalars(sa.select(Person))}
        act(Ground(app, session, tender.organisation, people), tender)

    of_two_one_is_refused(app, once)


def test_a_member_votes_once(app: Flask) -> None:
    def vote(ground: Ground, tender: Tender) -> None:
        ballot = Ballot(Matter.AWARD, is_for=True)
        advance(ground.by(Role.HEAD), tender, TenderAct.VOTE, ballot)

    on_a_tender(app, lambda ground: ranked_tender(ground, [("A", "80", 10**9)]), vote)


def test_an_original_is_registered_once(app: Flask) -> None:
    def published(ground: Ground) -> Tender:
        tender = tender_in(ground, TenderState.PUBLISHED, opens_at=NOW.replace(year=2027))
        bid_in(ground, tender, "A", BidState.SUBMITTED)
        return tender

    def receive(ground: Ground, tender: Tender) -> None:
        firm = ground.session.scalars(sa.select(Firm.id)).one()
        what = Original(firm, "BG-1")
        advance(ground.by(Role.OFFICER), tender, TenderAct.RECEIVE_ORIGINAL, what)

    on_a_tender(app, published, receive)


def test_minutes_are_issued_once(app: Flask) -> None:
    def issue(ground: Ground, tender: Tender) -> None:
        advance(ground.by(Role.SECRETARY), tender, TenderAct.ISSUE_OPENING_MINUTES)

    on_a_tender(app, lambda ground: tender_in(ground, TenderState.TECHNICAL), issue)


def test_a_capacity_is_given_once(app: Flask) -> None:
    organisation, ids = people_in(app)
    what = NewCapacity(Role.MANAGER, Scope.ORGANISATION, organisation, basis="حکم")

    def grant(session: Session) -> None:
        advance(context_of(app, session, "admin"), session.get_one(Person, ids["officer"]), PersonAct.GRANT, what)

    of_two_one_is_refused(app, grant)


def test_a_password_is_changed_once(app: Flask) -> None:
    _, ids = people_in(app)
    what = NewPassword("a quite other password", old=PASSWORD)

    def change(session: Session) -> None:
        own = session.get_one(Person, ids["officer"])
        advance(context_of(app, session, "officer"), own, PersonAct.CHANGE_PASSWORD, what)

    of_two_one_is_refused(app, change)


def test_a_cluster_gets_one_draft(app: Flask) -> None:
    cluster = settle(app)

    def prepare(session: Session) -> None:
        draft = Draft(session.get_one(Cluster, cluster))
        begin(context_of(app, session, "officer"), Tender, TenderAct.PREPARE, draft)

    of_two_one_is_refused(app, prepare)
