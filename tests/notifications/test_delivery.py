"""Letters to a real mail server: what is sent arrives once and readable; what is refused, or not answered, is told."""

import contextlib
import datetime as dt
import socket
import threading
from collections.abc import Iterator
from typing import BinaryIO

import sqlalchemy as sa
from flask import Flask

from bench.house import free_port
from tender_app.notifications.models import Delivery
from tender_app.notifications.rules import PATIENCE, STALE
from tender_app.notifications.rules import DeliveryState as State
from tender_app.people.models import Person, PersonState
from tender_app.store import clock
from tests.make import session_of
from tests.notifications.ground import BODY, SUBJECT, due_now, letters, post_of, send_all, states, told
from tests.notifications.sink import Sink, serving


def test_one_event_brings_each_person_one_readable_persian_letter_and_no_second(app: Flask) -> None:
    told(app)
    sink = Sink()
    with serving(sink) as url:
        post = post_of(app, url)
        assert send_all(post) == 2
        assert send_all(post) == 0
    assert sorted(sink.recipients) == ["manager@qazvin.example", "officer@qazvin.example"]
    assert states(app) == [State.SENT, State.SENT]
    mail = sink.mails[0]
    assert mail["Subject"] == f"{SUBJECT} 0"
    assert mail["From"] == "سامانه مناقصه عامل توسعه خوشه <noreply@127.0.0.1>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert set(BODY.split("\n")) <= set(text.splitlines())
    assert "http://127.0.0.1:8000/tenders/QZ-1405-CDA-04" in text
    assert '<html lang="fa" dir="rtl">' in html
    assert 'href="http://127.0.0.1:8000/tenders/QZ-1405-CDA-04"' in html
    assert len({m["Message-ID"] for m in sink.mails}) == 2


def test_a_letter_that_is_refused_for_good_bounces_with_the_servers_words(app: Flask) -> None:
    told(app)
    sink = Sink()
    sink.to = lambda address: "550 5.1.1 no such user" if address.startswith("officer") else "250 OK"
    sink.data = lambda _address: "554 5.7.1 refused"
    with serving(sink) as url:
        send_all(post_of(app, url))
    assert [(d.state, d.error) for d in letters(app)] == [
        (State.BOUNCED, "550 5.1.1 no such user" if d.address.startswith("officer") else "554 5.7.1 refused")
        for d in letters(app)
    ]


def test_an_outage_and_a_refusal_for_now_lose_nothing(app: Flask) -> None:
    told(app)
    port = free_port()
    post = post_of(app, f"smtp://127.0.0.1:{port}")
    assert send_all(post) == 2
    assert {(d.state, d.turn) for d in letters(app)} == {(State.WAITING, 1)}
    assert send_all(post) == 0, "it is not tried again before the pause is over"
    sink = Sink()
    sink.to = lambda address: "451 4.3.0 later" if address.startswith("officer") else "250 OK"
    with serving(sink, port):
        due_now(app)
        assert send_all(post) == 2
        assert sorted(states(app)) == [State.SENT, State.WAITING]
        sink.to, sink.data = (lambda _address: "250 OK"), (lambda _address: "452 4.3.1 full")
        due_now(app)
        assert send_all(post) == 1
        sink.data = lambda _address: "250 taken"
        due_now(app)
        assert send_all(post) == 1
    assert states(app) == [State.SENT, State.SENT]
    assert len(sink.mails) == 2


def test_where_no_answer_comes_after_the_letter_was_handed_over_it_is_uncertain_and_not_sent_again(app: Flask) -> None:
    told(app)
    with listening(b"250 ok\r\n") as (url, dots):
        post = post_of(app, url)
        send_all(post)
        due_now(app)
        assert send_all(post) == 0
    assert states(app) == [State.UNCERTAIN, State.UNCERTAIN]
    assert len(dots) == 2


def test_where_the_line_breaks_before_the_letter_was_handed_over_it_is_tried_again(app: Flask) -> None:
    told(app)
    with listening(b"") as (url, dots):
        send_all(post_of(app, url))
    assert {(d.state, d.turn) for d in letters(app)} == {(State.WAITING, 1)}
    assert dots == []


@contextlib.contextmanager
def listening(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Let a server listen that answers each line alike and breaks off after the dot, or at once where the answer is empty."""
    dots: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=serve_on, args=(door, answer, dots), daemon=True).start()
        yield f"smtp://127.0.0.1:{door.getsockname()[1]}", dots


def serve_on(door: socket.socket, answer: bytes, dots: list[bytes]) -> None:
    """Serve until the door closes; keep each dot that came."""
    with contextlib.suppress(OSError):
        while True:
            line, _ = door.accept()
            with line, line.makefile("rb") as words:
                line.sendall(b"220 here\r\n")
                talk(line, words, answer, dots)


def talk(line: socket.socket, words: BinaryIO, answer: bytes, dots: list[bytes]) -> None:
    """Answer each line, until the letter has come."""
    for said in words:
        if not answer:
            return
        if said.strip().upper() == b"DATA":
            line.sendall(b"354 go on\r\n")
            if any(each == b".\r\n" for each in iter(words.readline, b"")):
                dots.append(said)
            return
        line.sendall(answer)


def test_a_person_without_an_address_or_without_an_account_gets_no_letter_and_it_is_told(app: Flask) -> None:
    told(app)
    with session_of(app) as session:
        session.scalars(sa.select(Person).filter_by(username="officer")).one().email = ""
        session.scalars(sa.select(Person).filter_by(username="manager")).one().state = PersonState.SUSPENDED
    sink = Sink()
    with serving(sink) as url:
        send_all(post_of(app, url))
    assert sorted(states(app)) == [State.FAILED, State.NO_ADDRESS]
    assert sink.mails == []


def test_only_the_run_that_holds_a_letter_comes_to_its_dot_and_an_overtaken_one_does_not(app: Flask) -> None:
    key = told(app)[0]
    sink = Sink()
    with serving(sink) as url:
        post = post_of(app, url)

        def overtake(address: str) -> str:
            sink.to = lambda _address: "250 OK"
            post.carry(key, 0)  # believed dead, and begun again by another worker
            return f"250 {address}"

        sink.to = overtake
        post.carry(key, 0)
        post.carry(key, 0)
    assert len(sink.mails) == 1
    assert states(app) == [State.SENT, State.WAITING]


def test_a_run_that_went_silent_before_the_dot_is_tried_again_and_after_it_is_uncertain(app: Flask) -> None:
    told(app)
    with session_of(app) as session:
        long_ago = clock.true_now(session) - STALE - dt.timedelta(seconds=1)
        first, second = session.scalars(sa.select(Delivery).order_by(Delivery.id))
        first.state, first.held_at, first.holder = State.SENDING, long_ago, "gone"
        second.state, second.held_at, second.holder = State.HANDING, long_ago, "gone"
    sink = Sink()
    with serving(sink) as url:
        assert send_all(post_of(app, url)) == 1
    assert states(app) == [State.SENT, State.UNCERTAIN]
    assert len(sink.mails) == 1


def test_a_job_that_the_engine_lost_is_asked_for_anew(app: Flask) -> None:
    told(app)
    sink = Sink()
    with serving(sink) as url:
        post = post_of(app, url)
        assert post.relay(lambda *_: None) == 2
        assert send_all(post) == 0
        with session_of(app) as session:
            long_ago = clock.true_now(session) - STALE - dt.timedelta(seconds=1)
            session.execute(sa.update(Delivery).values(asked_at=long_ago))
        assert send_all(post) == 2
    assert len(sink.mails) == 2


def test_letters_wait_for_a_server_to_be_set_and_old_ones_are_not_sent_by_surprise(app: Flask) -> None:
    told(app)
    assert send_all(post_of(app)) == 0
    assert states(app) == [State.WAITING, State.WAITING]
    with session_of(app) as session:
        first = session.scalars(sa.select(Delivery).order_by(Delivery.id)).first()
        assert first is not None
        first.written_at -= PATIENCE + dt.timedelta(minutes=1)
    sink = Sink()
    with serving(sink) as url:
        assert send_all(post_of(app, url)) == 1
    assert states(app) == [State.FAILED, State.SENT]
