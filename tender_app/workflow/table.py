"""The shape of a procedure: a table of lawful acts and sights, proved when it is built."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import KW_ONLY, dataclass, replace
from operator import attrgetter
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from tender_app.kernel.vocabulary import Named, Role, Sight
from tender_app.ledger.models import LedgerEntry
from tender_app.store.case import Case
from tender_app.store.context import Context

C = TypeVar("C", bound=Case)

Guard = Callable[[Context, C, Any], str | None]
Effect = Callable[[Context, C, Any], None]
After = Callable[[Context, C, Any, LedgerEntry], None]
Condition = Callable[[Context], sa.ColumnElement[bool]]
Due = Callable[[C], dt.datetime | None]


def _as_it_is(_case: Any, text: str) -> str:
    return text


def _nowhere(_what: Any) -> None:
    """Name no case in which the life begins: the capacity counts wherever it is held."""


@dataclass(frozen=True, slots=True)
class Create(Generic[C]):
    """The row that begins a life: who may, on what condition (`if_` sees the act's value alone), and how."""

    act: Named
    _: KW_ONLY
    by: AbstractSet[Role]
    make: Callable[[Context, Any], C]
    within: Callable[[Any], Case | None] = _nowhere
    if_: tuple[Callable[[Context, Any], str | None], ...] = ()
    then: tuple[Effect[C], ...] = ()


@dataclass(frozen=True, slots=True)
class Move(Generic[C]):
    """One row: this act takes a case from these states to that one (`to` None: the state stays)."""

    act: Named
    source: AbstractSet[Any]
    to: Named | None
    _: KW_ONLY
    by: AbstractSet[Role]
    alone: bool = False  # one at a time on a case, though its state stays: what it writes must not meet itself
    if_: tuple[Guard[C], ...] = ()
    first: tuple[Effect[C], ...] = ()  # what must be done before the state moves
    then: tuple[Effect[C], ...] = ()
    after: tuple[After[C], ...] = ()  # what follows from the act's own entry in the ledger: receipts quote it
    task: str = ""
    due: Due[C] | None = None
    own: bool = False  # the task is to bring its conditions about: it waits for the actor though a guard refuses yet
    over: Guard[C] | None = None  # gives a reason once nothing is left to do, though the act may still be open
    article: str = ""  # of the law that the act carries out, as a paper would cite it


@dataclass(frozen=True, slots=True)
class See:
    """One row: this may be seen by these roles while the case stands here, where the condition holds."""

    what: Sight
    source: AbstractSet[Any]
    _: KW_ONLY
    by: AbstractSet[Role]
    where: Condition | None = None
    only: str = ""  # the case's hybrid attribute that must hold: it turns on no actor and no clock

    @property
    def is_conditional(self) -> bool:
        """Tell whether the row shows some cases and not others that stand alike."""
        return self.where is not None or bool(self.only)


@dataclass(frozen=True)
class Procedure(Generic[C]):
    """A whole procedure; building one proves that it is well formed (ValueError names what is not)."""

    model: type[C]
    key: str
    title: str
    states: type[Named]
    initial: Named
    final: AbstractSet[Any]
    creates: tuple[Create[C], ...]
    moves: tuple[Move[C], ...]
    sights: tuple[See, ...]
    hold: Callable[[Context, C], None] | None = None
    version: int = 1
    skips: AbstractSet[Any] = frozenset()  # states of which this law knows nothing
    word: Callable[[Named], str] = attrgetter("label")  # what it calls an act, a state or a role
    say: Callable[[Any, str], str] = _as_it_is  # how it words a reason against an act on a case

    def __post_init__(self) -> None:
        """Refuse a table with ambiguous, unreachable or dead-end states."""
        self._prove_single_answers()
        reached = self._reached()
        if stranded := set(self.states) - self.skips - reached:
            raise ValueError(f"{self.key}: unreachable {sorted(stranded)}")
        leaving = {s for m in self.moves if m.to for s in m.source if m.to is not s}
        if dead := reached - set(self.final) - leaving:
            raise ValueError(f"{self.key}: dead end {sorted(dead)}")
        if entered := (reached | leaving | {s for see in self.sights for s in see.source}) & self.skips:
            raise ValueError(f"{self.key}: rows of skipped states {sorted(entered)}")

    def move(self, act: Named, state: Named) -> Move[C] | None:
        """Return the row for `act` in `state`, if there is one."""
        return next((m for m in self.moves if m.act is act and state in m.source), None)

    def acts(self) -> list[Named]:
        """Return every act of the procedure, in the order of its rows."""
        return list(dict.fromkeys([*(c.act for c in self.creates), *(m.act for m in self.moves)]))

    def matrix(self) -> str:
        """Render who may do what, when, as text that a reviewer can read in a diff."""
        roles = list(Role)
        rows = [_line(["act", "from", "to", *(r.value for r in roles)])]
        rows += [_line([*names, *("x" if r in by else "." for r in roles)]) for *names, by in self._cells()]
        return "\n".join(rows) + "\n"

    def _cells(self) -> Iterator[tuple[str, str, str, AbstractSet[Any]]]:
        for create in self.creates:
            yield create.act, "-", self.initial, create.by
        for move in self.moves:
            for state in sorted(move.source):
                yield move.act, state, move.to or "=", move.by
        for see in self.sights:
            for state in sorted(see.source):
                yield f"see {see.what}{' *' if see.is_conditional else ''}", state, "", see.by

    def _prove_single_answers(self) -> None:
        pairs = [(m.act, s) for m in self.moves for s in m.source]
        if len(set(pairs)) != len(pairs):
            twice = sorted({f"{act} in {state}" for act, state in pairs if pairs.count((act, state)) > 1})
            raise ValueError(f"{self.key}: two rows answer {twice}")

    def _reached(self) -> set[Named]:
        reached, frontier = {self.initial}, [self.initial]
        while frontier:
            here = frontier.pop()
            new = {m.to for m in self.moves if here in m.source and m.to} - reached
            reached |= new
            frontier.extend(new)
        return reached


def swapped(
    moves: Iterable[Move[C]],
    *instead: Move[C],
    leaving_out: AbstractSet[Named] = frozenset(),
    skipping: AbstractSet[Any] = frozenset(),
) -> tuple[Move[C], ...]:
    """Return the rows with those of `instead` in the place of the same act's, without some acts, and without some states."""
    new = {move.act: move for move in instead}
    kept = [new.get(move.act, move) for move in moves if move.act not in leaving_out]
    return tuple(replace(move, source=left) for move in kept if (left := set(move.source) - skipping))


def unseen(sights: Iterable[See], *, skipping: AbstractSet[Any]) -> tuple[See, ...]:
    """Return the sights without some states."""
    return tuple(replace(see, source=left) for see in sights if (left := set(see.source) - skipping))


def cited(moves: Iterable[Move[C]], articles: Mapping[Any, str]) -> tuple[Move[C], ...]:
    """Return the rows with the article that each act carries out."""
    return tuple(replace(move, article=articles.get(move.act, move.article)) for move in moves)


def _line(cells: list[str]) -> str:
    head = "".join(cell.ljust(24) for cell in cells[:3])
    marks = " ".join(cell.center(len(role)) for cell, role in zip(cells[3:], Role, strict=True))
    return (head + marks).rstrip()
