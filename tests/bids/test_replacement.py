"""A seat of the commission passes after publication: the leaving share ends, the others' quorum makes shares anew."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.accounts.rules import NewPerson, PersonAct
from tender_app.awards.rules import Ballot
from tender_app.bids import quorum
from tender_app.bids.ceremony import gathered
from tender_app.bids.key_rules import Given, KeysFor
from tender_app.bids.replacement import NewMember
from tender_app.demo.stage import PASSPHRASE, PASSWORD, Stage, give_key
from tender_app.kernel.errors import Invalid, NotAllowed, NotNow
from tender_app.kernel.identifiers import make_national_code
from tender_app.kernel.vocabulary import Role
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.people.models import Person
from tender_app.sealing import sessions
from tender_app.sealing.keys import keys_of, shares_of
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Matter, Present, TenderAct, TenderState
from tender_app.workflow.engine import advance, begin, refusal_of
from tests.bids import ground
from tests.bids.ground import FURNITURE, LEATHER, OLIVE, number_of, tender_on
from tests.bids.test_keys import lose_key
from tests.keys import keys_for, open_on_pages, with_keys
from tests.make import context_of, session_of, signed_in

ORDER = "حکم ۱۴۰۵/۷۷ مورخ ۱۴۰۵/۰۹/۰۵"


def hire(app: Flask, session: Session, name: str = "heir", *, with_key: bool = True) -> int:
    """Add a person to the staff, with an opening passphrase or without; return the id."""
    admin, officer = context_of(app, session, "admin"), session.scalars(sa.select(Person).filter_by(username="officer"))
    what = NewPerson(
        f"کارشناس {name}", name, PASSWORD, "کارشناس مالی", officer.one().organisation_id, make_national_code(991_733)
    )
    person = begin(admin, Person, PersonAct.ADD_PERSON, what)
    if with_key:
        give_key(Stage(session, app.extensions["settings"], admin.now), person)
    return person.id


def person_id(app: Flask, session: Session, name: str) -> int:
    return context_of(app, session, name).actor.person_id or 0


def pass_seat(app: Flask, session: Session, tender: Tender, role: Role, heir: int, leaving: str) -> None:
    """Let the manager name a new member."""
    what = NewMember(role, heir, person_id(app, session, leaving), ORDER)
    advance(context_of(app, session, "manager"), tender, TenderAct.REPLACE_MEMBER, what)


def give(app: Flask, session: Session, tender: Tender, name: str) -> None:
    """Let a member give a share for the opening of envelopes الف."""
    ctx = context_of(app, session, name)
    what = Given("open_a", ctx.actor.person_id or 0, PASSPHRASE.format(name))
    advance(ctx, tender, TenderAct.GIVE_SHARE, what)


def test_a_seat_passes_and_the_others_quorum_makes_shares_for_the_new_member(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, heir = tender_on(session, LEATHER), hire(demo, session)
        recipients = {k.recipient for k in keys_of(context_of(demo, session, "head"), tender.id).values()}
        leaving = person_id(demo, session, "finance")
        pass_seat(demo, session, tender, Role.FINANCE, heir, "finance")
        head = context_of(demo, session, "head")
        assert FACTS.of(head, tender).holders(Role.FINANCE) == [heir]
        assert leaving not in quorum.KEYS.of(head, tender).holders
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == TenderAct.REPLACE_MEMBER)).one()
        assert entry.detail == {"seats": [["commission_finance", heir]], "instead": leaving, "basis": ORDER}
        told = session.scalars(
            sa.select(Message.person_id).where(Message.tender_id == tender.id, Message.at == entry.at)
        )
        assert set(told) == {heir, leaving, head.actor.person_id}
        keys = keys_for(demo, session, tender, TenderAct.RENEW_SHARES, givers=("head", "technical"))
        advance(context_of(demo, session, "head"), tender, TenderAct.RENEW_SHARES, keys)
        assert {k.recipient for k in keys_of(context_of(demo, session, "head"), tender.id).values()} == recipients
        ground.meet(demo, session, tender)
        assert "جلسه رسمیت ندارد" in (refusal_of(context_of(demo, session, "head"), tender, TenderAct.OPEN_A) or "")
        register(demo, session, tender, [heir])
        keys = keys_for(demo, session, tender, TenderAct.OPEN_A, givers=("heir", "technical"))
        advance(context_of(demo, session, "head"), tender, TenderAct.OPEN_A, keys)
        assert tender.state is TenderState.OPENED_A


def register(app: Flask, session: Session, tender: Tender, present: list[int]) -> None:
    advance(context_of(app, session, "secretary"), tender, TenderAct.REGISTER_ATTENDANCE, Present(tuple(present), ()))


def test_who_left_gives_no_share_even_in_a_session_that_had_begun(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, heir = tender_on(session, LEATHER), hire(demo, session)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        advance(head, tender, TenderAct.BEGIN_KEYS, KeysFor("open_a", sessions.passing_key()[1]))
        give(demo, session, tender, "finance")
        pass_seat(demo, session, tender, Role.FINANCE, heir, "finance")
        assert sessions.standing(head, tender.id, "open_a") is None
        advance(
            context_of(demo, session, "head"),
            tender,
            TenderAct.BEGIN_KEYS,
            KeysFor("open_a", sessions.passing_key()[1]),
        )
        with pytest.raises(NotAllowed):
            give(demo, session, tender, "finance")
        with pytest.raises(Invalid, match="سهم‌ها باید از نو ساخته شود"):
            give(demo, session, tender, "heir")
        keys = keys_of(head, tender.id).values()
        assert heir not in {s.member_key.person_id for s in shares_of(head, keys)}
        assert len(shares_of(head, keys)) == 2 * 2


def test_opening_is_refused_until_enough_shares_stand(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, heir = tender_on(session, LEATHER), hire(demo, session)
        lose_key(demo, session, "technical")
        lose_key(demo, session, "finance")
        pass_seat(demo, session, tender, Role.FINANCE, heir, "finance")
        for act in (TenderAct.OPEN_A, TenderAct.RENEW_SHARES):
            register(demo, session, tender, [heir, *(person_id(demo, session, n) for n in ("head", "technical"))])
            reason = refusal_of(context_of(demo, session, "head"), tender, act) or ""
            assert "سهم‌های سالم کلید این مناقصه ۱ است و دست‌کم ۲ سهم لازم است" in reason
        number = tender.number
    assert "راه قانونی، تجدید مناقصه است" in signed_in(demo, "manager").get(f"/tenders/{number}/keys").text


def test_a_share_that_is_still_needed_does_not_leave(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, heir = tender_on(session, LEATHER), hire(demo, session)
        lose_key(demo, session, "technical")
        with pytest.raises(NotNow, match="با رفتن این عضو ۱ سهم سالم می‌ماند و ۲ سهم لازم است"):
            pass_seat(demo, session, tender, Role.FINANCE, heir, "finance")
        pass_seat(demo, session, tender, Role.TECHNICAL, heir, "technical")  # whose share is lost anyway


@pytest.mark.parametrize("name", ["officer", "head", "secretary", "auditor", "nm.manager"])
def test_nobody_but_the_manager_names_a_member(demo: Flask, name: str) -> None:
    with session_of(demo) as session:
        tender, heir = tender_on(session, LEATHER), hire(demo, session)
        what = NewMember(Role.FINANCE, heir, person_id(demo, session, "finance"), ORDER)
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, name), tender, TenderAct.REPLACE_MEMBER, what)


def test_a_new_member_is_of_the_staff_without_another_seat_and_with_a_key(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, keyless = tender_on(session, LEATHER), hire(demo, session, with_key=False)
        for heir, told in (
            (keyless, "هنوز گذرعبارت گشایش ندارد"),
            (person_id(demo, session, "evaluator1"), "در همین مناقصه سمتی دارد"),
            (person_id(demo, session, "nm.head"), "کارکنان فعال همین سازمان"),
            (person_id(demo, session, "firm1"), "کارکنان فعال همین سازمان"),
        ):
            with pytest.raises(NotNow, match=told):
                pass_seat(demo, session, tender, Role.FINANCE, heir, "finance")
        with pytest.raises(NotNow, match="این کرسی همان نیست که دیدید"):
            pass_seat(demo, session, tender, Role.FINANCE, keyless, "technical")


def test_after_the_keys_last_use_and_before_publication_no_seat_passes_so(demo: Flask) -> None:
    with session_of(demo) as session:
        heir = hire(demo, session)
        for state in (TenderState.PREPARING, TenderState.PRICES_OPENED, TenderState.CONTRACTED):
            query = sa.select(Tender).where(Tender.state == state, Tender.number.startswith("QZ-"))
            for tender in session.scalars(query):
                with pytest.raises(NotNow, match="شدنی نیست"):
                    pass_seat(demo, session, tender, Role.FINANCE, heir, "finance")


def test_a_seat_votes_once_in_a_round_whoever_sits_in_it(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, heir = tender_on(session, FURNITURE), hire(demo, session)
        ballot = Ballot(Matter.CANCELLATION, is_for=True)
        advance(context_of(demo, session, "finance"), tender, TenderAct.VOTE, ballot)
        pass_seat(demo, session, tender, Role.FINANCE, heir, "finance")
        with pytest.raises(NotNow, match="رأی این کرسی در این دور پیش از شما ثبت شده است"):
            advance(context_of(demo, session, "heir"), tender, TenderAct.VOTE, ballot)


def test_the_manager_replaces_a_member_on_the_page_and_the_head_makes_the_shares_anew(demo: Flask) -> None:
    with session_of(demo) as session:
        heir = hire(demo, session)
    number = number_of(demo, OLIVE)
    manager, address = signed_in(demo, "manager"), f"/tenders/{number}/keys/member"
    assert address in manager.get(f"/tenders/{number}/keys").text
    seat = re.findall(r'value="(commission_technical:\d+)"', manager.get(address).text)[0]
    empty = manager.post(address, data={"seat": seat, "person": str(heir), "basis": ""})
    assert (empty.status_code, "حکم یا دلیل جانشینی را بنویسید" in empty.text) == (422, True)
    assert manager.post(address, data={"seat": seat, "person": str(heir), "basis": ORDER}).status_code == 302
    again = manager.post(address, data={"seat": seat, "person": str(heir), "basis": ORDER})
    assert again.status_code in (409, 422)
    assert "هنوز سهمی از کلید ندارند: کارشناس heir" in manager.get(f"/tenders/{number}/keys").text
    clients = {name: signed_in(demo, name) for name in ("head", "finance")}
    assert "ساختن دوباره سهم‌های کلید" in clients["head"].get("/desk").text
    assert open_on_pages(clients, number, TenderAct.RENEW_SHARES).status_code == 302
    assert "هنوز سهمی از کلید ندارند" not in manager.get(f"/tenders/{number}/keys").text
    assert "ساختن دوباره سهم‌های کلید" not in clients["head"].get("/desk").text
    shown = signed_in(demo, "auditor").get(f"/tenders/{number}/ledger").text
    assert [word in shown for word in ("گماردن جانشین عضو کمیسیون", "کارشناس heir")] == [True, True]


def test_the_renewed_shares_of_a_replaced_head_open_too(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, heir = tender_on(session, LEATHER), hire(demo, session)
        pass_seat(demo, session, tender, Role.HEAD, heir, "head")
        with pytest.raises(NotAllowed):
            with_keys(demo, session, tender, TenderAct.RENEW_SHARES)
        secret, recipient = sessions.passing_key()
        new_head = context_of(demo, session, "heir")
        advance(new_head, tender, TenderAct.BEGIN_KEYS, KeysFor("renew_shares", recipient))
        for name in ("finance", "technical"):
            ctx = context_of(demo, session, name)
            what = Given("renew_shares", ctx.actor.person_id or 0, PASSPHRASE.format(name))
            advance(ctx, tender, TenderAct.GIVE_SHARE, what)
        advance(new_head, tender, TenderAct.RENEW_SHARES, gathered(new_head, tender, TenderAct.RENEW_SHARES, secret))
        assert quorum.KEYS.of(context_of(demo, session, "heir"), tender).holders == {
            heir, *(person_id(demo, session, n) for n in ("finance", "technical")),
        }  # fmt: skip
