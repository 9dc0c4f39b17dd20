"""Pages of who sits beside the commission: observers, the head's representative, the technical committee's letter."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Person
from tender_app.tenders import composition, observers
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.tenders.session_rules import EndedObserver, Letter, NewObserver, ObserverBody
from tender_app.web.acting import act_page
from tender_app.web.fields import Choice, Day, Line, PersianForm, SelectField, required, up_to
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.engine import advance, offers
from tender_app.workflow.sight import may_see

bp = Blueprint("observing", __name__, url_prefix="/tenders")

ACTS = {TenderAct.SEAT_OBSERVER, TenderAct.RECORD_REPRESENTATION, TenderAct.RECORD_COMMITTEE}
DRAFTS = {TenderState.PREPARING, TenderState.AWAITING_APPROVAL}
SEATING = N_(
    "ناظر حضور، رویدادها و صورتجلسه‌ها را می‌بیند؛ رأی نمی‌دهد، چیزی نمی‌نویسد و محتوای پاکت ب را نمی‌بیند. "
    "امتیازها را پس از قطعی شدن و قیمت‌ها را پس از گشایش می‌بیند."
)
REPRESENTING = N_("نام و شماره نامه نماینده در صورتجلسه می‌آید. خود کرسی و سهم کلید در صفحه کلیدها به او سپرده می‌شود.")
APPOINTING = N_(
    "کمیته فنی همان ارزیابان این مناقصه‌اند: دست‌کم سه کارشناس که با نامه تعیین شده‌اند (مواد ۲ و ۱۹). "
    "پاکت‌های ب پس از ثبت این نامه گشوده می‌شود."
)
TITLE = N_("کمیسیون، کمیته فنی و ناظران")


class ObserverForm(PersianForm):
    """Who observes, for whom, by which letter."""

    person = SelectField(N_("شخص"), [required(N_("یک نفر را برگزینید."))])
    body = Choice(N_("از سوی"), ObserverBody, prompt=N_("برگزینید"), validators=[required()])
    organisation_name = Line(
        N_("نام دستگاه یا تشکل"), [required(), up_to(150)], description=N_("چنان‌که در نامه آمده است")
    )
    letter_no = Line(N_("شماره معرفی‌نامه"), [required(), up_to(60)])
    letter_on = Day(N_("تاریخ معرفی‌نامه"))

    def offer(self, people: Sequence[Person]) -> None:
        """Offer these people."""
        rows = [(str(p.id), "، ".join(filter(None, (p.name, p.position)))) for p in people]
        self.person.choices = [("", _("برگزینید")), *rows]

    def value(self) -> NewObserver:
        """Return the new observer."""
        return NewObserver(
            int(self.person.data),
            self.body.data,
            self.organisation_name.data,
            self.letter_no.data,
            self.letter_on.data,
        )


class LetterForm(PersianForm):
    """A letter by its number and day."""

    letter_no = Line(N_("شماره نامه"), [required(), up_to(60)])
    letter_on = Day(N_("تاریخ نامه"))

    def value(self) -> Letter:
        """Return the letter."""
        return Letter(self.letter_no.data, self.letter_on.data)


@beside(Tender)
def sitting_here(tender: Tender) -> Button | None:
    """Lead staff from every page of a published tender to who sits in its sessions."""
    if tender.state in DRAFTS or not may_see(context(), tender, Sight.WORK):
        return None
    return {
        "label": tender.basis.said(_(TITLE)),
        "href": url_for("observing.commission", number=tender.number),
        "is_way": True,
    }


@bp.get("/observed")
@under(Sight.LIVE)
def observed() -> Response:
    """The tenders that the viewer observes."""
    return page("tenders/observed.html", tenders=observers.observed(context()))


@bp.get("/<number>/commission")
@under(Sight.WORK)
def commission(number: str) -> Response:
    """Who sits: members, secretary, technical committee, observers; by which letters."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    seats = FACTS.of(ctx, tender).seats
    head = composition.head_of(ctx, tender)
    return page(
        "tenders/commission.html",
        tender=tender,
        title=tender.basis.said(_(TITLE)),
        members=[s for s in seats if s.role in {*COMMISSION, Role.SECRETARY}],
        experts=[s for s in seats if s.role is Role.EVALUATOR],
        letter=composition.LETTERS.of(ctx, tender),
        representation=composition.representation_of(ctx, tender, head.person_id) if head else None,
        observers=observers.observers_of(ctx, tender),
        acts=buttons(tender, only=ACTS),
        ends=any(o.act is TenderAct.END_OBSERVER for o in _offered(tender)),
    )


@bp.route("/<number>/observers", methods=["GET", "POST"])
@under(TenderAct.SEAT_OBSERVER)
def seat(number: str) -> Response:
    """Seat an observer."""
    tender = case_of(Tender, Sight.WORK, number=number)
    form = ObserverForm()
    form.offer(observers.candidates(context(), tender))
    nobody = [] if len(form.person.choices) > 1 else [(_("نامزدی نیست"), _(NOBODY))]
    return _act(tender, TenderAct.SEAT_OBSERVER, form, SEATING, _("ناظر معرفی شد و آگاهی گرفت."), nobody)


@bp.post("/<number>/observers/<int:seat_id>/end")
@under(TenderAct.END_OBSERVER)
def end(number: str, seat_id: int) -> Response:
    """End an observer's seat."""
    tender = case_of(Tender, Sight.WORK, number=number)
    advance(context(), tender, TenderAct.END_OBSERVER, EndedObserver(seat_id))
    flash(_("کار ناظر پایان یافت؛ آنچه دیده بود در سابقه می‌ماند."))
    return redirect(url_for(".commission", number=number))


@bp.route("/<number>/representative", methods=["GET", "POST"])
@under(TenderAct.RECORD_REPRESENTATION)
def representative(number: str) -> Response:
    """Record that who sits in the head's seat represents the head of the agency."""
    tender = case_of(Tender, Sight.WORK, number=number)
    head = composition.head_of(context(), tender)
    about = [(_("در کرسی رئیس"), head.name if head else "—")]
    done = _("نمایندگی ثبت شد.")
    return _act(tender, TenderAct.RECORD_REPRESENTATION, LetterForm(), REPRESENTING, done, about)


@bp.route("/<number>/committee", methods=["GET", "POST"])
@under(TenderAct.RECORD_COMMITTEE)
def committee(number: str) -> Response:
    """Record the letter that appoints the technical committee."""
    tender = case_of(Tender, Sight.WORK, number=number)
    experts = [s.name for s in FACTS.of(context(), tender).seats if s.role is Role.EVALUATOR]
    about = [(_("کارشناسان"), "، ".join(experts) or "—")]
    done = _("حکم کمیته فنی ثبت شد.")
    return _act(tender, TenderAct.RECORD_COMMITTEE, LetterForm(), APPOINTING, done, about)


NOBODY = N_("ناظر حسابی دارد که در این سامانه سمت دیگری ندارد؛ راهبر سامانه نخست برای او حساب می‌سازد.")


def _act(tender: Tender, act: TenderAct, form: Any, lead: str, done_text: str, about: Any) -> Response:
    back = url_for(".commission", number=tender.number)
    return act_page(
        tender,
        act,
        form,
        lead=lead,
        about=[(_("مناقصه"), tender.title), *about],
        crumbs=[
            (tender.title, url_for("dossier.tender", number=tender.number)),
            (tender.basis.said(_(TITLE)), back),
        ],
        done=done_text,
        back=back,
    )


def _offered(tender: Tender) -> Any:
    return [o for o in offers(context(), tender) if o.refusal is None]
