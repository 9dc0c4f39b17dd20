"""What the rules of the catalogue ask of ties between who judges and who bids (R06, R23)."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from tender_app.dossier.case_facts import CaseFacts
from tender_app.evaluation.alerts import Alert
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _


class Warned(str):
    """What is told of a rule that is not broken by it, however severe the rule is: it is left to who decides."""

    __slots__ = ()


def tied(case: CaseFacts, roles: AbstractSet[Role]) -> str | None:
    """Return who judges in these roles with a tie to a bidder: undecided, though they must leave, or found after the lock."""
    own = [a for a in case.alerts if a.judge.role in roles]
    if rows := [a for a in own if a.is_exact and (a.waits or a.must_leave)]:
        return _(
            "هشدار قطعی تعارض منافع درباره {people} بی‌تصمیم است، یا باید کنار بروند و نرفته‌اند؛ صفحه «تعارض منافع» را ببینید."
        ).format(people=_names(rows))
    if rows := [a for a in own if a.is_referred]:
        told = _(
            "تعارض منافع {people} پس از قطعی شدن امتیازها یافت شد و به رأی کمیسیون درباره تجدید سپرده شد؛ رأی و دلیل آن در صفحه "
            "«رأی و تصمیم» ثبت می‌شود."
        )
        return Warned(case.tender.basis.said(told).format(people=_names(rows)))
    return None


def _names(rows: Iterable[Alert]) -> str:
    return "، ".join(sorted({a.person for a in rows}))
