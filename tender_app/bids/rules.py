"""The words and values of a bid's life."""

from tender_app.kernel.vocabulary import Named


class BidState(Named):
    """Where a bid stands."""

    DRAFT = "draft", "پیش‌نویس، تسلیم نشده"
    SUBMITTED = "submitted", "تسلیم‌شده"
    REPLACED = "replaced", "جایگزین‌شده"
    WITHDRAWN = "withdrawn", "پس‌گرفته"
    DISCARDED = "discarded", "کنارگذاشته"
    GUARANTEE_ACCEPTED = "guarantee_accepted", "تضمین پذیرفته"
    GUARANTEE_REJECTED = "guarantee_rejected", "تضمین ردشده"
    UNDER_EVALUATION = "under_evaluation", "در ارزیابی فنی"
    ENVELOPE_B_REJECTED = "envelope_b_rejected", "پاکت ب ردشده"
    QUALIFIED = "qualified", "دارای حداقل امتیاز"
    BELOW_MINIMUM = "below_minimum", "زیر حداقل امتیاز، پاکت ج گشوده نشد"
    PRICED = "priced", "قیمت خوانده شد"
    PRICE_REJECTED = "price_rejected", "پاکت ج ردشده"
    WON = "won", "برنده اول"
    RUNNER_UP = "runner_up", "برنده دوم"
    LOST = "lost", "برنده نشد"


class BidAct(Named):
    """What is done to a bid."""

    START = "start", "آماده کردن پیشنهاد"
    SEAL = "seal", "مهر و موم پاکت"
    SUBMIT = "submit", "تسلیم پیشنهاد"
    REPLACE = "replace", "جایگزین شدن"
    WITHDRAW = "withdraw", "پس گرفتن پیشنهاد"
    DISCARD = "discard", "کنار گذاشتن پیش‌نویس"
    ACCEPT_GUARANTEE = "accept_guarantee", "پذیرش تضمین"
    REJECT_GUARANTEE = "reject_guarantee", "رد تضمین"
    EVALUATE = "evaluate", "سپردن به ارزیابی فنی"
    REJECT_B = "reject_b", "رد پاکت ب"
    QUALIFY = "qualify", "رسیدن به حداقل امتیاز"
    FAIL = "fail", "نرسیدن به حداقل امتیاز"
    PRICE = "price", "خواندن قیمت"
    REJECT_PRICE = "reject_price", "رد پاکت ج"
    WIN = "win", "برنده اول شدن"
    SECOND = "second", "برنده دوم شدن"
    LOSE = "lose", "برنده نشدن"


class EnvelopeKind(Named):
    """The three envelopes of a bid (Tender Act, Art. 16)."""

    A = "a", "پاکت الف (تضمین)"
    B = "b", "پاکت ب (فنی)"
    C = "c", "پاکت ج (قیمت)"


class GuaranteeKind(Named):
    """Accepted instruments (guarantee by-law, Art. 4)."""

    BANK = "bank", "ضمانت‌نامه بانکی"
    CASH = "cash", "رسید واریز نقدی"
    INSURER = "insurer", "ضمانت‌نامه بیمه"
    NOTE = "note", "سفته"
    RECEIVABLE = "receivable", "گواهی خالص مطالبات"
    BONDS = "bonds", "اوراق مشارکت"
    MORTGAGE = "mortgage", "رهن ملک"
    FUND = "fund", "ضمانت‌نامه صندوق‌ها"


LIVE = frozenset(set(BidState) - {BidState.DRAFT, BidState.REPLACED, BidState.WITHDRAWN, BidState.DISCARDED})
