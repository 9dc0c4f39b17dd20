"""Headers of sealed envelopes leave the database: what must once be destroyed may lie in no backup.

Revision 0003. Headers that the database holds are written out where the settings say; going back reads them in again,
and a header that was destroyed meanwhile stays empty.
"""

import sqlalchemy as sa
from alembic import op

from tender_app.config import read_settings
from tender_app.store.files import headers_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OLD = (
    "notice", "receipt", "opening_minutes", "technical_report", "price_minutes", "award_letter", "regret_letter", "contract",
)  # fmt: skip
TABLE = sa.table(
    "sealed_envelope",
    sa.column("id", sa.BigInteger),
    sa.column("header", sa.LargeBinary),
    sa.column("header_key", sa.String),
    sa.column("header_digest", sa.String),
)


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("sealed_envelope") as batch:
        batch.add_column(sa.Column("header_key", sa.String(40), nullable=True))
        batch.add_column(sa.Column("header_digest", sa.String(64), nullable=True))
        batch.add_column(sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.select(TABLE.c.id, TABLE.c.header)).all()
    headers = headers_of(read_settings(serves=False)) if rows else None
    for row in rows:
        kept = headers.put(row.header) if headers else None
        if kept is not None:
            values = {"header_key": kept.key, "header_digest": kept.digest}
            connection.execute(sa.update(TABLE).where(TABLE.c.id == row.id).values(**values))
    with op.batch_alter_table("sealed_envelope") as batch:
        batch.alter_column("header_key", existing_type=sa.String(40), nullable=False)
        batch.alter_column("header_digest", existing_type=sa.String(64), nullable=False)
        batch.drop_column("header")
    _kinds((*OLD, "destruction"))


def downgrade() -> None:
    """Go back."""
    op.execute("DELETE FROM issued_document WHERE kind = 'destruction'")
    _kinds(OLD)
    with op.batch_alter_table("sealed_envelope") as batch:
        batch.add_column(sa.Column("header", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.select(TABLE.c.id, TABLE.c.header_key)).all()
    headers = headers_of(read_settings(serves=False)) if rows else None
    for row in rows:
        there = headers is not None and headers.path(row.header_key).is_file()
        header = headers.read(row.header_key) if headers and there else b""
        connection.execute(sa.update(TABLE).where(TABLE.c.id == row.id).values(header=header))
    with op.batch_alter_table("sealed_envelope") as batch:
        batch.alter_column("header", existing_type=sa.LargeBinary(), nullable=False)
        for column in ("header_key", "header_digest", "destroyed_at"):
            batch.drop_column(column)


def _kinds(words: tuple[str, ...]) -> None:
    """Let issued documents be of these kinds."""
    name = "ck_issued_document_documentkind"
    with op.batch_alter_table("issued_document") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(op.f(name), sa.column("kind").in_(words))
