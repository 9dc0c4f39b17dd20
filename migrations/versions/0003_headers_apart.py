"""Headers of sealed envelopes leave the database: what must once be destroyed may lie in no backup.

Revision 0003. An envelope that was sealed before has no shares that could open it (0002); of its header the digest stays.
Going back leaves in the header's place where it lies, and coming forward again finds it there.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OLD = (
    "notice", "receipt", "opening_minutes", "technical_report", "price_minutes", "award_letter", "regret_letter", "contract",
)  # fmt: skip
APART = "apart: "
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
    for row in connection.execute(sa.select(TABLE.c.id, TABLE.c.header)).all():
        key, digest = _where(row.header)
        values = {"header_key": key, "header_digest": digest}
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
    for row in connection.execute(sa.select(TABLE.c.id, TABLE.c.header_key, TABLE.c.header_digest)).all():
        place = f"{APART}{row.header_key} {row.header_digest}".encode()
        connection.execute(sa.update(TABLE).where(TABLE.c.id == row.id).values(header=place))
    with op.batch_alter_table("sealed_envelope") as batch:
        batch.alter_column("header", existing_type=sa.LargeBinary(), nullable=False)
        for column in ("header_key", "header_digest", "destroyed_at"):
            batch.drop_column(column)


def _where(header: bytes) -> tuple[str, str]:
    """Return the key and the digest of a header that lies apart, or no key and the digest of one that does not."""
    if header.startswith(APART.encode()):
        key, digest = header.decode().removeprefix(APART).split(" ")
        return key, digest
    return "", hashlib.sha256(header).hexdigest()


def _kinds(words: tuple[str, ...]) -> None:
    """Let issued documents be of these kinds."""
    name = "ck_issued_document_documentkind"
    with op.batch_alter_table("issued_document") as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), sa.column("kind").in_(words))
