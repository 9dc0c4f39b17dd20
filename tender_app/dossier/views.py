"""The reading room's pages: board, tender, desk, ledger, papers, verification; nothing here changes anything."""

import datetime as dt
import json

from flask import Blueprint, current_app, request, send_file, session
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, Start
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct, Drafted
from tender_app.documents.issued import find
from tender_app.dossier import board as boards
from tender_app.dossier import desk as desks
from tender_app.dossier import papers
from tender_app.dossier.record import record_of
from tender_app.dossier.tender import STEPS, TenderView, tender_by_number, tender_view
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.persian import fold
from tender_app.kernel.vocabulary import Sight
from tender_app.store.files import files_of
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import Asked, QuestionAct
from tender_app.web.law import PUBLIC, SIGNED_IN, address_of, under
from tender_app.web.offers import buttons
from tender_app.web.visit import context, page, settings
from tender_app.workflow.engine import may_begin

bp = Blueprint("dossier", __name__)
FIRST = {boards.Group.OPEN: 10, boards.Group.EVALUATING: 5, boards.Group.FINISHED: 5}


@bp.get("/")
@under(Sight.PAGE)
def board() -> Response:
    """The board of tenders: a few of each group, or the pages of one."""
    ctx = context()
    search, fault = _search()
    chosen = next((g for g in boards.Group if g.value == request.args.get("state")), None)
    after = request.args.get("after", "")
    groups = [chosen] if chosen else list(boards.Group)
    listings = [
        boards.listing(ctx, g, search, after=after if chosen else "", size=boards.PAGE if chosen else FIRST[g])
        for g in groups
    ]
    return page(
        "dossier/board.html",
        listings=listings,
        chosen=chosen,
        groups=list(boards.Group),
        search=search,
        fault=fault,
        provinces=boards.provinces(ctx),
        typed=request.args,
    )


@bp.get("/tenders/<number>")
@under(Sight.PAGE)
def tender(number: str) -> Response:
    """One tender, as this viewer may see it."""
    ctx = context()
    view = tender_view(ctx, number)
    return page("dossier/tender.html", view=view, tender=view.tender, steps=STEPS, acts=_acts(view))


@bp.get("/desk")
@under(SIGNED_IN)
def desk() -> Response:
    """What waits for me, until when; what happened since my last visit."""
    ctx = context()
    rows = desks.tasks(ctx)
    now_tasks = [_task(t) for t in rows if t.waiting is None]
    coming = [_task(t) for t in rows if t.waiting is not None and t.due is not None and t.due > ctx.now]
    return page(
        "dossier/desk.html",
        tasks=now_tasks,
        coming=coming[:6],
        news=desks.news(ctx, _last_visit()),
        begins=desks.begins(ctx),
        running=desks.contracts_running(ctx),
    )


@bp.get("/tenders/<number>/ledger")
@under(Sight.LEDGER)
def ledger(number: str) -> Response:
    """The ledger of a tender, and whether it holds."""
    ctx = context()
    shown = tender_by_number(ctx, number, Sight.LEDGER)
    record = record_of(ctx, shown, request.args.get("after", 0, type=row_id))
    return page("dossier/ledger.html", tender=shown, record=record, as_text=_as_text)


@bp.get("/papers/<code>.pdf")
@under(Sight.PAGE)
def paper(code: str) -> Response:
    """An issued paper, to download."""
    ctx = context()
    ctx.asked.add(Sight.PAGE)
    document = papers.readable(ctx, code)
    if document is None:
        raise Missing("سندی با این کد برای شما باز نیست؛ درستی یک نسخه را می‌توانید در صفحه راستی‌آزمایی بیازمایید.")
    path = files_of(settings()).path(document.file_key)
    name = f"{document.kind.value}-{document.number}.pdf"
    return send_file(path, mimetype="application/pdf", download_name=name)


@bp.route("/verify", methods=["GET", "POST"])
@under(PUBLIC)
def verify() -> Response:
    """Whether a file, digest or code is an issued document."""
    ctx = context()
    asked = request.values.get("code", "").strip()
    file = request.files.get("file")
    if file is not None and file.filename:
        asked = papers.digest_of(file.stream)  # type: ignore[arg-type]
    found = find(ctx.session, asked) if asked else None
    return page("dossier/verify.html", asked=asked, found=found, is_file=bool(file and file.filename))


def _acts(view: TenderView) -> list[dict[str, object]]:
    ctx = context()
    rows = buttons(view.tender)
    firm = own_firm(ctx)
    if firm is not None:
        rows += _firm_acts(view.tender, firm)
    elif ctx.actor.person_id is None and view.takes_bids:
        rows.append({"label": "ورود برای پرسش یا پیشنهاد", "href": f"/login?next=/tenders/{view.tender.number}"})
    if view.sees_work and may_begin(ctx, Contract, ContractAct.DRAFT, Drafted(view.tender)) is None:
        rows.append({"label": ContractAct.DRAFT.label, "href": f"/tenders/{view.tender.number}/contract"})
    return rows


def _firm_acts(tender: Tender, firm: object) -> list[dict[str, object]]:
    ctx = context()
    base = f"/tenders/{tender.number}"
    asking = may_begin(ctx, Question, QuestionAct.ASK, Asked(firm, tender, ""))
    bidding = may_begin(ctx, Bid, BidAct.START, Start(firm, tender))
    rows: list[dict[str, object]] = [{"label": "پیشنهاد شما", "href": f"{base}/bid", "primary": bidding is None}]
    rows.append({"label": "پرسیدن", "reason": asking} if asking else {"label": "پرسیدن", "href": f"{base}/ask"})
    return rows


def _task(task: desks.Task) -> dict[str, object]:
    href = address_of(current_app, task.act, task.case)
    soon = task.due is not None and task.due - context().now < dt.timedelta(days=1)
    return {"label": task.label, "href": href, "about": task.about, "due": task.due, "is_hot": soon}


def _search() -> tuple[boards.Search, str]:
    fault, closes_by = "", None
    typed = request.args.get("until", "").strip()
    if typed:
        try:
            closes_by = calendar.instant(calendar.parse_date(typed) + dt.timedelta(days=1), dt.time())
        except ValueError as bad:
            fault = str(bad)
    words, province = fold(request.args.get("q", ""))[:100], fold(request.args.get("province", ""))
    return boards.Search(words, province, closes_by), fault


def _last_visit() -> dt.datetime | None:
    kept = session.get("last_visit") or ""
    return dt.datetime.fromisoformat(kept) if kept else None


def _as_text(detail: object) -> str:
    return json.dumps(detail, ensure_ascii=False) if detail else ""
