"""The floor: a bare Flask, SQLAlchemy and Jinja page of the same weight, and a bare upload handler."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, jsonify, render_template, request
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.formparser import FormDataParser

PAGE = """<!DOCTYPE html><html lang="fa" dir="rtl"><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><ul>
{% for row in rows %}<li><h2><a href="/{{ row.number }}">{{ row.title }}</a></h2><p>{{ row.company }}</p><p>{{ row.about }}</p></li>
{% endfor %}</ul></body></html>"""
FRAME, ROW = 160, 299  # bytes of the page, and of each row in it


class Base(DeclarativeBase):
    """Parent of the floor's tables."""


class Item(Base):
    """A row of a bare page."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(index=True)
    number: Mapped[str]
    title: Mapped[str]
    company: Mapped[str]
    about: Mapped[str]


class Blob(Base):
    """A row of the bare upload."""

    __tablename__ = "blob"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    digest: Mapped[str]


def fill(folder: Path, weights: dict[str, int]) -> None:
    """Give each page as many rows as make up so many bytes."""
    folder.mkdir()
    with Session(_engine(folder)) as session:
        Base.metadata.create_all(session.get_bind())
        for page, weight in weights.items():
            session.add_all(_item(page, n) for n in range(round((weight - FRAME) / ROW)))
        session.commit()


def _item(page: str, n: int) -> Item:
    title = f"انتخاب عامل توسعه خوشه شماره {n:02}"
    company = "شرکت شهرک‌های صنعتی استان نمونه"
    about = "پایان مهلت تسلیم پیشنهادها شنبه ۱۴ آذر ۱۴۰۵، ساعت ۱۴:۰۰ به وقت تهران"
    return Item(page=page, number=f"QZ-1405-CDA-{n:02}", title=title, company=company, about=about)


def floor_app(folder: Path) -> Flask:
    """Return the bare application over a filled folder: `/<page>` lists its rows, `/save` changes one, `/upload` keeps a file."""
    app = Flask("floor")
    app.jinja_loader = DictLoader({"page.html": PAGE})
    engine = _engine(folder)

    @app.get("/<page>")
    def page(page: str) -> str:
        with Session(engine) as session:
            rows = session.scalars(sa.select(Item).where(Item.page == page).order_by(Item.id)).all()
            return render_template("page.html", title="فهرست", rows=rows)

    @app.post("/save")
    def save() -> Response:
        with Session(engine) as session:
            row = session.get_one(Item, int(request.form["id"]))
            row.about = request.form["text"]
            session.commit()
            return jsonify(about=row.about)

    @app.post("/upload")
    def upload() -> Response:
        parser = FormDataParser(stream_factory=lambda **_: _Writer(folder), silent=False)  # type: ignore[arg-type]
        _, _, files = parser.parse(request.stream, request.mimetype, request.content_length, request.mimetype_params)
        writer: Any = files["files"].stream
        with Session(engine) as session:
            session.add(Blob(name=writer.name, digest=writer.close_safely()))
            session.commit()
        return Response("", 302, {"Location": "/"})

    return app


def _engine(folder: Path) -> sa.Engine:
    """Return an engine that keeps what it commits as safely as ours does."""
    engine = sa.create_engine(f"sqlite:///{folder / 'floor.sqlite3'}")

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


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
