"""Conditions of dated settings and of closed days."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.words import _
from tender_app.people.models import Organisation
from tender_app.regulation.days import Closure, Entered, HolidayState, Moved
from tender_app.regulation.models import Holiday
from tender_app.regulation.queries import values_on
from tender_app.regulation.rules import Enacted, Parameter, fault, read, stored
from tender_app.store.context import Context

ORDERED: Sequence[tuple[Parameter, Parameter]] = (
    (Parameter.SMALL_CEILING, Parameter.MEDIUM_CEILING),
    (Parameter.IMPACT_LEAST, Parameter.IMPACT_MOST),
    (Parameter.IMPACT_LEAST_CONSULTING, Parameter.IMPACT_MOST_CONSULTING),
    (Parameter.MINIMUM_SCORE_LEAST, Parameter.MINIMUM_SCORE_MOST),
)


def value_is_possible(_ctx: Context, what: Enacted | None) -> str | None:
    """A value is of its parameter's kind and within its bounds, and is read back as it was written."""
    if what is None:
        return None
    if reason := fault(what.parameter, what.value):
        return reason
    return None if read(what.parameter, stored(what.value)) == what.value else _("این مقدار نگه داشته نمی‌شود.")


def value_fits_the_others(ctx: Context, what: Enacted | None) -> str | None:
    """A lower bound stays under its upper one on the day from which it holds."""
    if what is None:
        return None
    values = {**values_on(ctx, what.effective_from), what.parameter: what.value}
    for least, most in ORDERED:
        if what.parameter in {least, most} and values[least] > values[most]:
            return _("«{least}» در آن روز از «{most}» بیشتر می‌شود؛ نخست آن دیگری را ثبت کنید.").format(
                least=least.label, most=most.label
            )
    return None


def holiday_is_new(ctx: Context, what: Entered | None) -> str | None:
    """A holiday is entered once: neither the same place of the package's list, nor the same title on the same day."""
    if what is None:
        return None
    same = sa.and_(
        Holiday.day == what.day,
        Holiday.title == what.title,
        Holiday.organisation_id.is_(None),
        Holiday.state == HolidayState.STANDING,
    )
    listed = Holiday.listing == what.listing if what.listing else sa.false()
    if ctx.session.scalar(sa.select(Holiday.id).where(sa.or_(same, listed)).limit(1)) is None:
        return None
    return _("این تعطیلی پیش‌تر ثبت شده است.")


def place_of_closure(what: Closure | None) -> Organisation | None:
    """Return the organisation whose officers may close its own days."""
    return what.organisation if what else None


def closure_is_new(ctx: Context, what: Closure | None) -> str | None:
    """An organisation closes a day once, and says so no later than a month after it."""
    if what is None:
        return None
    if what.day < calendar.add_months(calendar.today(ctx.now), -1):
        return _("این روز بیش از یک ماه پیش است؛ تعطیلی گذشته مهلتی را جابه‌جا نمی‌کند.")
    same = sa.select(Holiday.id).where(
        Holiday.day == what.day,
        Holiday.organisation_id == what.organisation.id,
        Holiday.state == HolidayState.STANDING,
    )
    return _("این روز پیش‌تر برای این استان تعطیل ثبت شده است.") if ctx.session.scalar(same.limit(1)) else None


def is_of_the_country(_ctx: Context, holiday: Holiday, _what: Any) -> str | None:
    """The country's holidays are confirmed and moved; an organisation's closure is withdrawn and entered anew."""
    if holiday.organisation_id is None:
        return None
    return _("این تعطیلی از آنِ یک استان است؛ آن را بردارید و روز درست را ثبت کنید.")


def is_of_an_organisation(_ctx: Context, holiday: Holiday, _what: Any) -> str | None:
    """An officer takes back a closure of the own organisation, never a holiday of the country."""
    return None if holiday.organisation_id is not None else _("تعطیلی سراسری را راهبر سامانه برمی‌دارد.")


def is_an_estimate(_ctx: Context, holiday: Holiday, _what: Any) -> str | None:
    """What is confirmed was an estimate."""
    return None if holiday.is_estimate else _("این روز تخمینی نیست و پیش‌تر قطعی شده است.")


def day_is_another(_ctx: Context, holiday: Holiday, what: Moved | None) -> str | None:
    """A holiday moves to another day, near its own: the moon is seen a day or two apart from the reckoning."""
    if what is None:
        return None
    apart = abs((what.day - holiday.day).days)
    if apart == 0:
        return _("تعطیلی همین روز است؛ اگر درست است، آن را تأیید کنید.")
    return None if apart <= 7 else _("روز تازه بیش از یک هفته دورتر است؛ این تعطیلی را بردارید و دیگری ثبت کنید.")  # noqa: PLR2004
