"""The forms of a version of the map: year and title, criteria, a candidate with its scores, reasons, the letter of adoption."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import FieldList as WtFieldList
from wtforms import Form, FormField, HiddenField

from tender_app.clusters.forms import DAY, NUMBER, SCAN, Attached
from tender_app.clusters.map_rules import (
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Adoption,
    CandidateEdit,
    CandidateLine,
    CriteriaLines,
    CriterionLine,
    edition_of,
)
from tender_app.clusters.papers import Scan
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_, _
from tender_app.web.fields import (
    Count,
    Day,
    Line,
    Number,
    PersianForm,
    Prose,
    SelectField,
    optional,
    required,
    up_to,
)

SPARE_ROWS, MOST_ROWS = 2, 30
TURNS = {"": N_("—"), "1": N_("نخست"), "2": N_("دوم"), "3": N_("سوم")}
EARLIEST, LATEST = "1380", "1500"


class MapForm(PersianForm):
    """Year and title of a version to begin."""

    year = Count(N_("سال نقشه"), least=EARLIEST, most=LATEST, description=N_("سال شمسی، مانند ۱۴۰۶"))
    title = Line(N_("عنوان"), [required(N_("عنوان نقشه را بنویسید.")), up_to(LONGEST_TITLE)])


class CriterionRow(Form):
    """A criterion; an empty row does not count."""

    was = HiddenField()
    title = Line(N_("عنوان"), [optional(), up_to(LONGEST_TITLE)])
    weight = Number(N_("وزن"), [optional()])
    tie = SelectField(N_("رفع تساوی"), choices=TURNS, default="")


class CriteriaForm(PersianForm):
    """The criteria of a draft, row by row; a draft takes any weights."""

    edition = HiddenField()
    rows = WtFieldList(FormField(CriterionRow), min_entries=4, max_entries=MOST_ROWS)

    def fill(self, lines: Sequence[CriterionLine]) -> None:
        """Show the criteria that are kept, with room for a few more."""
        while len(self.rows) < min(len(lines) + SPARE_ROWS, MOST_ROWS):
            self.rows.append_entry()
        for row, line in zip(self.rows, lines, strict=False):
            row.form.title.data, row.form.weight.data = line.title, line.weight
            row.form.was.data = line.title
            row.form.tie.data = str(line.tie or "")

    def look_at(self, lines: Sequence[CriterionLine]) -> bool:
        """Remember the present edition; tell whether the one that the form came with was another."""
        seen, self.edition.data = self.edition.data, edition_of([line.plain() for line in lines])
        return bool(seen) and seen != self.edition.data

    def fits(self) -> bool:
        """Ask for a title where there is a weight, and for one title in one row."""
        seen: set[str] = set()
        for row in self.rows:
            title = row.form.title.data
            if not title and row.form.weight.data is not None:
                row.form.title.errors = [_("عنوان این ردیف را بنویسید.")]
            elif title and title in seen:
                row.form.title.errors = [_("این عنوان در ردیف دیگری هم هست.")]
            seen.add(title)
        self.rows.errors = [row.form.errors for row in self.rows if row.form.errors]
        return not self.rows.errors

    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the cell, message naming its row) for every error."""
        told = _("ردیف {place}، {field}: {message}")
        found = [
            (field.id, persian_digits(told.format(place=place, field=field.label.text, message=message)))
            for place, row in enumerate(self.rows, 1)
            for field in row.form
            for message in field.errors
        ]
        return found + [("", message) for message in self.form_errors]

    def lines(self) -> tuple[CriterionLine, ...]:
        """Return the criteria that were typed."""
        rows = [row.form for row in self.rows if row.form.title.data]
        return tuple(
            CriterionLine(
                r.title.data, r.weight.data or Decimal(0), int(r.tie.data) if r.tie.data else None, r.was.data or ""
            )
            for r in rows
        )

    def value(self) -> CriteriaLines:
        """Return the criteria, with the edition that was looked at."""
        return CriteriaLines(self.lines(), self.edition.data or "")


class ScoreRow(Form):
    """A candidate's score under one criterion; the title comes with it, so that no order can be mistaken."""

    title = HiddenField()
    score = Number(N_("امتیاز"), [optional()], most="10")


class CandidateForm(PersianForm):
    """A candidate with its scores."""

    edition = HiddenField()
    name = Line(N_("نام خوشه"), [required(N_("نام خوشه را بنویسید.")), up_to(LONGEST_NAME)])
    firms_count = Count(N_("شمار بنگاه‌ها"), [optional()], most="1000000")
    description = Prose(N_("شرح"), [optional(), up_to(LONGEST_TEXT)])
    scores = WtFieldList(FormField(ScoreRow), max_entries=100)

    def fill(self, criteria: Sequence[CriterionLine], line: CandidateLine | None) -> None:
        """Show a candidate as it is kept; without one, an empty row for each criterion."""
        if line is not None:
            self.name.data, self.firms_count.data = line.name, line.firms_count
            self.description.data, self.edition.data = line.description, edition_of(line.plain())
        for criterion in criteria:
            self.scores.append_entry(
                {"title": criterion.title, "score": line.scores.get(criterion.title) if line else None}
            )

    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, message) for every error, a score's with the name of its criterion."""
        rows = [(row.form.score, row.form.title.data) for row in self.scores]
        fields = [(f, f.label.text) for f in (self.name, self.firms_count, self.description)] + rows
        found = [(field.id, f"{name}: {message}") for field, name in fields for message in field.errors]
        return found + [("", message) for message in self.form_errors]

    def value(self, candidate_id: int | None = None) -> CandidateEdit:
        """Return the new facts."""
        scores = {row.form.title.data: row.form.score.data for row in self.scores if row.form.score.data is not None}
        line = CandidateLine(self.name.data, self.firms_count.data, self.description.data or "", scores)
        return CandidateEdit(candidate_id, line, self.edition.data or "")


class ReasonForm(PersianForm):
    """Why a candidate is left out."""

    reason = Prose(N_("دلیل کنار گذاشتن"), [required(N_("دلیل را بنویسید.")), up_to(LONGEST_REASON)])


class AdoptionForm(PersianForm):
    """The provincial committee's letter."""

    number = Line(N_("شماره نامه کمیته استانی"), [required(NUMBER), up_to(60)])
    day = Day(N_("تاریخ نامه"), description=DAY)
    file = Attached(N_("تصویر نامه"), description=SCAN)

    def value(self, scan: Scan) -> Adoption:
        """Return the adoption."""
        return Adoption(self.number.data, self.day.data, scan)


class WorkbookForm(PersianForm):
    """A workbook to look at."""

    file: Any = Attached(
        N_("پرونده اکسل (xlsx)"), description=N_("تا ۲ مگابایت؛ پیش از پذیرفتن، همه تغییرها را می‌بینید.")
    )
