"""The forms of the legal basis, of the reason for a limited call, and of its list of firms."""

from collections.abc import Sequence

from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm
from tender_app.tenders.models import Tender
from tender_app.tenders.procurement import (
    GROUNDS,
    DirectGround,
    Invited,
    Justification,
    LegalBasis,
    ProcurementMethod,
)
from tender_app.web.fields import Choice, Line, PersianForm, Prose, SelectField, optional, required, up_to


class BasisForm(PersianForm):
    """The law under which a tender begins; it stays the same until its end."""

    basis = Choice(N_("مبنای قانونی"), LegalBasis)


class JustificationForm(PersianForm):
    """Why the call is limited, or one firm alone is asked."""

    reason = Prose(N_("دلیل"), [required(N_("دلیل را بنویسید؛ در پرونده و دفتر رویدادها می‌ماند.")), up_to(2000)])
    ground = Choice(
        N_("دلیل قانونی تک‌گزینه‌ای"),
        DirectGround,
        prompt=N_("— برگزینید —"),
        validators=[required(N_("یکی از دلیل‌های قانون را برگزینید."))],
    )
    report = Line(
        N_("شماره گزارش یا مورد"),
        [optional(), up_to(60)],
        description=N_("شماره گزارش هیأت سه‌نفره ترک تشریفات، یا شماره مورد ماده ۱۶ بند ث"),
    )

    def suit(self, tender: Tender) -> None:
        """Offer the grounds of the tender's law; a limited call has none."""
        if tender.procurement_method is ProcurementMethod.DIRECT:
            words = {"": _("— برگزینید —"), **{g.value: g.label for g in GROUNDS[tender.legal_basis]}}
            self.ground.choices = words
        else:
            del self.ground, self.report

    def value(self) -> Justification:
        """Return the justification."""
        if "ground" not in self:
            return Justification(self.reason.data)
        return Justification(self.reason.data, self.ground.data, self.report.data or "")


class InvitedForm(PersianForm):
    """A firm to invite."""

    firm_id = SelectField(N_("شرکت"), [required()], coerce=int)

    def offer(self, firms: Sequence[Firm]) -> None:
        """Offer the approved firms that are not on the list."""
        self.firm_id.choices = {firm.id: firm.name for firm in firms}

    def value(self) -> Invited:
        """Return the firm."""
        return Invited(self.firm_id.data)
