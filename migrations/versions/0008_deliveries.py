"""Letters are copies of messages: persons have an address, each message its deliveries; reminders are rows with a term.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
STATES = ("waiting", "sending", "handing", "sent", "bounced", "failed", "uncertain", "no_address")
KINDS = ("questions", "deadline", "opening", "scoring", "prices", "guarantee")


def _word(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Go forward; messages from before have no letter, for they were never meant to leave the house."""
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("email", sa.String(254), nullable=False, server_default=""))
    with op.batch_alter_table("person") as batch:
        batch.alter_column("email", server_default=None)
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("is_private", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("message") as batch:
        batch.alter_column("is_private", server_default=None)
    op.execute(
        "UPDATE message SET is_private = false WHERE person_id NOT IN (SELECT person_id FROM capacity WHERE role = 'firm')"
    )
    _create_delivery()
    _create_reminder()


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("state", _word(*STATES, name="deliverystate"), nullable=False),
        sa.Column("turn", ID, nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("error", sa.String(400), nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("tried_at", AT, nullable=True),
        sa.Column("next_at", AT, nullable=True),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("held_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_delivery_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    op.create_index(op.f("ix_delivery_message_id"), "delivery", ["message_id"])
    op.create_index("ix_delivery_state", "delivery", ["state", "next_at"])


def _create_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("kind", _word(*KINDS, name="reminderkind"), nullable=False),
        sa.Column("of_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("told_at", AT, nullable=True),
        sa.Column("dropped_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_reminder_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("tender_id", "kind", "of_at", name=op.f("uq_reminder_tender_id_kind_of_at")),
    )
    op.create_index("ix_reminder_due", "reminder", ["told_at", "dropped_at", "due_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("reminder")
    op.drop_table("delivery")
    with op.batch_alter_table("message") as batch:
        batch.drop_column("is_private")
    with op.batch_alter_table("person") as batch:
        batch.drop_column("email")
