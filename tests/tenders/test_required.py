"""What the documents must say before anybody approves them, and what whoever approves is warned of (R07, R11)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tender_app.kernel import calendar
from tender_app.kernel.errors import NotNow
from tender_app.tenders import method_text
from tender_app.tenders.completeness import missing, warnings
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Changes, Method, Node, RunnerUpBasis, TenderAct, TieRule
from tender_app.workflow.engine import advance
from tests.make import context_of, session_of
from tests.tenders.ground import complete, days, draft, settle, tender_of


@pytest.fixture
def number(app: Flask) -> str:
    made = draft(app, settle(app))
    complete(app, made)
    return made


def refuses(app: Flask, number: str, words: str, **changes: Any) -> None:
    """Change the draft: it is not sent, and the reason says what is wrong."""
    criteria = changes.pop("criteria", None)
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        advance(ctx, tender, TenderAct.EDIT, Changes(changes, criteria=criteria))
        with pytest.raises(NotNow, match=words):
            advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)


def test_r07_weights_that_do_not_sum_to_a_hundred_are_refused(app: Flask, number: str) -> None:
    refuses(app, number, "باید ۱۰۰ باشد", criteria=(Node("روش", Decimal(60)), Node("تیم", Decimal("39.99"))))
    team = (Node("عامل", Decimal(50)), Node("همکاران", Decimal(49)))
    refuses(app, number, "تیم", criteria=(Node("روش", Decimal(60)), Node("تیم", Decimal(40), team)))


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("حداقل امتیاز فنی", {"minimum_score": None}),
        ("حداقل امتیاز فنی", {"minimum_score": Decimal("100.01")}),
        ("ضریب تأثیر", {"impact": Decimal("0.09")}),
        ("ضریب تأثیر", {"impact": Decimal("0.41")}),
        ("سهم امتیاز فنی", {"method": Method.QCBS, "technical_share": None}),
        ("تضمین", {"guarantee": None}),
        ("پایان اعتبار پیشنهادها", {"valid_until": None}),
    ],
)
def test_r07_a_floor_a_coefficient_a_guarantee_or_a_validity_that_is_wrong_is_refused(
    app: Flask, number: str, words: str, changes: dict[str, Any]
) -> None:
    refuses(app, number, words, **changes)


def test_r07_the_documents_say_the_formula_its_coefficient_the_tie_rule_and_the_runner_up() -> None:
    tender = Tender(method=Method.WEIGHTED_PRICE, impact=Decimal("0.3"), estimate=9_400_000_000)
    tender.runner_up_basis, tender.tie_rule = RunnerUpBasis.NOMINAL, TieRule.TECHNICAL
    rule = " ".join(method_text.rule(tender))
    assert "L = 100 × C ÷ (100 − i × (100 − t))" in rule
    assert "۰٫۳" in rule
    assert "۱۰٬۰۰۰٬۰۰۰٬۰۰۰ ریال" in rule  # vector WP-4: 9.4 billion at 80 points
    assert [part for part in ("امتیاز فنی بیشتری", "قیمت کمتری", "قرعه") if part in method_text.tie(tender)] == [
        "امتیاز فنی بیشتری",
        "قیمت کمتری",
        "قرعه",
    ]
    assert "قیمت پیشنهادی او" in method_text.runner_up(tender)
    tender.runner_up_basis = RunnerUpBasis.WEIGHTED
    assert "قیمت تراز شده او" in method_text.runner_up(tender)
    tender.method, tender.technical_share = Method.QCBS, Decimal("0.8")
    combined = " ".join(method_text.rule(tender))
    assert "S = T × St + P × Sf" in combined
    assert ["۰٫۸" in combined, "۰٫۲" in combined] == [True, True]


def test_r11_a_validity_that_ends_before_the_contract_is_refused_and_a_short_one_is_warned_of(
    app: Flask, number: str
) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        closes = calendar.today(days(ctx.now)["closes_at"])  # type: ignore[arg-type]
        contract_by = tender.contract_by
        assert contract_by is not None
        changes = {"valid_until": contract_by - dt.timedelta(days=1)}
        advance(ctx, tender, TenderAct.EDIT, Changes(changes))
        assert [text for _, text in missing(ctx, tender) if "ماده ۲۱" in text] != []
        for length, is_warned in ((89, True), (90, False)):
            valid = {"valid_until": closes + dt.timedelta(days=length)}
            advance(ctx, tender, TenderAct.EDIT, Changes(valid))
            assert missing(ctx, tender) == []
            assert any("۹۰ روز" in text for _, text in warnings(ctx, tender)) is is_warned
