"""Messages on the table: persons with addresses, the post over a test's database, and where each letter stands."""

import dataclasses
from collections.abc import Sequence

import sqlalchemy as sa
from flask import Flask

from tender_app.notifications.delivery import Post
from tender_app.notifications.models import Delivery
from tender_app.notifications.outbox import tell
from tender_app.notifications.rules import DeliveryState
from tender_app.people.models import Person
from tests.make import context_of, people_in, session_of

SUBJECT = "دعوت به جلسه گشایش پاکت‌ها؛ شماره ۱۴۰۵/۰۹/۰۲ (QZ-1405-CDA-04)"
BODY = "مناقصه انتخاب عامل توسعه خوشه زیتون.\nزمان: دوشنبه ۲ آذر ۱۴۰۵، ساعت ۱۴:۰۰ به وقت تهران\n.یک سطر با نقطه"


def told(app: Flask, count: int = 1, names: Sequence[str] = ("officer", "manager")) -> list[str]:
    """Found a company, and tell so many events to these of its people; return the keys of the letters."""
    _, people = people_in(app)
    with session_of(app) as session:
        for name in names:
            session.get_one(Person, people[name]).email = f"{name}@qazvin.example"
    with session_of(app) as session:
        ctx = context_of(app, session, None)
        for number in range(count):
            path = "/tenders/QZ-1405-CDA-04"
            tell(ctx, [people[name] for name in names], f"{SUBJECT} {number}", body=BODY, path=path)
    return keys(app)


def keys(app: Flask) -> list[str]:
    """Return the keys of all letters, the oldest first."""
    with session_of(app) as session:
        return list(session.scalars(sa.select(Delivery.key).order_by(Delivery.id)))


def states(app: Flask) -> list[DeliveryState]:
    """Return where each letter stands, the oldest first."""
    with session_of(app) as session:
        return list(session.scalars(sa.select(Delivery.state).order_by(Delivery.id)))


def letters(app: Flask) -> list[Delivery]:
    """Return the letters with their messages."""
    with session_of(app) as session:
        query = sa.select(Delivery).options(sa.orm.joinedload(Delivery.message)).order_by(Delivery.id)
        return list(session.scalars(query))


def post_of(app: Flask, url: str = "") -> Post:
    """Return the post of a real installation over the test's database, with this mail server."""
    settings = dataclasses.replace(app.extensions["settings"], smtp_url=url, demo=False)
    return Post(app.extensions["database"], settings)


def send_all(post: Post) -> int:
    """Ask for what is due and do it at once, as a worker does."""
    asked: list[tuple[str, int]] = []
    post.relay(lambda _job, key, turn: asked.append((key, turn)))
    for key, turn in asked:
        post.carry(key, turn)
    return len(asked)


def due_now(app: Flask) -> None:
    """Let the pause after a failed try be over."""
    with session_of(app) as session:
        session.execute(sa.update(Delivery).values(next_at=None))
