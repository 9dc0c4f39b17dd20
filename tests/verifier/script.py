"""The stand-alone verifier as a function: verify.py is loaded from its file, as a stranger would run it."""

import functools
import importlib.util
import io
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs" / "verifier"
Places = set[tuple[str, str]]  # (place, code) of each finding


@functools.cache
def script() -> Any:
    """Return verify.py as a module."""
    spec = importlib.util.spec_from_file_location("verify", DOCS / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify"] = module  # where its dataclasses look it up
    spec.loader.exec_module(module)
    return module


def by_script(data: bytes, *, key: str = "", earlier: bytes = b"", proof: bytes = b"") -> Places:
    """Return the findings of verify.py for the bytes of a file."""
    report, parsed = script().Report(), script().parsed
    before = ("earlier.json", parsed(earlier)) if earlier else None
    pinned = bytes.fromhex(key) if key else None
    script().check_file(report, io.BytesIO(data), pinned, before, parsed(proof) if proof else None)
    return {(finding.place, finding.code) for finding in report.findings}
