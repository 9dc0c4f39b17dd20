"""The outer form of what was sealed elsewhere: one age header for one recipient, and a payload of a known size."""

import base64

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tender_app.sealing.age import CHUNK, DIRECTORY, LARGEST_FORM, LEAST, check_header, largest_payload
from tender_app.sealing.envelope import LONGEST_HEADER

KEY = base64.b64encode(b"k" * 32).rstrip(b"=")
PLAIN = b"age-encryption.org/v1\n-> X25519 " + KEY + b"\n" + KEY + b"\n--- " + KEY + b"\n"


def recipients(count: int) -> list[pyrage.x25519.Recipient]:
    return [pyrage.x25519.Identity.generate().to_public() for _ in range(count)]


def header_of(whole: bytes) -> bytes:
    return whole[: whole.index(b"\n", whole.index(b"\n---") + 1) + 1]


def test_real_headers_for_one_recipient_are_taken_with_their_meaningless_stanzas() -> None:
    check_header(PLAIN)
    for _ in range(40):
        check_header(header_of(pyrage.encrypt(b"", recipients(1))))


def test_a_header_for_more_than_one_or_for_a_password_is_not_taken() -> None:
    for whole in (pyrage.encrypt(b"", recipients(2)), pyrage.passphrase.encrypt(b"", "four quiet invented words")):
        with pytest.raises(ValueError, match="exactly one X25519"):
            check_header(header_of(whole))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\n",
        b"age-encryption.org/v1\n",
        PLAIN[:-1],
        PLAIN + b"\n",
        PLAIN + PLAIN,
        PLAIN.replace(b"/v1", b"/v2"),
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"--- ", b"---"),
        PLAIN.replace(b"--- " + KEY, b"--- " + KEY[:-1]),
        PLAIN.replace(b"X25519 ", b"X25519  "),
        PLAIN.replace(b"X25519 " + KEY, b"X25519"),
        PLAIN.replace(b"X25519 " + KEY, b"X25519 " + KEY[:-4]),
        PLAIN.replace(b"X25519 " + KEY, b"X25519 " + KEY[:-1] + b"t"),  # the same bytes written in another way
        PLAIN.replace(b"X25519 ", b"x25519 "),
        PLAIN.replace(b"X25519 ", b"ssh-ed25519 "),
        PLAIN.replace(b"\n" + KEY + b"\n--- ", b"\n--- "),
        PLAIN.replace(b"\n--- ", b"\n-> a-grease\n" + b"A" * 64 + b"\n--- "),
        PLAIN.replace(b"\n--- ", b"\n-> \xd8\xa7-grease\n\n--- "),
        PLAIN.replace(b"\n--- ", b"\n-> a-grease " + b"x" * LONGEST_HEADER + b"\n\n--- "),
    ],
)
def test_what_is_no_header_is_not_taken(header: bytes) -> None:
    with pytest.raises(ValueError, match=r"header|stanza|recipient"):
        check_header(header)


@given(at=st.integers(0, len(PLAIN) - 1), byte=st.integers(0, 255))
def test_any_changed_byte_is_judged_without_a_crash(at: int, byte: int) -> None:
    changed = PLAIN[:at] + bytes([byte]) + PLAIN[at + 1 :]
    try:
        check_header(changed)
    except ValueError:
        return
    assert changed.startswith(b"age-encryption.org/v1\n-> X25519 ")


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_no_payload_of_so_many_bytes_is_larger_than_is_said(size: int) -> None:
    whole = pyrage.encrypt(b"x" * size, recipients(1))
    payload = len(whole) - len(header_of(whole))
    assert LEAST <= payload <= largest_payload(size) - LARGEST_FORM - DIRECTORY
