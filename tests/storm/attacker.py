"""The attacker: somebody who copied everything that the machine keeps, and knows some members' passphrases.

Every key that can be derived from the loot is derived, and every one is tried on every envelope.
"""

import itertools
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyrage
import shamir_mnemonic
import sqlalchemy as sa
from pyrage import x25519
from shamir_mnemonic.share import Share

from tender_app.config import Settings
from tender_app.sealing import passphrase
from tender_app.sealing.identity import identity_of
from tests.storm.needles import found_in

AGE_KEY = re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}")
WORDS = re.compile(rb"(?:[a-z]{4,8} ){19,40}[a-z]{4,8}")
RAW = 32  # bytes of a secret


@dataclass(frozen=True)
class Loot:
    """What was copied: every file, every row, and the application's secrets."""

    folder: Path
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    secrets: Sequence[str]

    def blobs(self) -> Iterator[tuple[str, bytes]]:
        """Give every file, and every value of every column, each with where it lay."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield str(path.relative_to(self.folder)), path.read_bytes()
        for table, rows in self.rows.items():
            for row in rows:
                for column, value in row.items():
                    if value is not None:
                        yield f"{table}.{column}", _bytes_of(value)


def loot_of(settings: Settings, to: Path) -> Loot:
    """Copy database, files, headers and keys of a running installation, and take its secrets."""
    for name, folder in {"files": settings.storage, "keys": settings.keys, "headers": settings.headers}.items():
        if folder.is_dir():
            shutil.copytree(folder, to / name)
    url = sa.engine.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        for path in Path(str(url.database)).parent.glob("tender.sqlite3*"):
            shutil.copy(path, to)
    return Loot(to, _rows(settings.database_url), [settings.secret_key])


def lying_open(loot: Loot, canaries: Mapping[str, set[bytes]]) -> set[str]:
    """Return the canaries that lie in the clear in what was copied."""
    return {name for _, content in loot.blobs() for name in found_in(content, canaries)}


def opened(loot: Loot, passphrases: Sequence[str], canaries: Mapping[str, set[bytes]]) -> set[str]:
    """Return the canaries that lie in whatever some key opens, among all that the loot and the passphrases give."""
    keys = list(derived(loot, passphrases).values())
    return {name for content in _opened(loot, keys) for name in found_in(content, canaries)}


def _opened(loot: Loot, keys: Sequence[Any]) -> Iterator[bytes]:
    """Give the inside of every envelope, share and blob that some key opens."""
    sealed = [content for _, content in loot.blobs() if content.startswith(b"age-encryption.org/")]
    for row in loot.rows["sealed_envelope"]:
        header = _file(loot.folder / "headers", row["header_key"])
        sealed.append(header + _file(loot.folder / "files", row["payload_key"]))
    for content, key in itertools.product(sealed, keys):
        if (plain := _decrypted(content, key)) is not None:
            yield plain


def derived(loot: Loot, passphrases: Sequence[str]) -> dict[str, Any]:
    """Return every identity that the loot and the passphrases give, by its public half: found, derived, unlocked, or made of shares."""
    known = {str(key.to_public()): key for key in _lying_about(loot)}
    for row in loot.rows["member_key"]:
        locked = passphrase.Locked(row["recipient"], row["salt"], row["box"], row["operations"], row["memory"])
        for said in [*passphrases, *loot.secrets]:
            try:
                key = passphrase.unlock(locked, said)
            except passphrase.WrongPassphrase:
                continue
            known[str(key.to_public())] = key
    for shares in _by_secret(_shares(loot, known)):
        for size in range(1, len(shares) + 1):
            for group in itertools.combinations(shares, size):
                if (made := _combined(group)) is not None:
                    known[str(made.to_public())] = made
    return known


def _by_secret(shares: Iterable[str]) -> Iterable[set[str]]:
    """Put together the shares that say of themselves that they are of one secret."""
    found: dict[int, set[str]] = {}
    for share in shares:
        found.setdefault(Share.from_mnemonic(share).identifier, set()).add(share)
    return found.values()


def _lying_about(loot: Loot) -> Iterator[Any]:
    """Give the identities that lie somewhere in the clear, and those that the application's secrets might stand for."""
    for place, content in loot.blobs():
        for text in AGE_KEY.findall(content):
            yield x25519.Identity.from_str(text.decode())
        for words in WORDS.findall(content):
            if (made := _combined([words.decode()])) is not None:
                yield made
        if len(content) == RAW or (place.startswith("keys/") and len(content) >= RAW):
            yield identity_of(content[:RAW])
    for secret in loot.secrets:
        for raw in (sha256(secret.encode()).digest(), secret.encode()[:RAW].ljust(RAW, b"\0")):
            yield identity_of(raw)


def _shares(loot: Loot, known: Mapping[str, Any]) -> Iterator[str]:
    """Give every share that a known key opens: a member's, or one given in a session."""
    for table in ("key_share", "session_share"):
        for row in loot.rows[table]:
            for key in known.values():
                plain = _decrypted(row["sealed"], key)
                if plain is not None:
                    yield from json.loads(plain).values() if plain.startswith(b"{") else [plain.decode()]


def _combined(shares: Sequence[str]) -> Any:
    try:
        return identity_of(shamir_mnemonic.combine_mnemonics(list(shares)))
    except (shamir_mnemonic.MnemonicError, ValueError):
        return None


def _decrypted(content: bytes, key: Any) -> bytes | None:
    try:
        plain: bytes = pyrage.decrypt(content, [key])
    except (pyrage.DecryptError, OSError):
        return None
    return plain


def _file(folder: Path, key: str) -> bytes:
    path = folder / key[:2] / key
    return path.read_bytes() if path.is_file() else b""


def _rows(url: str) -> dict[str, list[dict[str, Any]]]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        return {t.name: [dict(r) for r in connection.execute(sa.select(t)).mappings()] for t in tables.sorted_tables}


def _bytes_of(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return json.dumps(value, ensure_ascii=False, default=str).encode()
