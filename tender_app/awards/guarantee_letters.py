"""Issuing letters about guarantees: to the firm, with the facts of its guarantee, signed by who acts."""

from collections.abc import Sequence

import sqlalchemy as sa

from tender_app.awards.guarantee_paper import SecurityLetter, letter
from tender_app.bids.models import Bid, Guarantee, OriginalReceived
from tender_app.documents.issued import Issue, issue
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar, money
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Person
from tender_app.store.context import Context


def send_letter(ctx: Context, bid: Bid, kind: DocumentKind, paragraphs: Sequence[str], *, place: str = "bid") -> None:
    """Issue a letter about a bid's guarantee to its firm and tell its people where it lies."""
    tender, signer = bid.tender, ctx.session.get_one(Person, ctx.actor.person_id)
    facts = SecurityLetter(
        kind.persian,
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.numeric(calendar.today(ctx.now)),
        bid.firm.name,
        _facts_of(ctx, bid),
        paragraphs,
        signer.name,
        signer.position or Role.MANAGER.label,
    )
    about = Issue(kind, tender.number, tender.title, tender.organisation_id, tender.id, firm_id=bid.firm_id)
    issue(ctx, about, lambda stamp: letter(facts, stamp))
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [bid.firm_id])
    path = f"/tenders/{tender.number}/{place}"
    tell(ctx, people, kind.persian, body=paragraphs[0][:300], path=path, tender_id=tender.id)


def _facts_of(ctx: Context, bid: Bid) -> list[tuple[str, str]]:
    found = ctx.session.scalars(sa.select(Guarantee).where(Guarantee.bid_id == bid.id)).one_or_none()
    if found is None:
        query = sa.select(OriginalReceived.number).filter_by(tender_id=bid.tender_id, firm_id=bid.firm_id)
        return [("شماره اصل تضمین", ltr(number)) for number in ctx.session.scalars(query)]
    return [
        ("گونه تضمین", found.kind.label),
        ("صادرکننده", found.issuer),
        ("شماره", ltr(found.number)),
        *([("شناسه سپام", ltr(found.sepam_no))] if found.sepam_no else []),
        ("مبلغ", f"{money.grouped(found.amount)} ریال ({money.in_words(found.amount)} ریال)"),
    ]
