"""The words and numbers of delivery."""

import datetime as dt

from tender_app.kernel.vocabulary import Named


class DeliveryState(Named):
    """Where a letter stands."""

    WAITING = "waiting", "در انتظار"
    SENDING = "sending", "در حال فرستادن"
    HANDING = "handing", "در حال سپردن به کارگزار"
    SENT = "sent", "فرستاده شد"
    BOUNCED = "bounced", "برگشت خورد"
    FAILED = "failed", "نرسید"
    UNCERTAIN = "uncertain", "نامعلوم"
    NO_ADDRESS = "no_address", "بی نشانی"


UNDER_WAY = frozenset({DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.HANDING})
UNDELIVERED = frozenset(
    {DeliveryState.BOUNCED, DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.NO_ADDRESS}
)

PATIENCE = dt.timedelta(days=4)  # so long a letter is tried (RFC 5321, 4.5.4.1)
STALE = dt.timedelta(minutes=10)  # after so long without a word, a run is given up and another begins
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)


def pause_after(turn: int) -> dt.timedelta:
    """Return how long a letter waits after its so many-th try: each time twice as long, an hour at most."""
    return min(FIRST_PAUSE * (1 << min(turn - 1, 10)), LONGEST_PAUSE)
