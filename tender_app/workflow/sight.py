"""Who may see what: the same rows of the law, for one case and for lists."""

import functools
from typing import Any

import sqlalchemy as sa

from tender_app.kernel.vocabulary import Role, Sight
from tender_app.people.capacities import reach, roles_on
from tender_app.store.case import Case
from tender_app.store.context import Context
from tender_app.workflow.engine import installed, procedure_of
from tender_app.workflow.table import See


def may_see(ctx: Context, case: Case, sight: Sight) -> bool:
    """Tell whether the actor may see this of the case now."""
    ctx.asked.add(sight)
    rows = _rows(ctx, case, sight)
    if any(row.where is None for row in rows):
        return True
    return _holds(ctx, case, rows)


def capacity_to_see(ctx: Context, case: Case, sight: Sight) -> Role | None:
    """Return in which capacity the actor sees this of the case now: the first that suffices, or None."""
    ctx.asked.add(sight)
    roles, rows = roles_on(ctx.actor, case), _rows(ctx, case, sight)
    seen = (r for row in rows if row.where is None or _holds(ctx, case, [row]) for r in row.by & roles)
    return min(seen, key=list(Role).index, default=None)


@functools.cache
def where_public(model: type[Any], sight: Sight) -> sa.ColumnElement[bool]:
    """Return the condition under which rows of `model` show this to everybody; it turns on no actor and no clock."""
    shown = [
        sa.and_(
            model.procedure == procedure.key,
            model.version == procedure.version,
            model.state.in_(see.source),
            _kind(model, see),
        )
        for procedure in installed()
        if procedure.model is model
        for see in procedure.sights
        if see.what is sight and Role.ANYONE in see.by and see.where is None
    ]
    return sa.or_(sa.false(), *shown)


def where_visible(ctx: Context, model: type[Any], sight: Sight) -> sa.ColumnElement[bool]:
    """Return the condition under which rows of `model` show this to the actor."""
    ctx.asked.add(sight)
    held = {h.role for h in ctx.actor.held} | {Role.ANYONE}
    conditions = []
    for procedure in installed():
        if procedure.model is not model:
            continue
        for see in procedure.sights:
            if see.what is sight and see.by & held:
                reached = sa.or_(*(reach(ctx.actor, model, role) for role in see.by & held))
                stands = sa.and_(
                    model.procedure == procedure.key, model.version == procedure.version, model.state.in_(see.source)
                )
                where = see.where(ctx) if see.where else sa.true()
                conditions.append(sa.and_(stands, reached, _kind(model, see), where))
    return sa.or_(sa.false(), *conditions)


def _rows(ctx: Context, case: Case, sight: Sight) -> list[See]:
    roles = roles_on(ctx.actor, case)
    found = [s for s in procedure_of(case).sights if s.what is sight and case.state in s.source and s.by & roles]
    return [s for s in found if not s.only or getattr(case, s.only)]


def _kind(model: type[Any], see: See) -> sa.ColumnElement[bool]:
    """Return the condition on the case alone under which the row shows it."""
    return getattr(model, see.only) if see.only else sa.true()


def _holds(ctx: Context, case: Case, rows: list[See]) -> bool:
    """Tell whether the condition of one of the rows holds of the case."""
    conditions = [row.where(ctx) for row in rows if row.where is not None]
    if not conditions:
        return False
    model: Any = type(case)
    return ctx.session.scalar(sa.select(model.id).where(model.id == case.id, sa.or_(*conditions))) is not None
