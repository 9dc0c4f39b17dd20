"""Every post carries the token of its own web session; a sealing view, which parses its body itself, checks it by hand."""

from http import HTTPStatus

from flask import Flask, Response
from flask_wtf.csrf import CSRFError, CSRFProtect, ValidationError, validate_csrf

from tender_app.kernel.errors import Invalid
from tender_app.web.errors import answer
from tender_app.web.visit import acts_as_nobody

protection = CSRFProtect()


def register(app: Flask) -> None:
    """Refuse every post of `app` that comes without its token."""
    protection.init_app(app)
    app.register_error_handler(CSRFError, refused)


def refused(_error: CSRFError) -> Response:
    """Answer a post without its token: who is signed in no longer is told to sign in again."""
    return answer(HTTPStatus.UNAUTHORIZED if acts_as_nobody() else HTTPStatus.BAD_REQUEST)


def check(token: str | None) -> None:
    """Accept the token of a form that was parsed by hand, or raise Invalid."""
    try:
        validate_csrf(token)
    except ValidationError as refused:
        raise Invalid("نشست شما تازه شده است. صفحه را تازه کنید و دوباره بفرستید.") from refused
