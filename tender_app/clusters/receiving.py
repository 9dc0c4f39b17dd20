"""Scans and workbooks that come with a form: received whole, stored, and handed on as values."""

from flask import request

from tender_app.clusters.papers import Scan
from tender_app.clusters.sheets import LARGEST
from tender_app.kernel.errors import Invalid, NotNow
from tender_app.kernel.words import _
from tender_app.store.files import files_of
from tender_app.web.uploads import Upload, extension, received, safe_name
from tender_app.web.visit import settings

SCANS = {"pdf", "png", "jpg", "jpeg"}


def scanned(reason: str | None) -> Scan:
    """Store the scan of a form; nothing is stored where the act is not open (`reason`)."""
    if reason:
        raise NotNow(reason)
    upload = received(request.files.get("file"), "file")
    if upload.name.rsplit(".", 1)[-1].lower() not in SCANS:
        message = _("تصویر نامه یا گزارش را با قالب PDF، PNG یا JPG بفرستید.")
        raise Invalid(message, {"file": message})
    return stored(upload)


def stored(upload: Upload) -> Scan:
    """Store a received file."""
    kept = files_of(settings()).put(upload.content)
    return Scan(upload.name, upload.media_type, kept.key, kept.digest, kept.size)


def workbook_sent() -> tuple[str, bytes]:
    """Return the name and bytes of a workbook that came with a form; Invalid where there is none, or another kind."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise unread(_("پرونده‌ای برگزیده نشده است."))
    name = safe_name(file.filename)
    content = file.stream.read(LARGEST + 1)
    if not content:
        raise unread(_("پرونده خالی است؛ شاید هنوز ذخیره نشده بود."))
    if extension(name) in {"csv", "txt", "ods"}:
        raise unread(
            _("این پرونده {kind} است، نه xlsx؛ آن را در اکسل باز و با قالب xlsx ذخیره کنید.").format(
                kind=extension(name)
            )
        )
    return name, content


def unread(message: str) -> Invalid:
    """Return the refusal of a workbook, at its field."""
    return Invalid(message, {"file": message})
