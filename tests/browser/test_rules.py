"""What the browser refuses, the server refuses in the same words; what the browser seals, the server would have sealed."""

import base64
import datetime as dt
import io
import json
import random
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from tender_app.bids.envelopes import form_of
from tender_app.bids.forms import EnvelopeForm, GuaranteeForm
from tender_app.bids.rules import EnvelopeKind, haircuts_of
from tender_app.bids.terms import terms_of
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import fold, persian_digits
from tender_app.regulation.rules import DEFAULTS
from tender_app.web.uploads import LARGEST, fault_of, safe_name
from tests.bids.ground import MEMBER, PRICE, TYPED
from tests.browser.ground import run

TENDER: Any = SimpleNamespace(years=3, guarantee=492_500_000, valid_until=dt.date(2027, 3, 4))
FREE: Any = SimpleNamespace(years=1, guarantee=None, valid_until=None)
TEXTS = (
    "", " ", "\u200c", "\ufeff", "\x07", "\x1f", "یک", "كتاب يك", "a\u00a0b", " a \r\n b\u2028c ", "\n\nx\n", "漢", "☃ و ✓", "🙂",
    "x" * 61, "x" * 121, "ن" * 301, "ۀ" * 61, "\u202bمتن\u202c", "a\x85b\x0bc", "é", "\ud7ff", "«گیومه»", "با\tتب", "/", "\u180e",
)  # fmt: skip
AMOUNTS = (
    "0", "۰", "000", "12", "۴۹۲٬۵۰۰٬۰۰۰", "492,500,000 ریال", "٤٩٢٥٠٠٠٠٠", "1_000", "12.5", "-5", "+5", "abc", "१२३", "۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶۷۸۹",
    "999999999999999999", "000000000000000000000000000005", "5 0 0", "500\u200c000", "ریال", "٬", "492499999", "615625000", "615624999",
    "9007199254740993",
)  # fmt: skip
DAYS = (
    "1405/12/13", "۱۴۰۵/۱۲/۱۲", "1405-12-30", "1403/12/30", "1404/12/30", "1405/7/31", "1405/13/1", "1405/0/1", "1405/1/0", "1299/1/1",
    "1501/1/1", "1500/12/30", "1300/1/1", "1408.12.30", "1405 / 12 / 14", "14051213", "१४०५/१२/१३", "1405/12/13 10:00", "1405/12\n/13",
)  # fmt: skip
COUNTS = (
    "0", "-0", "60", "61", "60.0", "60.01", "60.001", "5.", ".5", "5.10", "5.00", "5.000", "+7", "-1", "۱۲", "۱۲٫۰", "1/0", "7٪", "1e2",
    "१", "", "  ", "abc", "00012", "1 2", "--1", "0.001", "-0.5", "999999999999999999999",
)  # fmt: skip
SHARES = ("1", "1.0", "0.99", "۱۰۰", "100.5", "100.00", "101", "-1.00")
CODES = (
    "0012345679", "۰۰۱۲۳۴۵۶۷۹", " 001 234\u200c5679 ", "0012345678", "1111111111", "001234567", "00123456790", "۰۰۱۲۳۴۵۶7٩", "abcdefghij",
    "\u200c", " ", "०१२३४५६७८९", "7731689951", "0499370899", "00123\n45679",
)  # fmt: skip
WORDS = ("یک هزار", "هزار", "یکهزار ریال تمام", "نه‌میلیارد", "صفر", "", "x")


def told(form: EnvelopeForm, tender: Any) -> tuple[list[list[str]], str | None]:
    form.validate()
    if isinstance(form, GuaranteeForm):
        form.hold_against(tender.guarantee, tender.valid_until, haircuts_of(DEFAULTS))
    problems = [list(problem) for problem in form.problems()]
    return problems, None if problems else json.dumps(form.content(), ensure_ascii=False)


def hold(app: Flask, kind: str, cases: list[dict[str, str]], tender: Any = TENDER) -> None:
    """Hold the browser's verdict on each case against the server's."""
    with app.test_request_context("/", method="POST"):
        app.config["WTF_CSRF_ENABLED"] = False
        chosen = EnvelopeKind(kind)
        answers = run(
            "judge.mjs",
            {"terms": terms_of(form_of(chosen, tender, None), tender, chosen, haircuts_of(DEFAULTS)), "forms": cases},
        )["judged"]
        for case, answer in zip(cases, answers, strict=True):
            problems, content = told(form_of(chosen, tender, MultiDict(case)), tender)
            assert answer["problems"] == problems, case
            assert answer["content"] == content, case


def varied(good: dict[str, str], field: str, values: Any) -> list[dict[str, str]]:
    return [{**good, field: value} for value in values]


def test_a_guarantee_is_judged_alike(sqlite_app: Flask) -> None:
    good = {**TYPED["a"]}
    cases = [good, {}]
    cases += [case for field in ("issuer", "number", "sepam_no") for case in varied(good, field, TEXTS)]
    cases += [
        {**case, "kind": kind} for kind in ("bank", "note", "mortgage") for case in varied(good, "amount", AMOUNTS)
    ]
    cases += varied(good, "expires_on", DAYS) + varied(good, "kind", ("", "cash", "gold"))
    hold(sqlite_app, "a", cases)
    hold(sqlite_app, "a", cases, FREE)


def test_every_day_of_two_centuries_is_the_same_day(sqlite_app: Flask) -> None:
    first = calendar.from_jalali(1300, 1, 1)
    span = (calendar.from_jalali(1500, 12, 29) - first).days
    days = [calendar.plain(first + dt.timedelta(days=n)) for n in range(0, span + 1, 7)]
    days += [f"{year}/12/{day}" for year in range(1300, 1501) for day in (29, 30)]
    days += [f"{year}/{month}/1" for year in range(1300, 1501, 3) for month in (1, 7, 12)]
    hold(sqlite_app, "a", varied({**TYPED["a"]}, "expires_on", days), FREE)


def test_a_technical_envelope_is_judged_alike(sqlite_app: Flask) -> None:
    rows = {f"team-{place}-{part}": "" for place in range(6) for part in MEMBER}  # as the page has them
    good = {**rows, **TYPED["b"]}
    cases = [good, {}, {**good, "declares": ""}]
    cases += [
        case
        for field in ("team-0-name", "team-4-role", "team-1-degree", "team-5-certificate", "approach")
        for case in varied(good, field, TEXTS)
    ]
    cases += [case for field in ("team-0-years", "team-3-years") for case in varied(good, field, COUNTS)]
    cases += [case for field in ("team-0-share", "team-4-share") for case in varied(good, field, (*COUNTS, *SHARES))]
    cases += [case for field in ("team-1-national_code", "team-3-national_code") for case in varied(good, field, CODES)]
    cases += varied(good, "experience", ("ن" * 8000, "ن" * 8001)) + varied(good, "approach", ("ن" * 20001, "a\r\nb"))
    cases += [{k: v for k, v in good.items() if k != missing} for missing in good]
    cases += [{**good, **{f"team-1-{part}": "" for part in MEMBER}}]
    hold(sqlite_app, "b", cases)


def test_a_price_is_judged_alike(sqlite_app: Flask) -> None:
    good = {**PRICE}
    cases = [good, {}]
    cases += [
        case for field in ("phases-0-amount", "phases-4-amount", "total") for case in varied(good, field, AMOUNTS)
    ]
    cases += varied(good, "words", (*WORDS, *TEXTS, good["words"].replace(" ", "\u200c") + " ریال"))
    cases += varied(good, "tax", ("", "with", "half")) + [
        {k: v for k, v in good.items() if k != m} for m in ("total", "words", "tax", "declares")
    ]
    rng = random.Random(1405)  # noqa: S311 -- cases, not secrets
    for _ in range(400):
        parts = [rng.randrange(10 ** rng.randrange(1, 18)) for _ in range(5)]
        whole = min(sum(parts), 10**18 - 1)
        typed = {f"phases-{n}-amount": money.grouped(part) for n, part in enumerate(parts)}
        said = money.in_words(whole)
        cases.append(
            {
                **good,
                **typed,
                "total": persian_digits(whole),
                "words": rng.choice((said, said.replace(" ", ""), "هزار")),
            }
        )
    hold(sqlite_app, "c", cases)


def zipped(*names: str, stored: bool = True) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as made:
        for name in names:
            content = f"application/{name}".encode()
            text = content if name.startswith("vnd") or name == "epub+zip" else b"<x/>" * 300
            made.writestr("mimetype" if text is content else name, text)
    return held.getvalue()


PNG = b"\x89PNG\r\n\x1a\n"
CHUNK = (0).to_bytes(4, "big")
CONTENTS = {
    "empty": b"",
    "pdf": b"%PDF-1.4\n%%EOF\n",
    "pdf with a mark": b"\xef\xbb\xbf%PDF-1.4\n%%EOF",
    "pdf that is cut": b"%PDF-1.4\n" + b"x" * 4000,
    "pdf whose end is far": b"%PDF-1.4\n%%EOF" + b" " * 3000,
    "large pdf": b"%PDF-1.4\n" + b"x" * 90_000 + b"%%EOF",
    "png": PNG + CHUNK + b"IDAT" + b"0000" + CHUNK + b"IEND" + b"0000",
    "animated png": PNG + CHUNK + b"acTL" + b"0000" + CHUNK + b"IDAT0000" + CHUNK + b"IEND0000",
    "png of nothing": PNG,
    "jpg": b"\xff\xd8\xff\xe0" + b"x" * 70_000 + b"\xff\xd9",
    "jpg that is cut": b"\xff\xd8\xff\xe0" + b"x" * 700,
    "gif": b"GIF89a" + b"x" * 400,
    "zip": zipped("a.txt"),
    "deflated zip": zipped("a.txt", stored=False),
    "empty zip": zipped(),
    "zip that is cut": zipped("a.txt")[:-22],
    "docx": zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
    "docx, another order": zipped("word/document.xml", "[Content_Types].xml"),
    "xlsx": zipped("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "xl/workbook.xml"),
    "xlsx, far": zipped(
        "[Content_Types].xml", "_rels/.rels", "docProps/a", "docProps/b", "docProps/c", "xl/workbook.xml"
    ),
    "pptx": zipped("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"),
    "pptx, first": zipped("ppt/presentation.xml"),
    "odt": zipped("vnd.oasis.opendocument.text", "content.xml"),
    "ods": zipped("vnd.oasis.opendocument.spreadsheet", "content.xml"),
    "epub": zipped("epub+zip", "a"),
    "jar": zipped("META-INF/MANIFEST.MF"),
    "text": "قیمت".encode() * 30,
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "rar": b"Rar!\x1a\x07\x00" + b"x" * 20,
}
ENDS = (".pdf", ".PDF", ".docx", ".xlsx", ".zip", ".png", ".jpg", ".jpeg", ".doc", ".", "", ".pdf.exe", ".İ")
NAMES = (
    "C:\\fakepath\\طرح.pdf", "a/b/c.pdf", ".pdf", "..pdf", "طرح\u200cها.pdf", "كتاب.pdf", "a\x07b.pdf", "a\u202efdp.exe", "x" * 300 + ".pdf",
    " .pdf", "a.pdf ", "a. pdf", "..", ".", "", "\u200c", "🙂.pdf", "a\u2028b.pdf", "a\u00adb.pdf", "e\u0301.png",
)  # fmt: skip


def test_files_are_judged_alike() -> None:
    cases = [(f"file{end}", content) for content in CONTENTS.values() for end in ENDS]
    cases += [(name, CONTENTS["pdf"]) for name in NAMES]
    given = [{"name": name, "content": base64.b64encode(content).decode()} for name, content in cases]
    sizes = [{"name": "a.pdf", "content": given[13]["content"], "size": LARGEST + more} for more in (0, 1)]
    answers = run("judge.mjs", {"files": given + sizes, "largest": LARGEST})["faults"]
    for (name, content), (bare, fault) in zip(cases, answers, strict=False):
        assert bare == safe_name(name)
        assert fault == (fault_of(bare, content) or ""), (name, content[:40])
    assert bool(answers[-2][1]) is False
    assert answers[-1][1] == fault_of("a.pdf", b"%PDF", LARGEST + 1)


@pytest.mark.parametrize("seed", range(3))
def test_text_is_folded_alike(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 -- cases, not secrets
    odd = [*range(0x100), *range(0x600, 0x700), *range(0x2000, 0x2070), 0x1680, 0x180E, 0x3000, 0xFEFF, 0x1F642]
    texts = ["".join(chr(rng.choice(odd)) for _ in range(rng.randrange(40))) for _ in range(2000)]
    assert run("judge.mjs", {"texts": texts})["folded"] == [fold(text) for text in texts]
