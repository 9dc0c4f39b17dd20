"""What the pages of clusters read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.clusters import map_queries
from tender_app.clusters.map_rules import MapState
from tender_app.clusters.models import Cluster, ClusterLetter, ClusterMap, MapCandidate, MapCriterion, MapScore
from tender_app.clusters.rules import ClusterAct, ClusterState
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Scope, Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Organisation
from tender_app.store.context import Context
from tender_app.workflow.sight import where_visible

PROOFS = {  # R01: what must be proved by a letter, and how it comes about
    ClusterAct.RECORD_PREFEASIBILITY: N_(
        "گزارش امکان‌سنجی مقدماتی پذیرفته نشده است؛ آن را در صفحه خوشه بفرستید تا مدیر بپذیرد"
    ),
    ClusterAct.RECORD_PROVINCE: N_(
        "شماره و تاریخ تصویب کمیته استانی ثبت نشده است؛ درخواست و نامه پاسخ را در صفحه خوشه ثبت کنید"
    ),
    ClusterAct.RECORD_ISIPO: N_(
        "شماره و تاریخ تصویب سازمان صنایع کوچک و شهرک‌های صنعتی ایران ثبت نشده است؛ درخواست و نامه پاسخ را در صفحه خوشه ثبت کنید"
    ),
    ClusterAct.RECORD_LICENCE: N_("شماره و تاریخ مجوز توسعه ثبت نشده است؛ مجوز را در صفحه خوشه ثبت کنید"),
}
PROVEN = sa.select(ClusterLetter.act).where(
    ClusterLetter.cluster_id == sa.bindparam("cluster"), ClusterLetter.number != ""
)


@dataclass(frozen=True, slots=True)
class MapRow:
    """A cluster with its place on the current map, its scores in the order of the criteria."""

    id: int
    name: str
    state: ClusterState
    rank: int | None
    total: Decimal | None
    firms_count: int | None
    is_invented: bool
    scores: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """An organisation's current map and the clusters that the viewer may see, by rank; `version` None: none is adopted yet."""

    organisation_id: int
    organisation: str
    province: str
    version: ClusterMap | None
    criteria: tuple[tuple[str, Decimal], ...]
    rows: tuple[MapRow, ...]
    others: tuple[ClusterMap, ...]
    draft: ClusterMap | None

    @property
    def ranked(self) -> tuple[MapRow, ...]:
        """Return the rows that the current map ranks."""
        return tuple(row for row in self.rows if row.rank is not None)


def licence_of(ctx: Context, cluster_id: int) -> ClusterLetter | None:
    """Return the letter of a cluster's development licence."""
    query = sa.select(ClusterLetter).where(
        ClusterLetter.cluster_id == cluster_id, ClusterLetter.act == ClusterAct.RECORD_LICENCE
    )
    return ctx.session.scalars(query).first()


def missing_for_tender(ctx: Context, cluster: Cluster) -> list[str]:
    """Return what a cluster still lacks before a tender for its agent, each with the way out (R01)."""
    missing = []
    if map_queries.rank_now(ctx, cluster) is None:
        missing.append(_("خوشه در نسخه جاری نقشه رتبه ندارد؛ نسخه‌ای که آن را دربر دارد باید تصویب شود"))
    known = set(ctx.session.scalars(PROVEN, {"cluster": cluster.id}))
    missing += [_(sentence) for act, sentence in PROOFS.items() if act not in known]
    return missing


def maps(ctx: Context, *, organisation_id: int | None = None, state: ClusterState | None = None) -> list[MapView]:
    """Return the maps with the clusters that the actor may see, in a fixed number of queries; None filters nothing."""
    query = sa.select(Cluster).where(where_visible(ctx, Cluster, Sight.PAGE))
    if organisation_id is not None:
        query = query.where(Cluster.organisation_id == organisation_id)
    if state is not None:
        query = query.where(Cluster.state == state)
    clusters = ctx.session.scalars(query.order_by(Cluster.id)).all()
    places = sa.select(Organisation).where(Organisation.id.in_({c.organisation_id for c in clusters}))
    found = ctx.session.scalars(places.order_by(Organisation.name)).all()
    versions = _versions(ctx, [o.id for o in found])
    current = {v.organisation_id: v for v in reversed(versions) if v.state is MapState.ADOPTED}
    standing = _standing(ctx, [v.id for v in current.values()], [c.id for c in clusters])
    return [
        _view(
            place,
            current.get(place.id),
            [c for c in clusters if c.organisation_id == place.id],
            standing,
            [v for v in versions if v.organisation_id == place.id],
        )
        for place in found
    ]


Standing = dict[int, tuple[MapCandidate, dict[int, Decimal]]]


def _view(
    place: Organisation,
    version: ClusterMap | None,
    clusters: Sequence[Cluster],
    standing: Standing,
    versions: Iterable[ClusterMap],
) -> MapView:
    criteria = version.criteria if version else []
    rows = sorted((_row(c, standing, criteria) for c in clusters), key=lambda r: (r.rank is None, r.rank or 0))
    known = list(versions)
    return MapView(
        place.id,
        place.name,
        place.province,
        version,
        tuple((c.title, c.weight) for c in criteria),
        tuple(rows),
        tuple(v for v in known if v is not version and v.state is MapState.ADOPTED),
        next((v for v in known if v.state is MapState.DRAFT), None),
    )


def _row(c: Cluster, standing: Standing, criteria: Sequence[MapCriterion]) -> MapRow:
    candidate, scores = standing.get(c.id, (None, {}))
    rank, total = (candidate.rank, candidate.total) if candidate else (None, None)
    return MapRow(
        c.id, c.name, c.state, rank, total, c.firms_count, c.is_invented, tuple(scores.get(k.id) for k in criteria)
    )


def _versions(ctx: Context, organisations: Sequence[int]) -> Sequence[ClusterMap]:
    """Return the versions that the actor may see, the latest year first."""
    query = (
        sa.select(ClusterMap)
        .where(ClusterMap.organisation_id.in_(organisations), where_visible(ctx, ClusterMap, Sight.PAGE))
        .options(selectinload(ClusterMap.criteria))
        .order_by(ClusterMap.year.desc())
    )
    return ctx.session.scalars(query).all()


def _standing(ctx: Context, versions: Sequence[int], clusters: Sequence[int]) -> Standing:
    query = sa.select(MapCandidate).where(MapCandidate.map_id.in_(versions), MapCandidate.cluster_id.in_(clusters))
    found: Standing = {c.cluster_id: (c, {}) for c in ctx.session.scalars(query)}
    rows = sa.select(MapScore.cluster_id, MapScore.criterion_id, MapScore.score).where(
        MapScore.criterion_id.in_(sa.select(MapCriterion.id).where(MapCriterion.map_id.in_(versions)))
    )
    for cluster_id, criterion_id, score in ctx.session.execute(rows.where(MapScore.cluster_id.in_(clusters))):
        if cluster_id in found:
            found[cluster_id][1][criterion_id] = score
    return found


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


def letters(ctx: Context, cluster: Cluster) -> Sequence[ClusterLetter]:
    """Return the letters of a cluster in the order of its steps."""
    return ctx.session.scalars(
        sa.select(ClusterLetter).where(ClusterLetter.cluster_id == cluster.id).order_by(ClusterLetter.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster's place on one adopted version."""

    version: ClusterMap
    rank: int | None
    total: Decimal | None
    withdrawn: str

    @property
    def label(self) -> str:
        """Return the year of the version in words."""
        return persian_digits(_("نقشه {year}").format(year=self.version.year))


def standing_of(ctx: Context, cluster: Cluster) -> list[Place]:
    """Return a cluster's place on every adopted version that names it, the latest first."""
    query = (
        sa.select(ClusterMap, MapCandidate)
        .join(MapCandidate, MapCandidate.map_id == ClusterMap.id)
        .where(MapCandidate.cluster_id == cluster.id, ClusterMap.state == MapState.ADOPTED)
        .order_by(ClusterMap.year.desc())
    )
    rows = ctx.session.execute(query).all()
    return [Place(v, c.rank, c.total, c.withdrawn_reason if c.withdrawn_at else "") for v, c in rows]


def scores_of(ctx: Context, cluster: Cluster, version: ClusterMap) -> list[tuple[str, Decimal, Decimal]]:
    """Return (criterion, weight, score) of a cluster on a version."""
    rows = ctx.session.execute(
        sa.select(MapCriterion.title, MapCriterion.weight, MapScore.score)
        .join(MapScore, MapScore.criterion_id == MapCriterion.id)
        .where(
            MapScore.cluster_id == cluster.id,
            MapCriterion.map_id == version.id,
            MapCriterion.withdrawn_at.is_(None),
        )
        .order_by(MapCriterion.position)
    )
    return [(r.title, r.weight, r.score) for r in rows]
