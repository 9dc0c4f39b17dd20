"""Marks that every page of a case shows, whoever made the page: a later stage says what they are, by the page's address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request

from tender_app.store.context import Context


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence that stands above a page of the case, and where more of it is read (nothing for whoever may not)."""

    text: str
    href: str = ""


Marks = Callable[[Context, Any], list[Mark]]


def show(app: Flask, argument: str, marks: Marks) -> None:
    """Let every page whose address has this argument show these marks; they cost one question to the database."""
    app.extensions.setdefault("marks", {})[argument] = marks


def of_page(ctx: Context) -> list[Mark]:
    """Return the marks of the page that is being made."""
    known: dict[str, Marks] = current_app.extensions.get("marks", {})
    given = request.view_args or {}
    found = [(marks, given[name]) for name, marks in known.items() if name in given]
    return [mark for marks, value in found for mark in marks(ctx, value)]
