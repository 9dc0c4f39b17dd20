"""Everything that the rules of the catalogue look at in one tender: each table is read once, when a rule first asks for it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.guarantee_models import Security
from tender_app.awards.models import Award
from tender_app.awards.refusal_models import ValidityExtension, WinnerRefusal
from tender_app.bids.models import Bid, BidEnvelope, Guarantee, OpenedEnvelope, OriginalReceived, Price
from tender_app.bids.rules import LIVE, BidState, EnvelopeKind
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractState
from tender_app.documents.models import DocumentKind, IssuedDocument
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


class CaseFacts:
    """One tender with its file; at most one question for each table, however many rows it holds."""

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

    def did(self, act: TenderAct, kind: str = "tender") -> list[LedgerEntry]:
        """Return the entries of an act, the oldest first."""
        return [e for e in self.entries if e.case_kind == kind and e.act == act.value]

    def acts_on(self, bid: Bid) -> dict[str, LedgerEntry]:
        """Return the first entry of each act on a bid."""
        found: dict[str, LedgerEntry] = {}
        for entry in self.entries:
            if entry.case_kind == Bid.kind and entry.case_id == bid.id:
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
    def entries(self) -> Sequence[LedgerEntry]:
        """Return the entries of the ledger, the oldest first."""
        return _rows(self.ctx, LedgerEntry, LedgerEntry.tender_id == self.tender.id)

    @cached_property
    def questions(self) -> Sequence[Question]:
        """Return the questions."""
        return _rows(self.ctx, Question, Question.tender_id == self.tender.id)

    @cached_property
    def votes(self) -> Sequence[Vote]:
        """Return the votes."""
        return _rows(self.ctx, Vote, Vote.tender_id == self.tender.id)

    @cached_property
    def bids(self) -> Sequence[Bid]:
        """Return every bid, the oldest first."""
        return _rows(self.ctx, Bid, Bid.tender_id == self.tender.id)

    @cached_property
    def firms(self) -> Mapping[int, Firm]:
        """Return the firms that bid, by id."""
        return {firm.id: firm for firm in _rows(self.ctx, Firm, Firm.id.in_({bid.firm_id for bid in self.bids}))}

    @cached_property
    def bidders(self) -> Sequence[Firm]:
        """Return the firms whose bids count, with who signs for them."""
        query = sa.select(Firm).where(Firm.id.in_({bid.firm_id for bid in self.live}))
        return self.ctx.session.scalars(query.options(selectinload(Firm.signatories)).order_by(Firm.id)).all()

    @cached_property
    def envelopes(self) -> Sequence[BidEnvelope]:
        """Return the envelopes that stand."""
        return _rows(
            self.ctx, BidEnvelope, sa.and_(BidEnvelope.bid_id.in_(self._ids), BidEnvelope.superseded_at.is_(None))
        )

    @cached_property
    def opened(self) -> Sequence[OpenedEnvelope]:
        """Return what was opened."""
        return _rows(self.ctx, OpenedEnvelope, OpenedEnvelope.bid_id.in_(self._ids))

    @cached_property
    def guarantees(self) -> Mapping[int, Guarantee]:
        """Return the guarantees, by the bid's id."""
        return _by_bid(_rows(self.ctx, Guarantee, Guarantee.bid_id.in_(self._ids)))

    @cached_property
    def originals(self) -> Sequence[OriginalReceived]:
        """Return the originals that were handed over."""
        return _rows(self.ctx, OriginalReceived, OriginalReceived.tender_id == self.tender.id)

    @cached_property
    def prices(self) -> Mapping[int, Price]:
        """Return the opened prices, by the bid's id."""
        return _by_bid(_rows(self.ctx, Price, Price.bid_id.in_(self._ids)))

    @cached_property
    def results(self) -> Mapping[int, TechnicalResult]:
        """Return the locked scores, by the bid's id."""
        return _by_bid(_rows(self.ctx, TechnicalResult, TechnicalResult.tender_id == self.tender.id))

    @cached_property
    def sheets(self) -> Sequence[ScoreSheet]:
        """Return the score sheets."""
        return _rows(self.ctx, ScoreSheet, ScoreSheet.tender_id == self.tender.id)

    @cached_property
    def last_score_at(self) -> dt.datetime | None:
        """Return when a score was last changed, in a sheet or in a talk."""
        times = (
            self.ctx.session.scalar(sa.select(sa.func.max(at)).where(bid.in_(self._ids)))
            for at, bid in ((Score.saved_at, Score.bid_id), (ScoreRevision.revised_at, ScoreRevision.bid_id))
        )
        return max((at for at in times if at is not None), default=None)

    @cached_property
    def ranking(self) -> Sequence[RankingRow]:
        """Return the rows of the ranking."""
        own = sa.select(Ranking.id).where(Ranking.tender_id == self.tender.id).scalar_subquery()
        return _rows(self.ctx, RankingRow, RankingRow.ranking_id == own)

    @cached_property
    def award(self) -> Award | None:
        """Return the decision that stands."""
        stands = sa.and_(Award.tender_id == self.tender.id, Award.returned_at.is_(None))
        return next(iter(_rows(self.ctx, Award, stands)), None)

    @cached_property
    def contract(self) -> Contract | None:
        """Return the contract that stands."""
        stands = sa.and_(Contract.tender_id == self.tender.id, Contract.state != ContractState.LAPSED)
        return next(iter(_rows(self.ctx, Contract, stands)), None)

    @cached_property
    def addenda(self) -> Sequence[Addendum]:
        """Return the issued addenda."""
        return _rows(self.ctx, Addendum, sa.and_(Addendum.tender_id == self.tender.id, Addendum.issued_at.is_not(None)))

    @cached_property
    def complaints(self) -> Sequence[Complaint]:
        """Return the complaints."""
        return _rows(self.ctx, Complaint, Complaint.tender_id == self.tender.id)

    @cached_property
    def securities(self) -> Sequence[Security]:
        """Return the guarantees in the agency's hands."""
        return _rows(self.ctx, Security, Security.tender_id == self.tender.id)

    @cached_property
    def refusals(self) -> Sequence[WinnerRefusal]:
        """Return the recorded refusals."""
        return _rows(self.ctx, WinnerRefusal, WinnerRefusal.tender_id == self.tender.id)

    @cached_property
    def lengthened(self) -> Sequence[ValidityExtension]:
        """Return the extension of validity, if there was one."""
        return _rows(self.ctx, ValidityExtension, ValidityExtension.tender_id == self.tender.id)

    @cached_property
    def postponed(self) -> Sequence[Postponement]:
        """Return the postponements of the price session."""
        return _rows(self.ctx, Postponement, Postponement.tender_id == self.tender.id)

    @cached_property
    def papers(self) -> frozenset[DocumentKind]:
        """Return the kinds of the issued papers."""
        query = sa.select(IssuedDocument.kind).where(IssuedDocument.tender_id == self.tender.id)
        return frozenset(self.ctx.session.scalars(query))

    @property
    def _ids(self) -> list[int]:
        return [bid.id for bid in self.bids]


def _rows(ctx: Context, table: type[R], where: sa.ColumnElement[bool]) -> Sequence[R]:
    order: Any = sa.inspect(table).primary_key[0]
    return ctx.session.scalars(sa.select(table).where(where).order_by(order)).all()


def _by_bid(rows: Sequence[Any]) -> dict[int, Any]:
    return {row.bid_id: row for row in rows}
