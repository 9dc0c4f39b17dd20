"""What changes uploads: a sealed payload arrives in parts, is placed as an envelope, or is forgotten."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tender_app.bids.guards import needed
from tender_app.bids.models import Bid, BidEnvelope, Upload
from tender_app.bids.rules import BidAct, BidState, Delivered, EnvelopeKind, Placed
from tender_app.kernel.errors import Invalid, Missing, NotNow, Stale
from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm
from tender_app.sealing.age import check_header
from tender_app.sealing.envelope import Sealed, envelope_digest
from tender_app.sealing.parts import Parts, sealed_elsewhere
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.workflow.engine import advance, refusal_of

MOST_UNFINISHED = 4  # of one bid: more than its envelopes, and no disk is filled
IDLE = dt.timedelta(days=1)
TAKES = (BidState.DRAFT, BidState.SUBMITTED)
GONE = N_("چنین ارسالی نیست یا پایان یافته است؛ پاکت را از نو بفرستید.")
MOVED = N_("بخش پیشین همین ارسال ثبت شده است؛ جای رسیدن را دوباره بپرسید و از همان‌جا ادامه دهید.")
NO_DRAFT = N_("پیش‌نویسی برای مهر و موم ندارید.")
DIFFERS = N_("آنچه رسید با اثر انگشتی که فرستادید یکی نیست؛ پرونده در راه دگرگون شده است. پاکت را از نو بفرستید.")
PAYLOAD_DIGEST = re.compile(r"[0-9a-f]{64}")


class EndedError(Missing):
    """An upload that was placed, given up or forgotten (shown as 410)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a firm says of an envelope that it sealed itself: its header, and the SHA-256 (hex) of its payload."""

    header: bytes
    payload_digest: str

    def check(self) -> None:
        """Raise Invalid unless the header is one of age for one recipient, and the digest is one."""
        try:
            check_header(self.header)
        except ValueError as malformed:
            raise Invalid(_("سرآیند پاکت درست نیست؛ صفحه را تازه کنید و پاکت را دوباره مهر و موم کنید.")) from malformed
        if not PAYLOAD_DIGEST.fullmatch(self.payload_digest):
            raise Invalid(_("اثر انگشت پاکت درست نیست؛ صفحه را تازه کنید و دوباره بکوشید."))

    @property
    def digest(self) -> str:
        """Return the envelope's digest."""
        return envelope_digest(self.header, self.payload_digest)


def draft_of(ctx: Context, tender: Tender, firm: Firm, kind: EnvelopeKind) -> Bid:
    """Return the firm's draft, in which such an envelope can stand; Missing where there is none."""
    draft = next((bid for bid in _live(ctx, tender, firm, kind) if bid.state is BidState.DRAFT), None)
    if draft is None:
        raise Missing(NO_DRAFT)
    return draft


def bid_to_fill(ctx: Context, tender: Tender, firm: Firm, kind: EnvelopeKind) -> Bid:
    """Return the firm's bid that takes bytes of such an envelope now: a draft, or one that awaits registered bytes.

    Raises Missing where there is none of either, NotNow with the reason against the one that there is.
    """
    bids = _live(ctx, tender, firm, kind)
    if not bids:
        raise Missing(NO_DRAFT)
    reasons = {bid.id: reason_against(ctx, bid) for bid in bids}
    ready = next((bid for bid in bids if reasons[bid.id] is None), None)
    if ready is None:
        raise NotNow(reasons[bids[0].id] or "")
    return ready


def reason_against(ctx: Context, bid: Bid) -> str | None:
    """Return why a bid takes no bytes now, or None."""
    sealing = refusal_of(ctx, bid, BidAct.SEAL)
    if sealing is None:
        return None
    delivering = refusal_of(ctx, bid, BidAct.DELIVER)
    if delivering is None:
        return None
    return sealing if bid.state is BidState.DRAFT else delivering


def begin_upload(ctx: Context, bid: Bid, kind: EnvelopeKind, length: int) -> Upload:
    """Begin to receive a payload of so many bytes; where too many are unfinished, the one left longest ends."""
    parts = Parts(files_of(ctx.settings))
    query = sa.select(Upload).where(Upload.bid_id == bid.id).order_by(Upload.changed_at.desc(), Upload.id.desc())
    for left in ctx.session.scalars(query).all()[MOST_UNFINISHED - 1 :]:
        end_upload(ctx, left)
    made = Upload(
        token=parts.begin(), bid_id=bid.id, kind=kind, length=length, begun_at=ctx.now, changed_at=ctx.now, received=0
    )
    ctx.session.add(made)
    ctx.session.flush()
    return made


def upload_of(ctx: Context, tender: Tender, firm: Firm, token: str) -> Upload:
    """Return the firm's own upload, for a bid that takes its bytes now.

    Raises Missing for another's or none, EndedError if its bid ended, NotNow if the time for it is over.
    """
    query = sa.select(Upload).join(Upload.bid).options(joinedload(Upload.bid))
    query = query.where(Upload.token == token, Bid.tender_id == tender.id, Bid.firm_id == firm.id)
    upload = ctx.session.scalars(query).one_or_none()
    if upload is None:
        raise Missing(GONE)
    reason = reason_against(ctx, upload.bid)
    if upload.bid.state not in TAKES:
        raise EndedError(GONE)
    if reason:
        raise NotNow(reason)
    return upload


def check_whole(upload: Upload, kind: EnvelopeKind) -> int:
    """Return the length of a payload of this kind that came whole; NotNow if a part of it is missing."""
    if upload.kind is not kind:
        raise Invalid(_("این ارسال برای {kind} آغاز شده بود.").format(kind=upload.kind.label))
    if upload.received != upload.length:
        raise NotNow(_("ارسال هنوز به پایان نرسیده است؛ نخست باقی آن را بفرستید."))
    return upload.length


def acknowledge(ctx: Context, upload: Upload, offset: int, size: int) -> int:
    """Count the bytes that are safe on the disk after `offset`; Stale if others were counted there meanwhile."""
    change = sa.update(Upload).where(Upload.id == upload.id, Upload.received == offset)
    done = ctx.session.execute(change.values(received=offset + size, changed_at=ctx.now))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(MOVED)
    return offset + size


def end_upload(ctx: Context, upload: Upload) -> None:
    """Forget an upload and its bytes."""
    ctx.session.delete(upload)
    ctx.session.flush()
    Parts(files_of(ctx.settings)).end(upload.token)


def place(ctx: Context, upload: Upload, sealed: Sealed) -> None:
    """Put a whole payload into its place: as a new envelope of a draft, or as the bytes of one that is awaited."""
    bid, kind = upload.bid, upload.kind
    standing = bid.envelope(kind)
    awaited = standing.sealed if standing is not None and standing.sealed.is_awaited else None
    is_new = bid.state is BidState.DRAFT and (awaited is None or refusal_of(ctx, bid, BidAct.SEAL) is None)
    if is_new and (awaited is None or awaited.digest != sealed.digest):
        advance(ctx, bid, BidAct.SEAL, Placed(kind, sealed))
    else:
        advance(ctx, bid, BidAct.DELIVER, Delivered(kind, sealed))
    ctx.session.delete(upload)
    ctx.session.flush()


def register(ctx: Context, bid: Bid, kind: EnvelopeKind, claim: Claim, size: int) -> None:
    """Place an envelope whose bytes are still to come: these very ones, by their digest; sent again, it stands already."""
    standing = bid.envelope(kind)
    if (
        standing is not None
        and standing.sealed.digest == claim.digest
        and refusal_of(ctx, bid, BidAct.REGISTER) is None
    ):
        return
    sealed = sealed_elsewhere(claim.header, claim.payload_digest, size)
    advance(ctx, bid, BidAct.REGISTER, Placed(kind, sealed))


def deliver(_ctx: Context, bid: Bid, what: Delivered) -> None:
    """Give an awaited envelope its bytes."""
    standing = bid.envelope(what.kind)
    if standing is None:
        raise LookupError(f"bid {bid.id} awaits no {what.kind}")
    standing.sealed.payload_key = what.sealed.payload_key


def placed_already(ctx: Context, tender: Tender, firm: Firm, kind: EnvelopeKind, digest: str) -> BidEnvelope | None:
    """Return the firm's envelope that stands in its place with this digest and all its bytes, if there is one."""
    standing = (bid.envelope(kind) for bid in _live(ctx, tender, firm, kind))
    return next((e for e in standing if e and e.sealed.digest == digest and not e.sealed.is_awaited), None)


def sweep(ctx: Context) -> int:
    """Forget uploads that nobody went on with for a day or whose bid ended, and as old files of none; return how many.

    Safe beside running uploads: one that is swept while a part of it arrives answers that it is gone.
    """
    parts = Parts(files_of(ctx.settings))
    lying = parts.untouched(IDLE.total_seconds())
    over = sa.or_(Upload.changed_at < ctx.now - IDLE, Bid.state.not_in(TAKES))
    ended = ctx.session.scalars(sa.select(Upload).join(Upload.bid).where(over)).all()
    for upload in ended:
        end_upload(ctx, upload)
    known = set(ctx.session.scalars(sa.select(Upload.token)))
    orphans = lying - known - {upload.token for upload in ended}
    for token in orphans:
        parts.end(token)
    return len(ended) + len(orphans)


def _live(ctx: Context, tender: Tender, firm: Firm, kind: EnvelopeKind) -> Sequence[Bid]:
    """Return the firm's bids for the tender that may take such an envelope, the newest first."""
    if kind not in needed(tender):
        raise Missing
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.firm_id == firm.id, Bid.state.in_(TAKES))
    return ctx.session.scalars(query.order_by(Bid.id.desc())).all()
