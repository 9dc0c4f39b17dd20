"""`python -m bench.server ours|floor FOLDER PORT`: ours or the floor, behind the same gunicorn as `make run`."""

import sys
from pathlib import Path

from flask import Flask

from bench.floor import floor_app
from tender_app import create_app
from tender_app.config import Settings
from tender_app.serve import begin_worker, serve


def settings_in(folder: Path) -> Settings:
    """Return the settings of a demonstration that lies in a folder."""
    return Settings(
        f"sqlite:///{folder / 'tender.sqlite3'}",
        folder / "files",
        folder / "keys",
        "b" * 40,
        demo=True,
        public_url="http://127.0.0.1:8000",
        trusted_proxies=0,
    )


def main() -> None:
    """Build the one asked for, and serve it until a signal comes."""
    kind, folder, port = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    app: Flask = floor_app(folder) if kind == "floor" else create_app(settings_in(folder))
    if kind == "ours":
        begin_worker(app.extensions["settings"])
    serve(app, port)


if __name__ == "__main__":
    main()
