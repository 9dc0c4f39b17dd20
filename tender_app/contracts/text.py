"""The text of the agency contract: its facts, twenty-two articles and six annexes (domain.md §6.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from tender_app.documents.blocks import Article, Column, Facts, Table
from tender_app.documents.marks import ltr
from tender_app.documents.rows import Block

Body = tuple[str, Sequence[str | Block]]
PLAN = (
    Column("نقطه فشار", 2),
    Column("اقدام", 2),
    Column("مجری و همکاران", 2),
    Column("زمان", 1.2),
    Column("برآورد (ریال)", 1.6),
    Column("شاخص و سنجه", 2),
)


@dataclass(frozen=True, slots=True)
class Party:
    """A party: its name, the pairs that identify it, and who signs for it."""

    name: str
    pairs: Sequence[tuple[str, str]]
    signer: str
    signer_position: str
    signed: str


@dataclass(frozen=True, slots=True)
class Rates:
    """The percentages of the law in force when the contract is issued, in Persian figures."""

    retention: str
    insurance: str
    change: str
    delay_weekly: str
    delay_most: str


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What the contract says; amounts are «۹٬۷۵۰٬۰۰۰٬۰۰۰ ریال (نه میلیارد و … ریال)», dates «۱۴۰۵/۱۰/۱۵ (پانزدهم …)»."""

    organisation: str
    province: str
    number: str
    printed_number: str
    tender_number: str
    setad_no: str
    cluster: str
    signed: str
    signed_in_full: str
    client: Party
    agent: Party
    finance: tuple[str, str]  # the client's finance head, who signs beside its manager: name, position
    years: str
    starts: str
    ends: str
    amount: str
    performance: str
    guarantee_no: str
    supervisor: str
    phases: Sequence[tuple[str, str, str, str]]
    total: str
    team: Sequence[tuple[str, str]]
    licence: str
    award_minutes: str
    rates: Rates
    special_terms: Sequence[str]
    scope: Sequence[str] = ()
    deliverables: Sequence[tuple[str, str]] = ()


def articles(f: ContractFacts) -> list[Article]:
    """Return the twenty-two articles, as the paper prints them and the page of signature shows them."""
    parts = (_beginning(f), _price(f), _duties(f), _conduct(f), _ending())
    bodies = [body for part in parts for body in part]
    return [Article(number, title, clauses) for number, (title, clauses) in enumerate(bodies, 1)]


def _beginning(f: ContractFacts) -> list[Body]:
    return [
        (
            "طرفین قرارداد",
            [
                f"این قرارداد در تاریخ {f.signed_in_full} در استان {f.province} میان طرفین زیر بسته شد و برای هر دو الزام‌آور است:",
                Facts([("کارفرما", f.client.name), *f.client.pairs]),
                Facts([("عامل", f.agent.name), *f.agent.pairs]),
            ],
        ),
        (
            "موضوع قرارداد",
            [
                f"عاملیت توسعه خوشه {f.cluster} بر پایه مجوز توسعه {f.licence} و نتیجه مناقصه شماره {ltr(f.tender_number)}، به شرح پیوست ۱.",
                "موضوع در برگیرنده مطالعه شناختی، تدوین راهبرد و برنامه‌های عملیاتی سالانه، اجرای برنامه‌ها، نهادسازی و خروج است.",
            ],
        ),
        (
            "اسناد و مدارک",
            [
                f"این موافقت‌نامه با شرایط ویژه (پیوست ۶)، پیوست‌های دیگر، اسناد مناقصه با شماره ستاد {ltr(f.setad_no)} و پیشنهاد فنی و قیمت عامل، اجزای آن است.",
                "اگر میان اجزای قرارداد ناسازگاری باشد، ترتیب بالا ملاک است.",
            ],
        ),
        (
            "مدت قرارداد",
            [
                f"مدت قرارداد {f.years} است؛ از {f.starts} آغاز می‌شود و در پایان روز {f.ends} پایان می‌یابد (روز پایان جزو مدت است).",
                "تمدید یا تعلیق فقط با الحاقیه کتبی و با رعایت مقررات شدنی است.",
            ],
        ),
    ]


def _price(f: ContractFacts) -> list[Body]:
    return [
        (
            "مبلغ و نحوه پرداخت",
            [
                f"مبلغ قرارداد {f.amount} است. در صورت اختلاف میان رقم و حروف، حروف ملاک است.",
                "پرداخت بر پایه پیشرفت مرحله‌های جدول زیر، با تأیید ناظر فنی و پذیرش کارفرما انجام می‌شود:",
                Table(
                    [
                        Column("مرحله", 5),
                        Column("سهم (درصد)", 1.4, is_number=True),
                        Column("مبلغ (ریال)", 3, is_number=True),
                        Column("سررسید", 1.8),
                    ],
                    f.phases,
                    foot=("جمع", "۱۰۰", f.total, ""),
                ),
                f"از هر صورت‌وضعیت {f.rates.retention} درصد سپرده حسن انجام کار و {f.rates.insurance} درصد حق بیمه (ماده ۳۸ قانون تأمین اجتماعی) کسر می‌شود.",
            ],
        ),
        (
            "کسورات قانونی",
            [
                "مالیات بر ارزش افزوده بر پایه صورت‌حساب الکترونیکی و نرخ روز پرداخت، افزون بر مبلغ قرارداد پرداخت می‌شود.",
                f"آخرین پرداخت و آزادسازی {f.rates.insurance} درصد بیمه در گرو ارائه مفاصاحساب تأمین اجتماعی است.",
            ],
        ),
        (
            "تضمین‌ها",
            [
                f"عامل برای انجام تعهدات، تضمینی به مبلغ {f.performance} به شماره {ltr(f.guarantee_no or '—')} سپرده است.",
                "تضمین انجام تعهدات پس از تسویه نهایی و با رعایت آیین‌نامه تضمین معاملات دولتی آزاد می‌شود.",
            ],
        ),
    ]


def _duties(f: ContractFacts) -> list[Body]:
    return [
        (
            "تعهدات عامل",
            [
                "مطالعه شناختی را ظرف چهار ماه از آغاز قرارداد انجام دهد و برنامه عملیاتی سال نخست را به شورای راهبری برساند.",
                "برنامه هر سال را پیش از آغاز آن سال برای تصویب شورای راهبری ارائه کند؛ اجرای اقدام‌ها پس از تصویب آغاز می‌شود.",
                "دبیری شورای راهبری را بر عهده گیرد و گزارش پیشرفت را ماهانه به ناظر و کارفرما بدهد.",
                "در پایان دوره، شبکه فراگیر خوشه را به شکل انجمن یا اتحادیه ثبت و وظایف را به آن واگذار کند.",
            ],
        ),
        (
            "تعهدات کارفرما",
            [
                "داده‌ها و معرفی‌نامه‌های لازم را در اختیار عامل بگذارد و شورای راهبری را فراخواند.",
                "صورت‌وضعیت‌های تأییدشده را ظرف سی روز بپردازد.",
            ],
        ),
        (
            "نظارت",
            [
                f"ناظر فنی قرارداد {f.supervisor} است که در دوره مطالعه ماهانه و پس از آن هر دو ماه از کار بازدید می‌کند.",
                "نظارت ناظر و شورای راهبری از مسئولیت عامل نمی‌کاهد.",
            ],
        ),
        (
            "تیم عامل و تغییر آن",
            [
                "تیم عامل، به شرح پیوست ۳، دست‌کم سه نفر است و عامل شخصاً مسئول کار است.",
                "تغییر هر عضو اصلی فقط با موافقت کتبی کارفرما و جایگزینی فردی با همان شایستگی شدنی است.",
            ],
        ),
        (
            "مالکیت نتایج و محرمانگی",
            [
                "همه گزارش‌ها، داده‌ها و نتایج از آن کارفرماست و عامل بی‌اجازه کتبی منتشر نمی‌کند.",
                "عامل داده‌های بنگاه‌های خوشه را محرمانه نگه می‌دارد؛ این تعهد پس از پایان قرارداد نیز برجاست.",
            ],
        ),
    ]


def _conduct(f: ContractFacts) -> list[Body]:
    return [
        ("منع واگذاری", ["عامل حق واگذاری تمام یا بخشی از قرارداد به دیگری را ندارد، مگر با موافقت کتبی کارفرما."]),
        (
            "تأخیر و جریمه",
            [
                f"برای هر هفته تأخیر غیرمجاز در هر مرحله، {f.rates.delay_weekly} درصد مبلغ آن و در مجموع تا {f.rates.delay_most} درصد، جریمه کسر می‌شود."
            ],
        ),
        (
            "تغییر مقادیر",
            [f"کارفرما می‌تواند تا {f.rates.change} درصد مبلغ قرارداد را با همان نرخ‌ها و شرایط افزایش یا کاهش دهد."],
        ),
        (
            "قوه قهریه",
            ["در پیشامدهای ناگهانی که پیش‌بینی و جلوگیری از آنها ناشدنی است، تعهدات تا رفع آن به حال تعلیق درمی‌آید."],
        ),
        (
            "خاتمه و فسخ",
            [
                "کارفرما می‌تواند با اخطار کتبی سی‌روزه به قرارداد خاتمه دهد؛ کارهای انجام‌شده تا آن روز تسویه می‌شود.",
                "تخلف اساسی عامل، واگذاری بی‌اجازه، یا احراز تبانی و مشمول بودن قانون منع مداخله، موجب فسخ و ضبط تضمین است.",
            ],
        ),
    ]


def _ending() -> list[Body]:
    return [
        (
            "تحویل و تسویه نهایی",
            ["پس از تحویل همه مرحله‌ها و ثبت شبکه فراگیر، صورتجلسه تحویل امضا و حساب نهایی ظرف شصت روز تسویه می‌شود."],
        ),
        (
            "حل اختلاف",
            ["اختلاف نخست با گفت‌وگوی نمایندگان طرفین و سپس در مراجع صالح قضایی محل کارفرما حل می‌شود."],
        ),
        (
            "قانون حاکم",
            ["این قرارداد تابع قوانین جمهوری اسلامی ایران، از جمله قانون برگزاری مناقصات و آیین‌نامه‌های آن، است."],
        ),
        (
            "نشانی طرفین",
            [
                "نشانی‌های ماده ۱ نشانی قانونی طرفین است و نامه‌ای که به آن برسد، ابلاغ‌شده است.",
                "تغییر نشانی ظرف ده روز کتباً اعلام می‌شود؛ تا آن هنگام نشانی پیشین معتبر است.",
            ],
        ),
        (
            "نسخه‌های قرارداد",
            ["این قرارداد در ۲۲ ماده و ۶ پیوست، در چهار نسخه که همگی حکم واحد دارند، تنظیم و همه صفحه‌های آن امضا شد."],
        ),
    ]


def annexes(f: ContractFacts) -> list[Article]:
    """Return the six annexes, as the paper prints them and the page of signature shows them."""
    bodies: list[Body] = [
        ("شرح خدمات", list(f.scope) or ["شرح خدمات همان است که در اسناد مناقصه آمده است."]),
        (
            "تحویل‌دادنی‌های هر مرحله",
            [Table([Column("مرحله", 3), Column("تحویل‌دادنی", 7)], f.deliverables)]
            if f.deliverables
            else ["تحویل‌دادنی‌های هر مرحله همان است که در اسناد مناقصه آمده است."],
        ),
        (
            "تیم عامل",
            [Table([Column("نام", 3), Column("نقش", 4)], f.team)] if f.team else ["تیم به شرح پیشنهاد فنی عامل است."],
        ),
        (
            "قالب برنامه عملیاتی",
            [
                "برنامه هر سال در این قالب، جداگانه برای هر نقطه فشار خوشه، نوشته می‌شود:",
                Table(PLAN, [[" "] * len(PLAN)]),
            ],
        ),
        ("صورتجلسه تعیین برنده", [f.award_minutes]),
        ("شرایط ویژه", list(f.special_terms) or ["شرط ویژه‌ای افزوده نشده است."]),
    ]
    return [Article(number, title, clauses, word="پیوست") for number, (title, clauses) in enumerate(bodies, 1)]
