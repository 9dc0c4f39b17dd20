#!/usr/bin/env python3
"""Check a receipt or a case file of tender_app without tender_app: python verify.py FILE [EARLIER] [--key HEX].

FILE is a receipt (receipt.json), a signed head of the receipt log (JSON), or a case file (case.zip). EARLIER is a
receipt or head that you kept: the log of FILE must continue the log of EARLIER. Exit status 0: whole. 1: each finding is
one line that names the place and, in brackets, a code; docs/receipts.md explains the formats and the codes.

It needs Python 3.11 or newer and the package `cryptography`, and it reads nothing but the files you name.

What a pass means: everything in the file fits together and was signed with the key in it. Whether that key is the key of
the log you know is for you to say: compare the key that is printed with the one you noted, or give it with --key.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import re
import struct
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

RECEIPT, CASE = "tender_app receipt 1", "tender_app case 1"
HEAD_SIGNED, PROMISE_SIGNED, CASE_SIGNED = b"tender_app log head\n", b"tender_app promise\n", b"tender_app case\n"
ZIP64 = 45  # the version of the ZIP format that knows sizes beyond 4 GB
DEPTH = 16  # of the tree in each leaf
START = "0" * 64  # what the first entry of a chain follows
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
DECIMAL = re.compile(r"[+-]?\d{1,60}(\.\d{1,60})?")
HEX = re.compile(r"([0-9a-f]{2})*")
LOGGED = {  # the acts that the receipt log holds, by the kind of case in whose chain they stand
    "bid": {"submit", "replace", "withdraw", "confirm_addendum", "return_unopened"},
    "tender": {"open_a", "open_b", "open_prices", "destroy_unopened"},
}
OPENINGS = {"open_a": "a", "open_b": "b", "open_prices": "c"}
OPENED_BY = {"open_b": {"evaluate", "reject_b"}, "open_prices": {"price", "reject_price"}}  # a bid's act at its opening
METHODS = ("weighted_price", "qcbs", "least_cost", "quality_only", "fixed_budget", "single_source")
SMALLEST_FIRST = ("weighted_price", "least_cost")
NEGOTIATED = ("quality_only", "single_source")  # the price is agreed with the best, or with the next if that fails
LEAVES = ("before", "minute", "down", "idle", "clock")
NAMES = {"ledger.jsonl", "log/leaves.jsonl", "log/heads.json", "envelopes.json", "scores.json", "prices.json"}
NAMES |= {"cases.json", "ranking.json", "contract.json"}
FOLDERS = ("receipts/", "envelopes/", "papers/")
INSTANTS = ("closes_at", "opens_at", "prices_open_at")
AMENDED = {*INSTANTS, "guarantee"}  # the terms that an addendum may change; all others end with the tender
SILENT = {"unconfirmed_bids": "stand", "aggregation": "mean", "trim": 0, "tie_rule": "technical"}  # of what is not said
AGGREGATIONS = ("mean", "trimmed_mean", "consensus")  # a consensus is the mean of the points that stand
TIES: dict[str, Callable[[tuple[int, str, Fraction, int]], tuple[Any, ...]]] = {  # of equals, the smallest first
    "technical": lambda offer: (-offer[2], offer[3]),
    "price": lambda offer: (offer[3], -offer[2]),
    "lot": lambda _offer: (),
}
ASIDE = {"replace", "withdraw", "return_unopened"}  # after these a bid is never opened

Json = Any


# Findings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """What is wrong, and where: a file, a line, a receipt, a bid."""

    place: str
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text} [{self.code}]"


class Report:
    """The findings, in the order in which they were met, and notes that are no findings."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.notes: list[str] = []

    def demand(self, holds: bool, place: str, code: str, text: str) -> bool:  # noqa: FBT001 -- it reads as a sentence
        """Note a finding unless something holds; return whether it does."""
        if not holds:
            finding = Finding(place, code, text)
            if finding not in self.findings:
                self.findings.append(finding)
        return holds

    @contextlib.contextmanager
    def reading(self, place: str) -> Iterator[None]:
        """Turn what has not the agreed shape into a finding; what cannot be read proves nothing."""
        try:
            yield
        except Unreadable as fault:
            self.demand(False, fault.place or place, "shape", str(fault))
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as fault:
            self.demand(False, place, "shape", f"something in it is missing or of another kind: {fault!r}")


class Unreadable(Exception):  # noqa: N818 -- it is a finding, not an error of this program
    """Something has not the shape that was agreed."""

    def __init__(self, text: str, place: str = "") -> None:
        super().__init__(text)
        self.place = place


# Plain values -----------------------------------------------------------------------------------------------------


def parsed(data: bytes) -> Json:
    """Read strict JSON in UTF-8: whole numbers alone, and no name twice in an object."""

    def whole(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        made = dict(pairs)
        if len(made) < len(pairs):
            raise ValueError("a name stands twice in an object")
        return made

    def refused(text: str) -> Json:
        raise ValueError(f"{text[:20]} is no whole number")

    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=whole, parse_float=refused, parse_constant=refused)
        canonical(value)
    except (ValueError, RecursionError) as fault:
        raise Unreadable(f"not the JSON that was agreed: {fault}") from fault
    return value


def canonical(value: Json) -> bytes:
    """Return the one way in which a value is written before it is hashed or signed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def spaced(value: Json) -> bytes:
    """Return how scores are written before they are hashed: a space after each comma and colon."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def take(value: Json, name: str | int, kind: type) -> Json:
    """Return a field (or an item) of the kind it must have."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, list) and isinstance(name, int) and name < len(value):
        found = value[name]
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise Unreadable(f"{name} is missing or is no {kind.__name__}")
    return found


def raw(value: Json, name: str, size: int = 32) -> bytes:
    """Return a field in hex as its bytes."""
    return unhex(take(value, name, str), name, size)


def unhex(text: Json, name: str, size: int = 32) -> bytes:
    """Return the bytes of lower-case hex."""
    if not isinstance(text, str) or not HEX.fullmatch(text) or len(text) != 2 * size:
        raise Unreadable(f"{name} is not {size} bytes in lower-case hex")
    return bytes.fromhex(text)


def instant(value: Json, name: str) -> str:
    """Return an instant's text: UTC with microseconds, so that texts compare as instants do."""
    text: str = take(value, name, str)
    if not INSTANT.fullmatch(text):
        raise Unreadable(f"{name} is no instant in UTC with microseconds")
    return text


def micros(text: str) -> int:
    """Return an instant as microseconds since 1970."""
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f+00:00").replace(tzinfo=UTC)
    except ValueError as fault:
        raise Unreadable(f"{text} is no instant") from fault
    past = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def exact(value: Json, name: str) -> Fraction:
    """Return decimal text, or a whole number, as an exact fraction."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not DECIMAL.fullmatch(text):
        raise Unreadable(f"{name} is no decimal number")
    return Fraction(text)


def half_up(value: Fraction, places: int = 6) -> str:
    """Return a fraction as decimal text, rounded half up."""
    whole = (abs(value) * 10**places * 2 + 1) // 2
    digits = f"{whole:0{places + 1}}"
    return ("-" if value < 0 and whole else "") + f"{digits[:-places]}.{digits[-places:]}"


def sha(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def is_signed(key: bytes, kind: bytes, whole: Json) -> bool:
    """Tell whether this key signed an object as such; the object names its log, and carries the signature."""
    fields = {name: value for name, value in whole.items() if name != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(raw(whole, "signature", 64), kind + canonical(fields))
    except (InvalidSignature, ValueError, Unreadable):
        return False
    return fields.get("log") == sha(key)[:32]


# Trees (RFC 9162) -------------------------------------------------------------------------------------------------


def leaf_hash(content: bytes) -> bytes:
    """Return SHA-256(0x00 || content)."""
    return hashlib.sha256(b"\0" + content).digest()


def inner_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The complete subtrees over a list of leaf hashes: it gives the root over any number of the first leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.size = len(leaves)
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append([inner_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` leaves (2.1.1)."""
        if size == 0:
            return hashlib.sha256(b"").digest()
        end, found = size, None
        for level in range(size.bit_length()):  # from the smallest complete subtree, at the right end, leftwards
            if size >> level & 1:
                end -= 1 << level
                node = self._levels[level][end >> level]
                found = node if found is None else inner_hash(node, found)
        return found or b""


def slot_root(act: bytes, slot: int, path: Sequence[bytes]) -> bytes:
    """Return where the path leads from an act in its slot of a leaf."""
    found = act
    for level, step in enumerate(path):
        found = inner_hash(step, found) if slot >> level & 1 else inner_hash(found, step)
    return found


def is_included(leaf: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the path leads from a leaf to the root (2.1.3.2)."""
    if not 0 <= position < size:
        return False
    here, last, found = position, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = inner_hash(step, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = inner_hash(found, step)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, size: int, path: Sequence[bytes], roots: tuple[bytes, bytes]) -> bool:
    """Tell whether the tree with the first root is the beginning of the one with the second (2.1.4.2)."""
    if old == size:
        return not path and roots[0] == roots[1]
    steps = [roots[0], *path] if old & (old - 1) == 0 else list(path)
    if not 0 < old < size or not steps:
        return False
    here, last = old - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = inner_hash(step, before), inner_hash(step, after)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            after = inner_hash(after, step)
        here, last = here >> 1, last >> 1
    return last == 0 and (before, after) == roots


# Heads and receipts -----------------------------------------------------------------------------------------------


def check_head(report: Report, key: bytes, head: Json, place: str) -> None:
    """A head has a size, a root and an instant, and the log's key signed them."""
    take(head, "size", int)
    raw(head, "root")
    instant(head, "at")
    report.demand(is_signed(key, HEAD_SIGNED, head), place, "head-signature", "the log's key did not sign this head")


def check_receipt(report: Report, receipt: Json, place: str) -> None:
    """A receipt proves itself: the act's digest, the signed promise, and where it is included, the way to a signed head."""
    report.demand(take(receipt, "format", str) == RECEIPT, place, "format", f"its format is not {RECEIPT}")
    key, act, promise = raw(receipt, "log_key"), take(receipt, "act", dict), take(receipt, "promise", dict)
    for name in ("act", "tender", "entry"):
        take(act, name, str)
    recorded = instant(act, "recorded_at")
    instant(act, "at")
    digest = leaf_hash(raw(receipt, "nonce", 16) + canonical(act))
    report.demand(raw(promise, "act") == digest, place, "act", "the act is not the one that was promised")
    report.demand(
        is_signed(key, PROMISE_SIGNED, promise), place, "promise-signature", "the log's key did not sign this promise"
    )
    is_timely = instant(promise, "at") == recorded < instant(promise, "by")
    report.demand(is_timely, place, "promise-time", "the promise is not of the instant at which the act was recorded")
    if receipt["inclusion"] is None:
        report.notes.append(f"{place}: not yet included in the log; promised until {promise['by']}")
        return
    inclusion = take(receipt, "inclusion", dict)
    leaf, head = take(inclusion, "leaf", dict), take(inclusion, "head", dict)
    check_head(report, key, head, place)
    slot, steps = take(inclusion, "slot", int), take(inclusion, "slot_path", list)
    is_slot = 0 <= slot < 1 << DEPTH and len(steps) == DEPTH
    root = slot_root(digest, slot, [unhex(step, "slot_path") for step in steps]) if is_slot else b""
    report.demand(root == raw(leaf, "commitment"), place, "slot", "the leaf does not commit to this act in this slot")
    path = [unhex(step, "path") for step in take(inclusion, "path", list)]
    position = take(inclusion, "position", int)
    holds = is_included(leaf_hash(canonical(leaf)), position, head["size"], path, raw(head, "root"))
    report.demand(holds, place, "path", "the leaf is not in the tree of this head at this position")
    is_later = recorded <= instant(leaf, "to") <= head["at"]
    report.demand(is_later, place, "leaf-time", "the leaf or its head is older than the act")


# The archive ------------------------------------------------------------------------------------------------------


class Archive:
    """A ZIP whose entries are stored as they are, read by its directory and by nothing else.

    Two readers of a ZIP may see two things in it where entries overlap, stand twice, or are not in the directory; so
    all of that is refused.
    """

    def __init__(self, report: Report, file: BinaryIO) -> None:
        self._file = file
        self._digests: dict[str, str] = {}
        self.places: dict[str, tuple[int, int]] = {}  # name -> (where its bytes begin, how many)
        size = file.seek(0, 2)
        start, length, count = self._end(size)
        spans = list(self._entries(report, self._at(start, length), count))
        here = 0
        for begins, ends in sorted(spans):
            if begins != here:
                break
            here = ends
        report.demand(here == start, "archive", "stray", "there are bytes in the archive that belong to no entry")

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give an entry's bytes piece by piece."""
        begins, left = self.places[name]
        self._file.seek(begins)
        while left:
            chunk = self._file.read(min(left, 1 << 20))
            if not chunk:
                raise Unreadable("the archive ends too early", "archive")
            left -= len(chunk)
            yield chunk

    def read(self, name: str) -> bytes:
        """Return an entry's bytes; those of one that is not there are Unreadable."""
        if name not in self.places:
            raise Unreadable("it is not in the archive", name)
        return b"".join(self.chunks(name))

    def digest(self, name: str) -> str:
        """Return the SHA-256 of an entry, in hex."""
        if name not in self._digests:
            made = hashlib.sha256()
            for chunk in self.chunks(name):
                made.update(chunk)
            self._digests[name] = made.hexdigest()
        return self._digests[name]

    def _at(self, begins: int, size: int) -> bytes:
        self._file.seek(max(begins, 0))
        found = self._file.read(size)
        if begins < 0 or len(found) < size:
            raise Unreadable("this is no whole ZIP: it is cut off or damaged", "archive")
        return found

    def _end(self, size: int) -> tuple[int, int, int]:
        """Return where the directory begins, its length and its number of entries; it ends where the file ends."""
        end = self._at(size - 22, 22)
        mark, disk, first, here, count, length, start, comment = struct.unpack("<4s4H2LH", end)
        if mark != b"PK\5\6" or comment or disk or first or here != count:
            raise Unreadable("this is no whole ZIP: it is cut off or damaged", "archive")
        tail = size - 22
        if start == 0xFFFFFFFF or length == 0xFFFFFFFF or count == 0xFFFF:
            mark, _, place, _ = struct.unpack("<4sLQL", self._at(tail - 20, 20))
            big = struct.unpack("<4sQ2H2L4Q", self._at(place, 56))
            if mark != b"PK\6\7" or big[0] != b"PK\6\6" or place + 56 != tail - 20:
                raise Unreadable("this is no whole ZIP: it is cut off or damaged", "archive")
            count, length, start, tail = big[7], big[8], big[9], place
        if start + length != tail:
            raise Unreadable("this is no whole ZIP: it is cut off or damaged", "archive")
        return start, length, count

    def _entries(self, report: Report, directory: bytes, count: int) -> Iterator[tuple[int, int]]:
        """Read the directory; give the stretch of the archive that each entry takes."""
        here = 0
        for _ in range(count):
            if directory[here : here + 4] != b"PK\1\2" or here + 46 > len(directory):
                raise Unreadable("this is no whole ZIP: its directory is damaged", "archive")
            fields = struct.unpack("<4s6H3L5H2L", directory[here : here + 46])
            flags, method, packed, size, begins = fields[3], fields[4], fields[8], fields[9], fields[16]
            rest = here + 46
            name = directory[rest : rest + fields[10]].decode("utf-8", "replace")
            extra = directory[rest + fields[10] : rest + fields[10] + fields[11]]
            size, packed, begins = _wide(extra, size, packed, begins)
            here = rest + fields[10] + fields[11] + fields[12]
            report.demand(name not in self.places, name, "duplicate", "it stands twice in the archive")
            report.demand(method == 0 and packed == size, name, "compressed", "it is not stored as it is")
            local = self._at(begins, 30)
            data = begins + 30 + sum(struct.unpack("<2H", local[26:30]))
            told = self._at(begins + 30, struct.unpack("<H", local[26:28])[0]).decode("utf-8", "replace")
            if local[:4] != b"PK\3\4" or told != name:
                raise Unreadable("the archive's directory and its entry do not agree", name)
            self.places.setdefault(name, (data, packed))
            trailer = 24 if struct.unpack("<H", local[4:6])[0] >= ZIP64 else 16  # repeats sizes that were not yet known
            yield begins, data + packed + (trailer if flags & 8 else 0)
        if here != len(directory):
            raise Unreadable("this is no whole ZIP: its directory is damaged", "archive")


def _wide(extra: bytes, *values: int) -> tuple[int, ...]:
    """Return sizes and offset, those that do not fit into 32 bits from the entry's extra field."""
    wide, here = b"", 0
    while here + 4 <= len(extra):
        kind, length = struct.unpack("<2H", extra[here : here + 4])
        if kind == 1:
            wide = extra[here + 4 : here + 4 + length]
        here += 4 + length
    found = []
    for value in values:
        if value == 0xFFFFFFFF and len(wide) >= 8:
            found.append(struct.unpack("<Q", wide[:8])[0])
            wide = wide[8:]
        else:
            found.append(value)
    return tuple(found)


# The case file ----------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """An entry of the ledger and the line on which it stands."""

    place: str
    fields: Json

    @property
    def act(self) -> str:
        """Return what was done."""
        return str(self.fields["act"])

    @property
    def detail(self) -> Json:
        """Return what the entry says of it."""
        return self.fields["detail"]


class Case:
    """A case file under examination: what was read of it, and what was found."""

    def __init__(self, report: Report, archive: Archive) -> None:
        self.report, self.archive = report, archive
        self.demand = report.demand
        self.manifest: Json = {}
        self.key = b""
        self.chains: dict[tuple[str, int], list[Line]] = {}
        self.tree = Tree([])
        self.leaves: list[Json] = []
        self.last: Json = None
        self.terms: Json = {}
        self.receipts: dict[str, Json] = {}  # by the file's name
        self.tables: dict[str, Json] = {}

    def check(self, pinned: bytes | None) -> None:
        """Check everything, each part as far as what it rests on could be read."""
        steps: list[tuple[str, Callable[[], None]]] = [
            ("case.json", lambda: self.check_manifest(pinned)),
            ("ledger.jsonl", self.check_ledger),
            ("log/leaves.jsonl", self.check_leaves),
            ("ledger.jsonl", self.read_terms),
            ("ledger.jsonl", self.check_returned),
            ("log/heads.json", self.check_heads),
            ("receipts", self.check_receipts),
            ("envelopes.json", self.check_envelopes),
            ("ledger.jsonl", self.check_openings),
            ("scores.json", self.check_scores),
            ("prices.json", self.check_prices),
            ("cases.json", self.check_cases),
            ("ranking.json", self.check_ranking),
            ("ledger.jsonl", self.check_award),
            ("contract.json", self.check_contract),
            ("papers", self.check_papers),
        ]
        for place, step in steps:
            with self.report.reading(place):
                step()
            if not self.key:
                return  # without a list of files and the log's key nothing else says anything

    # What is in the archive

    def check_manifest(self, pinned: bytes | None) -> None:
        """The manifest lists every file with its digest, and is signed with the log's key."""
        manifest = self.manifest = parsed(self.archive.read("case.json"))
        self.demand(take(manifest, "format", str) == CASE, "case.json", "format", f"its format is not {CASE}")
        key = self.key = raw(manifest, "log_key")
        self.demand(pinned in (None, key), "case.json", "key", "it is signed with another key than the one you named")
        is_whole = is_signed(key, CASE_SIGNED, manifest)
        self.demand(is_whole, "case.json", "signature", "the log's key did not sign this list of files")
        files = take(manifest, "files", dict)
        for name in sorted(self.archive.places.keys() | files.keys()):
            if name == "case.json":
                continue
            is_called = name in NAMES or name.startswith(FOLDERS)
            self.demand(is_called, name, "unknown", "no case file holds such a file")
            if name not in files:
                self.demand(False, name, "unlisted", "it is not in the list of files")
            elif self.demand(name in self.archive.places, name, "missing", "it is listed and not there"):
                self.demand(
                    self.archive.digest(name) == files[name], name, "digest", "it is not the file that was listed"
                )

    def table(self, name: str, kind: type) -> Json:
        """Return a JSON file of the archive."""
        if name not in self.tables:
            value = parsed(self.archive.read(name))
            if not isinstance(value, kind):
                raise Unreadable(f"it is no {kind.__name__}", name)
            self.tables[name] = value
        return self.tables[name]

    def lines(self, name: str, check: Callable[[str, Json], None]) -> None:
        """Check each line of a file of canonical lines: `check` is called with its place and its value."""
        *lines, rest = self.archive.read(name).split(b"\n")
        self.demand(not rest, name, "canonical", "its last line has no end")
        for number, line in enumerate(lines, 1):
            place = f"{name}:{number}"
            with self.report.reading(place):
                value = parsed(line)
                is_plain = isinstance(value, dict) and line == canonical(value)
                self.demand(is_plain, place, "canonical", "the line is not written in the canonical way")
                check(place, value)

    # The ledger

    def check_ledger(self) -> None:
        """Each entry's digest is that of its content, and names the entry before it in its chain."""
        self.lines("ledger.jsonl", self.check_entry)
        told = take(self.manifest, "chains", dict)
        found = {
            f"{kind}:{id_}": {"entries": len(chain), "head": chain[-1].fields["digest"]}
            for (kind, id_), chain in self.chains.items()
        }
        for name in sorted(told.keys() | found.keys()):
            self.demand(told.get(name) == found.get(name), f"ledger.jsonl {name}", "end", "the chain is not whole")
        standing = self.entries("tender")
        self.demand(
            bool(standing) and standing[-1].fields["after"] == self.manifest.get("state"), "case.json", "state",
            "the tender stands where its ledger does not say",
        )  # fmt: skip
        tenders = {line.fields.get("tender_id") for line in self.entries()}
        self.demand(
            tenders == {id_ for kind, id_ in self.chains if kind == "tender"} and len(tenders) == 1,
            "ledger.jsonl", "tender", "its entries are not all of this tender",
        )  # fmt: skip

    def check_entry(self, place: str, fields: Json) -> None:
        """An entry follows the one before it; chains stand one after another, by kind and number."""
        key = (take(fields, "case_kind", str), take(fields, "case_id", int))
        for name in ("act", "before", "after"):
            take(fields, name, str)
        instant(fields, "at")
        take(fields, "detail", dict)
        is_last = not self.chains or key >= next(reversed(self.chains))
        chain = self.chains.setdefault(key, [])
        before: Json = chain[-1].fields if chain else {"position": 0, "digest": START, "after": ""}
        follows = (take(fields, "position", int), take(fields, "previous", str), fields["before"])
        is_next = follows == (before["position"] + 1, before["digest"], before["after"])
        self.demand(is_last and is_next, place, "chain", "it does not follow the entry before it")
        own = {name: value for name, value in fields.items() if name != "digest"}
        is_own = take(fields, "digest", str) == sha(canonical(own))
        self.demand(is_own, place, "entry", "its content does not match its digest")
        chain.append(Line(place, fields))

    def entries(self, kind: str = "", act: str = "") -> list[Line]:
        """Return the entries of a kind of case, and of an act."""
        chains = (chain for (of, _), chain in self.chains.items() if kind in ("", of))
        return [line for chain in chains for line in chain if act in ("", line.act)]

    def latest(self, act: str, kind: str = "tender") -> Line | None:
        """Return the last entry of an act."""
        return next(reversed(self.entries(kind, act)), None)

    def bid_of(self, receipt: str) -> int:
        """Return the bid that was submitted under a receipt number."""
        for line in self.entries("bid", "submit"):
            if line.detail.get("receipt_no") == receipt:
                return int(line.fields["case_id"])
        raise Unreadable(f"the ledger knows no submission {receipt}")

    def acts_of(self, bid: int) -> set[str]:
        """Return what was done with a bid."""
        return {line.act for line in self.chains.get(("bid", bid), [])}

    def standing(self) -> dict[str, int]:
        """Return the bids that were submitted and neither replaced, withdrawn nor returned unopened, by receipt number."""
        found = {}
        for line in self.entries("bid", "submit"):
            if not self.acts_of(line.fields["case_id"]) & ASIDE:
                found[take(line.detail, "receipt_no", str)] = line.fields["case_id"]
        return found

    def read_terms(self) -> None:
        """Read what the publication announced, and the instants that later acts moved."""
        place = "ledger.jsonl"
        for line in self.entries("tender"):
            if line.act == "publish":
                self.terms, place = dict(take(line.detail, "terms", dict)), line.place
            elif self.terms:
                if line.act == "amend":
                    self.amend(line)
                self.only_later(line)
                self.terms.update({n: line.detail[n] for n in INSTANTS if isinstance(line.detail.get(n), str)})
        if self.demand(bool(self.terms), place, "terms", "no entry says what was published"):
            instant(self.terms, "closes_at")

    def only_later(self, line: Line) -> None:
        """No act after the publication brings a term forward: an extension and a postponement only move it back."""
        moved = [n for n in INSTANTS if isinstance(line.detail.get(n), str)]
        is_later = all(instant(line.detail, n) >= (self.terms.get(n) or "") for n in moved)
        self.demand(is_later, line.place, "terms", "a term was brought forward")

    def amend(self, line: Line) -> None:
        """An addendum changes what it may, before the deadline, and brings no term forward; its terms are the new ones."""
        new, old, place = SILENT | take(line.detail, "terms", dict), SILENT | self.terms, line.place
        fixed = {n for n in new.keys() | old.keys() if new.get(n) != old.get(n)} - AMENDED
        self.demand(not fixed, place, "terms", "an addendum changed what only a new tender may change")
        moved = {n: line.detail[n] for n in INSTANTS if isinstance(line.detail.get(n), str)}
        is_told = {n: new.get(n) for n in INSTANTS} == {n: moved.get(n, old.get(n)) for n in INSTANTS}
        is_later = all(instant(new, n) >= instant(old, n) for n in INSTANTS)
        self.demand(is_told and is_later, place, "terms", "an addendum moves a term without a word, or forward")
        is_open = line.fields["at"] < instant(old, "closes_at")
        self.demand(is_open, place, "terms", "the addendum came after the deadline")
        self.terms = new

    def check_returned(self) -> None:
        """A bid went back unopened only where the documents say so, after an addendum that it was not confirmed after."""
        amended = [line for line in self.entries("tender", "amend") if isinstance(line.detail.get("addendum"), int)]
        for line in self.entries("bid", "return_unopened"):
            chain = self.chains[("bid", line.fields["case_id"])]
            submitted = max((own.fields["at"] for own in chain if own.act == "submit"), default="")
            done = {n for own in chain if own.act == "confirm_addendum" for n in take(own.detail, "addenda", list)}
            left = [a for a in amended if a.fields["at"] >= submitted and a.detail["addendum"] not in done]
            says_so = self.terms.get("unconfirmed_bids") == "return"
            self.demand(
                says_so and bool(left), line.place, "returned", "the documents do not let this bid go back unopened"
            )

    # The receipt log

    def check_leaves(self) -> None:
        """Each leaf begins where the one before ends."""
        self.lines("log/leaves.jsonl", self.check_leaf)
        self.tree = Tree([leaf_hash(canonical(leaf)) for leaf in self.leaves])

    def check_leaf(self, place: str, leaf: Json) -> None:
        """A leaf is of a known kind and begins where the one before it ends; the first one says what was before."""
        kind, ends = take(leaf, "kind", str), instant(leaf, "to")
        begins = None if leaf["from"] is None else instant(leaf, "from")
        is_next = begins == (self.leaves[-1]["to"] if self.leaves else None)
        self.demand(is_next, place, "leaf-time", "it does not begin where the leaf before it ends")
        self.demand(begins is None or begins <= ends, place, "leaf-time", "it ends before it begins")
        is_known = (kind == "before") == (not self.leaves) and kind in LEAVES
        self.demand(is_known, place, "kind", "no such leaf may stand here")
        self.leaves.append(leaf)

    def check_heads(self) -> None:
        """The heads are signed and hold for the leaves; the one at the deadline is the first that covers it."""
        place, heads = "log/heads.json", self.table("log/heads.json", dict)
        self.last = take(heads, "last", dict)
        self.check_root(self.last, f"{place} last")
        is_last = self.last["size"] == self.tree.size
        self.demand(is_last, f"{place} last", "size", "the leaves are not as many as the last head says")
        first = self.first_after(take(heads, "ahead", int), instant(self.terms, "closes_at"))
        if first is not None:
            self.demand(heads.get("deadline") is not None, f"{place} deadline", "missing", "there is no such head")
        if heads.get("deadline") is not None:
            head = take(heads, "deadline", dict)
            self.check_root(head, f"{place} deadline")
            self.demand(
                first is not None and head["size"] == first + 1, f"{place} deadline", "deadline",
                "it is not the first head that covers the deadline",
            )  # fmt: skip

    def check_root(self, head: Json, place: str) -> None:
        """A head is signed, and its root is that of so many of the leaves."""
        check_head(self.report, self.key, head, place)
        size = head["size"]
        if self.demand(0 < size <= self.tree.size, place, "size", "there are fewer leaves than it says"):
            is_root = raw(head, "root") == self.tree.root(size)
            self.demand(is_root, place, "root", "its root is not that of the leaves: the log was forked")
            is_later = head["at"] >= instant(self.leaves[size - 1], "to")
            self.demand(is_later, place, "head-time", "it is older than its last leaf")

    def first_after(self, ahead: int, text: str) -> int | None:
        """Return the first leaf that ends at an instant or later by the clock that binds; none for one before the log.

        A demonstration's clock runs `ahead` (seconds) of the true one; a leaf `clock` says where it was moved.
        """
        deadline, lead = micros(text), ahead * 1_000_000
        for position, leaf in enumerate(self.leaves):
            if leaf["kind"] == "clock":
                lead = micros(instant(take(leaf, "demonstration", dict), "to")) - micros(leaf["to"])
            if micros(leaf["to"]) + lead >= deadline:
                is_named = position or micros(leaf["to"]) + lead == deadline
                return position if is_named else None
        return None

    # Receipts

    def check_receipts(self) -> None:
        """Every act that the log holds has its receipt, and every receipt its act; no submission came too late."""
        acts = {line.fields["digest"]: line for line in self.entries() if line.act in LOGGED.get(
            line.fields["case_kind"], ())}  # fmt: skip
        seen: set[str] = set()
        for place in sorted(n for n in self.archive.places if n.startswith("receipts/")):
            with self.report.reading(place):
                receipt = self.table(place, dict)
                check_receipt(self.report, receipt, place)
                self.receipts[place] = receipt
                act = receipt["act"]
                self.demand(raw(receipt, "log_key") == self.key, place, "key", "it is of another log")
                self.demand(act["tender"] == self.manifest["tender"], place, "tender", "it is of another tender")
                self.demand(act["entry"] not in seen, place, "duplicate", "the act has another receipt")
                seen.add(act["entry"])
                if act["act"] == "submit":
                    self.demand(
                        act["at"] < instant(self.terms, "closes_at"), place, "deadline",
                        "the bid was submitted after the deadline",
                    )  # fmt: skip
                    name = take(act, "receipt", str)
                else:
                    name = f"{act['act']}-{act['entry'][:12]}"
                self.demand(place == f"receipts/{name}.json", place, "name", "it stands under another act's name")
                line = acts.get(act["entry"])
                if self.demand(line is not None, place, "ledger", "the ledger has no such act") and line:
                    self.check_act(act, line, place)
                self.check_inclusion(receipt, place)
        for digest, line in acts.items():
            self.demand(digest in seen, line.place, "receipt", "the log has no receipt of this act")

    def check_act(self, act: Json, line: Line, place: str) -> None:
        """A receipt's act is the ledger's: the same act, instant, receipt number and digests."""
        told = {"act": line.act, "at": line.fields["at"], "recorded_at": line.fields["recorded_at"]}
        is_same = {name: act[name] for name in told} == told
        if line.act == "submit":
            is_same &= (act.get("receipt"), act.get("envelopes")) == (
                line.detail["receipt_no"], line.detail["digests"],
            )  # fmt: skip
        if line.act == "destroy_unopened":
            is_same &= act.get("envelopes") == sorted(take(line.detail, "envelopes", list))
        self.demand(is_same, place, "ledger", "the ledger says something else of this act")

    def check_inclusion(self, receipt: Json, place: str) -> None:
        """A receipt's leaf and head are the log's, and its promise was kept in time, unless the service was down or the log not yet begun."""
        inclusion, by = receipt.get("inclusion"), instant(receipt["promise"], "by")
        if inclusion is None:
            self.demand(self.last is not None and self.last["at"] <= by, place, "broken", "the promise was not kept")
            return
        position, head = inclusion["position"], inclusion["head"]
        if self.demand(position < len(self.leaves), place, "leaf", "there is no such leaf"):
            self.demand(inclusion["leaf"] == self.leaves[position], place, "leaf", "its leaf is not the log's")
            self.check_root(head, place)
            since = receipt["act"]["recorded_at"]
            was_down = since <= self.leaves[0]["to"]  # before the log began
            was_down |= any(leaf["kind"] == "down" and leaf["to"] > since for leaf in self.leaves[: position + 1])
            self.demand(
                inclusion["leaf"]["to"] <= by or was_down, place, "broken", "the log held it later than promised"
            )

    # Envelopes

    def check_envelopes(self) -> None:
        """Every digest that was submitted is that of an envelope; the payloads are the sealed ones, to the last byte."""
        rows: dict[str, dict[str, str]] = {}
        payloads: dict[str, Json] = {}
        standing = self.standing()
        for row in self.table("envelopes.json", list):
            receipt, kind, digest = (take(row, name, str) for name in ("receipt", "kind", "digest"))
            place = f"envelopes.json {receipt}/{kind}"
            made = sha(raw(row, "header_digest") + raw(row, "payload_digest"))
            self.demand(digest == made, place, "envelope", "its digest is not that of its header and payload")
            self.demand(kind not in rows.setdefault(receipt, {}), place, "duplicate", "it stands twice")
            rows[receipt][kind] = digest
            with self.report.reading(place):
                self.demand(take(row, "bid", int) == self.bid_of(receipt), place, "bid", "it is of another bid")
            if receipt in standing:
                payloads[f"envelopes/{digest}.age-payload"] = row
        submitted = {line.detail["receipt_no"]: line for line in self.entries("bid", "submit")}
        for receipt in sorted(rows.keys() | submitted.keys()):
            told = submitted[receipt].detail.get("digests") if receipt in submitted else None
            place = f"envelopes.json {receipt}"
            self.demand(
                rows.get(receipt) == told, place, "submission", "these are not the envelopes that were submitted"
            )
        files = {name for name in self.archive.places if name.startswith("envelopes/")}
        for name in sorted(files | payloads.keys()):
            if self.demand(name in payloads, name, "payload", "no submission knows this envelope") and self.demand(
                name in files, name, "missing", "the sealed payload is not there"
            ):
                row = payloads[name]
                is_whole = (
                    self.archive.digest(name) == row["payload_digest"] and self.archive.places[name][1] == row["size"]
                )
                self.demand(is_whole, name, "payload", "it is not the payload that was sealed")

    def check_openings(self) -> None:
        """Each opening came in its time and opened the envelopes that the law lets it open, and no other."""
        standing, rows = self.standing(), {}
        for row in self.table("envelopes.json", list):
            rows[(row["receipt"], row["kind"])] = row["digest"]
        for place, receipt in self.receipts.items():
            act = receipt["act"]["act"]
            if act not in OPENINGS:
                continue
            first = "prices_open_at" if act == "open_prices" else "opens_at"
            is_due = receipt["act"]["at"] >= max(instant(self.terms, "closes_at"), instant(self.terms, first))
            self.demand(is_due, place, "early", "the opening came before its time")
            is_all = act not in OPENED_BY or (act == "open_b" and self.is_bylaw())
            opened = sorted(
                rows.get((number, OPENINGS[act]), "")
                for number, bid in standing.items()
                if is_all or self.acts_of(bid) & OPENED_BY[act]
            )
            if act == "open_a" and self.terms.get("has_envelope_a") is False:
                opened = []
            told = receipt["act"].get("envelopes")
            self.demand(told == opened, place, "opened", "it did not open just the envelopes that it had to")
        for line in self.entries("tender", "destroy_unopened"):
            opened_c = {
                rows.get((n, "c")) for n, bid in standing.items() if self.acts_of(bid) & OPENED_BY["open_prices"]
            }
            gone = set(take(line.detail, "envelopes", list))
            known = {digest for (_, kind), digest in rows.items() if kind == "c"}
            self.demand(
                gone <= known - opened_c, line.place, "destroyed", "it names an envelope that was opened or unknown"
            )

    def is_bylaw(self) -> bool:
        """Tell whether the tender ran under the consulting by-law: two envelopes, no second winner."""
        return self.terms.get("legal_basis") == "consulting_bylaw"

    # Scores, prices, ranking

    def check_scores(self) -> None:
        """The locked scores follow from the sheets, and are those that the price opening quoted."""
        locked = self.latest("lock_scores")
        if locked is None:
            self.demand("scores.json" not in self.archive.places, "scores.json", "unknown", "no scores were locked")
            return
        scores, place = self.table("scores.json", dict), "scores.json"
        sheets, results = take(scores, "sheets", list), take(scores, "results", list)
        confirmed = {line.fields["case_id"]: line for line in self.entries("score_sheet", "confirm")}
        told = [take(sheet, "sheet", int) for sheet in sheets]
        self.demand(told == sorted(confirmed), place, "sheets", "these are not the sheets that were confirmed")
        for sheet in sheets:
            where, digest = f"{place} sheet {sheet['sheet']}", sha(spaced(take(sheet, "scores", list)))
            self.demand(digest == take(sheet, "digest", str), where, "sheet", "its scores do not match its digest")
            line = confirmed.get(sheet["sheet"])
            self.demand(
                line is not None and line.detail.get("sheet") == sheet["digest"], where, "sheet",
                "it is not the sheet that its evaluator confirmed",
            )  # fmt: skip
        rows = [[take(r, "bid", int), take(r, "score", str)] for r in results]
        revisions = self.revisions(scores, locked, confirmed)
        made = sha(spaced(rows + [[s["sheet"], s["digest"]] for s in sheets] + revisions))
        self.demand(made == scores.get("digest"), place, "scores", "the scores do not match their digest")
        self.demand(locked.detail.get("scores") == made, locked.place, "scores", "other scores were locked")
        if opening := self.latest("open_prices"):
            is_quoted = opening.detail.get("scores") == made
            self.demand(is_quoted, opening.place, "scores", "the price opening quoted other scores")
        self.check_results(revised(sheets, revisions), results)

    def revisions(self, scores: Json, locked: Line, confirmed: dict[int, Line]) -> list[Json]:
        """Return the changes that evaluators made in talks: each the one that its own evaluator's act quotes, before the lock."""
        rows, place = revisions_in(scores), "scores.json revisions"
        acts = self.entries("talk", "revise_score")
        told, quoted = [sha(spaced(row)) for row in rows], [line.detail.get("revision") for line in acts]
        if not self.demand(told == quoted, place, "revision", "these are not the changes that evaluators made"):
            return rows
        rows_of = [(s["sheet"], row) for s in scores["sheets"] for row in s["scores"]]
        given = {(sheet, take(r, 0, int), take(r, 1, int)): take(r, 2, str) for sheet, r in rows_of}
        is_consensus = not rows or self.terms.get("aggregation", "consensus") == "consensus"
        self.demand(is_consensus, place, "revision", "the publication did not let confirmed points change")
        for row, line in zip(rows, acts, strict=True):
            sheet, bid, leaf = (take(row, part, int) for part in range(3))
            own = confirmed.get(sheet)
            is_own = own is not None and own.fields.get("person_id") == line.fields.get("person_id")
            self.demand(is_own, line.place, "revision", "another than its evaluator changed the points")
            is_over = given.get((sheet, bid, leaf)) == take(row, 3, str)
            self.demand(is_over, place, "revision", "its original points are not those of the sheet")
            is_before = str(line.fields.get("at")) <= str(locked.fields.get("at"))
            self.demand(is_before, line.place, "revision", "it came after the lock")
        return rows

    def check_results(self, sheets: list[Json], results: list[Json]) -> None:
        """Each bid's technical score is the mean of the sheets under each leaf, weighed; it decides who qualified."""
        evaluated = {id_ for (kind, id_) in self.chains if kind == "bid" and self.acts_of(id_) & {"qualify", "fail"}}
        told = sorted(row["bid"] for row in results)
        self.demand(told == sorted(evaluated), "scores.json", "results", "these are not the bids that were evaluated")
        for row in results:
            receipt = take(row, "receipt", str)
            place = f"scores.json {receipt}"
            with self.report.reading(place):
                self.demand(self.bid_of(receipt) == row["bid"], place, "bid", "it is of another bid")
                score = technical(
                    take(self.terms, "criteria", list), points_of(sheets, row["bid"]), mean_of(self.trim())
                )
                self.demand(str(score) == row["score"], place, "technical", "the score does not follow from the sheets")
                has_passed = score >= self.minimum() and not self.is_too_low(sheets, row["bid"])
                is_told = ("qualify" if has_passed else "fail") in self.acts_of(row["bid"])
                self.demand(is_told, place, "qualified", "its score says otherwise of whether it reached the minimum")

    def term(self, name: str) -> Json:
        """Return a published term, or what a publication means that does not say it."""
        return self.terms.get(name, SILENT.get(name))

    def trim(self) -> int:
        """Return how many points the published aggregation leaves out at each end."""
        if self.term("aggregation") not in AGGREGATIONS:
            raise Unreadable("no such aggregation is known")
        return take(self.terms, "trim", int) if self.term("aggregation") == "trimmed_mean" else 0

    def minimum(self) -> Fraction:
        """Return the technical score that a bid must reach."""
        return exact(self.terms["minimum_score"] or "0", "minimum_score")

    def is_too_low(self, sheets: list[Json], bid: int) -> bool:
        """Tell whether a bid has fewer points under some criterion than the publication asks there, whatever its total."""
        at = at_leaf(points_of(sheets, bid), mean_of(self.trim()))
        leaves = [leaf for leaf in leaves_of(take(self.terms, "criteria", list)) if leaf.get("least") is not None]
        return any((at(leaf["id"]) or Fraction(0)) < exact(leaf["least"], "least") for leaf in leaves)

    def priced(self) -> dict[int, str]:
        """Return the bids whose prices were read, with their receipts."""
        return {bid: receipt for receipt, bid in self.standing().items() if "price" in self.acts_of(bid)}

    def check_prices(self) -> None:
        """The prices are those that the opening brought to light, of the bids whose prices it read."""
        if not self.priced():
            for name in ("prices.json", "cases.json", "ranking.json"):
                self.demand(name not in self.archive.places, name, "unknown", "no price was opened")
            return
        prices, place = self.table("prices.json", list), "prices.json"
        opening = self.latest("open_prices")
        is_quoted = opening is not None and opening.detail.get("prices") == sha(canonical(prices))
        self.demand(is_quoted, place, "prices", "these are not the prices that were opened")
        for row in prices:
            where = f"{place} {take(row, 'receipt', str)}"
            total = sum(take(phase, "amount", int) for phase in take(row, "phases", list))
            self.demand(total == take(row, "total", int), where, "phases", "its phases do not add up to its total")
        told = {row["bid"]: row["receipt"] for row in prices}
        self.demand(
            told == self.priced() and len(told) == len(prices),
            place,
            "bids",
            "these are not the bids whose prices were read",
        )

    def rejections(self) -> list[Line]:
        """Return the rejections of prices that had been ranked, in their order."""
        return sorted(self.entries("bid", "reject_low_price"), key=lambda line: take(line.fields, "recorded_at", str))

    def offers(self, rejected: int) -> list[tuple[int, str, Fraction, int]]:
        """Return (bid, receipt, exact score, price) of the bids that are ranked, in the order of the locked scores.

        Those whose price was rejected by the first so many rejections are not among them.
        """
        out = {line.fields["case_id"] for line in self.rejections()[:rejected]}
        prices = {row["bid"]: row["total"] for row in self.table("prices.json", list) if row["bid"] not in out}
        rows = self.table("scores.json", dict)["results"]
        return [
            (row["bid"], row["receipt"], exact_ratio(row["score"]), prices[row["bid"]])
            for row in rows
            if row["bid"] in prices
        ]

    def check_cases(self) -> None:
        """The figures of the ranking are those of the publication, the sheets and the prices."""
        if not self.priced():
            return
        cases, place, terms = self.table("cases.json", list), "cases.json", self.terms
        if not self.demand(len(cases) == 1, place, "case", "it does not hold one case"):
            return
        case = take(cases, 0, dict)
        weighted = terms["method"] == "weighted_price"
        share = exact(terms["technical_share"] or "0", "technical_share")
        own: dict[str, Any] = {
            "weighted_price": {"i": terms["impact"] or "0"},
            "qcbs": {"wt": share, "wf": 1 - share},
            "fixed_budget": {"budget": Fraction(terms.get("budget") or 0)},
        }.get(terms["method"], {})
        told = {name: case.get(name) if weighted else exact(case.get(name), name) for name in own}
        facts = [case.get(n) for n in ("id", "method", "criteria", "threshold", "aggregation", "trim", "trim_at")]
        how = ["trimmed_mean", str(self.trim()), "leaf"] if self.trim() else ["mean", None, None]
        is_published = told == own and facts == [
            self.manifest["tender"], terms["method"], terms["criteria"], terms["minimum_score"], *how,
        ]  # fmt: skip
        self.demand(is_published, place, "case", "method, criteria or figures are not the published ones")
        scores = self.table("scores.json", dict)
        sheets = revised(take(scores, "sheets", list), revisions_in(scores))
        prices = {row["bid"]: row["total"] for row in self.table("prices.json", list)}
        made = {
            row["receipt"]: {
                "id": row["receipt"],
                "price": prices.get(row["bid"]),
                "scores": points_of(sheets, row["bid"]),
            }
            for row in scores["results"]
            if not {"reject_price", "reject_low_price"} & set(self.acts_of(row["bid"]))
            and not (exact_ratio(row["score"]) >= self.minimum() and self.is_too_low(scores["sheets"], row["bid"]))
        }
        bids = take(case, "bids", list)
        found = {take(bid, "id", str): bid for bid in bids}
        self.demand(len(found) == len(bids), place, "duplicate", "a bid stands twice")
        for receipt in sorted(made.keys() | found.keys()):
            is_same = made.get(receipt) == found.get(receipt)
            self.demand(is_same, f"{place} {receipt}", "figures", "its points or its price are not the opened ones")

    def check_ranking(self) -> None:
        """The ranking follows from the figures by the published method, and is the one that was recorded.

        The opening records the first one, and each rejection of a price that was ranked the one that supersedes it.
        """
        if not self.priced():
            return
        made = ranked(take(self.table("cases.json", list), 0, dict))
        told = {take(row, "bid", str): row for row in self.table("ranking.json", list)}
        is_whole = len(told) == len(self.table("ranking.json", list))
        self.demand(is_whole, "ranking.json", "duplicate", "a bid stands twice")
        for bid in sorted(made.keys() | told.keys()):
            is_same = made.get(bid) == told.get(bid)
            self.demand(is_same, f"ranking.json {bid}", "ranking", "its row does not follow from the figures")
        for rejected, line in enumerate([self.latest("open_prices"), *self.rejections()]):
            rows = [[o[0], str(o[2]), o[3], str(final), place] for o, final, place in self.placed(rejected)]
            is_recorded = line is not None and line.detail.get("ranking") == sha(spaced(rows))
            where = line.place if line is not None and rejected else "ranking.json"
            self.demand(is_recorded, where, "recorded", "another ranking was recorded")

    def placed(self, rejected: int | None = None) -> list[tuple[tuple[int, str, Fraction, int], Fraction, int]]:
        """Return (offer, exact final, place) in order: by the method, then the published tie rule.

        It is the ranking after so many rejections of prices; after all of them, where no number is given.
        """
        offers, terms = self.offers(len(self.rejections()) if rejected is None else rejected), self.terms
        method, figures = terms["method"], (exact(terms["impact"] or "0", "impact"),)
        if method == "qcbs":
            share = exact(terms["technical_share"] or "0", "technical_share")
            figures = (share, 1 - share)
        if method == "fixed_budget":
            offers = [o for o in offers if o[3] <= (terms.get("budget") or 0)]
        final = finals(method, [(o[2], Fraction(o[3])) for o in offers], figures)
        sign, tie = 1 if method in SMALLEST_FIRST else -1, TIES.get(self.term("tie_rule"))
        if tie is None:
            raise Unreadable("no such tie rule is known")
        keyed = sorted(((sign * f, *tie(o)), n) for n, (o, f) in enumerate(zip(offers, final, strict=True)))
        keys = [key for key, _ in keyed]
        return [(offers[n], final[n], keys.index(key) + 1) for key, n in keyed]

    # Award, contract, papers

    def check_award(self) -> None:
        """The winners are those whom the ranking and the rule of the second winner name; a lot decides among equals."""
        line, returned = self.latest("name_winners"), self.latest("return_decision")
        is_standing = line and (returned is None or returned.fields["position"] < line.fields["position"])
        if not line or not is_standing:
            return
        drawn = {receipt: turn for turn, receipt in enumerate(self.drawn(line))}
        order = sorted(self.placed(), key=lambda p: (p[2], drawn.get(p[0][1], len(drawn))))
        first = order[0][0][0] if order else None
        if self.terms["method"] in NEGOTIATED:
            agreed = self.negotiated()
            first = agreed[0] if agreed else None
        self.demand(line.detail.get("winner") == first, line.place, "winner", "the ranking names another winner")
        second = self.second(order)
        is_second = line.detail.get("runner_up") == second
        self.demand(is_second, line.place, "runner-up", "the ranking names another second winner, or none")
        if self.latest("confirm_award"):
            outcomes = {"win": [first], "second": [] if second is None else [second]}
            for act, bids in outcomes.items():
                told = [entry.fields["case_id"] for entry in self.entries("bid", act)]
                self.demand(told == bids, f"ledger.jsonl {act}", "outcome", "another bid was told this outcome")

    def drawn(self, naming: Line) -> list[str]:
        """Return the receipts in the order of the lot, drawn again: announced first, and made of the log's head at its instant.

        Winners among equals are named by the lot alone, in which all of them stand.
        """
        call, line = self.latest("announce_lot"), self.latest("draw_lot")
        placed = [] if self.terms["method"] in NEGOTIATED else self.placed()
        firsts = {offer[1] for offer, _, place in placed if place == 1}
        if call is None or line is None:
            self.demand(len(firsts) < 2, naming.place, "lot", "equals drew no lot")
            return []
        at, receipts = instant(line.detail, "draws_at"), sorted(take(line.detail, "order", list))
        is_announced = call.detail.get("draws_at") == at and call.fields["at"] < at <= line.fields["at"]
        is_whole = call.detail.get("receipts") == receipts and (len(firsts) < 2 or firsts <= set(receipts))
        self.demand(is_announced and is_whole, line.place, "lot", "it is not the lot that was announced before")
        size, root = take(line.detail, "size", int), raw(line.detail, "root")
        first = self.first_after(take(self.table("log/heads.json", dict), "ahead", int), at)
        is_head = first is not None and size == first + 1 and root == self.tree.root(size)
        self.demand(is_head, line.place, "lot", "its seed is not made of the first head that covers its instant")
        seed = sha("\n".join([root.hex(), at, *receipts]).encode())
        order = sorted(receipts, key=lambda receipt: sha(f"{seed}:{receipt}".encode()))
        is_drawn = (line.detail.get("seed"), line.detail["order"]) == (seed, order)
        self.demand(is_drawn, line.place, "lot", "the order does not follow from the seed")
        return order

    def second(self, order: list[tuple[tuple[int, str, Fraction, int], Fraction, int]]) -> int | None:
        """Return the second winner: the next, if its gap to the first is strictly less than the guarantee."""
        if len(order) < 2 or self.is_bylaw() or self.terms["method"] in NEGOTIATED:
            return None
        (one, best, _), (two, next_, _) = order[:2]
        is_weighted = (self.terms["method"], self.terms["runner_up_basis"]) == ("weighted_price", "weighted")
        gap = next_ - best if is_weighted else Fraction(two[3] - one[3])
        return two[0] if gap < Fraction(self.terms["guarantee"] or 0) else None

    def negotiated(self) -> tuple[int, int] | None:
        """Return the bid with which the price was agreed, and the price: in turn, and none above what was proposed."""
        order = self.placed()
        for line in self.entries("tender", "negotiate"):
            bid, agreed = take(line.detail, "bid", int), line.detail.get("agreed")
            turn = [p[0][0] for p in order if p[2] == order[0][2]] if order else []
            if not self.demand(bid in turn, line.place, "turn", "it was not this bid's turn"):
                return None
            price = next(p[0][3] for p in order if p[0][0] == bid)
            order = [p for p in order if p[0][0] != bid]
            if agreed is not None:
                self.demand(
                    0 < take(line.detail, "agreed", int) <= price, line.place, "agreed", "it is above the price"
                )
                return bid, agreed
        return None

    def check_contract(self) -> None:
        """The contract is with the winner, over the price that was opened or agreed, as the ledger's entry of its issue quotes it."""
        issued = self.latest("issue", "contract")
        if issued is None:
            self.demand(
                "contract.json" not in self.archive.places, "contract.json", "unknown", "no contract was issued"
            )
            return
        contract, place = self.table("contract.json", dict), "contract.json"
        is_quoted = issued.detail.get("contract") == sha(canonical(contract))
        self.demand(is_quoted, place, "contract", "these are not the facts of the contract that was issued")
        is_ours = (contract.get("tender"), contract.get("issued_at")) == (self.manifest["tender"], issued.fields["at"])
        self.demand(is_ours, place, "tender", "it is of another tender or instant")
        award, passed = self.latest("name_winners"), self.latest("confirm_refusal")
        named = None if award is None else award.detail.get("runner_up" if passed else "winner")
        is_winner = named is not None and take(contract, "bid", int) == named
        self.demand(is_winner, place, "winner", "it is not with the winner")
        is_receipt = self.bid_of(take(contract, "receipt", str)) == contract["bid"]
        self.demand(is_receipt, place, "bid", "its receipt is of another bid")
        prices = {row["bid"]: row["total"] for row in self.table("prices.json", list)}
        amount = take(contract, "amount", int)
        agreed = self.negotiated() if self.terms["method"] in NEGOTIATED else None
        price = agreed[1] if agreed else prices.get(contract["bid"])
        self.demand(price == amount, place, "amount", "its amount is not the price that was opened")
        total = sum(take(phase, "amount", int) for phase in take(contract, "phases", list))
        self.demand(total == amount, place, "phases", "its phases do not add up to its amount")

    def check_papers(self) -> None:
        """Every issued paper is there, and is the one whose digest the ledger quotes."""
        quoted: dict[str, str] = {}
        for line in self.entries():
            quoted.update(line.detail.get("papers", {}))
        papers = {f"papers/{name}.pdf": digest for name, digest in quoted.items()}
        files = {name for name in self.archive.places if name.startswith("papers/")}
        for name in sorted(files | papers.keys()):
            if self.demand(name in papers, name, "paper", "the ledger knows no such paper") and self.demand(
                name in files, name, "missing", "the paper is not there"
            ):
                is_issued = self.archive.digest(name) == papers[name]
                self.demand(is_issued, name, "paper", "it is not the paper that was issued")


# Ranking, in exact fractions --------------------------------------------------------------------------------------


def exact_ratio(text: str) -> Fraction:
    """Return a fraction written as 1459/20, or as 73."""
    if not re.fullmatch(r"\d{1,80}(/[1-9]\d{0,80})?", text):
        raise Unreadable(f"{text[:40]} is no fraction")
    return Fraction(text)


def revisions_in(scores: Json) -> list[Json]:
    """Return the changes that a table of scores tells of; older ones know of none."""
    return [] if scores.get("revisions") is None else take(scores, "revisions", list)


def revised(sheets: list[Json], revisions: list[Json]) -> list[Json]:
    """Return the sheets with the points that stand: of the changes in a cell the last one counts."""
    last = {(take(r, 0, int), take(r, 1, int), take(r, 2, int)): take(r, 4, str) for r in revisions}
    return [
        {
            "sheet": sheet["sheet"],
            "scores": [
                [bid, leaf, last.get((sheet["sheet"], bid, leaf), take(row, 2, str))]
                for row in take(sheet, "scores", list)
                for bid, leaf in [(take(row, 0, int), take(row, 1, int))]
            ],
        }
        for sheet in sheets
    ]


def points_of(sheets: list[Json], bid: int) -> dict[str, dict[str, str]]:
    """Return a bid's points by sheet and leaf."""
    found: dict[str, dict[str, str]] = {}
    for sheet in sheets:
        for row in sheet["scores"]:
            if take(row, 0, int) == bid:
                found.setdefault(str(sheet["sheet"]), {})[str(take(row, 1, int))] = take(row, 2, str)
    return found


def mean_of(trim: int) -> Callable[[list[Fraction]], Fraction]:
    """Return the mean without the `trim` smallest and largest; the plain mean unless more than 2·trim remain."""

    def mean(values: list[Fraction]) -> Fraction:
        kept = sorted(values)
        kept = kept[trim : len(kept) - trim] if len(kept) > 2 * trim else kept
        if not kept:
            raise Unreadable("there are no points")
        return sum(kept, Fraction(0)) / len(kept)

    return mean


def technical(
    criteria: list[Json],
    sheets: dict[str, dict[str, Json]],
    mean: Callable[[list[Fraction]], Fraction],
    at_total: bool = False,  # noqa: FBT001, FBT002
) -> Fraction:
    """Return a score of 100: at each leaf the mean of the sheets (or of each sheet's total), weighed up the tree."""
    if at_total:
        return mean([total(criteria, sheet.get) for sheet in read_points(sheets)])
    return total(criteria, at_leaf(sheets, mean))


def read_points(sheets: dict[str, dict[str, Json]]) -> list[dict[str, Fraction]]:
    """Return the points of each sheet as exact fractions."""
    return [{leaf: exact(p, f"points of {leaf}") for leaf, p in sheet.items()} for sheet in sheets.values()]


def at_leaf(
    sheets: dict[str, dict[str, Json]], mean: Callable[[list[Fraction]], Fraction]
) -> Callable[[str], Fraction | None]:
    """Return what tells a bid's points under a leaf; None where a sheet has none."""
    given = read_points(sheets)

    def at(leaf: str) -> Fraction | None:
        points = [sheet.get(leaf) for sheet in given]
        return None if None in points else mean([p for p in points if p is not None])

    return at


def leaves_of(siblings: list[Json]) -> Iterator[Json]:
    """Give the criteria that are scored."""
    for node in siblings:
        if node.get("children"):
            yield from leaves_of(take(node, "children", list))
        else:
            yield node


def total(siblings: list[Json], at: Callable[[str], Fraction | None]) -> Fraction:
    """Return the mean of siblings by weight; a leaf is 100·points/max."""
    weights, found = Fraction(0), Fraction(0)
    for node in siblings:
        weight = exact(take(node, "weight", str), "weight")
        if node.get("children"):
            score = total(take(node, "children", list), at)
        else:
            points, top = at(take(node, "id", str)), exact(node.get("max", "100"), "max")
            if points is None or not 0 <= points <= top or not top:
                raise Unreadable(f"points under criterion {node['id']} are missing or out of range")
            score = 100 * points / top
        weights, found = weights + weight, found + weight * score
    if weights <= 0:
        raise Unreadable("weights sum to 0")
    return found / weights


def finals(method: str, offers: list[tuple[Fraction, Fraction]], figures: tuple[Fraction, ...]) -> list[Fraction]:
    """Return what each (score, price) is ranked by."""
    if any(price <= 0 for _, price in offers):
        raise Unreadable("a price is not above 0")
    if method == "qcbs":
        lowest = min((price for _, price in offers), default=Fraction(0))
        return [figures[0] * score + figures[1] * 100 * lowest / price for score, price in offers]
    if method == "weighted_price":
        if any(100 - figures[0] * (100 - score) <= 0 for score, _ in offers):
            raise Unreadable("the impact leaves no balanced price")
        return [100 * price / (100 - figures[0] * (100 - score)) for score, price in offers]
    return [price if method == "least_cost" else score for score, price in offers]


def ranked(case: Json) -> dict[str, Json]:
    """Return the rows of a case in the format of `rank`, by bid."""
    method, trim = take(case, "method", str), 0
    if method not in METHODS:
        raise Unreadable(f"no method {method} is known")
    if case.get("aggregation", "mean") != "mean":
        trim = int(exact(case.get("trim"), "trim"))
    mean, at_total = mean_of(trim), bool(trim) and case.get("trim_at") == "total"
    threshold = exact(case.get("threshold", "0"), "threshold")
    scores = {
        take(bid, "id", str): technical(take(case, "criteria", list), take(bid, "scores", dict), mean, at_total)
        for bid in take(case, "bids", list)
    }
    prices = {bid["id"]: None if bid.get("price") is None else exact(bid["price"], "price") for bid in case["bids"]}
    inside = [bid for bid, score in scores.items() if score >= threshold]
    if method == "fixed_budget":
        budget = exact(case.get("budget"), "budget")
        inside = [bid for bid in inside if prices[bid] is not None and prices[bid] <= budget]  # type: ignore[operator]
    if method not in NEGOTIATED and any(prices[bid] is None for bid in inside):
        raise Unreadable("a bid that is ranked has no price")
    names = {"weighted_price": ("i",), "qcbs": ("wt", "wf")}.get(method, ())
    figures = tuple(exact(case.get(name), name) for name in names)
    made = finals(method, [(scores[bid], prices[bid] or Fraction(1)) for bid in inside], figures)
    final = dict(zip(inside, made, strict=True))
    sign = 1 if method in SMALLEST_FIRST else -1
    rows = {}
    for bid, score in scores.items():
        is_in = bid in final
        rows[bid] = {
            "case": str(case.get("id")),
            "bid": bid,
            "technical": half_up(score),
            "final": half_up(final[bid]) if is_in else None,
            "rank": 1 + sum(sign * other < sign * final[bid] for other in made) if is_in else None,
            "status": "ranked" if is_in else "below_threshold" if score < threshold else "over_budget",
        }
    return rows


# The command ------------------------------------------------------------------------------------------------------


def head_in(value: Json) -> Json:
    """Return the head that a receipt holds, or the head itself."""
    if isinstance(value, dict) and value.get("format") == RECEIPT:
        return take(take(value, "inclusion", dict), "head", dict)
    if not isinstance(value, dict) or "root" not in value:
        raise Unreadable("it is neither a receipt nor a head")
    return value


def check_earlier(
    report: Report, own: tuple[bytes, Json, Tree | None], earlier: tuple[str, Json], proof: Json | None
) -> None:
    """The log of the file continues the log of an earlier head: by its leaves, or by a proof from /log/consistency.json."""
    (key, head, tree), (place, value) = own, earlier
    old = head_in(value)
    check_head(report, key, old, place)
    size, root = old["size"], raw(old, "root")
    if tree is not None and 0 < size <= tree.size:
        report.demand(tree.root(size) == root, place, "fork", "the log of the file does not continue this head's log")
    elif tree is None and size == head["size"]:
        report.demand(raw(head, "root") == root, place, "fork", "two heads of one size differ: the log was forked")
    elif proof is not None:
        path = [unhex(step, "path") for step in take(proof, "path", list)]
        pair = sorted([(size, root), (head["size"], raw(head, "root"))])
        holds = is_consistent(pair[0][0], pair[1][0], path, (pair[0][1], pair[1][1]))
        report.demand(holds, place, "fork", "the proof does not lead from one head to the other")
    else:
        sizes = sorted((size, head["size"]))
        text = f"fetch /log/consistency.json?from={sizes[0]}&to={sizes[1]} and name it with --proof"
        report.demand(False, place, "consistency", text)


def check_case(report: Report, file: BinaryIO, pinned: bytes | None) -> tuple[str, bytes, Json, Tree | None]:
    """Check a case file; return what it is, and its log's key, last head and leaves."""
    case = Case(report, Archive(report, file))
    case.check(pinned)
    counts = f"{len(case.entries())} entries, {len(case.receipts)} receipts, {len(case.leaves)} leaves"
    told = f"case file of tender {case.manifest.get('tender')}: {counts}; key {case.key.hex()}"
    return told, case.key, case.last, case.tree


def check_json(report: Report, value: Json, pinned: bytes | None) -> tuple[str, bytes, Json, Tree | None]:
    """Check a receipt or a head; return what it is, and its log's key and head."""
    if isinstance(value, dict) and "root" in value:
        if pinned is None:
            raise Unreadable("a head alone is checked with the key that you name: --key HEX")
        check_head(report, pinned, value, "head")
        return f"head of {value['size']} leaves at {value['at']}", pinned, value, None
    check_receipt(report, value, "receipt")
    key, act = raw(value, "log_key"), value["act"]
    report.demand(pinned in (None, key), "receipt", "key", "it is of another log than the one you named")
    about = " ".join([act["act"], *([act["receipt"]] if "receipt" in act else [])])
    told = f"receipt of {about} in tender {act['tender']} at {act['at']}; key {key.hex()}"
    return told, key, (value["inclusion"] or {}).get("head"), None


def check_file(
    report: Report,
    file: BinaryIO,
    pinned: bytes | None = None,
    earlier: tuple[str, Json] | None = None,
    proof: Json | None = None,
) -> str:
    """Check an open file; return one line that says what it is, and note what is wrong in the report."""
    is_zip = file.read(2) == b"PK"
    file.seek(0)
    told = "nothing that could be read"
    with report.reading("file"):
        if is_zip:
            told, key, head, tree = check_case(report, file, pinned)
        else:
            told, key, head, tree = check_json(report, parsed(file.read()), pinned)
        if earlier:
            with report.reading(earlier[0]):
                if head is None:
                    raise Unreadable("the file holds no head of the log, so that none continues an earlier one")
                check_earlier(report, (key, head, tree), earlier, proof)
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names; print what was found; return the exit status."""
    parser = argparse.ArgumentParser(description="Check a receipt or a case file of tender_app, offline.")
    parser.add_argument("file", type=Path)
    parser.add_argument("earlier", type=Path, nargs="?", help="an earlier receipt or head, as JSON")
    parser.add_argument("--key", help="the log's public key that you know: 64 hex digits")
    parser.add_argument("--proof", type=Path, help="the answer of /log/consistency.json for these two heads")
    chosen = parser.parse_args(arguments)
    report, told = Report(), ""
    try:
        with report.reading("command"), chosen.file.open("rb") as file:
            pinned = unhex(chosen.key.lower(), "--key") if chosen.key else None
            earlier = (chosen.earlier.name, parsed(chosen.earlier.read_bytes())) if chosen.earlier else None
            proof = parsed(chosen.proof.read_bytes()) if chosen.proof else None
            told = check_file(report, file, pinned, earlier, proof)
    except OSError as fault:
        report.demand(False, str(fault.filename), "file", str(fault.strerror))
    for line in [*map(str, report.findings), *(f"note: {note}" for note in report.notes)]:
        print(line)
    if not report.findings:
        print(f"whole: {told}")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
