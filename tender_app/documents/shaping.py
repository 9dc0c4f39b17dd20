"""From letters to glyphs: joined, kerned and placed by HarfBuzz, each glyph remembering the text it stands for."""

from functools import lru_cache
from typing import Any, NamedTuple
from unicodedata import normalize

import uharfbuzz

from tender_app.documents.fonts import Font, MissingGlyph, Weight, font
from tender_app.documents.marks import NBSP

_UNSHAPED = dict.fromkeys(map(ord, "\u200b\u200e\u00ad\ufeff\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e"))


class Glyph(NamedTuple):
    """One drawn shape: its index in the font, the text that an extractor should find, and its metrics in font units."""

    index: int  # type: ignore[assignment]  # a glyph's index, not tuple.index
    text: str
    advance: int
    x: int
    y: int


class Shaped(NamedTuple):
    """The glyphs of a piece of text from left to right, and their total advance in font units."""

    glyphs: tuple[Glyph, ...]
    width: int


@lru_cache(maxsize=16384)
def shape(text: str, weight: Weight, *, is_rtl: bool, is_tabular: bool = False) -> Shaped:
    """The glyphs of text of one direction and one weight; raises MissingGlyph for a character outside the font."""
    text = text.translate(_UNSHAPED)
    if not text:
        return Shaped((), 0)
    face = font(weight)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.guess_segment_properties()
    buffer.direction, buffer.language = ("rtl" if is_rtl else "ltr"), "fa"
    uharfbuzz.shape(face.shaper, buffer, {"tnum": is_tabular})
    glyphs = tuple(_glyphs(face, text, buffer))
    return Shaped(glyphs, sum(glyph.advance for glyph in glyphs))


def _glyphs(face: Font, text: str, buffer: Any) -> list[Glyph]:  # HarfBuzz carries no types
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    glyphs: list[Glyph] = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if info.codepoint == 0:
            raise MissingGlyph(text[info.cluster])
        source = text[info.cluster : ends.pop(info.cluster, info.cluster)]
        shown = _extracted(face, info.codepoint, source)
        glyphs.append(Glyph(info.codepoint, shown, position.x_advance, position.x_offset, position.y_offset))
    return glyphs


def _extracted(face: Font, index: int, source: str) -> str:
    """The text to extract for a glyph.

    A ligature is named by its own character where there is one, because extractors swap the two letters otherwise.
    """
    own = face.characters.get(index, "")
    if len(source) > 1 and own and normalize("NFKC", own) == source:
        return own
    return source.replace(NBSP, " ")
