"""A consultant's selection speaks of its own board and articles: no page of it names the Act's commission or its Art. 21."""

import re
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.tenders.bases import CONSULTING_BYLAW, TENDER_ACT
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import session_of, signed_in

PAGES = (
    "",
    "/rules",
    "/procedure",
    "/decision",
    "/decision/winners",
    "/decision/confirm",
    "/renew",
    "/cancel",
    "/refusal",
    "/refusal/record",
    "/refusal/next",
    "/keys",
    "/keys/member",
    "/keys/make",
    "/commission",
    "/opening",
    "/live",
    "/attendance",
    "/validity",
    "/guarantees",
    "/questions",
    "/addenda",
    "/prices/postpone",
    "/prices/range",
    "/ranking",
    "/messages",
    "/edit",
    "/edit/seats",
    "/edit/schedule",
    "/edit/calendar",
    "/lot",
    "/lot/announce",
    "/complaints",
    "/complain",
)
JUDGING = (
    "",
    "/conflicts",
    "/explanations",
    "/interviews",
    "/interviews/plan",
    "/ranking/robustness",
    "/scores",
    "/scores/import",
    "/talks",
    "/talks/open",
    "/technical",
    "/technical/lock",
    "/technical/replace",
)
POSITION = "دبیر کمیسیون معاملات"  # what a person is in the company, whatever is bought
FOREIGN = re.compile(
    r"کمیسیون|ماده ۲۱|ماده ۲۴|ماده ۵\b|\((?:ماده|مواد) [۰-۹]+(?: قانون برگزاری مناقصات)?\)|پاکت ج|پاکت ب\b|پاکت‌های ج"
)


def foreign_in(client: FlaskClient, number: str, pages: Sequence[str]) -> tuple[int, list[str]]:
    """Return how many of a tender's pages are shown, and where they speak of what is the Act's."""
    seen, found = 0, list[str]()
    for page in pages:
        answer = client.get(f"/tenders/{number}{page}")
        if answer.status_code != 200:
            continue
        seen += 1
        main = answer.text[answer.text.index("<main") : answer.text.index("</main>")].replace(POSITION, "")
        found += [f"{page}: {main[max(m.start() - 60, 0) : m.end() + 30]}" for m in FOREIGN.finditer(main)]
    return seen, found


@pytest.mark.parametrize("who", ["nm.officer", "nm.manager", "nm.head", "nm.finance", "nm.secretary", "firm1"])
def test_no_page_of_a_consultants_selection_names_the_acts_commission(demo: Flask, who: str) -> None:
    client = signed_in(demo, who)
    with session_of(demo) as session:
        query = sa.select(Tender).where(Tender.procedure == "consulting_bylaw", Tender.state != TenderState.PREPARING)
        numbers = [t.number for t in session.scalars(query)]
    assert numbers
    walked = [foreign_in(client, number, (*PAGES, *JUDGING)) for number in numbers]
    assert sum(seen for seen, _found in walked) > 3
    assert [line for _seen, found in walked for line in found] == []


@pytest.mark.parametrize("who", ["nm.officer", "nm.head", "nm.secretary", "nm.evaluator1"])
def test_no_page_of_its_scoring_does_while_it_runs(demo: Flask, who: str) -> None:
    with session_of(demo) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.procedure == "consulting_bylaw")).one()
        tender.state, tender.scores_digest = TenderState.TECHNICAL, ""
        number = tender.number
    seen, found = foreign_in(signed_in(demo, who), number, JUDGING)
    assert seen > 2
    assert found == []


@pytest.mark.parametrize(
    ("acts", "own"),
    [
        ("رئیس کمیسیون سهم‌ها را می‌سازد (ماده ۵).", "رئیس هیأت انتخاب سهم‌ها را می‌سازد."),
        ("هر شرکت یک پیشنهاد می‌دهد (ماده ۱۶).", "هر شرکت یک پیشنهاد می‌دهد (ماده ۱۹ آیین‌نامه)."),
        ("۳۰ روز پس از گشایش قیمت؛ ماده ۲۱ و عرف", "۳۰ روز پس از گشایش قیمت؛ عرف"),
        ("۱۰ روز کامل پس از پایان دریافت اسناد؛ ماده ۱۵ بند ب", "۱۰ روز کامل پس از پایان دریافت اسناد"),
        ("دارنده حق تألیف (ماده ۱۶ بند ث مورد ۸)", "دارنده حق تألیف (ماده ۱۶ بند ث مورد ۸)"),
        ("تضمین (ماده ۴ آیین‌نامه تضمین معاملات دولتی)", "تضمین (ماده ۴ آیین‌نامه تضمین معاملات دولتی)"),
    ],
)
def test_a_sentence_of_the_act_is_said_in_the_bylaws_words(acts: str, own: str) -> None:
    assert (CONSULTING_BYLAW.said(acts), TENDER_ACT.said(acts)) == (own, acts)
