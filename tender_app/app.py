"""The factory: settings, store, pages; it installs the law and demands it of every route."""

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from tender_app import cli, procedures
from tender_app.accounts import administration, entering, factor_views, feed_views, opening_key, stating
from tender_app.accounts import views as accounts
from tender_app.awards import complaining, debriefing, holding, lotting, negotiating, refusing
from tender_app.awards import views as awards
from tender_app.bids import (
    confirming,
    curing,
    envelopes,
    keys,
    opening,
    postponing,
    receipt_views,
    seats,
    uploads,
    watching,
)
from tender_app.bids import views as bids
from tender_app.clusters import maps, steps, workbooks
from tender_app.clusters import views as clusters
from tender_app.config import Settings, read_settings
from tender_app.contracts import following, previewing
from tender_app.contracts import views as contracts
from tender_app.demo import mails
from tender_app.demo import views as demo
from tender_app.dossier import feeds, health, log, procedure, ranking_files
from tender_app.dossier import views as dossier
from tender_app.evaluation import (
    advising,
    conflicts,
    declaring,
    explaining,
    fragile,
    interviewing,
    judging,
    room,
    score_workbooks,
    talking,
)
from tender_app.evaluation import views as evaluation
from tender_app.regulation import holiday_views
from tender_app.regulation import views as regulation
from tender_app.store.database import Database
from tender_app.tenders import (
    amending,
    answering,
    approval,
    briefing,
    calendar_page,
    calling,
    considering,
    extending,
    meetings,
    messaging,
    observing,
    recording,
    renewing,
    trying_weights,
)
from tender_app.tenders import views as tenders
from tender_app.web import addresses, assets, csrf, errors, filters, frame, headers, law, limits, marks, visit, words
from tender_app.web import uploads as files

ROOT = Path(__file__).resolve().parent
STAGES = (
    accounts,
    administration,
    opening_key,
    entering,
    factor_views,
    feed_views,
    stating,
    regulation,
    holiday_views,
    clusters,
    steps,
    maps,
    workbooks,
    tenders,
    approval,
    meetings,
    answering,
    amending,
    briefing,
    extending,
    recording,
    trying_weights,
    considering,
    previewing,
    calling,
    calendar_page,
    messaging,
    renewing,
    observing,
    bids,
    confirming,
    envelopes,
    uploads,
    keys,
    seats,
    opening,
    receipt_views,
    watching,
    curing,
    postponing,
    evaluation,
    declaring,
    conflicts,
    room,
    score_workbooks,
    negotiating,
    advising,
    explaining,
    fragile,
    judging,
    talking,
    interviewing,
    awards,
    lotting,
    complaining,
    debriefing,
    holding,
    refusing,
    contracts,
    following,
    dossier,
    feeds,
    ranking_files,
    health,
    log,
    procedure,
)


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """Return the application for these settings (read from the environment when none are given).

    Raises web.law.BareRouteError when a route declares no word of the law.
    """
    settings = settings or read_settings(serves=not _is_console())
    app = Flask("tender_app", static_folder=str(ROOT / "static"), template_folder=str(ROOT.parent / "templates"))
    app.config.update(_flask_config(settings), **config)
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(settings.database_url)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    procedures.install_all()
    for shared in (addresses, files, errors, filters, words, assets, headers, csrf, visit, frame, limits):
        shared.register(app)
    _add_pages(app, settings)
    marks.show(app, "number", complaining.marks_of_tender)
    marks.show(app, "contract_id", contracts.marks_of_contract)
    cli.register(app)
    law.demand(app)
    return app


def _is_console() -> bool:
    """Tell whether a command of `flask` runs that serves no page."""
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true" and "run" not in sys.argv


def _add_pages(app: Flask, settings: Settings) -> None:
    for stage in STAGES:
        app.register_blueprint(stage.bp)
    if settings.demo:
        app.register_blueprint(demo.bp)
        app.register_blueprint(mails.bp)


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.testing,
        "MAX_CONTENT_LENGTH": 2 * settings.upload_limit,  # a file somewhat too large is told so beside its field
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_NAME": "tender",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # a form may stay open for long; the token ends with the session
        "WTF_CSRF_SSL_STRICT": True,
    }
