"""What changes a tender's keys: the ceremony, shares made anew, the sessions in which shares meet."""

from typing import Any

from tender_app.bids import paper, quorum
from tender_app.bids.key_rules import Given, Keys, KeysFor, RefusedKey
from tender_app.bids.models import Bid
from tender_app.bids.quorum import members_of
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid, NotNow
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import N_
from tender_app.notifications.outbox import holders, tell
from tender_app.sealing import keys, sessions
from tender_app.sealing.destruction import destroy
from tender_app.sealing.models import MemberKey, SealedEnvelope
from tender_app.sealing.passphrase import WrongPassphrase
from tender_app.sealing.shares import BadShares
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct

WRONG = N_("گذرعبارت این عضو درست نیست؛ آن را دوباره بنویسید.")


def make_keys(ctx: Context, tender: Tender, _what: Any) -> None:
    """Hold the ceremony: both keys are made, split among the members and forgotten."""
    keys.make_keys(ctx, tender.id, _members(ctx, tender), tender.needed_shares)
    ctx.facts.clear()


def renew_shares(ctx: Context, tender: Tender, what: Keys) -> None:
    """Split both secrets anew among the members who sit now, each to the key that they have now."""
    for purpose, key in keys.keys_of(ctx, tender.id).items():
        keys.renew_shares(ctx, key, what.identities[purpose], _members(ctx, tender))
    sessions.end(ctx, tender.id)


def begin_session(ctx: Context, tender: Tender, what: KeysFor) -> None:
    """Begin the session of an act, and ask the members for their shares."""
    sessions.begin(ctx, tender.id, what.act, what.recipient)
    people = [person for person in members_of(ctx, tender) if person != ctx.actor.person_id]
    path = f"/tenders/{tender.number}/keys/{what.act}"
    tell(ctx, people, "سهم کلید شما خواسته شده است", body=tender.title, path=path, tender_id=tender.id)


def give_share(ctx: Context, tender: Tender, what: Given) -> None:
    """Put a member's shares into the session; a passphrase that does not fit is Invalid."""
    session = sessions.standing(ctx, tender.id, what.act)
    if session is None:
        raise Invalid(sessions.OVER)
    try:
        sessions.give(ctx, session, what.person_id, what.said)
    except WrongPassphrase as wrong:
        raise Invalid(WRONG, {"said": WRONG}) from wrong
    except BadShares as bad:
        raise Invalid(bad.cause, {"said": bad.cause}) from bad


def gathered(ctx: Context, tender: Tender, act: TenderAct, secret: str, *, quoted: str = "") -> Keys:
    """Return the tender's keys from the shares that were given for an act; `secret` is the session's passing key.

    `quoted` is the digest of the locked scores over which prices are opened.

    Raises NotNow where no session lasts, or the shares do not give the keys.
    """
    session = sessions.standing(ctx, tender.id, act.value)
    if session is None:
        raise NotNow(sessions.OVER)
    try:
        found = sessions.gather(ctx, session, secret)
    except BadShares as bad:
        raise NotNow(persian_digits(bad.cause)) from bad
    return Keys(found, tuple(sorted(sessions.given(ctx, session))), quoted)


def note_refusal(ctx: Context, tender: Tender, what: RefusedKey) -> None:
    """Count a refused key against its session; the ledger keeps whose it was and why."""
    session = sessions.standing(ctx, tender.id, what.act)
    if session is not None:
        session.refused += 1


def destroy_unopened(ctx: Context, tender: Tender, _what: Any) -> None:
    """Destroy the headers of never opened price envelopes: each bidder gets a statement; nobody can open them again."""
    unopened = quorum.unopened_prices(ctx, tender)
    for bid, sealed in unopened:
        destroy(ctx, sealed)
        _state_destruction(ctx, bid, sealed)
    ctx.session.flush()


def _state_destruction(ctx: Context, bid: Bid, sealed: SealedEnvelope) -> None:
    tender, firm = bid.tender, bid.firm
    facts = paper.DestructionFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        firm.name,
        bid.receipt_no or "",
        tender.basis.word(bid.state),
        sealed.digest,
        calendar.moment(ctx.now),
        tender.basis.board,
    )
    about = Issue(
        DocumentKind.DESTRUCTION, tender.number, tender.title, tender.organisation_id, tender.id, firm_id=firm.id
    )
    issue(ctx, about, lambda stamp: paper.destruction_statement(facts, stamp))
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [firm.id])
    path = f"/tenders/{tender.number}/bid"
    tell(ctx, people, "کلید پاکت قیمت ناگشوده شما نابود شد", body=tender.title, path=path, tender_id=tender.id)


def _members(ctx: Context, tender: Tender) -> list[MemberKey]:
    people = members_of(ctx, tender)
    own = keys.member_keys(ctx, people)
    return [own[person] for person in people]
