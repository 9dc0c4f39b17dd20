"""What the tests of tenders stand on: a company, a licensed cluster, two firms, and a draft as far as a test needs."""

import datetime as dt
import hashlib
import io
import shutil
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tender_app.clusters.map_queries import current_map
from tender_app.clusters.map_rules import Adoption, CandidateEdit, CandidateLine, CriterionLine, MapAct, NewMap
from tender_app.clusters.models import Cluster, ClusterMap
from tender_app.clusters.papers import Scan
from tender_app.clusters.rules import ClusterAct, Letter
from tender_app.clusters.step_models import Approval, Prefeasibility
from tender_app.clusters.step_rules import ASKED_IN, Answer, ApprovalAct, Report, Request, StudyAct, StudyOf
from tender_app.demo.stage import Stage, register_firm
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders
from tender_app.people.capacities import actor_of
from tender_app.people.models import Organisation, Person
from tender_app.regulation.days import USUAL
from tender_app.regulation.rules import DEFAULTS
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.store.files import files_of
from tender_app.tenders import records, schedule
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Attachment, Changes, Draft, InsertionFacts, Node, Outlet, Seating, TenderAct
from tender_app.workflow.engine import advance, begin
from tests.keys import ready_keys
from tests.make import company_in, context_of, session_of

PDF = b"%PDF-1.4\n" + b"1 0 obj << >> endobj\n" * 40 + b"%%EOF\n"
LETTERS = (
    ClusterAct.RECORD_PREFEASIBILITY,
    ClusterAct.RECORD_PROVINCE,
    ClusterAct.RECORD_ISIPO,
    ClusterAct.RECORD_LICENCE,
)
MEMBERS = ("head", "finance", "technical", "secretary")
EVALUATORS = ("evaluator1", "evaluator2", "evaluator3")
TREE = (Node("روش", Decimal(60)), Node("تیم", Decimal(40)))
MONEY: dict[str, str] = {
    "estimate": "۹٬۸۵۰٬۰۰۰٬۰۰۰",
    "budget_line": "1503",
    "funding_certificate": "318",
    "setad_no": "2005001234000017",
    "board_resolution": "412",
    "board_resolution_on": "1405/06/31",
    "has_envelope_a": "y",
    "guarantee": "492500000",
}


_settled: dict[bytes, tuple[Path, int]] = {}  # by the digest of the database before


def settle(app: Flask) -> int:
    """Found a company with two firms and a licensed cluster; return the cluster's id. On SQLite it is done once and copied."""
    database: Database = app.extensions["database"]
    path = Path(database.engine.url.database or "")
    if database.engine.dialect.name != "sqlite":
        return _settle(app)
    database.dispose()  # what was written is in the file
    before = hashlib.sha256(path.read_bytes()).digest()
    if before not in _settled:
        cluster = _settle(app)
        database.dispose()
        kept = Path(tempfile.mkdtemp())
        shutil.copytree(path.parent, kept, dirs_exist_ok=True)
        _settled[before] = kept, cluster
    folder, cluster = _settled[before]
    shutil.copytree(folder, path.parent, dirs_exist_ok=True)
    return cluster


def _settle(app: Flask) -> int:
    with session_of(app) as session:
        stage = Stage(session, app.extensions["settings"], clock.now(session, demo=True))
        company = company_in(stage, stage.administrator(), "شرکت شهرک‌های صنعتی استان قزوین", "QZ")
        for name in ("firm1", "firm2"):
            register_firm(stage, company, f"شرکت {name}", name, ("مدیر", f"نماینده {name}"))
        return licensed(stage.by(company.officer), company.organisation, "olive").id


def licensed(ctx: Context, organisation: Organisation, slug: str, *, letters: int = len(LETTERS)) -> Cluster:
    """Put a cluster on a new version of the map, and lead it so many letters far."""
    manager = _manager_of(ctx, organisation)
    cluster = ranked(ctx, organisation, slug, manager)
    today, scan = calendar.today(ctx.now), scan_in(ctx)
    for place, act in enumerate(LETTERS[:letters]):
        number, day = f"12/{place}", today - dt.timedelta(days=40 - place)
        if act is ClusterAct.RECORD_PREFEASIBILITY:
            study = begin(ctx, Prefeasibility, StudyAct.BEGIN, StudyOf(cluster))
            advance(ctx, study, StudyAct.SUBMIT, Report("گروه مطالعه", number, day, "خوشه مناسب است.", scan))
            advance(manager, study, StudyAct.ACCEPT)
        elif act is ClusterAct.RECORD_LICENCE:
            advance(ctx, cluster, act, Letter(number, day, "", scan))
        else:
            asked = begin(ctx, Approval, ApprovalAct.REQUEST, Request(cluster, ASKED_IN[cluster.state], "7", day, scan))
            advance(ctx, asked, ApprovalAct.GRANT, Answer(number, day, scan))
    return cluster


def ranked(ctx: Context, organisation: Organisation, slug: str, manager: Context) -> Cluster:
    """Put a cluster on a new version of the map, which is adopted."""
    current = current_map(ctx, organisation.id)
    year = current.year + 1 if current else 1405
    criteria = (CriterionLine("تراکم", Decimal(100)),)
    version = begin(ctx, ClusterMap, MapAct.BEGIN, NewMap(organisation, year, "نقشه", criteria))
    line = CandidateLine(f"زیتون {slug}".removesuffix(" olive"), scores={"تراکم": Decimal(8)}, slug=slug)
    advance(ctx, version, MapAct.ADD_CANDIDATE, CandidateEdit(None, line))
    advance(manager, version, MapAct.ADOPT, Adoption("۱/۱", calendar.today(ctx.now), scan_in(ctx)))
    return ctx.session.scalars(sa.select(Cluster).where(Cluster.slug == slug, Cluster.map_id == version.id)).one()


def scan_in(ctx: Context) -> Scan:
    """Return a stored letter."""
    stored = files_of(ctx.settings).put(PDF)
    return Scan("letter.pdf", "application/pdf", stored.key, stored.digest, stored.size)


def _manager_of(ctx: Context, organisation: Organisation) -> Context:
    (manager,) = holders(ctx, [Role.MANAGER], Scope.ORGANISATION, [organisation.id])
    return Context(ctx.session, actor_of(ctx.session, manager, ctx.now), ctx.now, ctx.settings)


def draft(app: Flask, cluster: int) -> str:
    """Begin a draft; return its number."""
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        return begin(ctx, Tender, TenderAct.PREPARE, Draft(session.get_one(Cluster, cluster))).number


def days(now: dt.datetime) -> dict[str, dt.datetime | dt.date]:
    """Return a lawful schedule from now on."""
    return schedule.proposed(calendar.today(now) + dt.timedelta(days=2), USUAL, DEFAULTS)


def complete(app: Flask, number: str, **changes: object) -> None:
    """Fill a draft with everything that approval needs, with these facts otherwise."""
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        tender = tender_of(session, number)
        facts: dict[str, Any] = {
            "subject": "عامل توسعه خوشه",
            "terms": "شرح خدمات",
            "estimate": 9_850_000_000,
            "budget_line": "1503",
            "funding_certificate": "318",
            "setad_no": "2005",
            "board_resolution": "412",
            "board_resolution_on": calendar.today(ctx.now),
            "guarantee": 492_500_000,
            "opening_place": "تالار",
            "minimum_score": Decimal(65),
            "impact": Decimal("0.4"),
            **days(ctx.now),
            **changes,
        }
        advance(ctx, tender, TenderAct.EDIT, Changes(facts, criteria=TREE))
        stored = files_of(ctx.settings).put(PDF)
        document = Attachment("دفترچه", "terms.pdf", "application/pdf", stored.key, stored.digest, stored.size)
        advance(ctx, tender, TenderAct.ATTACH, document)
        record_papers(ctx, tender)
        advance(ctx, tender, TenderAct.SEAT, seating(session))
        for name in ("روزنامه یک", "روزنامه دو"):
            what = InsertionFacts(Outlet.NATIONAL_PAPER, name, "۱۲", calendar.today(ctx.now))
            advance(ctx, tender, TenderAct.RECORD_INSERTION, what)


def record_papers(ctx: Context, tender: Tender) -> None:
    """Record, with a scan, each paper whose number the draft gives."""
    stored = files_of(ctx.settings).put(PDF)
    scan = Attachment("اسکن", "scan.pdf", "application/pdf", stored.key, stored.digest, stored.size)
    for kind in records.required(tender):
        if records.number_of(tender, kind):
            what = records.Recorded(kind, calendar.today(ctx.now), scan)
            advance(ctx, tender, TenderAct.RECORD_BASIS, what)


def published(app: Flask) -> str:
    """Return the number of a tender that is open for bids."""
    number = draft(app, settle(app))
    complete(app, number)
    publish(app, number)
    return number


def publish(app: Flask, number: str) -> None:
    """Send a complete draft for approval and publish it."""
    with session_of(app) as session:
        tender = tender_of(session, number)
        advance(context_of(app, session, "officer"), tender, TenderAct.SEND_FOR_APPROVAL)
        ready_keys(app, session, tender)
        advance(context_of(app, session, "manager"), tender, TenderAct.PUBLISH)


def tender_of(session: Session, number: str) -> Tender:
    """Return the tender's row."""
    return session.scalars(sa.select(Tender).where(Tender.number == number)).one()


def ids_of(session: Session) -> dict[str, int]:
    """Return every person's id by user name."""
    return {p.username: p.id for p in session.scalars(sa.select(Person))}


def seating(session: Session, **changes: Any) -> Seating:
    """Return the usual seats, with these otherwise."""
    ids = ids_of(session)
    usual: dict[str, Any] = {name: ids[name] for name in MEMBERS}
    return Seating(**{**usual, "evaluators": tuple(ids[name] for name in EVALUATORS), **changes})


def typed(values: Mapping[str, object]) -> dict[str, str]:
    """Return days and instants as a person types them, in Persian digits."""
    return {name: _typed(value) for name, value in values.items()}


def _typed(value: object) -> str:
    if isinstance(value, dt.datetime):
        local = calendar.tehran(value)
        return f"{calendar.numeric(local.date())} {persian_digits(f'{local:%H:%M}')}"
    return calendar.numeric(value) if isinstance(value, dt.date) else str(value)


def tree(*rows: tuple[str, str, str]) -> dict[str, str]:
    """Return rows of (level, title, weight) as the criteria page sends them."""
    return {
        f"rows-{place}-{name}": cell
        for place, row in enumerate(rows)
        for name, cell in zip(("level", "title", "weight"), row, strict=True)
    }


def upload(client: FlaskClient, number: str, name: str, content: bytes, title: str = "دفترچه") -> TestResponse:
    """Send a document."""
    boundary, data = encode_multipart({"title": title, "file": FileStorage(io.BytesIO(content), name)})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"/tenders/{number}/edit/documents", data=data, content_type=kind)


def move_clock(app: Flask, until: dt.datetime) -> None:
    """Move the demonstration's clock to an instant."""
    with session_of(app) as session:
        clock.move_forward(session, until - clock.now(session, demo=True))
