"""The page on which a seat of the commission passes to another person after publication."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.bids import quorum
from tender_app.bids.replacement import NewMember
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.people.capacities import Seat
from tender_app.people.models import Person
from tender_app.sealing.keys import member_keys
from tender_app.tenders.bases import Basis
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import staff_of
from tender_app.tenders.rules import TenderAct
from tender_app.web.fields import Line, PersianForm, SelectField, required, up_to
from tender_app.web.law import under
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("seats", __name__, url_prefix="/tenders")

LEAD = N_(
    "سمت و سهم کلید عضو پیشین همان دم پایان می‌یابد. کلید مناقصه همان می‌ماند؛ سپس رئیس کمیسیون با سهم دیگر اعضا سهم‌ها را از نو "
    "می‌سازد تا عضو تازه هم سهم داشته باشد."
)
DONE = N_("کرسی به عضو تازه سپرده شد. اکنون رئیس کمیسیون سهم‌های کلید را از نو بسازد.")


class NewMemberForm(PersianForm):
    """Who takes a seat, in whose place, and on what ground."""

    seat = SelectField(N_("کرسی"), [required(N_("کرسی را برگزینید."))])
    person = SelectField(N_("عضو تازه"), [required(N_("یک نفر را برگزینید."))])
    basis = Line(N_("شماره و تاریخ حکم، یا دلیل"), [required(N_("حکم یا دلیل جانشینی را بنویسید.")), up_to(200)])

    def offer(self, basis: Basis, seats: Iterable[Seat], people: Iterable[Person], ready: Iterable[int]) -> None:
        """Offer these seats and people; who has no opening passphrase yet is told so."""
        lacking = _("هنوز گذرعبارت گشایش ندارد")
        first = ("", _("برگزینید"))
        self.seat.choices = [
            first,
            *((f"{s.role.value}:{s.person_id}", f"{basis.word(s.role)}: {s.name}") for s in seats),
        ]
        self.person.choices = [
            first,
            *((str(p.id), f"{p.name}، {p.position}" + ("" if p.id in ready else f" ({lacking})")) for p in people),
        ]

    def value(self) -> NewMember:
        """Return who comes and who leaves."""
        role, _unused, instead = self.seat.data.partition(":")
        return NewMember(Role(role), int(self.person.data), int(instead), self.basis.data)


@bp.route("/<number>/keys/member", methods=["GET", "POST"])
@under(TenderAct.REPLACE_MEMBER)
def replace(number: str) -> Response:
    """Name another person for a seat of the commission."""
    ctx, act = context(), TenderAct.REPLACE_MEMBER
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, act)
    form = _form(tender)
    back = url_for("keys.overview", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, act, form.value())
        if done:
            flash(tender.basis.said(_(DONE)))
            return redirect(back)
    facts = quorum.KEYS.of(ctx, tender)
    standing = _("{have} سهم سالم، {needed} سهم لازم").format(have=len(facts.holders), needed=facts.needed)
    return page(
        "_form.html",
        form=form,
        title=tender.basis.word(act),
        lead=tender.basis.said(_(LEAD)),
        about=[(_("مناقصه"), tender.title), (_("سهم‌های کلید"), persian_digits(standing))],
        reason=reason,
        back=back,
        submit_label=tender.basis.word(act),
    )


def _form(tender: Tender) -> NewMemberForm:
    ctx, form = context(), NewMemberForm()
    seats = FACTS.of(ctx, tender).seats
    people = [p for p in staff_of(ctx, tender.organisation_id) if p.id not in {s.person_id for s in seats}]
    form.offer(
        tender.basis, [s for s in seats if s.role in COMMISSION], people, member_keys(ctx, [p.id for p in people])
    )
    return form
