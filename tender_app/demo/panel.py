"""What the panel of the demonstration does together: interviews with one member from afar, and a talk before the lock."""

import datetime as dt

import sqlalchemy as sa

from tender_app.bids.rules import BidState
from tender_app.demo import story
from tender_app.demo.stage import Company, Stage, workday
from tender_app.evaluation.interview_models import Interview
from tender_app.evaluation.interview_rules import Attending, Dropped, Held, InterviewAct, Plan, Remote
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.talk_models import Talk
from tender_app.evaluation.talk_rules import Opened, TalkAct, TalkClosed
from tender_app.kernel import calendar
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import advance, begin

MINUTES, GAP = 40, 20
QUESTION = "گام‌های سال نخست را با یک نمونه از کار پیشین خود شرح دهید."


def interview(stage: Stage, company: Company, tender: Tender) -> None:
    """Interview every bidder on the next working day; the last evaluator's line breaks once and comes back."""
    for person in company.evaluators:
        story.declare(stage.by(person), sheet_of(stage, tender, person.id))
    first = calendar.instant(workday(calendar.today(stage.now) + dt.timedelta(days=1)), dt.time(9))
    bids = story.bids_in(stage, tender, BidState.UNDER_EVALUATION)
    leaf = stage.session.scalars(sa.select(Criterion.id).where(Criterion.tender_id == tender.id).limit(1)).one()
    step = dt.timedelta(minutes=MINUTES + GAP)
    slots = tuple((bid.id, first + place * step) for place, bid in enumerate(bids))
    plan = Plan(((leaf, QUESTION),), slots, MINUTES, "سالن نشست‌ها، یا پیوند گفت‌وگوی تصویری")
    advance(stage.by(company.secretary), tender, TenderAct.PLAN_INTERVIEWS, plan)
    query = sa.select(Interview).where(Interview.tender_id == tender.id).order_by(Interview.starts_at)
    for held in stage.session.scalars(query).all():
        _hold(stage, company, held)


def talk(stage: Stage, company: Company, tender: Tender) -> None:
    """Let the head open a talk about one cell, and close it with a note."""
    stage.later(hours=2)
    bid = story.bids_in(stage, tender, BidState.UNDER_EVALUATION)[0]
    leaf = stage.session.scalars(sa.select(Criterion.id).where(Criterion.tender_id == tender.id).limit(1)).one()
    what = Opened(tender, ((bid.id, leaf),), "برداشت ارزیابان از برنامه سال نخست")
    opened = begin(stage.by(company.head), Talk, TalkAct.OPEN_TALK, what)
    stage.later(hours=1)
    note = "ارزیابان برداشت خود را گفتند؛ امتیازها در دامنه پذیرفتنی است."
    advance(stage.by(company.head), opened, TalkAct.CLOSE_TALK, TalkClosed(note))


def sheet_of(stage: Stage, tender: Tender, person_id: int) -> ScoreSheet:
    """Return an evaluator's sheet."""
    query = sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id, ScoreSheet.person_id == person_id)
    return stage.session.scalars(query).one()


def _hold(stage: Stage, company: Company, held: Interview) -> None:
    head, far = company.head, company.evaluators[-1]
    advance(stage.by(head), held, InterviewAct.MARK_REMOTE, Remote((far.id,)))
    stage.now = held.starts_at
    advance(stage.by(head), held, InterviewAct.BEGIN_INTERVIEW)
    for person in company.evaluators:
        advance(stage.by(person), held, InterviewAct.JOIN)
    signer = held.firm.signatories[0]
    came = Attending(((signer.name, signer.position),))
    advance(stage.by(company.secretary), held, InterviewAct.REGISTER_GUESTS, came)
    stage.later(minutes=12)
    advance(stage.by(company.secretary), held, InterviewAct.NOTE_DROP, Dropped(far.id))
    stage.later(minutes=3)
    advance(stage.by(far), held, InterviewAct.JOIN)
    stage.later(minutes=20)
    advance(stage.by(company.evaluators[0]), held, InterviewAct.LEAVE)
    stage.later(minutes=3)
    text = "پرسش برای همه یکسان خوانده شد و شرکت با یک نمونه پاسخ داد."
    advance(stage.by(head), held, InterviewAct.CLOSE_INTERVIEW, Held(text))
