"""Sealing: what is kept of an envelope, and that nothing is kept of an abandoned one."""

import gc
import hashlib
import threading
import tracemalloc

import pyrage
import pytest

from tender_app.config import Settings
from tender_app.kernel.errors import NoRoom
from tender_app.sealing.envelope import Envelope, envelope_digest
from tender_app.sealing.models import TenderKey
from tender_app.store.files import Files
from tests.sealing.ground import FORM, MB, PDF, blobs, disk_full_at, fill, secret


def test_header_and_payload_together_are_one_plain_age_file(key: TenderKey, store: Files) -> None:
    sealed = fill(store, key.recipient, ("a.pdf", PDF)).seal(FORM)
    assert sealed.header.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert PDF in pyrage.decrypt(sealed.header + store.read(sealed.payload_key), [secret(key)])


def test_the_digest_is_the_hash_of_the_two_hashes(key: TenderKey, store: Files) -> None:
    sealed = fill(store, key.recipient, ("a.pdf", PDF)).seal(FORM)
    payload = store.read(sealed.payload_key)
    both = hashlib.sha256(sealed.header).digest() + hashlib.sha256(payload).digest()
    assert sealed.digest == hashlib.sha256(both).hexdigest()
    assert (sealed.payload_digest, sealed.size) == (hashlib.sha256(payload).hexdigest(), len(payload))


def test_the_digest_of_known_bytes_is_the_figure_that_openssl_gives() -> None:
    digest = envelope_digest(b"header", hashlib.sha256(b"payload").hexdigest())
    assert digest == "de18a9d4a0afcad25d996d6096703f1b2c85806324b2cf6f9abb506aac26b83c"


def test_the_header_is_not_in_the_store(key: TenderKey, store: Files, settings: Settings) -> None:
    sealed = fill(store, key.recipient).seal(FORM)
    assert all(b"age-encryption.org" not in path.read_bytes() for path in blobs(settings.storage))
    assert sealed.header.endswith(b"\n")


def test_the_same_content_sealed_twice_looks_different(key: TenderKey, store: Files) -> None:
    first, second = (fill(store, key.recipient, ("a.pdf", PDF)).seal(FORM) for _ in range(2))
    assert first.digest != second.digest
    assert store.read(first.payload_key) != store.read(second.payload_key)


@pytest.mark.parametrize("size", [0, 10, 3 * MB])
def test_an_envelope_abandoned_in_the_middle_of_a_file_leaves_nothing(
    key: TenderKey, store: Files, settings: Settings, size: int
) -> None:
    before = threading.active_count()
    envelope = Envelope(key.recipient, store)
    envelope.file(0, "a.pdf").write(b"x" * size)
    envelope.abandon()
    envelope.abandon()
    del envelope
    gc.collect()  # a writer that complains when it is thrown away fails the test
    assert blobs(settings.storage) == []
    assert threading.active_count() == before


def test_an_envelope_that_was_sealed_but_not_placed_can_be_thrown_away(
    key: TenderKey, store: Files, settings: Settings
) -> None:
    envelope = fill(store, key.recipient, ("a.pdf", PDF))
    envelope.seal(FORM)
    envelope.abandon()
    assert blobs(settings.storage) == []


def test_something_that_is_no_recipient_begins_no_envelope(store: Files, settings: Settings) -> None:
    with pytest.raises(pyrage.RecipientError):
        Envelope("age1nobody", store)
    assert blobs(settings.storage) == []


def test_a_form_that_cannot_be_written_seals_nothing(key: TenderKey, store: Files, settings: Settings) -> None:
    envelope = fill(store, key.recipient)
    with pytest.raises(TypeError):
        envelope.seal({"total": object()})
    envelope.abandon()
    assert blobs(settings.storage) == []


def test_a_full_disk_is_told_at_the_seal_and_leaves_nothing(key: TenderKey, store: Files, settings: Settings) -> None:
    with disk_full_at(MB):
        envelope = fill(store, key.recipient, ("a.zip", b"x" * (12 * MB)))
        with pytest.raises(NoRoom):
            envelope.seal(FORM)
        envelope.abandon()
    assert blobs(settings.storage) == []


def test_memory_stays_flat_while_forty_megabytes_pass(key: TenderKey, store: Files) -> None:
    chunk = b"x" * 65_536
    tracemalloc.start()
    try:
        envelope = Envelope(key.recipient, store)
        writer = envelope.file(0, "large.zip")
        for _ in range(640):
            writer.write(chunk)
        sealed = envelope.seal(FORM)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sealed.size > 40 * MB
    assert peak < 8 * MB
