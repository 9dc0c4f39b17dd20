"""What changes bids: sealing and submitting by the firm, opening by the commission's lawful acts."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from tender_app.bids import minutes, paper, prices
from tender_app.bids.findings import file_row, judge_of, keep_content
from tender_app.bids.guards import to_the_second
from tender_app.bids.key_rules import Keys
from tender_app.bids.models import (
    Bid,
    BidEnvelope,
    OpenedEnvelope,
    OriginalReceived,
)
from tender_app.bids.rules import (
    BidAct,
    BidState,
    EnvelopeKind,
    Original,
    Placed,
    Start,
    Submission,
    Verdict,
    receipt_number,
)
from tender_app.documents.issued import Issue, issue
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind
from tender_app.kernel.errors import Stale
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import N_
from tender_app.notifications.outbox import holders, tell
from tender_app.sealing import sessions
from tender_app.sealing.envelope import Envelope, Sealed
from tender_app.sealing.keys import key_of, keys_of
from tender_app.sealing.models import KeyPurpose, SealedEnvelope, TenderKey
from tender_app.sealing.opening import Damaged, open_envelope
from tender_app.store.context import Context
from tender_app.store.files import files_of, headers_of
from tender_app.tenders.models import Tender
from tender_app.workflow.engine import advance


def make_bid(ctx: Context, what: Start) -> Bid:
    """Begin a draft; the sealed envelopes of a standing bid are placed in it, so that only what changes is sealed."""
    bid = Bid(
        organisation_id=what.tender.organisation_id,
        tender_id=what.tender.id,
        firm_id=what.firm.id,
        started_at=ctx.now,
    )
    standing = standing_bid(ctx, what.tender.id, what.firm.id)
    if standing is not None:
        kept = [e for e in standing.envelopes if e.superseded_at is None]
        bid.envelopes = [BidEnvelope(kind=e.kind, sealed_id=e.sealed_id, placed_at=ctx.now) for e in kept]
    return bid


def standing_bid(ctx: Context, tender_id: int, firm_id: int) -> Bid | None:
    """Return the firm's submitted bid."""
    query = sa.select(Bid).where(Bid.tender_id == tender_id, Bid.firm_id == firm_id, Bid.state == BidState.SUBMITTED)
    return ctx.session.scalars(query).one_or_none()


def recipient_of(ctx: Context, tender_id: int, kind: EnvelopeKind) -> str:
    """Return the public key to which an envelope of this kind is sealed."""
    return key_of(ctx, tender_id, _purpose(kind)).recipient


def place_envelope(ctx: Context, bid: Bid, what: Placed) -> None:
    """Put a sealed envelope in its place; one sealed before is superseded, never deleted."""
    standing = bid.envelope(what.kind)
    if standing is not None:
        standing.superseded_at = ctx.now
        ctx.session.flush()
    sealed = _sealed_row(ctx, key_of(ctx, bid.tender_id, _purpose(what.kind)), what.sealed)
    bid.envelopes.append(BidEnvelope(kind=what.kind, sealed=sealed, placed_at=ctx.now))
    try:
        ctx.session.flush()
    except IntegrityError as taken:  # the same envelope was sealed in another window at this moment
        raise Stale from taken


def submission_of(bid: Bid) -> Submission:
    """Return what is submitted with the bid as it stands: a receipt number of its own, and the digests."""
    return Submission(receipt_number(), digests_of(bid))


def set_older_aside(ctx: Context, bid: Bid, _what: Any) -> None:
    """Let the bid that stood until now step aside for the one that is being submitted."""
    older = standing_bid(ctx, bid.tender_id, bid.firm_id)
    if older is not None:
        advance(ctx, older, BidAct.REPLACE)


def submit(ctx: Context, bid: Bid, what: Submission) -> None:
    """Keep instant and number of the receipt; digests that no longer stand are Stale."""
    if dict(what.digests) != digests_of(bid):
        raise Stale(N_("هم‌زمان پاکتی از این پیشنهاد دوباره مهر و موم شد. پاکت‌ها را ببینید و دوباره تسلیم کنید."))
    bid.submitted_at, bid.receipt_no = ctx.now, what.receipt_no
    _tell_firm(ctx, bid, "پیشنهاد شما تسلیم شد", f"رسید {ltr(what.receipt_no)}، {to_the_second(ctx.now)} به وقت تهران")


def digests_of(bid: Bid) -> dict[str, str]:
    """Return the digest of each envelope that stands in the bid."""
    return {e.kind.value: e.sealed.digest for e in bid.envelopes if e.superseded_at is None}


def tell_firm_of_withdrawal(ctx: Context, bid: Bid, _what: Any) -> None:
    """Tell the firm that its bid was withdrawn."""
    _tell_firm(ctx, bid, "پیشنهاد شما پس گرفته شد", "تا پایان مهلت می‌توانید پیشنهاد تازه بدهید.")


def keep_finding(_ctx: Context, bid: Bid, what: Verdict) -> None:
    """Keep why the bid was rejected."""
    bid.finding = what.reason


def tell_firm_of_rejection(ctx: Context, bid: Bid, _what: Any) -> None:
    """Tell the firm how far its bid came, and that what was not opened stays sealed."""
    _tell_firm(
        ctx, bid, f"نتیجه پیشنهاد شما: {bid.tender.basis.word(bid.state)}", bid.finding or "پاکت‌های بعدی گشوده نمی‌شود."
    )


def receive_original(ctx: Context, tender: Tender, what: Original) -> None:
    """Keep that the paper original of a firm's guarantee was handed over."""
    ctx.session.add(
        OriginalReceived(
            tender_id=tender.id,
            firm_id=what.firm_id,
            number=what.number,
            received_at=ctx.now,
            received_by=ctx.actor.person_id,
        )
    )
    ctx.session.flush()


def rehearse(ctx: Context, tender: Tender, what: Keys) -> None:
    """Seal a dummy envelope to each of the tender's keys and open it with the quorum's; publication waits for this."""
    for purpose, key in keys_of(ctx, tender.id).items():
        said = {"rehearsal": tender.number, "purpose": purpose.value, "files": []}
        envelope = Envelope(key.recipient, files_of(ctx.settings))
        try:
            dummy = _sealed_row(ctx, key, envelope.seal(said))
            if open_envelope(ctx.settings, dummy, what.identities[purpose]).form != said:
                raise RuntimeError(f"the rehearsal of key {key.id} gave something else back")
            headers_of(ctx.settings).destroy(dummy.header_key)
        finally:
            envelope.abandon()  # no row names it, and nothing of it stays
        key.rehearsed_at = ctx.now
    sessions.end(ctx, tender.id)
    ctx.facts.clear()


def _sealed_row(ctx: Context, key: TenderKey, sealed: Sealed) -> SealedEnvelope:
    """Return the row of what was sealed; its header goes where no backup of the database or the files has it."""
    header = headers_of(ctx.settings).put(sealed.header)
    return SealedEnvelope(
        tender_key=key,
        header_key=header.key,
        header_digest=header.digest,
        payload_key=sealed.payload_key,
        payload_digest=sealed.payload_digest,
        digest=sealed.digest,
        size=sealed.size,
        sealed_in=sealed.sealed_in,
        sealed_at=ctx.now,
    )


def open_guarantees(ctx: Context, tender: Tender, what: Keys) -> None:
    """Open every envelope الف; where none is asked for, all bids pass."""
    sessions.end(ctx, tender.id)
    for bid in _bids(ctx, tender, [BidState.SUBMITTED]):
        if not tender.has_envelope_a:
            advance(ctx, bid, BidAct.ACCEPT_GUARANTEE)
            continue
        _open(ctx, bid, EnvelopeKind.A, what)
    ctx.session.flush()
    ctx.facts.clear()


def open_technical(ctx: Context, tender: Tender, what: Keys) -> None:
    """Open envelope ب of the bids whose guarantee was accepted, or of all where the law asks for none; what cannot be read is rejected with the cause."""
    sessions.end(ctx, tender.id)
    ready = BidState.GUARANTEE_ACCEPTED if tender.basis.asks_guarantee else BidState.SUBMITTED
    for bid in _bids(ctx, tender, [ready]):
        opened = _open(ctx, bid, EnvelopeKind.B, what)
        if opened.damage:
            advance(ctx, bid, BidAct.REJECT_B, Verdict(opened.damage))
        else:
            advance(ctx, bid, BidAct.EVALUATE)


def open_prices(ctx: Context, tender: Tender, what: Keys) -> None:
    """Open envelope ج of the qualified bids alone (Art. 19-d); no other is ever opened."""
    sessions.end(ctx, tender.id)
    for bid in _bids(ctx, tender, [BidState.QUALIFIED]):
        opened = _open(ctx, bid, EnvelopeKind.C, what)
        if opened.damage:
            advance(ctx, bid, BidAct.REJECT_PRICE, Verdict(opened.damage))
        else:
            advance(ctx, bid, BidAct.PRICE)
    ctx.noted["prices"] = prices.digest(ctx.session, tender.id)


def issue_opening_minutes(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue the minutes of the opening of envelopes الف and ب."""
    facts = minutes.minutes_facts(ctx, tender)
    about = Issue(DocumentKind.OPENING_MINUTES, tender.number, tender.title, tender.organisation_id, tender.id)
    issue(ctx, about, lambda stamp: paper.opening_minutes(facts, stamp))


def _open(ctx: Context, bid: Bid, kind: EnvelopeKind, keys: Keys) -> OpenedEnvelope:
    placed = bid.envelope(kind)
    if placed is None:
        raise LookupError(f"bid {bid.id} has no envelope {kind}")
    opened = OpenedEnvelope(
        bid_id=bid.id, kind=kind, bid_envelope_id=placed.id, opened_at=ctx.now, opened_by=ctx.actor.person_id, form={}
    )
    try:
        found = open_envelope(ctx.settings, placed.sealed, keys.identities[_purpose(kind)], judge_of(ctx.settings))
    except Damaged as broken:
        opened.damage = broken.cause
    else:
        opened.files = [file_row(name, stored) for name, stored in found.files]
        keep_content(ctx, bid, opened, found.form)
    ctx.session.add(opened)
    ctx.session.flush()
    ctx.facts.clear()
    return opened


def _bids(ctx: Context, tender: Tender, states: Sequence[BidState]) -> Sequence[Bid]:
    query = (
        sa.select(Bid)
        .where(Bid.tender_id == tender.id, Bid.state.in_(states))
        .options(selectinload(Bid.envelopes).joinedload(BidEnvelope.sealed), selectinload(Bid.firm))
        .order_by(Bid.submitted_at, Bid.id)
    )
    return ctx.session.scalars(query).all()


def _purpose(kind: EnvelopeKind) -> KeyPurpose:
    return KeyPurpose.PRICES if kind is EnvelopeKind.C else KeyPurpose.ENVELOPES


def _tell_firm(ctx: Context, bid: Bid, subject: str, body: str) -> None:
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [bid.firm_id])
    tell(ctx, people, subject, body=body, path=f"/tenders/{bid.tender.number}/bid", tender_id=bid.tender_id)
