"""SIGKILL between an act's commit, the sending of its letter and the mark: no letter is lost, and none is sent twice."""

import time
from collections import Counter
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from tender_app.ledger.models import Heartbeat
from tender_app.notifications.rules import DeliveryState as State
from tests.make import session_of
from tests.notifications.ground import due_now, states, told
from tests.notifications.sink import Sink, serving
from tests.storm.meanwhile import wait_for
from tests.storm.posting import Workers, working


def came(sink: Sink) -> Counter[tuple[str, str]]:
    """Return how often each letter came, by its recipient and its subject."""
    return Counter((str(m["To"]), str(m["Subject"])) for m in sink.mails)


def are_at_their_end(app: Flask) -> Callable[[], bool]:
    """Return whether no letter is under way any more; whatever waits for a further try waits no longer."""

    def asked() -> bool:
        due_now(app)
        return not {State.WAITING, State.SENDING, State.HANDING} & set(states(app))

    return asked


def test_killed_before_the_letter_was_handed_over_another_worker_takes_it_up_and_sends_it_once(app: Flask) -> None:
    sink = Sink()
    with serving(sink) as url, working(app, url) as workers:
        first, second = workers.start(), workers.start()
        killed: list[int] = []

        def kill_who_sends(_address: str) -> str:
            if not killed:
                killed.append(1)
                workers.kill(first)
                workers.kill(second)
            return "250 OK"

        sink.to = kill_who_sends
        told(app, 4)
        wait_for(are_at_their_end(app))
    assert killed
    assert set(states(app)) == {State.SENT}
    assert set(came(sink).values()) == {1}
    assert len(came(sink)) == 8


def test_killed_after_the_letter_was_handed_over_and_before_the_mark_it_is_not_sent_again_and_shown(app: Flask) -> None:
    sink = Sink()
    with serving(sink) as url:
        workers = Workers(app, url)
        workers.start()

        def kill_once(_address: str) -> str:
            sink.data = lambda _address: "250 taken"
            workers.kill()
            return "250 taken"

        sink.data = kill_once
        told(app)
        wait_for(lambda: sink.mails)
        assert State.HANDING in states(app)
        workers.start()
        try:
            wait_for(are_at_their_end(app))
        finally:
            workers.close()
    assert State.UNCERTAIN in states(app)
    assert set(states(app)) <= {State.UNCERTAIN, State.SENT}
    assert set(came(sink).values()) == {1}
    assert len(came(sink)) == 2


def test_killed_again_and_again_each_letter_comes_once_or_is_shown_as_uncertain(app: Flask) -> None:
    sink = Sink()
    with serving(sink) as url:
        workers = Workers(app, url)
        try:
            told(app, 12)
            for number in range(4):
                workers.start()
                wait_for(lambda: len(sink.mails) > 4 * number)  # noqa: B023
                workers.kill()
            workers.start()
            wait_for(are_at_their_end(app))
        finally:
            workers.close()
    found = Counter(states(app))
    assert set(found) <= {State.SENT, State.UNCERTAIN}
    assert max(came(sink).values()) == 1
    assert found[State.SENT] <= len(came(sink)) <= found.total() == 24


def test_two_workers_at_once_share_the_letters_and_each_comes_once(app: Flask) -> None:
    sink = Sink()
    sink.data = slowly
    with serving(sink) as url, working(app, url, 2) as workers:
        wait_for(lambda: beats(app) == 2)
        told(app, 30)
        wait_for(are_at_their_end(app))
        assert len(workers.executors()) == 2
    assert set(states(app)) == {State.SENT}
    assert set(came(sink).values()) == {1}
    assert len(came(sink)) == 60


def slowly(_address: str) -> str:
    """Take a letter, and some time."""
    time.sleep(0.05)
    return "250 taken"


def beats(app: Flask) -> int:
    """Return how many workers began to beat."""
    with session_of(app) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Heartbeat)) or 0
