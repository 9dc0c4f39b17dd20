"""Workbooks of a map: what is written is read again, what a stranger sends is told apart, what is taken was previewed."""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tender_app.clusters.differences import proposed
from tender_app.clusters.map_queries import chart_of, rows_of
from tender_app.clusters.map_rules import CandidateLine, Chart, CriterionLine
from tender_app.clusters.models import MapWorkbook
from tender_app.clusters.sheets import LARGEST, MOST_ROWS, UnreadableError, sheets
from tender_app.clusters.workbook import Reading, read, write
from tender_app.kernel.persian import fold, search_key
from tests.clusters.ground import drafted, last_of, line, post, version_in
from tests.make import context_of, people_in, session_of, signed_in

AT = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)
HEADS = ["شناسه", "نام خوشه", "شمار بنگاه‌ها", "شرح", "کنار گذاشته (دلیل)", "تراکم بنگاه‌ها", "اشتغال"]
CRITERIA = (CriterionLine("تراکم بنگاه‌ها", Decimal(60)), CriterionLine("اشتغال", Decimal(40), 1))
CHART = Chart(CRITERIA, (line("زیتون", 8, 7, slug="c-01"), line("پسته", 6, slug="c-02")))


def workbook(*rows: list[Any], sheet: str = "نامزدها", heads: list[Any] = HEADS, merge: str = "") -> bytes:
    """Return a workbook with one sheet; a tuple ("=", formula) becomes a formula, True and dates what they are."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, values in enumerate([heads, *rows]):
            for column, value in enumerate(values):
                if isinstance(value, tuple):
                    page.write_formula(row, column, value[1], None, 2)
                elif isinstance(value, dt.date):
                    page.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif value is not None:
                    page.write(row, column, value)
        if merge:
            page.merge_range(merge, "")
    return buffer.getvalue()


def changes(content: bytes) -> list[tuple[str, str, str, str]]:
    return [(c.of, c.what, c.old, c.new) for c in proposed(CHART, read(content)).changes]


def faults(content: bytes) -> dict[str, str]:
    return {f.address: f.reason for f in proposed(CHART, read(content)).faults}


# What is written is read again


TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]) | st.sampled_from("'=+-@,؛«»‌\n"), max_size=30
).map(fold)
PLAIN = st.text("ابپتثجچحخ ي ك ۱۲ 12 '=,-‌", min_size=1, max_size=12).map(fold).filter(search_key)
POINTS = st.decimals(0, 10, places=2)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Draw a version with any names that a person may type."""
    reserved = set(map(search_key, [*HEADS[:5], "معیار"]))
    title = PLAIN.filter(lambda t: search_key(t) not in reserved)
    titles = draw(st.lists(title, max_size=4, unique_by=search_key))
    criteria = tuple(
        CriterionLine(t, draw(st.decimals(0, 100, places=2)), draw(st.sampled_from([None, 1, 2]))) for t in titles
    )
    names = draw(st.lists(PLAIN, max_size=4, unique_by=search_key))
    lines = [
        CandidateLine(
            name,
            draw(st.none() | st.integers(0, 1_000_000)),
            draw(PLAIN | st.just("")),
            {t: draw(POINTS) for t in titles if draw(st.booleans())},
            f"c-{n:02}",
            draw(PLAIN | st.just("")),
        )
        for n, name in enumerate(names, 1)
    ]
    return Chart(criteria, tuple(lines))


@settings(deadline=None, max_examples=60)
@given(charts())
def test_what_was_exported_changes_nothing_when_it_comes_back(chart: Chart) -> None:
    found = proposed(chart, read(write(chart, AT)))
    assert (found.changes, found.faults, found.absent) == ((), (), ())


def test_text_that_looks_like_a_formula_stays_text() -> None:
    chart = Chart((), (CandidateLine("=1+1", slug="c-01"), CandidateLine("@SUM(A1)", slug="c-02")))
    content = write(chart, AT)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not re.search(rb"<f[ >]", b"".join(archive.read(n) for n in archive.namelist() if "sheet" in n))
    assert [row.name for row in read(content).candidates] == ["=1+1", "@SUM(A1)"]


# What a stranger's cells say


def test_new_and_changed_things_are_told_with_old_and_new() -> None:
    content = workbook(["c-01", "زيتون", "1,200", "", "", "۹٫۵", "7"], [None, "كيف", 12, None, None, 5, 4])
    assert changes(content) == [
        ("زیتون", "شمار بنگاه‌ها", "", "۱۲۰۰"),
        ("زیتون", "تراکم بنگاه‌ها", "۸", "۹٫۵"),
        ("کیف", "نام خوشه", "", "کیف"),
        ("کیف", "شمار بنگاه‌ها", "", "۱۲"),
        ("کیف", "تراکم بنگاه‌ها", "", "۵"),
        ("کیف", "اشتغال", "", "۴"),
    ]
    assert proposed(CHART, read(content)).absent == ("پسته",)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (("=", "=1+1"), "فرمول"),
        ("هشت", "عدد را با رقم"),
        ("7,5", "ممیز"),
        (11, "میان"),
        (-1, "میان"),
        ("7.123", "دو رقم"),
        (True, "TRUE/FALSE"),
        (dt.date(2026, 5, 7), "تاریخ"),
        ("#N/A", "عدد را با رقم"),
        ("1e1", "عدد را با رقم"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_with_its_address_and_why(cell: Any, message: str) -> None:
    found = faults(workbook(["c-01", "زیتون", None, None, None, cell, 7]))
    assert list(found) == ["F2"]
    assert message in found["F2"]


def test_a_leading_apostrophe_and_digits_of_any_script_are_numbers() -> None:
    for cell in ("'9", "۹", "٩", "9", 9, 9.0, "９".translate(str.maketrans("９", "9"))):
        assert changes(workbook(["c-01", None, None, None, None, cell])) == [("زیتون", "تراکم بنگاه‌ها", "۸", "۹")]


def test_empty_rows_are_passed_over_and_empty_cells_change_nothing() -> None:
    rows: list[list[Any]] = [[], ["c-01", "زیتون", None, None, None, None, None], [], [None, None, None]]
    assert (changes(workbook(*rows)), faults(workbook(*rows))) == ([], {})


def test_what_is_ambiguous_is_a_fault_and_no_guess() -> None:
    rows: list[list[Any]] = [
        ["c-01", "زیتون"],
        ["", "زیتون"],
        ["c-77", "ناشناس"],
        ["c-02", "زیتون"],
        [None, None, 5],
        [None, "تازه", None, None, "دلیل"],
    ]
    found = faults(workbook(*rows))
    assert {place: reason.split("؛")[0] for place, reason in found.items()} == {
        "B3": "این نامزد دو بار آمده است",
        "B4": "شناسه «c-77» در این نقشه نیست",
        "B5": "نامزد دیگری نام «زیتون» را دارد.",
        "B6": "نام یا شناسه نامزد این سطر را بنویسید.",
        "B7": "نامزد تازه را نمی‌توان هم‌زمان کنار گذاشت",
    }


def test_merged_cells_unknown_and_double_columns_are_faults() -> None:
    assert "ادغام" in faults(workbook(["c-01"], merge="B5:C6"))["B5:C6"]
    assert "نه معیار این نقشه" in faults(workbook(heads=[*HEADS, "آب"]))["H1"]
    assert "دو بار" in faults(workbook(heads=[*HEADS, "اشتغال"]))["H1"]
    assert "عنوان ندارد" in faults(workbook(["c-01", *[None] * 6, 5], heads=HEADS))["H1"]


def test_criteria_are_read_from_their_own_sheet() -> None:
    heads = ["معیار", "وزن (جمع ۱۰۰)", "نوبت در رفع تساوی"]
    content = workbook(["اشتغال", "۳۵٫۵", 2], ["آب", 4.5, None], sheet="معیارها", heads=heads)
    assert changes(content) == [
        ("اشتغال", "وزن (جمع ۱۰۰)", "۴۰", "۳۵٫۵"),
        ("اشتغال", "نوبت در رفع تساوی", "۱", "۲"),
        ("آب", "معیارها", "", "۴٫۵"),
    ]


# What is no workbook


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


def altered(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook in one part of which a text is replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            assert name != part or old in data
            after.writestr(name, data.replace(old, new) if name == part else data)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = workbook(["c-01", "زیتون", None, None, None, 9, 7])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "کارپوشه اکسل"),
        ("نام;امتیاز\nزیتون;۷".encode(), "کارپوشه اکسل"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "قالب قدیمی xls"),
        (zipped(word__document_xml=b"<x/>"), "کارپوشه اکسل"),
        (zipped(xl__workbook_xml=b"<x"), "آسیب دیده"),
        (GOOD[:-300], "آسیب دیده"),
        (b"PK" + b"\0" * (LARGEST + 1), "مگابایت"),
        (zipped(xl__workbook_xml=b"<x/>", bomb=b"\0" * 40_000_000), "بیش از اندازه بزرگ"),
        (workbook(sheet="Sheet1"), "برگه «نامزدها»"),
        (altered(GOOD, SHEET, b'r="F2"', b'r="XFD1048576"'), "سطر"),
        (altered(GOOD, SHEET, b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet"), "آسیب دیده"),
        (altered(GOOD, SHEET, b"</worksheet>", b""), "آسیب دیده"),
    ],
    ids="empty csv xls docx broken cut huge bomb sheet far doctype open".split(),
)
def test_a_file_that_is_no_workbook_of_a_map_is_refused_in_words(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        read(content)


def test_a_lying_size_in_the_archive_is_seen() -> None:
    content = bytearray(zipped(xl__workbook_xml=b"<x/>", bomb=b"\0" * 30_000_000))
    place = content.rfind((30_000_000).to_bytes(4, "little"))
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableError):
        read(bytes(content))


def test_the_last_row_that_is_read_is_read_and_the_next_is_told() -> None:
    rows = [["", f"خوشه {n}"] for n in range(MOST_ROWS - 1)]
    assert len(read(workbook(*rows)).candidates) == MOST_ROWS - 1
    with pytest.raises(UnreadableError, match="بزرگ‌تر"):
        read(workbook(*rows, ["", "یکی بیش"]))
    assert sheets(GOOD)["نامزدها"].width == 7
    assert Reading() == Reading()


# On the pages


def sent(name: str, content: bytes) -> dict[str, Any]:
    return {"file": (io.BytesIO(content), name)}


def test_a_workbook_is_previewed_and_taken_as_it_was_previewed(app: Flask) -> None:
    people_in(app)
    version = drafted(app, line("زیتون", 8, 7), line("پسته", 6, 6))
    officer, base = signed_in(app, "officer"), f"/clusters/maps/{version}"
    with officer.get(f"{base}/workbook") as answer:
        assert "spreadsheetml" in answer.content_type
        same = answer.get_data()
    post(officer, f"{base}/import", sent("map.xlsx", same))
    nothing = officer.get(f"{base}/import/{last_of(app, MapWorkbook)}").text
    assert ("چیزی را عوض نمی‌کند" in nothing, 'name="digest"' in nothing) == (True, False)
    content = workbook(["c-01", "زیتون", None, None, None, 9, 7], [None, "چرم", None, None, None, 5, "۵"])
    assert post(officer, f"{base}/import", sent("map.xlsx", content)).status_code == 302
    path = f"{base}/import/{last_of(app, MapWorkbook)}"
    shown = officer.get(path).text
    assert [word in shown for word in ("چرم", "تازه", "map.xlsx")] == [True, True, True]
    with session_of(app) as session:
        before = chart_of(context_of(app, session, "officer"), version_in(session, version))
    assert [c.name for c in before.candidates] == ["زیتون", "پسته"]
    digest = re.findall(r'name="digest" value="(\w+)"', shown)[0]
    assert officer.post(path, data={"digest": "0" * 16}).status_code == 409
    edited = {"name": "زیتون", "scores-0-title": "تراکم بنگاه‌ها", "scores-0-score": "3"}
    assert officer.post(f"{base}/candidates/1", data=edited).status_code == 302
    stale = officer.post(path, data={"digest": digest})
    assert (stale.status_code, "پس از پیش‌نمایش تغییر کرده" in stale.text) == (409, True)
    digest = re.findall(r'name="digest" value="(\w+)"', stale.text)[0]
    assert officer.post(path, data={"digest": digest}).status_code == 302
    assert officer.post(path, data={"digest": digest}).status_code == 409
    with session_of(app) as session:
        rows = rows_of(context_of(app, session, "officer"), version_in(session, version))
        assert [(row.name, row.slug, row.total) for row in rows] == [
            ("زیتون", "c-01", Decimal(82)),
            ("پسته", "c-02", Decimal(60)),
            ("چرم", "c-03", Decimal(50)),
        ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("", b"", "برگزیده نشده"),
        ("map.xlsx", b"", "خالی است"),
        ("map.csv", b"a,b", "csv"),
        ("map.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "قالب قدیمی"),
        ("map.xlsx", b"PK" + b"\0" * (LARGEST + 9), "مگابایت"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_its_field_and_kept_nowhere(
    app: Flask, name: str, content: bytes, message: str
) -> None:
    people_in(app)
    version = drafted(app, line("زیتون", 8, 7))
    answer = post(signed_in(app, "officer"), f"/clusters/maps/{version}/import", sent(name, content))
    assert (answer.status_code, message in answer.text, 'href="#file"' in answer.text) == (422, True, True)
    assert last_of(app, MapWorkbook) == 0


def test_faults_are_shown_with_their_addresses_and_nothing_can_be_taken(app: Flask) -> None:
    people_in(app)
    version = drafted(app, line("زیتون", 8, 7))
    officer, base = signed_in(app, "officer"), f"/clusters/maps/{version}"
    content = workbook(["c-01", "زیتون", None, None, None, 9, ("=", "=1+1")])
    post(officer, f"{base}/import", sent("map.xlsx", content))
    path = f"{base}/import/{last_of(app, MapWorkbook)}"
    shown = officer.get(path).text
    assert (">G2<" in shown, "فرمول پذیرفته نیست" in shown, 'name="digest"' in shown) == (True, True, False)
    taken = officer.post(path, data={"digest": "x"})
    assert (taken.status_code, "خانه‌های ناخوانا" in taken.text) == (409, True)
