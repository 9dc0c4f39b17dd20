"""`python -m tests.storm.posting SETTINGS`: a worker over a test's folder, that beats quickly; and such workers for a test."""

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tender_app import procedures, worker
from tender_app.config import Settings
from tender_app.store.jobs import place_of

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
QUICK = 0.2  # seconds between two beats


def main() -> None:
    """Work until a signal comes."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    settings = Settings(**{**told, "storage": Path(told["storage"]), "keys": Path(told["keys"])})
    worker.EVERY = QUICK  # type: ignore[assignment]
    procedures.install_all()
    worker.run(settings)


class Workers:
    """Workers of a real installation over the application's database, that send to one mail server."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app = app
        self.settings = dataclasses.replace(app.extensions["settings"], testing=False, demo=False, smtp_url=url)
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> int:
        """Begin one more; return its process."""
        told = json.dumps(dataclasses.asdict(self.settings), default=str)
        command = [sys.executable, "-m", "tests.storm.posting", told]
        begun = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env=self._environment())
        self._running.append(begun)
        return begun.pid

    def kill(self, pid: int | None = None) -> None:
        """End one, or all, as a machine does that loses power."""
        for each in [p for p in self._running if pid in {None, p.pid}]:
            each.kill()
            each.wait(PATIENCE)
            self._running.remove(each)

    def close(self) -> None:
        """End all."""
        for each in self._running:
            each.send_signal(signal.SIGTERM)
        for each in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                each.wait(PATIENCE)
        self.kill()

    def executors(self) -> set[str]:
        """Return the names of the workers that did a job."""
        engine = sa.create_engine(place_of(self.settings))
        schema = "dbos." if engine.dialect.name == "postgresql" else ""
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(f"SELECT DISTINCT executor_id FROM {schema}workflow_status")  # noqa: S608
            found = {str(row[0]) for row in rows if row[0]}
        engine.dispose()
        return found

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def working(app: Flask, url: str, count: int = 1) -> Iterator[Workers]:
    """Give so many running workers."""
    workers = Workers(app, url)
    try:
        for _ in range(count):
            workers.start()
        yield workers
    finally:
        workers.close()


if __name__ == "__main__":
    main()
