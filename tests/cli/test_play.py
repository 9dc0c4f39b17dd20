"""The olive story told as papers: the same on every run, and each string of story.json stands in the contract in order."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tender_app.demo.play import PAPERS, play
from tender_app.kernel import money
from tender_app.procedures import install_all
from tests.documents.reading import extracted

START = dt.date(2026, 11, 22)
ARTICLES = (
    "طرفین قرارداد|موضوع قرارداد|اسناد و مدارک|مدت قرارداد|مبلغ و نحوه پرداخت|کسورات قانونی|تضمین‌ها|تعهدات عامل|"
    "تعهدات کارفرما|نظارت|تیم عامل و تغییر آن|مالکیت نتایج و محرمانگی|منع واگذاری|تأخیر و جریمه|تغییر مقادیر|قوه قهریه|"
    "خاتمه و فسخ|تحویل و تسویه نهایی|حل اختلاف|قانون حاکم|نشانی طرفین|نسخه‌های قرارداد"
).split("|")
ANNEXES = "شرح خدمات|تحویل‌دادنی‌های هر مرحله|تیم عامل|قالب برنامه عملیاتی|صورتجلسه تعیین برنده|شرایط ویژه".split("|")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story")
    install_all()
    play(folder, START)
    return folder


@pytest.fixture(scope="module")
def story(out: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((out / "story.json").read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def text(out: Path) -> str:
    return " ".join(extracted((out / "contract.pdf").read_bytes()).split())


def copied(words: str) -> str:
    """Return words as a reader copies them: without half-spaces and raised marks."""
    return re.sub("[\u200c\u064b]", "", words)


def test_every_string_of_the_story_stands_in_the_contract_in_reading_order(story: dict[str, Any], text: str) -> None:
    place = 0
    for string in story["strings"]:
        assert copied(string) in text[place:], string
        place = text.index(copied(string), place)


def test_the_story_tells_its_figures_plainly_and_its_dates_as_they_are_printed(story: dict[str, Any]) -> None:
    contract = story["contract"]
    assert contract["amount_words"] == money.in_words(contract["amount"])
    assert all(re.fullmatch("[۰-۹]{4}/[۰-۹]{2}/[۰-۹]{2}", contract[day]) for day in ("signed", "starts", "ends"))
    assert re.fullmatch(r"[A-Z]+-C-\d{4}-01", contract["number"])
    assert [(bid["status"], bid["rank"], bid["price"] is None) for bid in story["bids"]] == [
        ("below_threshold", None, True),
        ("ranked", 2, False),
        ("ranked", 1, False),
    ]
    assert story["parties"]["agent"] == next(bid["firm"] for bid in story["bids"] if bid["rank"] == 1)
    assert next(bid["price"] for bid in story["bids"] if bid["rank"] == 1) == contract["amount"]


def test_the_contract_has_its_articles_and_annexes_in_order(text: str) -> None:
    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    titles = [f"ماده {n} – {title}" for n, title in enumerate(ARTICLES, 1)]
    titles += [f"پیوست {n} – {title}" for n, title in enumerate(ANNEXES, 1)]
    places = [text.index(copied(title.translate(digits))) for title in titles]
    assert places == sorted(places)


def test_each_party_stands_with_all_that_identifies_it(text: str) -> None:
    parties = text[text.index("کارفرما شرکت") : text.index("ماده ۲ –")]
    common = ("شناسه ملی", "شماره ثبت", "کد اقتصادی", "نشانی", "کد پستی", "تلفن", "کد ملی", "اختیار امضا")
    assert {label: parties.count(label) for label in common} == dict.fromkeys(common, 2)
    assert "شماره شبا" in parties


def test_the_same_start_tells_the_same_story_and_the_same_contract(out: Path, tmp_path: Path) -> None:
    play(tmp_path, START)
    same = {"story.json", *PAPERS.values()} - {"opening-minutes.pdf"}  # the minutes name receipts, which are random
    assert {name for name in same if (tmp_path / name).read_bytes() == (out / name).read_bytes()} == same


def test_six_papers_are_written_and_none_names_a_font_that_it_does_not_hold(out: Path) -> None:
    for name in PAPERS.values():
        content = (out / name).read_bytes()
        assert b"Helvetica" not in content
        assert len(pypdfium2.PdfDocument(content)) > 0
    assert {path.name for path in out.iterdir()} == {"story.json", *PAPERS.values()}
