"""Pages that explain a result: how little would have changed it."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from tender_app.evaluation import fragile_words, fragility
from tender_app.evaluation.methods import YARDSTICKS
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders.models import Tender
from tender_app.web.law import under
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.sight import may_see

bp = Blueprint("fragile", __name__, url_prefix="/tenders")

ROBUSTNESS = N_("پایداری رتبه‌بندی")


@bp.get("/<number>/ranking/robustness")
@under(Sight.PRICES)
def robustness(number: str) -> Response:
    """The smallest change of each number that makes another first; single scores only for those who may read scores."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    if not may_see(ctx, tender, Sight.PRICES):
        raise NotAllowed(_("رتبه‌بندی پس از اعلام نتیجه برای همه باز می‌شود."))
    read = fragility.of_tender(ctx, tender)
    if read is None:
        raise Missing(_("قیمتی گشوده نشده و رتبه‌بندی انجام نشده است."))
    sees_scores = may_see(ctx, tender, Sight.SCORES)
    return page(
        "evaluation/robustness.html",
        tender=tender,
        title=_(ROBUSTNESS),
        told=fragile_words.told(*read, with_scores=sees_scores),
        winner=fragile_words.now(*read),
        yardstick=YARDSTICKS[tender.method],
        sees_scores=sees_scores,
        back=url_for("evaluation.ranking", number=number),
    )
