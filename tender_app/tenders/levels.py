"""What the documents say of a criterion that is scored: its levels in sentences, the evidence and the least points (pure).

A level (anchor) is [points as text, sentence]; a criterion keeps its levels with the lowest first.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tender_app.kernel.persian import ascii_digits, decimal_text, fold, persian_digits
from tender_app.kernel.words import _
from tender_app.tenders.rules import plain

QUARTERS = 4  # five levels without points are 0, 25, 50, 75 and 100 percent of the most
MOST_LEVELS, LONGEST_SENTENCE = 11, 300
LEVEL = re.compile(r"\s*([0-9]{1,6}(?:[./٫][0-9]{1,2})?)\s*[:：]\s*(.*)", re.DOTALL)

Anchors = tuple[tuple[str, str], ...]


def read(text: str, top: Decimal) -> Anchors:
    """Return the levels that were typed, one a line; raise ValueError with a Persian message naming the line."""
    lines = [line for line in fold(text).split("\n") if line.strip()]
    if len(lines) > MOST_LEVELS:
        raise ValueError(persian_digits(_("بیش از {most} سطح پذیرفته نیست.").format(most=MOST_LEVELS)))
    found = [LEVEL.fullmatch(ascii_digits(line[:10]) + line[10:]) for line in lines]
    if len(lines) == QUARTERS + 1 and not any(found):
        return tuple((plain(top * n / QUARTERS), _sentence(line)) for n, line in enumerate(lines))
    levels = [_level(line, match, top) for line, match in zip(lines, found, strict=True)]
    if len({points for points, _sentence in levels}) < len(levels):
        raise ValueError(_("دو سطح یک امتیاز دارند؛ برای هر امتیاز یک سطر بنویسید."))
    return tuple((plain(points), sentence) for points, sentence in sorted(levels))


def written(anchors: Sequence[Sequence[str]]) -> str:
    """Return levels as they are typed: points and sentence, one a line."""
    return "\n".join(f"{decimal_text(Decimal(points))}: {sentence}" for points, sentence in anchors)


def told(criterion: Any) -> list[tuple[str, str]]:
    """Return (what, text) of everything that the documents say of a criterion besides its weight and guidance."""
    found = []
    if criterion.evidence:
        found.append((_("مدرک"), criterion.evidence))
    if criterion.least is not None:
        text = _("کمتر از {least} از {top} امتیاز در این معیار، پیشنهاد را با هر جمعی کنار می‌گذارد.")
        found.append((_("حداقل"), text.format(least=decimal_text(criterion.least), top=decimal_text(criterion.top))))
    return [*found, *((decimal_text(Decimal(points)), sentence) for points, sentence in criterion.anchors)]


def _level(line: str, match: re.Match[str] | None, top: Decimal) -> tuple[Decimal, str]:
    if match is None:
        shown = line if len(line) <= 30 else line[:30] + "…"  # noqa: PLR2004 -- enough to find the line
        raise ValueError(_("در سطر «{line}» امتیاز و دونقطه نیست؛ مانند «۷۵: دو خوشه همانند».").format(line=shown))
    points = Decimal(match[1].replace("٫", ".").replace("/", "."))
    if points > top:
        told = _("امتیاز {points} از بیشینه این معیار ({top}) بیشتر است.")
        raise ValueError(told.format(points=decimal_text(points), top=decimal_text(top)))
    return points, _sentence(match[2])


def _sentence(text: str) -> str:
    sentence = text.strip()
    if not sentence:
        raise ValueError(_("هر سطح یک جمله می‌خواهد؛ پس از امتیاز و دونقطه بنویسید."))
    if len(sentence) > LONGEST_SENTENCE:
        raise ValueError(persian_digits(_("جمله هر سطح تا {most} نویسه است.").format(most=LONGEST_SENTENCE)))
    return sentence
