"""The life of a tender under the Tender Act (1383): preparation, publication, three openings, decision, award.

Articles: 5 (commission), 13 (notice), 14-16 (documents, time, envelopes), 18 (opening), 19 (technical), 20 (winner),
21 (contract), 24 (renewal and cancellation).
"""

from dataclasses import replace

from tender_app.awards import commands as awards
from tender_app.awards import debrief_commands as debriefs
from tender_app.awards import guarantee_commands as securities
from tender_app.awards import guards as award
from tender_app.awards import lots
from tender_app.bids import commands as bids
from tender_app.bids import guards as bid
from tender_app.bids import quorum
from tender_app.contracts import booklet
from tender_app.evaluation import explanation_guards as explanation
from tender_app.evaluation import guards as score
from tender_app.evaluation import negotiation, ranking_paper
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.procedures import articles
from tender_app.procedures.tender_addenda import ADDENDA
from tender_app.procedures.tender_calls import CALLS
from tender_app.procedures.tender_conflicts import CONFLICT_SIGHTS, CONFLICTS
from tender_app.procedures.tender_ending import CLOSED, ENDING, RENEWAL
from tender_app.procedures.tender_evaluation import EVALUATION
from tender_app.procedures.tender_keys import KEYS
from tender_app.procedures.tender_lots import LOTS
from tender_app.procedures.tender_messages import MESSAGES
from tender_app.procedures.tender_opening import OPENING
from tender_app.procedures.tender_panel import PANEL
from tender_app.procedures.tender_preparing import PREPARING
from tender_app.procedures.tender_sittings import SIGHTS, SITTINGS
from tender_app.tenders import commands, extension, guards, invitations, records, rehearsing
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Create, Move, Procedure, See, cited

DRAFTS = {State.PREPARING, State.AWAITING_APPROVAL}
RUNNING = {
    State.PUBLISHED,
    State.OPENED_A,
    State.TECHNICAL,
    State.TECHNICAL_LOCKED,
    State.PRICES_OPENED,
    State.DECIDED,
}
FINISHED = {State.AWARDED, State.CONTRACTED, State.RENEWED, State.CANCELLED}
OPENED = set(State) - DRAFTS - {State.PUBLISHED}
PRICED = {State.PRICES_OPENED, State.DECIDED, State.AWARDED, State.CONTRACTED, State.RENEWED, State.CANCELLED}
ANNOUNCED = {State.AWARDED, State.CONTRACTED}
STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION
MEMBERS = frozenset(COMMISSION)

UNCITED = Procedure(
    model=Tender,
    key="tender_act",
    title=N_("مناقصه دومرحله‌ای (قانون برگزاری مناقصات)"),
    states=State,
    initial=State.PREPARING,
    final={State.CONTRACTED, State.RENEWED, State.CANCELLED},
    creates=(
        Create(
            Act.PREPARE,
            by={Role.OFFICER},
            within=guards.cluster_of_draft,
            if_=(guards.cluster_is_ready, guards.cluster_has_no_running_tender),
            make=commands.make_tender,
        ),
        RENEWAL,
    ),
    moves=(
        Move(Act.EDIT, {State.PREPARING}, None, by={Role.OFFICER}, alone=True, then=(commands.edit,)),
        Move(Act.ATTACH, {State.PREPARING}, None, by={Role.OFFICER}, then=(commands.attach,)),
        Move(
            Act.DETACH,
            {State.PREPARING},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(guards.document_is_of_the_draft,),
            then=(commands.detach,),
        ),
        Move(
            Act.SEAT,
            {State.PREPARING},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(guards.seats_are_proper,),
            then=(commands.seat,),
        ),
        Move(
            Act.RECORD_INSERTION,
            DRAFTS | {State.PUBLISHED},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(guards.insertion_day_fits, guards.insertion_is_new),
            then=(commands.record_insertion,),
        ),
        Move(
            Act.REMOVE_INSERTION,
            {State.PREPARING},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(guards.insertion_is_of_the_draft,),
            then=(records.let_go_of_round, commands.remove_insertion),
        ),
        *PREPARING,
        *KEYS,
        *CALLS,
        Move(
            Act.SEND_FOR_APPROVAL,
            {State.PREPARING},
            State.AWAITING_APPROVAL,
            by={Role.OFFICER},
            if_=(guards.ten_days_for_bids, guards.opening_waits_for_bytes, guards.is_complete),
            then=(commands.tell_managers, rehearsing.note),
            task=N_("تکمیل و فرستادن برای تصویب"),
            own=True,
        ),
        Move(
            Act.RETURN_DRAFT,
            {State.AWAITING_APPROVAL},
            State.PREPARING,
            by={Role.MANAGER},
            then=(commands.tell_preparer_of_return,),
        ),
        Move(
            Act.PUBLISH,
            {State.AWAITING_APPROVAL},
            State.PUBLISHED,
            by={Role.MANAGER},
            if_=(
                records.approver_prepared_nothing,
                guards.ten_days_for_bids,
                guards.opening_waits_for_bytes,
                guards.is_complete,
                quorum.keys_are_made,
                quorum.keys_fit_seats,
                quorum.keys_are_rehearsed,
            ),
            then=(commands.publish, booklet.issue_tender_documents, rehearsing.note),
            task=N_("تصویب و انتشار مناقصه"),
        ),
        Move(
            Act.EXTEND,
            {State.PUBLISHED},
            None,
            by={Role.MANAGER},
            alone=True,
            if_=(extension.draft_waits, extension.session_not_begun, extension.extension_is_enough),
            then=(extension.extend,),
            task=N_("تصمیم درباره تمدید مهلت"),
            over=extension.draft_waits,
        ),
        Move(
            Act.DECLINE_EXTENSION,
            {State.PUBLISHED},
            None,
            by={Role.MANAGER},
            alone=True,
            if_=(extension.draft_waits,),
            then=(extension.decline,),
        ),
        Move(
            Act.RECEIVE_ORIGINAL,
            {State.PUBLISHED},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(bid.envelope_a_is_used, guards.before_opening, bid.original_not_received),
            then=(bids.receive_original,),
        ),
        *ADDENDA,
        *OPENING,
        *MESSAGES,
        *SITTINGS,
        *CONFLICTS,
        *PANEL,
        *EVALUATION,
        Move(
            Act.VOTE,
            RUNNING | {State.AWARDED},
            None,
            by=MEMBERS,
            alone=True,
            if_=(award.matter_is_open, award.has_not_voted),
            then=(awards.cast_vote,),
            task=N_("رأی عضو کمیسیون"),
            over=award.ballot_waits,
        ),
        *LOTS,
        Move(
            Act.NAME_WINNERS,
            {State.PRICES_OPENED},
            State.DECIDED,
            by={Role.HEAD},
            if_=(
                award.all_three_voted,
                award.two_votes_for_award,
                award.some_bid_ranked,
                negotiation.price_is_agreed,
                lots.lot_is_drawn,
                explanation.no_price_is_in_question,
            ),
            then=(awards.name_winners, ranking_paper.issue_ranking),
            task=N_("تعیین برنده"),
        ),
        Move(
            Act.ISSUE_PRICE_MINUTES,
            {State.DECIDED, State.AWARDED},
            None,
            by={Role.SECRETARY},
            alone=True,
            if_=(award.price_minutes_missing,),
            then=(awards.issue_price_minutes,),
            task=N_("صدور صورتجلسه قیمت"),
            over=award.price_minutes_missing,
        ),
        Move(
            Act.RETURN_DECISION,
            {State.DECIDED},
            State.PRICES_OPENED,
            by={Role.MANAGER},
            then=(awards.return_decision,),
        ),
        Move(
            Act.CONFIRM_AWARD,
            {State.DECIDED},
            State.AWARDED,
            by={Role.MANAGER},
            if_=(award.price_minutes_issued,),
            then=(awards.confirm_award, securities.release_losers, debriefs.produce_debriefs),
            task=N_("تأیید و اعلام برنده"),
        ),
        Move(
            Act.RECORD_CONTRACT,
            {State.AWARDED},
            State.CONTRACTED,
            by={Role.MANAGER},
            if_=(award.contract_is_issued,),
            then=(commands.finish,),
        ),
        Move(
            Act.RENEW,
            (RUNNING - {State.DECIDED}) | {State.AWARDED},
            State.RENEWED,
            by={Role.HEAD},
            if_=(
                guards.deadline_passed,
                award.two_votes_for_renewal,
                award.no_winner_stands,
                award.renewal_reason_fits,
            ),
            then=CLOSED,
            task=N_("تجدید مناقصه به رأی کمیسیون"),
            over=award.two_votes_for_renewal,
        ),
        Move(
            Act.CANCEL,
            RUNNING | {State.AWARDED},
            State.CANCELLED,
            by={Role.HEAD},
            if_=(award.two_votes_for_cancellation,),
            then=CLOSED,
            task=N_("لغو مناقصه به رأی کمیسیون"),
            over=award.two_votes_for_cancellation,
        ),
        *ENDING,
    ),
    sights=(
        See(Sight.PAGE, RUNNING, by={Role.ANYONE}, only="is_open_call"),
        See(Sight.PAGE, RUNNING, by={Role.FIRM}, where=invitations.where_invited),
        See(Sight.PAGE, RUNNING, by=STAFF | {Role.EVALUATOR}),
        See(Sight.PAGE, FINISHED, by={Role.ANYONE}),
        See(Sight.PAGE, DRAFTS, by={Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY}),
        See(Sight.WORK, set(State), by=STAFF),
        See(Sight.OWN, set(State) - DRAFTS, by={Role.FIRM}),
        See(Sight.BIDDERS, OPENED, by=STAFF),
        See(Sight.GUARANTEE, OPENED, by=STAFF),
        See(Sight.SCORES, OPENED - {State.OPENED_A, State.TECHNICAL}, by=STAFF),
        See(Sight.PRICES, PRICED - ANNOUNCED, by=STAFF),
        See(Sight.PRICES, ANNOUNCED, by={Role.ANYONE}),
        See(Sight.RESULT, FINISHED, by={Role.ANYONE}),
        See(Sight.DEBRIEFS, FINISHED, by={Role.MANAGER, Role.AUDITOR}),
        See(
            Sight.LEDGER,
            set(State),
            by={Role.AUDITOR, Role.OFFICER, Role.MANAGER},
            where=score.where_no_own_sheet_waits,
        ),
        See(Sight.ACCESS, OPENED, by={Role.AUDITOR}),
        See(Sight.CASE_FILE, OPENED, by={Role.AUDITOR}, where=score.where_no_own_sheet_waits),
        *SIGHTS,
        *CONFLICT_SIGHTS,
    ),
)
PROCEDURE = replace(UNCITED, moves=cited(UNCITED.moves, articles.TENDER_ACT))
