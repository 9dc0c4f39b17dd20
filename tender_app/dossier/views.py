"""The reading room's pages: board, tender, desk, ledger, papers, verification; nothing here changes anything."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence

from flask import Blueprint, current_app, request, send_file, session, url_for
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.accounts.rules import OrganisationAct
from tender_app.bids.models import Bid
from tender_app.bids.queries import own_bids
from tender_app.bids.rules import BidAct, BidState, Start
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct, Drafted
from tender_app.documents.issued import find
from tender_app.dossier import board as boards
from tender_app.dossier import case_file, outlook, papers, rulebook
from tender_app.dossier import desk as desks
from tender_app.dossier.case_facts import CaseFacts
from tender_app.dossier.details import readable
from tender_app.dossier.record import record_of
from tender_app.dossier.tender import TenderView, tender_by_number, tender_view
from tender_app.evaluation.interview_models import Interview
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.persian import fold
from tender_app.kernel.vocabulary import Scope, Sight
from tender_app.kernel.words import _
from tender_app.people.models import Firm, Organisation
from tender_app.regulation.days import WorkingCalendar
from tender_app.regulation.queries import working_calendar
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.extension import waiting
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import Asked, QuestionAct, TenderAct, TenderState
from tender_app.web.law import PUBLIC, SIGNED_IN, address_of, place_of, under
from tender_app.web.offers import buttons
from tender_app.web.periods import period_chart
from tender_app.web.visit import circumstances, context, database, page, settings
from tender_app.workflow.engine import may_begin

bp = Blueprint("dossier", __name__)
ICONS = {
    "answer": "message-circle-question",
    "approve": "user-check",
    "begin_interview": "users",
    "close_interview": "file-text",
    "close_talk": "message-circle-question",
    "confirm": "star",
    "confirm_award": "award",
    "decide_conflict": "users-group",
    "confirm_slot": "calendar-event",
    "decide_absence": "user-check",
    "declare_no_conflict": "shield-check",
    "invite": "mail",
    "issue": "signature",
    "issue_opening_minutes": "file-text",
    "issue_price_minutes": "file-text",
    "join_interview": "users",
    "lock_scores": "lock",
    "name_winners": "award",
    "open_a": "mail-opened",
    "open_b": "mail-opened",
    "open_prices": "mail-opened",
    "pledge": "shield-check",
    "publish": "news",
    "record_isipo": "certificate",
    "record_licence": "certificate",
    "record_prefeasibility": "certificate",
    "record_province": "certificate",
    "register_attendance": "users",
    "revise_score": "message-circle-question",
    "send_for_approval": "edit",
    "sign_as_agent": "signature",
    "submit": "send",
    "vote": "gavel",
}
FIRST = {boards.Group.OPEN: 10, boards.Group.EVALUATING: 5, boards.Group.FINISHED: 5}
ON_THEIR_OWN_PAGES = frozenset(
    {
        TenderAct.SEAT_OBSERVER,
        TenderAct.RECORD_REPRESENTATION,
        TenderAct.ASK_PRICE_OPINION,
        TenderAct.RECORD_PRICE_OPINION,
        TenderAct.DECIDE_CONFLICT,
    }
)  # done where who sits, what prices are advised on and who is tied to whom is shown


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
        typed={name: value for name, value in request.args.items() if value},
    )


@bp.get("/tenders/<number>")
@under(Sight.PAGE)
def tender(number: str) -> Response:
    """One tender, as this viewer may see it."""
    ctx = context()
    view = tender_view(ctx, number)
    return page("dossier/tender.html", view=view, tender=view.tender, acts=_acts(view))


@bp.get("/desk")
@under(SIGNED_IN)
def desk() -> Response:
    """What waits for me, until when; what happened since my last visit."""
    ctx = context()
    tasks, tenders, places = desks.tasks(ctx), outlook.running(ctx), outlook.places(ctx)
    today = calendar.today(ctx.now)
    return page(
        "dossier/desk.html",
        tasks=[_task(t) for t in tasks if not t.waiting],
        coming=[_task(t) for t in tasks if t.waiting],
        news=desks.news(ctx, _last_visit()),
        pressing=desks.pressing(ctx),
        unentered=desks.unentered_years(ctx),
        begins=[*desks.begins(ctx), *_administration()],
        contracts=desks.contracts_running(ctx),
        tenders=tenders,
        month=outlook.month_of(ctx.now, _events(tasks, tenders), _closed(ctx)),
        places=places,
        periods=period_chart([(p.name, outlook.periods_of(p, today)) for p in places], today),
    )


@bp.get("/tenders/<number>/ledger")
@under(Sight.LEDGER)
def ledger(number: str) -> Response:
    """The ledger of a tender, and whether it holds."""
    ctx = context()
    shown = tender_by_number(ctx, number, Sight.LEDGER)
    record = record_of(ctx, shown, request.args.get("after", 0, type=row_id))
    told = readable(ctx, record.entries)
    return page("dossier/ledger.html", tender=shown, record=record, told=told, as_text=_as_text)


@bp.get("/tenders/<number>/rules")
@under(Sight.WORK)
def rules(number: str) -> Response:
    """How every rule of the catalogue stands in a tender."""
    ctx = context()
    shown = tender_by_number(ctx, number, Sight.WORK)
    case = CaseFacts(ctx, shown)
    verdicts = rulebook.judge(case)
    groups = [(standing, [v for v in verdicts if v.standing is standing]) for standing in rulebook.Standing]
    return page("dossier/rules.html", tender=shown, groups=groups, alike=rulebook.alike(case))


@bp.get("/tenders/<number>/case.zip")
@under(Sight.CASE_FILE)
def case(number: str) -> Response:
    """The case file of a tender, sent while it is put together."""
    ctx = context()
    tender_by_number(ctx, number, Sight.CASE_FILE)
    session = database().snapshot()
    reader = circumstances(session)
    shown = tender_by_number(reader, number, Sight.CASE_FILE)
    response = Response(case_file.streamed(reader, shown), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=case_file.file_name(shown))
    response.call_on_close(session.close)
    return response


@bp.get("/papers/<code>.pdf")
@under(Sight.PAGE)
def paper(code: str) -> Response:
    """An issued paper, to download."""
    ctx = context()
    ctx.asked.add(Sight.PAGE)
    document = papers.readable(ctx, code)
    if document is None:
        raise Missing(_("سندی با این کد برای شما باز نیست؛ درستی یک نسخه را می‌توانید در صفحه راستی‌آزمایی بیازمایید."))
    path = files_of(settings()).path(document.file_key)
    name = f"{document.kind.value}-{document.number}.pdf"
    return send_file(path, mimetype="application/pdf", download_name=name)


@bp.route("/verify", methods=["GET", "POST"])
@under(PUBLIC)
def verify() -> tuple[Response, int]:
    """Whether a file, digest or code is an issued document."""
    ctx = context()
    asked, fault = request.values.get("code", "").strip(), ""
    file = request.files.get("file")
    is_file = bool(file and file.filename) or (request.method == "POST" and not asked)
    if is_file:
        asked, fault = papers.asked_of(file)
    elif "code" in request.args and not asked:
        fault = _("کد سند یا اثر انگشت آن را بنویسید.")
    found = find(ctx.session, asked) if asked else None
    receipt = papers.submission_with(ctx, asked) if asked and not found and not is_file else None
    told = page("dossier/verify.html", asked=asked, found=found, receipt=receipt, is_file=is_file, fault=fault)
    return told, 422 if fault else 200


def _acts(view: TenderView) -> list[dict[str, object]]:
    ctx = context()
    undrafted = waiting(ctx, view.tender) is None
    hidden = ON_THEIR_OWN_PAGES | ({TenderAct.EXTEND, TenderAct.DECLINE_EXTENSION} if undrafted else set())
    rows = buttons(view.tender, leave_out=hidden)
    firm = own_firm(ctx)
    if firm is not None:
        rows += _firm_acts(view.tender, firm)
    elif ctx.actor.person_id is None:
        rows += _visitor_acts(view)
    if view.sees_work and may_begin(ctx, Contract, ContractAct.DRAFT, Drafted(view.tender)) is None:
        rows.append({"label": ContractAct.DRAFT.label, "href": f"/tenders/{view.tender.number}/contract"})
    return rows


def _visitor_acts(view: TenderView) -> list[dict[str, object]]:
    """Return what someone who did not sign in can do of a tender under way, and why the rest is closed."""
    tender, now = view.tender, context().now
    if view.step is None or view.result is not None:
        return []
    rows: list[dict[str, object]] = []
    if tender.state is TenderState.PUBLISHED and tender.closes_at and tender.questions_until:
        href = url_for("accounts.sign_in", next=url_for(".tender", number=tender.number))
        for label, closed, until, term in (
            (_("ورود و آماده‌سازی پیشنهاد"), _("آماده‌سازی پیشنهاد"), tender.closes_at, _("مهلت تسلیم پیشنهاد")),
            (_("ورود و فرستادن پرسش"), _("فرستادن پرسش"), tender.questions_until, _("مهلت پرسش")),
        ):
            if now < until:
                rows.append({"label": label, "href": href, "primary": not rows})
            else:
                reason = _("{term} {until} پایان یافت.").format(term=term, until=calendar.moment(until))
                rows.append({"label": closed, "reason": reason})
    return [*rows, {"label": _("دیدن نتیجه"), "reason": _("نتیجه پس از تأیید و اعلام برنده همین‌جا منتشر می‌شود.")}]


def _firm_acts(tender: Tender, firm: Firm) -> list[dict[str, object]]:
    ctx = context()
    base = f"/tenders/{tender.number}"
    asking = may_begin(ctx, Question, QuestionAct.ASK, Asked(firm, tender, ""))
    bidding = may_begin(ctx, Bid, BidAct.START, Start(firm, tender))
    rows: list[dict[str, object]] = [
        {"label": _("پیشنهاد شما"), "href": f"{base}/bid", "primary": bidding is None, "note": _standing(tender, firm)}
    ]
    rows.append({"label": _("پرسیدن"), "reason": asking} if asking else {"label": _("پرسیدن"), "href": f"{base}/ask"})
    return rows


def _standing(tender: Tender, firm: Firm) -> str:
    """Return how the firm's own bid stands, in one line; a draft counts for nothing beside a submitted bid."""
    own = sorted(own_bids(context(), tender, firm), key=lambda bid: bid.state is BidState.DRAFT)
    return _("وضعیت: {state}").format(state=tender.basis.word(own[0].state)) if own else ""


def _task(task: desks.Task) -> dict[str, object]:
    soon = task.due is not None and task.due - context().now < dt.timedelta(days=1)
    return {
        "label": task.label,
        "href": _place_of(task),
        "about": task.about,
        "hint": task.hint,
        "due": task.due,
        "is_hot": soon and not task.waiting,
        "icon": ICONS.get(task.act.value, "clipboard-list"),
    }


def _place_of(task: desks.Task) -> str | None:
    """Return the page on which a task is done: of its act, or of the tender or cluster where the act is a button."""
    place = place_of(current_app, task.act)
    if place is not None and place.has_page:
        return address_of(current_app, task.act, task.case)
    if isinstance(task.case, Interview):
        return url_for("interviewing.show", number=task.case.tender.number, interview_id=task.case.id)
    tender = task.case if isinstance(task.case, Tender) else getattr(task.case, "tender", None)
    if tender is not None:
        return url_for("dossier.tender", number=tender.number)
    cluster_id = getattr(task.case, "cluster_id", None)
    return url_for("clusters.show", cluster_id=cluster_id) if cluster_id is not None else None


def _events(tasks: Sequence[desks.Task], tenders: Sequence[outlook.Running]) -> Iterator[outlook.Event]:
    for task in tasks:
        if task.due is not None:
            yield outlook.Event(task.due, f"{task.label}، {task.about}", _place_of(task) or "#tasks-h", is_mine=True)
    for row in tenders:
        for label, at in row.terms:
            yield outlook.Event(at, f"{label}، {row.title}", url_for("dossier.tender", number=row.number))


def _closed(ctx: Context) -> WorkingCalendar:
    """Return the working days of the one organisation for which the actor works; the country's for others."""
    own = {h.scope_id for h in ctx.actor.held if h.scope is Scope.ORGANISATION}
    return working_calendar(ctx, own.pop() if len(own) == 1 else None)


def _administration() -> list[tuple[str, str, str]]:
    if may_begin(context(), Organisation, OrganisationAct.ADD_ORGANISATION):
        return []
    return [
        (_("سازمان‌ها"), _("افزودن و ویرایش شرکت‌های استانی"), url_for("administration.organisations")),
        (_("کاربران"), _("حساب‌ها، سمت‌ها و پیوند گذرواژه"), url_for("administration.people")),
    ]


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
