"""Key persons of opened bids stand in a table, so that one person in two bids, and in other files, is seen.

Revision 0020. Bids that were opened before state name, role and years; they get their rows too.
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPENED = sa.table("opened_envelope", sa.column("bid_id"), sa.column("kind"), sa.column("form"))
MOST_YEARS = 60


def upgrade() -> None:
    """Go forward."""
    made = op.create_table(
        "key_person",
        sa.Column("id", ID, nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("national_code", sa.String(10), nullable=False),
        sa.Column("role", sa.String(120), nullable=False),
        sa.Column("degree", sa.String(120), nullable=False),
        sa.Column("certificate", sa.String(200), nullable=False),
        sa.Column("years", ID, nullable=True),
        sa.Column("share", ID, nullable=True),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_key_person_share_of_a_hundred")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_key_person_bid_id_bid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_person")),
    )
    op.create_index(op.f("ix_key_person_bid_id"), "key_person", ["bid_id"])
    op.create_index(op.f("ix_key_person_national_code"), "key_person", ["national_code"])
    rows = op.get_bind().execute(sa.select(OPENED).where(OPENED.c.kind == "b")).all()
    if people := [person for row in rows for person in _people(row.bid_id, row.form)]:
        op.bulk_insert(made, people)


def downgrade() -> None:
    """Go back."""
    op.drop_table("key_person")


def _people(bid_id: int, form: Any) -> Iterator[dict[str, Any]]:
    kept = json.loads(form) if isinstance(form, str) else form
    for member in (kept or {}).get("team", ()):
        years = str(member.get("years", ""))
        yield {
            "bid_id": bid_id,
            "name": member["name"],
            "national_code": "",
            "role": member.get("role", ""),
            "degree": "",
            "certificate": "",
            "years": int(years) if years.isdecimal() and int(years) <= MOST_YEARS else None,
            "share": None,
        }
