"""A price that looks too low is explained before it is rejected, a later ranking supersedes an earlier one, losers are debriefed.

Revision 0025.
"""

import sqlalchemy as sa
from alembic import op

from tender_app.store.migrations import reword

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
ROLES = (
    "anyone", "person", "admin", "officer", "manager", "secretary", "commission_head", "commission_finance",
    "commission_technical", "evaluator", "firm", "auditor", "observer",
)  # fmt: skip
PAPERS = (
    "notice", "receipt", "opening_minutes", "technical_report", "price_minutes", "award_letter", "regret_letter",
    "contract", "destruction", "tender_documents", "invitation", "addendum", "prebid_minutes", "cure_request",
    "validity_letter", "release_letter", "forfeiture_letter", "ending_notice", "complaint_answer", "final_minutes",
    "drift_report", "interview_letter", "interview_minutes",
)  # fmt: skip
NEW_PAPERS = ("ranking", "debrief")
STANDS = sa.text("superseded_at IS NULL")


def upgrade() -> None:
    """Go forward: every ranking there is stands."""
    with op.batch_alter_table("ranking") as batch:
        batch.add_column(sa.Column("superseded_at", AT, nullable=True))
        batch.add_column(sa.Column("superseded_for", sa.String(2000), nullable=False, server_default=""))
        batch.drop_constraint(op.f("uq_ranking_tender_id"), type_="unique")
        batch.create_index(op.f("ix_ranking_tender_id"), ["tender_id"])
        batch.create_index(
            "uq_ranking_standing", ["tender_id"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
        )
        batch.create_check_constraint(
            op.f("ck_ranking_superseded_with_reason"), "(superseded_at IS NULL) = (superseded_for = '')"
        )
    with op.batch_alter_table("ranking") as batch:
        batch.alter_column("superseded_for", server_default=None)
    _explanations()
    op.create_table(
        "debrief",
        sa.Column("id", ID, nullable=False),
        _of("tender_id"),
        _of("bid_id"),
        _of("firm_id"),
        _of("award_id"),
        _of("document_id"),
        sa.Column("evaluators", sa.JSON(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        *(
            _refers("debrief", column, table)
            for column, table in (
                ("tender_id", "tender"),
                ("bid_id", "bid"),
                ("firm_id", "firm"),
                ("award_id", "award"),
                ("document_id", "issued_document"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief")),
        sa.UniqueConstraint("bid_id", name=op.f("uq_debrief_bid_id")),
    )
    op.create_index(op.f("ix_debrief_tender_id"), "debrief", ["tender_id"])
    reword("issued_document", "kind", "documentkind", (*PAPERS, *NEW_PAPERS))


def downgrade() -> None:
    """Go back; what the older tables cannot say is given up."""
    for table in ("debrief", "explanation_vote", "explanation_file", "price_explanation"):
        op.drop_table(table)
    op.execute("DELETE FROM issued_document WHERE kind IN ('ranking', 'debrief')")
    reword("issued_document", "kind", "documentkind", PAPERS)
    former = "(SELECT id FROM ranking WHERE superseded_at IS NOT NULL)"
    op.execute(f"DELETE FROM ranking_row WHERE ranking_id IN {former}")  # noqa: S608 -- words of our own
    op.execute("DELETE FROM ranking WHERE superseded_at IS NOT NULL")
    with op.batch_alter_table("ranking") as batch:
        batch.drop_constraint(op.f("ck_ranking_superseded_with_reason"), type_="check")
        batch.drop_index("uq_ranking_standing")
        batch.drop_index(op.f("ix_ranking_tender_id"))
        batch.drop_column("superseded_for")
        batch.drop_column("superseded_at")
        batch.create_unique_constraint(op.f("uq_ranking_tender_id"), ["tender_id"])


def _explanations() -> None:
    op.create_table(
        "price_explanation",
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("state", _word("explanationstate", "asked", "answered", "accepted", "rejected"), nullable=False),
        _of("organisation_id"),
        _of("tender_id"),
        _of("firm_id"),
        _of("bid_id"),
        sa.Column("question", sa.String(2000), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.CheckConstraint("until > asked_at", name=op.f("ck_price_explanation_some_time")),
        *(
            _refers("price_explanation", column, table)
            for column, table in (
                ("organisation_id", "organisation"),
                ("tender_id", "tender"),
                ("firm_id", "firm"),
                ("bid_id", "bid"),
                ("answered_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_explanation")),
        sa.UniqueConstraint("bid_id", name=op.f("uq_price_explanation_bid_id")),
    )
    for column in ("tender_id", "firm_id"):
        op.create_index(op.f(f"ix_price_explanation_{column}"), "price_explanation", [column])
    op.create_table(
        "explanation_file",
        sa.Column("id", ID, nullable=False),
        _of("explanation_id"),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", ID, nullable=False),
        _refers("explanation_file", "explanation_id", "price_explanation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation_file")),
    )
    op.create_index(op.f("ix_explanation_file_explanation_id"), "explanation_file", ["explanation_id"])
    op.create_table(
        "explanation_vote",
        sa.Column("id", ID, nullable=False),
        _of("explanation_id"),
        _of("person_id"),
        sa.Column("role", _word("role", *ROLES), nullable=False),
        sa.Column("rejects", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("cast_at", AT, nullable=False),
        _refers("explanation_vote", "explanation_id", "price_explanation"),
        _refers("explanation_vote", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation_vote")),
        sa.UniqueConstraint("explanation_id", "role", name=op.f("uq_explanation_vote_explanation_id_role")),
    )


def _of(column: str) -> sa.Column[int]:
    return sa.Column(column, ID, nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
