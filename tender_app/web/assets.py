"""The names under which built files are served; without a build, pages go on unstyled."""

import functools
import json
from pathlib import Path

from flask import Flask, request, url_for
from markupsafe import Markup

from tender_app.kernel.words import N_

NOTICE = N_("نمای این صفحه ساخته نشده است؛ همه کارها همچنان انجام می‌شود.")

ICON = Markup(
    '<svg class="icon{}" width="20" height="20" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'
)


def register(app: Flask) -> None:
    """Give templates `asset(name)`, the address of a built file or an empty text, `drawing` and `asset_notice`."""
    manifest = _manifest(Path(app.static_folder or "static"))

    def asset(name: str) -> str:
        built = manifest.get(name)
        return url_for("static", filename=built) if built else ""

    @functools.lru_cache  # a page asks for dozens
    def drawn(name: str, kind: str, _root: str) -> Markup:
        sprite = asset("icons.svg")
        return ICON.format(f" {kind}" if kind else "", sprite, name) if sprite else Markup("")

    def drawing(name: str, kind: str = "") -> Markup:
        return drawn(name, kind, request.root_path)

    app.add_template_global(asset, "asset")
    app.add_template_global(drawing, "drawing")
    app.jinja_env.globals["asset_notice"] = "" if manifest else NOTICE


def _manifest(static: Path) -> dict[str, str]:
    """Return what the build wrote; a missing or broken manifest means that nothing was built."""
    try:
        read = json.loads((static / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(built) for name, built in read.items()} if isinstance(read, dict) else {}
