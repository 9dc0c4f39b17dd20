"""Writing the ledger and checking it: every act is an entry whose digest covers the one before."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.ledger.models import START, LedgerEntry, LedgerHead
from tender_app.store.case import Case
from tender_app.store.clock import true_now
from tender_app.store.context import Context

NAMES = tuple(LedgerEntry.__table__.columns.keys())
INSTANTS = ("at", "recorded_at")
ENTRIES = sa.select(
    *LedgerEntry.__table__.columns
)  # entries as plain rows: to check a chain, or to show it, asks for nothing more
Entry = sa.Row[Any]  # one of them
HEADS = sa.select(LedgerHead.case_kind, LedgerHead.case_id, LedgerHead.digest)
SOME_HEADS = HEADS.where(sa.tuple_(LedgerHead.case_kind, LedgerHead.case_id).in_(sa.bindparam("cases", expanding=True)))
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Act:
    """What is written about one act; `detail` holds plain values that are no secret (digests, reasons, numbers)."""

    name: str
    role: str
    before: str
    after: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry whose digest or place in its chain is not what it should be."""

    entry_id: int
    case: str
    cause: str


def record(ctx: Context, case: Case, act: Act) -> LedgerEntry:
    """Append one entry to the case's chain, holding its head; `at` is the act's instant, `recorded_at` the true one."""
    head = _held_head(ctx.session, case)
    covered = {
        "case_kind": case.kind,
        "case_id": case.id,
        "position": head.position + 1,
        "tender_id": case.tender_of,
        "organisation_id": case.organisation_id,
        "at": ctx.now,
        "recorded_at": true_now(ctx.session),
        "person_id": ctx.actor.person_id,
        "role": act.role,
        "act": act.name,
        "before": act.before,
        "after": act.after,
        "detail": dict(act.detail),
        "previous": head.digest,
    }
    entry = LedgerEntry(**covered, digest=_digest(_plain(covered)))
    head.position, head.digest = entry.position, entry.digest
    ctx.session.add(entry)
    ctx.session.flush()
    return entry


def plain_of(entry: Entry) -> dict[str, Any]:
    """Return what the entry's digest covers, as plain values."""
    covered = dict(zip(NAMES, entry, strict=True))
    del covered["id"], covered["digest"]
    return _plain(covered)


def verify(session: Session, tender_id: int | None = None) -> tuple[int, str, Sequence[Finding]]:
    """Walk every chain (or those of one tender): return the number of entries, a digest over all heads, findings."""
    query = ENTRIES.order_by(LedgerEntry.case_kind, LedgerEntry.case_id, LedgerEntry.position)
    if tender_id is not None:
        query = query.where(LedgerEntry.tender_id == tender_id)
    return walk(session, session.execute(query.execution_options(yield_per=1000)), is_whole=tender_id is None)


def walk(session: Session, entries: Iterable[Entry], *, is_whole: bool) -> tuple[int, str, Sequence[Finding]]:
    """Walk entries that come chain by chain, in their order; `is_whole`: they are all that there are."""
    heads: dict[tuple[str, int], Entry] = {}
    findings: list[Finding] = []
    count = 0
    for entry in entries:
        key = (entry.case_kind, entry.case_id)
        if cause := _fault(entry, heads.get(key)):
            findings.append(Finding(entry.id, f"{entry.case_kind}:{entry.case_id}", cause))
        heads[key] = entry
        count += 1
    findings += _head_faults(session, heads, is_whole=is_whole)
    return count, _over(e.digest for e in heads.values()), findings


def _fault(entry: Entry, before: Entry | None) -> str | None:
    position, previous = (before.position, before.digest) if before else (0, START)
    if entry.position != position + 1:
        return f"position {entry.position} after {position}"
    if entry.previous != previous:
        return "does not follow the entry before it"
    return None if entry.digest == _digest(plain_of(entry)) else "content does not match its digest"


def _head_faults(session: Session, seen: Mapping[tuple[str, int], Entry], *, is_whole: bool) -> list[Finding]:
    found = session.execute(HEADS) if is_whole else session.execute(SOME_HEADS, {"cases": list(seen)})
    heads = {(kind, case_id): digest for kind, case_id, digest in found}
    gone = sorted(heads.keys() - seen.keys()) if is_whole else []
    return [Finding(0, f"{kind}:{case_id}", "every entry of the chain is missing") for kind, case_id in gone] + [
        Finding(last.id, f"{key[0]}:{key[1]}", "the chain's end is missing")
        for key, last in seen.items()
        if key not in heads or heads[key] != last.digest
    ]


def _held_head(session: Session, case: Case) -> LedgerHead:
    key = {"case_kind": case.kind, "case_id": case.id}
    head = session.get(LedgerHead, key, with_for_update=True, populate_existing=True)
    if head is None:
        head = LedgerHead(**key, position=0, digest=START)
        session.add(head)
    return head


def _over(digests: Iterable[str]) -> str:
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _digest(plain: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of an entry's canonical JSON, which contains the digest before it."""
    return hashlib.sha256(_canonical(plain).encode()).hexdigest()


def _plain(covered: Mapping[str, Any]) -> dict[str, Any]:
    """Return the covered values with their instants as text."""
    instants = {name: covered[name].astimezone(dt.UTC).isoformat(timespec="microseconds") for name in INSTANTS}
    return {**covered, **instants}
