"""What a workbook would change in a draft: every change with old and new, every cell that cannot be taken, and the result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tender_app.clusters import map_queries as queries
from tender_app.clusters.map_rules import CandidateLine, Chart, CriterionLine, edition_of
from tender_app.clusters.models import ClusterMap, MapWorkbook
from tender_app.clusters.sheets import UnreadableError, address
from tender_app.clusters.tables import Fault
from tender_app.clusters.workbook import (
    CANDIDATES,
    CRITERIA,
    FIRMS,
    NAME,
    OUT,
    TEXT,
    TIE,
    WEIGHT,
    ReadCandidate,
    ReadCriterion,
    Reading,
    read,
)
from tender_app.kernel.persian import decimal_text, persian_digits, search_key
from tender_app.kernel.words import _
from tender_app.store.context import Context
from tender_app.store.files import files_of


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change: of which candidate or criterion, what, from what to what (empty: nothing)."""

    of: str
    what: str
    old: str
    new: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a workbook would make of a draft."""

    chart: Chart
    touched: tuple[CandidateLine, ...]
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    absent: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Return the digest of the changes: whoever confirms names it."""
        return edition_of([[c.of, c.what, c.old, c.new, c.is_new] for c in self.changes])


def proposal_of(ctx: Context, version: ClusterMap, workbook: MapWorkbook) -> Proposal:
    """Read a stored workbook against the draft as it is now."""
    chart = queries.chart_of(ctx, version)
    try:
        return proposed(chart, read(files_of(ctx.settings).read(workbook.paper.file_key)))
    except UnreadableError as wrong:
        return Proposal(chart, (), (), (Fault(CANDIDATES, address(0, 0), str(wrong)),), ())


def proposed(chart: Chart, reading: Reading) -> Proposal:
    """Compare what was read with a draft."""
    criteria, changes = _criteria(chart.criteria, reading.criteria)
    titles = {search_key(c.title): c.title for c in criteria}
    faults = [*reading.faults]
    for place, heading in reading.headings:
        if search_key(heading) not in titles:
            reason = _("«{name}» نه معیار این نقشه است و نه ستون نامزدها؛ نخست در برگه «معیارها» بنویسید.")
            faults.append(Fault(CANDIDATES, place, reason.format(name=heading)))
    by_slug = {line.slug: line for line in chart.candidates}
    by_name = {search_key(line.name): line for line in chart.candidates}
    touched: list[CandidateLine] = []
    seen: set[str] = set()
    for row in reading.candidates:
        own = by_slug.get(row.slug) if row.slug else by_name.get(search_key(row.name))
        key = own.slug if own else search_key(row.name)
        if fault := _fault(row, own, is_again=key in seen, taken=by_name):
            faults.append(Fault(CANDIDATES, row.address, fault))
            continue
        seen.add(key)
        scores = {titles[search_key(t)]: s for t, s in row.scores.items() if search_key(t) in titles}
        line, own_changes = _candidate(own, row, scores)
        if own_changes:
            touched.append(line)
            changes += own_changes
    absent = tuple(line.name for line in chart.candidates if reading.candidates and line.slug not in seen)
    return Proposal(Chart(criteria, chart.candidates), tuple(touched), tuple(changes), tuple(faults), absent)


def _criteria(
    present: Sequence[CriterionLine], rows: Sequence[ReadCriterion]
) -> tuple[tuple[CriterionLine, ...], list[Change]]:
    lines = {search_key(line.title): line for line in present}
    changes: list[Change] = []
    for row in rows:
        own = lines.get(search_key(row.title))
        if own is None:
            lines[search_key(row.title)] = CriterionLine(row.title, row.weight or Decimal(0), row.tie)
            changes.append(Change(row.title, _(CRITERIA), "", decimal_text(row.weight or Decimal(0)), is_new=True))
            continue
        line = replace(
            own,
            weight=own.weight if row.weight is None else row.weight,
            tie=own.tie if row.tie is None else row.tie,
        )
        lines[search_key(row.title)] = line
        if line.weight != own.weight:
            changes.append(Change(own.title, WEIGHT, decimal_text(own.weight), decimal_text(line.weight)))
        if line.tie != own.tie:
            changes.append(Change(own.title, TIE, _shown(own.tie), _shown(line.tie)))
    return tuple(lines.values()), changes


def _fault(row: ReadCandidate, own: CandidateLine | None, *, is_again: bool, taken: dict[str, CandidateLine]) -> str:
    if row.slug and own is None:
        return _("شناسه «{slug}» در این نقشه نیست؛ برای نامزد تازه شناسه را خالی بگذارید.").format(slug=row.slug)
    if is_again:
        return _("این نامزد دو بار آمده است؛ یکی از دو سطر را پاک کنید.")
    if own is None and row.withdrawn:
        return _("نامزد تازه را نمی‌توان هم‌زمان کنار گذاشت؛ نخست آن را بیفزایید.")
    other = taken.get(search_key(row.name)) if row.name else None
    if own is not None and other is not None and other is not own:
        return _("نامزد دیگری نام «{name}» را دارد.").format(name=row.name)
    return ""


def _candidate(
    own: CandidateLine | None, row: ReadCandidate, scores: dict[str, Decimal]
) -> tuple[CandidateLine, list[Change]]:
    old = own or CandidateLine(row.name)
    line = replace(
        old,
        name=row.name or old.name,
        firms_count=old.firms_count if row.firms_count is None else row.firms_count,
        description=row.description or old.description,
        withdrawn=row.withdrawn or old.withdrawn,
        scores={**old.scores, **scores},
    )
    changes = list(_between(own, line))
    if own is None:
        changes.insert(0, Change(line.name, NAME, "", line.name, is_new=True))
    return line, changes


def _between(own: CandidateLine | None, line: CandidateLine) -> Iterator[Change]:
    """Yield what differs between a candidate as it is and as it would be."""
    old = own or CandidateLine(line.name)
    pairs = [
        (NAME, old.name, line.name),
        (FIRMS, _shown(old.firms_count), _shown(line.firms_count)),
        (TEXT, old.description, line.description),
        (OUT, old.withdrawn, line.withdrawn),
        *((title, _shown(old.scores.get(title)), _shown(line.scores[title])) for title in line.scores),
    ]
    yield from (Change(old.name, what, before, after, own is None) for what, before, after in pairs if before != after)


def _shown(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    return decimal_text(value) if isinstance(value, Decimal) else persian_digits(value)
