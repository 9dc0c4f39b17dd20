"""The commission's keys in tests: passphrases set, keys made and rehearsed, shares given for an opening act."""

import datetime as dt

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tender_app.bids.ceremony import gathered
from tender_app.bids.key_rules import Given, Keys, KeysFor
from tender_app.demo.stage import PASSPHRASE, Stage, give_key
from tender_app.people.models import Person
from tender_app.sealing import sessions
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import advance
from tests.make import context_of

MEMBERS = ("head", "finance", "technical")
PAGES = {
    TenderAct.REHEARSE: "keys/rehearsal",
    TenderAct.RENEW_SHARES: "keys/renewal",
    TenderAct.OPEN_A: "open/a",
    TenderAct.OPEN_B: "open/b",
    TenderAct.OPEN_PRICES: "open/c",
}


def set_passphrases(app: Flask, session: Session, now: dt.datetime) -> None:
    """Let each member set the opening passphrase, once."""
    stage = Stage(session, app.extensions["settings"], now)
    for member in session.scalars(sa.select(Person).where(Person.username.in_(MEMBERS))):
        give_key(stage, member)


def ready_keys(app: Flask, session: Session, tender: Tender) -> None:
    """Make the tender's keys and rehearse the opening: what publication waits for."""
    head = context_of(app, session, "head")
    set_passphrases(app, session, head.now)
    advance(head, tender, TenderAct.MAKE_KEYS)
    with_keys(app, session, tender, TenderAct.REHEARSE)


def with_keys(app: Flask, session: Session, tender: Tender, act: TenderAct, now: dt.datetime | None = None) -> None:
    """Do an act that needs the commission's keys, with the shares of two members."""
    advance(context_of(app, session, "head", now), tender, act, keys_for(app, session, tender, act, now))


def keys_for(
    app: Flask,
    session: Session,
    tender: Tender,
    act: TenderAct,
    now: dt.datetime | None = None,
    givers: tuple[str, ...] = ("head", "finance"),
) -> Keys:
    """Return the keys that these members' shares give for an act."""
    head = context_of(app, session, "head", now)
    secret, recipient = sessions.passing_key()
    advance(head, tender, TenderAct.BEGIN_KEYS, KeysFor(act.value, recipient))
    for name in givers:
        ctx = context_of(app, session, name, now)
        what = Given(act.value, ctx.actor.person_id or 0, PASSPHRASE.format(name))
        advance(ctx, tender, TenderAct.GIVE_SHARE, what)
    return gathered(head, tender, act, secret, quoted=tender.scores_digest)


def open_on_pages(clients: dict[str, FlaskClient], number: str, act: TenderAct) -> TestResponse:
    """Do an act with the commission's keys on the pages: the head begins, two members give, the head opens."""
    head = clients["head"]
    begun = head.post(f"/tenders/{number}/keys/{act.value}/begin")
    if begun.status_code != 302:
        return begun
    for name in ("head", "finance"):
        given = give_on_page(clients[name], number, act, name)
        assert given.status_code == 302, name
    quoted = head.get(f"/tenders/{number}/{PAGES[act]}").text.partition('name="scores" value="')[2].partition('"')[0]
    return head.post(f"/tenders/{number}/{PAGES[act]}", data={"scores": quoted})


def give_on_page(client: FlaskClient, number: str, act: TenderAct, name: str, said: str = "") -> TestResponse:
    """Let a member give a share on their own page, which names them (as it does no more when the session is over)."""
    address = f"/tenders/{number}/keys/{act.value}"
    offered = client.get(address).text.partition('<option value="')[2].partition('"')[0]
    return client.post(address, data={"person": offered, "said": said or PASSPHRASE.format(name)})
