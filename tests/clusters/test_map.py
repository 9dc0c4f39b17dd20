"""A version of the map: begun from the last one, edited, adopted by another, compared with the year before."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.clusters.map_queries import chart_of, draft_of, moved, rows_of, version_before
from tender_app.clusters.map_rules import CandidateEdit, MapAct, MapState, NewMap, Withdrawal
from tender_app.clusters.models import Cluster, ClusterMap, MapCandidate
from tender_app.clusters.rules import ClusterState
from tender_app.clusters.step_models import Prefeasibility
from tender_app.clusters.step_rules import StudyAct, StudyOf
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.ledger.log import verify
from tender_app.people.models import Organisation
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Draft, TenderAct
from tender_app.workflow.engine import advance, begin
from tests.clusters.ground import adopt, draft, drafted, letter, line, mapped, post, second_company, today, version_in
from tests.make import context_of, people_in, session_of, signed_in

CRITERIA_ROWS = {
    "rows-0-was": "تراکم بنگاه‌ها",
    "rows-0-title": "تراکم و شمار بنگاه‌ها",
    "rows-0-weight": "۵۵",
    "rows-1-was": "اشتغال",
    "rows-1-title": "اشتغال",
    "rows-1-weight": "40",
    "rows-1-tie": "1",
}


def test_ranks_are_written_at_the_adoption_and_ties_share_one(app: Flask) -> None:
    people_in(app)
    ids = mapped(app, (5, 5), (9, 4), (5, 5), (1, 1))
    with session_of(app) as session:
        query = sa.select(MapCandidate.cluster_id, MapCandidate.total, MapCandidate.rank)
        got = sorted(tuple(row) for row in session.execute(query))
        assert verify(session)[2] == []
    assert got == list(zip(ids, [Decimal(50), Decimal(70), Decimal(50), Decimal(10)], [2, 1, 2, 4], strict=True))


def test_a_new_version_begins_as_a_copy_and_the_adopted_one_never_changes(app: Flask) -> None:
    people_in(app)
    mapped(app, (5, 5), (9, 4))
    with session_of(app) as session:
        officer, manager = (context_of(app, session, who) for who in ("officer", "manager"))
        first = version_in(session, 1)
        kept = chart_of(officer, first)
        version = draft(officer)
        assert chart_of(officer, version) == kept
        with pytest.raises(NotNow, match="هنوز تصویب نشده"):
            draft(officer)
        rows = {row.name: row for row in rows_of(officer, version)}
        edit = CandidateEdit(rows["نامزد 1"].candidate_id, replace(line("نامزد 1", 10, 10), slug="c-01"))
        advance(officer, version, MapAct.EDIT_CANDIDATE, edit)
        advance(officer, version, MapAct.WITHDRAW_CANDIDATE, Withdrawal(rows["نامزد 2"].candidate_id, "تعطیل شد"))
        advance(officer, version, MapAct.ADD_CANDIDATE, CandidateEdit(None, line("نامزد 3", 2, 2)))
        adopt(manager, version)
        assert chart_of(officer, first) == kept
        before = version_before(officer, version)
        assert before is first
        found = moved(rows_of(officer, first), rows_of(officer, version))
        assert [(m.name, m.before, m.after, m.by) for m in found] == [
            ("نامزد 1", 2, 1, 1),
            ("نامزد 3", None, 2, None),
            ("نامزد 2", 1, None, None),
        ]
        for act in (MapAct.EDIT_CANDIDATE, MapAct.ADD_CANDIDATE, MapAct.EDIT_CRITERIA, MapAct.ADOPT):
            with pytest.raises(NotNow, match="شدنی نیست"):
                advance(officer, version, act)
        third = draft(officer)
        assert [row.withdrawn for row in rows_of(officer, third)] == ["", "", "تعطیل شد"]
        assert draft_of(officer, 1) is third


def test_the_page_shows_what_moved_and_every_version(app: Flask) -> None:
    people_in(app)
    mapped(app, (5, 5), (9, 4))
    with session_of(app) as session:
        officer = context_of(app, session, "officer")
        version = draft(officer, line("نامزد 3", 2, 2))
        row = next(row for row in rows_of(officer, version) if row.name == "نامزد 2")
        advance(officer, version, MapAct.WITHDRAW_CANDIDATE, Withdrawal(row.candidate_id, "تعطیل شد"))
        adopt(context_of(app, session, "manager"), version)
    shown = signed_in(app, "officer").get("/clusters/maps/2").text
    for word in ("۱ پله بالاتر", "تازه", "کنار رفت", "تعطیل شد", "نامزد 1: از ۲ به ۱", "نقشه 1405"):
        assert word in shown, word
    public = app.test_client().get("/clusters/maps/2")
    assert (public.status_code, "نامزدی برای نمایش نیست" in public.text) == (200, True)
    assert [name in public.text for name in ("نامزد 1", "نامزد 2", "تعطیل شد")] == [False, False, False]


def test_weights_are_free_in_a_draft_and_whole_at_the_adoption(app: Flask) -> None:
    people_in(app)
    version = drafted(app, line("زیتون", 8, 7))
    officer, manager, base = signed_in(app, "officer"), signed_in(app, "manager"), f"/clusters/maps/{version}"
    assert officer.post(f"{base}/criteria", data=CRITERIA_ROWS).status_code == 302
    assert "۹۵ است: ۵ کم" in officer.get(base).text
    refused = post(manager, f"{base}/adopt", letter(today(app)))
    assert (refused.status_code, "۵ کم است" in refused.text) == (409, True)
    assert officer.post(f"{base}/criteria", data={**CRITERIA_ROWS, "rows-0-weight": "60.5"}).status_code == 302
    refused = post(manager, f"{base}/adopt", letter(today(app)))
    assert (refused.status_code, "۰٫۵ زیاد است" in refused.text) == (409, True)
    assert officer.post(f"{base}/criteria", data={**CRITERIA_ROWS, "rows-0-weight": "60"}).status_code == 302
    assert post(manager, f"{base}/adopt", letter(today(app))).status_code == 302
    with session_of(app) as session:
        row = rows_of(context_of(app, session, "officer"), version_in(session, version))[0]
        assert (row.scores, row.total, row.rank) == ((Decimal(8), Decimal(7)), Decimal(76), 1)


def test_a_criterion_that_is_emptied_is_set_aside_and_a_double_one_is_told(app: Flask) -> None:
    people_in(app)
    version = drafted(app, line("زیتون", 8, 7))
    officer, path = signed_in(app, "officer"), f"/clusters/maps/{version}/criteria"
    assert "اشتغال" in officer.get(path).text
    double = officer.post(path, data={**CRITERIA_ROWS, "rows-1-title": "تراکم و شمار بنگاه‌ها"})
    assert (double.status_code, "در ردیف دیگری هم هست" in double.text) == (422, True)
    untitled = officer.post(path, data={**CRITERIA_ROWS, "rows-1-title": ""})
    assert "عنوان این ردیف را بنویسید" in untitled.text
    assert officer.post(path, data={**CRITERIA_ROWS, "rows-1-title": "", "rows-1-weight": ""}).status_code == 302
    assert "اشتغال" not in officer.get(path).text.split('<form method="post" class="panel')[1].split("</table>")[0]


def test_a_candidate_is_added_edited_withdrawn_and_restored_on_pages(app: Flask) -> None:
    people_in(app)
    version = drafted(app, line("زیتون", 8, 7))
    officer, base = signed_in(app, "officer"), f"/clusters/maps/{version}"
    typed = {"name": "كشمش", "firms_count": "۱۲", "scores-0-title": "تراکم بنگاه‌ها", "scores-0-score": "۷٫۵"}
    wrong = officer.post(f"{base}/candidates/new", data={**typed, "scores-0-score": "۱۱"})
    assert (wrong.status_code, "تراکم بنگاه‌ها: عدد باید میان" in wrong.text, 'value="کشمش"' in wrong.text) == (
        422,
        True,
        True,
    )
    assert officer.post(f"{base}/candidates/new", data={**typed, "name": "زيتون"}).status_code == 422
    assert officer.post(f"{base}/candidates/new", data=typed).status_code == 302
    assert "کامل نیست" in officer.get(base).text
    refused = post(signed_in(app, "manager"), f"{base}/adopt", letter(today(app)))
    assert (refused.status_code, "کشمش" in refused.text) == (409, True)
    assert officer.post(f"{base}/candidates/2/withdraw", data={"reason": ""}).status_code == 422
    assert officer.post(f"{base}/candidates/2/withdraw", data={"reason": "کوچک است"}).status_code == 302
    assert "کوچک است" in officer.get(base).text
    assert officer.post(f"{base}/candidates/2/restore").status_code == 302
    page = officer.get(f"{base}/candidates/2").text
    assert 'value="۷٫۵"' in page
    edition = page.split('name="edition" type="hidden" value="')[1].split('"')[0]
    edit = {**typed, "scores-1-title": "اشتغال", "scores-1-score": "4", "edition": edition}
    assert officer.post(f"{base}/candidates/2", data=edit).status_code == 302
    late = officer.post(f"{base}/candidates/2", data={**edit, "name": "دیگر"})
    assert (late.status_code, 'value="دیگر"' in late.text) == (409, True)
    assert officer.get(f"{base}/candidates/99").status_code == 404


def test_who_prepared_a_version_does_not_adopt_it(app: Flask) -> None:
    people_in(app)
    version = drafted(app, line("زیتون", 8, 7))
    with session_of(app) as session:
        officer = context_of(app, session, "officer")
        both = context_of(app, session, "manager")
        case = version_in(session, version)
        two = replace(officer, actor=replace(officer.actor, held=(*officer.actor.held, *both.actor.held)))
        with pytest.raises(NotNow, match="دست داشته‌اید"):
            adopt(two, case)
        with pytest.raises(NotAllowed):
            adopt(officer, case)
        adopt(both, case)
        assert case.state is MapState.ADOPTED


@pytest.mark.parametrize(("days", "message"), [(1, "در آینده"), (-40, "پیش از نامه مرحله قبل")])
def test_a_letter_of_adoption_fits_in_time_and_has_its_scan(app: Flask, days: int, message: str) -> None:
    people_in(app)
    mapped(app, (5, 5))
    with session_of(app) as session:
        version = draft(context_of(app, session, "officer")).id
    manager, path = signed_in(app, "manager"), f"/clusters/maps/{version}/adopt"
    answer = post(manager, path, letter(today(app) + dt.timedelta(days=days)))
    assert (answer.status_code, message in answer.text, 'href="#day"' in answer.text) == (422, True, True)
    bare = manager.post(path, data={"number": "۱", "day": calendar.numeric(today(app))})
    assert (bare.status_code, 'href="#file"' in bare.text) == (422, True)


def test_a_draft_is_its_own_staffs_alone_and_begins_on_its_page(app: Flask) -> None:
    people_in(app)
    second_company(app)
    officer = signed_in(app, "officer")
    assert officer.get("/clusters/maps/new").status_code == 200
    year = calendar.jalali_year(today(app))
    begun = officer.post("/clusters/maps/new", data={"year": str(year), "title": "نقشه ما"})
    assert begun.headers["Location"].endswith("/clusters/maps/1")
    for client in (app.test_client(), signed_in(app, "o_officer")):
        assert client.get("/clusters/maps/1").status_code == 404
        assert client.get("/clusters/maps/1/workbook").status_code in {302, 404}
    assert signed_in(app, "manager").get("/clusters/maps/new").status_code in {200, 403}
    assert signed_in(app, "manager").post("/clusters/maps/new", data={"year": "1406", "title": "x"}).status_code in {
        403,
        409,
    }
    again = officer.get("/clusters/maps/new").text
    assert "هنوز تصویب نشده" in again


def test_r01_a_cluster_that_the_current_map_does_not_rank_gets_no_study_and_no_tender(app: Flask) -> None:
    people_in(app)
    first, second = mapped(app, (5, 5), (9, 4))
    with session_of(app) as session:
        officer = context_of(app, session, "officer")
        version = draft(officer)
        row = next(row for row in rows_of(officer, version) if row.cluster_id == first)
        advance(officer, version, MapAct.WITHDRAW_CANDIDATE, Withdrawal(row.candidate_id, "تعطیل شد"))
        adopt(context_of(app, session, "manager"), version)
        left_out, ranked = session.get_one(Cluster, first), session.get_one(Cluster, second)
        with pytest.raises(NotNow, match="در نسخه جاری نقشه رتبه ندارد"):
            begin(officer, Prefeasibility, StudyAct.BEGIN, StudyOf(left_out))
        with pytest.raises(NotNow, match="در نسخه جاری نقشه رتبه ندارد"):
            begin(officer, Tender, TenderAct.PREPARE, Draft(left_out))
        with pytest.raises(NotNow) as refused:
            begin(officer, Tender, TenderAct.PREPARE, Draft(ranked))
        assert "رتبه ندارد" not in refused.value.reason
        assert begin(officer, Prefeasibility, StudyAct.BEGIN, StudyOf(ranked)).cluster.state is ClusterState.IDENTIFIED


def test_versions_of_two_companies_do_not_touch(app: Flask) -> None:
    people_in(app)
    other = second_company(app)
    mapped(app, (5, 5))
    mapped(app, (6, 6), organisation=other, prefix="o_")
    with session_of(app) as session:
        officer = context_of(app, session, "officer")
        place = session.get_one(Organisation, other)
        with pytest.raises(NotAllowed):
            begin(officer, ClusterMap, MapAct.BEGIN, NewMap(place, 1500, "نقشه"))
        query = sa.select(MapCandidate.rank)
        assert session.scalars(query).all() == [1, 1]
