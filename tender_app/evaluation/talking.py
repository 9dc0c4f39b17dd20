"""Pages of the talks on scores: what is talked about, how far apart it lies, one's own change, the end, and the drift."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.documents.issued import of_tender
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation import desk, drift, queries, talks, working
from tender_app.evaluation.closed import over
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.talk_models import Talk
from tender_app.evaluation.talk_rules import Cell, Opened, Revised, TalkAct, TalkClosed
from tender_app.kernel.errors import Missing
from tender_app.kernel.persian import decimal_text
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders.forms import People
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Aggregation
from tender_app.web.acting import act_page
from tender_app.web.fields import Number, PersianForm, Prose, SelectField, required, up_to
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import begin, may_begin
from tender_app.workflow.sight import may_see, where_visible

bp = Blueprint("talking", __name__, url_prefix="/tenders")

TITLE = N_("گفت‌وگو درباره امتیازها")
OPENING = N_(
    "معیارهایی که اختلافشان زیاد است نشان خورده است. ارزیابان آگاه می‌شوند؛ هر ارزیاب فقط امتیاز خود را و فقط اگر آگهی «اجماع» را "
    "برگزیده باشد دگرگون می‌کند. امتیاز تأییدشده هر کس کنار امتیاز تازه می‌ماند."
)
REVISING = N_("امتیاز تأییدشده شما می‌ماند و امتیاز تازه با دلیل و نام کسی که آن را پیشنهاد کرد کنار آن ثبت می‌شود.")
CLOSING = N_(
    "نتیجه گفت‌وگو در گزارشی می‌آید که با قطعی شدن امتیازها صادر می‌شود. تا گفت‌وگو بسته نشود امتیازها قطعی نمی‌شود."
)


class TalkForm(PersianForm):
    """What is talked about."""

    subject = Prose(N_("موضوع گفت‌وگو"), [required(), up_to(1000)])
    cells = People(
        N_("پیشنهاد و معیار"),
        [required(N_("دست‌کم یک معیار از یک پیشنهاد را نشان کنید."))],
        coerce=str,
        description=N_("آنچه درباره آن گفت‌وگو می‌شود."),
    )

    def chosen(self) -> tuple[Cell, ...]:
        """Return the chosen cells."""
        return tuple(_cell(text) for text in self.cells.data or ())


class RevisionForm(PersianForm):
    """One's own new points."""

    cell = SelectField(N_("پیشنهاد و معیار"), [required(N_("یکی را برگزینید."))])
    points = Number(N_("امتیاز تازه"), most="1000")
    reason = Prose(N_("دلیل"), [required(), up_to(2000)])
    proposer = SelectField(N_("به پیشنهاد"), [required()], coerce=int)

    def value(self) -> Revised:
        """Return the change."""
        bid, leaf = _cell(self.cell.data)
        return Revised(bid, leaf, self.points.data, self.reason.data, self.proposer.data)


class ClosingForm(PersianForm):
    """The end of a talk."""

    note = Prose(N_("نتیجه گفت‌وگو"), [required(), up_to(2000)])

    def value(self) -> TalkClosed:
        """Return the note."""
        return TalkClosed(self.note.data)


@beside(Tender)
def talks_here(tender: Tender) -> Button | None:
    """Lead from every page of a tender to its talks, whoever may read one or open the first."""
    ctx = context()
    seen = sa.select(Talk.id).where(Talk.tender_id == tender.id, where_visible(ctx, Talk, Sight.SCORES)).limit(1)
    if ctx.session.scalar(seen) is None and may_begin(ctx, Talk, TalkAct.OPEN_TALK, Opened(tender)) is not None:
        return None
    return {"label": _(TITLE), "href": url_for("talking.index", number=tender.number), "is_way": True}


@bp.get("/<number>/talks")
@under(Sight.SCORES)
def index(number: str) -> Response:
    """The talks that the viewer may read, with what was changed in each."""
    ctx = context()
    tender = _tender(number)
    found = drift.drift_of(ctx, tender)
    acts = []
    reason = may_begin(ctx, Talk, TalkAct.OPEN_TALK, Opened(tender))
    if reason is None:
        acts = [
            {
                "label": TalkAct.OPEN_TALK.label,
                "href": url_for(".begin_talk", number=number),
                "primary": True,
            }
        ]
    return page(
        "evaluation/talks.html",
        tender=tender,
        drift=found,
        comparison=queries.comparison(ctx, tender),
        may_change=tender.aggregation is Aggregation.CONSENSUS,
        over=over(tender),
        acts=acts,
        moves={told.talk.id: buttons(told.talk) for told in found.talks},
        papers=_papers(tender),
    )


@bp.route("/<number>/talks/open", methods=["GET", "POST"])
@under(TalkAct.OPEN_TALK)
def begin_talk(number: str) -> Response:
    """Open a talk about cells; the wide ones are marked already."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = may_begin(ctx, Talk, TalkAct.OPEN_TALK, Opened(tender))
    comparison = queries.comparison(ctx, tender)
    form = TalkForm()
    rows = [(bid, cell) for bid in comparison.bids for cell in bid.cells]
    rows.sort(key=lambda row: not row[1].is_wide)
    form.cells.choices = [(f"{bid.bid_id}-{cell.leaf}", _told(bid.firm, cell)) for bid, cell in rows]
    if request.method == "GET":
        form.cells.data = [f"{bid.bid_id}-{cell.leaf}" for bid, cell in rows if cell.is_wide]
    if form.validate_on_submit():
        with attempt(form) as done:
            begin(ctx, Talk, TalkAct.OPEN_TALK, Opened(tender, form.chosen(), form.subject.data))
        if done:
            flash(_("گفت‌وگو آغاز شد و ارزیابان آگاه شدند."))
            return redirect(url_for(".index", number=number))
    title = TalkAct.OPEN_TALK.label
    return page(
        "_form.html",
        form=form,
        title=title,
        lead=_(OPENING),
        about=[(_("مناقصه"), tender.title)],
        reason=reason,
        back=url_for(".index", number=number),
        crumbs=[*_crumbs(tender), (title, None)],
        submit_label=title,
    )


@bp.route("/<number>/talks/<int:talk_id>/revise", methods=["GET", "POST"])
@under(TalkAct.REVISE)
def revise(number: str, talk_id: int) -> Response:
    """Change one's own points under a cell that is talked about."""
    ctx = context()
    talk = _talk(number, talk_id)
    tender = talk.tender
    own = desk.sheet_of(ctx, tender.number)
    form = RevisionForm()
    form.cell.choices = [("", _("برگزینید")), *(_own_cells(talk, own) if own else ())]
    form.proposer.choices = [
        (p.id, _("خودم") if p.id == ctx.actor.person_id else p.name)
        for p in sorted(talks.proposers(ctx, tender), key=lambda p: p.id != ctx.actor.person_id)
    ]
    if request.method == "GET":
        form.cell.data = request.args.get("cell", "")
    return _act(talk, TalkAct.REVISE, form, REVISING, _("امتیاز تازه کنار امتیاز نخست ثبت شد."))


@bp.route("/<number>/talks/<int:talk_id>/close", methods=["GET", "POST"])
@under(TalkAct.CLOSE_TALK)
def close(number: str, talk_id: int) -> Response:
    """Close a talk with a note."""
    return _act(_talk(number, talk_id), TalkAct.CLOSE_TALK, ClosingForm(), CLOSING, _("گفت‌وگو بسته شد."))


def _act(talk: Talk, act: TalkAct, form: Any, lead: str, done_text: str) -> Response:
    tender = talk.tender
    about = [(_("مناقصه"), tender.title), (_("موضوع گفت‌وگو"), talk.subject)]
    back = url_for(".index", number=tender.number)
    return act_page(talk, act, form, lead=_(lead), about=about, crumbs=_crumbs(tender), done=done_text, back=back)


def _crumbs(tender: Tender) -> list[tuple[str, str | None]]:
    every = url_for(".index", number=tender.number)
    return [(tender.title, url_for("dossier.tender", number=tender.number)), (_(TITLE), every)]


def _tender(number: str) -> Tender:
    """Return the tender to those who work on it or judge it, and to all who read its locked scores."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    reads = may_see(ctx, tender, Sight.SCORES) or may_see(ctx, tender, Sight.WORK)
    if not reads and desk.sheet_of(ctx, tender.number) is None:
        raise Missing
    return tender


def _talk(number: str, talk_id: int) -> Talk:
    tender = case_of(Tender, Sight.PAGE, number=number)
    return case_of(Talk, Sight.SCORES, id=talk_id, tender_id=tender.id)


def _cell(text: str) -> Cell:
    bid, _unused, leaf = text.partition("-")
    return int(bid), int(leaf)


def _told(firm: str, cell: working.Cell) -> str:
    spread = cell.spread
    if spread is None:
        return f"{firm}، {cell.title}"
    told = _("{firm}، {leaf}: از {least} تا {most}")
    return told.format(firm=firm, leaf=cell.title, least=decimal_text(spread.least), most=decimal_text(spread.most))


def _own_cells(talk: Talk, own: ScoreSheet) -> list[tuple[str, str]]:
    """Return the cells of a talk with one's own standing points."""
    ctx = context()
    standing = queries.given_in(ctx, [own.id])[own.id]
    firms = {row.id: row.firm for row in desk.bids_to_score(ctx, talk.tender, own)}
    leaves = {leaf.id: leaf for _group, leaf in working.leaves_of(talk.tender.criteria)}
    return [
        (
            f"{c.bid_id}-{c.criterion_id}",
            _("{firm}، {leaf}: اکنون {points} از {top}").format(
                firm=firms.get(c.bid_id, ""),
                leaf=leaves[c.criterion_id].title,
                points=decimal_text(standing[c.bid_id][str(c.criterion_id)][0]),
                top=decimal_text(leaves[c.criterion_id].top),
            ),
        )
        for c in talk.cells
        if c.bid_id in standing
    ]


def _papers(tender: Tender) -> list[IssuedDocument]:
    """Return the issued report to those who may download it."""
    ctx = context()
    if not may_see(ctx, tender, Sight.WORK):
        return []
    return of_tender(ctx.session, tender.id, DocumentKind.DRIFT_REPORT)
