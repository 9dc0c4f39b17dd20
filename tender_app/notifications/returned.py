"""Mail that came back: a server that took a letter, and could not deliver it, says so later in a letter of its own (RFC 3464)."""

import datetime as dt
import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.notifications.models import Delivery, Message
from tender_app.notifications.rules import DeliveryState as State

OURS = re.compile(r"<(\d{1,18})\.(\d{20})@[^>\s]+>")
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Returned:
    """A letter of ours that failed for good: its message by id and instant, to which address, and the server's words."""

    message_id: int
    written: str
    address: str
    said: str


def read(content: bytes) -> list[Returned]:
    """Return the letters of ours that a report says failed for good; nothing for any other mail."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    parts = [part for part in mail.walk() if isinstance(part, EmailMessage)]
    original = next((found for part in parts if (found := OURS.fullmatch(_id_of(part)))), None)
    if original is None:
        return []
    number, written = int(original[1]), original[2]
    return [Returned(number, written, address, said) for part in parts for address, said in _failures(part)]


def keep(session: Session, returned: Returned) -> bool:
    """Mark the newest letter that the report means as bounced; tell whether there was one that had left."""
    left = sa.select(Delivery).join(Message, Message.id == Delivery.message_id)
    left = left.where(Message.id == returned.message_id, sa.func.lower(Delivery.address) == returned.address.lower())
    left = left.where(Delivery.state.in_((State.SENT, State.UNCERTAIN))).order_by(Delivery.id.desc()).with_for_update()
    row = session.scalars(left.limit(1)).one_or_none()
    if row is None or f"{row.message.at.astimezone(dt.UTC):%Y%m%d%H%M%S%f}" != returned.written:
        return False
    row.state, row.error = State.BOUNCED, returned.said
    return True


def _id_of(part: EmailMessage) -> str:
    """Return the Message-ID that a part quotes: of an enclosed letter, or of its heads as text."""
    if part.get_content_type() == "text/rfc822-headers":
        part = email.message_from_string(str(part.get_content()), policy=email.policy.default)
    return str(part.get("Message-ID", "")).strip()


def _failures(part: EmailMessage) -> Iterator[tuple[str, str]]:
    """Give (address, words) of each recipient that a delivery status says failed."""
    action, recipient = str(part.get("Action", "")), str(part.get("Final-Recipient", ""))
    if action.strip().lower() == "failed" and ";" in recipient:
        words = str(part.get("Diagnostic-Code", "") or part.get("Status", "")).partition(";")
        yield recipient.partition(";")[2].strip(), " ".join((words[2] or words[0]).split())[:LONGEST]
