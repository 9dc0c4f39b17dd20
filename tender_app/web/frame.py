"""What stands around every page: who is here, the clock, the menu; it asks the database nothing of its own."""

from typing import Any

from flask import Flask, current_app, g, request, url_for

from tender_app.kernel.actor import Actor
from tender_app.kernel.vocabulary import COMMISSION, Role
from tender_app.web.visit import settings

STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY, *COMMISSION}
MENU = (
    ("کارتابل", "dossier.desk", set(Role) - {Role.ANYONE}),
    ("مناقصه‌ها", "dossier.board", None),
    ("خوشه‌ها", "clusters.index", None),
    ("شرکت من", "accounts.own_firm", {Role.FIRM}),
    ("شرکت‌ها", "accounts.firms", {Role.OFFICER, Role.MANAGER, Role.AUDITOR}),
    ("قراردادها", "contracts.index", {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.FIRM}),
    ("راهبری", "administration.index", {Role.ADMIN}),
    ("راستی‌آزمایی سند", "dossier.verify", None),
)


def register(app: Flask) -> None:
    """Give every template of `app` the frame's values."""
    app.context_processor(values)


def values() -> dict[str, Any]:
    """Return the frame's values; on a page that came before any reading of the clock, only what needs none."""
    ctx = g.get("ctx")
    actor: Actor | None = ctx.actor if ctx else None
    return {
        "now": ctx.now if ctx else None,
        "me": actor if actor is not None and actor.person_id else None,
        "me_capacity": _capacities(actor),
        "nav": _menu(actor),
        "user_nav": [{"label": "حساب من و گذرواژه", "href": url_for("accounts.account")}],
        "demo": settings().demo,
        "clock_moved": bool(g.get("clock_moved")),
        "demo_clock_url": url_for("demo.clock") if _may_move_clock(actor) else None,
    }


def _menu(actor: Actor | None) -> list[dict[str, Any]]:
    held = {h.role for h in actor.held} if actor else set()
    return [
        {"label": label, "href": url_for(endpoint), "is_current": request.endpoint == endpoint}
        for label, endpoint, roles in MENU
        if roles is None or held & roles
    ]


def _capacities(actor: Actor | None) -> str:
    held = {h.role for h in actor.held} if actor else set()
    return "، ".join(role.label for role in Role if role in held and role is not Role.PERSON)


def _may_move_clock(actor: Actor | None) -> bool:
    return "demo.clock" in current_app.view_functions and actor is not None and actor.holds({Role.OFFICER})
