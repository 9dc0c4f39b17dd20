"""The acts from the scores to the prices (Arts. 18 and 19); rows of a tender's procedure."""

from tender_app.awards import guarantee_commands as securities
from tender_app.bids import commands as bids
from tender_app.bids import cures, price_session, quorum, receipts
from tender_app.evaluation import commands as evaluation
from tender_app.evaluation import drift
from tender_app.evaluation import guards as score
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.procedures.tender_conflicts import UNDECIDED
from tender_app.procedures.tender_panel import BEFORE_LOCK
from tender_app.tenders import guards
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import prices_open_at
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

EVALUATION: tuple[Move[Tender], ...] = (
    Move(
        Act.REPLACE_EVALUATOR,
        {State.TECHNICAL},
        None,
        by={Role.HEAD},
        alone=True,
        if_=(score.evaluator_is_missing, score.replacement_is_proper),
        then=(evaluation.seat_evaluator,),
        task=N_("گماردن ارزیاب به جای کناره‌گرفته"),
    ),
    Move(
        Act.LOCK_SCORES,
        {State.TECHNICAL},
        State.TECHNICAL_LOCKED,
        by={Role.HEAD},
        if_=(
            score.all_sheets_confirmed,
            score.three_evaluators,
            score.differences_have_a_reason,
            cures.no_cure_is_open,
            *UNDECIDED,
            *BEFORE_LOCK,
        ),
        then=(evaluation.lock_scores, drift.issue_report),
        task=N_("قطعی کردن امتیاز فنی"),
        due=prices_open_at,
    ),
    Move(
        Act.OPEN_PRICES,
        {State.TECHNICAL_LOCKED},
        State.PRICES_OPENED,
        by={Role.HEAD},
        if_=(
            price_session.bidders_are_invited,
            price_session.bids_are_valid,
            guards.price_hour_reached,
            guards.all_three_present,
            score.some_bid_qualified,
            score.scores_are_the_locked_ones,
            quorum.enough_shares_left,
            quorum.key_is_given,
        ),
        then=(bids.open_prices, evaluation.rank_bids, securities.keep_first_two),
        after=(receipts.note_opening,),
        task=N_("گشایش پاکت‌های ج"),
        due=prices_open_at,
    ),
)
