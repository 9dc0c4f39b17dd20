"""The floor: a bare Flask, SQLAlchemy and Jinja page of the same weight, and a bare upload handler."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, render_template_string, request
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.formparser import FormDataParser

CHUNK = 64 * 1024
PAGE = """<!DOCTYPE html><html lang="fa" dir="rtl"><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
{% for row in rows %}<article><h2><a href="/{{ row.number }}">{{ row.title }}</a></h2><p>{{ row.body }}</p></article>{% endfor %}
<footer>{{ padding }}</footer></body></html>"""


class Base(DeclarativeBase):
    """Parent of the floor's tables."""


class Item(Base):
    """A row of the bare page."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]


class Blob(Base):
    """A row of the bare upload."""

    __tablename__ = "blob"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    digest: Mapped[str]


def floor_app(folder: Path, *, rows: int, weight: int) -> Flask:
    """Return the bare application: `/` shows `rows` rows in a page of about `weight` bytes, `/upload` keeps a file."""
    app = Flask("floor")
    engine = sa.create_engine(f"sqlite:///{folder / 'floor.sqlite3'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Item(number=f"N-{n}", title=f"عنوان {n}", body="متن " * 40) for n in range(rows))
        session.commit()
    padding = "x" * max(weight - rows * 500, 0)

    @app.get("/")
    def page() -> str:
        with Session(engine) as session:
            items = session.scalars(sa.select(Item).order_by(Item.id).limit(rows)).all()
            return render_template_string(PAGE, title="فهرست", rows=items, padding=padding)

    @app.post("/upload")
    def upload() -> Response:
        parser = FormDataParser(stream_factory=lambda **_: _Writer(folder), silent=False)  # type: ignore[arg-type]
        _, _, files = parser.parse(request.stream, request.mimetype, request.content_length, request.mimetype_params)
        writer: Any = files["files"].stream
        with Session(engine) as session:
            session.add(Blob(name=writer.name, digest=writer.close_safely()))
            session.commit()
        return Response("", 303, {"Location": "/"})

    return app


class _Writer:
    """Streams an upload to the disk with its SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.name = secrets.token_hex(8)
        self._file = (folder / self.name).open("wb")
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return self._file.write(data)

    def seek(self, _place: int) -> int:
        return 0

    def close(self) -> None:
        """Werkzeug closes files at the end of a request."""

    def close_safely(self) -> str:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._hash.hexdigest()
