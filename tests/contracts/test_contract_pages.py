"""The pages of decision and contract over HTTP, on the demonstration."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tender_app.clusters.models import Cluster
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractState
from tender_app.people.models import Firm
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import session_of, signed_in


def contract_ids(app: Flask) -> list[int]:
    with session_of(app) as session:
        return list(session.scalars(sa.select(Contract.id).order_by(Contract.id)))


def test_the_list_shows_staff_all_and_a_firm_its_own(demo: Flask) -> None:
    ids = contract_ids(demo)
    with session_of(demo) as session:
        own = set(
            session.scalars(
                sa.select(Contract.id).join(Firm).where(Firm.id == session.get_one(Contract, ids[-1]).firm_id)
            )
        )
        person = session.execute(
            sa.text(
                "SELECT p.username FROM person p JOIN capacity c ON c.person_id = p.id "
                "WHERE c.role = 'firm' AND c.scope_id = (SELECT firm_id FROM contract WHERE id = :id)"
            ),
            {"id": ids[-1]},
        ).scalar_one()
    shown = signed_in(demo, "officer").get("/contracts").text
    assert [i for i in ids if f'/contracts/{i}"' in shown] == ids
    client = signed_in(demo, person)
    shown = client.get("/contracts").text
    assert {i for i in ids if f'/contracts/{i}"' in shown} == own
    assert client.get(f"/contracts/{ids[-1]}").status_code == 200


@pytest.mark.parametrize("who", ["evaluator1", "admin", "secretary"])
def test_a_contract_is_not_there_for_whom_it_does_not_concern(demo: Flask, who: str) -> None:
    ids = contract_ids(demo)
    client = signed_in(demo, who)
    assert client.get(f"/contracts/{ids[-1]}").status_code == 404
    assert f'/contracts/{ids[-1]}"' not in client.get("/contracts").text
    for act in ("edit", "sign", "issue", "complete"):
        assert client.get(f"/contracts/{ids[-1]}/{act}").status_code == 404


def test_staff_who_may_not_act_are_refused_at_the_form(demo: Flask) -> None:
    ids = contract_ids(demo)
    auditor = signed_in(demo, "auditor")
    for act in ("edit", "sign", "issue", "complete"):
        assert auditor.get(f"/contracts/{ids[-1]}/{act}").status_code == 403
        assert auditor.post(f"/contracts/{ids[-1]}/{act}").status_code == 403


def test_the_whole_text_stands_beside_the_signature(demo: Flask) -> None:
    text = signed_in(demo, "manager").get(f"/contracts/{contract_ids(demo)[-1]}/issue").text
    assert "ماده ۲۲" in text
    assert "پیوست ۱" in text
    assert "شدنی نیست" in text  # it was issued already, and says so


def queries_of(app: Flask, client: FlaskClient, path: str) -> int:
    told: list[str] = []
    engine = app.extensions["database"].engine

    def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    assert client.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", count)
    return len(told)


def test_the_list_asks_the_same_at_four_and_at_thirty_rows_and_turns_the_page(demo: Flask) -> None:
    client = signed_in(demo, "officer")
    few = queries_of(demo, client, "/contracts")
    with session_of(demo) as session:
        model = session.scalars(sa.select(Contract)).first()
        tender = session.scalars(sa.select(Tender)).first()
        cluster = session.scalars(sa.select(Cluster)).first()
        assert model is not None
        assert tender is not None
        assert cluster is not None
        for place in range(40):
            number = f"QZ-1300-CDA-{place:03}"
            more = Tender(
                organisation_id=tender.organisation_id,
                cluster_id=cluster.id,
                number=number,
                title="نمونه",
                prepared_by=tender.prepared_by,
                procedure="tender_act",
                version=1,
                state=TenderState.CONTRACTED,
            )
            session.add(more)
            session.flush()
            session.add(
                Contract(
                    organisation_id=model.organisation_id,
                    tender_id=more.id,
                    bid_id=model.bid_id,
                    firm_id=model.firm_id,
                    starts_on=dt.date(2020, 1, 1),
                    ends_on=dt.date(2023, 1, 1),
                    years=3,
                    amount=1,
                    performance_guarantee=0,
                    team=[],
                    drafted_by=model.drafted_by,
                    procedure="contract",
                    version=1,
                    state=ContractState.DRAFT,
                )
            )
    assert queries_of(demo, client, "/contracts") == few
    last = contract_ids(demo)
    page = client.get("/contracts").text
    assert page.count("هنوز شماره ندارد") == 30
    assert f"before={last[-30]}" in page
    assert client.get(f"/contracts?before={last[-30]}").text.count("هنوز شماره ندارد") == 10


def test_acts_of_the_same_name_in_two_lives_have_each_their_own_address(demo: Flask) -> None:
    """«edit» of a contract leads to the contract, not to the tender whose act has the same name."""
    last = contract_ids(demo)[-1]
    with session_of(demo) as session:
        session.get_one(Contract, last).state = ContractState.DRAFT
    officer = signed_in(demo, "officer")
    assert f'href="/contracts/{last}/edit"' in officer.get(f"/contracts/{last}").text
    assert officer.get(f"/contracts/{last}/edit").status_code == 200


def test_the_baklava_contract_runs_in_its_second_year(demo: Flask) -> None:
    with session_of(demo) as session:
        query = sa.select(Contract.id).join(Tender).join(Cluster).where(Cluster.slug == "sweets")
        contract_id = session.scalars(query).one()
    assert "سال ۲ از ۳" in signed_in(demo, "officer").get(f"/contracts/{contract_id}").text


def test_of_two_who_edit_one_draft_the_slower_is_told_and_loses_nothing(demo: Flask) -> None:
    last = contract_ids(demo)[-1]
    with session_of(demo) as session:
        session.get_one(Contract, last).state = ContractState.DRAFT
    address, first = f"/contracts/{last}/edit", signed_in(demo, "officer")
    shown = first.get(address).text
    shares = re.findall(r'name="(shares-\d+)"[^>]*value="([^"]*)"', shown)
    fields = {
        **dict(shares),
        "starts_on": "۱۴۰۶/۰۱/۲۰",
        "edition": re.findall(r'name="edition"[^>]*value="(\w+)"', shown)[0],
    }
    assert first.post(address, data={**fields, "supervisor": "ناظر نخست"}).status_code == 302
    slower = first.post(address, data={**fields, "supervisor": "ناظر دوم"})
    assert slower.status_code == 409
    assert ["ناظر دوم" in slower.text, "ناظر نخست" in slower.text, "کس دیگری همین بخش" in slower.text] == [True] * 3
    fields["edition"] = re.findall(r'name="edition"[^>]*value="(\w+)"', slower.text)[0]
    assert first.post(address, data={**fields, "supervisor": "ناظر دوم"}).status_code == 302
    with session_of(demo) as session:
        assert session.get_one(Contract, last).supervisor == "ناظر دوم"
