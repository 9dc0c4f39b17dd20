"""What each legal basis asks for and how its papers and pages speak: values, so that nothing else turns on the basis's name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tender_app.kernel.vocabulary import Named, Role
from tender_app.kernel.words import N_, _
from tender_app.tenders.procurement import LegalBasis, ProcurementMethod
from tender_app.tenders.rules import Method, Session, TenderAct, TenderState

_CLAUSE = "(?: بند)?(?: [الفبجده]{1,3}(?![ء-ی]))?(?: و [الفبجده]{1,3}(?![ء-ی]))?"
_ARTICLES = (
    f"(?:ماده|مواد) (?P<number>[۰-۹]+){_CLAUSE}(?:(?: و |، )[۰-۹]+{_CLAUSE})*"
    "(?: قانون برگزاری مناقصات)?(?: و (?P<custom>عرف|رویه سامانه))?"
)
_CITED = re.compile(rf" \({_ARTICLES}\)")  # «… (ماده ۲۱)»
_NOTED = re.compile(rf"[؛،] {_ARTICLES}(?=\.|$)")  # «…؛ ماده ۲۱ و عرف»


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis: its rules, and the words of its pages and papers (Persian; a page translates them)."""

    key: LegalBasis
    law: str
    titles: Mapping[ProcurementMethod, str]
    board: str
    words: Mapping[str, str]  # what it calls an act, a state, a seat or an envelope, where it has its own word
    short: Mapping[str, str]  # an envelope by its kind's letter
    opening: str
    methods: tuple[Method, ...]
    asks_guarantee: bool
    names_runner_up: bool
    asks_next: bool  # after the chosen one's refusal the next in the ranking is asked, before any renewal
    needs_rounds: bool
    needs_resolution: bool
    minutes: str
    unopened: str
    complaint: str
    to_winner: str
    refusal: str
    on_refusal: str
    ending: str
    sayings: Mapping[str, str] = field(default_factory=dict)  # its own word for each of the Act's in a sentence
    articles: Mapping[str, str] = field(default_factory=dict)  # its own article for the Act's of the same matter

    def word(self, named: Named) -> str:
        """Return what this law calls an act, a state, a seat or an envelope."""
        return _(self.words[named]) if named in self.words else named.label

    def said(self, text: str) -> str:
        """Return a sentence about the Act's things in this law's words, with its own articles or none."""
        if self.key is LegalBasis.TENDER_ACT:
            return text
        for word, own in self.sayings.items():
            text = text.replace(word, own)
        text = _CITED.sub(lambda found: f" ({own})" if (own := self._own(found)) else "", text)
        return _NOTED.sub(lambda found: f"؛ {own}" if (own := self._own(found)) else "", text)

    def _own(self, found: re.Match[str]) -> str:
        return self.articles.get(found["number"], found["custom"] or "")

    def article(self, text: str) -> str:
        """Return the article that the Act's rule of the same matter has in this law; nothing where it has none."""
        return self.said(f" ({text})").strip(" ()")

    def envelope(self, kind: str) -> str:
        """Return the short name of an envelope."""
        return _(self.short[kind])

    def letter(self, kind: str) -> str:
        """Return an envelope's letter, or what stands for it."""
        return self.envelope(kind).removeprefix(_("پاکت ")).strip()


TENDER_ACT = Basis(
    key=LegalBasis.TENDER_ACT,
    law=N_("قانون برگزاری مناقصات"),
    titles={
        ProcurementMethod.OPEN: N_("مناقصه عمومی دومرحله‌ای"),
        ProcurementMethod.SELECTIVE: N_("مناقصه محدود دومرحله‌ای"),
        ProcurementMethod.DIRECT: N_("خرید خدمت بی تشریفات مناقصه"),
    },
    board=N_("کمیسیون"),
    words={},
    short={"a": N_("پاکت الف"), "b": N_("پاکت ب"), "c": N_("پاکت ج")},
    opening=N_("گشایش پاکت‌های الف و ب"),
    methods=(Method.WEIGHTED_PRICE, Method.QCBS, Method.LEAST_COST, Method.SINGLE_SOURCE),
    asks_guarantee=True,
    names_runner_up=True,
    asks_next=False,
    needs_rounds=True,
    needs_resolution=True,
    minutes="صورتجلسه گشایش قیمت و تعیین برنده",
    unopened="از این رو پاکت ج گشوده نشد و ناگشوده بازگردانده می‌شود (ماده ۱۹).",
    complaint=(
        "اگر به روند مناقصه اعتراض دارید، بر پایه ماده ۲۵ قانون برگزاری مناقصات به مدیرعامل بنویسید؛ "
        "پاسخ ظرف {days} روز کاری داده می‌شود."
    ),
    to_winner=(
        "خواهشمند است برای بستن قرارداد و سپردن تضمین انجام تعهدات، {until} اقدام فرمایید؛ خودداری از آن، به "
        "موجب ماده ۲۱ قانون برگزاری مناقصات، ضبط تضمین شرکت در فرآیند را در پی دارد."
    ),
    refusal=N_(
        "اگر برنده قرارداد را نبندد یا تضمین انجام تعهدات نسپارد: ضبط تضمین، سپس نوبت برنده دوم، سپس تجدید (ماده ۲۱)."
    ),
    on_refusal=N_(
        "تضمین برنده ضبط و نامه آن صادر می‌شود؛ نوبت به برنده دوم می‌رسد و اگر برنده دومی نباشد کمیسیون درباره تجدید رأی می‌دهد "
        "(ماده ۲۱). این کار بازگشت ندارد."
    ),
    ending=N_("ماده ۲۴ قانون برگزاری مناقصات"),
)

CONSULTING_BYLAW = replace(
    TENDER_ACT,
    key=LegalBasis.CONSULTING_BYLAW,
    law=N_("آیین‌نامه خرید خدمات مشاوره"),
    titles={
        ProcurementMethod.OPEN: N_("انتخاب مشاور با فراخوان عمومی"),
        ProcurementMethod.SELECTIVE: N_("انتخاب مشاور از فهرست کوتاه"),
        ProcurementMethod.DIRECT: N_("انتخاب مشاور به روش تک‌گزینه‌ای"),
    },
    board=N_("هیأت انتخاب مشاور"),
    words={
        Role.HEAD: N_("رئیس هیأت انتخاب"),
        Role.FINANCE: N_("عضو مالی هیأت انتخاب"),
        Role.TECHNICAL: N_("عضو فنی هیأت انتخاب"),
        Role.SECRETARY: N_("دبیر هیأت انتخاب"),
        "b": N_("پاکت فنی"),
        "c": N_("پاکت مالی"),
        TenderState.DECIDED: N_("رأی هیأت انتخاب"),
        TenderAct.SEAT: N_("تعیین اعضای هیأت انتخاب و ارزیابان"),
        TenderAct.REPLACE_MEMBER: N_("گماردن جانشین عضو هیأت انتخاب"),
        TenderAct.OPEN_B: N_("گشایش پاکت‌های فنی"),
        TenderAct.OPEN_PRICES: N_("گشایش پاکت‌های مالی"),
        TenderAct.VOTE: N_("رأی عضو هیأت انتخاب"),
        TenderAct.NAME_WINNERS: N_("تعیین مشاور منتخب"),
        TenderAct.ISSUE_PRICE_MINUTES: N_("صدور صورتجلسه نهایی"),
        TenderAct.DESTROY_UNOPENED: N_("نابود کردن کلید پاکت‌های مالی ناگشوده"),
        Session.ENVELOPES: N_("جلسه گشایش پاکت‌های فنی"),
        Session.PRICES: N_("جلسه گشایش پاکت‌های مالی"),
        TenderAct.CONFIRM_AWARD: N_("تأیید و اعلام مشاور منتخب"),
        TenderAct.RECORD_REFUSAL: N_("ثبت خودداری مشاور منتخب"),
        TenderAct.DISMISS_REFUSAL: N_("نپذیرفتن خودداری مشاور منتخب"),
        TenderAct.CONFIRM_REFUSAL: N_("تأیید خودداری مشاور منتخب"),
        "envelope_b_rejected": N_("پاکت فنی ردشده"),
        "below_minimum": N_("زیر حداقل امتیاز، پاکت مالی گشوده نشد"),
        "price_rejected": N_("پاکت مالی ردشده"),
        "won": N_("برگزیده"),
        "lost": N_("برگزیده نشد"),
    },
    short={"b": N_("پاکت فنی"), "c": N_("پاکت مالی")},
    opening=N_("گشایش پاکت‌های فنی"),
    methods=tuple(Method),
    asks_guarantee=False,
    names_runner_up=False,
    asks_next=True,
    needs_rounds=False,
    needs_resolution=False,
    minutes="صورتجلسه نهایی انتخاب مشاور",
    unopened="از این رو پاکت مالی گشوده نشد و ناگشوده بازگردانده می‌شود.",
    complaint="اگر به روند انتخاب اعتراض دارید، به مدیرعامل بنویسید؛ پاسخ با دلیل داده می‌شود.",
    to_winner="خواهشمند است برای بستن قرارداد و سپردن تضمین انجام تعهدات، {until} اقدام فرمایید.",
    refusal=N_(
        "اگر مشاور منتخب قرارداد را نبندد یا تضمین انجام تعهدات نسپارد، نوبت به پیشنهاد بعدی رتبه‌بندی می‌رسد؛ تجدید پس از آن است "
        "که پیشنهادی نمانده باشد."
    ),
    on_refusal=N_(
        "نوبت مشاور منتخب پایان می‌یابد و هیأت انتخاب درباره پیشنهاد بعدی رتبه‌بندی رأی می‌دهد؛ اگر پیشنهادی نمانده باشد، درباره تجدید. "
        "این کار بازگشت ندارد."
    ),
    ending=N_("اسناد درخواست پیشنهاد"),
    sayings={
        "قانون برگزاری مناقصات (مصوب ۱۳۸۳)": "آیین‌نامه خرید خدمات مشاوره (مصوب ۱۳۸۸)",
        "دو پاکت ب و ج": "دو پاکت فنی و مالی",
        "پاکت‌های الف و ب": "پاکت‌های فنی",
        "پاکت‌های ب": "پاکت‌های فنی",
        "پاکت‌های ج": "پاکت‌های مالی",
        "پاکت ب": "پاکت فنی",
        "پاکت ج": "پاکت مالی",
        "کمیسیون مناقصه": "هیأت انتخاب مشاور",
        "کمیسیون": "هیأت انتخاب",
    },
    articles={"۱۶": "ماده ۱۹ آیین‌نامه", "۱۸": "ماده ۱۹ آیین‌نامه", "۲۰": "ماده ۲۳ آیین‌نامه"},
)

BASES: Mapping[LegalBasis, Basis] = {basis.key: basis for basis in (TENDER_ACT, CONSULTING_BYLAW)}


def said_of(case: Any, text: str) -> str:
    """Return a reason against an act on something of a tender in the words of that tender's law."""
    basis: Basis = case.tender.basis
    return basis.said(text)
