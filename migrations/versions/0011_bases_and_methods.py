"""A tender runs under the law that it began with, calls few firms or one, and ranks by six methods; prices are negotiated.

Revision 0011.
"""

import sqlalchemy as sa
from alembic import op

from tender_app.store.migrations import reword

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
METHODS = ("weighted_price", "qcbs")
NEW_METHODS = ("least_cost", "quality_only", "fixed_budget", "single_source")
FORMS = ("open", "selective", "direct")
GROUNDS = ("monopoly", "waiver", "rights_holder", "other_case", "below_large")


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Go forward: what was called before was called by a notice."""
    reword("tender", "method", "method", (*METHODS, *NEW_METHODS))
    with op.batch_alter_table("tender") as batch:
        batch.add_column(
            sa.Column("procurement_method", _word("procurementmethod", *FORMS), nullable=False, server_default="open")
        )
        batch.add_column(sa.Column("form_reason", sa.String(2000), nullable=False, server_default=""))
        batch.add_column(sa.Column("direct_ground", _word("directground", *GROUNDS), nullable=True))
        batch.add_column(sa.Column("direct_report", sa.String(60), nullable=False, server_default=""))
        batch.add_column(sa.Column("budget", ID, nullable=True))
    with op.batch_alter_table("tender") as batch:
        for name in ("procurement_method", "form_reason", "direct_report"):
            batch.alter_column(name, server_default=None)
    op.create_table(
        "invited_firm",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("invited_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_invited_firm_firm_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_invited_firm_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invited_firm")),
        sa.UniqueConstraint("tender_id", "firm_id", name=op.f("uq_invited_firm_tender_id_firm_id")),
    )
    op.create_index(op.f("ix_invited_firm_firm_id"), "invited_firm", ["firm_id"])
    op.create_table(
        "negotiation",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("outcome", _word("outcome", "agreed", "failed"), nullable=False),
        sa.Column("proposed", ID, nullable=False),
        sa.Column("agreed", ID, nullable=True),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("held_at", AT, nullable=False),
        sa.CheckConstraint("(agreed IS NULL) = (outcome = 'failed')", name=op.f("ck_negotiation_agreed_or_failed")),
        sa.CheckConstraint("agreed <= proposed", name=op.f("ck_negotiation_no_higher_than_proposed")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_negotiation_bid_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_negotiation_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negotiation")),
        sa.UniqueConstraint("tender_id", "bid_id", name=op.f("uq_negotiation_tender_id_bid_id")),
    )


def downgrade() -> None:
    """Go back; a method that the older words cannot say becomes the usual one."""
    op.drop_table("negotiation")
    op.drop_table("invited_firm")
    with op.batch_alter_table("tender") as batch:
        batch.drop_constraint(op.f("ck_tender_procurementmethod"), type_="check")
        batch.drop_constraint(op.f("ck_tender_directground"), type_="check")
        for name in ("procurement_method", "form_reason", "direct_ground", "direct_report", "budget"):
            batch.drop_column(name)
    kept = ", ".join(f"'{method}'" for method in METHODS)
    op.execute(f"UPDATE tender SET method = 'weighted_price' WHERE method NOT IN ({kept})")  # noqa: S608 -- words of our own
    reword("tender", "method", "method", METHODS)
