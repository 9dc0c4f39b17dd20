"""Reasons against acts on clusters."""

import sqlalchemy as sa

from tender_app.clusters.models import Cluster, ClusterLetter
from tender_app.clusters.rules import Candidate, Letter
from tender_app.kernel import calendar
from tender_app.people.models import Organisation
from tender_app.store.context import Context


def place_of_map(what: Candidate) -> Organisation:
    """A candidate is put on the map of an organisation."""
    place: Organisation = what.organisation
    return place


def letter_follows(ctx: Context, cluster: Cluster, what: Letter | None) -> str | None:
    """A letter is not of the future, nor older than the one before it."""
    if what is None:
        return None
    if what.day > calendar.today(ctx.now):
        return "تاریخ نامه نمی‌تواند در آینده باشد."
    last = ctx.session.scalar(sa.select(sa.func.max(ClusterLetter.day)).where(ClusterLetter.cluster_id == cluster.id))
    if last and what.day < last:
        return f"تاریخ نامه نمی‌تواند پیش از نامه مرحله قبل ({calendar.numeric(last)}) باشد."
    return None
