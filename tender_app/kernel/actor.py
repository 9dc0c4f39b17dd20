"""Whoever is acting, reduced to what the law cares about."""

from collections.abc import Iterable
from dataclasses import dataclass

from tender_app.kernel.vocabulary import Role, Scope


@dataclass(frozen=True, slots=True)
class Held:
    """One capacity that a person holds now: a role, and where."""

    role: Role
    scope: Scope
    scope_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or nobody signed in) with the capacities that they hold at this moment."""

    person_id: int | None
    held: tuple[Held, ...] = ()
    name: str = ""

    def scope_ids(self, role: Role, scope: Scope) -> frozenset[int]:
        """Return the ids of the organisations, firms or tenders where this role is held."""
        return frozenset(
            h.scope_id for h in self.held if h.role is role and h.scope is scope and h.scope_id is not None
        )

    def holds(self, roles: Iterable[Role]) -> bool:
        """Tell whether any of the roles is held anywhere (for menus; never for permission)."""
        wanted = set(roles)
        return any(h.role in wanted for h in self.held)


NOBODY = Actor(None)
