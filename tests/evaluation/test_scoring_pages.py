"""The pages of evaluation over HTTP, on the demonstration: what is saved while one types, and who sees what."""

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidState
from tender_app.evaluation.interview_models import Interview
from tender_app.evaluation.interview_rules import InterviewState
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.people.models import Person
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import Method, TenderState
from tests.make import questions_to, session_of, signed_in

JSON = {"Accept": "application/json"}


class Scoring:
    """The demonstration's tender under evaluation: the second evaluator is scoring, the third was only invited."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with session_of(app) as session:
            tender = session.query(Tender).filter_by(state=TenderState.TECHNICAL).one()
            self.number = tender.number
            self.bids = [
                b.id for b in session.query(Bid).filter_by(tender_id=tender.id, state=BidState.UNDER_EVALUATION)
            ]
            self.leaves = [c.id for c in session.query(Criterion).filter_by(tender_id=tender.id)]
        self.page = f"/tenders/{self.number}/scores"
        self.cell = f"{self.page}/{self.bids[0]}/{self.leaves[0]}"

    def kept(self) -> Score:
        with session_of(self.app) as session:
            query = (
                sa.select(Score)
                .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
                .join(Person, Person.id == ScoreSheet.person_id)
                .where(Person.username == "evaluator2", Score.bid_id == self.bids[0])
            )
            return session.scalars(query.where(Score.criterion_id == self.leaves[0])).one()


def save(client: FlaskClient, scoring: Scoring, points: str, edition: int) -> TestResponse:
    data = {"points": points, "reason": "دلیل تازه", "edition": edition}
    return client.post(scoring.cell, data=data, headers=JSON)


def test_a_cell_is_saved_while_one_types(demo: Flask) -> None:
    scoring = Scoring(demo)
    client = signed_in(demo, "evaluator2")
    before = scoring.kept().edition
    answer = save(client, scoring, "۷۷٫۵", before)
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["points"], answer.json["edition"]) == ("۷۷٫۵", before + 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", answer.json["saved_at"])
    assert str(scoring.kept().points) == "77.5"


def test_emptying_a_cell_of_which_nothing_was_kept_is_answered_whole(demo: Flask) -> None:
    scoring = Scoring(demo)
    with session_of(demo) as session:
        session.execute(sa.delete(Score))
    bare = {"points": "", "reason": "", "pages": "", "edition": "0"}
    answer = signed_in(demo, "evaluator2").post(scoring.cell, data=bare, headers=JSON)
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["points"], answer.json["edition"], answer.json["anchors"]) == ("", 0, [])
    assert answer.json["saved"]


def test_a_sheet_keeps_its_counts_once_scores_are_locked_and_says_that_it_is_closed(demo: Flask) -> None:
    with session_of(demo) as session:
        query = sa.select(Tender).where(Tender.state == TenderState.CONTRACTED, Tender.number.startswith("QZ"))
        tender = session.scalars(query.order_by(Tender.id.desc())).first()
        assert tender is not None
        bid = session.scalars(sa.select(Bid.id).where(Bid.tender_id == tender.id)).first()
        page = f"/tenders/{tender.number}/scores"
    client = signed_in(demo, "evaluator3")
    sheet, closed = client.get(page).text, client.get(f"{page}/{bid}").text
    assert "۰ از ۴ معیار" not in sheet + closed
    assert "۴ از ۴ معیار" in closed
    assert "تأیید شده و بسته است" in closed
    assert "تا تأیید برگه" not in closed


def test_who_has_not_declared_is_led_to_the_declaration(demo: Flask) -> None:
    scoring, client = Scoring(demo), signed_in(demo, "evaluator3")
    for page in (f"{scoring.page}/{scoring.bids[0]}", f"{scoring.page}/criteria/{scoring.leaves[0]}"):
        answer = client.get(page, follow_redirects=True)
        assert answer.request.path == scoring.page
        assert "نخست هر دو اعلام را امضا کنید" in answer.text


def test_a_newer_value_is_told_and_not_overwritten(demo: Flask) -> None:
    scoring = Scoring(demo)
    client = signed_in(demo, "evaluator2")
    before = scoring.kept().edition
    save(client, scoring, "80", before)
    answer = save(client, scoring, "60", before)
    assert answer.status_code == 409
    assert answer.json is not None
    assert (answer.json["newer"]["points"], answer.json["newer"]["edition"]) == ("۸۰", before + 1)
    assert str(scoring.kept().points) == "80"


@pytest.mark.parametrize("points", ["abc", "100.5", "12.345", "NaN"])
def test_what_is_no_score_is_named_and_not_kept(demo: Flask, points: str) -> None:
    scoring = Scoring(demo)
    before = scoring.kept()
    answer = save(signed_in(demo, "evaluator2"), scoring, points, before.edition)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["reason"]
    assert scoring.kept().points == before.points


def test_a_session_that_ended_is_told_so(demo: Flask) -> None:
    scoring = Scoring(demo)
    assert save(demo.test_client(), scoring, "70", 1).status_code == 401


def test_the_whole_form_is_saved_without_a_script_and_gives_back_what_was_refused(demo: Flask) -> None:
    scoring = Scoring(demo)
    client = signed_in(demo, "evaluator2")
    address = f"{scoring.page}/{scoring.bids[0]}"
    first, second = scoring.leaves[0], scoring.leaves[1]
    typed = {f"p-{leaf}": "۶۶" for leaf in scoring.leaves} | {f"r-{leaf}": "از فرم" for leaf in scoring.leaves}
    typed |= {f"e-{leaf}": "1" for leaf in scoring.leaves}
    refused = client.post(address, data=typed | {f"p-{second}": "۱۰۱"})
    assert refused.status_code == 422
    assert "۱۰۱" in refused.text
    assert "از فرم" in refused.text
    assert scoring.kept().reason != "از فرم"
    assert client.post(address, data=typed).status_code == 302
    assert (str(scoring.kept().points), scoring.kept().reason, first) == ("66", "از فرم", scoring.leaves[0])


@pytest.mark.parametrize("who", ["officer", "manager", "secretary", "finance", "auditor", "admin", "head"])
def test_nobody_but_the_evaluator_opens_a_sheet(demo: Flask, who: str) -> None:
    scoring = Scoring(demo)
    client = signed_in(demo, who)
    assert client.get(scoring.page).status_code == 403
    assert client.get(f"{scoring.page}/{scoring.bids[0]}").status_code in {403, 404}
    assert save(client, scoring, "10", 1).status_code in {403, 404}


def test_an_evaluator_meets_no_price_and_no_colleagues_score_before_confirming(demo: Flask) -> None:
    scoring = Scoring(demo)
    client = signed_in(demo, "evaluator2")
    for path in ("", f"/{scoring.bids[0]}", f"/{scoring.bids[1]}", "/confirm"):
        text = client.get(scoring.page + path).text
        assert "نگار" not in text  # the colleague who confirmed
    for path in ("ranking", "technical", "decision", "opening"):
        assert client.get(f"/tenders/{scoring.number}/{path}").status_code in {403, 404}
    with session_of(demo) as session:
        assert session.query(Price).join(Bid).filter(Bid.id.in_(scoring.bids)).count() == 0


def test_the_button_that_leads_is_the_next_task_and_never_the_way_out(demo: Flask) -> None:
    scoring = Scoring(demo)
    client = signed_in(demo, "evaluator2")
    found = re.findall(r'class="btn btn-(\w+) btn-block" href="[^"]*/(\w+)"', client.get(scoring.page).text)
    assert found == [("quiet", "recuse"), ("primary", "confirm")]
    save(client, scoring, "", scoring.kept().edition)
    found = re.findall(r'class="btn btn-(\w+) btn-block" href="[^"]*/(\w+)"', client.get(scoring.page).text)
    assert found == [("quiet", "recuse")]


def test_ones_own_totals_stand_beside_the_confirmation(demo: Flask) -> None:
    scoring = Scoring(demo)
    text = signed_in(demo, "evaluator2").get(f"{scoring.page}/confirm").text
    assert "امتیازهای من" in text
    assert text.count("۴ از ۴") == 3


def test_the_working_and_the_chart_of_a_combined_score_are_on_the_page(demo: Flask) -> None:
    with session_of(demo) as session:
        done = session.query(Tender).filter_by(state=TenderState.CONTRACTED).order_by(Tender.id.desc()).first()
        assert done is not None
        done.method, done.technical_share, number = Method.QCBS, Decimal("0.8"), done.number
    text = demo.test_client().get(f"/tenders/{number}/ranking").text
    assert "۰٫۸ × " in text
    assert "امتیاز نهایی هر پیشنهاد" in text


def test_a_closed_sheet_is_told_so_in_words_and_goes_out_alone(demo: Flask) -> None:
    scoring = Scoring(demo)
    client = signed_in(demo, "evaluator1")
    sheet, offered = client.get(scoring.page).text, client.get(f"{scoring.page}/import").text
    assert ("دریافت برگه من" in sheet, "بازآورید" in sheet) == (True, False)
    for text in (offered, client.get(f"{scoring.page}/{scoring.bids[0]}").text):
        assert ("برگه شما تأیید شده و بسته است" in text, "شدنی نیست" in text) == (True, False)
    assert (f'href="{scoring.page}"' in offered, "بفرستید" in offered) == (True, False)
    assert "ببرید و بازآورید" in signed_in(demo, "evaluator2").get(scoring.page).text


def test_what_was_not_held_before_the_prices_is_told_and_offered_to_nobody(demo: Flask) -> None:
    with session_of(demo) as session:
        number = session.query(Tender).filter_by(state=TenderState.PRICES_OPENED).one().number
    head = signed_in(demo, "nm.head")
    talks, interviews = (head.get(f"/tenders/{number}/{page}").text for page in ("talks", "interviews"))
    for text in (talks, interviews):
        assert "امتیازها قطعی و قیمت‌ها گشوده شده است" in text
        assert "برگزار نشد" in text
        assert [word for word in ("می‌تواند", "تعیین می‌کند", "ثابت شده", "امتیاز می‌دهد") if word in main_of(text)] == []


def test_an_interview_that_ended_promises_no_news(demo: Flask) -> None:
    with session_of(demo) as session:
        interview = session.query(Interview).filter_by(state=InterviewState.HELD).first()
        assert interview is not None
        address = f"/tenders/{interview.tender.number}/interviews/{interview.id}"
    text = signed_in(demo, "auditor").get(address).text
    assert "مصاحبه برگزار شد" in text
    assert [word for word in ("data-live", "آنچه می‌بینید خبر ساعت", "http-equiv") if word in text] == []


def main_of(text: str) -> str:
    """Return what a page itself says."""
    return text[text.index("<main") : text.index("</main>")]


def test_the_ranking_is_public_only_after_the_award(demo: Flask) -> None:
    with session_of(demo) as session:
        done = session.query(Tender).filter_by(state=TenderState.CONTRACTED).order_by(Tender.id.desc()).first()
        running = session.query(Tender).filter_by(state=TenderState.TECHNICAL).one()
        assert done is not None
        numbers = done.number, running.number
    visitor = demo.test_client()
    assert visitor.get(f"/tenders/{numbers[0]}/ranking").status_code == 200
    assert visitor.get(f"/tenders/{numbers[1]}/ranking").status_code in {302, 403, 404}


def queries_of(app: Flask, client: FlaskClient, path: str) -> int:
    with questions_to(app) as told:
        assert client.get(path).status_code == 200
    return len(told)


def test_the_scoring_page_asks_the_same_whatever_was_scored(demo: Flask) -> None:
    scoring = Scoring(demo)
    client = signed_in(demo, "evaluator2")
    address = f"{scoring.page}/{scoring.bids[0]}"
    full = queries_of(demo, client, address)
    with session_of(demo) as session:
        session.execute(sa.delete(Score))
    assert queries_of(demo, client, address) == full - 1  # only a whole sheet asks whether the interviews were heard
