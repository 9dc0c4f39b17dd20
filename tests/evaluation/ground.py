"""What the tests of scores, decisions and contracts stand on: rows put straight on the table, acts through the engine."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidState
from tender_app.clusters.map_rules import MapState
from tender_app.clusters.models import Cluster, ClusterMap
from tender_app.clusters.rules import ClusterState
from tender_app.demo.stage import PASSWORD
from tender_app.evaluation.commands import rank_bids
from tender_app.evaluation.models import Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import SheetState
from tender_app.kernel.identifiers import make_legal_id
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.capacities import actor_of
from tender_app.people.models import (
    Capacity,
    Firm,
    FirmState,
    Organisation,
    OrganisationState,
    Person,
    PersonState,
    Signatory,
)
from tender_app.people.passwords import hashed
from tender_app.store.context import Context
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import TenderState

NOW = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)
SEATS = (Role.HEAD, Role.FINANCE, Role.TECHNICAL, Role.SECRETARY)
STAFF = (Role.OFFICER, Role.MANAGER, Role.AUDITOR)
PHASES = ("مطالعه", "سال اول", "سال دوم", "سال سوم", "خروج")


@dataclass
class Ground:
    """One organisation, its people by role (evaluators numbered), and the session in which all this is done."""

    app: Flask
    session: Session
    organisation: Organisation
    people: dict[str, Person] = field(default_factory=dict)
    firms: dict[str, Firm] = field(default_factory=dict)
    now: dt.datetime = NOW

    def by(self, who: str | Person | None) -> Context:
        """Return the circumstances in which somebody acts now."""
        person = self.people[who] if isinstance(who, str) else who
        actor = actor_of(self.session, person.id if person else None, self.now)
        return Context(self.session, actor, self.now, self.app.extensions["settings"])


def ground_in(app: Flask, session: Session) -> Ground:
    """Put an organisation with its staff and three evaluators on the table."""
    organisation = Organisation(
        name="شرکت نمونه", province="قزوین", code="QZ", **_life("organisation", OrganisationState.ACTIVE)
    )
    session.add(organisation)
    session.flush()
    made = Ground(app, session, organisation)
    for role in STAFF:
        person = made.people[role] = _person(made, role)
        _grant(made, person, role, Scope.ORGANISATION, organisation.id)
    for name in (*SEATS, "evaluator1", "evaluator2", "evaluator3"):
        made.people[name] = _person(made, name)
    return made


def tender_in(ground: Ground, state: TenderState, number: str = "QZ-1405-CDA-01", **facts: Any) -> Tender:
    """Put a tender with its seats in a state on the table."""
    session, organisation = ground.session, ground.organisation
    chart = session.scalar(sa.select(ClusterMap)) or ClusterMap(
        organisation_id=organisation.id, year=1405, title="نقشه", **_life("cluster_map", MapState.ADOPTED)
    )
    session.add(chart)
    session.flush()
    place = {"map_id": chart.id, "organisation_id": organisation.id, "name": "زیتون", "slug": number.lower()}
    cluster = Cluster(**place, **_life("cluster", ClusterState.LICENSED))
    session.add(cluster)
    session.flush()
    values: dict[str, Any] = {
        "estimate": 9_850_000_000,
        "guarantee": 500_000_000,
        "minimum_score": Decimal(65),
        "impact": Decimal("0.3"),
        "closes_at": NOW - dt.timedelta(days=9),
        "opens_at": NOW - dt.timedelta(days=8),
        "prices_open_at": NOW - dt.timedelta(hours=1),
        "valid_until": NOW.date() + dt.timedelta(days=90),
        "contract_by": NOW.date() + dt.timedelta(days=30),
        "published_at": NOW - dt.timedelta(days=30),
    }
    tender = Tender(
        organisation_id=organisation.id,
        cluster_id=cluster.id,
        number=number,
        title="انتخاب عامل توسعه خوشه زیتون",
        prepared_by=ground.people[Role.OFFICER].id,
        **(values | facts),
        **_life("tender_act", state),
    )
    session.add(tender)
    session.flush()
    for role in SEATS:
        _grant(ground, ground.people[role], role, Scope.TENDER, tender.id)
    for name in ("evaluator1", "evaluator2", "evaluator3"):
        _grant(ground, ground.people[name], Role.EVALUATOR, Scope.TENDER, tender.id)
    return tender


def bid_in(ground: Ground, tender: Tender, name: str, state: BidState, *, score: str = "", price: int = 0) -> Bid:
    """Put a firm's bid in a state on the table, with its locked score and read price where they are given."""
    session = ground.session
    firm = ground.firms.get(name) or _firm(ground, name)
    turn = len(ground.firms)
    bid = Bid(
        organisation_id=tender.organisation_id,
        tender_id=tender.id,
        firm_id=firm.id,
        started_at=NOW,
        submitted_at=NOW - dt.timedelta(days=10, minutes=-turn),
        receipt_no=f"{tender.number[-2:]}-{name}",
        **_life("bid", state),
    )
    session.add(bid)
    session.flush()
    if score:
        exact = Fraction(score)
        is_qualified = exact >= Fraction(tender.minimum_score or 0)
        session.add(
            TechnicalResult(tender_id=tender.id, bid_id=bid.id, score=str(exact), is_qualified=is_qualified, working={})
        )
    if price:
        shares = [price // 5] * 4
        phases = [{"title": t, "amount": a} for t, a in zip(PHASES, [*shares, price - sum(shares)], strict=True)]
        session.add(Price(bid_id=bid.id, total=price, phases=phases))
    session.flush()
    return bid


def ranked_tender(ground: Ground, bids: Sequence[tuple[str, str, int]], **facts: Any) -> Tender:
    """Put a tender on the table whose prices were opened and ranked: (firm, technical score, price)."""
    tender = tender_in(ground, TenderState.PRICES_OPENED, scores_digest="d" * 64, **facts)
    for name, score, price in bids:
        is_out = Fraction(score) < Fraction(tender.minimum_score or 0)
        state = BidState.BELOW_MINIMUM if is_out else BidState.PRICED
        bid_in(ground, tender, name, state, score=score, price=0 if is_out else price)
    rank_bids(ground.by(Role.HEAD), tender, None)
    return tender


def criteria_in(ground: Ground, tender: Tender, weights: Mapping[str, int]) -> dict[str, Criterion]:
    """Put criteria with these weights on the table."""
    rows = {
        title: Criterion(tender_id=tender.id, position=place, title=title, weight=Decimal(weight))
        for place, (title, weight) in enumerate(weights.items(), 1)
    }
    ground.session.add_all(rows.values())
    ground.session.flush()
    ground.session.expire(tender, ["criteria"])
    return rows


def sheet_in(
    ground: Ground, tender: Tender, who: str, state: SheetState, points: Sequence[tuple[Bid, Criterion, str]] = ()
) -> ScoreSheet:
    """Put an evaluator's sheet with its points on the table."""
    sheet = ScoreSheet(
        organisation_id=tender.organisation_id,
        tender_id=tender.id,
        person_id=ground.people[who].id,
        invited_at=NOW,
        digest="e" * 64 if state is SheetState.CONFIRMED else "",
        confirmed_at=NOW if state is SheetState.CONFIRMED else None,
        **_life("score_sheet", state),
    )
    ground.session.add(sheet)
    ground.session.flush()
    for bid, leaf, given in points:
        ground.session.add(
            Score(
                sheet_id=sheet.id,
                bid_id=bid.id,
                criterion_id=leaf.id,
                points=Decimal(given),
                reason=f"سنجیده {who}",
                saved_at=NOW,
            )
        )
    ground.session.flush()
    return sheet


def _life(procedure: str, state: Any) -> dict[str, Any]:
    return {"procedure": procedure, "version": 1, "state": state}


def _person(ground: Ground, name: str) -> Person:
    person = Person(
        organisation_id=ground.organisation.id,
        username=name,
        name=f"شخص {name}",
        password_hash=known_hash(),
        **_life("person", PersonState.ACTIVE),
    )
    ground.session.add(person)
    ground.session.flush()
    return person


@functools.cache
def known_hash() -> str:
    """Return the hash of the demonstration's password: to compute it for each person would take seconds."""
    return hashed(PASSWORD)


def _grant(ground: Ground, person: Person, role: Role, scope: Scope, scope_id: int) -> None:
    began = NOW - dt.timedelta(days=400)
    ground.session.add(Capacity(person_id=person.id, role=role, scope=scope, scope_id=scope_id, starts_at=began))
    ground.session.flush()


def _firm(ground: Ground, name: str) -> Firm:
    firm = Firm(
        organisation_id=ground.organisation.id,
        name=f"شرکت {name}",
        legal_id=make_legal_id(7000 + len(ground.firms) * 31),
        registration_no="12345",
        registered_at=NOW,
        **_life("firm", FirmState.APPROVED),
    )
    firm.signatories = [Signatory(name=f"مدیر {name}", national_code="0012345679", position="مدیرعامل")]
    ground.session.add(firm)
    ground.session.flush()
    ground.firms[name] = firm
    person = ground.people[f"firm {name}"] = _person(ground, f"firm-{name}")
    _grant(ground, person, Role.FIRM, Scope.FIRM, firm.id)
    return firm
