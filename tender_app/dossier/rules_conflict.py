"""What the rules of the catalogue ask of ties between who judges and who bids (R06, R23)."""

from collections.abc import Set as AbstractSet

from tender_app.dossier.case_facts import CaseFacts
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _


def tied(case: CaseFacts, roles: AbstractSet[Role]) -> str | None:
    """Return who judges in these roles with a certain tie to a bidder that nobody decided on, or though they must leave."""
    rows = [a for a in case.alerts if a.judge.role in roles and a.is_exact and (a.waits or a.must_leave)]
    if not rows:
        return None
    return _(
        "هشدار قطعی تعارض منافع درباره {people} بی‌تصمیم است، یا باید کنار بروند و نرفته‌اند؛ صفحه «تعارض منافع» را ببینید."
    ).format(people="، ".join(sorted({a.person for a in rows})))
