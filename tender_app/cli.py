"""The commands of `flask --app tender_app …`."""

import datetime as dt
import json
import re
import sys
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from tender_app.accounts.commands import create_administrator
from tender_app.config import Settings
from tender_app.dossier.known import verdict
from tender_app.evaluation.rank_file import BadCaseError, ranked_file
from tender_app.kernel import calendar
from tender_app.kernel.actor import NOBODY
from tender_app.kernel.errors import Refusal
from tender_app.kernel.persian import ascii_digits
from tender_app.ledger.log import verify
from tender_app.notifications import returned
from tender_app.procedures import written
from tender_app.store import clock, migrations
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.tenders.models import Tender

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Told(click.Command):
    """A command whose database may be away or not migrated: it ends with one line that says so."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (sa.exc.OperationalError, sa.exc.ProgrammingError) as fault:
            cause = str(fault.orig).splitlines()[0]
            hint = "is TENDER_DATABASE_URL right, and `flask --app tender_app db upgrade` done?"
            raise click.ClickException(f"the database cannot be used: {cause} ({hint})") from fault


db = AppGroup("db", help="Migrations of the database.")
demo = AppGroup("demo", help="The demonstration.")
ledger = AppGroup("ledger", help="The ledger.")
procedures = AppGroup("procedures", help="The law in writing.")


def register(app: Flask) -> None:
    """Give `app` its commands."""
    for group in (db, demo, ledger, procedures):
        app.cli.add_command(group)
    for single in (jalali, rank, verify_file, create_admin, returned_mail):
        app.cli.add_command(single)


@procedures.command("write")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/procedures"))
def write_procedures(out: Path) -> None:
    """Write the diagram and the table of acts of every procedure."""
    for name in written.write(out):
        click.echo(out / name)


@db.command("upgrade", cls=Told)
def upgrade() -> None:
    """Bring the database to the newest revision."""
    migrations.upgrade(_settings().database_url)


@db.command("downgrade", cls=Told)
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to REVISION."""
    try:
        migrations.downgrade(_settings().database_url, revision)
    except migrations.MigrationError as unknown:
        raise click.ClickException(str(unknown)) from unknown


@db.command("check", cls=Told)
def check() -> None:
    """Fail when models and migrations differ."""
    try:
        migrations.check(_settings().database_url)
    except migrations.MigrationError as differs:
        raise click.ClickException(str(differs)) from differs


@demo.command("seed", cls=Told)
def demo_seed() -> None:
    """Put the demonstration into an empty database, once."""
    from tender_app.demo.seed import seed  # noqa: PLC0415 -- the demonstration is not part of serving

    _demand_demo()
    _done(seed(_database(), _settings()))


@demo.command("reset", cls=Told)
def demo_reset() -> None:
    """Replace a demonstration that has aged."""
    from tender_app.demo.seed import reset  # noqa: PLC0415

    _demand_demo()
    _done(reset(_database(), _settings()))


@demo.command("clock", cls=Told)
@click.option("--forward", required=True, help="How far: 11d, 3h, 30m.")
def demo_clock(forward: str) -> None:
    """Move the demonstration's clock forward."""
    _demand_demo()
    match = re.fullmatch(r"(\d{1,5})([mhd])", ascii_digits(forward))
    if match is None or int(match[1]) == 0:
        raise click.ClickException("--forward takes a number and d, h or m, as 11d; the clock moves forward only")
    with _database().transaction() as session:
        clock.move_forward(session, dt.timedelta(**{UNITS[match[2]]: int(match[1])}))
        click.echo(calendar.moment(clock.now(session, demo=True)))


@demo.command("play", cls=Told)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--start", default="", help="The day on which the story begins, as 1405/09/01.")
def demo_play(out: Path, start: str) -> None:
    """Play the olive story on a scratch database; write its papers and story.json."""
    from tender_app.demo.play import play  # noqa: PLC0415

    try:
        day = calendar.parse_date(start) if start else None
    except ValueError as bad:
        raise click.ClickException(str(bad)) from bad
    try:
        written = play(out, day)
    except OSError as bad:
        raise click.ClickException(f"cannot write to {out}: {bad.strerror}") from bad
    for path in written:
        click.echo(path)


@demo.command("case", cls=Told)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def demo_case(out: Path) -> None:
    """Play the olive story on a scratch database; write the case file of its tender, as an auditor has it."""
    from tender_app.demo.case import case  # noqa: PLC0415

    try:
        size = case(out)
    except OSError as bad:
        raise click.ClickException(f"cannot write to {out}: {bad.strerror}") from bad
    click.echo(f"{out} ({size} bytes)")


@ledger.command("verify", cls=Told)
@click.option("--tender", "number", default="", help="One tender's number; all chains without it.")
def ledger_verify(number: str) -> None:
    """Walk every chain, or one tender's; name the first bad entry."""
    with _database().read() as session:
        tender_id = None
        if number:
            tender_id = session.query(Tender.id).filter_by(number=number).scalar()
            if tender_id is None:
                raise click.ClickException(f"no tender {number}")
        count, head, findings = verify(session, tender_id)
    click.echo(f"entries {count}")
    click.echo(f"head {head}")
    if findings:
        raise click.ClickException(f"entry {findings[0].entry_id} of {findings[0].case}: {findings[0].cause}")


@click.command("verify", cls=Told)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def verify_file(file: Path) -> None:
    """Say of a receipt, a head of the log, an issued paper or a case file whether it is whole and known here."""
    try:
        with _database().snapshot() as session:
            found = verdict(session, _settings(), file)
    except OSError as bad:
        raise click.ClickException(f"cannot read {file}: {bad.strerror}") from bad
    for fault in found.faults:
        click.echo(fault)
    if found.faults:
        raise click.ClickException(f"{found.what}: not whole, or not known here")
    click.echo(f"whole and known here: {found.what}")


@click.command("create-admin", cls=Told)
@click.option("--name", prompt="Name")
@click.option("--username", prompt="User name")
@click.password_option()
@with_appcontext
def create_admin(name: str, username: str, password: str) -> None:
    """Create an administrator of the whole installation."""
    with _database().transaction() as session:
        ctx = Context(session, NOBODY, clock.now(session, demo=_settings().demo), _settings())
        try:
            create_administrator(ctx, name=name, username=username, password=password)
        except Refusal as refusal:
            raise click.ClickException(refusal.reason) from refusal
    click.echo(f"{username} administers this installation.")


@click.command("returned-mail", cls=Told)
@with_appcontext
def returned_mail() -> None:
    """Read one mail that came back (standard input, as a mail server pipes it) and mark the letter that it means."""
    found = returned.read(sys.stdin.buffer.read())
    with _database().transaction() as session:
        kept = sum(returned.keep(session, each) for each in found)
    click.echo(f"letters marked as bounced: {kept}")


@click.command("jalali")
@click.argument("direction", type=click.Choice(["to", "from", "instant"]))
@click.argument("values", nargs=-1, required=True)
def jalali(direction: str, values: tuple[str, ...]) -> None:
    """Convert dates: to Jalali, from Jalali, or an instant to Tehran's clock; one a line."""
    for value in values:
        try:
            click.echo(_converted(direction, ascii_digits(value)))
        except (ValueError, OverflowError) as bad:
            raise click.ClickException(f"{value}: {bad}") from bad


@click.command("rank")
@click.argument("cases", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("result", type=click.Path(dir_okay=False, path_type=Path))
def rank(cases: Path, result: Path) -> None:
    """Recompute rankings from plain figures."""
    try:
        rows = ranked_file(cases.read_text("utf-8-sig"))
        result.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except (BadCaseError, UnicodeDecodeError, OSError) as bad:
        raise click.ClickException(str(bad)) from bad


def _converted(direction: str, value: str) -> str:
    if direction == "to":
        return calendar.plain(dt.date.fromisoformat(value))
    if direction == "from":
        return calendar.parse_date(value).isoformat()
    at = dt.datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone, as 2026-11-23T20:29:59Z")
    local = calendar.tehran(at)
    return f"{calendar.plain(local.date())} {local:%H:%M:%S}"


def _demand_demo() -> None:
    from tender_app.demo.seed import is_real  # noqa: PLC0415

    if not _settings().demo:
        raise click.ClickException("this is no demonstration (TENDER_DEMO=1 makes one)")
    with _database().read() as session:
        if is_real(session):
            raise click.ClickException("the database holds a real installation, not a demonstration")


def _done(fault: str | None) -> None:
    if fault:
        raise click.ClickException(fault)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database
