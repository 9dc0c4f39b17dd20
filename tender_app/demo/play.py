"""The olive story on a scratch database, through the same commands as the pages; its papers and story.json."""

import datetime as dt
import json
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tender_app.config import Settings
from tender_app.contracts.models import Contract
from tender_app.contracts.text import ContractFacts
from tender_app.contracts.wording import facts_of
from tender_app.demo import seed, story
from tender_app.demo.stage import Stage, found_company, workday
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.models import TechnicalResult
from tender_app.evaluation.queries import ranking
from tender_app.evaluation.scoring import half_up
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import persian_digits
from tender_app.store.clock import system_now
from tender_app.store.database import Database
from tender_app.store.files import files_of
from tender_app.store.migrations import upgrade
from tender_app.tenders.models import Tender

PAPERS = {
    DocumentKind.NOTICE: "notice.pdf",
    DocumentKind.OPENING_MINUTES: "opening-minutes.pdf",
    DocumentKind.TECHNICAL_REPORT: "technical-report.pdf",
    DocumentKind.PRICE_MINUTES: "price-minutes.pdf",
    DocumentKind.AWARD_LETTER: "award-letter.pdf",
    DocumentKind.CONTRACT: "contract.pdf",
}
PRICES = (8_300_000_000, 9_400_000_000, 9_750_000_000)
SECRET = "scratch-" + "0" * 40


def play(out: Path, start: dt.date | None = None) -> list[str]:
    """Play the story from `start` (its publication; today when none is given); return what was written."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        settings = settings_in(Path(scratch))
        upgrade(settings.database_url)
        database = Database(settings.database_url)
        with database.transaction() as session:
            stage = Stage(session, settings, system_now())
            contract = _play(stage, workday(start or calendar.today(stage.now)))
            written = _write(stage, contract, out)
        database.dispose()
    return written


def _play(stage: Stage, published: dt.date) -> Contract:
    stage.at(published - dt.timedelta(days=200), 9)
    admin = stage.administrator()
    company = found_company(stage, admin, seed.QAZVIN, seed.STAFF, "")
    firms = seed.firms_of(stage, company)
    clusters = seed.map_of(stage, company, calendar.jalali_year(published))
    tender = seed.published(stage, company, clusters["olive"], seed.OLIVE, published)
    return seed.to_contract(stage, company, tender, firms, PRICES)


def _write(stage: Stage, contract: Contract, out: Path) -> list[str]:
    tender = contract.tender
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id)
    written = []
    for document in stage.session.scalars(query):
        if name := PAPERS.get(document.kind):
            (out / name).write_bytes(files_of(stage.settings).read(document.file_key))
            written.append(str(out / name))
    told = json.dumps(_story(stage, tender, contract), ensure_ascii=False, indent=1)
    (out / "story.json").write_text(told + "\n", "utf-8")
    return [*written, str(out / "story.json")]


def _story(stage: Stage, tender: Tender, contract: Contract) -> dict[str, Any]:
    ctx = stage.by(None)
    view = ranking(ctx, tender)
    rows = {r.bid_id: r for r in view.rows} if view else {}
    results = stage.session.scalars(sa.select(TechnicalResult).where(TechnicalResult.tender_id == tender.id))
    bids = []
    for result in results:
        row = rows.get(result.bid_id)
        bids.append(
            {
                "firm": _firm(stage, result.bid_id),
                "technical": half_up(Fraction(result.score), 2),
                "price": row.price if row else None,
                "rank": row.rank if row else None,
                "status": "ranked" if row else "below_threshold",
            }
        )
    facts = facts_of(ctx, contract)
    return {
        "tender": {
            "number": tender.number,
            "title": tender.title,
            "deadline": calendar.moment(tender.closes_at) if tender.closes_at else "",
        },
        "parties": {"client": contract.organisation.name, "agent": contract.firm.name},
        "bids": bids,
        "contract": {
            "number": contract.number,
            "signed": facts.signed,
            "starts": calendar.numeric(contract.starts_on),
            "ends": calendar.numeric(contract.ends_on),
            "amount": contract.amount,
            "amount_words": money.in_words(contract.amount),
        },
        "strings": _strings(contract, facts),
    }


def _strings(contract: Contract, facts: ContractFacts) -> list[str]:
    """Return what contract.pdf shows, in the order in which it is read."""
    first, last, amount = contract.starts_on, contract.ends_on, money.grouped(contract.amount)
    signed = calendar.parse_date(facts.signed)
    return [
        f"قرارداد عاملیت توسعه خوشه {facts.cluster}",
        facts.number,
        facts.tender_number,
        *_both(signed),
        contract.organisation.name,
        persian_digits(contract.organisation.legal_id),
        contract.firm.name,
        persian_digits(contract.firm.legal_id),
        *_both(first),
        *_both(last),
        f"{amount} ریال",
        f"{money.in_words(contract.amount)} ریال",
        *(title for title, *_ in facts.phases),
        f"{money.grouped(contract.performance_guarantee)} ریال",
        f"{money.in_words(contract.performance_guarantee)} ریال",
        contract.supervisor,
        *(name for name, _ in facts.team),
        facts.client.signer,
    ]


def _both(day: dt.date) -> tuple[str, str]:
    return calendar.numeric(day), calendar.date_in_words(day)


def _firm(stage: Stage, bid_id: int) -> str:
    return next(b.firm.name for b in story.all_bids(stage) if b.id == bid_id)


def settings_in(folder: Path) -> Settings:
    """Return the settings of a scratch installation in a folder."""
    return Settings(
        database_url=f"sqlite:///{folder / 'story.sqlite3'}",
        storage=folder / "files",
        keys=folder / "keys",
        secret_key=SECRET,
        demo=True,
        public_url="http://127.0.0.1:8000",
        trusted_proxies=0,
    )
