"""Alerts of conflicts of interest: who judges a tender, how each is tied to its bidders, and what was decided on it (R23).

An alert is one person and one firm with the shortest ties between them. It decides nothing: the head of the commission
does, and the manager where the head is concerned. Nobody decides about themselves.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.bids.rules import LIVE
from tender_app.evaluation.conflict_models import ConflictDecision
from tender_app.evaluation.conflict_rules import Verdict
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.kernel.words import _
from tender_app.people import ties
from tender_app.people.capacities import Seat, roles_on, seats
from tender_app.people.known_ties import account
from tender_app.people.models import Firm, Person
from tender_app.people.ties import Path, TieKind
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context, Facts
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

NAMELESS = {TenderState.PREPARING, TenderState.AWAITING_APPROVAL, TenderState.PUBLISHED}
OFFICE = (Role.OFFICER, Role.MANAGER)
DAYS_OF_A_YEAR = 365
IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
BIDDERS = (
    sa.select(Bid.tender_id, Firm.id, Firm.name, Firm.legal_id)
    .join(Firm, Firm.id == Bid.firm_id)
    .where(Bid.tender_id.in_(IDS), Bid.state.in_(LIVE))
    .order_by(Bid.id)
)
PEOPLE = sa.select(Person.id, Person.name, Person.national_code).where(Person.id.in_(IDS))
LEFT = sa.select(ScoreSheet.tender_id, ScoreSheet.person_id).where(
    ScoreSheet.state == SheetState.RECUSED, ScoreSheet.tender_id.in_(IDS)
)
DECISIONS = sa.select(ConflictDecision).where(ConflictDecision.tender_id.in_(IDS))


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who judges a tender or works on it, in a role."""

    person_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class Alert:
    """How a person who judges is tied to a firm that bids, and what was decided on it."""

    judge: Judge
    person: str
    firm_id: int
    firm: str
    paths: tuple[Path, ...]
    decision: ConflictDecision | None

    @property
    def is_exact(self) -> bool:
        """Tell whether the ties are certain."""
        return self.paths[0].is_exact

    @property
    def score(self) -> int:
        """Return how near to certain it is, of 100."""
        return self.paths[0].score

    @property
    def forbids(self) -> bool:
        """Tell whether the person acts or signs for the firm."""
        return any(path.forbids for path in self.paths)

    @property
    def steps(self) -> list[tuple[str, ...]]:
        """Return the paths in words, each from the person in their role to the firm."""
        return [(f"{self.person}، {self.judge.role.label}", *path.told[1:]) for path in self.paths]

    @property
    def mark(self) -> str:
        """Return the digest by which a decision names the alert: other ties make another alert."""
        said = [self.judge.person_id, self.firm_id, [path.mark for path in self.paths]]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    @property
    def waits(self) -> bool:
        """Tell whether nobody decided on it."""
        return self.decision is None

    @property
    def must_leave(self) -> bool:
        """Tell whether it was decided that the person steps aside."""
        return self.decision is not None and self.decision.verdict is Verdict.STEP_ASIDE

    @property
    def is_referred(self) -> bool:
        """Tell whether it was found after the lock and left to the commission's vote on renewal."""
        return self.decision is not None and self.decision.verdict is Verdict.REFERRED


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, tuple[Alert, ...]]:
    """Read the alerts of the tenders whose bidders are known by name; so many queries, however many firms bid."""
    found: dict[int, tuple[Alert, ...]] = dict.fromkeys([t.id for t in tenders], ())
    opened = [t for t in tenders if t.state not in NAMELESS]
    bidders = _bidders(ctx, opened)
    if not any(bidders.values()):
        return found
    judges = _judges(ctx, opened)
    people = _people(ctx, {judge.person_id for of in judges.values() for judge in of})
    decisions = _decisions(ctx, opened)
    for tender in opened:
        graph = ties.graph_of(ctx, after=_forgotten(ctx, tender))
        rows = _alerts(graph, [(judge, people[judge.person_id]) for judge in judges[tender.id]], bidders[tender.id])
        found[tender.id] = tuple(_decided(alert, decisions[tender.id]) for alert in rows)
    return found


ALERTS = Facts(load)


def likeness(ctx: Context, tender: Tender, firms: Iterable[Firm]) -> list[str]:
    """Return what bidders share, in words: a hint, and no verdict (R45). Teams stay with those who may read the bids."""
    graph = ties.graph_of(ctx, after=_forgotten(ctx, tender))
    shared = graph.shared([ties.firm(firm.name, firm.legal_id) for firm in firms], leaving_out={TieKind.IN_BID})
    return [
        _("{firms}: {thing} یکی است؛ اعضا آن را می‌بینند و درباره‌اش نظر می‌دهند.").format(
            firms="، ".join(sorted(firm.name for firm in held)), thing=_thing(node, held.values())
        )
        for node, held in shared
    ]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the names of whom it is about and who made it."""

    decision: ConflictDecision
    person: str
    firm: str
    decider: str


def decided(ctx: Context, tender: Tender) -> list[Decided]:
    """Return what was decided on the alerts of a tender, the oldest first."""
    about, by = sa.orm.aliased(Person), sa.orm.aliased(Person)
    query = (
        sa.select(ConflictDecision, about.name, Firm.name, by.name)
        .join(about, about.id == ConflictDecision.person_id)
        .join(Firm, Firm.id == ConflictDecision.firm_id)
        .join(by, by.id == ConflictDecision.decided_by)
        .where(ConflictDecision.tender_id == tender.id)
    )
    return [Decided(*row) for row in ctx.session.execute(query.order_by(ConflictDecision.id))]


def mine_to_decide(ctx: Context, tender: Tender) -> list[Alert]:
    """Return the alerts that wait for the actor."""
    return [alert for alert in ALERTS.of(ctx, tender) if alert.waits and decides(ctx, tender, alert)]


def decides(ctx: Context, tender: Tender, alert: Alert) -> bool:
    """Tell whether the actor decides on an alert: the head, the manager on the head's own, nobody on their own."""
    who = Role.MANAGER if alert.judge.role is Role.HEAD else Role.HEAD
    return who in roles_on(ctx.actor, tender) and alert.judge.person_id != ctx.actor.person_id


def _alerts(graph: ties.Graph, judges: Sequence[tuple[Judge, Any]], firms: Sequence[Any]) -> list[Alert]:
    return [
        Alert(judge, person.name, firm.id, firm.name, tuple(paths), None)
        for judge, person in judges
        for firm in firms
        if (paths := graph.paths(account(person), ties.firm(firm.name, firm.legal_id)))
    ]


def _decided(alert: Alert, decisions: Mapping[str, ConflictDecision]) -> Alert:
    return Alert(alert.judge, alert.person, alert.firm_id, alert.firm, alert.paths, decisions.get(alert.mark))


def _thing(node: ties.Node, held: Iterable[Sequence[ties.Tie]]) -> str:
    if node.is_shared:
        return node.sort.label
    return f"{node.name} ({'، '.join(sorted({tie.told for of in held for tie in of}))})"


def _forgotten(ctx: Context, tender: Tender) -> dt.date:
    """Return the day until which what ended is no conflict any more."""
    years: int = law_of(ctx, tender)[Parameter.TIE_YEARS]
    return calendar.today(ctx.now) - dt.timedelta(days=years * DAYS_OF_A_YEAR)


def _bidders(ctx: Context, tenders: Sequence[Tender]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {t.id: [] for t in tenders}
    for row in ctx.session.execute(BIDDERS, {"ids": list(found)}):
        found[row.tender_id].append(row)
    return found


def _people(ctx: Context, ids: Iterable[int]) -> dict[int, Any]:
    return {row.id: row for row in ctx.session.execute(PEOPLE, {"ids": sorted(set(ids))})}


def _judges(ctx: Context, tenders: Sequence[Tender]) -> dict[int, list[Judge]]:
    """Return who judges each tender: evaluators who did not step aside, commission, secretary, officers, manager."""
    of_tender = seats(ctx.session, Scope.TENDER, [t.id for t in tenders], ctx.now)
    of_office = seats(ctx.session, Scope.ORGANISATION, {t.organisation_id for t in tenders}, ctx.now)
    left = {(row.tender_id, row.person_id) for row in ctx.session.execute(LEFT, {"ids": list(of_tender)})}
    found: dict[int, list[Judge]] = {}
    for tender in tenders:
        office = [seat for seat in of_office[tender.organisation_id] if seat.role in OFFICE]
        sitting = [s for s in of_tender[tender.id] if s.role is not Role.OBSERVER and not _left(tender, s, left)]
        judging = {seat.person_id: Judge(seat.person_id, seat.role) for seat in (*office, *sitting)}
        found[tender.id] = sorted(judging.values(), key=_rank)
    return found


def _left(tender: Tender, seat: Seat, left: set[tuple[int, int]]) -> bool:
    return seat.role is Role.EVALUATOR and (tender.id, seat.person_id) in left


def _rank(judge: Judge) -> tuple[int, int]:
    """Return the place of a judge in a list: evaluators, the commission, the others."""
    first = 0 if judge.role is Role.EVALUATOR else 1 if judge.role in COMMISSION else 2
    return first, judge.person_id


def _decisions(ctx: Context, tenders: Sequence[Tender]) -> dict[int, dict[str, ConflictDecision]]:
    found: dict[int, dict[str, ConflictDecision]] = {t.id: {} for t in tenders}
    for row in ctx.session.scalars(DECISIONS, {"ids": list(found)}):
        found[row.tender_id][row.alert] = row
    return found
