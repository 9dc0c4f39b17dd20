"""The clusters of the demonstration: versions of their map, and each cluster's way to its licence, act by act."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

import sqlalchemy as sa

from tender_app.clusters.map_queries import chart_of, rows_of
from tender_app.clusters.map_rules import (
    Adoption,
    CandidateEdit,
    CandidateLine,
    CriterionLine,
    MapAct,
    NewMap,
    Withdrawal,
)
from tender_app.clusters.models import Cluster, ClusterMap
from tender_app.clusters.rules import ClusterAct, Letter
from tender_app.clusters.step_models import Approval, Prefeasibility
from tender_app.clusters.step_rules import Answer, ApprovalAct, Body, Report, Request, StudyAct, StudyOf, Why
from tender_app.demo.stage import Company, Stage, workday
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.workflow.engine import advance, begin

CRITERIA = (
    CriterionLine("تراکم و شمار بنگاه‌ها", Decimal(25)),
    CriterionLine("اشتغال", Decimal(20), 2),
    CriterionLine("بازار و صادرات", Decimal(25)),
    CriterionLine("سرمایه اجتماعی", Decimal(15), 1),
    CriterionLine("دسترسی به مواد اولیه", Decimal(15)),
)
CLUSTERS = (
    ("packaging", "بسته‌بندی", "پلیمری، سلولزی، شیشه‌ای و فلزی؛ حدود ۳۰۰ بنگاه.", 300, "9 9 9 8 8"),
    ("grape", "فرآوری محصولات انگور", "کشمش، شیره و فرآورده‌های انگور.", None, "8 8 9 8 9"),
    ("sweets", "شیرینی سنتی و باقلوا", "شیرینی سنتی و باقلوای قزوین.", None, "8 8 8 9 8"),
    ("olive", "فرآوری محصولات زیتون", "الگوی یونیدو؛ با انجمن یا اتحادیه زیتون استان پایان می‌یابد.", None, "8 7 8 8 9"),
    ("pistachio", "فرآوری پسته", "", None, "7 8 8 7 8"),
    ("furniture", "مبلمان چوبی", "", None, "8 8 7 7 6"),
    ("leather", "چرم و کیف", "", None, "7 7 7 8 6"),
    ("stone", "سنگ تزیینی", "", None, "7 6 8 6 8"),
    ("herbs", "گیاهان دارویی", "", None, "6 6 8 7 8"),
    ("glass", "شیشه و بلور", "", None, "7 7 6 6 7"),
)
KNOWN = {"packaging", "grape", "sweets", "olive"}
FORMER = {"olive": "7 7 7 8 8", "stone": "8 7 8 7 8", "leather": "7 7 6 7 6"}  # scores of the years before
GONE = ("tile", "کاشی و سرامیک", "", None, "6 7 6 5 7")
LATER = {"herbs", "glass"}  # not yet known when the first map was made
WITHDRAWN = "شمار بنگاه‌ها در این استان کمتر از حد نصاب خوشه است."
TURNS = ((Body.PROVINCE, 85, 70, "نامه کمیته استانی"), (Body.ISIPO, 65, 50, "نامه سازمان"))


def line_of(row: tuple[str, str, str, int | None, str], scores: str = "") -> CandidateLine:
    """Return a row of the tables above as a candidate."""
    slug, name, text, firms, own = row
    figures = (scores or own).split()
    pairs = {c.title: Decimal(f) for c, f in zip(CRITERIA, figures, strict=True)}
    return CandidateLine(name, firms, text, pairs, slug, is_invented=slug not in KNOWN)


def new_map(stage: Stage, company: Company, year: int, lines: Iterable[CandidateLine], *, note: str = "") -> ClusterMap:
    """Begin a version for a year, as a copy of the last one, and put new candidates on it."""
    title = f"نقشه خوشه‌های استان {company.organisation.province}، {persian_digits(year)}{note}"
    by = stage.by(company.officer)
    version = begin(by, ClusterMap, MapAct.BEGIN, NewMap(company.organisation, year, title, CRITERIA))
    for line in lines:
        advance(stage.by(company.officer), version, MapAct.ADD_CANDIDATE, CandidateEdit(None, line))
    return version


def score(stage: Stage, company: Company, version: ClusterMap, changes: Mapping[str, str]) -> None:
    """Give candidates of a draft other scores."""
    for row in rows_of(stage.by(company.officer), version):
        if row.slug in changes:
            figures = zip(CRITERIA, changes[row.slug].split(), strict=True)
            line = next(c for c in chart_of(stage.by(company.officer), version).candidates if c.slug == row.slug)
            what = CandidateEdit(row.candidate_id, replace(line, scores={c.title: Decimal(f) for c, f in figures}))
            advance(stage.by(company.officer), version, MapAct.EDIT_CANDIDATE, what)


def withdraw(stage: Stage, company: Company, version: ClusterMap, slug: str) -> None:
    """Leave a candidate out of a draft."""
    row = next(row for row in rows_of(stage.by(company.officer), version) if row.slug == slug)
    what = Withdrawal(row.candidate_id, WITHDRAWN)
    advance(stage.by(company.officer), version, MapAct.WITHDRAW_CANDIDATE, what)


def adopt(stage: Stage, company: Company, version: ClusterMap) -> None:
    """Let the manager adopt a draft with the provincial committee's letter of the day."""
    stage.later(hours=2)
    letter = Adoption(number(stage), calendar.today(stage.now), stage.scan("نامه تصویب نقشه خوشه"))
    advance(stage.by(company.manager), version, MapAct.ADOPT, letter)


def clusters_of(stage: Stage, company: Company) -> dict[str, Cluster]:
    """Return a company's clusters by slug."""
    query = sa.select(Cluster).where(Cluster.organisation_id == company.organisation.id).order_by(Cluster.id)
    return {cluster.slug: cluster for cluster in stage.session.scalars(query)}


def whole_map(stage: Stage, company: Company, year: int) -> dict[str, Cluster]:
    """Adopt the map of a year with all its clusters; return them by slug."""
    adopt(stage, company, new_map(stage, company, year, map(line_of, CLUSTERS)))
    return clusters_of(stage, company)


def first_map(stage: Stage, company: Company, year: int) -> dict[str, Cluster]:
    """Adopt the first map, of long ago; return its clusters by slug."""
    rows = [*(row for row in CLUSTERS if row[0] not in LATER), GONE]
    adopt(stage, company, new_map(stage, company, year, [line_of(row, FORMER.get(row[0], "")) for row in rows]))
    return clusters_of(stage, company)


def last_map(stage: Stage, company: Company, year: int) -> None:
    """Adopt last year's map: one cluster more."""
    stage.at(_before_new_year(year), 10)
    rows = [row for row in CLUSTERS if row[0] == "herbs"]
    adopt(stage, company, new_map(stage, company, year, map(line_of, rows)))


def present_map(stage: Stage, company: Company, year: int) -> None:
    """Adopt this year's map: other scores, one cluster new, one left out."""
    stage.at(_before_new_year(year), 10)
    rows = [row for row in CLUSTERS if row[0] == "glass"]
    version = new_map(stage, company, year, map(line_of, rows))
    score(stage, company, version, {slug: own for slug, *_rest, own in CLUSTERS if slug in FORMER})
    withdraw(stage, company, version, "tile")
    adopt(stage, company, version)


def draft_map(stage: Stage, company: Company, year: int) -> None:
    """Begin next year's map; it waits for more scores and for its adoption."""
    version = new_map(stage, company, year, ())
    score(stage, company, version, {"herbs": "7 7 8 7 8", "glass": "7 7 7 6 7"})


def _before_new_year(year: int) -> dt.date:
    """Return a working day of the Esfand before a year, in which its map is adopted."""
    return workday(calendar.from_jalali(year - 1, 12, 20))


def license_cluster(stage: Stage, company: Company, cluster: Cluster, day: dt.date) -> None:
    """Lead a cluster to its licence, which is given forty days before `day`."""
    study(stage, company, cluster, day)
    stage.at(workday(day - dt.timedelta(days=90)), 11)
    advance(stage.by(company.manager), _study_of(stage, cluster), StudyAct.ACCEPT)
    for body, asked, answered, title in TURNS:
        approval = ask(stage, company, cluster, body, workday(day - dt.timedelta(days=asked)))
        signed = workday(day - dt.timedelta(days=answered))
        stage.at(signed, 11)
        advance(
            stage.by(company.officer), approval, ApprovalAct.GRANT, Answer(number(stage), signed, stage.scan(title))
        )
    signed = workday(day - dt.timedelta(days=40))
    stage.at(signed, 11)
    licence = Letter(number(stage), signed, "مجوز", stage.scan("مجوز توسعه خوشه"))
    advance(stage.by(company.officer), cluster, ClusterAct.RECORD_LICENCE, licence)


def study(stage: Stage, company: Company, cluster: Cluster, day: dt.date) -> Prefeasibility:
    """Begin the study of a cluster and submit its report."""
    stage.at(workday(day - dt.timedelta(days=120)), 9)
    begun = begin(stage.by(company.officer), Prefeasibility, StudyAct.BEGIN, StudyOf(cluster))
    submit(stage, company, begun, workday(day - dt.timedelta(days=95)))
    return begun


def submit(stage: Stage, company: Company, study: Prefeasibility, day: dt.date) -> None:
    """Submit a report of a study on a day."""
    stage.at(day, 10)
    findings = "خوشه از دید شمار بنگاه‌ها، بازار و آمادگی کارآفرینان برای توسعه مناسب است."
    scan = stage.scan("گزارش امکان‌سنجی مقدماتی")
    report = Report("گروه مطالعات نمونه (ساختگی)", number(stage), day, findings, scan)
    advance(stage.by(company.officer), study, StudyAct.SUBMIT, report)


def ask(stage: Stage, company: Company, cluster: Cluster, body: Body, day: dt.date) -> Approval:
    """Ask a body for the approval of a cluster on a day."""
    stage.at(day, 11)
    request = Request(cluster, body, number(stage), day, stage.scan("نامه درخواست تصویب خوشه"))
    return begin(stage.by(company.officer), Approval, ApprovalAct.REQUEST, request)


def on_their_way(stage: Stage, company: Company, herbs: Cluster, glass: Cluster, today: dt.date) -> None:
    """Let two clusters stand in the middle: a mended report that waits, and a request after a first refusal."""
    begun = study(stage, company, herbs, today + dt.timedelta(days=60))
    stage.later(days=4)
    why = Why("شمار بنگاه‌ها با پرسش‌نامه‌ها نمی‌خواند؛ جدول ۲ را اصلاح کنید.")
    advance(stage.by(company.manager), begun, StudyAct.RETURN, why)
    submit(stage, company, begun, workday(today - dt.timedelta(days=12)))
    study(stage, company, glass, today)
    stage.later(days=3)
    advance(stage.by(company.manager), _study_of(stage, glass), StudyAct.ACCEPT)
    refused = ask(stage, company, glass, Body.PROVINCE, workday(today - dt.timedelta(days=70)))
    day = workday(today - dt.timedelta(days=50))
    stage.at(day, 11)
    answer = Answer(
        number(stage), day, stage.scan("نامه کمیته استانی"), "هم‌افزایی بنگاه‌ها در گزارش نشان داده نشده است."
    )
    advance(stage.by(company.officer), refused, ApprovalAct.REFUSE, answer)
    ask(stage, company, glass, Body.PROVINCE, workday(today - dt.timedelta(days=20)))


def number(stage: Stage) -> str:
    """Return the number of an invented letter."""
    return f"{calendar.jalali_year(calendar.today(stage.now))}/{stage.seed() % 9000 + 1000}"


def _study_of(stage: Stage, cluster: Cluster) -> Prefeasibility:
    return stage.session.scalars(sa.select(Prefeasibility).where(Prefeasibility.cluster_id == cluster.id)).one()
