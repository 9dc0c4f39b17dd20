"""Evaluators talk about scores that lie far apart, and bidders are interviewed: both have their tables and their papers.

Revision 0023.
"""

import sqlalchemy as sa
from alembic import op

from tender_app.store.migrations import reword

revision = "0023"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
KINDS = (
    "notice", "receipt", "opening_minutes", "technical_report", "price_minutes", "award_letter", "regret_letter",
    "contract", "destruction", "tender_documents", "invitation", "addendum", "prebid_minutes", "cure_request",
    "validity_letter", "release_letter", "forfeiture_letter", "ending_notice", "complaint_answer", "final_minutes",
)  # fmt: skip
NEW_KINDS = ("drift_report", "interview_letter", "interview_minutes")
ROLES = (
    "anyone", "person", "admin", "officer", "manager", "secretary", "commission_head", "commission_finance",
    "commission_technical", "evaluator", "firm", "auditor", "observer",
)  # fmt: skip
IS_OPEN, IS_IN = sa.text("closed_at IS NULL"), sa.text("left_at IS NULL")
TABLES = (
    "absence_decision", "interview_presence", "interview", "interview_question", "interview_plan", "score_revision",
    "talk_cell", "talk",
)  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    reword("issued_document", "kind", "documentkind", (*KINDS, *NEW_KINDS))
    _talks()
    _plans()
    _interviews()


def downgrade() -> None:
    """Go back; the papers of what is given up go with it."""
    for table in TABLES:
        op.drop_table(table)
    op.execute(f"DELETE FROM issued_document WHERE kind IN {NEW_KINDS}")  # noqa: S608 -- words of our own
    reword("issued_document", "kind", "documentkind", KINDS)


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _table(name: str, *parts: sa.schema.SchemaItem, indexed: tuple[str, ...] = (), **points: str) -> None:
    """Make a table with its number, its references (column=other table) and its plain indexes."""
    columns = [sa.Column(column, ID, nullable=False) for column in points]
    keys = [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
        for column, other in points.items()
    ]
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, sa.Column("id", ID, nullable=False), *columns, *parts, *keys, key)
    for column in indexed:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _case() -> list[sa.Column]:
    return [
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
    ]


def _talks() -> None:
    _table(
        "talk",
        *_case(),
        sa.Column("state", _word("talkstate", "open", "closed"), nullable=False),
        sa.Column("subject", sa.String(1000), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("note", sa.String(2000), nullable=False),
        organisation_id="organisation",
        tender_id="tender",
        opened_by="person",
        indexed=("tender_id",),
    )
    op.create_index("uq_talk_open", "talk", ["tender_id"], unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    unique = sa.UniqueConstraint(
        "talk_id", "bid_id", "criterion_id", name=op.f("uq_talk_cell_talk_id_bid_id_criterion_id")
    )
    _table("talk_cell", unique, talk_id="talk", bid_id="bid", criterion_id="criterion")
    _table(
        "score_revision",
        sa.Column("original", sa.String(40), nullable=False),
        sa.Column("points", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("revised_at", AT, nullable=False),
        talk_id="talk",
        sheet_id="score_sheet",
        bid_id="bid",
        criterion_id="criterion",
        proposed_by="person",
        indexed=("talk_id", "sheet_id"),
    )


def _plans() -> None:
    made_at = sa.Column("made_at", AT, nullable=False)
    _table("interview_plan", made_at, tender_id="tender", made_by="person", indexed=("tender_id",))
    _table(
        "interview_question",
        sa.Column("position", ID, nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        plan_id="interview_plan",
        criterion_id="criterion",
        indexed=("plan_id",),
    )


def _interviews() -> None:
    _table(
        "interview",
        *_case(),
        sa.Column("state", _word("interviewstate", "planned", "running", "held", "cancelled"), nullable=False),
        *(sa.Column(name, AT, nullable=False) for name in ("starts_at", "ends_at", "planned_at")),
        *(sa.Column(name, AT, nullable=True) for name in ("confirmed_at", "begun_at", "ended_at")),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("attending", "remote", "guests")),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("end_reason", sa.String(1000), nullable=False),
        sa.UniqueConstraint("plan_id", "bid_id", name=op.f("uq_interview_plan_id_bid_id")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_interview_some_time")),
        organisation_id="organisation",
        tender_id="tender",
        plan_id="interview_plan",
        bid_id="bid",
        firm_id="firm",
        indexed=("tender_id", "bid_id", "firm_id"),
    )
    _table(
        "interview_presence",
        sa.Column("role", _word("role", *ROLES), nullable=False),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("joined_at", AT, nullable=False),
        sa.Column("left_at", AT, nullable=True),
        sa.Column("was_dropped", sa.Boolean(), nullable=False),
        interview_id="interview",
        person_id="person",
        indexed=("interview_id",),
    )
    op.create_index(
        "uq_interview_presence_standing",
        "interview_presence",
        ["interview_id", "person_id"],
        unique=True,
        sqlite_where=IS_IN,
        postgresql_where=IS_IN,
    )
    _table(
        "absence_decision",
        sa.Column("is_admitted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("decided_at", AT, nullable=False),
        interview_id="interview",
        person_id="person",
        decided_by="person",
        indexed=("interview_id",),
    )
