"""One person in the teams of two bidders (R45): a hint, and no verdict."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tender_app.kernel.persian import search_key
from tender_app.kernel.words import _


@dataclass(frozen=True, slots=True)
class Proposed:
    """A key person as a firm's bid names them; the national code may be empty."""

    firm: str
    name: str
    national_code: str = ""


def hints(people: Sequence[Proposed]) -> list[str]:
    """Return one sentence for each person whom two firms name: by national code, or by name where one of them gives none."""
    told = []
    for alike in _grouped(people, lambda p: p.national_code):
        said = _("{firms}: «{name}» با یک کد ملی در تیم همه این شرکت‌هاست؛ اعضا آن را می‌بینند و درباره‌اش نظر می‌دهند.")
        told += [said.format(firms=_firms(alike), name=alike[0].name)] if len({p.firm for p in alike}) > 1 else []
    for alike in _grouped(people, lambda p: search_key(p.name)):
        same = [p for p in alike if any(_may_be_one(p, other) for other in alike)]
        said = _("{firms}: نام «{name}» در تیم این شرکت‌هاست و کد ملی همه نوشته نشده؛ شاید یک نفر است.")
        told += [said.format(firms=_firms(same), name=same[0].name)] if same else []
    return told


def _may_be_one(one: Proposed, other: Proposed) -> bool:
    return one.firm != other.firm and not (one.national_code and other.national_code)


def _grouped(people: Sequence[Proposed], key: Callable[[Proposed], str]) -> list[list[Proposed]]:
    groups: dict[str, list[Proposed]] = {}
    for person in people:
        groups.setdefault(key(person), []).append(person)
    return [group for value, group in groups.items() if value]


def _firms(people: Iterable[Proposed]) -> str:
    return "، ".join(sorted({p.firm for p in people}))
