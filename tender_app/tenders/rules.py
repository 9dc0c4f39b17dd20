"""The words and values of a tender's life."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tender_app.kernel.vocabulary import Named, Role
from tender_app.tenders.procurement import LegalBasis


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
    RENEW_FROM = "renew_from", "آغاز مناقصه تازه از مناقصه تجدیدشده"
    EDIT = "edit", "ویرایش اسناد"
    ATTACH = "attach", "بارگذاری سند"
    DETACH = "detach", "برداشتن سند"
    SEAT = "seat", "تعیین اعضای کمیسیون و ارزیابان"
    RECORD_INSERTION = "record_insertion", "ثبت نوبت آگهی"
    REMOVE_INSERTION = "remove_insertion", "برداشتن نوبت آگهی"
    RECORD_BASIS = "record_basis", "ثبت مستند با اسکن"
    WITHDRAW_BASIS = "withdraw_basis", "برداشتن مستند"
    TRY_WEIGHTS = "try_weights", "آزمون وزن‌ها"
    ANSWER_FINDING = "answer_finding", "پاسخ به پرسش درباره آگهی"
    MAKE_KEYS = "make_keys", "ساختن کلیدهای مناقصه"
    REHEARSE = "rehearse", "تمرین گشایش"
    RENEW_SHARES = "renew_shares", "ساختن دوباره سهم‌های کلید"
    REPLACE_MEMBER = "replace_member", "گماردن جانشین عضو کمیسیون"
    BEGIN_KEYS = "begin_keys", "آغاز نشست کلید"
    GIVE_SHARE = "give_share", "دادن سهم کلید"
    NOTE_REFUSED_KEY = "note_refused_key", "ثبت کلید نپذیرفته"
    JUSTIFY = "justify", "ثبت دلیل فراخوان محدود یا تک‌گزینه‌ای"
    INVITE_FIRM = "invite_firm", "افزودن شرکت به دعوت‌شدگان"
    UNINVITE_FIRM = "uninvite_firm", "برداشتن شرکت از دعوت‌شدگان"
    SEND_FOR_APPROVAL = "send_for_approval", "فرستادن برای تصویب"
    RETURN_DRAFT = "return_draft", "برگرداندن برای اصلاح"
    PUBLISH = "publish", "تصویب و انتشار"
    EXTEND = "extend", "تمدید مهلت برای همه"
    DECLINE_EXTENSION = "decline_extension", "نپذیرفتن تمدید"
    AMEND = "amend", "دگرگونی اسناد با الحاقیه"
    RELEASE_ANSWERS = "release_answers", "انتشار پاسخ‌ها برای همه"
    KEEP_PREBID = "keep_prebid", "ثبت جلسه توضیح اسناد"
    ISSUE_PREBID_MINUTES = "issue_prebid_minutes", "صدور صورتجلسه توضیح اسناد"
    RESEND = "resend", "فرستادن دوباره نامه"
    RECEIVE_ORIGINAL = "receive_original", "ثبت دریافت اصل تضمین"
    INVITE = "invite", "دعوت به جلسه"
    REGISTER_ATTENDANCE = "register_attendance", "ثبت حاضران جلسه"
    OPEN_A = "open_a", "گشایش پاکت‌های الف"
    OPEN_B = "open_b", "گشایش پاکت‌های ب"
    ISSUE_OPENING_MINUTES = "issue_opening_minutes", "صدور صورتجلسه گشایش"
    REPLACE_EVALUATOR = "replace_evaluator", "گماردن ارزیاب تازه"
    DECIDE_CONFLICT = "decide_conflict", "تصمیم درباره هشدار تعارض منافع"
    PLAN_INTERVIEWS = "plan_interviews", "برنامه‌ریزی مصاحبه با پیشنهاددهندگان"
    LOCK_SCORES = "lock_scores", "قطعی کردن امتیاز فنی"
    OPEN_PRICES = "open_prices", "گشایش پاکت‌های ج"
    NEGOTIATE = "negotiate", "ثبت مذاکره قیمت"
    VOTE = "vote", "رأی عضو کمیسیون"
    ANNOUNCE_LOT = "announce_lot", "اعلام ساعت قرعه"
    DRAW_LOT = "draw_lot", "کشیدن قرعه"
    NAME_WINNERS = "name_winners", "تعیین برنده"
    ISSUE_PRICE_MINUTES = "issue_price_minutes", "صدور صورتجلسه قیمت"
    RETURN_DECISION = "return_decision", "برگرداندن رأی با دلیل"
    CONFIRM_AWARD = "confirm_award", "تأیید و اعلام برنده"
    RECORD_CONTRACT = "record_contract", "ثبت قرارداد"
    DESTROY_UNOPENED = "destroy_unopened", "نابود کردن کلید پاکت‌های قیمت ناگشوده"
    RENEW = "renew", "تجدید مناقصه"
    CANCEL = "cancel", "لغو مناقصه"
    EXTEND_VALIDITY = "extend_validity", "تمدید اعتبار پیشنهادها"
    RECORD_REFUSAL = "record_refusal", "ثبت خودداری برنده"
    DISMISS_REFUSAL = "dismiss_refusal", "نپذیرفتن خودداری برنده"
    CONFIRM_REFUSAL = "confirm_refusal", "تأیید خودداری برنده"
    ASK_NEXT = "ask_next", "رسیدن نوبت پیشنهاد بعدی"
    RENEW_BY_RULING = "renew_by_ruling", "تجدید مناقصه به رأی هیأت رسیدگی"
    CANCEL_BY_RULING = "cancel_by_ruling", "لغو مناقصه به رأی هیأت رسیدگی"
    SEAT_OBSERVER = "seat_observer", "معرفی ناظر جلسه‌ها"
    END_OBSERVER = "end_observer", "پایان کار ناظر"
    RECORD_REPRESENTATION = "record_representation", "ثبت نماینده رئیس دستگاه"
    RECORD_COMMITTEE = "record_committee", "ثبت حکم کمیته فنی"
    POSTPONE_PRICES = "postpone_prices", "تعویق جلسه گشایش قیمت"
    CHOOSE_PRICE_CHECK = "choose_price_check", "برگزیدن سنجش دامنه قیمت‌ها"
    ASK_PRICE_OPINION = "ask_price_opinion", "خواستن نظر کمیته فنی درباره قیمت‌ها"
    RECORD_PRICE_OPINION = "record_price_opinion", "ثبت نظر کمیته فنی درباره قیمت‌ها"


class QuestionState(Named):
    """Where a question stands."""

    ASKED = "asked", "در انتظار پاسخ"
    ANSWERED = "answered", "پاسخ داده شد"
    MERGED = "merged", "با پرسش دیگری یکی شد"


class QuestionAct(Named):
    """What is done with a question."""

    ASK = "ask", "پرسیدن"
    DRAFT_ANSWER = "draft_answer", "نوشتن پاسخ"
    MERGE = "merge", "یکی کردن با پرسش دیگر"
    SPLIT = "split", "جدا کردن از پرسش دیگر"
    ANSWER = "answer", "پاسخ به همه"


class Method(Named):
    """How bids are ranked."""

    WEIGHTED_PRICE = "weighted_price", "قیمت تراز شده"
    QCBS = "qcbs", "کیفیت و قیمت"
    LEAST_COST = "least_cost", "کمترین قیمت"
    QUALITY_ONLY = "quality_only", "کیفیت، با مذاکره قیمت"
    FIXED_BUDGET = "fixed_budget", "بودجه ثابت"
    SINGLE_SOURCE = "single_source", "تک‌گزینه‌ای"


class RunnerUpBasis(Named):
    """On which prices the runner-up's gap is measured (domain.md §1.14)."""

    NOMINAL = "nominal", "قیمت پیشنهادی"
    WEIGHTED = "weighted", "قیمت تراز شده"


class Aggregation(Named):
    """How the evaluators' points become one, as the documents fix it."""

    MEAN = "mean", "میانگین همه ارزیابان"
    TRIMMED_MEAN = "trimmed_mean", "میانگین بی‌بالاترین و بی‌پایین‌ترین"
    CONSENSUS = "consensus", "اجماع پس از گفت‌وگو درباره امتیازهای دور از هم"


class TieRule(Named):
    """What decides between bids of the same final figure, as the documents fix it; a lot is drawn among what is still equal."""

    TECHNICAL = "technical", "امتیاز فنی بیشتر، سپس قیمت کمتر، سپس قرعه"
    PRICE = "price", "قیمت کمتر، سپس امتیاز فنی بیشتر، سپس قرعه"
    LOT = "lot", "قرعه"


class Unconfirmed(Named):
    """What becomes of a bid that was neither confirmed nor replaced after an addendum, as the documents say."""

    STAND = "stand", "معتبر می‌ماند و با الحاقیه سنجیده می‌شود"
    RETURN = "return", "ناگشوده به شرکت بازگردانده می‌شود"


class Session(Named):
    """A meeting of the commission."""

    ENVELOPES = "envelopes", "جلسه گشایش پاکت‌های الف و ب"
    PRICES = "prices", "جلسه گشایش پاکت‌های قیمت"


def session_in(state: TenderState) -> Session:
    """Return the session at which a tender stands in this state."""
    return Session.ENVELOPES if state in {TenderState.PUBLISHED, TenderState.OPENED_A} else Session.PRICES


class Decision(Named):
    """What became of a drafted extension."""

    EXTENDED = "extended", "تمدید شد"
    DECLINED = "declined", "تمدید نشد"


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


def ending_label(reason: str) -> str:
    """Return the law's name of a reason for which a tender was renewed or cancelled."""
    known: dict[str, str] = {word.value: word.label for word in (*RenewalReason, *CancellationReason)}
    return known.get(reason, "")


class Outlet(Named):
    """What kind of insertion a publication is."""

    NATIONAL_PAPER = "national_paper", "روزنامه سراسری"
    PROVINCIAL_PAPER = "provincial_paper", "روزنامه استانی"
    WEBSITE = "website", "تارنما"


WHOLE = Decimal(100)
SEATS = (Role.HEAD, Role.FINANCE, Role.TECHNICAL, Role.SECRETARY)


@dataclass(frozen=True, slots=True)
class Draft:
    """A tender to prepare, for a licensed cluster (its row)."""

    cluster: Any
    title: str = ""
    basis: LegalBasis = LegalBasis.TENDER_ACT

    @property
    def procedure(self) -> str:
        """Return the key of the procedure under which the tender begins."""
        return self.basis.value

    def record(self) -> dict[str, Any]:
        """Keep the cluster and the legal basis in the ledger."""
        return {"cluster": self.cluster.slug, "legal_basis": self.basis.value}


@dataclass(frozen=True, slots=True)
class Node:
    """A criterion to be: a group has children whose weights sum to 100; a leaf is scored from 0 to `top`.

    Of a leaf the documents may say what evidence earns the points, how many points a bid must have there at least, and in
    `anchors` what each level means: (points as text, sentence), the lowest first.
    """

    title: str
    weight: Decimal
    children: tuple["Node", ...] = ()
    top: Decimal = WHOLE
    guidance: str = ""
    evidence: str = ""
    least: Decimal | None = None
    anchors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes to a draft, made while looking at `edition` of the same facts; `criteria` replaces the tree when given."""

    values: Mapping[str, Any]
    edition: str = ""
    criteria: tuple[Node, ...] | None = None

    def record(self) -> dict[str, Any]:
        """Keep which facts changed."""
        return {"fields": sorted(self.values), "criteria": self.criteria is not None}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that was received and stored."""

    title: str
    file_name: str
    media_type: str
    file_key: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A document to take out of the draft."""

    document_id: int


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits where: person ids by seat, None while it is empty; `edition` says which seats the person saw."""

    head: int | None
    finance: int | None
    technical: int | None
    secretary: int | None
    evaluators: tuple[int, ...]
    edition: str = ""
    needed_shares: int = 2

    def taken(self) -> list[tuple[Role, int]]:
        """Return every seat that is taken."""
        four = zip(SEATS, (self.head, self.finance, self.technical, self.secretary), strict=True)
        evaluators = [(Role.EVALUATOR, person) for person in dict.fromkeys(self.evaluators)]
        return [(role, person) for role, person in four if person is not None] + evaluators

    def record(self) -> dict[str, Any]:
        """Keep who sits where."""
        return {"seats": [[role.value, person] for role, person in self.taken()]}


@dataclass(frozen=True, slots=True)
class InsertionFacts:
    """A round of the notice."""

    outlet: "Outlet"
    name: str
    issue_no: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class RoundRemoval:
    """A round of the notice to take out of the draft."""

    insertion_id: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A firm's question (the rows of the firm and the tender)."""

    firm: Any
    tender: Any
    text: str

    def record(self) -> dict[str, Any]:
        """Keep no text and no asker: the ledger has the case alone."""
        return {"tender": self.tender.number}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer for all, and the question in other words where its own would tell who asked (empty: as it was put).

    `is_alone` when it is released by itself, not with others in one act.
    """

    text: str
    public_text: str = ""
    is_alone: bool = True

    def record(self) -> dict[str, Any]:
        """Keep the digest of the answer."""
        return {"digest": hashlib.sha256(self.text.encode()).hexdigest()}


@dataclass(frozen=True, slots=True)
class Merging:
    """Into which question of the same tender (its id) another goes that asks the same."""

    into: int

    def record(self) -> dict[str, Any]:
        """Keep which."""
        return {"into": self.into}


@dataclass(frozen=True, slots=True)
class Release:
    """The questions (their ids) whose drafted answers are released at one moment."""

    questions: tuple[int, ...]

    def record(self) -> dict[str, Any]:
        """Keep how many."""
        return {"answers": len(self.questions)}


@dataclass(frozen=True, slots=True)
class Present:
    """Who is present: members by person id, others by name and title."""

    members: tuple[int, ...]
    guests: tuple[tuple[str, str], ...] = ()

    def record(self) -> dict[str, Any]:
        """Keep the members and the number of guests."""
        return {"members": list(self.members), "guests": len(self.guests)}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a sentence."""

    text: str


def edition(values: Mapping[str, Any]) -> str:
    """Return a short digest of these facts: equal as long as nobody changed any of them."""
    facts = sorted((name, plain(value)) for name, value in values.items())
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def plain(value: Any) -> str:
    """Return a value as one text, whatever the database made of its zeros and zones."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, tuple | list):
        return repr([plain(part) for part in value])
    return str(value)
