"""The acts of a tender that make, rehearse and use its commission's keys: rows of its procedure.

The law's quorum (who must sit, Art. 5) and the keys' quorum (whose shares suffice) are guards of their own.
"""

from tender_app.awards import complaint_guards as complaint
from tender_app.bids import ceremony, quorum, receipts, replacement
from tender_app.bids import commands as bids
from tender_app.kernel.vocabulary import COMMISSION, Role
from tender_app.kernel.words import N_
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

MEMBERS = frozenset(COMMISSION)
DRAFTS = {State.PREPARING, State.AWAITING_APPROVAL}
ENDED = {State.CONTRACTED, State.RENEWED, State.CANCELLED}
SEALED = {State.PUBLISHED, State.OPENED_A, State.TECHNICAL, State.TECHNICAL_LOCKED}  # something waits for the keys

KEYS: tuple[Move[Tender], ...] = (
    Move(
        Act.MAKE_KEYS,
        DRAFTS,
        None,
        by={Role.HEAD},
        alone=True,
        if_=(quorum.members_have_keys,),
        then=(ceremony.make_keys,),
        task=N_("ساختن کلیدهای مناقصه"),
        over=quorum.keys_stand,
    ),
    Move(
        Act.REHEARSE,
        DRAFTS,
        None,
        by={Role.HEAD},
        alone=True,
        if_=(quorum.keys_are_made, quorum.keys_fit_seats, quorum.key_is_given),
        then=(bids.rehearse,),
        task=N_("تمرین گشایش"),
        over=quorum.rehearsal_stands,
    ),
    Move(
        Act.RENEW_SHARES,
        SEALED,
        None,
        by={Role.HEAD},
        alone=True,
        if_=(quorum.enough_shares_left, quorum.members_have_keys, quorum.key_is_given),
        then=(ceremony.renew_shares,),
        task=N_("ساختن دوباره سهم‌های کلید"),
        over=replacement.shares_fit_seats,
    ),
    Move(
        Act.REPLACE_MEMBER,
        SEALED,
        None,
        by={Role.MANAGER},
        alone=True,
        if_=(replacement.new_member_is_proper, replacement.others_can_open),
        then=(replacement.replace_member,),
    ),
    Move(
        Act.BEGIN_KEYS,
        DRAFTS | SEALED,
        None,
        by={Role.HEAD},
        alone=True,
        if_=(quorum.keys_are_made,),
        then=(ceremony.begin_session,),
    ),
    Move(
        Act.GIVE_SHARE,
        DRAFTS | SEALED,
        None,
        by=MEMBERS,
        alone=True,
        if_=(quorum.share_is_asked_for,),
        then=(ceremony.give_share,),
    ),
    Move(
        Act.NOTE_REFUSED_KEY,
        DRAFTS | SEALED,
        None,
        by=MEMBERS,
        alone=True,
        then=(ceremony.note_refusal,),
    ),
    Move(
        Act.DESTROY_UNOPENED,
        ENDED,
        None,
        by={Role.HEAD},
        alone=True,
        if_=(quorum.something_is_unopened, complaint.no_complaint_is_open),
        then=(ceremony.destroy_unopened,),
        after=(receipts.note_destruction,),
    ),
)
