"""What scoring costs: the page of a bid among fifty under sixty criteria, and single saves while thirty evaluators type."""

import contextlib
import json
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench import floor
from bench.house import House
from bench.load import Load, Request, Visitor, get, press
from bench.measure import Measure
from bench.server import settings_in
from bench.visits import form_post, signed_in, token_of
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Capacity, Firm, Person
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import TenderState

BIDS, LEAVES, EVALUATORS = 50, 60, 30
SAVES, VISITS = 8, 40  # of each evaluator; of the page
EVERY = 2.0  # seconds from one save of an evaluator to the next: thirty make 15 saves a second
JITTER = 0.4  # by up to so much of that a save comes later than its turn


@dataclass(frozen=True, slots=True)
class Wide:
    """A tender under evaluation that was widened: its number, its bids, its leaves, and who evaluates by name."""

    number: str
    bids: Sequence[int]
    leaves: Sequence[int]
    evaluators: Sequence[str]


def scoring(scratch: Path) -> Iterator[Measure]:
    """Measure the page and the saves, each in turns with a bare server's."""
    folder = scratch / "scoring"
    shutil.copytree(scratch / "few", folder)
    database = Database(settings_in(folder).database_url)
    with database.transaction() as session:
        wide = widen(session, BIDS, LEAVES, EVALUATORS)
    database.dispose()
    with contextlib.closing(House("ours", folder, "/")) as house:
        cookie = signed_in(house, wide.evaluators[0])
        path = f"/tenders/{wide.number}/scores/{wide.bids[0]}"
        page = house.ask(get(path, cookie))
        floor.fill(scratch / "scoring-floor", {"score": len(page.body), "saves": 10_000})
        with contextlib.closing(House("floor", scratch / "scoring-floor", "/score")) as bare:
            ours, theirs = Load(), Load()
            for _turn in range(2):
                press(ours, house.port, [get(path, cookie)], VISITS)
                press(theirs, bare.port, [get("/score")], VISITS)
            yield _measure("scoring_page", ours, theirs)
            yield _measure(f"autosave_{EVALUATORS / EVERY:.0f}ps", _typing(house, wide), _bare_typing(bare))


def widen(session: Session, bids: int, leaves: int, evaluators: int = 0) -> Wide:
    """Widen the demonstration's tender under evaluation to so many bids, criteria and evaluators; all but one cell is scored."""
    tender = session.scalars(sa.select(Tender).where(Tender.state == TenderState.TECHNICAL)).one()
    model = session.scalars(
        sa.select(ScoreSheet)
        .join(Person, Person.id == ScoreSheet.person_id)
        .where(ScoreSheet.tender_id == tender.id, Person.username == "evaluator2")
    ).one()
    session.execute(
        sa.delete(Score).where(Score.sheet_id.in_(sa.select(ScoreSheet.id).where(ScoreSheet.tender_id == tender.id)))
    )
    known = session.scalars(sa.select(Criterion).where(Criterion.tender_id == tender.id)).all()
    session.add_all(
        Criterion(tender_id=tender.id, position=n, title=f"معیار {n}", weight=Decimal(5))
        for n in range(len(known), leaves)
    )
    found = session.scalars(
        sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == BidState.UNDER_EVALUATION)
    ).all()
    for n in range(len(found), bids):
        _bid(session, found[0], n)
    session.flush()
    bid_ids = list(
        session.scalars(sa.select(Bid.id).where(Bid.tender_id == tender.id, Bid.state == BidState.UNDER_EVALUATION))
    )
    leaf_ids = list(session.scalars(sa.select(Criterion.id).where(Criterion.tender_id == tender.id)))
    sheets = {"evaluator2": model, **{f"evaluator-{n}": _sheet(session, model, n) for n in range(1, evaluators)}}
    session.flush()
    now = clock.now(session, demo=True)
    rows = [
        {
            "sheet_id": s.id,
            "bid_id": b,
            "criterion_id": c,
            "points": Decimal(60 + (b + c) % 40),
            "reason": "سنجیده",
            "pages": [],
            "edition": 1,
            "saved_at": now,
        }
        for s in sheets.values()
        for b in bid_ids
        for c in leaf_ids
    ]
    session.execute(sa.insert(Score), rows[1:])
    return Wide(tender.number, bid_ids, leaf_ids, list(sheets))


def _bid(session: Session, model: Bid, n: int) -> None:
    firm = Firm(**_copied(session.get_one(Firm, model.firm_id), name=f"شرکت {n}", legal_id=f"9{n:010}"))
    session.add(firm)
    session.flush()
    session.add(Bid(**_copied(model, firm_id=firm.id, receipt_no=f"W-{n}")))


def _sheet(session: Session, model: ScoreSheet, n: int) -> ScoreSheet:
    person = Person(**_copied(session.get_one(Person, model.person_id), username=f"evaluator-{n}", national_code=""))
    session.add(person)
    session.flush()
    held = {"person_id": person.id, "role": Role.EVALUATOR, "scope": Scope.TENDER, "scope_id": model.tender_id}
    session.add(Capacity(**held, starts_at=model.invited_at))
    sheet = ScoreSheet(**_copied(model, person_id=person.id, state=SheetState.SCORING))
    session.add(sheet)
    return sheet


def _copied(row: Any, **others: Any) -> dict[str, Any]:
    """Return a row's values for another one."""
    names = [c.key for c in sa.inspect(type(row)).column_attrs if c.key not in {"id", "revision"}]
    return {name: getattr(row, name) for name in names} | others


def _typing(house: House, wide: Wide) -> Load:
    """Let every evaluator type into cells of their own, each save over the edition that the last one left."""
    cookies = [signed_in(house, name) for name in wide.evaluators]
    page = f"/tenders/{wide.number}/scores"
    tokens = [token_of(house.ask(get(f"{page}/{wide.bids[1]}", cookie))) for cookie in cookies]

    def save(who: int, turn: int, edition: int) -> Request:
        path = f"{page}/{wide.bids[1]}/{wide.leaves[turn % 4]}"
        values = {
            "points": str(30 + turn),
            "reason": f"دلیل {turn}",
            "edition": str(edition),
            "csrf_token": tokens[who],
        }
        return form_post(path, cookies[who], values, 200)

    return _typed(house.port, len(cookies), save)


def _bare_typing(bare: House) -> Load:
    """Let as many type into a bare server, which updates one row for each save."""

    def save(who: int, turn: int, _edition: int) -> Request:
        return form_post("/save", "", {"id": str(who + 1), "text": f"دلیل {turn}"}, 200)

    return _typed(bare.port, EVALUATORS, save)


def moments(who: int) -> list[float]:
    """Return when one evaluator saves, in seconds from the start: an open loop, whatever the answers take."""
    own = random.Random(who)  # noqa: S311 -- to be repeated, not to be secret
    begun = own.uniform(0, EVERY)
    return [begun + EVERY * (turn + own.uniform(0, JITTER)) for turn in range(SAVES)]


def _typed(port: int, people: int, save: Callable[[int, int, int], Request]) -> Load:
    """Let so many people save each at their own moments; a save that had to wait for the one before it counts its wait."""
    load, gate, lock = Load(), threading.Barrier(people), threading.Lock()
    begun = time.perf_counter()

    def type_on(who: int) -> None:
        visitor, editions = Visitor(port), dict.fromkeys(range(4), 1)
        gate.wait()
        start = time.perf_counter()
        for turn, moment in enumerate(moments(who)):
            time.sleep(max(0.0, start + moment - time.perf_counter()))
            request = save(who, turn, editions[turn % 4])
            answer = visitor.ask(request)
            spent = time.perf_counter() - start - moment
            if answer.status != request.status:
                raise SystemExit(f"a save was answered {answer.status}: {answer.body[:200]!r}")
            editions[turn % 4] = json.loads(answer.body).get("edition", 1)
            with lock:
                load.times.append(spent)
        visitor.close()

    threads = [threading.Thread(target=type_on, args=(who,)) for who in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - begun
    if len(load.times) != people * SAVES:
        raise SystemExit(f"{len(load.times)} saves were answered rightly, not {people * SAVES}")
    return load


def _measure(name: str, ours: Load, bare: Load) -> Measure:
    mine, theirs = ours.quantile(0.5), bare.quantile(0.5)
    return Measure(name, mine, theirs, mine / theirs, "ms", mine, ours.quantile(0.95), len(ours.times))
