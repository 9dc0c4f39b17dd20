"""Originals of guarantees that were never read go back by a row of the law, and who opens a cure's paper is kept too.

Revision 0019.
"""

import sqlalchemy as sa
from alembic import op

from tender_app.store.migrations import reword

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GROUNDS = ("rejected", "not_kept", "not_named", "contract", "ended", "left")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("security") as batch:
        batch.alter_column("guarantee_id", existing_type=ID, nullable=True)
        batch.alter_column("expires_on", existing_type=sa.Date(), nullable=True)
        batch.create_check_constraint(
            op.f("ck_security_stated_with_expiry"), "(guarantee_id IS NULL) = (expires_on IS NULL)"
        )
    reword("security", "ground", "releaseground", ("unopened", *GROUNDS))
    with op.batch_alter_table("file_access") as batch:
        batch.alter_column("opened_file_id", existing_type=ID, nullable=True)
        batch.add_column(sa.Column("cure_file_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_file_access_cure_file_id"), "cure_file", ["cure_file_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_file_access_of_one_file"), "(opened_file_id IS NULL) <> (cure_file_id IS NULL)"
        )
        batch.create_index("ix_file_access_cure_person", ["cure_file_id", "person_id"])


def downgrade() -> None:
    """Go back; what the older tables cannot say is given up."""
    op.execute("DELETE FROM file_access WHERE opened_file_id IS NULL")
    with op.batch_alter_table("file_access") as batch:
        batch.drop_index("ix_file_access_cure_person")
        batch.drop_constraint(op.f("ck_file_access_of_one_file"), type_="check")
        batch.drop_constraint(op.f("fk_file_access_cure_file_id"), type_="foreignkey")
        batch.drop_column("cure_file_id")
        batch.alter_column("opened_file_id", existing_type=ID, nullable=False)
    op.execute("DELETE FROM security WHERE guarantee_id IS NULL")
    op.execute("UPDATE security SET ground = 'rejected' WHERE ground = 'unopened'")
    reword("security", "ground", "releaseground", GROUNDS)
    with op.batch_alter_table("security") as batch:
        batch.drop_constraint(op.f("ck_security_stated_with_expiry"), type_="check")
        batch.alter_column("expires_on", existing_type=sa.Date(), nullable=False)
        batch.alter_column("guarantee_id", existing_type=ID, nullable=False)
