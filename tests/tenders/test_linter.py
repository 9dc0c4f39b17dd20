"""The reader of drafts: it asks where only one firm fits, where words are unclear, and where it is content it is silent."""

import datetime as dt
from fractions import Fraction

import pytest
from flask import Flask

from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.tenders import linting
from tender_app.tenders.linter import Reading, Weighed, examine, plain, sentences
from tender_app.tenders.rules import Changes, TenderAct
from tender_app.workflow.engine import advance
from tests.make import context_of, session_of, signed_in
from tests.tenders.ground import complete, draft, settle, tender_of

NOW = dt.datetime(2026, 11, 1, 10, tzinfo=dt.UTC)
GOOD = "خوشه با مشکل فروش و ضعف بسته‌بندی روبه‌روست. عامل گزارش شناخت و برنامه عملیاتی را تحویل می‌دهد."


def rules(text: str) -> list[str]:
    """Return the rules that ask about a text of services, beside a purpose and a deliverable that are there."""
    return [found.rule for found in examine(Reading([("subject", GOOD), ("terms", text)]))]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("brand", "دستگاه بسته‌بندی از برند بوش باشد."),
        ("brand", "نرم‌افزار «خوشه‌یار» نصب می‌شود."),
        ("brand", "گزارش‌ها با Primavera تهیه شود."),
        ("brand", "رایانه ساخت شركت نمونه فراهم شود."),
        ("exactly", "عامل دقیقاً ۷ سال سابقه دارد."),
        ("exactly", "تیم دقيقا سه نفر است."),
        ("only", "فقط شرکت‌های عضو انجمن مشاوران می‌توانند شرکت کنند."),
        ("only", "صرفاً دارندگان پروانه همین اداره پذیرفته می‌شوند."),
        ("only", "نمایندگی رسمی یونیدو لازم است."),
        ("certificate", "گواهینامه آموزش صادره از مؤسسه آتیه لازم است."),
        ("certificate", "گواهی دوره از دانشگاه قزوین."),
        ("location", "دفتر مرکزی شرکت در استان باشد."),
        ("location", "عامل بومی استان باشد."),
        ("location", "شرکت ثبت‌شده در استان قزوین."),
        ("location", "مدیرعامل ساکن شهر قزوین است."),
        ("insider", "سابقه همکاری با این شرکت لازم است."),
        ("insider", "سابقه قرارداد با کارفرما امتیاز دارد."),
        ("vague", "و سایر موارد که اعلام شود."),
        ("vague", "کارها به نحو مطلوب انجام شود."),
        ("vague", "حسب نظر کارفرما گزارش داده شود."),
        ("subjective", "شرکت‌های مطرح و صاحب‌نام اولویت دارند."),
        ("subjective", "رزومه درخشان لازم است."),
        ("experience", "دست‌کم ۱۵ سال سابقه عاملیت لازم است."),
        ("experience", "سابقه کار مرتبط دست‌کم ۲۰ سال باشد."),
        ("experience", "پانزده سال تجربه در خوشه‌ها."),
        ("experience", "دست‌كم ١٢ سال سابقه."),
        ("projects", "انجام ۸ پروژه مشابه."),
        ("projects", "ده قرارداد توسعه خوشه."),
        ("team", "۲۵ کارشناس تمام‌وقت در تیم باشد."),
    ],
)
def test_a_demand_that_shuts_others_out_or_cannot_be_measured_is_asked_about(rule: str, text: str) -> None:
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "برندسازی مشترک و طراحی بسته‌بندی.",
        "ساخت برند خوشه و برند مشترک.",
        "نرم‌افزار «خوشه‌یار» یا معادل آن.",
        "گزارش با PDF و Excel داده شود و الگوی UNIDO و استاندارد ISO رعایت شود.",
        "دست‌کم پنج سال سابقه توسعه صنایع کوچک.",
        "۳ سال تجربه کار با خوشه‌ها.",
        "مدت قرارداد ۳ سال است و سابقه شرکت بررسی می‌شود.",
        "گواهی آموزش عاملیت از سازمان صنایع کوچک یا گواهی هم‌ارز.",
        "گواهی حسن انجام کار از کارفرمایان پیشین.",
        "عامل در مدت قرارداد در استان دفتر دارد و در استان مستقر است.",
        "دفتر عامل در استان پس از عقد قرارداد راه‌اندازی شود.",
        "سابقه همکاری با دستگاه‌های مشابه.",
        "انجام دو پروژه مشابه.",
        "تیم دست‌کم سه نفر تمام‌وقت دارد.",
        "فروش بی‌واسطه و افزایش نقدینگی بنگاه‌ها.",
        "حق انحصاری نتایج با کارفرماست.",
        "تشکیل کنسرسیوم‌های صادراتی.",
        "وضعیت بومی‌سازی فناوری سنجیده شود.",
    ],
)
def test_plain_fair_words_are_not_asked_about(text: str) -> None:
    assert rules(text) == []


def test_a_question_quotes_the_sentence_gives_the_reason_and_a_way_out() -> None:
    text = "محور ۱: شناخت.\nعامل بومی استان باشد. گزارش ماهانه بدهد."
    (found,) = examine(Reading([("subject", GOOD), ("terms", text)]))
    assert (found.rule, found.section, found.quote) == ("location", "terms", "عامل بومی استان باشد.")
    assert found.why.startswith("جای شرکت شرط شده")
    assert "مستقر شود" in found.suggestion


def test_a_missing_problem_and_an_unclear_deliverable_are_asked_about_once_each() -> None:
    found = examine(Reading([("title", "انتخاب عامل"), ("subject", "انتخاب عامل خوشه."), ("terms", "همراهی بنگاه‌ها.")]))
    assert [(f.rule, f.quote) for f in found] == [
        ("problem", "انتخاب عامل خوشه."),
        ("deliverable", "همراهی بنگاه‌ها."),
    ]
    assert examine(Reading([("subject", GOOD)])) == []
    assert examine(Reading([("subject", ""), ("terms", "")])) == []


def test_letters_of_another_keyboard_half_spaces_and_vowel_signs_are_read_alike() -> None:
    forms = ("عامل بومی استان باشد", "عامل بومي استان باشد", "عامل بومی‌ استان باشد", "عامل بُومی استان باشد")
    assert len({plain(form) for form in forms}) == 1
    assert plain("دقیقاً ۷") == plain("دقیقا 7") == plain("دقيقا ٧")


def test_sentences_end_at_signs_and_lines_and_keep_their_decimals() -> None:
    assert sentences("ضریب ۰٫۳ است. دوم؛ سوم\nچهارم") == ["ضریب ۰٫۳ است.", "دوم؛", "سوم", "چهارم"]
    assert sentences(" \n- \n") == []


def weighed(
    *weights: str, title: str = "معیار", guidance: str = "مدرک", evidence: str = "گواهی", levels: int = 5
) -> list[str]:
    rows = tuple(
        Weighed(n, None, f"{title} {n}", Fraction(w), guidance, evidence=evidence, levels=levels)
        for n, w in enumerate(weights)
    )
    return [found.rule for found in examine(Reading(criteria=rows))]


def test_weights_from_three_to_forty_are_not_asked_about_and_those_beyond_are() -> None:
    assert weighed("3", "40", "40", "17") == []
    assert weighed("2.99", "40.01", "57") == ["light", "heavy", "heavy"]
    assert weighed("30", title="کمترین قیمت") == ["price"]
    assert weighed("30", "30", guidance="") == ["guidance"]


def test_criteria_without_levels_or_evidence_are_asked_about_once_together_and_groups_never() -> None:
    assert weighed("30", "30", levels=0) == ["levels"]
    assert weighed("30", "30", evidence=" ") == ["evidence"]
    group = Weighed(1, None, "روش", Fraction(30), "مدرک", is_leaf=False)
    assert list(examine(Reading(criteria=(group,)))) == []


def test_weights_that_do_not_add_up_are_told() -> None:
    (found,) = examine(Reading(weight_faults=["جمع وزن معیارهای اصلی ۹۰ است و باید ۱۰۰ باشد."]))
    assert (found.rule, found.quote) == ("sum", "جمع وزن معیارهای اصلی ۹۰ است و باید ۱۰۰ باشد.")


@pytest.mark.parametrize(("days", "expected"), [(10, ["period"]), (14, ["period"]), (15, []), (30, [])])
def test_a_lawful_but_short_time_for_bids_is_asked_about(days: int, expected: list[str]) -> None:
    draft = Reading(documents_until=NOW, closes_at=NOW + dt.timedelta(days=days))
    assert [found.rule for found in examine(draft)] == expected


@pytest.mark.parametrize(("hours", "expected"), [(71, ["questions"]), (72, [])])
def test_questions_that_end_too_late_for_their_answers_are_asked_about(hours: int, expected: list[str]) -> None:
    draft = Reading(questions_until=NOW, closes_at=NOW + dt.timedelta(hours=hours))
    assert [found.rule for found in examine(draft)] == expected


@pytest.mark.parametrize(("floor", "expected"), [(49, ["floor"]), (50, []), (80, []), (81, ["floor"])])
def test_a_minimum_that_admits_all_or_hardly_anybody_is_asked_about(floor: int, expected: list[str]) -> None:
    assert [found.rule for found in examine(Reading(minimum_score=Fraction(floor)))] == expected


# With a database


@pytest.fixture
def number(app: Flask) -> str:
    return draft(app, settle(app))


def test_the_officer_answers_a_question_and_the_manager_reads_it_and_nothing_is_blocked(
    app: Flask, number: str
) -> None:
    complete(app, number, subject=GOOD, terms="عامل بومی استان باشد.")
    officer, path = signed_in(app, "officer"), f"/tenders/{number}/reading"
    page = officer.get(path).text
    assert "عامل بومی استان باشد." in page
    assert "عامل بومی استان باشد." in officer.get(f"/tenders/{number}/edit").text
    with session_of(app) as session:
        asked = linting.questions(context_of(app, session, "officer"), tender_of(session, number))
        key = next(row.finding.key for row in asked if row.finding.rule == "location")
    refused = officer.post(path, data={"finding": key, "text": " "})
    assert refused.status_code == 422
    assert "بنویسید چرا متن همین‌گونه می‌ماند." in refused.text
    answer = {"finding": key, "text": "کار میدانی روزانه است."}
    assert officer.post(path, data=answer).status_code == 302
    assert officer.post(path, data={"finding": "location-0", "text": "؟"}).status_code == 409
    assert officer.post(f"/tenders/{number}/send").status_code == 302
    approve = signed_in(app, "manager").get(f"/tenders/{number}/approve").text
    assert "کار میدانی روزانه است." in approve
    assert "جای شرکت شرط شده است" in approve


def test_a_mended_sentence_is_no_longer_a_question(app: Flask, number: str) -> None:
    complete(app, number, subject=GOOD, terms="عامل بومی استان باشد.")
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        key = next(row.finding.key for row in linting.questions(ctx, tender) if row.finding.rule == "location")
        advance(ctx, tender, TenderAct.EDIT, Changes({"terms": "عامل در مدت قرارداد در استان است."}))
        assert [row.finding.rule for row in linting.questions(ctx, tender) if row.finding.rule == "location"] == []
        with pytest.raises(NotNow, match="دیگر درباره این پیش‌نویس نیست"):
            advance(ctx, tender, TenderAct.ANSWER_FINDING, linting.Considered(key, "دیر"))
        with pytest.raises(NotAllowed):
            advance(
                context_of(app, session, "manager"), tender, TenderAct.ANSWER_FINDING, linting.Considered(key, "نه")
            )
