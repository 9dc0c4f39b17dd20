"""The two faces of Vazirmatn that papers are set in, and which characters they can draw."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import uharfbuzz

from tender_app.kernel.errors import Invalid
from tender_app.kernel.words import N_

FOLDER = Path(__file__).parents[1] / "static" / "fonts"
# Characters that steer order or joining and are never drawn.
IGNORABLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u00ad\ufeff\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e"
)


class Weight(StrEnum):
    """A face of the family, by the name in its file."""

    REGULAR = "Regular"
    BOLD = "Bold"


class FontMissingError(RuntimeError):
    """A font file is not where the asset build puts it; the message names the file."""


class MissingGlyph(Invalid):
    """A text holds a character that the fonts cannot draw; the reason names it."""

    def __init__(self, character: str) -> None:
        super().__init__(
            N_(
                "نویسه «{character}» (U+{code:04X}) در قلم سندهای رسمی نیست؛ آن را از متن بردارید یا با واژه بنویسید."
            ).format(character=character, code=ord(character))
        )
        self.character = character


class Font(NamedTuple):
    """A loaded face: its HarfBuzz objects, the em in font units, and the character of each glyph."""

    name: str
    face: Any  # HarfBuzz carries no types
    shaper: Any
    em: int
    characters: dict[int, str]


@cache
def font(weight: Weight) -> Font:
    """The face of that weight, read once per process."""
    path = FOLDER / f"Vazirmatn-{weight}.ttf"
    if not path.is_file():
        raise FontMissingError(
            f"Font file {path.name} is missing from tender_app/static/fonts: build the assets first."
        )
    face = uharfbuzz.Face(uharfbuzz.Blob(path.read_bytes()))
    shaper = uharfbuzz.Font(face)
    characters: dict[int, str] = {}
    for code in sorted(face.unicodes):
        characters.setdefault(shaper.get_nominal_glyph(code), chr(code))
    return Font(f"Vazirmatn-{weight}", face, shaper, face.upem, characters)


@cache
def _drawable() -> frozenset[str]:
    codes = set.intersection(*(set(font(weight).face.unicodes) for weight in Weight))
    return frozenset(map(chr, codes)) | IGNORABLE


@cache
def drawable_ranges() -> list[tuple[int, int]]:
    """The code points that papers can show, as (first, last) pairs in order."""
    ranges: list[tuple[int, int]] = []
    for code in sorted(map(ord, _drawable())):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return ranges


def unprintable(text: str) -> list[str]:
    """The characters of the text that no paper can show, in order of appearance; whitespace counts as printable."""
    known = _drawable()
    return list(dict.fromkeys(c for c in text if c not in known and not c.isspace() and c not in "\x0e\x0f"))
