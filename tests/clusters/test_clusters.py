"""A cluster's way from the map to its licence, on its pages."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.clusters.commands import make_map
from tender_app.clusters.models import Cluster, ClusterLetter
from tender_app.clusters.rules import Candidate, ClusterAct, ClusterState
from tender_app.demo.stage import Stage
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed
from tender_app.ledger.log import verify
from tender_app.people.models import Organisation, Person
from tender_app.store import clock
from tender_app.workflow.engine import begin
from tests.make import company_in, context_of, people_in, questions_to, session_of, signed_in

STEPS = ("prefeasibility", "province", "isipo", "licence")
CRITERIA = (("تراکم بنگاه‌ها", Decimal(60)), ("اشتغال", Decimal(40)))


def mapped(app: Flask, *scores: tuple[int, int], organisation: int = 1, officer: str = "officer") -> list[int]:
    with session_of(app) as session:
        ctx = context_of(app, session, officer)
        place = session.get_one(Organisation, organisation)
        made = make_map(ctx, place.id, year=1405, title="نقشه ۱۴۰۵", criteria=CRITERIA)
        found = []
        for n, pair in enumerate(scores, 1):
            what = Candidate(made, place, f"c{n}", f"نامزد {n}", tuple(Decimal(score) for score in pair))
            found.append(begin(ctx, Cluster, ClusterAct.IDENTIFY, what).id)
        return found


def today(app: Flask) -> dt.date:
    with session_of(app) as session:
        return calendar.today(clock.now(session, demo=True))


def second_company(app: Flask) -> int:
    with session_of(app) as session:
        stage = Stage(session, app.extensions["settings"], clock.now(session, demo=True))
        admin = session.scalars(sa.select(Person).where(Person.username == "admin")).one()
        return company_in(stage, admin, "شرکت دیگر", "OT", "o_").organisation.id


def letter(day: dt.date, number: str = "۱۲/۳۴") -> dict[str, str]:
    return {"number": number, "day": calendar.numeric(day), "note": "یادداشت داخلی"}


def license_by_pages(app: Flask, cluster: int, upto: int = 4) -> None:
    officer, day = signed_in(app, "officer"), today(app) - dt.timedelta(days=40)
    for place, step in enumerate(STEPS[:upto]):
        answer = officer.post(f"/clusters/{cluster}/{step}", data=letter(day + dt.timedelta(days=place)))
        assert answer.status_code == 302, step


def test_ranks_follow_exact_totals_and_ties_share_a_rank(app: Flask) -> None:
    people_in(app)
    ids = mapped(app, (5, 5), (9, 4), (5, 5), (1, 1))
    with session_of(app) as session:
        rows = [session.get_one(Cluster, i) for i in ids]
        got = [(row.total, row.rank) for row in rows]
    assert got == [(Decimal(50), 2), (Decimal(70), 1), (Decimal(50), 2), (Decimal(10), 4)]


def test_a_maps_weights_sum_to_a_hundred(app: Flask) -> None:
    people_in(app)
    with session_of(app) as session, pytest.raises(ValueError, match="sum to 100"):
        make_map(context_of(app, session, "officer"), 1, year=1405, title="", criteria=[("یک", Decimal(99))])


def test_only_an_officer_of_the_organisation_puts_a_candidate_on_its_map(app: Flask) -> None:
    people_in(app)
    second_company(app)
    for who in ("manager", "o_officer"):
        with pytest.raises(NotAllowed):
            mapped(app, (5, 5), officer=who)


def test_four_letters_lead_from_the_map_to_the_licence(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    license_by_pages(app, cluster)
    with session_of(app) as session:
        assert session.get_one(Cluster, cluster).state is ClusterState.LICENSED
        assert verify(session)[2] == []
    shown = signed_in(app, "officer").get(f"/clusters/{cluster}").text
    assert f'href="/tenders/new/{cluster}"' in shown
    assert shown.count("یادداشت داخلی") == 4


def test_a_letter_is_recorded_in_its_turn(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    officer = signed_in(app, "officer")
    answer = officer.post(f"/clusters/{cluster}/licence", data=letter(today(app)))
    assert answer.status_code == 409
    assert "شدنی نیست" in answer.text
    assert 'value="۱۲/۳۴"' in answer.text
    shown = officer.get(f"/clusters/{cluster}/licence")
    assert (shown.status_code, 'name="number"' in shown.text) == (200, False)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("future", "در آینده"),
        ("before", "پیش از نامه مرحله قبل"),
        ("1404/12/30", "۳۰"),
        ("1404/13/01", ""),
        ("", "این مورد را پر کنید"),
    ],
)
def test_a_letters_bad_day_is_explained_at_its_field(app: Flask, day: str, message: str) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    license_by_pages(app, cluster, upto=1)
    days = {"future": today(app) + dt.timedelta(days=1), "before": today(app) - dt.timedelta(days=41)}
    typed = {"number": "۷", "day": calendar.numeric(days[day]) if day in days else day}
    answer = signed_in(app, "officer").post(f"/clusters/{cluster}/province", data=typed)
    assert answer.status_code == 422
    assert 'href="#day"' in answer.text
    assert message in answer.text
    with session_of(app) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ClusterLetter)) == 1


def test_a_letter_of_today_and_of_the_former_letters_day_stands(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    officer = signed_in(app, "officer")
    for step in STEPS[:2]:
        assert officer.post(f"/clusters/{cluster}/{step}", data=letter(today(app))).status_code == 302


def test_a_cluster_is_everyones_to_see_from_its_licence_on(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    second_company(app)
    path = f"/clusters/{cluster}"
    visitor = app.test_client()
    assert visitor.get(path).status_code == 404
    assert signed_in(app, "o_officer").get(path).status_code == 404
    assert "نامزد 1" not in visitor.get("/clusters").text
    license_by_pages(app, cluster)
    shown = visitor.get(path)
    assert shown.status_code == 200
    assert "یادداشت داخلی" not in shown.text
    assert "/tenders/new/" not in shown.text
    assert "نامزد 1" in visitor.get("/clusters").text


def test_letters_are_the_officers_work(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    path = f"/clusters/{cluster}/prefeasibility"
    assert signed_in(app, "manager").get(path).status_code == 403
    assert signed_in(app, "manager").post(path, data=letter(today(app))).status_code == 403
    assert app.test_client().get(path).status_code == 302


def test_the_map_is_narrowed_by_state_and_by_organisation(app: Flask) -> None:
    people_in(app)
    first, _ = mapped(app, (8, 8), (7, 7))
    license_by_pages(app, first)
    other = second_company(app)
    visitor, officer = app.test_client(), signed_in(app, "officer")
    assert ("نامزد 1" in officer.get("/clusters").text, "نامزد 2" in officer.get("/clusters").text) == (True, True)
    licensed = officer.get("/clusters?state=licensed").text
    assert ("نامزد 1" in licensed, "نامزد 2" in licensed) == (True, False)
    assert "خوشه‌ای با این ویژگی نیست" in visitor.get(f"/clusters?organisation={other}").text
    assert "نامزد 1" in visitor.get("/clusters?state=nonsense&organisation=x").text


def test_the_map_costs_the_same_at_one_cluster_and_at_thirty(app: Flask) -> None:
    people_in(app)
    second = second_company(app)
    mapped(app, (8, 8))
    mapped(app, *[(n % 10, 5) for n in range(30)], organisation=second, officer="o_officer")
    counts = []
    for who in ("officer", "o_officer"):
        client = signed_in(app, who)
        with questions_to(app) as asked:
            assert client.get("/clusters").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
