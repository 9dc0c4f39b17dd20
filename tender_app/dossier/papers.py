"""Issued papers: who may download one, and what anyone may learn of a copy."""

import hashlib
from typing import cast

from werkzeug.datastructures import FileStorage

from tender_app.bids.live import readable_kinds
from tender_app.contracts.models import Contract
from tender_app.documents.issued import find
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.persian import identifier
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.kernel.words import _
from tender_app.ledger import receipt_log
from tender_app.ledger.models import LogAct
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.web.uploads import Digest
from tender_app.workflow.sight import may_see

EMPTY = hashlib.sha256().hexdigest()
STAFF_KINDS = frozenset(set(DocumentKind) - {DocumentKind.RECEIPT, DocumentKind.CONTRACT})


def readable(ctx: Context, code: str) -> IssuedDocument | None:
    """Return the paper with this code if the actor may download it."""
    document = find(ctx.session, code)
    if document is None:
        return None
    tender = ctx.session.get_one(Tender, document.tender_id)
    is_public = document.is_public and may_see(ctx, tender, Sight.PAGE)
    is_own = document.firm_id in ctx.actor.scope_ids(Role.FIRM, Scope.FIRM)
    is_staff = document.kind in STAFF_KINDS and may_see(ctx, tender, Sight.WORK)
    is_minutes = document.kind in readable_kinds(ctx, tender)
    return document if is_public or is_own or is_staff or is_minutes or _sees_contract(ctx, document) else None


def submission_with(ctx: Context, text: str) -> LogAct | None:
    """Return the submission with this receipt number, however it was typed: whoever has it holds the receipt."""
    return receipt_log.act_of(ctx.session, identifier(text).upper())


def asked_of(file: FileStorage | None) -> tuple[str, str]:
    """Return the digest of a file that someone asks about, or why there is none to ask about."""
    if file is None or not file.filename:
        return "", _("پرونده‌ای برنگزیده‌اید؛ نخست پرونده سند را برگزینید.")
    digest = cast("Digest", file.stream).hex()
    is_empty = digest == EMPTY
    return ("", _("پرونده خالی است؛ آن را دوباره از سامانه دریافت کنید.")) if is_empty else (digest, "")


def _sees_contract(ctx: Context, document: IssuedDocument) -> bool:
    if document.kind is not DocumentKind.CONTRACT:
        return False
    contract = ctx.session.query(Contract).filter_by(number=document.number).one_or_none()
    return contract is not None and may_see(ctx, contract, Sight.WORK)
