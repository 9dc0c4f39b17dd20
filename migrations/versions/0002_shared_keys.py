"""A tender's secret keys belong to the commission: members' keys, shares and the passing sessions in which they meet.

Revision 0002. The secret files of earlier keys are read by nothing any more: a tender that was published before this
revision has no shares, and its bids cannot be opened.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
STANDS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "member_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("recipient", sa.String(80), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("operations", ID, nullable=False),
        sa.Column("memory", ID, nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_member_key_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_key")),
    )
    op.create_index(
        "uq_member_key_standing", "member_key", ["person_id"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )
    with op.batch_alter_table("tender") as batch:
        batch.add_column(sa.Column("needed_shares", ID, nullable=False, server_default="2"))
    with op.batch_alter_table("tender") as batch:  # once the rows have their value
        batch.alter_column("needed_shares", existing_type=ID, server_default=None)
    with op.batch_alter_table("tender_key") as batch:
        batch.drop_constraint("uq_tender_key_tender_id_purpose", type_="unique")
        batch.add_column(sa.Column("needed", ID, nullable=False, server_default="2"))
        batch.add_column(sa.Column("rehearsed_at", AT, nullable=True))
        batch.add_column(sa.Column("ended_at", AT, nullable=True))
    with op.batch_alter_table("tender_key") as batch:
        batch.alter_column("needed", existing_type=ID, server_default=None)
    op.create_index(
        "uq_tender_key_standing",
        "tender_key",
        ["tender_id", "purpose"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_table(
        "key_share",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_key_id", ID, nullable=False),
        sa.Column("member_key_id", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["member_key_id"], ["member_key.id"], name=op.f("fk_key_share_member_key_id")),
        sa.ForeignKeyConstraint(["tender_key_id"], ["tender_key.id"], name=op.f("fk_key_share_tender_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_share")),
    )
    op.create_index(op.f("ix_key_share_tender_key_id"), "key_share", ["tender_key_id"])
    op.create_table(
        "key_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("recipient", sa.String(80), nullable=False),
        sa.Column("begun_by", ID, nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("refused", ID, nullable=False),
        sa.ForeignKeyConstraint(["begun_by"], ["person.id"], name=op.f("fk_key_session_begun_by")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_key_session_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_session")),
    )
    op.create_index(op.f("ix_key_session_tender_id"), "key_session", ["tender_id"])
    op.create_index(op.f("ix_key_session_expires_at"), "key_session", ["expires_at"])
    op.create_table(
        "session_share",
        sa.Column("id", ID, nullable=False),
        sa.Column("key_session_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["key_session_id"], ["key_session.id"], name=op.f("fk_session_share_key_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_share_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_share")),
        sa.UniqueConstraint("key_session_id", "person_id", name=op.f("uq_session_share_key_session_id_person_id")),
    )


def downgrade() -> None:
    """Go back."""
    for table in ("session_share", "key_session", "key_share"):
        op.drop_table(table)
    op.drop_index("uq_tender_key_standing", table_name="tender_key")
    op.execute(
        "DELETE FROM tender_key WHERE ended_at IS NOT NULL AND id NOT IN (SELECT tender_key_id FROM sealed_envelope)"
    )
    with op.batch_alter_table("tender_key") as batch:
        for column in ("needed", "rehearsed_at", "ended_at"):
            batch.drop_column(column)
        batch.create_unique_constraint("uq_tender_key_tender_id_purpose", ["tender_id", "purpose"])
    with op.batch_alter_table("tender") as batch:
        batch.drop_column("needed_shares")
    op.drop_index("uq_member_key_standing", table_name="member_key")
    op.drop_table("member_key")
