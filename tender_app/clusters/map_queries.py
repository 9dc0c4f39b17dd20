"""What is read of the versions of a cluster map: their content, the current one, what moved between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.clusters.map_rules import CandidateLine, Chart, CriterionLine, MapState, standings
from tender_app.clusters.models import Cluster, ClusterMap, MapCandidate, MapCriterion, MapScore, MapWorkbook
from tender_app.kernel.vocabulary import Sight
from tender_app.ledger.models import LedgerEntry
from tender_app.store.context import Context
from tender_app.workflow.sight import where_visible

IN_FORCE = (
    sa.select(ClusterMap.id)
    .where(ClusterMap.organisation_id == sa.bindparam("organisation"), ClusterMap.state == MapState.ADOPTED)
    .order_by(ClusterMap.year.desc())
    .limit(1)
    .scalar_subquery()
)
RANK_NOW = sa.select(MapCandidate.rank).where(
    MapCandidate.map_id == IN_FORCE, MapCandidate.cluster_id == sa.bindparam("cluster")
)


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate of a version with its scores in the order of the criteria; None where one is missing."""

    candidate_id: int
    cluster_id: int
    slug: str
    name: str
    description: str
    firms_count: int | None
    is_invented: bool
    scores: tuple[Decimal | None, ...]
    total: Decimal | None
    rank: int | None
    withdrawn: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A cluster's rank in two versions; None where it has none there."""

    cluster_id: int
    name: str
    before: int | None
    after: int | None

    @property
    def by(self) -> int | None:
        """Return by how many ranks it rose (below zero: fell); None where one rank is missing."""
        return None if self.before is None or self.after is None else self.before - self.after


def current_map(ctx: Context, organisation_id: int) -> ClusterMap | None:
    """Return the adopted version in force: that of the latest year."""
    return ctx.session.scalars(_adopted(organisation_id).limit(1)).first()


def adopted_maps(ctx: Context, organisation_id: int) -> Sequence[ClusterMap]:
    """Return the adopted versions, the latest year first."""
    return ctx.session.scalars(_adopted(organisation_id)).all()


def draft_of(ctx: Context, organisation_id: int) -> ClusterMap | None:
    """Return the version under way, if there is one."""
    query = sa.select(ClusterMap).where(
        ClusterMap.organisation_id == organisation_id, ClusterMap.state == MapState.DRAFT
    )
    return ctx.session.scalars(query.limit(1)).first()


def version_before(ctx: Context, version: ClusterMap) -> ClusterMap | None:
    """Return the adopted version before this one."""
    query = _adopted(version.organisation_id).where(ClusterMap.year < version.year, ClusterMap.id != version.id)
    return ctx.session.scalars(query.limit(1)).first()


def criteria_of(ctx: Context, version: ClusterMap) -> Sequence[MapCriterion]:
    """Return the criteria of a version, as they are in the database now."""
    query = sa.select(MapCriterion).where(MapCriterion.map_id == version.id, MapCriterion.withdrawn_at.is_(None))
    return ctx.session.scalars(query.order_by(MapCriterion.position)).all()


def lines_of(criteria: Sequence[MapCriterion]) -> tuple[CriterionLine, ...]:
    """Return criteria as plain lines."""
    return tuple(CriterionLine(c.title, c.weight, c.tie_turn) for c in criteria)


def scores_in(ctx: Context, version: ClusterMap) -> dict[int, dict[int, Decimal]]:
    """Return {cluster: {criterion: score}} of a version."""
    query = (
        sa.select(MapScore.cluster_id, MapScore.criterion_id, MapScore.score)
        .join(MapCriterion, MapCriterion.id == MapScore.criterion_id)
        .where(MapCriterion.map_id == version.id, MapCriterion.withdrawn_at.is_(None))
    )
    found: dict[int, dict[int, Decimal]] = {}
    for cluster_id, criterion_id, score in ctx.session.execute(query):
        found.setdefault(cluster_id, {})[criterion_id] = score
    return found


def rows_of(ctx: Context, version: ClusterMap, *, visible: bool = False) -> list[Row]:
    """Return the candidates of a version by rank; a draft's ranks are computed, an adopted version's are read.

    `visible` leaves out the clusters that the actor may not see; ranks count all of them.
    """
    criteria = criteria_of(ctx, version)
    scores = scores_in(ctx, version)
    query = (
        sa.select(MapCandidate, Cluster.slug, Cluster.is_invented)
        .join(Cluster, Cluster.id == MapCandidate.cluster_id)
        .where(MapCandidate.map_id == version.id)
        .order_by(MapCandidate.position)
    )
    if visible:
        query = query.where(where_visible(ctx, Cluster, Sight.PAGE))
    found = ctx.session.execute(query).all()
    ranked = _standing(version, criteria, [row.MapCandidate for row in found], scores)
    rows = [
        Row(
            c.id,
            c.cluster_id,
            slug,
            c.name,
            c.description,
            c.firms_count,
            is_invented,
            tuple(scores.get(c.cluster_id, {}).get(criterion.id) for criterion in criteria),
            *ranked.get(c.id, (None, None)),
            c.withdrawn_reason if c.withdrawn_at else "",
        )
        for c, slug, is_invented in found
    ]
    return sorted(rows, key=lambda row: (bool(row.withdrawn), row.rank is None, row.rank or 0))


def chart_of(ctx: Context, version: ClusterMap) -> Chart:
    """Return a version's content as plain lines."""
    criteria = lines_of(criteria_of(ctx, version))
    lines = [line_of(row, criteria) for row in sorted(rows_of(ctx, version), key=lambda row: row.candidate_id)]
    return Chart(criteria, tuple(lines))


def line_of(row: Row, criteria: Sequence[CriterionLine]) -> CandidateLine:
    """Return a candidate as a plain line."""
    scores = {c.title: score for c, score in zip(criteria, row.scores, strict=True) if score is not None}
    return CandidateLine(row.name, row.firms_count, row.description, scores, row.slug, row.withdrawn, row.is_invented)


def moved(before: Sequence[Row], after: Sequence[Row]) -> list[Moved]:
    """Return every cluster that either version ranks, by its rank in the later one; those that left come last."""
    then = {row.cluster_id: row.rank for row in before if row.rank is not None}
    now = {row.cluster_id: row.rank for row in after if row.rank is not None}
    names = {row.cluster_id: row.name for row in (*before, *after)}
    found = [Moved(key, names[key], then.get(key), now.get(key)) for key in {**now, **then}]
    return sorted(found, key=lambda m: (m.after is None, m.after or 0, m.before or 0))


def rank_of(ctx: Context, version: ClusterMap, cluster_id: int) -> int | None:
    """Return a cluster's rank in an adopted version; None where it has none."""
    query = sa.select(MapCandidate.rank).where(MapCandidate.map_id == version.id, MapCandidate.cluster_id == cluster_id)
    return ctx.session.scalar(query)


def rank_now(ctx: Context, cluster: Cluster) -> int | None:
    """Return a cluster's rank in the adopted version in force; None where it has none, or no version is adopted."""
    found: int | None = ctx.session.scalar(RANK_NOW, {"organisation": cluster.organisation_id, "cluster": cluster.id})
    return found


def current_rank() -> sa.ScalarSelect[int | None]:
    """Return the rank of the enclosing query's Cluster on the latest adopted version that ranks it, as a column."""
    return (
        sa.select(MapCandidate.rank)
        .join(ClusterMap, ClusterMap.id == MapCandidate.map_id)
        .where(MapCandidate.cluster_id == Cluster.id, MapCandidate.rank.is_not(None))
        .order_by(ClusterMap.year.desc())
        .limit(1)
        .correlate(Cluster)
        .scalar_subquery()
    )


def editors_of(ctx: Context, version: ClusterMap) -> set[int | None]:
    """Return who did something on a version so far, by the ledger."""
    query = sa.select(LedgerEntry.person_id).where(
        LedgerEntry.case_kind == ClusterMap.kind, LedgerEntry.case_id == version.id
    )
    return set(ctx.session.scalars(query.distinct()))


def workbook_of(ctx: Context, version: ClusterMap, workbook_id: int) -> MapWorkbook | None:
    """Return a workbook that was offered for a version."""
    query = sa.select(MapWorkbook).where(MapWorkbook.id == workbook_id, MapWorkbook.map_id == version.id)
    return ctx.session.scalars(query).one_or_none()


def last_workbook(ctx: Context, version: ClusterMap) -> MapWorkbook:
    """Return the workbook that was offered last."""
    query = sa.select(MapWorkbook).where(MapWorkbook.map_id == version.id).order_by(MapWorkbook.id.desc())
    return ctx.session.scalars(query.limit(1)).one()


def _adopted(organisation_id: int) -> sa.Select[ClusterMap]:
    return (
        sa.select(ClusterMap)
        .where(ClusterMap.organisation_id == organisation_id, ClusterMap.state == MapState.ADOPTED)
        .options(selectinload(ClusterMap.letter_paper))
        .order_by(ClusterMap.year.desc())
    )


def _standing(
    version: ClusterMap,
    criteria: Sequence[MapCriterion],
    candidates: Sequence[MapCandidate],
    scores: dict[int, dict[int, Decimal]],
) -> dict[int, tuple[Decimal | None, int | None]]:
    if version.state is MapState.ADOPTED:
        return {c.id: (c.total, c.rank) for c in candidates}
    lines, standing = lines_of(criteria), [c for c in candidates if c.withdrawn_at is None]
    titles = {c.id: c.title for c in criteria}
    rows = [{titles[key]: s for key, s in scores.get(c.cluster_id, {}).items()} for c in standing]
    return dict(zip((c.id for c in standing), standings(lines, rows), strict=True))
