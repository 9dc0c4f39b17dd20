"""What changes tenders and questions."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from tender_app.clusters.queries import licence_of
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.errors import Stale
from tender_app.kernel.persian import search_key
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.kernel.words import N_
from tender_app.notifications.outbox import holders, tell
from tender_app.people.capacities import end, grant, in_force
from tender_app.people.models import Capacity, Organisation, Person
from tender_app.store.context import Context
from tender_app.tenders import invitations, published
from tender_app.tenders.bases import BASES
from tender_app.tenders.facts import FACTS
from tender_app.tenders.guards import session_of
from tender_app.tenders.models import (
    Attendance,
    Criterion,
    Insertion,
    Question,
    Tender,
    TenderDocument,
)
from tender_app.tenders.observers import observers_of
from tender_app.tenders.paper import notice, notice_facts
from tender_app.tenders.queries import seated, when_and_where
from tender_app.tenders.rules import (
    Answer,
    Asked,
    Attachment,
    Changes,
    Draft,
    InsertionFacts,
    Node,
    Present,
    Reason,
    Removal,
    RoundRemoval,
    Seating,
    edition,
    plain,
)

LONGEST_TITLE = 200  # of an attendance
PRESENT = frozenset({*COMMISSION, Role.SECRETARY, Role.OBSERVER})  # whose presence is registered by their seat
OVERTAKEN = N_(
    "هنگامی که شما می‌نوشتید، کس دیگری همین بخش را ذخیره کرد. نوشته‌های شما این‌جا مانده است؛ "
    "مقدارهای کنونی را ببینید و اگر نوشته خودتان درست است، دوباره ذخیره کنید."
)


def make_tender(ctx: Context, what: Draft) -> Tender:
    """Begin a draft under the next number of the organisation's year."""
    organisation = ctx.session.get_one(Organisation, what.cluster.organisation_id, with_for_update=True)
    year = calendar.jalali_year(calendar.today(ctx.now))
    begun = f"{organisation.code}-{year}-CDA-"
    count = ctx.session.scalar(
        sa.select(sa.func.count()).select_from(Tender).where(Tender.number.startswith(begun, autoescape=True))
    )
    return Tender(
        organisation_id=organisation.id,
        cluster_id=what.cluster.id,
        number=f"{begun}{(count or 0) + 1:02}",
        title=what.title or f"انتخاب عامل توسعه خوشه {what.cluster.name}",
        prepared_by=ctx.actor.person_id,
        has_envelope_a=BASES[what.basis].asks_guarantee,
    )


def edit(ctx: Context, tender: Tender, what: Changes) -> None:
    """Change facts of the draft; Stale if somebody changed the same facts since they were shown."""
    if what.edition and what.edition != edition_of(tender, what.values, criteria=what.criteria is not None):
        raise Stale(OVERTAKEN)
    if what.values.get("procurement_method", tender.procurement_method) != tender.procurement_method:
        invitations.take_back_reason(tender)
    for name, value in what.values.items():
        setattr(tender, name, value)
    if what.criteria is not None:
        _replace_criteria(ctx, tender, what.criteria)
    ctx.session.flush()


def edition_of(tender: Tender, names: Iterable[str], *, criteria: bool = False) -> str:
    """Return the edition of these facts of a draft, as it stands in the database now."""
    facts = {name: getattr(tender, name) for name in names}
    if criteria:
        facts["criteria"] = [
            (c.parent_id is None, c.title, c.weight, c.guidance, c.evidence, c.top, c.least, c.anchors)
            for c in tender.criteria
        ]
    return edition(facts)


def attach(ctx: Context, tender: Tender, what: Attachment) -> None:
    """Add a document to the draft."""
    ctx.session.add(TenderDocument(tender_id=tender.id, uploaded_at=ctx.now, **_fields(what)))
    ctx.session.flush()


def detach(ctx: Context, tender: Tender, what: Removal) -> None:
    """Take a document out of the draft; the ledger keeps that it was there."""
    ctx.session.execute(
        sa.delete(TenderDocument).where(TenderDocument.id == what.document_id, TenderDocument.tender_id == tender.id)
    )
    ctx.session.expire(tender, ["documents"])


def seat(ctx: Context, tender: Tender, what: Seating) -> None:
    """Give the seats of the tender; seats given before end. Stale if they were given anew since they were shown."""
    if what.edition and what.edition != edition_of_seats(ctx, tender):
        raise Stale(OVERTAKEN)
    tender.needed_shares = what.needed_shares
    seats = what.taken()
    standing = ctx.session.scalars(
        sa.select(Capacity).where(Capacity.scope == Scope.TENDER, Capacity.scope_id == tender.id, in_force(ctx.now))
    ).all()
    kept = {(c.role, c.person_id) for c in standing}
    for capacity in standing:
        if (capacity.role, capacity.person_id) not in seats:
            end(ctx, capacity)
    for role, person_id in seats:
        if (role, person_id) not in kept:
            grant(ctx, person_id, role, scope=Scope.TENDER, scope_id=tender.id, basis=tender.number)


def edition_of_seats(ctx: Context, tender: Tender) -> str:
    """Return the edition of the seats of a draft, as they are held now."""
    return edition({"seats": sorted((seat.role.value, seat.person_id) for seat in FACTS.of(ctx, tender).seats)})


def record_insertion(ctx: Context, tender: Tender, what: InsertionFacts) -> None:
    """Keep a round of the notice."""
    ctx.session.add(Insertion(tender_id=tender.id, **_fields(what)))
    ctx.session.flush()


def remove_insertion(ctx: Context, tender: Tender, what: RoundRemoval) -> None:
    """Take a wrongly recorded round out of the draft; the ledger keeps that it was there."""
    ctx.session.execute(sa.delete(Insertion).where(Insertion.id == what.insertion_id, Insertion.tender_id == tender.id))
    ctx.session.expire(tender, ["insertions"])


def tell_managers(ctx: Context, tender: Tender, _what: Any) -> None:
    """Tell the managers that a tender waits for approval."""
    managers = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, managers, "مناقصه‌ای در انتظار تصویب شماست", path="approve")


def tell_preparer_of_return(ctx: Context, tender: Tender, what: Reason) -> None:
    """Tell who prepared the tender why it came back."""
    _tell(ctx, tender, [tender.prepared_by], "اسناد مناقصه برای اصلاح برگشت", body=what.text, path="edit")


def publish(ctx: Context, tender: Tender, _what: Any) -> None:
    """Publish: freeze the terms by their digest, issue the notice, tell the commission."""
    tender.published_at, tender.approved_by = ctx.now, ctx.actor.person_id
    ctx.session.expire(tender, ["criteria", "documents", "insertions"])
    place = f"{tender.organisation.name} {tender.organisation.province} {tender.cluster.name}"
    tender.search = search_key(f"{tender.title} {tender.number} {place}")[:800]
    tender.terms_digest = terms_digest(tender)
    ctx.noted.update(terms=published.terms_of(tender), terms_digest=tender.terms_digest)
    _call(ctx, tender)
    people = seated(ctx, tender, [*COMMISSION, Role.SECRETARY, Role.EVALUATOR])
    _tell(ctx, tender, people, "مناقصه منتشر شد", body=f"در این مناقصه سمت دارید: {tender.title}")


def _call(ctx: Context, tender: Tender) -> None:
    """Call all firms by a notice, or the invited ones by letters."""
    if not tender.is_open_call:
        invitations.issue_letters(ctx, tender)
        _tell(ctx, tender, invitations.people_called(ctx, tender), "شرکت شما به تسلیم پیشنهاد دعوت شد")
        return
    facts = notice_facts(
        tender, licence_of(ctx, tender.cluster_id), f"{ctx.settings.public_url}/tenders/{tender.number}"
    )
    what = Issue(DocumentKind.NOTICE, tender.number, tender.title, tender.organisation_id, tender.id, is_public=True)
    issue(ctx, what, lambda stamp: notice(facts, stamp))
    _tell(ctx, tender, invitations.people_called(ctx, tender), "مناقصه تازه‌ای منتشر شد")


def terms_digest(tender: Tender) -> str:
    """Return the SHA-256 (hex) of the terms that bidders rely on: facts, criteria and documents."""
    names = (
        "number title subject terms estimate documents_until questions_until closes_at opens_at prices_open_at "
        "valid_until contract_by years guarantee has_envelope_a method minimum_score impact technical_share "
        "minimum_bids runner_up_basis opening_place budget_line funding_certificate setad_no board_resolution "
        "board_resolution_on cluster_id bytes_hours procedure procurement_method budget unconfirmed_bids prebid_at "
        "prebid_place aggregation trim tie_rule is_international"
    ).split()
    terms: dict[str, object] = {name: plain(getattr(tender, name)) for name in names}
    terms["criteria"] = [
        [c.id, c.parent_id, c.title, plain(c.weight), plain(c.top), c.guidance, c.evidence, plain(c.least), c.anchors]
        for c in tender.criteria
    ]
    terms["documents"] = [[d.title, d.digest] for d in tender.documents]
    return hashlib.sha256(json.dumps(terms, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def invite(ctx: Context, tender: Tender, _what: Any) -> None:
    """Invite the commission to its next session; bidders are told of the price session by their own messages."""
    session = session_of(tender)
    people = seated(ctx, tender, [*COMMISSION, Role.SECRETARY])
    _tell(ctx, tender, people, f"دعوت به {tender.basis.word(session)}", body=when_and_where(tender, session))


def register_attendance(ctx: Context, tender: Tender, what: Present) -> None:
    """Keep who is present now; nobody's earlier presence is taken away."""
    session = session_of(tender)
    known = {
        a.name
        for a in ctx.session.scalars(
            sa.select(Attendance).where(Attendance.tender_id == tender.id, Attendance.session == session)
        )
    }
    roles = {s.person_id: s.role for s in FACTS.of(ctx, tender).seats if s.role in PRESENT}
    people = ctx.session.scalars(sa.select(Person).where(Person.id.in_(set(what.members) & roles.keys()))).all()
    whom = {o.seat.person_id: o.title[:LONGEST_TITLE] for o in observers_of(ctx, tender)}
    rows: list[tuple[int | None, Role | None, str, str]] = [
        (p.id, roles[p.id], p.name, whom.get(p.id, p.position)) for p in people
    ]
    rows += [(None, None, name, title) for name, title in what.guests]
    for person_id, role, name, title in rows:
        if name not in known:
            ctx.session.add(
                Attendance(
                    tender_id=tender.id,
                    session=session,
                    person_id=person_id,
                    role=role,
                    name=name,
                    title=title,
                    registered_at=ctx.now,
                )
            )
    ctx.session.flush()


def finish(ctx: Context, tender: Tender, _what: Any) -> None:
    """Keep when the tender ended in a contract."""
    tender.ended_at = ctx.now


def make_question(ctx: Context, what: Asked) -> Question:
    """Make a question of a firm."""
    return Question(
        organisation_id=what.tender.organisation_id,
        tender_id=what.tender.id,
        firm_id=what.firm.id,
        text=what.text,
        asked_at=ctx.now,
    )


def tell_officers_of_question(ctx: Context, question: Question, _what: Any) -> None:
    """Tell the officers that a question waits; not who asked it."""
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [question.organisation_id])
    _tell(ctx, question.tender, officers, "پرسش تازه از اسناد", path="questions")


def keep_answer(ctx: Context, question: Question, what: Answer) -> None:
    """Keep the answer, and the question as it is published."""
    question.answer, question.answered_at, question.public_text = what.text, ctx.now, what.public_text


def tell_firms_of_answer(ctx: Context, question: Question, what: Answer) -> None:
    """Tell every firm that may bid, not the asker alone: all see the same answer at the same moment (Art. 17; R12)."""
    if what.is_alone:
        tell_firms_of_answers(ctx, question.tender)


def tell_firms_of_answers(ctx: Context, tender: Tender) -> None:
    """Tell every firm that may bid once of all that was answered in one act."""
    _tell(ctx, tender, invitations.people_called(ctx, tender), "پاسخ تازه به پرسش‌های اسناد")


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, *, body: str = "", path: str = "") -> None:
    where = f"/tenders/{tender.number}" + (f"/{path}" if path else "")
    tell(ctx, people, subject, body=body or tender.title, path=where, tender_id=tender.id)


def _replace_criteria(ctx: Context, tender: Tender, nodes: tuple[Node, ...]) -> None:
    ctx.session.execute(sa.delete(Criterion).where(Criterion.tender_id == tender.id, Criterion.parent_id.is_not(None)))
    ctx.session.execute(sa.delete(Criterion).where(Criterion.tender_id == tender.id))
    ctx.session.expire(tender, ["criteria"])
    position = 0
    for node in nodes:
        position += 1
        group = _criterion(tender, node, position)
        ctx.session.add(group)
        ctx.session.flush()
        for child in node.children:
            position += 1
            ctx.session.add(_criterion(tender, child, position, parent_id=group.id))
    ctx.session.flush()


def _criterion(tender: Tender, node: Node, position: int, *, parent_id: int | None = None) -> Criterion:
    made = Criterion(tender_id=tender.id, position=position, title=node.title, weight=node.weight, top=node.top)
    made.parent_id, made.guidance, made.evidence = parent_id, node.guidance, node.evidence
    made.least, made.anchors = node.least, [list(level) for level in node.anchors]
    return made


def _fields(what: Any) -> dict[str, Any]:
    return {name: getattr(what, name) for name in what.__dataclass_fields__}
