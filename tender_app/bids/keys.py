"""Pages of a tender's keys: the ceremony, its rehearsal, shares made anew, and the giving of shares for an opening."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.bids import quorum
from tender_app.bids.ceremony import gathered
from tender_app.bids.forms import ShareForm
from tender_app.bids.key_rules import Destruction, Given, KeysFor, RefusedKey
from tender_app.kernel.errors import Missing, NotNow
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.people.capacities import Seat
from tender_app.sealing import sessions
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.fields import PersianForm
from tender_app.web.filters import digest
from tender_app.web.law import address_of, under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, circumstances, context, database, page, settings
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("keys", __name__, url_prefix="/tenders")

COOKIE = "tender_keys"
KEYED = (
    TenderAct.REHEARSE,
    TenderAct.OPEN_A,
    TenderAct.OPEN_B,
    TenderAct.OPEN_PRICES,
    TenderAct.RENEW_SHARES,
)
WORDS = "any(" + ", ".join(act.value for act in KEYED) + ")"
LEADS = {
    TenderAct.OPEN_A: N_("همه پاکت‌های الف با هم گشوده می‌شود. این کار بازگشت ندارد و در دفتر رویدادها می‌ماند."),
    TenderAct.OPEN_B: N_(
        "فقط پاکت ب پیشنهادهایی گشوده می‌شود که تضمینشان پذیرفته شد؛ سپس برگه امتیاز به ارزیابان سپرده می‌شود."
    ),
    TenderAct.OPEN_PRICES: (
        N_("فقط پاکت ج پیشنهادهایی گشوده می‌شود که به حداقل امتیاز رسیده‌اند؛ دیگر پاکت‌ها هرگز گشوده نمی‌شود (ماده ۱۹).")
    ),
    TenderAct.REHEARSE: N_(
        "یک پاکت آزمایشی با کلیدهای همین مناقصه بسته و با سهم اعضا باز می‌شود؛ بی آن مناقصه منتشر نمی‌شود."
    ),
    TenderAct.RENEW_SHARES: N_(
        "کلید همان می‌ماند و سهم‌ها از نو میان اعضای کنونی بخش می‌شود؛ سهم‌های پیشین دیگر به کار نمی‌آید."
    ),
}
DONE = {
    TenderAct.OPEN_A: N_("پاکت‌های الف گشوده شد؛ درباره هر تضمین رأی دهید."),
    TenderAct.OPEN_B: N_("پاکت‌های ب گشوده و به ارزیابان سپرده شد."),
    TenderAct.OPEN_PRICES: N_("پاکت‌های ج گشوده و رتبه‌بندی انجام شد."),
    TenderAct.REHEARSE: N_("پاکت آزمایشی با سهم اعضا باز شد؛ تمرین گشایش انجام شد."),
    TenderAct.RENEW_SHARES: N_("سهم‌های کلید از نو ساخته و به کلید هر عضو بسته شد."),
}
DESTROYING = N_(
    "پاکت‌های قیمتی که هرگز گشوده نشد برای همیشه بسته می‌شود: سرآیند هر یک، که کلید محتوا در آن است، نابود می‌شود. "
    "تنها استثنای «چیزی پاک نمی‌شود» همین است؛ هر پیشنهاددهنده گواهی آن را می‌گیرد."
)
MAKING = N_(
    "دو جفت کلید ساخته می‌شود: یکی برای پاکت‌های الف و ب و یکی برای ج. بخش محرمانه هر یک همان دم میان سه عضو بخش و فراموش می‌شود؛ "
    "هیچ‌جا نسخه‌ای از آن نمی‌ماند."
)


@bp.get("/<number>/keys")
@under(Sight.WORK)
def overview(number: str) -> Response:
    """How the tender's keys stand: members' own keys, shares, rehearsal; what can be done now."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    return page(
        "bids/keys.html",
        tender=tender,
        facts=quorum.KEYS.of(ctx, tender),
        members=_members(tender),
        shareless=[s.name for s in _members(tender) if s.person_id not in quorum.KEYS.of(ctx, tender).holders],
        too_few=quorum.enough_shares_left(ctx, tender, None) if quorum.KEYS.of(ctx, tender).keys else None,
        acts=[
            {
                **row,
                "primary": row["primary"] and row["label"] != tender.basis.word(TenderAct.REPLACE_MEMBER),
            }  # no step, a way out
            for row in buttons(
                tender, only={TenderAct.MAKE_KEYS, TenderAct.REPLACE_MEMBER, TenderAct.DESTROY_UNOPENED, *KEYED}
            )
        ],
    )


@bp.route("/<number>/keys/make", methods=["GET", "POST"])
@under(TenderAct.MAKE_KEYS)
def make(number: str) -> Response:
    """Hold the ceremony."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.MAKE_KEYS)
    form = PersianForm()
    back = url_for(".overview", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.MAKE_KEYS)
        if done:
            flash(_("کلیدها ساخته و سهم هر عضو با کلید خود او بسته شد. اکنون گشایش را تمرین کنید."))
            return redirect(back)
    quorum_text = persian_digits(_("{needed_shares} سهم از ۳ سهم").format(needed_shares=tender.needed_shares))
    return page(
        "_form.html",
        form=form,
        title=TenderAct.MAKE_KEYS.label,
        lead=tender.basis.said(_(MAKING)),
        about=[
            (_("مناقصه"), tender.title),
            (_("برای گشودن"), quorum_text),
            (_("اعضا"), "، ".join(s.name for s in _members(tender))),
        ],
        reason=reason,
        back=back,
        submit_label=TenderAct.MAKE_KEYS.label,
    )


@bp.post(f"/<number>/keys/<{WORDS}:word>/begin")
@under(TenderAct.BEGIN_KEYS)
def begin(number: str, word: str) -> Response:
    """Begin the session of an act: its passing secret goes into this browser's cookie and nowhere else."""
    ctx, act = context(), TenderAct(word)
    tender = case_of(Tender, Sight.WORK, number=number)
    secret, recipient = sessions.passing_key()
    if reason := refusal_of(ctx, tender, act):
        raise NotNow(reason)
    advance(ctx, tender, TenderAct.BEGIN_KEYS, KeysFor(word, recipient))
    answer = redirect(_address(tender, act))
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=sessions.LASTS,
        path=f"/tenders/{number}",
        secure=settings().public_url.startswith("https://"),
        httponly=True,
        samesite="Strict",
    )
    return answer


@bp.route(f"/<number>/keys/<{WORDS}:word>", methods=["GET", "POST"])
@under(TenderAct.GIVE_SHARE)
def share(number: str, word: str) -> Response:
    """Give a share: one's own on one's own device, or a member's on the head's."""
    ctx, act = context(), TenderAct(word)
    tender = case_of(Tender, Sight.WORK, number=number)
    reason_against(tender, TenderAct.GIVE_SHARE)
    form = _share_form(tender)
    if form.validate_on_submit():
        what = Given(word, form.person.data, form.said.data)
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.GIVE_SHARE, what)
        if done:
            flash(_("سهم کلید رسید و تا پایان نشست بسته می‌ماند."))
            return redirect(_address(tender, act) if _is_head(tender) else request.path)
        note_refusal(number, act, form, member=what.person_id)
    return keyed_page(tender, act, shares=form)


@bp.route("/<number>/keys/rehearsal", methods=["GET", "POST"])
@under(TenderAct.REHEARSE)
def rehearse(number: str) -> Response:
    """Open a dummy envelope with the quorum's shares."""
    return keyed(number, TenderAct.REHEARSE, back=url_for(".overview", number=number))


@bp.route("/<number>/keys/renewal", methods=["GET", "POST"])
@under(TenderAct.RENEW_SHARES)
def renew(number: str) -> Response:
    """Make the shares anew among the members who sit now."""
    return keyed(number, TenderAct.RENEW_SHARES, back=url_for(".overview", number=number))


@bp.route("/<number>/keys/destroy", methods=["GET", "POST"])
@under(TenderAct.DESTROY_UNOPENED)
def destroy(number: str) -> Response:
    """Close for ever what was never opened: the headers of price envelopes of a tender that has ended."""
    ctx, act = context(), TenderAct.DESTROY_UNOPENED
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, act)
    found = quorum.unopened_prices(ctx, tender) if reason is None else []
    form = PersianForm()
    back = url_for(".overview", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, act, Destruction(tuple(sealed.digest for _unused, sealed in found)))
        if done:
            flash(_("کلید پاکت‌های ناگشوده نابود شد و برای هر پیشنهاددهنده گواهی صادر گردید."))
            return redirect(back)
    return page(
        "_form.html",
        form=form,
        title=act.label,
        lead=DESTROYING,
        about=[
            (_("مناقصه"), tender.title),
            *((bid.firm.name, tender.basis.word(bid.state), digest(sealed.digest)) for bid, sealed in found),
        ],
        reason=reason,
        back=back,
        submit_label=_("نابود کردن برای همیشه"),
        submit_note=_("این کار بازگشت ندارد."),
    )


def keyed(number: str, act: TenderAct, *, back: str) -> Response:
    """Gather shares for an act and, when they are there, combine them and do it in one request."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, act)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            if reason:
                raise NotNow(reason)
            secret, quoted = request.cookies.get(COOKIE, ""), request.form.get("scores", "")
            advance(ctx, tender, act, gathered(ctx, tender, act, secret, quoted=quoted))
        if done:
            flash(DONE[act])
            answer = redirect(back)
            answer.delete_cookie(COOKIE, path=f"/tenders/{number}")
            return answer
        note_refusal(number, act, form)
    return keyed_page(tender, act, form=form, reason=reason)


def keyed_page(
    tender: Tender, act: TenderAct, *, form: Any = None, shares: Any = None, reason: str | None = None
) -> Response:
    """Show who gave a share for the act, the form for the next, and the act itself."""
    ctx = context()
    session = sessions.standing(ctx, tender.id, act.value)
    given = sessions.given(ctx, session) if session else {}
    form = form or PersianForm()
    asked = shares or _share_form(tender)
    return page(
        "bids/keyed.html",
        form=form if form.errors or shares is None else shares,
        tender=tender,
        act=act,
        lead=tender.basis.said(_(LEADS[act])),
        reason=reason,
        session=session,
        given=given,
        needed=quorum.KEYS.of(ctx, tender).needed,
        members=_members(tender),
        is_head=_is_head(tender),
        shares=asked,
        begin_url=url_for("keys.begin", number=tender.number, word=act.value),
        share_url=url_for("keys.share", number=tender.number, word=act.value),
        act_url=_address(tender, act),
    )


def note_refusal(number: str, act: TenderAct, form: Any, *, member: int | None = None) -> None:
    """Keep a refused key in the ledger, in a transaction of its own: the refused act's is rolled back."""
    cause = "؛ ".join(dict.fromkeys(message for _unused, message in form.problems()))
    with database().transaction() as session:
        ctx = circumstances(session)
        tender = session.scalars(sa.select(Tender).filter_by(number=number)).one()
        advance(ctx, tender, TenderAct.NOTE_REFUSED_KEY, RefusedKey(act.value, cause, member))


def _share_form(tender: Tender) -> ShareForm:
    form = ShareForm()
    own = context().actor.person_id
    people = [s for s in _members(tender) if _is_head(tender) or s.person_id == own]
    form.person.choices = [(s.person_id, f"{s.name}، {tender.basis.word(s.role)}") for s in people]
    return form


def _members(tender: Tender) -> Sequence[Seat]:
    return [s for s in FACTS.of(context(), tender).seats if s.role in COMMISSION]


def _is_head(tender: Tender) -> bool:
    own = context().actor.person_id
    return any(s.person_id == own and s.role is Role.HEAD for s in _members(tender))


def _address(tender: Tender, act: TenderAct) -> str:
    found = address_of(current_app, act, tender)
    if found is None:
        raise Missing
    return found
