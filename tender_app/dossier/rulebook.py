"""The rule catalogue R01-R45 held against one tender: what is kept, what is broken and how to mend it, what lies ahead.

The acts themselves are guarded by the law (`procedures/`); this page reads what was recorded and asks again, for whoever
answers for the tender before an auditor. It changes nothing and stops nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tender_app.dossier import rules_after as after
from tender_app.dossier import rules_before as before
from tender_app.dossier import rules_contract as contract
from tender_app.dossier.case_facts import CaseFacts
from tender_app.dossier.rules_conflict import Warned
from tender_app.evaluation.alerts import likeness
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import N_, _
from tender_app.tenders.rules import TenderState as State

Check = Callable[[CaseFacts], str | None]


class Severity(Named):
    """What follows from a broken rule."""

    BLOCK = "block", "می‌بندد"
    WARN = "warn", "هشدار"
    INFORM = "inform", "آگاهی"


class Standing(Named):
    """How a rule stands in a case."""

    BROKEN = "broken", "رعایت نشده"
    WARNED = "warned", "هشدار"
    HELD = "held", "رعایت شده"
    AHEAD = "ahead", "هنوز نوبتش نرسیده"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the catalogue: what the law asks, its article, and from which states on a case is held to it."""

    number: str
    text: str
    article: str
    severity: Severity
    since: frozenset[State]
    check: Check


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one rule stands in one case; `told` says what is wrong and what mends it."""

    rule: Rule
    standing: Standing
    told: str = ""


def judge(case: CaseFacts) -> list[Verdict]:
    """Return how every rule of the catalogue stands in a case."""
    return [_verdict(rule, case) for rule in RULES]


def alike(case: CaseFacts) -> list[str]:
    """Return what bidders share, once their names are known (R45)."""
    return likeness(case.ctx, case.tender, case.bidders) if case.state in OPENED else []


def _verdict(rule: Rule, case: CaseFacts) -> Verdict:
    if case.state not in rule.since:
        return Verdict(rule, Standing.AHEAD)
    told = rule.check(case)
    if told is None:
        return Verdict(rule, Standing.HELD)
    is_broken = rule.severity is Severity.BLOCK and not isinstance(told, Warned)
    return Verdict(rule, Standing.BROKEN if is_broken else Standing.WARNED, _(told))


_ORDER = list(State)
ALWAYS = frozenset(State)
SENT = ALWAYS - {State.PREPARING}
PUBLISHED = SENT - {State.AWAITING_APPROVAL}
OPENED = frozenset(_ORDER[_ORDER.index(State.OPENED_A) : _ORDER.index(State.CONTRACTED) + 1])
TECHNICAL = OPENED - {State.OPENED_A}
LOCKED = TECHNICAL - {State.TECHNICAL}
PRICED = LOCKED - {State.TECHNICAL_LOCKED}
DECIDED = PRICED - {State.PRICES_OPENED}
AWARDED = frozenset({State.AWARDED, State.CONTRACTED})
CONTRACTED = frozenset({State.CONTRACTED})
ENDED = frozenset({State.RENEWED, State.CANCELLED})
B, W, I = Severity.BLOCK, Severity.WARN, Severity.INFORM  # noqa: E741 -- as the catalogue names them

RULES = (
    Rule("R01", N_("خوشه رتبه، امکان‌سنجی، مصوبه استان و سازمان و مجوز دارد."), N_("رویه سازمان"), B, ALWAYS, before.cluster_has_its_letters),
    Rule("R02", N_("ردیف بودجه و تأمین اعتبار ثبت شده است."), N_("ماده ۱۰"), B, SENT, before.is_funded),
    Rule("R03", N_("اندازه معامله از نصاب سال معلوم است و کار خرد نشده است."), N_("ماده ۳"), W, SENT, before.is_not_split),
    Rule("R04", N_("روش با اندازه معامله می‌خواند."), N_("مواد ۱۱ و ۲۹"), B, SENT, before.method_fits_size),
    Rule("R05", N_("مناقصه محدود دلیل بالاترین مقام و دست‌کم سه دعوت‌شده دارد."), N_("مواد ۴ و ۲۷"), B, SENT, before.limitation_is_reasoned),
    Rule("R06", N_("کمیسیون سه عضو با سمت‌های قانون و مصوبه هیأت مدیره دارد."), N_("ماده ۵"), B, SENT, before.commission_is_whole),
    Rule("R07", N_("روش ارزیابی در اسناد کامل است: وزن‌ها، حداقل امتیاز، ضریب، اعتبار و تضمین."), N_("مواد ۱۴ و ۲۰ الف"), B, SENT, before.evaluation_is_written),
    Rule("R08", N_("اسناد پس از انتشار جز با الحاقیه دگرگون نشده است."), N_("ماده ۱۷"), B, PUBLISHED, before.terms_are_the_published),
    Rule("R09", N_("آگهی دو نوبت چاپ شده و شماره ستاد ثبت است."), N_("ماده ۱۳"), B, PUBLISHED, before.notice_was_inserted),
    Rule("R10", N_("از پایان دریافت اسناد تا پایان مهلت تسلیم، زمان قانونی هست."), N_("ماده ۱۵ ب"), B, SENT, before.time_for_bids),
    Rule("R11", N_("اعتبار پیشنهادها تا بستن قرارداد می‌رسد."), N_("ماده ۲۱"), W, SENT, before.validity_reaches_contract),
    Rule("R12", N_("پاسخ پرسش‌ها برای همه با هم منتشر شده است."), N_("ماده ۱۷"), B, PUBLISHED, before.questions_are_answered),
    Rule("R13", N_("الحاقیه نزدیک مهلت، مهلت را تمدید کرده است."), N_("ماده ۱۷"), W, PUBLISHED, before.addenda_left_time),
    Rule("R14", N_("هر شرکت یک پیشنهاد زنده دارد."), N_("ماده ۱۶"), B, OPENED, before.one_bid_each),
    Rule("R15", N_("هر پیشنهاد پیش از مهلت رسیده و رسید دارد."), N_("مواد ۱۵ و ۱۶"), B, OPENED, before.bids_came_in_time),
    Rule("R16", N_("هیچ قیمتی پیش از گشایش قیمت‌ها خوانده نشده است."), N_("مواد ۱۶ و ۱۹"), B, OPENED, before.prices_stayed_sealed),
    Rule("R17", N_("پاکت‌های لازم هر پیشنهاد کامل است."), N_("ماده ۱۶"), B, OPENED, before.envelopes_are_whole),
    Rule("R18", N_("گشایش پس از ساعت اعلام‌شده و با حضور هر سه عضو بوده است."), N_("مواد ۵ و ۱۸"), B, OPENED, after.opened_at_its_hour),
    Rule("R19", N_("رأی هر سه عضو ثبت و دست‌کم دو رأی موافق است."), N_("ماده ۵"), B, DECIDED, after.members_voted),
    Rule("R20", N_("ترتیب الف، ب، ارزیابی فنی، ج برای هر پیشنهاد نگه داشته شده است."), N_("ماده ۱۸"), B, OPENED, after.order_was_kept),
    Rule("R21", N_("هر تضمین پذیرفته، نوع و مبلغ و اعتبار و اصل درست دارد."), N_("آیین‌نامه تضمین، مواد ۴ و ۶"), B, TECHNICAL, after.guarantees_suffice),
    Rule("R22", N_("قیمت مشروط، مبهم یا ناقص با دلیل رد شده است."), N_("ماده ۶ ب"), B, PRICED, after.rejections_have_reasons),
    Rule("R23", N_("دست‌کم سه ارزیاب بی‌تعارض، جداگانه امتیاز داده‌اند."), N_("مواد ۲ و ۱۹"), B, LOCKED, after.enough_evaluators),
    Rule("R24", N_("امتیاز فنی پیش از گشایش قیمت قطعی شده و دست نخورده است."), N_("ماده ۱۹ ج"), B, LOCKED, after.scores_stayed_locked),
    Rule("R25", N_("پاکت قیمت زیر حداقل امتیاز ناگشوده مانده است."), N_("ماده ۱۹ د"), B, PRICED, after.unqualified_stay_sealed),
    Rule("R26", N_("گشایش قیمت با دعوت، با یک تعویق و در مدت اعتبار بوده است."), N_("ماده ۱۸ ج و د"), B, PRICED, after.price_session_was_lawful),
    Rule("R27", N_("مبلغ هر پیشنهاد به رقم و حروف یکی و عدد درست ریال است."), N_("رویه سامانه"), B, PRICED, after.prices_are_whole),
    Rule("R28", N_("رتبه‌بندی با عدد دقیق و قاعده تساوی اسناد است."), N_("ماده ۲۰"), B, PRICED, after.ranking_is_exact),
    Rule("R29", N_("قیمت نامتعارف نزد کمیته فنی بازرگانی بررسی شده است."), N_("ماده ۲۰ ب"), W, PRICED, after.prices_are_usual),
    Rule("R30", N_("برنده دوم فقط با فاصله کمتر از تضمین نام برده شده است."), N_("ماده ۲۰"), B, DECIDED, after.runner_up_is_lawful),
    Rule("R31", N_("تضمین همه جز برنده اول و دوم بازگردانده می‌شود."), N_("ماده ۲۰ ج"), B, AWARDED, after.losers_are_released),
    Rule("R32", N_("نتیجه به همه نامه و منتشر شده است."), N_("مواد ۲۲ و ۲۳"), W, AWARDED, after.result_was_sent),
    Rule("R33", N_("هر شکایت در مهلت قانون پاسخ گرفته است."), N_("ماده ۲۵"), W, PUBLISHED, after.complaints_are_answered),
    Rule("R34", N_("شکایت بیرون از صلاحیت هیأت نشان داده می‌شود."), N_("ماده ۸"), I, PUBLISHED, after.complaints_are_admissible),
    Rule("R35", N_("قرارداد در مدت اعتبار و با تضمین انجام تعهدات بسته شده است."), N_("ماده ۲۱"), B, CONTRACTED, contract.contract_was_in_time),
    Rule("R36", N_("خودداری برنده به ضبط تضمین و برنده دوم یا تجدید رسیده است."), N_("ماده ۲۱"), B, AWARDED, after.refusal_was_followed),
    Rule("R37", N_("تجدید یا لغو دلیل قانونی دارد و به همه گفته شده است."), N_("ماده ۲۴"), B, ENDED, after.ending_is_lawful),
    Rule("R38", N_("سهم مرحله‌های قرارداد ۱۰۰ و جمع مبلغ‌ها برابر قرارداد است."), N_("دستورالعمل D-CL01"), B, CONTRACTED, contract.phases_sum_up),
    Rule("R39", N_("کسورات هر پرداخت حساب شده و آخرین پرداخت مفاصاحساب دارد."), N_("ماده ۳۸ تأمین اجتماعی"), B, CONTRACTED, contract.payments_are_deducted),
    Rule("R40", N_("مطالعه تا چهار ماه تحویل و برنامه عمل در شورا تصویب شده است."), N_("دستورالعمل P-CL06"), W, CONTRACTED, contract.study_is_in_time),
    Rule("R41", N_("بازدیدهای ناظر ماهانه و سپس دوماهه ثبت شده است."), N_("شرح وظایف ناظر"), W, CONTRACTED, contract.visits_are_made),
    Rule("R42", N_("تصمیم پایان هر سال پیش از برنامه سال بعد ثبت شده است."), N_("رویه سازمان"), B, CONTRACTED, contract.years_were_decided),
    Rule("R43", N_("پایان قرارداد با ثبت شبکه فراگیر و صورتجلسه واگذاری است."), N_("رویه سازمان"), B, CONTRACTED, contract.exit_was_handed_over),
    Rule("R44", N_("هیچ رکوردی پاک یا دگرگون نشده است."), N_("ماده ۲۳"), B, ALWAYS, after.ledger_holds),
    Rule("R45", N_("شناسه‌ها درست است و هر شناسه ملی یک پیشنهاد دارد."), N_("ماده ۲۴ و رویه سامانه"), B, OPENED, after.bidders_are_known),
)  # fmt: skip
