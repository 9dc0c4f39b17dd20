"""Is this paper the issued one? Asked by code, digest or the file itself, without signing in."""

import io

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.store.files import files_of
from tests.make import session_of, signed_in


@pytest.fixture
def paper(demo: Flask) -> IssuedDocument:
    with session_of(demo) as session:
        query = sa.select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.CONTRACT).limit(1)
        found = session.scalars(query).one()
        session.expunge(found)
        return found


def test_a_code_is_known_however_it_is_typed(demo: Flask, paper: IssuedDocument) -> None:
    persian = paper.code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for typed in (paper.code, paper.code.lower(), persian, f"  {paper.code} ", paper.digest, paper.digest.upper()):
        page = demo.test_client().get("/verify", query_string={"code": typed})
        assert page.status_code == 200
        assert paper.number in page.text, typed


@pytest.mark.parametrize("typed", ["AAAA-BBBB-CCCC", "0" * 64, "زیتون", "%", "\x00", "ا" * 9000])
def test_another_code_is_not(demo: Flask, paper: IssuedDocument, typed: str) -> None:
    page = demo.test_client().get("/verify", query_string={"code": typed})
    assert page.status_code == 200
    assert paper.number not in page.text


def test_the_file_itself_is_known_and_one_changed_byte_is_not(demo: Flask, paper: IssuedDocument) -> None:
    content = files_of(demo.extensions["settings"]).read(paper.file_key)
    client = demo.test_client()
    whole = client.post("/verify", data={"file": (io.BytesIO(content), "contract.pdf")})
    changed = client.post("/verify", data={"file": (io.BytesIO(content + b"\n"), "contract.pdf")})
    assert paper.number in whole.text
    assert (changed.status_code, paper.number in changed.text) == (200, False)


def test_a_paper_of_the_parties_is_no_public_file(demo: Flask, paper: IssuedDocument) -> None:
    address = f"/papers/{paper.code}.pdf"
    assert demo.test_client().get(address).status_code == 404
    assert signed_in(demo, "nm.officer").get(address).status_code == 404
    with signed_in(demo, "manager").get(address) as answer:
        assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")


def test_a_notice_is_open_to_everybody(demo: Flask) -> None:
    with session_of(demo) as session:
        code = session.scalar(sa.select(IssuedDocument.code).where(IssuedDocument.kind == DocumentKind.NOTICE).limit(1))
    with demo.test_client().get(f"/papers/{code}.pdf") as answer:
        assert answer.status_code == 200


def test_no_file_an_empty_file_and_no_code_are_told_at_their_field(demo: Flask) -> None:
    client = demo.test_client()
    for answer, message, field in (
        (client.post("/verify", data={}), "برنگزیده‌اید", "file"),
        (client.post("/verify", data={"file": (io.BytesIO(b""), "contract.pdf")}), "خالی است", "file"),
        (client.get("/verify?code=+"), "کد سند یا اثر انگشت آن را بنویسید", "code"),
    ):
        assert answer.status_code == 422
        assert answer.text.count(message) == 2
        assert f'href="#{field}"' in answer.text


def test_a_strange_file_is_told_with_its_own_digest(demo: Flask) -> None:
    answer = demo.test_client().post("/verify", data={"file": (io.BytesIO(b"abc"), "contract.pdf")})
    assert "صادر نشده است" in answer.text
    assert 'data-copy="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"' in answer.text
