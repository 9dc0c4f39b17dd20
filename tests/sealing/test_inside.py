"""Inside an opened envelope: whatever was sealed into it is read whole, or is a finding, and nothing of it stays."""

import contextlib
import dataclasses
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from tender_app.config import Settings
from tender_app.sealing.envelope import envelope_digest
from tender_app.sealing.inside import MisformedError, looking_inside
from tender_app.sealing.models import TenderKey
from tender_app.sealing.opening import MISFORMED, UNREADABLE, Damaged, open_envelope
from tender_app.store.files import Files, headers_of
from tests.sealing.ground import MB, PDF, blobs, secret
from tests.sealing.hostile import cases, patched, whole
from tests.sealing.test_opening import foreign

FORM = {"approach": "روش ما", "total": 9_750_000_000}
LIMIT = 3 * MB
CASES = cases(FORM, PDF, LIMIT)
FILES = [("files/0/روش.pdf", PDF), ("files/3/b.pdf", PDF * 3)]
GOOD = whole(FILES, FORM)


def read(plain: bytes) -> tuple[dict[str, object], list[tuple[str, bytes]]]:
    """Return the form and the files inside; MisformedError if it is no envelope."""
    with looking_inside(io.BytesIO(plain), limit=LIMIT) as inside:
        return inside.form, [(entry.name, b"".join(inside.chunks(entry))) for entry in inside.files]


def test_what_was_sealed_well_comes_out_whole() -> None:
    form, files = read(GOOD)
    assert {**form, "files": None} == {**FORM, "files": None}
    assert files == [("روش.pdf", PDF), ("b.pdf", PDF * 3)]


@pytest.mark.parametrize("case", CASES)
def test_what_no_envelope_holds_is_a_finding_with_its_cause(
    settings: Settings, key: TenderKey, store: Files, case: str
) -> None:
    make, clause = CASES[case]
    sealed = foreign(settings, key, store, make())
    with pytest.raises(Damaged) as damaged:
        open_envelope(dataclasses.replace(settings, sealed_limit=LIMIT), sealed, secret(key))
    assert damaged.value.cause == f"{MISFORMED}: {clause}."
    assert [path.name for path in blobs(settings.storage)] == [sealed.payload_key]


def test_an_envelope_with_one_bad_file_gives_none_of_its_files(
    settings: Settings, key: TenderKey, store: Files
) -> None:
    sealed = foreign(settings, key, store, GOOD)
    with pytest.raises(Damaged, match=r"^«b.pdf»: no$"):
        open_envelope(settings, sealed, secret(key), lambda name, *_: "no" if name == "b.pdf" else None)
    assert [path.name for path in blobs(settings.storage)] == [sealed.payload_key]


@pytest.mark.parametrize("left", [0, 1, 15, 16, 31, 32, 16 + 65_552, -1, -16])
def test_a_payload_that_was_cut_before_it_came_is_a_finding(
    settings: Settings, key: TenderKey, store: Files, left: int
) -> None:
    sealed = foreign(settings, key, store, whole([("files/0/a.pdf", PDF * 200)], FORM))
    short = store.put(store.read(sealed.payload_key)[:left])
    sealed.payload_key, sealed.payload_digest, sealed.size = short.key, short.digest, short.size
    sealed.digest = envelope_digest(headers_of(settings).read(sealed.header_key), short.digest)
    with pytest.raises(Damaged) as damaged:
        open_envelope(settings, sealed, secret(key))
    assert damaged.value.cause == UNREADABLE


def test_a_directory_that_claims_to_be_large_takes_no_memory() -> None:
    many = whole([(f"files/{place}/a.pdf", b"") for place in range(9_000)], FORM)
    claims = patched(b"\0" * (24 * MB) + GOOD, b"PK\x05\x06", 12, (20 * MB).to_bytes(4, "little"))
    for plain in (many * 3, claims):
        tracemalloc.start()
        try:
            with pytest.raises(MisformedError):
                read(plain)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 12 * MB


@trying(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_change_of_a_good_envelope_is_read_whole_or_is_a_finding(data: st.DataObject) -> None:
    changed = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        how = data.draw(st.sampled_from(("set", "cut", "put", "swap")))
        if how == "set":
            changed[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del changed[at : at + data.draw(st.integers(1, 64))]
        elif how == "put":
            changed[at:at] = data.draw(st.binary(min_size=1, max_size=64))
        else:
            other = data.draw(st.integers(0, len(changed) - 1))
            changed[at], changed[other] = changed[other], changed[at]
        changed = changed or bytearray(b"\0")
    found = None
    with contextlib.suppress(MisformedError):
        found = read(bytes(changed))
    assert found is None or [content for _, content in found[1]] == [PDF, PDF * 3]


@trying(max_examples=200, deadline=None)
@given(plain=st.binary(max_size=4_000))
def test_any_bytes_are_a_finding(plain: bytes) -> None:
    with pytest.raises(MisformedError):
        read(plain)
