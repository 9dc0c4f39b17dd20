"""Pages of the advice on prices: its choice before publication, the sum with its working, and the committee's opinion."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from tender_app.evaluation import price_advice
from tender_app.evaluation.price_advice import Advice, Choice, Opinion, Question
from tender_app.evaluation.price_range import Importance, National, OilMinistry, Regime
from tender_app.evaluation.scoring import half_up
from tender_app.kernel import money
from tender_app.kernel.persian import decimal_text
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.regulation.queries import in_force
from tender_app.regulation.rules import Parameter
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.web.acting import act_page
from tender_app.web.fields import BooleanField, Day, Line, PersianForm, Prose, SelectField, required, up_to
from tender_app.web.fields import Choice as ChoiceField
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.sight import may_see

bp = Blueprint("advising", __name__, url_prefix="/tenders")

ACTS = {TenderAct.ASK_PRICE_OPINION, TenderAct.RECORD_PRICE_OPINION}
TITLE = N_("سنجش دامنه قیمت‌ها")
CHOOSING = N_(
    "سنجش دامنه قیمت‌ها برای خدمات عاملیت الزامی نیست و خاموش است. اگر روشن شود، پس از گشایش قیمت‌ها کنار رتبه‌بندی نشان "
    "داده می‌شود و چیزی را بازنمی‌دارد. پس از فرستادن برای تصویب دگرگون نمی‌شود."
)
ASKING = N_(
    "اگر قیمتی بسیار بالاتر از برآورد یا بیرون از دامنه است، کمیسیون می‌تواند نظر کمیته فنی را بخواهد؛ پاسخ تا دو هفته داده می‌شود "
    "(ماده ۲۰). رأی با کمیسیون است."
)


class ChoiceForm(PersianForm):
    """Which directive, if any."""

    regime = SelectField(N_("شیوه سنجش"))
    importance = ChoiceField(N_("اهمیت کار"), Importance, description=N_("فقط در دستورالعمل سراسری به کار می‌رود."))
    is_large = BooleanField(N_("برآورد چند برابر نصاب معاملات بزرگ است"))

    def offer(self) -> None:
        """Offer none and the directives."""
        self.regime.choices = [("", _("خاموش")), *((r.value, r.label) for r in Regime)]

    def value(self) -> Choice:
        """Return the choice."""
        regime = Regime(self.regime.data) if self.regime.data else None
        return Choice(regime, self.importance.data, bool(self.is_large.data))


class QuestionForm(PersianForm):
    """What the committee is asked."""

    text = Prose(N_("پرسش از کمیته فنی"), [required(N_("پرسش را بنویسید.")), up_to(1000)])

    def value(self) -> Question:
        """Return the question."""
        return Question(self.text.data)


class OpinionForm(PersianForm):
    """What the committee said."""

    letter_no = Line(N_("شماره نامه"), [required(), up_to(60)])
    letter_on = Day(N_("تاریخ نامه"))
    text = Prose(N_("نظر کمیته"), [required(N_("نظر کمیته را بنویسید.")), up_to(4000)])

    def value(self) -> Opinion:
        """Return the opinion."""
        return Opinion(self.letter_no.data, self.letter_on.data, self.text.data)


@beside(Tender)
def advice_here(tender: Tender) -> Button | None:
    """Lead the commission from its pages to the advice, once prices are read."""
    if tender.state not in {TenderState.PRICES_OPENED, TenderState.DECIDED}:
        return None
    if not may_see(context(), tender, Sight.PRICE_ADVICE):
        return None
    return {"label": _(TITLE), "href": url_for("advising.advice", number=tender.number), "is_way": True}


@bp.get("/<number>/price-range")
@under(Sight.PRICE_ADVICE)
def advice(number: str) -> Response:
    """The advice with its working."""
    ctx = context()
    tender = case_of(Tender, Sight.PRICE_ADVICE, number=number)
    found = price_advice.advice(ctx, tender)
    acts = buttons(tender, only=ACTS)
    return page(
        "evaluation/price_range.html",
        tender=tender,
        title=_(TITLE),
        advice=found,
        steps=_steps(found) if found else [],
        acts=acts,
    )


@bp.route("/<number>/price-range/choice", methods=["GET", "POST"])
@under(TenderAct.CHOOSE_PRICE_CHECK)
def choose(number: str) -> Response:
    """Choose a directive, or none, while the documents are prepared."""
    tender = case_of(Tender, Sight.WORK, number=number)
    standing = price_advice.choice_of(context(), tender)
    form = ChoiceForm()
    form.offer()
    if standing is not None and not form.is_submitted():
        form.regime.data = standing.regime.value if standing.regime else ""
        form.importance.data, form.is_large.data = standing.importance, standing.is_large
    elif not form.is_submitted():
        proposed = in_force(context(), Parameter.PRICE_RANGE)
        form.regime.data, form.importance.data = Regime.NATIONAL.value if proposed else "", Importance.MEDIUM
    back = url_for("dossier.tender", number=number)
    return _act(tender, TenderAct.CHOOSE_PRICE_CHECK, form, CHOOSING, back)


@bp.route("/<number>/price-range/question", methods=["GET", "POST"])
@under(TenderAct.ASK_PRICE_OPINION)
def ask(number: str) -> Response:
    """Ask the technical committee about the prices."""
    tender = case_of(Tender, Sight.WORK, number=number)
    return _act(
        tender,
        TenderAct.ASK_PRICE_OPINION,
        QuestionForm(),
        tender.basis.said(_(ASKING)),
        url_for(".advice", number=number),
    )


@bp.route("/<number>/price-range/opinion", methods=["GET", "POST"])
@under(TenderAct.RECORD_PRICE_OPINION)
def opinion(number: str) -> Response:
    """Record the committee's opinion."""
    tender = case_of(Tender, Sight.WORK, number=number)
    back = url_for(".advice", number=number)
    return _act(tender, TenderAct.RECORD_PRICE_OPINION, OpinionForm(), _("نظر کمیته کنار پرسش می‌ماند."), back)


def _act(tender: Tender, act: TenderAct, form: Any, lead: str, back: str) -> Response:
    return act_page(tender, act, form, lead=lead, about=[(_("مناقصه"), tender.title)], back=back)


def _steps(found: Advice) -> list[tuple[str, str]]:
    """Return the working of the sum, step by step, as (what, value)."""
    if found.national is not None:
        return _national(found.national, found.by_guarantee)
    return _oil(found.oil) if found.oil is not None else []


def _national(made: National, by_guarantee: Any) -> list[tuple[str, str]]:
    dropped = "، ".join(_percent(p) for p in made.dropped) or _("هیچ")
    return [
        (_("میانگین پیشنهادها با برآورد (۱۰۰)"), _percent(made.mean)),
        (_("حد بالای میانگین‌گیری"), _percent(made.limit)),
        (_("کنار گذاشته برای میانگین"), dropped),
        (_("میانگین دوم"), _percent(made.kept_mean)),
        (_("انحراف"), _percent(Fraction(made.deviation))),
        (_("ضریب اهمیت"), _number(made.factor)),
        (_("حد بالا"), _percent(Fraction(made.upper))),
        (_("حد پایین"), _percent(Fraction(made.lower))),
        (_("حد پایین به روش تضمین"), _percent(Fraction(by_guarantee))),
    ]


def _oil(made: OilMinistry) -> list[tuple[str, str]]:
    rows = [(_("میانگین پیشنهادها"), _rial(made.mean))]
    if made.primary is None or made.annex is None or made.all_mean is None or made.deviation is None:
        return rows
    own = Fraction(made.estimate_standard or 0)
    return [
        *rows,
        (_("میانگین با برآورد"), _rial(made.all_mean)),
        (_("انحراف معیار"), _rial(Fraction(made.deviation))),
        (_("جایگاه برآورد"), _number(own)),
        (_("دامنه اصلی"), _between(Fraction(made.primary[0]), Fraction(made.primary[1]))),
        (_("دامنه پیوست"), _between(*made.annex)),
    ]


def _between(low: Fraction, high: Fraction) -> str:
    return _("{low} تا {high}").format(low=_rial(low), high=_rial(high))


def _rial(value: Fraction) -> str:
    return _("{amount} ریال").format(amount=money.grouped(int(half_up(value, 0))))


def _percent(value: Fraction) -> str:
    return _("{percent}٪").format(percent=_number(value))


def _number(value: Fraction) -> str:
    return decimal_text(Decimal(half_up(value, 4)))
