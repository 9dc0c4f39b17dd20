"""What is said to all bidders between publication and deadline (Art. 17): addenda, answers, the pre-bid meeting; rows of a tender's procedure."""

from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.tenders import addenda, answers, prebid
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import closes_at
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

ADDENDA: tuple[Move[Tender], ...] = (
    Move(
        Act.AMEND,
        {State.PUBLISHED},
        None,
        by={Role.MANAGER},
        alone=True,
        if_=(addenda.is_being_issued,),
        then=(addenda.amend,),
    ),
    Move(
        Act.RELEASE_ANSWERS,
        {State.PUBLISHED},
        None,
        by={Role.OFFICER},
        alone=True,
        if_=(answers.answers_help, answers.answers_are_drafted),
        then=(answers.release,),
        task=N_("انتشار پاسخ‌های نوشته‌شده برای همه"),
        due=closes_at,
        over=answers.answers_are_drafted,
    ),
    Move(
        Act.KEEP_PREBID,
        {State.PUBLISHED},
        None,
        by={Role.OFFICER},
        alone=True,
        if_=(prebid.meeting_was_announced, prebid.meeting_was_held, prebid.minutes_not_issued),
        then=(prebid.keep,),
    ),
    Move(
        Act.ISSUE_PREBID_MINUTES,
        {State.PUBLISHED},
        None,
        by={Role.OFFICER},
        alone=True,
        if_=(
            prebid.meeting_was_announced,
            prebid.meeting_was_held,
            prebid.minutes_not_issued,
            answers.answers_help,
            prebid.minutes_are_kept,
        ),
        then=(prebid.issue_minutes,),
        task=N_("صدور صورتجلسه توضیح اسناد"),
        due=closes_at,
        over=prebid.minutes_wait_for_nothing,
    ),
)
