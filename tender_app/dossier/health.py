"""Is the application alive, and able to serve: database, storage, migrations at head."""

import sqlalchemy as sa
from flask import Blueprint, Response

from tender_app.store.files import is_writable
from tender_app.store.migrations import is_at_head
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
        if not is_at_head(database().engine):
            found.append("migrations are not at head: flask --app tender_app db upgrade")
    except sa.exc.SQLAlchemyError:
        found.append("the database does not answer")
    if not is_writable(settings().storage):
        found.append("the storage folder cannot be written")
    return found
