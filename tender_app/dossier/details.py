"""What an entry of the ledger says of its act, in words: labelled in Persian, people, firms and criteria by their names."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.bids.rules import EnvelopeKind
from tender_app.dossier.record import Entry
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.people.models import Firm, Person
from tender_app.store.context import Context
from tender_app.tenders.models import Criterion
from tender_app.tenders.prepared import RecordKind
from tender_app.tenders.rules import SEATS, Matter, Outlet

SEATED = (*SEATS, Role.EVALUATOR)
LABELS = {
    "title": N_("عنوان"),
    "name": N_("نام"),
    "number": N_("شماره"),
    "day": N_("تاریخ"),
    "note": N_("توضیح"),
    "outlet": N_("رسانه"),
    "record": N_("مستند"),
    "seed": N_("عدد آغاز"),
    "issue_no": N_("شماره انتشار"),
    **{role.value: role.label for role in SEATED},
    "instead": N_("به جای"),
    "basis": N_("حکم یا دلیل"),
    "members": N_("حاضران"),
    "guests": N_("شمار ناظران و نمایندگان"),
    "person": N_("ارزیاب"),
    "firm_id": N_("شرکت"),
    "bid": N_("پیشنهاد"),
    "criterion": N_("معیار"),
    "kind": N_("پاکت"),
    "receipt_no": N_("رسید"),
    "matter": N_("موضوع رأی"),
    "is_for": N_("رأی"),
    "reason": N_("دلیل"),
    "starts_on": N_("روز آغاز"),
    "supervisor": N_("ناظر فنی"),
    "guarantee_no": N_("شماره تضمین"),
    "article": N_("ماده"),
    "evidence": N_("مستند"),
    "despite": N_("دلیل صدور با وجود شکایت"),
    "source": N_("مناقصه تجدیدشده"),
    "addendum": N_("الحاقیه شماره"),
    "addenda": N_("الحاقیه‌های شماره"),
    "answers": N_("شمار پاسخ‌ها"),
}
_WORDS: dict[str, Mapping[Any, str]] = {
    "kind": {kind.value: kind.label for kind in EnvelopeKind},
    "matter": {matter.value: matter.label for matter in Matter},
    "outlet": {outlet.value: outlet.label for outlet in Outlet},
    "record": {kind.value: kind.label for kind in RecordKind},
    "is_for": {True: N_("موافق"), False: N_("مخالف")},
}
_LATIN = re.compile("[A-Za-z]")
_PEOPLE = {"members", "person", "instead", *(role.value for role in SEATED)}
_DAYS = {"day", "starts_on"}


def readable(ctx: Context, entries: Sequence[Entry]) -> dict[int, list[tuple[str, str]]]:
    """Return what each entry says as (label, value), in three queries; what has no words here stands in the raw entry."""
    names = _names(ctx, entries)
    return {
        entry.id: [
            (LABELS[key], _value(key, value, names)) for key, value in _facts(entry.detail) if _is_told(key, value)
        ]
        for entry in entries
    }


def _facts(detail: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the facts of an act; seats stand one by one, each under its role."""
    for key, value in detail.items():
        if key == "seats":
            yield from ((role, person) for role, person in value)
        else:
            yield key, value


def _is_told(key: str, value: Any) -> bool:
    return key in LABELS and value not in ("", None, [])


def _value(key: str, value: Any, names: Mapping[str, Mapping[int, str]]) -> str:
    if key in _WORDS:
        return _WORDS[key].get(value, str(value))
    if key in _DAYS:
        return calendar.numeric(dt.date.fromisoformat(str(value)))
    known = names.get("person" if key in _PEOPLE else key, {})
    items = value if isinstance(value, list) else [value]
    found = [known.get(item, "") for item in items if isinstance(item, int)]
    told = "، ".join(filter(None, found)) or "، ".join(map(str, items))
    return told if _LATIN.search(told) else persian_digits(told)


def _names(ctx: Context, entries: Sequence[Entry]) -> dict[str, dict[int, str]]:
    """Return the names of the people, firms (of bids too) and criteria that the entries speak of."""
    people = _ids(entries, _PEOPLE)
    firms = sa.select(Bid.id, Firm.id, Firm.name).join(Firm, Firm.id == Bid.firm_id)
    of_bids = sa.or_(Bid.id.in_(_ids(entries, {"bid"})), Firm.id.in_(_ids(entries, {"firm_id"})))
    rows = ctx.session.execute(firms.where(of_bids)).all()
    criteria = sa.select(Criterion.id, Criterion.title).where(Criterion.id.in_(_ids(entries, {"criterion"})))
    return {
        "person": dict(ctx.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(people))).all()),
        "bid": {bid: name for bid, _, name in rows},
        "firm_id": {firm: name for _, firm, name in rows},
        "criterion": dict(ctx.session.execute(criteria).all()),
    }


def _ids(entries: Sequence[Entry], keys: set[str]) -> set[int]:
    values = [value for entry in entries for key, value in _facts(entry.detail) if key in keys]
    found = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return {item for item in found if isinstance(item, int) and not isinstance(item, bool)}
