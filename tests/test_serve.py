"""`make run`: what it prepares, what it tells, and what stops it."""

import dataclasses
import json
import socket
from pathlib import Path

import pytest
from flask import Flask

from tender_app.config import Settings, SettingsError
from tender_app.serve import demonstration, free_port, prepare
from tender_app.store import clock
from tender_app.store.database import Database
from tests.conftest import app_in
from tests.make import session_of


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """Give the application over an empty database, in SQLite alone."""
    return sqlite_app


def with_settings(app: Flask, **changed: object) -> Flask:
    """Change the settings of the application."""
    settings: Settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, **changed)  # type: ignore[arg-type]
    return app


def test_a_free_port_is_taken_as_typed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    assert free_port(str(port)) == port


@pytest.mark.parametrize("typed", ["0", "65536", "http", "-1", "۸۰۰۰", "8000x"])
def test_a_port_that_is_none_is_told_in_one_line(typed: str) -> None:
    with pytest.raises(SettingsError) as told:
        free_port(typed)
    assert str(told.value) == "PORT: takes a number from 1 to 65535"


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingsError) as told:
            free_port(str(port))
    assert str(told.value) == f"PORT: {port} cannot be used (Address already in use); choose another, as PORT=8080"


def test_a_mode_is_on_or_off() -> None:
    assert [demonstration(word) for word in ("0", "1")] == ["0", "1"]
    with pytest.raises(SettingsError, match="DEMO: takes 0 or 1"):
        demonstration("no")


def test_an_empty_folder_is_migrated_and_seeded_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = app_in(tmp_path)
    prepare(app)
    first = capsys.readouterr().out
    assert "Seeding" in first
    assert "officer          zeytoon-1405   کارشناس توسعه خوشه‌ها" in first
    with session_of(app) as session:
        assert clock.is_demonstration(session)
    prepare(app)
    assert capsys.readouterr().out == first.split("\n", 1)[1]


def test_demo_json_names_the_address_of_the_last_start(sqlite_demo: Flask) -> None:
    prepare(with_settings(sqlite_demo, public_url="http://127.0.0.1:8123"))
    settings: Settings = sqlite_demo.extensions["settings"]
    told = json.loads((settings.keys.parent / "demo.json").read_text("utf-8"))
    assert (told["base"], told["login"], len(told["accounts"])) == ("http://127.0.0.1:8123", "/login", 26)


def test_a_demonstration_is_not_served_for_real(sqlite_demo: Flask) -> None:
    with pytest.raises(SettingsError, match="TENDER_DATABASE_URL: holds the demonstration"):
        prepare(with_settings(sqlite_demo, demo=False))


def test_a_real_installation_is_not_served_as_a_demonstration(app: Flask) -> None:
    words = ["--name", "راهبر", "--username", "root", "--password", "four quiet invented words"]
    assert app.test_cli_runner().invoke(args=["create-admin", *words]).exit_code == 0
    prepare(with_settings(app, demo=False))
    with pytest.raises(SettingsError, match="TENDER_DEMO: takes 0 here"):
        prepare(with_settings(app, demo=True))


def test_an_aged_demonstration_is_offered_anew(sqlite_demo: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert sqlite_demo.test_cli_runner().invoke(args=["demo", "clock", "--forward", "90d"]).exit_code == 0
    prepare(sqlite_demo)
    assert "TENDER_DEMO=1 .venv/bin/flask --app tender_app demo reset" in capsys.readouterr().out


def test_a_storage_that_cannot_be_written_stops_the_start(app: Flask) -> None:
    with pytest.raises(SettingsError, match="TENDER_STORAGE_URL: the folder /dev/null cannot be written"):
        prepare(with_settings(app, storage=Path("/dev/null")))


def test_a_database_that_is_away_stops_the_start(app: Flask, tmp_path: Path) -> None:
    url = f"postgresql+psycopg://tender@/tender?host={tmp_path}"
    app.extensions["database"] = Database(url)
    with pytest.raises(SettingsError) as told:
        prepare(with_settings(app, database_url=url))
    assert str(told.value).startswith("TENDER_DATABASE_URL: ")
    assert "\n" not in str(told.value)
