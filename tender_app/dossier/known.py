"""Whether a receipt, a head of the log, an issued paper or a case file is whole, and known to this installation."""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.config import Settings
from tender_app.documents.issued import find
from tender_app.dossier import known_case
from tender_app.dossier.case_file import name_of_act
from tender_app.dossier.known_case import strict
from tender_app.ledger import merkle, receipt_log, signing
from tender_app.ledger.models import LogAct, LogHead
from tender_app.tenders.models import Tender


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is, and what is wrong with it, each with its place; nothing is wrong with one that is whole and known."""

    what: str
    faults: list[str]


def verdict(session: Session, settings: Settings, path: Path) -> Verdict:
    """Return the verdict on a file; OSError if it cannot be read."""
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if start == b"PK":
        return _of_case(session, settings, path)
    return _of_json(session, settings, path.read_bytes()) if start[:1] in (b"{", b"[") else _of_paper(session, digest)


def _of_paper(session: Session, digest: str) -> Verdict:
    document = find(session, digest)
    if document is None:
        return Verdict("paper", [f"paper: no paper with the digest {digest} was issued here"])
    at = receipt_log.instant(document.issued_at)
    return Verdict(f"{document.kind.value} {document.number}, code {document.code}, issued at {at}", [])


def _of_json(session: Session, settings: Settings, content: bytes) -> Verdict:
    try:
        value = strict(content)
        if isinstance(value, dict) and "root" in value:
            return Verdict(f"head of {value['size']} leaves", list(head_faults(session, settings, value, "head")))
        faults = list(receipt_faults(session, settings, value, "receipt"))
        return Verdict(f"receipt of {value['act']['act']} in tender {value['act']['tender']}", faults)
    except (AttributeError, LookupError, TypeError, ValueError):
        return Verdict("file", ["file: neither a receipt, nor a head, nor an issued paper, nor a case file"])


def _of_case(session: Session, settings: Settings, path: Path) -> Verdict:
    what = "case file"
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = strict(archive.read("case.json"))
            what = f"case file of tender {manifest['tender']}"
            faults = list(known_case.archive_faults(settings, archive, manifest))
            tender = session.scalars(sa.select(Tender).filter_by(number=manifest["tender"])).one_or_none()
            if tender is None:
                return Verdict(what, [*faults, f"case.json: no tender {manifest['tender']} is known here"])
            faults += known_case.ledger_faults(session, archive, tender)
            faults += known_case.figure_faults(session, archive, tender)
            faults += known_case.missing_faults(session, archive, tender)
            faults += _log_faults(session, settings, archive, tender)
    except (AttributeError, LookupError, TypeError, ValueError, zipfile.BadZipFile) as fault:
        return Verdict(what, [f"case file: it has not the agreed form ({fault})"])
    return Verdict(what, faults)


def _log_faults(session: Session, settings: Settings, archive: zipfile.ZipFile, tender: Tender) -> Iterator[str]:
    heads = strict(archive.read("log/heads.json"))
    own = [signing.canonical(leaf) + b"\n" for leaf in receipt_log.leaves(session, 0, heads["last"]["size"])]
    if archive.read("log/leaves.jsonl") != b"".join(own):
        yield "log/leaves.jsonl: these are not the leaves of this installation's log up to its last head"
    at_deadline = receipt_log.head_at(session, tender.closes_at) if tender.closes_at else None
    if heads["deadline"] != at_deadline or heads["ahead"] != receipt_log.first_lead(session):
        yield "log/heads.json deadline: it is not the first head that covers the deadline"
    for name in ("deadline", "last"):
        if heads[name] is not None:
            yield from head_faults(session, settings, heads[name], f"log/heads.json {name}")
    for name in sorted(archive.namelist()):
        if name.startswith("receipts/"):
            receipt = strict(archive.read(name))
            yield from receipt_faults(session, settings, receipt, name)
            if name != f"receipts/{name_of_act(receipt['act'])}.json":
                yield f"{name}: it stands under another act's name"


def head_faults(session: Session, settings: Settings, head: Mapping[str, Any], place: str) -> Iterator[str]:
    """Give what is wrong with a head: its signature, or that it is none of ours."""
    if not signing.is_signed(signing.public_of(settings), signing.HEAD, head):
        yield f"{place}: this installation's log did not sign this head"
    kept = session.get(LogHead, head["size"])
    if kept is None or kept.signed["root"] != head["root"]:
        yield f"{place}: the log has no such head"


def receipt_faults(session: Session, settings: Settings, receipt: Mapping[str, Any], place: str) -> Iterator[str]:
    """Give what is wrong with a receipt: what it does not prove, and what the log does not know."""
    key, act, inclusion = signing.public_of(settings), receipt["act"], receipt["inclusion"]
    if receipt["format"] != receipt_log.FORMAT or receipt["log_key"] != key:
        yield f"{place}: it is of another log or format"
    digest = merkle.leaf_hash(bytes.fromhex(receipt["nonce"]) + signing.canonical(act))
    if receipt["promise"]["act"] != digest.hex():
        yield f"{place}: the act is not the one that was promised"
    if not signing.is_signed(key, signing.PROMISE, receipt["promise"]):
        yield f"{place}: this installation's log did not sign this promise"
    if inclusion is not None:
        if not _is_included(digest, inclusion):
            yield f"{place}: its proof does not lead from the act to the head"
        yield from head_faults(session, settings, inclusion["head"], place)
    kept = session.scalars(sa.select(LogAct).where(LogAct.digest == digest.hex())).one_or_none()
    if kept is None or kept.promise != receipt["promise"]:
        yield f"{place}: the log does not know this act"
    elif inclusion is not None and kept.position != inclusion["position"]:
        yield f"{place}: the log holds this act in another leaf"


def _is_included(act: bytes, inclusion: Mapping[str, Any]) -> bool:
    steps = [bytes.fromhex(step) for step in inclusion["slot_path"]]
    path = [bytes.fromhex(step) for step in inclusion["path"]]
    leaf, head = inclusion["leaf"], inclusion["head"]
    is_slot = len(steps) == merkle.DEPTH and 0 <= inclusion["slot"] < receipt_log.SLOTS
    is_committed = is_slot and merkle.slot_root(act, inclusion["slot"], steps).hex() == leaf["commitment"]
    content, root = merkle.leaf_hash(signing.canonical(leaf)), bytes.fromhex(head["root"])
    return is_committed and merkle.is_included(content, inclusion["position"], head["size"], path, root)
