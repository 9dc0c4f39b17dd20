"""The ranking as files and the pages that explain it: the same exact figures everywhere, to those who may read them."""

import csv
import io
import json
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from tender_app.dossier.ranking_files import safe
from tender_app.evaluation import queries
from tender_app.evaluation.models import TechnicalResult
from tender_app.evaluation.rank_file import ranked_file
from tender_app.evaluation.scoring import half_up
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import context_of, session_of, signed_in
from tests.verifier.script import script

NUMBER = "QZ-1405-CDA-01"


def ranking_of(demo: Flask, username: str) -> dict[str, Any]:
    answer = signed_in(demo, username).get(f"/tenders/{NUMBER}/ranking.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return dict(json.loads(answer.data))


def test_the_page_the_command_and_the_verifier_rank_by_the_same_exact_figures(demo: Flask) -> None:
    told = ranking_of(demo, "auditor")
    with session_of(demo) as session:
        tender = session.query(Tender).filter_by(number=NUMBER).one()
        view = queries.ranking(context_of(demo, session, "auditor"), tender)
        locked = [Fraction(r.score) for r in session.query(TechnicalResult).filter_by(tender_id=tender.id)]
    assert view is not None
    ranked = [row for row in told["bids"] if row["rank"]]
    kept = [(r.firm, str(r.technical), str(r.final), r.rank, r.place) for r in view.rows]
    assert [(r["firm"], r["technical"]["exact"], r["final"]["exact"], r["rank"], r["place"]) for r in ranked] == kept
    assert sorted(Fraction(r["technical"]["exact"]) for r in told["bids"]) == sorted(locked)
    case, verify = told["case"], script()
    scores = {b["id"]: verify.technical(case["criteria"], b["scores"], verify.mean_of(0)) for b in case["bids"]}
    assert scores == {r["bid"]: Fraction(r["technical"]["exact"]) for r in told["bids"]}
    offers = [(scores[r["bid"]], Fraction(r["price"])) for r in ranked]
    assert verify.finals(case["method"], offers, (Fraction(case["i"]),)) == [
        Fraction(r["final"]["exact"]) for r in ranked
    ]


def test_the_case_in_the_file_gives_the_same_ranks_by_the_command(demo: Flask) -> None:
    told = ranking_of(demo, "head")
    rows = ranked_file(json.dumps([told["case"]]))
    assert [(r["bid"], r["technical"], r["final"], r["rank"], r["status"]) for r in rows] == [
        (r["bid"], r["technical"]["rounded"], r["final"]["rounded"] if r["final"] else None, r["rank"], r["status"])
        for r in sorted(told["bids"], key=lambda r: [row["bid"] for row in rows].index(r["bid"]))
    ]


def test_the_lines_of_a_bid_add_up_to_its_score_exactly(demo: Flask) -> None:
    for row in ranking_of(demo, "auditor")["bids"]:
        gained = [Fraction(line["gained"]["exact"]) for line in row["criteria"]]
        assert sum(gained) == Fraction(row["technical"]["exact"])


def test_a_line_tells_the_share_that_makes_its_gain(demo: Flask) -> None:
    working = "(۸۸ + ۹۰ + ۹۲) ÷ ۳ = ۹۰ → ۹۰ × ۳۰٪ = ۲۷"
    assert working in [line["working"] for row in ranking_of(demo, "auditor")["bids"] for line in row["criteria"]]
    auditor = signed_in(demo, "auditor")
    assert working in auditor.get(f"/tenders/{NUMBER}/ranking.csv").data.decode("utf-8-sig")
    assert f'<bdi dir="ltr" class="formula">{working}</bdi>' in auditor.get(f"/tenders/{NUMBER}/ranking").text


def test_the_csv_says_line_by_line_what_the_json_says(demo: Flask) -> None:
    answer = signed_in(demo, "auditor").get(f"/tenders/{NUMBER}/ranking.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    scores = {row["رسید"]: row["مقدار دقیق"].replace(" ÷ ", "/") for row in rows if row["سطر"] == "امتیاز فنی"}
    told = ranking_of(demo, "auditor")
    assert scores == {row["bid"]: row["technical"]["exact"] for row in told["bids"]}
    finals = {row["رسید"]: (row["گردشده"], row["رتبه"]) for row in rows if row["رتبه"]}
    assert finals == {
        r["bid"]: (half_up(Fraction(r["final"]["exact"]), 6), str(r["rank"])) for r in told["bids"] if r["rank"]
    }


def test_after_the_announcement_all_read_the_ranking_and_nobody_outside_a_single_evaluators_points(demo: Flask) -> None:
    answer = demo.test_client().get(f"/tenders/{NUMBER}/ranking.json")
    told = json.loads(answer.data)
    assert told["case"] is None
    assert {row["criteria"] for row in told["bids"]} == {None}
    page = demo.test_client().get(f"/tenders/{NUMBER}/ranking/robustness")
    assert page.status_code == 200
    assert "وزن معیارها و امتیاز هر ارزیاب در این صفحه نیست" in page.text
    assert "بی هر ارزیاب" not in page.text


def test_staff_read_each_change_and_the_effect_of_each_evaluator(demo: Flask) -> None:
    page = signed_in(demo, "finance").get(f"/tenders/{NUMBER}/ranking/robustness")
    assert page.status_code == 200
    for text in ("شکننده‌ترین عدد", "وزن معیارها", "امتیازهای ارزیابان", "بی هر ارزیاب", "برنده"):
        assert text in page.text
    without = page.text[page.text.index("بی هر ارزیاب") :]
    assert "همان برنده" in without
    assert without.count("» می‌ماند") == without.count("همان برنده")


@pytest.mark.parametrize("path", ["ranking.json", "ranking.csv", "ranking/robustness"])
def test_before_the_prices_are_opened_there_is_nothing_to_read(demo: Flask, path: str) -> None:
    with session_of(demo) as session:
        number = session.query(Tender).filter_by(state=TenderState.TECHNICAL).one().number
    assert signed_in(demo, "head").get(f"/tenders/{number}/{path}").status_code in {403, 404}


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_file_is_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.5", "1459 ÷ 20", "73.5", "شرکت نمونه", "O'Brien"])
def test_figures_and_names_stay_as_they_are(text: str) -> None:
    assert safe(text) == text
