"""The outer form of an age v1 file: what a header sealed elsewhere must look like, and how large a payload may be."""

import base64
import re

from tender_app.sealing.envelope import LONGEST_HEADER

VERSION = b"age-encryption.org/v1"
STANZA = re.compile(rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*")
BODY_LINE = re.compile(rb"[A-Za-z0-9+/]{0,64}")
COLUMNS = 64
KEY_SIZE = 32  # of an X25519 share, of a wrapped file key and of the header's code
CHUNK, TAG, NONCE = 64 * 1024, 16, 16
LEAST = NONCE + TAG  # an age payload of nothing at all
DIRECTORY = 1024 * 1024  # what names, places and ends of the entries may take in the ZIP
LARGEST_FORM = 4 * 1024 * 1024


def check_header(header: bytes) -> None:
    """Raise ValueError unless this is one age v1 header that wraps its key for exactly one X25519 recipient.

    Stanzas of no meaning («…-grease»), which some writers add, may stand beside it; any other recipient may not.
    """
    if len(header) > LONGEST_HEADER:
        raise ValueError("the header is too long")
    first, *lines = header.split(b"\n")
    if first != VERSION or len(lines) < 2 or lines.pop() != b"":  # noqa: PLR2004 -- an end and what follows its newline
        raise ValueError("no age v1 header")
    end = lines.pop()
    if not end.startswith(b"--- ") or not _is_key(end[4:]):
        raise ValueError("no end of the header")
    if [kind for kind in _recipients(lines) if not kind.endswith(b"-grease")] != [b"X25519"]:
        raise ValueError("not for exactly one X25519 recipient")


def largest_payload(limit: int) -> int:
    """Return how many bytes a payload may have whose files together have `limit`."""
    plain = limit + LARGEST_FORM + DIRECTORY
    return NONCE + plain + TAG * (plain // CHUNK + 1)


def _recipients(lines: list[bytes]) -> list[bytes]:
    """Return the kinds of the stanzas, each read to the short line that ends its body."""
    kinds = []
    while lines:
        opening = lines.pop(0)
        if not STANZA.fullmatch(opening):
            raise ValueError("no stanza")
        _, kind, *arguments = opening.split(b" ")
        body = _body(lines)
        if kind == b"X25519" and not (len(arguments) == 1 and _is_key(arguments[0]) and _is_key(body)):
            raise ValueError("a malformed X25519 stanza")
        kinds.append(kind)
    return kinds


def _body(lines: list[bytes]) -> bytes:
    read = b""
    while lines:
        line = lines.pop(0)
        if not BODY_LINE.fullmatch(line):
            break
        read += line
        if len(line) < COLUMNS:
            return read
    raise ValueError("a stanza without its end")


def _is_key(text: bytes) -> bool:
    """Tell whether this is the canonical unpadded base64 of 32 bytes."""
    try:
        read = base64.b64decode(text + b"=", validate=True)
    except ValueError:
        return False
    return len(read) == KEY_SIZE and base64.b64encode(read).rstrip(b"=") == text
