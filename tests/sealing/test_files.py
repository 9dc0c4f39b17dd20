"""Write-once blobs."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tender_app.store.files import Files


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_blob_comes_back_byte_for_byte_with_its_digest_and_size(tmp_path: Path) -> None:
    store = Files(tmp_path)
    stored = store.put([b"one ", b"two"])
    assert store.read(stored.key) == b"one two"
    assert (stored.digest, stored.size) == (hashlib.sha256(b"one two").hexdigest(), 7)


def test_the_same_bytes_twice_get_keys_that_say_nothing_of_them(tmp_path: Path) -> None:
    store = Files(tmp_path)
    first, second = store.put(b"same"), store.put(b"same")
    assert first.key != second.key
    assert first.digest not in {first.key, second.key}


def test_a_blob_is_readable_for_its_owner_alone(tmp_path: Path) -> None:
    store = Files(tmp_path)
    assert store.path(store.put(b"x").key).stat().st_mode & 0o777 == 0o600


def test_a_stream_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise ConnectionError

    with pytest.raises(ConnectionError):
        Files(tmp_path).put(breaking())
    assert files_below(tmp_path) == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "ab/../cd", "0" * 31, "0" * 33, "G" * 32, "0" * 32 + "\n"])
def test_a_text_that_is_no_key_leads_nowhere(tmp_path: Path, key: str) -> None:
    with pytest.raises(FileNotFoundError):
        Files(tmp_path).path(key)


def test_a_blob_that_exists_is_never_written_again(tmp_path: Path) -> None:
    store = Files(tmp_path)
    with store.writing() as pending:
        pending.writer.write(b"whole")
    with pytest.raises(ValueError, match="closed"):
        pending.writer.write(b"more")
    assert store.read(pending.stored.key) == b"whole"
