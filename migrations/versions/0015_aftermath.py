"""Complaints have a life of their own, with the papers enclosed with them.

Revision 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
COMPLAINT_STATES = ("submitted", "upheld", "rejected", "settled", "referred", "ruled", "withdrawn")
GROUNDS = (
    "notice", "documents", "opening", "formal_check", "evaluation", "award", "guarantee", "renewal", "criteria",
    "preference",
)  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    _complaints()


def downgrade() -> None:
    """Go back; what the older tables cannot say is given up."""
    op.drop_table("complaint_paper")
    op.drop_table("complaint")


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _points(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in columns
    ]


def _case() -> list[sa.Column]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
    ]


HELD_BY = (("organisation_id", "organisation"), ("tender_id", "tender"), ("firm_id", "firm"))


def _complaints() -> None:
    op.create_table(
        "complaint",
        *_case(),
        sa.Column("state", _word("complaintstate", *COMPLAINT_STATES), nullable=False),
        sa.Column("ground", _word("complaintground", *GROUNDS), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("demand", sa.String(1000), nullable=False),
        sa.Column("signer", sa.String(200), nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("submitted_by", ID, nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("settlement", sa.String(2000), nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("board_no", sa.String(60), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("board_due_on", sa.Date(), nullable=True),
        sa.Column("ruling", _word("ruling", "reject", "renew", "cancel"), nullable=True),
        sa.Column("ruling_no", sa.String(60), nullable=False),
        sa.Column("ruled_on", sa.Date(), nullable=True),
        sa.Column("ruling_text", sa.String(2000), nullable=False),
        *_points("complaint", *HELD_BY, ("submitted_by", "person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index("ix_complaint_tender_state", "complaint", ["tender_id", "state"])
    op.create_index(op.f("ix_complaint_firm_id"), "complaint", ["firm_id"])
    op.create_table(
        "complaint_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("complaint_id", ID, nullable=False),
        sa.Column("enclosed", _word("enclosed", "evidence", "ruling"), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        *_points("complaint_paper", ("complaint_id", "complaint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_paper")),
    )
    op.create_index(op.f("ix_complaint_paper_complaint_id"), "complaint_paper", ["complaint_id"])
