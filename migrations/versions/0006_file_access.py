"""Firms see who opened which of their files: every such opening is a row.

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
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


def downgrade() -> None:
    """Go back."""
    op.drop_table("file_access")
