"""The demonstration's letters are read on a page: one's own alone, as text and as a page in a frame that may do nothing."""

import dataclasses
import re

import sqlalchemy as sa
from flask import Flask

from tender_app.notifications.delivery import Post
from tender_app.notifications.models import Delivery, Message
from tender_app.notifications.outbox import tell
from tender_app.notifications.rules import DeliveryState
from tender_app.people.models import Person
from tests.make import context_of, session_of, signed_in
from tests.notifications.ground import send_all

HOSTILE = "</pre></title><script>alert(1)</script> & «گیومه»"


def told(app: Flask) -> int:
    """Tell firm1 something hostile, let the worker's post carry it, and return the letter."""
    with session_of(app) as session:
        person = session.scalars(sa.select(Person.id).where(Person.username == "firm1")).one()
        tell(context_of(app, session, None), [person], HOSTILE, body=HOSTILE, path="/tenders/X")
    post = Post(app.extensions["database"], dataclasses.replace(app.extensions["settings"], smtp_url=""))
    assert send_all(post) >= 1
    with session_of(app) as session:
        letter = session.scalars(sa.select(Delivery).join(Message).where(Message.subject == HOSTILE)).one()
        assert (letter.state, letter.address) == (DeliveryState.SENT, "firm1@firm.example")
        return letter.id


def test_ones_own_letters_are_read_as_text_and_as_a_page_and_no_one_elses(demo: Flask) -> None:
    letter = told(demo)
    client = signed_in(demo, "firm1")
    assert f"/demo/mails/{letter}" in client.get("/demo/mails").text
    shown = client.get(f"/demo/mails/{letter}")
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    html = client.get(f"/demo/mails/{letter}/html")
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]
    assert "sandbox" in html.headers["Content-Security-Policy"]
    for page in (shown, html):
        assert "<script>alert" not in page.text
        assert "گیومه" in page.text
    assert not re.search(r"<(script|img|link|iframe)", html.text)
    for other in ("firm2", "officer", "auditor", "admin"):
        assert signed_in(demo, other).get(f"/demo/mails/{letter}").status_code == 404
        assert signed_in(demo, other).get(f"/demo/mails/{letter}/html").status_code == 404
    assert demo.test_client().get("/demo/mails").status_code == 302


def test_who_has_given_no_address_is_told_so_in_an_empty_box(sqlite_demo: Flask) -> None:
    shown = signed_in(sqlite_demo, "evaluator3").get("/demo/mails").text
    assert "نشانی رایانامه‌ای ثبت نشده است" in shown
    assert "نامه‌ای نرسیده است" in shown
