"""Persian names as they are compared: titles, letter forms, spaces and order aside; what is alike is never thereby the same."""

import re
from collections import Counter
from functools import lru_cache

from tender_app.kernel.persian import ZWNJ, search_key

ALIKE = 85  # of 100: from here on two names may be one person's or one firm's
SHORTEST = 4  # letters: a shorter name says too little
SEYED = "سید"
TITLES = "آقای الاسلام الحاج بیگم پروفسور جناب حاج حاجیه حجت دکتر سرکار سید سیده مهندس والمسلمین"
IN_FAMILIES = "آقا استاد بانو حاجی خانم شیخ کربلایی مشهدی"  # titles that begin the names of families too
FORMS = (
    "با بنگاه تعاونی خاص سهامی شرکت عام گروه محدود مسئولیت مشاور مشاوران مشاورین موسسه مهندسان مهندسی مهندسین هلدینگ"
)
_WORD = re.compile(r"[^\W_]+")
_FORMS, _TITLES, _ALL_TITLES = (
    frozenset(search_key(words).split()) for words in (FORMS, TITLES, f"{TITLES} {IN_FAMILIES}")
)


def likeness(one: str, other: str) -> int:
    """Return how alike two persons' names are, 0 to 100: in the reading in which they are most alike."""
    return max(_common(_ring(a), _ring(b)) for a in _readings(one) for b in _readings(other))


def firm_likeness(one: str, other: str) -> int:
    """Return how alike two firms' names are, 0 to 100; what kind of firm each is does not count."""
    return _common(_ring(_bare(one, _FORMS)), _ring(_bare(other, _FORMS)))


@lru_cache(4096)
def bare_name(name: str) -> str:
    """Return a person's name in bare letters: no title, no space, one form of each letter."""
    return _bare(name, _ALL_TITLES)


@lru_cache(4096)
def _readings(name: str) -> tuple[str, ...]:
    """Return a name in bare letters, without the words that are always titles, and without those that may be."""
    return tuple({_bare(name, _TITLES), bare_name(name)})


def _bare(name: str, left_out: frozenset[str]) -> str:
    words = _WORD.findall(search_key(name.replace(ZWNJ, " ")))
    return "".join(_unseyed(word) for word in words if word not in left_out) or "".join(words)


def _unseyed(word: str) -> str:
    """Return a name without the «سید» that was written into it: سیدعلی is علی, but سیدی stays a family's name."""
    rest = word.removeprefix(SEYED)
    return rest if len(rest) >= len(SEYED) else word


@lru_cache(4096)
def _ring(bare: str) -> Counter[str]:
    """Return the pairs of neighbouring letters, the last beside the first: given and family name may change places."""
    return Counter(a + b for a, b in zip(bare, bare[1:] + bare[:1], strict=True))


def _common(one: Counter[str], other: Counter[str]) -> int:
    if min(one.total(), other.total()) < SHORTEST:
        return 0
    return 200 * (one & other).total() // (one.total() + other.total())
