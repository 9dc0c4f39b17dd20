"""The words and values of a tender's life."""

from tender_app.kernel.vocabulary import Named


class TenderState(Named):
    """Where a tender stands; what time alone brings about (closed for bids) is derived from its instants."""

    PREPARING = "preparing", "در دست تهیه"
    AWAITING_APPROVAL = "awaiting_approval", "در انتظار تصویب"
    PUBLISHED = "published", "منتشرشده"
    OPENED_A = "opened_a", "گشایش پاکت‌های الف"
    TECHNICAL = "technical", "ارزیابی فنی"
    TECHNICAL_LOCKED = "technical_locked", "امتیاز فنی قطعی"
    PRICES_OPENED = "prices_opened", "قیمت‌ها گشوده شد"
    DECIDED = "decided", "رأی کمیسیون"
    AWARDED = "awarded", "اعلام برنده"
    CONTRACTED = "contracted", "قرارداد بسته شد"
    RENEWED = "renewed", "تجدید شد"
    CANCELLED = "cancelled", "لغو شد"


class TenderAct(Named):
    """What is done to a tender."""

    PREPARE = "prepare", "آغاز تهیه مناقصه"
    EDIT = "edit", "ویرایش اسناد"
    ATTACH = "attach", "بارگذاری سند"
    SEAT = "seat", "تعیین اعضای کمیسیون و ارزیابان"
    RECORD_INSERTION = "record_insertion", "ثبت نوبت آگهی"
    SEND_FOR_APPROVAL = "send_for_approval", "فرستادن برای تصویب"
    RETURN_DRAFT = "return_draft", "برگرداندن برای اصلاح"
    PUBLISH = "publish", "تصویب و انتشار"
    RECEIVE_ORIGINAL = "receive_original", "ثبت دریافت اصل تضمین"
    INVITE = "invite", "دعوت به جلسه"
    REGISTER_ATTENDANCE = "register_attendance", "ثبت حاضران جلسه"
    OPEN_A = "open_a", "گشایش پاکت‌های الف"
    OPEN_B = "open_b", "گشایش پاکت‌های ب"
    ISSUE_OPENING_MINUTES = "issue_opening_minutes", "صدور صورتجلسه گشایش"
    LOCK_SCORES = "lock_scores", "قطعی کردن امتیاز فنی"
    OPEN_PRICES = "open_prices", "گشایش پاکت‌های ج"
    VOTE = "vote", "رأی عضو کمیسیون"
    NAME_WINNERS = "name_winners", "تعیین برنده"
    ISSUE_PRICE_MINUTES = "issue_price_minutes", "صدور صورتجلسه قیمت"
    RETURN_DECISION = "return_decision", "برگرداندن رأی با دلیل"
    CONFIRM_AWARD = "confirm_award", "تأیید و اعلام برنده"
    RECORD_CONTRACT = "record_contract", "ثبت قرارداد"
    RENEW = "renew", "تجدید مناقصه"
    CANCEL = "cancel", "لغو مناقصه"


class QuestionState(Named):
    """Where a question stands."""

    ASKED = "asked", "در انتظار پاسخ"
    ANSWERED = "answered", "پاسخ داده شد"


class QuestionAct(Named):
    """What is done with a question."""

    ASK = "ask", "پرسیدن"
    ANSWER = "answer", "پاسخ به همه"


class Method(Named):
    """How bids are ranked."""

    WEIGHTED_PRICE = "weighted_price", "قیمت تراز شده"
    QCBS = "qcbs", "کیفیت و قیمت"


class RunnerUpBasis(Named):
    """On which prices the runner-up's gap is measured (domain.md §1.14)."""

    NOMINAL = "nominal", "قیمت پیشنهادی"
    WEIGHTED = "weighted", "قیمت تراز شده"


class Session(Named):
    """A meeting of the commission."""

    ENVELOPES = "envelopes", "جلسه گشایش پاکت‌های الف و ب"
    PRICES = "prices", "جلسه گشایش پاکت‌های قیمت"


class Matter(Named):
    """What the commission votes on."""

    AWARD = "award", "تعیین برنده"
    RENEWAL = "renewal", "تجدید مناقصه"
    CANCELLATION = "cancellation", "لغو مناقصه"


class RenewalReason(Named):
    """The closed list of reasons for renewal (Tender Act, Art. 24-a)."""

    TOO_FEW_BIDDERS = "too_few_bidders", "تعداد پیشنهاددهندگان کمتر از حد نصاب اسناد است"
    BOTH_WINNERS_REFUSED = "both_winners_refused", "برندگان اول و دوم از بستن قرارداد خودداری کردند"
    VALIDITY_ENDED = "validity_ended", "مدت اعتبار پیشنهادها پایان یافت"
    BOARD_RULING = "board_ruling", "رأی هیأت رسیدگی به شکایات"
    PRICES_TOO_HIGH = "prices_too_high", "قیمت‌ها چنان بالاست که اجرای کار توجیه ندارد"


class CancellationReason(Named):
    """The closed list of reasons for cancellation (Tender Act, Art. 24-b)."""

    NEED_VANISHED = "need_vanished", "نیاز به خدمت از میان رفت"
    NATURE_CHANGED = "nature_changed", "تغییرات چنان بزرگ است که ماهیت کار دگرگون می‌شود"
    FORCE_MAJEURE = "force_majeure", "پیشامد ناگهانی و قوه قهریه"
    BOARD_RULING = "board_ruling", "رأی هیأت رسیدگی به شکایات"
    COLLUSION = "collusion", "تشخیص تبانی پیشنهاددهندگان"


class Outlet(Named):
    """What kind of insertion a publication is."""

    NATIONAL_PAPER = "national_paper", "روزنامه سراسری"
    PROVINCIAL_PAPER = "provincial_paper", "روزنامه استانی"
    WEBSITE = "website", "تارنما"
