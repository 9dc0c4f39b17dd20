"""A real Chromium before a real server: the people of the story, each in a browser of their own."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tender_app.demo import seed
from tender_app.demo.stage import Stage, found_company
from tender_app.kernel import calendar
from tender_app.store import clock
from tests.journeys.people import People, Served
from tests.make import session_of


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """Give the application over an empty database, in SQLite alone."""
    return sqlite_app


@pytest.fixture
def demo(sqlite_demo: Flask) -> Flask:
    """Give the application over a demonstration, in SQLite alone."""
    return sqlite_demo


@pytest.fixture
def served(app: Flask) -> Iterator[Served]:
    """Give a server over a company with its people, three firms and the cluster map; no tender yet."""
    yield from _served(app)


@pytest.fixture
def people(served: Served, browser: Browser, tmp_path: Path) -> Iterator[People]:
    """Give the people of the story."""
    found = People(served, browser, tmp_path)
    yield found
    found.leave()


@pytest.fixture
def plain_people(served: Served, browser: Browser, tmp_path: Path) -> Iterator[People]:
    """Give the people of the story, in browsers without JavaScript."""
    found = People(served, browser, tmp_path, scripts=False)
    yield found
    found.leave()


@pytest.fixture
def postgresql_people(postgresql_app: Flask, browser: Browser, tmp_path: Path) -> Iterator[People]:
    """Give the people of the story before a server on PostgreSQL."""
    for ground in _served(postgresql_app):
        found = People(ground, browser, tmp_path)
        yield found
        found.leave()


def _served(app: Flask) -> Iterator[Served]:
    fill(app)
    with serving(app) as served:
        yield served


@contextlib.contextmanager
def serving(app: Flask) -> Iterator[Served]:
    """Give a server over an application, on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def fill(app: Flask) -> None:
    """Put a company, its people, three firms and the map into an empty database."""
    with session_of(app) as session:
        stage = Stage(session, app.extensions["settings"], clock.true_now(session))
        today = calendar.today(stage.now)
        stage.at(calendar.add_months(today, -12), 9)
        company = found_company(stage, stage.administrator(), seed.QAZVIN, seed.STAFF, "")
        seed.firms_of(stage, company)
        seed.map_of(stage, company, calendar.jalali_year(today))
