"""The law at the door of every page: what a view declares, and the proof that it asked."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, make_response, redirect, request, url_for

from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Named, Role, Sight
from tender_app.store.case import Case
from tender_app.web.errors import answer as error_page
from tender_app.web.visit import WRITES, acts_as_nobody, context, drop, keep
from tender_app.workflow.engine import installed

ERROR = 400


class Open(Named):
    """What a view may declare in place of an act or a sight."""

    PUBLIC = "public", "برای همه"
    SIGNED_IN = "signed_in", "برای هر کاربر، درباره خودش"


PUBLIC = Open.PUBLIC
SIGNED_IN = Open.SIGNED_IN

View = Callable[..., Any]
Key = tuple[str, str]


class BareRouteError(RuntimeError):
    """A route that declares no word of the law, or a view that answered without asking it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act is done: the endpoint, the values that its address takes, and whether it has a page of its own."""

    endpoint: str
    arguments: frozenset[str]
    has_page: bool


def under(*words: Named) -> Callable[[View], View]:
    """Declare under which act or sight a view stands.

    The view's transaction is committed here and nowhere else: after a POST (PATCH, DELETE) that was answered
    without an error.
    """

    def mark(view: View) -> View:
        @functools.wraps(view)
        def lawful(*arguments: Any, **values: Any) -> Response:
            if SIGNED_IN in words and acts_as_nobody():
                return _sign_in()
            try:
                response = make_response(view(*arguments, **values))
            except (NotAllowed, Missing):
                drop()
                if acts_as_nobody() and not {PUBLIC, Sight.PAGE} & set(words):
                    return _sign_in()
                raise
            return _settled(response, words)

        lawful.words = words  # type: ignore[attr-defined]
        return lawful

    return mark


def demand(app: Flask) -> None:
    """Refuse to start with a route that declares nothing; remember where each act is done."""
    places: dict[Key, Place] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        words = words_of(app, rule.endpoint)
        if not words:
            raise BareRouteError(f"{rule.endpoint} declares no word of the law")
        place = Place(rule.endpoint, frozenset(rule.arguments), "GET" in (rule.methods or ()))
        for key in map(_key, words):
            if key not in places or (place.has_page and not places[key].has_page):
                places[key] = place
    app.extensions["places"] = places


def words_of(app: Flask, endpoint: str) -> tuple[Named, ...]:
    """Return what a view declared."""
    return getattr(app.view_functions[endpoint], "words", ())


def is_open_to_all(app: Flask, endpoint: str) -> bool:
    """Tell whether nobody needs to sign in for what is done at an endpoint."""
    words = words_of(app, endpoint)
    rows = [(row.act, row.by) for p in installed() for row in p.creates]
    rows += [(row.act, row.by) for p in installed() for row in p.moves]
    return PUBLIC in words or any(act in words and Role.ANYONE in by for act, by in rows)


def place_of(app: Flask, act: Named) -> Place | None:
    """Return where an act is done, if it has an address."""
    places: Mapping[Key, Place] = app.extensions["places"]
    return places.get(_key(act))


def address_of(app: Flask, act: Named, case: Case) -> str | None:
    """Return the address at which the act is done on this case, if there is one."""
    place = place_of(app, act)
    if place is None or not place.arguments <= case.route.keys():
        return None
    values: dict[str, Any] = {name: case.route[name] for name in place.arguments}
    return url_for(place.endpoint, **values)


def _key(word: Named) -> Key:
    """Return what tells words of different lives apart: as texts, «edit» of a tender equals «edit» of a contract."""
    return type(word).__name__, word.value


def _settled(response: Response, words: tuple[Named, ...]) -> Response:
    if response.status_code >= ERROR:
        drop()
        return response
    if not {PUBLIC, SIGNED_IN} & set(words) and not context().asked & set(words):
        raise BareRouteError(f"{request.endpoint} answered without asking the law about {words}")
    if request.method in WRITES:
        keep()
    return response


def _sign_in() -> Response:
    if request.method == "GET":
        return make_response(redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?"))))
    return error_page(HTTPStatus.UNAUTHORIZED)
