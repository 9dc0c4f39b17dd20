"""Headers of sealed envelopes leave the database: what must once be destroyed may lie in no backup.

Revision 0003.
"""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""
