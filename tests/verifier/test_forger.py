"""The forger test: every forgery of a case file is named, at its place, by both verifiers; the untouched file passes."""

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable

import pytest
from nacl.signing import SigningKey

from tender_app.ledger import signing
from tests.verifier import forger
from tests.verifier.conftest import Made, Verifier
from tests.verifier.forger import FORGERIES
from tests.verifier.script import Places, by_script

FORGERS = ("careless", "careful", "insider")


def forged(made: Made, name: str, who: str) -> bytes:
    """Return a case file with a forgery in it: `who` says what the forger does to the list of files afterwards."""
    files = forger.unpacked(made.path)
    before = dict(files)
    FORGERIES[name][0](files)
    assert files != before
    if who != "careless":
        forger.repaired(files)
    if who == "insider":
        forger.signed_by(files, made.key)
    return forger.packed(files)


def is_named(found: Places, name: str, who: str) -> bool:
    """Tell whether the forgery's place is named, and beside it the list that the careful forger could not sign."""
    at_place = any(place.startswith(FORGERIES[name][1]) for place, _ in found)
    return at_place and (("case.json", "signature") in found) == (who == "careful")


def test_the_untouched_file_is_whole_and_so_is_each_of_its_receipts(made: Made) -> None:
    files = forger.unpacked(made.path)
    assert by_script(made.path.read_bytes()) == set()
    assert by_script(made.path.read_bytes(), key=bytes(made.key.verify_key).hex()) == set()
    for name in files:
        if name.startswith("receipts/"):
            assert by_script(files[name]) == set()
            assert by_script(made.path.read_bytes(), earlier=files[name]) == set()


def test_there_are_forgeries_enough() -> None:
    assert len(FORGERIES) >= 60


@pytest.mark.parametrize("who", FORGERS)
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_named_at_its_place(made: Made, name: str, who: str) -> None:
    found = by_script(forged(made, name, who))
    assert is_named(found, name, who), found


def an_archive_cut_off(data: bytes) -> bytes:
    return data[:-100]


def an_archive_cut_in_the_middle(data: bytes) -> bytes:
    return data[: len(data) // 2]


def bytes_behind_the_archive(data: bytes) -> bytes:
    return data + b"more"


def bytes_before_the_archive(data: bytes) -> bytes:
    return b"PK more" + data


def bytes_between_two_entries(data: bytes) -> bytes:
    """Hide a whole entry that the archive's directory does not name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start, count = archive.start_dir, len(archive.namelist())
    hidden = forger.packed({"hidden.json": b"{}"}).split(b"PK\1\2")[0]
    directory, end = data[start:-22], data[-22:]
    return data[:start] + hidden + directory + struct.pack("<4s4H2LH", *_moved(end, len(hidden), count))


def _moved(end: bytes, by: int, count: int) -> tuple[bytes, int, int, int, int, int, int, int]:
    mark, disk, first, _here, _all, length, start, comment = struct.unpack("<4s4H2LH", end)
    return mark, disk, first, count, count, length, start + by, comment


def an_entry_that_stands_twice(data: bytes) -> bytes:
    files = forger.unpacked_bytes(data)
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        for name, content in [*files.items(), ("prices.json", b"[]")]:
            archive.writestr(name, content)
    return out.getvalue()


def entries_that_are_compressed(data: bytes) -> bytes:
    return forger.packed(forger.unpacked_bytes(data), zipfile.ZIP_DEFLATED)


def a_name_that_is_another_in_the_directory(data: bytes) -> bytes:
    place = data.rindex(b"ranking.json")
    return data[:place] + b"renking.json" + data[place + 12 :]


def a_file_more(data: bytes) -> bytes:
    return forger.packed({**forger.unpacked_bytes(data), "notes.txt": b"all is well"})


def a_digest_in_the_list_that_is_another(data: bytes) -> bytes:
    files = forger.unpacked_bytes(data)
    forger.edited(files, "case.json", lambda m: m["files"].update({"ledger.jsonl": "0" * 64}))
    return forger.packed(files)


def a_list_of_files_that_is_missing(data: bytes) -> bytes:
    files = forger.unpacked_bytes(data)
    del files["case.json"]
    return forger.packed(files)


def a_list_signed_by_a_key_of_the_forgers_own(data: bytes) -> bytes:
    files = forger.unpacked_bytes(data)
    forger.signed_by(files, SigningKey(b"f" * 32))
    return forger.packed(files)


def a_state_that_the_ledger_does_not_tell(data: bytes) -> bytes:
    files = forger.unpacked_bytes(data)
    forger.edited(files, "case.json", lambda m: m.update(state="cancelled"))
    return forger.packed(files)


def no_archive_at_all(_data: bytes) -> bytes:
    return b"PK is no archive"


WHOLE_FILES: dict[Callable[[bytes], bytes], tuple[str, str]] = {
    an_archive_cut_off: ("archive", "shape"),
    an_archive_cut_in_the_middle: ("archive", "shape"),
    bytes_behind_the_archive: ("archive", "shape"),
    bytes_before_the_archive: ("archive", "shape"),
    bytes_between_two_entries: ("archive", "stray"),
    an_entry_that_stands_twice: ("prices.json", "duplicate"),
    entries_that_are_compressed: ("ledger.jsonl", "compressed"),
    a_name_that_is_another_in_the_directory: ("renking.json", "shape"),
    a_file_more: ("notes.txt", "unlisted"),
    a_digest_in_the_list_that_is_another: ("ledger.jsonl", "digest"),
    a_list_of_files_that_is_missing: ("case.json", "shape"),
    a_list_signed_by_a_key_of_the_forgers_own: ("log/heads.json last", "head-signature"),
    a_state_that_the_ledger_does_not_tell: ("case.json", "state"),
    no_archive_at_all: ("archive", "shape"),
}


@pytest.mark.parametrize("forge", WHOLE_FILES, ids=lambda f: f.__name__.replace("_", " "))
def test_a_forged_archive_is_named(made: Made, forge: Callable[[bytes], bytes]) -> None:
    assert WHOLE_FILES[forge] in by_script(forge(made.path.read_bytes()))


@pytest.mark.browser
def test_the_page_names_every_forged_archive(made: Made, by_page: Verifier) -> None:
    data = made.path.read_bytes()
    for forge, named in WHOLE_FILES.items():
        found = by_page(forge(data))
        assert named in found
        assert found == by_script(forge(data))


def wholly_forged(made: Made) -> tuple[bytes, str]:
    """Return a case file signed anew from end to end with a key of the forger's own, and the key that people know."""
    files = forger.unpacked(made.path)
    forger.all_signed_by(files, SigningKey(b"f" * 32))
    return forger.packed(files), bytes(made.key.verify_key).hex()


def test_only_the_key_that_one_knows_tells_a_log_that_was_made_up_as_a_whole(made: Made) -> None:
    data, known = wholly_forged(made)
    assert by_script(data) == set()
    assert by_script(data, key=known) == {("case.json", "key")}


@pytest.mark.browser
def test_the_page_tells_it_by_the_key_too(made: Made, by_page: Verifier) -> None:
    data, known = wholly_forged(made)
    assert by_page(data) == set()
    assert by_page(data, key=known) == {("case.json", "key")}


def forked(made: Made) -> tuple[bytes, bytes]:
    """Return a case file, and a head that the log's key signed over other leaves: the log was forked by its holder."""
    head = json.loads(forger.unpacked(made.path)["log/heads.json"])["deadline"]
    fields = {name: value for name, value in head.items() if name != "signature"} | {"root": "ab" * 32}
    signature = made.key.sign(signing.HEAD + signing.canonical(fields)).signature.hex()
    return made.path.read_bytes(), json.dumps({**fields, "signature": signature}).encode()


def test_a_head_kept_from_before_tells_a_log_that_its_holder_forked(made: Made) -> None:
    data, head = forked(made)
    assert by_script(data, earlier=head) == {("earlier.json", "fork")}


@pytest.mark.browser
def test_the_page_tells_a_fork_by_a_kept_head_too(made: Made, by_page: Verifier) -> None:
    data, head = forked(made)
    assert by_page(data, earlier=head) == {("earlier.json", "fork")}


@pytest.mark.browser
@pytest.mark.parametrize("who", FORGERS)
def test_the_page_finds_the_very_same(made: Made, by_page: Verifier, who: str) -> None:
    assert by_page(made.path.read_bytes()) == set()
    differing = {}
    for name in FORGERIES:
        data = forged(made, name, who)
        one, other = by_script(data), by_page(data)
        if one != other:
            differing[name] = (sorted(one - other), sorted(other - one))
    assert differing == {}
