"""Everything that the rules of the catalogue look at in one tender, read in a fixed number of queries."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.guarantee_models import Security
from tender_app.awards.models import Award
from tender_app.awards.refusal_models import ValidityExtension, WinnerRefusal
from tender_app.bids.models import Bid, BidEnvelope, Guarantee, OpenedEnvelope, OriginalReceived, Price
from tender_app.bids.rules import LIVE, BidState, EnvelopeKind
from tender_app.contracts.models import Contract
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.models import Ranking, RankingRow, Score, ScoreSheet, TechnicalResult
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


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One tender with its file; `entries` are its ledger's, the oldest first; rows of bids are by the bid's id."""

    ctx: Context
    tender: Tender
    seated: TenderFacts
    entries: Sequence[LedgerEntry]
    questions: Sequence[Question]
    votes: Sequence[Vote]
    bids: Sequence[Bid]
    firms: Mapping[int, Firm]
    envelopes: Sequence[BidEnvelope]
    opened: Sequence[OpenedEnvelope]
    guarantees: Mapping[int, Guarantee]
    originals: Sequence[OriginalReceived]
    prices: Mapping[int, Price]
    results: Mapping[int, TechnicalResult]
    sheets: Sequence[ScoreSheet]
    last_score_at: dt.datetime | None
    ranking: Sequence[RankingRow]
    award: Award | None
    contract: Contract | None
    addenda: Sequence[Addendum]
    complaints: Sequence[Complaint]
    securities: Sequence[Security]
    refusals: Sequence[WinnerRefusal]
    lengthened: Sequence[ValidityExtension]
    postponed: Sequence[Postponement]
    papers: frozenset[DocumentKind]

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


def facts_of(ctx: Context, tender: Tender) -> CaseFacts:
    """Read one tender's file, in a fixed number of queries whatever it holds."""
    bids = _rows(ctx, Bid, Bid.tender_id == tender.id)
    ids = [bid.id for bid in bids]
    firms = _rows(ctx, Firm, Firm.id.in_({bid.firm_id for bid in bids}))
    ranking = sa.select(Ranking.id).where(Ranking.tender_id == tender.id).scalar_subquery()
    awards = _rows(ctx, Award, sa.and_(Award.tender_id == tender.id, Award.returned_at.is_(None)))
    contracts = _rows(ctx, Contract, Contract.tender_id == tender.id)
    last_score = sa.select(sa.func.max(Score.saved_at)).where(Score.bid_id.in_(ids))
    return CaseFacts(
        ctx,
        tender,
        FACTS.of(ctx, tender),
        _rows(ctx, LedgerEntry, LedgerEntry.tender_id == tender.id),
        _rows(ctx, Question, Question.tender_id == tender.id),
        _rows(ctx, Vote, Vote.tender_id == tender.id),
        bids,
        {firm.id: firm for firm in firms},
        _rows(ctx, BidEnvelope, sa.and_(BidEnvelope.bid_id.in_(ids), BidEnvelope.superseded_at.is_(None))),
        _rows(ctx, OpenedEnvelope, OpenedEnvelope.bid_id.in_(ids)),
        _by_bid(_rows(ctx, Guarantee, Guarantee.bid_id.in_(ids))),
        _rows(ctx, OriginalReceived, OriginalReceived.tender_id == tender.id),
        _by_bid(_rows(ctx, Price, Price.bid_id.in_(ids))),
        _by_bid(_rows(ctx, TechnicalResult, TechnicalResult.tender_id == tender.id)),
        _rows(ctx, ScoreSheet, ScoreSheet.tender_id == tender.id),
        ctx.session.scalar(last_score),
        _rows(ctx, RankingRow, RankingRow.ranking_id == ranking),
        awards[0] if awards else None,
        contracts[0] if contracts else None,
        _rows(ctx, Addendum, sa.and_(Addendum.tender_id == tender.id, Addendum.issued_at.is_not(None))),
        _rows(ctx, Complaint, Complaint.tender_id == tender.id),
        _rows(ctx, Security, Security.tender_id == tender.id),
        _rows(ctx, WinnerRefusal, WinnerRefusal.tender_id == tender.id),
        _rows(ctx, ValidityExtension, ValidityExtension.tender_id == tender.id),
        _rows(ctx, Postponement, Postponement.tender_id == tender.id),
        frozenset(ctx.session.scalars(sa.select(IssuedDocument.kind).where(IssuedDocument.tender_id == tender.id))),
    )


def _rows(ctx: Context, table: type[R], where: sa.ColumnElement[bool]) -> Sequence[R]:
    order: Any = sa.inspect(table).primary_key[0]
    return ctx.session.scalars(sa.select(table).where(where).order_by(order)).all()


def _by_bid(rows: Sequence[Any]) -> dict[int, Any]:
    return {row.bid_id: row for row in rows}
