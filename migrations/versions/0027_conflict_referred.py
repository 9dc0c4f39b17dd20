"""A conflict that is found after the scores are locked is left to the commission's vote on renewal.

Revision 0027.
"""

from alembic import op

from tender_app.store.migrations import reword

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

VERDICTS = ("no_conflict", "step_aside")


def upgrade() -> None:
    """Go forward."""
    reword("conflict_decision", "verdict", "verdict", (*VERDICTS, "referred"))


def downgrade() -> None:
    """Go back; an alert that was left to the vote waits again."""
    op.execute("DELETE FROM conflict_decision WHERE verdict = 'referred'")
    reword("conflict_decision", "verdict", "verdict", VERDICTS)
