"""Firms see who opened which of their files; after an outage before a deadline an extension is drafted for all.

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
ROLES = (
    "anyone", "person", "admin", "officer", "manager", "secretary", "commission_head", "commission_finance",
    "commission_technical", "evaluator", "firm", "auditor",
)  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "file_access",
        sa.Column("id", ID, nullable=False),
        sa.Column("opened_file_id", ID, nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column(
            "role", sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_file_access_bid_id")),
        sa.ForeignKeyConstraint(["opened_file_id"], ["opened_file.id"], name=op.f("fk_file_access_opened_file_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_file_access_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_access")),
    )
    op.create_index(op.f("ix_file_access_bid_id"), "file_access", ["bid_id"])
    op.create_index("ix_file_access_file_person", "file_access", ["opened_file_id", "person_id"])
    op.create_table(
        "drafted_extension",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("outage_from", AT, nullable=False),
        sa.Column("outage_to", AT, nullable=False),
        sa.Column("lost", ID, nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("closes_before", AT, nullable=False),
        sa.Column("closes_at", AT, nullable=False),
        sa.Column("opens_at", AT, nullable=False),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column(
            "decision",
            sa.Enum("extended", "declined", name="decision", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.CheckConstraint("lost > 0", name=op.f("ck_drafted_extension_something_was_lost")),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_drafted_extension_decision_with_instant")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_drafted_extension_decided_by")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_drafted_extension_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafted_extension")),
        sa.UniqueConstraint("tender_id", "outage_to", name=op.f("uq_drafted_extension_tender_id_outage_to")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("drafted_extension")
    op.drop_table("file_access")
