"""Addenda of a published tender: what is drafted, what is wrong with it, and what its issue changes (Art. 17; R08, R13).

After publication nothing of the documents changes but by a numbered addendum that somebody other than its preparer
issues. It applies for all at the same moment, and leaves bidders the lawful time or is refused with the days that do.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope, Sight
from tender_app.kernel.words import _
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.outbox import holders, tell
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context, Facts
from tender_app.tenders import funds, prebid, published, rescheduling, schedule
from tender_app.tenders.addenda_models import Addendum, AddendumDocument
from tender_app.tenders.addenda_paper import addendum_facts, draw_addendum
from tender_app.tenders.addenda_rules import (
    CHANGEABLE,
    INSTANTS,
    MEETING,
    ONLY_LATER,
    TEXTS,
    AddendumAct,
    AddendumState,
    Amendment,
    Begun,
    Enclosure,
    Issued,
    Revision,
    TakenOut,
    edition_of,
    plain_of,
    same,
    told,
)
from tender_app.tenders.commands import terms_digest
from tender_app.tenders.completeness import dates_of
from tender_app.tenders.deciding import days_of, law_of
from tender_app.tenders.difference import Piece, words_between
from tender_app.tenders.invitations import people_called
from tender_app.tenders.models import Tender, TenderDocument
from tender_app.tenders.queries import seated
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.tenders.schedule import DAYS, Fault
from tender_app.workflow.engine import advance
from tender_app.workflow.sight import where_visible

LONG_AGO = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
PREPARING = (AddendumAct.BEGIN, AddendumAct.REVISE, AddendumAct.ENCLOSE, AddendumAct.TAKE_OUT)


@dataclass(frozen=True, slots=True)
class Change:
    """A changed fact as a page shows it: label, old and new; `pieces` where it is a text."""

    name: str
    label: str
    old: str
    new: str
    pieces: Sequence[Piece] = ()


# What is read


def least(ctx: Context, tender: Tender) -> dt.timedelta:
    """Return the time that a material addendum leaves until the deadline, a dated setting."""
    return dt.timedelta(days=law_of(ctx, tender)[Parameter.ADDENDUM_DAYS])


def addenda(ctx: Context, tender: Tender) -> Sequence[Addendum]:
    """Return the addenda of a tender that the actor may see, the first first, drafts last."""
    query = sa.select(Addendum).where(Addendum.tender_id == tender.id, where_visible(ctx, Addendum, Sight.PAGE))
    query = query.where(Addendum.state != AddendumState.DROPPED).options(selectinload(Addendum.documents))
    return ctx.session.scalars(query.order_by(Addendum.number.is_(None), Addendum.number, Addendum.id)).all()


def edition(addendum: Addendum) -> str:
    """Return the edition of a draft and of what it would change, as both stand now."""
    tender = addendum.tender
    old = {name: plain_of(getattr(tender, name)) for name in sorted(addendum.after)}
    papers = [(d.digest, d.title, d.replaces_id) for d in addendum.documents]
    content = (addendum.reason, addendum.text, addendum.is_material, sorted(addendum.after.items()))
    return edition_of(content, papers, sorted(old.items()))


def changes_of(addendum: Addendum) -> list[Change]:
    """Return what an addendum changes: against the tender as it is while it is a draft, for ever as it was once issued."""
    tender, after = addendum.tender, addendum.changes
    was = addendum.was if addendum.state is AddendumState.ISSUED else {n: getattr(tender, n) for n in after}
    return [_change(name, was.get(name), after[name]) for name in CHANGEABLE if name in after]


def _change(name: str, old: Any, new: Any) -> Change:
    pieces = words_between(old or "", new or "") if name in TEXTS else ()
    return Change(name, CHANGEABLE[name], told(name, old), told(name, new), pieces)


def proposal(ctx: Context, addendum: Addendum) -> dict[str, Any]:
    """Return the days that would leave bidders the lawful time; nothing where it is left, or need not be."""
    if not addendum.is_material:
        return {}
    tender = addendum.tender
    return rescheduling.proposed(_values(addendum), ctx.now, least(ctx, tender), days_of(ctx, tender).working)


def proposed_text(ctx: Context, addendum: Addendum) -> str:
    """Return the proposal in one sentence."""
    days = proposal(ctx, addendum)
    return "؛ ".join(f"{CHANGEABLE[name]}: {told(name, days[name])}" for name in CHANGEABLE if name in days)


def _values(addendum: Addendum) -> dict[str, Any]:
    return dates_of(addendum.tender) | addendum.changes


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Sequence[Addendum]]:
    """Read the issued addenda of the tenders, in one query."""
    ids = [t.id for t in tenders]
    query = sa.select(Addendum).where(Addendum.tender_id.in_(ids), Addendum.state == AddendumState.ISSUED)
    rows = ctx.session.scalars(query.order_by(Addendum.number)).all()
    return {i: [row for row in rows if row.tender_id == i] for i in ids}


ISSUED = Facts[Tender, Sequence[Addendum]](load)


# Reasons against acts


def tender_of_draft(what: Begun) -> Tender:
    """An addendum is prepared for a tender."""
    tender: Tender = what.tender
    return tender


def is_open(ctx: Context, what: Begun | None) -> str | None:
    """The documents change while bids are received, and never after the deadline (R08)."""
    return None if what is None else _closed(ctx, what.tender)


def no_other_draft(ctx: Context, what: Begun | None) -> str | None:
    """One addendum is drafted at a time, so that each is compared with what stands."""
    if what is None:
        return None
    query = sa.select(Addendum.id).where(Addendum.tender_id == what.tender.id, Addendum.state == AddendumState.DRAFT)
    return _("الحاقیه‌ای در دست تهیه است؛ همان را کامل کنید.") if ctx.session.scalar(query) else None


def deadline_is_ahead(ctx: Context, addendum: Addendum, _what: Any) -> str | None:
    """An addendum is issued before the deadline, or not at all (R08)."""
    return _closed(ctx, addendum.tender)


def _closed(ctx: Context, tender: Tender) -> str | None:
    if tender.state is not TenderState.PUBLISHED:
        return _("الحاقیه فقط برای مناقصه‌ای است که پیشنهاد می‌پذیرد.")
    if tender.closes_at is not None and ctx.now >= tender.closes_at:
        return _("مهلت تسلیم {closes} گذشته است؛ اسناد دیگر عوض نمی‌شود و راه آن تجدید مناقصه است (ماده ۲۴).").format(
            closes=calendar.moment(tender.closes_at)
        )
    return None


def issuer_did_not_prepare(ctx: Context, addendum: Addendum, _what: Any) -> str | None:
    """Who had a hand in an addendum does not issue it."""
    query = sa.select(LedgerEntry.id).where(
        LedgerEntry.case_kind == Addendum.kind,
        LedgerEntry.case_id == addendum.id,
        LedgerEntry.act.in_(PREPARING),
        LedgerEntry.person_id == ctx.actor.person_id,
    )
    prepared = ctx.session.scalar(query.limit(1)) is not None
    return _("کسی که الحاقیه را تهیه کرده نمی‌تواند آن را صادر کند.") if prepared else None


def says_something(_ctx: Context, addendum: Addendum, _what: Any) -> str | None:
    """An addendum has its reason, and explains or changes something."""
    if not addendum.reason:
        return _("دلیل الحاقیه نوشته نشده است.")
    if addendum.text or addendum.after or addendum.documents:
        return None
    return _("الحاقیه هنوز چیزی را توضیح نمی‌دهد و عوض نمی‌کند.")


def changes_fit(ctx: Context, addendum: Addendum, _what: Any) -> str | None:
    """What becomes of the tender agrees with the law and with itself (R08, R10)."""
    return next((fault.text for fault in faults(ctx, addendum.tender, addendum.changes)), None)


def leaves_enough_time(ctx: Context, addendum: Addendum, _what: Any) -> str | None:
    """A material change leaves the lawful time until the deadline, or is refused with the days that do (R13)."""
    if not proposal(ctx, addendum):
        return None
    return persian_digits(
        _("پس از این الحاقیه باید دست‌کم {days} روز تا پایان مهلت بماند (مواد ۱۵ و ۱۷)؛ پیشنهاد: {proposal}.").format(
            days=least(ctx, addendum.tender).days, proposal=proposed_text(ctx, addendum)
        )
    )


def time_is_lacking(ctx: Context, addendum: Addendum, _what: Any) -> str | None:
    """Days are proposed where bidders lack time."""
    return None if proposal(ctx, addendum) else _("زمانی که تا پایان مهلت می‌ماند بس است.")


def is_as_seen(_ctx: Context, addendum: Addendum, what: Revision | Issued | None) -> str | None:
    """What is issued or revised is what was seen."""
    is_seen = what is None or not what.edition or what.edition == edition(addendum)
    return None if is_seen else _("این الحاقیه همان نیست که دیدید؛ در این میان آن یا اسناد عوض شده است. دوباره ببینید.")


def is_enclosed(_ctx: Context, addendum: Addendum, what: TakenOut | None) -> str | None:
    """Only a document that is there can be taken out."""
    if what is None:
        return None if addendum.documents else _("سندی در الحاقیه نیست.")
    here = any(d.id == what.document_id for d in addendum.documents)
    return None if here else _("این سند دیگر در الحاقیه نیست.")


def replaces_what_counts(_ctx: Context, addendum: Addendum, what: Enclosure | None) -> str | None:
    """A document replaces one that counts now, and once."""
    if what is None or what.replaces_id is None:
        return None
    counts = any(d.id == what.replaces_id for d in addendum.tender.documents)
    twice = any(d.replaces_id == what.replaces_id for d in addendum.documents)
    return None if counts and not twice else _("این سند دیگر معتبر نیست یا در همین الحاقیه جایگزین شده است.")


def is_being_issued(_ctx: Context, _tender: Tender, what: Amendment | None) -> str | None:
    """A published tender changes by the issue of its addendum, and in no other way (R08)."""
    if what is not None and what.addendum.state is AddendumState.ISSUED and what.addendum.number is None:
        return None
    return _("اسناد منتشرشده فقط با صدور الحاقیه عوض می‌شود (ماده ۱۷).")


def faults(ctx: Context, tender: Tender, changes: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the changed facts, each at its field."""
    return [
        *_empty(tender, changes),
        *_direction(ctx, tender, changes),
        *_order(ctx, tender, changes),
        *_meeting(tender, changes),
        *_figures(ctx, tender, changes),
    ]


def _empty(tender: Tender, changes: Mapping[str, Any]) -> list[Fault]:
    needed = CHANGEABLE.keys() - MEETING - ({"guarantee"} if not tender.has_envelope_a else set())
    text = _("«{label}» نمی‌تواند خالی شود.")
    found = [Fault(n, text.format(label=CHANGEABLE[n])) for n in CHANGEABLE if n in changes and n in needed
             and changes[n] in (None, "")]  # fmt: skip
    if changes.get("guarantee") and not tender.has_envelope_a:
        found.append(Fault("guarantee", _("در این مناقصه تضمینی خواسته نشده است؛ الحاقیه آن را نمی‌افزاید.")))
    return found


def _direction(ctx: Context, tender: Tender, changes: Mapping[str, Any]) -> list[Fault]:
    """No term comes earlier than announced, and none lies in the past."""
    found = []
    for name in CHANGEABLE:
        new, old = changes.get(name), getattr(tender, name)
        if new is None:
            continue
        if name in INSTANTS and new <= ctx.now:
            found.append(Fault(name, _("«{label}» در گذشته است.").format(label=CHANGEABLE[name])))
        elif name in ONLY_LATER and old is not None and new < old:
            text = _("«{label}» زودتر از آنچه اعلام شده است نمی‌شود: {old}.")
            found.append(Fault(name, text.format(label=CHANGEABLE[name], old=told(name, old))))
    return found


def _order(ctx: Context, tender: Tender, changes: Mapping[str, Any]) -> list[Fault]:
    if not changes.keys() & {*INSTANTS, *DAYS}:
        return []
    return schedule.faults(dates_of(tender) | dict(changes), LONG_AGO, law_of(ctx, tender))


def _meeting(tender: Tender, changes: Mapping[str, Any]) -> list[Fault]:
    if not changes.keys() & MEETING:
        return []
    names = (*MEETING, "closes_at")
    return prebid.faults({name: changes.get(name, getattr(tender, name)) for name in names})


def _figures(ctx: Context, tender: Tender, changes: Mapping[str, Any]) -> list[Fault]:
    if "guarantee" not in changes:
        return []
    names = ("estimate", "guarantee", "has_envelope_a", "board_resolution_on")
    found = funds.faults({n: getattr(tender, n) for n in names} | {"guarantee": changes["guarantee"]}, _today(ctx))
    return [fault for fault in found if fault.field == "guarantee"]


def _today(ctx: Context) -> dt.date:
    return calendar.today(ctx.now)


# What changes


def make_addendum(ctx: Context, what: Begun) -> Addendum:
    """Begin a draft."""
    tender: Tender = what.tender
    return Addendum(
        organisation_id=tender.organisation_id,
        tender_id=tender.id,
        prepared_by=ctx.actor.person_id,
        drafted_at=ctx.now,
    )


def revise(ctx: Context, addendum: Addendum, what: Revision) -> None:
    """Keep the content of the draft; what changes a fact is material whatever was ticked (R13)."""
    tender = addendum.tender
    changed = {n: v for n, v in what.changes.items() if n in CHANGEABLE and not same(n, getattr(tender, n), v)}
    addendum.reason, addendum.text = what.reason, what.text
    addendum.after = {name: plain_of(value) for name, value in changed.items()}
    addendum.is_material = what.is_material or _must_be_material(addendum)
    ctx.session.flush()


def enclose(ctx: Context, addendum: Addendum, what: Enclosure) -> None:
    """Add a document to the draft, or one in the place of another; the latter changes the terms."""
    fields = {name: getattr(what, name) for name in what.__dataclass_fields__}
    addendum.documents.append(AddendumDocument(addendum_id=addendum.id, uploaded_at=ctx.now, **fields))
    addendum.is_material = addendum.is_material or what.replaces_id is not None
    ctx.session.flush()


def take_out(ctx: Context, addendum: Addendum, what: TakenOut) -> None:
    """Take a document out of the draft; the ledger keeps that it was there."""
    ctx.session.execute(
        sa.delete(AddendumDocument).where(
            AddendumDocument.id == what.document_id, AddendumDocument.addendum_id == addendum.id
        )
    )
    ctx.session.expire(addendum, ["documents"])


def reschedule(ctx: Context, addendum: Addendum, _what: Any) -> None:
    """Take the proposed days into the draft."""
    days = proposal(ctx, addendum)
    ctx.noted["fields"] = sorted(days)
    addendum.after = addendum.after | {name: plain_of(value) for name, value in days.items()}
    ctx.session.flush()


def _must_be_material(addendum: Addendum) -> bool:
    return bool(addendum.after.keys() - MEETING) or any(d.replaces_id is not None for d in addendum.documents)


def put_into_force(ctx: Context, addendum: Addendum, _what: Issued) -> None:
    """Change the tender by the addendum: its next number, its facts, its documents, in the tender's own entry (R08)."""
    tender = addendum.tender
    count = sa.select(sa.func.count()).where(Addendum.tender_id == tender.id, Addendum.number.is_not(None))
    after = addendum.changes
    before = {name: getattr(tender, name) for name in after}
    advance(
        ctx, tender, TenderAct.AMEND, Amendment(addendum, (ctx.session.scalar(count) or 0) + 1, before, after)
    )  # fmt: skip


def amend(ctx: Context, tender: Tender, what: Amendment) -> None:
    """Put old and new on record, change facts and documents, issue the paper, tell everybody the same at once."""
    addendum: Addendum = what.addendum
    addendum.number, addendum.issued_at, addendum.issued_by = what.number, ctx.now, ctx.actor.person_id
    addendum.before = {name: plain_of(value) for name, value in what.before.items()}
    addendum.digest_before = tender.terms_digest
    for name, value in what.after.items():
        setattr(tender, name, value)
    if "closes_at" in what.after:
        tender.extended_at = ctx.now
    _exchange_documents(ctx, tender, addendum)
    tender.terms_digest = addendum.digest_after = terms_digest(tender)
    ctx.noted.update(terms=published.terms_of(tender), terms_digest=tender.terms_digest)
    facts = addendum_facts(addendum, changes_of(addendum))
    about = Issue(
        DocumentKind.ADDENDUM,
        f"{tender.number}-A{what.number}",
        tender.title,
        tender.organisation_id,
        tender.id,
        is_public=True,
    )
    addendum.paper_code = issue(ctx, about, lambda stamp: draw_addendum(facts, stamp)).code
    _tell_everybody(ctx, tender, addendum)


def _exchange_documents(ctx: Context, tender: Tender, addendum: Addendum) -> None:
    for row in addendum.documents:
        names = ("title", "file_name", "media_type", "file_key", "digest", "size", "uploaded_at")
        made = TenderDocument(tender_id=tender.id, **{name: getattr(row, name) for name in names})
        ctx.session.add(made)
        if row.replaces is not None:
            row.replaces.superseded_at = ctx.now
        ctx.session.flush()
        row.document_id = made.id
    ctx.session.flush()
    ctx.session.expire(tender, ["documents"])
    ctx.facts.clear()


def _tell_everybody(ctx: Context, tender: Tender, addendum: Addendum) -> None:
    """Tell all firms in the same words: who bids is nobody's to know, so each is asked what a bidder has to do."""
    moved = (
        f" مهلت تسلیم: {calendar.moment(tender.closes_at)}."
        if "closes_at" in addendum.after and tender.closes_at
        else ""
    )
    subject = persian_digits(f"الحاقیه شماره {addendum.number} صادر شد")
    body = (
        f"{tender.title}. {addendum.reason}{moved} اگر پیشنهادی تسلیم کرده‌اید، تا پایان مهلت در صفحه پیشنهاد خود آن را تأیید، "
        f"جایگزین یا پس بگیرید؛ پیشنهادی که نه تأیید و نه جایگزین شود {tender.unconfirmed_bids.persian}."
    )
    people = [*people_called(ctx, tender), *seated(ctx, tender, [*COMMISSION, Role.SECRETARY])]
    people += holders(ctx, {Role.OFFICER, Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
    path = f"/tenders/{tender.number}/addenda/{addendum.id}"
    tell(ctx, people, subject, body=body, path=path, tender_id=tender.id)


def check_revision(ctx: Context, addendum: Addendum, what: Revision) -> list[Fault]:
    """Return what is wrong with a revision before it is kept, each at its field; what is the same changes nothing."""
    tender = addendum.tender
    changed = {n: v for n, v in what.changes.items() if not same(n, getattr(tender, n), v)}
    return faults(ctx, tender, changed)


def hold_tender(ctx: Context, addendum: Addendum) -> None:
    """Hold the tender's row while an addendum's guards are read, so that nothing slips in beside its issue."""
    tender = ctx.session.get_one(Tender, addendum.tender_id)
    ctx.session.refresh(tender, with_for_update={"read": True})
    ctx.session.expire(addendum, ["documents"])
