"""What bidders of one tender share: a signatory, an address, an account, a telephone (R45). A hint, and no verdict."""

from collections.abc import Callable, Iterable, Sequence

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


def hints(firms: Sequence[Firm]) -> list[str]:
    """Return one sentence for each thing that two bidders share; empty values are nobody's."""
    told = []
    for label, values in SHARED:
        owners: dict[str, list[str]] = {}
        for firm in firms:
            for value in {v for v in values(firm) if v}:
                owners.setdefault(value, []).append(firm.name)
        told += [
            _("{firms}: {label} یکی است؛ اعضا آن را می‌بینند و درباره‌اش نظر می‌دهند.").format(
                firms="، ".join(sorted(names)), label=_(label)
            )
            for names in owners.values()
            if len(names) > 1
        ]
    return told
