"""`make run`: migrate, seed the demonstration once, and serve with gunicorn at 127.0.0.1."""

import os
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from tender_app import create_app
from tender_app.accounts.queries import demonstration_accounts
from tender_app.config import Settings
from tender_app.store.migrations import is_at_head, upgrade


class Server(BaseApplication):
    """Gunicorn over an application that was built already: it is loaded once, and the workers share it."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn; it reads no file and no argument besides."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application that each worker serves."""
        return self.app


def main() -> None:
    """Set up what is missing, say where and as whom to sign in, and serve."""
    is_demo = os.environ.get("DEMO", "1") == "1"
    address = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
    os.environ.setdefault("TENDER_DEMO", "1" if is_demo else "0")
    os.environ.setdefault("TENDER_PUBLIC_URL", f"http://{address}")
    app = create_app()
    prepare(app)
    say(f"\n  http://{address}\n")
    options = {
        "bind": address,
        "workers": int(os.environ.get("WEB_CONCURRENCY", "2")),
        "threads": 4,
        "worker_class": "gthread",
        "preload_app": True,
        "accesslog": None,
        "control_socket_disable": True,
    }
    Server(app, options).run()


def prepare(app: Flask) -> None:
    """Migrate the database; seed an empty demonstration, or say that it has aged."""
    settings: Settings = app.extensions["settings"]
    database = app.extensions["database"]
    if not is_at_head(database.engine):
        upgrade(settings.database_url)
    if settings.demo:
        from tender_app.demo import seed  # noqa: PLC0415 -- the demonstration is not part of serving

        if not (settings.keys.parent / "demo.json").exists():
            say("  Seeding the demonstration (once, about half a minute) …")
            if fault := seed.seed(database, settings):
                say(f"  {fault}")
        elif seed.has_aged(database):
            say("  No tender is open any more; for a fresh demonstration:")
            say("  TENDER_DEMO=1 .venv/bin/flask --app tender_app demo reset")
        for row in demonstration_accounts(settings):
            say(f"  {row.username:<16} {row.password:<14} {row.role}")
    database.dispose()


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
