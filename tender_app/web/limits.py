"""How often a visitor may try, counted by address and by name on the machine's own clock.

Only refused attempts count, so that someone who signs in many times a day meets no limit.
"""

from http import HTTPStatus

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from tender_app.kernel.persian import identifier

BY_ADDRESS = "10 per minute; 60 per hour"
BY_NAME = "20 per 5 minutes"  # short, so that nobody keeps a bidder out on the day of a deadline
REGISTER = "30 per hour"

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def register(app: Flask) -> None:
    """Count the attempts of each visitor of `app`; RATELIMIT_ENABLED turns it off."""
    app.config.setdefault("RATELIMIT_ENABLED", True)
    limiter.init_app(app)


def was_refused(response: Response) -> bool:
    """Tell whether an attempt counts: one that led on does not."""
    return response.status_code >= HTTPStatus.BAD_REQUEST


def signed_in_person() -> str:
    """Return the key under which the attempts of who is signed in are counted, from whatever address they come."""
    return f"person:{current_user.get_id()}" if current_user.is_authenticated else get_remote_address()


def typed_name() -> str:
    """Return the user name of this attempt, known or unknown, as the key under which it is counted."""
    return "name:" + identifier(request.form.get("username", "")).lower()[:60]
