"""What is said once nothing more is scored, talked about or asked in an interview."""

from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetAct, SheetState
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.workflow.engine import refusal_of

AHEAD = {
    TenderState.PREPARING,
    TenderState.AWAITING_APPROVAL,
    TenderState.PUBLISHED,
    TenderState.OPENED_A,
    TenderState.TECHNICAL,
}
PRICED = {TenderState.PRICES_OPENED, TenderState.DECIDED, TenderState.AWARDED, TenderState.CONTRACTED}
SHEETS = {
    SheetState.INVITED: N_("برگه شما هنوز باز نیست؛ نخست هر دو اعلام را امضا کنید."),
    SheetState.KNOWS_BIDDERS: N_("برگه شما هنوز باز نیست؛ نخست اعلام دوم را امضا کنید."),
    SheetState.CONFIRMED: N_("برگه شما تأیید شده و بسته است."),
    SheetState.RECUSED: N_("شما برای تعارض منافع کنار رفته‌اید و برگه شما بسته است."),
}


def over(tender: Tender) -> str:
    """Return how the technical evaluation of a tender ended; nothing while it is ahead or runs."""
    if tender.state in AHEAD:
        return ""
    if tender.state in PRICED:
        return _("امتیازها قطعی و قیمت‌ها گشوده شده است")
    return _("امتیازها قطعی شده است") if tender.scores_digest else _("ارزیابی فنی این مناقصه پایان یافته است")


def why_closed(ctx: Context, sheet: ScoreSheet) -> str | None:
    """Return why nothing is scored in a sheet now, as its evaluator reads it; None while it is open."""
    reason = refusal_of(ctx, sheet, SheetAct.SCORE)
    told = SHEETS.get(sheet.state)
    return _(told) if reason and told else reason
