"""The rules of the catalogue on a contract, R35 and R38-R43: each returns what is wrong and what mends it, or None."""

from tender_app.contracts import progress
from tender_app.contracts.rules import WHOLE, ContractState
from tender_app.contracts.running import STANDING
from tender_app.dossier.case_facts import CaseFacts
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import _


def contract_was_in_time(case: CaseFacts) -> str | None:
    """R35: the contract was issued while the bids were valid, against a performance guarantee."""
    contract = case.contract
    if contract is None or contract.issued_at is None:
        return _("قرارداد صادر نشده است.")
    if not contract.guarantee_no:
        return _("شماره تضمین انجام تعهدات ثبت نیست.")
    until = case.tender.valid_until
    if until is not None and calendar.today(contract.issued_at) > until:
        return _("قرارداد پس از پایان اعتبار پیشنهادها صادر شده است.")
    return None


def phases_sum_up(case: CaseFacts) -> str | None:
    """R38: shares sum to 100 and amounts to the contract's."""
    contract = case.contract
    if contract is None:
        return None
    if sum(p.share for p in case.phases) == WHOLE and sum(p.amount for p in case.phases) == contract.amount:
        return None
    return _("جمع سهم‌ها یا مبلغ مرحله‌ها با قرارداد نمی‌خواند.")


def payments_are_deducted(case: CaseFacts) -> str | None:
    """R39: whoever was paid in full gave the insurance clearance."""
    if case.contract is None:
        return None
    known = STANDING.of(case.ctx, case.contract)
    if known.paid.gross < case.contract.amount or known.has(progress.Event.CLEARANCE):
        return None
    return _("همه مبلغ قرارداد پرداخت شده ولی مفاصاحساب بیمه ثبت نیست.")


def study_is_in_time(case: CaseFacts) -> str | None:
    """R40: the study within four months, and the council's approval of the plan."""
    if case.contract is None:
        return None
    facts = STANDING.of(case.ctx, case.contract).facts
    return progress.study_late(facts, calendar.today(case.ctx.now)) or progress.council_missing(facts)


def visits_are_made(case: CaseFacts) -> str | None:
    """R41: the supervisor's visits, monthly in the study and every two months later."""
    if case.contract is None:
        return None
    facts = STANDING.of(case.ctx, case.contract).facts
    return progress.visit_missing(facts, calendar.today(case.ctx.now))


def years_were_decided(case: CaseFacts) -> str | None:
    """R42: no plan started before the decision on the year before."""
    if case.contract is None:
        return None
    known = STANDING.of(case.ctx, case.contract)
    plans = [year for event, year, _day in known.facts.happened if event is progress.Event.PLAN]
    undecided = next((year for year in plans if year > 1 and known.decision(year - 1) is None), None)
    if undecided is None:
        return None
    return persian_digits(_("برنامه سال {year} بی تصمیم سال پیش آغاز شده است.").format(year=undecided))


def exit_was_handed_over(case: CaseFacts) -> str | None:
    """R43: a completed contract has its registered network and the minutes of the hand-over."""
    contract = case.contract
    if contract is None or contract.state is not ContractState.COMPLETED:
        return None
    known = STANDING.of(case.ctx, contract)
    absent = [e.label for e in (progress.Event.NETWORK, progress.Event.HANDOVER) if not known.has(e)]
    return _("این‌ها ثبت نیست: {absent}.").format(absent="، ".join(absent)) if absent else None
