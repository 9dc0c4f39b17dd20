"""The settings, read once from the environment; a wrong value stops the start with one line."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa

SHORTEST_SECRET = 32
DRIVERS = dict.fromkeys(("postgresql", "postgresql+psycopg"), "postgresql+psycopg") | {"sqlite": "sqlite"}
SMTP_SCHEMES = frozenset({"smtp", "smtps", "smtp+starttls"})
SMTP_TAKES = "takes smtp://, smtps:// or smtp+starttls://[USER:PASSWORD@]HOST[:PORT][?from=ADDRESS]"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
INSTANCE = Path(__file__).resolve().parents[1] / "instance"


class SettingsError(SystemExit):
    """A setting that cannot be used; the text names the variable and what it takes."""

    def __init__(self, variable: str, takes: str) -> None:
        super().__init__(f"{variable}: {takes}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between one installation and another."""

    database_url: str
    storage: Path
    keys: Path
    secret_key: str
    demo: bool
    public_url: str
    trusted_proxies: int
    smtp_url: str = field(default="", repr=False)  # it may hold a password
    testing: bool = False
    upload_limit: int = 20 * 1024 * 1024  # of a post's files together
    sealed_limit: int = 200 * 1024 * 1024  # of the files in an envelope that the browser sealed, which comes in parts

    @property
    def headers(self) -> Path:
        """Return the folder of sealed envelopes' headers: outside the database and what is backed up with it."""
        return self.keys.parent / "headers"


def read_settings(
    environment: Mapping[str, str] = os.environ, instance: Path = INSTANCE, *, serves: bool = True
) -> Settings:
    """Return the settings that the environment gives; raise SettingsError naming the first bad variable.

    A console command signs no web session: where it does not serve, a missing secret is replaced by a passing one.
    """
    demo = _flag(environment, "TENDER_DEMO")
    return Settings(
        database_url=_database(environment.get("TENDER_DATABASE_URL") or f"sqlite:///{instance / 'tender.sqlite3'}"),
        storage=_storage(environment.get("TENDER_STORAGE_URL") or str(instance / "files")),
        keys=instance / "keys",
        secret_key=_secret(environment.get("TENDER_SECRET_KEY", ""), demo=demo, serves=serves),
        demo=demo,
        public_url=_public(environment.get("TENDER_PUBLIC_URL") or "http://127.0.0.1:8000"),
        trusted_proxies=_count(environment, "TENDER_TRUSTED_PROXIES"),
        smtp_url=_smtp(environment.get("TENDER_SMTP_URL", "")),
    )


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name) or "0"
    if value not in {"0", "1"}:
        raise SettingsError(name, "takes 0 or 1")
    return value == "1"


def _count(environment: Mapping[str, str], name: str) -> int:
    value = environment.get(name) or "0"
    if not (value.isascii() and value.isdigit() and int(value) < 10):  # noqa: PLR2004 -- no chain is longer
        raise SettingsError(name, "takes the number of proxies in front of the application, 0 to 9")
    return int(value)


def _database(value: str) -> str:
    refusal = SettingsError("TENDER_DATABASE_URL", "takes sqlite:///PATH or postgresql://USER@HOST/NAME")
    try:
        url = sa.make_url(value)
    except (sa.exc.ArgumentError, ValueError) as unreadable:
        raise refusal from unreadable
    if not url.database or url.drivername not in DRIVERS:
        raise refusal
    if url.drivername == "sqlite" and not _can_hold(Path(url.database).absolute().parent):
        raise refusal
    return url.set(drivername=DRIVERS[url.drivername]).render_as_string(hide_password=False)


def _storage(value: str) -> Path:
    folder = Path(value.removeprefix("file://")).absolute()
    if "://" in value.removeprefix("file://") or not _can_hold(folder):
        raise SettingsError("TENDER_STORAGE_URL", "takes a folder, as a path or file:///PATH")
    return folder


def _can_hold(folder: Path) -> bool:
    """Tell whether there is, or can be, such a folder."""
    return next(place for place in (folder, *folder.parents) if place.exists()).is_dir()


def _public(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or any(sign.isspace() for sign in value) or parts.query or parts.fragment:
        raise SettingsError("TENDER_PUBLIC_URL", "takes the address that visitors type, from http:// or https://")
    return value.rstrip("/")


def _smtp(value: str) -> str:
    """Return the mail server's address; what is wrong with it is told without it, for it may hold a password."""
    refusal = SettingsError("TENDER_SMTP_URL", SMTP_TAKES)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        is_server = parts.scheme in SMTP_SCHEMES and parts.hostname and parts.port != 0 and parts.path in {"", "/"}
        told = parse_qsl(parts.query, strict_parsing=True) if parts.query else []
    except ValueError as unreadable:
        raise refusal from unreadable
    if not is_server or parts.fragment or not value.isascii() or any(sign.isspace() for sign in value):
        raise refusal
    if [name for name, sender in told if name != "from" or "@" not in sender] or (
        parts.password and not parts.username
    ):
        raise refusal
    if parts.password and parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        raise SettingsError("TENDER_SMTP_URL", "takes smtps:// or smtp+starttls:// where a password crosses a network")
    return value


def _secret(value: str, *, demo: bool, serves: bool) -> str:
    if not value and demo:
        return "demonstration-only-" + "0" * SHORTEST_SECRET
    if not value and not serves:
        return secrets.token_hex(SHORTEST_SECRET)
    if len(value) < SHORTEST_SECRET:
        raise SettingsError("TENDER_SECRET_KEY", f"takes a random text of at least {SHORTEST_SECRET} characters")
    return value
