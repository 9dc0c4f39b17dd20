"""What a hostile or broken sealer could put into an envelope, and why each is a finding."""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tender_app.sealing import inside as words
from tender_app.sealing.age import LARGEST_FORM

ENTRIES = Sequence[tuple[str, bytes]]


def packed(entries: ENTRIES, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return a ZIP of these entries, whatever they are called."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return made.getvalue()


def listing(files: ENTRIES, form: Mapping[str, Any]) -> bytes:
    """Return a form that lists these files."""
    rows = [{"field": "files", "name": name.split("/")[-1], "size": len(content)} for name, content in files]
    return json.dumps({**form, "files": rows}, ensure_ascii=False).encode()


def whole(files: ENTRIES, form: Mapping[str, Any]) -> bytes:
    """Return an envelope's inside with these files and the form that lists them."""
    return packed([*files, ("form.json", listing(files, form))])


def with_form(text: str) -> bytes:
    """Return an envelope's inside that has this form alone."""
    return packed([("form.json", text.encode("utf-8", "surrogatepass"))])


def patched(content: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """Return a ZIP with a field of its last record of this signature changed."""
    start = content.rindex(signature) + offset
    return content[:start] + value + content[start + len(value) :]


def overlapping(pdf: bytes, form: Mapping[str, Any]) -> bytes:
    """Return a ZIP whose second file lies where the first does, under another name."""
    files = [("files/0/a.pdf", pdf), ("files/1/b.pdf", pdf)]
    content = whole(files, form)
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    return content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]


def cases(form: Mapping[str, Any], pdf: bytes, limit: int) -> dict[str, tuple[Callable[[], bytes], str]]:
    """Return (how to make it, the clause of the finding) of each."""
    good = whole([("files/0/a.pdf", pdf)], form)
    text = json.dumps({**form, "files": []}, ensure_ascii=False)
    many = [(f"files/{place}/a.pdf", b"x") for place in range(words.MOST_FILES + 1)]
    huge = b"\0" * (limit // 3)
    return {
        "nothing": (lambda: b"", words.NO_ZIP),
        "not a ZIP": (lambda: b"%PDF-1.4 this is no ZIP", words.NO_ZIP),
        "half a ZIP": (lambda: good[: len(good) // 2], words.NO_ZIP),
        "its end alone": (lambda: good[-22:], words.NO_ZIP),
        "a ZIP bomb": (
            lambda: packed([("files/0/a.pdf", huge * 4), ("form.json", text.encode())], zipfile.ZIP_DEFLATED),
            words.COMPRESSED,
        ),
        "an encrypted entry": (lambda: patched(good, b"PK\x01\x02", 8, b"\x01\x08"), words.COMPRESSED),
        "a directory of four gigabytes": (lambda: patched(good, b"PK\x05\x06", 12, b"\xff\xff\xff\xf0"), words.NO_ZIP),
        "an entry behind the end": (lambda: patched(good, b"PK\x01\x02", 42, b"\xff\xff\xff\x7f"), words.NO_ZIP),
        "two entries of the same bytes": (lambda: overlapping(pdf, form), words.NO_ZIP),
        "a wrong checksum": (lambda: good.replace(pdf, pdf[:-9] + b"X" + pdf[-8:]), words.NO_ZIP),
        "another size in the directory": (
            lambda: patched(good, b"PK\x01\x02", 24, b"\x01"),
            words.NO_ZIP,
        ),
        "a way out": (lambda: whole([("files/0/../../a.pdf", pdf)], form), words.NAMES),
        "an absolute name": (lambda: whole([("/etc/a.pdf", pdf)], form), words.NAMES),
        "a name with backslashes": (lambda: whole([("files/0/..\\a.pdf", pdf)], form), words.NAMES),
        "the name of a folder": (lambda: whole([("files/0/..", pdf)], form), words.NAMES),
        "a control character in a name": (lambda: whole([("files/0/a\x1b.pdf", pdf)], form), words.NAMES),
        "a folder": (lambda: packed([("files/0/", b""), ("form.json", text.encode())]), words.NAMES),
        "another file beside the form": (lambda: packed([("evil", b"x"), ("form.json", text.encode())]), words.NAMES),
        "two files in one place": (
            lambda: whole([("files/0/a.pdf", pdf), ("files/0/b.pdf", pdf)], form),
            words.TWICE,
        ),
        "places out of order": (lambda: whole([("files/1/a.pdf", pdf), ("files/0/b.pdf", pdf)], form), words.TWICE),
        "two forms": (lambda: _two_forms(text.encode()), words.NO_FORM),
        "no form": (lambda: packed([("files/0/a.pdf", pdf)]), words.NO_FORM),
        "too many entries": (lambda: whole(many, form), words.MANY),
        "files beyond the limit": (
            lambda: whole([(f"files/{place}/a.pdf", huge) for place in range(4)], form),
            words.LARGE,
        ),
        "a form without its end": (lambda: with_form(text[:-1]), words.NO_FORM),
        "a form that is a list": (lambda: with_form("[]"), words.NO_FORM),
        "a form that is not UTF-8": (lambda: packed([("form.json", b'{"a": "\xff"}')]), words.NO_FORM),
        "a form too deep": (lambda: with_form('{"a":' * 100_000 + "1" + "}" * 100_000), words.NO_FORM),
        "lists in lists": (lambda: with_form('{"a": [[[[[[1]]]]]], "files": []}'), words.NO_FORM),
        "a field twice": (lambda: with_form('{"total": 1, "total": 2, "files": []}'), words.NO_FORM),
        "a form too large": (lambda: with_form('{"a": "' + "x" * (LARGEST_FORM + 1) + '"}'), words.NO_FORM),
        "no number": (lambda: with_form('{"total": NaN, "files": []}'), words.FIGURES),
        "infinity": (lambda: with_form('{"total": -Infinity, "files": []}'), words.FIGURES),
        "a fraction": (lambda: with_form('{"total": 1e400, "files": []}'), words.FIGURES),
        "a number of 19 figures": (lambda: with_form('{"total": 1000000000000000000, "files": []}'), words.FIGURES),
        "a number of 5000 figures": (lambda: with_form('{"total": ' + "9" * 5000 + ', "files": []}'), words.NO_FORM),
        "a NUL in a text": (lambda: with_form('{"approach": "a\\u0000b", "files": []}'), words.SIGNS),
        "an escape in a text": (lambda: with_form('{"approach": "a\\u001b[2J", "files": []}'), words.SIGNS),
        "half a pair": (lambda: with_form('{"approach": "\\ud800", "files": []}'), words.SIGNS),
        "a NUL in a field's name": (lambda: with_form('{"a\\u0000": 1, "files": []}'), words.SIGNS),
        "no list of files": (lambda: with_form("{}"), words.LISTED),
        "a list that is none": (lambda: with_form('{"files": 5}'), words.LISTED),
        "files that are listed and missing": (
            lambda: packed([("form.json", listing([("files/0/a.pdf", pdf)], form))]),
            words.LISTED,
        ),
        "files that are there and not listed": (
            lambda: packed([("files/0/a.pdf", pdf), ("form.json", text.encode())]),
            words.LISTED,
        ),
        "a file of another size": (
            lambda: packed([("files/0/a.pdf", pdf), ("form.json", listing([("a.pdf", pdf + b" ")], form))]),
            words.LISTED,
        ),
    }


def _two_forms(form: bytes) -> bytes:
    """Return a ZIP with two entries of one name, which the writer warns of."""
    return packed([("form.jsoN", b"{}"), ("form.json", form)]).replace(b"form.jsoN", b"form.json")
