"""Letters over a real TLS line, and letters that come back after they were taken."""

import datetime as dt
import ipaddress
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from tender_app.notifications.rules import DeliveryState as State
from tests.notifications.ground import letters, post_of, send_all, states, told
from tests.notifications.sink import Sink, serving


def certificate(folder: Path) -> Path:
    """Make a key and its own certificate for 127.0.0.1, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2126, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "sink.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_letters_cross_a_tls_line_whose_certificate_is_known_and_no_other(
    sqlite_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(sqlite_app)
    sink, held = Sink(), certificate(tmp_path)
    safe = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    safe.load_cert_chain(held)
    with serving(sink, safe=safe) as url:
        assert url.startswith("smtps://")
        send_all(post_of(sqlite_app, url))
        assert {(d.state, d.turn) for d in letters(sqlite_app)} == {(State.WAITING, 1)}, "nobody vouches for it"
        assert sink.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(held))
        for row in letters(sqlite_app):
            post_of(sqlite_app, url).carry(row.key, row.turn)
    assert states(sqlite_app) == [State.SENT, State.SENT]
    assert len(sink.mails) == 2


def report(letter: EmailMessage, address: str, action: str = "failed", *, heads_alone: bool = False) -> bytes:
    """Return what a server writes about a letter that it could not deliver."""
    heads = "".join(f"{name}: {value}\r\n" for name, value in letter.items() if name in {"Message-ID", "To", "From"})
    kind = "text/rfc822-headers" if heads_alone else "message/rfc822"
    quoted = heads if heads_alone else f"{heads}\r\nbody"
    edge = "=edge="
    return "\r\n".join([
        "From: Mail Delivery System <MAILER-DAEMON@mail.example>",
        "To: noreply@127.0.0.1",
        "Subject: Undelivered Mail Returned to Sender",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{edge}"',
        "", f"--{edge}", "Content-Type: text/plain", "", "It could not be delivered.",
        f"--{edge}", "Content-Type: message/delivery-status", "",
        "Reporting-MTA: dns; mail.example", "",
        f"Final-Recipient: rfc822; {address}", f"Action: {action}", "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 mailbox", "    is gone", "",
        f"--{edge}", f"Content-Type: {kind}", "", quoted, f"--{edge}--", "",
    ]).encode()  # fmt: skip


@pytest.mark.parametrize("heads_alone", [False, True])
def test_a_letter_that_comes_back_later_is_marked_with_the_servers_words(app: Flask, *, heads_alone: bool) -> None:
    told(app)
    sink = Sink()
    with serving(sink) as url:
        send_all(post_of(app, url))
    mail = next(m for m in sink.mails if "officer@" in str(m["To"]))
    said = command(app, report(mail, "Officer@Qazvin.example", heads_alone=heads_alone))
    assert said == "letters marked as bounced: 1\n"
    marked = {d.address: (d.state, d.error) for d in letters(app)}
    assert marked == {
        "officer@qazvin.example": (State.BOUNCED, "550 5.1.1 mailbox is gone"),
        "manager@qazvin.example": (State.SENT, ""),
    }
    assert command(app, report(mail, "officer@qazvin.example")) == "letters marked as bounced: 0\n"


def test_a_delay_a_stranger_or_a_forged_report_marks_nothing(sqlite_app: Flask) -> None:
    told(sqlite_app)
    sink = Sink()
    with serving(sink) as url:
        send_all(post_of(sqlite_app, url))
    mail = next(m for m in sink.mails if "officer@" in str(m["To"]))
    forged = EmailMessage(policy=SMTP)
    number = str(mail["Message-ID"]).partition(".")[0]
    forged["Message-ID"] = f"{number}.20260101000000000000@127.0.0.1>"
    for content in (
        report(mail, "officer@qazvin.example", "delayed"),
        report(mail, "somebody@else.example"),
        report(forged, "officer@qazvin.example"),
        b"Subject: hello\r\n\r\nI am on leave.",
        b"\xff\xfe\x00",
        b"",
    ):
        assert command(sqlite_app, content) == "letters marked as bounced: 0\n"
    assert states(sqlite_app) == [State.SENT, State.SENT]


def command(app: Flask, content: bytes) -> str:
    """Return what the command says of a mail."""
    done = app.test_cli_runner().invoke(args=["returned-mail"], input=content)
    assert done.exit_code == 0, done.output
    return done.output
