"""`make run`: migrate, seed the demonstration once, and serve with gunicorn at 127.0.0.1."""

import os
import sys
from pathlib import Path

from alembic import command

INSTANCE = Path(__file__).resolve().parents[1] / "instance"


def main() -> None:
    """Set up what is missing, say where and as whom to sign in, and become the server."""
    is_demo = os.environ.get("DEMO", "1") == "1"
    port = os.environ.get("PORT", "8000")
    os.environ.setdefault("TENDER_DEMO", "1" if is_demo else "0")
    address = f"http://127.0.0.1:{port}"
    os.environ.setdefault("TENDER_PUBLIC_URL", address)
    prepare()
    say(f"\n  {address}\n")
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *_options(port)])  # noqa: S606 -- our own server


def prepare() -> None:
    """Migrate the database; seed an empty demonstration, or say that it has aged."""
    from tender_app import create_app  # noqa: PLC0415 -- after the environment is set
    from tender_app.demo import seed  # noqa: PLC0415
    from tender_app.dossier.health import is_at_head  # noqa: PLC0415
    from tender_app.store.migrations import alembic_config  # noqa: PLC0415

    app = create_app()
    settings = app.extensions["settings"]
    if not is_at_head(app.extensions["database"]):
        command.upgrade(alembic_config(settings.database_url), "head")
    if not settings.demo:
        return
    if not (settings.keys.parent / "demo.json").exists():
        say("  Seeding the demonstration (once, about half a minute) …")
        if fault := seed.seed(app.extensions["database"], settings):
            say(f"  {fault}")
    elif seed.has_aged(app.extensions["database"]):
        say(
            "  No tender is open any more. A fresh demonstration: TENDER_DEMO=1 .venv/bin/flask --app tender_app demo reset"
        )
    tell_accounts(settings)
    app.extensions["database"].dispose()


def tell_accounts(settings: object) -> None:
    """Print the demonstration's accounts."""
    from tender_app.accounts.queries import demonstration_accounts  # noqa: PLC0415

    rows = demonstration_accounts(settings)  # type: ignore[arg-type]
    for row in rows:
        say(f"  {row.username:<16} {row.password:<14} {row.role}")


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def _options(port: str) -> list[str]:
    workers = os.environ.get("WEB_CONCURRENCY", "2")
    return [
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        workers,
        "--threads",
        "4",
        "--worker-class",
        "gthread",
        "--preload",
        "--access-logfile",
        "/dev/null",
        "tender_app:create_app()",
    ]


if __name__ == "__main__":
    main()
