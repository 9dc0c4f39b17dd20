"""What the installation signs: checked by its public half, by our code and by another library."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tender_app.config import Settings
from tender_app.ledger import signing

HEAD = {"size": 12, "root": "ab" * 32, "at": "2026-11-24T09:00:00Z", "تهران": "شنبه"}


def settings_in(folder: Path) -> Settings:
    return Settings(f"sqlite:///{folder / 'x'}", folder / "files", folder / "keys", "s" * 40, True, "http://x", 0)


def test_a_statement_is_signed_and_another_librarys_verification_agrees(tmp_path: Path) -> None:
    said = signing.signed(settings_in(tmp_path), HEAD)
    assert signing.is_signed(said, said["key"])
    bare = {name: value for name, value in said.items() if name != "signature"}
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["key"]))
    key.verify(bytes.fromhex(said["signature"]), signing.canonical(bare))


def test_a_changed_statement_another_key_and_no_signature_are_refused(tmp_path: Path) -> None:
    said = signing.signed(settings_in(tmp_path), HEAD)
    other = signing.signed(settings_in(tmp_path / "other"), HEAD)
    assert not signing.is_signed({**said, "size": 13}, said["key"])
    assert not signing.is_signed({**said, "more": 1}, said["key"])
    assert not signing.is_signed(other, said["key"])
    assert not signing.is_signed(HEAD, said["key"])
    assert not signing.is_signed({**said, "signature": "zz"}, said["key"])


def test_one_key_is_made_though_several_ask_at_once_and_it_stays(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(signing.public_key, [settings] * 16))
    assert found == {signing.public_key(dataclasses.replace(settings, demo=False))}
    kept = list(settings.keys.iterdir())
    assert [path.name for path in kept] == ["log.key"]
    assert kept[0].stat().st_mode & 0o777 == 0o600
