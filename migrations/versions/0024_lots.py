"""Equal bids draw a lot from a seed that nobody could know when its instant was announced.

Revision 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "lot",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("announced_at", AT, nullable=False),
        sa.Column("draws_at", AT, nullable=False),
        sa.Column("receipts", sa.JSON(), nullable=False),
        sa.Column("drawn_at", AT, nullable=True),
        sa.Column("head_size", ID, nullable=True),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.CheckConstraint("announced_at < draws_at", name=op.f("ck_lot_announced_first")),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed = '')", name=op.f("ck_lot_drawn_with_seed")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_lot_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_lot_tender_id")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("lot")
