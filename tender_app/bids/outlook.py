"""What a firm is told of the road ahead: at each standing of its bid, what comes next and when."""

from tender_app.bids.rules import BidState
from tender_app.kernel import calendar
from tender_app.kernel.words import N_
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

OUT = N_("پاکت‌های بعدی گشوده نمی‌شود.")
NEXT = {
    BidState.GUARANTEE_ACCEPTED: N_("تضمین شما پذیرفته شد؛ کمیسیون پاکت‌های ب را پس از رأی درباره همه تضمین‌ها می‌گشاید."),
    BidState.GUARANTEE_REJECTED: OUT,
    BidState.UNDER_EVALUATION: N_("{b} گشوده شد و نزد ارزیابان است؛ {c} مهر و موم می‌ماند. جلسه گشایش قیمت: {prices}."),
    BidState.ENVELOPE_B_REJECTED: OUT,
    BidState.QUALIFIED: N_("{c} در جلسه گشایش قیمت گشوده می‌شود: {prices}."),
    BidState.BELOW_MINIMUM: "",
    BidState.PRICED: N_("{board} برنده را تعیین می‌کند و نتیجه پس از تأیید اعلام می‌شود."),
    BidState.PRICE_REJECTED: N_("این پیشنهاد در رتبه‌بندی نیست."),
    BidState.WON: N_("برای بستن قرارداد و سپردن تضمین انجام تعهدات تا {contract} به سازمان مراجعه کنید."),
    BidState.RUNNER_UP: N_("اگر برنده اول قرارداد را نبندد، سازمان با شما قرارداد می‌بندد (ماده ۲۱)."),
    BidState.LOST: "",
    BidState.REFUSED: N_("تضمین شرکت در فرآیند به موجب ماده ۲۱ ضبط می‌شود."),
    BidState.LEFT: N_("پیشنهاد با پایان اعتبار نخست پایان یافت؛ تضمین ضبط نمی‌شود."),
    BidState.RETURNED: N_("هیچ پاکتی از این پیشنهاد گشوده نشد."),
}
OPENING = N_("پاکت‌ها در جلسه {board} گشوده می‌شود: {opens}.")
JUDGING = N_("پاکت الف گشوده شد؛ کمیسیون درباره تضمین شما رأی می‌دهد.")
CONTRACTED = N_("قرارداد این مناقصه بسته شده است.")
ENDED = N_("پاکت‌هایی که گشوده نشده بود مهر و موم‌شده می‌ماند.")
RETURNED = N_("برای پس گرفتن اصل تضمین به سازمان مراجعه کنید.")
OVER = {
    BidState.RETURNED,
    BidState.GUARANTEE_REJECTED,
    BidState.ENVELOPE_B_REJECTED,
    BidState.BELOW_MINIMUM,
    BidState.PRICE_REJECTED,
    BidState.LOST,
    BidState.LEFT,
}


def next_step(tender: Tender, state: BidState) -> str:
    """Return what comes next for a bid that stands so, in Persian sentences."""
    told, gives_back = _told(tender, state), state in OVER
    if tender.state in {TenderState.RENEWED, TenderState.CANCELLED}:
        told, gives_back = ENDED, True
    elif tender.state is TenderState.CONTRACTED and state in {BidState.WON, BidState.RUNNER_UP}:
        told, gives_back = CONTRACTED, state is BidState.RUNNER_UP
    return " ".join(str(part) for part in (told, RETURNED if gives_back and tender.has_envelope_a else "") if part)


def _told(tender: Tender, state: BidState) -> str:
    waiting = JUDGING if tender.state is TenderState.OPENED_A else OPENING
    return NEXT.get(state, waiting).format(
        b=tender.basis.envelope("b"),
        c=tender.basis.envelope("c"),
        board=tender.basis.board,
        opens=calendar.moment(tender.opens_at) if tender.opens_at else "—",
        prices=calendar.moment(tender.prices_open_at) if tender.prices_open_at else "—",
        contract=calendar.long_date(tender.contract_by) if tender.contract_by else "—",
    )
