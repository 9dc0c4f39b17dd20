"""The demonstration: two companies, the clusters of Qazvin, and a tender at every stage; dates follow from today."""

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.accounts.rules import OrganisationFacts, PersonAct
from tender_app.accounts.tie_commands import Relation
from tender_app.bids.rules import BidState
from tender_app.clusters.models import Cluster
from tender_app.config import Settings
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct
from tender_app.demo import atlas, panel, post, story
from tender_app.demo.complaining import complain
from tender_app.demo.returning import give_back
from tender_app.demo.running import follow
from tender_app.demo.stage import Bidder, Company, Stage, add_observer, found_company, register_firm, workday
from tender_app.demo.story import Plan, Terms
from tender_app.kernel import calendar
from tender_app.people.models import Person
from tender_app.people.tie_models import OwnTie
from tender_app.regulation.commands import enter_year
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.store.migrations import downgrade, upgrade
from tender_app.tenders.invitations import invited
from tender_app.tenders.models import Tender
from tender_app.tenders.procurement import LegalBasis, ProcurementMethod
from tender_app.tenders.rules import Method, TenderState
from tender_app.workflow.engine import advance

QAZVIN = OrganisationFacts(
    "شرکت شهرک‌های صنعتی استان قزوین",
    "قزوین",
    "QZ",
    "10380284790",
    "2417",
    "411111111111",
    "قزوین، شهر صنعتی البرز، ساختمان مرکزی",
    "3413111365",
    "02832230000",
)
INVENTED = OrganisationFacts(
    "شرکت شهرک‌های صنعتی استان نمونه (ساختگی)",
    "نمونه",
    "NM",
    "14000001232",
    "1001",
    "",
    "شهر نمونه، خیابان یکم",
    "6613111365",
    "06100000000",
    is_invented=True,
)
NEARLY = "مهندسین مشاور توسعه طارم – ساختگی"  # as somebody remembers the name of the second firm
STAFF = {
    "officer": "سارا نیکنام",
    "manager": "بهرام آذری",
    "commission_head": "فرهاد زمانی",
    "commission_finance": "مینا توکلی",
    "commission_technical": "کیوان پارسا",
    "secretary": "لیلا صفایی",
    "auditor": "یاسر مهربان",
    "evaluator1": "نگار فاضلی",
    "evaluator2": "امید رستگار",
    "evaluator3": "شیوا کاویان",
}
OTHERS = {
    "officer": "هانیه سپهری",
    "manager": "ناصر بهنام",
    "commission_head": "داود شریف",
    "commission_finance": "پروین نادری",
    "commission_technical": "حامد فروزان",
    "secretary": "ژاله امینی",
    "auditor": "سیامک راد",
    "evaluator1": "آرزو دانا",
    "evaluator2": "کامران صدر",
    "evaluator3": "مهتاب نوری",
}
OLIVE = Terms(
    subject="انتخاب عامل توسعه خوشه فرآوری محصولات زیتون استان قزوین، برای دوره سه‌ساله، از مطالعه شناختی تا واگذاری به شبکه فراگیر.\n"
    "عامل وضع خوشه را در منابع انسانی، بازار، فناوری، سبد محصول، سرمایه اجتماعی و بسته‌بندی بررسی و گلوگاه‌ها را شناسایی می‌کند.",
    terms="محور ۱: نوسازی تولید و افزایش بازده و ظرفیت.\nمحور ۲: فروش بی‌واسطه و افزایش نقدینگی.\nمحور ۳: طراحی مشترک و برندسازی.\n"
    "محور ۴: بهبود فناوری بسته‌بندی و محصول.\nمحور ۵: توسعه محصول.\nمحور ۶: کنسرسیوم‌های صادراتی.",
)
LOW = (("60", "62", "64"), ("58", "62", "60"), ("64", "60", "62"), ("66", "64", "62"))
GOOD = (("80", "75", "85"), ("70", "72", "65"), ("60", "66", "60"), ("90", "80", "85"))
BEST = (("88", "90", "92"), ("86", "88", "90"), ("84", "86", "88"), ("88", "90", "92"))


def seed(database: Database, settings: Settings) -> str | None:
    """Fill an empty database; return why not, in one line, for any other."""
    with database.transaction() as session:
        if is_filled(session):
            return "the database is not empty: demo seed fills an empty one (demo reset replaces a demonstration)"
        clock.begin_demonstration(session)
        stage = Stage(session, settings, clock.true_now(session))
        fill(stage)
        tell(settings, stage.accounts)
    return None


def tell(settings: Settings, accounts: list[dict[str, str]]) -> None:
    """Write demo.json: the address of this start, and the accounts."""
    path = settings.keys.parent / "demo.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {"base": settings.public_url, "login": "/login", "accounts": accounts}
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")


def tell_address(settings: Settings) -> None:
    """Let demo.json, where there is one, name the address of this start."""
    path = settings.keys.parent / "demo.json"
    if path.exists():
        tell(settings, json.loads(path.read_text("utf-8"))["accounts"])


def reset(database: Database, settings: Settings) -> str | None:
    """Empty the database, the files and the keys of a demonstration, and fill them anew."""
    database.dispose()
    downgrade(settings.database_url, "base")
    upgrade(settings.database_url)
    for folder in (settings.storage, settings.keys, settings.headers):
        shutil.rmtree(folder, ignore_errors=True)
    return seed(database, settings)


def is_filled(session: Session) -> bool:
    """Tell whether anybody was entered into the database."""
    return session.scalar(sa.select(Person.id).limit(1)) is not None


def is_real(session: Session) -> bool:
    """Tell whether the database holds an installation that is no demonstration."""
    return is_filled(session) and not clock.is_demonstration(session)


def has_aged(database: Database) -> bool:
    """Tell whether no tender of the demonstration is open for bids any more."""
    with database.read() as session:
        now = clock.now(session, demo=True)
        query = sa.select(Tender.id).where(Tender.state == TenderState.PUBLISHED, Tender.closes_at > now)
        return session.scalar(query.limit(1)) is None


def fill(stage: Stage) -> None:
    """Play everything that a visitor finds, the oldest first."""
    today = calendar.today(stage.now)
    true_now = stage.now
    stage.at(calendar.add_years(today, -16), 9)
    admin = stage.administrator()
    qazvin = found_company(stage, admin, QAZVIN, STAFF, "")
    other = found_company(stage, admin, INVENTED, OTHERS, "nm.")
    firms = firms_of(stage, qazvin)
    observer = add_observer(stage, admin, "نوید سهند")
    year = calendar.jalali_year(today)
    clusters = atlas.first_map(stage, qazvin, year - 16)
    _contract(stage, qazvin, clusters["packaging"], firms, calendar.add_years(today, -14))
    _contract(stage, qazvin, clusters["grape"], firms, calendar.add_years(today, -6))
    _contract(stage, qazvin, clusters["sweets"], firms, calendar.add_months(today, -20), meets=True)
    atlas.last_map(stage, qazvin, year - 1)
    _contract(stage, qazvin, clusters["pistachio"], firms, calendar.add_months(today, -3), explains=firms[1])
    atlas.present_map(stage, qazvin, year)
    _scoring(stage, qazvin, clusters["furniture"], firms, today - dt.timedelta(days=24))
    _at_opening(stage, qazvin, clusters["leather"], firms, today)
    _open(stage, qazvin, clusters["olive"], firms, workday(today - dt.timedelta(days=9)))
    story.observe(stage, qazvin, observer)
    _in_preparation(stage, qazvin, clusters["stone"], today)
    _under_way(stage, qazvin, today)
    _other_company(stage, other, firms, today)
    stage.now = true_now
    holidays_of(stage, admin, today)
    before = calendar.instant(workday(today - dt.timedelta(days=7)), dt.time(8, 30))
    post.deliver(stage.session, true_now)
    stage.session.execute(sa.update(Person).values(visited_at=before))  # so that a desk tells old news from new


def holidays_of(stage: Stage, admin: Person, today: dt.date) -> None:
    """Let the administrator enter the holidays of this year and the next."""
    year = calendar.jalali_year(today)
    for shown in (year, year + 1):
        enter_year(stage.by(admin), shown)


def _under_way(stage: Stage, company: Company, today: dt.date) -> None:
    """Leave two clusters in the middle of their way, and next year's map as a draft."""
    clusters = atlas.clusters_of(stage, company)
    atlas.on_their_way(stage, company, clusters["herbs"], clusters["glass"], today)
    stage.at(workday(today - dt.timedelta(days=8)), 10)
    atlas.draft_map(stage, company, calendar.jalali_year(today) + 1)


def firms_of(stage: Stage, company: Company) -> list[Bidder]:
    """Register the three firms of the demonstration."""
    rows = (
        ("مهندسان مشاور پیشگامان خوشه – ساختگی", "firm1", ("رامین سپند", "نسیم بهار")),
        ("مشاوران توسعه طارم – ساختگی", "firm2", ("هومن دماوند", "پریسا ارغوان")),
        ("اندیشه‌سازان کسب‌وکار سبز – ساختگی", "firm3", ("شهاب الوند", "الهام یاس")),
    )
    return [register_firm(stage, company, name, username, people) for name, username, people in rows]


def map_of(stage: Stage, company: Company, year: int) -> dict[str, Cluster]:
    """Adopt the map of a year with all its clusters; return them by slug."""
    return atlas.whole_map(stage, company, year)


def _plans(firms: list[Bidder], prices: tuple[int, int, int]) -> list[Plan]:
    return [Plan(bidder, points, price) for bidder, points, price in zip(firms, (LOW, GOOD, BEST), prices, strict=True)]


def _terms(cluster: Cluster) -> Terms:
    return Terms(
        subject=f"انتخاب عامل توسعه خوشه {cluster.name} برای دوره سه‌ساله، از مطالعه شناختی تا واگذاری به شبکه فراگیر.",
        terms=OLIVE.terms,
    )


def published(
    stage: Stage, company: Company, cluster: Cluster, terms: Terms, day: dt.date, called: Sequence[Bidder] = ()
) -> Tender:
    """License a cluster, prepare its tender and publish it on a day."""
    story.license_cluster(stage, company, cluster, day)
    tender = story.prepare(stage, company, cluster, terms, day, called)
    story.publish(stage, company, tender, day)
    return tender


def bids_of(stage: Stage, company: Company, tender: Tender, plans: list[Plan]) -> None:
    """Let firms bid two days before the deadline, and hand over the originals."""
    if tender.closes_at is None:
        raise LookupError("a published tender has a deadline")
    for place, plan in enumerate(plans):
        stage.now = tender.closes_at - dt.timedelta(days=2, hours=5 - 2 * place)
        story.bid(stage, tender, plan)
    stage.now = tender.closes_at - dt.timedelta(hours=3)
    story.hand_over_originals(stage, company, tender, plans)


def _to_scoring(stage: Stage, company: Company, tender: Tender, plans: list[Plan]) -> None:
    bids_of(stage, company, tender, plans)
    if tender.opens_at is None:
        raise LookupError("a published tender has its opening")
    stage.now = tender.opens_at + dt.timedelta(minutes=2)
    story.meet(stage, company, tender, [("نسیم بهار", "نماینده شرکت پیشنهاددهنده")])
    story.open_envelopes(stage, company, tender)


def to_contract(  # noqa: PLR0913 -- each turn of the story is asked for by name
    stage: Stage,
    company: Company,
    tender: Tender,
    firms: list[Bidder],
    prices: tuple[int, int, int],
    *,
    explains: Bidder | None = None,
    meets: bool = False,
) -> Contract:
    """Play a published tender on, from the bids of the firms that are called to the issued contract of the winner.

    `meets`: the panel interviews the bidders, and talks before the lock.
    """
    called = {row.firm_id for row in invited(stage.by(None), tender)}
    plans = [plan for plan in _plans(firms, prices) if tender.is_open_call or plan.bidder.firm.id in called]
    _to_scoring(stage, company, tender, plans)
    if meets:
        panel.interview(stage, company, tender)
    story.score(stage, company, tender, plans)
    if meets:
        panel.talk(stage, company, tender)
    story.lock(stage, company, tender)
    if tender.prices_open_at is None:
        raise LookupError("a published tender has its price session")
    stage.now = max(stage.now, tender.prices_open_at) + dt.timedelta(minutes=3)
    story.decide(stage, company, tender, explains=explains)
    stage.later(days=2)
    story.award(stage, company, tender)
    stage.later(days=3)
    starts = workday(calendar.today(stage.now) + dt.timedelta(days=12))
    (won,) = story.bids_in(stage, tender, BidState.WON)
    return story.sign_contract(stage, company, tender, next(f for f in firms if f.firm.id == won.firm_id), starts)


def _contract(  # noqa: PLR0913 -- each turn of the story is asked for by name
    stage: Stage,
    company: Company,
    cluster: Cluster,
    firms: list[Bidder],
    day: dt.date,
    *,
    explains: Bidder | None = None,
    meets: bool = False,
) -> None:
    """A tender that ended in a contract; one whose term is over is completed."""
    tender = published(stage, company, cluster, _terms(cluster), workday(day))
    prices = (8_300_000_000, 9_400_000_000, 9_750_000_000)
    contract = to_contract(stage, company, tender, firms, prices, explains=explains, meets=meets)
    today = calendar.today(clock.true_now(stage.session))
    give_back(stage, company, tender, today)
    follow(stage, company, contract, today)
    if contract.ends_on < today:
        stage.at(contract.ends_on + dt.timedelta(days=10), 11)
        advance(stage.by(company.manager), contract, ContractAct.COMPLETE)


def _scoring(stage: Stage, company: Company, cluster: Cluster, firms: list[Bidder], day: dt.date) -> None:
    tender = published(stage, company, cluster, _terms(cluster), workday(day))
    plans = _plans(firms, (8_700_000_000, 9_200_000_000, 9_900_000_000))
    _to_scoring(stage, company, tender, plans)
    story.score(stage, company, tender, plans, only=1)
    _remember(stage, company.evaluators[1])
    complain(stage, tender, firms[0])


def _remember(stage: Stage, evaluator: Person) -> None:
    """Let an evaluator declare an old relation to a firm of nearly a bidder's name: an alert that waits for the head."""
    ended = calendar.add_months(calendar.today(stage.now), -30)
    advance(stage.by(evaluator), evaluator, PersonAct.DECLARE_TIE, Relation(OwnTie.ADVISED, NEARLY, "", ended))


def _at_opening(stage: Stage, company: Company, cluster: Cluster, firms: list[Bidder], today: dt.date) -> None:
    """A tender whose deadline passed and whose opening hour has come."""
    now, terms = clock.true_now(stage.session), _terms(cluster)
    day_of_notice = next(
        day
        for back in range(15, 60)
        if (day := workday(today - dt.timedelta(days=back)))
        and story.opening_of(terms, day) < now - dt.timedelta(hours=1)
    )
    tender = published(stage, company, cluster, terms, day_of_notice)
    bids_of(stage, company, tender, _plans(firms, (8_900_000_000, 9_300_000_000, 9_600_000_000)))


def _open(stage: Stage, company: Company, cluster: Cluster, firms: list[Bidder], day: dt.date) -> None:
    tender = published(stage, company, cluster, OLIVE, day)
    stage.at(day, 12)
    story.ask_and_answer(
        stage,
        company,
        tender,
        firms[0],
        "آیا سابقه توسعه خوشه در صنایع تبدیلی دیگر پذیرفته است؟",
        "بله؛ سابقه در صنایع غذایی و تبدیلی، با گواهی حسن انجام کار، پذیرفته است.",
    )
    story.ask_and_answer(stage, company, tender, firms[1], "نسخه کاغذی ضمانت‌نامه تا چه ساعتی باید برسد؟", "")
    stage.later(hours=2)
    story.clarify(
        stage,
        company,
        tender,
        "پرسش شرکت‌ها نشان داد که سابقه پذیرفتنی در شرح خدمات روشن نیست.",
        "سابقه توسعه خوشه در صنایع غذایی و تبدیلی دیگر، با گواهی حسن انجام کار، همانند سابقه در فرآوری زیتون پذیرفته است.",
    )


def _negotiating(stage: Stage, company: Company, cluster: Cluster, firms: list[Bidder], day: dt.date) -> None:
    """A consultant chosen by quality from a short list, under the by-law: the price waits to be negotiated with the best."""
    terms = replace(
        _terms(cluster),
        basis=LegalBasis.CONSULTING_BYLAW,
        form=ProcurementMethod.SELECTIVE,
        method=Method.QUALITY_ONLY,
    )
    tender = published(stage, company, cluster, terms, workday(day), firms)
    plans = _plans(firms, (8_800_000_000, 9_350_000_000, 9_700_000_000))
    _to_scoring(stage, company, tender, plans)
    story.score(stage, company, tender, plans)
    story.lock(stage, company, tender)
    if tender.prices_open_at is None:
        raise LookupError("a published tender has its price session")
    stage.now = max(stage.now, tender.prices_open_at) + dt.timedelta(minutes=3)
    story.open_prices(stage, company, tender)


def _in_preparation(stage: Stage, company: Company, cluster: Cluster, today: dt.date) -> None:
    story.license_cluster(stage, company, cluster, today)
    tender = story.prepare(stage, company, cluster, _terms(cluster), today + dt.timedelta(days=5))
    story.try_weights(stage, company, tender)
    story.answer_questions(stage, company, tender)


def _other_company(stage: Stage, company: Company, firms: list[Bidder], today: dt.date) -> None:
    stage.at(workday(today - dt.timedelta(days=150)), 10)
    register_firm(stage, company, "مشاوران نمونه – ساختگی", "nm.firm", ("بابک تهم", "سمیرا روشن"))
    rows = (("carpet", "فرش دستباف", "", None, "8 8 8 8 8"), ("pottery", "سفال و سرامیک", "", None, "8 7 8 8 7"))
    lines = [atlas.line_of(row) for row in rows]
    version = atlas.new_map(stage, company, calendar.jalali_year(today), lines, note=" (ساختگی)")
    atlas.adopt(stage, company, version)
    clusters = atlas.clusters_of(stage, company)
    _negotiating(stage, company, clusters["pottery"], firms, today - dt.timedelta(days=44))
    story.license_cluster(stage, company, clusters["carpet"], today)
    story.prepare(stage, company, clusters["carpet"], _terms(clusters["carpet"]), today + dt.timedelta(days=6))
