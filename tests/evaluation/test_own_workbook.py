"""One's own sheet as a workbook: out and in again without a change, formulas by name, figures in every hand."""

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import python_calamine
import sqlalchemy as sa
import xlsxwriter
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Scored
from tender_app.evaluation.workbook import COLUMNS, SCORES, Ground, Proposal, proposed, write
from tender_app.kernel.persian import fold, persian_digits
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Person
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import session_of, signed_in

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
LEAVES = [SimpleNamespace(id=n, title=f"معیار {n}", weight=Decimal(50), top=Decimal(100)) for n in (1, 2)]
BIDS = [(11, "=HYPERLINK(1)"), (12, "شرکت ب")]


@dataclass
class Kept:
    """A kept cell, as a workbook needs it."""

    points: Decimal | None
    reason: str
    edition: int = 1
    pages: list[Any] = field(default_factory=list)


def ground(kept: dict[tuple[int, int], Any]) -> Ground:
    return Ground(BIDS, LEAVES, kept)


def typed(ground_: Ground, changes: dict[str, Any]) -> bytes:
    """Return the workbook of a sheet in which cells were typed over, by address; a text that begins with = is a formula."""
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(write(ground_, NOW, ""))).get_sheet_by_name(SCORES)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_numbers": False}) as book:
        page = book.add_worksheet(SCORES)
        for row, values in enumerate(rows.to_python()):
            for column, value in enumerate(values):
                if value != "":
                    (page.write_string if isinstance(value, str) else page.write_number)(row, column, value)
        for address, value in changes.items():
            page.write(address, value)
    return buffer.getvalue()


REASONS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["=1+1", "+A1", "-2", "@SUM(1)", "'7", "1,5", "۷۵", "_x0041_", "سطر یک\nسطر دو", "TRUE", "1E5", "https://x.ir"]
    ),
).map(fold)
CELLS = st.builds(Kept, st.none() | st.decimals(0, 100, places=2), REASONS, st.integers(1, 10**6))


@settings(max_examples=60)
@given(st.dictionaries(st.tuples(st.sampled_from([11, 12]), st.sampled_from([1, 2])), CELLS))
def test_what_goes_out_comes_back_without_a_change(kept: dict[tuple[int, int], Kept]) -> None:
    content = write(ground(kept), NOW, "عنوان")
    assert proposed(content, ground(kept)) == Proposal()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        texts = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not any(re.search(rb"<f[ >]|<hyperlink", text) for text in texts)


@settings(max_examples=40)
@given(points=st.decimals(0, 100, places=2), hand=st.sampled_from(["{}", "'{}", " {} "]), is_persian=st.booleans())
def test_a_figure_is_the_same_in_every_hand(points: Decimal, hand: str, *, is_persian: bool) -> None:
    text = hand.format(points)
    content = typed(ground({}), {"H2": persian_digits(text).replace(".", "٫") if is_persian else text})
    found = proposed(content, ground({}))
    assert [cell.points for cell in found.cells] == [points]


def test_a_change_is_told_from_what_to_what_and_keeps_the_pages() -> None:
    kept = {(11, 1): Kept(Decimal(70), "پیشین", 3, [[5, 12]])}
    found = proposed(typed(ground(kept), {"H2": 81.5, "I2": "تازه"}), ground(kept))
    assert found.cells == (Scored(11, 1, Decimal("81.5"), "تازه", 3, ((5, 12),)),)
    assert [(c.of, c.what, c.old, c.new) for c in found.changes] == [
        ("=HYPERLINK(1)، معیار 1", "امتیاز", "۷۰", "۸۱٫۵"),
        ("=HYPERLINK(1)، معیار 1", "دلیل", "پیشین", "تازه"),
    ]


@pytest.mark.parametrize(
    ("address", "value", "said"),
    [
        ("H2", "=1+70", "فرمول پذیرفته نیست"),
        ("I3", '=HYPERLINK("x")', "فرمول پذیرفته نیست"),
        ("H3", "12,5", "ویرگول"),
        ("H4", 100.5, "میان ۰ و ۱۰۰"),
        ("H5", "هفتاد", "عدد را با رقم بنویسید"),
        ("H5", "12.345", "بیش از دو رقم"),
        ("H2", True, "TRUE"),
        ("A2", 999, "از برگه شما نیست"),
        ("B2", 12, "دو بار آمده"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_its_address(address: str, value: Any, said: str) -> None:
    found = proposed(typed(ground({}), {"H3": 50, address: value}), ground({}))
    assert found.cells == ()
    (fault,) = found.faults
    assert said in fault.reason
    assert fault.address.lstrip("ABHI") == (address if address != "B2" else "A3").lstrip("ABHI")


def test_what_is_newer_here_is_left_as_it_is() -> None:
    old = {(11, 1): Kept(Decimal(70), "پیشین", 1)}
    newer = {(11, 1): Kept(Decimal(90), "تازه‌تر", 2)}
    found = proposed(write(ground(old), NOW, ""), ground(newer))
    assert (found.cells, found.changes) == ((), ())
    assert [(c.old, c.new) for c in found.stale] == [("۹۰", "۷۰"), ("تازه‌تر", "پیشین")]


def test_a_row_that_is_missing_and_a_cell_that_is_empty_change_nothing() -> None:
    kept = {(11, 1): Kept(Decimal(70), "پیشین")}
    assert proposed(typed(ground(kept), {"H2": "", "I2": ""}), ground(kept)) == Proposal()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"id,points\n1,2"])
def test_what_is_no_workbook_is_told_so(content: bytes) -> None:
    found = proposed(content, ground({}))
    assert found.cells == ()
    assert len(found.faults) == 1


def test_a_sheet_without_its_columns_is_told_so() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet(SCORES).write_row(0, 0, COLUMNS[3:])
    assert [f.address for f in proposed(buffer.getvalue(), ground({})).faults] == ["A1"] * 3


def filled(rows: list[list[Any]], points: str, reason: str) -> bytes:
    """Return a sheet's workbook with these texts in its first two rows."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False}) as book:
        made = book.add_worksheet(SCORES)
        for place, row in enumerate(rows):
            made.write_row(place, 0, [*row[:7], points, reason] if place in {1, 2} else row)
    return buffer.getvalue()


def test_a_workbook_is_looked_at_and_then_taken_whole_by_the_same_act(sqlite_demo: Flask) -> None:
    with session_of(sqlite_demo) as session:
        number = session.query(Tender).filter_by(state=TenderState.TECHNICAL).one().number
        query = sa.select(ScoreSheet.id).join(Person, Person.id == ScoreSheet.person_id)
        sheet = session.scalars(
            query.where(Person.username == "evaluator2", ScoreSheet.tender.has(number=number))
        ).one()
    client = signed_in(sqlite_demo, "evaluator2")
    page = f"/tenders/{number}/scores"
    content = client.get(f"{page}/workbook").data
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(SCORES).to_python()
    sent = filled(rows, "'۶۱٫۵", "=نه فرمول")
    shown = client.post(f"{page}/import", data={"file": (io.BytesIO(sent), "برگه.xlsx")})
    assert shown.status_code == 200
    assert "۶۱٫۵" in shown.text

    def kept() -> list[tuple[str, str]]:
        with session_of(sqlite_demo) as session:
            rows = session.query(Score).filter_by(sheet_id=sheet).all()
            return [(str(s.points), s.reason) for s in rows if s.reason == "=نه فرمول"]

    assert kept() == []
    found = re.search(r'name="changes" value="([^"]*)"', shown.text)
    assert found is not None
    changes = found[1].replace("&#34;", '"').replace("&#39;", "'")
    taken = client.post(f"{page}/take", data={"changes": changes})
    assert taken.status_code == 302
    assert kept() == [("61.5", "=نه فرمول")] * 2
    with session_of(sqlite_demo) as session:
        entry = session.scalars(
            sa.select(LedgerEntry)
            .where(LedgerEntry.case_kind == "score_sheet", LedgerEntry.case_id == sheet)
            .order_by(LedgerEntry.id.desc())
            .limit(1)
        ).one()
        assert (entry.act, len(entry.detail["cells"])) == ("score", 2)
    again = client.post(f"{page}/take", data={"changes": changes})
    assert again.status_code == 409
    assert "جای دیگری تازه شده" in again.text
    for broken in ("", "[]", "[[1,2]]", '[[1,2,"3","x",0]]', '{"a":1}'):
        assert client.post(f"{page}/take", data={"changes": broken}).status_code == 422
