"""What a request may carry and how it is answered: files that nobody asked for, bodies too large, cookies, tokens."""

import io
import re
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.test import create_environ, run_wsgi_app

from tender_app.people.models import Person
from tender_app.web.uploads import Digest
from tests.make import people_in, session_of, signed_in

ATTACH = "/tenders/QZ-1405-CDA-01/edit/documents"


@pytest.mark.parametrize("address", [ATTACH, "/login", "/verify", "/nothing"])
def test_a_file_from_nobody_is_not_held_in_memory(sqlite_app: Flask, address: str) -> None:
    with sqlite_app.test_request_context(address, method="POST", data={"file": (io.BytesIO(b"%PDF-"), "a.pdf")}):
        assert isinstance(request.files["file"].stream, Digest)


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/login", 413, "پرونده بزرگ‌تر از اندازه پذیرفته است"),
        ("/nothing", 404, "چنین صفحه‌ای پیدا نشد"),
        ("/tenders/QZ-1405-CDA-01/bid/b", 401, "برای این صفحه باید وارد شوید"),
    ],
)
def test_a_refused_body_is_read_to_its_end_so_that_the_browser_shows_why(
    sqlite_app: Flask, address: str, status: int, told: str
) -> None:
    sqlite_app.config["MAX_CONTENT_LENGTH"] = 10_000
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    environ = create_environ(address, method="POST", data={"file": (io.BytesIO(b"a" * 30_000), "a.pdf")})
    pages, line, _ = run_wsgi_app(sqlite_app, environ)
    assert line.startswith(str(status))
    assert told in b"".join(pages).decode()
    assert environ["wsgi.input"].read() == b""


@pytest.mark.parametrize(("base", "is_secure"), [("https://localhost", True), ("http://localhost", False)])
def test_a_cookie_that_came_over_https_is_secure(sqlite_app: Flask, base: str, is_secure: bool) -> None:  # noqa: FBT001 -- the case's column
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    cookie = sqlite_app.test_client().get("/login", base_url=base).headers["Set-Cookie"]
    assert ("HttpOnly" in cookie, "SameSite=Lax" in cookie, "Secure" in cookie) == (True, True, is_secure)


def test_no_post_is_done_without_the_token_of_its_own_session(sqlite_app: Flask) -> None:
    _, people = people_in(sqlite_app)
    client, other = signed_in(sqlite_app, "admin"), signed_in(sqlite_app, "admin")
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', other.get("/account").text)[0]
    suspend = f"/admin/people/{people['officer']}/suspend"
    for data in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": token}):
        assert client.post(suspend, data=data).status_code == 400
    with session_of(sqlite_app) as session:
        assert session.get_one(Person, people["officer"]).state.value == "active"
    assert other.post(suspend, data={"csrf_token": token}).status_code == 302


@pytest.mark.parametrize(
    "sent",
    [
        {"data": ""},
        {"json": {"name": 5, "code": ["GL"]}},
        {"json": {"name": "\ud800"}},
        {"json": [1]},
        {"data": "{", "content_type": "application/json"},
    ],
)
def test_what_is_no_form_is_an_empty_form(sqlite_app: Flask, sent: dict[str, Any]) -> None:
    people_in(sqlite_app)
    answer = signed_in(sqlite_app, "admin").post("/admin/organisations/new", **sent)
    assert answer.status_code == 422
    assert "این مورد را پر کنید" in answer.text


def test_an_option_that_is_not_offered_is_told_in_persian(sqlite_app: Flask) -> None:
    people_in(sqlite_app)
    for organisation in ("999", "x", "9" * 5000):
        answer = signed_in(sqlite_app, "admin").post("/admin/people/new", data={"organisation": organisation})
        assert "سازمان: این گزینه در فهرست کنونی نیست" in answer.text
