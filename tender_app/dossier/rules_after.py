"""The rules of the catalogue from the opening on, R18-R45: each returns what is wrong and what mends it, or None."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from tender_app.awards.complaint_queries import hints_of
from tender_app.awards.complaint_rules import ComplaintState
from tender_app.awards.guarantee_rules import SecurityState
from tender_app.awards.refusal_rules import RefusalOutcome
from tender_app.awards.rules import MAJORITY, MEMBERS
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, GuaranteeTerms, guarantee_checks, haircuts_of
from tender_app.documents.models import DocumentKind
from tender_app.dossier.case_facts import CaseFacts
from tender_app.dossier.rules_conflict import tied
from tender_app.evaluation import digests
from tender_app.evaluation.explanation_rules import suspects
from tender_app.evaluation.low_price import bounds
from tender_app.evaluation.methods import figures_of, places
from tender_app.evaluation.queries import gap_is_weighted
from tender_app.evaluation.rules import SheetState
from tender_app.evaluation.scoring import Offer
from tender_app.kernel import calendar, money
from tender_app.kernel.identifiers import is_legal_id
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _
from tender_app.ledger.log import walk
from tender_app.regulation.rules import Parameter
from tender_app.tenders.deciding import law_of
from tender_app.tenders.rules import Matter, Session, TenderAct, ending_label

ORDER = (BidAct.ACCEPT_GUARANTEE, BidAct.EVALUATE, BidAct.QUALIFY, BidAct.PRICE)
REJECTED = (BidState.GUARANTEE_REJECTED, BidState.ENVELOPE_B_REJECTED, BidState.PRICE_REJECTED)
RANKED = (BidState.PRICED, BidState.WON, BidState.RUNNER_UP, BidState.LOST)


def opened_at_its_hour(case: CaseFacts) -> str | None:
    """R18: not before the announced hour, and with all three members."""
    opens = case.tender.opens_at
    for entry in case.did(TenderAct.OPEN_A):
        if opens is not None and entry.at < opens:
            return _("پاکت‌ها پیش از ساعت اعلام‌شده ({opens}) گشوده شده است.").format(opens=calendar.moment(opens))
    if case.is_in_session(Session.ENVELOPES):
        return None
    return _("حضور هر سه عضو در جلسه گشایش ثبت نیست؛ دبیر حاضران را ثبت می‌کند.")


def members_voted(case: CaseFacts) -> str | None:
    """R19: all three stated an opinion on the award, and two of them for it."""
    rounds = Counter(v.round for v in case.votes if v.matter is Matter.AWARD)
    if not rounds:
        return _("رأیی درباره برنده ثبت نیست.")
    last = [v for v in case.votes if v.matter is Matter.AWARD and v.round == max(rounds)]
    if len(last) < MEMBERS:
        return _("رأی هر سه عضو ثبت نیست؛ ممتنع نیست و هر عضو نظر می‌دهد.")
    return None if sum(v.is_for for v in last) >= MAJORITY else _("تصمیم دو رأی موافق ندارد.")


def order_was_kept(case: CaseFacts) -> str | None:
    """R20: الف, then ب, then the technical evaluation, then ج, for every bid."""
    for bid in case.live:
        acts = case.acts_on(bid)
        places = [acts[act.value].id for act in ORDER if act.value in acts]
        if places != sorted(places):
            return _("ترتیب گشایش در پیشنهاد {firm} نگه داشته نشده است.").format(firm=case.name(bid))
        if bid.state is BidState.GUARANTEE_REJECTED and case.opened_kinds(bid) - {EnvelopeKind.A}:
            return _("پاکت الف {firm} رد شده ولی پاکت دیگری از آن گشوده شده است.").format(firm=case.name(bid))
    return None


def guarantees_suffice(case: CaseFacts) -> str | None:
    """R21: every accepted guarantee is worth enough, lasts long enough, and its original was received."""
    originals = {original.firm_id for original in case.originals}
    shares = haircuts_of(law_of(case.ctx, case.tender))
    until = case.lengthened[0].valid_before if case.lengthened else case.tender.valid_until
    for bid in case.live:
        kept = case.guarantees.get(bid.id)
        if kept is None or bid.state in {BidState.GUARANTEE_REJECTED, BidState.SUBMITTED}:
            continue
        stated = GuaranteeTerms(kept.kind, kept.issuer, kept.number, kept.amount, kept.expires_on, kept.sepam_no)
        checks = guarantee_checks(
            stated,
            shares[kept.kind],
            required=case.tender.guarantee,
            valid_until=until,
            has_original=bid.firm_id in originals,
        )
        if missed := next((check for check in checks if not check.is_met), None):
            return _("تضمین {firm}: {label}، {told}.").format(firm=case.name(bid), label=missed.label, told=missed.told)
    return None


def rejections_have_reasons(case: CaseFacts) -> str | None:
    """R22: what was rejected was rejected with a reason."""
    bare = [case.name(bid) for bid in case.in_state(*REJECTED) if not bid.finding]
    return _("رد پیشنهاد {firms} دلیل ندارد.").format(firms="، ".join(bare)) if bare else None


def enough_evaluators(case: CaseFacts) -> str | None:
    """R23: at least three evaluators confirmed their own sheets, and no certain tie of one is undecided or was found too late."""
    confirmed = [sheet for sheet in case.sheets if sheet.state is SheetState.CONFIRMED]
    least = law_of(case.ctx, case.tender)[Parameter.EVALUATORS]
    if len({sheet.person_id for sheet in confirmed}) >= least:
        return tied(case, {Role.EVALUATOR})
    return persian_digits(
        _("{count} برگه تأییدشده هست؛ دست‌کم {least} ارزیاب لازم است.").format(count=len(confirmed), least=least)
    )


def scores_stayed_locked(case: CaseFacts) -> str | None:
    """R24: nothing was scored after the lock, and the locked scores are those that are stored."""
    locks = case.did(TenderAct.LOCK_SCORES)
    if not locks:
        return _("قطعی شدن امتیاز فنی در دفتر رویدادها نیست.")
    if case.last_score_at is not None and case.last_score_at > locks[-1].at:
        return _("پس از قطعی شدن امتیازها، امتیازی دگرگون شده است؛ موضوع را به حسابرس بگویید.")
    if digests.of_stored(case.ctx, case.tender) != case.tender.scores_digest:
        return _("امتیازهای ذخیره‌شده با اثر انگشت قطعی‌شده نمی‌خواند؛ موضوع را به حسابرس بگویید.")
    return None


def unqualified_stay_sealed(case: CaseFacts) -> str | None:
    """R25: the price of a bid below the minimum stays unopened."""
    below = case.in_state(BidState.BELOW_MINIMUM)
    read = [case.name(b) for b in below if b.id in case.prices or EnvelopeKind.C in case.opened_kinds(b)]
    return _("پاکت قیمت {firms} با آنکه زیر حداقل است گشوده شده است.").format(firms="، ".join(read)) if read else None


def price_session_was_lawful(case: CaseFacts) -> str | None:
    """R26: invited, not before its hour, not after the bids' validity, postponed once at most."""
    opened = case.did(TenderAct.OPEN_PRICES)
    if not opened:
        return None
    if len(case.postponed) > 1:
        return _("جلسه قیمت بیش از یک بار به تعویق افتاده است.")
    at, hour, until = opened[0].at, case.tender.prices_open_at, case.tender.valid_until
    if hour is not None and at < hour:
        return _("قیمت‌ها پیش از ساعت اعلام‌شده گشوده شده است.")
    if until is not None and calendar.today(at) > until:
        return _("قیمت‌ها پس از پایان اعتبار پیشنهادها گشوده شده است.")
    return None if case.is_in_session(Session.PRICES) else _("حضور هر سه عضو در جلسه قیمت ثبت نیست.")


def prices_are_whole(case: CaseFacts) -> str | None:
    """R27: each price is a whole amount whose phases sum to it."""
    for bid in case.live:
        price = case.prices.get(bid.id)
        if price is not None and sum(int(phase["amount"]) for phase in price.phases) != price.total:
            return _("جمع مرحله‌های قیمت {firm} با مبلغ کل یکی نیست.").format(firm=case.name(bid))
    return None


def ranking_is_exact(case: CaseFacts) -> str | None:
    """R28: the ranking is what the documents' method and tie rule make of the locked scores and the opened prices."""
    rejected = {bid.id for bid in case.in_state(BidState.PRICE_REJECTED)}
    offers = [
        Offer(str(result.bid_id), Fraction(result.score), case.prices[result.bid_id].total)
        for result in sorted(case.results.values(), key=lambda r: r.id)
        if result.bid_id in case.prices.keys() - rejected
    ]
    made = places(case.tender.method, offers, figures_of(case.tender))
    kept = {row.bid_id: (row.final, row.rank, row.place) for row in case.ranking}
    if kept == {int(place.offer.id): (str(place.final), place.rank, place.place) for place in made}:
        return None
    return _("رتبه‌بندی ثبت‌شده با محاسبه دوباره از امتیازها و قیمت‌ها نمی‌خواند؛ موضوع را به حسابرس بگویید.")


def prices_are_usual(case: CaseFacts) -> str | None:
    """R29: a price far above the estimate was put before the committee, one far below was asked about."""
    prices = {bid.id: case.prices[bid.id].total for bid in case.in_state(*RANKED)}
    return _unasked_high(case, prices) or _unasked_low(case, prices)


def _unasked_high(case: CaseFacts, prices: Mapping[int, int]) -> str | None:
    estimate = case.tender.estimate
    if not estimate or case.did(TenderAct.ASK_PRICE_OPINION):
        return None
    bound = Fraction(law_of(case.ctx, case.tender)[Parameter.PRICE_WARNING]) * estimate / 100
    high = [bid for bid, price in prices.items() if price > bound]
    if not high:
        return None
    return _("قیمت {firms} بسیار بالاتر از برآورد است؛ نظر کمیته فنی بازرگانی را تا دو هفته بگیرید.").format(
        firms=_named(case, high)
    )


def _unasked_low(case: CaseFacts, prices: Mapping[int, int]) -> str | None:
    found = suspects(prices, case.tender.estimate, bounds(case.ctx, case.tender))
    low = [suspect.bid_id for suspect in found if suspect.is_low]
    unasked = [bid for bid in low if bid not in case.explained] if low else []
    if not unasked:
        return None
    return _("قیمت {firms} نامتعارف پایین است و توضیحی خواسته نشده است؛ در صفحه رتبه‌بندی توضیح بخواهید.").format(
        firms=_named(case, unasked)
    )


def _named(case: CaseFacts, ids: Sequence[int]) -> str:
    return "، ".join(case.name(bid) for bid in case.bids if bid.id in ids)


def runner_up_is_lawful(case: CaseFacts) -> str | None:
    """R30: a second winner is named exactly where its gap is strictly less than the guarantee."""
    award = case.award
    if award is None or award.runner_up_bid_id is None:
        return None
    rows = {row.bid_id: row for row in case.ranking}
    first, second = rows[award.winner_bid_id], rows[award.runner_up_bid_id]
    weighted = gap_is_weighted(case.tender)
    gap = Fraction(second.final) - Fraction(first.final) if weighted else Fraction(second.price - first.price)
    if gap < (case.tender.guarantee or 0):
        return None
    return _("فاصله برنده دوم {gap} ریال است و از مبلغ تضمین کمتر نیست.").format(gap=money.grouped(int(gap)))


def losers_are_released(case: CaseFacts) -> str | None:
    """R31: the guarantees of all but the first two are on their way back."""
    first_two = {bid.id for bid in case.in_state(BidState.WON, BidState.RUNNER_UP, BidState.REFUSED)}
    held = {s.bid_id for s in case.securities if s.state is SecurityState.HELD} - first_two
    names = [case.name(bid) for bid in case.bids if bid.id in held]
    if not names:
        return None
    return _("تضمین {firms} هنوز نزد دستگاه است؛ در صفحه تضمین‌ها آزاد کنید.").format(firms="، ".join(names))


def result_was_sent(case: CaseFacts) -> str | None:
    """R32: a letter went to the winner and to each of the others."""
    others = len(case.in_state(BidState.RUNNER_UP, BidState.LOST, *REJECTED, BidState.BELOW_MINIMUM))
    absent = [] if DocumentKind.AWARD_LETTER in case.papers else [DocumentKind.AWARD_LETTER.label]
    if others and DocumentKind.REGRET_LETTER not in case.papers:
        absent.append(DocumentKind.REGRET_LETTER.label)
    return _("این نامه‌ها صادر نشده است: {absent}.").format(absent="، ".join(absent)) if absent else None


def complaints_are_answered(case: CaseFacts) -> str | None:
    """R33: no complaint waits longer for its answer than the law gives."""
    today = calendar.today(case.ctx.now)
    late = [
        c
        for c in case.complaints
        if c.answer_due_on < (calendar.today(c.answered_at) if c.answered_at else today)
        and c.state is not ComplaintState.WITHDRAWN
    ]
    if not late:
        return None
    return _("شکایتی که {day} رسید تا {due} پاسخ نگرفته است؛ پاسخ را در صفحه شکایت‌ها ثبت کنید.").format(
        day=calendar.numeric(calendar.today(late[0].submitted_at)), due=calendar.numeric(late[0].answer_due_on)
    )


def complaints_are_admissible(case: CaseFacts) -> str | None:
    """R34: what speaks against a complaint's being heard is shown to who answers it."""
    return next((hint for complaint in case.complaints for hint in hints_of(case.ctx, complaint)), None)


def refusal_was_followed(case: CaseFacts) -> str | None:
    """R36: the guarantee of a winner who refused is forfeited."""
    refused = {r.bid_id for r in case.refusals if r.outcome is RefusalOutcome.CONFIRMED}
    held = {s.bid_id for s in case.securities if s.state is not SecurityState.FORFEITED}
    names = [case.name(bid) for bid in case.bids if bid.id in refused & held]
    return _("تضمین {firms} با وجود خودداری ضبط نشده است (ماده ۲۱).").format(firms="، ".join(names)) if names else None


def ending_is_lawful(case: CaseFacts) -> str | None:
    """R37: the reason is one of the law's own."""
    if not ending_label(case.tender.end_reason):
        return _("دلیل پایان مناقصه از دلیل‌های قانون نیست.")
    return None if DocumentKind.ENDING_NOTICE in case.papers else _("آگهی پایان مناقصه صادر نشده است.")


def ledger_holds(case: CaseFacts) -> str | None:
    """R44: the chains of the case are whole."""
    whole: Iterable[Any] = chain.from_iterable(
        sorted(entries, key=lambda entry: entry.position) for entries in case.chains.values()
    )
    findings = walk(case.ctx.session, whole, is_whole=False)[2]
    if not findings:
        return None
    return persian_digits(
        _("زنجیره رویدادها در {count} جا نمی‌خواند؛ صفحه دفتر رویدادها را ببینید.").format(count=len(findings))
    )


def bidders_are_known(case: CaseFacts) -> str | None:
    """R45: every bidder's national id is right, and no two bids share one."""
    ids = [case.firms[bid.firm_id].legal_id for bid in case.live]
    wrong = [case.name(bid) for bid in case.live if not is_legal_id(case.firms[bid.firm_id].legal_id)]
    if wrong:
        return _("شناسه ملی {firms} درست نیست.").format(firms="، ".join(wrong))
    return _("دو پیشنهاد یک شناسه ملی دارند.") if len(set(ids)) != len(ids) else None
