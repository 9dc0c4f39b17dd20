"""Is the application alive, and able to serve: database, storage, migrations at head."""

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response

from tender_app.store.database import Database
from tender_app.store.migrations import alembic_config
from tender_app.web.law import PUBLIC, under
from tender_app.web.visit import database, settings

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@under(PUBLIC)
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@under(PUBLIC)
def ready() -> Response:
    """The process can serve; else 503 and what is missing, one a line."""
    missing = faults()
    return Response("\n".join(missing or ["ready"]) + "\n", 503 if missing else 200, mimetype="text/plain")


def faults() -> list[str]:
    """Return what keeps the application from serving."""
    found = []
    try:
        if not is_at_head(database()):
            found.append("migrations are not at head: flask --app tender_app db upgrade")
    except sa.exc.SQLAlchemyError:
        found.append("the database does not answer")
    storage = settings().storage
    storage.mkdir(parents=True, exist_ok=True)
    if not storage.is_dir():
        found.append("the storage folder cannot be written")
    return found


def is_at_head(known: Database) -> bool:
    """Tell whether every migration was applied."""
    with known.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads()


def heads() -> set[str]:
    """Return the newest revisions that the code knows."""
    return set(ScriptDirectory.from_config(alembic_config("")).get_heads())
