"""What an address may carry: ids that a table can hold, and words without control characters; another is no page."""

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter

from tender_app.kernel.identifiers import LONGEST_ID


class RowId(IntegerConverter):
    """The id of a row."""

    regex = rf"\d{{1,{LONGEST_ID}}}"


class Word(BaseConverter):
    """One part of an address; databases refuse a NUL in any text."""

    regex = r"[^/\x00-\x1f]+"


def register(app: Flask) -> None:
    """Let the routes of `app` match nothing else."""
    app.url_map.converters.update({"int": RowId, "string": Word, "default": Word})
