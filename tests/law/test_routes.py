"""Every page × every role over HTTP: the law is asked, nothing breaks, and what is not one's own stays closed."""

import re

import pytest
from flask import Flask

from tender_app import create_app
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
NUMBERS = ["QZ-1405-CDA-01", "QZ-1405-CDA-02", "QZ-1405-CDA-03", "QZ-1405-CDA-04", "QZ-1405-CDA-05", "NM-1405-CDA-01"]
FINE = {200, 302, 401, 403, 404, 409, 422}


def addresses(app: Flask, method: str) -> list[str]:
    """Return an address for every route of the method: all tenders, and the first rows of everything else."""
    found = []
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.endpoint in {"static", "accounts.sign_out"}:
            continue
        for number in NUMBERS if "number" in rule.arguments else [""]:
            plain = re.sub(r"<(?:\w+:)?number>", number, rule.rule)
            plain = plain.replace("<section>", "money").replace("<kind>", "c").replace("<token>", "x")
            found.append(re.sub(r"<(?:\w+:)?code>", "AAAA-BBBB-CCCC", re.sub(r"<int:\w+>", "1", plain)))
    return found


@pytest.mark.parametrize("role", ROLES, ids=lambda r: r.replace(" ", "_"))
def test_every_page_answers_every_role_lawfully(demo: Flask, role: str) -> None:
    username = ROLES[role]
    client = signed_in(demo, username) if username else demo.test_client()
    answers = {address: client.get(address).status_code for address in addresses(demo, "GET")}
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
    assert signed_in(demo, "nm.officer").get("/tenders/QZ-1405-CDA-05").status_code == 404
    assert signed_in(demo, "officer").get("/tenders/NM-1405-CDA-01").status_code == 404
    assert signed_in(demo, "officer").get("/tenders/QZ-1405-CDA-05").status_code == 200


def test_every_route_declares_a_word_of_the_law(demo: Flask) -> None:
    bare = [r.endpoint for r in demo.url_map.iter_rules() if r.endpoint != "static" and not words_of(demo, r.endpoint)]
    assert bare == []


def test_a_bare_route_stops_the_start(app: Flask) -> None:
    own = create_app(app.extensions["settings"])
    own.add_url_rule("/bare", endpoint="bare", view_func=lambda: "bare")
    with pytest.raises(BareRouteError, match="bare"):
        demand(own)
