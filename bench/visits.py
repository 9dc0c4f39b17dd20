"""What visitors send: pages, sign-in, and the envelope of a firm."""

import os
import re
import urllib.parse
from collections.abc import Mapping

from bench.house import House
from bench.load import Answer, Request, get
from tender_app.demo.stage import PASSWORD

FILE = b"%PDF-1.7\n" + os.urandom(5 * 1024 * 1024) + b"\n%%EOF\n"
CELLS = ("name", "role", "degree", "years", "share")
TEAM = (
    ("الف", "عامل", "دکتری", "۵", "۱۰۰"),
    ("ب", "دستیار", "کارشناسی", "۴", "۵۰"),
    ("پ", "دبیر", "کارشناسی", "۳", "۵۰"),
)
FIELDS = {
    **{f"team-{n}-{cell}": row[i] for n, row in enumerate(TEAM) for i, cell in enumerate(CELLS)},
    "approach": "روش",
    "experience": "سابقه",
    "declares": "y",
}
TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
COOKIE = re.compile(rb"Set-Cookie: (tender=[^;]+)", re.IGNORECASE)
LINE = "----a-line-between-parts"


def signed_in(house: House, username: str) -> str:
    """Return the cookie of a person of the demonstration; it holds the token of the forms too."""
    first = house.ask(get("/login"))
    values = {"username": username, "password": PASSWORD, "csrf_token": _found(TOKEN, first.body)}
    answer = house.ask(form_post("/login", _found(COOKIE, first.head), values))
    page = house.ask(get("/desk", _found(COOKIE, answer.head)))
    return _found(COOKIE, page.head)


def sealing(house: House, cookie: str, number: str) -> Request:
    """Let a firm begin its bid, and return what seals its envelope ب of 5 MB."""
    page = house.ask(get(f"/tenders/{number}/bid", cookie))
    token = {"csrf_token": _found(TOKEN, page.body)}
    house.ask(form_post(f"/tenders/{number}/bid/start", cookie, token))
    return upload(f"/tenders/{number}/bid/b", cookie, {**FIELDS, **token})


def upload(path: str, cookie: str = "", fields: Mapping[str, str] | None = None) -> Request:
    """Return a post of a form with a file of 5 MB."""
    return Request(b"".join(upload_parts(path, cookie, fields)), 302)


def upload_parts(
    path: str, cookie: str = "", fields: Mapping[str, str] | None = None, file: bytes = FILE
) -> tuple[bytes, bytes, bytes]:
    """Return the same in three parts, of which the middle one is the file itself."""
    said = "".join(
        f'--{LINE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (fields or {}).items()
    )
    disposition = 'Content-Disposition: form-data; name="files"; filename="plan.pdf"'
    before = f"{said}--{LINE}\r\n{disposition}\r\nContent-Type: application/pdf\r\n\r\n".encode()
    after = f"\r\n--{LINE}--\r\n".encode()
    size = len(before) + len(file) + len(after)
    return _head(path, cookie, f"multipart/form-data; boundary={LINE}", size) + before, file, after


def token_of(page: Answer) -> str:
    """Return the token that a page's forms carry."""
    return _found(TOKEN, page.body)


def form_post(path: str, cookie: str, values: Mapping[str, str], status: int = 302) -> Request:
    """Return a post of a form without files, and what is the right answer to it."""
    body = urllib.parse.urlencode(values).encode()
    return Request(_head(path, cookie, "application/x-www-form-urlencoded", len(body)) + body, status)


def _head(path: str, cookie: str, kind: str, size: int) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {size}\r\n\r\n".encode()


def _found(pattern: re.Pattern[bytes], text: bytes) -> str:
    match = pattern.search(text)
    if match is None:
        raise SystemExit(f"no {pattern.pattern!r} in an answer")
    return match[1].decode()
