"""What changed between two texts, word by word, so that a reader sees old and new in one line."""

import difflib
import re
from dataclasses import dataclass

PIECES = re.compile(r"\s+|[^\s]+")
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: `same`, `gone` or `new`."""

    kind: str
    text: str


def words_between(old: str, new: str) -> list[Piece]:
    """Return the runs of words of both texts in order; gone and same ones make the old text, new and same the new."""
    before, after = PIECES.findall(old), PIECES.findall(new)
    found: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece(SAME, "".join(before[a:b])))
            continue
        found += [Piece(GONE, "".join(before[a:b]))] if b > a else []
        found += [Piece(NEW, "".join(after[c:d]))] if d > c else []
    return _joined(found)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Let a lone space between two changes belong to both, so that a changed sentence reads as one."""
    made: list[Piece] = []
    for place, piece in enumerate(pieces):
        is_gap = piece.kind == SAME and not piece.text.strip() and "\n" not in piece.text
        if is_gap and 0 < place < len(pieces) - 1:
            made += [Piece(GONE, piece.text), Piece(NEW, piece.text)]
        else:
            made.append(piece)
    return _gathered(made)


def _gathered(pieces: list[Piece]) -> list[Piece]:
    """Put what is gone before what is new between two runs that stay."""
    made: list[Piece] = []
    gone = new = ""
    for piece in [*pieces, Piece(SAME, "")]:
        if piece.kind == GONE:
            gone += piece.text
        elif piece.kind == NEW:
            new += piece.text
        else:
            made += [Piece(kind, text) for kind, text in ((GONE, gone), (NEW, new)) if text]
            gone = new = ""
            made += [piece] if piece.text else []
    return made
