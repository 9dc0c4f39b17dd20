"""What changes the map and its clusters."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import sqlalchemy as sa

from tender_app.clusters.models import Cluster, ClusterLetter, ClusterMap, MapCriterion, MapScore
from tender_app.clusters.rules import Candidate, ClusterAct, Letter, ranks, weighted_total
from tender_app.store.context import Context


def make_map(
    ctx: Context, organisation_id: int, *, year: int, title: str, criteria: Sequence[tuple[str, Decimal]]
) -> ClusterMap:
    """Make a year's map; the weights of its criteria sum to 100, else ValueError."""
    if sum(weight for _, weight in criteria) != 100:  # noqa: PLR2004 -- the whole
        raise ValueError("the weights of a map sum to 100")
    made = ClusterMap(organisation_id=organisation_id, year=year, title=title)
    made.criteria = [MapCriterion(position=n, title=t, weight=w) for n, (t, w) in enumerate(criteria, 1)]
    ctx.session.add(made)
    ctx.session.flush()
    return made


def make_cluster(ctx: Context, what: Candidate) -> Cluster:
    """Make a candidate with its scores; the map's ranks are computed anew."""
    total = weighted_total([c.weight for c in what.map.criteria], what.scores)
    others = ctx.session.scalars(sa.select(Cluster).where(Cluster.map_id == what.map.id).order_by(Cluster.id)).all()
    made = Cluster(
        organisation_id=what.organisation.id,
        map_id=what.map.id,
        slug=what.slug,
        name=what.name,
        description=what.description,
        firms_count=what.firms_count,
        position=len(others) + 1,
        total=total,
        is_invented=what.is_invented,
    )
    made.scores = [MapScore(criterion_id=c.id, score=s) for c, s in zip(what.map.criteria, what.scores, strict=True)]
    row = [*others, made]
    for cluster, rank in zip(row, ranks([c.total or Decimal(0) for c in row]), strict=True):
        cluster.rank = rank
    return made


def keep_letter(act: ClusterAct) -> Callable[[Context, Cluster, Letter], None]:
    """Return the effect that keeps the letter behind this act."""

    def keep(ctx: Context, cluster: Cluster, what: Letter) -> None:
        letter = ClusterLetter(act=act, number=what.number, day=what.day, note=what.note, recorded_at=ctx.now)
        letter.cluster_id = cluster.id
        ctx.session.add(letter)

    return keep
