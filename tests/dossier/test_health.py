"""Alive is one thing, able to serve another: what monitors ask."""

import dataclasses
from pathlib import Path

from flask import Flask

from tender_app.store.database import Database
from tender_app.store.migrations import downgrade


def ready(app: Flask) -> tuple[int, list[str]]:
    answer = app.test_client().get("/readyz")
    assert answer.mimetype == "text/plain"
    return answer.status_code, answer.text.splitlines()


def test_the_process_says_that_it_lives(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_an_application_with_all_it_needs_is_ready(app: Flask) -> None:
    assert ready(app) == (200, ["ready"])


def test_a_storage_that_cannot_be_written_is_told(app: Flask) -> None:
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], storage=Path("/dev/null"))
    assert ready(app) == (503, ["the storage folder cannot be written"])


def test_migrations_that_are_missing_are_told(app: Flask) -> None:
    app.extensions["database"].dispose()
    downgrade(app.extensions["settings"].database_url, "base")
    assert ready(app) == (503, ["migrations are not at head: flask --app tender_app db upgrade"])


def test_a_database_that_is_away_is_told_and_the_process_still_lives(app: Flask, tmp_path: Path) -> None:
    app.extensions["database"].dispose()
    app.extensions["database"] = Database(f"postgresql+psycopg://tender@/tender?host={tmp_path}")
    assert ready(app) == (503, ["the database does not answer"])
    assert app.test_client().get("/healthz").status_code == 200
