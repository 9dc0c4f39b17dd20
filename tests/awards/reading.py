"""Reading papers that the acts of an award issued."""

from flask import Flask

from tender_app.documents.models import IssuedDocument
from tender_app.store.files import files_of
from tests.documents.reading import extracted


def text_of(app: Flask, document: IssuedDocument) -> str:
    """Return a paper's text in one line."""
    return " ".join(extracted(files_of(app.extensions["settings"]).read(document.file_key)).split())
