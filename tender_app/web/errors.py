"""What a visitor is shown when something is refused or broken: a Persian page with a way out."""

import logging
import re
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from tender_app.kernel.errors import Invalid, Missing, NoRoom, NotAllowed, NotNow, OutOfReach, Refusal, Stale
from tender_app.kernel.words import N_
from tender_app.store.files import CHUNK

View = TypeVar("View", bound=Callable[..., Any])
LOG = logging.getLogger("tender_app.web")
BROKEN = HTTPStatus.INTERNAL_SERVER_ERROR
BUSY = HTTPStatus.SERVICE_UNAVAILABLE
TRIED_AGAIN = {400, 401, 429, 500, 503, 507}  # what was typed is given back, to be sent once more
SECRETS = {"csrf_token", "password", "again", "old", "new"}
CODE = "code"  # of a second factor, where it stands alone or beside a password
READ_ON = 4  # so many times the limit is read to its end: a browser that is cut off shows no answer
VALUES = re.compile(r"\nDETAIL:.*?(?=\n\[SQL|\n\nThe above|\n\nDuring|\Z)", re.DOTALL)  # rows, as PostgreSQL tells them
STATUS: dict[type[Refusal], HTTPStatus] = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    Missing: HTTPStatus.NOT_FOUND,
    NotNow: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoRoom: HTTPStatus.INSUFFICIENT_STORAGE,
    OutOfReach: BUSY,
}


@dataclass(frozen=True, slots=True)
class Page:
    """What an error page says: a title, what happened, what to do."""

    title: str
    text: str
    advice: str = ""


PAGES: dict[int, Page] = {
    400: Page(
        N_("درخواست خوانده نشد"),
        N_("آنچه مرورگر فرستاد کامل نبود، یا فرم بیش از اندازه باز مانده بود."),
        N_("به صفحه پیش برگردید، آن را تازه کنید و دوباره بفرستید."),
    ),
    401: Page(
        N_("برای این صفحه باید وارد شوید"), N_("این صفحه برای کاربران سامانه است."), N_("وارد شوید و دوباره بیایید.")
    ),
    403: Page(
        N_("این صفحه برای شما باز نیست"),
        N_("سمتی که اکنون دارید اجازه این کار را نمی‌دهد."),
        N_("اگر باید دسترسی داشته باشید، از راهبر سامانه بخواهید سمت شما را ثبت کند."),
    ),
    404: Page(
        N_("چنین صفحه‌ای پیدا نشد"),
        N_("نشانی درست نیست، یا آنچه می‌جویید برای شما باز نیست."),
        N_("نشانی را دوباره ببینید یا از تابلوی مناقصه‌ها آغاز کنید."),
    ),
    405: Page(
        N_("این نشانی به این شیوه باز نمی‌شود"),
        N_("این کار فقط با دکمه‌ای که در صفحه هست انجام می‌شود."),
        N_("به صفحه پیش برگردید و دکمه را بزنید."),
    ),
    409: Page(
        N_("اکنون نمی‌شود"),
        N_("وضعیت پرونده این کار را نمی‌پذیرد."),
        N_("صفحه پرونده را تازه کنید و وضعیت کنونی آن را ببینید."),
    ),
    413: Page(
        N_("پرونده بزرگ‌تر از اندازه پذیرفته است"),
        N_("آنچه فرستادید از سقف اندازه بیشتر است و نگه داشته نشد."),
        N_("پرونده را کوچک‌تر یا چندپاره کنید و دوباره بفرستید."),
    ),
    422: Page(
        N_("آنچه فرستادید پذیرفته نشد"), N_("یک یا چند مقدار درست نیست."), N_("به فرم برگردید و مقدارها را درست کنید.")
    ),
    429: Page(
        N_("شمار درخواست‌ها از اندازه گذشت"),
        N_("برای نگهداری از سامانه، شمار درخواست‌ها در هر دقیقه سقف دارد."),
        N_("چند دقیقه دیگر دوباره بیایید."),
    ),
    500: Page(
        N_("کار به پایان نرسید"),
        N_("خطایی در سامانه پیش آمد و ثبت شد؛ چیزی که پیش‌تر ثبت کرده‌اید از میان نرفته است."),
        N_("اندکی بعد دوباره بکوشید؛ اگر باز پیش آمد، شماره پیگیری را به پشتیبانی بدهید."),
    ),
    503: Page(
        N_("سامانه اکنون آماده پاسخ نیست"),
        N_("پایگاه داده یا انبار پرونده‌ها در دسترس نیست یا سرگرم کار دیگری است؛ این کار انجام نشد."),
        N_("اندکی دیگر دوباره بکوشید."),
    ),
    507: Page(
        N_("انبار پرونده‌ها جا ندارد"),
        N_("آنچه فرستادید نگه داشته نشد؛ آنچه پیش‌تر ثبت شده سر جای خود است."),
        N_("راهبر سامانه را آگاه کنید و اندکی دیگر دوباره بفرستید."),
    ),
}


def register(app: Flask) -> None:
    """Answer every refusal, HTTP error and unforeseen exception of `app` with its page."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(Exception, broken)


def refused(error: Refusal) -> Response:
    """Return the page of a refusal, with its own reason in place of the general text."""
    return answer(status_of(error), error.reason)


def status_of(error: Refusal) -> HTTPStatus:
    """Return the status under which a refusal is shown."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), HTTPStatus.CONFLICT)


def failed(error: HTTPException) -> Response:
    """Return the page of an HTTP error; an error that carries its own answer (a redirect) keeps it."""
    if error.response is not None:
        return make_response(error.response)
    status = HTTPStatus(error.code or BROKEN)
    response = answer(status)
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow"}:
            response.headers[name] = value
    return response


def broken(error: Exception) -> Response:
    """Return the page of a fault, with a reference number that the log carries too: 503 if it passes by itself."""
    reference = secrets.token_hex(4).upper()
    LOG.error("unexpected-error reference=%s path=%s\n%s", reference, _place(), _trace(error))
    return answer(BUSY if _passes(error) else BROKEN, reference=reference)


def _passes(error: Exception) -> bool:
    """Tell whether the database was locked, full or out of reach, so that the same act may succeed in a moment."""
    if isinstance(error, OperationalError):
        return getattr(error.orig, "sqlite_errorname", "") != "SQLITE_ERROR"  # that is a wrong statement
    return isinstance(error, NoConnection)


def _place() -> str:
    """Return the address for the log; that of a link with which a password is set is a secret."""
    return request.endpoint or "" if "token" in (request.view_args or {}) else request.path


def _trace(error: Exception) -> str:
    """Return the traceback without the values that the database was given."""
    return VALUES.sub("", "".join(traceback.format_exception(error)))


def for_scripts(view: View) -> View:
    """Declare that a view answers a script: whatever is refused there is told as JSON, {"reason": …}."""
    view.is_for_scripts = True  # type: ignore[attr-defined]
    return view


def answer(status: HTTPStatus, reason: str = "", *, reference: str = "") -> Response:
    """Return an error page, or the same as JSON where a script asked."""
    page = PAGES.get(status) or PAGES[500 if status >= BROKEN else 400]
    if _is_for_scripts():
        _read_to_end()
        said = {"title": page.title, "reason": reason or page.text, "reference": reference}
        return make_response(jsonify({key: str(value) for key, value in said.items() if value}), status)
    told = {"page": page, "reason": reason, "reference": reference, "kept": _typed() if status in TRIED_AGAIN else []}
    _read_to_end()
    return make_response(render_template("errors/error.html", status=int(status), **told), status)


def _is_for_scripts() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.accept_mimetypes.best == "application/json" or getattr(view, "is_for_scripts", False)


def _typed() -> list[tuple[str, str]]:
    """Return what was typed into a form of our own, but no password; nothing of a form that another site sent."""
    sender = request.headers.get("Origin") or request.referrer or ""
    if request.method != "POST" or sender.partition("://")[2].partition("/")[0] != request.host:
        return []
    try:
        kept_back = SECRETS | ({CODE} if "password" in request.form or set(request.form) <= {CODE, *SECRETS} else set())
        return [(name, text) for name, text in request.form.items(multi=True) if name not in kept_back]
    except HTTPException:
        return []


def _read_to_end() -> None:
    """Read what still comes, but no byte more: behind it lies the next request of the same line, or silence."""
    left = min(request.content_length or 0, READ_ON * (request.max_content_length or 0)) - _read_already()
    while left > 0 and (part := request.environ["wsgi.input"].read(min(left, CHUNK))):
        left -= len(part)


def _read_already() -> int:
    try:
        return int(request.stream.tell())
    except (HTTPException, AttributeError, OSError):  # too large to be begun, or a stream that knows its own end
        return 0
