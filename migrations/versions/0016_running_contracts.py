"""A running contract's events, payments and yearly decisions are kept, so that its rules can be checked.

Revision 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
EVENTS = ("study", "council", "visit", "plan", "clearance", "network", "handover")
RENEWALS = ("continue", "with_conditions", "terminate")


def upgrade() -> None:
    """Go forward."""
    _make("contract_event", [
        sa.Column("event", _word("event", EVENTS), nullable=False),
        sa.Column("year", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("legal_id", sa.String(11), nullable=False),
    ])  # fmt: skip
    op.create_index(op.f("ix_contract_event_contract_id"), "contract_event", ["contract_id"])
    _make("contract_payment", [
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_advance", sa.Boolean(), nullable=False),
        sa.Column("guarantee_no", sa.String(60), nullable=False),
        *(sa.Column(name, ID, nullable=False) for name in ("gross", "vat", "retention", "insurance", "recovered", "net")),
        sa.CheckConstraint("gross > 0", name=op.f("ck_contract_payment_something_is_paid")),
        sa.CheckConstraint(
            "net = gross + vat - retention - insurance - recovered", name=op.f("ck_contract_payment_sum")
        ),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_payment_contract_id_number")),
    ])  # fmt: skip
    _make("contract_renewal", [
        sa.Column("year", ID, nullable=False),
        sa.Column("decision", _word("renewal", RENEWALS), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.UniqueConstraint("contract_id", "year", name=op.f("uq_contract_renewal_contract_id_year")),
    ], by="decided")  # fmt: skip


def downgrade() -> None:
    """Go back."""
    for table in ("contract_renewal", "contract_payment", "contract_event"):
        op.drop_table(table)


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _make(table: str, columns: list[sa.schema.SchemaItem], *, by: str = "recorded") -> None:
    """Make a table of a contract's records: whose, what, by whom and when."""
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("contract_id", ID, nullable=False),
        *columns,
        sa.Column(f"{by}_by", ID, nullable=False),
        sa.Column(f"{by}_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f(f"fk_{table}_contract_id")),
        sa.ForeignKeyConstraint([f"{by}_by"], ["person.id"], name=op.f(f"fk_{table}_{by}_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
