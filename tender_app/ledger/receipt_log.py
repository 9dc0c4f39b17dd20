"""The receipt log: acts on bids enter it with a signed promise, and a leaf a minute commits to them, whatever happened.

Its leaves tell nobody how many acts they hold; a receipt carries what proves its own (RFC 9162, formats in docs/receipts.md).
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.config import Settings
from tender_app.ledger import merkle, signing
from tender_app.ledger.models import LedgerEntry, LogAct, LogHead, LogLeaf, LogNode
from tender_app.store.context import Context

FORMAT = "tender_app receipt 1"
WITHIN = dt.timedelta(minutes=2)  # in which a promise is kept
MOST = 20_000  # acts that one leaf takes; the rest follow in the next
SLOTS = 1 << merkle.DEPTH


def enter(ctx: Context, entry: LedgerEntry, tender: str, *, receipt_no: str = "", envelopes: Any = None) -> LogAct:
    """Enter an act that was just recorded, in its own transaction, and sign the promise that the log will hold it."""
    body: dict[str, Any] = {
        "act": entry.act,
        "tender": tender,
        "at": instant(entry.at),
        "recorded_at": instant(entry.recorded_at),
        "entry": entry.digest,
        **({"receipt": receipt_no} if receipt_no else {}),
        **({"envelopes": envelopes} if envelopes is not None else {}),
    }
    nonce = secrets.token_bytes(16)
    act = LogAct(entry_id=entry.id, tender_id=entry.tender_id, receipt_no=receipt_no or None, body=body, nonce=nonce)
    act.digest = merkle.leaf_hash(nonce + signing.canonical(body)).hex()
    by = instant(entry.recorded_at + WITHIN)
    fields = {"act": act.digest, "at": instant(entry.recorded_at), "by": by}
    act.promise = signing.signed(ctx.settings, signing.PROMISE, fields)
    ctx.session.add(act)
    ctx.session.flush()
    return act


def act_of(session: Session, receipt_no: str) -> LogAct | None:
    """Return the submission that was given this receipt number, if the log was there by then."""
    query = sa.select(LogAct).where(LogAct.receipt_no == receipt_no).order_by(LogAct.id).limit(1)
    return session.scalars(query).one_or_none()


def receipt_of(session: Session, settings: Settings, act: LogAct) -> dict[str, Any]:
    """Return the receipt of an act as others can prove it: with its inclusion, once the log holds it."""
    return {
        "format": FORMAT,
        "log_key": signing.public_of(settings),
        "act": act.body,
        "nonce": act.nonce.hex(),
        "promise": act.promise,
        "inclusion": _inclusion(session, act),
    }


def append(session: Session, settings: Settings, leaf: Mapping[str, Any], ends: dt.datetime, ahead: int) -> LogHead:
    """Add a leaf that commits to every act which waits, and sign the new head at `ends` or later; `ahead` in seconds."""
    size = size_of(session)
    salt = secrets.token_bytes(32)
    waiting = [] if leaf["kind"] == "before" else _waiting(session)
    slots = _slots(waiting)
    body = dict(leaf)
    if leaf["kind"] != "before":
        body["commitment"] = merkle.Slots(salt, _placed(slots)).root.hex()
    binding = ends + dt.timedelta(seconds=ahead)
    session.add(LogLeaf(position=size, body=body, salt=salt, ends=ends, ahead=ahead, binding_ends=binding))
    session.flush()
    for slot, act in slots.items():
        act.position, act.slot = size, slot
    known = nodes(session, _completed(size))
    made = merkle.appended(known.__getitem__, size, merkle.leaf_hash(signing.canonical(body)))
    session.add_all([LogNode(level=level, index=index, hash=node) for (level, index), node in made])
    session.flush()
    return _sign(session, settings, size + 1, ends)


def size_of(session: Session) -> int:
    """Return how many leaves there are."""
    last = session.scalar(sa.select(sa.func.max(LogLeaf.position)))
    return 0 if last is None else last + 1


def last_leaf(session: Session) -> LogLeaf | None:
    """Return the leaf that was added last."""
    return session.scalars(sa.select(LogLeaf).order_by(LogLeaf.position.desc()).limit(1)).one_or_none()


def is_waiting(session: Session) -> bool:
    """Tell whether an act waits for a leaf."""
    return session.scalar(sa.select(LogAct.id).where(LogAct.position.is_(None)).limit(1)) is not None


def heads(session: Session, after: int = 0, limit: int = 100) -> Sequence[dict[str, Any]]:
    """Return signed heads of more leaves than `after`, the smallest first."""
    query = sa.select(LogHead.signed).where(LogHead.size > after).order_by(LogHead.size).limit(limit)
    return session.scalars(query).all()


def latest_heads(session: Session, limit: int) -> Sequence[tuple[dict[str, Any], LogLeaf]]:
    """Return the last signed heads and the leaf that each added, the newest first."""
    query = sa.select(LogHead.signed, LogLeaf).join(LogLeaf, LogLeaf.position == LogHead.size - 1)
    return [(row[0], row[1]) for row in session.execute(query.order_by(LogHead.size.desc()).limit(limit))]


def head_at(session: Session, instant_: dt.datetime) -> dict[str, Any] | None:
    """Return the first head that covers an instant of the clock that binds; None while there is none.

    None too for an instant before the log began: no head of then can be named later.
    """
    began = session.scalar(sa.select(LogLeaf.binding_ends).where(LogLeaf.position == 0))
    if began is None or instant_ < began:
        return None
    first = sa.select(LogLeaf.position).where(LogLeaf.binding_ends >= instant_).order_by(LogLeaf.position).limit(1)
    position = session.scalar(first)
    return None if position is None else session.get_one(LogHead, position + 1).signed


def first_lead(session: Session) -> int:
    """Return by how many seconds a demonstration's clock ran ahead when the log began; 0 where there is none."""
    return session.scalar(sa.select(LogLeaf.ahead).where(LogLeaf.position == 0)) or 0


def leaves(session: Session, start: int, end: int) -> Sequence[dict[str, Any]]:
    """Return the leaves from `start` up to, and without, `end`: each as it was hashed."""
    query = sa.select(LogLeaf.body).where(LogLeaf.position >= start, LogLeaf.position < end)
    return session.scalars(query.order_by(LogLeaf.position)).all()


def consistency(session: Session, old: int, size: int) -> list[str]:
    """Return the proof (hex) that the first `old` leaves of a tree of `size` are the whole of the older tree."""
    return _hashes(session, merkle.consistency(old, size))


def nodes(session: Session, wanted: Iterable[merkle.Node]) -> dict[merkle.Node, bytes]:
    """Return the hashes of complete subtrees, in one question."""
    keys = list(set(wanted))
    if not keys:
        return {}
    rows = session.execute(
        sa.select(LogNode.level, LogNode.index, LogNode.hash).where(sa.tuple_(LogNode.level, LogNode.index).in_(keys))
    )
    return {(level, index): made for level, index, made in rows}


def instant(value: dt.datetime) -> str:
    """Return an instant as acts and heads write it: UTC, with microseconds."""
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _inclusion(session: Session, act: LogAct) -> dict[str, Any] | None:
    if act.position is None or act.slot is None:
        return None
    leaf = session.get_one(LogLeaf, act.position)
    beside = sa.select(LogAct.slot, LogAct.digest).where(LogAct.position == act.position)
    placed = {row.slot: bytes.fromhex(row.digest) for row in session.execute(beside)}
    size = act.position + 1
    return {
        "slot": act.slot,
        "slot_path": [step.hex() for step in merkle.Slots(leaf.salt, placed).path(act.slot)],
        "leaf": leaf.body,
        "position": act.position,
        "path": _hashes(session, merkle.inclusion(act.position, size)),
        "head": session.get_one(LogHead, size).signed,
    }


def _sign(session: Session, settings: Settings, size: int, at: dt.datetime) -> LogHead:
    root = _over(session, [(0, size)])[0].hex()
    fields = {"size": size, "root": root, "at": instant(at)}
    head = LogHead(size=size, signed=signing.signed(settings, signing.HEAD, fields))
    session.add(head)
    session.flush()
    return head


def _hashes(session: Session, ranges: Sequence[merkle.Range]) -> list[str]:
    return [found.hex() for found in _over(session, ranges)]


def _over(session: Session, ranges: Sequence[merkle.Range]) -> list[bytes]:
    node: Callable[[merkle.Node], bytes] = nodes(session, [n for of in ranges for n in merkle.subtrees(of)]).__getitem__
    return [merkle.hash_of(node, of) for of in ranges]


def _completed(position: int) -> list[merkle.Node]:
    """Return the subtrees left of a leaf which it may complete."""
    return [(level, (position >> level) ^ 1) for level in range(position.bit_length()) if (position >> level) % 2]


def _waiting(session: Session) -> Sequence[LogAct]:
    return session.scalars(sa.select(LogAct).where(LogAct.position.is_(None)).order_by(LogAct.id).limit(MOST)).all()


def _slots(acts: Sequence[LogAct]) -> dict[int, LogAct]:
    """Give each act a slot of its own, by lot."""
    chosen = secrets.SystemRandom().sample(range(SLOTS), len(acts))
    return dict(zip(chosen, acts, strict=True))


def _placed(slots: Mapping[int, LogAct]) -> dict[int, bytes]:
    return {slot: bytes.fromhex(act.digest) for slot, act in slots.items()}
