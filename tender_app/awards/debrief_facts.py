"""What a debrief says: a bid's own scores with their reasons, where the winner was ahead, and what would have changed the result.

Nothing of any other bid is read into it but the winner's name, its announced figures, and its means under each criterion;
what was typed as a reason names neither another bidder nor an evaluator.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from tender_app.awards.debrief_rules import Needed, needed
from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import SecurityState
from tender_app.awards.models import Award
from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidState
from tender_app.evaluation import negotiation, queries, working
from tender_app.evaluation.commands import ranked
from tender_app.evaluation.methods import YARDSTICKS
from tender_app.evaluation.models import ScoreSheet, TechnicalResult
from tender_app.evaluation.queries import Ranked, RankingView
from tender_app.evaluation.scoring import Offer, half_up
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.people.models import Firm, Person
from tender_app.regulation.queries import in_force
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.models import Tender

Bare = Callable[[str], str]
_IN_TIME = "هیأت رسیدگی به اعتراضی که پس از {day} برسد رسیدگی نمی‌کند (ماده ۸)."
_TOO_LATE = "مهلت اعتراض به هیأت رسیدگی {day} پایان یافت؛ به اعتراضی که پس از آن برسد رسیدگی نمی‌شود (ماده ۸)."
_GUARANTEE = {
    SecurityState.HELD: "تضمین شرکت در فرآیند نزد دستگاه است.",
    SecurityState.RELEASE_DUE: "تضمین شرکت در فرآیند از {due} باید آزاد شود؛ نامه آزادسازی برای شما فرستاده می‌شود.",
    SecurityState.RELEASED: "تضمین شرکت در فرآیند آزاد و نامه آن {ended} فرستاده شد؛ اصل تضمین را تحویل بگیرید.",
    SecurityState.HANDED_OVER: "تضمین شرکت در فرآیند آزاد و نامه آن {ended} فرستاده شد؛ اصل آن {handed} به {to} تحویل شد.",
    SecurityState.FORFEITED: "تضمین شرکت در فرآیند {ended} ضبط و نامه آن فرستاده شد.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one criterion: the bid's mean, each evaluator's points with the reason, by how much the winner led."""

    title: str
    weight: str
    top: str
    mean: str
    ahead: str
    opinions: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class DebriefFacts:
    """A debrief in words and figures, as its page and its paper show it."""

    organisation: str
    number: str
    title: str
    firm: str
    own: Sequence[tuple[str, str]]
    criteria: Sequence[Told]
    winner: Sequence[tuple[str, str]]
    advantages: Sequence[str]
    change: Sequence[str]
    steps: Sequence[str]


def facts_of(ctx: Context, bid: Bid, award: Award, evaluators: Sequence[int]) -> DebriefFacts:
    """Return what the debrief of a bid says, the evaluators being numbered in this order of their sheets."""
    tender: Tender = bid.tender
    view = queries.ranking(ctx, tender)
    if view is None:
        raise LookupError("an award without a ranking")
    results = _results(ctx, tender)
    own, best = results.get(bid.id), results[award.winner_bid_id]
    winner = next(row for row in view.rows if row.bid_id == award.winner_bid_id)
    bare = _bare(ctx, bid)
    criteria = _criteria(ctx, bid, (own, best), evaluators, bare) if own else []
    return DebriefFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        bid.firm.name,
        _own(ctx, bid, own, view, bare),
        criteria,
        _winner(ctx, tender, winner),
        _advantages(criteria, bid, own, winner, ctx),
        _change(ctx, bid, own, results),
        _steps(ctx, bid),
    )


def _results(ctx: Context, tender: Tender) -> Mapping[int, TechnicalResult]:
    query = sa.select(TechnicalResult).where(TechnicalResult.tender_id == tender.id).order_by(TechnicalResult.id)
    return {row.bid_id: row for row in ctx.session.scalars(query)}


def _price(ctx: Context, bid: Bid) -> int | None:
    return ctx.session.scalar(sa.select(Price.total).where(Price.bid_id == bid.id))


def _bare(ctx: Context, bid: Bid) -> Bare:
    """Return what takes the names of other bidders and of evaluators out of a text: who wrote it may have named them."""
    firms = sa.select(Firm.name).join(Bid, Bid.firm_id == Firm.id)
    people = sa.select(Person.name).join(ScoreSheet, ScoreSheet.person_id == Person.id)
    others = ctx.session.scalars(firms.where(Bid.tender_id == bid.tender_id, Firm.id != bid.firm_id).distinct())
    judges = ctx.session.scalars(people.where(ScoreSheet.tender_id == bid.tender_id).distinct())
    said = dict.fromkeys(others, "شرکتی دیگر") | dict.fromkeys(judges, "یکی از ارزیابان")
    names = re.compile("|".join(re.escape(name) for name in sorted(said, key=len, reverse=True)) or r"(?!)")
    return lambda text: names.sub(lambda found: said[found[0]], text)


def _own(ctx: Context, bid: Bid, own: TechnicalResult | None, view: RankingView, bare: Bare) -> list[tuple[str, str]]:
    tender, yardstick = bid.tender, YARDSTICKS[bid.tender.method]
    rows = [("نتیجه", tender.basis.word(bid.state))]
    if bid.finding:
        rows.append(("دلیل", bare(bid.finding)))
    if own is None:
        return [*rows, ("امتیاز فنی", "پیشنهاد پیش از ارزیابی فنی کنار گذاشته شد و امتیاز نگرفت.")]
    exact = working.plain(Fraction(own.score))
    told = f" (دقیق: {exact})" if (Fraction(own.score) * 100).denominator > 1 else ""
    rows.append(("امتیاز فنی", f"{score(Fraction(own.score))} از ۱۰۰{told}"))
    if tender.minimum_score is not None:
        rows.append(("حداقل امتیاز", f"{decimal_text(tender.minimum_score)} از ۱۰۰"))
    price = _price(ctx, bid)
    rows.append(
        ("قیمت", amount(price) if price is not None else f"{tender.basis.envelope('c')} گشوده نشد و قیمتی خوانده نشد.")
    )
    placed = next((row for row in view.rows if row.bid_id == bid.id), None)
    if placed is not None:
        if yardstick.symbol not in ("t", "C"):
            rows.append((yardstick.heading, yardstick.shown(placed.final)))
        rows.append(("جایگاه", persian_digits(f"{placed.place} از {len(view.rows)}")))
    return rows


def _criteria(
    ctx: Context, bid: Bid, results: tuple[TechnicalResult, TechnicalResult], evaluators: Sequence[int], bare: Bare
) -> list[Told]:
    given = queries.given_in(ctx, evaluators)
    sheets = [given[sheet].get(bid.id, {}) for sheet in evaluators]
    own, best = ({k: Fraction(v) for k, v in r.working.get("means", {}).items()} for r in results)
    return [
        Told(
            f"{group}: {leaf.title}" if group else leaf.title,
            decimal_text(leaf.weight),
            decimal_text(leaf.top),
            score(own[str(leaf.id)]) if str(leaf.id) in own else "—",
            _ahead(own.get(str(leaf.id)), best.get(str(leaf.id))) if results[0] is not results[1] else "",
            [_opinion(number, sheet.get(str(leaf.id)), bare) for number, sheet in enumerate(sheets, 1)],
        )
        for group, leaf in working.leaves_of(bid.tender.criteria)
    ]


def _opinion(number: int, given: tuple[Decimal, str] | None, bare: Bare) -> tuple[str, str, str]:
    points, reason = given or (None, "")
    return persian_digits(f"ارزیاب {number}"), "—" if points is None else decimal_text(points), bare(reason)


def _ahead(own: Fraction | None, best: Fraction | None) -> str:
    return score(best - own) if own is not None and best is not None and best > own else ""


def _winner(ctx: Context, tender: Tender, winner: Ranked) -> list[tuple[str, str]]:
    yardstick = YARDSTICKS[tender.method]
    agreed = negotiation.agreed_price(ctx, winner.bid_id)
    rows = [
        ("نام", winner.firm),
        ("امتیاز فنی", f"{score(winner.technical)} از ۱۰۰"),
        ("قیمت", amount(winner.price)),
    ]
    if agreed is not None:
        rows.append(("قیمت توافق‌شده", amount(agreed)))
    if yardstick.symbol not in ("t", "C"):
        rows.append((yardstick.heading, yardstick.shown(winner.final)))
    return rows


def _advantages(
    criteria: Sequence[Told], bid: Bid, own: TechnicalResult | None, winner: Ranked, ctx: Context
) -> list[str]:
    """Return where the winner was ahead, and by how much: in figures of the two bids alone."""
    if own is None:
        return ["پیشنهاد شما به سنجش فنی نرسید؛ مقایسه‌ای با برنده شدنی نیست."]
    told = [f"{row.title}: {row.ahead} امتیاز از {row.top} بالاتر" for row in criteria if row.ahead]
    gap, price = winner.technical - Fraction(own.score), _price(ctx, bid)
    if gap > 0:
        told.append(f"در جمع امتیاز فنی {score(gap)} امتیاز بالاتر")
    if price is not None and winner.price < price:
        told.append(f"قیمت {amount(price - winner.price)} کمتر")
    return told or [
        "برنده در هیچ معیاری بالاتر و قیمتش کمتر نبود؛ برتری آن از ترکیب امتیاز و قیمت یا از قاعده برابری است."
    ]


def _change(ctx: Context, bid: Bid, own: TechnicalResult | None, results: Mapping[int, TechnicalResult]) -> list[str]:
    tender: Tender = bid.tender
    if own is None:
        return ["کنار گذاشته نشدن پیشنهاد: دلیل آن بالا آمده است."]
    if bid.state is BidState.BELOW_MINIMUM:
        gap = Fraction(tender.minimum_score or 0) - Fraction(own.score)
        return [
            f"رسیدن به حداقل امتیاز: {score(gap)} امتیاز دیگر (دقیق: {working.plain(gap)}) لازم بود تا قیمت خوانده شود."
        ]
    if bid.state is BidState.PRICE_REJECTED:
        return ["پذیرفته شدن قیمت: پیشنهاد با دلیلی که بالا آمده است در رتبه‌بندی نماند."]
    query = sa.select(Bid.id, Price.total).join(Price, Price.bid_id == Bid.id)
    query = query.where(Bid.tender_id == tender.id, Bid.state != BidState.PRICE_REJECTED).order_by(Bid.id)
    offers = {i: Offer(str(i), Fraction(results[i].score), total) for i, total in ctx.session.execute(query)}
    mine = offers.pop(bid.id)
    return _told(needed(mine, list(offers.values()), lambda all_: ranked(tender, all_)), mine)


def _told(found: Needed, own: Offer) -> list[str]:
    if found.was_first:
        return ["پیشنهاد شما در رتبه‌بندی نخست بود و مذاکره قیمت با آن به توافق نرسید."]
    told = []
    if found.score is not None:
        told.append(
            f"با همین قیمت، امتیاز فنی {score(found.score)} یا بالاتر ({score(found.score - own.technical)} بیشتر) پیشنهاد را نخست می‌کرد."
        )
    else:
        told.append("با همین قیمت، هیچ امتیاز فنی پیشنهاد را نخست نمی‌کرد.")
    if found.price is not None:
        told.append(
            f"با همین امتیاز، قیمت {amount(found.price)} یا کمتر ({amount(int(own.price or 0) - found.price)} کمتر) پیشنهاد را نخست می‌کرد."
        )
    else:
        told.append("با همین امتیاز، هیچ قیمتی پیشنهاد را نخست نمی‌کرد.")
    return told


def _steps(ctx: Context, bid: Bid) -> list[str]:
    """Return what the firm can do and expect now: to complain, until when, and where its guarantee is (R31, R33, R34)."""
    tender: Tender = bid.tender
    steps = [tender.basis.complaint.format(days=persian_digits(in_force(ctx, Parameter.COMPLAINT_DAYS)))]
    if tender.valid_until is not None:
        last = calendar.add_months(tender.valid_until, in_force(ctx, Parameter.OBJECTION_MONTHS))
        is_past = calendar.today(ctx.now) > last
        steps.append((_TOO_LATE if is_past else _IN_TIME).format(day=calendar.long_date(last)))
    held = ctx.session.scalars(sa.select(Security).where(Security.bid_id == bid.id)).one_or_none()
    if held is not None:
        steps.append(_guarantee(held, bid))
    return [tender.basis.said(step) for step in steps]


def _guarantee(held: Security, bid: Bid) -> str:
    """Return where a losing bid's guarantee is, with the days of what was done with it."""
    if held.state is SecurityState.HELD and bid.state is BidState.RUNNER_UP:
        return "تضمین شما تا بستن قرارداد با برنده نگه داشته و سپس بازگردانده می‌شود (ماده ۲۱)."
    due, ended = (calendar.long_date(calendar.today(at)) if at else "" for at in (held.due_at, held.ended_at))
    handed = calendar.long_date(held.handed_on) if held.handed_on else ""
    return _GUARANTEE[held.state].format(due=due, ended=ended, handed=handed, to=held.handed_to)


def score(value: Fraction) -> str:
    """Return a score to two places, as people read it."""
    return persian_digits(half_up(value, 2)).replace(".", "٫")


def amount(price: int) -> str:
    """Return an amount of money in figures."""
    return f"{money.grouped(price)} ریال"
