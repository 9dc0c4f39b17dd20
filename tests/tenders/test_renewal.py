"""A renewed tender starts from a copy (Tender Act, Art. 24-a): what it takes along, what is its own, and the link."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.capacities import seats
from tender_app.tenders.models import Criterion, Tender, TenderDocument
from tender_app.tenders.renewal import Renewed
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import begin
from tests.evaluation.ground import NOW, Ground, criteria_in, ground_in, tender_in
from tests.make import session_of, signed_in


def renewed(ground: Ground) -> Tender:
    """Put a renewed tender on the table, with a tree of criteria and a document."""
    tender = tender_in(
        ground,
        TenderState.RENEWED,
        subject="شرح کار",
        terms="شرایط",
        setad_no="4001",
        budget_line="15",
        is_international=True,
    )
    group = criteria_in(ground, tender, {"روش": 60, "تیم": 40})["روش"]
    below = Criterion(tender_id=tender.id, parent_id=group.id, position=1, title="برنامه", weight=Decimal(100))
    document = TenderDocument(
        tender_id=tender.id,
        title="دفترچه",
        file_name="a.pdf",
        media_type="application/pdf",
        file_key="ab/cd",
        digest="a" * 64,
        size=3,
        uploaded_at=NOW - dt.timedelta(days=40),
    )
    ground.session.add_all([below, document])
    ground.session.flush()
    ground.session.expire(tender)
    return tender


def test_r37_a_renewed_tender_starts_from_a_copy_and_both_know_each_other(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        source = renewed(ground)
        with pytest.raises(NotAllowed):
            begin(ground.by(Role.MANAGER), Tender, TenderAct.RENEW_FROM, Renewed(source))
        made = begin(ground.by(Role.OFFICER), Tender, TenderAct.RENEW_FROM, Renewed(source, with_seats=True))
        assert (made.state, made.renews_id) == (TenderState.PREPARING, source.id)
        assert made.number != source.number
        same = ("title", "subject", "terms", "estimate", "guarantee", "minimum_score", "impact", "budget_line", "years")
        assert made.is_international
        assert [getattr(made, name) for name in same] == [getattr(source, name) for name in same]
        own = ("closes_at", "opens_at", "prices_open_at", "valid_until", "published_at", "ended_at", "setad_no")
        assert {getattr(made, name) or None for name in own} == {None}
        tree = {c.title: c for c in made.criteria}
        assert {t: c.weight for t, c in tree.items()} == {"روش": 60, "تیم": 40, "برنامه": 100}
        assert tree["برنامه"].parent_id == tree["روش"].id
        assert [(d.title, d.digest) for d in made.documents] == [("دفترچه", "a" * 64)]
        sat = [seats(session, Scope.TENDER, [t.id], ground.now)[t.id] for t in (source, made)]
        assert [{(s.role, s.person_id) for s in rows} for rows in sat[:1]] == [{(s.role, s.person_id) for s in sat[1]}]
        with pytest.raises(NotNow, match="از همین مناقصه آغاز شده"):
            begin(ground.by(Role.OFFICER), Tender, TenderAct.RENEW_FROM, Renewed(source))


@pytest.mark.parametrize("state", [TenderState.CANCELLED, TenderState.AWARDED, TenderState.PUBLISHED])
def test_r37_only_a_renewed_tender_is_begun_again(app: Flask, state: TenderState) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        with pytest.raises(NotNow, match="تجدید شده است"):
            begin(ground.by(Role.OFFICER), Tender, TenderAct.RENEW_FROM, Renewed(tender_in(ground, state)))


def test_r37_a_copy_runs_under_the_law_of_its_source(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        source = renewed(ground)
        source.procedure = "consulting_bylaw"
        session.flush()
        made = begin(ground.by(Role.OFFICER), Tender, TenderAct.RENEW_FROM, Renewed(source))
        assert made.procedure == "consulting_bylaw"


def test_r37_a_cluster_with_a_running_tender_gets_no_second(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        source = renewed(ground)
        tender_in(ground, TenderState.PREPARING, "QZ-1405-CDA-02").cluster_id = source.cluster_id
        session.flush()
        with pytest.raises(NotNow, match="در جریان است"):
            begin(ground.by(Role.OFFICER), Tender, TenderAct.RENEW_FROM, Renewed(source))


def test_the_officer_begins_it_from_the_page_of_the_renewed_one(demo: Flask) -> None:
    with session_of(demo) as session:
        query = sa.select(Tender).where(Tender.state == TenderState.PUBLISHED, Tender.number.startswith("QZ-"))
        tender = session.scalars(query.order_by(Tender.id)).first()
        assert tender is not None
        tender.state, number = TenderState.RENEWED, tender.number
    officer = signed_in(demo, "officer")
    assert f"/tenders/{number}/renewal" in officer.get(f"/tenders/{number}").text
    answer = officer.post(f"/tenders/{number}/renewal", data={"with_seats": "1"})
    assert answer.status_code == 302
    made = answer.location.split("/")[-2]
    assert f"/tenders/{number}" in officer.get(f"/tenders/{made}").text
    assert f"/tenders/{made}" in officer.get(f"/tenders/{number}").text
    assert made not in demo.test_client().get(f"/tenders/{number}").text  # a draft is no business of the public
