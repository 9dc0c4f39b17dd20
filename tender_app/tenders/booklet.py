"""The tender documents: notice, invitation, instructions to bidders and terms of reference, with all that Art. 14 asks for.

The contract's text comes from a later stage: whoever assembles the book hands it over, with the share of its performance
guarantee.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from tender_app.documents.blocks import Article, Column, Facts, Signatures, Table, Text
from tender_app.documents.book import Part
from tender_app.documents.marks import bold, ltr
from tender_app.documents.rows import Block
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.regulation.rules import Parameter
from tender_app.tenders import method_text
from tender_app.tenders.bases import Basis
from tender_app.tenders.bid_period import period_of
from tender_app.tenders.deciding import Law
from tender_app.tenders.paper import notice_blocks, notice_facts, reached
from tender_app.tenders.procurement import LegalBasis


@dataclass(frozen=True, slots=True)
class Call:
    """What the documents are written from: the tender's row, its cluster's licence, its address on the web.

    `kinds` are the accepted guarantees, `performance` the share of the contract's own; `phases` rows: title, share, what is
    handed over; `law` the values of the law in force.
    """

    tender: Any
    licence: Any
    address: str
    kinds: Sequence[str]
    performance: str
    phases: Sequence[tuple[str, str, str]]
    law: Law

    @property
    def envelopes(self) -> str:
        """Return which envelopes a bid has."""
        if self.tender.has_envelope_a:
            return "سه پاکت الف (تضمین)، ب (فنی) و ج (قیمت)"
        return "دو پاکت فنی و مالی" if _is_other(self.tender) else "دو پاکت ب (فنی) و ج (قیمت)"


def first_parts(call: Call) -> list[Part]:
    """Return the parts before the contract's."""
    notice = notice_blocks(notice_facts(call.tender, call.licence, call.address))[1:]  # its title is the part's
    return [
        Part(
            "بخش ۱: آگهی مناقصه" if call.tender.is_open_call else "بخش ۱: فراخوان",
            in_words_of(call.tender, notice),
            is_listed=False,
        ),
        Part("بخش ۲: دعوت به تسلیم پیشنهاد", in_words_of(call.tender, invitation(call)), is_listed=False),
        Part("بخش ۳: راهنمای شرکت‌کنندگان", in_words_of(call.tender, _articles(instructions(call)))),
        Part("بخش ۴: شرح خدمات", _articles(terms_of_reference(call))),
    ]


def _is_other(tender: Any) -> bool:
    return tender.basis.key is not LegalBasis.TENDER_ACT


def in_words_of(tender: Any, blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks in the words of the tender's legal basis: its envelopes, its board, no article of another law."""
    return [_reworded(block, tender.basis) for block in blocks] if _is_other(tender) else list(blocks)


def _reworded(value: Any, basis: Basis) -> Any:
    """Return a text, a row of texts or a block with every text in it in the words of a legal basis."""
    if isinstance(value, str):
        return basis.said(value)
    if isinstance(value, list | tuple):
        return type(value)(_reworded(part, basis) for part in value)
    if not isinstance(value, Block):
        return value
    block: Any = value  # each kind of block is a dataclass
    return replace(block, **{f.name: _reworded(getattr(block, f.name), basis) for f in fields(block)})


def cover(call: Call) -> list[tuple[str, str]]:
    """Return what the cover says."""
    tender = call.tender
    rows = [
        ("شماره مناقصه", ltr(tender.number)),
        ("شماره ستاد", ltr(tender.setad_no) if tender.setad_no else ""),
        ("خوشه", tender.cluster.name),
        ("انتشار", _moment(tender.published_at) if tender.published_at else ""),
        ("پایان دریافت اسناد", _moment(tender.documents_until)),
        ("پایان مهلت تسلیم پیشنهاد", _moment(tender.closes_at)),
        ("گشایش پاکت‌ها", _moment(tender.opens_at)),
        ("نشانی در سامانه", ltr(call.address)),
    ]
    return [row for row in rows if row[1]]


def invitation(call: Call) -> list[Block]:
    """Return the letter by which firms are called."""
    tender, organisation = call.tender, call.tender.organisation
    return [
        Text(bold("به شرکت‌ها و مؤسسه‌های دارای صلاحیت" if tender.is_open_call else "به شرکت‌های دعوت‌شده")),
        Text("با سلام و احترام،"),
        Text(
            f"{organisation.name} در نظر دارد «{tender.title}» را با شماره {ltr(tender.number)}، بر پایه قانون برگزاری مناقصات (مصوب ۱۳۸۳) "
            "و شرایط همین اسناد، به شرکت دارای صلاحیت بسپارد. از شما دعوت می‌شود اسناد را بخوانید و اگر شرایط را دارید، پیشنهاد خود را "
            f"در {call.envelopes} تا پایان مهلت در سامانه تسلیم کنید."
        ),
        Facts(
            [
                ("دریافت اسناد تا", _moment(tender.documents_until)),
                ("پرسش تا", _moment(tender.questions_until)),
                ("تسلیم پیشنهاد تا", _moment(tender.closes_at)),
                ("گشایش پاکت‌ها", f"{_moment(tender.opens_at)}، {tender.opening_place}"),
                ("تلفن", ltr(organisation.phone) if organisation.phone else "—"),
            ]
        ),
        Text(f"{reached(tender)} شرکت در مناقصه به معنای پذیرفتن همه شرایط این اسناد است."),
        Signatures([("", organisation.name, "")]),
    ]


Body = tuple[str, Sequence[str | Block]]


def _articles(bodies: Sequence[Body]) -> list[Block]:
    return [Article(number, title, clauses) for number, (title, clauses) in enumerate(bodies, 1)]


def instructions(call: Call) -> list[Body]:
    """Return the articles of the instructions to bidders."""
    return [*_who(call), *_when(call), *_how(call), *_security(call), *_judging(call), *_after(call)]


def _who(call: Call) -> list[Body]:
    organisation = call.tender.organisation
    identity = [
        ("نام", organisation.name),
        ("شناسه ملی", persian_digits(organisation.legal_id)),
        ("نشانی", organisation.address),
        ("کد پستی", persian_digits(organisation.postal_code)),
        ("تلفن", persian_digits(organisation.phone)),
    ]
    return [
        ("مناقصه‌گزار", [Facts([row for row in identity if row[1]])]),
        (
            "شرایط شرکت",
            [
                "پیشنهاددهنده شخص حقوقی ثبت‌شده با موضوع فعالیت مرتبط است و در سامانه ثبت‌نام و تأیید شده است.",
                (
                    "عامل معرفی‌شده گواهی آموزش عاملیت توسعه خوشه از سازمان صنایع کوچک و شهرک‌های صنعتی ایران یا گواهی هم‌ارز دارد، "
                    "تمام‌وقت است و در مدت قرارداد در استان مستقر می‌شود."
                ),
                "تیم عامل دست‌کم سه نفر است. هیچ یک از اعضای تیم قرارداد تمام‌وقت هم‌زمان ندارد.",
                "پیشنهاددهنده مشمول قانون منع مداخله کارکنان دولت (۱۳۳۷) نیست و با اعضای کمیسیون و ارزیابان تعارض منافع ندارد.",
                "هر شرکت فقط یک پیشنهاد می‌دهد (ماده ۱۶). دو پیشنهاد با مدیر یا نشانی یکسان بررسی می‌شود و اگر تبانی احراز شود، هر دو کنار می‌رود.",
            ],
        ),
    ]


def _when(call: Call) -> list[Body]:
    tender = call.tender
    rows = [
        ("پایان دریافت اسناد", _moment(tender.documents_until)),
        ("پایان مهلت پرسش", _moment(tender.questions_until)),
        ("پایان مهلت تسلیم پیشنهاد", _moment(tender.closes_at)),
        ("گشایش پاکت‌های الف و ب" if tender.has_envelope_a else "گشایش پاکت‌های ب", _moment(tender.opens_at)),
        ("گشایش پاکت‌های ج", _moment(tender.prices_open_at)),
        ("اعتبار پیشنهادها تا", _day(tender.valid_until)),
        ("آخرین روز بستن قرارداد", _day(tender.contract_by)),
        ("محل گشایش", tender.opening_place),
    ]
    period = period_of(call.law, is_international=tender.is_international).told
    clauses: list[str | Block] = [
        Facts([row for row in rows if row[1]]),
        f"از پایان دریافت اسناد تا پایان مهلت تسلیم دست‌کم {period} زمان است (ماده ۱۵ بند ب).",
        "ملاک، ساعت سامانه به وقت تهران است. پیشنهادی که در پایان مهلت یا پس از آن برسد پذیرفته نمی‌شود.",
        (
            "روزها تقویمی است، مگر آن‌که «روز کاری» گفته شده باشد. اگر مهلتی به روز تعطیل رسمی بیفتد، تا همان ساعت نخستین "
            "روز کاری پس از آن ادامه دارد و سامانه زمان تازه را به همه می‌گوید."
        ),
        "اعتبار پیشنهادها فقط یک بار و تا همان مدت، با تمدید تضمین، تمدیدپذیر است (ماده ۲۱).",
    ]
    return [
        ("زمان‌ها و محل", clauses),
        (
            "پرسش، توضیح و الحاقیه",
            [
                (
                    f"پرسش‌ها تا {_moment(tender.questions_until)} در سامانه فرستاده می‌شود. نام پرسنده پنهان می‌ماند و پاسخ در یک "
                    "زمان به همه می‌رسد (ماده ۱۷)."
                ),
                (
                    "صورتجلسه و توضیح‌های هر جلسه توضیح اسناد، و هر تغییر، به شکل الحاقیه شماره‌دار جزو اسناد است. اگر تغییر مهم "
                    "باشد، مهلت تسلیم برای همه تمدید می‌شود."
                ),
                "جز الحاقیه و پاسخ رسمی در سامانه، هیچ گفته‌ای اسناد را تغییر نمی‌دهد.",
            ],
        ),
    ]


def _how(call: Call) -> list[Body]:
    tender = call.tender
    window = (
        [
            f"شرکتی که اثر انگشت پاکت رمزشده را پیش از پایان مهلت ثبت و تسلیم کند، می‌تواند همان پاکت را تا {_moment(tender.bytes_until)} برساند."
        ]
        if tender.bytes_until
        else []
    )
    return [
        (
            "تهیه و تسلیم پیشنهاد",
            [
                f"پیشنهاد به فارسی و مبلغ‌ها به ریال، در {call.envelopes} تهیه و هر پاکت جداگانه در مرورگر شرکت رمز می‌شود (ماده ۱۶).",
                "پیشنهاد یک نسخه الکترونیکی است که در سامانه تسلیم می‌شود؛ نسخه کاغذی پذیرفته نیست، جز اصل تضمین که یک نسخه و پیش از گشایش تحویل می‌شود."
                if tender.has_envelope_a
                else "پیشنهاد یک نسخه الکترونیکی است که در سامانه تسلیم می‌شود؛ نسخه کاغذی پذیرفته نیست.",
                (
                    "پاکت ب فرم‌های بخش ۶ (جز جدول قیمت)، روش و برنامه کار، تیم، سابقه و گواهی‌ها را دارد. نوشتن قیمت یا نشانه‌ای از "
                    "آن در پاکت ب سبب رد پیشنهاد است."
                ),
                "پاکت ج فقط جدول قیمت است. قیمت بی‌قید و شرط، خوانا و با رقم و حروف یکسان نوشته می‌شود و مالیات بر ارزش افزوده را در بر ندارد.",
                "سامانه برای هر تسلیم رسید شماره‌دار با ساعت و اثر انگشت پاکت‌ها می‌دهد. بی رسید، پیشنهادی تسلیم نشده است.",
                "تا پایان مهلت می‌توان پیشنهاد را پس گرفت یا جایگزین کرد؛ فقط آخرین پیشنهاد گشوده می‌شود.",
                *window,
            ],
        )
    ]


def _security(call: Call) -> list[Body]:
    tender = call.tender
    if not tender.has_envelope_a:
        bid: Sequence[str | Block] = ["در این مناقصه تضمین شرکت در فرآیند خواسته نمی‌شود."]
    else:
        bid = [
            f"مبلغ تضمین {_amount(tender.guarantee)} است، به نام {tender.organisation.name} و با اعتبار دست‌کم تا {_day(tender.valid_until)}.",
            f"نوع‌های پذیرفته: {'، '.join(call.kinds)} (ماده ۴ آیین‌نامه تضمین معاملات دولتی).",
            (
                f"تصویر تضمین در پاکت الف و اصل آن پیش از {_moment(tender.opens_at)} به دبیرخانه داده می‌شود. تضمین مشروط، کمتر "
                "یا بی‌اعتبار سبب رد پیشنهاد است."
            ),
            "پس از گشایش قیمت‌ها تضمین برنده اول و دوم نگه داشته و دیگران بازگردانده می‌شود (ماده ۲۰).",
        ]
    return [
        ("تضمین شرکت در فرآیند", bid),
        (
            "پیش‌پرداخت و تضمین انجام تعهدات",
            [
                "در این قرارداد پیش‌پرداخت داده نمی‌شود.",
                f"برنده پیش از بستن قرارداد تضمین انجام تعهدات برابر {call.performance} مبلغ قرارداد می‌سپارد.",
            ],
        ),
    ]


def _judging(call: Call) -> list[Body]:
    tender = call.tender
    columns = [
        Column("معیار", 4), Column("وزن", 1, is_number=True), Column("بیشینه", 1, is_number=True), Column("راهنمای ارزیاب", 5)
    ]  # fmt: skip
    groups = {c.parent_id for c in tender.criteria}
    rows = [
        (
            ("" if c.parent_id is None else "– ") + c.title,
            decimal_text(c.weight),
            "" if c.id in groups else decimal_text(c.top),
            c.guidance or "—",
        )
        for c in tender.criteria
    ]
    rule = method_text.rule(tender)
    return [
        (
            "گشایش پاکت‌ها و بررسی شکلی",
            [
                (
                    f"پاکت‌ها در {_moment(tender.opens_at)}، در {tender.opening_place or 'محل اعلام‌شده'} و با حضور هر سه عضو کمیسیون "
                    "گشوده می‌شود. نماینده هر شرکت می‌تواند حاضر باشد."
                ),
                "نخست پاکت الف بررسی می‌شود؛ پاکت ب فقط برای پیشنهادی گشوده می‌شود که تضمین آن پذیرفته شده است."
                if tender.has_envelope_a
                else "پاکت‌های ب گشوده و مدارک بررسی می‌شود.",
                (
                    "اگر مدرکی کم یا ناخوانا باشد و رفع آن شدنی باشد، یک بار و با مهلت معین خواسته می‌شود. قیمت و محتوای فنی پیشنهاد "
                    "هیچ‌گاه پس از مهلت پذیرفته نمی‌شود."
                ),
                "پیشنهاد مشروط، مبهم یا بی‌امضا رد می‌شود.",
            ],
        ),
        (
            "معیارها و ارزیابی فنی",
            [
                Table(columns, rows),
                *_levels(tender),
                "دست‌کم سه ارزیاب بی‌تعارض، جدا از هم به هر معیار از ۰ تا بیشینه آن امتیاز می‌دهند.",
                f"{method_text.aggregation(tender)} امتیاز فنی جمع وزنی امتیاز معیارها از ۱۰۰ است.",
                (
                    f"حداقل امتیاز فنی {_score(tender)} از ۱۰۰ است. امتیاز دقیق، نه امتیاز گردشده، با آن سنجیده می‌شود؛ پاکت ج "
                    "پیشنهادی که به آن نرسد ناگشوده می‌ماند (ماده ۱۹)."
                ),
                "امتیاز فنی پیش از گشایش نخستین پاکت ج قطعی می‌شود و پس از آن تغییر نمی‌کند.",
            ],
        ),
        ("روش ارزیابی مالی و اثر امتیاز فنی در قیمت", rule),
        (
            "برابری، شمار پیشنهادها و برنده دوم" if tender.basis.names_runner_up else "برابری و شمار پیشنهادها",
            [
                method_text.tie(tender),
                _fewest(tender.minimum_bids),
                *([method_text.runner_up(tender)] if tender.basis.names_runner_up else []),
            ],
        ),
    ]


def _levels(tender: Any) -> list[Block]:
    """Return evidence, least and levels of each criterion that has any."""
    rows = [
        (criterion.title if place == 0 else "", what, text)
        for criterion in tender.criteria
        for place, (what, text) in enumerate(criterion.details)
    ]
    columns = [Column("معیار", 3), Column("امتیاز", 1.4, is_number=True), Column("مدرک، حداقل و معنای هر سطح", 7)]
    return [Table(columns, rows)] if rows else []


def _fewest(count: int) -> str:
    if count <= 1:
        return "یک پیشنهاد پذیرفته نیز برای ادامه کافی است؛ اگر پیشنهادی نرسد یا نماند، مناقصه تجدید می‌شود (ماده ۲۴)."
    return persian_digits(f"اگر شمار پیشنهادها کمتر از {count} باشد، مناقصه تجدید می‌شود (ماده ۲۴).")


def _score(tender: Any) -> str:
    return "—" if tender.minimum_score is None else decimal_text(tender.minimum_score)


def _after(call: Call) -> list[Body]:
    tender = call.tender
    signed = f"قرارداد تا {_day(tender.contract_by)} و پیش از پایان اعتبار پیشنهادها، به متن بخش ۵ بسته می‌شود."
    if _is_other(tender):
        return [
            ("بستن قرارداد", [signed]),
            ("اعتراض", [f"{tender.basis.complaint} درخواست در سامانه ثبت و پیگیری می‌شود."]),
        ]
    days = decimal_text(Decimal(call.law[Parameter.COMPLAINT_DAYS]))
    return [
        (
            "بستن قرارداد",
            [
                signed,
                (
                    "اگر برنده اول از بستن قرارداد خودداری کند یا تضمین انجام تعهدات ندهد، تضمین او ضبط و قرارداد با برنده دوم بسته "
                    "می‌شود؛ اگر او نیز نپذیرد، تضمین او نیز ضبط و مناقصه تجدید می‌شود (ماده ۲۱)."
                ),
            ],
        ),
        (
            "تجدید و لغو",
            [
                (
                    "مناقصه فقط به دلیل‌های ماده ۲۴ تجدید یا لغو می‌شود: کم بودن پیشنهادها، خودداری برندگان، پایان اعتبار پیشنهادها، "
                    "رأی هیأت رسیدگی و بالا بودن قیمت‌ها برای تجدید؛ و نبود نیاز، دگرگونی ماهیت کار، قوه قهریه، رأی هیأت رسیدگی و "
                    "تبانی برای لغو. تصمیم و دلیل آن به همه پیشنهاددهندگان گفته می‌شود."
                )
            ],
        ),
        (
            "شکایت",
            [
                f"هر شرکت‌کننده می‌تواند از نقض مقررات در سامانه شکایت کند؛ مناقصه‌گزار ظرف {days} روز کاری پاسخ می‌دهد (ماده ۲۵).",
                "اگر پاسخ پذیرفته نشود، شکایت به هیأت رسیدگی به شکایات مناقصات فرستاده می‌شود.",
            ],
        ),
    ]


def terms_of_reference(call: Call) -> list[Body]:
    """Return the articles of the terms of reference: purpose, services, phases and what is handed over."""
    tender = call.tender
    phases = Table(
        [Column("مرحله", 3), Column("سهم از مبلغ (درصد)", 2, is_number=True), Column("تحویل‌دادنی", 6)], call.phases
    )
    return [
        ("موضوع و هدف", _lines(tender.subject) or ["—"]),
        ("خدمات", _lines(tender.terms) or ["—"]),
        (
            "مدت، مرحله‌ها و تحویل‌دادنی‌ها",
            [
                persian_digits(f"مدت قرارداد {tender.years} سال شمسی است، در این مرحله‌ها:"),
                phases,
                "مطالعه شناختی ظرف چهار ماه از آغاز قرارداد انجام می‌شود و برنامه هر سال پیش از آغاز آن سال به تصویب شورای راهبری می‌رسد.",
            ],
        ),
        (
            "استاندارد و پذیرش کار",
            [
                (
                    "گزارش‌ها بر پایه دستورالعمل‌های توسعه خوشه‌های سازمان صنایع کوچک و شهرک‌های صنعتی ایران، به فارسی، در یک نسخه "
                    "کاغذی و یک نسخه الکترونیکی ویرایش‌پذیر داده می‌شود."
                ),
                "پذیرش هر مرحله با تأیید ناظر فنی و کارفرماست؛ ناظر در دوره مطالعه ماهانه و پس از آن هر دو ماه بازدید می‌کند.",
            ],
        ),
    ]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _moment(at: Any) -> str:
    return calendar.moment(at).removesuffix(" به وقت تهران") if at else "—"


def _day(day: Any) -> str:
    return calendar.long_date(day) if day else "—"


def _amount(amount: int | None) -> str:
    return f"{money.grouped(amount)} ریال ({money.in_words(amount)} ریال)" if amount else "—"
