"""The words and values of the interviews: slots, who was there and for how long, and what the head decides of absence."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tender_app.kernel.vocabulary import Named

Span = tuple[dt.datetime, dt.datetime]
ONE = dt.timedelta(microseconds=1)


class InterviewState(Named):
    """Where an interview stands."""

    PLANNED = "planned", "نوبت داده شده"
    RUNNING = "running", "در حال برگزاری"
    HELD = "held", "برگزار شده"
    CANCELLED = "cancelled", "لغو شده"


class InterviewAct(Named):
    """What is done with an interview."""

    PLAN_INTERVIEW = "plan_interview", "دادن نوبت مصاحبه"
    CONFIRM_SLOT = "confirm_slot", "تأیید نوبت مصاحبه"
    MOVE_SLOT = "move_slot", "جابه‌جا کردن نوبت مصاحبه"
    MARK_REMOTE = "mark_remote", "تعیین اعضای از راه دور"
    BEGIN_INTERVIEW = "begin_interview", "آغاز مصاحبه"
    JOIN = "join_interview", "پیوستن به مصاحبه"
    LEAVE = "leave_interview", "بیرون رفتن از مصاحبه"
    NOTE_DROP = "note_drop", "ثبت قطع ارتباط عضو"
    REGISTER_GUESTS = "register_guests", "ثبت حاضران شرکت"
    CLOSE_INTERVIEW = "close_interview", "پایان مصاحبه و صدور صورتجلسه"
    CANCEL_INTERVIEW = "cancel_interview", "لغو مصاحبه"
    DECIDE_ABSENCE = "decide_absence", "تصمیم درباره عضو غایب مصاحبه"


@dataclass(frozen=True, slots=True)
class Plan:
    """Questions (leaf, text) that are the same for all, and the slots: (bid, its beginning), each so many minutes."""

    questions: tuple[tuple[int, str], ...]
    slots: tuple[tuple[int, dt.datetime], ...]
    minutes: int
    place: str

    def record(self) -> dict[str, Any]:
        """Keep how many questions and slots."""
        return {"questions": len(self.questions), "slots": len(self.slots), "minutes": self.minutes}


@dataclass(frozen=True, slots=True)
class Slot:
    """A bid's (its row) own time and place under a plan (its row)."""

    plan: Any
    bid: Any
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str

    def record(self) -> dict[str, Any]:
        """Keep when."""
        return {"bid": self.bid.id, "starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}


@dataclass(frozen=True, slots=True)
class SlotMoved:
    """Another beginning, and why."""

    starts_at: dt.datetime
    reason: str

    def record(self) -> dict[str, Any]:
        """Keep both."""
        return {"starts_at": self.starts_at.isoformat(), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Attending:
    """Persons of the firm: (name, position)."""

    people: tuple[tuple[str, str], ...]

    def record(self) -> dict[str, Any]:
        """Keep how many."""
        return {"guests": len(self.people)}


@dataclass(frozen=True, slots=True)
class Remote:
    """Members who take part from afar."""

    people: tuple[int, ...]

    def record(self) -> dict[str, Any]:
        """Keep who."""
        return {"members": list(self.people)}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A member whose line broke."""

    person_id: int

    def record(self) -> dict[str, Any]:
        """Keep who."""
        return {"person": self.person_id}


@dataclass(frozen=True, slots=True)
class Held:
    """What was said, for the minutes."""

    text: str

    def record(self) -> dict[str, Any]:
        """Keep nothing of it: the minutes are a paper, whose digest is noted."""
        return {}


@dataclass(frozen=True, slots=True)
class InterviewCancelled:
    """Why it is not held."""

    reason: str


@dataclass(frozen=True, slots=True)
class AbsenceDecided:
    """Whether a member who was not there long enough may score what the interview informs, and why."""

    person_id: int
    is_admitted: bool
    reason: str

    def record(self) -> dict[str, Any]:
        """Keep all of it."""
        return {"person": self.person_id, "is_admitted": self.is_admitted, "reason": self.reason}


def overlap(one: Span, other: Span) -> bool:
    """Tell whether two spans share an instant; one that begins where the other ends does not."""
    return one[0] < other[1] and other[0] < one[1]


def share(present: Sequence[Span], whole: Span) -> Fraction:
    """Return which part of a session somebody was there, exactly; the spans do not overlap each other."""
    begun, ended = whole
    length = (ended - begun) // ONE
    stayed = sum(max((min(left, ended) - max(joined, begun)) // ONE, 0) for joined, left in present)
    return Fraction(stayed, length) if length > 0 else Fraction(0)
