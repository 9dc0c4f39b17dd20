"""One engine, and sessions for reading and for writing."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MS = 15_000
TURN = "turn"


class Database:
    """The engine of one installation; `write()` and `read()` give sessions that nobody else commits."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        writer = self.engine.execution_options(writes=True)
        self._write = sessionmaker(writer, expire_on_commit=False)
        self._read = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    def write(self) -> Session:
        """Return a session whose transaction holds the write lock from its first statement (SQLite)."""
        return self._write()

    def read(self) -> Session:
        """Return a session that only reads."""
        return self._read()

    def snapshot(self) -> Session:
        """Return a session that reads the database as it is at its first question, however long it goes on."""
        session = self._read()
        if self.engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return session

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a writing session; commit at the end, roll back on any error (commands of the console, jobs)."""
        with self.write() as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def one_at_a_time(session: Session, work: int) -> None:
    """Let one transaction at a time do this work, until it ends; on SQLite the write lock sees to it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(work)))


def create_engine(url: str) -> sa.Engine:
    """Return an engine; on SQLite with WAL, foreign keys, patience, and transactions begun by ourselves.

    What was asked with is kept out of its errors: they go into the log, and it carries no price and no person.
    """
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, hide_parameters=True)
    path = sa.engine.make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)
    turns = _Turns()
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", turns.begin)
    event.listen(engine, "checkin", turns.end)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; _begin_sqlite does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Turns:
    """Writers of one process in turns: SQLite lets each wait by asking again and again, and who waits longest may starve."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def begin(self, connection: sa.Connection) -> None:
        """Begin a transaction; one that writes waits for its turn here, then for other processes within SQLite."""
        if not connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get(TURN):
            connection.info[TURN] = self._turn.acquire(timeout=BUSY_MS / 1000)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def end(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        """Give the turn back with the connection, when its transaction is over and safe on the disk."""
        if record.info.pop(TURN, False):
            self._turn.release()
