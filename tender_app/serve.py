"""`make run`: migrate, seed the demonstration once, and serve with gunicorn at 127.0.0.1."""

import contextlib
import ctypes
import gc
import os
import signal
import socket
import time
from typing import Any

import sqlalchemy as sa
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers import gthread

from tender_app import create_app, worker
from tender_app.accounts.queries import demonstration_accounts
from tender_app.config import Settings, SettingsError
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.store.files import is_writable
from tender_app.store.migrations import is_at_head, upgrade

HOST = "127.0.0.1"
LAST_PORT = 65_535
KEEP_ALIVE = 30  # seconds: who types is saved over the connection that is there
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # mallopt(3)
PR_SET_PDEATHSIG = 1  # prctl(2)
LARGE = 128 * 1024


class Worker(gthread.ThreadWorker):
    """A worker whose threads are for visitors who have asked something.

    A browser opens connections that it may never use; each of them would hold a thread for seconds, and others wait.
    """

    def handle(self, conn: Any) -> Any:
        """Serve a connection that has sent something; hand a silent one back, to be looked at when it has."""
        is_silent = not (conn.initialized or conn.data_ready or conn.wait_for_data(0))
        return gthread._DEFER if is_silent else super().handle(conn)  # noqa: SLF001 -- its own word for "not yet"


class Server(BaseApplication):
    """Gunicorn over an application that was built already: it is loaded once, and the workers share it."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn; it reads no file and no argument besides."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application that each worker serves."""
        return self.app


def main() -> None:
    """Set up what is missing, say where and as whom to sign in, and serve."""
    port = free_port(os.environ.get("PORT") or "8000")
    address = f"http://{HOST}:{port}"
    os.environ.setdefault("TENDER_DEMO", demonstration(os.environ.get("DEMO") or "1"))
    os.environ.setdefault("TENDER_PUBLIC_URL", address)
    app = create_app()
    prepare(app)
    say(f"\n  {address}   (Ctrl-C ends it)\n")
    begin_worker(app.extensions["settings"])
    serve(app, port)


def free_port(typed: str) -> int:
    """Return the port that was asked for; end with one line if it is none, or taken."""
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed) <= LAST_PORT):
        raise SettingsError("PORT", f"takes a number from 1 to {LAST_PORT}")
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            tried.bind((HOST, int(typed)))
        except OSError as taken:
            raise SettingsError(
                "PORT", f"{typed} cannot be used ({taken.strerror}); choose another, as PORT=8080"
            ) from taken
    return int(typed)


def demonstration(typed: str) -> str:
    """Return the word that was typed for DEMO; end with one line if it is neither 0 nor 1."""
    if typed not in {"0", "1"}:
        raise SettingsError("DEMO", "takes 0 or 1")
    return typed


def serve(app: Flask, port: int) -> None:
    """Serve until a signal ends it."""
    spare_memory()
    options = {
        "bind": f"{HOST}:{port}",
        "workers": int(os.environ.get("WEB_CONCURRENCY", "2")),
        "threads": 4,
        "worker_class": Worker,
        "keepalive": KEEP_ALIVE,
        "preload_app": True,
        "accesslog": None,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    Server(app, options).run()


def begin_worker(settings: Settings) -> None:
    """Keep a worker running over the same settings: one that is killed is begun again, and all end with this process."""
    parent = os.getpid()
    if os.fork() == 0:
        _end_with(parent)
        status = 1
        while status != 0:
            _, status = os.waitpid(_worker(settings), 0)
            time.sleep(1)
        os._exit(0)


def _worker(settings: Settings) -> int:
    """Begin a worker; return its process."""
    parent = os.getpid()
    if (child := os.fork()) == 0:
        _end_with(parent)
        worker.run(settings)
        os._exit(0)
    return child


def _end_with(parent: int) -> None:
    """Ask the system for a signal when the parent ends; where it has no such call, the worker itself looks for its parent."""
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, signal.SIG_DFL)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before the system was asked
        os._exit(0)


def spare_memory() -> None:
    """Let workers share what is loaded, and give back what a password hash or an upload took for a moment.

    Else the C library keeps the 19 MB of every hash for the thread that made it, and the collector copies what is shared.
    """
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):  # another C library has its own ways
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(M_MMAP_THRESHOLD, LARGE)
        libc.mallopt(M_ARENA_MAX, 2)


def prepare(app: Flask) -> None:
    """Migrate the database; seed an empty demonstration, or say that it has aged.

    Raises SettingsError where the database or the folder of files cannot be used, or not in this mode.
    """
    settings: Settings = app.extensions["settings"]
    database: Database = app.extensions["database"]
    if not is_writable(settings.storage):
        raise SettingsError("TENDER_STORAGE_URL", f"the folder {settings.storage} cannot be written")
    try:
        _prepare_database(database, settings)
    except sa.exc.OperationalError as away:
        raise SettingsError("TENDER_DATABASE_URL", str(away.orig).splitlines()[0]) from away
    database.dispose()


def _prepare_database(database: Database, settings: Settings) -> None:
    if not is_at_head(database.engine):
        upgrade(settings.database_url)
    with database.read() as session:
        is_known = clock.is_demonstration(session)
    if settings.demo:
        _prepare_demonstration(database, settings)
    elif is_known:
        raise SettingsError(
            "TENDER_DATABASE_URL", "holds the demonstration, whose passwords all know; name another database"
        )


def _prepare_demonstration(database: Database, settings: Settings) -> None:
    from tender_app.demo import seed  # noqa: PLC0415 -- the demonstration is not part of serving

    with database.read() as session:
        is_filled, is_real = seed.is_filled(session), seed.is_real(session)
    if is_real:
        raise SettingsError("TENDER_DEMO", "takes 0 here: the database holds a real installation (DEMO=0 make run)")
    if not is_filled:
        say("  Seeding the demonstration (once, about half a minute) …")
        seed.seed(database, settings)
    elif seed.has_aged(database):
        say("  No tender is open any more; for a fresh demonstration:")
        say("  TENDER_DEMO=1 .venv/bin/flask --app tender_app demo reset")
    seed.tell_address(settings)
    for row in demonstration_accounts(settings):
        say(f"  {row.username:<16} {row.password:<14} {row.role}")


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
