"""The words and values of a winner's refusal and of the extension of validity (Tender Act, Art. 21)."""

import datetime as dt
from dataclasses import dataclass

from tender_app.kernel.vocabulary import Named


class RefusalGround(Named):
    """Why the winner's turn is over: the closed list; the last one forfeits nothing."""

    IN_WRITING = "in_writing", "انصراف کتبی از بستن قرارداد"
    NO_SIGNATURE = "no_signature", "امضا نکردن قرارداد در مهلت"
    NO_SECURITY = "no_security", "نسپردن تضمین انجام تعهدات در مهلت"
    NOT_EXTENDED = "not_extended", "نپذیرفتن تمدید اعتبار و پایان اعتبار نخست"


class RefusalOutcome(Named):
    """What became of a recorded refusal."""

    CONFIRMED = "confirmed", "تأیید شد"
    DISMISSED = "dismissed", "پذیرفته نشد"


AFTER_TERM = frozenset({RefusalGround.NO_SIGNATURE, RefusalGround.NO_SECURITY})


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal as the head of the commission records it: one of the closed grounds, and the evidence."""

    ground: RefusalGround
    evidence: str


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Why a recorded refusal is none."""

    text: str


@dataclass(frozen=True, slots=True)
class ValidityExtended:
    """The one extension of the bids' validity, and why the tender needs it."""

    reason: str


@dataclass(frozen=True, slots=True)
class ValidityAgreed:
    """A bidder's agreement: until when its guarantee was extended, and the letter or number that shows it."""

    expires_on: dt.date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ValidityDeclined:
    """A bidder's refusal to extend."""

    note: str = ""


def extended_until(closes_on: dt.date, valid_until: dt.date) -> dt.date:
    """Return the end of the one extension: the period of the documents once more, to the day (Art. 21-a)."""
    return valid_until + (valid_until - closes_on)


def signs_by(
    contract_by: dt.date | None, first_told_on: dt.date | None, told_on: dt.date | None, valid_until: dt.date | None
) -> dt.date | None:
    """Return until when a winner signs: a second winner has as many days as the first had, within the validity."""
    if contract_by is None or first_told_on is None or told_on is None or told_on == first_told_on:
        return contract_by
    found = told_on + max(contract_by - first_told_on, dt.timedelta(0))
    return found if valid_until is None else min(found, valid_until)
