"""Pages on which an evaluator declares, before and after the bidders are named, and signs it; or steps aside."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.evaluation import queries
from tender_app.evaluation.conflict_guards import declaration_for
from tender_app.evaluation.conflict_rules import Declared, digest_of
from tender_app.evaluation.room import own_sheet
from tender_app.evaluation.rules import SheetAct
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_, _
from tender_app.tenders.models import Tender
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.limits import BY_ADDRESS, BY_NAME, limiter, signed_in_person, was_refused
from tender_app.web.signing import SignedForm
from tender_app.web.visit import attempt, context, page
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("declaring", __name__, url_prefix="/tenders")

RECUSAL = N_(
    "از ارزیابی «{title}» ({number}) کناره می‌گیرید: برگه شما همین دم بسته می‌شود، آنچه نوشته‌اید در محاسبه نمی‌آید و دیگر پیشنهادهای این "
    "مناقصه را نمی‌بینید. {head} باخبر می‌شود تا اگر ارزیابان کم شدند جانشین بگمارد."
)


@bp.route("/<number>/scores/pledge", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@limiter.limit(BY_NAME, key_func=signed_in_person, methods=["POST"], deduct_when=was_refused)
@under(SheetAct.PLEDGE)
def pledge(number: str) -> Response:
    """Declare impartiality and confidentiality before anybody who bids is named."""
    return _declare(number, SheetAct.PLEDGE, _("اعلام نخست امضا شد؛ اکنون نام پیشنهاددهندگان را ببینید."))


@bp.route("/<number>/scores/declare", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@limiter.limit(BY_NAME, key_func=signed_in_person, methods=["POST"], deduct_when=was_refused)
@under(SheetAct.DECLARE_NO_CONFLICT)
def declare(number: str) -> Response:
    """Declare that there is no conflict of interest, knowing who bids and nothing of what they offer."""
    return _declare(number, SheetAct.DECLARE_NO_CONFLICT, _("اعلام دوم امضا شد؛ اکنون پیشنهادها را می‌بینید."))


@bp.route("/<number>/scores/recuse", methods=["GET", "POST"])
@under(SheetAct.RECUSE)
def recuse(number: str) -> Response:
    """Step aside for a conflict of interest; who knows the bidders' names sees them, and nobody else."""
    ctx = context()
    own = own_sheet(number)
    reason = refusal_of(ctx, own, SheetAct.RECUSE)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, own, SheetAct.RECUSE)
        if done:
            flash(_("کناره‌گیری شما ثبت شد."))
            return redirect(url_for("evaluation.sheet", number=number))
    about = own.tender
    text = _(RECUSAL).format(title=about.title, number=about.number, head=about.basis.word(Role.HEAD))
    return _page(about, SheetAct.RECUSE, form, text, reason)


def _declare(number: str, act: SheetAct, done_text: str) -> Response:
    ctx = context()
    own = own_sheet(number)
    reason = refusal_of(ctx, own, act)
    text = declaration_for(ctx, own)
    form = SignedForm(seen=digest_of(text))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, own, act, Declared(form.password.data, form.seen.data, form.said_code))
        if done:
            flash(done_text)
            follows = ".declare" if act is SheetAct.PLEDGE else "evaluation.sheet"
            return redirect(url_for(follows, number=number))
    form.seen.data = digest_of(text)
    return _page(own.tender, act, form, text, reason)


def _page(tender: Tender, act: SheetAct, form: PersianForm, text: str, reason: str | None) -> Response:
    """Show the text of an act with the bidders whom the actor may know by name: before the first declaration, none."""
    bidders = queries.bidders(context(), tender)
    return page("evaluation/declare.html", form=form, tender=tender, act=act, text=text, reason=reason, bidders=bidders)
