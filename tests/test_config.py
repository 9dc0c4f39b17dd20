"""The settings: every variable has a default or is demanded, and a wrong value stops the start with one line."""

from pathlib import Path

import pytest

from tender_app.config import Settings, SettingsError, read_settings

SECRET = "0123456789abcdef0123456789abcdef"


def settings(tmp_path: Path, **named: str) -> Settings:
    return read_settings(named, tmp_path)


def test_a_demonstration_needs_no_setting(tmp_path: Path) -> None:
    found = settings(tmp_path, TENDER_DEMO="1")
    assert found.database_url == f"sqlite:///{tmp_path}/tender.sqlite3"
    assert (found.storage, found.keys) == (tmp_path / "files", tmp_path / "keys")
    assert (found.public_url, found.trusted_proxies, found.demo) == ("http://127.0.0.1:8000", 0, True)


def test_an_empty_value_is_none(tmp_path: Path) -> None:
    names = ("DATABASE_URL", "STORAGE_URL", "PUBLIC_URL", "TRUSTED_PROXIES", "DEMO", "SMTP_URL")
    empty = {f"TENDER_{name}": "" for name in names}
    assert settings(tmp_path, TENDER_SECRET_KEY=SECRET, **empty) == settings(tmp_path, TENDER_SECRET_KEY=SECRET)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("postgresql://tender@localhost/tender", "postgresql+psycopg://tender@localhost/tender"),
        ("postgresql+psycopg://a:b%40c@db:5433/x", "postgresql+psycopg://a:b%40c@db:5433/x"),
        ("postgresql:///tender?host=/run/pg", "postgresql+psycopg:///tender?host=%2Frun%2Fpg"),
        ("sqlite:////srv/tender.sqlite3", "sqlite:////srv/tender.sqlite3"),
    ],
)
def test_a_database_is_named_by_its_address(tmp_path: Path, url: str, kept: str) -> None:
    assert settings(tmp_path, TENDER_SECRET_KEY=SECRET, TENDER_DATABASE_URL=url).database_url == kept


def test_files_lie_in_a_folder_named_as_a_path_or_an_address(tmp_path: Path) -> None:
    for value in (str(tmp_path / "far" / "files"), f"file://{tmp_path}/far/files"):
        assert settings(tmp_path, TENDER_DEMO="1", TENDER_STORAGE_URL=value).storage == tmp_path / "far" / "files"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("TENDER_DEMO", value) for value in ("yes", "2", "true")),
        *(("TENDER_TRUSTED_PROXIES", value) for value in ("-1", "10", "one", "۱")),
        *(
            ("TENDER_DATABASE_URL", value)
            for value in (
                "mysql://a@b/c",
                "tender.sqlite3",
                "sqlite://",
                "postgresql://",
                "postgresql://a@b:port/c",
                "/x",
            )
        ),
        *(("TENDER_STORAGE_URL", value) for value in ("s3://bucket", "/dev/null", "/dev/null/files")),
        ("TENDER_DATABASE_URL", "sqlite:////dev/null/tender.sqlite3"),
        *(
            ("TENDER_PUBLIC_URL", value)
            for value in ("example.ir", "ftp://example.ir", "https://", "https://a b", "https://a:port", "https://a?b")
        ),
        *(("TENDER_SECRET_KEY", value) for value in ("short", SECRET[1:])),
        *(
            ("TENDER_SMTP_URL", value)
            for value in (
                "mail.example.ir:25",
                "http://mail.example.ir",
                "smtp://",
                "smtp://mail:port",
                "smtp://mail:0",
                "smtp://mail/box",
                "smtp://mail example",
                "smtp://mail?from=nobody",
                "smtp://mail?to=a@example.ir",
                "smtp://mail#x",
                "smtps://:hunter2@mail",
                "smtp://user:hunter2@mail.example.ir:25",
            )
        ),
    ],
)
def test_a_wrong_value_is_told_in_one_line_that_names_the_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as told:
        settings(tmp_path, **({"TENDER_DEMO": "1"} | {name: value}))
    assert str(told.value).startswith(f"{name}: takes ")
    assert "\n" not in str(told.value)
    assert "hunter2" not in str(told.value)


def test_outside_a_demonstration_a_secret_is_demanded_of_what_serves(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TENDER_SECRET_KEY: takes a random text of at least 32"):
        settings(tmp_path)
    first, second = (read_settings({}, tmp_path, serves=False).secret_key for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    "url",
    [
        "smtp://127.0.0.1:1025",
        "smtp://user:hunter2@127.0.0.1:1025",
        "smtps://user%40example.ir:hunter2@mail.example.ir",
        "smtp+starttls://user:hunter2@mail.example.ir:587/?from=tenders@example.ir",
    ],
)
def test_a_mail_server_is_named_by_its_address_which_is_not_shown(tmp_path: Path, url: str) -> None:
    found = settings(tmp_path, TENDER_DEMO="1", TENDER_SMTP_URL=url)
    assert found.smtp_url == url
    assert "hunter2" not in repr(found)
