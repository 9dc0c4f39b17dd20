"""Headers that are destroyed: the one exception to what is written here staying for ever.

A row can be rolled back and a destroyed file cannot: the file goes when the act that says so is committed, and what a
crash left between the two goes at the worker's next beat.
"""

import contextlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from tender_app.config import Settings
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.context import Context
from tender_app.store.files import Files, headers_of

WAITING = "headers to destroy"


def destroy(ctx: Context, sealed: SealedEnvelope) -> None:
    """Let nobody open this envelope any more, from the moment at which this session commits."""
    sealed.destroyed_at = ctx.now
    waiting: list[str] = ctx.session.info.setdefault(WAITING, [])
    if not waiting:
        headers = headers_of(ctx.settings)
        event.listen(ctx.session, "after_commit", lambda session: _remove_all(headers, session.info), once=True)
        event.listen(ctx.session, "after_rollback", lambda session: session.info.pop(WAITING, None), once=True)
    waiting.append(sealed.header_key)


def sweep(session: Session, settings: Settings) -> int:
    """Remove headers that a committed act destroyed and a crash left; return how many."""
    headers = headers_of(settings)
    keys = session.scalars(sa.select(SealedEnvelope.header_key).where(SealedEnvelope.destroyed_at.is_not(None)))
    left = [key for key in keys if key and headers.path(key).is_file()]
    for key in left:
        _remove(headers, key)
    return len(left)


def _remove_all(headers: Files, info: dict[Any, Any]) -> None:
    for key in info.pop(WAITING, []):
        _remove(headers, key)


def _remove(headers: Files, key: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        headers.destroy(key)
