"""Scans and workbooks that come with a form: received whole, stored, and handed on as values."""

from flask import request

from tender_app.clusters.papers import Scan
from tender_app.kernel.errors import Invalid, NotNow
from tender_app.kernel.words import _
from tender_app.store.files import files_of
from tender_app.web.uploads import Upload, received
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
