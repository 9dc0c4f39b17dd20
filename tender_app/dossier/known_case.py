"""What is wrong with a case file, held against the database: its list of files, its ledger, and every figure in it."""

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.bids import prices
from tender_app.config import Settings
from tender_app.contracts import agreed
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractState
from tender_app.documents.issued import name_of
from tender_app.documents.models import IssuedDocument
from tender_app.dossier import case_tables
from tender_app.dossier.case_file import FORMAT, SIGNED_AS, entries_of, line_of, name_of_act
from tender_app.evaluation.rank_file import ranked_file
from tender_app.ledger import signing
from tender_app.ledger.log import verify
from tender_app.ledger.models import LogAct
from tender_app.tenders.models import Tender


def archive_faults(settings: Settings, archive: zipfile.ZipFile, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Give what is wrong with the list of files, which this installation's log signs."""
    if manifest["format"] != FORMAT or not signing.is_signed(signing.public_of(settings), SIGNED_AS, manifest):
        yield "case.json: this installation's log did not sign this list of files"
    names = Counter(archive.namelist())
    yield from (f"{name}: it stands twice in the archive" for name, count in names.items() if count > 1)
    listed = manifest["files"]
    for name in sorted((names.keys() | listed.keys()) - {"case.json"}):
        if name not in listed or name not in names:
            yield f"{name}: it is {'listed and not there' if name in listed else 'not in the list of files'}"
        elif _digest(archive, name) != listed[name]:
            yield f"{name}: it is not the file that was listed"


def ledger_faults(session: Session, archive: zipfile.ZipFile, tender: Tender) -> Iterator[str]:
    """Give what breaks our own chains, and the first line of the file that is not what our ledger was by its last act."""
    yield from (f"entry {f.entry_id} of our ledger: {f.cause}" for f in verify(session, tender.id)[2])
    lines = archive.read("ledger.jsonl").splitlines(keepends=True)
    told = {json.loads(line)["digest"] for line in lines}
    entries = session.execute(entries_of(tender)).all()
    last = max((e.id for e in entries if e.digest in told), default=0)
    known = [line_of(e) for e in entries if e.id <= last]
    for number, (line, own) in enumerate(zip_longest(lines, known), 1):
        if line != own:
            yield f"ledger.jsonl:{number}: our ledger says something else here"
            return


def figure_faults(session: Session, archive: zipfile.ZipFile, tender: Tender) -> Iterator[str]:
    """Give each file whose figures are not those that are stored here, and each paper or payload that is not ours."""
    known, names = _figures(session, tender), set(archive.namelist())
    for name, value in known.items():
        if name in names and strict(archive.read(name)) != value:
            yield f"{name}: these are not the figures that are stored here"
    sealed = {f"envelopes/{e.told['digest']}.age-payload": e.told["payload_digest"] for e in _sealed(session, tender)}
    papers = session.scalars(sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id))
    own = sealed | {f"papers/{name_of(paper)}.pdf": paper.digest for paper in papers}
    for name in sorted(names):
        if name.startswith(("envelopes/", "papers/")) and own.get(name) != _digest(archive, name):
            yield f"{name}: it is not what was sealed or issued here"


def missing_faults(session: Session, archive: zipfile.ZipFile, tender: Tender) -> Iterator[str]:
    """Give each file that the ledger in the archive calls for and that is not there, and each that nothing calls for."""
    entries = [json.loads(line) for line in archive.read("ledger.jsonl").splitlines()]
    done, told = {(e["case_kind"], e["act"]) for e in entries}, {e["digest"] for e in entries}
    acts = session.scalars(sa.select(LogAct).where(LogAct.tender_id == tender.id))
    called = {"ledger.jsonl", "log/leaves.jsonl", "log/heads.json", "envelopes.json", "case.json"}
    called |= {f"receipts/{name_of_act(act.body)}.json" for act in acts if act.body["entry"] in told}
    called |= {f"papers/{name}.pdf" for e in entries for name in e["detail"].get("papers", {})}
    called |= {f"envelopes/{e.told['digest']}.age-payload" for e in _sealed(session, tender) if e.stands}
    called |= {"scores.json"} if ("tender", "lock_scores") in done else set()
    called |= {"prices.json", "cases.json", "ranking.json"} if ("bid", "price") in done else set()
    called |= {"contract.json"} if ("contract", "issue") in done else set()
    names = set(archive.namelist())
    yield from (f"{name}: it is missing" for name in sorted(called - names))
    yield from (f"{name}: no act in the ledger calls for it" for name in sorted(names - called))


def strict(content: bytes) -> Any:
    """Return what JSON holds; ValueError where a name stands twice in an object, for two readers would see two things."""

    def whole(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            raise ValueError("a name stands twice")
        return made

    return json.loads(content, object_pairs_hook=whole)


def _figures(session: Session, tender: Tender) -> dict[str, Any]:
    """Return what each table of a case file would hold if it were written now."""
    known: dict[str, Any] = {"envelopes.json": [e.told for e in _sealed(session, tender)]}
    if tender.scores_digest:
        known["scores.json"] = case_tables.scores(session, tender)
    if opened := prices.opened(session, tender.id):
        cases = [case_tables.case_of(session, tender)]
        known |= {"prices.json": opened, "cases.json": cases, "ranking.json": ranked_file(json.dumps(cases))}
    contract = session.scalars(
        sa.select(Contract).where(Contract.tender_id == tender.id, Contract.state != ContractState.LAPSED)
    ).one_or_none()
    return known if contract is None else {**known, "contract.json": agreed.facts(contract)}


def _sealed(session: Session, tender: Tender) -> list[case_tables.Envelope]:
    return case_tables.envelopes(session, tender.id)


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as file:
        made = hashlib.sha256()
        while chunk := file.read(1 << 20):
            made.update(chunk)
    return made.hexdigest()
