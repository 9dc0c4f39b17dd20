"""Papers that prove a step: letters, reports and scans, stored once and never changed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that was received and stored: its name, kind, key, SHA-256 and size."""

    name: str
    media_type: str
    key: str
    digest: str
    size: int
