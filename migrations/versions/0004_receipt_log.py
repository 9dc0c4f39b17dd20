"""The receipt log: its leaves, the acts that they commit to, and the heartbeat of the worker that writes them.

Revision 0004.
"""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""
