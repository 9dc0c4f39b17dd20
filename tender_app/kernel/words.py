"""Words for people: written in Persian, in place, and looked up in the catalogue of the language in force.

`_("…")` inside a function looks the text up at once; `N_("…")` outside of one gives a text that is looked up each time it
is shown. `_("… {name} …").format(name=…)` keeps a sentence whole for the translator. Without a catalogue all is Persian,
as written; the Persian language itself (dates, amounts in words) and official papers are not translated.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from gettext import NullTranslations
from typing import Any, Self

from markupsafe import escape

_catalogue: ContextVar[NullTranslations | None] = ContextVar("catalogue", default=None)


@contextlib.contextmanager
def speaking(catalogue: NullTranslations | None) -> Iterator[None]:
    """Put a language in force for what is said meanwhile; None is Persian."""
    before = _catalogue.set(catalogue)
    try:
        yield
    finally:
        _catalogue.reset(before)


def in_force() -> NullTranslations | None:
    """Return the catalogue of the language in force; None where it is Persian."""
    return _catalogue.get()


def _(message: str) -> str:
    """Return a text in the language in force."""
    catalogue = _catalogue.get()
    return message if catalogue is None else catalogue.gettext(message)


def N_(message: str) -> str:  # noqa: N802 -- gettext's own name for it
    """Return a text that is looked up when it is shown, for what is said once and kept: labels, tables, constants."""
    return Phrase(message)


class Phrase(str):
    """A Persian text that turns into the language in force wherever it becomes part of another text or of a page.

    As data (compared, stored, sent as JSON, and among the parts of `join`) it stays the Persian that it is.
    """

    __slots__ = ("_pattern", "_values")
    _pattern: str
    _values: dict[str, Any]

    def __new__(cls, pattern: str, **values: Any) -> Self:
        """Keep the text, and the values that `format` gave it."""
        made = super().__new__(cls, pattern.format(**values) if values else pattern)
        made._pattern, made._values = pattern, values
        return made

    def format(self, *_places: Any, **values: Any) -> str:
        """Return the text with its values, still to be looked up."""
        return Phrase(self._pattern, **values)

    def __str__(self) -> str:
        said = _(self._pattern)
        return said.format(**self._values) if self._values else said

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> str:
        return escape(str(self))

    def __add__(self, other: str) -> str:
        return str(self) + other

    def __mod__(self, values: Any) -> str:
        return str.__mod__(str(self), values)
