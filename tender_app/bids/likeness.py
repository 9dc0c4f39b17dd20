"""What bidders of one tender share: a signatory, an address, an account, a key person (R45). A hint, and no verdict."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tender_app.kernel.persian import search_key
from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm

SHARED: tuple[tuple[str, Callable[[Firm], Iterable[str]]], ...] = (
    (N_("صاحب امضا"), lambda firm: (signatory.national_code for signatory in firm.signatories)),
    (N_("نشانی"), lambda firm: (search_key(firm.address),)),
    (N_("کد پستی"), lambda firm: (firm.postal_code,)),
    (N_("شماره شبا"), lambda firm: (firm.iban,)),
    (N_("تلفن"), lambda firm: (firm.phone,)),
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A key person as a firm's bid names them; the national code may be empty."""

    firm: str
    name: str
    national_code: str = ""


def hints(firms: Sequence[Firm], people: Sequence[Proposed] = ()) -> list[str]:
    """Return one sentence for each thing or key person that two bidders share; empty values are nobody's."""
    told = _people_in_two(people)
    for label, values in SHARED:
        owners: dict[str, list[str]] = {}
        for firm in firms:
            for value in {v for v in values(firm) if v}:
                owners.setdefault(value, []).append(firm.name)
        told += [
            _("{firms}: {label} یکی است؛ کمیسیون آن را می‌بیند و درباره‌اش نظر می‌دهد.").format(
                firms="، ".join(sorted(names)), label=_(label)
            )
            for names in owners.values()
            if len(names) > 1
        ]
    return told


def _people_in_two(people: Sequence[Proposed]) -> list[str]:
    """Return one sentence for each person whom two firms name: by national code, or by name where one of them gives none."""
    told = []
    for alike in _grouped(people, lambda p: p.national_code):
        said = _("{firms}: «{name}» با یک کد ملی در تیم همه این شرکت‌هاست؛ کمیسیون آن را می‌بیند و درباره‌اش نظر می‌دهد.")
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
