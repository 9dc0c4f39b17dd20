"""Opening: what goes in comes out; a damaged envelope is told from a failure of our own."""

import hashlib
import io
import tracemalloc
import zipfile

import pyrage
import pytest
import sqlalchemy as sa

from tender_app.config import Settings
from tender_app.kernel.errors import NoRoom
from tender_app.sealing.envelope import envelope_digest
from tender_app.sealing.identity import secret_of
from tender_app.sealing.inside import COMPRESSED, NO_FORM, NO_ZIP
from tender_app.sealing.keys import key_of
from tender_app.sealing.models import KeyPurpose, SealedEnvelope, TenderKey
from tender_app.sealing.opening import MISFORMED, UNREADABLE, Damaged, open_envelope
from tender_app.store.base import Base
from tender_app.store.context import Context
from tender_app.store.files import Files, headers_of
from tests.sealing.ground import FORM, MB, NOW, PDF, TENDER, blobs, disk_full_at, row_of, seal, secret


def cause(settings: Settings, sealed: SealedEnvelope) -> str:
    """Return why an envelope cannot be opened, after seeing that nothing came out of it."""
    before = len(blobs(settings.storage))
    with pytest.raises(Damaged) as damaged:
        open_envelope(settings, sealed, secret(sealed.tender_key))
    assert len(blobs(settings.storage)) == before
    return damaged.value.cause


def foreign(settings: Settings, key: TenderKey, store: Files, plain: bytes) -> SealedEnvelope:
    """Return an envelope around bytes that our own writer would not make."""
    whole = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(key.recipient)])
    end = whole.index(b"\n", whole.index(b"\n---") + 1) + 1
    header, stored = whole[:end], store.put(whole[end:])
    digest = envelope_digest(header, stored.digest)
    kept = {"payload_key": stored.key, "payload_digest": stored.digest, "digest": digest, "size": stored.size}
    return row_of(settings, key, header=header, **kept)


def test_an_opened_envelope_gives_its_form_and_files_back(
    ctx: Context, settings: Settings, key: TenderKey, store: Files
) -> None:
    large = bytes(range(256)) * 8192
    sealed = seal(ctx, key, ("روش اجرا.pdf", PDF), ("empty.zip", b""), ("large.zip", large))
    opened = open_envelope(settings, sealed, secret(sealed.tender_key))
    sizes = {"روش اجرا.pdf": len(PDF), "empty.zip": 0, "large.zip": len(large)}
    listed = [{"field": "files", "name": name, "size": size} for name, size in sizes.items()]
    assert opened.form == {**FORM, "files": listed}
    assert [(name, store.read(stored.key)) for name, stored in opened.files] == [
        ("روش اجرا.pdf", PDF),
        ("empty.zip", b""),
        ("large.zip", large),
    ]
    assert opened.files[2][1].digest == hashlib.sha256(large).hexdigest()


def test_opening_leaves_only_the_files_that_came_out(ctx: Context, settings: Settings, key: TenderKey) -> None:
    sealed = seal(ctx, key, ("a.pdf", PDF))
    opened = open_envelope(settings, sealed, secret(sealed.tender_key))
    names = {path.name for path in blobs(settings.storage)}
    assert names == {sealed.payload_key, opened.files[0][1].key}


def test_one_changed_byte_of_the_payload_is_damage(
    ctx: Context, settings: Settings, key: TenderKey, store: Files
) -> None:
    sealed = seal(ctx, key, ("a.pdf", PDF))
    path = store.path(sealed.payload_key)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    assert cause(settings, sealed) == "بایت‌های پاکت با اثر انگشت رسید یکی نیست."


def test_a_changed_header_is_damage(ctx: Context, settings: Settings, key: TenderKey) -> None:
    sealed = seal(ctx, key, ("a.pdf", PDF))
    path = headers_of(settings).path(sealed.header_key)
    path.write_bytes(path.read_bytes().replace(b"X25519", b"X25518"))
    assert cause(settings, sealed) == "بایت‌های پاکت با اثر انگشت رسید یکی نیست."


def test_a_header_that_is_gone_is_damage_and_one_that_was_destroyed_says_so(
    ctx: Context, settings: Settings, key: TenderKey
) -> None:
    gone, destroyed = seal(ctx, key, ("a.pdf", PDF)), seal(ctx, key, ("a.pdf", PDF))
    for sealed in (gone, destroyed):
        path = headers_of(settings).path(sealed.header_key)
        headers_of(settings).destroy(sealed.header_key)
        assert not path.exists()
    destroyed.destroyed_at = NOW
    assert cause(settings, gone) == "سرآیند پاکت در جای خود نیست."
    assert "نابود شده است" in cause(settings, destroyed)


def test_headers_lie_apart_from_payloads_and_database_for_their_owner_alone(
    ctx: Context, settings: Settings, key: TenderKey
) -> None:
    sealed = seal(ctx, key, ("a.pdf", PDF))
    header = headers_of(settings).read(sealed.header_key)
    assert header.startswith(b"age-encryption.org/v1")
    assert settings.headers.stat().st_mode & 0o777 == 0o700
    assert settings.headers not in settings.storage.parents
    assert all(header not in path.read_bytes() for path in blobs(settings.storage))
    rows = [row for table in Base.metadata.sorted_tables for row in ctx.session.execute(sa.select(table))]
    assert not any(header in tuple(row) for row in rows)


def test_a_truncated_payload_is_damage(ctx: Context, settings: Settings, key: TenderKey, store: Files) -> None:
    sealed = seal(ctx, key, ("a.pdf", PDF))
    path = store.path(sealed.payload_key)
    path.write_bytes(path.read_bytes()[:-1])
    assert cause(settings, sealed) == "پاکت ناقص است: اندازه آن با اندازه هنگام مهر و موم یکی نیست."


def test_a_payload_that_is_gone_is_damage(ctx: Context, settings: Settings, key: TenderKey, store: Files) -> None:
    sealed = seal(ctx, key, ("a.pdf", PDF))
    store.path(sealed.payload_key).unlink()
    assert cause(settings, sealed) == "پرونده مهر و موم‌شده در انبار نیست."


def test_an_envelope_sealed_to_the_tenders_other_key_is_damage(
    ctx: Context, settings: Settings, keys: dict[KeyPurpose, TenderKey]
) -> None:
    other = keys[KeyPurpose.PRICES].recipient
    sealed = seal(ctx, keys[KeyPurpose.ENVELOPES], ("a.pdf", PDF), recipient=other)
    assert cause(settings, sealed) == UNREADABLE


def test_an_age_file_cut_before_it_was_sealed_is_damage(settings: Settings, key: TenderKey, store: Files) -> None:
    sealed = foreign(settings, key, store, b"x" * 200_000)
    short = store.put(store.read(sealed.payload_key)[:-9])
    sealed.payload_key, sealed.payload_digest, sealed.size = short.key, short.digest, short.size
    sealed.digest = envelope_digest(headers_of(settings).read(sealed.header_key), short.digest)
    assert cause(settings, sealed) == UNREADABLE


def test_something_that_is_no_envelope_inside_is_damage(settings: Settings, key: TenderKey, store: Files) -> None:
    causes = {
        b"": NO_ZIP,
        b"no zip at all": NO_ZIP,
        _zip("other.json"): NO_FORM,
        _zip("form.json", compression=zipfile.ZIP_DEFLATED): COMPRESSED,
    }
    for plain, why in causes.items():
        assert cause(settings, foreign(settings, key, store, plain)) == f"{MISFORMED}: {why}."


def test_a_full_disk_is_our_own_failure_and_rejects_no_bid(ctx: Context, settings: Settings, key: TenderKey) -> None:
    sealed = seal(ctx, key, ("a.zip", b"x" * (3 * MB)))
    with disk_full_at(MB), pytest.raises(NoRoom):
        open_envelope(settings, sealed, secret(sealed.tender_key))
    assert [path.name for path in blobs(settings.storage)] == [sealed.payload_key]


def test_another_keys_secret_is_our_own_failure_and_rejects_no_bid(
    ctx: Context, settings: Settings, keys: dict[KeyPurpose, TenderKey]
) -> None:
    ours, other = keys[KeyPurpose.ENVELOPES], keys[KeyPurpose.PRICES]
    sealed = seal(ctx, ours, ("a.pdf", PDF))
    with pytest.raises(RuntimeError, match="another key"):
        open_envelope(settings, sealed, secret(other))


def test_memory_stays_flat_while_a_large_envelope_is_opened(ctx: Context, settings: Settings, key: TenderKey) -> None:
    sealed = seal(ctx, key, ("large.zip", b"x" * (24 * MB)))
    tracemalloc.start()
    try:
        opened = open_envelope(settings, sealed, secret(sealed.tender_key))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert opened.files[0][1].size == 24 * MB
    assert peak < 8 * MB


def test_a_tender_has_two_keys_whose_secrets_are_kept_nowhere(
    ctx: Context, settings: Settings, keys: dict[KeyPurpose, TenderKey]
) -> None:
    assert list(keys) == [KeyPurpose.ENVELOPES, KeyPurpose.PRICES]
    assert len({key.recipient for key in keys.values()}) == 2
    assert key_of(ctx, TENDER, KeyPurpose.PRICES) is keys[KeyPurpose.PRICES]
    assert not settings.keys.exists()
    kept = " ".join(
        str(tuple(row)) for table in Base.metadata.sorted_tables for row in ctx.session.execute(sa.select(table))
    )
    for key in keys.values():
        assert key.recipient in kept
        assert str(secret(key)) not in kept
        assert repr(secret_of(secret(key))) not in kept


def _zip(name: str, compression: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        archive.writestr(name, "{}")
    return made.getvalue()
