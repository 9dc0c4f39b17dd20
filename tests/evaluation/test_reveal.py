"""Commit, then reveal, over every page: no colleague's score, reason or pace reaches anybody before their own sheet is confirmed."""

import io
import re
import zipfile
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.notifications.models import Message
from tender_app.people.models import Person
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.law.test_routes import addresses
from tests.make import session_of, signed_in

CANARY, POINTS = "قناری درون معدن", ("61.37", "۶۱٫۳۷")
PEOPLE = (
    "", "evaluator2", "evaluator3", "officer", "secretary", "head", "auditor", "firm1", "observer",
)  # fmt: skip
CLOCK = re.compile(r"DTSTAMP:\w+|[۰-۹0-9]{1,2}:[۰-۹0-9]{2}(:[۰-۹0-9]{2})?|[0-9TZ:.+-]{19,}|value=\"[^\"]{40,}\"")


def number_of(app: Flask) -> str:
    """Return the tender under evaluation: its first evaluator has confirmed, the second scores, the third was invited."""
    with session_of(app) as session:
        number: str = session.scalars(sa.select(Tender.number).where(Tender.state == TenderState.TECHNICAL)).one()
        return number


def pages(app: Flask, number: str) -> list[str]:
    """Return every address of the tender, the desk and the messages."""
    return [*(a for a in addresses(app, "GET") if f"/{number}" in a), "/desk", "/messages"]


def told(client: FlaskClient, address: str) -> str:
    """Return what an address tells; of a workbook the text of its parts, without when it was written."""
    with client.get(address) as answer:
        if not answer.data.startswith(b"PK"):
            return str(answer.data, "utf-8", "ignore")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "\n".join(str(book.read(n), "utf-8", "ignore") for n in book.namelist() if n != "docProps/core.xml")


def sheet_of(session: sa.orm.Session, username: str) -> ScoreSheet:
    query = sa.select(ScoreSheet).join(Person, Person.id == ScoreSheet.person_id)
    query = query.join(Tender, Tender.id == ScoreSheet.tender_id)
    return session.scalars(query.where(Person.username == username, Tender.state == TenderState.TECHNICAL)).one()


def test_no_page_file_or_message_tells_a_confirmed_score_to_anybody_else(sqlite_demo: Flask) -> None:
    number = number_of(sqlite_demo)
    with session_of(sqlite_demo) as session:
        own = sa.update(Score).where(Score.sheet_id == sheet_of(session, "evaluator1").id)
        session.execute(own.values(points=Decimal(POINTS[0]), reason=CANARY))
        letters = [repr((m.subject, m.body, m.path)) for m in session.scalars(sa.select(Message))]
    everything = pages(sqlite_demo, number)
    found = []
    for who in PEOPLE:
        client = signed_in(sqlite_demo, who) if who else sqlite_demo.test_client()
        texts = [(address, told(client, address)) for address in everything]
        found += [(who, a) for a, text in texts if any(word in text for word in (CANARY, *POINTS))]
    assert found == []
    assert [text for text in letters if any(word in text for word in (CANARY, *POINTS))] == []
    reader = signed_in(sqlite_demo, "evaluator1")
    assert CANARY in told(reader, f"/tenders/{number}/scores")


@pytest.mark.parametrize("who", ["evaluator2", "evaluator3"])
def test_a_page_stays_the_same_while_a_colleague_goes_on(sqlite_demo: Flask, who: str) -> None:
    number = number_of(sqlite_demo)
    client = signed_in(sqlite_demo, who)
    own = f"/tenders/{number}"
    seen = [a for a in pages(sqlite_demo, number) if a.startswith((own, "/desk")) and "ledger" not in a]
    before = {a: CLOCK.sub("", told(client, a)) for a in seen}
    with session_of(sqlite_demo) as session:
        colleague = sheet_of(session, "evaluator1")
        colleague.state, colleague.confirmed_at = SheetState.SCORING, None
        session.execute(sa.update(Score).where(Score.sheet_id == colleague.id).values(points=Decimal(11), edition=9))
    after = {a: CLOCK.sub("", told(client, a)) for a in seen}
    assert [a for a in seen if before[a] != after[a]] == []
