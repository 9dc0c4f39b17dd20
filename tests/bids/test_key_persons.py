"""Key persons: kept when an envelope is opened, and one person in two bids is told to whoever may read both (R45)."""

from typing import Any

from flask import Flask

from tender_app.bids import key_persons
from tender_app.bids.contents import Member
from tender_app.bids.key_person_models import KeyPerson
from tender_app.bids.likeness import Proposed, hints
from tender_app.bids.rules import BidState
from tender_app.evaluation.rules import SheetState
from tender_app.kernel.vocabulary import Role
from tender_app.tenders.rules import TenderState
from tests.evaluation.ground import bid_in, ground_in, sheet_in, tender_in
from tests.make import session_of

CODE, OTHER = "0012345679", "0499370899"


def test_one_code_in_two_bids_is_one_person_however_the_name_is_written() -> None:
    people = [Proposed("الف", "مریم احمدی", CODE), Proposed("ب", "مريم  احمدي", CODE), Proposed("ب", "رضا ملکی", OTHER)]
    (told,) = hints(people)
    assert told.startswith("الف، ب: «مریم احمدی» با یک کد ملی")


def test_a_name_alone_is_a_possible_person_where_one_of_the_two_gives_no_code() -> None:
    people = [Proposed("الف", "علی‌رضا کریمی"), Proposed("ب", "علیرضا كريمي", CODE)]
    (told,) = hints(people)
    assert "شاید یک نفر است" in told


def test_two_codes_under_one_name_are_two_people_and_a_firms_own_rows_are_nothing() -> None:
    assert hints([Proposed("الف", "مریم احمدی", CODE), Proposed("ب", "مریم احمدی", OTHER)]) == []
    assert hints([Proposed("الف", "مریم احمدی", CODE), Proposed("الف", "مریم احمدی", CODE)]) == []


def test_what_an_envelope_states_is_kept_as_figures_where_it_states_figures(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL)
        bid = bid_in(ground, tender, "A", BidState.UNDER_EVALUATION)
        team = [
            Member("مریم احمدی", "عامل", "۱۲", "۰۰۱۲۳۴۵۶۷۹", "دکتری", "گواهی", "۱۰۰"),
            Member("رضا ملکی", "دستیار", "بسیار", "123", share="101"),
        ]
        key_persons.keep(ground.by(Role.HEAD), bid, team)
        session.flush()
        rows = session.query(KeyPerson).order_by(KeyPerson.id).all()
        assert [(p.national_code, p.years, p.share, p.degree) for p in rows] == [
            (CODE, 12, 100, "دکتری"),
            ("", None, None, ""),
        ]


def test_only_who_may_read_the_envelopes_is_told_of_a_shared_person(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL)
        for name in ("A", "B"):
            bid = bid_in(ground, tender, name, BidState.UNDER_EVALUATION)
            key_persons.keep(ground.by(Role.HEAD), bid, [Member("مریم احمدی", "عامل", "12", CODE)])
        sheet_in(ground, tender, "evaluator1", SheetState.SCORING)
        sheet_in(ground, tender, "evaluator2", SheetState.INVITED)
        session.flush()

        def told(who: Any) -> int:
            return sum("مریم احمدی" in text for text in key_persons.shared(ground.by(who), tender))

        assert {
            who: told(who) for who in (Role.HEAD, Role.AUDITOR, "evaluator1", "evaluator2", Role.OFFICER, "firm A")
        } == {
            Role.HEAD: 1,
            Role.AUDITOR: 1,
            "evaluator1": 1,
            "evaluator2": 0,  # no conflict declared yet
            Role.OFFICER: 0,
            "firm A": 0,
        }
