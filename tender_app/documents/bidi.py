"""The order of mixed text: embedding levels of a right-to-left paragraph, and the visual order of a line (UAX #9).

Isolates are honoured; the older embeddings and overrides carry no meaning here and are passed over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from unicodedata import bidirectional

BASE_LEVEL = 1
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSERS = frozenset(_PAIRS.values())
_ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_REMOVED = frozenset({"BN", "LRE", "RLE", "LRO", "RLO", "PDF"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}


@dataclass
class _Sequence:
    """An isolating run sequence: the characters of one isolate, without those of the isolates inside it."""

    level: int
    places: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    @property
    def direction(self) -> str:
        """The embedding direction, which is also what stands before and after the sequence."""
        return "R" if self.level % 2 else "L"

    def add(self, place: int, kind: str) -> None:
        """Take one more character into the sequence."""
        self.places.append(place)
        self.types.append(kind)


def levels(text: str) -> list[int]:
    """The embedding level of every character of a right-to-left paragraph."""
    found: list[int | None] = [None] * len(text)
    for sequence in _sequences(text):
        _resolve_weak(sequence)
        _resolve_brackets(sequence, text)
        _resolve_neutral(sequence)
        for place, kind in zip(sequence.places, sequence.types, strict=True):
            found[place] = sequence.level + _rise(sequence.level, kind)
    return list(_filled(found))


def visual_order(line: Sequence[int]) -> list[int]:
    """The indices of a line's items from left to right, given their levels in reading order (rule L2)."""
    order = list(range(len(line)))
    odd = [level for level in line if level % 2]
    for least in range(max(line, default=0), min(odd, default=0) - 1 if odd else max(line, default=0), -1):
        order = _reversed_runs(order, line, least)
    return order


def _reversed_runs(order: list[int], line: Sequence[int], least: int) -> list[int]:
    result: list[int] = []
    for high, run in groupby(order, lambda index: line[index] >= least):
        stretch = list(run)
        result.extend(reversed(stretch) if high else stretch)
    return result


def _filled(found: list[int | None]) -> Iterator[int]:
    previous = BASE_LEVEL
    for level in found:
        previous = previous if level is None else level
        yield previous


def _sequences(text: str) -> list[_Sequence]:
    """Rules X1 to X10 for a paragraph in which only isolates nest."""
    stack = [_Sequence(BASE_LEVEL)]
    done = list(stack)
    for place, character in enumerate(text):
        kind = bidirectional(character) or "L"
        if kind in _ISOLATES:
            stack[-1].add(place, "ON")
            stack.append(_Sequence(_inner_level(stack[-1].level, kind, text[place + 1 :])))
            done.append(stack[-1])
        elif kind == "PDI":
            if len(stack) > 1:
                stack.pop()
            stack[-1].add(place, "ON")
        elif kind not in _REMOVED:
            stack[-1].add(place, kind)
    return done


def _inner_level(level: int, kind: str, rest: str) -> int:
    is_right = kind == "RLI" or (kind == "FSI" and _opens_right(rest))
    return (level + 1) | 1 if is_right else (level + 2) & ~1


def _opens_right(rest: str) -> bool:
    """Whether the first strong character up to the matching end of the isolate is right-to-left (P2, P3)."""
    depth = 0
    for character in rest:
        kind = bidirectional(character)
        depth += (kind in _ISOLATES) - (kind == "PDI")
        if depth < 0:
            return False
        if depth == 0 and kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def _resolve_weak(sequence: _Sequence) -> None:
    _resolve_marks_and_numbers(sequence)
    _resolve_separators(sequence.types)
    _resolve_terminators(sequence.types)
    strong = sequence.direction
    for index, kind in enumerate(sequence.types):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            sequence.types[index] = "L"


def _resolve_marks_and_numbers(sequence: _Sequence) -> None:
    """Rules W1 to W3."""
    types = sequence.types
    previous = strong = sequence.direction
    for index, kind in enumerate(types):
        if kind == "NSM":
            types[index] = previous
        elif kind == "EN" and strong == "AL":
            types[index] = "AN"
        previous = types[index]
        strong = previous if previous in ("L", "R", "AL") else strong
    types[:] = ["R" if kind == "AL" else kind for kind in types]


def _resolve_separators(types: list[str]) -> None:
    """Rule W4."""
    for index in range(1, len(types) - 1):
        before, kind, after = types[index - 1 : index + 2]
        joins = (kind == "ES" and before == "EN") or (kind == "CS" and before in ("EN", "AN"))
        if joins and before == after:
            types[index] = before


def _resolve_terminators(types: list[str]) -> None:
    """Rules W5 and W6."""
    start = 0
    for kind, run in groupby(list(types)):
        end = start + len(list(run))
        if kind == "ET" and "EN" in types[max(start - 1, 0) : start] + types[end : end + 1]:
            types[start:end] = ["EN"] * (end - start)
        start = end
    types[:] = ["ON" if kind in ("ET", "ES", "CS") else kind for kind in types]


def _resolve_brackets(sequence: _Sequence, text: str) -> None:
    """Rule N0: a pair of brackets takes one direction, that of what it holds or what it follows."""
    types, own = sequence.types, sequence.direction
    for opening, closing in _bracket_pairs(sequence, text):
        inside = {_STRONG[kind] for kind in types[opening + 1 : closing] if kind in _STRONG}
        if own in inside:
            types[opening] = types[closing] = own
        elif inside:
            before = (_STRONG[kind] for kind in reversed(types[:opening]) if kind in _STRONG)
            types[opening] = types[closing] = next(before, own)


def _bracket_pairs(sequence: _Sequence, text: str) -> list[tuple[int, int]]:
    waiting: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for index, place in enumerate(sequence.places):
        character = text[place]
        if sequence.types[index] != "ON":
            continue
        if character in _PAIRS:
            waiting.append((_PAIRS[character], index))
        elif character in _CLOSERS:
            depth = next((n for n in reversed(range(len(waiting))) if waiting[n][0] == character), None)
            if depth is not None:
                pairs.append((waiting[depth][1], index))
                del waiting[depth:]
    return sorted(pairs)


def _resolve_neutral(sequence: _Sequence) -> None:
    """Rules N1 and N2."""
    types, own = sequence.types, sequence.direction
    start = 0
    for is_neutral, run in groupby(list(types), lambda kind: kind in _NEUTRAL):
        end = start + len(list(run))
        if is_neutral:
            before = _STRONG[types[start - 1]] if start else own
            after = _STRONG[types[end]] if end < len(types) else own
            types[start:end] = [before if before == after else own] * (end - start)
        start = end


def _rise(level: int, kind: str) -> int:
    """Rules I1 and I2."""
    if level % 2:
        return 0 if kind == "R" else 1
    return {"L": 0, "R": 1}.get(kind, 2)
