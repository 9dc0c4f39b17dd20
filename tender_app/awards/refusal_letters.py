"""The letter that offers the contract to the second winner (Art. 21)."""

import datetime as dt

import sqlalchemy as sa

from tender_app.awards import paper
from tender_app.bids.models import Bid, Price
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar, money
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Person
from tender_app.store.context import Context


def send_award_letter(ctx: Context, bid: Bid, until: dt.date | None) -> None:
    """Issue the letter to the second winner and tell its people."""
    tender, signer = bid.tender, ctx.session.get_one(Person, ctx.actor.person_id)
    total = ctx.session.scalars(sa.select(Price.total).where(Price.bid_id == bid.id)).one()
    term = f"تا {calendar.long_date(until)}" if until else "در مهلت اسناد"
    facts = paper.LetterFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.numeric(calendar.today(ctx.now)),
        bid.firm.name,
        [
            (
                f"برنده اول مناقصه «{tender.title}» از بستن قرارداد کنار رفت؛ به موجب ماده ۲۱ قانون برگزاری مناقصات، قرارداد "
                f"با آن شرکت، برنده دوم، با پیشنهاد {money.grouped(total)} ریال ({money.in_words(total)} ریال) بسته می‌شود."
            ),
            (
                f"خواهشمند است برای بستن قرارداد و سپردن تضمین انجام تعهدات، {term} اقدام فرمایید؛ خودداری از آن ضبط تضمین "
                "شرکت در فرآیند را در پی دارد."
            ),
        ],
        signer.name,
        signer.position or Role.MANAGER.label,
    )
    about = Issue(
        DocumentKind.AWARD_LETTER,
        tender.number,
        tender.title,
        tender.organisation_id,
        tender.id,
        firm_id=bid.firm_id,
    )
    issue(ctx, about, lambda stamp: paper.letter(facts, stamp))
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [bid.firm_id])
    path = f"/tenders/{tender.number}/bid"
    tell(ctx, people, "نوبت بستن قرارداد به شما رسید", body=tender.title, path=path, tender_id=tender.id)
