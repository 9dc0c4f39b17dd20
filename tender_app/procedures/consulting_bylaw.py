"""The life of a tender under the consulting by-law (1388): the Tender Act's with rows replaced.

Two envelopes (فنی and مالی, Art. 19), a selection board in the commission's seats, no guarantee, no second winner: once the
chosen one refuses, the board chooses among those who are left; every decision ends in final minutes (Art. 23).
"""

from dataclasses import replace
from typing import Any

from tender_app.awards import guards as award
from tender_app.awards import refusal_commands as refusals
from tender_app.awards import refusal_guards as refusal
from tender_app.bids import commands as bids
from tender_app.bids import confirmation, quorum, receipts
from tender_app.evaluation import commands as evaluation
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.procedures import articles, tender_act
from tender_app.tenders import bases, composition, extension, guards
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import commission_opens_at
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move, cited, swapped, unseen

SKIPPED = frozenset({State.OPENED_A})
LEFT_OUT = frozenset({Act.OPEN_A, Act.RECEIVE_ORIGINAL})

OPEN_TECHNICAL: Move[Tender] = Move(
    Act.OPEN_B,
    {State.PUBLISHED},
    State.TECHNICAL,
    by={Role.HEAD},
    if_=(
        guards.opening_hour_reached,
        guards.all_three_present,
        extension.no_draft_waits,
        confirmation.enough_bids,
        composition.committee_is_appointed,
        quorum.enough_shares_left,
        quorum.key_is_given,
    ),
    then=(confirmation.return_unconfirmed, bids.open_technical, evaluation.hand_out_sheets),
    after=(receipts.note_opening,),
    task=N_("گشایش پاکت‌های فنی"),
    due=commission_opens_at,
)

ASK_NEXT: Move[Tender] = Move(
    Act.ASK_NEXT,
    {State.AWARDED},
    State.PRICES_OPENED,
    by={Role.HEAD},
    if_=(refusal.no_refusal_waits, award.next_is_asked),
    then=(refusals.ask_next,),
    task=N_("رسیدن نوبت پیشنهاد بعدی"),
    over=award.next_is_asked,
)

TASKS: dict[Any, str] = {
    Act.INVITE: N_("دعوت به جلسه هیأت انتخاب"),
    Act.OPEN_PRICES: N_("گشایش پاکت‌های مالی"),
    Act.VOTE: N_("رأی عضو هیأت انتخاب"),
    Act.NAME_WINNERS: N_("تعیین مشاور منتخب"),
    Act.ISSUE_PRICE_MINUTES: N_("صدور صورتجلسه نهایی"),
    Act.CONFIRM_AWARD: N_("تأیید و اعلام مشاور منتخب"),
    Act.RENEW: N_("تجدید به رأی هیأت انتخاب"),
    Act.CANCEL: N_("لغو به رأی هیأت انتخاب"),
}
ROWS = (*swapped(tender_act.PROCEDURE.moves, OPEN_TECHNICAL, leaving_out=LEFT_OUT, skipping=SKIPPED), ASK_NEXT)
PROCEDURE = replace(
    tender_act.PROCEDURE,
    key="consulting_bylaw",
    title=N_("انتخاب مشاور (آیین‌نامه خرید خدمات مشاوره)"),
    moves=cited((replace(row, task=TASKS.get(row.act, row.task)) for row in ROWS), articles.CONSULTING_BYLAW),
    sights=unseen(tender_act.PROCEDURE.sights, skipping=SKIPPED),
    skips=SKIPPED,
    word=bases.CONSULTING_BYLAW.word,
    say=lambda _tender, text: bases.CONSULTING_BYLAW.said(text),
)
