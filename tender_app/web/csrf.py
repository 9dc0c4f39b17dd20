"""Every post carries the token of its own web session; where a view parses its body itself, its form checks the token."""

from http import HTTPStatus

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from tender_app.kernel.words import N_
from tender_app.web.errors import answer
from tender_app.web.law import is_open_to_all
from tender_app.web.visit import acts_as_nobody

protection = CSRFProtect()
STALE = N_("نشست شما تازه شده است؛ آنچه نوشته‌اید سر جای خود است. دوباره بفرستید.")

EXPIRED = N_("این فرم از نشست پیشین شما مانده بود و ثبت نشد.")


def register(app: Flask) -> None:
    """Refuse every post of `app` that comes without its token."""
    protection.init_app(app)
    app.register_error_handler(CSRFError, refused)


def refused(_error: CSRFError) -> Response:
    """Answer a post without its token: who is signed in no longer is told to sign in again; what was typed comes back."""
    if acts_as_nobody() and not is_open_to_all(current_app, request.endpoint or ""):
        return answer(HTTPStatus.UNAUTHORIZED)
    return answer(HTTPStatus.BAD_REQUEST, EXPIRED)
