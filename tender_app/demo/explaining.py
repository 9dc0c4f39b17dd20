"""The demonstration's explained price: asked by the head, answered by the firm, accepted by all three."""

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.demo.stage import Bidder, Company, Stage
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.explanation_rules import Answered, Asked, ExplanationAct, Finding, Opinion
from tender_app.tenders.models import Tender
from tender_app.workflow.engine import advance, begin


def explain(stage: Stage, company: Company, tender: Tender, bidder: Bidder) -> None:
    """Let a firm explain its price within the session's day, and the commission accept it."""
    bid = stage.session.scalars(sa.select(Bid).filter_by(tender_id=tender.id, firm_id=bidder.firm.id)).one()
    question = "قیمت مرحله مطالعه و شمار نفر‌ماه آن را با دستمزدها توضیح دهید (ساختگی)."
    asked = begin(stage.by(company.head), PriceExplanation, ExplanationAct.ASK, Asked(tender, bid, question))
    stage.later(hours=2)
    answer = "مطالعه را همان گروهی انجام می‌دهد که سال پیش دو خوشه همسایه را مطالعه کرد؛ دفتر و خودرو از آن شرکت است (ساختگی)."
    advance(stage.by(bidder.person), asked, ExplanationAct.ANSWER, Answered(answer))
    stage.later(minutes=40)
    for member in (company.head, company.finance, company.technical):
        advance(stage.by(member), asked, ExplanationAct.VOTE, Opinion(rejects=False, reason="توضیح پذیرفتنی است."))
        stage.later(minutes=2)
    finding = Finding("کاهش قیمت از دفتر و گروه آماده شرکت است و کیفیت کار را کم نمی‌کند.")
    advance(stage.by(company.head), asked, ExplanationAct.ACCEPT, finding)
    stage.later(minutes=5)
