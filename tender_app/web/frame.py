"""What stands around every page: who is here, the clock, the menu.

A page that came before any reading of the clock (an error page) has none of it, and asks the database nothing.
"""

import contextlib
import datetime as dt
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from tender_app.kernel.actor import Actor
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import N_, _
from tender_app.people.models import Organisation, Person
from tender_app.store.clock import system_now
from tender_app.store.context import Context
from tender_app.web.visit import settings

READERS = {Role.OFFICER, Role.MANAGER, Role.AUDITOR}
MENU = (
    (N_("کارتابل"), "dossier.desk", set(Role) - {Role.ANYONE}),
    (N_("مناقصه‌ها"), "dossier.board", None),
    (N_("خوشه‌ها"), "clusters.index", None),
    (N_("زیر نظر من"), "observing.observed", {Role.OBSERVER}),
    (N_("شرکت من"), "accounts.own_firm", {Role.FIRM}),
    (N_("شرکت‌ها"), "accounts.firms", READERS),
    (N_("قراردادها"), "contracts.index", READERS | {Role.FIRM}),
    (N_("تضمین‌ها"), "guarantees.register", READERS),
    (N_("راهبری"), "administration.index", {Role.ADMIN}),
    (N_("قانون و تقویم"), "regulation.settings", READERS | {Role.ADMIN}),
    (N_("راستی‌آزمایی سند"), "dossier.verify", None),
)
MOVED = dt.timedelta(minutes=1)  # more than two machines' clocks differ


def register(app: Flask) -> None:
    """Give every template of `app` the frame's values."""
    app.context_processor(values)


def values() -> dict[str, Any]:
    """Return the frame's values; without circumstances, only what needs none."""
    ctx: Context | None = g.get("ctx")
    actor = ctx.actor if ctx else None
    return {
        "now": ctx.now if ctx else None,
        "true_now": system_now() if settings().demo or ctx is None else ctx.now,  # with which a device's clock compares
        "me": actor if actor is not None and actor.person_id else None,
        "me_capacity": _capacities(actor),
        "org_name": _organisation(ctx) if ctx else "",
        "nav": _menu(actor),
        "user_nav": _own_pages(),
        "demo": settings().demo,
        "clock_moved": ctx is not None and settings().demo and ctx.now - system_now() > MOVED,
        "demo_clock_url": url_for("demo.clock") if _may_move_clock(actor) else None,
    }


def _own_pages() -> list[dict[str, str]]:
    """Return one's own pages; letters have one in the demonstration, where they leave no other way."""
    pages = [(_("حساب من و گذرواژه"), "accounts.account"), (_("نامه‌های من (نمایش)"), "mails.index")]
    known = current_app.view_functions
    return [{"label": label, "href": url_for(endpoint)} for label, endpoint in pages if endpoint in known]


def _menu(actor: Actor | None) -> list[dict[str, Any]]:
    held = {h.role for h in actor.held} if actor else set()
    return [
        {"label": label, "href": url_for(endpoint), "is_current": request.endpoint == endpoint}
        for label, endpoint, roles in MENU
        if endpoint in current_app.view_functions and (roles is None or held & roles)
    ]


def _capacities(actor: Actor | None) -> str:
    held = {h.role for h in actor.held} if actor else set()
    return "، ".join(role.label for role in Role if role in held and role is not Role.PERSON)


def _organisation(ctx: Context) -> str:
    """Return the name of the one organisation for which the actor works; visitors cost no question."""
    if ctx.actor.person_id is None:
        return ""
    with contextlib.suppress(SQLAlchemyError):  # the page of a fault must not fail by the same fault
        ids = {h.scope_id for h in ctx.actor.held if h.scope is Scope.ORGANISATION}
        person = ctx.session.get(Person, ctx.actor.person_id)  # read already, to know who is here
        only = ids.pop() if len(ids) == 1 else person and person.organisation_id
        organisation = ctx.session.get(Organisation, only) if only else None
        return organisation.name if organisation else ""
    return ""


def _may_move_clock(actor: Actor | None) -> bool:
    return "demo.clock" in current_app.view_functions and actor is not None and actor.holds({Role.OFFICER})
