"""The case file over HTTP: for the auditor alone, from the opening on, and with no more than the law lets them see by then."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.sealing.models import SealedEnvelope
from tender_app.store import clock
from tender_app.store.files import headers_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.worker import Worker
from tests.make import session_of, signed_in
from tests.verifier.script import by_script

FIGURES = {"scores.json", "prices.json", "cases.json", "ranking.json", "contract.json"}


def number_of(app: Flask, state: TenderState) -> str:
    with session_of(app) as session:
        return str(session.scalars(sa.select(Tender.number).where(Tender.state == state).limit(1)).one())


def case_of(app: Flask, state: TenderState, username: str = "auditor") -> Any:
    return signed_in(app, username).get(f"/tenders/{number_of(app, state)}/case.zip")


def names_in(data: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return set(archive.namelist())


def test_the_auditor_has_everything_once_the_contract_is_issued(demo: Flask) -> None:
    answer = case_of(demo, TenderState.CONTRACTED)
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=case-QZ-")
    assert names_in(answer.data) >= FIGURES


def test_before_scores_are_locked_it_holds_neither_scores_nor_prices(demo: Flask) -> None:
    names = names_in(case_of(demo, TenderState.TECHNICAL).data)
    assert not names & FIGURES
    assert any(name.startswith("receipts/R-") for name in names)


def test_before_the_opening_there_is_none(demo: Flask) -> None:
    assert case_of(demo, TenderState.PUBLISHED).status_code == 404


@pytest.mark.parametrize("username", ["officer", "manager", "secretary", "head", "evaluator1", "firm1", "nm.auditor"])
def test_nobody_but_the_auditor_of_the_organisation_has_it(demo: Flask, username: str) -> None:
    assert case_of(demo, TenderState.CONTRACTED, username).status_code == 404


def test_only_the_auditor_is_offered_it(demo: Flask) -> None:
    number = number_of(demo, TenderState.CONTRACTED)
    for path in (f"/tenders/{number}", f"/tenders/{number}/ledger"):
        assert f"/tenders/{number}/case.zip" in signed_in(demo, "auditor").get(path).text
        assert f"/tenders/{number}/case.zip" not in signed_in(demo, "officer").get(path).text


def test_no_header_of_an_envelope_is_in_it(demo: Flask) -> None:
    data = case_of(demo, TenderState.CONTRACTED).data
    assert b"age-encryption.org" not in data
    with session_of(demo) as session:
        keys = session.scalars(sa.select(SealedEnvelope.header_key)).all()
    headers = headers_of(demo.extensions["settings"])
    assert not any(headers.read(key) in data for key in keys)


def test_the_verifier_finds_it_whole_once_the_log_has_begun(demo: Flask) -> None:
    """The demonstration is played before its worker ever beat: the first leaf that follows takes all its acts."""
    worker = Worker(demo.extensions["database"], demo.extensions["settings"])
    worker.beat()
    with session_of(demo) as session:
        clock.move_forward(session, dt.timedelta(minutes=1))
    worker.beat()
    for state in (TenderState.CONTRACTED, TenderState.TECHNICAL):
        assert by_script(case_of(demo, state).data) == set()
