"""The life of a bid: sealed by the firm until the deadline, opened by the commission after it (Arts. 15-20)."""

from tender_app.accounts import guards as accounts
from tender_app.awards import guarantee_commands as securities
from tender_app.awards import guards as awards
from tender_app.bids import commands, confirmation, guards, receipts, uploading
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct as Act
from tender_app.bids.rules import BidState as State
from tender_app.evaluation import conflict_guards as conflict
from tender_app.evaluation import explanation_commands as explaining
from tender_app.evaluation import explanation_guards as explanation
from tender_app.evaluation import guards as evaluation
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.procedures.bid_aftermath import AFTERMATH
from tender_app.procedures.bid_cures import FORMAL
from tender_app.tenders.bases import said_of
from tender_app.tenders.queries import closes_at, commission_opens_at
from tender_app.workflow.table import Create, Move, Procedure, See

MEMBERS = frozenset(COMMISSION)
STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION
AT_OPENING = {State.SUBMITTED}
OPENED = {
    State.GUARANTEE_ACCEPTED,
    State.GUARANTEE_REJECTED,
    State.UNDER_EVALUATION,
    State.ENVELOPE_B_REJECTED,
    State.QUALIFIED,
    State.BELOW_MINIMUM,
    State.PRICED,
    State.PRICE_REJECTED,
    State.WON,
    State.RUNNER_UP,
    State.LOST,
    State.REFUSED,
    State.LEFT,
}
EVALUATED = OPENED - {State.GUARANTEE_ACCEPTED, State.GUARANTEE_REJECTED, State.LEFT}
SCORED = EVALUATED - {State.UNDER_EVALUATION, State.ENVELOPE_B_REJECTED}
PRICED = {State.PRICED, State.PRICE_REJECTED, State.WON, State.RUNNER_UP, State.LOST, State.REFUSED}
RANKED = {State.PRICED}

PROCEDURE = Procedure(
    model=Bid,
    key="bid",
    title=N_("پیشنهاد"),
    states=State,
    say=said_of,
    initial=State.DRAFT,
    final={
        State.REPLACED,
        State.WITHDRAWN,
        State.DISCARDED,
        State.RETURNED,
        State.GUARANTEE_REJECTED,
        State.ENVELOPE_B_REJECTED,
        State.BELOW_MINIMUM,
        State.PRICE_REJECTED,
        State.WON,
        State.RUNNER_UP,
        State.LOST,
        State.REFUSED,
        State.LEFT,
    },
    hold=guards.hold_tender,
    creates=(
        Create(
            Act.START,
            by={Role.FIRM},
            within=guards.firm_of_bid,
            if_=(accounts.firm_is_approved, guards.tender_takes_bids, guards.firm_is_called, guards.no_draft_yet),
            make=commands.make_bid,
        ),
    ),
    moves=(
        Move(
            Act.SEAL,
            {State.DRAFT},
            None,
            by={Role.FIRM},
            if_=(guards.before_deadline,),
            then=(commands.place_envelope,),
        ),
        Move(
            Act.REGISTER,
            {State.DRAFT},
            None,
            by={Role.FIRM},
            if_=(guards.before_deadline, guards.window_is_stated),
            then=(commands.place_envelope,),
        ),
        Move(
            Act.DELIVER,
            {State.DRAFT, State.SUBMITTED},
            None,
            by={Role.FIRM},
            alone=True,
            if_=(guards.bytes_may_come, guards.bytes_are_the_registered),
            then=(uploading.deliver,),
        ),
        Move(
            Act.SUBMIT,
            {State.DRAFT},
            State.SUBMITTED,
            by={Role.FIRM},
            if_=(guards.before_deadline, guards.all_envelopes_sealed),
            first=(commands.set_older_aside,),
            then=(commands.submit,),
            after=(receipts.give_receipt,),
            task=N_("تکمیل و تسلیم پیشنهاد"),
            due=closes_at,
            own=True,
            over=guards.before_deadline,
        ),
        Move(
            Act.REPLACE,
            {State.SUBMITTED},
            State.REPLACED,
            by={Role.FIRM},
            if_=(guards.before_deadline, guards.newer_is_ready),
            after=(receipts.note_end,),
        ),
        Move(
            Act.WITHDRAW,
            {State.SUBMITTED},
            State.WITHDRAWN,
            by={Role.FIRM},
            if_=(guards.before_deadline,),
            then=(commands.tell_firm_of_withdrawal,),
            after=(receipts.note_end,),
        ),
        Move(
            Act.CONFIRM,
            {State.SUBMITTED},
            None,
            by={Role.FIRM},
            alone=True,
            if_=(guards.before_deadline, confirmation.addendum_waits),
            then=(confirmation.confirm,),
            after=(receipts.note_end,),
            task=N_("تأیید یا جایگزینی پیشنهاد پس از الحاقیه"),
            due=closes_at,
            over=confirmation.nothing_to_confirm,
        ),
        Move(
            Act.RETURN,
            {State.SUBMITTED},
            State.RETURNED,
            by={Role.HEAD},
            if_=(confirmation.is_left_unconfirmed,),
            then=(confirmation.tell_of_return,),
            after=(receipts.note_end,),
        ),
        Move(Act.DISCARD, {State.DRAFT}, State.DISCARDED, by={Role.FIRM}),
        Move(
            Act.ACCEPT_GUARANTEE,
            AT_OPENING,
            State.GUARANTEE_ACCEPTED,
            by=MEMBERS,
            if_=(guards.envelope_a_opened, guards.guarantee_suffices),
            task=N_("بررسی تضمین"),
            due=commission_opens_at,
            own=True,
            over=guards.envelope_a_opened,
        ),
        Move(
            Act.REJECT_GUARANTEE,
            AT_OPENING,
            State.GUARANTEE_REJECTED,
            by=MEMBERS,
            if_=(guards.envelope_a_opened,),
            then=(commands.keep_finding, commands.tell_firm_of_rejection, securities.release_rejected),
        ),
        Move(
            Act.EVALUATE,
            {State.SUBMITTED, State.GUARANTEE_ACCEPTED},
            State.UNDER_EVALUATION,
            by={Role.HEAD},
            if_=(guards.envelope_b_opened, guards.no_guarantee_waits),
        ),
        Move(
            Act.REJECT_B,
            {State.SUBMITTED, State.GUARANTEE_ACCEPTED},
            State.ENVELOPE_B_REJECTED,
            by={Role.HEAD},
            if_=(guards.envelope_b_opened, guards.no_guarantee_waits),
            then=(commands.keep_finding, commands.tell_firm_of_rejection, securities.release_rejected),
        ),
        *FORMAL,
        Move(
            Act.QUALIFY,
            {State.UNDER_EVALUATION},
            State.QUALIFIED,
            by={Role.HEAD},
            if_=(evaluation.reached_minimum,),
        ),
        Move(
            Act.FAIL,
            {State.UNDER_EVALUATION},
            State.BELOW_MINIMUM,
            by={Role.HEAD},
            if_=(evaluation.missed_minimum,),
            then=(commands.tell_firm_of_rejection,),
        ),
        Move(Act.PRICE, {State.QUALIFIED}, State.PRICED, by={Role.HEAD}, if_=(guards.price_is_read,)),
        Move(
            Act.REJECT_PRICE,
            {State.QUALIFIED},
            State.PRICE_REJECTED,
            by={Role.HEAD},
            if_=(guards.price_envelope_opened,),
            then=(commands.keep_finding, commands.tell_firm_of_rejection),
        ),
        Move(
            Act.REJECT_LOW,
            RANKED,
            State.PRICE_REJECTED,
            by={Role.HEAD},
            if_=(explanation.price_was_rejected,),
            then=(
                commands.keep_finding,
                explaining.rank_anew,
                securities.keep_first_two_anew,
                commands.tell_firm_of_rejection,
            ),
        ),
        Move(Act.WIN, RANKED, State.WON, by={Role.MANAGER}, if_=(awards.bid_award_stands,)),
        Move(Act.SECOND, RANKED, State.RUNNER_UP, by={Role.MANAGER}, if_=(awards.bid_award_stands,)),
        Move(Act.LOSE, RANKED, State.LOST, by={Role.MANAGER}, if_=(awards.bid_award_stands,)),
        *AFTERMATH,
    ),
    sights=(
        See(Sight.OWN, set(State), by={Role.FIRM}),
        See(Sight.BIDDERS, {State.RETURNED}, by=STAFF),
        See(Sight.BIDDERS, OPENED, by=STAFF),
        See(Sight.BIDDERS, OPENED, by={Role.EVALUATOR}, where=conflict.where_bidder_known),
        See(Sight.BIDDERS, {State.SUBMITTED}, by=STAFF, where=guards.where_tender_opened),
        See(Sight.GUARANTEE, OPENED, by=STAFF),
        See(Sight.GUARANTEE, {State.SUBMITTED}, by=STAFF, where=guards.where_tender_opened),
        See(
            Sight.TECHNICAL,
            EVALUATED,
            by={Role.AUDITOR, Role.SECRETARY} | COMMISSION,
        ),
        See(Sight.TECHNICAL, EVALUATED, by={Role.EVALUATOR}, where=conflict.where_no_conflict_declared),
        See(Sight.SCORES, SCORED, by=STAFF | {Role.FIRM}),
        See(Sight.PRICES, PRICED, by=STAFF | {Role.FIRM}),
    ),
)
