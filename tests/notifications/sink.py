"""A real SMTP server in this process that keeps what it is given, and answers as a test wants."""

import contextlib
import email
import email.policy
import ssl
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from bench.house import free_port

Answer = Callable[[str], str]


class Sink:
    """What came, in order; `to` and `data` are asked for the answers to a recipient and to a whole letter."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.to: Answer = lambda _address: "250 OK"
        self.data: Answer = lambda _address: "250 taken"
        self._lock = threading.Lock()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Answer for a recipient."""
        answer = self.to(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a letter, and answer for it."""
        answer = self.data(envelope.rcpt_tos[0])
        if answer.startswith("250"):
            with self._lock:
                self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
                self.recipients += envelope.rcpt_tos
        return answer


@contextlib.contextmanager
def serving(sink: Sink, port: int = 0, *, safe: ssl.SSLContext | None = None) -> Iterator[str]:
    """Let the sink listen, over TLS where a context is given; give its address for TENDER_SMTP_URL."""
    listens = Controller(sink, hostname="127.0.0.1", port=port or free_port(), ssl_context=safe)
    listens.start()
    try:
        yield f"smtp{'s' if safe else ''}://127.0.0.1:{listens.port}"
    finally:
        listens.stop()
