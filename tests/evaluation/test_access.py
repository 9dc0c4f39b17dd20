"""Planted figures, reasons and texts of evaluation, looked for on every page, in every export and in every mail of whoever must not read them."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.explanation_models import ExplanationFile, ExplanationVote, PriceExplanation
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.kernel import money
from tender_app.kernel.vocabulary import Role
from tender_app.notifications.models import Message
from tender_app.people.models import Capacity, Person
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.documents.reading import extracted
from tests.make import session_of, signed_in

PRICE = 7_313_131_313
POINTS = Decimal("61.37")
ASIDE = {"static", "accounts.sign_out"}


def pages_of(app: Flask, number: str, ids: dict[str, Iterable[object]]) -> list[str]:
    """Return every address of a tender's pages, exports and files, with each of these ids in its place."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "number" in rule.arguments and rule.endpoint not in ASIDE:
            plain = re.sub(r"<(?:\w+:)?number>", number, rule.rule)
            plain = plain.replace("<section>", "money").replace("<kind>", "c").replace("<token>", "x")
            found += list(filled(plain, ids))
    return found


def filled(address: str, ids: dict[str, Iterable[object]]) -> Iterator[str]:
    """Give the address with each id where it names one; 1 where none is planted."""
    place = re.search(r"<(?:\w+:)?(\w+)>", address)
    if place is None:
        yield address
        return
    for value in ids.get(place[1], (1,)):
        yield from filled(address.replace(place[0], str(value), 1), ids)


def told_to(app: Flask, username: str | None, addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give (where, text) of everything that somebody is answered at these addresses and at home, and mailed."""
    client = signed_in(app, username) if username else app.test_client()
    for address in (*addresses, "/desk", "/messages", "/"):
        with client.get(address) as answer:
            content = answer.data
        text = extracted(content) if content.startswith(b"%PDF") else content.decode(errors="replace")
        yield address, text
    if username:
        with session_of(app) as session:
            query = sa.select(Message).join(Person, Person.id == Message.person_id).where(Person.username == username)
            for mail in session.scalars(query):
                yield f"mail {mail.id}", f"{mail.subject} {mail.body}"


def leaks(
    app: Flask, who: Iterable[str | None], addresses: list[str], canaries: Iterable[str]
) -> list[tuple[str, ...]]:
    """Return (who, where, canary) of every canary that somebody reads."""
    return [
        (str(name), where, canary)
        for name in who
        for where, text in told_to(app, name, addresses)
        for canary in canaries
        if canary in text
    ]


def tender_at(session: Session, state: TenderState) -> Tender:
    """Return the newest tender of the first company in a state."""
    query = sa.select(Tender).where(Tender.state == state, Tender.number.startswith("QZ-"))
    found = session.scalars(query.order_by(Tender.id.desc())).first()
    assert found is not None
    return found


def papers_of(session: Session, tender: Tender) -> list[str]:
    """Return the codes of every paper of a tender."""
    return list(session.scalars(sa.select(IssuedDocument.code).where(IssuedDocument.tender_id == tender.id)))


def test_scores_before_ones_own_sheet_and_prices_before_the_lock_are_read_by_nobody(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_at(session, TenderState.TECHNICAL)
        sheet = session.scalars(
            sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.CONFIRMED)
        ).one()
        session.execute(
            sa.update(Score).where(Score.sheet_id == sheet.id).values(points=POINTS, reason="قناری دلیل همکار")
        )
        bids = session.scalars(
            sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == BidState.UNDER_EVALUATION)
        ).all()
        session.add(Price(bid_id=bids[0].id, total=PRICE, phases=[{"title": "قناری مرحله", "amount": PRICE}]))
        owner, sheets = session.get_one(Person, sheet.person_id).username, f"/tenders/{tender.number}/scores"
        ids: dict[str, Iterable[object]] = {"bid_id": [b.id for b in bids], "sheet_id": [sheet.id]}
        addresses = pages_of(demo, tender.number, ids)
        addresses += [f"/papers/{code}.pdf" for code in papers_of(session, tender)]
    people = [n for n in ("evaluator1", "evaluator2", "evaluator3") if n != owner]
    others = [*people, "officer", "secretary", "head", "auditor", "firm1", None]
    assert leaks(demo, others, addresses, ["قناری دلیل همکار", "۶۱٫۳۷"]) == []
    assert leaks(demo, [owner, "manager"], addresses, [money.grouped(PRICE), str(PRICE), "قناری مرحله"]) == []
    own = {where for _who, where, _canary in leaks(demo, [owner], addresses, ["قناری دلیل همکار"])}
    assert {f"{sheets}/{bid}" for bid in ids["bid_id"]} <= own  # the planted words are where they should be


def test_a_sealed_tenders_bidders_are_named_to_no_bystander(demo: Flask) -> None:
    with session_of(demo) as session:
        query = sa.select(Tender).join(Bid, Bid.tender_id == Tender.id).where(Tender.state == TenderState.PUBLISHED)
        tender = session.scalars(query.where(Bid.state == BidState.SUBMITTED).distinct()).first()
        assert tender is not None
        bids = session.scalars(sa.select(Bid).where(Bid.tender_id == tender.id)).all()
        names = {b.firm.name for b in bids}
        receipts = {b.receipt_no for b in bids if b.receipt_no}
        addresses = pages_of(demo, tender.number, {"bid_id": [b.id for b in bids]})
    assert names
    people = ["evaluator1", "technical", None]
    found = leaks(demo, people, addresses, names | receipts)
    assert [
        leak for leak in found if leak[1].startswith("/tenders/")
    ] == []  # elsewhere firms are named for what they won


def test_bidders_are_named_to_an_evaluator_only_after_the_first_declaration(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_at(session, TenderState.TECHNICAL)
        sheet = session.scalars(
            sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.SCORING)
        ).first()
        assert sheet is not None
        owner = session.get_one(Person, sheet.person_id).username
        bids = session.scalars(sa.select(Bid).where(Bid.tender_id == tender.id, Bid.receipt_no.is_not(None))).all()
        for place, bid in enumerate(bids):
            bid.firm.name = f"قناری نام {place}"
        ids: dict[str, Iterable[object]] = {"bid_id": [b.id for b in bids], "sheet_id": [sheet.id]}
        addresses = pages_of(demo, tender.number, ids)
    named = {where for _who, where, _canary in leaks(demo, [owner], addresses, ["قناری نام"])}
    assert f"/tenders/{tender.number}/scores" in named  # the planted words are where they should be
    with session_of(demo) as session:
        session.get_one(ScoreSheet, sheet.id).state = SheetState.INVITED
    found = {where for _who, where, _canary in leaks(demo, [owner], addresses, ["قناری نام"])}
    assert found <= {"/"}  # the board names firms for what they won


@pytest.fixture
def contracted(demo: Flask) -> tuple[Flask, str, list[str], str]:
    """Give the demonstration with canaries in an explanation and in a losing bid's scores: its tender's addresses, and whose they are."""
    with session_of(demo) as session:
        asked = session.scalars(sa.select(PriceExplanation)).one()
        asked.question, asked.answer, asked.reason = "قناری پرسش", "قناری پاسخ", "قناری تصمیم"
        for vote in session.scalars(sa.select(ExplanationVote)):
            vote.reason = "قناری رأی"
        file = ExplanationFile(
            explanation_id=asked.id,
            file_name="قناری.pdf",
            media_type="application/pdf",
            file_key="-",
            digest="f" * 64,
            size=1,
        )
        session.add(file)
        session.flush()
        tender = asked.tender
        session.execute(sa.update(Score).where(Score.bid_id == asked.bid_id).values(reason="قناری دلیل", points=POINTS))
        bids = session.scalars(sa.select(Bid.id).where(Bid.tender_id == tender.id)).all()
        ids: dict[str, Iterable[object]] = {"bid_id": bids, "explanation_id": [asked.id], "file_id": [file.id]}
        debriefs = sa.select(IssuedDocument.code).where(
            IssuedDocument.tender_id == tender.id, IssuedDocument.kind == DocumentKind.DEBRIEF
        )
        addresses = pages_of(demo, tender.number, ids)
        addresses += [f"/papers/{code}.pdf" for code in session.scalars(debriefs)]
        addresses += [f"/verify?code={code}" for code in session.scalars(debriefs)]
        owner = session.scalars(
            sa.select(Person.username)
            .join(Capacity, Capacity.person_id == Person.id)
            .where(Capacity.role == Role.FIRM, Capacity.scope_id == asked.firm_id)
        ).first()
        assert owner is not None
        return demo, tender.number, addresses, owner


def test_explanations_and_debriefs_of_others_are_read_by_no_bidder_and_no_bystander(
    contracted: tuple[Flask, str, list[str], str],
) -> None:
    app, number, addresses, owner = contracted
    others = [name for name in ("firm1", "firm2", "firm3") if name != owner]
    assert leaks(app, [*others, "nm.officer", None], addresses, ["قناری"]) == []
    told = ["قناری پرسش", "قناری پاسخ", "قناری تصمیم", "قناری رأی"]
    assert leaks(app, ["evaluator1", "officer"], addresses, told) == []  # who scored or bought, and decides on no price
    read = {where for _who, where, _canary in leaks(app, [owner], addresses, ["قناری"])}
    assert {f"/tenders/{number}/bid/price-explanation"} <= read  # the planted words are where they should be
