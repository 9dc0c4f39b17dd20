"""Pages of the weight rehearsal: asking for one, seeing how far it is, reading its four answers."""

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context
from tender_app.tenders import rehearsed, rehearsing
from tender_app.tenders.models import Tender
from tender_app.tenders.prepared import WeightRehearsal
from tender_app.tenders.rules import TenderAct
from tender_app.web.charts import histogram, stack
from tender_app.web.fields import Count, PersianForm, optional
from tender_app.web.law import under
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("trying_weights", __name__, url_prefix="/tenders")

PATIENCE = dt.timedelta(minutes=1)  # after which a rehearsal that nobody took up is said to wait for the worker


class TrialForm(PersianForm):
    """A seed, where an earlier rehearsal is to be repeated."""

    seed = Count(
        N_("عدد آغاز"),
        [optional()],
        least="0",
        most="999999999",
        description=N_("خالی بگذارید تا سامانه برگزیند؛ با عدد یک آزمون پیشین، همان نتیجه دوباره به دست می‌آید."),
    )


@bp.route("/<number>/weights", methods=["GET", "POST"])
@under(TenderAct.TRY_WEIGHTS)
def weights(number: str) -> Response:
    """Ask for a rehearsal of the draft's weights, and read the newest."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    form = TrialForm()
    reason = refusal_of(ctx, tender, TenderAct.TRY_WEIGHTS)
    if form.validate_on_submit():
        with attempt(form) as done:
            seed = rehearsing.new_seed() if form.seed.data is None else form.seed.data
            advance(ctx, tender, TenderAct.TRY_WEIGHTS, rehearsing.Trial(seed))
        if done:
            flash(_("آزمون وزن‌ها آغاز شد؛ نتیجه تا چند ثانیه دیگر همین‌جا می‌آید."))
            return redirect(url_for(".weights", number=number))
    return page("tenders/weights.html", form=form, tender=tender, reason=reason, **shown(ctx, tender))


def shown(ctx: Context, tender: Tender) -> dict[str, Any]:
    """Return the newest rehearsal as pages show it: how far it is, or what it says and whether it still fits."""
    last, finished = rehearsing.latest(ctx, tender), rehearsing.latest(ctx, tender, finished=True)
    under_way = last if last is not None and last.state in rehearsing.UNFINISHED else None
    if finished is None:
        return {"under_way": under_way, "rehearsal": None, "waits": _waits(ctx, under_way)}
    told = rehearsed.told(finished)
    minimum = _("حداقل {minimum}").format(minimum=rehearsed.figure(told.minimum))
    return {
        "under_way": under_way,
        "waits": _waits(ctx, under_way),
        "rehearsal": finished,
        "is_stale": rehearsing.is_stale(ctx, tender, finished),
        "told": told,
        "stack": stack(told.parts),
        "histogram": histogram(told.counts, (told.begins, 100), told.minimum, minimum),
        "seed": persian_digits(finished.seed),
    }


def _waits(ctx: Context, row: WeightRehearsal | None) -> bool:
    return row is not None and not row.done and ctx.now - row.asked_at > PATIENCE
