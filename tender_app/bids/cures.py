"""The formal check's one cure period: asked once, brought until an instant, judged by the commission (R22).

While a period runs the scores are not locked; what is not cured is rejected with a reason of the closed list.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from tender_app.bids import cure_paper
from tender_app.bids.cure_models import CureFile, CureItem, CureRequest
from tender_app.bids.cure_rules import Asked, Brought, Cured, Uncured, cure_until, is_repeated
from tender_app.bids.models import Bid
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import _
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Person
from tender_app.regulation.queries import in_force, working_calendar
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.rules import TenderState


def load(ctx: Context, bids: Sequence[Bid]) -> Mapping[int, CureRequest | None]:
    """Read what was asked of the bids, with what came, in three queries."""
    ids = [b.id for b in bids]
    query = sa.select(CureRequest).where(CureRequest.bid_id.in_(ids))
    query = query.options(selectinload(CureRequest.items).selectinload(CureItem.files))
    found = {row.bid_id: row for row in ctx.session.scalars(query)}
    for bid in bids:
        set_committed_value(bid, "cure", found.get(bid.id))  # so that a desk's terms ask nothing for each bid
    return {i: found.get(i) for i in ids}


CURES = Facts[Bid, CureRequest | None](load)


def load_open(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, int]:
    """Count the periods of the tenders that no finding ended yet, in one query."""
    ids = [t.id for t in tenders]
    query = sa.select(CureRequest.tender_id, sa.func.count()).where(
        CureRequest.tender_id.in_(ids), CureRequest.settled_at.is_(None)
    )
    found = dict(ctx.session.execute(query.group_by(CureRequest.tender_id)).all())
    return {i: found.get(i, 0) for i in ids}


OPEN = Facts[Tender, int](load_open)


def check_is_open(_ctx: Context, bid: Bid, _what: Any) -> str | None:
    """The formal check of ب lies between its opening and the locked scores (Art. 6-b)."""
    if bid.tender.state is TenderState.TECHNICAL:
        return None
    return _("بررسی شکلی پس از گشایش پاکت ب و پیش از قطعی شدن امتیازها انجام می‌شود (ماده ۶).")


def asked_once(ctx: Context, bid: Bid, what: Asked | None) -> str | None:
    """A bid has one cure period, and no second (R22)."""
    if CURES.of(ctx, bid) is not None:
        return _("از این پیشنهاد یک بار خواسته شده است؛ مهلت رفع نقص دوباره داده نمی‌شود.")
    if what is None:
        return None
    if not what.items:
        return _("دست‌کم یک مدرک را برگزینید؛ اگر چیزی کم نیست، درخواستی هم لازم نیست.")
    return _("هر مدرک یک بار خواسته می‌شود.") if is_repeated(what.items) else None


def period_runs(ctx: Context, bid: Bid, what: Brought | None) -> str | None:
    """Papers come until the instant that the request names, for what it asks, and not after a finding."""
    asked = CURES.of(ctx, bid)
    if asked is None:
        return _("از این پیشنهاد مدرکی خواسته نشده است.")
    if asked.settled_at is not None:
        return _("کمیسیون درباره مدرک‌ها تصمیم گرفته است.")
    if ctx.now >= asked.until:
        return _("مهلت رفع نقص {until} پایان یافت؛ مدرکی که پس از آن برسد پذیرفته نیست.").format(
            until=calendar.moment(asked.until)
        )
    if what is not None and what.item_id not in {i.id for i in asked.items}:
        return _("این مدرک خواسته نشده است؛ صفحه را تازه کنید.")
    return None


def nothing_is_left_to_bring(ctx: Context, bid: Bid, what: Any) -> str | None:
    """A firm is waited for while its period runs and something is missing."""
    if reason := period_runs(ctx, bid, what):
        return reason
    return None if every_paper_came(ctx, bid, None) else _("همه مدرک‌های خواسته‌شده رسیده است.")


def period_waits(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A finding needs a request that none ended yet."""
    asked = CURES.of(ctx, bid)
    if asked is None:
        return _("از این پیشنهاد مدرکی خواسته نشده است.")
    return None if asked.settled_at is None else _("کمیسیون درباره مدرک‌ها تصمیم گرفته است.")


def every_paper_came(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """What is accepted has come, whole."""
    asked = CURES.of(ctx, bid)
    left = [i.kind.label for i in asked.items if not i.files] if asked else []
    return _("هنوز نرسیده است: {left}.").format(left="، ".join(left)) if left else None


def time_is_up_or_all_came(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Nobody is rejected for what may still come."""
    asked = CURES.of(ctx, bid)
    if asked is None or ctx.now >= asked.until or all(i.files for i in asked.items):
        return None
    return _("شرکت تا {until} وقت دارد؛ رد پیش از آن شدنی نیست.").format(until=calendar.moment(asked.until))


def no_cure_is_open(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Scores are not locked while a bid's formal check is open (R22)."""
    left = OPEN.of(ctx, tender)
    if not left:
        return None
    return persian_digits(
        _(
            "رفع نقص {left} پیشنهاد هنوز باز است؛ پس از رسیدن مدرک‌ها یا پایان مهلت، کمیسیون نخست درباره آن تصمیم بگیرد."
        ).format(left=left)
    )


def until_of(ctx: Context, tender: Tender) -> dt.datetime:
    """Return until when a period runs that is given now, in working days of the setting in force."""
    days = in_force(ctx, Parameter.CURE_DAYS)
    return cure_until(ctx.now, days, working_calendar(ctx, tender.organisation_id).is_closed)


def overlap(ctx: Context, tender: Tender) -> str:
    """Return the warning that a period given now would reach the announced price session; nothing where it does not."""
    until, prices = until_of(ctx, tender), tender.prices_open_at
    if prices is None or until < prices:
        return ""
    told = _(
        "مهلت رفع نقص تا {until} است و به جلسه گشایش قیمت ({prices}) می‌رسد؛ "
        "رئیس کمیسیون می‌تواند آن جلسه را یک بار به تعویق اندازد (ماده ۱۸)."
    ).format(until=calendar.moment(until), prices=calendar.moment(prices))
    return tender.basis.said(told)


def ask(ctx: Context, bid: Bid, what: Asked) -> None:
    """Keep the request, issue its letter and tell the firm; the instant enters the ledger."""
    until = until_of(ctx, bid.tender)
    asked = CureRequest(bid_id=bid.id, tender_id=bid.tender_id, asked_at=ctx.now, until=until)
    asked.asked_by = ctx.actor.person_id or 0
    asked.items = [CureItem(kind=kind, note=note) for kind, note in what.items]
    ctx.session.add(asked)
    ctx.session.flush()
    ctx.facts.clear()
    ctx.noted["until"] = until.isoformat()
    tender = bid.tender
    about = Issue(
        DocumentKind.CURE_REQUEST, tender.number, tender.title, tender.organisation_id, tender.id, firm_id=bid.firm_id
    )
    facts = _letter(ctx, bid, asked)
    issue(ctx, about, lambda stamp: cure_paper.letter(facts, stamp))
    _tell_firm(ctx, bid, f"برای رفع نقص، مدرک بفرستید: تا {calendar.moment(until)}")


def keep_paper(ctx: Context, bid: Bid, what: Brought) -> None:
    """Keep a paper that came in time, and tell the secretary once everything is there."""
    item = ctx.session.get_one(CureItem, what.item_id)
    item.files.append(
        CureFile(
            name=what.name,
            media_type=what.media_type,
            file_key=what.file_key,
            digest=what.digest,
            size=what.size,
            came_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.facts.clear()
    if every_paper_came(ctx, bid, None) is None:
        people = seated(ctx, bid.tender, [Role.SECRETARY, Role.HEAD])
        path = f"/tenders/{bid.tender.number}/formal"
        body = f"{bid.firm.name}، {bid.tender.title}"
        tell(ctx, people, "مدرک‌های رفع نقص رسید", body=body, path=path, tender_id=bid.tender_id)


def accept(ctx: Context, bid: Bid, what: Cured | None) -> None:
    """Keep that what was asked is there; the bid stays under evaluation as it was sealed."""
    _settle(ctx, bid, is_cured=True, finding=what.note if what else "")
    _tell_firm(ctx, bid, "مدرک‌های رفع نقص شما پذیرفته شد")


def reject(ctx: Context, bid: Bid, what: Uncured) -> None:
    """Keep why the bid is set aside; its price stays sealed (Art. 19-d)."""
    _settle(ctx, bid, is_cured=False, finding=what.finding)
    bid.finding = what.finding


def due(case: Any) -> dt.datetime | None:
    """Return until when the papers that were asked of a bid may come."""
    return case.cure.until if case.cure else None


def request_of(ctx: Context, bid: Bid) -> CureRequest | None:
    """Return what was asked of the bid, with what came."""
    return CURES.of(ctx, bid)


def _settle(ctx: Context, bid: Bid, *, is_cured: bool, finding: str) -> None:
    asked = CURES.of(ctx, bid)
    if asked is None:
        raise LookupError(f"nothing was asked of bid {bid.id}")
    asked.settled_at, asked.settled_by, asked.is_cured, asked.finding = ctx.now, ctx.actor.person_id, is_cured, finding
    ctx.session.flush()
    ctx.facts.clear()


def _letter(ctx: Context, bid: Bid, asked: CureRequest) -> cure_paper.CureFacts:
    tender, signer = bid.tender, ctx.session.get_one(Person, ctx.actor.person_id)
    return cure_paper.CureFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.numeric(calendar.today(ctx.now)),
        bid.firm.name,
        [(item.kind.persian, item.note or "—") for item in asked.items],
        calendar.moment(asked.until),
        f"{ctx.settings.public_url}/tenders/{tender.number}/bid/cure",
        signer.name,
        signer.position,
        tender.basis.said,
    )


def _tell_firm(ctx: Context, bid: Bid, subject: str) -> None:
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [bid.firm_id])
    path = f"/tenders/{bid.tender.number}/bid/cure"
    tell(ctx, people, subject, body=bid.tender.title, path=path, tender_id=bid.tender_id)
