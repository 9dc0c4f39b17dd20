"""The receipt log: acts on bids with their promises, leaves a minute, signed heads, and the worker's heartbeat.

Revision 0004. Acts of before are in no leaf; the log's first leaf says so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "log_leaf",
        sa.Column("position", ID, autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("ends", AT, nullable=False),
        sa.Column("ahead", ID, nullable=False),
        sa.Column("binding_ends", AT, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_leaf")),
    )
    op.create_index(op.f("ix_log_leaf_binding_ends"), "log_leaf", ["binding_ends"])
    op.create_table(
        "log_node",
        sa.Column("level", ID, autoincrement=False, nullable=False),
        sa.Column("index", ID, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_head",
        sa.Column("size", ID, autoincrement=False, nullable=False),
        sa.Column("signed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_act",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=True),
        sa.Column("receipt_no", sa.String(20), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("promise", sa.JSON(), nullable=False),
        sa.Column("position", ID, nullable=True),
        sa.Column("slot", ID, nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_log_act_entry_id")),
        sa.ForeignKeyConstraint(["position"], ["log_leaf.position"], name=op.f("fk_log_act_position")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_act")),
        sa.UniqueConstraint("digest", name=op.f("uq_log_act_digest")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_log_act_entry_id")),
    )
    for column in ("tender_id", "receipt_no", "position"):
        op.create_index(op.f(f"ix_log_act_{column}"), "log_act", [column])
    op.create_table(
        "heartbeat",
        sa.Column("id", ID, nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
    )
    op.create_index(op.f("ix_heartbeat_last_at"), "heartbeat", ["last_at"])


def downgrade() -> None:
    """Go back."""
    for table in ("heartbeat", "log_act", "log_head", "log_node", "log_leaf"):
        op.drop_table(table)
