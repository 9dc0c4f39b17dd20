"""Pages on which ties are stated: a firm's shareholders, and one's own relations to firms."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from tender_app.accounts import queries
from tender_app.accounts.rules import FirmAct, PersonAct
from tender_app.accounts.tie_commands import Holding, Holdings, Relation, shareholders
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.identifiers import is_legal_id, is_national_code
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm, Person
from tender_app.people.tie_models import OwnTie
from tender_app.web.fields import (
    Choice,
    Day,
    Identifier,
    Line,
    Number,
    PersianForm,
    legal_id,
    optional,
    required,
    up_to,
)
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("stating", __name__)

ROWS = 8
OWN_LEAD = N_(
    "رابطه‌ای که خود یا بستگان نزدیکتان با شرکتی دارید یا داشته‌اید. اگر آن شرکت در مناقصه‌ای که داوری می‌کنید پیشنهاد بدهد، رئیس "
    "کمیسیون هشدار می‌گیرد و با دلیل تصمیم می‌گیرد. اعلام برداشته نمی‌شود."
)
SHARES_LEAD = N_(
    "هر کس را که سهمی از شرکت دارد با کد ملی (شخص) یا شناسه ملی (شرکت) بنویسید. این فهرست برای یافتن تعارض منافع به کار می‌رود و "
    "فهرست پیشین را پایان می‌دهد."
)


class HolderRow(PlainForm):
    """A shareholder; a row may stay empty, but not by halves."""

    name = Line(N_("نام"), [optional(), up_to(200)])
    code = Identifier(N_("کد ملی یا شناسه ملی"), [optional()])
    share = Number(N_("سهم، درصد"), [optional()], least="0.01")

    def is_empty(self) -> bool:
        """Tell whether nothing was written in the row."""
        return not any((self.name.data, self.code.data, self.share.raw_data and self.share.raw_data[0].strip()))

    def validate_code(self, field: Any) -> None:
        """Take a person's code or a firm's, each by its check digit."""
        if not (is_national_code(field.data) or is_legal_id(field.data)):
            raise ValidationError(_("کد ملی ده رقم و شناسه ملی یازده رقم دارد؛ رقم کنترل این شماره نمی‌خواند."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the rest of a row that was begun."""
        fits = bool(super().validate(extra_validators))
        missing = [] if self.is_empty() else [f for f in self if f.data in (None, "") and not f.errors]
        for field in missing:
            field.errors = [_("این خانه را هم پر کنید.")]
        return fits and not missing


class HoldersForm(PersianForm):
    """The shareholders of a firm."""

    holders = FieldList(FormField(HolderRow), N_("سهام‌داران"), min_entries=ROWS, max_entries=ROWS)

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Let each cell be called by its row."""
        super().__init__(*args, **kw)
        for place, row in enumerate(self.holders, 1):
            for field in row.form:
                field.label.text += persian_digits(_("، ردیف {place}").format(place=place))

    def value(self) -> Holdings:
        """Return what was written."""
        rows = [row.form for row in self.holders if not row.form.is_empty()]
        return Holdings(tuple(Holding(r.name.data, r.code.data, r.share.data) for r in rows))


class RelationForm(PersianForm):
    """A relation to a firm."""

    kind = Choice(N_("رابطه"), OwnTie)
    firm_name = Line(N_("نام شرکت"), [required(N_("نام شرکت را بنویسید.")), up_to(200)])
    legal_id = Identifier(
        N_("شناسه ملی شرکت"),
        [optional(), legal_id],
        description=N_("اگر می‌دانید بنویسید؛ بی آن فقط نزدیکی نام‌ها سنجیده می‌شود."),
    )
    until = Day(N_("تا روز"), [optional()], description=N_("خالی یعنی هنوز ادامه دارد. نمونه: ۱۴۰۳/۱۲/۲۹"))

    def value(self) -> Relation:
        """Return the relation."""
        return Relation(self.kind.data, self.firm_name.data, self.legal_id.data or "", self.until.data)


@bp.route("/account/ties", methods=["GET", "POST"])
@under(SIGNED_IN, PersonAct.DECLARE_TIE)
def own_tie() -> Response:
    """Declare a relation of one's own to a firm."""
    ctx = context()
    person = case_of(Person, Sight.OWN, id=ctx.actor.person_id)
    form = RelationForm()
    back = url_for("accounts.account")
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, person, PersonAct.DECLARE_TIE, form.value())
        if done:
            flash(_("رابطه اعلام شد."))
            return redirect(back)
    title = PersonAct.DECLARE_TIE.label
    crumbs = [(_("حساب من"), back), (title, None)]
    return page("_form.html", form=form, title=title, lead=_(OWN_LEAD), crumbs=crumbs, back=back)


@bp.route("/firm/shareholders", methods=["GET", "POST"])
@under(FirmAct.STATE_SHAREHOLDERS)
def holders() -> Response:
    """State who holds shares of the firm for which one acts."""
    ctx = context()
    own = queries.own_firm(ctx)
    if own is None:
        raise NotAllowed(_("این صفحه برای نمایندگان شرکت‌هاست؛ با حساب شرکت وارد شوید."))
    firm = case_of(Firm, Sight.OWN, id=own.id)
    reason = reason_against(firm, FirmAct.STATE_SHAREHOLDERS)
    stated = [{"name": s.name, "code": s.code, "share": s.share} for s in shareholders(ctx, firm)]
    form = HoldersForm(holders=stated) if request.method == "GET" else HoldersForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, firm, FirmAct.STATE_SHAREHOLDERS, form.value())
        if done:
            flash(_("سهام‌داران ثبت شدند."))
            return redirect(url_for("accounts.own_firm"))
    title = FirmAct.STATE_SHAREHOLDERS.label
    return page("accounts/holders.html", form=form, title=title, lead=_(SHARES_LEAD), reason=reason)
