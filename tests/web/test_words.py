"""Every text of the house can be said in another language: shown in a made-up one, nothing of a page stays as written."""

import ast
import functools
import re
from collections.abc import Iterator
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tender_app.accounts.commands import create_administrator
from tender_app.demo.stage import PASSWORD
from tender_app.kernel import calendar
from tender_app.kernel.words import speaking
from tender_app.web.words import LETTER, in_python, in_template
from tests.accounts.test_firms import form as firm_facts
from tests.make import context_of, people_in, rows_of, session_of, signed_in

DAY = f"({'|'.join(calendar.WEEKDAYS)}) [۰-۹]+ ({'|'.join(calendar.MONTHS)}) [۰-۹]+"
MONTH = f"({'|'.join(calendar.MONTHS)}) [۰-۹]+"
TIME = re.compile(rf"<time.*?</time>|{DAY}|{MONTH}", re.DOTALL)  # the Persian calendar is no text of ours
STORED = {"راهبر سامانه", "نصب سامانه"}  # the administrator's position and its ground, kept when she was made
MARKED = re.compile(r"‹[^‹›]*›")
ROOT = Path(__file__).parents[2]
SPOKEN = [
    *ROOT.glob("tender_app/*/views.py"),
    *ROOT.glob("tender_app/*/guards.py"),
    *(p for p in ROOT.glob("tender_app/procedures/*.py") if p.name != "written.py"),  # the law on paper stays Persian
]
ANYBODYS = "/ /?q=nothing /clusters /login /register /verify /verify?code=XXXX /nowhere /desk".split()
ADMINS = (
    "/admin /admin/people /admin/people/new /admin/organisations /admin/organisations/new /account /account/factor "
    "/account/factor/codes /account/factor/end /desk /firms "
    "/contracts /tenders/XX-1405-CDA-01 /tenders/new/1"
).split()
POSTED = "/login /register /admin/people/new /admin/organisations/new /account /account/factor/end /verify".split()


class MadeUp(NullTranslations):
    """A language in which every text is what it was, between marks; it remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return f"‹{message}›"


LANGUAGE = MadeUp()


@pytest.fixture
def made_up() -> Iterator[MadeUp]:
    with speaking(LANGUAGE):
        yield LANGUAGE


@pytest.fixture
def admin(sqlite_app: Flask) -> FlaskClient:
    """Give a client of an installation that holds nothing but an administrator with a Latin name."""
    with session_of(sqlite_app) as session:
        create_administrator(context_of(sqlite_app, session, None), name="Admin", username="admin", password=PASSWORD)
    return signed_in(sqlite_app, "admin")


def unsaid(page: str) -> list[str]:
    """Return what of a page, attributes too, stands outside of marks and has a Persian letter."""
    left, found = TIME.sub("", page), 1
    while found:
        left, found = MARKED.subn("", left)
    return [text for text in map(str.strip, re.split(r'[<>"\n]', left)) if LETTER.search(text) and text not in STORED]


@functools.cache
def found_by_babel() -> set[str]:
    """Return every text that the extractors find in the house."""
    pages = [t for p in ROOT.glob("templates/**/*.html") for t in in_template(BytesIO(p.read_bytes()), (), ())]
    modules = [t for p in ROOT.glob("tender_app/**/*.py") for t in in_python(BytesIO(p.read_bytes()), {"_", "N_"}, ())]
    return {text for _line, _function, text, _comments in [*pages, *modules]}


@pytest.mark.parametrize("path", ANYBODYS)
def test_a_visitors_page_is_wholly_in_the_language_in_force(sqlite_app: Flask, made_up: MadeUp, path: str) -> None:
    page = sqlite_app.test_client().get(path, follow_redirects=True).text
    assert unsaid(page) == []
    assert made_up.asked <= found_by_babel()


def test_an_administrators_pages_are_wholly_in_the_language_in_force(admin: FlaskClient, made_up: MadeUp) -> None:
    assert {path: unsaid(admin.get(path).text) for path in ADMINS} == {path: [] for path in ADMINS}
    assert made_up.asked <= found_by_babel()


def test_what_is_said_of_a_bad_form_is_in_the_language_in_force(admin: FlaskClient, made_up: MadeUp) -> None:
    typed = {"username": "A", "legal_id": "1", "iban": "1", "code": "q", "name": "x" * 500, "new": "12", "again": "3"}
    assert {path: unsaid(admin.post(path, data=typed).text) for path in POSTED} == {path: [] for path in POSTED}
    assert made_up.asked <= found_by_babel()


def test_a_script_is_answered_in_the_language_in_force(sqlite_app: Flask, made_up: MadeUp) -> None:
    answer = sqlite_app.test_client().get("/nowhere", headers={"Accept": "application/json"})
    assert answer.json is not None
    assert [unsaid(text) for text in answer.json.values()] == [[], []]
    assert made_up.asked


def test_what_is_kept_and_sent_stays_persian(sqlite_app: Flask, made_up: MadeUp) -> None:
    organisation, _ids = people_in(sqlite_app)
    assert sqlite_app.test_client().post("/register", data=firm_facts(organisation)).status_code == 302
    assert signed_in(sqlite_app, "officer").post("/firms/1/approve").status_code == 302
    assert made_up.asked
    assert [row for row in rows_of(sqlite_app) if "‹" in row] == []


def test_a_template_reads_the_same_in_persian_and_in_a_language_that_changes_nothing(sqlite_app: Flask) -> None:
    environment = sqlite_app.jinja_env
    assert environment.loader is not None
    for name in environment.list_templates():
        source = environment.loader.get_source(environment, name)[0]
        with speaking(NullTranslations()):
            translated = environment.parse(source)
        assert translated == environment.parse(source), name


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_of_a_page_a_guard_or_the_law_is_written_without_its_mark(path: Path) -> None:
    tree = ast.parse(path.read_text())
    quiet = {id(part) for node in ast.walk(tree) if _is_marked(node) for part in ast.walk(node)}
    texts = [(n.lineno, str(n.value)) for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in quiet]
    assert [text for text in texts if LETTER.search(text[1])] == []


def _is_marked(node: ast.AST) -> bool:
    match node:
        case ast.Call(ast.Name("_" | "N_")) | ast.Expr(ast.Constant()):  # a docstring is no text of a page
            return True
    return False
