"""Limited calls: reasons, the list of firms, letters in the place of the notice, and who sees such a tender."""

import io

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, Start
from tender_app.demo.stage import Stage, register_firm
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.errors import NotNow
from tender_app.notifications.models import Message
from tender_app.people.models import Firm, Person
from tender_app.store import clock
from tender_app.store.files import files_of
from tender_app.tenders.completeness import missing
from tender_app.tenders.invitations import invited
from tender_app.tenders.models import Tender
from tender_app.tenders.procurement import (
    DirectGround,
    Invited,
    Justification,
    LegalBasis,
    ProcurementMethod,
    SizeClass,
    Thresholds,
    size_of,
)
from tender_app.tenders.rules import Changes, Method, TenderAct
from tender_app.workflow.engine import advance, begin, refusal_of
from tests.awards.reading import text_of
from tests.keys import ready_keys
from tests.make import context_of, session_of, signed_in
from tests.tenders.ground import complete, draft, settle, tender_of

REASON = Justification("سه شرکت در استان این خدمت را می‌شناسند.")


def limited(app: Flask, form: ProcurementMethod = ProcurementMethod.SELECTIVE, **changes: object) -> str:
    """Return the number of a complete draft of such a call, with four approved firms in the house."""
    number = draft(app, settle(app))
    with session_of(app) as session:
        stage = Stage(session, app.extensions["settings"], clock.now(session, demo=True), seeds=9_000_000)
        officer = session.scalars(sa.select(Person).where(Person.username == "officer")).one()
        tender = tender_of(session, number)
        company = type("Company", (), {"organisation": tender.organisation, "officer": officer})()
        for name in ("firm3", "firm4"):
            register_firm(stage, company, f"شرکت {name}", name, ("مدیر", f"نماینده {name}"))
    complete(app, number, procurement_method=form, **changes)
    return number


def firm_of(app: Flask, name: str) -> int:
    """Return a firm's id."""
    with session_of(app) as session:
        return session.scalars(sa.select(Firm.id).where(Firm.name == f"شرکت {name}")).one()


def form_faults(app: Flask, number: str) -> list[str]:
    """Return what the form of the call lacks."""
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        return [
            text
            for section, text in missing(ctx, tender_of(session, number))
            if section in {"invitations", "evaluation"}
        ]


def do(app: Flask, number: str, username: str, act: TenderAct, what: object) -> None:
    """Let somebody do an act."""
    with session_of(app) as session:
        advance(context_of(app, session, username), tender_of(session, number), act, what)


def called(app: Flask, number: str, names: tuple[str, ...], why: Justification = REASON) -> None:
    """Certify the reason and list the firms."""
    do(app, number, "manager", TenderAct.JUSTIFY, why)
    for name in names:
        do(app, number, "officer", TenderAct.INVITE_FIRM, Invited(firm_of(app, name)))


def published(app: Flask, number: str) -> None:
    """Publish the draft."""
    with session_of(app) as session:
        tender = tender_of(session, number)
        advance(context_of(app, session, "officer"), tender, TenderAct.SEND_FOR_APPROVAL)
        ready_keys(app, session, tender)
        advance(context_of(app, session, "manager"), tender, TenderAct.PUBLISH)


def test_r05_a_limited_call_needs_a_reason_and_three_invited_firms(app: Flask) -> None:
    number = limited(app)
    reason, firms = form_faults(app, number)
    assert "مدیرعامل باید دلیل" in reason
    assert "دست‌کم ۳ شرکت" in firms
    called(app, number, ("firm1", "firm2"))
    assert ["اکنون ۲ شرکت" in text for text in form_faults(app, number)] == [True]
    do(app, number, "officer", TenderAct.INVITE_FIRM, Invited(firm_of(app, "firm3")))
    assert form_faults(app, number) == []
    with pytest.raises(NotNow, match="در فهرست است"):
        do(app, number, "officer", TenderAct.INVITE_FIRM, Invited(firm_of(app, "firm3")))


def test_a_firm_is_taken_off_the_list_and_no_other(app: Flask) -> None:
    number = limited(app)
    called(app, number, ("firm1", "firm2", "firm3"))
    do(app, number, "officer", TenderAct.UNINVITE_FIRM, Invited(firm_of(app, "firm2")))
    with pytest.raises(NotNow, match="نیست"):
        do(app, number, "officer", TenderAct.UNINVITE_FIRM, Invited(firm_of(app, "firm4")))
    with session_of(app) as session:
        rows = invited(context_of(app, session, "officer"), tender_of(session, number))
        assert [row.firm.name for row in rows] == ["شرکت firm1", "شرکت firm3"]


def test_another_form_of_the_call_takes_the_certified_reason_back(app: Flask) -> None:
    number = limited(app)
    called(app, number, ("firm1", "firm2", "firm3"))
    changes = Changes({"procurement_method": ProcurementMethod.DIRECT, "method": Method.SINGLE_SOURCE})
    do(app, number, "officer", TenderAct.EDIT, changes)
    reason, one = form_faults(app, number)
    assert "دلیل" in reason
    assert "یک شرکت، و فقط یکی" in one


def test_invited_firms_alone_see_a_limited_call_are_told_and_bid(app: Flask) -> None:
    number = limited(app)
    called(app, number, ("firm1", "firm2", "firm3"))
    published(app, number)
    ids = {n: firm_of(app, f"firm{n}") for n in (1, 2, 3, 4)}
    with session_of(app) as session:
        papers = session.scalars(sa.select(IssuedDocument).where(IssuedDocument.tender_id.is_not(None))).all()
        letters = [p for p in papers if p.kind is DocumentKind.INVITATION]
        assert {p.firm_id for p in letters} == {ids[1], ids[2], ids[3]}
        assert [p for p in papers if p.kind is DocumentKind.NOTICE] == []
        assert all(not letter.is_public for letter in letters)
        told = session.scalars(
            sa.select(Person.username)
            .join(Message, Message.person_id == Person.id)
            .where(Message.subject == "شرکت شما به تسلیم پیشنهاد دعوت شد")
        )
        assert sorted(told) == ["firm1", "firm2", "firm3"]
        tender = tender_of(session, number)
        firm4 = session.get_one(Firm, ids[4])
        with pytest.raises(NotNow, match="فهرست دعوت‌شدگان"):
            begin(context_of(app, session, "firm4"), Bid, BidAct.START, Start(firm4, tender))
        firm1 = session.get_one(Firm, ids[1])
        assert begin(context_of(app, session, "firm1"), Bid, BidAct.START, Start(firm1, tender)).id
    address = f"/tenders/{number}"
    seen = {name: signed_in(app, name).get(address).status_code for name in ("firm1", "firm4", "officer", "evaluator1")}
    assert seen == {"firm1": 200, "firm4": 404, "officer": 200, "evaluator1": 200}
    assert app.test_client().get(address).status_code == 404
    assert number not in app.test_client().get("/").text


def test_r03_the_class_of_a_transaction_follows_its_estimate_to_the_rial() -> None:
    amounts = (2_850_000_000, 2_850_000_001, 28_500_000_000, 28_500_000_001)
    ceilings = Thresholds(2_850_000_000, 28_500_000_000)
    assert [size_of(a, ceilings) for a in amounts] == [
        SizeClass.SMALL,
        SizeClass.MEDIUM,
        SizeClass.MEDIUM,
        SizeClass.LARGE,
    ]


@pytest.mark.parametrize(
    ("basis", "what", "told"),
    [
        (LegalBasis.TENDER_ACT, Justification("دلیل", None), "یکی از دلیل‌های قانون"),
        (LegalBasis.TENDER_ACT, Justification("دلیل", DirectGround.RIGHTS_HOLDER), "یکی از دلیل‌های قانون"),
        (LegalBasis.TENDER_ACT, Justification("دلیل", DirectGround.WAIVER), "شماره گزارش"),
        (LegalBasis.CONSULTING_BYLAW, Justification("دلیل", DirectGround.MONOPOLY), "یکی از دلیل‌های آیین‌نامه"),
        (LegalBasis.CONSULTING_BYLAW, Justification("دلیل", DirectGround.OTHER_CASE), "شماره گزارش"),
        (LegalBasis.CONSULTING_BYLAW, Justification("دلیل", DirectGround.OTHER_CASE, "۴"), None),
    ],
)
def test_r04_one_firm_alone_is_asked_only_on_a_ground_of_its_own_law(
    sqlite_app: Flask, basis: LegalBasis, what: Justification, told: str | None
) -> None:
    number = limited(sqlite_app, ProcurementMethod.DIRECT, method=Method.SINGLE_SOURCE)
    with session_of(sqlite_app) as session:
        session.execute(sa.update(Tender).values(procedure=basis.value))
        tender, ctx = tender_of(session, number), context_of(sqlite_app, session, "manager")
        if told is None:
            advance(ctx, tender, TenderAct.JUSTIFY, what)
            assert (tender.direct_ground, tender.direct_report) == (what.ground, what.report)
        else:
            with pytest.raises(NotNow, match=told):
                advance(ctx, tender, TenderAct.JUSTIFY, what)


def test_r04_a_large_transaction_has_no_single_source_for_small_ones(sqlite_app: Flask) -> None:
    large = {"estimate": 28_500_000_001, "method": Method.SINGLE_SOURCE}
    number = limited(sqlite_app, ProcurementMethod.DIRECT, **large)
    with session_of(sqlite_app) as session:
        session.execute(sa.update(Tender).values(procedure="consulting_bylaw"))
    called(sqlite_app, number, ("firm1",), Justification("سابقه", DirectGround.BELOW_LARGE))
    assert ["نصاب معامله‌های بزرگ" in text for text in form_faults(sqlite_app, number)] == [True]
    do(sqlite_app, number, "officer", TenderAct.EDIT, Changes({"estimate": 28_500_000_000}))
    assert form_faults(sqlite_app, number) == []


@pytest.mark.parametrize("method", [Method.QUALITY_ONLY, Method.FIXED_BUDGET])
def test_r04_methods_of_the_bylaw_are_not_the_acts(sqlite_app: Flask, method: Method) -> None:
    number = limited(sqlite_app, ProcurementMethod.OPEN, method=method, budget=9_000_000_000)
    assert ["در قانون برگزاری مناقصات نیست" in text for text in form_faults(sqlite_app, number)] == [True]
    with session_of(sqlite_app) as session:
        tender, ctx = tender_of(session, number), context_of(sqlite_app, session, "officer")
        assert "بخش" in (refusal_of(ctx, tender, TenderAct.SEND_FOR_APPROVAL) or "")
        session.execute(sa.update(Tender).values(procedure="consulting_bylaw"))
    assert form_faults(sqlite_app, number) == []


def test_r04_the_single_source_method_and_form_go_together(sqlite_app: Flask) -> None:
    number = limited(sqlite_app, ProcurementMethod.OPEN, method=Method.SINGLE_SOURCE)
    assert ["با هم برگزیده می‌شوند" in text for text in form_faults(sqlite_app, number)] == [True]


def test_the_book_of_a_limited_call_is_read_by_those_who_see_its_page_and_proved_to_whoever_holds_a_copy(
    app: Flask,
) -> None:
    number = limited(app)
    called(app, number, ("firm1", "firm2", "firm3"))
    published(app, number)
    with session_of(app) as session:
        tender = tender_of(session, number)
        query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id)
        book = session.scalars(query.where(IssuedDocument.kind == DocumentKind.TENDER_DOCUMENTS)).one()
        code, digest = book.code, book.digest
        content = files_of(app.extensions["settings"]).read(book.file_key)
        addresses = [f"/papers/{code}.pdf", f"/tenders/{number}/documents/{tender.documents[0].id}"]
        said = text_of(app, book)
    assert ("فقط دعوت" in said, "بینیاز از حساب" in said.replace("\u200c", "")) == (True, False)
    stranger = app.test_client()
    known = {name: signed_in(app, name) for name in ("firm4", "firm1", "officer", "manager", "head", "evaluator1")}
    seen: dict[int, set[str]] = {}
    for who, client in {"stranger": stranger, **known}.items():
        for address in addresses:
            with client.get(address) as answer:
                seen.setdefault(answer.status_code, set()).add(who)
    assert seen == {404: {"stranger", "firm4"}, 200: {"firm1", "officer", "manager", "head", "evaluator1"}}
    for answer in (
        stranger.get("/verify", query_string={"code": code}),
        stranger.post("/verify", data={"file": (io.BytesIO(content), "book.pdf")}),
    ):
        assert "این سند صادرشده همین سامانه است" in answer.text
        assert digest in answer.text
        assert "/papers/" not in answer.text
        assert f"/tenders/{number}" not in answer.text
