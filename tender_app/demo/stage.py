"""The stage of the demonstration: who acts, at which instant; every act goes through the engine, as on the pages."""

import datetime as dt
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.accounts.commands import INSTALLER, create_administrator
from tender_app.accounts.rules import (
    FirmAct,
    NewCapacity,
    NewPerson,
    OrganisationAct,
    OrganisationFacts,
    OwnKey,
    PersonAct,
    Registration,
    SignatoryFacts,
)
from tender_app.clusters.papers import Scan
from tender_app.config import Settings
from tender_app.documents.blocks import Text, Title
from tender_app.documents.paper import Paper, render
from tender_app.kernel import calendar
from tender_app.kernel.identifiers import make_iban, make_legal_id, make_national_code
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.capacities import actor_of
from tender_app.people.models import Firm, Organisation, Person
from tender_app.regulation.days import USUAL
from tender_app.sealing import passphrase
from tender_app.sealing.keys import member_key
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.workflow.engine import advance, begin

PASSWORD = "zeytoon-1405"
PASSPHRASE = "zeytoon-{}-1405"
COMMISSION = ("commission_head", "commission_finance", "commission_technical")
STAFF_ROLES = (Role.OFFICER, Role.MANAGER, Role.AUDITOR)


@dataclass
class Stage:
    """The session, the settings and the story's own clock."""

    session: Session
    settings: Settings
    now: dt.datetime
    accounts: list[dict[str, str]] = field(default_factory=list)
    seeds: int = 4_217_300
    scans: dict[str, Scan] = field(default_factory=dict)

    def by(self, person: Person | None) -> Context:
        """Return the circumstances in which a person acts now; nobody signed in for None."""
        actor = actor_of(self.session, person.id if person else None, self.now)
        return Context(self.session, actor, self.now, self.settings)

    def at(self, day: dt.date, hour: int = 10, minute: int = 0) -> None:
        """Set the story's clock."""
        self.now = calendar.instant(day, dt.time(hour, minute))

    def later(self, **span: int) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**span)

    def seed(self) -> int:
        """Return the next number for invented identifiers."""
        self.seeds += 7_919
        return self.seeds

    def scan(self, title: str) -> Scan:
        """Return the stored sample of a letter or a report, drawn when it is first asked for."""
        if title not in self.scans:
            blocks = [Title(title), Text("نمونه نمایشی؛ این نامه ساختگی است.")]
            content = render(Paper("نمونه", title, "", blocks, None))
            stored = files_of(self.settings).put(content)
            self.scans[title] = Scan(f"{title}.pdf", "application/pdf", stored.key, stored.digest, stored.size)
        return self.scans[title]

    def administrator(self) -> Person:
        """Add the administrator."""
        ctx = Context(self.session, INSTALLER, self.now, self.settings)
        admin = create_administrator(ctx, name="راهبر سامانه", username="admin", password=PASSWORD)
        self.told("admin", "همه سامانه", "admin", "راهبر سامانه")
        return admin

    def told(self, role: str, organisation: str, username: str, title: str) -> None:
        """Keep an account for the sign-in page and demo.json; a member's with the opening passphrase."""
        account = {
            "role": role,
            "organisation": organisation,
            "username": username,
            "password": PASSWORD,
            "title": title,
        }
        if role in COMMISSION:
            account["opening_passphrase"] = PASSPHRASE.format(username)
        self.accounts.append(account)

    def cost(self) -> dict[str, int]:
        """Return Argon2id's cost for the demonstration's opening keys: little, for their passphrases are published."""
        return {"operations": 1, "memory": 8 * 1024 * 1024}


@dataclass
class Company:
    """A provincial company with its people."""

    organisation: Organisation
    officer: Person
    manager: Person
    head: Person
    finance: Person
    technical: Person
    secretary: Person
    auditor: Person
    evaluators: list[Person]


@dataclass
class Bidder:
    """A consulting firm with the person who acts for it."""

    firm: Firm
    person: Person


def found_company(stage: Stage, admin: Person, facts: OrganisationFacts, names: dict[str, str], prefix: str) -> Company:
    """Add a company with its people and their capacities; `names` maps a seat to a person's name."""
    ctx = stage.by(admin)
    organisation = begin(ctx, Organisation, OrganisationAct.ADD_ORGANISATION, facts)
    people = {seat: _add_person(stage, admin, organisation, seat, name, prefix) for seat, name in names.items()}
    for role in STAFF_ROLES:
        what = NewCapacity(role, Scope.ORGANISATION, organisation.id, basis="حکم کارگزینی")
        advance(stage.by(admin), people[role.value], PersonAct.GRANT, what)
    evaluators = [people[seat] for seat in names if seat.startswith("evaluator")]
    return Company(
        organisation,
        people["officer"],
        people["manager"],
        people["commission_head"],
        people["commission_finance"],
        people["commission_technical"],
        people["secretary"],
        people["auditor"],
        evaluators,
    )


POSITIONS = {
    "officer": "کارشناس توسعه خوشه‌ها",
    "manager": "مدیرعامل",
    "commission_head": "معاون صنایع کوچک",
    "commission_finance": "ذی‌حساب",
    "commission_technical": "کارشناس ارشد فنی",
    "secretary": "دبیر کمیسیون معاملات",
    "auditor": "حسابرس",
    "evaluator": "ارزیاب",
}


def _add_person(stage: Stage, admin: Person, organisation: Organisation, seat: str, name: str, prefix: str) -> Person:
    role = seat.rstrip("0123456789")
    username = f"{prefix}{seat.replace('commission_', '')}"
    what = NewPerson(
        name,
        username,
        PASSWORD,
        POSITIONS[role],
        organisation.id,
        make_national_code(stage.seed()),
        f"0912{stage.seed() % 10**7:07}",
        f"{username}@{organisation.code.lower()}.example",
    )
    person = begin(stage.by(admin), Person, PersonAct.ADD_PERSON, what)
    stage.told(role, organisation.name, username, f"{POSITIONS[role]} — {name}")
    return person


def add_observer(stage: Stage, admin: Person, name: str) -> Person:
    """Add somebody of an industry body, who holds no capacity until a tender seats them."""
    position = "کارشناس سازمان صنایع کوچک"
    mobile = f"0912{stage.seed() % 10**7:07}"
    what = NewPerson(
        name,
        "observer",
        PASSWORD,
        position,
        None,
        make_national_code(stage.seed()),
        mobile,
        email="observer@industry.example",
    )
    person = begin(stage.by(admin), Person, PersonAct.ADD_PERSON, what)
    stage.told("observer", "سازمان صنایع کوچک و شهرک‌های صنعتی ایران", "observer", f"ناظر — {name}")
    return person


def give_key(stage: Stage, person: Person) -> None:
    """Let a member of a commission set the opening passphrase, once."""
    if member_key(stage.by(person), person.id) is None:
        locked = passphrase.lock(passphrase.new_key(), PASSPHRASE.format(person.username), **stage.cost())
        advance(stage.by(person), person, PersonAct.SET_KEY, OwnKey(locked, password=PASSWORD))


def register_firm(stage: Stage, company: Company, name: str, username: str, people: tuple[str, str]) -> Bidder:
    """Register a firm and let an officer approve it."""
    serial = sum(map(ord, username)) % 9000 + 1000  # each firm has a telephone and a postal code of its own
    facts = Registration(
        organisation_id=company.organisation.id,
        name=name,
        legal_id=make_legal_id(stage.seed()),
        registration_no=str(stage.seed() % 90000 + 10000),
        economic_code=f"4114{stage.seed() % 10**8:08}",
        address=f"{company.organisation.province}، خیابان نمونه، پلاک {persian_digits(stage.seed() % 90 + 10)}",
        postal_code=f"341311{serial}",
        phone=f"0283333{serial}",
        iban=make_iban(stage.seed()),
        signatories=(
            SignatoryFacts(people[0], make_national_code(stage.seed()), "مدیرعامل", "آگهی شماره ۱۲۳۴۵ روزنامه رسمی"),
        ),
        person=NewPerson(people[1], username, PASSWORD, "نماینده شرکت", email=f"{username}@firm.example"),
    )
    firm = begin(stage.by(None), Firm, FirmAct.REGISTER, facts)
    person = stage.session.scalars(sa.select(Person).where(Person.username == username)).one()
    advance(stage.by(company.officer), firm, FirmAct.APPROVE)
    stage.told("firm", name, username, f"شرکت پیشنهاددهنده — {people[1]}")
    return Bidder(firm, person)


def workday(day: dt.date) -> dt.date:
    """Return the day, or the next on which offices are open."""
    return USUAL.working(day)
