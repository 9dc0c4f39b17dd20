"""Every page × every role over HTTP: the law is asked, nothing breaks, and what is not one's own stays closed."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app import create_app
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.web.law import BareRouteError, demand, words_of
from tests.make import session_of, signed_in

ROLES = {
    "nobody": None,
    "admin": "admin",
    "officer": "officer",
    "manager": "manager",
    "secretary": "secretary",
    "head": "head",
    "finance": "finance",
    "evaluator": "evaluator1",
    "firm": "firm1",
    "auditor": "auditor",
    "other officer": "nm.officer",
    "other firm": "nm.firm",
}
OLDEST = 2  # tenders whose contracts are over, as the third's nearly is, and that hold nothing more
FINE = {200, 302, 401, 403, 404, 409, 422}


def draft_of(app: Flask, company: str) -> str:
    """Return the number of the tender that a company prepares."""
    with session_of(app) as session:
        query = sa.select(Tender.number).where(Tender.state == TenderState.PREPARING, Tender.number.startswith(company))
        return session.scalars(query).one() or ""


def addresses(app: Flask, method: str) -> list[str]:
    """Return an address for every route of the method: each tender but the oldest, and the first rows of everything else."""
    found = []
    with session_of(app) as session:
        numbers = session.scalars(sa.select(Tender.number).order_by(Tender.id)).all()[OLDEST:]
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.endpoint in {"static", "accounts.sign_out"}:
            continue
        for number in numbers if "number" in rule.arguments else [""]:
            plain = re.sub(r"<(?:\w+:)?number>", number or "", rule.rule)
            plain = plain.replace("<section>", "money").replace("<kind>", "c").replace("<token>", "x")
            found.append(re.sub(r"<(?:\w+:)?code>", "AAAA-BBBB-CCCC", re.sub(r"<int:\w+>", "1", plain)))
    return found


def status(client: FlaskClient, address: str) -> int:
    """Return the status of an answer, which may be a file."""
    with client.get(address) as answer:
        return answer.status_code


@pytest.mark.parametrize("role", ROLES, ids=lambda r: r.replace(" ", "_"))
def test_every_page_answers_every_role_lawfully(demo: Flask, role: str) -> None:
    username = ROLES[role]
    client = signed_in(demo, username) if username else demo.test_client()
    answers = {address: status(client, address) for address in addresses(demo, "GET")}
    assert {a: s for a, s in answers.items() if s not in FINE} == {}


@pytest.mark.parametrize("role", ["nobody", "auditor", "other officer", "evaluator"], ids=lambda r: r.replace(" ", "_"))
def test_no_empty_post_of_a_bystander_changes_anything(demo: Flask, role: str) -> None:
    username = ROLES[role]
    client = signed_in(demo, username) if username else demo.test_client()
    with session_of(demo) as session:
        before = session.connection().exec_driver_sql("SELECT count(*), max(digest) FROM ledger_entry").one()
    theirs = "NM-" if role == "other officer" else "nothing"  # their own draft is theirs to edit
    statuses = {a: client.post(a).status_code for a in addresses(demo, "POST") if theirs not in a}
    with session_of(demo) as session:
        after = session.connection().exec_driver_sql("SELECT count(*), max(digest) FROM ledger_entry").one()
    assert {a: s for a, s in statuses.items() if s >= 500} == {}
    assert tuple(after) == tuple(before)


def test_staff_of_one_company_see_nothing_unpublished_of_another(demo: Flask) -> None:
    ours, theirs = draft_of(demo, "QZ-"), draft_of(demo, "NM-")
    assert signed_in(demo, "nm.officer").get(f"/tenders/{ours}").status_code == 404
    assert signed_in(demo, "officer").get(f"/tenders/{theirs}").status_code == 404
    assert signed_in(demo, "officer").get(f"/tenders/{ours}").status_code == 200


def test_every_route_declares_a_word_of_the_law(demo: Flask) -> None:
    bare = [r.endpoint for r in demo.url_map.iter_rules() if r.endpoint != "static" and not words_of(demo, r.endpoint)]
    assert bare == []


def test_a_bare_route_stops_the_start(app: Flask) -> None:
    own = create_app(app.extensions["settings"])
    own.add_url_rule("/bare", endpoint="bare", view_func=lambda: "bare")
    with pytest.raises(BareRouteError, match="bare"):
        demand(own)
