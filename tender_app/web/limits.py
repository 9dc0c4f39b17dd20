"""How often a visitor may try: sign-in attempts are limited by address, on the machine's own clock."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN = "10 per minute; 60 per hour"
REGISTER = "20 per hour"

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def register(app: Flask) -> None:
    """Count the attempts of each visitor of `app`; RATELIMIT_ENABLED turns it off."""
    limiter.init_app(app)
