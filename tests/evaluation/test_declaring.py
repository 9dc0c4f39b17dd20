"""The two declarations on their pages: refusing opens nothing, a wrong password is told at its field and counted."""

import hashlib

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tender_app import create_app
from tender_app.bids.models import Bid
from tender_app.demo.stage import PASSWORD
from tender_app.evaluation.conflict_models import ConflictDeclaration
from tender_app.evaluation.conflict_rules import Turn
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetAct, SheetState
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Firm
from tender_app.tenders.models import Tender
from tests.evaluation.test_scoring_pages import Scoring
from tests.law.test_routes import addresses
from tests.make import session_of, signed_in

CONTENT = "مطالعه شناختی چهارماهه"
SEEN = 'name="seen" type="hidden" value="'


def sign(client: FlaskClient, address: str, password: str = PASSWORD) -> TestResponse:
    """Read a declaration and sign it."""
    seen = client.get(address).text.split(SEEN)[1][:64]
    return client.post(address, data={"password": password, "seen": seen})


def sheet_of(app: Flask, scoring: Scoring) -> tuple[int, SheetState]:
    """Return the sheet that was only invited, and its state."""
    with session_of(app) as session:
        query = sa.select(ScoreSheet.id, ScoreSheet.state).order_by(ScoreSheet.id.desc())
        row = session.execute(query.where(ScoreSheet.tender.has(number=scoring.number))).first()
        assert row is not None
        return row.id, row.state


def names_of(app: Flask, scoring: Scoring) -> list[str]:
    """Return the names of the bidders."""
    with session_of(app) as session:
        bidding = sa.select(Bid.firm_id).where(Bid.id.in_(scoring.bids))
        return list(session.scalars(sa.select(Firm.name).where(Firm.id.in_(bidding))))


def read(client: FlaskClient, pages: list[str]) -> dict[str, str]:
    """Return the text of every page that opens."""
    found = {}
    for address in pages:
        with client.get(address) as answer:
            if answer.mimetype in {"text/html", "application/json"}:
                found[address] = answer.get_data(as_text=True)
    return found


def test_each_declaration_opens_what_it_is_for_and_refusing_opens_nothing(sqlite_demo: Flask) -> None:
    scoring = Scoring(sqlite_demo)
    client, names = signed_in(sqlite_demo, "evaluator3"), names_of(sqlite_demo, scoring)
    own = [a for a in addresses(sqlite_demo, "GET") if scoring.number in a] + ["/desk", "/firms"]
    own += [f"{scoring.page}/{bid}" for bid in scoring.bids]
    shown = read(client, own)
    assert [(a, n) for a, text in shown.items() for n in (*names, CONTENT) if n in text] == []
    client.post(f"{scoring.page}/pledge", data={"password": "نادرست", "seen": "0" * 64})
    assert sheet_of(sqlite_demo, scoring)[1] is SheetState.INVITED
    assert sign(client, f"{scoring.page}/pledge").headers["Location"] == f"{scoring.page}/declare"
    shown = read(client, own)
    assert [name for name in names if name not in shown[f"{scoring.page}/declare"]] == []
    assert [a for a, text in shown.items() if CONTENT in text] == []
    assert client.get(f"{scoring.page}/{scoring.bids[0]}").headers["Location"] == scoring.page
    assert sign(client, f"{scoring.page}/declare").headers["Location"] == scoring.page
    assert CONTENT in client.get(f"{scoring.page}/{scoring.bids[0]}").text


def test_the_text_its_digest_and_the_instant_are_kept_and_in_the_ledger(sqlite_demo: Flask) -> None:
    scoring = Scoring(sqlite_demo)
    client = signed_in(sqlite_demo, "evaluator3")
    for act in ("pledge", "declare"):
        sign(client, f"{scoring.page}/{act}")
    sheet, _state = sheet_of(sqlite_demo, scoring)
    with session_of(sqlite_demo) as session:
        kept = session.scalars(
            sa.select(ConflictDeclaration).filter_by(sheet_id=sheet).order_by(ConflictDeclaration.id)
        )
        rows = kept.all()
        acts = (SheetAct.PLEDGE, SheetAct.DECLARE_NO_CONFLICT)
        query = sa.select(LedgerEntry).filter_by(case_kind="score_sheet", case_id=sheet).order_by(LedgerEntry.id)
        entries = [e for e in session.scalars(query) if e.act in acts]
        assert [row.turn for row in rows] == [Turn.FIRST, Turn.SECOND]
        assert [hashlib.sha256(row.text.encode()).hexdigest() for row in rows] == [row.digest for row in rows]
        assert [(e.act, e.at, e.detail) for e in entries] == [
            (act, row.signed_at, {"text": row.digest, "declaration": row.turn.value})
            for act, row in zip(acts, rows, strict=True)
        ]
        assert "۳ سال" in rows[1].text


@pytest.mark.parametrize(("changes", "status", "told"), [
    ({"password": "نادرست"}, 422, "گذرواژه درست نیست"),
    ({"password": ""}, 422, "برای امضا گذرواژه"),
    ({"seen": "0" * 64}, 409, "متن اعلام تازه شده است"),
])  # fmt: skip
def test_a_declaration_is_signed_by_ones_own_password_over_the_text_that_was_shown(
    sqlite_demo: Flask, changes: dict[str, str], status: int, told: str
) -> None:
    scoring = Scoring(sqlite_demo)
    client = signed_in(sqlite_demo, "evaluator3")
    seen = client.get(f"{scoring.page}/pledge").text.split(SEEN)[1][:64]
    answer = client.post(f"{scoring.page}/pledge", data={"password": PASSWORD, "seen": seen, **changes})
    assert answer.status_code == status
    assert told in answer.text
    assert ('id="password-error"' in answer.text) is (status == 422)
    assert PASSWORD not in answer.text
    assert sheet_of(sqlite_demo, scoring)[1] is SheetState.INVITED


def test_wrong_passwords_are_counted_from_whatever_address(sqlite_demo: Flask) -> None:
    scoring = Scoring(sqlite_demo)
    limited = create_app(sqlite_demo.extensions["settings"], RATELIMIT_ENABLED=True, WTF_CSRF_ENABLED=False)
    client, got = signed_in(limited, "evaluator3"), []
    for n in range(21):
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{n}"
        got.append(client.post(f"{scoring.page}/pledge", data={"password": "x", "seen": "0" * 64}).status_code)
    assert set(got[:20]) <= {409, 422}
    assert got[20] == 429
    limited.extensions["database"].dispose()


def test_stepping_aside_names_the_tender_and_what_follows_on_a_button_for_what_cannot_be_undone(
    sqlite_demo: Flask,
) -> None:
    scoring = Scoring(sqlite_demo)
    page = signed_in(sqlite_demo, "evaluator3").get(f"{scoring.page}/recuse").text
    with session_of(sqlite_demo) as session:
        title = session.scalars(sa.select(Tender.title).filter_by(number=scoring.number)).one()
    assert f"از ارزیابی «{title}» ({scoring.number}) کناره می‌گیرید" in page
    assert "رئیس کمیسیون باخبر می‌شود" in page
    form = page.split("<form")[-1]
    assert 'class="btn btn-final"' in form
    assert "بازگشت ندارد" in form
    assert "btn-primary" not in form


def test_who_steps_aside_before_the_first_declaration_never_learns_who_bids(sqlite_demo: Flask) -> None:
    scoring = Scoring(sqlite_demo)
    client, names = signed_in(sqlite_demo, "evaluator3"), names_of(sqlite_demo, scoring)
    client.post(f"{scoring.page}/recuse")
    assert sheet_of(sqlite_demo, scoring)[1] is SheetState.RECUSED
    pages = [scoring.page, f"{scoring.page}/recuse", f"{scoring.page}/declare", f"/tenders/{scoring.number}"]
    assert [(a, n) for a, text in read(client, pages).items() for n in names if n in text] == []
