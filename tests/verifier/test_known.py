"""`flask verify`: of a file it is said whether it is whole, and known to this installation."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tender_app import cli
from tender_app.dossier.known import verdict
from tender_app.store.database import Database
from tests.conftest import app_in, settings_in
from tests.verifier import forger
from tests.verifier.conftest import Made
from tests.verifier.forger import FORGERIES
from tests.verifier.script import by_script


@pytest.fixture
def own(made: Made) -> Iterator[Flask]:
    """Give the application over the installation that made the case file."""
    app = app_in(made.installation)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def other(tmp_path: Path, migrated: Path) -> Iterator[Flask]:
    """Give the application over an installation that knows nothing."""
    shutil.copytree(migrated, tmp_path / "other")
    app = app_in(tmp_path / "other")
    yield app
    app.extensions["database"].dispose()


def told(app: Flask, path: Path) -> Result:
    return app.test_cli_runner().invoke(cli.verify_file, [str(path)])


def kept(made: Made, beginning: str, folder: Path) -> Path:
    """Return a file of the case, taken out of it."""
    files = forger.unpacked(made.path)
    path = folder / "kept"
    path.write_bytes(files[forger.named(files, beginning)])
    return path


def test_a_case_file_of_this_installation_is_whole_and_known(made: Made, own: Flask) -> None:
    result = told(own, made.path)
    assert result.exit_code == 0, result.output
    assert result.stdout == "whole and known here: case file of tender QZ-1405-CDA-01\n"


def test_demo_case_writes_a_case_file_that_is_whole(own: Flask, tmp_path: Path) -> None:
    result = own.test_cli_runner().invoke(cli.demo_case, ["--out", str(tmp_path / "case.zip")])
    assert result.exit_code == 0, result.output
    assert by_script((tmp_path / "case.zip").read_bytes()) == set()


def test_demo_case_says_at_once_where_it_cannot_write(own: Flask, tmp_path: Path) -> None:
    result = own.test_cli_runner().invoke(cli.demo_case, ["--out", str(tmp_path / "nowhere" / "case.zip")])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: cannot write to {tmp_path}/nowhere/case.zip: ")


@pytest.mark.parametrize("beginning", ["receipts/R-", "receipts/open_prices", "papers/contract-", "papers/notice-"])
def test_receipts_and_papers_of_this_installation_are_known(
    made: Made, own: Flask, tmp_path: Path, beginning: str
) -> None:
    assert told(own, kept(made, beginning, tmp_path)).exit_code == 0


@pytest.mark.parametrize("beginning", ["receipts/R-", "papers/contract-"])
def test_another_installation_knows_none_of_them(made: Made, other: Flask, tmp_path: Path, beginning: str) -> None:
    result = told(other, kept(made, beginning, tmp_path))
    assert result.exit_code == 1
    assert "not whole, or not known here" in result.stderr


def test_another_installation_does_not_know_the_case_file(made: Made, other: Flask) -> None:
    result = told(other, made.path)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "case.json: no tender QZ-1405-CDA-01 is known here"


def test_a_head_is_known_or_named(made: Made, own: Flask, tmp_path: Path) -> None:
    head = json.loads(forger.unpacked(made.path)["log/heads.json"])["deadline"]
    path = tmp_path / "head.json"
    path.write_text(json.dumps(head))
    assert told(own, path).exit_code == 0
    path.write_text(json.dumps({**head, "root": "ab" * 32}))
    assert told(own, path).stdout.splitlines() == [
        "head: this installation's log did not sign this head",
        "head: the log has no such head",
    ]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"PK is no archive", b'{"root": 1}', b"a paper of nobody's"])
def test_a_file_of_another_kind_is_refused_in_plain_words(own: Flask, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    result = told(own, path)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert len(result.stdout.splitlines()) == 1


def test_every_forgery_is_known_for_what_it_is_even_signed_with_the_logs_key(made: Made, tmp_path: Path) -> None:
    settings, path, passed = settings_in(made.installation), tmp_path / "forged.zip", []
    database = Database(settings.database_url)
    for name, (forge, _) in FORGERIES.items():
        files = forger.unpacked(made.path)
        forge(files)
        forger.repaired(files)
        forger.signed_by(files, made.key)
        path.write_bytes(forger.packed(files))
        with database.snapshot() as session:
            if not verdict(session, settings, path).faults:
                passed.append(name)
    database.dispose()
    assert passed == []
