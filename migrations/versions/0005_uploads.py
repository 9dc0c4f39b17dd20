"""Envelopes sealed in the browser arrive in parts, and where a tender says so, after their digests.

Revision 0005. Every envelope of before was sealed on the server. Going back forgets unfinished uploads and where an
envelope was sealed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
SEALED_IN = "ck_sealed_envelope_sealedin"
KIND = sa.Enum("a", "b", "c", name="envelopekind", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("sealed_envelope") as batch:
        batch.add_column(sa.Column("sealed_in", sa.String(32), nullable=False, server_default="server"))
    with op.batch_alter_table("sealed_envelope") as batch:  # once the rows have their value
        batch.alter_column("sealed_in", existing_type=sa.String(32), server_default=None)
        batch.create_check_constraint(op.f(SEALED_IN), sa.column("sealed_in").in_(("browser", "server")))
    with op.batch_alter_table("tender") as batch:
        batch.add_column(sa.Column("bytes_hours", ID, nullable=False, server_default="0"))
    with op.batch_alter_table("tender") as batch:
        batch.alter_column("bytes_hours", existing_type=ID, server_default=None)
    op.create_table(
        "upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("length", ID, nullable=False),
        sa.Column("received", ID, nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint("received >= 0 AND received <= length", name=op.f("ck_upload_within_length")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_upload_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("token", name=op.f("uq_upload_token")),
    )
    op.create_index(op.f("ix_upload_bid_id"), "upload", ["bid_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("upload")
    with op.batch_alter_table("tender") as batch:
        batch.drop_column("bytes_hours")
    with op.batch_alter_table("sealed_envelope") as batch:
        batch.drop_constraint(op.f(SEALED_IN), type_="check")
        batch.drop_column("sealed_in")
