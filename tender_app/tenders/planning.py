"""The calendar of a tender: every lawful day from one wish, each with its reason; what may follow a moved day follows.

Days are dates; the hours of the draft's instants are added when they are taken into it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from tender_app.kernel import calendar
from tender_app.kernel.words import N_, _
from tender_app.regulation.days import ONE_DAY
from tender_app.regulation.rules import Parameter
from tender_app.tenders import schedule
from tender_app.tenders.planning_steps import BY_NAME, GUARANTEE, LABELS, PUBLISHED, STEPS, Days, Ground

WISHES = {
    "opens_at": N_("روز گشایش پاکت‌های الف و ب"),
    "contract_by": N_("روز بستن قرارداد"),
    PUBLISHED: N_("روز انتشار"),
}
HORIZON = dt.timedelta(days=3 * 366)  # no tender is planned further; nor are its holidays known
FAR = N_("این روز بیش از سه سال دورتر است؛ روزی نزدیک‌تر بنویسید (ماده ۲۱: اعتبار پیشنهادها پایان دارد).")


class PlanError(ValueError):
    """No lawful calendar fulfils the wish; the text says why, and the soonest that does."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A day of the calendar: why it lies where it does, by which article, and what is unwise about it."""

    name: str
    label: str
    day: dt.date
    why: str
    unwise: tuple[str, ...]


class Planner(Ground):
    """What is planned on a ground."""

    def forward(self, published: dt.date) -> dict[str, dt.date]:
        """Return the calendar of a tender that is published on a day, or on the next working day."""
        return self._filled({PUBLISHED: self.days.working(published)})

    def towards(self, wish: str, day: dt.date) -> dict[str, dt.date]:
        """Return the calendar in which the wished step falls on a day, or on the last working day before it."""
        if wish == PUBLISHED:
            return self.forward(day)
        last = self.days.working_before(day)
        opens = last if wish == "opens_at" else self._opening_before(last)
        found = {**self._before(opens), "opens_at": opens}
        if wish == "contract_by":
            found["contract_by"] = last
        return self._filled(found)

    def around(self, kept: Days) -> dict[str, dt.date]:
        """Return the calendar around days that a draft already has."""
        published = self._published_before(kept["documents_until"])
        return self._filled({PUBLISHED: published, **kept})

    def wished(self, wish: str, day: dt.date, today: dt.date) -> dict[str, dt.date]:
        """Return the calendar of a wish that can still be fulfilled; raise PlanError with the soonest day that can."""
        if abs(day - today) > HORIZON:
            raise PlanError(FAR)
        found = self.towards(wish, day)
        if found[PUBLISHED] >= today:
            return found
        soonest = self.forward(today)[wish]
        told = _(
            "برای این روز، آگهی باید {published} منتشر می‌شد که گذشته است. زودترین روز شدنی برای «{wish}» {soonest} است."
        )
        raise PlanError(
            told.format(
                published=calendar.long_date(found[PUBLISHED]), wish=LABELS[wish], soonest=calendar.long_date(soonest)
            )
        )

    def moved(self, days: Days, name: str, day: dt.date) -> dict[str, dt.date]:
        """Return the calendar with one day moved, and with it those that may no longer stay; PlanError says why not."""
        if abs(day - days[PUBLISHED]) > HORIZON:
            raise PlanError(f"«{LABELS[name]}»: {FAR}")
        if fault := self._fault(days, name, day):
            raise PlanError(fault)
        found = {**days, name: day}
        for step in STEPS[[*LABELS].index(name) + 1 :]:
            if self._fault(found, step.name, found[step.name]):
                found[step.name] = step.usual(self, found)
        found[GUARANTEE] = found["valid_until"]
        return found

    def explained(self, days: Days) -> list[Planned]:
        """Return every day with its reason and what is unwise about it, in the order of the days."""
        rows = [
            Planned(
                step.name,
                str(step.label),
                days[step.name],
                self.told(step.why, step.parameter),
                tuple(self._unwise(days, step.name)),
            )
            for step in STEPS
        ]
        return sorted(rows, key=lambda row: row.day)

    def instants(self, days: Days, hours: Mapping[str, dt.datetime | None]) -> dict[str, dt.datetime | dt.date]:
        """Return the days as the facts of a draft; an hour that the draft already has is kept."""
        found: dict[str, dt.datetime | dt.date] = {name: days[name] for name in schedule.DAYS}
        for name in schedule.STEPS:
            kept = hours.get(name)
            usual = schedule.MEETING_HOUR if name in {"opens_at", "prices_open_at"} else schedule.CLOSING_HOUR
            found[name] = calendar.instant(days[name], calendar.tehran(kept).time() if kept else usual)
        return found

    def _filled(self, found: dict[str, dt.date]) -> dict[str, dt.date]:
        for step in STEPS:
            if step.name not in found:
                found[step.name] = step.usual(self, found)
        return {name: found[name] for name in LABELS}

    def _opening_before(self, contract: dt.date) -> dt.date:
        return self.back(self.back(contract, Parameter.CONTRACT_DAYS), Parameter.TECHNICAL_DAYS)

    def _before(self, opens: dt.date) -> dict[str, dt.date]:
        """Return the days that lead up to an opening, each the last that the law and the usual periods allow."""
        closes = self.back(opens, Parameter.OPENING_DAYS)
        while self.soonest_opening(closes) > opens:
            closes = self.days.working_before(closes - ONE_DAY)
        documents = self.days.working_before(self.bid_period.before(closes - ONE_DAY))
        return {PUBLISHED: self._published_before(documents), "documents_until": documents, "closes_at": closes}

    def _published_before(self, documents: dt.date) -> dt.date:
        published = self.back(documents, Parameter.DOCUMENT_DAYS)
        while self.last_round(published) > documents:
            published = self.days.working_before(published - ONE_DAY)
        return published

    def _fault(self, days: Days, name: str, day: dt.date) -> str | None:
        """Return why a step cannot lie on a day, given those that it follows; or None."""
        step = BY_NAME[name]
        least = step.least(self, days)
        most = step.most(self, days) if step.most else day
        if day > most:
            return _("«{step}» دیرتر از {most} نمی‌شود: {why}.").format(
                step=step.label, most=calendar.long_date(most), why=step.until
            )
        if day >= least:
            return None
        return _("«{step}» زودتر از {least} نمی‌شود: {why}.").format(
            step=step.label, least=calendar.long_date(least), why=self.told(step.because, step.parameter)
        )

    def _unwise(self, days: Days, name: str) -> list[str]:
        day, told = days[name], []
        if self.days.is_closed(day):
            told.append(_("روز تعطیل است: {why}").format(why=self.days.why(day)))
        if schedule.is_about_new_year(day, self.law):
            told.append(_("در روزهای پایان و آغاز سال است"))
        if name == "valid_until" and (day - days["closes_at"]).days < self.law[Parameter.VALIDITY_DAYS]:
            told.append(_("کوتاه‌تر از اعتبار رایج است"))
        return told
