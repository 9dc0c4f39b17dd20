"""Work that outlives a crash: a durable queue behind four words, so that its engine (DBOS Transact) can be changed.

Only the worker's process imports the engine, which takes two seconds. Its tables lie apart from ours: in a file of their
own beside SQLite, in the schema `dbos` on PostgreSQL. It runs a job at least once; what a job does is written so that a
second run of it finds that it is done. No term is left to it: what is due later is a row that the worker looks for.
"""

import datetime as dt
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tender_app.config import Settings

Work = Callable[[str, int], None]
VERSION = "1"  # raised only when jobs that are under way could not go on with the new code
QUEUE = "work"
AT_ONCE = 4  # jobs of one worker
FILE = "jobs.sqlite3"
KEPT = dt.timedelta(days=2)  # so long a finished job can be looked up


def executor_id(run: int) -> str:
    """Return a name that no other worker bears: its host, its process, its heartbeat's run, and chance."""
    return f"{socket.gethostname()}:{os.getpid()}:{run}:{secrets.token_hex(4)}"


def place_of(settings: Settings) -> str:
    """Return where the engine keeps its tables."""
    url = sa.make_url(settings.database_url)
    if url.drivername != "sqlite":
        return settings.database_url
    beside: Path = settings.keys.parent / FILE
    beside.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{beside}"


class EngineError(OSError):
    """The engine cannot keep its tables where it was told."""


class Jobs:
    """The engine of one process, running; a process has one."""

    def __init__(self, settings: Settings, executor: str, work: Mapping[str, Work]) -> None:
        import dbos  # noqa: PLC0415 -- see above

        self._dbos: Any = dbos
        dbos.DBOS(config=_config(settings, executor, dbos.DBOSConfig))
        step = dbos.DBOS.step(name="act")(lambda name, key, turn: work[name](key, turn))

        @dbos.DBOS.workflow(name="job")
        def job(name: str, key: str, turn: int) -> None:
            step(name, key, turn)

        self._job = job
        try:
            dbos.DBOS.launch()
            dbos.DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=0.5)
        except dbos.error.DBOSException as refused:
            dbos.DBOS.destroy(destroy_registry=True)
            raise EngineError(str(refused)) from refused

    def enqueue(self, name: str, key: str, turn: int) -> None:
        """Let a job be run by some worker; the same job, key and turn are one run, however often it is asked for."""
        with self._dbos.SetWorkflowID(f"{name}-{key}-{turn}"):
            self._dbos.DBOS.enqueue_workflow(QUEUE, self._job, name, key, turn)

    def adopt(self, is_gone: Callable[[str], bool]) -> int:
        """Let jobs go on whose worker is gone; return how many."""
        under_way = self._dbos.DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        orphans = [w.workflow_id for w in under_way if w.executor_id and is_gone(w.executor_id)]
        for orphan in orphans:
            self._dbos.DBOS.resume_workflow(orphan)
        return len(orphans)

    def forget(self, now: dt.datetime, most: int = 500) -> int:
        """Remove finished jobs that nobody looks up any more; return how many."""
        over = self._dbos.DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=(now - KEPT).isoformat(),
            limit=most,
            load_input=False,
            load_output=False,
        )
        self._dbos.DBOS.delete_workflows([w.workflow_id for w in over])
        return len(over)

    def close(self) -> None:
        """Take no more work, and wait a moment for what is under way."""
        self._dbos.DBOS.destroy(workflow_completion_timeout_sec=5)


def _config(settings: Settings, executor: str, kind: Callable[..., Any]) -> Any:
    """Return the engine's settings: quiet, on no network but the database's, told of by nobody."""
    return kind(
        name="tender-app",
        system_database_url=place_of(settings),
        application_version=VERSION,
        executor_id=executor,
        log_level="ERROR",
        enable_otlp=False,
        use_listen_notify=False,
        sys_db_pool_size=6,
        max_executor_threads=2 * AT_ONCE,
    )


def owner_is_gone(executor: str, is_beating: Callable[[int], bool]) -> bool:
    """Tell whether the worker of this name is gone: its process on this host has ended, or its run beats no more."""
    host, pid, run, _chance = executor.rsplit(":", 3) if executor.count(":") >= 3 else ("", "0", "0", "")  # noqa: PLR2004
    if host == socket.gethostname() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
        return True
    return not is_beating(int(run))
