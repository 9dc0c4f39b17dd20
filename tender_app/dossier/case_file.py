"""The case file of a tender: a ZIP from which an outsider checks everything from scratch (docs/receipts.md).

It holds what the law lets its reader see by then, and no sealed content: payloads are in it as they were sealed, and
their headers, without which no key opens them, are not. An envelope's digest is SHA-256(SHA-256(header) ‖
SHA-256(payload)), so the header's digest suffices to check it.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.guarantee_models import Security
from tender_app.bids import prices
from tender_app.bids.models import Bid
from tender_app.contracts import agreed
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractState
from tender_app.documents.issued import name_of
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.dossier import case_tables
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.interview_models import Interview
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rank_file import ranked_file
from tender_app.evaluation.talk_models import Talk
from tender_app.kernel.vocabulary import Sight
from tender_app.ledger import receipt_log, signing
from tender_app.ledger.log import ENTRIES, Entry, plain_of
from tender_app.ledger.models import LedgerEntry, LogAct
from tender_app.store import clock
from tender_app.store.archive import Archive
from tender_app.store.context import Context
from tender_app.store.files import CHUNK, Files, files_of
from tender_app.tenders.models import Tender
from tender_app.workflow.sight import may_see

FORMAT = "tender_app case 1"
SIGNED_AS = b"tender_app case\n"
CHAINS = (
    Bid.kind,
    Complaint.kind,
    Contract.kind,
    PriceExplanation.kind,
    Interview.kind,
    ScoreSheet.kind,
    Security.kind,
    Talk.kind,
    Tender.kind,
)  # no questions: they name who asked
LEAVES = 1000  # leaves that are read at once
File = tuple[str, Iterable[bytes], int]


def streamed(ctx: Context, tender: Tender) -> Iterator[bytes]:
    """Give the case file piece by piece; the manifest, signed with the receipt log's key, comes last."""
    archive, chains = Archive(), dict[str, dict[str, Any]]()
    size = receipt_log.size_of(ctx.session)
    for name, content, length in _files(ctx, tender, size, chains):
        yield from archive.add(name, content, length)
    manifest = {
        "format": FORMAT,
        "tender": tender.number,
        "title": tender.title,
        "state": tender.state.value,
        "made_at": receipt_log.instant(clock.true_now(ctx.session)),
        "log_key": signing.public_of(ctx.settings),
        "chains": chains,
        "files": dict(sorted(archive.digests.items())),
    }
    yield from archive.add("case.json", [_shown(signing.signed(ctx.settings, SIGNED_AS, manifest))])
    yield archive.end()


def file_name(tender: Tender) -> str:
    """Return under which name the file is saved."""
    return f"case-{tender.number}.zip"


def _files(ctx: Context, tender: Tender, size: int, chains: dict[str, dict[str, Any]]) -> Iterator[File]:
    yield "ledger.jsonl", _ledger(ctx, tender, chains), 0
    yield "log/leaves.jsonl", _leaves(ctx, size), 0
    yield "log/heads.json", [_shown(_heads(ctx, tender, size))], 0
    for name, receipt in _receipts(ctx, tender, size):
        yield f"receipts/{name}.json", [_shown(receipt)], 0
    sealed = case_tables.envelopes(ctx.session, tender.id)
    yield "envelopes.json", [_shown([row.told for row in sealed])], 0
    payloads = {row.told["digest"]: row for row in sealed if row.stands}
    for digest, row in sorted(payloads.items()):
        yield f"envelopes/{digest}.age-payload", _chunks(files_of(ctx.settings), row.payload_key), row.told["size"]
    yield from _judged(ctx, tender)
    for document in _papers(ctx, tender):
        content = _chunks(files_of(ctx.settings), document.file_key)
        yield f"papers/{name_of(document)}.pdf", content, document.size


def _judged(ctx: Context, tender: Tender) -> Iterator[File]:
    """Give scores once they are locked, prices and ranking once they are opened, the contract once it is issued."""
    if may_see(ctx, tender, Sight.SCORES) and tender.scores_digest:
        yield "scores.json", [_shown(case_tables.scores(ctx.session, tender))], 0
    opened = prices.opened(ctx.session, tender.id)
    if may_see(ctx, tender, Sight.PRICES) and opened:
        cases = [case_tables.case_of(ctx.session, tender)]
        yield "prices.json", [_shown(opened)], 0
        yield "cases.json", [_shown(cases)], 0
        yield "ranking.json", [_shown(ranked_file(json.dumps(cases)))], 0
    contract = ctx.session.scalars(
        sa.select(Contract).where(Contract.tender_id == tender.id, Contract.state != ContractState.LAPSED)
    ).one_or_none()
    if contract is not None and contract.number and may_see(ctx, contract, Sight.WORK):
        yield "contract.json", [_shown(agreed.facts(contract))], 0


def _ledger(ctx: Context, tender: Tender, chains: dict[str, dict[str, Any]]) -> Iterator[bytes]:
    """Give each entry as a line, chain by chain, with its digest; note each chain's length and end."""
    for entry in ctx.session.execute(entries_of(tender).execution_options(yield_per=LEAVES)):
        chains[f"{entry.case_kind}:{entry.case_id}"] = {"entries": entry.position, "head": entry.digest}
        yield line_of(entry)


def entries_of(tender: Tender) -> sa.Select[Any]:
    """Return the question for the entries that a case file holds, chain by chain."""
    query = ENTRIES.where(LedgerEntry.tender_id == tender.id, LedgerEntry.case_kind.in_(CHAINS))
    return query.order_by(LedgerEntry.case_kind, LedgerEntry.case_id, LedgerEntry.position)


def line_of(entry: Entry) -> bytes:
    """Return an entry as its line in a case file."""
    return signing.canonical({**plain_of(entry), "digest": entry.digest}) + b"\n"


def _leaves(ctx: Context, size: int) -> Iterator[bytes]:
    for start in range(0, size, LEAVES):
        for leaf in receipt_log.leaves(ctx.session, start, min(start + LEAVES, size)):
            yield signing.canonical(leaf) + b"\n"


def _heads(ctx: Context, tender: Tender, size: int) -> dict[str, Any]:
    """Return the first head that covers the deadline, and the last one; each None while there is none.

    `ahead`: by how many seconds a demonstration's clock ran ahead when the log began.
    """
    at_deadline = receipt_log.head_at(ctx.session, tender.closes_at) if tender.closes_at else None
    last = receipt_log.heads(ctx.session, after=size - 1, limit=1) if size else []
    return {"ahead": receipt_log.first_lead(ctx.session), "deadline": at_deadline, "last": last[0] if last else None}


def _receipts(ctx: Context, tender: Tender, size: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each act of the tender in the log: a submission under its receipt number, others under act and entry."""
    query = sa.select(LogAct).where(LogAct.tender_id == tender.id).order_by(LogAct.id)
    for act in ctx.session.scalars(query):
        receipt = receipt_log.receipt_of(ctx.session, ctx.settings, act)
        if act.position is not None and act.position >= size:
            receipt["inclusion"] = None
        yield name_of_act(act.body), receipt


def name_of_act(body: dict[str, Any]) -> str:
    """Return the name of an act's file."""
    return body["receipt"] if body["act"] == "submit" else f"{body['act']}-{body['entry'][:12]}"


def _papers(ctx: Context, tender: Tender) -> Iterator[IssuedDocument]:
    """Give the issued papers that its reader may see; receipts stand as JSON, in a folder of their own."""
    contract = ctx.session.scalars(
        sa.select(Contract).where(Contract.tender_id == tender.id, Contract.state != ContractState.LAPSED)
    ).one_or_none()
    hidden = {DocumentKind.RECEIPT}
    if contract is None or not may_see(ctx, contract, Sight.WORK):
        hidden.add(DocumentKind.CONTRACT)
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id, IssuedDocument.kind.not_in(hidden))
    yield from ctx.session.scalars(query.order_by(IssuedDocument.id))


def _chunks(files: Files, key: str) -> Iterator[bytes]:
    with files.open(key) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _shown(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
