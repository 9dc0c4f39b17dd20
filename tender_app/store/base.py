"""The declarative base and the column types that every table shares."""

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An instant, kept in UTC and always aware; a naive value is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Turn any aware instant into UTC (without a zone on SQLite, which keeps none)."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "an instant without a zone"
            raise ValueError(msg)
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give the zone back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class DecimalText(sa.types.TypeDecorator[Decimal]):
    """A decimal number kept as its own text, so that no engine passes it through a binary float."""

    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write the number in plain digits."""
        del dialect
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read it back exactly."""
        del dialect
        return None if value is None else Decimal(value)


def word(kind: type[enum.Enum]) -> sa.Enum:
    """Return the column type of an enumeration: its value as text, with a CHECK."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [m.value for m in members],
        name=kind.__name__.lower(),
    )


def one_standing(name: str, *columns: str, ended: str = "ended_at") -> sa.Index:
    """Return the index that allows one row of these columns to stand: one that is not `ended`."""
    stands = sa.text(f"{ended} IS NULL")
    return sa.Index(name, *columns, unique=True, sqlite_where=stands, postgresql_where=stands)


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy's own hook
        dt.datetime: UtcDateTime,
        Decimal: DecimalText,
        int: sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        dict[str, Any]: sa.JSON,
        list[Any]: sa.JSON,
    }
