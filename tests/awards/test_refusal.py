"""A winner's refusal (Tender Act, Art. 21): forfeiture, the second winner's turn, renewal; one extension of validity."""

import datetime as dt

import pytest
from flask import Flask

from tender_app.awards.guarantee_commands import hold_guarantees, keep_first_two
from tender_app.awards.guarantee_rules import Due, Forfeiture, HandOver, ReleaseGround, SecurityAct, SecurityState
from tender_app.awards.models import Award
from tender_app.awards.refusal_models import ValidityAnswer, ValidityExtension
from tender_app.awards.refusal_rules import (
    Dismissed,
    RefusalGround,
    Refused,
    ValidityAgreed,
    ValidityDeclined,
    ValidityExtended,
    extended_until,
    signs_by,
)
from tender_app.awards.rules import Ending
from tender_app.bids.rules import BidAct, BidState
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct, ContractState, Drafted, Guaranteed
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import CancellationReason, Matter, RenewalReason, TenderAct, TenderState
from tender_app.workflow.engine import advance, begin, refusal_of
from tests.awards.ground import M, announced, bid_of, guarantees_in, held, vote
from tests.awards.reading import text_of
from tests.evaluation.ground import Ground, bid_in, ground_in, ranked_tender, tender_in
from tests.make import session_of

IN_WRITING = Refused(RefusalGround.IN_WRITING, "نامه ۱۲/۳ شرکت")


def won(ground: Ground) -> Tender:
    """An announced award with guarantees: B won, A is second."""
    tender = announced(ground)
    guarantees_in(ground, tender)
    return tender


def refused(ground: Ground, tender: Tender, what: Refused = IN_WRITING) -> None:
    """The head records the refusal and the manager confirms it."""
    advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, what)
    advance(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_REFUSAL)


def after_term(ground: Ground, tender: Tender) -> None:
    """Let the term of the contract pass."""
    assert tender.contract_by is not None
    ground.now = calendar.instant(tender.contract_by + dt.timedelta(days=1), dt.time(9))


def test_r36_a_refusal_forfeits_and_the_second_winner_takes_the_place(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        for other in (Role.OFFICER, Role.FINANCE, "firm B"):
            with pytest.raises(NotAllowed):
                advance(ground.by(other), tender, TenderAct.RECORD_REFUSAL, IN_WRITING)
        advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, IN_WRITING)
        with pytest.raises(NotNow, match="در انتظار تصمیم"):
            advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, IN_WRITING)
        with pytest.raises(NotAllowed):
            advance(ground.by(Role.HEAD), tender, TenderAct.CONFIRM_REFUSAL)
        advance(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_REFUSAL)
        assert (bid_of(ground, "B").state, bid_of(ground, "A").state) == (BidState.REFUSED, BidState.WON)
        assert held(ground, "B").state is SecurityState.FORFEITED
        first, second = session.query(Award).order_by(Award.id)
        assert (first.returned_at is None, second.returned_at, second.runner_up_bid_id) == (False, None, None)
        papers = {d.kind: text_of(app, d) for d in session.query(IssuedDocument).order_by(IssuedDocument.id)}
        assert "نامه ۱۲/۳ شرکت" in papers[DocumentKind.FORFEITURE_LETTER]
        assert "بانک نمونه" in papers[DocumentKind.FORFEITURE_LETTER]
        assert "برنده دوم" in papers[DocumentKind.AWARD_LETTER]
        assert tender.state is TenderState.AWARDED
        with pytest.raises(NotNow, match="هنوز بر جاست"):
            vote(ground, tender, (True,), Matter.RENEWAL)


def test_r36_when_both_refuse_both_forfeit_and_the_tender_is_renewed(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        refused(ground, tender)
        refused(ground, tender)
        assert {held(ground, name).state for name in "AB"} == {SecurityState.FORFEITED}
        with pytest.raises(NotNow, match="برنده‌ای در انتظار"):
            advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, IN_WRITING)
        vote(ground, tender, (True, True, True), Matter.RENEWAL)
        advance(ground.by(Role.HEAD), tender, TenderAct.RENEW, Ending(RenewalReason.BOTH_WINNERS_REFUSED))
        assert tender.state is TenderState.RENEWED
        notice = session.query(IssuedDocument).filter_by(kind=DocumentKind.ENDING_NOTICE).one()
        assert notice.is_public
        assert "خودداری کردند" in text_of(app, notice)
        assert {held(ground, name).state for name in "AB"} == {SecurityState.FORFEITED}


def test_r36_where_no_second_was_named_a_refusal_leads_to_renewal(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        award = session.query(Award).one()
        award.runner_up_bid_id = None
        bid_of(ground, "A").state = BidState.LOST
        session.flush()
        refused(ground, tender)
        vote(ground, tender, (True, True, False), Matter.RENEWAL)
        advance(ground.by(Role.HEAD), tender, TenderAct.RENEW, Ending(RenewalReason.BOTH_WINNERS_REFUSED))
        assert tender.state is TenderState.RENEWED


@pytest.mark.parametrize("ground_of", [RefusalGround.NO_SIGNATURE, RefusalGround.NO_SECURITY])
def test_r36_silence_counts_as_refusal_only_after_the_term(app: Flask, ground_of: RefusalGround) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        what = Refused(ground_of, "پاسخی نرسید")
        with pytest.raises(NotNow, match="مهلت دارد"):
            advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, what)
        after_term(ground, tender)
        refused(ground, tender, what)
        with pytest.raises(NotNow, match="مهلت دارد"):  # the second winner has as many days as the first
            advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, what)


def test_a_dismissed_refusal_leaves_the_winner(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, IN_WRITING)
        advance(ground.by(Role.MANAGER), tender, TenderAct.DISMISS_REFUSAL, Dismissed("نامه امضا ندارد."))
        assert bid_of(ground, "B").state is BidState.WON
        assert refusal_of(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL) is None


def test_a_draft_with_a_winner_who_refused_is_set_aside_and_the_second_gets_its_own(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        contract = begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(tender))
        with pytest.raises(NotNow, match="بر جاست"):
            advance(ground.by(Role.OFFICER), contract, ContractAct.LAPSE)
        refused(ground, tender)
        with pytest.raises(NotNow, match="دیگر برنده"):
            advance(ground.by("firm B"), contract, ContractAct.SIGN_AS_AGENT, Guaranteed("۱۲"))
        with pytest.raises(NotNow, match="تهیه شده است"):
            begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(tender))
        advance(ground.by(Role.OFFICER), contract, ContractAct.LAPSE)
        assert contract.state is ContractState.LAPSED
        second = begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(tender))
        assert second.firm_id == ground.firms["A"].id
        refused(ground, tender)
        advance(ground.by(Role.OFFICER), second, ContractAct.LAPSE)
        with pytest.raises(NotNow, match="برنده‌ای نمانده"):
            begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(tender))


def test_r37_an_awarded_tender_is_cancelled_by_two_votes_and_its_guarantees_go_back(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        vote(ground, tender, (True, True, True), Matter.CANCELLATION)
        with pytest.raises(NotNow, match="دو رأی"):
            advance(ground.by(Role.HEAD), tender, TenderAct.RENEW, Ending(RenewalReason.VALIDITY_ENDED))
        advance(ground.by(Role.HEAD), tender, TenderAct.CANCEL, Ending(CancellationReason.FORCE_MAJEURE, "سیل"))
        assert {held(ground, name).ground for name in "AB"} == {ReleaseGround.ENDED}
        notice = text_of(app, session.query(IssuedDocument).filter_by(kind=DocumentKind.ENDING_NOTICE).one())
        assert "لغو" in notice
        assert "سیل" in notice


def test_r37_an_awarded_tender_whose_validity_ended_is_renewed(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        assert tender.valid_until is not None
        ground.now = calendar.instant(tender.valid_until + dt.timedelta(days=1), dt.time(9))
        vote(ground, tender, (True, True, True), Matter.RENEWAL)
        advance(ground.by(Role.HEAD), tender, TenderAct.RENEW, Ending(RenewalReason.VALIDITY_ENDED))
        assert tender.state is TenderState.RENEWED


def test_r35_validity_is_extended_once_by_exactly_the_documents_period(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        before, closed = tender.valid_until, tender.closes_at
        assert before is not None
        assert closed is not None
        what = ValidityExtended("رأی هیأت رسیدگی چشم به راه است")
        for other in (Role.HEAD, Role.OFFICER):
            with pytest.raises(NotAllowed):
                advance(ground.by(other), tender, TenderAct.EXTEND_VALIDITY, what)
        advance(ground.by(Role.MANAGER), tender, TenderAct.EXTEND_VALIDITY, what)
        assert tender.valid_until == before + (before - calendar.today(closed))
        with pytest.raises(NotNow, match="تمدید دوم"):
            advance(ground.by(Role.MANAGER), tender, TenderAct.EXTEND_VALIDITY, what)
        letters = session.query(IssuedDocument).filter_by(kind=DocumentKind.VALIDITY_LETTER).all()
        assert {d.firm_id for d in letters} == {ground.firms["A"].id, ground.firms["B"].id}
        assert "ضبط نخواهد شد" in text_of(app, letters[0])
        assert session.query(ValidityExtension).one().valid_before == before


def test_r35_what_has_ended_is_not_extended(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        assert tender.valid_until is not None
        ground.now = calendar.instant(tender.valid_until + dt.timedelta(days=1), dt.time(9))
        with pytest.raises(NotNow, match="تجدید می‌شود"):
            advance(ground.by(Role.MANAGER), tender, TenderAct.EXTEND_VALIDITY, ValidityExtended("دیر"))


def test_r21_an_extended_bid_needs_a_guarantee_that_lasts_and_who_declines_forfeits_nothing(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL)
        for name in "AB":
            bid_in(ground, tender, name, BidState.UNDER_EVALUATION)
        guarantees_in(ground, tender)
        old = tender.valid_until
        with pytest.raises(NotNow, match="تمدید نشده"):
            advance(ground.by("firm A"), bid_of(ground, "A"), BidAct.DECLINE_VALIDITY, ValidityDeclined())
        advance(ground.by(Role.MANAGER), tender, TenderAct.EXTEND_VALIDITY, ValidityExtended("ارزیابی پایان نیافت"))
        a, b = bid_of(ground, "A"), bid_of(ground, "B")
        with pytest.raises(NotNow, match="دست‌کم تا"):
            advance(ground.by("firm A"), a, BidAct.AGREE_VALIDITY, ValidityAgreed(old))
        advance(ground.by("firm A"), a, BidAct.AGREE_VALIDITY, ValidityAgreed(tender.valid_until, "متمم ۱"))
        with pytest.raises(NotNow, match="ثبت شده"):
            advance(ground.by(Role.OFFICER), a, BidAct.DECLINE_VALIDITY, ValidityDeclined())
        with pytest.raises(NotAllowed):
            advance(ground.by("firm A"), b, BidAct.DECLINE_VALIDITY, ValidityDeclined())
        advance(ground.by(Role.OFFICER), b, BidAct.DECLINE_VALIDITY, ValidityDeclined("نامه ۷"))
        assert (a.state, b.state) == (BidState.UNDER_EVALUATION, BidState.LEFT)
        assert (held(ground, "B").state, held(ground, "B").ground) == (SecurityState.RELEASE_DUE, ReleaseGround.LEFT)
        assert [(x.agrees, x.note) for x in session.query(ValidityAnswer).order_by(ValidityAnswer.id)] == [
            (True, "متمم ۱"),
            (False, "نامه ۷"),
        ]


def test_r36_a_winner_who_declined_the_extension_leaves_without_forfeiture(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = won(ground)
        old, lapsed = tender.valid_until, Refused(RefusalGround.NOT_EXTENDED, "پاسخ منفی")
        assert old is not None
        advance(ground.by(Role.MANAGER), tender, TenderAct.EXTEND_VALIDITY, ValidityExtended("شکایت"))
        advance(ground.by("firm B"), bid_of(ground, "B"), BidAct.DECLINE_VALIDITY, ValidityDeclined())
        with pytest.raises(NotNow, match="اعتبار نخست هنوز"):
            advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, lapsed)
        advance(ground.by("firm A"), bid_of(ground, "A"), BidAct.AGREE_VALIDITY, ValidityAgreed(tender.valid_until))
        contract = begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(tender))
        ground.now = calendar.instant(old + dt.timedelta(days=1), dt.time(9))
        with pytest.raises(NotNow, match="نوبت برنده دوم"):
            advance(ground.by("firm B"), contract, ContractAct.SIGN_AS_AGENT, Guaranteed("۱"))
        refused(ground, tender, lapsed)
        assert (bid_of(ground, "B").state, bid_of(ground, "A").state) == (BidState.LEFT, BidState.WON)
        assert held(ground, "B").state is SecurityState.RELEASE_DUE
        assert held(ground, "A").expires_on == tender.valid_until


def test_r31_guarantees_go_back_by_the_laws_own_rows_and_the_first_two_are_kept(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        rows = [("A", "70", 9_400 * M), ("B", "90", 9_600 * M), ("C", "80", 12_000 * M), ("D", "50", 1)]
        tender = ranked_tender(ground, rows)
        guarantees_in(ground, tender)
        hold_guarantees(ground.by(Role.HEAD), tender, None)
        keep_first_two(ground.by(Role.HEAD), tender, None)
        assert {held(ground, n).state for n in "CD"} == {SecurityState.RELEASE_DUE}
        for name in "AB":
            security = held(ground, name)
            with pytest.raises(NotNow, match="نگه داشته می‌شود"):
                advance(ground.by(Role.HEAD), security, SecurityAct.FALL_DUE, Due(ReleaseGround.NOT_KEPT))
            with pytest.raises(NotNow, match="خودداری"):
                advance(ground.by(Role.MANAGER), security, SecurityAct.FORFEIT, Forfeiture("بهانه"))
        c = held(ground, "C")
        with pytest.raises(NotAllowed):
            advance(ground.by("firm C"), c, SecurityAct.RELEASE)
        advance(ground.by(Role.OFFICER), c, SecurityAct.RELEASE)
        letter = text_of(app, session.query(IssuedDocument).filter_by(kind=DocumentKind.RELEASE_LETTER).one())
        assert "جز دو پیشنهاد نخست" in letter
        today = calendar.today(ground.now)
        with pytest.raises(NotNow, match="تاریخ تحویل"):
            advance(ground.by(Role.OFFICER), c, SecurityAct.HAND_OVER, HandOver("نماینده", today + dt.timedelta(1)))
        advance(ground.by(Role.OFFICER), c, SecurityAct.HAND_OVER, HandOver("نماینده", today))
        assert (c.state, c.handed_to) == (SecurityState.HANDED_OVER, "نماینده")


def test_the_second_winner_has_as_many_days_as_the_first_within_the_validity() -> None:
    first, told = dt.date(2026, 11, 1), dt.date(2026, 12, 5)
    by = dt.date(2026, 12, 1)
    assert signs_by(by, first, first, None) == by
    assert signs_by(by, first, told, None) == told + dt.timedelta(days=30)
    assert signs_by(by, first, told, dt.date(2026, 12, 20)) == dt.date(2026, 12, 20)
    assert extended_until(dt.date(2026, 11, 1), dt.date(2027, 1, 30)) == dt.date(2027, 4, 30)
