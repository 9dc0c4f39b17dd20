"""Letters round trip: whatever Persian was told is read again by a stranger's mail program, byte by byte."""

import dataclasses
import datetime as dt
import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tender_app.notifications.letter import mail_of, sender_of
from tender_app.notifications.models import Message
from tender_app.notifications.rules import DeliveryState as State
from tender_app.notifications.smtp import dotted
from tests.conftest import settings_in
from tests.notifications.ground import letters, post_of, send_all, told
from tests.notifications.sink import Sink, serving

SETTINGS = settings_in(Path("nowhere"))
SIGNS = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآأئؤ۰۱۲۳۴۵۶۷۸۹،؛؟«»()/.-: \u200cabcXYZ0189<>&\"'=@"
WORDS = st.text(SIGNS, min_size=1, max_size=200)


def read(mail: EmailMessage) -> EmailMessage:
    """Return a letter as the other side reads it off the line."""
    crossed = re.sub(rb"(?m)^\.", b"", dotted(mail))
    assert all(len(line) <= 998 for line in crossed.split(b"\r\n"))
    assert crossed.isascii()
    found: EmailMessage = email.message_from_bytes(crossed, policy=email.policy.default)
    return found


def message(subject: str, body: str, at: dt.datetime = dt.datetime(2026, 11, 27, 9, 30, tzinfo=dt.UTC)) -> Message:
    return Message(id=7, person_id=1, subject=subject, body=body, path="/tenders/QZ-1405-CDA-04", at=at)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.lists(WORDS, max_size=5))
def test_a_subject_and_a_body_are_read_as_they_were_told(subject: str, lines: list[str]) -> None:
    body = "\n".join(lines)
    mail = read(mail_of(SETTINGS, message(subject, body), "نام و نام", "a.b+c@mail.example"))
    assert str(mail["Subject"]).split() == subject.split()
    text, html = (part.get_content() for part in mail.iter_parts())
    if body.strip() and body.strip() != " ".join(subject.split()):
        assert body.strip() in text.replace("\r\n", "\n")
    assert "<html" in html
    assert [a.addr_spec for a in mail["To"].addresses] == ["a.b+c@mail.example"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(max_size=60))
def test_nothing_that_was_told_adds_a_head_to_the_letter(subject: str, name: str) -> None:
    hostile = f"{subject}\r\nBcc: all@mail.example\n\n{subject}".encode("utf-8", "ignore").decode()
    safe = name.encode("utf-8", "ignore").decode()
    mail = read(mail_of(SETTINGS, message(hostile, hostile), f"{safe}\r\nBcc: x@y.example", "a@mail.example"))
    assert mail["Bcc"] is None
    assert len(mail.get_all("Subject") or []) == 1
    assert [a.addr_spec for a in mail["To"].addresses] == ["a@mail.example"]


def test_the_same_message_has_the_same_id_however_often_it_is_sent() -> None:
    first, second = (mail_of(SETTINGS, message("الف", ""), "نام", "a@mail.example")["Message-ID"] for _ in range(2))
    assert first == second == "<7.20261127093000000000@127.0.0.1>"


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("", "noreply@127.0.0.1"),
        ("smtp://mail.example?from=tenders@qz.example", "tenders@qz.example"),
        ("smtps://post%40qz.example:secret@mail.example", "post@qz.example"),
        ("smtps://post:secret@mail.example", "noreply@127.0.0.1"),
    ],
)
def test_letters_come_from_the_address_that_was_set_or_from_the_accounts(url: str, sender: str) -> None:
    assert sender_of(dataclasses.replace(SETTINGS, smtp_url=url)) == sender


def test_where_encryption_was_asked_for_nothing_crosses_a_line_without_it(sqlite_app: Flask) -> None:
    told(sqlite_app)
    sink = Sink()
    with serving(sink) as url:
        send_all(post_of(sqlite_app, url.replace("smtp://", "smtp+starttls://user:hunter2@")))
    assert {(d.state, d.turn) for d in letters(sqlite_app)} == {(State.WAITING, 1)}
    assert not any("hunter2" in d.error for d in letters(sqlite_app))
    assert sink.mails == []
