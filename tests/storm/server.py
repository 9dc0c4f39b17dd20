"""`python -m tests.storm.server SETTINGS PORT`: the application behind the gunicorn of `make run`, over a test's folder."""

import json
import sys
from pathlib import Path
from typing import Any

from tender_app import create_app
from tender_app.config import Settings
from tender_app.serve import begin_worker, serve

PATHS = ("storage", "keys")


def main() -> None:
    """Serve until a signal comes."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    for name in PATHS:
        told[name] = Path(told[name])
    settings = Settings(**told)
    app = create_app(settings)
    begin_worker(settings)
    serve(app, int(sys.argv[2]))


if __name__ == "__main__":
    main()
