"""The words of tus 1.0.0, the protocol of uploads that go on where the line broke: headers read, answered and refused."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import ClientDisconnected

from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_, _
from tender_app.store.files import CHUNK
from tender_app.web.errors import answer

VERSION = "1.0.0"
PART_TYPE = "application/offset+octet-stream"
PATIENCE = 60  # seconds without a byte after which a line is taken for dead
LONGEST_FIGURE = 15
UNKNOWN = N_("شیوه ارسال شناخته نیست؛ صفحه را تازه کنید.")


class RefusedError(Exception):
    """A request that the protocol does not know or cannot serve: its status and why, in Persian."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def speak(bp: Blueprint) -> None:
    """Let every answer of these pages name the protocol's version, and each refusal have its status."""
    bp.after_request(_named)
    bp.register_error_handler(RefusedError, lambda error: answer(error.status, error.reason))


def check_version() -> None:
    """Refuse another version of the protocol, or none."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise RefusedError(HTTPStatus.PRECONDITION_FAILED, UNKNOWN)


def figure(header: str) -> int:
    """Return the whole number that a header has."""
    return whole(request.headers.get(header, ""), header)


def whole(text: str, name: str) -> int:
    """Return a whole number from zero, written in plain figures."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_FIGURE):
        told = _("مقدار {name} عددی درست نیست؛ صفحه را تازه کنید.").format(name=name)
        raise RefusedError(HTTPStatus.BAD_REQUEST, told)
    return int(text)


def part_length(largest: int) -> int:
    """Return the length of the part that comes; one of unknown length, or longer than `largest`, is not received."""
    if request.mimetype != PART_TYPE:
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, UNKNOWN)
    if request.content_length is None:
        raise RefusedError(HTTPStatus.LENGTH_REQUIRED, _("اندازه این بخش گفته نشده است؛ صفحه را تازه کنید."))
    if request.content_length > largest:
        told = persian_digits(_("هر بخش تا {most} مگابایت است.").format(most=largest // 1024 // 1024))
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told)
    return request.content_length


def body() -> Iterator[bytes]:
    """Return what comes until the body or the line ends; a line that is silent for too long has ended."""
    line = request.environ.get("gunicorn.socket")
    if line is not None:
        line.settimeout(PATIENCE)  # the server itself sets it anew for the next request of the same line
    try:
        while chunk := request.stream.read(CHUNK):
            yield chunk
    except (ClientDisconnected, OSError):
        return


def offset(status: HTTPStatus, received: int, length: int) -> Response:
    """Answer how many bytes of how many are safe."""
    response = nothing(status)
    response.headers["Upload-Offset"] = str(received)
    response.headers["Upload-Length"] = str(length)
    response.headers["Cache-Control"] = "no-store"
    return response


def nothing(status: HTTPStatus = HTTPStatus.NO_CONTENT) -> Response:
    """Answer without a word."""
    return make_response("", status)


def _named(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        response.headers["Tus-Version"] = VERSION
    return response
