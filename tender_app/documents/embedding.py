"""A face embedded in one PDF: exactly the glyphs that were drawn, each with its width and the text it stands for.

Codes are handed out in order of first use and belong to one document, so the same paper gives the same bytes
in any process, and two papers may be rendered at once.
"""

from hashlib import sha256
from struct import pack, unpack
from typing import Any

import uharfbuzz
from reportlab.pdfbase import pdfdoc

from tender_app.documents.fonts import Font, Weight, font
from tender_app.documents.outlines import outline
from tender_app.documents.shaping import Glyph

_LAYOUT_TABLES = {"GSUB", "GPOS", "GDEF", "name", "post", "cmap", "OS/2", "DSIG", "STAT", "meta"}
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{entries}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


class EmbeddedFont:
    """The glyphs of one face that one document uses; ReportLab asks it for its objects when the document is closed."""

    def __init__(self, document: Any, weight: Weight, name: str) -> None:  # ReportLab carries no types
        self.name = name
        self._font: Font = font(weight)
        self._weight = weight
        self._codes: dict[tuple[int, str, bool], int] = {}
        self._blank = int(self._font.shaper.get_nominal_glyph(ord(" ")))
        document.fontMapping[self._font.name] = f"/{name}"
        document.delayedFonts.append(self)

    def code(self, glyph: Glyph) -> int:
        """The two-byte code of a glyph in this document.

        One shape has several codes when it stands for several texts: a half-space is the glyph of the space, without
        width, and so is the place of a raised mark.
        """
        index = self._blank if glyph.y else glyph.index
        return self._codes.setdefault((index, glyph.text, self.width(glyph) == 0), len(self._codes) + 1)

    def width(self, glyph: Glyph) -> int:
        """The advance in font units that the PDF itself gives the glyph, before kerning."""
        return 0 if glyph.advance == 0 or glyph.y else int(self._font.shaper.get_glyph_h_advance(glyph.index))

    def outlined(self, glyph: Glyph, left: float, baseline: float, size: float) -> str:
        """The operators that draw a raised mark, whose letter is written unseen at the baseline."""
        scale = size / self._font.em
        origin = f"{left:.3f} {baseline + glyph.y * scale:.3f}"
        return f"q {scale:.6f} 0 0 {scale:.6f} {origin} cm {outline(glyph.index, self._weight)} Q"

    def thousandths(self, units: int) -> float:
        """Font units as the thousandths of an em in which PDF counts."""
        return units * 1000 / self._font.em

    def addObjects(self, document: Any) -> None:  # noqa: N802 -- ReportLab's own name for it
        """Write the font's objects into the closing document."""
        subset, places = self._subset()
        tag = "".join(chr(65 + byte % 26) for byte in sha256(subset).digest()[:6])
        base = pdfdoc.PDFName(f"{tag}+{self._font.name}")
        descendant = self._descendant(document, base, subset, places)
        whole = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": base,
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant)]),
                "ToUnicode": document.Reference(_stream(self._to_unicode().encode())),
            }
        )
        document.idToObject["BasicFonts"].dict[self.name] = document.Reference(whole)

    def _subset(self) -> tuple[bytes, dict[int, int]]:
        wanted = uharfbuzz.SubsetInput()
        wanted.glyph_set.update({index for index, _, _ in self._codes})
        wanted.drop_table_tag_set.update(int.from_bytes(tag.encode()) for tag in _LAYOUT_TABLES)
        wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
        plan = uharfbuzz.SubsetPlan(self._font.face, wanted)
        places = dict(plan.old_to_new_glyph_mapping)
        return bytes(plan.execute().blob.data), places

    def _descendant(self, document: Any, base: Any, subset: bytes, places: dict[int, int]) -> Any:
        widths = [
            self.thousandths(0 if is_bare else self._font.shaper.get_glyph_h_advance(index))
            for index, _, is_bare in self._codes
        ]
        glyphs = b"\0\0" + b"".join(pack(">H", places[index]) for index, _, _ in self._codes)
        identity = {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
        return pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": base,
                "CIDSystemInfo": pdfdoc.PDFDictionary(identity),
                "FontDescriptor": document.Reference(self._descriptor(document, base, subset)),
                "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray([round(width, 2) for width in widths])]),
                "CIDToGIDMap": document.Reference(_stream(glyphs)),
            }
        )

    def _descriptor(self, document: Any, base: Any, subset: bytes) -> Any:
        extents = self._font.shaper.get_font_extents("ltr")
        box = unpack(">4h", self._font.face.reference_table("head").data[36:44])
        return pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": base,
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray([round(self.thousandths(edge)) for edge in box]),
                "ItalicAngle": 0,
                "Ascent": round(self.thousandths(extents.ascender)),
                "Descent": round(self.thousandths(extents.descender)),
                "CapHeight": 700,
                "StemV": 140 if self._weight is Weight.BOLD else 84,
                "FontFile2": document.Reference(_stream(subset, Length1=len(subset))),
            }
        )

    def _to_unicode(self) -> str:
        lines = [
            f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>"
            for (_, text, _), code in self._codes.items()
            if text
        ]
        blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
        entries = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return _CMAP.format(entries=entries)


def _stream(content: bytes, **entries: int) -> Any:
    stream = pdfdoc.PDFStream(content=content, filters=[pdfdoc.PDFZCompress])
    for name, value in entries.items():
        stream.dictionary[name] = value
    return stream
