"""A paper: blocks set on A4 pages with a running head, page numbers and the code by which a copy is checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tender_app.documents.blocks import Heading, Signatures, Verification
from tender_app.documents.lines import Align, break_lines, natural_width
from tender_app.documents.marks import ltr
from tender_app.documents.pen import PAGE_HEIGHT, PAGE_WIDTH, Pen
from tender_app.documents.rows import RULE, SMALL, Block, Row
from tender_app.kernel.persian import persian_digits

SIDE, TOP, BOTTOM = 58.0, 74.0, 66.0
MEASURE = PAGE_WIDTH - 2 * SIDE
ROOM = PAGE_HEIGHT - TOP - BOTTOM
INITIALS = 22.0  # the strip at the foot of a page that both parties sign


@dataclass(frozen=True, slots=True)
class Stamp:
    """The code printed on a paper, and the address at which it is checked."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What is typeset: who issues it, its title and number for the running head, its blocks, and who signs every page."""

    organisation: str
    title: str
    number: str
    blocks: Sequence[Block]
    stamp: Stamp | None
    initials: Sequence[str] = ()


def render(paper: Paper) -> bytes:
    """Return the paper as PDF; the same paper gives the same bytes."""
    pages = paged(rows_of(_stamped(paper)), ROOM - (INITIALS if paper.initials else 0))
    pen = Pen(title=f"{paper.title} {paper.number}", author=paper.organisation, subject=paper.number)
    for place, rows in enumerate(pages, 1):
        frame(pen, paper, place, len(pages))
        top = TOP
        for row in rows:
            if row.outline:
                pen.outline(row.outline, top, 0)
            row.draw(pen, SIDE, top, MEASURE)
            top += row.height
        pen.turn_page()
    return pen.finish()


def _stamped(paper: Paper) -> list[Block]:
    """The blocks with the code by which a copy is checked: beside the last place to sign where it has room, else under all."""
    blocks = list(paper.blocks)
    if not paper.stamp:
        return blocks
    code, last = Verification(paper.stamp.code, paper.stamp.url), blocks[-1]
    if isinstance(last, Signatures) and last.has_room:
        return [*blocks[:-1], replace(last, code=code)]
    return [*blocks, code]


def rows_of(blocks: Sequence[Block], short: float = ROOM / 4) -> list[Row]:
    """Return the rows of blocks; a table or list up to `short` stays whole, a tied block holds on to what precedes it."""
    rows: list[Row] = []
    before, heading = None, 0
    for block in blocks:
        if block.is_tied and rows:
            _hold(rows, heading if isinstance(before, Heading) else len(rows))
        before, heading = block, len(rows)
        rows += block.rows(MEASURE)
    return _whole(rows, short)


def _hold(rows: list[Row], end: int) -> None:
    """Let what follows hold on to the last line before `end`, and lean on the whole last section where that is short."""
    for place in {len(rows) - 1, end - 1} - {-1}:
        rows[place] = replace(rows[place], holds=True)
    start = max((place for place in range(end) if rows[place].outline), default=0)
    if sum(row.height for row in rows[start:end]) <= ROOM / 5:
        rows[start:end] = [replace(row, leans=True) for row in rows[start:end]]


def _whole(rows: Sequence[Row], short: float) -> list[Row]:
    """Return the rows with every short run leaning together, and with the line that leads up to it."""
    found: list[Row] = []
    for _unused, group in groupby(rows, lambda row: id(row.run) if row.run is not None else None):
        run = list(group)
        if run[0].run is not None and sum(row.height for row in run) <= short:
            run = [*(replace(row, leans=True) for row in run[:-1]), run[-1]]
            if found and found[-1].run is None:
                found[-1] = replace(found[-1], leans=True)
        found += run
    return found


def paged(rows: Sequence[Row], room: float) -> list[list[Row]]:
    """Put rows on pages: rows that hold or lean on the next one go over together, tables take their head with them."""
    pages: list[list[Row]] = [[]]
    used = 0.0
    for group in _groups(rows, room):
        height = sum(row.height for row in group)
        if pages[-1] and used + height > room:
            pages.append([])
            used = 0.0
            if header := group[0].header:
                pages[-1].append(replace(header, holds=False))
                used = header.height
        pages[-1].extend(group)
        used += height
    return pages


def _groups(rows: Sequence[Row], room: float) -> list[list[Row]]:
    """The rows that go over together: as many as hold or lean, or hold, or each alone, as a page has room."""
    return [
        part
        for leaning in _together(rows, lambda row: row.holds or row.leans)
        for held in ([leaning] if _fits(leaning, room) else _together(leaning, lambda row: row.holds))
        for part in ([held] if _fits(held, room) else [[row] for row in held])
    ]


def _together(rows: Sequence[Row], is_tied: Callable[[Row], bool]) -> list[list[Row]]:
    groups: list[list[Row]] = []
    is_held = False
    for row in rows:
        if is_held:
            groups[-1].append(row)
        else:
            groups.append([row])
        is_held = is_tied(row)
    return groups


def _fits(rows: Sequence[Row], room: float) -> bool:
    return sum(row.height for row in rows) <= room


def frame(pen: Pen, paper: Paper, place: int, count: int) -> None:
    """The running head and foot: who issues the paper and its number; the page, the title and the code."""
    head, foot = 44.0, PAGE_HEIGHT - 38
    pen.rule((SIDE, 52, SIDE + MEASURE, 52), RULE)
    pen.rule((SIDE, foot - 14, SIDE + MEASURE, foot - 14), RULE)
    _small(pen, paper.organisation, Align.RIGHT, head, 0.66)
    _small(pen, ltr(paper.number), Align.LEFT, head, 0.34)
    _small(pen, persian_digits(f"صفحه {place} از {count}"), Align.RIGHT, foot, 0.2)
    _small(pen, paper.title, Align.CENTRE, foot, 0.5)
    if paper.stamp:
        _small(pen, ltr(paper.stamp.code), Align.LEFT, foot, 0.25)
    _initials(pen, paper.initials, foot - 24)


def _initials(pen: Pen, parties: Sequence[str], baseline: float) -> None:
    """Places at the foot of the page where each party signs it by hand."""
    style = replace(SMALL, align=Align.RIGHT)
    width = MEASURE / max(len(parties), 1)
    for place, party in enumerate(parties, 1):
        right = SIDE + MEASURE - width * (place - 1)
        (line,) = break_lines(f"امضای {party}:", style, width)
        pen.text(line, style, right - width, baseline, width)
        told = line.width * style.size + 6
        pen.dashes((right - width + 24, baseline + 1, right - told, baseline + 1), "#8a917c")


def _small(pen: Pen, text: str, align: Align, baseline: float, share: float) -> None:
    """One small line in its share of the measure; what does not fit is left out at a space, and said so."""
    style, width = replace(SMALL, align=align), MEASURE * share
    shown = text
    while natural_width(shown, style) > width and " " in shown:
        shown = shown.removesuffix("…").rpartition(" ")[0] + "…"
    left = {Align.LEFT: 0.0, Align.CENTRE: (MEASURE - width) / 2}.get(align, MEASURE - width)
    pen.text(break_lines(shown, style, MEASURE)[0], style, SIDE + left, baseline, width)
