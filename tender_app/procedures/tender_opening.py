"""The acts of the session that opens envelopes الف and ب (Art. 18): invited, attended, opened, minuted; rows of its procedure."""

from tender_app.awards import guarantee_commands as securities
from tender_app.bids import commands as bids
from tender_app.bids import confirmation, price_session, quorum, receipts
from tender_app.bids import guards as bid
from tender_app.evaluation import commands as evaluation
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.tenders import commands, composition, extension, guards
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import commission_opens_at, invited_by, session_at
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

OPENING: tuple[Move[Tender], ...] = (
    Move(
        Act.INVITE,
        {State.PUBLISHED, State.TECHNICAL_LOCKED},
        None,
        by={Role.SECRETARY},
        alone=True,
        if_=(guards.not_invited_yet,),
        then=(commands.invite, price_session.invite_bidders),
        task=N_("دعوت به جلسه کمیسیون"),
        due=invited_by,
        over=guards.not_invited_yet,
    ),
    Move(
        Act.REGISTER_ATTENDANCE,
        {State.PUBLISHED, State.OPENED_A, State.TECHNICAL_LOCKED, State.PRICES_OPENED},
        None,
        by={Role.SECRETARY},
        alone=True,
        if_=(guards.session_hour_reached,),
        then=(commands.register_attendance,),
        task=N_("ثبت حاضران جلسه"),
        due=session_at,
        over=guards.someone_is_unregistered,
    ),
    Move(
        Act.OPEN_A,
        {State.PUBLISHED},
        State.OPENED_A,
        by={Role.HEAD},
        if_=(
            guards.opening_hour_reached,
            guards.all_three_present,
            extension.no_draft_waits,
            confirmation.enough_bids,
            quorum.enough_shares_left,
            quorum.key_is_given,
        ),
        then=(
            confirmation.return_unconfirmed,
            bids.open_guarantees,
            securities.hold_guarantees,
            securities.release_unopened,
        ),
        after=(receipts.note_opening,),
        task=N_("گشایش پاکت‌های الف"),
        due=commission_opens_at,
    ),
    Move(
        Act.OPEN_B,
        {State.OPENED_A},
        State.TECHNICAL,
        by={Role.HEAD},
        if_=(
            guards.all_three_present,
            bid.guarantees_judged,
            bid.some_guarantee_accepted,
            composition.committee_is_appointed,
            quorum.enough_shares_left,
            quorum.key_is_given,
        ),
        then=(bids.open_technical, evaluation.hand_out_sheets),
        after=(receipts.note_opening,),
        task=N_("گشایش پاکت‌های ب"),
        due=commission_opens_at,
    ),
    Move(
        Act.ISSUE_OPENING_MINUTES,
        {State.TECHNICAL, State.TECHNICAL_LOCKED},
        None,
        by={Role.SECRETARY},
        alone=True,
        if_=(bid.opening_minutes_missing,),
        then=(bids.issue_opening_minutes,),
        task=N_("صدور صورتجلسه گشایش"),
        over=bid.opening_minutes_missing,
    ),
)
