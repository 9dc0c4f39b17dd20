"""The public pages of the receipt log."""

import datetime as dt

import pytest
from flask import Flask

from tender_app.dossier.log import VERIFIERS
from tender_app.ledger import merkle, signing
from tender_app.ledger.pace import MINUTE, keep_pace
from tender_app.store import clock
from tests.make import session_of


@pytest.fixture
def kept(demo: Flask) -> Flask:
    """Give the demonstration after six minutes of its log."""
    with session_of(demo) as session:
        start = clock.true_now(session).replace(second=0, microsecond=0)
        for minute in range(7):
            keep_pace(session, demo.extensions["settings"], start + minute * MINUTE, is_active=True)
    return demo


def test_a_log_without_leaves_says_so(demo: Flask) -> None:
    client = demo.test_client()
    page = client.get("/log")
    assert page.status_code == 200
    assert "هنوز برگی نوشته نشده است" in page.text
    assert client.get("/log/heads.json").get_json() == []
    refused = client.get("/log/consistency.json")
    assert refused.status_code == 422
    assert "برگی ندارد" in refused.get_json()["reason"]


def test_an_outsider_rebuilds_the_log_from_what_is_public(kept: Flask) -> None:
    client = kept.test_client()
    assert client.get("/log").status_code == 200
    key = client.get("/log/key.json").get_json()
    heads = client.get("/log/heads.json").get_json()
    told = client.get("/log/entries.json").get_json()
    assert (told["start"], told["end"]) == (0, 7)
    hashes = [merkle.leaf_hash(signing.canonical(leaf)) for leaf in told["leaves"]]
    nodes: dict[merkle.Node, bytes] = {}
    for position, leaf in enumerate(hashes):
        nodes.update(dict(merkle.appended(nodes.__getitem__, position, leaf)))
    for head in heads:
        assert signing.is_signed(key["log_key"], signing.HEAD, head)
        assert merkle.hash_of(nodes.__getitem__, (0, head["size"])).hex() == head["root"]
    proof = client.get("/log/consistency.json", query_string={"from": 3, "to": 6}).get_json()
    roots = bytes.fromhex(heads[2]["root"]), bytes.fromhex(heads[5]["root"])
    assert merkle.is_consistent(3, 6, [bytes.fromhex(step) for step in proof["path"]], roots)
    assert [head["size"] for head in client.get("/log/heads.json?after=5").get_json()] == [6, 7]


@pytest.mark.parametrize("asked", ["from=0&to=3", "from=4&to=3", "from=1&to=99", "from=x", "to=-1", "from=" + "9" * 40])
def test_a_question_that_makes_no_sense_is_told_so(kept: Flask, asked: str) -> None:
    answer = kept.test_client().get(f"/log/consistency.json?{asked}")
    assert answer.status_code == 422
    assert answer.get_json()["reason"]


@pytest.mark.parametrize("name", ["verify.py", "verify.html"])
def test_the_verifiers_are_handed_out_as_they_are(kept: Flask, name: str) -> None:
    with kept.test_client().get(f"/log/{name}") as answer:
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert answer.data == (VERIFIERS / name).read_bytes()


def test_the_public_log_names_nobody_and_counts_nothing(kept: Flask) -> None:
    told = kept.test_client().get("/log/entries.json").get_json()["leaves"]
    assert {frozenset(leaf) for leaf in told[1:]} == {frozenset({"kind", "from", "to", "commitment"})}
    assert all(dt.datetime.fromisoformat(leaf["to"]).second == 0 for leaf in told)
