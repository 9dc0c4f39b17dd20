"""Addresses that somebody bent: each is a page or a page not found, on either database, never a fault of ours."""

import pytest
from flask import Flask

from tests.make import signed_in

LONG = "9" * 30
PATHS = (
    "/tenders/%00",
    "/tenders/QZ%0a",
    "/tenders/QZ-1405-CDA-99",
    f"/tenders/QZ-1405-CDA-01/scores/{LONG}",
    "/tenders/QZ-1405-CDA-01/scores/999999999999999999",
    f"/tenders/QZ-1405-CDA-01/ledger?after={LONG}",
    f"/clusters?organisation={LONG}",
    "/clusters/%00",
    f"/clusters/{LONG}",
    f"/contracts?before={LONG}",
    "/contracts/%00",
    f"/firms?after=0-{LONG}",
    f"/firms/{LONG}",
    "/papers/%00.pdf",
    "/verify?code=%00",
    f"/?state=open&after=20260101T000000.0-{LONG}",
    "/?q=%00&province=%00&until=%00",
    "/reset/%00",
    "/login?next=//example.org/%00",
    "/%00",
    "/%ff%fe",
)


@pytest.mark.parametrize("username", ["", "officer", "auditor", "admin", "evaluator1", "firm1"])
def test_a_bent_address_is_a_page_or_none(demo: Flask, username: str) -> None:
    client = signed_in(demo, username) if username else demo.test_client()
    for path in PATHS:
        assert client.get(path).status_code in {200, 302, 308, 403, 404}, path


def test_control_characters_in_a_form_are_dropped(demo: Flask) -> None:
    client = demo.test_client()
    answer = client.post("/login", data={"username": "off\x00icer", "password": "\x00"})
    assert answer.status_code in {401, 422}
    assert client.post("/verify", data={"code": "\x00\x0e"}).status_code == 200
