"""What the pages of clusters read."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.clusters.models import Cluster, ClusterLetter, ClusterMap, MapCriterion, MapScore
from tender_app.clusters.rules import ClusterAct, ClusterState
from tender_app.kernel.vocabulary import Scope, Sight
from tender_app.people.models import Organisation
from tender_app.store.context import Context
from tender_app.workflow.sight import where_visible


@dataclass(frozen=True, slots=True)
class MapRow:
    """A cluster on a map, its scores in the order of the criteria."""

    id: int
    name: str
    state: ClusterState
    rank: int | None
    total: Decimal | None
    firms_count: int | None
    is_invented: bool
    scores: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """An organisation's map: criteria with weights, and the clusters that the viewer may see, by rank."""

    title: str
    organisation: str
    province: str
    year: int
    criteria: tuple[tuple[str, Decimal], ...]
    rows: tuple[MapRow, ...]


def licence_of(ctx: Context, cluster_id: int) -> ClusterLetter | None:
    """Return the letter of a cluster's development licence."""
    query = sa.select(ClusterLetter).where(
        ClusterLetter.cluster_id == cluster_id, ClusterLetter.act == ClusterAct.RECORD_LICENCE
    )
    return ctx.session.scalars(query).first()


def maps(ctx: Context, *, organisation_id: int | None = None, state: ClusterState | None = None) -> list[MapView]:
    """Return the maps with the clusters that the actor may see, in a fixed number of queries; None filters nothing."""
    query = sa.select(Cluster).where(where_visible(ctx, Cluster, Sight.PAGE))
    if organisation_id is not None:
        query = query.where(Cluster.organisation_id == organisation_id)
    if state is not None:
        query = query.where(Cluster.state == state)
    clusters = ctx.session.scalars(query.order_by(Cluster.rank, Cluster.position)).all()
    ids = {c.map_id for c in clusters}
    found = ctx.session.execute(
        sa.select(ClusterMap, Organisation.name, Organisation.province)
        .join(Organisation, Organisation.id == ClusterMap.organisation_id)
        .where(ClusterMap.id.in_(ids))
        .options(selectinload(ClusterMap.criteria))
        .order_by(Organisation.name, ClusterMap.year.desc())
    ).all()
    scores = _scores(ctx, [c.id for c in clusters])
    return [
        MapView(
            m.title,
            name,
            province,
            m.year,
            tuple((c.title, c.weight) for c in m.criteria),
            tuple(_row(c, scores.get(c.id, ())) for c in clusters if c.map_id == m.id),
        )
        for m, name, province in found
    ]


def places(ctx: Context) -> list[tuple[int, str]]:
    """Return the organisations (id, province) whose maps show the actor something."""
    shown = sa.select(Cluster.organisation_id).where(where_visible(ctx, Cluster, Sight.PAGE))
    rows = ctx.session.execute(
        sa.select(Organisation.id, Organisation.province).where(Organisation.id.in_(shown)).order_by(Organisation.name)
    )
    return [(row.id, row.province) for row in rows]


def own_place(ctx: Context) -> int | None:
    """Return the organisation for which the actor works, if it is one."""
    ids = {h.scope_id for h in ctx.actor.held if h.scope is Scope.ORGANISATION}
    return ids.pop() if len(ids) == 1 else None


def map_of(ctx: Context, cluster: Cluster) -> tuple[str, str]:
    """Return (title of the map, name of the organisation) of a cluster."""
    row = ctx.session.execute(
        sa.select(ClusterMap.title, Organisation.name)
        .join(Organisation, Organisation.id == ClusterMap.organisation_id)
        .where(ClusterMap.id == cluster.map_id)
    ).one()
    return row.title, row.name


def letters(ctx: Context, cluster: Cluster) -> Sequence[ClusterLetter]:
    """Return the letters of a cluster in the order of its steps."""
    return ctx.session.scalars(
        sa.select(ClusterLetter).where(ClusterLetter.cluster_id == cluster.id).order_by(ClusterLetter.id)
    ).all()


def scores_of(ctx: Context, cluster: Cluster) -> list[tuple[str, Decimal, Decimal]]:
    """Return (criterion, weight, score) of a cluster."""
    rows = ctx.session.execute(
        sa.select(MapCriterion.title, MapCriterion.weight, MapScore.score)
        .join(MapScore, MapScore.criterion_id == MapCriterion.id)
        .where(MapScore.cluster_id == cluster.id)
        .order_by(MapCriterion.position)
    )
    return [(r.title, r.weight, r.score) for r in rows]


def _scores(ctx: Context, ids: Sequence[int]) -> dict[int, tuple[Decimal, ...]]:
    rows = ctx.session.execute(
        sa.select(MapScore.cluster_id, MapScore.score)
        .join(MapCriterion, MapCriterion.id == MapScore.criterion_id)
        .where(MapScore.cluster_id.in_(ids))
        .order_by(MapScore.cluster_id, MapCriterion.position)
    )
    found: dict[int, tuple[Decimal, ...]] = {}
    for cluster_id, score in rows:
        found[cluster_id] = (*found.get(cluster_id, ()), score)
    return found


def _row(c: Cluster, scores: tuple[Decimal, ...]) -> MapRow:
    return MapRow(c.id, c.name, c.state, c.rank, c.total, c.firms_count, c.is_invented, scores)
