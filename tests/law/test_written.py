"""The law in writing is made from the rows: docs/procedures/ is what the values say, and each act of a tender is told."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tender_app.procedures import ALL, consulting_bylaw, tender_act, written
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.diagram import drawing, legend, plan_of
from tender_app.workflow.table import Procedure

DOCS = Path(__file__).parents[2] / "docs" / "procedures"


def test_docs_procedures_is_what_the_values_say() -> None:
    stale = [name for name, text in written.files().items() if (DOCS / name).read_text("utf-8") != text]
    assert stale == [], "run `make procedures`"
    assert sorted(path.name for path in DOCS.iterdir()) == sorted(written.files())


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.key)
def test_a_diagram_holds_every_state_and_every_act_that_moves_on(procedure: Procedure[Any]) -> None:
    root = ET.fromstring(drawing(procedure))  # noqa: S314 -- drawn here
    texts = " ".join(t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}text"))
    plan = plan_of(procedure)
    assert [s for s in procedure.states if s not in procedure.skips and procedure.word(s) not in texts] == []
    on_spine = {(act, row) for row, acts in plan.spine.items() for act in acts}
    lanes = {(lane.act, row) for lane in plan.lanes for row in lane.sources}
    rows = {state: n for n, state in enumerate(plan.states)}
    assert on_spine | lanes == {(m.act, rows[s]) for m in procedure.moves if m.to is not None for s in m.source}
    assert [told.number for told in legend(procedure, plan)] == list(range(1, len(plan.lanes) + 1))
    crossing = [
        (a.number, b.number)
        for a in plan.lanes
        for b in plan.lanes
        if a is not b and a.place == b.place and a.span[0] <= b.span[1] and b.span[0] <= a.span[1]
    ]
    assert crossing == []


def test_here_and_the_way_walked_are_marked() -> None:
    walked = [TenderState.PREPARING, TenderState.AWAITING_APPROVAL, TenderState.PUBLISHED]
    root = ET.fromstring(drawing(tender_act.PROCEDURE, TenderState.PUBLISHED, walked))  # noqa: S314 -- drawn here
    fills = [box.get("fill") for box in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert fills[:3] == ["#e9eeda", "#e9eeda", "#435622"]
    assert fills.count("#435622") == 1


def test_acts_of_the_law_cite_their_articles_by_the_basis() -> None:
    act = {m.act: m.article for m in tender_act.PROCEDURE.moves}
    bylaw = {m.act: m.article for m in consulting_bylaw.PROCEDURE.moves}
    assert (act[TenderAct.OPEN_A], act[TenderAct.NAME_WINNERS]) == ("ماده ۱۸ بند ب", "ماده ۲۰")
    assert (bylaw[TenderAct.OPEN_B], bylaw[TenderAct.ISSUE_PRICE_MINUTES]) == ("ماده ۱۹", "ماده ۲۳")
    assert bylaw[TenderAct.RENEW] == ""
    assert TenderAct.OPEN_A not in bylaw
