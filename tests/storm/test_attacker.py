"""The attacker test: who copies all that is kept, and knows the passphrases of all members but one too few, reads no bid.

The same search with one passphrase more finds every canary: it could find them if they lay there.
"""

import datetime as dt
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.bids.key_rules import Given, KeysFor
from tender_app.bids.rules import BidAct, BidState, Original, Seen
from tender_app.demo.stage import PASSPHRASE
from tender_app.kernel import money
from tender_app.sealing import sessions
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance
from tests.bids import ground
from tests.bids.ground import OLIVE, PDF, TOTAL, number_of, post_envelope, tender_on
from tests.keys import with_keys
from tests.make import context_of, session_of, signed_in
from tests.storm.attacker import Loot, loot_of, lying_open, opened
from tests.storm.memory import found_in_memory
from tests.storm.needles import found_in, needles_of

FIRMS = ("firm2", "firm3")
MEMBERS = ("head", "finance", "technical")
SYLLABLES = ("سپید", "تیهو", "گلپر", "مرمر", "کاسنی", "بلدرچین", "نسترن", "شبدر")


class Secret:
    """What one firm writes into its envelopes and nowhere else."""

    def __init__(self, seed: int) -> None:
        drawn = random.Random(seed)  # noqa: S311 -- to be told apart, not to be secret
        self.extra = drawn.randrange(1_000_001, 90_000_000) * 10 + 7
        self.price = TOTAL + self.extra
        self.text = " ".join(drawn.sample(SYLLABLES, 3)) + f" {drawn.randrange(10**8)}"
        self.inside = f"canary {drawn.getrandbits(64):016x} of a file"
        self.name = f"plan-{drawn.getrandbits(64):016x}.zip"
        self.issuer = f"بانک {drawn.choice(SYLLABLES)} {drawn.randrange(10**8)}"

    def fill(self, client: FlaskClient, number: str) -> None:
        """Seal all of it on the pages."""
        client.post(f"/tenders/{number}/bid/start")
        price = {"phases-4-amount": str(self.extra), "total": str(self.price), "words": money.in_words(self.price)}
        answers = [
            post_envelope(client, number, "a", issuer=self.issuer),
            post_envelope(client, number, "b", [(self.name, zipped(self.inside))], approach=self.text),
            post_envelope(client, number, "c", **price),
        ]
        assert [answer.status_code for answer in answers] == [302] * 3

    def canaries(self, firm: str) -> dict[str, set[bytes]]:
        """Return each canary's spellings under its name: the firm, the envelope, the thing."""
        told: dict[str, str | int] = {
            "a issuer": self.issuer,
            "b text": self.text,
            "b file": self.inside,
            "b file's name": self.name,
            "c total": self.price,
            "c phase": self.extra,
        }
        return {f"{firm} {name}": needles_of(canary) for name, canary in told.items()}


def zipped(text: str) -> bytes:
    """Return a compressed ZIP that holds a text."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plan.txt", text * 9)
    return made.getvalue()


@pytest.fixture
def canaries(demo: Flask) -> dict[str, set[bytes]]:
    """Let two firms seal their bids, and return what nobody may find."""
    number = number_of(demo, OLIVE)
    found: dict[str, set[bytes]] = {}
    for place, firm in enumerate(FIRMS):
        secret = Secret(place)
        secret.fill(signed_in(demo, firm), number)
        found |= secret.canaries(firm)
    return found


def robbed(demo: Flask, to: Path, canaries: dict[str, set[bytes]]) -> Callable[..., set[str]]:
    """Copy all that is kept; return what tells which canaries the attacker finds with some members' passphrases."""
    loot = loot_of(demo.extensions["settings"], to)
    assert_it_is_all(loot)
    clear = lying_open(loot, canaries)
    return lambda *members: clear | opened(loot, [PASSPHRASE.format(name) for name in members], canaries)


def assert_it_is_all(loot: Loot) -> None:
    """The copy holds the envelopes, their headers and every table: an empty one would betray nothing either."""
    places = {place.partition("/")[0] for place, _ in loot.blobs()}
    assert {"files", "headers", "sealed_envelope.digest", "key_share.sealed", "ledger_entry.detail"} <= places


def test_r16_before_the_deadline_all_that_is_kept_and_one_passphrase_show_nothing(
    demo: Flask, canaries: dict[str, set[bytes]], tmp_path: Path
) -> None:
    with session_of(demo) as session:
        closes = ground.closing_of(tender_on(session, OLIVE))
    submit(demo, FIRMS[0])
    ground.move_clock(demo, closes - dt.timedelta(minutes=1))
    leave_a_share(demo, TenderAct.RENEW_SHARES)
    finds = robbed(demo, tmp_path / "loot", canaries)
    assert {member: finds(member) for member in MEMBERS} == {name: set() for name in MEMBERS}
    assert finds("head", "technical") == set(canaries)


def test_r16_between_the_two_openings_one_passphrase_shows_what_was_opened_and_no_price(
    demo: Flask, canaries: dict[str, set[bytes]], tmp_path: Path
) -> None:
    for firm in FIRMS:
        submit(demo, firm)
    open_a_and_b(demo)
    leave_a_share(demo, TenderAct.OPEN_PRICES)
    lawful = {name for name in canaries if " c " not in name}
    finds = robbed(demo, tmp_path / "loot", canaries)
    assert {member: finds(member) for member in MEMBERS} == dict.fromkeys(MEMBERS, lawful)
    assert finds("finance", "technical") == set(canaries)


def submit(demo: Flask, firm: str) -> None:
    """Submit the firm's draft on its page."""
    number = number_of(demo, OLIVE)
    assert signed_in(demo, firm).post(f"/tenders/{number}/bid/submit").status_code == 302


def leave_a_share(demo: Flask, act: TenderAct) -> None:
    """Let the head begin a session of the keys, and one member give a share that lies there sealed."""
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        _, recipient = sessions.passing_key()
        advance(context_of(demo, session, "head"), tender, TenderAct.BEGIN_KEYS, KeysFor(act.value, recipient))
        ctx = context_of(demo, session, "finance")
        given = Given(act.value, ctx.actor.person_id or 0, PASSPHRASE.format("finance"))
        advance(ctx, tender, TenderAct.GIVE_SHARE, given)


def open_a_and_b(demo: Flask) -> None:
    """Pass the deadline; open الف, accept the guarantees, open ب."""
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        for firm in FIRMS:
            what = Original(ground.firm_of(session, firm).id, "BG-77")
            advance(context_of(demo, session, "officer"), tender, TenderAct.RECEIVE_ORIGINAL, what)
        opens = tender.opens_at
    assert opens is not None
    ground.move_clock(demo, opens + dt.timedelta(seconds=1))
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        for bid in ground.bids_of(session, tender):
            if bid.state is BidState.SUBMITTED:
                advance(context_of(demo, session, "finance"), bid, BidAct.ACCEPT_GUARANTEE, Seen("سازمان"))
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        assert tender.state is TenderState.TECHNICAL


@pytest.mark.postgresql
def test_the_files_of_postgresql_itself_hold_no_canary(postgresql_demo: Flask) -> None:
    """Its tables, its log of writes and its temporary files, as they lie on the disk, not as a query tells them."""
    secret = Secret(7)
    secret.fill(signed_in(postgresql_demo, FIRMS[0]), number_of(postgresql_demo, OLIVE))
    needles = secret.canaries(FIRMS[0]) | {"control": needles_of("پیشگامان")}
    with session_of(postgresql_demo) as session:
        session.execute(sa.text("CHECKPOINT"))
        folder = Path(session.execute(sa.text("SHOW data_directory")).scalar_one())
    found = {name for path in folder.rglob("*") if path.is_file() for name in found_in(path.read_bytes(), needles)}
    assert found == {"control"}


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le"])
def test_what_a_process_holds_is_found_in_its_memory_and_nothing_else(coding: str) -> None:
    program = "import sys; held = sys.stdin.buffer.readline(); print('ready', flush=True); sys.stdin.buffer.readline()"
    held, other = Secret(1), Secret(2)
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(held.text.encode(coding) + b"\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"ready\n"
        found = found_in_memory([child.pid], {"held": needles_of(held.text), "other": needles_of(other.text)})[
            child.pid
        ]
        child.stdin.write(b"\n")
    assert found == {"held"}


@pytest.mark.parametrize(
    "lying",
    [
        "۹٬۸۷۶٬۵۴۳٬۲۱۰",
        "9,876,543,210",
        '{"total": 9876543210}',
        "٩٨٧٦٥٤٣٢١٠",
        "9876543210".encode("utf-16-le"),
        b"x eyJ0b3RhbCI6IDk4NzY1NDMyMTB9 y",
        zipped("the price is 9876543210"),
        zipped("نه میلیارد و هشتصد و هفتاد و شش میلیون و پانصد و چهل و سه هزار و دویست و ده"),
    ],
)
def test_an_amount_is_found_in_each_of_its_spellings(lying: str | bytes) -> None:
    content = lying.encode() if isinstance(lying, str) else lying
    assert found_in(content, {"amount": needles_of(9_876_543_210)}) == {"amount"}
    assert found_in(content, {"amount": needles_of(9_876_053_210)}) == set()
    assert PDF not in content
