"""A tender of each legal basis, form and method goes from its draft to a contract, by the acts that the pages do."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from tender_app.config import Settings
from tender_app.contracts.models import Contract
from tender_app.demo import seed
from tender_app.demo.stage import Stage, found_company, workday
from tender_app.kernel import calendar
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.tenders.procurement import LegalBasis, ProcurementMethod
from tender_app.tenders.rules import Method, TenderState

ACT, BYLAW = LegalBasis.TENDER_ACT, LegalBasis.CONSULTING_BYLAW
OPEN, SELECTIVE, DIRECT = ProcurementMethod.OPEN, ProcurementMethod.SELECTIVE, ProcurementMethod.DIRECT
PRICES = (8_300_000_000, 9_400_000_000, 9_750_000_000)
WAYS = [  # basis, form, method, the contract's amount
    (ACT, OPEN, Method.WEIGHTED_PRICE, 9_750_000_000),
    (ACT, SELECTIVE, Method.QCBS, 9_750_000_000),
    (ACT, OPEN, Method.LEAST_COST, 9_400_000_000),
    (ACT, DIRECT, Method.SINGLE_SOURCE, 9_457_500_000),
    (BYLAW, OPEN, Method.WEIGHTED_PRICE, 9_750_000_000),
    (BYLAW, SELECTIVE, Method.QCBS, 9_750_000_000),
    (BYLAW, OPEN, Method.LEAST_COST, 9_400_000_000),
    (BYLAW, SELECTIVE, Method.QUALITY_ONLY, 9_457_500_000),
    (BYLAW, OPEN, Method.FIXED_BUDGET, 9_400_000_000),
    (BYLAW, DIRECT, Method.SINGLE_SOURCE, 9_457_500_000),
]


def played(stage: Stage, basis: LegalBasis, form: ProcurementMethod, method: Method) -> Contract:
    """Play such a tender to its contract; a fixed budget is under the dearest price."""
    first = workday(calendar.today(stage.now + dt.timedelta(days=1)))
    stage.at(first - dt.timedelta(days=200), 9)
    company = found_company(stage, stage.administrator(), seed.QAZVIN, seed.STAFF, "")
    firms = seed.firms_of(stage, company)
    cluster = seed.map_of(stage, company, calendar.jalali_year(first))["olive"]
    terms = replace(
        seed.OLIVE,
        basis=basis,
        form=form,
        method=method,
        technical_share=Decimal("0.7") if method is Method.QCBS else None,
        budget=9_500_000_000 if method is Method.FIXED_BUDGET else None,
    )
    invited = {OPEN: [], SELECTIVE: firms, DIRECT: firms[2:]}[form]
    tender = seed.published(stage, company, cluster, terms, first, invited)
    return seed.to_contract(stage, company, tender, firms, PRICES)


@pytest.mark.parametrize(("basis", "form", "method", "amount"), WAYS, ids=lambda w: getattr(w, "value", ""))
def test_a_tender_of_each_basis_and_method_ends_in_its_contract(
    installation: tuple[Database, Settings], basis: LegalBasis, form: ProcurementMethod, method: Method, amount: int
) -> None:
    database, settings = installation
    with database.transaction() as session:
        clock.begin_demonstration(session)
        contract = played(Stage(session, settings, clock.true_now(session)), basis, form, method)
        assert contract.amount == amount
        assert sum(phase.amount for phase in contract.phases) == amount
        assert contract.tender.state is TenderState.CONTRACTED
        assert (contract.tender.procedure, contract.tender.version) == (basis.value, 1)
