"""The scoring room: the order drawn for each evaluator, the page of a criterion, pages noted, and what all of it asks."""

import hashlib
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench.evaluation import Wide, widen
from tender_app.bids.models import Bid, OpenedEnvelope, OpenedFile
from tender_app.bids.rules import EnvelopeKind
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Person
from tests.make import questions_to, session_of, signed_in

JSON = {"Accept": "application/json"}
ASKED = (8, 9, 14, 11)  # of a bid's page, a criterion's, the sheet and a save; the demonstration's clock in all


def wide(app: Flask, bids: int, leaves: int) -> Wide:
    with session_of(app) as session:
        return widen(session, bids, leaves)


def order_on(client: FlaskClient, path: str) -> list[int]:
    """Return the bids that a page names, in its order."""
    return list(dict.fromkeys(int(bid) for bid in re.findall(r"/scores/(\d+)[\"#]", client.get(path).text)))


def test_bids_stand_in_an_order_of_ones_own_that_the_ledger_can_prove(sqlite_demo: Flask) -> None:
    found = wide(sqlite_demo, 9, 4)
    with session_of(sqlite_demo) as session:
        rows = session.execute(
            sa.select(Person.username, ScoreSheet.id, ScoreSheet.seed)
            .join(Person, Person.id == ScoreSheet.person_id)
            .where(ScoreSheet.tender.has(number=found.number))
        ).all()
        noted = {
            entry.case_id: entry.detail["seed"]
            for entry in session.scalars(
                sa.select(LedgerEntry).where(
                    LedgerEntry.case_kind == "score_sheet", LedgerEntry.act == "invite_evaluator"
                )
            )
        }
    assert [noted[row.id] for row in rows] == [row.seed for row in rows]
    assert len({row.seed for row in rows}) == len(rows)
    seed = next(row.seed for row in rows if row.username == "evaluator2")
    drawn = sorted(found.bids, key=lambda bid: hashlib.sha256(f"{seed}:{bid}".encode()).hexdigest())
    client = signed_in(sqlite_demo, "evaluator2")
    page = f"/tenders/{found.number}/scores"
    assert order_on(client, page) == drawn
    assert order_on(client, f"{page}/{drawn[3]}") == drawn
    assert order_on(client, f"{page}/criteria/{found.leaves[0]}") == drawn


def test_a_sheet_from_before_keeps_the_order_in_which_bids_came(sqlite_demo: Flask) -> None:
    found = wide(sqlite_demo, 5, 4)
    with session_of(sqlite_demo) as session:
        session.execute(sa.update(ScoreSheet).values(seed=""))
        came = list(session.scalars(sa.select(Bid.id).where(Bid.id.in_(found.bids)).order_by(Bid.submitted_at, Bid.id)))
    assert order_on(signed_in(sqlite_demo, "evaluator2"), f"/tenders/{found.number}/scores") == came


def test_a_criterion_is_scored_across_bids_without_a_script(sqlite_demo: Flask) -> None:
    found = wide(sqlite_demo, 4, 4)
    client = signed_in(sqlite_demo, "evaluator2")
    page = f"/tenders/{found.number}/scores/criteria/{found.leaves[1]}"
    typed = {f"p-{bid}": "۵۵" for bid in found.bids} | {f"r-{bid}": "یک‌جا" for bid in found.bids}
    typed |= {f"e-{bid}": "1" for bid in found.bids}
    refused = client.post(page, data=typed | {f"p-{found.bids[2]}": "101"})
    assert refused.status_code == 422
    assert "یک‌جا" in refused.text
    assert f'href="#p-{found.bids[2]}"' in refused.text
    assert client.post(page, data=typed).status_code == 302
    with session_of(sqlite_demo) as session:
        rows = session.query(Score).filter_by(reason="یک‌جا").all()
        assert [(row.criterion_id, str(row.points)) for row in rows] == [(found.leaves[1], "55")] * 4


def test_a_page_is_noted_beside_a_score_and_leads_to_its_file(sqlite_demo: Flask) -> None:
    found = wide(sqlite_demo, 3, 4)
    bid, leaf = found.bids[0], found.leaves[1]
    with session_of(sqlite_demo) as session:
        query = sa.select(OpenedFile.id).join(OpenedEnvelope, OpenedEnvelope.id == OpenedFile.opened_envelope_id)
        file = session.scalars(query.where(OpenedEnvelope.bid_id == bid, OpenedEnvelope.kind == EnvelopeKind.B)).one()
    client = signed_in(sqlite_demo, "evaluator2")
    cell = f"/tenders/{found.number}/scores/{bid}/{leaf}"
    typed = {"points": "70", "reason": "دلیل", "edition": "1"}
    bad = client.post(cell, data={**typed, "pages": "ص ۳، پیوست ۲"}, headers=JSON)
    assert bad.status_code == 422
    answer = client.post(cell, data={**typed, "pages": "صفحه ۱۲"}, headers=JSON)
    assert answer.json is not None
    (anchor,) = answer.json["anchors"]
    assert (answer.json["pages"], anchor["text"], anchor["is_shown"]) == ("ص ۱۲", "ص ۱۲", True)
    assert anchor["href"] == f"/tenders/{found.number}/bids/{bid}/files/{file}#page=12"
    with session_of(sqlite_demo) as session:
        kept = session.query(Score).filter_by(bid_id=bid, criterion_id=leaf, reason="دلیل").one()
        assert kept.pages == [[file, 12]]


def test_a_page_of_another_bids_file_is_refused_by_the_law(sqlite_demo: Flask) -> None:
    from tender_app.evaluation.rules import Scored, SheetAct  # noqa: PLC0415
    from tender_app.kernel.errors import NotNow  # noqa: PLC0415
    from tender_app.workflow.engine import advance  # noqa: PLC0415
    from tests.make import context_of  # noqa: PLC0415

    found = wide(sqlite_demo, 3, 4)
    with session_of(sqlite_demo) as session:
        query = sa.select(OpenedFile.id).join(OpenedEnvelope, OpenedEnvelope.id == OpenedFile.opened_envelope_id)
        file = session.scalars(
            query.where(OpenedEnvelope.bid_id == found.bids[1], OpenedEnvelope.kind == EnvelopeKind.B)
        ).one()
        ctx = context_of(sqlite_demo, session, "evaluator2")
        sheet = session.scalars(
            sa.select(ScoreSheet).where(
                ScoreSheet.person_id == ctx.actor.person_id, ScoreSheet.tender.has(number=found.number)
            )
        ).one()
        what = Scored(found.bids[0], found.leaves[0], None, "دلیل", 0, ((file, 1),))
        with pytest.raises(NotNow, match="از پیوست‌های پاکت ب این پیشنهاد نیست"):
            advance(ctx, sheet, SheetAct.SCORE, what)


def test_the_cell_tells_that_an_end_of_the_scale_has_no_reason(sqlite_demo: Flask) -> None:
    found = wide(sqlite_demo, 3, 4)
    client = signed_in(sqlite_demo, "evaluator2")
    page = f"/tenders/{found.number}/scores/{found.bids[0]}"
    told = re.compile(r"<p class=\"cell-hint\" data-bare-end>")
    assert len(told.findall(client.get(page).text)) == 0
    client.post(f"{page}/{found.leaves[1]}", data={"points": "100", "reason": "", "edition": "1"}, headers=JSON)
    assert len(told.findall(client.get(page).text)) == 1


def asked(app: Flask, act: object) -> list[str]:
    with questions_to(app) as told:
        act()  # type: ignore[operator]
    return [statement for statement in told if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]


def test_pages_and_saves_ask_the_same_of_three_bids_and_of_fifty(sqlite_demo: Flask) -> None:
    counts = []
    for bids, leaves in ((3, 4), (50, 60)):
        found = wide(sqlite_demo, bids, leaves)
        client = signed_in(sqlite_demo, "evaluator2")
        page = f"/tenders/{found.number}/scores"
        bid = asked(sqlite_demo, lambda: client.get(f"{page}/{found.bids[1]}"))  # noqa: B023 -- asked at once
        leaf = asked(sqlite_demo, lambda: client.get(f"{page}/criteria/{found.leaves[1]}"))  # noqa: B023
        sheet = asked(sqlite_demo, lambda: client.get(page))  # noqa: B023
        typed = {"points": "41", "reason": f"دلیل {bids}", "edition": "1"}
        cell = f"{page}/{found.bids[1]}/{found.leaves[1]}"
        save = asked(sqlite_demo, lambda: client.post(cell, data=typed, headers=JSON))  # noqa: B023
        assert not any("count(score.id)" in statement for statement in save)  # a save looks at one cell alone
        counts.append((len(bid), len(leaf), len(sheet), len(save)))
    assert counts == [ASKED, ASKED]
