"""Every page, on a phone and on a desk: axe finds nothing serious, nothing scrolls sideways, nothing comes from elsewhere."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from tender_app.bids.models import Bid
from tender_app.clusters.models import Cluster
from tender_app.contracts.models import Contract
from tender_app.demo.stage import PASSWORD
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.interview_models import Interview
from tender_app.people.models import Firm, Person
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.views import SECTIONS
from tests.conftest import app_in, once
from tests.journeys.conftest import serving
from tests.make import session_of, signed_in

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
WIDTHS = (1280, 390)
PEOPLE = ("officer", "evaluator2", "head", "secretary", "manager", "firm1", "firm3", "auditor", "admin", "nm.officer")
EVERY = os.environ.get("EVERY_PAGE") == "1"  # each page of each tender, bid and question: some ten minutes
MANY = ("dossier.tender", "tenders.edit_section", "envelopes.seal")  # which show quite another page in another state
AUDIT = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.filter(v => ["serious", "critical"].includes(v.impact))
    .map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(", ")}`);
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Return (endpoint, address) of every page for every tender, bid, question, cluster, firm and contract there is."""
    with session_of(app) as session:
        values: dict[str, list[Any]] = {
            "number": list(session.scalars(sa.select(Tender.number))),
            "cluster_id": list(session.scalars(sa.select(sa.func.min(Cluster.id)).group_by(Cluster.state))),
            "firm_id": list(session.scalars(sa.select(sa.func.min(Firm.id)).group_by(Firm.state))),
            "contract_id": list(session.scalars(sa.select(Contract.id))),
            "person_id": list(session.scalars(sa.select(Person.id).where(Person.username.in_(("officer", "firm1"))))),
            "bid_id": list(session.scalars(sa.select(sa.func.max(Bid.id)).group_by(Bid.tender_id, Bid.state))),
            "question_id": list(session.scalars(sa.select(Question.id))),
            "interview_id": list(session.scalars(sa.select(sa.func.min(Interview.id)).group_by(Interview.state))),
            "explanation_id": list(
                session.scalars(sa.select(sa.func.min(PriceExplanation.id)).group_by(PriceExplanation.state))
            ),
            "organisation_id": [1],
            "section": list(SECTIONS),
            "kind": ["a", "b", "c"],
        }
    for rule in app.url_map.iter_rules():
        names = sorted(rule.arguments)
        if "GET" in (rule.methods or ()) and set(names) <= set(values):
            for chosen in product(*(values[name] for name in names)):
                given = dict(zip(names, chosen, strict=True))
                yield rule.endpoint, re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda m, given=given: str(given[m[1]]), rule.rule)  # type: ignore[misc]


def plan(app: Flask) -> dict[str, list[str]]:
    """Return who visits which page: the first one to whom it is shown; of most pages one is enough of a kind."""
    left = list(addresses(app))
    visits: dict[str, list[str]] = {}
    seen: set[str] = set()
    for name in ("", *PEOPLE):
        client = signed_in(app, name) if name else app.test_client()
        visits[name] = ["/desk"] if name else []
        for endpoint, address in left:
            if (EVERY or endpoint in MANY or endpoint not in seen) and is_shown(client, address):
                visits[name].append(address)
                seen.add(endpoint)
        left = [(endpoint, address) for endpoint, address in left if address not in visits[name]]
    return visits


def is_shown(client: FlaskClient, address: str) -> bool:
    """Tell whether an address shows this person a page of its own, and no part of one."""
    with client.get(address) as answer:
        return answer.status_code == 200 and answer.mimetype == "text/html" and b"<html" in answer.data


@pytest.fixture(scope="module")
def visits(shared: Path, seeded: Path) -> dict[str, list[str]]:
    """Give who visits what, found once for all workers."""

    def make(folder: Path) -> None:
        app = app_in(shutil.copytree(seeded, folder / "instance"))  # who signs in leaves a mark: not on what all copy
        (folder / "visits.json").write_text(json.dumps(plan(app)), "utf-8")
        app.extensions["database"].dispose()

    found: dict[str, list[str]] = json.loads((once(shared / "visits", make) / "visits.json").read_text("utf-8"))
    return found


def faults_of(page: Page, address: str) -> Iterator[str]:
    """Return what is wrong with a page at both widths."""
    page.goto(address)
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wider = page.evaluate(WIDER)
        if wider > 0:
            yield f"{width} px: {wider} px too wide"
        yield from (f"{width} px: {found}" for found in page.evaluate(AUDIT))


@pytest.mark.parametrize("name", ["", *PEOPLE], ids=lambda name: name or "public")
def test_every_page_is_whole_on_a_phone_and_on_a_desk(
    demo: Flask, browser: Browser, visits: dict[str, list[str]], name: str
) -> None:
    with serving(demo) as served:
        context = browser.new_context(locale="fa-IR")
        page = context.new_page()
        told: list[str] = []
        page.on("console", lambda m: told.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((served.address, "data:")) else told.append(r.url))
        if name:
            page.goto(f"{served.address}/login")
            page.fill("#username", name)
            page.fill("#password", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_url("**/desk")
        found = {}
        for address in visits[name]:
            told.clear()
            faults = [*faults_of(page, served.address + address), *told]
            if faults:
                found[address] = faults
        context.close()
    assert found == {}
