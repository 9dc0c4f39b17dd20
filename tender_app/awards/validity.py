"""One extension of the bids' validity, by exactly the period of the documents, answered by each bidder (Art. 21-a)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tender_app.awards.guarantee_commands import held_of
from tender_app.awards.guarantee_letters import send_letter
from tender_app.awards.refusal_models import ValidityAnswer, ValidityExtension
from tender_app.awards.refusal_rules import ValidityAgreed, ValidityDeclined, ValidityExtended, extended_until
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import _
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender

ASKED = (
    BidState.GUARANTEE_ACCEPTED,
    BidState.UNDER_EVALUATION,
    BidState.QUALIFIED,
    BidState.PRICED,
    BidState.WON,
    BidState.RUNNER_UP,
)


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, ValidityExtension | None]:
    """Read the extensions of the tenders, in one query."""
    ids = [t.id for t in tenders]
    rows = ctx.session.scalars(sa.select(ValidityExtension).where(ValidityExtension.tender_id.in_(ids)))
    return dict.fromkeys(ids) | {row.tender_id: row for row in rows}


EXTENSIONS = Facts[Tender, ValidityExtension | None](load)


def load_answers(ctx: Context, bids: Sequence[Bid]) -> Mapping[int, ValidityAnswer | None]:
    """Read the answers of the bids, in one query."""
    ids = [b.id for b in bids]
    rows = ctx.session.scalars(sa.select(ValidityAnswer).where(ValidityAnswer.bid_id.in_(ids)))
    return dict.fromkeys(ids) | {row.bid_id: row for row in rows}


ANSWERS = Facts[Bid, ValidityAnswer | None](load_answers)


def not_extended_yet(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Validity is extended once (R35)."""
    found = EXTENSIONS.of(ctx, tender)
    if found is None:
        return None
    return _("اعتبار پیشنهادها یک بار تا {until} تمدید شده است؛ قانون تمدید دوم را نمی‌پذیرد (ماده ۲۱).").format(
        until=calendar.numeric(found.valid_until)
    )


def validity_still_runs(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """What has ended is not extended: the tender is renewed (Art. 24-a)."""
    if tender.valid_until is None or tender.closes_at is None:
        return _("اسناد مدت اعتبار را معین نکرده است.")
    if calendar.today(ctx.now) <= tender.valid_until:
        return None
    return _("اعتبار پیشنهادها {until} پایان یافته است و تمدید نمی‌شود؛ مناقصه تجدید می‌شود (ماده ۲۴).").format(
        until=calendar.numeric(tender.valid_until)
    )


def answer_is_asked(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bidder answers an extension that was made, once, until its first validity ends."""
    extension = EXTENSIONS.of(ctx, bid.tender)
    if extension is None:
        return _("اعتبار پیشنهادهای این مناقصه تمدید نشده است.")
    if ANSWERS.of(ctx, bid) is not None:
        return _("پاسخ این پیشنهاد به تمدید اعتبار ثبت شده است.")
    if calendar.today(ctx.now) <= extension.valid_before:
        return None
    return _("مهلت پاسخ به تمدید با پایان اعتبار نخست ({until}) گذشته است.").format(
        until=calendar.numeric(extension.valid_before)
    )


def new_expiry_suffices(_ctx: Context, bid: Bid, what: ValidityAgreed | None) -> str | None:
    """An extended bid has a guarantee that lasts as long (R21)."""
    until = bid.tender.valid_until
    if what is None or until is None or not bid.tender.has_envelope_a:
        return None
    if what.expires_on is not None and what.expires_on >= until:
        return None
    return _("تضمین باید دست‌کم تا {until}، پایان اعتبار تمدیدشده، معتبر باشد.").format(until=calendar.numeric(until))


def extend_validity(ctx: Context, tender: Tender, what: ValidityExtended) -> None:
    """Extend the validity by the period of the documents, once, and write to every bidder whose bid stands."""
    if tender.valid_until is None or tender.closes_at is None:
        raise LookupError(f"tender {tender.id} states no validity")
    before = tender.valid_until
    until = extended_until(calendar.today(tender.closes_at), before)
    ctx.session.add(
        ValidityExtension(
            tender_id=tender.id,
            valid_before=before,
            valid_until=until,
            reason=what.reason,
            extended_at=ctx.now,
            extended_by=ctx.actor.person_id,
        )
    )
    tender.valid_until = until
    ctx.session.flush()
    ctx.facts.clear()
    ctx.noted.update(valid_before=before.isoformat(), valid_until=until.isoformat())
    for bid in standing_bids(ctx, tender):
        send_letter(ctx, bid, DocumentKind.VALIDITY_LETTER, _paragraphs(tender, before, until, what.reason))


def keep_agreement(ctx: Context, bid: Bid, what: ValidityAgreed) -> None:
    """Keep that the bidder extends, and until when its guarantee now lasts."""
    _keep(ctx, bid, agrees=True, note=what.note, expires_on=what.expires_on)
    held = held_of(ctx, bid)
    if held is not None and what.expires_on is not None:
        held.expires_on = what.expires_on
    _tell_officers(ctx, bid, "تمدید اعتبار را پذیرفت")


def keep_decline(ctx: Context, bid: Bid, what: ValidityDeclined | None) -> None:
    """Keep that the bidder does not extend: it is bound until its first validity ends, and forfeits nothing."""
    _keep(ctx, bid, agrees=False, note=what.note if what else "")
    _tell_officers(ctx, bid, "تمدید اعتبار را نپذیرفت")


def standing_bids(ctx: Context, tender: Tender) -> Sequence[Bid]:
    """Return the bids of the tender that an extension asks, in the order of their receipt."""
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state.in_(ASKED))
    query = query.options(joinedload(Bid.firm), joinedload(Bid.tender))
    return ctx.session.scalars(query.order_by(Bid.submitted_at, Bid.id)).all()


def asked_bids(ctx: Context, tender: Tender) -> Sequence[Bid]:
    """Return the bids that an extension asked: those that stand, and those that left by their answer."""
    left = sa.select(ValidityAnswer.bid_id)
    asked = sa.or_(Bid.state.in_(ASKED), Bid.id.in_(left))
    query = (
        sa.select(Bid).where(Bid.tender_id == tender.id, asked).options(joinedload(Bid.firm), joinedload(Bid.tender))
    )
    return ctx.session.scalars(query.order_by(Bid.submitted_at, Bid.id)).all()


def has_lapsed(ctx: Context, bid: Bid) -> bool:
    """Tell whether a bid declined the extension and its first validity is over."""
    extension, answer = EXTENSIONS.of(ctx, bid.tender), ANSWERS.of(ctx, bid)
    declined = answer is not None and not answer.agrees
    return declined and extension is not None and calendar.today(ctx.now) > extension.valid_before


def _keep(ctx: Context, bid: Bid, *, agrees: bool, note: str, expires_on: dt.date | None = None) -> None:
    ctx.session.add(
        ValidityAnswer(
            bid_id=bid.id,
            agrees=agrees,
            expires_on=expires_on,
            note=note,
            answered_at=ctx.now,
            answered_by=ctx.actor.person_id,
        )
    )
    ctx.session.flush()
    ctx.facts.clear()


def _tell_officers(ctx: Context, bid: Bid, did: str) -> None:
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [bid.organisation_id])
    path = f"/tenders/{bid.tender.number}/guarantees"
    tell(ctx, officers, f"{bid.firm.name} {did}", body=bid.tender.title, path=path, tender_id=bid.tender_id)


def _paragraphs(tender: Tender, before: dt.date, until: dt.date, reason: str) -> list[str]:
    guarantee = (
        " و تضمین شرکت در فرآیند را دست‌کم تا همان روز تمدید کرده، گواهی آن را بفرستید" if tender.has_envelope_a else ""
    )
    article = tender.basis.said(" (ماده ۲۱)")
    return [
        (
            f"اعتبار پیشنهادهای مناقصه «{tender.title}» از {calendar.long_date(before)} تا {calendar.long_date(until)}، "
            f"به همان مدتی که در اسناد آمده است و برای یک بار، تمدید می‌شود{article}. دلیل: {reason}"
        ),
        f"خواهشمند است تا {calendar.long_date(before)} پذیرش تمدید را در سامانه اعلام کنید{guarantee}.",
        (
            "اگر تمدید را نمی‌پذیرید، همان جا اعلام کنید؛ پیشنهاد با پایان اعتبار نخست پایان می‌یابد و تضمین شما بازگردانده "
            "می‌شود و ضبط نخواهد شد."
        ),
    ]
