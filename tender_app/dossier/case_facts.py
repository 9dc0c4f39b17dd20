"""Everything that the rules of the catalogue look at in one tender: each table is read once, when a rule first asks for it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.guarantee_models import Security
from tender_app.awards.models import Award
from tender_app.awards.refusal_models import ValidityExtension, WinnerRefusal
from tender_app.bids.models import Bid, BidEnvelope, Guarantee, OpenedEnvelope, OriginalReceived, Price
from tender_app.bids.rules import LIVE, BidState, EnvelopeKind
from tender_app.contracts.models import Contract, ContractPhase
from tender_app.contracts.rules import ContractState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.alerts import ALERTS, Alert
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.models import Ranking, RankingRow, Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.talk_models import ScoreRevision
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Firm
from tender_app.store.base import Base
from tender_app.store.context import Context
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.facts import FACTS, TenderFacts
from tender_app.tenders.models import Question, Tender, Vote
from tender_app.tenders.rules import Session, TenderAct, TenderState
from tender_app.tenders.session_models import Postponement

R = TypeVar("R", bound=Base)

OWN: sa.BindParameter[Any] = sa.bindparam("tender")
OWN_BIDS = sa.select(Bid.id).where(Bid.tender_id == OWN)
LAST_SCORE = sa.select(sa.func.max(Score.saved_at)).where(Score.bid_id.in_(OWN_BIDS))
LAST_REVISION = sa.select(sa.func.max(ScoreRevision.revised_at)).where(ScoreRevision.bid_id.in_(OWN_BIDS))
PAPERS = sa.select(IssuedDocument.kind).where(IssuedDocument.tender_id == OWN)
COMPLAINTS = sa.select(Complaint).where(Complaint.tender_id == OWN).order_by(Complaint.id)
CONTRACT = sa.select(Contract).where(Contract.tender_id == OWN, Contract.state != ContractState.LAPSED)
EXPLAINED = sa.select(PriceExplanation.bid_id).where(PriceExplanation.tender_id == OWN)
STANDING_RANKING = sa.select(Ranking.id).where(Ranking.tender_id == OWN, Ranking.superseded_at.is_(None))
STANDING_CONTRACT = CONTRACT.with_only_columns(Contract.id)


def _rows(table: type[R], *where: sa.ColumnElement[bool]) -> "cached_property[Sequence[R]]":
    """Return what a case reads of a table: plain rows with the columns of its model, by id; the question is built once."""
    columns: Any = table.__table__.columns
    query = sa.select(*columns).where(*where or (columns.tender_id == OWN,)).order_by(columns.id)

    def read(case: "CaseFacts") -> Sequence[R]:
        connection = case.ctx.session.connection()  # past the ORM: plain rows ask for nothing of it
        found: Sequence[Any] = connection.execute(query, {"tender": case.tender.id}).all()
        return found

    return cached_property(read)


class CaseFacts:
    """One tender with its file; at most one question for each table, however many rows it holds."""

    entries = _rows(LedgerEntry)
    questions = _rows(Question)
    votes = _rows(Vote)
    bids = _rows(Bid)
    envelopes = _rows(BidEnvelope, BidEnvelope.bid_id.in_(OWN_BIDS), BidEnvelope.superseded_at.is_(None))
    opened = _rows(OpenedEnvelope, OpenedEnvelope.bid_id.in_(OWN_BIDS))
    originals = _rows(OriginalReceived)
    sheets = _rows(ScoreSheet)
    ranking = _rows(RankingRow, RankingRow.ranking_id == STANDING_RANKING.scalar_subquery())
    addenda = _rows(Addendum, Addendum.tender_id == OWN, Addendum.issued_at.is_not(None))
    securities = _rows(Security)
    refusals = _rows(WinnerRefusal)
    lengthened = _rows(ValidityExtension)
    postponed = _rows(Postponement)
    phases = _rows(ContractPhase, ContractPhase.contract_id.in_(STANDING_CONTRACT))
    _firms = _rows(Firm, Firm.id.in_(sa.select(Bid.firm_id).where(Bid.tender_id == OWN)))
    _guarantees = _rows(Guarantee, Guarantee.bid_id.in_(OWN_BIDS))
    _prices = _rows(Price, Price.bid_id.in_(OWN_BIDS))
    _results = _rows(TechnicalResult)
    _awards = _rows(Award, Award.tender_id == OWN, Award.returned_at.is_(None))

    def __init__(self, ctx: Context, tender: Tender) -> None:
        """Look at a tender in these circumstances."""
        self.ctx, self.tender = ctx, tender

    @property
    def state(self) -> TenderState:
        """Return where the tender stands."""
        return self.tender.state

    @property
    def live(self) -> list[Bid]:
        """Return the bids that count: neither drafts nor replaced, withdrawn or set aside ones."""
        return [bid for bid in self.bids if bid.state in LIVE]

    def did(self, act: TenderAct) -> list[LedgerEntry]:
        """Return the tender's own entries of an act, the oldest first."""
        return [entry for entry in self.own_chain if entry.act == act.value]

    def acts_on(self, bid: Bid) -> dict[str, LedgerEntry]:
        """Return the first entry of each act on a bid."""
        found: dict[str, LedgerEntry] = {}
        for entry in self.chains.get((Bid.kind, bid.id), ()):
            found.setdefault(entry.act, entry)
        return found

    def name(self, bid: Bid) -> str:
        """Return the name of a bid's firm."""
        return self.firms[bid.firm_id].name

    def in_state(self, *states: BidState) -> list[Bid]:
        """Return the bids in these states."""
        return [bid for bid in self.bids if bid.state in states]

    def opened_kinds(self, bid: Bid) -> set[EnvelopeKind]:
        """Return which envelopes of a bid were opened."""
        return {e.kind for e in self.opened if e.bid_id == bid.id}

    def is_in_session(self, session: Session) -> bool:
        """Tell whether all three members were registered as present in a session."""
        return len(self.seated.present[session]) >= 3  # noqa: PLR2004 -- three members (Art. 5)

    @cached_property
    def seated(self) -> TenderFacts:
        """Return who sits, what was inserted and who was present."""
        return FACTS.of(self.ctx, self.tender)

    @cached_property
    def chains(self) -> Mapping[tuple[str, int], Sequence[LedgerEntry]]:
        """Return the entries of each case, by its kind and id."""
        found: dict[tuple[str, int], list[LedgerEntry]] = {}
        for entry in self.entries:
            found.setdefault((entry.case_kind, entry.case_id), []).append(entry)
        return found

    @property
    def own_chain(self) -> Sequence[LedgerEntry]:
        """Return the entries of the tender itself."""
        return self.chains.get((Tender.kind, self.tender.id), ())

    @cached_property
    def firms(self) -> Mapping[int, Firm]:
        """Return the firms that bid, by id."""
        return {firm.id: firm for firm in self._firms}

    @cached_property
    def bidders(self) -> Sequence[Firm]:
        """Return the firms whose bids count."""
        return [self.firms[firm_id] for firm_id in sorted({bid.firm_id for bid in self.live})]

    @cached_property
    def guarantees(self) -> Mapping[int, Guarantee]:
        """Return the guarantees, by the bid's id."""
        return _by_bid(self._guarantees)

    @cached_property
    def prices(self) -> Mapping[int, Price]:
        """Return the opened prices, by the bid's id."""
        return _by_bid(self._prices)

    @cached_property
    def results(self) -> Mapping[int, TechnicalResult]:
        """Return the locked scores, by the bid's id."""
        return _by_bid(self._results)

    @cached_property
    def alerts(self) -> Sequence[Alert]:
        """Return who judges or works on it and is tied to a bidder."""
        return ALERTS.of(self.ctx, self.tender)

    @cached_property
    def last_score_at(self) -> dt.datetime | None:
        """Return when a score was last changed, in a sheet or in a talk."""
        times = (self.ctx.session.scalar(query, {"tender": self.tender.id}) for query in (LAST_SCORE, LAST_REVISION))
        return max((at for at in times if at is not None), default=None)

    @cached_property
    def award(self) -> Award | None:
        """Return the decision that stands."""
        return next(iter(self._awards), None)

    @cached_property
    def contract(self) -> Contract | None:
        """Return the contract that stands."""
        return self.ctx.session.scalars(CONTRACT, {"tender": self.tender.id}).first()

    @cached_property
    def complaints(self) -> Sequence[Complaint]:
        """Return the complaints."""
        return self.ctx.session.scalars(COMPLAINTS, {"tender": self.tender.id}).all()

    @cached_property
    def explained(self) -> frozenset[int]:
        """Return the bids whose price was asked to be explained."""
        return frozenset(self.ctx.session.scalars(EXPLAINED, {"tender": self.tender.id}))

    @cached_property
    def papers(self) -> frozenset[DocumentKind]:
        """Return the kinds of the issued papers."""
        return frozenset(self.ctx.session.scalars(PAPERS, {"tender": self.tender.id}))


def _by_bid(rows: Sequence[Any]) -> dict[int, Any]:
    return {row.bid_id: row for row in rows}
