"""A tender may call firms of other countries: bids are then prepared for the longer period of the law (Art. 15-b).

Revision 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: what was begun before is domestic."""
    with op.batch_alter_table("tender") as batch:
        batch.add_column(sa.Column("is_international", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("tender") as batch:
        batch.alter_column("is_international", server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("tender") as batch:
        batch.drop_column("is_international")
