"""A change of law adds a version: new cases begin in it, running ones keep what they began with."""

import copy
import dataclasses
from typing import Any

import pytest
from flask import Flask

from tender_app.clusters.models import Cluster
from tender_app.kernel.errors import NotNow
from tender_app.procedures import consulting_bylaw, tender_act
from tender_app.tenders.models import Tender
from tender_app.tenders.procurement import LegalBasis
from tender_app.tenders.rules import Draft, Reason, TenderAct, TenderState
from tender_app.workflow import engine
from tender_app.workflow.engine import advance, begin, install, offers, procedure_of
from tender_app.workflow.table import swapped
from tests.make import context_of, session_of
from tests.tenders.ground import complete, draft, licensed, settle, tender_of


@pytest.fixture
def own_law(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a test installs end with the test."""
    del sqlite_app  # what it installs stays
    for name in ("_procedures", "_current"):
        monkeypatch.setattr(engine, name, copy.deepcopy(getattr(engine, name), _kept(engine.installed())))


def _kept(values: list[Any]) -> dict[int, Any]:
    """Return what a deep copy is not to copy: the procedures themselves."""
    return {id(value): value for value in values}


@pytest.mark.usefixtures("own_law")
def test_a_running_tender_keeps_the_version_that_it_began_with(sqlite_app: Flask) -> None:
    number = draft(sqlite_app, settle(sqlite_app))
    complete(sqlite_app, number)
    moves = swapped(tender_act.PROCEDURE.moves, leaving_out={TenderAct.RECORD_INSERTION})
    install(dataclasses.replace(tender_act.PROCEDURE, version=2, moves=moves))
    with session_of(sqlite_app) as session:
        old = tender_of(session, number)
        officer = context_of(sqlite_app, session, "officer")
        other = licensed(officer, old.organisation, "stone")
        new = begin(officer, Tender, TenderAct.PREPARE, Draft(other))
        assert [(t.procedure, t.version) for t in (old, new)] == [("tender_act", 1), ("tender_act", 2)]
        assert procedure_of(old) is tender_act.PROCEDURE
        assert [TenderAct.RECORD_INSERTION in {o.act for o in offers(officer, t)} for t in (old, new)] == [True, False]
        with pytest.raises(NotNow, match="شدنی نیست"):
            advance(officer, new, TenderAct.RECORD_INSERTION)
        advance(officer, old, TenderAct.SEND_FOR_APPROVAL)
        advance(context_of(sqlite_app, session, "manager"), old, TenderAct.RETURN_DRAFT, Reason("روشن نیست"))
        assert (old.state, old.version) == (TenderState.PREPARING, 1)


def test_a_tender_begins_under_the_law_that_its_draft_names(sqlite_app: Flask) -> None:
    cluster = settle(sqlite_app)
    with session_of(sqlite_app) as session:
        officer = context_of(sqlite_app, session, "officer")
        what = Draft(session.get_one(Cluster, cluster), basis=LegalBasis.CONSULTING_BYLAW)
        made = begin(officer, Tender, TenderAct.PREPARE, what)
        assert procedure_of(made) is consulting_bylaw.PROCEDURE
        assert (made.legal_basis, made.has_envelope_a) == (LegalBasis.CONSULTING_BYLAW, False)
        assert TenderAct.OPEN_A not in {m.act for m in procedure_of(made).moves}


def test_a_procedure_with_rows_of_states_that_it_skips_is_refused() -> None:
    with pytest.raises(ValueError, match="rows of skipped states"):
        dataclasses.replace(tender_act.PROCEDURE, key="other", skips=frozenset({TenderState.OPENED_A}))
