"""The worker beside the web process: it keeps the log's pace over the server's own settings, and lives as long as it."""

import os
import signal
import time
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from tender_app.ledger.models import Heartbeat, LogHead
from tests.make import session_of
from tests.storm.house import children, serving

PATIENCE = 30


def rows(app: Flask, model: type) -> int:
    """Return how many rows a table has."""
    with session_of(app) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never came about"
        time.sleep(0.1)


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_beats_is_begun_again_when_killed_and_ends_with_the_server(sqlite_demo: Flask) -> None:
    with serving(sqlite_demo) as house:
        wait_for(lambda: rows(sqlite_demo, LogHead) > 0)
        (keeper,) = [pid for pid in house.workers() if children(pid)]
        (first,) = children(keeper)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: children(keeper) not in ([], [first]))
        wait_for(lambda: rows(sqlite_demo, Heartbeat) > 1)
        (second,) = children(keeper)
        house.kill()
        wait_for(lambda: is_gone(keeper) and is_gone(second))
