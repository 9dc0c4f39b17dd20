"""The rules of the catalogue up to the opening, R01-R17: each returns what is wrong and what mends it, or None."""

import datetime as dt

from tender_app.bids.guards import needed
from tender_app.bids.rules import EnvelopeKind
from tender_app.clusters.queries import missing_for_tender
from tender_app.dossier.case_facts import CaseFacts
from tender_app.dossier.rules_conflict import tied
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION
from tender_app.kernel.words import _
from tender_app.ledger.models import LedgerEntry
from tender_app.regulation.rules import Parameter
from tender_app.tenders import records, schedule, splitting
from tender_app.tenders.completeness import dates_of, missing
from tender_app.tenders.deciding import call_of, days_of, law_of, thresholds_of
from tender_app.tenders.procurement import ProcurementMethod, call_faults
from tender_app.tenders.published import SILENT, terms_of
from tender_app.tenders.rules import Method, QuestionState, TenderAct, TenderState

LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def cluster_has_its_letters(case: CaseFacts) -> str | None:
    """R01: the cluster is ranked, its pre-feasibility and both approvals are there, and it is licensed."""
    return next(iter(missing_for_tender(case.ctx, case.tender.cluster)), None)


def is_funded(case: CaseFacts) -> str | None:
    """R02: budget line and funding certificate."""
    if case.tender.budget_line and case.tender.funding_certificate:
        return None
    return _("ردیف بودجه یا گواهی تأمین اعتبار نوشته نشده است؛ در بخش اعتبار بنویسید.")


def is_not_split(case: CaseFacts) -> str | None:
    """R03: no other purchase of the last year for the same cluster or subject."""
    return next(iter(splitting.warnings(case.ctx, case.tender)), None)


def method_fits_size(case: CaseFacts) -> str | None:
    """R04: the method is one of its law's, and one firm alone is asked by the method for one firm alone."""
    tender = case.tender
    if tender.method not in tender.basis.methods:
        return _("روش «{method}» در {law} نیست.").format(method=tender.method.label, law=_(tender.basis.law))
    is_alone = tender.procurement_method is ProcurementMethod.DIRECT
    if is_alone is not (tender.method is Method.SINGLE_SOURCE):
        return _("روش تک‌گزینه‌ای و فراخوان تک‌گزینه‌ای با هم برگزیده می‌شوند.")
    return None


def limitation_is_reasoned(case: CaseFacts) -> str | None:
    """R05: a limited call has the highest official's reasons and enough invited firms."""
    law, call = law_of(case.ctx, case.tender), call_of(case.tender, case.seated.invited)
    return next(iter(call_faults(call, law[Parameter.INVITED], thresholds_of(law))), None)


def commission_is_whole(case: CaseFacts) -> str | None:
    """R06: three members, each in a seat of their own, none tied to a bidder, and the board's resolution."""
    empty = [case.tender.basis.word(role) for role in COMMISSION if not case.seated.holders(role)]
    if empty:
        return _("جای {empty} خالی است؛ در بخش کمیسیون تعیین کنید.").format(empty="، ".join(sorted(empty)))
    seated = [s.person_id for s in case.seated.seats if s.role in COMMISSION]
    if len(set(seated)) != len(seated):
        return _("یک نفر در دو جای کمیسیون است؛ یکی را جایگزین کنید.")
    if case.tender.board_resolution or not case.tender.basis.needs_resolution:
        return tied(case, COMMISSION)
    return _("شماره مصوبه هیأت مدیره برای کمیسیون نوشته نشده است.")


def evaluation_is_written(case: CaseFacts) -> str | None:
    """R07: nothing that the documents must state of evaluation and money is missing."""
    sections = {"criteria", "evaluation", "money"}
    found = [text for section, text in missing(case.ctx, case.tender) if section in sections]
    return found[0] if found else None


def terms_are_the_published(case: CaseFacts) -> str | None:
    """R08: the terms are those of the publication or of the last addendum, and of the acts that may move a date since."""
    stating = [entry for entry in case.own_chain if "terms" in entry.detail]
    if not stating:
        return None
    stated = SILENT | stating[-1].detail["terms"]
    moved = {name for entry in case.entries if entry.id > stating[-1].id for name in _moves(entry)}
    now = terms_of(case.tender)
    held = now.keys() & stated.keys() - moved  # a fact that publications did not state yet is held to nothing
    changed = sorted(name for name in held if stated[name] != now[name])
    if not changed:
        return None
    return _("شرایط ثبت‌شده با شرایط انتشار یکی نیست ({changed})؛ دگرگونی فقط با الحاقیه است.").format(
        changed="، ".join(changed)
    )


def notice_was_inserted(case: CaseFacts) -> str | None:
    """R09: at least two rounds in newspapers, and the number in SETAD."""
    tender, least = case.tender, law_of(case.ctx, case.tender)[Parameter.INSERTIONS]
    if not tender.setad_no:
        return _("شماره ثبت در سامانه ستاد نوشته نشده است.")
    is_bound = tender.basis.needs_rounds and tender.is_open_call and not records.is_exempt(case.ctx, tender)
    if not is_bound or case.seated.papers >= least:
        return None
    return persian_digits(
        _("{papers} نوبت آگهی روزنامه ثبت است؛ دست‌کم {least} نوبت لازم است.").format(
            papers=case.seated.papers, least=least
        )
    )


def time_for_bids(case: CaseFacts) -> str | None:
    """R10: the lawful days, or months in an international tender, between the last day for documents and the deadline."""
    return next((fault.text for fault in _faults(case) if fault.field == "closes_at"), None)


def validity_reaches_contract(case: CaseFacts) -> str | None:
    """R11: bids are valid until the contract, and not for an unusually short time."""
    law = law_of(case.ctx, case.tender)
    found = [fault.text for fault in _faults(case) if fault.field == "valid_until"]
    advice = schedule.warnings(dates_of(case.tender), days_of(case.ctx, case.tender), law)
    return next(iter([*found, *advice]), None)


def questions_are_answered(case: CaseFacts) -> str | None:
    """R12: no question stayed without the answer that all get."""
    waiting = [q for q in case.questions if q.state is not QuestionState.ANSWERED]
    if not waiting or (case.state is TenderState.PUBLISHED and not _closed(case)):
        return None
    return persian_digits(_("{count} پرسش تا پایان مهلت بی‌پاسخ مانده است.").format(count=len(waiting)))


def addenda_left_time(case: CaseFacts) -> str | None:
    """R13: a material addendum left the lawful time until the deadline."""
    least = dt.timedelta(days=law_of(case.ctx, case.tender)[Parameter.ADDENDUM_DAYS])
    closes = case.tender.closes_at
    for addendum in case.addenda:
        if addendum.is_material and addendum.issued_at and closes and closes - addendum.issued_at < least:
            return persian_digits(
                _("از الحاقیه شماره {number} تا پایان مهلت کمتر از {days} روز مانده است؛ مهلت را تمدید کنید.").format(
                    number=addendum.number, days=least.days
                )
            )
    return None


def one_bid_each(case: CaseFacts) -> str | None:
    """R14: one live bid for each firm."""
    firms = [bid.firm_id for bid in case.live]
    twice = {case.firms[firm].name for firm in firms if firms.count(firm) > 1}
    return _("بیش از یک پیشنهاد زنده از {firms}.").format(firms="، ".join(sorted(twice))) if twice else None


def bids_came_in_time(case: CaseFacts) -> str | None:
    """R15: every bid that counts came before the deadline and has its receipt."""
    closes = case.tender.closes_at
    for bid in case.live:
        if bid.receipt_no is None or bid.submitted_at is None:
            return _("پیشنهاد {firm} رسید ندارد.").format(firm=case.name(bid))
        if closes is not None and bid.submitted_at >= closes:
            return _("پیشنهاد {firm} پس از مهلت ثبت شده است ({at}).").format(
                firm=case.name(bid), at=calendar.moment(bid.submitted_at)
            )
    return None


def prices_stayed_sealed(case: CaseFacts) -> str | None:
    """R16: no envelope ج was opened before the act that opens the prices."""
    opened = [e for e in case.opened if e.kind is EnvelopeKind.C]
    acts = case.did(TenderAct.OPEN_PRICES)
    if not opened and not case.prices:
        return None
    if not acts or min((e.opened_at for e in opened), default=acts[0].at) < acts[0].at:
        return _("پاکت قیمتی پیش از گشایش قیمت‌ها گشوده شده است؛ موضوع را به حسابرس بگویید.")
    return None


def envelopes_are_whole(case: CaseFacts) -> str | None:
    """R17: every bid that counts has all the envelopes that the documents ask for."""
    asked = set(needed(case.tender))
    for bid in case.live:
        has = {e.kind for e in case.envelopes if e.bid_id == bid.id}
        if absent := asked - has:
            labels = "، ".join(kind.label for kind in EnvelopeKind if kind in absent)
            return _("در پیشنهاد {firm} این‌ها نیست: {labels}.").format(firm=case.name(bid), labels=labels)
    return None


def _faults(case: CaseFacts) -> list[schedule.Fault]:
    """Return what is wrong with the days, whenever they were: that they have passed is no fault of a case."""
    return schedule.faults(dates_of(case.tender), LONG_AGO, law_of(case.ctx, case.tender))


def _closed(case: CaseFacts) -> bool:
    return case.tender.closes_at is not None and case.ctx.now >= case.tender.closes_at


def _moves(entry: LedgerEntry) -> set[str]:
    """Return the instants that an act moved, as its entry says."""
    return set(entry.detail) & {"closes_at", "opens_at", "prices_open_at"}
