"""Pages of the commission's sessions: originals, the opening of the three envelopes, verdicts, minutes."""

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.bids import queries
from tender_app.bids.access import accesses_in, keep_access
from tender_app.bids.forms import AcceptanceForm, OriginalForm, VerdictForm
from tender_app.bids.guards import needed
from tender_app.bids.keys import keyed
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, EnvelopeKind, Seen, sepam_warning
from tender_app.kernel.errors import Missing
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.store.files import files_of
from tender_app.tenders.facts import FACTS
from tender_app.tenders.guards import session_of
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import attendance
from tender_app.tenders.rules import TenderAct
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, noting, page, settings
from tender_app.workflow.engine import advance
from tender_app.workflow.sight import capacity_to_see, may_see

bp = Blueprint("opening", __name__, url_prefix="/tenders")

ACTS = {
    TenderAct.INVITE,
    TenderAct.REGISTER_ATTENDANCE,
    TenderAct.OPEN_A,
    TenderAct.OPEN_B,
    TenderAct.ISSUE_OPENING_MINUTES,
    TenderAct.LOCK_SCORES,
    TenderAct.POSTPONE_PRICES,
    TenderAct.OPEN_PRICES,
    TenderAct.VOTE,
    TenderAct.NAME_WINNERS,
    TenderAct.RENEW,
    TenderAct.CANCEL,
}
VERDICTS = {BidAct.ACCEPT_GUARANTEE, BidAct.REJECT_GUARANTEE}
SIGHTS = {EnvelopeKind.A: Sight.GUARANTEE, EnvelopeKind.B: Sight.TECHNICAL, EnvelopeKind.C: Sight.PRICES}
ISSUED = N_("صورتجلسه گشایش صادر شد.")
ISSUING = N_("صورتجلسه از آنچه در جلسه ثبت شده ساخته می‌شود و یک بار صادر می‌شود.")


@bp.get("/<number>/opening")
@under(Sight.WORK)
def session(number: str) -> Response:
    """The session's own page: who is present, how every envelope stands, what can be done now."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    bids = queries.opened_bids(ctx, tender, prices=may_see(ctx, tender, Sight.PRICES))
    meeting = session_of(tender)
    return page(
        "bids/opening.html",
        tender=tender,
        bids=bids,
        kinds=needed(tender),
        members=[s for s in FACTS.of(ctx, tender).seats if s.role in COMMISSION],
        present={a.person_id or a.name: a for a in attendance(ctx, tender, meeting)},
        meeting=meeting,
        story=queries.session_story(ctx, tender, bids),
        papers=queries.minutes_of(ctx, tender),
        may_see_bidders=may_see(ctx, tender, Sight.BIDDERS),
        acts=buttons(tender, only=ACTS),
        verdicts={row.bid.id: buttons(row.bid, only=VERDICTS) for row in bids if row.awaits_verdict},
    )


@bp.route("/<number>/open/a", methods=["GET", "POST"])
@under(TenderAct.OPEN_A)
def open_a(number: str) -> Response:
    """Open envelopes الف."""
    return keyed(number, TenderAct.OPEN_A, back=url_for(".session", number=number))


@bp.route("/<number>/open/b", methods=["GET", "POST"])
@under(TenderAct.OPEN_B)
def open_b(number: str) -> Response:
    """Open envelopes ب of the accepted bids."""
    return keyed(number, TenderAct.OPEN_B, back=url_for(".session", number=number))


@bp.route("/<number>/open/c", methods=["GET", "POST"])
@under(TenderAct.OPEN_PRICES)
def open_prices(number: str) -> Response:
    """Open envelopes ج of the qualified bids."""
    return keyed(number, TenderAct.OPEN_PRICES, back=url_for(".session", number=number))


@bp.route("/<number>/opening/minutes", methods=["GET", "POST"])
@under(TenderAct.ISSUE_OPENING_MINUTES)
def opening_minutes(number: str) -> Response:
    """Issue the minutes of the opening."""
    ctx, act = context(), TenderAct.ISSUE_OPENING_MINUTES
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, act)
    form = PersianForm()
    back = url_for(".session", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, act)
        if done:
            flash(ISSUED)
            return redirect(back)
    return page(
        "_form.html",
        form=form,
        title=act.label,
        lead=ISSUING,
        about=[(_("مناقصه"), tender.title)],
        reason=reason,
        back=back,
        submit_label=act.label,
    )


@bp.route("/<number>/bids/<int:bid_id>/accept", methods=["GET", "POST"])
@under(BidAct.ACCEPT_GUARANTEE)
def accept(number: str, bid_id: int) -> Response:
    """Accept a guarantee."""
    return _judge(number, bid_id, BidAct.ACCEPT_GUARANTEE)


@bp.route("/<number>/bids/<int:bid_id>/reject", methods=["GET", "POST"])
@under(BidAct.REJECT_GUARANTEE)
def reject(number: str, bid_id: int) -> Response:
    """Reject a guarantee, with the reason."""
    return _judge(number, bid_id, BidAct.REJECT_GUARANTEE)


@bp.get("/<number>/bids/<int:bid_id>")
@under(Sight.GUARANTEE, Sight.TECHNICAL, Sight.PRICES)
def opened(number: str, bid_id: int) -> Response:
    """What came out of a bid's envelopes, each to those who may see it."""
    ctx = context()
    bid = _opened_bid(number, bid_id)
    seen = [kind for kind, sight in SIGHTS.items() if may_see(ctx, bid, sight)]
    if not seen:
        raise Missing
    return page("bids/opened.html", tender=bid.tender, row=queries.opened_bid(ctx, bid), seen=seen)


@bp.get("/<number>/bids/<int:bid_id>/files/<int:file_id>")
@under(Sight.GUARANTEE, Sight.TECHNICAL, Sight.PRICES)
def opened_file(number: str, bid_id: int, file_id: int) -> Response:
    """A file that came out of an opened envelope; the firm sees who opened it, and nobody does unseen."""
    ctx = context()
    bid = _opened_bid(number, bid_id)
    found = queries.opened_file(ctx, bid, file_id)
    role = found and capacity_to_see(ctx, bid, SIGHTS[found[1]])
    if found is None or role is None:
        raise Missing
    file = found[0]
    path, media_type, name = files_of(settings()).path(file.file_key), file.media_type, file.name
    if role is not Role.FIRM:
        with noting() as noted:
            keep_access(noted, file_id, bid_id, role)
    return send_file(path, mimetype=media_type, as_attachment=True, download_name=name)


@bp.get("/<number>/access")
@under(Sight.ACCESS)
def access(number: str) -> Response:
    """Who opened which bidder's files, when and in which capacity, by name."""
    ctx = context()
    tender = case_of(Tender, Sight.ACCESS, number=number)
    found = accesses_in(ctx, tender, request.args.get("before", type=row_id))
    return page("bids/access.html", tender=tender, accesses=found)


@bp.route("/<number>/originals", methods=["GET", "POST"])
@under(TenderAct.RECEIVE_ORIGINAL)
def originals(number: str) -> Response:
    """Register the paper originals of guarantees as they are handed over."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.RECEIVE_ORIGINAL)
    form = OriginalForm()
    form.firm.choices = [("", _("برگزینید"))] + [(f.id, f.name) for f in queries.firms_without_original(ctx, tender)]
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.RECEIVE_ORIGINAL, form.value())
        if done:
            flash(_("دریافت اصل تضمین ثبت شد."))
            return redirect(url_for(".originals", number=number))
    rows = queries.originals(ctx, tender)
    return page("bids/originals.html", form=form, tender=tender, reason=reason, rows=rows)


def _judge(number: str, bid_id: int, act: BidAct) -> Response:
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    bid = case_of(Bid, Sight.GUARANTEE, id=bid_id, tender_id=tender.id)
    reason = reason_against(bid, act)
    form = VerdictForm() if act is BidAct.REJECT_GUARANTEE else AcceptanceForm()
    back = url_for(".session", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            what = form.value() if isinstance(form, VerdictForm) else Seen(tender.organisation.name)
            advance(ctx, bid, act, what)
        if done:
            flash(f"{act.label}: {bid.firm.name}")
            return redirect(back)
    row = queries.opened_bid(ctx, bid)
    warning = sepam_warning(row.guarantee.kind, row.guarantee.sepam_no) if row.guarantee else ""
    return page(
        "bids/verdict.html",
        form=form,
        title=act.label,
        tender=tender,
        row=row,
        reason=reason,
        back=back,
        warning=warning,
    )


def _opened_bid(number: str, bid_id: int) -> Bid:
    bid = context().session.get(Bid, bid_id)
    if bid is None or bid.tender.number != number:
        raise Missing
    return bid
