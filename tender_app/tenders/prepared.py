"""Tables of preparation: weight rehearsals, the papers that prove a draft's basis, and answers to the linter's questions."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.kernel.vocabulary import Named
from tender_app.store.base import Base, word


class RehearsalState(Named):
    """How far a rehearsal has come."""

    QUEUED = "queued", "در نوبت"
    RUNNING = "running", "در حال شبیه‌سازی"
    FINISHED = "finished", "پایان یافت"


class RecordKind(Named):
    """What a recorded paper proves."""

    BUDGET = "budget", "ابلاغ ردیف بودجه"
    FUNDING = "funding", "گواهی تأمین اعتبار"
    BOARD_RESOLUTION = "board_resolution", "مصوبه هیأت مدیره درباره اعضای کمیسیون"
    SETAD = "setad", "ثبت در سامانه ستاد"
    INSERTION = "insertion", "نوبت آگهی روزنامه"
    NOTICE_EXEMPTION = "notice_exemption", "معافیت از آگهی در روزنامه"


class WeightRehearsal(Base):
    """A run of simulated tenders over a draft's terms: asked for on a page, worked off by the worker in portions."""

    __tablename__ = "weight_rehearsal"
    __table_args__ = (
        sa.CheckConstraint("done >= 0 AND done <= tenders", name="done_within"),
        sa.CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name="finished_with_instant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    state: Mapped[RehearsalState] = mapped_column(word(RehearsalState), index=True)
    seed: Mapped[int]
    tenders: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    terms: Mapped[dict[str, Any]]
    terms_digest: Mapped[str] = mapped_column(sa.String(64))
    tally: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64), default="")
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]


class TenderRecord(Base):
    """A paper that proves what the law asks of a draft, with its scan; a later one of its kind takes its place, and it stays.

    An exemption has a reason in place of a scan, or with one; a scan of a round of the notice names the round.
    """

    __tablename__ = "tender_record"
    __table_args__ = (
        sa.CheckConstraint("file_key <> '' OR reason <> ''", name="scan_or_reason"),
        sa.CheckConstraint("(file_key = '') = (digest = '')", name="scan_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    kind: Mapped[RecordKind] = mapped_column(word(RecordKind))
    insertion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("insertion.id"))
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    day: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    file_name: Mapped[str] = mapped_column(sa.String(200), default="")
    media_type: Mapped[str] = mapped_column(sa.String(100), default="")
    file_key: Mapped[str] = mapped_column(sa.String(80), default="")
    digest: Mapped[str] = mapped_column(sa.String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[dt.datetime | None]


class FindingAnswer(Base):
    """What the officer says to a question of the linter; the newest answer to a question is the one that stands."""

    __tablename__ = "finding_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    finding: Mapped[str] = mapped_column(sa.String(40))
    quote: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.String(1000))
    answered_at: Mapped[dt.datetime]
    answered_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
