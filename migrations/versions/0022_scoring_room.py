"""A sheet keeps the seed of its order of bids, and a score the pages on which it stands.

Revision 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: sheets handed out before keep the order in which bids came."""
    with op.batch_alter_table("score_sheet") as batch:
        batch.add_column(sa.Column("seed", sa.String(32), nullable=False, server_default=""))
    with op.batch_alter_table("score") as batch:
        batch.add_column(sa.Column("pages", sa.JSON(), nullable=False, server_default="[]"))
    for table, column in (("score_sheet", "seed"), ("score", "pages")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, server_default=None)


def downgrade() -> None:
    """Go back."""
    for table, column in (("score_sheet", "seed"), ("score", "pages")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
