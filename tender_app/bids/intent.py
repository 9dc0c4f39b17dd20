"""What a firm means by submitting: this draft with these digests. The same intent is one act, and has one receipt."""

import hmac
import json
from collections.abc import Sequence

from wtforms import HiddenField

from tender_app.bids import queries
from tender_app.bids.commands import digests_of
from tender_app.bids.models import Bid
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.web.fields import PersianForm


class IntentForm(PersianForm):
    """The form of the submission page: it carries what the page showed, so that nothing else is submitted by it."""

    intent = HiddenField()


def intent_of(ctx: Context, bid: Bid) -> str:
    """Return the mark (hex) of one bid with its standing digests; it tells nothing of the bid's number in the tables."""
    about = json.dumps({"bid": bid.id, "digests": digests_of(bid)}, sort_keys=True)
    return hmac.digest(ctx.settings.secret_key.encode(), f"intent|{about}".encode(), "sha256").hex()


def meant(ctx: Context, tender: Tender, firm: Firm, said: str) -> Bid | None:
    """Return the firm's bid that the mark was made of, submitted or set aside since or not; None if none is as it was."""
    own: Sequence[Bid] = [*queries.own_bids(ctx, tender, firm), *queries.earlier_bids(ctx, tender, firm)]
    return next((bid for bid in own if intent_of(ctx, bid) == said), None)


def is_fulfilled(ctx: Context, bid: Bid, said: str) -> bool:
    """Tell whether just this was submitted, in whichever window."""
    return bid.receipt_no is not None and intent_of(ctx, bid) == said
