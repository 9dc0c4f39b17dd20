"""The documents say how evaluators are brought together, what breaks a tie, and what each level of a criterion means.

Revision 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = {"aggregation": ("mean", "trimmed_mean", "consensus"), "tierule": ("technical", "price", "lot")}
COLUMNS = {"aggregation": "aggregation", "tie_rule": "tierule"}


def upgrade() -> None:
    """Go forward: what was published before is judged by the plain mean, and a tie by the higher technical score."""
    with op.batch_alter_table("tender") as batch:
        for column, name in COLUMNS.items():
            batch.add_column(sa.Column(column, _word(name), nullable=False, server_default=WORDS[name][0]))
        batch.add_column(sa.Column("trim", ID, nullable=False, server_default="0"))
    with op.batch_alter_table("criterion") as batch:
        batch.add_column(sa.Column("evidence", sa.String(500), nullable=False, server_default=""))
        batch.add_column(sa.Column("least", sa.String(40), nullable=True))
        batch.add_column(sa.Column("anchors", sa.JSON(), nullable=False, server_default="[]"))
    for table, names in (("tender", (*COLUMNS, "trim")), ("criterion", ("evidence", "anchors"))):
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.alter_column(name, server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("criterion") as batch:
        for column in ("anchors", "least", "evidence"):
            batch.drop_column(column)
    with op.batch_alter_table("tender") as batch:
        for name in COLUMNS.values():
            batch.drop_constraint(op.f(f"ck_tender_{name}"), type_="check")
        for column in (*COLUMNS, "trim"):
            batch.drop_column(column)


def _word(name: str) -> sa.Enum:
    return sa.Enum(*WORDS[name], name=name, native_enum=False, create_constraint=True, length=32)
