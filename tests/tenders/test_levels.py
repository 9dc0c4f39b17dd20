"""The levels of a criterion: typed as lines, kept as points and sentences, shown to everyone, frozen at publication."""

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tender_app.tenders import levels, published
from tender_app.tenders.commands import terms_digest
from tender_app.tenders.judging import trim_fault
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import Aggregation
from tests.make import session_of, signed_in
from tests.tenders.ground import draft, settle, tender_of, tree

HUNDRED = Decimal(100)
TYPED = "۱۰۰: سه خوشه همانند\n0: سابقه ندارد\n\n ۳۷٫۵ : یک خوشه: تا میانه\n"


@pytest.fixture
def number(app: Flask) -> str:
    return draft(app, settle(app))


@pytest.fixture
def officer(app: Flask, number: str) -> FlaskClient:
    assert number
    return signed_in(app, "officer")


def test_lines_are_read_in_any_order_and_figures_of_any_script() -> None:
    assert levels.read(TYPED, HUNDRED) == (
        ("0", "سابقه ندارد"),
        ("37.5", "یک خوشه: تا میانه"),
        ("100", "سه خوشه همانند"),
    )
    assert levels.read("", HUNDRED) == ()


def test_five_lines_without_points_are_the_quarters_of_the_scale() -> None:
    assert [points for points, _ in levels.read("هیچ\nکم\nمیانه\nخوب\nکامل", Decimal(10))] == [
        "0",
        "2.5",
        "5",
        "7.5",
        "10",
    ]


def test_what_was_read_is_written_back_as_it_is_read_again() -> None:
    read = levels.read(TYPED, HUNDRED)
    assert levels.read(levels.written(read), HUNDRED) == read


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("۵۰ یک خوشه", "امتیاز و دونقطه نیست"),
        ("۵۰: یک\n۵۰٫۰: دو", "دو سطح یک امتیاز"),
        ("۱۰۱: زیاد", "بیشتر است"),
        ("۵۰:", "یک جمله"),
        ("۵۰: " + "ن" * 301, "۳۰۰ نویسه"),
        ("\n".join(f"{n}: سطح" for n in range(12)), "۱۱ سطح"),
        ("یک\nدو", "امتیاز و دونقطه نیست"),
    ],
)
def test_levels_that_do_not_fit_are_told(text: str, cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        levels.read(text, HUNDRED)


@pytest.mark.parametrize(
    ("trim", "evaluators", "fits"), [(1, 3, True), (1, 2, False), (2, 4, False), (2, 5, True), (0, 9, False)]
)
def test_a_trim_leaves_somebody(trim: int, evaluators: int, fits: bool) -> None:  # noqa: FBT001 -- a row of a table
    assert (trim_fault(Aggregation.TRIMMED_MEAN, trim, evaluators) is None) is fits
    assert trim_fault(Aggregation.MEAN, trim, evaluators) is None


def leaf(place: int, **cells: str) -> dict[str, str]:
    return {f"rows-{place}-{name}": value for name, value in cells.items()}


def test_a_leaf_is_kept_with_all_that_the_documents_say_and_comes_back(
    app: Flask, number: str, officer: FlaskClient
) -> None:
    path = f"/tenders/{number}/edit/criteria"
    rows = tree(("0", "سابقه", "100")) | leaf(
        0, top="۴۰", least="۱۰", evidence="گواهی حسن انجام کار", anchors="0: ندارد\n40: سه خوشه"
    )
    assert officer.post(path, data=rows).status_code == 302
    with session_of(app) as session:
        row = session.query(Criterion).filter_by(tender_id=tender_of(session, number).id).one()
        assert (row.top, row.least, row.anchors) == (Decimal(40), Decimal(10), [["0", "ندارد"], ["40", "سه خوشه"]])
        (told,) = published.terms_of(tender_of(session, number))["criteria"]
        assert (told["max"], told["least"], told["evidence"]) == ("40", "10", "گواهی حسن انجام کار")
        assert told["anchors"] == [["0", "ندارد"], ["40", "سه خوشه"]]
    page = officer.get(path).text
    assert "۴۰: سه خوشه" in page
    assert "از ۴۰ · حداقل ۱۰ · ۲ سطح" in page


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"least": "101"}, "rows-1-least"),
        ({"top": "0"}, "rows-1-top"),
        ({"anchors": "۲۰۰: زیاد"}, "rows-1-anchors"),
        ({"top": "10", "anchors": "۱۱: زیاد"}, "rows-1-anchors"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_nothing_is_lost(
    app: Flask, number: str, officer: FlaskClient, cells: dict[str, str], field: str
) -> None:
    rows = tree(("0", "روش", "60"), ("0", "تیم", "40")) | leaf(1, evidence="جدول تیم", **cells)
    answer = officer.post(f"/tenders/{number}/edit/criteria", data=rows)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "جدول تیم" in answer.text
    with session_of(app) as session:
        assert tender_of(session, number).criteria == []


def test_a_criterion_with_sub_criteria_is_not_scored_itself(number: str, officer: FlaskClient) -> None:
    rows = tree(("0", "روش", "100"), ("1", "برنامه", "100")) | leaf(0, least="40")
    answer = officer.post(f"/tenders/{number}/edit/criteria", data=rows)
    assert answer.status_code == 422
    assert "به زیرمعیارها ببرید" in answer.text


def test_a_trim_that_leaves_nobody_is_refused_at_its_field(app: Flask, number: str, officer: FlaskClient) -> None:
    path = f"/tenders/{number}/edit/evaluation"
    plain = {"method": "weighted_price", "minimum_bids": "1", "runner_up_basis": "nominal", "tie_rule": "lot"}
    answer = officer.post(path, data={**plain, "aggregation": "trimmed_mean", "trim": "2"})
    assert answer.status_code == 422
    assert "با ۳ ارزیاب، کنار گذاشتن ۲ امتیاز از هر سو کسی را باقی نمی‌گذارد؛ بیشترین ۱ است" in answer.text
    assert officer.post(path, data={**plain, "aggregation": "trimmed_mean", "trim": "۱"}).status_code == 302
    with session_of(app) as session:
        terms = published.terms_of(tender_of(session, number))
        assert (terms["aggregation"], terms["trim"], terms["tie_rule"]) == ("trimmed_mean", 1, "lot")
    assert officer.post(path, data={**plain, "aggregation": "mean", "trim": "2"}).status_code == 302
    with session_of(app) as session:
        assert tender_of(session, number).trim == 0


@pytest.mark.parametrize(
    "change",
    [
        {"aggregation": Aggregation.CONSENSUS},
        {"trim": 1},
        {"evidence": "گواهی"},
        {"least": Decimal(40)},
        {"anchors": [["0", "ندارد"]]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_r08_everything_that_decides_is_in_the_digest_of_the_terms(
    app: Flask, number: str, officer: FlaskClient, change: dict[str, object]
) -> None:
    officer.post(f"/tenders/{number}/edit/criteria", data=tree(("0", "سابقه", "100")))
    with session_of(app) as session:
        tender: Tender = tender_of(session, number)
        before, told = terms_digest(tender), published.terms_of(tender)
        for name, value in change.items():
            setattr(tender if hasattr(tender, name) else tender.criteria[0], name, value)
        assert terms_digest(tender) != before
        assert published.terms_of(tender) != told
