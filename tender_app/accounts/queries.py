"""What the pages of accounts read."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.config import Settings
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.kernel.words import _
from tender_app.people.capacities import in_force
from tender_app.people.models import Capacity, Firm, FirmState, Organisation, Person, PersonState
from tender_app.store.context import Context
from tender_app.workflow.sight import where_visible

PAGE = 30


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """A capacity as a page shows it; `standing` is one of «now», «later», «over»."""

    id: int
    role: Role
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    basis: str
    standing: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a list shows them, with the names of the roles that they hold now."""

    id: int
    name: str
    username: str
    position: str
    organisation: str
    roles: tuple[str, ...]
    state: PersonState


@dataclass(frozen=True, slots=True)
class FirmRow:
    """A firm as a list shows it."""

    id: int
    name: str
    legal_id: str
    organisation: str
    registered_at: dt.datetime
    state: FirmState


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of firms; `after` is where the next one begins, if there is one."""

    rows: tuple[FirmRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many there are, for the administrator's first page."""

    organisations: int
    people: int
    suspended: int


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account of the demonstration, with its published password."""

    role: str
    organisation: str
    username: str
    password: str
    passphrase: str = ""

    @property
    def is_second(self) -> bool:
        """Tell whether it is of the invented second company, whose user names carry a prefix."""
        return "." in self.username


def person_by_username(ctx: Context, username: str) -> Person | None:
    """Return the person who signs in under this name."""
    return ctx.session.scalars(sa.select(Person).where(Person.username == username)).one_or_none()


def organisations(ctx: Context) -> Sequence[Organisation]:
    """Return every organisation by name: who they are is public."""
    return ctx.session.scalars(sa.select(Organisation).order_by(Organisation.name)).all()


def organisation_name(ctx: Context, organisation_id: int) -> str:
    """Return the name of an organisation."""
    return ctx.session.scalars(sa.select(Organisation.name).where(Organisation.id == organisation_id)).one()


def numbers(ctx: Context) -> Numbers:
    """Return how many organisations and people there are."""
    people = sa.select(sa.func.count()).select_from(Person)
    row = ctx.session.execute(
        sa.select(
            sa.select(sa.func.count()).select_from(Organisation).scalar_subquery(),
            people.where(Person.state == PersonState.ACTIVE).scalar_subquery(),
            people.where(Person.state == PersonState.SUSPENDED).scalar_subquery(),
        )
    ).one()
    return Numbers(*row)


def people(ctx: Context, words: str = "", after: int = 0) -> Sequence[PersonRow]:
    """Return a page of people, one more than is shown when there are others."""
    query = (
        sa.select(Person, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(where_visible(ctx, Person, Sight.WORK), Person.id > after)
    )
    if words:
        by_name = Person.name.contains(words, autoescape=True)
        query = query.where(sa.or_(by_name, Person.username.contains(words.lower(), autoescape=True)))
    found = ctx.session.execute(query.order_by(Person.id).limit(PAGE + 1)).all()
    held = _roles(ctx, [p.id for p, _unused in found])
    return [
        PersonRow(p.id, p.name, p.username, p.position, organisation or "", held.get(p.id, ()), p.state)
        for p, organisation in found
    ]


def firms(ctx: Context, after: str = "") -> Listing:
    """Return a page of the firms that the actor may see, those that wait first; `after` is a former page's mark."""
    waiting = sa.case((Firm.state == FirmState.PENDING, 0), else_=1)
    query = (
        sa.select(Firm, Organisation.name)
        .join(Organisation, Organisation.id == Firm.organisation_id)
        .where(where_visible(ctx, Firm, Sight.WORK))
    )
    turn, _unused, last = after.partition("-")
    if turn in {"0", "1"} and last.isascii() and last.isdigit():
        query = query.where(sa.or_(waiting > int(turn), sa.and_(waiting == int(turn), Firm.id < int(last[:18]))))
    found = ctx.session.execute(query.order_by(waiting, Firm.id.desc()).limit(PAGE + 1)).all()
    rows = tuple(FirmRow(f.id, f.name, f.legal_id, name, f.registered_at, f.state) for f, name in found[:PAGE])
    mark = f"{0 if rows[-1].state is FirmState.PENDING else 1}-{rows[-1].id}" if len(found) > PAGE else ""
    return Listing(rows, mark)


def own_firm(ctx: Context) -> Firm | None:
    """Return the firm for which the actor acts."""
    ids = ctx.actor.scope_ids(Role.FIRM, Scope.FIRM)
    return ctx.session.get(Firm, min(ids)) if ids else None


def capacities_of(ctx: Context, person: Person) -> list[CapacityRow]:
    """Return the person's capacities, with the names of the places where they are held."""
    held = ctx.session.scalars(
        sa.select(Capacity).where(Capacity.person_id == person.id).order_by(Capacity.id.desc())
    ).all()
    places = {
        **_names(ctx, Organisation, Scope.ORGANISATION, held),
        **_names(ctx, Firm, Scope.FIRM, held),
    }
    return [
        CapacityRow(
            c.id, c.role, _place(c, places), c.starts_at, c.ends_at, c.basis, _standing(c.starts_at, c.ends_at, ctx.now)
        )
        for c in held
    ]


def demonstration_accounts(settings: Settings) -> list[DemonstrationAccount]:
    """Return the demonstration's accounts as its seed wrote them; none outside a demonstration."""
    if not settings.demo:
        return []
    try:
        read = json.loads((settings.keys.parent / "demo.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [_account(row) for row in read.get("accounts", [])]


def _account(row: Mapping[str, str]) -> DemonstrationAccount:
    role = row["role"]
    label = Role(role).label if role in set(Role) else role
    return DemonstrationAccount(
        row.get("title") or label,
        row.get("organisation", ""),
        row["username"],
        row["password"],
        row.get("opening_passphrase", ""),
    )


def _roles(ctx: Context, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    rows = ctx.session.execute(
        sa.select(Capacity.person_id, Capacity.role)
        .where(Capacity.person_id.in_(ids), in_force(ctx.now))
        .distinct()
        .order_by(Capacity.person_id, Capacity.role)
    )
    found: dict[int, tuple[str, ...]] = {}
    for person_id, role in rows:
        found[person_id] = (*found.get(person_id, ()), role.label)
    return found


def _place(capacity: Capacity, names: Mapping[tuple[Scope, int | None], str]) -> str:
    if capacity.scope is Scope.INSTALLATION:
        return _("همه سامانه")
    return names.get((capacity.scope, capacity.scope_id), _("یک مناقصه"))


def _standing(starts: dt.datetime, ends: dt.datetime | None, now: dt.datetime) -> str:
    if ends is not None and ends <= now:
        return "over"
    return "later" if starts > now else "now"


def _names(ctx: Context, model: Any, scope: Scope, held: Iterable[Capacity]) -> dict[tuple[Scope, int | None], str]:
    ids = [c.scope_id for c in held if c.scope is scope]
    rows = ctx.session.execute(sa.select(model.id, model.name).where(model.id.in_(ids)))
    return {(scope, row.id): row.name for row in rows}
