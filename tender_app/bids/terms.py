"""What the sealing page tells its script, so that the browser seals and refuses as the server does; all of it is public."""

from typing import Any

from wtforms import FieldList, FormField

from tender_app.bids.forms import TAX, EnvelopeForm
from tender_app.bids.rules import EnvelopeKind, GuaranteeKind, Haircuts, phases_of
from tender_app.documents.fonts import drawable_ranges
from tender_app.kernel import calendar
from tender_app.tenders.models import Tender


def terms_of(form: EnvelopeForm, tender: Tender, kind: EnvelopeKind, haircuts: Haircuts) -> dict[str, Any]:
    """Return the rules of one envelope of a tender as plain values, ready for JSON; amounts are text."""
    return {
        "kind": kind.value,
        "labels": dict(_labels(form)),
        "titles": phases_of(tender.years) if kind is EnvelopeKind.C else [],
        "choices": {"kind": [word.value for word in GuaranteeKind], "tax": list(TAX)},
        "haircuts": {word.value: [share.numerator, share.denominator] for word, share in haircuts.items()},
        "least": str(tender.guarantee) if tender.guarantee else None,
        "until": tender.valid_until.isoformat() if tender.valid_until else None,
        "until_shown": calendar.numeric(tender.valid_until) if tender.valid_until else None,
        "drawn": drawable_ranges(),
    }


def _labels(field: Any) -> Any:
    """Yield (id, label) of every field that is typed into, down to the cells of tables."""
    for part in field:
        if isinstance(part, FieldList | FormField):
            yield from _labels(part)
        else:
            yield part.id, part.label.text
