"""What changes complaints: submission, answer, settlement, referral, and a ruling that moves its tender."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict

from tender_app.awards.complaint_models import Complaint, ComplaintPaper
from tender_app.awards.complaint_paper import AnswerFacts, answer
from tender_app.awards.complaint_queries import answer_days
from tender_app.awards.complaint_rules import (
    Answered,
    ComplaintState,
    Enclosed,
    Enclosure,
    Lodged,
    Referral,
    Ruled,
    Ruling,
    Settled,
    answer_by,
)
from tender_app.awards.rules import Ending
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Person
from tender_app.regulation.queries import in_force, working_calendar
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import CancellationReason, RenewalReason, TenderAct
from tender_app.workflow.engine import advance, procedure_of

BY_RULING: dict[Ruling, tuple[TenderAct, RenewalReason | CancellationReason]] = {
    Ruling.RENEW: (TenderAct.RENEW_BY_RULING, RenewalReason.BOARD_RULING),
    Ruling.CANCEL: (TenderAct.CANCEL_BY_RULING, CancellationReason.BOARD_RULING),
}
TO_BOARD = (
    "اگر این پاسخ را نمی‌پذیرید، می‌توانید به هیأت رسیدگی به شکایات مناقصات شکایت کنید (ماده ۲۵ قانون برگزاری مناقصات)؛ "
    "هیأت ظرف {days} روز رأی می‌دهد. شکایت روند مناقصه را خودبه‌خود متوقف نمی‌کند."
)


def make_complaint(ctx: Context, what: Lodged) -> Complaint:
    """Receive a complaint with its papers; its term in working days begins the next day (R33)."""
    return Complaint(
        organisation_id=what.tender.organisation_id,
        tender_id=what.tender.id,
        firm_id=what.firm.id,
        ground=what.ground,
        article=what.article,
        text=what.text,
        demand=what.demand,
        signer=what.signer,
        submitted_at=ctx.now,
        submitted_by=ctx.actor.person_id,
        answer_due_on=answer_by(
            ctx.now, answer_days(ctx), working_calendar(ctx, what.tender.organisation_id).is_closed
        ),
        papers=_papers(ctx, what.enclosed, Enclosed.EVIDENCE),
    )


def tell_of_complaint(ctx: Context, complaint: Complaint, _what: Lodged) -> None:
    """Tell the agency's highest official, its officers and the firm until when the answer is due."""
    due = complaint.tender.basis.said(f"پاسخ دستگاه تا {calendar.long_date(complaint.answer_due_on)} (ماده ۲۵).")
    _tell_staff(ctx, complaint, f"شکایت از {complaint.firm.name}: {complaint.ground.label}", due)
    _tell_firm(ctx, complaint, "شکایت شما رسید", due)


def tell_of_withdrawal(ctx: Context, complaint: Complaint, _what: object) -> None:
    """Tell the agency that the firm took its complaint back."""
    _tell_staff(ctx, complaint, f"{complaint.firm.name} شکایت خود را پس گرفت", complaint.ground.label)


def answer_complaint(ctx: Context, complaint: Complaint, what: Answered) -> None:
    """Keep the reasoned answer and issue it as a letter to the firm (Art. 25-b)."""
    complaint.answer, complaint.answered_at = what.text, ctx.now
    ctx.session.flush()
    tender, facts = complaint.tender, _answer_facts(ctx, complaint)
    about = Issue(
        DocumentKind.COMPLAINT_ANSWER,
        tender.number,
        tender.title,
        tender.organisation_id,
        tender.id,
        firm_id=complaint.firm_id,
    )
    issue(ctx, about, lambda stamp: answer(facts, stamp))
    _tell_firm(ctx, complaint, f"پاسخ شکایت: {complaint.state.label}", what.text[:300])


def keep_settlement(ctx: Context, complaint: Complaint, what: Settled) -> None:
    """Keep what the agency did about an upheld complaint."""
    complaint.settlement, complaint.settled_at = what.text, ctx.now
    _tell_firm(ctx, complaint, "اقدام دستگاه درباره شکایت شما ثبت شد", what.text[:300])


def refer(ctx: Context, complaint: Complaint, what: Referral) -> None:
    """Keep the complaint's number and day at the board, and the day by which it rules (Art. 25-c)."""
    complaint.board_no, complaint.referred_on = what.number, what.day
    complaint.board_due_on = what.day + dt.timedelta(days=in_force(ctx, Parameter.BOARD_DAYS, what.day))
    due = f"رأی هیأت تا {calendar.long_date(complaint.board_due_on)}؛ شماره {what.number}."
    _tell_staff(ctx, complaint, "شکایت به هیأت رسیدگی رفت", due)
    _tell_firm(ctx, complaint, "شکایت شما نزد هیأت رسیدگی است", due)


def keep_ruling(ctx: Context, complaint: Complaint, what: Ruled) -> None:
    """Keep the board's ruling with its scan."""
    complaint.ruling, complaint.ruling_no, complaint.ruled_on = what.ruling, what.number, what.day
    complaint.ruling_text = what.text
    complaint.papers.extend(_papers(ctx, what.scan, Enclosed.RULING))
    ctx.session.flush()
    _tell_staff(ctx, complaint, f"رأی هیأت رسیدگی: {what.ruling.label}", f"شماره {what.number}")
    _tell_firm(ctx, complaint, f"رأی هیأت رسیدگی: {what.ruling.label}", f"شماره {what.number}")


def move_tender(ctx: Context, complaint: Complaint, what: Ruled) -> None:
    """Let a ruling of renewal or cancellation end the tender, wherever it runs; one that has ended stays (Art. 8)."""
    order = BY_RULING.get(what.ruling)
    if order is None:
        return
    act, reason = order
    tender = ctx.session.get_one(Tender, complaint.tender_id)
    if procedure_of(tender).move(act, tender.state) is None:
        ctx.noted["tender"] = tender.state.value
        return
    note = persian_digits(f"رأی شماره {what.number} هیأت رسیدگی به شکایات، {calendar.numeric(what.day)}.")
    advance(ctx, tender, act, Ending(reason, note))


def _papers(ctx: Context, enclosed: Iterable[Enclosure], whose: Enclosed) -> list[ComplaintPaper]:
    return [ComplaintPaper(enclosed=whose, received_at=ctx.now, **asdict(paper)) for paper in enclosed]


def _answer_facts(ctx: Context, complaint: Complaint) -> AnswerFacts:
    tender, signer = complaint.tender, ctx.session.get_one(Person, ctx.actor.person_id)
    is_upheld = complaint.state is ComplaintState.UPHELD
    received = calendar.numeric(calendar.today(complaint.submitted_at))
    finding = (
        "شکایت وارد دانسته شد و دستگاه به شرح زیر اقدام می‌کند." if is_upheld else "شکایت به دلیل زیر وارد دانسته نشد."
    )
    return AnswerFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.numeric(calendar.today(ctx.now)),
        complaint.firm.name,
        [
            ("موضوع", complaint.ground.label),
            ("ماده", persian_digits(complaint.article)),
            ("رسید", received),
            ("خواسته", complaint.demand),
        ],
        finding,
        [line for line in complaint.answer.split("\n") if line.strip()],
        tender.basis.said(TO_BOARD).format(days=persian_digits(in_force(ctx, Parameter.BOARD_DAYS))),
        signer.name,
        signer.position or Role.MANAGER.label,
    )


def _tell_staff(ctx: Context, complaint: Complaint, subject: str, body: str) -> None:
    people = holders(ctx, {Role.MANAGER, Role.OFFICER}, Scope.ORGANISATION, [complaint.organisation_id])
    _tell(ctx, complaint, people, subject, body)


def _tell_firm(ctx: Context, complaint: Complaint, subject: str, body: str) -> None:
    _tell(ctx, complaint, holders(ctx, {Role.FIRM}, Scope.FIRM, [complaint.firm_id]), subject, body)


def _tell(ctx: Context, complaint: Complaint, people: list[int], subject: str, body: str) -> None:
    tender = ctx.session.get_one(Tender, complaint.tender_id)
    path = f"/tenders/{tender.number}/complaints/{complaint.id}"
    tell(ctx, people, subject, body=body or tender.title, path=path, tender_id=tender.id)
