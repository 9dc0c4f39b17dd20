"""The linter over a draft: its questions, and the officer's answers, which whoever approves reads beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from tender_app.kernel.words import _
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders import linter
from tender_app.tenders.facts import FACTS
from tender_app.tenders.judging import weight_faults
from tender_app.tenders.models import Tender
from tender_app.tenders.prepared import FindingAnswer

PASSAGES = ("title", "subject", "terms")


@dataclass(frozen=True, slots=True)
class Considered:
    """An answer to a question of the linter."""

    finding: str
    text: str

    def record(self) -> dict[str, Any]:
        """Keep which question was answered, and how."""
        return {"finding": self.finding, "note": self.text}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its standing answer, if there is one: the words and who said them."""

    finding: linter.Finding
    answer: str = ""
    answered_by: str = ""


def reading_of(ctx: Context, tender: Tender) -> linter.Reading:
    """Return what the linter reads of a draft."""
    said = [text for c in tender.criteria for text in (c.guidance, c.evidence, *(a[1] for a in c.anchors)) if text]
    return linter.Reading(
        [*((name, getattr(tender, name)) for name in PASSAGES), *(("criteria", text) for text in said)],
        tuple(_criteria(tender)),
        tender.documents_until,
        tender.questions_until,
        tender.closes_at,
        None if tender.minimum_score is None else Fraction(tender.minimum_score),
        weight_faults(FACTS.of(ctx, tender).criteria),
    )


def _criteria(tender: Tender) -> Iterator[linter.Weighed]:
    groups = {criterion.parent_id for criterion in tender.criteria}
    weights = {criterion.id: Fraction(criterion.weight) for criterion in tender.criteria}
    for row in tender.criteria:
        above = 1 if row.parent_id is None else weights[row.parent_id] / 100
        whole = weights[row.id] * above
        yield linter.Weighed(
            row.id,
            row.parent_id,
            row.title,
            whole,
            row.guidance,
            is_leaf=row.id not in groups,
            evidence=row.evidence,
            levels=len(row.anchors),
        )


def questions(ctx: Context, tender: Tender) -> list[Asked]:
    """Return the linter's questions about a draft, each with its answer."""
    answers = _answers(ctx, tender)
    return [Asked(found, *answers.get(found.key, ("", ""))) for found in linter.examine(reading_of(ctx, tender))]


def _answers(ctx: Context, tender: Tender) -> Mapping[str, tuple[str, str]]:
    query = (
        sa.select(FindingAnswer.finding, FindingAnswer.text, Person.name)
        .join(Person, Person.id == FindingAnswer.answered_by)
        .where(FindingAnswer.tender_id == tender.id)
        .order_by(FindingAnswer.id)
    )
    return {finding: (text, name) for finding, text, name in ctx.session.execute(query)}


def finding_stands(ctx: Context, tender: Tender, what: Considered | None) -> str | None:
    """Only a question that the draft still raises is answered."""
    if what is None:
        return None
    keys = {found.key for found in linter.examine(reading_of(ctx, tender))}
    return None if what.finding in keys else _("این پرسش دیگر درباره این پیش‌نویس نیست؛ شاید متن اصلاح شده است.")


def answer(ctx: Context, tender: Tender, what: Considered) -> None:
    """Keep the officer's answer."""
    found = next(found for found in linter.examine(reading_of(ctx, tender)) if found.key == what.finding)
    ctx.session.add(
        FindingAnswer(
            tender_id=tender.id,
            finding=what.finding,
            quote=found.quote,
            text=what.text,
            answered_at=ctx.now,
            answered_by=ctx.actor.person_id,
        )
    )
    ctx.session.flush()
