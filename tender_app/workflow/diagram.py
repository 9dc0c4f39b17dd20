"""A procedure drawn: its states from top to bottom, right to left, each act that moves on as an arrow; SVG of our own.

What leads to the next state stands on the spine, with its act beside it; every other act is a numbered lane at the left.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _
from tender_app.workflow.table import Procedure

STEP, BOX, HIGH, EDGE, LANE, GAP = 62, 206, 34, 10, 15, 16
INK, QUIET, LINE = "#1f2419", "#4a5240", "#848c75"
HERE, WALKED, BLANK, END = "#435622", "#e9eeda", "#ffffff", "#f0f1e9"
FONT = "Vazirmatn Variable, Vazirmatn, Tahoma, sans-serif"


@dataclass(frozen=True, slots=True)
class Lane:
    """An act that leads elsewhere than to the next state: the rows from which, the row to which, its place and number."""

    act: Named
    sources: tuple[int, ...]
    target: int
    place: int
    number: int

    @property
    def span(self) -> tuple[int, int]:
        """Return the first and the last row that it passes."""
        rows = (*self.sources, self.target)
        return min(rows), max(rows)


@dataclass(frozen=True, slots=True)
class Told:
    """A numbered lane in words: number, act, from where, to where."""

    number: int
    act: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything stands: the states in rows, the acts on the spine by the row they leave, and the lanes."""

    states: Sequence[Named]
    spine: dict[int, list[Named]]
    lanes: Sequence[Lane]

    @property
    def width(self) -> int:
        """Return the drawing's width."""
        return BOX + 2 * EDGE + GAP + LANE * (1 + max((lane.place for lane in self.lanes), default=-1))

    @property
    def height(self) -> int:
        """Return the drawing's height."""
        return STEP * (len(self.states) - 1) + HIGH + 2 * EDGE


def plan_of(procedure: Procedure[Any]) -> Plan:
    """Return the plan of a procedure."""
    states = [state for state in procedure.states if state not in procedure.skips]
    row = {state: place for place, state in enumerate(states)}
    spine: dict[int, list[Named]] = {}
    found: dict[tuple[Named, int], set[int]] = {}
    for move in procedure.moves:
        if move.to is None:
            continue
        for source in move.source:
            if row[move.to] == row[source] + 1:
                spine.setdefault(row[source], []).append(move.act)
            else:
                found.setdefault((move.act, row[move.to]), set()).add(row[source])
    return Plan(states, spine, _laned(found))


def legend(procedure: Procedure[Any], plan: Plan) -> list[Told]:
    """Return the numbered lanes in words."""
    word = procedure.word
    return [
        Told(
            lane.number,
            word(lane.act),
            tuple(word(plan.states[row]) for row in lane.sources),
            word(plan.states[lane.target]),
        )
        for lane in plan.lanes
    ]


def drawing(procedure: Procedure[Any], here: Named | None = None, walked: Collection[Named] = ()) -> str:
    """Return the diagram as SVG, with the state in which a case stands and those through which it went."""
    plan = plan_of(procedure)
    title = escape(_(procedure.title))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {plan.width} {plan.height}" '
        f'width="{plan.width}" height="{plan.height}" direction="rtl" font-family="{FONT}" font-size="12">'
        f"<title>{title}</title>"
    )
    parts = [head, _arrowhead()]
    parts += [_spine(procedure, plan, row, acts) for row, acts in sorted(plan.spine.items())]
    parts += [_lane(plan, lane) for lane in plan.lanes]
    parts += [_box(procedure, plan, row, here, walked) for row in range(len(plan.states))]
    return "\n".join([*parts, "</svg>"])


def _laned(found: dict[tuple[Named, int], set[int]]) -> list[Lane]:
    """Give each act the nearest lane that is free over its span: short ones first, so that lanes nest."""
    order = sorted(found.items(), key=lambda item: (_length(item), list(found).index(item[0])))
    taken: list[list[tuple[int, int]]] = []
    placed: dict[tuple[Named, int], int] = {}
    for (act, target), sources in order:
        first, last = min(*sources, target), max(*sources, target)
        place = next((n for n, spans in enumerate(taken) if all(last < a or first > b for a, b in spans)), len(taken))
        if place == len(taken):
            taken.append([])
        taken[place].append((first, last))
        placed[(act, target)] = place
    return [
        Lane(act, tuple(sorted(sources)), target, placed[(act, target)], number)
        for number, ((act, target), sources) in enumerate(found.items(), 1)
    ]


def _length(item: tuple[tuple[Named, int], set[int]]) -> int:
    (_act, target), sources = item
    return max(*sources, target) - min(*sources, target)


def _top(row: int) -> int:
    return EDGE + STEP * row


def _arrowhead() -> str:
    return (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{LINE}"/></marker></defs>'
    )


def _box(procedure: Procedure[Any], plan: Plan, row: int, here: Named | None, walked: Collection[Named]) -> str:
    state, left, top = plan.states[row], plan.width - EDGE - BOX, _top(row)
    fill, ink, edge = BLANK, INK, LINE
    if state is here:
        fill, ink, edge = HERE, BLANK, HERE
    elif state in walked:
        fill, edge = WALKED, HERE
    elif state in procedure.final:
        fill = END
    corner = 17 if state in procedure.final or state is procedure.initial else 8
    weight = ' font-weight="700"' if state is here else ""
    label = escape(procedure.word(state))
    return (
        f'<rect x="{left}" y="{top}" width="{BOX}" height="{HIGH}" rx="{corner}" fill="{fill}" stroke="{edge}"/>'
        f'<text x="{left + BOX // 2}" y="{top + HIGH // 2 + 4}" text-anchor="middle" fill="{ink}"{weight}>{label}</text>'
    )


def _spine(procedure: Procedure[Any], plan: Plan, row: int, acts: Sequence[Named]) -> str:
    x, top = plan.width - EDGE - 18, _top(row) + HIGH
    label = escape("، ".join(dict.fromkeys(procedure.word(act) for act in acts)))
    return (
        f'<path d="M{x} {top} V{top + STEP - HIGH - 1}" fill="none" stroke="{LINE}" marker-end="url(#tip)"/>'
        f'<text x="{x - 8}" y="{top + (STEP - HIGH) // 2 + 4}" text-anchor="start" fill="{QUIET}" font-size="11">{label}</text>'
    )


def _lane(plan: Plan, lane: Lane) -> str:
    """Draw a lane: out of each state at its left edge, along the lane, into the target with an arrow and the number."""
    left = plan.width - EDGE - BOX
    x = left - GAP - LANE * lane.place
    leave, enter = 10 + 4 * (lane.place % 3), HIGH - 8 - 4 * (lane.place % 3)
    into = _top(lane.target) + enter
    ends = [_top(row) + leave for row in lane.sources]
    paths = [f"M{left} {y} H{x}" for y in ends]
    paths.append(f"M{x} {min(*ends, into)} V{max(*ends, into)}")
    number = persian_digits(lane.number)
    middle = (ends[-1] + into) // 2
    return (
        f'<path d="{" ".join(paths)}" fill="none" stroke="{LINE}"/>'
        f'<path d="M{x} {into} H{left - 1}" fill="none" stroke="{LINE}" marker-end="url(#tip)"/>'
        f'<circle cx="{x}" cy="{middle}" r="7" fill="{BLANK}" stroke="{LINE}"/>'
        f'<text x="{x}" y="{middle + 3}" text-anchor="middle" fill="{INK}" font-size="9">{number}</text>'
    )
