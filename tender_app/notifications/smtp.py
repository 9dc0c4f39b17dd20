"""Handing a letter to the mail server, with a last moment before which nothing was handed over and after which all was.

A server takes a letter when it has read the dot that ends it; until then the line may break and nothing happened. So the
dot is sent apart, after `commit` has kept that it will be: a crash before it is a letter to send again, a crash after
it, until the answer is kept, is the one case that nobody but the server can tell.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from tender_app.notifications.rules import DeliveryState as State

PATIENT = 30.0  # seconds for each answer
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
TAKEN, FORWARDED, GO_ON, FOR_GOOD = 250, 251, 354, 500
LONGEST = 400
NO_ANSWER = "نامه به کارگزار سپرده شد و پاسخ آن نرسید:"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try: SENT, BOUNCED, UNCERTAIN, or WAITING for a further one; and the server's words."""

    state: State
    said: str = ""


class _Answered(Exception):  # noqa: N818 -- an end, not an error
    def __init__(self, state: State, code: int, words: bytes) -> None:
        text = words.decode("utf-8", "replace")
        super().__init__(state)
        self.outcome = Outcome(state, f"{code} {' '.join(text.split())}"[:LONGEST])


def hand_over(url: str, mail: EmailMessage, sender: str, address: str, commit: Callable[[], bool]) -> Outcome:
    """Hand a letter over; `commit` is asked right before the dot, and where it says no, nothing is handed over."""
    dot = False
    try:
        with _line(url) as line:
            _envelope(line, sender, address)
            line.send(dotted(mail))
            if not commit():
                return Outcome(State.WAITING, "another run took it over")
            dot = True
            line.send(b".\r\n")
            _demand(line.getreply(), {TAKEN})
            return Outcome(State.SENT)
    except _Answered as answered:
        return answered.outcome
    except (OSError, smtplib.SMTPException) as broken:
        if dot:
            return Outcome(State.UNCERTAIN, f"{NO_ANSWER} {_said(broken)}"[:LONGEST])
        return Outcome(State.WAITING, _said(broken))


def dotted(mail: EmailMessage) -> bytes:
    """Return the letter's bytes as they cross the line, up to the dot that ends them (RFC 5321, 4.5.2)."""
    content = mail.as_bytes()
    return re.sub(rb"(?m)^\.", b"..", content if content.endswith(b"\r\n") else content + b"\r\n")


def _envelope(line: smtplib.SMTP, sender: str, address: str) -> None:
    """Say from whom and to whom; what the server has against us is no fault of the letter's."""
    _demand(line.mail(sender), {TAKEN}, for_good=State.WAITING)
    _demand(line.rcpt(address), {TAKEN, FORWARDED})
    _demand(line.docmd("DATA"), {GO_ON})


def _demand(answer: tuple[int, bytes], codes: AbstractSet[int], for_good: State = State.BOUNCED) -> None:
    """End the try where the server answers anything else: for good (5xx), or for now."""
    code, words = answer
    if code not in codes:
        raise _Answered(for_good if code >= FOR_GOOD else State.WAITING, code, words)


@contextmanager
def _line(url: str) -> Iterator[smtplib.SMTP]:
    """Give a line to the server, greeted, encrypted and signed in as its address says."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    safe = ssl.create_default_context() if parts.scheme != "smtp" else None
    line = (
        smtplib.SMTP_SSL(host, port, timeout=PATIENT, context=safe)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=PATIENT)
    )
    try:
        line.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp+starttls":
            line.starttls(context=safe)
        if parts.username and parts.password:
            line.login(unquote(parts.username), unquote(parts.password))
        yield line
    finally:
        with suppress(OSError, smtplib.SMTPException):
            line.putcmd("QUIT")  # its answer is not waited for: the outcome is to be kept first
            line.close()


def _said(broken: Exception) -> str:
    """Return what went wrong in words of the server or the system; never what we said to it."""
    if isinstance(broken, smtplib.SMTPResponseException):
        words = broken.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return f"{broken.smtp_code} {' '.join(text.split())}"[:LONGEST]
    if isinstance(broken, OSError) and broken.strerror:
        return broken.strerror[:LONGEST]
    return (str(broken) or type(broken).__name__)[:LONGEST]
