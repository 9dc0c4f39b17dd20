"""Limited calls and those of one firm: why they are limited, who is invited, and the letters (Arts. 4, 13, 27-29; by-law Art. 16)."""

from functools import partial
from typing import Any

import sqlalchemy as sa

from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import _
from tender_app.notifications.outbox import holders
from tender_app.people.models import Firm, FirmState
from tender_app.store.context import Context
from tender_app.tenders.invitation_paper import invitation, invitation_facts
from tender_app.tenders.models import InvitedFirm, Tender
from tender_app.tenders.procurement import GROUNDS, NUMBERED, Invited, Justification, ProcurementMethod


def call_is_limited(_ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Reasons and invitations belong to a call that is not open to all."""
    return _("فراخوان این مناقصه عمومی است؛ دعوت‌نامه و دلیل ندارد.") if tender.is_open_call else None


def ground_fits(_ctx: Context, tender: Tender, what: Justification | None) -> str | None:
    """One firm alone is asked on a ground of the law's closed list, with its report's or case's number (R05)."""
    if what is None:
        return None
    if tender.procurement_method is not ProcurementMethod.DIRECT:
        return None if what.ground is None else _("این دلیل برای فراخوان تک‌گزینه‌ای است.")
    if what.ground is None or what.ground not in GROUNDS[tender.legal_basis]:
        return _("یکی از دلیل‌های {law} را برگزینید.").format(law=_(tender.basis.law))
    if what.ground in NUMBERED and not what.report:
        return _("شماره گزارش یا مورد قانون را بنویسید؛ این دلیل بی آن پذیرفته نیست.")
    return None


def reason_is_missing(_ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The reason is waited for until it is recorded."""
    return _("دلیل ثبت شده است.") if tender.is_open_call or tender.form_reason else None


def firm_may_be_invited(ctx: Context, tender: Tender, what: Invited | None) -> str | None:
    """An approved firm is invited once."""
    if what is None:
        return None
    firm = ctx.session.get(Firm, what.firm_id)
    if firm is None or firm.state is not FirmState.APPROVED:
        return _("فقط شرکتی دعوت می‌شود که ثبت‌نامش در سامانه تأیید شده است.")
    return _("این شرکت در فهرست است.") if is_invited(ctx, tender, what.firm_id) else None


def firm_is_on_the_list(ctx: Context, tender: Tender, what: Invited | None) -> str | None:
    """Only an invited firm can be taken off the list."""
    query = sa.select(InvitedFirm.id).where(InvitedFirm.tender_id == tender.id)
    if what is not None:
        query = query.where(InvitedFirm.firm_id == what.firm_id)
    return None if ctx.session.scalar(query.limit(1)) else _("شرکتی در فهرست دعوت‌شدگان نیست.")


def justify(_ctx: Context, tender: Tender, what: Justification) -> None:
    """Keep why not every firm is called."""
    tender.form_reason, tender.direct_ground, tender.direct_report = what.reason, what.ground, what.report


def invite_firm(ctx: Context, tender: Tender, what: Invited) -> None:
    """Put a firm on the list."""
    ctx.session.add(InvitedFirm(tender_id=tender.id, firm_id=what.firm_id, added_at=ctx.now))
    ctx.session.flush()


def uninvite_firm(ctx: Context, tender: Tender, what: Invited) -> None:
    """Take a firm off the list; the ledger keeps that it was there."""
    ctx.session.execute(
        sa.delete(InvitedFirm).where(InvitedFirm.tender_id == tender.id, InvitedFirm.firm_id == what.firm_id)
    )


def take_back_reason(tender: Tender) -> None:
    """Forget the reason once the form of the call is another: it was certified for the former."""
    tender.form_reason, tender.direct_ground, tender.direct_report = "", None, ""


def is_invited(ctx: Context, tender: Tender, firm_id: int) -> bool:
    """Tell whether a firm is on the list."""
    query = sa.select(InvitedFirm.id).where(InvitedFirm.tender_id == tender.id, InvitedFirm.firm_id == firm_id)
    return ctx.session.scalar(query) is not None


def invited(ctx: Context, tender: Tender) -> list[InvitedFirm]:
    """Return the list, in the order of its making."""
    query = sa.select(InvitedFirm).where(InvitedFirm.tender_id == tender.id).order_by(InvitedFirm.id)
    return list(ctx.session.scalars(query.options(sa.orm.joinedload(InvitedFirm.firm))))


def firms_to_invite(ctx: Context, tender: Tender) -> list[Firm]:
    """Return the approved firms that are not on the list, by name."""
    listed = sa.select(InvitedFirm.firm_id).where(InvitedFirm.tender_id == tender.id)
    query = sa.select(Firm).where(Firm.state == FirmState.APPROVED, Firm.id.not_in(listed))
    return list(ctx.session.scalars(query.order_by(Firm.name)))


def where_invited(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that one of the actor's firms is invited."""
    firms = ctx.actor.scope_ids(Role.FIRM, Scope.FIRM)
    return Tender.id.in_(sa.select(InvitedFirm.tender_id).where(InvitedFirm.firm_id.in_(firms)))


def people_called(ctx: Context, tender: Tender | None = None) -> list[int]:
    """Return who acts for the firms that may bid: the invited ones, or every approved one where all are called."""
    if tender is None or tender.is_open_call:
        firms = sa.select(Firm.id).where(Firm.state == FirmState.APPROVED)
    else:
        firms = sa.select(InvitedFirm.firm_id).where(InvitedFirm.tender_id == tender.id)
    return holders(ctx, {Role.FIRM}, Scope.FIRM, ctx.session.scalars(firms).all())


def issue_letters(ctx: Context, tender: Tender) -> None:
    """Issue the letter of invitation to each firm of the list."""
    for row in invited(ctx, tender):
        facts = invitation_facts(tender, row.firm, calendar.numeric(calendar.today(ctx.now)), ctx.settings.public_url)
        about = Issue(
            DocumentKind.INVITATION, tender.number, tender.title, tender.organisation_id, tender.id, firm_id=row.firm_id
        )
        issue(ctx, about, partial(invitation, facts))
        row.invited_at = ctx.now
    ctx.session.flush()
