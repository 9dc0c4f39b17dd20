"""The commands as an operator types them: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from tender_app import cli
from tender_app.config import Settings
from tender_app.people.models import Person
from tests.make import session_of

WORDS = "four quiet invented words"


@pytest.fixture
def bare() -> Flask:
    """Give an application that has nothing but the commands."""
    made = Flask(__name__)
    cli.register(made)
    return made


def run(app: Flask, *words: str, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=list(words), input=typed)


def refused(result: Result) -> str:
    """Return the one line of a command that ended with 1."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("direction", "values", "lines"),
    [
        ("to", ["2026-11-23"], "1405/09/02"),
        ("to", ["۲۰۲۶-۱۱-۲۳", "2025-03-20"], "1405/09/02\n1403/12/30"),
        ("from", ["1405/09/02"], "2026-11-23"),
        ("from", ["۱۴۰۵/۰۹/۰۲", "1403-12-30", "١٤٠٥.٩.٢"], "2026-11-23\n2025-03-20\n2026-11-23"),
        ("instant", ["2026-11-23T20:29:59Z"], "1405/09/02 23:59:59"),
        ("instant", ["2026-11-23T20:30:00Z", "2026-11-24T00:00:00+03:30"], "1405/09/03 00:00:00\n1405/09/03 00:00:00"),
        ("instant", ["2022-09-21T19:29:59Z"], "1401/06/30 23:59:59"),
    ],
)
def test_dates_are_converted_one_a_line(bare: Flask, direction: str, values: list[str], lines: str) -> None:
    result = run(bare, "jalali", direction, *values)
    assert (result.exit_code, result.output) == (0, lines + "\n")


@pytest.mark.parametrize(
    ("direction", "value"),
    [
        ("from", "1404/12/30"),
        ("from", "1405/13/01"),
        ("from", "1299/01/01"),
        ("from", "1501/01/01"),
        ("from", "tomorrow"),
        ("to", "2026-02-30"),
        ("to", "0001-01-01"),
        ("to", "9999-12-31"),
        ("instant", "2026-11-23T20:29:59"),
        ("instant", "9999-12-31T23:59:59Z"),
        ("instant", "noon"),
    ],
)
def test_an_impossible_date_ends_with_one_line(bare: Flask, direction: str, value: str) -> None:
    assert refused(run(bare, "jalali", direction, value)).startswith(f"Error: {value}: ")


def ranking(**more: Any) -> dict[str, Any]:
    bids = [{"id": "A", "price": 9000, "scores": {"e": {"x": "80.5"}}}]
    criteria = [{"id": "x", "weight": 100, "max": 100}]
    return {"id": "K-1", "method": "weighted_price", "i": 0.2, "criteria": criteria, "bids": bids, **more}


def test_plain_figures_are_ranked_from_file_to_file(bare: Flask, tmp_path: Path) -> None:
    cases, result = tmp_path / "cases.json", tmp_path / "result.json"
    cases.write_text(json.dumps([ranking(), ranking(id="K-2", threshold="80.51")]), "utf-8")
    assert run(bare, "rank", str(cases), str(result)).exit_code == 0
    assert json.loads(result.read_text("utf-8")) == [
        {
            "case": "K-1",
            "bid": "A",
            "technical": "80.500000",
            "final": "9365.244537",
            "rank": 1,
            "status": "ranked",
        },
        {"case": "K-2", "bid": "A", "technical": "80.500000", "final": None, "rank": None, "status": "below_threshold"},
    ]


def test_a_bad_case_ends_with_its_name_and_writes_nothing(bare: Flask, tmp_path: Path) -> None:
    cases, result = tmp_path / "cases.json", tmp_path / "result.json"
    cases.write_text(json.dumps([ranking(), ranking(id="K-2", method="cheapest")]), "utf-8")
    assert refused(run(bare, "rank", str(cases), str(result))) == "Error: case K-2: unknown method cheapest"
    assert result.exists() is False


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{", b""])
def test_a_file_that_is_no_json_ends_with_one_line(bare: Flask, tmp_path: Path, content: bytes) -> None:
    cases = tmp_path / "cases.json"
    cases.write_bytes(content)
    assert refused(run(bare, "rank", str(cases), str(tmp_path / "result.json"))).startswith("Error: ")


@pytest.mark.parametrize("words", [("seed",), ("reset",), ("clock", "--forward", "11d")])
def test_the_demonstration_is_refused_where_there_is_none(bare: Flask, tmp_path: Path, words: tuple[str, ...]) -> None:
    bare.extensions["settings"] = Settings(
        database_url=f"sqlite:///{tmp_path / 'real.sqlite3'}",
        storage=tmp_path,
        keys=tmp_path,
        secret_key="x" * 64,
        demo=False,
        public_url="",
        trusted_proxies=0,
    )
    assert refused(run(bare, "demo", *words)) == "Error: this is no demonstration (TENDER_DEMO=1 makes one)"


@pytest.mark.parametrize("words", [("seed",), ("reset",), ("clock", "--forward", "11d")])
def test_a_real_installation_is_no_demonstration_whatever_the_environment_says(
    app: Flask, words: tuple[str, ...]
) -> None:
    admin = ("create-admin", "--name", "راهبر", "--username", "root", "--password", WORDS)
    assert run(app, *admin).exit_code == 0
    assert refused(run(app, "demo", *words)) == "Error: the database holds a real installation, not a demonstration"
    with session_of(app) as session:
        assert session.scalar(sa.select(Person.username)) == "root"


@pytest.mark.parametrize(
    "words", [("ledger", "verify"), ("create-admin", "--name", "x", "--username", "x", "--password", WORDS)]
)
def test_a_database_without_tables_ends_with_one_line(app: Flask, words: tuple[str, ...]) -> None:
    assert run(app, "db", "downgrade", "base").exit_code == 0
    line = refused(run(app, *words))
    assert line.startswith("Error: the database cannot be used: ")
    assert line.endswith("(is TENDER_DATABASE_URL right, and `flask --app tender_app db upgrade` done?)")


def test_the_demonstrations_clock_moves_forward_only(app: Flask) -> None:
    moved = run(app, "demo", "clock", "--forward", "۱۱d")
    assert (moved.exit_code, moved.output.endswith("به وقت تهران\n")) == (0, True)
    for backward in ("-1d", "0d", "11", "soon"):
        assert "forward" in refused(run(app, "demo", "clock", f"--forward={backward}"))


def test_a_story_that_cannot_be_written_says_so_in_one_line(bare: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot write" in refused(run(bare, "demo", "play", "--out", str(tmp_path / "file" / "out")))


def test_a_story_does_not_begin_on_a_day_that_is_none(bare: Flask, tmp_path: Path) -> None:
    result = run(bare, "demo", "play", "--out", str(tmp_path / "out"), "--start", "1404/12/30")
    assert refused(result) == "Error: اسفند ۱۴۰۴، ۲۹ روز دارد؛ روز ۳۰ در آن نیست."
    assert (tmp_path / "out").exists() is False


def test_models_and_migrations_do_not_differ(app: Flask) -> None:
    assert run(app, "db", "check").exit_code == 0


def test_a_filled_database_goes_down_and_up_again(demo: Flask) -> None:
    app = demo
    assert run(app, "db", "downgrade", "base").exit_code == 0
    assert refused(run(app, "db", "check")).startswith("Error: ")
    assert run(app, "db", "upgrade").exit_code == 0
    assert run(app, "db", "check").exit_code == 0


def test_a_revision_that_is_none_ends_with_one_line(app: Flask) -> None:
    assert "nowhere" in refused(run(app, "db", "downgrade", "nowhere"))


def test_an_administrator_is_made_by_answering_questions(app: Flask) -> None:
    result = run(app, "create-admin", typed=f"راهبر نخست\nroot.admin\n{WORDS}\n{WORDS}\n")
    assert result.exit_code == 0, result.output
    assert WORDS not in result.output
    with session_of(app) as session:
        assert session.scalar(sa.select(Person.name).where(Person.username == "root.admin")) == "راهبر نخست"


def test_a_short_password_is_refused_in_persian(app: Flask) -> None:
    result = run(app, "create-admin", "--name", "نمونه", "--username", "short", "--password", "short")
    assert "گذرواژه دست‌کم ۱۰ نویسه دارد" in refused(result)
    with session_of(app) as session:
        assert session.scalar(sa.select(Person.id).where(Person.username == "short")) is None


def test_a_user_name_is_held_by_one_person(app: Flask) -> None:
    words = ("create-admin", "--name", "نمونه", "--username", "twice", "--password", WORDS)
    assert run(app, *words).exit_code == 0
    assert refused(run(app, *words)).startswith("Error: ")


def test_a_whole_ledger_tells_its_entries_and_its_head(demo: Flask) -> None:
    result = run(demo, "ledger", "verify")
    entries, head = (line.split() for line in result.output.splitlines())
    with session_of(demo) as session:
        assert entries == ["entries", str(session.scalar(sa.text("SELECT count(*) FROM ledger_entry")))]
    assert (result.exit_code, head[0], len(head[1])) == (0, "head", 64)


def test_one_tenders_chain_is_told_alone(demo: Flask) -> None:
    with session_of(demo) as session:
        query = "SELECT t.number, count(*) FROM ledger_entry e JOIN tender t ON t.id = e.tender_id GROUP BY t.number"
        number, count = session.execute(sa.text(query)).first() or ("", 0)
    assert run(demo, "ledger", "verify", "--tender", number).output.startswith(f"entries {count}\n")
    assert refused(run(demo, "ledger", "verify", "--tender", "QZ-0000-XXX-00")) == "Error: no tender QZ-0000-XXX-00"


@pytest.mark.parametrize(
    ("harm", "cause"),
    [
        (
            "UPDATE ledger_entry SET act = 'other' WHERE id = :id",
            "entry {id} of {case}: content does not match its digest",
        ),
        ("DELETE FROM ledger_entry WHERE id = :id", "of {case}: "),
        (
            "DELETE FROM ledger_entry WHERE case_kind || ':' || case_id = :case",
            "of {case}: every entry of the chain is missing",
        ),
    ],
)
def test_r44_a_harmed_ledger_names_the_first_bad_entry(demo: Flask, harm: str, cause: str) -> None:
    with session_of(demo) as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        there = ("ledger_entry_no_update", "ledger_entry_no_delete")
        for trigger in there if is_sqlite else ("ledger_entry_no_change ON ledger_entry",):
            session.execute(sa.text(f"DROP TRIGGER {trigger}"))
        query = (
            "SELECT id, case_kind || ':' || case_id FROM ledger_entry WHERE position = 1 ORDER BY id LIMIT 1 OFFSET 9"
        )
        row, case = session.execute(sa.text(query)).one()
        session.execute(sa.text(harm).bindparams(**{"id" if ":id" in harm else "case": row if ":id" in harm else case}))
    result = run(demo, "ledger", "verify")
    assert result.exit_code == 1
    assert cause.format(id=row, case=case) in result.stderr.splitlines()[-1]
