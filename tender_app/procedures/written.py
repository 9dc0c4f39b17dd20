"""The law in writing: each procedure's page and diagram for docs/procedures/, made from its value and nothing else."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _
from tender_app.procedures import ALL
from tender_app.workflow.diagram import drawing, legend, plan_of
from tender_app.workflow.table import Procedure

HEAD = "| کار | از | به | با | ماده | شرط‌ها |\n|---|---|---|---|---|---|"
MADE = "<!-- Made by `make procedures` from tender_app/procedures/: change the rows there, not this file. -->"


def files() -> dict[str, str]:
    """Return the name and the text of every file of docs/procedures/."""
    found = {"README.md": _index()}
    for procedure in ALL:
        name = f"{procedure.key}-{procedure.version}"
        found[f"{name}.svg"] = drawing(procedure) + "\n"
        found[f"{name}.md"] = page(procedure)
    return found


def write(folder: Path) -> list[str]:
    """Write the files into a folder; return their names. What lies there besides is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, "utf-8")
    return sorted(files())


def page(procedure: Procedure[Any]) -> str:
    """Return a procedure's page: diagram, its numbers in words, and the table of acts with roles, articles and conditions."""
    name = f"{procedure.key}-{procedure.version}"
    lanes = [
        f"- ({persian_digits(told.number)}) {told.act}: از {'، '.join(told.sources)} به {told.target}"
        for told in legend(procedure, plan_of(procedure))
    ]
    parts = [
        f"# {_(procedure.title)}",
        MADE,
        '<div dir="rtl">',
        f"![{_(procedure.title)}]({name}.svg)",
        *(["شماره‌های نمودار:", "\n".join(lanes)] if lanes else []),
        "## کارها",
        "\n".join([HEAD, *_rows(procedure)]),
        "</div>",
    ]
    return "\n\n".join(parts) + "\n"


def _index() -> str:
    rows = [f"- [{_(p.title)}]({p.key}-{p.version}.md)" for p in ALL]
    lead = "نمودار، کارها، نقش‌ها، شرط‌ها و ماده‌های هر روند، ساخته‌شده از همان سطرهایی که سامانه اجرا می‌کند."
    return "\n\n".join(["# روندها", MADE, '<div dir="rtl">', lead, "\n".join(rows), "</div>"]) + "\n"


def _rows(procedure: Procedure[Any]) -> Iterator[str]:
    for create in procedure.creates:
        yield _row(procedure, create, "—", procedure.word(procedure.initial), "")
    for move in procedure.moves:
        sources = "، ".join(procedure.word(s) for s in procedure.states if s in move.source)
        target = procedure.word(move.to) if move.to else "همان"
        yield _row(procedure, move, sources, target, _(move.article) if move.article else "")


def _row(procedure: Procedure[Any], row: Any, sources: str, target: str, article: str) -> str:
    roles = "، ".join(procedure.word(role) for role in Role if role in row.by)
    said = "<br>".join(f'<span dir="ltr">`{g.__name__}`: {sentence(g)}</span>' for g in row.if_)
    return f"| {procedure.word(row.act)} | {sources} | {target} | {roles} | {article or '—'} | {said or '—'} |"


def sentence(guard: Callable[..., Any]) -> str:
    """Return what a guard says that it asks for: the first line of its own words."""
    return (inspect.getdoc(guard) or guard.__name__).split("\n", 1)[0].replace("|", "\\|")
