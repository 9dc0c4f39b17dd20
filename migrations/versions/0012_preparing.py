"""Before a draft is approved its weights are tried, its papers are recorded with scans, and the linter's questions answered.

Revision 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
STATES = ("queued", "running", "finished")
KINDS = ("budget", "funding", "board_resolution", "setad", "insertion", "notice_exemption")


def _words(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "weight_rehearsal",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("state", _words(STATES, "rehearsalstate"), nullable=False),
        sa.Column("seed", ID, nullable=False),
        sa.Column("tenders", ID, nullable=False),
        sa.Column("done", ID, nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("terms_digest", sa.String(64), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("finished_at", AT, nullable=True),
        sa.CheckConstraint("done >= 0 AND done <= tenders", name=op.f("ck_weight_rehearsal_done_within")),
        sa.CheckConstraint(
            "(state = 'finished') = (finished_at IS NOT NULL)",
            name=op.f("ck_weight_rehearsal_finished_with_instant"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_weight_rehearsal_asked_by")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_weight_rehearsal_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_rehearsal")),
    )
    op.create_index(op.f("ix_weight_rehearsal_state"), "weight_rehearsal", ["state"])
    op.create_index(op.f("ix_weight_rehearsal_tender_id"), "weight_rehearsal", ["tender_id"])
    op.create_table(
        "tender_record",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("kind", _words(KINDS, "recordkind"), nullable=False),
        sa.Column("insertion_id", ID, nullable=True),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.CheckConstraint("file_key <> '' OR reason <> ''", name=op.f("ck_tender_record_scan_or_reason")),
        sa.CheckConstraint("(file_key = '') = (digest = '')", name=op.f("ck_tender_record_scan_whole")),
        sa.ForeignKeyConstraint(["insertion_id"], ["insertion.id"], name=op.f("fk_tender_record_insertion_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_tender_record_recorded_by")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_record_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_record")),
    )
    op.create_index(op.f("ix_tender_record_tender_id"), "tender_record", ["tender_id"])
    op.create_table(
        "finding_answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("finding", sa.String(40), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.Column("answered_by", ID, nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_finding_answer_answered_by")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_finding_answer_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_answer")),
    )
    op.create_index(op.f("ix_finding_answer_tender_id"), "finding_answer", ["tender_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("finding_answer")
    op.drop_table("tender_record")
    op.drop_table("weight_rehearsal")
