"""What is stated about ties: a firm states its shareholders, a person declares their own relations to firms."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid
from tender_app.kernel.persian import decimal_text
from tender_app.kernel.words import _
from tender_app.people.models import Firm, Person
from tender_app.people.tie_models import DeclaredTie, OwnTie, Shareholder
from tender_app.store.context import Context

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds which share of a firm, in percent; `code` is a person's national code or a legal national id."""

    name: str
    code: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class Holdings:
    """All the shareholders that a firm states."""

    rows: tuple[Holding, ...]

    def record(self) -> dict[str, Any]:
        """Keep how many they are; names and codes stay with the firm."""
        return {"count": len(self.rows)}


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation to a firm that somebody declares of themselves; `until` None: it lasts."""

    kind: OwnTie
    firm_name: str
    legal_id: str
    until: dt.date | None

    def record(self) -> dict[str, Any]:
        """Keep of what kind it is, and nothing more of a private life."""
        return {"kind": self.kind.value}


def shares_are_whole(_ctx: Context, _firm: Firm, what: Holdings | None) -> str | None:
    """Shares are at most the whole, and each holder is named once."""
    if what is None:
        return None
    total = sum((row.share for row in what.rows), Decimal(0))
    if total > WHOLE:
        raise Invalid(_("جمع سهم‌ها {total} درصد است؛ بیش از ۱۰۰ نمی‌شود.").format(total=decimal_text(total)))
    codes = [row.code for row in what.rows]
    if len(set(codes)) < len(codes):
        raise Invalid(_("یک سهام‌دار دو بار نوشته شده است؛ سهم او را در یک ردیف جمع کنید."))
    return None


def state_shareholders(ctx: Context, firm: Firm, what: Holdings) -> None:
    """Let the stated shareholders stand; those that stood before end and stay."""
    standing = sa.update(Shareholder).where(Shareholder.firm_id == firm.id, Shareholder.ended_at.is_(None))
    ctx.session.execute(standing.values(ended_at=ctx.now))
    ctx.session.add_all(
        Shareholder(firm_id=firm.id, name=row.name, code=row.code, share=row.share, stated_at=ctx.now)
        for row in what.rows
    )
    ctx.session.flush()


def day_has_passed(ctx: Context, _person: Person, what: Relation | None) -> str | None:
    """A relation that ended, ended by today."""
    if what is None or what.until is None or what.until <= calendar.today(ctx.now):
        return None
    message = _("این روز هنوز نرسیده است؛ رابطه‌ای که ادامه دارد بی‌تاریخ پایان ثبت می‌شود.")
    raise Invalid(message, {"until": message})


def declare_tie(ctx: Context, person: Person, what: Relation) -> None:
    """Keep a relation that the person declares."""
    row = DeclaredTie(person_id=person.id, kind=what.kind, firm_name=what.firm_name, legal_id=what.legal_id)
    row.until, row.declared_at = what.until, ctx.now
    ctx.session.add(row)
    ctx.session.flush()


def shareholders(ctx: Context, firm: Firm) -> Sequence[Shareholder]:
    """Return the shareholders that a firm states now."""
    query = sa.select(Shareholder).where(Shareholder.firm_id == firm.id, Shareholder.ended_at.is_(None))
    return ctx.session.scalars(query.order_by(Shareholder.id)).all()


def declared_ties(ctx: Context, person: Person) -> Sequence[DeclaredTie]:
    """Return the relations that a person declared."""
    return ctx.session.scalars(sa.select(DeclaredTie).filter_by(person_id=person.id).order_by(DeclaredTie.id)).all()
