"""A cluster's way from the map to its licence, on its pages."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.clusters.models import Cluster, ClusterLetter, Paper
from tender_app.clusters.rules import ClusterAct, ClusterState
from tender_app.clusters.step_models import Approval, Prefeasibility
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotNow
from tender_app.ledger.log import verify
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Draft, TenderAct
from tender_app.workflow.engine import advance, begin
from tests.clusters.ground import last_of, letter, mapped, post, second_company, today
from tests.make import context_of, people_in, questions_to, session_of, signed_in

REPORT = {"author": "گروه مطالعه", "findings": "خوشه مناسب است."}


def lead(app: Flask, cluster: int, upto: int = 4) -> None:
    """Lead a cluster so many steps far, by its pages."""
    officer, manager, day = signed_in(app, "officer"), signed_in(app, "manager"), today(app) - dt.timedelta(days=40)
    if upto > 0:
        assert officer.post(f"/clusters/{cluster}/study").status_code == 302
        study = last_of(app, Prefeasibility)
        assert post(officer, f"/clusters/studies/{study}/report", letter(day, **REPORT)).status_code == 302
        assert manager.post(f"/clusters/studies/{study}/accept").status_code == 302
    for place in range(1, min(upto, 3)):
        day = today(app) - dt.timedelta(days=40 - place)
        assert post(officer, f"/clusters/{cluster}/approvals/new", letter(day)).status_code == 302
        asked = last_of(app, Approval)
        assert post(officer, f"/clusters/approvals/{asked}/grant", letter(day)).status_code == 302
    if upto > 3:
        assert post(officer, f"/clusters/{cluster}/licence", letter(today(app))).status_code == 302


def test_a_study_two_approvals_and_a_licence_lead_from_the_map_to_the_tender(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    for upto, state in enumerate(list(ClusterState)[:5]):
        if upto:
            lead_one(app, cluster, upto)
        with session_of(app) as session:
            assert session.get_one(Cluster, cluster).state is state
    with session_of(app) as session:
        assert verify(session)[2] == []
        letters = session.scalars(sa.select(ClusterLetter)).all()
        assert [(found.act, found.paper is not None) for found in letters] == [
            (act, True) for act in list(ClusterAct)[1:5]
        ]
    officer = signed_in(app, "officer")
    shown = officer.get(f"/clusters/{cluster}").text
    assert f'href="/tenders/new/{cluster}"' in shown
    assert shown.count("انجام شد") == 5
    with officer.get(f"/clusters/{cluster}/papers/1") as paper:
        assert paper.status_code == 200
    assert signed_in(app, "admin").get(f"/clusters/{cluster}/papers/1").status_code == 404


def lead_one(app: Flask, cluster: int, step: int) -> None:
    """Lead a cluster one step on; the page says before what is next and that it waits."""
    officer, manager, day = signed_in(app, "officer"), signed_in(app, "manager"), today(app)
    if step == 1:
        assert "کارشناس امکان‌سنجی را آغاز می‌کند" in officer.get(f"/clusters/{cluster}").text
        assert officer.post(f"/clusters/{cluster}/study").status_code == 302
        study = last_of(app, Prefeasibility)
        assert "کارشناس گزارش را می‌فرستد" in officer.get(f"/clusters/{cluster}").text
        assert post(officer, f"/clusters/studies/{study}/report", letter(day, **REPORT)).status_code == 302
        assert "مدیرعامل گزارش را می‌پذیرد" in officer.get(f"/clusters/{cluster}").text
        assert manager.post(f"/clusters/studies/{study}/accept").status_code == 302
    elif step in {2, 3}:
        assert "درخواست تصویب از" in officer.get(f"/clusters/{cluster}").text
        assert post(officer, f"/clusters/{cluster}/approvals/new", letter(day)).status_code == 302
        assert "منتظر از" in officer.get(f"/clusters/{cluster}").text
        asked = last_of(app, Approval)
        assert post(officer, f"/clusters/approvals/{asked}/grant", letter(day)).status_code == 302
    else:
        assert post(officer, f"/clusters/{cluster}/licence", letter(day)).status_code == 302


def test_a_report_goes_back_with_a_reason_and_both_reports_stay(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    officer, manager = signed_in(app, "officer"), signed_in(app, "manager")
    officer.post(f"/clusters/{cluster}/study")
    study = last_of(app, Prefeasibility)
    report = f"/clusters/studies/{study}/report"
    assert post(officer, report, letter(today(app), **REPORT)).status_code == 302
    assert manager.post(f"/clusters/studies/{study}/return", data={"reason": ""}).status_code == 422
    assert manager.post(f"/clusters/studies/{study}/return", data={"reason": "جدول ۲ ناقص است"}).status_code == 302
    assert manager.post(f"/clusters/studies/{study}/accept").status_code == 409
    shown = officer.get(f"/clusters/{cluster}").text
    assert "جدول ۲ ناقص است" in shown
    assert "گزارش اصلاح‌شده" in shown
    assert "جدول ۲ ناقص است" in officer.get("/desk").text
    assert post(officer, report, letter(today(app), "۲", **REPORT)).status_code == 302
    assert manager.post(f"/clusters/studies/{study}/accept").status_code == 302
    assert officer.get(f"/clusters/{cluster}").text.count("گزارش گروه مطالعه") == 2


def test_a_refused_approval_is_asked_for_again(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    lead(app, cluster, upto=1)
    officer, day = signed_in(app, "officer"), today(app)
    ask = f"/clusters/{cluster}/approvals/new"
    assert post(officer, ask, letter(day, "۱")).status_code == 302
    first = last_of(app, Approval)
    twice = post(officer, ask, letter(day, "۲"))
    assert (twice.status_code, "هنوز پاسخ ندارد" in twice.text) == (409, True)
    refuse = f"/clusters/approvals/{first}/refuse"
    assert post(officer, refuse, letter(day)).status_code == 422
    assert post(officer, refuse, letter(day, reason="شمار بنگاه‌ها کم است")).status_code == 302
    assert post(officer, f"/clusters/approvals/{first}/grant", letter(day)).status_code == 409
    shown = officer.get(f"/clusters/{cluster}").text
    assert "شمار بنگاه‌ها کم است" in shown
    assert "دوباره درخواست" in shown
    assert post(officer, ask, letter(day, "۳")).status_code == 302
    assert post(officer, f"/clusters/approvals/{last_of(app, Approval)}/grant", letter(day)).status_code == 302
    with session_of(app) as session:
        assert session.get_one(Cluster, cluster).state is ClusterState.APPROVED_BY_PROVINCE


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
    lead(app, cluster, upto=1)
    days = {"future": today(app) + dt.timedelta(days=1), "before": today(app) - dt.timedelta(days=41)}
    typed = letter(today(app), "۷") | {"day": calendar.numeric(days[day]) if day in days else day}
    answer = post(signed_in(app, "officer"), f"/clusters/{cluster}/approvals/new", typed)
    assert answer.status_code == 422
    assert 'href="#day"' in answer.text
    assert message in answer.text
    assert 'value="۷"' in answer.text
    assert last_of(app, Approval) == 0


@pytest.mark.parametrize(
    ("file", "message"), [(None, "برگزیده نشده"), ("x.docx", "نمی‌خواند"), ("x.exe", "پذیرفته نیست")]
)
def test_a_letter_comes_with_its_scan(app: Flask, file: str | None, message: str) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    lead(app, cluster, upto=1)
    typed: dict[str, Any] = letter(today(app))
    stream, _name = typed.pop("file")
    answer = post(
        signed_in(app, "officer"),
        f"/clusters/{cluster}/approvals/new",
        typed | ({"file": (stream, file)} if file else {}),
    )
    assert (answer.status_code, message in answer.text, 'href="#file"' in answer.text) == (422, True, True)
    assert last_of(app, Approval) == 0


def test_a_cluster_is_everyones_to_see_from_its_licence_on(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    second_company(app)
    path = f"/clusters/{cluster}"
    visitor = app.test_client()
    assert visitor.get(path).status_code == 404
    assert signed_in(app, "o_officer").get(path).status_code == 404
    assert "نامزد 1" not in visitor.get("/clusters").text
    lead(app, cluster)
    shown = visitor.get(path)
    assert shown.status_code == 200
    assert "یادداشت داخلی" not in shown.text
    assert "خوشه مناسب است" not in shown.text
    assert "/tenders/new/" not in shown.text
    assert "نامزد 1" in visitor.get("/clusters").text
    for paper in range(1, last_of(app, Paper) + 1):
        assert visitor.get(f"{path}/papers/{paper}").status_code in {302, 404}


def test_steps_are_the_officers_work_and_a_manager_accepts(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    manager = signed_in(app, "manager")
    assert manager.post(f"/clusters/{cluster}/study").status_code == 403
    signed_in(app, "officer").post(f"/clusters/{cluster}/study")
    study = last_of(app, Prefeasibility)
    path = f"/clusters/studies/{study}/report"
    assert manager.get(path).status_code == 403
    assert signed_in(app, "officer").post(f"/clusters/studies/{study}/accept").status_code in {403, 409}
    assert app.test_client().get(path).status_code in {302, 404}


def test_the_map_is_narrowed_by_state_and_by_organisation(app: Flask) -> None:
    people_in(app)
    first, _ = mapped(app, (8, 8), (7, 7))
    lead(app, first)
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
    mapped(app, *[(n % 10, 5) for n in range(30)], organisation=second, prefix="o_")
    counts = []
    for who in ("officer", "o_officer"):
        client = signed_in(app, who)
        with questions_to(app) as asked:
            assert client.get("/clusters").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


# R01


MISSING = {
    "prefeasibility": "امکان‌سنجی مقدماتی پذیرفته نشده است",
    "province": "تصویب کمیته استانی ثبت نشده است",
    "isipo": "تصویب سازمان صنایع کوچک و شهرک‌های صنعتی ایران ثبت نشده است",
    "licence": "مجوز توسعه ثبت نشده است",
}
RANK = "در نسخه جاری نقشه رتبه ندارد"


def refusal(ctx: Context, cluster: Cluster) -> str:
    """Return why no tender begins for a cluster; empty where one does."""
    try:
        begin(ctx, Tender, TenderAct.PREPARE, Draft(cluster))
    except NotNow as refused:
        return refused.reason
    return ""


@pytest.mark.parametrize("steps", range(5))
def test_r01_a_tender_names_each_step_that_its_cluster_lacks(app: Flask, steps: int) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    lead(app, cluster, upto=steps)
    with session_of(app) as session:
        told = refusal(context_of(app, session, "officer"), session.get_one(Cluster, cluster))
        session.rollback()
    assert [sentence in told for sentence in MISSING.values()] == [place >= steps for place in range(4)]
    assert (RANK in told, told == "") == (False, steps == 4)


@pytest.mark.parametrize("act", list(ClusterAct)[1:5])
def test_r01_a_licensed_cluster_without_one_of_its_proofs_gets_no_tender(app: Flask, act: ClusterAct) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    lead(app, cluster)
    with session_of(app) as session:
        found = sa.select(ClusterLetter).where(ClusterLetter.act == act)
        session.scalars(found).one().number = ""
        session.flush()
        told = refusal(context_of(app, session, "officer"), session.get_one(Cluster, cluster))
        session.rollback()
    assert [sentence in told for sentence in MISSING.values()] == [act is known for known in list(ClusterAct)[1:5]]


def test_r01_no_step_is_taken_without_what_it_stands_on(app: Flask) -> None:
    people_in(app)
    (cluster,) = mapped(app, (8, 8))
    officer = signed_in(app, "officer")
    early = post(officer, f"/clusters/{cluster}/licence", letter(today(app)))
    assert (early.status_code, "شدنی نیست" in early.text) == (409, True)
    early = post(officer, f"/clusters/{cluster}/approvals/new", letter(today(app)))
    assert (early.status_code, "اکنون درخواست تصویب" in early.text) == (409, True)
    with session_of(app) as session:
        manager, case = context_of(app, session, "manager"), session.get_one(Cluster, cluster)
        with pytest.raises(NotNow, match="هنوز پذیرفته نشده"):
            advance(manager, case, ClusterAct.RECORD_PREFEASIBILITY)
