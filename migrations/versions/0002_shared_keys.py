"""A tender's secret keys belong to the commission: members' keys, shares and the passing sessions in which they meet.

Revision 0002.
"""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""
