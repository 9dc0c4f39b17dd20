"""What opened envelopes hold, read strictly: nobody could look inside before, so nothing of it is taken on trust.

Each reader returns the values, or raises UnfitError with a Persian sentence for the minutes; nothing is guessed.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tender_app.bids.rules import GuaranteeKind, GuaranteeTerms, Offer, UnfitError
from tender_app.kernel import money

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2200, 12, 31)
MOST_MEMBERS = 12
NAME, NUMBER, SEPAM, TITLE, YEARS = 120, 60, 40, 200, 20
MORE = {"national_code": 20, "degree": NAME, "certificate": 200, "share": 20}  # what earlier envelopes do not state
APPROACH, EXPERIENCE, WORDS = 20_000, 8_000, 300


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the proposed team, in texts; an envelope of an earlier form states no more than name, role and years."""

    name: str
    role: str
    years: str
    national_code: str = ""
    degree: str = ""
    certificate: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class Technical:
    """What envelope ب states: the team, the approach and the experience."""

    team: tuple[Member, ...]
    approach: str
    experience: str


def terms_in(form: Mapping[str, Any]) -> GuaranteeTerms:
    """Return the guarantee that an opened envelope الف states; raise UnfitError if it states none."""
    try:
        return GuaranteeTerms(
            GuaranteeKind(_line(form["kind"], NAME)),
            _line(form["issuer"], NAME),
            _line(form["number"], NUMBER),
            _whole(form["amount"]),
            _day(form["expires_on"]),
            _line(form.get("sepam_no") or "", SEPAM, least=0),
        )
    except (LookupError, TypeError, ValueError) as unfit:
        raise UnfitError("مشخصات تضمین در پاکت الف کامل نیست.") from unfit


def technical_in(form: Mapping[str, Any]) -> Technical:
    """Return what an opened envelope ب states; raise UnfitError if it cannot be read, or declares nothing (R17)."""
    try:
        team = tuple(_member(row) for row in _rows(form["team"], MOST_MEMBERS))
        found = Technical(team, _text(form["approach"], APPROACH), _text(form["experience"], EXPERIENCE))
    except (LookupError, TypeError, ValueError) as unfit:
        raise UnfitError("تیم، روش اجرا یا سابقه‌ها در پاکت ب کامل و خوانا نیست.") from unfit
    if form.get("declares") is not True:
        raise UnfitError("اعلام شرکت (نداشتن منع، نبود تبانی و پذیرفتن اسناد) در پاکت ب نیست.")
    return found


def offer_in(form: Mapping[str, Any], titles: Sequence[str]) -> Offer:
    """Return the price that an opened envelope ج states; raise UnfitError with what is wrong with it (R22, R27)."""
    try:
        rows = _rows(form["phases"], len(titles))
        phases = tuple((_line(row["title"], TITLE), _whole(row["amount"])) for row in rows)
        total, words = _whole(form["total"]), _line(form["words"], WORDS)
        offer = Offer(total, phases, _flag(form["includes_tax"]))
    except (LookupError, TypeError, ValueError) as unfit:
        raise UnfitError("قیمت در پاکت ج کامل و خوانا نیست.") from unfit
    if reason := _against(offer, words, titles, declares=form.get("declares")):
        raise UnfitError(reason)
    return offer


def _against(offer: Offer, words: str, titles: Sequence[str], *, declares: object) -> str | None:
    if offer.total == 0:
        return "مبلغ کل در پاکت ج صفر است."
    if [title for title, _unused in offer.phases] != list(titles):
        return "مرحله‌های قیمت در پاکت ج همان مرحله‌های اسناد نیست."
    if sum(amount for _unused, amount in offer.phases) != offer.total:
        return "جمع مبلغ مرحله‌ها در پاکت ج با مبلغ کل یکی نیست."
    if not money.same_words(words, money.in_words(offer.total)):
        return "مبلغ به حروف در پاکت ج با رقم آن یکی نیست."
    if declares is not True:
        return "اعلام بی‌قیدوشرط بودن قیمت در پاکت ج نیست."
    return None


def _member(row: Mapping[str, Any]) -> Member:
    known = _line(row["name"], NAME), _line(row["role"], NAME), _line(row["years"], YEARS, least=0)
    return Member(*known, **{name: _line(row.get(name) or "", most, least=0) for name, most in MORE.items()})


def _rows(value: object, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(value)
    return value


def _text(value: object, most: int, *, least: int = 1) -> str:
    """Return a text of so many signs; the reader of the envelope has seen that they are signs."""
    if not isinstance(value, str) or not least <= len(value.strip()) or len(value) > most:
        raise ValueError(value)
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _line(value: object, most: int, *, least: int = 1) -> str:
    text = _text(value, most, least=least)
    if any(sign in text for sign in "\n\t"):
        raise ValueError(value)
    return text


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _day(value: object) -> dt.date:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError(value)
    day = dt.date.fromisoformat(value)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(value)
    return day


def _whole(value: object) -> int:
    """Return a whole amount that is not below zero; a price written in any other way is not guessed at."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < money.MOST:
        raise ValueError(value)
    return value
