"""Lines of a paragraph: broken on text in reading order, put into visual order only afterwards."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from itertools import groupby, zip_longest
from typing import NamedTuple
from unicodedata import bidirectional

from tender_app.documents.bidi import levels, visual_order
from tender_app.documents.fonts import Weight, font
from tender_app.documents.marks import BOLD, REGULAR, RLM
from tender_app.documents.shaping import Shaped, shape

_LETTERS = frozenset({"R", "AL"})
_MARKS = frozenset({"NSM", "BN"})
_DASHES = frozenset("-–—")


class Align(Enum):
    """Where a line stands in its measure; the last line of a justified paragraph stands at the right."""

    JUSTIFY = "justify"
    RIGHT = "right"
    CENTRE = "centre"
    LEFT = "left"


@dataclass(frozen=True)
class Style:
    """How a paragraph looks; sizes in points."""

    size: float = 10.5
    leading: float = 19.0
    weight: Weight = Weight.REGULAR
    align: Align = Align.JUSTIFY
    colour: str = "#1f2419"
    is_tabular: bool = False


class Piece(NamedTuple):
    """A stretch of text of one level and one weight: a word, a part of a word, or one space."""

    text: str
    level: int
    weight: Weight
    is_space: bool
    shaped: Shaped


class _Word(NamedTuple):
    pieces: tuple[Piece, ...]
    width: float
    space: tuple[Piece, ...]
    space_width: float


@dataclass(frozen=True)
class Line:
    """One line of a paragraph, its pieces in reading order."""

    pieces: tuple[Piece, ...]
    is_last: bool

    @cached_property
    def width(self) -> float:
        """The natural width in ems."""
        return sum(_ems(piece) for piece in self.pieces)

    @property
    def spaces(self) -> int:
        """How many spaces may be widened."""
        return sum(piece.is_space for piece in self.pieces)

    def visual(self) -> list[Piece]:
        """The pieces from left to right."""
        return [self.pieces[index] for index in visual_order([piece.level for piece in self.pieces])]


def break_lines(text: str, style: Style, measure: float) -> list[Line]:
    """The lines of the text in a measure of so many points; a newline in the text always ends a line."""
    ems = measure / style.size
    return [line for part in text.split("\n") for line in _paragraph(part, style, ems)]


def natural_width(text: str, style: Style) -> float:
    """The width in points of the text set on one line."""
    return sum(_ems(piece) for piece in _pieces(text, style)) * style.size


@lru_cache(maxsize=512)  # labels and set sentences come again in every paper of a kind
def _paragraph(text: str, style: Style, measure: float) -> tuple[Line, ...]:
    words = [part for word in _words(_pieces(text, style)) for part in _chopped(word, style, measure)]
    ends = _best_ends(words, measure)
    starts = [0, *ends[:-1]] if ends else []
    lines = [Line(_joined(words[a:b]), b == len(words)) for a, b in zip(starts, ends, strict=True)]
    return tuple(lines) or (Line((), True),)


def _ems(piece: Piece) -> float:
    return piece.shaped.width / font(piece.weight).em


def _pieces(text: str, style: Style) -> list[Piece]:
    characters = list(_weighted(" ".join(text.split(" ")), style.weight))
    plain = "".join(character for character, _ in characters)
    marked = [
        (character, level, weight, character.isspace() and character != "\u00a0")
        for (character, weight), level in zip(characters, levels(plain), strict=True)
    ]
    return list(_ended(list(_runs(marked, style))))


def _ended(pieces: list[Piece]) -> Iterator[Piece]:
    """A number or a Latin word ends in an unseen right-to-left mark where a space or a sign follows it.

    Copying from a page, readers keep what stands between a number and a letter with the number, and put it before it.
    """
    for piece, following in zip_longest(pieces, pieces[1:]):
        yield piece
        if following and following.level % 2 > piece.level % 2 and bidirectional(following.text[0]) not in _LETTERS:
            shaped = shape(RLM, piece.weight, is_rtl=True)
            yield Piece(RLM, following.level, piece.weight, False, shaped)


def _runs(marked: Sequence[tuple[str, int, Weight, bool]], style: Style) -> Iterator[Piece]:
    for (level, weight, is_space), run in groupby(marked, lambda item: item[1:]):
        text = "".join(item[0] for item in run)
        text = " " if is_space else text
        shaped = shape(text, weight, is_rtl=bool(level % 2), is_tabular=style.is_tabular)
        yield Piece(text, level, weight, is_space, shaped)


def _weighted(text: str, weight: Weight) -> Iterator[tuple[str, Weight]]:
    current = weight
    for character in text:
        if character in (BOLD, REGULAR):
            current = Weight.BOLD if character == BOLD else weight
        else:
            yield character, current


def _words(pieces: list[Piece]) -> list[_Word]:
    """The words of a paragraph; a dash belongs to the word before it, so that no line begins with one."""
    words: list[_Word] = []
    for is_space, run in groupby(pieces, lambda piece: piece.is_space):
        group = tuple(run)
        width = sum(map(_ems, group))
        if not is_space and words and group[0].text in _DASHES:
            before = words[-1]
            words[-1] = _Word(before.pieces + before.space + group, before.width + before.space_width + width, (), 0.0)
        elif not is_space:
            words.append(_Word(group, width, (), 0.0))
        elif words:
            words[-1] = words[-1]._replace(space=group[:1], space_width=_ems(group[0]))
    return words


def _chopped(word: _Word, style: Style, measure: float) -> Iterator[_Word]:
    """A word wider than the measure (a digest in a narrow cell), cut so that each part fits and stays joined."""
    if word.width <= measure:
        yield word
        return
    part: list[Piece] = []
    room = measure
    for piece in word.pieces:
        rest = piece
        while rest.text:
            length = _fitting(rest, style, room) or (0 if part else 1)
            head, rest = _stretch(rest, style, 0, length), _stretch(rest, style, length, None)
            part += [head] if length else []
            room -= _ems(head)
            if rest.text:
                yield _Word(tuple(part), measure - room, (), 0.0)
                part, room = [], measure
    yield _Word(tuple(part), measure - room, word.space, word.space_width)


def _stretch(piece: Piece, style: Style, start: int, end: int | None) -> Piece:
    text = piece.text[start:end]
    shaped = shape(text, piece.weight, is_rtl=bool(piece.level % 2), is_tabular=style.is_tabular)
    return piece._replace(text=text, shaped=shaped)


def _fitting(piece: Piece, style: Style, room: float) -> int:
    """How many characters of the piece fit the room; a mark stays with its letter."""
    text = piece.text
    length = bisect_right(range(len(text) + 1), room, key=lambda end: _ems(_stretch(piece, style, 0, end))) - 1
    while 0 < length < len(text) and bidirectional(text[length]) in _MARKS:
        length -= 1
    return length


def _best_ends(words: list[_Word], measure: float) -> list[int]:
    """Where lines end so that the sum of squared slacks is least; the last line is free, but not one lone word."""
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * len(words)
    for end in range(1, len(words) + 1):
        width = -words[end - 1].space_width
        for start in range(end - 1, -1, -1):
            width += words[start].width + words[start].space_width
            if width > measure + 1e-6 and start < end - 1:
                break
            is_runt = end == len(words) and start == end - 1 and start > 0
            slack = max(measure - width, 0.0) / measure if end < len(words) else 0.3 * is_runt
            best[end] = min(best[end], (best[start][0] + slack**2, start))
    ends = []
    end = len(words)
    while end:
        ends.append(end)
        end = best[end][1]
    return ends[::-1]


def _joined(words: list[_Word]) -> tuple[Piece, ...]:
    """The pieces of a line; the space after its last word is dropped, as rule L1 wants."""
    pieces = [piece for word in words[:-1] for piece in word.pieces + word.space]
    return (*pieces, *words[-1].pieces) if words else ()
