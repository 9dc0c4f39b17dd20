"""The letter of a message: Persian, text and HTML, right to left, the same from the same message."""

import functools
import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tender_app.config import Settings
from tender_app.kernel import calendar
from tender_app.notifications.models import Message

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
HOUSE = "سامانه مناقصه عامل توسعه خوشه"
SIGNS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says: to whom, and the message with its link."""

    name: str
    subject: str
    body: str
    link: str
    told: str
    account: str
    house: str = HOUSE

    def text(self) -> str:
        """Return it as plain text."""
        return _templates().get_template("notifications/letter.txt").render(letter=self).strip() + "\n"

    def html(self) -> str:
        """Return it as a page of its own, that loads nothing."""
        return _templates().get_template("notifications/letter.html").render(letter=self)


def letter_of(settings: Settings, message: Message, name: str) -> Letter:
    """Return the letter of a message to a person of this name."""
    return Letter(
        name=_line(name),
        subject=_line(message.subject),
        body=message.body.strip(),
        link=settings.public_url + (message.path or "/"),
        told=calendar.moment(message.at),
        account=f"{settings.public_url}/account/email",
    )


def mail_of(settings: Settings, message: Message, name: str, address: str) -> EmailMessage:
    """Return the letter as it is posted; ValueError for an address that is none.

    Its Message-ID is the message's, however often it is sent: a server or a reader that got it before knows it again.
    """
    letter, host = letter_of(settings, message, name), urlsplit(settings.public_url).hostname or "localhost"
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = letter.subject
    mail["From"] = Address(HOUSE, addr_spec=sender_of(settings))
    mail["To"] = Address(letter.name, addr_spec=address)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}.{message.at:%Y%m%d%H%M%S%f}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "fa"
    mail.set_content(letter.text(), cte="base64")
    mail.add_alternative(letter.html(), subtype="html", cte="base64")
    return mail


def sender_of(settings: Settings) -> str:
    """Return the address that letters come from: the one that was set, the mail account's, or nobody's at our host."""
    parts = urlsplit(settings.smtp_url)
    told, account = parse_qs(parts.query).get("from", [""])[0], unquote(parts.username or "")
    host = urlsplit(settings.public_url).hostname or "localhost"
    return told or (account if "@" in account else f"noreply@{host}")


def _line(text: str) -> str:
    """Return a text as one line, as a head of a letter must be."""
    return " ".join(SIGNS.sub(" ", text).split())


@functools.cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
