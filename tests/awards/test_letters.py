"""The letters of a result are in the hands of those to whom they were written, and of nobody else."""

import re

from flask import Flask

from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import session_of, signed_in


def test_a_bidder_finds_the_letter_on_the_page_of_the_bid_and_no_other_firm_reads_it(demo: Flask) -> None:
    with session_of(demo) as session:
        done = session.query(Tender).filter_by(state=TenderState.CONTRACTED).order_by(Tender.id.desc()).first()
        assert done is not None
        page = f"/tenders/{done.number}/bid"
    codes = {}
    for firm in ("firm1", "firm2", "firm3"):
        text = signed_in(demo, firm).get(page).text
        (codes[firm],) = re.findall(r"/papers/([0-9A-Z-]+)\.pdf", text.partition('id="letter-h"')[2])
    assert len(set(codes.values())) == 3
    for firm, code in codes.items():
        for reader in codes:
            with signed_in(demo, reader).get(f"/papers/{code}.pdf") as answer:
                assert answer.status_code == (200 if reader == firm else 404)
