"""The ground of the verifiers' tests: one real case file with its log's key, and the static page in a Chromium without a network."""

import base64
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from nacl.signing import SigningKey
from playwright.sync_api import Browser, Page

from tender_app.demo import case as demonstration
from tender_app.procedures import install_all
from tender_app.store.database import Database
from tests.conftest import once, settings_in
from tests.verifier.script import DOCS, Places

Verifier = Callable[..., Places]


@dataclass(frozen=True)
class Made:
    """A case file as an auditor has it, and the key of the log that signed it."""

    path: Path
    key: SigningKey

    @property
    def installation(self) -> Path:
        """Return the folder of the installation that made it."""
        return self.path.parent


@pytest.fixture(scope="session")
def made(shared: Path, migrated: Path) -> Made:
    """Give the case file of a demonstration tender that has its contract."""

    def make(folder: Path) -> None:
        shutil.copytree(migrated, folder, dirs_exist_ok=True)
        install_all()
        settings = settings_in(folder)
        database = Database(settings.database_url)
        demonstration.written(database, settings, folder / "case.zip")
        database.dispose()

    folder = once(shared / "case", make)
    return Made(folder / "case.zip", SigningKey((folder / "keys" / "log.key").read_bytes()))


@pytest.fixture(scope="session")
def leaf_page(browser: Browser) -> Iterator[Page]:
    """Give the static page, opened from its file in a Chromium whose network is cut; it asks for nothing else."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((DOCS / "verify.html").as_uri())
    yield page
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [(DOCS / "verify.html").as_uri()]
    context.close()


@pytest.fixture(scope="session")
def by_page(leaf_page: Page) -> Verifier:
    """Give the findings of verify.html for the bytes of a file."""

    def found(data: bytes, *, key: str = "", earlier: bytes = b"", proof: bytes = b"") -> Places:
        given = {n: base64.b64encode(d).decode() for n, d in (("data", data), ("earlier", earlier), ("proof", proof))}
        told = leaf_page.evaluate(
            """async ({ data, earlier, proof, key }) => {
              const file = (text, name) => new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name);
              const more = { key, earlier: earlier && file(earlier, "earlier.json"), proof: proof && file(proof, "proof.json") };
              return (await check_file(file(data, "file"), more)).findings;
            }""",
            {**given, "key": key},
        )
        return {(f["place"], f["code"]) for f in told}

    return found
