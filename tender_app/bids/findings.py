"""What an opening act keeps of an envelope: its guarantee, its technical part or its price, or why there is none."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tender_app.bids import key_persons
from tender_app.bids.contents import offer_in, technical_in, terms_in
from tender_app.bids.models import Bid, Guarantee, OpenedEnvelope, OpenedFile, Price
from tender_app.bids.rules import EnvelopeKind, UnfitError, phases_of
from tender_app.config import Settings
from tender_app.sealing.inside import Judge
from tender_app.store.context import Context
from tender_app.store.files import Stored
from tender_app.web.uploads import TYPES, extension, fault_of_ends, safe_name


def judge_of(settings: Settings) -> Judge:
    """Return what judges the files of envelopes that come to light: by the rules of every upload, to the larger limit."""

    def judge(name: str, head: bytes, tail: bytes, size: int) -> str | None:
        return fault_of_ends(safe_name(name), head, tail, size, settings.sealed_limit)

    return judge


def file_row(name: str, stored: Stored) -> OpenedFile:
    """Return the row of a file that came out of an envelope."""
    shown = safe_name(name)
    return OpenedFile(
        name=shown,
        media_type=TYPES.get(extension(shown), "application/octet-stream"),
        file_key=stored.key,
        digest=stored.digest,
        size=stored.size,
    )


def keep_content(ctx: Context, bid: Bid, opened: OpenedEnvelope, form: Mapping[str, Any]) -> None:
    """Keep what the envelope states, or why it states nothing that can be taken."""
    try:
        opened.form = KEEPERS[opened.kind](ctx, bid, form)
    except UnfitError as unfit:
        opened.damage = str(unfit)


def _guarantee(ctx: Context, bid: Bid, form: Mapping[str, Any]) -> dict[str, Any]:
    terms = terms_in(form)
    ctx.session.add(Guarantee(bid_id=bid.id, **asdict(terms)))
    return {**asdict(terms), "kind": terms.kind.value, "expires_on": terms.expires_on.isoformat()}


def _technical(ctx: Context, bid: Bid, form: Mapping[str, Any]) -> dict[str, Any]:
    found = technical_in(form)
    key_persons.keep(ctx, bid, found.team)
    return {
        "team": [asdict(member) for member in found.team],
        "approach": found.approach,
        "experience": found.experience,
    }


def _price(ctx: Context, bid: Bid, form: Mapping[str, Any]) -> dict[str, Any]:
    offer = offer_in(form, phases_of(bid.tender.years))
    phases = [{"title": title, "amount": amount} for title, amount in offer.phases]
    ctx.session.add(Price(bid_id=bid.id, total=offer.total, phases=phases))
    return {"phases": phases, "total": offer.total, "includes_tax": offer.includes_tax}


KEEPERS = {EnvelopeKind.A: _guarantee, EnvelopeKind.B: _technical, EnvelopeKind.C: _price}
