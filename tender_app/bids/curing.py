"""Pages of the formal check: what is asked of a bid once, what the firm brings, and what the commission finds."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, send_file, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.bids import cures
from tender_app.bids.access import keep_access
from tender_app.bids.cure_models import CureFile, CureItem, CureRequest
from tender_app.bids.cure_rules import Asked, Brought, Cured, CureKind, CureRejection, Uncured
from tender_app.bids.models import Bid
from tender_app.bids.rules import ASIDE, BidAct, BidState
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.web import uploads
from tender_app.web.fields import BooleanField, Choice, Line, PersianForm, Prose, SelectField, optional, required, up_to
from tender_app.web.law import under
from tender_app.web.offers import Button, buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, noting, page, settings
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import capacity_to_see, may_see, where_visible

bp = Blueprint("curing", __name__, url_prefix="/tenders")

JUDGING = {BidAct.ACCEPT_CURE, BidAct.REJECT_UNCURED}
ASKING = N_(
    "از هر پیشنهاد فقط یک بار خواسته می‌شود. فقط مدرک‌های این فهرست خواستنی است: قیمت و محتوایی که امتیاز می‌گیرد هرگز. "
    "نامه درخواست همان دم صادر و شرکت آگاه می‌شود."
)
ACCEPTING = N_("مدرک‌های رسیده همان است که خواسته شد؛ پیشنهاد چنان‌که مهر و موم شده بود در ارزیابی می‌ماند.")
REJECTING = N_("پیشنهاد با این دلیل رد می‌شود و پاکت قیمت آن ناگشوده می‌ماند (مواد ۶ و ۱۹). این کار بازگشت ندارد.")
TITLE = N_("بررسی شکلی و رفع نقص")


class AskForm(PersianForm):
    """What is asked of a bid: for each paper of the closed list a mark, and what exactly is missing of it."""

    def value(self) -> Asked:
        """Return what is asked."""
        found = ((kind, self[f"ask_{kind.value}"], self[f"note_{kind.value}"]) for kind in CureKind)
        return Asked(tuple((kind, note.data or "") for kind, asked, note in found if asked.data))


for _kind in CureKind:
    setattr(AskForm, f"ask_{_kind.value}", BooleanField(N_("خواسته شود")))
    setattr(AskForm, f"note_{_kind.value}", Line(N_("چه چیز آن کم است"), [optional(), up_to(400)]))


class BringForm(PersianForm):
    """Which asked paper a file is; the file itself is read by the view."""

    item = SelectField(N_("کدام مدرک"), [required(N_("مدرک را برگزینید."))])


class AcceptForm(PersianForm):
    """What the commission found of the papers that came."""

    note = Prose(N_("یادداشت برای پرونده"), [optional(), up_to(1000)])

    def value(self) -> Cured:
        """Return the finding."""
        return Cured(self.note.data or "")


class RejectForm(PersianForm):
    """Why a bid is not cured: a reason of the closed list, and what was found."""

    reason = Choice(N_("دلیل"), CureRejection, prompt=N_("برگزینید"), validators=[required(N_("دلیل را برگزینید."))])
    note = Prose(N_("شرح"), [optional(), up_to(800)], description=N_("در صورتجلسه و نامه شرکت می‌آید."))

    def value(self) -> Uncured:
        """Return the finding."""
        return Uncured(self.reason.data, self.note.data or "")


@bp.get("/<number>/formal")
@under(Sight.TECHNICAL)
def formal(number: str) -> Response:
    """Every bid whose envelope ب is open, with what was asked of it and what came."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    query = sa.select(Bid).where(Bid.tender_id == tender.id, where_visible(ctx, Bid, Sight.TECHNICAL))
    bids = ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()
    ctx.together[Bid.kind] = bids
    rows = [(bid, asked, _acts(bid, asked)) for bid in bids for asked in (cures.CURES.of(ctx, bid),)]
    return page("bids/formal.html", tender=tender, title=_(TITLE), rows=rows)


@bp.route("/<number>/bids/<int:bid_id>/cure", methods=["GET", "POST"])
@under(BidAct.ASK_CURE)
def ask(number: str, bid_id: int) -> Response:
    """Ask once for what is missing and curable."""
    tender, bid = _bid(number, bid_id)
    form = AskForm()
    reason, act, ctx = reason_against(bid, BidAct.ASK_CURE), BidAct.ASK_CURE, context()
    firm, until = bid.firm.name, calendar.moment(cures.until_of(ctx, tender))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, bid, act, form.value())
        if done:
            flash(_("درخواست رفع نقص صادر شد و شرکت آگاه شد: {firm}").format(firm=firm))
            return redirect(url_for(".formal", number=number))
    return page(
        "bids/ask_cure.html",
        form=form,
        tender=tender,
        title=act.label,
        lead=_(ASKING),
        kinds=list(CureKind),
        reason=reason,
        firm=firm,
        until=until,
        overlap=cures.overlap(ctx, tender),
        back=url_for(".formal", number=number),
    )


@bp.route("/<number>/bids/<int:bid_id>/cure/accept", methods=["GET", "POST"])
@under(BidAct.ACCEPT_CURE)
def accept(number: str, bid_id: int) -> Response:
    """Accept what came."""
    return _judge(number, bid_id, BidAct.ACCEPT_CURE, AcceptForm(), ACCEPTING)


@bp.route("/<number>/bids/<int:bid_id>/cure/reject", methods=["GET", "POST"])
@under(BidAct.REJECT_UNCURED)
def reject(number: str, bid_id: int) -> Response:
    """Reject a bid that was not cured."""
    return _judge(number, bid_id, BidAct.REJECT_UNCURED, RejectForm(), REJECTING)


@bp.route("/<number>/bid/cure", methods=["GET", "POST"])
@under(BidAct.DELIVER_CURE)
@uploads.holds_files
def bring(number: str) -> Response:
    """The firm's own page: what is asked of it until when, what came, and what was found."""
    ctx, act = context(), BidAct.DELIVER_CURE
    tender = case_of(Tender, Sight.PAGE, number=number)
    bid = _own_bid(tender)
    asked, reason = cures.CURES.of(ctx, bid), refusal_of(ctx, bid, act)
    form = BringForm()
    items = asked.items if asked else []
    form.item.choices = [("", _("برگزینید")), *((str(i.id), i.kind.label) for i in items)]
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, bid, act, _brought(form))
        if done:
            flash(_("مدرک رسید و با اثر انگشت آن ثبت شد."))
            return redirect(url_for(".bring", number=number))
        asked = cures.CURES.of(ctx, bid)
    return page(
        "bids/cure.html", form=form, tender=tender, bid=bid, asked=asked, reason=reason, largest=uploads.LARGEST
    )


@bp.get("/<number>/bids/<int:bid_id>/cure/<int:file_id>")
@under(Sight.TECHNICAL, Sight.OWN)
def paper(number: str, bid_id: int, file_id: int) -> Response:
    """A paper that a firm brought, to itself and to those who may see its envelope ب: the firm sees who opened it."""
    ctx = context()
    bid = ctx.session.get(Bid, bid_id)
    if bid is None or bid.tender.number != number:
        raise Missing
    role = Role.FIRM if may_see(ctx, bid, Sight.OWN) else capacity_to_see(ctx, bid, Sight.TECHNICAL)
    query = sa.select(CureFile).join(CureItem, CureItem.id == CureFile.item_id)
    query = query.join(CureRequest, CureRequest.id == CureItem.request_id)
    found = ctx.session.scalars(query.where(CureFile.id == file_id, CureRequest.bid_id == bid.id)).one_or_none()
    if found is None or role is None:
        raise Missing
    path, media_type, name = files_of(settings()).path(found.file_key), found.media_type, found.name
    if role is not Role.FIRM:
        with noting() as noted:
            keep_access(noted, file_id, bid_id, role, CureFile)
    return send_file(path, mimetype=media_type, as_attachment=True, download_name=name)


def _acts(bid: Bid, asked: CureRequest | None) -> list[Button]:
    """Return what can be done next: asking once, then judging what came."""
    if asked is not None and asked.settled_at is not None:
        return []
    return buttons(bid, only={BidAct.ASK_CURE} if asked is None else JUDGING)


def _brought(form: BringForm) -> Brought:
    """Return the paper that was sent, stored; raise Invalid with what is wrong with it."""
    upload = uploads.received(request.files.get("file"), "file")
    stored = files_of(settings()).put(upload.content)
    return Brought(int(form.item.data), upload.name, upload.media_type, stored.key, stored.digest, stored.size)


def _judge(number: str, bid_id: int, act: BidAct, form: Any, lead: str) -> Response:
    tender, bid = _bid(number, bid_id)
    reason, firm, title = reason_against(bid, act), bid.firm.name, tender.title
    back = url_for(".formal", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), bid, act, form.value())
        if done:
            flash(f"{act.label}: {firm}")
            return redirect(back)
    return page(
        "_form.html",
        form=form,
        title=act.label,
        lead=lead,
        about=[(_("مناقصه"), title), (_("پیشنهاددهنده"), firm)],
        reason=reason,
        back=back,
        crumbs=[(title, url_for("dossier.tender", number=number)), (_(TITLE), back), (act.label, None)],
        submit_label=act.label,
    )


def _bid(number: str, bid_id: int) -> tuple[Tender, Bid]:
    tender = case_of(Tender, Sight.WORK, number=number)
    return tender, case_of(Bid, Sight.TECHNICAL, id=bid_id, tender_id=tender.id)


def _own_bid(tender: Tender) -> Bid:
    ctx, firm = context(), own_firm(context())
    if firm is None:
        ctx.asked.add(BidAct.DELIVER_CURE)
        raise NotAllowed(_("این صفحه با نماینده شرکت پیشنهاددهنده است."))
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.firm_id == firm.id)
    query = query.where(where_visible(ctx, Bid, Sight.OWN), Bid.state.not_in(ASIDE), Bid.state != BidState.DRAFT)
    bid = ctx.session.scalars(query).one_or_none()
    if bid is None:
        ctx.asked.add(BidAct.DELIVER_CURE)
        raise Missing(_("پیشنهادی در این مناقصه ندارید."))
    return bid
