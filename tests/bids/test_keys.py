"""The commission's keys: no publication without them, no opening without a quorum's shares, every refusal recorded."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids import quorum
from tender_app.bids.key_rules import Given, Keys, KeysFor
from tender_app.demo.stage import PASSPHRASE, PASSWORD
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.errors import Invalid, NotAllowed, NotNow
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Person
from tender_app.sealing import passphrase, sessions, shares
from tender_app.sealing.identity import secret_of
from tender_app.sealing.keys import keys_of, locked_of, shares_of
from tender_app.sealing.models import KeyPurpose, KeySession, MemberKey, SealedEnvelope, SessionShare
from tender_app.sealing.opening import Damaged, open_envelope
from tender_app.store.files import files_of, headers_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance, refusal_of
from tests.bids import ground
from tests.bids.ground import FURNITURE, LEATHER, OLIVE, tender_on
from tests.documents.reading import extracted
from tests.keys import PAGES, give_on_page, keys_for, open_on_pages, ready_keys, set_passphrases, with_keys
from tests.make import context_of, rows_of, session_of, signed_in
from tests.tenders import ground as drafts

FINISHED = "پسته"
STRANGE = "گذرعبارتی که از آن کسی نیست"


@pytest.fixture
def waiting(app: Flask) -> str:
    """Give the number of a tender that waits for approval, without keys."""
    number = drafts.draft(app, drafts.settle(app))
    drafts.complete(app, number)
    with session_of(app) as session:
        advance(context_of(app, session, "officer"), drafts.tender_of(session, number), TenderAct.SEND_FOR_APPROVAL)
    return number


def refused(session: Session, tender: Tender) -> list[dict[str, object]]:
    """Return what the ledger keeps of refused keys."""
    query = sa.select(LedgerEntry.detail).where(
        LedgerEntry.tender_id == tender.id, LedgerEntry.act == TenderAct.NOTE_REFUSED_KEY
    )
    return list(session.scalars(query.order_by(LedgerEntry.id)))


def test_publication_waits_for_the_ceremony_and_its_rehearsal(app: Flask, waiting: str) -> None:
    with session_of(app) as session:
        tender = drafts.tender_of(session, waiting)
        manager, head = context_of(app, session, "manager"), context_of(app, session, "head")
        assert "هنوز ساخته نشده است" in (refusal_of(manager, tender, TenderAct.PUBLISH) or "")
        assert "هنوز گذرعبارت گشایش نگذاشته‌اند" in (refusal_of(head, tender, TenderAct.MAKE_KEYS) or "")
        set_passphrases(app, session, head.now)
        advance(context_of(app, session, "head"), tender, TenderAct.MAKE_KEYS)
        assert "تمرین نشده است" in (refusal_of(context_of(app, session, "manager"), tender, TenderAct.PUBLISH) or "")
        with_keys(app, session, tender, TenderAct.REHEARSE)
        advance(context_of(app, session, "manager"), tender, TenderAct.PUBLISH)
        assert tender.state is TenderState.PUBLISHED


def test_keys_made_anew_are_rehearsed_anew(app: Flask, waiting: str) -> None:
    with session_of(app) as session:
        tender = drafts.tender_of(session, waiting)
        ready_keys(app, session, tender)
        before = keys_of(context_of(app, session, "head"), tender.id)[KeyPurpose.PRICES].recipient
        advance(context_of(app, session, "head"), tender, TenderAct.MAKE_KEYS)
        assert keys_of(context_of(app, session, "head"), tender.id)[KeyPurpose.PRICES].recipient != before
        assert "تمرین نشده است" in (refusal_of(context_of(app, session, "manager"), tender, TenderAct.PUBLISH) or "")


def test_a_member_with_another_key_than_at_the_ceremony_stops_the_publication(app: Flask, waiting: str) -> None:
    with session_of(app) as session:
        tender = drafts.tender_of(session, waiting)
        ready_keys(app, session, tender)
        lose_key(app, session, "technical")
        assert "دوباره بسازد" in (refusal_of(context_of(app, session, "manager"), tender, TenderAct.PUBLISH) or "")


def lose_key(app: Flask, session: Session, name: str) -> None:
    """Let a member lose key and sheet, and set another key."""
    now = context_of(app, session, name).now
    own = MemberKey.person_id == context_of(app, session, name).actor.person_id
    session.execute(sa.update(MemberKey).where(own, MemberKey.ended_at.is_(None)).values(ended_at=now))
    session.flush()
    set_passphrases(app, session, now)


def test_only_the_head_makes_keys_begins_sessions_and_opens(app: Flask, waiting: str) -> None:
    with session_of(app) as session:
        tender = drafts.tender_of(session, waiting)
        set_passphrases(app, session, context_of(app, session, "head").now)
        for name in ("officer", "manager", "secretary", "finance"):
            with pytest.raises(NotAllowed):
                advance(context_of(app, session, name), tender, TenderAct.MAKE_KEYS)
        ready_keys(app, session, tender)
        for name in ("officer", "secretary", "finance"):
            with pytest.raises(NotAllowed):
                advance(context_of(app, session, name), tender, TenderAct.BEGIN_KEYS, KeysFor("rehearse", "age1x"))


def test_one_share_opens_nothing_and_two_of_the_three_open(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        with pytest.raises(NotNow, match="۱ سهم کلید داده شده و دست‌کم ۲ سهم لازم است"):
            keys_for(demo, session, tender, TenderAct.OPEN_A, givers=("finance",))
        keys = keys_for(demo, session, tender, TenderAct.OPEN_A, givers=("finance", "technical"))
        advance(context_of(demo, session, "head"), tender, TenderAct.OPEN_A, keys)
        assert tender.state is TenderState.OPENED_A
        query = sa.select(LedgerEntry.detail).where(
            LedgerEntry.tender_id == tender.id, LedgerEntry.act == TenderAct.OPEN_A
        )
        names = ("finance", "technical")
        givers = sorted(context_of(demo, session, name).actor.person_id or 0 for name in names)
        assert session.scalars(query).one() == {"givers": givers}


def test_opening_without_keys_or_with_another_tenders_is_refused(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, other = tender_on(session, LEATHER), tender_on(session, FURNITURE)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        foreign = keys_for(demo, session, other, TenderAct.RENEW_SHARES)
        for what in (Keys({}, ()), foreign):
            with pytest.raises(NotNow, match="سهم‌های کلید برای این کار داده نشده است"):
                advance(head, tender, TenderAct.OPEN_A, what)


def test_the_laws_quorum_and_the_keys_quorum_are_two(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        keys = keys_for(demo, session, tender, TenderAct.OPEN_A)
        with pytest.raises(NotNow, match="جلسه رسمیت ندارد"):
            advance(context_of(demo, session, "head"), tender, TenderAct.OPEN_A, keys)


def test_a_wrong_passphrase_is_told_recorded_and_ends_the_session_after_six(demo: Flask) -> None:
    clients = {name: signed_in(demo, name) for name in ("head", "finance")}
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        number = tender.number
        ground.meet(demo, session, tender)
    assert clients["head"].post(f"/tenders/{number}/keys/open_a/begin").status_code == 302
    for _ in range(6):
        answer = give_on_page(clients["finance"], number, TenderAct.OPEN_A, "finance", STRANGE)
        assert (answer.status_code, "گذرعبارت این عضو درست نیست" in answer.text) == (422, True)
    with session_of(demo) as session:
        own = context_of(demo, session, "finance").actor.person_id
    typed = {"person": own, "said": PASSPHRASE.format("finance")}
    over = clients["finance"].post(f"/tenders/{number}/keys/open_a", data=typed)
    assert (over.status_code, sessions.OVER in over.text) == (409, True)
    with session_of(demo) as session:
        found = refused(session, tender_on(session, LEATHER))
        member = context_of(demo, session, "finance").actor.person_id
        assert found[0] == {
            "act": "open_a",
            "cause": "گذرعبارت گشایش: گذرعبارت این عضو درست نیست؛ آن را دوباره بنویسید.",
            "member": member,
        }
        assert len(found) == 7
    assert not any(STRANGE in row for row in rows_of(demo))


def test_an_opening_before_its_hour_or_in_another_browser_is_refused_and_recorded(demo: Flask) -> None:
    clients = {name: signed_in(demo, name) for name in ("head", "finance")}
    with session_of(demo) as session:
        number = tender_on(session, LEATHER).number
    early = clients["head"].post(f"/tenders/{number}/keys/open_a/begin")
    assert (early.status_code, "حضور" in early.text) == (409, True)
    assert clients["head"].post(f"/tenders/{number}/open/a").status_code == 409
    with session_of(demo) as session:
        ground.meet(demo, session, tender_on(session, LEATHER))
    assert clients["head"].post(f"/tenders/{number}/keys/open_a/begin").status_code == 302
    for name in ("head", "finance"):
        assert give_on_page(clients[name], number, TenderAct.OPEN_A, name).status_code == 302
    elsewhere = signed_in(demo, "head").post(f"/tenders/{number}/{PAGES[TenderAct.OPEN_A]}")
    assert (elsewhere.status_code, "این مرورگر نشست کلید را آغاز نکرده است" in elsewhere.text) == (409, True)
    with session_of(demo) as session:
        causes = [str(row["cause"]) for row in refused(session, tender_on(session, LEATHER))]
    assert ["رسمیت" in causes[0], "این مرورگر" in causes[1]] == [True, True]
    assert clients["head"].post(f"/tenders/{number}/{PAGES[TenderAct.OPEN_A]}").status_code == 302


def test_the_passing_secret_is_in_the_heads_cookie_alone_and_shares_are_gone_after_the_act(demo: Flask) -> None:
    clients = {name: signed_in(demo, name) for name in ("head", "finance")}
    with session_of(demo) as session:
        number = tender_on(session, LEATHER).number
        ground.meet(demo, session, tender_on(session, LEATHER))
    begun = clients["head"].post(f"/tenders/{number}/keys/open_a/begin")
    cookie = begun.headers["Set-Cookie"]
    assert ["HttpOnly" in cookie, "SameSite=Strict" in cookie, f"Path=/tenders/{number}" in cookie] == [True] * 3
    secret = cookie.split("=", 1)[1].split(";")[0]
    assert secret.startswith("AGE-SECRET-KEY-")
    assert not any(secret in row for row in rows_of(demo))
    assert open_on_pages(clients, number, TenderAct.OPEN_A).status_code == 302
    with session_of(demo) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SessionShare)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(KeySession)) == 0


def test_a_session_lasts_a_quarter_of_an_hour(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        advance(head, tender, TenderAct.BEGIN_KEYS, KeysFor("open_a", sessions.passing_key()[1]))
        early = context_of(demo, session, "finance")
        what = Given("open_a", early.actor.person_id or 0, PASSPHRASE.format("finance"))
        advance(early, tender, TenderAct.GIVE_SHARE, what)
        late = context_of(demo, session, "finance", head.now + dt.timedelta(minutes=15))
        with pytest.raises(NotNow, match="پایان یافته است"):
            advance(late, tender, TenderAct.GIVE_SHARE, what)


def test_what_was_given_in_a_session_that_is_over_goes_when_any_tender_begins_one(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, other = tender_on(session, LEATHER), tender_on(session, OLIVE)
        ground.meet(demo, session, tender)
        head, finance = context_of(demo, session, "head"), context_of(demo, session, "finance")
        advance(head, tender, TenderAct.BEGIN_KEYS, KeysFor("open_a", sessions.passing_key()[1]))
        what = Given("open_a", finance.actor.person_id or 0, PASSPHRASE.format("finance"))
        advance(finance, tender, TenderAct.GIVE_SHARE, what)
        late = context_of(demo, session, "head", head.now + sessions.LASTS)
        sessions.begin(late, other.id, "open_a", sessions.passing_key()[1])
        assert session.scalars(sa.select(KeySession.tender_id)).all() == [other.id]
        assert session.scalar(sa.select(sa.func.count()).select_from(SessionShare)) == 0


def test_a_member_gives_anothers_share_on_the_heads_device_alone(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        head, finance = context_of(demo, session, "head"), context_of(demo, session, "finance")
        advance(head, tender, TenderAct.BEGIN_KEYS, KeysFor("open_a", sessions.passing_key()[1]))
        what = Given("open_a", finance.actor.person_id or 0, PASSPHRASE.format("finance"))
        with pytest.raises(NotNow, match="هر عضو سهم خود را می‌دهد"):
            advance(context_of(demo, session, "technical"), tender, TenderAct.GIVE_SHARE, what)
        advance(head, tender, TenderAct.GIVE_SHARE, what)
        outsider = Given("open_a", context_of(demo, session, "officer").actor.person_id or 0, "x")
        with pytest.raises(NotNow, match="عضو کمیسیون این مناقصه نیست"):
            advance(head, tender, TenderAct.GIVE_SHARE, outsider)


def test_a_lost_key_is_replaced_by_shares_made_anew_from_the_others(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        recipients = {k.recipient for k in keys_of(context_of(demo, session, "head"), tender.id).values()}
        lose_key(demo, session, "finance")
        with pytest.raises(Invalid, match="سهم‌ها باید از نو ساخته شود"):
            keys_for(demo, session, tender, TenderAct.OPEN_A)
        keys = keys_for(demo, session, tender, TenderAct.RENEW_SHARES, givers=("head", "technical"))
        advance(context_of(demo, session, "head"), tender, TenderAct.RENEW_SHARES, keys)
        assert {k.recipient for k in keys_of(context_of(demo, session, "head"), tender.id).values()} == recipients
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        assert tender.state is TenderState.OPENED_A


def test_where_too_few_shares_are_left_the_page_says_what_the_law_offers(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        for name in ("finance", "technical"):
            lose_key(demo, session, name)
        reason = refusal_of(context_of(demo, session, "head"), tender, TenderAct.OPEN_A) or ""
        number = tender.number
    assert "سهم‌های سالم کلید این مناقصه ۱ است و دست‌کم ۲ سهم لازم است" in reason
    assert "تجدید مناقصه" in signed_in(demo, "head").get(f"/tenders/{number}/keys").text


def test_setting_a_key_shows_its_sheet_once_and_a_form_sent_twice_makes_one_key(demo: Flask) -> None:
    client = signed_in(demo, "auditor")
    typed = {"new": STRANGE, "again": STRANGE, "password": PASSWORD, "seen": ""}
    shown = client.post("/account/key", data=typed)
    words = shown.text.split('name="words" value="')[1].split('"')[0]
    assert (shown.status_code, len(words.split())) == (200, 33)
    again = client.post("/account/key", data=typed)
    assert (again.status_code, "همین حالا ساخته شد" in again.text) == (409, True)
    with session_of(demo) as session:
        own = MemberKey.person_id == context_of(demo, session, "auditor").actor.person_id
        kept = session.scalars(sa.select(MemberKey).where(own)).one()
        key = passphrase.key_of_words(words)
        assert str(key.to_public()) == kept.recipient
        secret = secret_of(key)
    rows = list(rows_of(demo))
    assert not any(words in row or STRANGE in row or repr(secret) in row for row in rows)
    sheet = client.post("/account/key/sheet", data={"words": words})
    assert (sheet.mimetype, sheet.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert [word for word in set(words.split()) if word not in extracted(sheet.data)] == []


def test_a_key_needs_the_sign_in_password_and_a_sound_passphrase(demo: Flask) -> None:
    client = signed_in(demo, "auditor")
    wrong = client.post("/account/key", data={"new": STRANGE, "again": STRANGE, "password": "نادرست", "seen": ""})
    short = client.post("/account/key", data={"new": "کوتاه", "again": "کوتاه", "password": PASSWORD, "seen": ""})
    assert (wrong.status_code, "گذرواژه ورود درست نیست" in wrong.text) == (422, True)
    assert (short.status_code, "دست‌کم ۱۲ نویسه" in short.text) == (422, True)
    with session_of(demo) as session:
        own = MemberKey.person_id == context_of(demo, session, "auditor").actor.person_id
        assert session.scalar(sa.select(sa.func.count()).select_from(MemberKey).where(own)) == 0


@pytest.mark.parametrize("by", ["passphrase", "words"])
def test_a_passphrase_is_changed_by_the_old_one_or_by_the_sheet_and_shares_stay_good(demo: Flask, by: str) -> None:
    client = signed_in(demo, "finance")
    with session_of(demo) as session:
        own = MemberKey.person_id == context_of(demo, session, "finance").actor.person_id
        kept = session.scalars(sa.select(MemberKey).where(own)).one()
        locked = passphrase.Locked(kept.recipient, kept.salt, kept.box, kept.operations, kept.memory)
        words = passphrase.words_of(passphrase.unlock(locked, PASSPHRASE.format("finance")))
    old = PASSPHRASE.format("finance") if by == "passphrase" else "\n".join(words)
    wrong = client.post("/account/key/passphrase", data={"old": STRANGE, "new": STRANGE, "again": STRANGE})
    assert (wrong.status_code, "نه گذرعبارت کنونی است" in wrong.text) == (422, True)
    assert (
        client.post("/account/key/passphrase", data={"old": old, "new": STRANGE, "again": STRANGE}).status_code == 302
    )
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        secret, recipient = sessions.passing_key()
        advance(head, tender, TenderAct.BEGIN_KEYS, KeysFor("open_a", recipient))
        finance = context_of(demo, session, "finance")
        with pytest.raises(Invalid, match="درست نیست"):
            advance(
                finance,
                tender,
                TenderAct.GIVE_SHARE,
                Given("open_a", finance.actor.person_id or 0, PASSPHRASE.format("finance")),
            )
        advance(finance, tender, TenderAct.GIVE_SHARE, Given("open_a", finance.actor.person_id or 0, STRANGE))
        assert secret.startswith("AGE-SECRET-KEY-")


def test_a_never_opened_price_is_closed_for_ever_once_the_tender_has_ended(demo: Flask) -> None:
    """With the real keys: what all members together could open before the act, they cannot open after it."""
    head, firm = signed_in(demo, "head"), signed_in(demo, "firm1")
    with session_of(demo) as session:
        tender, running = tender_on(session, FINISHED), tender_on(session, LEATHER)
        number, settings = tender.number, demo.extensions["settings"]
        assert "شدنی نیست" in (refusal_of(context_of(demo, session, "head"), running, TenderAct.DESTROY_UNOPENED) or "")
        ((_, sealed),) = quorum.unopened_prices(context_of(demo, session, "head"), tender)
        identity = secret_of_prices(demo, session, tender)
        assert open_envelope(settings, sealed, identity).form["total"] == 8_300_000_000
        header = headers_of(settings).path(sealed.header_key)
    shown = head.get(f"/tenders/{number}/keys/destroy").text
    assert "پیشگامان" in shown
    assert head.post(f"/tenders/{number}/keys/destroy").status_code == 302
    assert not header.exists()
    with session_of(demo) as session:
        tender = tender_on(session, FINISHED)
        again = session.get_one(SealedEnvelope, sealed.id)
        with pytest.raises(Damaged, match="نابود شده است"):
            open_envelope(settings, again, identity)
        query = sa.select(LedgerEntry.detail).where(
            LedgerEntry.tender_id == tender.id, LedgerEntry.act == TenderAct.DESTROY_UNOPENED
        )
        assert session.scalars(query).one()["envelopes"] == [again.digest]
        papers = sa.select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.DESTRUCTION)
        paper = session.scalars(papers.where(IssuedDocument.tender_id == tender.id)).one()
        text = extracted(files_of(settings).read(paper.file_key))
        assert [word in text for word in (again.digest, "نابود گردید", "هرگز گشوده نشد")] == [True] * 3
        code = paper.code
    assert code in firm.get(f"/tenders/{number}/bid").text
    assert head.post(f"/tenders/{number}/keys/destroy").status_code == 409


def secret_of_prices(app: Flask, session: Session, tender: Tender) -> object:
    """Return the secret of the tender's price key, put together from the members' own shares."""
    key = keys_of(context_of(app, session, "head"), tender.id)[KeyPurpose.PRICES]
    opened = []
    for share in shares_of(context_of(app, session, "head"), [key])[:2]:
        name = session.scalars(sa.select(Person.username).where(Person.id == share.member_key.person_id)).one()
        opened.append(
            shares.unseal(share.sealed, passphrase.unlock(locked_of(share.member_key), PASSPHRASE.format(name)))
        )
    return shares.combine(opened, key.recipient)
