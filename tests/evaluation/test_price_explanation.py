"""Abnormally low prices: suggested by dated percents, explained in time, decided with reasons; a rejection ranks anew."""

import datetime as dt
import io
import re
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from tender_app.awards.guarantee_commands import hold_guarantees, keep_first_two
from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import SecurityAct, SecurityState
from tender_app.awards.guards import waiting_matter
from tender_app.awards.models import Award
from tender_app.awards.rules import Ballot, Ending
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState, Verdict
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.dossier.case_facts import CaseFacts
from tender_app.dossier.rules_after import ranking_is_exact
from tender_app.evaluation import low_price, queries
from tender_app.evaluation.explanation_guards import until_of
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.explanation_rules import (
    Answered,
    Asked,
    ExplanationAct,
    ExplanationState,
    Finding,
    Opinion,
    Suspect,
    suspects,
)
from tender_app.evaluation.rules import Negotiated
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.procedures.price_explanation import PROCEDURE
from tender_app.regulation.rules import Parameter
from tender_app.store import clock
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import CancellationReason, Matter, Method, RenewalReason, TenderAct, TenderState
from tender_app.workflow.engine import advance, begin, refusal_of
from tender_app.workflow.sight import may_see
from tests.awards.ground import MEMBERS, attend, bid_of, guarantees_in, held, vote
from tests.awards.reading import text_of
from tests.bids.ground import PDF
from tests.evaluation.ground import Ground, ground_in, ranked_tender
from tests.make import session_of, signed_in

M = 1_000_000
LEAST = (Decimal(25), Decimal(20))
LOW = [("A", "80", 6_000 * M), ("B", "85", 9_000 * M), ("C", "90", 9_500 * M)]
LATER = dt.date(2026, 12, 1)


def asked_of(ground: Ground, tender: Tender, name: str = "A", until_on: dt.date | None = None) -> PriceExplanation:
    """Let the head ask a firm to explain its price."""
    what = Asked(tender, bid_of(ground, name), "دستمزدها را توضیح دهید.", until_on)
    return begin(ground.by(Role.HEAD), PriceExplanation, ExplanationAct.ASK, what)


def voted(ground: Ground, asked: PriceExplanation, rejects: tuple[bool, ...]) -> None:
    """Let members vote on the price in the order of the commission."""
    for role, opinion in zip(MEMBERS, rejects, strict=False):
        advance(ground.by(role), asked, ExplanationAct.VOTE, Opinion(opinion, f"دلیل {role.value}"))


def rejected(ground: Ground, tender: Tender, name: str = "A") -> PriceExplanation:
    """Let a price be asked about, explained, and rejected."""
    asked = asked_of(ground, tender, name)
    advance(ground.by(f"firm {name}"), asked, ExplanationAct.ANSWER, Answered("ارزان تمام می‌شود."))
    voted(ground, asked, (True, False, True))
    advance(ground.by(Role.HEAD), asked, ExplanationAct.REJECT, Finding("دستمزد زیر قانون کار است."))
    return asked


def test_a_price_is_low_when_it_is_under_estimate_and_others_by_the_percents_or_more() -> None:
    found = suspects({1: 75, 2: 90, 3: 97}, 100, LEAST)
    assert found[0] == Suspect(1, 75, Fraction(25), 100 * (1 - Fraction(75 * 2, 187)), is_low=False)  # 19.8 percent
    assert [s.is_low for s in suspects({1: 75, 2: 90, 3: 98}, 100, LEAST)] == [True, False, False]
    assert [s.is_low for s in suspects({1: 76, 2: 100, 3: 100}, 100, LEAST)] == [False, False, False]


def test_without_an_estimate_or_another_price_what_is_known_decides() -> None:
    assert [s.is_low for s in suspects({1: 80, 2: 100}, None, LEAST)] == [True, False]
    assert [(s.under_others, s.is_low) for s in suspects({1: 75}, 100, LEAST)] == [(None, True)]
    assert suspects({1: 75}, None, LEAST) == [Suspect(1, 75, None, None, is_low=False)]


def test_the_suggestion_reads_the_ranking_and_the_law_of_the_publication(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        head = ground.by(Role.HEAD)
        view = queries.ranking(head, tender)
        assert view is not None
        assert {s.bid_id for s in low_price.suggestions(head, tender, view).values() if s.is_low} == {
            bid_of(ground, "A").id
        }
        assert Parameter.EXPLANATION_DAYS.terms.default == 3


def test_only_the_head_asks_once_about_a_ranked_price_and_the_firm_alone_is_told(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, [*LOW, ("D", "60", 5_000 * M)])
        for who in (Role.MANAGER, Role.SECRETARY, Role.FINANCE):
            with pytest.raises(NotAllowed):
                begin(ground.by(who), PriceExplanation, ExplanationAct.ASK, Asked(tender, bid_of(ground, "A"), "?"))
        with pytest.raises(NotNow, match="در رتبه‌بندی نیست"):
            asked_of(ground, tender, "D")
        asked = asked_of(ground, tender)
        with pytest.raises(NotNow, match="یک بار توضیح خواسته شده"):
            asked_of(ground, tender)
        told = session.scalars(sa.select(Message).where(Message.subject.startswith("توضیح قیمت"))).all()
        assert [m.person_id for m in told] == [ground.people["firm A"].id]
        assert [m.path for m in told] == [f"/tenders/{tender.number}/bid/price-explanation"]
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == ExplanationAct.ASK)).one()
        assert (entry.detail["bid"], entry.detail["until"]) == (asked.bid_id, asked.until.isoformat())


def test_the_time_is_three_working_days_at_least_and_ends_with_the_bids_validity(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        today = calendar.today(ground.now)
        with pytest.raises(NotNow, match="دست‌کم تا"):
            asked_of(ground, tender, until_on=today + dt.timedelta(days=1))
        assert tender.valid_until is not None
        with pytest.raises(NotNow, match="اعتبار پیشنهادها"):
            asked_of(ground, tender, until_on=tender.valid_until + dt.timedelta(days=1))
        assert asked_of(ground, tender, until_on=LATER).until == until_of(LATER)
        assert asked_of(ground, tender, "B").until == until_of(dt.date(2026, 11, 28))  # two days of rest between


def test_nothing_is_asked_once_the_choice_has_begun_or_before_prices_are_open(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        vote(ground, tender, (True,))
        with pytest.raises(NotNow, match="رأی‌گیری درباره برنده آغاز شده"):
            asked_of(ground, tender)
        tender.state = TenderState.TECHNICAL_LOCKED
        session.flush()
        with pytest.raises(NotNow, match="پس از گشایش"):
            asked_of(ground, tender)


def test_nothing_is_asked_once_a_price_was_negotiated_and_nothing_negotiated_while_one_is_asked(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW, method=Method.QUALITY_ONLY)
        tender.procedure = "consulting_bylaw"
        session.flush()
        asked_of(ground, tender)
        best = Negotiated(bid_of(ground, "C").id, 9_000 * M)
        with pytest.raises(NotNow, match="هنوز درباره آن تصمیم گرفته نشده"):
            advance(ground.by(Role.HEAD), tender, TenderAct.NEGOTIATE, best)
        session.execute(sa.update(PriceExplanation).values(state=ExplanationState.ACCEPTED))
        session.expire_all()
        advance(ground.by(Role.HEAD), tender, TenderAct.NEGOTIATE, best)
        with pytest.raises(NotNow, match="مذاکره قیمت آغاز شده"):
            asked_of(ground, tender, "B")


def test_an_answer_comes_a_second_before_the_end_and_not_at_it(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        early, late = asked_of(ground, tender), asked_of(ground, tender, "B")
        with pytest.raises(NotAllowed):
            advance(ground.by("firm C"), early, ExplanationAct.ANSWER, Answered("از دیگری"))
        ground.now = early.until - dt.timedelta(seconds=1)
        advance(ground.by("firm A"), early, ExplanationAct.ANSWER, Answered("به موقع"))
        with pytest.raises(NotNow):
            advance(ground.by("firm A"), early, ExplanationAct.ANSWER, Answered("دوباره"))
        ground.now = late.until
        with pytest.raises(NotNow, match="پایان یافت"):
            advance(ground.by("firm B"), late, ExplanationAct.ANSWER, Answered("دیر"))
        assert (early.answer, late.answer) == ("به موقع", "")
        assert not any(move.act.value.startswith("withdraw") for move in PROCEDURE.moves)


def test_a_bylaw_tenders_reasons_name_its_own_board(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        tender.procedure = "consulting_bylaw"
        session.flush()
        with pytest.raises(NotAllowed, match="رئیس هیأت انتخاب است"):
            begin(
                ground.by(Role.FINANCE), PriceExplanation, ExplanationAct.ASK, Asked(tender, bid_of(ground, "A"), "?")
            )
        asked = asked_of(ground, tender)
        assert "رئیس هیأت انتخاب است" in (refusal_of(ground.by(Role.FINANCE), asked, ExplanationAct.REJECT) or "")
        ground.now = asked.until
        with pytest.raises(NotNow, match="هیأت انتخاب بی آن تصمیم می‌گیرد"):
            advance(ground.by("firm A"), asked, ExplanationAct.ANSWER, Answered("دیر"))
        tender.state = TenderState.DECIDED
        session.flush()
        with pytest.raises(NotNow, match=r"تصمیم گرفته می‌شود \(ماده ۲۳ آیین‌نامه\)"):
            asked_of(ground, tender, "B")


def test_the_commission_votes_once_the_firm_was_heard_each_seat_once(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        asked = asked_of(ground, tender)
        with pytest.raises(NotNow, match="وقت دارد"):
            voted(ground, asked, (True,))
        ground.now = asked.until
        voted(ground, asked, (True,))
        with pytest.raises(NotNow, match="رأی این کرسی"):
            voted(ground, asked, (False,))
        assert "هر سه عضو" in (refusal_of(ground.by(Role.HEAD), asked, ExplanationAct.REJECT) or "")
        for role in MEMBERS[1:]:
            advance(ground.by(role), asked, ExplanationAct.VOTE, Opinion(rejects=False, reason="پذیرفتنی"))
        assert "دو رأی" in (refusal_of(ground.by(Role.HEAD), asked, ExplanationAct.REJECT) or "")
        advance(ground.by(Role.HEAD), asked, ExplanationAct.ACCEPT, Finding("توجیه دارد."))
        assert bid_of(ground, "A").state is BidState.PRICED
        assert queries.superseded(ground.by(Role.HEAD), tender) == []
        told = session.scalars(sa.select(Message).where(Message.subject == "توضیح قیمت: قیمت پذیرفته شد")).all()
        assert ground.people["firm A"].id in {m.person_id for m in told}


def test_no_winner_is_voted_on_or_named_while_a_price_is_in_question(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        asked = asked_of(ground, tender)
        head = ground.by(Role.HEAD)
        assert waiting_matter(head, tender) is None
        with pytest.raises(NotNow, match="هنوز درباره آن تصمیم گرفته نشده"):
            advance(head, tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))
        session.execute(sa.update(PriceExplanation).values(state=ExplanationState.ACCEPTED))
        session.expire_all()
        vote(ground, tender, (True, True, True))
        session.execute(sa.update(PriceExplanation).values(state=ExplanationState.ANSWERED))
        session.expire_all()
        assert "هنوز درباره آن تصمیم" in (refusal_of(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS) or "")
        session.refresh(asked)


def test_a_rejected_price_leaves_the_ranking_and_the_earlier_one_stays_readable_with_its_reason(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        first = queries.ranking(ground.by(Role.HEAD), tender)
        rejected(ground, tender)
        head = ground.by(Role.HEAD)
        view = queries.ranking(head, tender)
        assert first is not None
        assert view is not None
        assert [row.firm for row in first.rows] == ["شرکت A", "شرکت B", "شرکت C"]
        assert [row.firm for row in view.rows] == ["شرکت B", "شرکت C"]
        ((former, at, why),) = queries.superseded(head, tender)
        assert former == first
        assert at == ground.now
        assert why == "شرکت A: قیمت نامتعارف پایین: دستمزد زیر قانون کار است."
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.REJECT_LOW)).one()
        assert entry.detail["ranking"] == view.digest != first.digest
        assert bid_of(ground, "A").state is BidState.PRICE_REJECTED
        assert ranking_is_exact(CaseFacts(head, tender)) is None
        vote(ground, tender, (True, True, True))
        advance(head, tender, TenderAct.NAME_WINNERS)
        award = session.scalars(sa.select(Award)).one()
        assert (award.ranking_id, award.winner_bid_id) == (view.ranking_id, bid_of(ground, "B").id)


def test_no_price_leaves_the_ranking_without_the_commissions_decision(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        asked_of(ground, tender)
        with pytest.raises(NotNow, match="نامتعارف پایین نشناخته"):
            advance(ground.by(Role.HEAD), bid_of(ground, "A"), BidAct.REJECT_LOW, Verdict("دلخواه"))


def test_a_ranking_from_which_all_were_rejected_leads_to_renewal(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW[:1])
        rejected(ground, tender)
        head = ground.by(Role.HEAD)
        view = queries.ranking(head, tender)
        assert view is not None
        assert view.rows == ()
        assert waiting_matter(head, tender) is Matter.RENEWAL
        vote(ground, tender, (True, True, True), Matter.RENEWAL)
        advance(head, tender, TenderAct.RENEW, Ending(RenewalReason.TOO_FEW_BIDDERS, ""))


def test_r31_the_first_two_guarantees_are_those_of_the_new_ranking_and_none_goes_back_meanwhile(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        guarantees_in(ground, tender)
        hold_guarantees(ground.by(Role.HEAD), tender, None)
        keep_first_two(ground.by(Role.HEAD), tender, None)
        assert held(ground, "C").state is SecurityState.RELEASE_DUE
        asked = asked_of(ground, tender)
        with pytest.raises(NotNow, match="توضیح قیمت یک پیشنهاد"):
            advance(ground.by(Role.OFFICER), held(ground, "C"), SecurityAct.RELEASE)
        ground.now = asked.until
        voted(ground, asked, (True, True, True))
        advance(ground.by(Role.HEAD), asked, ExplanationAct.REJECT, Finding("بی توجیه"))
        states = {s.firm_id: s.state for s in session.scalars(sa.select(Security))}
        assert [states[ground.firms[name].id] for name in "ABC"] == [
            SecurityState.RELEASE_DUE,
            SecurityState.HELD,
            SecurityState.HELD,
        ]
        with pytest.raises(NotNow, match="دو پیشنهاد نخست"):
            advance(ground.by(Role.HEAD), held(ground, "A"), SecurityAct.KEEP)


def test_an_open_question_ends_with_its_tender(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        asked = asked_of(ground, tender)
        vote(ground, tender, (True, True, True), Matter.CANCELLATION)
        advance(ground.by(Role.HEAD), tender, TenderAct.CANCEL, Ending(CancellationReason.NEED_VANISHED, ""))
        assert "پیش از تعیین برنده" in (refusal_of(ground.by("firm A"), asked, ExplanationAct.ANSWER) or "")


def test_who_sees_an_explanation(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        asked = asked_of(ground, tender)
        seen = {who for who in ground.people if any(may_see(ground.by(who), asked, s) for s in (Sight.WORK, Sight.OWN))}
        assert seen == {*MEMBERS, Role.SECRETARY, Role.MANAGER, Role.AUDITOR, "firm A"}


def test_the_price_minutes_tell_the_explanation_and_the_price_that_was_set_aside(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, LOW)
        rejected(ground, tender)
        vote(ground, tender, (True, True, True))
        advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS)
        attend(ground, tender)
        advance(ground.by(Role.SECRETARY), tender, TenderAct.ISSUE_PRICE_MINUTES)
        minutes, ranking = (paper_in(app, session, kind) for kind in (DocumentKind.PRICE_MINUTES, DocumentKind.RANKING))
        for text in (minutes, ranking):
            assert "دستمزد زیر قانون کار است" in text
            assert "۶٬۰۰۰٬۰۰۰٬۰۰۰" in text
        assert "۲ رأی به رد از ۳ رأی" in minutes
        assert "رتبهبندی پیشین" in ranking  # half-spaces are no characters of a drawn line


def paper_in(app: Flask, session: Session, kind: DocumentKind) -> str:
    """Return the text of the one issued paper of a kind."""
    return text_of(app, session.scalars(sa.select(IssuedDocument).where(IssuedDocument.kind == kind)).one())


class Pottery:
    """The demonstration's tender whose prices are open, on its pages: firm2's and firm3's are ranked."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with session_of(app) as session:
            tender = session.scalars(sa.select(Tender).where(Tender.state == TenderState.PRICES_OPENED)).one()
            self.number = tender.number
            bids = session.scalars(sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == BidState.PRICED))
            names = {"طارم": "firm2", "سبز": "firm3"}
            self.bids = {names[next(n for n in names if n in b.firm.name)]: b.id for b in bids}
            self.firm = session.get_one(Bid, self.bids["firm2"]).firm.name
        self.own = f"/tenders/{self.number}/bid/price-explanation"
        self.all = f"/tenders/{self.number}/explanations"

    def ask(self, question: str = "دستمزدها را توضیح دهید.") -> int:
        """Let the head ask firm2 on the page; return the explanation."""
        client, address = signed_in(self.app, "nm.head"), f"{self.all}/ask/{self.bids['firm2']}"
        day = re.search(r'name="until_on"[^>]*value="([^"]+)"', client.get(address).text)
        assert day is not None
        answer = client.post(address, data={"question": question, "until_on": day[1]})
        assert answer.status_code == 302
        return int(answer.location.rsplit("/", 1)[-1])

    def end(self) -> None:
        """Let the time for the answer be over."""
        with session_of(self.app) as session:
            now = clock.now(session, demo=True)
            times = {"asked_at": now - dt.timedelta(days=9), "until": now - dt.timedelta(seconds=1)}
            session.execute(
                sa.update(PriceExplanation).where(PriceExplanation.bid_id == self.bids["firm2"]).values(times)
            )


def answered(
    client: FlaskClient, pottery: Pottery, text: str, name: str = "a.pdf", content: bytes = PDF
) -> TestResponse:
    """Post an explanation with a file."""
    data = {"text": text, "files": FileStorage(io.BytesIO(content), name)}
    return client.post(pottery.own, data=data, content_type="multipart/form-data")


def downloaded(client: FlaskClient, address: str) -> bytes:
    """Return a file that is served."""
    with client.get(address) as answer:
        content: bytes = answer.data
    return content


def in_sight(client: FlaskClient, address: str, attached: str) -> tuple[bool, bool, bool, bool]:
    """Tell what stands on the page of an act on a price: the answer with its time, its file, how the price lies, the votes."""
    page = client.get(address).text
    main = page[page.index("<main") : page.index("</main>")]
    assert "کمیسیون" not in main
    told, file = "گروه آماده داریم." in main and "مهلت:" in main, f'href="{attached}"' in main
    return told, file, "نسبت به میانگین دیگران" in main and "٪ پایین‌تر" in main, "دلیل nm.finance" in main


def test_pages_from_the_question_to_the_new_ranking(demo: Flask) -> None:
    pottery = Pottery(demo)
    asked = f"{pottery.all}/{pottery.ask('دستمزد نفر‌ماه را بنویسید.')}"
    firm, head = signed_in(demo, "firm2"), signed_in(demo, "nm.head")
    page = firm.get(pottery.own).text
    assert "دستمزد نفر‌ماه را بنویسید." in page
    assert "data-countdown=" in page
    assert answered(firm, pottery, "گروه آماده داریم.").status_code == 302
    seen = head.get(asked)
    assert "گروه آماده داریم." in seen.text
    attached = re.search(rf'href="({re.escape(asked)}/files/\d+)"', seen.text)
    assert attached is not None
    assert (downloaded(head, attached[1]), downloaded(firm, attached[1])) == (PDF, PDF)
    for who in ("firm3", "nm.officer", "nm.evaluator1"):
        other = signed_in(demo, who)
        assert {other.get(address).status_code for address in (attached[1], asked, pottery.all)} <= {403, 404}
        assert "گروه آماده" not in other.get(pottery.own).text
    for who in ("nm.head", "nm.finance", "nm.technical"):
        member = signed_in(demo, who)
        assert in_sight(member, f"{asked}/vote", attached[1]) == (True, True, True, False)
        vote = {"opinion": "1", "reason": f"دلیل {who}"}
        assert member.post(f"{asked}/vote", data=vote).status_code == 302
    for act in ("accept", "reject"):
        assert in_sight(head, f"{asked}/{act}", attached[1]) == (True, True, True, True)
    assert head.post(f"{asked}/accept", data={"reason": "؟"}).status_code == 409
    assert head.post(f"{asked}/reject", data={"reason": "زیر قانون کار"}).status_code == 302
    ranking = head.get(f"/tenders/{pottery.number}/ranking").text
    assert "رتبه‌بندی پیشین" in ranking
    assert "قیمت نامتعارف پایین: زیر قانون کار" in ranking
    assert "زیر قانون کار" in firm.get(pottery.own).text


def test_a_late_or_faulty_answer_is_refused_and_loses_nothing_that_was_typed(demo: Flask) -> None:
    pottery = Pottery(demo)
    pottery.ask()
    firm = signed_in(demo, "firm2")
    faulty = answered(firm, pottery, "متن بلند من", "a.exe")
    assert (faulty.status_code, "متن بلند من" in faulty.text) == (422, True)
    empty = firm.post(pottery.own, data={"text": ""})
    assert (empty.status_code, "توضیح را بنویسید" in empty.text) == (422, True)
    pottery.end()
    late = answered(firm, pottery, "متن بلند من")
    assert (late.status_code, "متن بلند من" in late.text, "پایان یافت" in late.text) == (409, True, True)
    with session_of(demo) as session:
        kept = session.scalars(
            sa.select(PriceExplanation).where(PriceExplanation.bid_id == pottery.bids["firm2"])
        ).one()
        assert (kept.answer, kept.files) == ("", [])
    assert "تا پایان مهلت" in firm.get(pottery.own).text


def test_a_firm_that_was_not_asked_reads_so_and_whoever_is_no_bidder_is_refused(demo: Flask) -> None:
    pottery = Pottery(demo)
    pottery.ask("راز پرسش")
    other = signed_in(demo, "firm3").get(pottery.own)
    assert ("چیزی از شما خواسته نشده است" in other.text, "راز پرسش" in other.text) == (True, False)
    assert signed_in(demo, "nm.head").get(pottery.own).status_code == 403
    assert signed_in(demo, "nm.head").post(f"{pottery.all}/ask/{pottery.bids['firm2']}", data={}).status_code == 422
