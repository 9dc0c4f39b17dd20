"""The migrations: where they are, and Alembic's commands over one database.

Alembic is imported by the function that needs it: it takes a good part of a second, and no page does.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class MigrationError(Exception):
    """Alembic refused; the message is its own, in one line."""


def upgrade(url: str) -> None:
    """Bring the database to the newest revision."""
    from alembic import command  # noqa: PLC0415

    command.upgrade(_config(url), "head")


def downgrade(url: str, revision: str) -> None:
    """Take the database back to a revision.

    Raises MigrationError for a revision that is not there.
    """
    from alembic import command, util  # noqa: PLC0415

    try:
        command.downgrade(_config(url), revision)
    except util.CommandError as unknown:
        raise MigrationError(str(unknown)) from unknown


def check(url: str) -> None:
    """Compare models and migrations.

    Raises MigrationError when they differ, or when the database is not at the newest revision.
    """
    from alembic import command, util  # noqa: PLC0415

    try:
        command.check(_config(url))
    except util.CommandError as differs:
        raise MigrationError(str(differs)) from differs


def is_at_head(engine: sa.Engine) -> bool:
    """Tell whether every migration that the code knows was applied."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    heads = ScriptDirectory.from_config(_config("")).get_heads()
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def _config(url: str) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config(stdout=sys.stdout)  # else that of the moment at which Alembic was imported
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def reword(table: str, column: str, name: str, words: Sequence[str]) -> None:
    """Let a column of words (`store.base.word`; `name` is its class in small letters) take these and no others."""
    from alembic import op  # noqa: PLC0415 -- of use inside a migration alone

    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({listed})")
