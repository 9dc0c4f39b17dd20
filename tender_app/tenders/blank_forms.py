"""The forms of the tender documents, to be filled in by bidders: letter, checklist, declarations, CV, experience, price table."""

from collections.abc import Sequence

from tender_app.documents.blocks import Article, Column, Facts, Signatures, Space, Table, Text
from tender_app.documents.rows import Block
from tender_app.tenders.booklet import Call

TALL = " \n "  # a cell with room to write in by hand
BLANK = "........................................"
SIGN = Signatures([("نام، سمت، امضای مجاز و مهر شرکت", "پیشنهاددهنده", "تاریخ:")])


def forms(call: Call) -> list[Block]:
    """Return the forms, numbered."""
    bodies = [
        ("نامه پیشنهاد", _letter(call)),
        ("فهرست مدارک", _checklist(call)),
        ("اقرارنامه‌ها", _declarations(call)),
        ("سابقه کار (رزومه) عامل و هر عضو تیم", _curriculum()),
        ("کارهای مشابه شرکت", _experience()),
        ("روش و برنامه کار", _plan()),
        ("جدول قیمت (فقط در پاکت ج)", _prices(call)),
    ]
    return [Article(number, title, clauses, word="فرم") for number, (title, clauses) in enumerate(bodies, 1)]


def _letter(call: Call) -> Sequence[str | Block]:
    tender = call.tender
    return [
        f"به: {tender.organisation.name}",
        f"موضوع: مناقصه «{tender.title}»",
        Facts([("نام شرکت", BLANK), ("شناسه ملی", BLANK), ("نشانی و تلفن", BLANK), ("عامل معرفی‌شده", BLANK)]),
        (
            "با خواندن همه اسناد مناقصه و الحاقیه‌های آن، پیشنهاد خود را می‌دهیم و تا پایان اعتبار آن به آن پایبندیم. می‌دانیم که مناقصه‌گزار "
            "ناچار به پذیرفتن هیچ پیشنهادی بیرون از قانون نیست."
        ),
        SIGN,
    ]


def _checklist(call: Call) -> Sequence[str | Block]:
    rows = [
        ("پاکت الف", "تصویر تضمین شرکت در فرآیند؛ اصل آن جداگانه تحویل می‌شود", "☐"),
        ("پاکت ب", "فرم ۱: نامه پیشنهاد، با امضای مجاز", "☐"),
        ("پاکت ب", "فرم ۳: اقرارنامه‌ها", "☐"),
        ("پاکت ب", "فرم ۴: سابقه کار عامل و هر عضو تیم، با مدارک", "☐"),
        ("پاکت ب", "فرم ۵: کارهای مشابه، با گواهی حسن انجام کار", "☐"),
        ("پاکت ب", "فرم ۶: روش و برنامه کار", "☐"),
        ("پاکت ب", "اساسنامه، آگهی آخرین تغییرات و گواهی امضا", "☐"),
        ("پاکت ج", "فرم ۷: جدول قیمت", "☐"),
    ]
    kept = [(*row[:2], " ") for row in rows if call.tender.has_envelope_a or row[0] != "پاکت الف"]
    return [Table([Column("پاکت", 1.4), Column("مدرک", 7), Column("هست", 1)], kept)]


def _declarations(call: Call) -> Sequence[str | Block]:
    return [
        (
            "امضاکننده اقرار می‌کند که شرکت، مدیران و سهام‌داران آن مشمول قانون منع مداخله وزیران، نمایندگان و کارکنان دولت در معاملات دولتی "
            "(مصوب ۱۳۳۷) نیستند."
        ),
        (
            f"اقرار می‌کند که با مدیران، اعضای کمیسیون و ارزیابان {call.tender.organisation.name} خویشاوندی، شراکت یا تعارض منافع دیگری ندارد، و "
            "اگر پدید آید بی‌درنگ می‌گوید."
        ),
        "اقرار می‌کند که با هیچ پیشنهاددهنده دیگری درباره قیمت یا شرکت در این مناقصه تبانی نکرده است.",
        "اقرار می‌کند که ورشکسته و محروم از معاملات دولتی نیست و همه مدارک درست است؛ نادرستی هر یک سبب رد پیشنهاد و ضبط تضمین است.",
        "متن قرارداد بخش ۵ را خوانده و بی‌قید و شرط می‌پذیرد.",
        SIGN,
    ]


def _curriculum() -> Sequence[str | Block]:
    return [
        Facts(
            [
                ("نام و نام خانوادگی", BLANK),
                ("کد ملی", BLANK),
                ("نقش در تیم", BLANK),
                ("مدرک و رشته تحصیلی", BLANK),
                ("گواهی عاملیت توسعه خوشه", BLANK),
                ("زمان در اختیار (ماه در سال)", BLANK),
            ]
        ),
        Table(
            [Column("از سال", 1), Column("تا سال", 1), Column("کارفرما و محل", 3), Column("کار و نقش", 4)],
            [[TALL] * 4] * 7,
        ),
        "درستی این سابقه و تعهد به کار در این قرارداد را تأیید می‌کنم.",
        Signatures([("نام و امضای عضو تیم", "عضو تیم", "تاریخ:")]),
    ]


def _experience() -> Sequence[str | Block]:
    columns = [
        Column("موضوع", 3),
        Column("کارفرما و تلفن", 3),
        Column("آغاز و پایان", 2),
        Column("مبلغ (ریال)", 2),
        Column("گواهی", 1),
    ]
    return [Table(columns, [[TALL] * 5] * 9)]


def _plan() -> Sequence[str | Block]:
    columns = [Column("مرحله", 2), Column("کارها", 4), Column("مسئول", 2), Column("زمان", 1.4), Column("شاخص", 2)]
    return [
        "شناخت شما از خوشه و گلوگاه‌های آن، روش اعتمادسازی، برنامه عملیاتی، و راه خروج و واگذاری را بنویسید و برنامه کار را در این جدول بیاورید:",
        Table(columns, [[TALL] * 5] * 9),
    ]


def _prices(call: Call) -> Sequence[str | Block]:
    rows = [(title, share, " ", " ") for title, share, _given in call.phases]
    columns = [
        Column("مرحله", 3),
        Column("سهم رایج (درصد)", 1.6, is_number=True),
        Column("مبلغ به رقم (ریال)", 2.6),
        Column("مبلغ به حروف", 3.6),
    ]
    return [
        Table(columns, rows, foot=("جمع کل", "۱۰۰", " ", " ")),
        (
            "جمع کل قیمت پیشنهادی است و مالیات بر ارزش افزوده را در بر ندارد. جمع مرحله‌ها باید درست برابر جمع کل باشد و اگر رقم و حروف با هم "
            "نخوانند، پیشنهاد رد می‌شود."
        ),
        Text("این فرم در سامانه پر می‌شود؛ این برگ برای آماده شدن است.", after=2),
        Space(4),
        SIGN,
    ]
