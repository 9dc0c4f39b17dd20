"""The public board: which tenders there are, found by words, province, stage and deadline, in pages of constant cost."""

import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from tender_app.awards.models import Award
from tender_app.bids.models import Bid, Price
from tender_app.clusters.models import Cluster
from tender_app.evaluation.models import Negotiation
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.persian import search_key
from tender_app.kernel.vocabulary import Named, Sight
from tender_app.kernel.words import _
from tender_app.people.models import Firm, Organisation
from tender_app.store.context import Context
from tender_app.tenders.bases import BASES
from tender_app.tenders.models import Tender
from tender_app.tenders.procurement import LegalBasis
from tender_app.tenders.rules import TenderState, ending_label
from tender_app.workflow.sight import where_public, where_visible

PAGE = 20
OPENING = 240
ANNOUNCED = (TenderState.AWARDED, TenderState.CONTRACTED)
ESCAPE = "/"
FINISHED = (TenderState.AWARDED, TenderState.CONTRACTED, TenderState.RENEWED, TenderState.CANCELLED)
EVALUATING = (
    TenderState.OPENED_A,
    TenderState.TECHNICAL,
    TenderState.TECHNICAL_LOCKED,
    TenderState.PRICES_OPENED,
    TenderState.DECIDED,
)


class Group(Named):
    """Where a tender stands, as the public sees it."""

    OPEN = "open", "باز برای دریافت پیشنهاد"
    EVALUATING = "evaluating", "در گشایش و ارزیابی"
    FINISHED = "finished", "پایان‌یافته"


@dataclass(frozen=True, slots=True)
class Search:
    """What a visitor looks for; an empty value does not narrow."""

    words: str = ""
    province: str = ""
    closes_by: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Winner:
    """Who won a tender, for how much, announced when."""

    name: str
    amount: int
    announced_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A tender on the board."""

    id: int
    number: str
    title: str
    cluster: str
    organisation: str
    province: str
    state: TenderState
    published_at: dt.datetime
    closes_at: dt.datetime
    ended_at: dt.datetime | None
    estimate: int | None
    guarantee: int | None
    subject: str
    ending: str
    extended_at: dt.datetime | None
    winner: Winner | None = None


COLUMNS: Any = (
    sa.select(
        Tender.id,
        Tender.number,
        Tender.title,
        Cluster.name.label("cluster"),
        Organisation.name.label("organisation"),
        Organisation.province,
        Tender.state,
        Tender.published_at,
        Tender.closes_at,
        Tender.ended_at,
        Tender.estimate,
        Tender.guarantee,
        sa.func.substr(Tender.subject, 1, OPENING).label("subject"),
        Tender.end_reason,
        Tender.procedure,
        Tender.extended_at,
    )
    .join(Cluster, Cluster.id == Tender.cluster_id)
    .join(Organisation, Organisation.id == Tender.organisation_id)
)
PROVINCES = sa.select(Organisation.province).distinct().order_by(Organisation.province)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the board, and the cursor of the next one."""

    group: Group
    rows: tuple[Row, ...]
    after: str = ""


def listing(ctx: Context, group: Group, search: Search, *, after: str = "", size: int = PAGE) -> Listing:
    """Return a page of the group: the open by nearest deadline, the others by latest publication."""
    ctx.asked.add(Sight.PAGE)
    values: dict[str, Any] = {f"word{n}": _anywhere(word) for n, word in enumerate(search_key(search.words).split())}
    words = len(values)
    if search.province:
        values["province"] = search.province
    if search.closes_by:
        values["closes_by"] = search.closes_by
    if cursor := _read(after):
        values["instant"], values["row"] = cursor
    query = _statement(group, words, frozenset(values))
    found: list[Any] = list(ctx.session.execute(query, {**values, "now": ctx.now, "size": size + 1}))
    winners = _winners(ctx, [row.id for row in found[:size] if row.state in ANNOUNCED])
    shown = tuple(
        replace(
            Row(*row),
            subject=_first_line(row.subject),
            ending=_ending(row),
            winner=winners.get(row.id),
        )
        for row in found[:size]
    )
    return Listing(group, shown, _write(group, shown[-1]) if len(found) > size else "")


def provinces(ctx: Context) -> list[str]:
    """Return the provinces whose companies use the installation."""
    return list(ctx.session.scalars(PROVINCES))


def _winners(ctx: Context, ids: Sequence[int]) -> Mapping[int, Winner]:
    """Return the announced winners of these tenders, which everyone may see."""
    if not ids:
        return {}
    query = (
        sa.select(Award.tender_id, Firm.name, sa.func.coalesce(Negotiation.agreed, Price.total), Award.announced_at)
        .join(Bid, Bid.id == Award.winner_bid_id)
        .join(Firm, Firm.id == Bid.firm_id)
        .join(Price, Price.bid_id == Bid.id)
        .outerjoin(Negotiation, Negotiation.bid_id == Bid.id)
        .join(Tender, Tender.id == Award.tender_id)
        .where(Award.tender_id.in_(ids), Award.returned_at.is_(None), Award.announced_at.is_not(None))
        .where(where_visible(ctx, Tender, Sight.RESULT))
    )
    rows: Iterable[Any] = ctx.session.execute(query)
    return {tender_id: Winner(name, amount, at) for tender_id, name, amount, at in rows}


def _first_line(subject: str) -> str:
    """Return the first line of a subject; one that is cut ends at a word."""
    line, *more = subject.split("\n", 1)
    return line if more or len(subject) < OPENING else f"{line.rsplit(' ', 1)[0]}…"


@functools.lru_cache
def _statement(group: Group, words: int, named: frozenset[str]) -> Any:
    """Return the question for a page of the group, narrowed by the values named; the values come when it is asked.

    It is built once: what the board shows is what everybody may see, so it turns on no actor.
    """
    by, row = (Tender.closes_at if group is Group.OPEN else Tender.published_at), Tender.id
    shown = sa.func.coalesce(where_public(Tender, Sight.PAGE), sa.false())  # a filter, not a way to the rows
    query = COLUMNS.where(shown, _in(group)).limit(sa.bindparam("size"))
    query = query.order_by(*((by, row) if group is Group.OPEN else (by.desc(), row.desc())))
    for n in range(words):
        query = query.where(Tender.search.like(sa.bindparam(f"word{n}"), escape=ESCAPE))
    if "province" in named:
        query = query.where(Organisation.province == sa.bindparam("province"))
    if "closes_by" in named:
        query = query.where(Tender.closes_at < sa.bindparam("closes_by"))
    if "instant" in named:
        here = sa.tuple_(sa.bindparam("instant", type_=by.type), sa.bindparam("row", type_=row.type))
        query = query.where(sa.tuple_(by, row) > here if group is Group.OPEN else sa.tuple_(by, row) < here)
    return query


def _in(group: Group) -> sa.ColumnElement[bool]:
    published, now = Tender.state == TenderState.PUBLISHED, sa.bindparam("now", type_=Tender.closes_at.type)
    if group is Group.OPEN:
        return sa.and_(published, Tender.closes_at > now)
    if group is Group.FINISHED:  # nearly all rows: read in the order of publication, not gathered by state and sorted
        return sa.func.coalesce(Tender.state, sa.null(), type_=Tender.state.type).in_(FINISHED)
    return sa.or_(Tender.state.in_(EVALUATING), sa.and_(published, Tender.closes_at <= now))


def _anywhere(word: str) -> str:
    """Return the pattern of a word within a text; what stands for other signs in a pattern stands for itself."""
    return f"%{re.sub(f'[%_{ESCAPE}]', lambda sign: ESCAPE + sign[0], word)}%"


def _write(group: Group, row: Row) -> str:
    instant = row.closes_at if group is Group.OPEN else row.published_at
    return f"{instant.astimezone(dt.UTC):%Y%m%dT%H%M%S.%f}-{row.id}"


def _read(after: str) -> tuple[dt.datetime, int] | None:
    """Return the cursor's instant and id; one that is no cursor begins from the first page."""
    instant, _, row = after.partition("-")
    try:
        return dt.datetime.strptime(instant, "%Y%m%dT%H%M%S.%f").replace(tzinfo=dt.UTC), row_id(row)
    except ValueError:
        return None


def _ending(row: Any) -> str:
    """Return why a tender was renewed or cancelled, with the article of its law."""
    label = ending_label(row.end_reason)
    return BASES[LegalBasis(row.procedure)].said(_("{reason} (ماده ۲۴)").format(reason=label)) if label else ""
