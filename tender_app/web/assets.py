"""The names under which built files are served; without a build, pages go on unstyled."""

import json
from pathlib import Path

from flask import Flask, request, url_for

NOTICE = "نمای این صفحه ساخته نشده است؛ همه کارها همچنان انجام می‌شود."


def register(app: Flask) -> None:
    """Give templates `asset(name)`, the address of a built file or an empty text, and `asset_notice`."""
    manifest = _manifest(Path(app.static_folder or "static"))
    known: dict[tuple[str, str], str] = {}  # a page asks for dozens: every icon names its drawing

    def asset(name: str) -> str:
        place = (request.root_path, name)
        if place not in known:
            built = manifest.get(name)
            known[place] = url_for("static", filename=built) if built else ""
        return known[place]

    app.add_template_global(asset, "asset")
    app.jinja_env.globals["asset_notice"] = "" if manifest else NOTICE


def _manifest(static: Path) -> dict[str, str]:
    """Return what the build wrote; a missing or broken manifest means that nothing was built."""
    try:
        read = json.loads((static / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(built) for name, built in read.items()} if isinstance(read, dict) else {}
