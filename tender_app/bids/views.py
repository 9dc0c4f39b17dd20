"""Pages of the bidding firm: its bid, submission in one act, the receipt, replacement and withdrawal."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.bids import commands, queries
from tender_app.bids.access import accesses_of
from tender_app.bids.confirmation import WAITING
from tender_app.bids.cures import CURES
from tender_app.bids.guards import needed
from tender_app.bids.intent import IntentForm, intent_of, is_fulfilled, meant
from tender_app.bids.models import Bid
from tender_app.bids.outlook import OVER, next_step
from tender_app.bids.rules import ASIDE, BidAct, BidState, EnvelopeKind, Start
from tender_app.kernel.errors import Missing, NotAllowed, Stale
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders.addenda import ISSUED
from tender_app.tenders.models import Tender
from tender_app.web import uploads
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import Button, buttons
from tender_app.web.visit import attempt, case_of, context, fresh_context, page, refuse, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of

bp = Blueprint("bids", __name__, url_prefix="/tenders")

SUBMITTING = N_(
    "با این کار پاکت‌های مهر و موم‌شده یک‌جا تسلیم می‌شود و رسید می‌گیرید. "
    "تا پایان مهلت می‌توانید پیشنهاد را جایگزین کنید یا پس بگیرید."
)
WITHDRAWING = N_(
    "پیشنهاد تسلیم‌شده کنار می‌رود و گشوده نمی‌شود. این کار بازگشت ندارد؛ تا پایان مهلت می‌توانید پیشنهاد "
    "تازه‌ای تسلیم کنید."
)
CHANGED = N_(
    "پس از باز شدن آن صفحه، پاکتی از این پیشنهاد دوباره مهر و موم شده یا پیش‌نویس آن کنار رفته است؛ با آن فرم چیزی تسلیم "
    "نشد. پاکت‌های کنونی را در صفحه پیشنهاد ببینید و اگر همین‌ها را می‌خواهید، تسلیم کنید."
)
AGAIN = N_("این پیشنهاد پیش‌تر تسلیم شده است؛ این همان رسید است.")
DISCARDING = N_(
    "پیش‌نویس و پاکت‌هایی که در آن مهر و موم کرده‌اید کنار می‌رود. پیشنهادی که پیش‌تر تسلیم کرده‌اید دست نمی‌خورد."
)


@bp.get("/<number>/bid")
@under(BidAct.START)
def show(number: str) -> Response:
    """The firm's bid: which envelopes are sealed, whether it is submitted, what can be done until when."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    firm = _firm()
    reason = may_begin(ctx, Bid, BidAct.START, Start(firm, tender))
    own = queries.own_bids(ctx, tender, firm)
    draft = next((b for b in own if b.state is BidState.DRAFT), None)
    standing = next((b for b in own if b.state is not BidState.DRAFT), None)
    return page(
        "bids/show.html",
        tender=tender,
        firm=firm,
        reason=reason,
        draft=draft,
        standing=standing,
        next_step=next_step(tender, standing.state) if standing else "",
        is_over=standing is not None and standing.state in OVER,
        papers=queries.letters_to(ctx, tender, firm),
        original=queries.original_of(ctx, tender, firm) if tender.has_envelope_a else None,
        earlier=queries.earlier_bids(ctx, tender, firm),
        accesses=accesses_of(ctx, standing, request.args.get("before", type=row_id)) if standing else None,
        kinds=needed(tender),
        addenda=ISSUED.of(ctx, tender),
        waiting=_waiting(ctx, standing),
        submitting=[row for row in _acts(draft) if row["primary"]],
        acts=[row for row in [*_acts(draft), *_acts(standing)] if not row["primary"]],
        largest=uploads.LARGEST,
        limit=settings().upload_limit,
        sealed_limit=settings().sealed_limit,
    )


def _waiting(ctx: Context, standing: Bid | None) -> tuple[int, ...]:
    """Return after which addenda the standing bid is still to be confirmed, as long as it can be."""
    if standing is None or refusal_of(ctx, standing, BidAct.CONFIRM):
        return ()
    return WAITING.of(ctx, standing)


@bp.post("/<number>/bid/start")
@under(BidAct.START)
def start(number: str) -> Response:
    """Begin to prepare a bid, or a new version of the one that stands."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    begin(context(), Bid, BidAct.START, Start(_firm(), tender))
    return redirect(url_for(".show", number=number))


@bp.route("/<number>/bid/submit", methods=["GET", "POST"])
@under(BidAct.SUBMIT)
def submit(number: str) -> Response:
    """Submit the bid, in one act; the same form sent again is led to the receipt of the first, at any later time."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    form = IntentForm()
    ctx = fresh_context()
    bid = _meant(ctx, tender, form)
    reason = refusal_of(ctx, bid, BidAct.SUBMIT)
    if bid.receipt_no is not None:
        flash(AGAIN)
        return redirect(_receipt_page(number, bid))
    if not form.errors and form.validate_on_submit():
        said = form.intent.data or intent_of(ctx, bid)
        with attempt(form) as done:
            advance(ctx, bid, BidAct.SUBMIT, commands.submission_of(bid))
        if done or is_fulfilled(ctx, bid, said):
            flash(_("پیشنهاد شما تسلیم شد. رسید را نگه دارید."))
            return redirect(_receipt_page(number, bid))
    form.intent.data = intent_of(ctx, bid)
    return page(
        "bids/submit.html",
        form=form,
        tender=tender,
        reason=reason,
        lead=SUBMITTING,
        digests=[(tender.basis.word(EnvelopeKind(kind)), digest) for kind, digest in commands.digests_of(bid).items()],
        replaced=_own(tender, BidState.SUBMITTED),
    )


def _meant(ctx: Context, tender: Tender, form: IntentForm) -> Bid:
    """Return the bid that the form was about; where it states none, the draft, or what was submitted of it."""
    if form.is_submitted() and form.intent.data:
        bid = meant(ctx, tender, _firm(), form.intent.data)
        if bid is not None:
            return bid
        draft = _own(tender, BidState.DRAFT)
        if draft is None:
            raise Stale(CHANGED)
        refuse(HTTPStatus.CONFLICT)
        form.form_errors.append(CHANGED)
        return draft
    return _own(tender, BidState.DRAFT) or own_bid(tender, BidState.SUBMITTED)


def _receipt_page(number: str, bid: Bid) -> str:
    return url_for("receipts.show", number=number, no=bid.receipt_no if bid.state in ASIDE else None)


@bp.route("/<number>/bid/withdraw", methods=["GET", "POST"])
@under(BidAct.WITHDRAW)
def withdraw(number: str) -> Response:
    """Withdraw the submitted bid."""
    return _confirm(number, BidAct.WITHDRAW, BidState.SUBMITTED, WITHDRAWING, _("پیشنهاد پس گرفته شد."))


@bp.route("/<number>/bid/discard", methods=["GET", "POST"])
@under(BidAct.DISCARD)
def discard(number: str) -> Response:
    """Set the draft aside."""
    return _confirm(number, BidAct.DISCARD, BidState.DRAFT, DISCARDING, _("پیش‌نویس کنار گذاشته شد."))


def own_bid(tender: Tender, state: BidState) -> Bid:
    """Return the signed-in firm's bid that stands so, or raise Missing: nobody learns of another firm's."""
    bid = _own(tender, state)
    if bid is None:
        raise Missing(_("چنین پیشنهادی ندارید."))
    return bid


def _own(tender: Tender, state: BidState) -> Bid | None:
    return next((b for b in queries.own_bids(context(), tender, _firm()) if b.state is state), None)


def _acts(bid: Bid | None) -> list[Button]:
    """Return the buttons of a bid; submitting leads, on a panel of its own, and nothing else does."""
    hidden = {BidAct.SEAL, BidAct.REGISTER, BidAct.DELIVER, BidAct.CONFIRM}
    if bid and CURES.of(context(), bid) is None:
        hidden.add(BidAct.DELIVER_CURE)
    rows = buttons(bid, leave_out=hidden) if bid else []
    return [{**row, "primary": row["label"] == BidAct.SUBMIT.label} for row in rows]


def _confirm(number: str, act: BidAct, state: BidState, lead: str, done_text: str) -> Response:
    tender = case_of(Tender, Sight.PAGE, number=number)
    bid = own_bid(tender, state)
    ctx = fresh_context()
    reason = refusal_of(ctx, bid, act)
    form = PersianForm()
    back = url_for(".show", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, bid, act)
        if done:
            flash(done_text)
            return redirect(back)
    about: list[tuple[Any, ...]] = [(_("مناقصه"), tender.title), (_("رسید"), bid.receipt_no)] if bid.receipt_no else []
    return page(
        "_form.html",
        form=form,
        title=act.label,
        lead=lead,
        about=about,
        reason=reason,
        back=back,
        submit_label=act.label,
    )


def _firm() -> Firm:
    firm = own_firm(context())
    if firm is None:
        raise NotAllowed(_("پیشنهاد دادن با نماینده شرکت مشاور است؛ با حساب شرکت وارد شوید یا شرکت را ثبت‌نام کنید."))
    return firm
