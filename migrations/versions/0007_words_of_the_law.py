"""Observers sit in a tender's sessions without a vote; the papers of its law have kinds of their own.

Revision 0007.
"""

from alembic import op

from tender_app.store.migrations import reword

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROLES = (
    "anyone", "person", "admin", "officer", "manager", "secretary", "commission_head", "commission_finance",
    "commission_technical", "evaluator", "firm", "auditor",
)  # fmt: skip
KINDS = (
    "notice", "receipt", "opening_minutes", "technical_report", "price_minutes", "award_letter", "regret_letter",
    "contract", "destruction",
)  # fmt: skip
NEW_KINDS = (
    "tender_documents", "invitation", "addendum", "prebid_minutes", "cure_request", "validity_letter",
    "release_letter", "forfeiture_letter", "ending_notice", "complaint_answer", "final_minutes",
)  # fmt: skip
WITH_ROLES = ("capacity", "attendance", "vote", "contract_signature", "file_access")


def upgrade() -> None:
    """Go forward."""
    for table in WITH_ROLES:
        reword(table, "role", "role", (*ROLES, "observer"))
    reword("issued_document", "kind", "documentkind", (*KINDS, *NEW_KINDS))


def downgrade() -> None:
    """Go back; what the older words cannot say is given up."""
    kept = ", ".join(f"'{kind}'" for kind in KINDS)
    op.execute(f"DELETE FROM issued_document WHERE kind NOT IN ({kept})")  # noqa: S608 -- words of our own
    for table in WITH_ROLES:
        op.execute(f"DELETE FROM {table} WHERE role = 'observer'")  # noqa: S608 -- names of our own
    reword("issued_document", "kind", "documentkind", KINDS)
    for table in WITH_ROLES:
        reword(table, "role", "role", ROLES)
