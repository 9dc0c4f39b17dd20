"""Persian names as they are compared: titles, letter forms, spaces and order aside; what is alike is never thereby the same."""

import re
from collections import Counter
from functools import lru_cache

from tender_app.kernel.persian import ZWNJ, search_key

ALIKE = 85  # of 100: from here on two names may be one person's or one firm's
HELD = 90  # what a firm's name counts for that stands wholly in a longer one: possible, and never the same
SHORTEST = 4  # letters: a shorter name says too little
SEYED = "سید"
TITLES = "آقای الاسلام الحاج بیگم پروفسور جناب حاج حاجیه حجت دکتر سرکار سید سیده مهندس والمسلمین"
IN_FAMILIES = "آقا استاد بانو حاجی خانم شیخ کربلایی مشهدی"  # titles that begin the names of families too
FORMS = (
    "با بنگاه تعاونی خاص سهامی شرکت عام گروه محدود مسئولیت مشاور مشاوران مشاورین موسسه مهندسان مهندسی مهندسین هلدینگ"
)
COMMON = (  # what so many firms are called that it tells none of them from another
    "آریا البرز اندیشه ایران ایرانیان پارس پارسیان پایدار پژوهش تجارت تدبیر تهران توسعه خدمات خوشه دانش راهبرد سازه صنایع صنعت "
    "صنعتی طرح عمران فن فناوری فنی قزوین کار کسب کیفیت گستر مدیریت نوآوری نوین و"
)
_WORD = re.compile(r"[^\W_]+")
_FORMS, _TITLES, _ALL_TITLES, _COMMON = (
    frozenset(search_key(words).split()) for words in (FORMS, TITLES, f"{TITLES} {IN_FAMILIES}", COMMON)
)


def likeness(one: str, other: str) -> int:
    """Return how alike two persons' names are, 0 to 100: in the reading in which they are most alike."""
    return max(_common(_ring(a), _ring(b)) for a in _readings(one) for b in _readings(other))


def firm_likeness(one: str, other: str) -> int:
    """Return how alike two firms' names are, 0 to 100; what kind of firm each is does not count.

    A name that stands word for word in a longer one counts for `HELD` at least, unless it is made of common words alone.
    """
    found, told = _firm_words(one), _firm_words(other)
    whole = _common(_ring("".join(found)), _ring("".join(told)))
    return max(whole, HELD) if _holds(found, told) or _holds(told, found) else whole


@lru_cache(4096)
def bare_name(name: str) -> str:
    """Return a person's name in bare letters: no title, no space, one form of each letter."""
    return _bare(name, _ALL_TITLES)


@lru_cache(4096)
def _readings(name: str) -> tuple[str, ...]:
    """Return a name in bare letters, without the words that are always titles, and without those that may be."""
    return tuple({_bare(name, _TITLES), bare_name(name)})


@lru_cache(4096)
def _firm_words(name: str) -> tuple[str, ...]:
    return _words(name, _FORMS)


@lru_cache(8192)
def _holds(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Tell whether one firm's name has every word of the other's, and these tell a firm: one at least is no common word."""
    telling = set(part) - _COMMON
    return bool(telling) and set(part) <= set(whole) and len("".join(part)) >= SHORTEST


def _bare(name: str, left_out: frozenset[str]) -> str:
    return "".join(_words(name, left_out))


def _words(name: str, left_out: frozenset[str]) -> tuple[str, ...]:
    """Return the words of a name in bare letters without some; all of them where nothing else would stay."""
    words = _WORD.findall(search_key(name.replace(ZWNJ, " ")))
    return tuple(_unseyed(word) for word in words if word not in left_out) or tuple(words)


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
