"""Envelopes arrive in parts and sealed in the browser; digests may be registered before their bytes.

Revision 0005.
"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""
