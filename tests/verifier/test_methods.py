"""Case files of other methods and of the consulting by-law: whole in both verifiers."""

import pytest

from tender_app.config import Settings
from tender_app.demo.case import Watched
from tender_app.dossier import case_file
from tender_app.people.models import Person
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.tenders.rules import Method
from tender_app.worker import Worker
from tests.journeys.test_methods import ACT, BYLAW, DIRECT, OPEN, SELECTIVE, played
from tests.verifier.conftest import Verifier
from tests.verifier.script import by_script

WAYS = pytest.mark.parametrize(
    "way",
    [
        (ACT, OPEN, Method.LEAST_COST),
        (BYLAW, OPEN, Method.WEIGHTED_PRICE),
        (BYLAW, SELECTIVE, Method.QUALITY_ONLY),
        (BYLAW, OPEN, Method.FIXED_BUDGET),
        (BYLAW, DIRECT, Method.SINGLE_SOURCE),
    ],
    ids=lambda way: f"{way[0].value}-{way[2].value}",
)


def case_of(installation: tuple[Database, Settings], way: tuple[object, object, Method]) -> bytes:
    """Play such a tender to its contract with the receipt log beside it, and return its case file."""
    database, settings = installation
    with database.write() as session:
        clock.begin_demonstration(session)
        stage = Watched(session, settings, clock.true_now(session), worker=Worker(database, settings))
        contract = played(stage, *way)  # type: ignore[arg-type]
        stage.later(hours=1)
        stage.watch()
        auditor = session.query(Person).filter_by(username="auditor").one()
        return b"".join(case_file.streamed(stage.by(auditor), contract.tender))


@WAYS
def test_it_is_whole(installation: tuple[Database, Settings], way: tuple[object, object, Method]) -> None:
    assert by_script(case_of(installation, way)) == set()


@pytest.mark.browser
@WAYS
def test_the_page_finds_it_whole_too(
    installation: tuple[Database, Settings], by_page: Verifier, way: tuple[object, object, Method]
) -> None:
    assert by_page(case_of(installation, way)) == set()
