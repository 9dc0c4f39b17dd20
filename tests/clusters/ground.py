"""What the tests of clusters stand on: drafts of the map, versions that are adopted, letters with their scans."""

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
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
from tender_app.demo.stage import Stage
from tender_app.kernel import calendar
from tender_app.people.models import Organisation, Person
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.workflow.engine import advance, begin
from tests.make import company_in, context_of, session_of

CRITERIA = (CriterionLine("تراکم بنگاه‌ها", Decimal(60)), CriterionLine("اشتغال", Decimal(40)))
PDF = b"%PDF-1.4\n" + b"1 0 obj << >> endobj\n" * 40 + b"%%EOF\n"
Pair = tuple[str, str]


def scan(ctx: Context) -> Scan:
    """Return a stored letter."""
    stored = files_of(ctx.settings).put(PDF)
    return Scan("letter.pdf", "application/pdf", stored.key, stored.digest, stored.size)


def line(name: str, *scores: object, slug: str = "") -> CandidateLine:
    """Return a candidate with scores in the order of CRITERIA."""
    pairs = {c.title: Decimal(str(s)) for c, s in zip(CRITERIA, scores, strict=False)}
    return CandidateLine(name, None, "", pairs, slug)


def draft(
    ctx: Context, *lines: CandidateLine, organisation: int = 1, criteria: tuple[CriterionLine, ...] = CRITERIA
) -> ClusterMap:
    """Begin a version with these candidates, of the year after the current one."""
    place = ctx.session.get_one(Organisation, organisation)
    current = current_map(ctx, organisation)
    year = current.year + 1 if current else 1405
    version = begin(ctx, ClusterMap, MapAct.BEGIN, NewMap(place, year, f"نقشه {year}", criteria))
    for one in lines:
        advance(ctx, version, MapAct.ADD_CANDIDATE, CandidateEdit(None, one))
    return version


def adopt(ctx: Context, version: ClusterMap) -> None:
    """Adopt a version by a manager."""
    advance(ctx, version, MapAct.ADOPT, Adoption("۱۲/۹", calendar.today(ctx.now), scan(ctx)))


def mapped(app: Flask, *scores: tuple[object, object], organisation: int = 1, prefix: str = "") -> list[int]:
    """Adopt a map with so many candidates; return the clusters' ids."""
    with session_of(app) as session:
        officer = context_of(app, session, f"{prefix}officer")
        lines = [line(f"نامزد {n}", *pair) for n, pair in enumerate(scores, 1)]
        version = draft(officer, *lines, organisation=organisation)
        adopt(context_of(app, session, f"{prefix}manager"), version)
        query = sa.select(Cluster.id).where(Cluster.map_id == version.id).order_by(Cluster.id)
        return list(session.scalars(query))


def drafted(app: Flask, *lines: CandidateLine) -> int:
    """Begin a draft with these candidates; return its id."""
    with session_of(app) as session:
        return draft(context_of(app, session, "officer"), *lines).id


def version_in(session: Session, version_id: int) -> ClusterMap:
    """Return a version."""
    return session.get_one(ClusterMap, version_id)


def today(app: Flask) -> dt.date:
    """Return the day of the application's clock."""
    with session_of(app) as session:
        return calendar.today(clock.now(session, demo=True))


def second_company(app: Flask) -> int:
    """Found another company, whose people's names begin with o_."""
    with session_of(app) as session:
        stage = Stage(session, app.extensions["settings"], clock.now(session, demo=True))
        admin = session.scalars(sa.select(Person).where(Person.username == "admin")).one()
        return company_in(stage, admin, "شرکت دیگر", "OT", "o_").organisation.id


def letter(day: dt.date, number: str = "۱۲/۳۴", **more: str) -> dict[str, Any]:
    """Return the fields of a letter, with a scan."""
    file = {"file": (io.BytesIO(PDF), "نامه.pdf")}
    return {"number": number, "day": calendar.numeric(day), "note": "یادداشت داخلی", **more, **file}


def post(client: FlaskClient, path: str, data: Mapping[str, Any]) -> TestResponse:
    """Post a form with its file, as one body that is held in memory."""
    fields = {name: FileStorage(*value) if isinstance(value, tuple) else value for name, value in data.items()}
    boundary, body = encode_multipart(fields)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def last_of(app: Flask, model: type[Any]) -> int:
    """Return the id of the newest row."""
    with session_of(app) as session:
        return session.scalar(sa.select(sa.func.max(model.id))) or 0
