"""What a visitor is shown when something is refused or broken: a Persian page with a way out."""

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from tender_app.kernel.errors import Invalid, Missing, NotAllowed, NotNow, Refusal, Stale

LOG = logging.getLogger("tender_app.web")
BROKEN = HTTPStatus.INTERNAL_SERVER_ERROR
STATUS: dict[type[Refusal], HTTPStatus] = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    Missing: HTTPStatus.NOT_FOUND,
    NotNow: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}


@dataclass(frozen=True, slots=True)
class Page:
    """What an error page says: a title, what happened, what to do."""

    title: str
    text: str
    advice: str = ""


PAGES: dict[int, Page] = {
    400: Page(
        "درخواست خوانده نشد",
        "آنچه مرورگر فرستاد کامل نبود، یا فرم بیش از اندازه باز مانده بود.",
        "به صفحه پیش برگردید، آن را تازه کنید و دوباره بفرستید.",
    ),
    401: Page("برای این صفحه باید وارد شوید", "این صفحه برای کاربران سامانه است.", "وارد شوید و دوباره بیایید."),
    403: Page(
        "این صفحه برای شما باز نیست",
        "سمتی که اکنون دارید اجازه این کار را نمی‌دهد.",
        "اگر باید دسترسی داشته باشید، از راهبر سامانه بخواهید سمت شما را ثبت کند.",
    ),
    404: Page(
        "چنین صفحه‌ای پیدا نشد",
        "نشانی درست نیست، یا آنچه می‌جویید برای شما باز نیست.",
        "نشانی را دوباره ببینید یا از تابلوی مناقصه‌ها آغاز کنید.",
    ),
    405: Page(
        "این نشانی به این شیوه باز نمی‌شود",
        "این کار فقط با دکمه‌ای که در صفحه هست انجام می‌شود.",
        "به صفحه پیش برگردید و دکمه را بزنید.",
    ),
    409: Page(
        "اکنون نمی‌شود",
        "وضعیت پرونده این کار را نمی‌پذیرد.",
        "صفحه پرونده را تازه کنید و وضعیت کنونی آن را ببینید.",
    ),
    413: Page(
        "پرونده بزرگ‌تر از اندازه پذیرفته است",
        "آنچه فرستادید از سقف اندازه بیشتر است و نگه داشته نشد.",
        "پرونده را کوچک‌تر یا چندپاره کنید و دوباره بفرستید.",
    ),
    422: Page("آنچه فرستادید پذیرفته نشد", "یک یا چند مقدار درست نیست.", "به فرم برگردید و مقدارها را درست کنید."),
    429: Page(
        "شمار درخواست‌ها از اندازه گذشت",
        "برای نگهداری از سامانه، شمار درخواست‌ها در هر دقیقه سقف دارد.",
        "چند دقیقه دیگر دوباره بیایید.",
    ),
    500: Page(
        "کار به پایان نرسید",
        "خطایی در سامانه پیش آمد و ثبت شد؛ چیزی که پیش‌تر ثبت کرده‌اید از میان نرفته است.",
        "اندکی بعد دوباره بکوشید؛ اگر باز پیش آمد، شماره پیگیری را به پشتیبانی بدهید.",
    ),
    503: Page(
        "سامانه اکنون آماده پاسخ نیست",
        "پایگاه داده یا انبار پرونده‌ها در دسترس نیست.",
        "چند دقیقه دیگر دوباره بیایید.",
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
    """Return the page of a fault in the program, with a reference number that the log carries too."""
    reference = secrets.token_hex(4).upper()
    LOG.error("unexpected-error reference=%s path=%s", reference, request.path, exc_info=error)
    return answer(BROKEN, reference=reference)


def answer(status: HTTPStatus, reason: str = "", *, reference: str = "") -> Response:
    """Return an error page, or the same as JSON where a script asked."""
    page = PAGES.get(status) or PAGES[500 if status >= BROKEN else 400]
    if request.accept_mimetypes.best == "application/json":
        said = {"title": page.title, "reason": reason or page.text, "reference": reference}
        return make_response(jsonify({key: str(value) for key, value in said.items() if value}), status)
    html = render_template("errors/error.html", status=int(status), page=page, reason=reason, reference=reference)
    return make_response(html, status)
