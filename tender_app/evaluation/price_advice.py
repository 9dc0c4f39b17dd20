"""Advice on the prices that were read: chosen before publication, off by default, and never in the way (Art. 20-b; R29).

Nothing of it is computed before the prices are opened: it reads the prices from the ranking that the opening made.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from tender_app.evaluation import price_range
from tender_app.evaluation.advice_models import PriceCheck, PriceOpinion
from tender_app.evaluation.price_range import Importance, National, OilMinistry, Regime, Verdict
from tender_app.evaluation.queries import Ranked, RankingView, ranking
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import COMMISSION, Role
from tender_app.kernel.words import _
from tender_app.notifications.outbox import tell
from tender_app.regulation.queries import in_force
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.rules import Method


@dataclass(frozen=True, slots=True)
class Choice:
    """Which directive a tender uses as advice: none is the usual one."""

    regime: Regime | None
    importance: Importance = Importance.MEDIUM
    is_large: bool = False

    def record(self) -> dict[str, Any]:
        """Keep the choice."""
        return {"regime": self.regime.value if self.regime else "", "importance": self.importance.value}


@dataclass(frozen=True, slots=True)
class Question:
    """What the commission asks the technical committee about the prices."""

    text: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the technical committee said, by which letter."""

    letter_no: str
    letter_on: dt.date
    text: str

    def record(self) -> dict[str, Any]:
        """Keep the letter."""
        return {"number": self.letter_no, "day": self.letter_on.isoformat()}


@dataclass(frozen=True, slots=True)
class Judged:
    """A price and what the sum says of it."""

    firm: str
    price: int
    compared: Fraction
    percent: Fraction
    verdict: Verdict | None
    is_far_above: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """The advice with its working; `national` or `oil` is the sum of the chosen directive, if it can be done."""

    choice: PriceCheck | None
    rows: Sequence[Judged]
    national: National | None
    oil: OilMinistry | None
    by_guarantee: Any
    fault: str
    opinion: PriceOpinion | None
    warning: Decimal  # percent of the estimate above which a price is worth a question

    @property
    def worth_asking(self) -> bool:
        """Tell whether a price is such that the committee's opinion is worth asking (R29)."""
        odd = {Verdict.BELOW, Verdict.ABOVE}
        review = self.oil is not None and self.oil.review
        return review or any(row.is_far_above or row.verdict in odd for row in self.rows)


def choose(ctx: Context, tender: Tender, what: Choice) -> None:
    """Keep the choice while the documents are prepared; it stands with them once they are sent for approval."""
    row = choice_of(ctx, tender) or PriceCheck(tender_id=tender.id)
    row.regime, row.importance, row.is_large, row.chosen_at = what.regime, what.importance, what.is_large, ctx.now
    ctx.session.add(row)
    ctx.session.flush()


def choice_of(ctx: Context, tender: Tender) -> PriceCheck | None:
    """Return the tender's choice."""
    return ctx.session.scalars(sa.select(PriceCheck).filter_by(tender_id=tender.id)).one_or_none()


def opinion_of(ctx: Context, tender: Tender) -> PriceOpinion | None:
    """Return what the committee was asked and said."""
    return ctx.session.scalars(sa.select(PriceOpinion).filter_by(tender_id=tender.id)).one_or_none()


def opinion_not_asked(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The committee is asked once (R29)."""
    asked = opinion_of(ctx, tender)
    if asked is None:
        return None
    return _("نظر کمیته فنی تا {due_on} خواسته شده است.").format(due_on=calendar.numeric(asked.due_on))


def opinion_is_awaited(ctx: Context, tender: Tender, what: Opinion | None) -> str | None:
    """An opinion answers a question, once, by a letter that was signed."""
    asked = opinion_of(ctx, tender)
    if asked is None:
        return _("از کمیته فنی درباره قیمت‌ها نظری خواسته نشده است.")
    if asked.recorded_at is not None:
        return _("نظر کمیته فنی ثبت شده است.")
    late = what is not None and what.letter_on > calendar.today(ctx.now)
    return _("تاریخ نامه هنوز نرسیده است؛ آن را دوباره ببینید.") if late else None


def ask_opinion(ctx: Context, tender: Tender, what: Question) -> None:
    """Ask the technical committee; the law gives it two weeks (Art. 20-b)."""
    due_on = calendar.today(ctx.now) + dt.timedelta(days=in_force(ctx, Parameter.ANALYSIS_DAYS))
    ctx.session.add(PriceOpinion(tender_id=tender.id, question=what.text, asked_at=ctx.now, due_on=due_on))
    ctx.session.flush()
    ctx.noted["due_on"] = due_on.isoformat()
    _tell(
        ctx, tender, [Role.EVALUATOR, Role.SECRETARY], f"نظر شما درباره قیمت‌ها تا {calendar.numeric(due_on)}", what.text
    )


def record_opinion(ctx: Context, tender: Tender, what: Opinion) -> None:
    """Keep the committee's opinion beside its question; the commission decides."""
    asked = opinion_of(ctx, tender)
    if asked is None:
        raise LookupError("an opinion that nobody asked for")
    asked.letter_no, asked.letter_on, asked.opinion, asked.recorded_at = (
        what.letter_no,
        what.letter_on,
        what.text,
        ctx.now,
    )
    ctx.session.flush()
    _tell(ctx, tender, sorted(COMMISSION), "نظر کمیته فنی درباره قیمت‌ها رسید", tender.title)


def advice(ctx: Context, tender: Tender) -> Advice | None:
    """Return the advice on the prices that were read; None while none was read."""
    view = ranking(ctx, tender)
    if view is None or not view.rows or not tender.estimate:
        return None
    choice, opinion = choice_of(ctx, tender), opinion_of(ctx, tender)
    national, oil, fault = _sums(tender, choice, view)
    warning: Decimal = in_force(ctx, Parameter.PRICE_WARNING)
    rows = [_judged(tender, row, _verdict(tender, row, view, national, oil), warning) for row in view.rows]
    lower = price_range.lower_by_guarantee(national, _guarantee(tender)) if national else None
    return Advice(choice, rows, national, oil, lower, fault, opinion, warning)


def _sums(
    tender: Tender, choice: PriceCheck | None, view: RankingView
) -> tuple[National | None, OilMinistry | None, str]:
    regime, estimate = choice.regime if choice else None, tender.estimate or 0
    if choice is None or regime is None:
        return None, None, ""
    if regime is Regime.OIL_MINISTRY:
        return None, price_range.oil_ministry([_compared(tender, r) for r in view.rows], estimate), ""
    percents = [_percent(tender, row) for row in view.rows]
    guarantee, large = _guarantee(tender), choice.is_large
    try:
        found = price_range.national(percents, choice.importance, guarantee_percent=guarantee, is_large=large)
    except ValueError:
        return None, None, _("همه قیمت‌ها از حد بالای سنجش گذشته‌اند و دامنه‌ای به دست نمی‌آید.")
    return found, None, ""


def _verdict(
    tender: Tender, row: Ranked, view: RankingView, national: National | None, oil: OilMinistry | None
) -> Verdict | None:
    if national is not None:
        return national.verdict(_percent(tender, row))
    if oil is not None:
        return oil.verdict(_compared(tender, row), min(_compared(tender, r) for r in view.rows))
    return None


def _judged(tender: Tender, row: Ranked, verdict: Verdict | None, warning: Decimal) -> Judged:
    percent = _percent(tender, row)
    return Judged(row.firm, row.price, _compared(tender, row), percent, verdict, percent > Fraction(warning))


def _compared(tender: Tender, row: Ranked) -> Fraction:
    """Return what the ministry's directive compares: the balanced price in a two-stage tender."""
    return row.final if tender.method is Method.WEIGHTED_PRICE else Fraction(row.price)


def _percent(tender: Tender, row: Ranked) -> Fraction:
    return Fraction(row.price * 100, tender.estimate or 1)


def _guarantee(tender: Tender) -> Fraction:
    return Fraction((tender.guarantee or 0) * 100, tender.estimate or 1)


def _tell(ctx: Context, tender: Tender, roles: Sequence[Role], subject: str, body: str) -> None:
    path = f"/tenders/{tender.number}"
    tell(ctx, seated(ctx, tender, roles), subject, body=body, path=path, tender_id=tender.id)
