"""The headers of every answer: what the browser may load, what it may keep, what it may tell others."""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

SOURCES = (
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",  # data: for the tick and arrow images inside Bootstrap's stylesheet
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(SOURCES)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
FOR_EVER = "public, max-age=31536000, immutable"
NEVER = "no-store"


class Cookies(SecureCookieSessionInterface):
    """A session cookie that came over https goes back over https alone, whatever address the settings name."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether the cookie is marked Secure."""
        return super().get_cookie_secure(app) or request.is_secure


def register(app: Flask) -> None:
    """Put the headers on every answer of `app`."""
    app.session_interface = Cookies()
    app.after_request(protect)


def protect(response: Response) -> Response:
    """Return the answer with its safety and cache headers; a header that the view set stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static" and response.status_code < 400:  # noqa: PLR2004 -- an HTTP error
        response.headers["Cache-Control"] = FOR_EVER
    else:
        response.headers.setdefault("Cache-Control", NEVER)
    return response
