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
    entry = LedgerEntry(
        case_kind=case.kind,
        case_id=case.id,
        position=head.position + 1,
        tender_id=case.tender_of,
        organisation_id=case.organisation_id,
        at=ctx.now,
        recorded_at=true_now(ctx.session),
        person_id=ctx.actor.person_id,
        role=act.role,
        act=act.name,
        before=act.before,
        after=act.after,
        detail=dict(act.detail),
        previous=head.digest,
    )
    entry.digest = digest_of(entry)
    head.position, head.digest = entry.position, entry.digest
    ctx.session.add(entry)
    ctx.session.flush()
    return entry


def digest_of(entry: LedgerEntry) -> str:
    """Return the SHA-256 (hex) of the entry's canonical JSON, which contains the digest before it."""
    canonical = json.dumps(plain_of(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def plain_of(entry: LedgerEntry) -> dict[str, Any]:
    """Return what the entry's digest covers, as plain values."""
    names = [c.key for c in sa.inspect(LedgerEntry).column_attrs if c.key not in {"id", "digest"}]
    return {name: _plain(getattr(entry, name)) for name in names}


def verify(session: Session, tender_id: int | None = None) -> tuple[int, str, Sequence[Finding]]:
    """Walk every chain (or those of one tender): return the number of entries, a digest over all heads, findings."""
    query = sa.select(LedgerEntry).order_by(LedgerEntry.case_kind, LedgerEntry.case_id, LedgerEntry.position)
    if tender_id is not None:
        query = query.where(LedgerEntry.tender_id == tender_id)
    return walk(session, session.scalars(query.execution_options(yield_per=1000)), is_whole=tender_id is None)


def walk(session: Session, entries: Iterable[LedgerEntry], *, is_whole: bool) -> tuple[int, str, Sequence[Finding]]:
    """Walk entries that come chain by chain, in their order; `is_whole`: they are all that there are."""
    heads: dict[tuple[str, int], LedgerEntry] = {}
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


def _fault(entry: LedgerEntry, before: LedgerEntry | None) -> str | None:
    position, previous = (before.position, before.digest) if before else (0, START)
    if entry.position != position + 1:
        return f"position {entry.position} after {position}"
    if entry.previous != previous:
        return "does not follow the entry before it"
    return None if entry.digest == digest_of(entry) else "content does not match its digest"


def _head_faults(session: Session, seen: Mapping[tuple[str, int], LedgerEntry], *, is_whole: bool) -> list[Finding]:
    query = sa.select(LedgerHead)
    if not is_whole:
        query = query.where(sa.tuple_(LedgerHead.case_kind, LedgerHead.case_id).in_(list(seen)))
    heads = {(h.case_kind, h.case_id): h for h in session.scalars(query)}
    gone = sorted(heads.keys() - seen.keys()) if is_whole else []
    return [Finding(0, f"{kind}:{case_id}", "every entry of the chain is missing") for kind, case_id in gone] + [
        Finding(last.id, f"{key[0]}:{key[1]}", "the chain's end is missing")
        for key, last in seen.items()
        if key not in heads or heads[key].digest != last.digest
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


def _plain(value: object) -> object:
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds") if isinstance(value, dt.datetime) else value
