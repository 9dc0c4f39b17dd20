"""Pages on which an evaluator scores: one per bid, one per criterion across bids, and the saving of single cells."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.bids.queries import technical_form
from tender_app.evaluation import cell_facts, cells, desk, working
from tender_app.evaluation.cells import Cell
from tender_app.evaluation.closed import why_closed
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetAct, SheetState
from tender_app.kernel.errors import Missing, NotAllowed, Refusal
from tender_app.kernel.words import _
from tender_app.web.errors import for_scripts, status_of
from tender_app.web.law import under
from tender_app.web.offers import buttons
from tender_app.web.visit import context, drop, page

bp = Blueprint("room", __name__, url_prefix="/tenders")

UNDECLARED = (SheetState.INVITED, SheetState.KNOWS_BIDDERS)
NAMES = ("points", "reason", "edition", "pages")


@bp.route("/<number>/scores/<int:bid_id>", methods=["GET", "POST"])
@under(SheetAct.SCORE)
def score(number: str, bid_id: int) -> Response:
    """Score one bid beside its documents; a script saves while one types, a button saves without it."""
    ctx = context()
    own = own_sheet(number)
    if own.state in UNDECLARED:
        return _first_declare(own)
    bids = desk.bids_to_score(ctx, own.tender, own)
    bid = next((bid for bid in bids if bid.id == bid_id), None)
    if bid is None:
        raise Missing
    envelope = technical_form(ctx, bid_id)
    files = envelope.files if envelope else []

    def made(typed: Mapping[str, str], faults: Mapping[int, str]) -> list[Cell]:
        kept = desk.scores(ctx, own, bid_id)
        return [
            Cell(
                number,
                leaf.id,
                bid_id,
                leaf,
                leaf.title,
                group,
                kept.get(leaf.id),
                files,
                typed,
                faults.get(leaf.id, ""),
            )
            for group, leaf in working.leaves_of(own.tender.criteria)
        ]

    return _scored(own, made, "evaluation/score.html", bids=bids, bid=bid, envelope=envelope)


@bp.route("/<number>/scores/criteria/<int:leaf_id>", methods=["GET", "POST"])
@under(SheetAct.SCORE)
def criterion(number: str, leaf_id: int) -> Response:
    """Score all bids under one criterion; the same cells as on the bids' own pages."""
    ctx = context()
    own = own_sheet(number)
    if own.state in UNDECLARED:
        return _first_declare(own)
    done = desk.done_under(ctx, own)
    leaves = working.leaves_of(own.tender.criteria)
    group, leaf = next(((group, leaf) for group, leaf in leaves if leaf.id == leaf_id), ("", None))
    bids = desk.bids_to_score(ctx, own.tender, own)
    if leaf is None or not bids:
        raise Missing
    files = desk.files(ctx, [bid.id for bid in bids])

    def made(typed: Mapping[str, str], faults: Mapping[int, str]) -> list[Cell]:
        kept = desk.scores_under(ctx, own, leaf_id)
        return [
            Cell(
                number,
                bid.id,
                bid.id,
                leaf,
                bid.firm,
                "",
                kept.get(bid.id),
                files[bid.id],
                typed,
                faults.get(bid.id, ""),
            )
            for bid in bids
        ]

    shown = {"leaf": leaf, "group": group, "leaves": leaves, "done": done, "bids": bids}
    return _scored(own, made, "evaluation/criterion.html", **shown)


@bp.post("/<number>/scores/<int:bid_id>/<int:leaf_id>")
@under(SheetAct.SCORE)
@for_scripts
def autosave(number: str, bid_id: int, leaf_id: int) -> Response:
    """Save one cell while one types.

    Answers as JSON: 200 with `saved_at`, `edition`, the bid's total and whether the cell was and is whole; 409 with the
    newer value where there is one; 422 with what is wrong; 401 when the session ended.
    """
    ctx, own = context(), own_sheet(number)
    criteria, kept = cell_facts.of_bid(ctx, own, bid_id, leaf_id)
    leaf = next((leaf for _group, leaf in working.leaves_of(criteria) if leaf.id == leaf_id), None)
    if leaf is None:
        raise Missing
    was_whole = cells.is_whole(kept)
    noted = request.form.get("pages", "").strip() or (kept and kept.pages)
    files = desk.files(ctx, [bid_id])[bid_id] if noted else []
    try:
        cells.save(own, kept, cells.read(bid_id, leaf, request.form, NAMES, files))
    except ValueError as fault:
        return make_response(jsonify(reason=str(fault)), 422)
    except Refusal as refusal:
        drop()
        newer = desk.score(context(), own_sheet(number), bid_id, leaf_id)
        said = {"reason": refusal.reason, **({"newer": cells.shown(number, newer, files)} if newer else {})}
        return make_response(jsonify(said), status_of(refusal))
    saved = kept or desk.score(ctx, own, bid_id, leaf_id)  # a row that is held follows its update
    given = {row.id: row.points for row in criteria} | {leaf_id: saved.points if saved else None}
    told = cells.shown(number, saved, files) if saved else cells.blank(ctx.now)
    return make_response(
        jsonify(
            **told,
            **cells.total(criteria, {str(leaf): p for leaf, p in given.items() if p is not None}),
            is_whole=cells.is_whole(saved),
            was_whole=was_whole,
        )
    )


def own_sheet(number: str) -> ScoreSheet:
    """Return the visitor's own sheet of a tender, with the tender; NotAllowed where there is none."""
    own = desk.sheet_of(context(), number)
    if own is None:
        raise NotAllowed(_("برگه امتیازی در این مناقصه به نام شما نیست."))
    return own


def _first_declare(own: ScoreSheet) -> Response:
    flash(why_closed(context(), own) or "", "warn")
    return redirect(url_for("evaluation.sheet", number=own.tender.number))


def _scored(own: ScoreSheet, made: Any, template: str, **values: Any) -> Response:
    """Show a page of cells; a post of it saves them all, or none and tells at each why."""
    ctx, number = context(), own.tender.number
    reason = why_closed(ctx, own)
    typed = request.form if request.method == "POST" else {}
    found: list[Cell] = made(typed, {})
    if request.method == "POST":
        faults = cells.save_all(own, found)
        if not faults:
            flash(_("امتیازها ذخیره شد."))
            return redirect(request.path)
        own = own_sheet(number)
        found = made(typed, faults)
    given = {str(c.leaf.id): c.kept.points for c in found if c.kept and c.kept.points is not None}
    return page(
        template,
        tender=own.tender,
        sheet=own,
        cells=found,
        faults=[(f"p-{cell.key}", f"{cell.title}: {cell.fault}") for cell in found if cell.fault],
        reason=reason,
        sum=cells.total(own.tender.criteria, given),
        facts=desk.FACTS.of(ctx, own),
        acts=buttons(own, only={SheetAct.CONFIRM}),
        saved_at=max((cell.kept.saved_at for cell in found if cell.kept), default=None),
        **values,
    )
