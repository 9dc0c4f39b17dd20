"""The columns of a case: a row that lives under a procedure of the law."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tender_app.kernel.vocabulary import Named, Scope


class Case:
    """Mixed into every table whose rows have a life.

    `scopes` says through which column a capacity reaches the row: an officer of organisation 3 acts on rows whose
    `organisation_id` is 3. A scope mapped to None reaches every row (any firm may bid on any published tender).
    """

    kind: ClassVar[str]
    scopes: ClassVar[Mapping[Scope, str | None]]
    if TYPE_CHECKING:  # each table declares these two with its own types
        state: Any
        organisation_id: Any

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 -- SQLAlchemy passes the class
        """Let the slower of two writers fail instead of overwriting."""
        return {"version_id_col": cls.revision}

    @property
    def route(self) -> Mapping[str, object]:
        """Return the values that the addresses of the case's pages are made of."""
        return {f"{self.kind}_id": self.id}

    @property
    def tender_of(self) -> int | None:
        """Return the tender to whose file the case belongs, if any."""
        return getattr(self, "tender_id", None)


def is_in(case: Case, *states: Named) -> bool:
    """Tell whether the case stands in one of the states."""
    return case.state in states
