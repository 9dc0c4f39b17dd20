"""A draft on its pages: what is unfinished is kept, what is wrong is told at its field, and nothing typed is lost."""

import datetime as dt
import html
import io
import re
import zipfile

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.clusters.models import Cluster
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.capacities import grant
from tender_app.people.models import Organisation
from tender_app.store import clock
from tender_app.tenders.completeness import missing
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Criterion, Tender, TenderDocument
from tender_app.tenders.rules import Draft, InsertionFacts, Outlet, RoundRemoval, TenderAct
from tender_app.web.uploads import LARGEST
from tender_app.workflow.engine import advance, begin
from tests.make import context_of, questions_to, session_of, signed_in
from tests.tenders import ground
from tests.tenders.ground import MONEY, PDF, complete, days, draft, seating, settle, tender_of, tree, typed, upload

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 600


@pytest.fixture
def number(app: Flask) -> str:
    return draft(app, settle(app))


@pytest.fixture
def officer(app: Flask, number: str) -> FlaskClient:
    assert number
    return signed_in(app, "officer")


def kept(app: Flask, number: str, name: str) -> object:
    with session_of(app) as session:
        return getattr(tender_of(session, number), name)


def refused(client: FlaskClient, path: str, data: dict[str, str], status: int = 422) -> list[tuple[str, str]]:
    """Return (field, message) of the summary of errors of a refused post."""
    answer = client.post(path, data=data)
    assert answer.status_code == status, answer.get_data(as_text=True)[:400]
    return summary(answer.get_data(as_text=True))


def summary(page: str) -> list[tuple[str, str]]:
    box = page.split('class="error-summary"')[1].split("</ul>", maxsplit=1)[0]
    rows = re.findall(r"<li>(?:<a href=\"#([^\"]*)\">)?([^<]*)", box)
    assert all(f'id="{field}"' in page for field, _ in rows if field)
    return [(field, html.unescape(text)) for field, text in rows]


def now(app: Flask) -> dt.datetime:
    with session_of(app) as session:
        return clock.now(session, demo=True)


def schedule_of(app: Flask, **changes: str) -> dict[str, str]:
    return {**typed(days(now(app))), **changes}


def later(text: str, **span: float) -> str:
    """Return a typed moment so much later."""
    day, hour = text.split()
    at = calendar.instant(calendar.parse_date(day), calendar.parse_time(hour)) + dt.timedelta(**span)
    return typed({"at": at})["at"]


# Beginning


def test_numbers_count_up_in_the_organisation_and_year(app: Flask) -> None:
    cluster = settle(app)
    first = draft(app, cluster)
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        other = ground.licensed(ctx, session.get_one(Organisation, 1), "other").id
    year = calendar.jalali_year(calendar.today(now(app)))
    assert [first, draft(app, other)] == [f"QZ-{year}-CDA-01", f"QZ-{year}-CDA-02"]


@pytest.mark.parametrize("letters", range(len(ground.LETTERS)))
def test_only_a_licensed_cluster_gets_a_tender(app: Flask, letters: int) -> None:
    settle(app)
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        cluster = ground.licensed(ctx, session.get_one(Organisation, 1), "young", letters=letters)
        with pytest.raises(NotNow, match="مجوز توسعه"):
            begin(ctx, Tender, TenderAct.PREPARE, Draft(cluster))
        place = cluster.id
    page = signed_in(app, "officer").get(f"/tenders/new/{place}").get_data(as_text=True)
    assert "مجوز توسعه" in page
    assert "آغاز تهیه" not in page.split("<main")[1]


def test_a_cluster_has_one_running_tender(app: Flask, number: str) -> None:
    with session_of(app) as session:
        cluster = session.get_one(Cluster, tender_of(session, number).cluster_id)
        with pytest.raises(NotNow, match=number):
            begin(context_of(app, session, "officer"), Tender, TenderAct.PREPARE, Draft(cluster))


def test_nobody_but_an_officer_prepares(app: Flask, number: str) -> None:
    for who in ("manager", "auditor", "secretary", "firm1"):
        with session_of(app) as session:
            tender = tender_of(session, number)
            with pytest.raises(NotAllowed):
                begin(context_of(app, session, who), Tender, TenderAct.PREPARE, Draft(tender.cluster))
        assert signed_in(app, who).get(f"/tenders/{number}/edit/money").status_code in {403, 404}, who


# Sections


def test_an_unfinished_section_is_kept_and_read_in_persian_digits(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    answer = officer.post(f"/tenders/{number}/edit/money", data={"estimate": "۹٬۸۵۰٬۰۰۰٬۰۰۰", "has_envelope_a": "y"})
    assert answer.status_code == 302
    assert kept(app, number, "estimate") == 9_850_000_000
    assert kept(app, number, "budget_line") == ""
    page = officer.get(f"/tenders/{number}/edit/money").get_data(as_text=True)
    assert "۹٬۸۵۰٬۰۰۰٬۰۰۰" in page
    assert "۴۹۲٬۵۰۰٬۰۰۰" in page  # the usual guarantee, computed


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"estimate": "0"}, "estimate", "صفر"),
        ({"estimate": "ده میلیارد"}, "estimate", ""),
        ({"guarantee": MONEY["estimate"]}, "guarantee", "کمتر از برآورد"),
        ({"board_resolution_on": "1404/12/30"}, "board_resolution_on", "۱۴۰۴"),
        ({"board_resolution_on": "۱۴۰۵/۱۳/۰۱"}, "board_resolution_on", ""),
        ({"board_resolution_on": "1499/01/01"}, "board_resolution_on", "در آینده است"),
    ],
)
def test_bad_money_is_told_at_its_field_and_nothing_is_lost(
    app: Flask, number: str, officer: FlaskClient, changes: dict[str, str], field: str, message: str
) -> None:
    answer = officer.post(f"/tenders/{number}/edit/money", data={**MONEY, **changes})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert [(name, message in text) for name, text in summary(page)] == [(field, True)]
    for value in {**MONEY, **changes}.values():
        assert f'value="{value}"' in page or value == "y"
    assert kept(app, number, "budget_line") == ""


@pytest.mark.parametrize(
    ("name", "typed_as", "message"),
    [
        ("closes_at", "1404/12/30 14:00", "۱۴۰۴"),
        ("closes_at", "۱۴۰۴/۰۱/۰۲ ۱۴:۰۰", "در گذشته است"),
        ("closes_at", "۱۴۰۶/۰۱/۲۰", "ساعت"),
        ("closes_at", "۱۴۰۶/۰۱/۲۰ ۲۵:۰۰", "ساعت"),
        ("valid_until", "1404/12/30", "۱۴۰۴"),
    ],
)
def test_an_impossible_day_is_told_at_its_field(
    app: Flask, number: str, officer: FlaskClient, name: str, typed_as: str, message: str
) -> None:
    found = refused(officer, f"/tenders/{number}/edit/schedule", {name: typed_as})
    assert [(field, message in text) for field, text in found] == [(name, True)]
    assert kept(app, number, name) is None


def test_a_deadline_too_near_the_documents_and_an_opening_before_it_are_told_together(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    values = schedule_of(app)
    values["closes_at"] = later(values["documents_until"], days=9, hours=23)
    values["questions_until"] = later(values["closes_at"], days=-3)  # whatever holidays moved the proposed one to
    values["opens_at"] = later(values["closes_at"], minutes=-1)
    found = refused(officer, f"/tenders/{number}/edit/schedule", values)
    assert [field for field, _ in found] == ["closes_at", "opens_at"]
    assert ["ماده ۱۵" in found[0][1], "باید پس از" in found[1][1]] == [True, True]


def test_days_are_proposed_once_and_what_is_saved_stays(app: Flask, number: str, officer: FlaskClient) -> None:
    page = officer.get(f"/tenders/{number}/edit/schedule").get_data(as_text=True)
    assert "این زمان‌ها پیشنهادی است" in page
    assert kept(app, number, "closes_at") is None
    shown = dict(re.findall(r'id="(\w+_(?:until|at|by))" name="\w+"[^>]*value="([^"]+)"', page))
    assert officer.post(f"/tenders/{number}/edit/schedule", data=shown).status_code == 302
    assert kept(app, number, "closes_at") is not None
    assert "این زمان‌ها پیشنهادی است" not in officer.get(f"/tenders/{number}/edit/schedule").get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [("impact", "0.05"), ("impact", "0.41"), ("impact", "abc"), ("minimum_score", "101"), ("technical_share", "1")],
)
def test_the_figures_of_the_method_stay_in_their_bounds(
    number: str, officer: FlaskClient, field: str, value: str
) -> None:
    plain = {"method": "weighted_price", "minimum_bids": "1", "runner_up_basis": "nominal"}
    found = refused(officer, f"/tenders/{number}/edit/evaluation", {**plain, field: value})
    assert [name for name, _ in found] == [field]


# Criteria


def test_weights_that_do_not_sum_to_a_hundred_are_told_at_the_last_row(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    path = f"/tenders/{number}/edit/criteria"
    rows = tree(("0", "روش", "60"), ("1", "برنامه", "50"), ("1", "ابزار", "۴۰"), ("0", "تیم", "۳۰٫۵"))
    found = refused(officer, path, rows)
    assert [field for field, _ in found] == ["rows-2-weight", "rows-3-weight"]
    assert "زیرمعیارهای «روش» ۹۰ است و باید ۱۰۰ باشد" in found[0][1]
    assert "۹۰٫۵" in found[1][1]
    assert kept_tree(app, number) == []


def test_an_unfinished_tree_is_kept_when_asked_and_told_as_missing(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    rows = tree(("0", "روش", "60"), ("1", "برنامه", "100"), ("0", "تیم", "30"))
    answer = officer.post(f"/tenders/{number}/edit/criteria", data={**rows, "unfinished": "1"})
    assert answer.status_code == 302
    assert kept_tree(app, number) == [("روش", "60", False), ("برنامه", "100", True), ("تیم", "30", False)]
    with session_of(app) as session:
        found = missing(context_of(app, session, "officer"), tender_of(session, number))
    assert [text for section, text in found if section == "criteria"] == [
        "جمع وزن معیارهای اصلی ۹۰ است و باید ۱۰۰ باشد."
    ]


def test_titles_without_weights_are_kept_in_an_unfinished_tree_and_come_back_without_a_zero(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    path = f"/tenders/{number}/edit/criteria"
    assert (
        officer.post(path, data={**tree(("0", "روش", ""), ("0", "تیم", "100")), "unfinished": "1"}).status_code == 302
    )
    assert kept_tree(app, number) == [("روش", "0", False), ("تیم", "100", False)]
    shown = re.findall(r'name="rows-[01]-weight"[^>]*value="([^"]*)"', officer.get(path).text)
    assert shown == ["", "۱۰۰"]
    with session_of(app) as session:
        found = missing(context_of(app, session, "officer"), tender_of(session, number))
    assert [text for section, text in found if section == "criteria"] == ["وزن «روش» را بنویسید."]


def test_a_row_is_put_between_others_without_losing_any(app: Flask, number: str, officer: FlaskClient) -> None:
    path = f"/tenders/{number}/edit/criteria"
    rows = tree(("0", "روش", "60"), ("0", "", ""), ("0", "تیم", "40"))
    answer = officer.post(path, data={**rows, "insert": "1", "after": "2"})
    assert answer.status_code == 302
    assert answer.location.endswith("after=1#rows-1-title")
    shown = re.findall(r'name="rows-([0-2])-title"[^>]*value="([^"]*)"', officer.get(answer.location).text)
    assert shown == [("0", "روش"), ("1", ""), ("2", "تیم")]
    between = tree(("0", "روش", "60"), ("1", "برنامه", "100"), ("0", "تیم", "40"))
    assert officer.post(path, data=between).status_code == 302
    assert kept_tree(app, number) == [("روش", "60", False), ("برنامه", "100", True), ("تیم", "40", False)]


@pytest.mark.parametrize("after", ["x", "-3", "99"])
def test_a_row_after_no_row_at_all_breaks_nothing(number: str, officer: FlaskClient, after: str) -> None:
    path = f"/tenders/{number}/edit/criteria"
    answer = officer.post(path, data={**tree(("0", "روش", "60")), "insert": "1", "after": after})
    assert officer.get(answer.location).status_code == 200
    assert officer.get(f"{path}?after={after}").status_code == 200


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ((("0", "روش", ""),), "rows-0-weight"),
        ((("0", "روش", "0"),), "rows-0-weight"),
        ((("0", "روش", "-5"),), "rows-0-weight"),
        ((("0", "", "100"),), "rows-0-title"),
        ((("1", "روش", "100"),), "rows-0-level"),
    ],
)
def test_a_half_written_row_is_told_at_its_cell(
    number: str, officer: FlaskClient, rows: tuple[tuple[str, str, str], ...], field: str
) -> None:
    found = refused(officer, f"/tenders/{number}/edit/criteria", tree(*rows))
    assert field in [name for name, _ in found]


def test_a_long_tree_comes_back_whole_with_room_for_more(app: Flask, number: str, officer: FlaskClient) -> None:
    rows = [("0", f"معیار {n}", "5") for n in range(20)]
    path = f"/tenders/{number}/edit/criteria"
    assert officer.post(path, data=tree(*rows)).status_code == 302
    assert len(kept_tree(app, number)) == 20
    page = officer.get(path).get_data(as_text=True)
    assert 'value="معیار ۱۹"' in page or 'value="معیار 19"' in page
    assert page.count('name="rows-') == 23 * 8


def kept_tree(app: Flask, number: str) -> list[tuple[str, str, bool]]:
    with session_of(app) as session:
        rows = session.scalars(
            sa.select(Criterion)
            .where(Criterion.tender_id == tender_of(session, number).id)
            .order_by(Criterion.position)
        )
        return [(c.title, f"{c.weight.normalize():f}", c.parent_id is not None) for c in rows]


# Two editors


def edition(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="edition"[^>]*value="(\w+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def test_the_slower_of_two_editors_is_told_sees_both_and_may_insist(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx = context_of(app, session, "admin")
        grant(ctx, ground.ids_of(session)["evaluator1"], Role.OFFICER, scope=Scope.ORGANISATION, scope_id=1)
    first, second = signed_in(app, "officer"), signed_in(app, "evaluator1")
    path = f"/tenders/{number}/edit/money"
    seen = [edition(client, path) for client in (first, second)]
    assert first.post(path, data={**MONEY, "edition": seen[0], "budget_line": "FIRST-1"}).status_code == 302
    answer = second.post(path, data={**MONEY, "edition": seen[1], "budget_line": "SECOND-2", "setad_no": "777"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "کس دیگری همین بخش را ذخیره کرد" in page
    assert ['value="SECOND-2"' in page, 'value="777"' in page, "FIRST-1" in page] == [True, True, True]
    assert kept(app, number, "budget_line") == "FIRST-1"
    again = re.search(r'name="edition"[^>]*value="(\w+)"', page)
    assert again
    assert second.post(path, data={**MONEY, "edition": again[1], "budget_line": "SECOND-2"}).status_code == 302
    assert kept(app, number, "budget_line") == "SECOND-2"


def test_two_editors_of_different_sections_do_not_meet(app: Flask, number: str, officer: FlaskClient) -> None:
    money, criteria = f"/tenders/{number}/edit/money", f"/tenders/{number}/edit/criteria"
    seen = edition(officer, money), edition(officer, criteria)
    assert officer.post(money, data={**MONEY, "edition": seen[0]}).status_code == 302
    rows = tree(("0", "روش", "100"))
    assert officer.post(criteria, data={**rows, "edition": seen[1]}).status_code == 302
    answer = officer.post(criteria, data={**tree(("0", "تیم", "100")), "edition": seen[1]})
    assert answer.status_code == 409
    assert kept_tree(app, number) == [("روش", "100", False)]


def test_editing_ends_when_the_draft_is_sent_and_what_was_typed_comes_back(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    complete(app, number)
    with session_of(app) as session:
        advance(context_of(app, session, "officer"), tender_of(session, number), TenderAct.SEND_FOR_APPROVAL)
    path = f"/tenders/{number}/edit/subject"
    assert 'name="title"' not in officer.get(path).get_data(as_text=True)
    answer = officer.post(path, data={"title": "عنوان نو", "years": "3"})
    assert answer.status_code == 409
    assert 'value="عنوان نو"' in answer.get_data(as_text=True)


# Documents


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "x" * 200)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("terms.pdf", b"", "خالی است"),
        ("terms.exe", PDF, "پذیرفته نیست"),
        ("terms.pdf", PNG, "نمی‌خواند"),
        ("terms.pdf", PDF.replace(b"%%EOF", b""), "ناتمام"),
        ("terms.zip", zipped()[:60], "ناتمام"),
        ("terms.pdf", PDF + b" " * LARGEST, "مگابایت"),
        ("", b"", "برگزیده نشده"),
    ],
    ids=["empty", "kind", "content", "truncated", "truncated-zip", "too-large", "none"],
)
def test_a_bad_file_gets_its_own_message_and_the_title_stays(
    app: Flask, number: str, officer: FlaskClient, name: str, content: bytes, message: str
) -> None:
    answer = upload(officer, number, name, content, title="دفترچه نخست")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert [(field, message in text) for field, text in summary(page)] == [("file", True)]
    assert 'value="دفترچه نخست"' in page
    with session_of(app) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(TenderDocument)) == 0


def test_a_document_is_stored_whole_shown_with_its_digest_and_taken_away(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    assert upload(officer, number, "شرایط.PDF", PDF).status_code == 302
    with session_of(app) as session:
        found = session.scalars(sa.select(TenderDocument)).one()
        place, digest = found.id, found.digest
    page = officer.get(f"/tenders/{number}/edit/documents").get_data(as_text=True)
    assert digest[:6] in page
    got = officer.get(f"/tenders/{number}/documents/{place}", buffered=True)
    assert got.data == PDF
    assert got.mimetype == "application/pdf"
    assert app.test_client().get(f"/tenders/{number}/documents/{place}").status_code == 404
    assert officer.post(f"/tenders/{number}/edit/documents/{place}/remove").status_code == 302
    assert officer.post(f"/tenders/{number}/edit/documents/{place}/remove").status_code == 409
    assert officer.get(f"/tenders/{number}/documents/{place}").status_code == 404


# Seats and rounds


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"finance": "head"}, "سه شخص"),
        ({"secretary": "head"}, "دبیر"),
        ({"evaluators": ("evaluator1", "evaluator2", "technical")}, "ارزیاب نمی‌تواند"),
        ({"evaluators": ("evaluator1", "evaluator2", "officer")}, "ارزیاب نمی‌تواند"),
        ({"technical": "firm1"}, "کارکنان فعال همین سازمان"),
    ],
)
def test_improper_seats_are_refused_with_the_rule(
    app: Flask, number: str, changes: dict[str, str | tuple[str, ...]], message: str
) -> None:
    with session_of(app) as session:
        ids = ground.ids_of(session)
        people = {
            seat: tuple(ids[name] for name in who) if isinstance(who, tuple) else ids[who]
            for seat, who in changes.items()
        }
        with pytest.raises(NotNow, match=message):
            advance(
                context_of(app, session, "officer"),
                tender_of(session, number),
                TenderAct.SEAT,
                seating(session, **people),
            )


def test_nobody_tied_to_a_firm_takes_a_seat(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ids = ground.ids_of(session)
        grant(context_of(app, session, "admin"), ids["evaluator3"], Role.FIRM, scope=Scope.FIRM, scope_id=1)
        with pytest.raises(NotNow, match="نماینده یک شرکت"):
            advance(context_of(app, session, "officer"), tender_of(session, number), TenderAct.SEAT, seating(session))


def test_seats_given_again_end_the_former_ones_and_keep_the_rest(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ids = ground.ids_of(session)
        advance(context_of(app, session, "officer"), tender_of(session, number), TenderAct.SEAT, seating(session))
    with session_of(app) as session:
        ctx = context_of(app, session, "officer", now(app) + dt.timedelta(minutes=1))
        changed = seating(session, head=ids["manager"])
        advance(ctx, tender_of(session, number), TenderAct.SEAT, changed)
        later_ctx = context_of(app, session, "officer", ctx.now + dt.timedelta(seconds=1))
        facts = FACTS.of(later_ctx, tender_of(session, number))
        assert facts.holders(Role.HEAD) == [ids["manager"]]
        assert facts.holders(Role.FINANCE) == [ids["finance"]]
        assert len(facts.seats) == 7


def test_seats_are_chosen_on_the_page_and_nobody_by_default(app: Flask, number: str, officer: FlaskClient) -> None:
    path = f"/tenders/{number}/edit/seats"
    shown = officer.get(path).text.partition('id="needed_shares"')[0]  # how many shares open is no person's seat
    assert "selected value" not in shown.replace('selected value=""', "")
    with session_of(app) as session:
        ids = ground.ids_of(session)
    data = {name: str(ids[name]) for name in ground.MEMBERS}
    evaluators = [str(ids[name]) for name in ground.EVALUATORS]
    assert officer.post(path, data={**data, "evaluators": evaluators}).status_code == 302
    assert officer.get(path).get_data(as_text=True).count(" checked") == 3


def test_seats_that_are_not_known_yet_stay_empty_and_are_told_as_missing(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    with session_of(app) as session:
        ids = ground.ids_of(session)
    data = {"head": str(ids["head"]), "evaluators": [str(ids["evaluator1"]), str(ids["evaluator2"])]}
    assert officer.post(f"/tenders/{number}/edit/seats", data=data).status_code == 302
    with session_of(app) as session:
        found = missing(context_of(app, session, "officer"), tender_of(session, number))
    told = [text for section, text in found if section == "seats"]
    assert told == [
        "«عضو مالی کمیسیون»، «عضو فنی کمیسیون»، «دبیر کمیسیون» را تعیین کنید.",
        "دست‌کم ۳ ارزیاب تعیین کنید.",
    ]


def test_who_may_not_sit_is_told_at_the_seat(app: Flask, number: str, officer: FlaskClient) -> None:
    with session_of(app) as session:
        ids = ground.ids_of(session)
    data = {"head": ids["head"], "finance": ids["head"], "secretary": ids["head"], "evaluators": ids["officer"]}
    found = refused(officer, f"/tenders/{number}/edit/seats", {name: str(person) for name, person in data.items()})
    assert [field for field, _ in found] == ["finance", "secretary", "evaluators"]


def test_the_slower_of_two_who_give_the_seats_is_told_and_may_insist(app: Flask, number: str) -> None:
    path = f"/tenders/{number}/edit/seats"
    first, second = signed_in(app, "officer"), signed_in(app, "officer")
    with session_of(app) as session:
        ids = ground.ids_of(session)
    seen = edition(second, path)
    assert first.post(path, data={"head": ids["head"], "edition": edition(first, path)}).status_code == 302
    late = second.post(path, data={"head": ids["manager"], "edition": seen})
    assert late.status_code == 409
    assert "مقدارهای کنونی پیش‌نویس" in late.text
    assert f'selected value="{ids["manager"]}"' in late.text
    insisting = re.search(r'name="edition"[^>]*value="(\w+)"', late.text)
    assert insisting
    assert second.post(path, data={"head": ids["manager"], "edition": insisting[1]}).status_code == 302


def test_a_wrongly_recorded_round_is_taken_out_of_the_draft_and_of_nothing_later(app: Flask, number: str) -> None:
    complete(app, number)
    officer, path = signed_in(app, "officer"), f"/tenders/{number}/insertions"
    data = {"outlet": "website", "name": "تارنمای اشتباه", "day": calendar.numeric(calendar.today(now(app)))}
    assert officer.post(path, data=data).status_code == 302
    with session_of(app) as session:
        wrong = next(i.id for i in tender_of(session, number).insertions if i.name == "تارنمای اشتباه")
    assert f"{path}/{wrong}/remove" in officer.get(path).text
    assert officer.post(f"{path}/{wrong}/remove").status_code == 302
    assert "تارنمای اشتباه" not in officer.get(path).text
    assert officer.post(f"{path}/{wrong}/remove").status_code == 409
    assert officer.post(f"/tenders/{number}/send").status_code == 302
    assert officer.post(f"{path}/1/remove").status_code == 409
    assert "/remove" not in officer.get(path).text


def test_a_round_on_an_unlikely_day_is_told_at_its_field(app: Flask, number: str, officer: FlaskClient) -> None:
    complete(app, number)
    data = {"outlet": "national_paper", "name": "روزنامه", "day": "1380/01/01"}
    found = refused(officer, f"/tenders/{number}/insertions", data)
    assert [(field, "یک سال" in text) for field, text in found] == [("day", True)]
    with session_of(app) as session:
        what = InsertionFacts(Outlet.WEBSITE, "تارنما", "", calendar.from_jalali(1380, 1, 1))
        with pytest.raises(NotNow, match="یک سال"):
            advance(context_of(app, session, "officer"), tender_of(session, number), TenderAct.RECORD_INSERTION, what)


def test_a_round_of_the_notice_is_recorded_once(app: Flask, number: str, officer: FlaskClient) -> None:
    path = f"/tenders/{number}/insertions"
    day = calendar.numeric(calendar.today(now(app)))
    data = {"outlet": "national_paper", "name": "روزنامه یک", "issue_no": "۱۲", "day": day}
    assert officer.post(path, data=data).status_code == 302
    assert officer.post(path, data=data).status_code == 409
    assert refused(officer, path, {**data, "day": "1404/12/30"})[0][0] == "day"


# The list of what is missing


def test_an_empty_draft_is_told_everything_section_by_section(app: Flask, number: str, officer: FlaskClient) -> None:
    with session_of(app) as session:
        found = missing(context_of(app, session, "officer"), tender_of(session, number))
    assert list(dict.fromkeys(section for section, _ in found)) == [
        "subject",
        "money",
        "schedule",
        "evaluation",
        "criteria",
        "documents",
        "seats",
        "insertions",
        "records",
    ]
    page = officer.get(f"/tenders/{number}/edit").get_data(as_text=True)
    assert all(html.escape(text) in page or text in page for _, text in found)
    assert "۱ از ۱۰ آماده" in page
    for section in ("subject", "money", "evaluation", "criteria", "seats"):
        shown = officer.get(f"/tenders/{number}/edit/{section}").text
        assert "برای تصویب مانده است" in shown, section
        assert "(اختیاری)" not in shown, section
    assert officer.post(f"/tenders/{number}/send").status_code == 409


@pytest.mark.parametrize(
    ("changes", "section"),
    [
        ({"subject": ""}, "subject"),
        ({"terms": ""}, "subject"),
        ({"estimate": None}, "money"),
        ({"budget_line": ""}, "money"),
        ({"funding_certificate": ""}, "money"),
        ({"setad_no": ""}, "money"),
        ({"board_resolution": ""}, "money"),
        ({"board_resolution_on": None}, "money"),
        ({"guarantee": None}, "money"),
        ({"guarantee": 9_850_000_000}, "money"),
        ({"opening_place": ""}, "schedule"),
        ({"closes_at": None}, "schedule"),
        ({"minimum_score": None}, "evaluation"),
        ({"impact": None}, "evaluation"),
    ],
)
def test_each_missing_fact_alone_stops_the_approval(
    app: Flask, number: str, changes: dict[str, object], section: str
) -> None:
    complete(app, number, **changes)
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        found = missing(ctx, tender_of(session, number))
        assert found[0][0] == section
        assert {place for place, _ in found} <= {section, "records"}
        with pytest.raises(NotNow, match="کامل نیست"):
            advance(ctx, tender_of(session, number), TenderAct.SEND_FOR_APPROVAL)


def test_one_round_of_the_notice_stops_the_approval(app: Flask, number: str) -> None:
    complete(app, number)
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        advance(ctx, tender, TenderAct.REMOVE_INSERTION, RoundRemoval(tender.insertions[0].id))
        assert [section for section, _ in missing(ctx, tender)] == ["insertions"]
        with pytest.raises(NotNow, match="ماده ۱۳"):
            advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)


def test_a_tender_without_envelope_a_needs_no_guarantee(app: Flask, number: str) -> None:
    complete(app, number, has_envelope_a=False, guarantee=None)
    with session_of(app) as session:
        assert missing(context_of(app, session, "officer"), tender_of(session, number)) == []


def test_facts_of_many_tenders_cost_as_many_questions_as_of_one(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        tender = tender_of(session, number)
        counts = []
        for many in (1, 30):
            rows = [Tender(id=tender.id + place) for place in range(many)]
            with questions_to(app) as asked:
                FACTS.preload(ctx.at(ctx.now), rows)
            counts.append(len(asked))
    assert counts == [5, 5]
