"""Every post carries the token of its own web session; a sealing view, which parses its body itself, checks it by hand."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect, ValidationError, validate_csrf

from tender_app.kernel.errors import Invalid

protection = CSRFProtect()


def register(app: Flask) -> None:
    """Refuse every post of `app` that comes without its token."""
    protection.init_app(app)


def check(token: str | None) -> None:
    """Accept the token of a form that was parsed by hand, or raise Invalid."""
    try:
        validate_csrf(token)
    except ValidationError as refused:
        raise Invalid("نشست شما تازه شده است. صفحه را تازه کنید و دوباره بفرستید.") from refused
