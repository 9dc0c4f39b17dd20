"""What changes clusters: the letters behind their steps."""

from collections.abc import Callable

from tender_app.clusters.map_commands import keep_paper
from tender_app.clusters.models import Cluster, ClusterLetter
from tender_app.clusters.rules import ClusterAct, Letter
from tender_app.store.context import Context


def keep_letter(act: ClusterAct) -> Callable[[Context, Cluster, Letter], None]:
    """Return the effect that keeps the letter behind this act, with its scan."""

    def keep(ctx: Context, cluster: Cluster, what: Letter) -> None:
        letter = ClusterLetter(act=act, number=what.number, day=what.day, note=what.note, recorded_at=ctx.now)
        letter.cluster_id = cluster.id
        letter.paper_id = keep_paper(ctx, cluster.organisation_id, what.scan).id if what.scan else None
        ctx.session.add(letter)

    return keep
