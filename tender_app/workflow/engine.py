"""The one door through which a case begins and changes, for pages, console and jobs alike."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from tender_app.kernel.errors import NotAllowed, NotNow, Stale
from tender_app.kernel.vocabulary import Named, Role
from tender_app.kernel.words import N_, _, speaking
from tender_app.ledger import log
from tender_app.people.capacities import roles_on
from tender_app.store import clock
from tender_app.store.case import Case
from tender_app.store.context import Context
from tender_app.workflow.table import C, Create, Effect, Move, Procedure

NOT_HERE = N_("«{act}» در مرحله «{state}» شدنی نیست.")
_procedures: dict[tuple[str, int], Procedure[Any]] = {}
_current: dict[type[Case], dict[str, Procedure[Any]]] = {}


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that the actor's capacities allow in this state, with the reason against it now, if there is one."""

    move: Move[Any]
    refusal: str | None

    @property
    def act(self) -> Named:
        """Return the act."""
        return self.move.act


def install(*procedures: Procedure[Any]) -> None:
    """Make procedures known; new cases begin in the last one of a key. A model's first key is its usual one."""
    for procedure in procedures:
        _procedures[(procedure.key, procedure.version)] = procedure
        _current.setdefault(procedure.model, {})[procedure.key] = procedure


def installed() -> list[Procedure[Any]]:
    """Return every procedure, in the order of installation."""
    return list(_procedures.values())


def procedure_of(case: Case) -> Procedure[Any]:
    """Return the procedure and version under which the case began."""
    return _procedures[(case.procedure, case.version)]


def to_begin(model: type[C], what: Any = None) -> Procedure[C]:
    """Return the procedure in which a new case begins: the one that its value names by key, else the model's usual one."""
    known = _current[model]
    return known[getattr(what, "procedure", None) or next(iter(known))]


def begin(ctx: Context, model: type[C], act: Named, what: Any = None) -> C:
    """Begin a life by `act`: check capacity and conditions, make the row, run the effects, record; or refuse."""
    ctx.asked.add(act)
    procedure = to_begin(model, what)
    create = next(c for c in procedure.creates if c.act is act)
    role = _capacity_to_begin(ctx, model, create, what)
    if (place := create.within(what)) is not None:
        ctx.session.refresh(
            place, with_for_update={"of": type(place)}
        )  # two lives that exclude each other begin in turn
    ctx = _at_its_instant(ctx)
    for guard in create.if_:
        if reason := guard(ctx, what):
            raise NotNow(_said_at(place, reason))
    with speaking(None):
        case: C = create.make(ctx, what)
    case.procedure, case.version, case.state = procedure.key, procedure.version, procedure.initial
    _add(ctx, case)
    with ctx.noting() as noted:
        _carry_out(create.then, ctx, case, what)
        log.record(ctx, case, log.Act(act, role, "", procedure.initial, detail(what) | noted))
    return case


def may_begin(ctx: Context, model: type[Case], act: Named, what: Any = None) -> str | None:
    """Return why the actor may not begin such a life now, or None."""
    ctx.asked.add(act)
    create = next(c for c in to_begin(model, what).creates if c.act is act)
    try:
        _capacity_to_begin(ctx, model, create, what)
    except NotAllowed as refusal:
        return refusal.reason
    reason = next((reason for guard in create.if_ if (reason := guard(ctx, what))), None)
    return reason and _said_at(create.within(what), reason)


def advance(ctx: Context, case: Case, act: Named, what: Any = None) -> None:
    """Perform `act` on the case: row, capacity, guards, then state, effects and ledger entry; or refuse.

    Raises NotNow (wrong state, or a guard's reason), NotAllowed (no such capacity) or Stale (someone was faster).
    """
    ctx.asked.add(act)
    procedure = procedure_of(case)
    seen = case.revision
    _hold(ctx, case, procedure, act)
    if case.revision != seen:
        raise Stale
    ctx = _at_its_instant(ctx)
    move = procedure.move(act, case.state)
    if move is None:
        raise NotNow(_not_here(procedure, case, act))
    role = _capacity(ctx, case, move)
    if reason := _refusal(ctx, case, move, what):
        raise NotNow(reason)
    before = case.state
    with ctx.noting() as noted:
        _carry_out(move.first, ctx, case, what)
        _move(ctx, case, move)
        _carry_out(move.then, ctx, case, what)
        entry = log.record(ctx, case, log.Act(act, role, before, case.state, detail(what) | noted))
        with speaking(None):
            for follow in move.after:
                follow(ctx, case, what, entry)


def available(ctx: Context, cases: Sequence[Case]) -> Mapping[tuple[str, int], list[Offer]]:
    """Return, for each case, the acts that the actor's capacities allow in its state, each with its refusal or none."""
    ctx.together.update({kind: [c for c in cases if c.kind == kind] for kind in {c.kind for c in cases}})
    found: dict[tuple[str, int], list[Offer]] = {}
    for case in cases:
        roles = roles_on(ctx.actor, case)
        rows = [m for m in procedure_of(case).moves if case.state in m.source and m.by & roles]
        ctx.asked.update(m.act for m in rows)
        found[(case.kind, case.id)] = [Offer(m, _refusal(ctx, case, m, None)) for m in rows]
    return found


def offers(ctx: Context, case: Case) -> list[Offer]:
    """Return the acts open to the actor on one case."""
    return available(ctx, [case])[(case.kind, case.id)]


def refusal_of(ctx: Context, case: Case, act: Named) -> str | None:
    """Return why `act` may not be done now by this actor, or None; the same rows as `advance`."""
    ctx.asked.add(act)
    procedure = procedure_of(case)
    move = procedure.move(act, case.state)
    if move is None:
        return _not_here(procedure, case, act)
    if not move.by & roles_on(ctx.actor, case):
        return procedure.say(case, _not_yours(procedure, move.by))
    return _refusal(ctx, case, move, None)


def detail(what: Any) -> dict[str, Any]:
    """Return what the ledger keeps of an act's value: its `record()` if it has one, else its plain fields."""
    if what is None:
        return {}
    if hasattr(what, "record"):
        return dict(what.record())
    return {k: _text(v) for k, v in asdict(what).items()} if is_dataclass(what) and not isinstance(what, type) else {}


def _text(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)


def _hold(ctx: Context, case: Case, procedure: Procedure[Any], act: Named) -> None:
    """Hold the row while guards are read: for update if the act moves the state or is done alone, else shared."""
    stays = all(m.to is None and not m.alone for m in procedure.moves if m.act is act)
    try:
        ctx.session.refresh(case, with_for_update={"read": stays, "of": type(case)})
    except sa.exc.InvalidRequestError as gone:
        raise Stale from gone
    ctx.facts.clear()
    if procedure.hold:
        procedure.hold(ctx, case)


def _at_its_instant(ctx: Context) -> Context:
    """Read the clock when nothing is left to wait for: an act that waited across a deadline is late."""
    return ctx.held(clock.now(ctx.session, demo=ctx.settings.demo)) if ctx.is_live else ctx


def _carry_out(effects: Sequence[Effect[C]], ctx: Context, case: C, what: Any) -> None:
    """Run effects in Persian: others than the one who acts read what they keep, send and issue."""
    with speaking(None):
        for effect in effects:
            effect(ctx, case, what)


def _add(ctx: Context, case: Case) -> None:
    """Write the new row; a value that someone else took between the guards and now makes the act late."""
    ctx.session.add(case)
    try:
        ctx.session.flush()
    except sa.exc.IntegrityError as taken:
        raise Stale from taken


def _move(ctx: Context, case: Case, move: Move[Any]) -> None:
    if move.to is not None:
        case.state = move.to
        try:
            ctx.session.flush()
        except StaleDataError as late:
            raise Stale from late
    ctx.facts.clear()


def _capacity(ctx: Context, case: Case, move: Move[Any]) -> Role:
    roles = move.by & roles_on(ctx.actor, case)
    if not roles:
        procedure = procedure_of(case)
        raise NotAllowed(procedure.say(case, _not_yours(procedure, move.by)))
    return min(roles, key=list(Role).index)


def _capacity_to_begin(ctx: Context, model: type[Case], create: Create[Any], what: Any) -> Role:
    place = create.within(what)
    held = {h.role for h in ctx.actor.held} | {Role.ANYONE}
    roles = create.by & (roles_on(ctx.actor, place) if place is not None else held)
    if not roles:
        raise NotAllowed(_said_at(place, _not_yours(to_begin(model, what), create.by)))
    return min(roles, key=list(Role).index)


def _said_at(place: Case | None, reason: str) -> str:
    """Return a reason against beginning a life in the words of the law of where it would begin."""
    return procedure_of(place).say(place, reason) if place is not None else reason


def _not_here(procedure: Procedure[Any], case: Case, act: Named) -> str:
    return procedure.say(case, _(NOT_HERE).format(act=procedure.word(act), state=procedure.word(case.state)))


def _not_yours(procedure: Procedure[Any], by: Any) -> str:
    roles = _(" یا ").join(procedure.word(role) for role in Role if role in by)
    return _("این کار با {roles} است.").format(roles=roles)


def _refusal(ctx: Context, case: Case, move: Move[Any], what: Any) -> str | None:
    reason = next((reason for guard in move.if_ if (reason := guard(ctx, case, what))), None)
    return procedure_of(case).say(case, reason) if reason else None
