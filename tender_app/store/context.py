"""What every command receives: one session, one actor, one reading of the clock."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from tender_app.config import Settings
from tender_app.kernel.actor import Actor
from tender_app.store.case import Case

C = TypeVar("C", bound=Case)
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one act: `now` is an aware instant in UTC, read once.

    A page's circumstances are live: who acts may have to wait for a row, so the engine reads the clock again when the
    act's rows are held, and that one instant judges the act and all that it brings about.
    """

    session: Session
    actor: Actor
    now: dt.datetime
    settings: Settings
    facts: dict[tuple[object, int], Any] = field(default_factory=dict)
    together: dict[str, Sequence[Case]] = field(default_factory=dict)  # by kind: facts of one are read with the others'
    asked: set[str] = field(default_factory=set)  # the words of the law that were put to it, for the web's own check
    is_live: bool = False
    noted: dict[str, Any] = field(default_factory=dict)  # what the entry of the act under way says beside its value

    @contextlib.contextmanager
    def noting(self) -> Iterator[dict[str, Any]]:
        """Give the notes of one act; those of the act around it wait meanwhile."""
        outer = dict(self.noted)
        self.noted.clear()
        try:
            yield self.noted
        finally:
            self.noted.clear()
            self.noted.update(outer)

    def at(self, now: dt.datetime) -> "Context":
        """Return the same circumstances at another reading of the clock, with facts to be read anew."""
        return replace(self, now=now, facts={})

    def held(self, now: dt.datetime) -> "Context":
        """Return the circumstances of an act whose rows are held: from here on this instant is the only one."""
        return replace(self, now=now, facts={}, is_live=False)


class Facts(Generic[C, F]):
    """What a life's guards need to know: read when first asked, for all cases looked at together, in so many queries."""

    def __init__(self, load: Callable[[Context, Sequence[C]], Mapping[int, F]]) -> None:
        self._load = load

    def preload(self, ctx: Context, cases: Sequence[C]) -> None:
        """Read the facts of all the cases that are not yet known in this context."""
        unknown = [case for case in cases if (self, case.id) not in ctx.facts]
        if unknown:
            for case_id, facts in self._load(ctx, unknown).items():
                ctx.facts[(self, case_id)] = facts

    def of(self, ctx: Context, case: C) -> F:
        """Return the facts of one case; those of the cases looked at together with it are read by the way."""
        if (self, case.id) not in ctx.facts:
            others: Any = ctx.together.get(case.kind, ())
            self.preload(ctx, list({c.id: c for c in (case, *others)}.values()))
        known: F = ctx.facts[(self, case.id)]
        return known
