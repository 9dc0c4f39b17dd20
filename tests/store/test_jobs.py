"""The job engine's manners: its names, whose work is taken over, and that nobody but the worker pays for it."""

import os
import subprocess
import sys
from pathlib import Path

from tender_app.store.jobs import executor_id, owner_is_gone, place_of
from tests.conftest import settings_in


def test_no_two_workers_bear_the_same_name() -> None:
    assert len({executor_id(1) for _ in range(100)}) == 100


def test_a_workers_work_is_taken_over_when_its_process_has_ended_or_its_run_beats_no_more() -> None:
    own = executor_id(7)
    host, pid, run, chance = own.rsplit(":", 3)
    assert (pid, run) == (str(os.getpid()), "7")
    assert not owner_is_gone(own, lambda run: run == 7)
    assert owner_is_gone(own, lambda _run: False)
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert owner_is_gone(f"{host}:{ended.pid}:7:{chance}", lambda _run: True)
    assert not owner_is_gone(f"another-host:{ended.pid}:7:{chance}", lambda run: run == 7)
    assert owner_is_gone("local", lambda run: run == 7)


def test_its_tables_lie_apart_from_ours(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert place_of(settings) == f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    elsewhere = settings_in(tmp_path, "postgresql+psycopg://tender@localhost/tender")
    assert place_of(elsewhere) == elsewhere.database_url


def test_what_serves_pages_does_not_import_the_engine() -> None:
    seen = "import sys, tender_app.serve, tender_app.worker; print('dbos' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
