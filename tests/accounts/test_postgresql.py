"""The pages of accounts and clusters on PostgreSQL."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.kernel.identifiers import make_legal_id, make_national_code
from tender_app.people.models import Firm, FirmState
from tests.make import people_in, session_of, signed_in

pytestmark = pytest.mark.postgresql


def test_a_firm_registers_is_approved_and_lists_are_read(postgresql_app: Flask) -> None:
    app = postgresql_app
    organisation, _ = people_in(app)
    typed = {
        "organisation": organisation,
        "name": "مشاوران نمونه",
        "legal_id": make_legal_id(15),
        "registration_no": "1",
        "address": "قزوین",
        "signer_name": "نمونه",
        "signer_code": make_national_code(5),
        "signer_position": "مدیرعامل",
        "notice": "آگهی ۱",
        "person_name": "نمونه",
        "username": "firm",
        "password": "zeytoon-1405",
        "again": "zeytoon-1405",
    }
    assert app.test_client().post("/register", data=typed).status_code == 302
    with session_of(app) as session:
        firm = session.scalars(sa.select(Firm.id)).one()
    officer, admin = signed_in(app, "officer"), signed_in(app, "admin")
    assert officer.post(f"/firms/{firm}/approve").status_code == 302
    with session_of(app) as session:
        assert session.get_one(Firm, firm).state is FirmState.APPROVED
    paths = [(officer, "/firms"), (officer, "/clusters"), (admin, "/admin"), (admin, "/admin/people?q=نمونه")]
    assert [client.get(path).status_code for client, path in paths] == [200] * 4
