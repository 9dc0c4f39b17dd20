"""Reasons against acts on clusters."""

import sqlalchemy as sa

from tender_app.clusters.models import Cluster, ClusterLetter
from tender_app.clusters.rules import Candidate, Letter
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid
from tender_app.kernel.words import _
from tender_app.people.models import Organisation
from tender_app.store.context import Context


def place_of_map(what: Candidate) -> Organisation:
    """A candidate is put on the map of an organisation."""
    place: Organisation = what.organisation
    return place


def letter_follows(ctx: Context, cluster: Cluster, what: Letter | None) -> str | None:
    """A letter is not of the future, nor older than the one before it (Invalid names the field)."""
    if what is None:
        return None
    if what.day > calendar.today(ctx.now):
        raise _bad_day(_("تاریخ نامه نمی‌تواند در آینده باشد؛ روزی را بنویسید که نامه امضا شده است."))
    last = ctx.session.scalar(sa.select(sa.func.max(ClusterLetter.day)).where(ClusterLetter.cluster_id == cluster.id))
    if last and what.day < last:
        raise _bad_day(
            _("تاریخ نامه نمی‌تواند پیش از نامه مرحله قبل ({last}) باشد.").format(last=calendar.numeric(last))
        )
    return None


def _bad_day(message: str) -> Invalid:
    return Invalid(message, {"day": message})
