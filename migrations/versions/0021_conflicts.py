"""Evaluators declare twice and sign it; ties to firms are stated, raise alerts, and are decided on with a reason.

Revision 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("invited", "scoring", "confirmed", "recused")
NEW_STATES = ("invited", "knows_bidders", "scoring", "confirmed", "recused")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward: who declared once before stays with that declaration, as the second; its words were not kept."""
    op.create_table(
        "shareholder",
        sa.Column("id", ID, primary_key=True),
        sa.Column("firm_id", ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("code", sa.String(11), nullable=False),
        sa.Column("share", sa.String(40), nullable=False),
        sa.Column("stated_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
    )
    op.create_table(
        "declared_tie",
        sa.Column("id", ID, primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column(
            "kind", _word("owntie", "employed", "advised", "owned", "managed", "related", "disputed"), nullable=False
        ),
        sa.Column("firm_name", sa.String(200), nullable=False),
        sa.Column("legal_id", sa.String(11), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("declared_at", INSTANT, nullable=False),
    )
    op.create_table(
        "conflict_declaration",
        sa.Column("id", ID, primary_key=True),
        sa.Column("sheet_id", ID, sa.ForeignKey("score_sheet.id"), nullable=False),
        sa.Column("turn", _word("turn", "first", "second"), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.UniqueConstraint("sheet_id", "turn"),
    )
    op.create_table(
        "conflict_decision",
        sa.Column("id", ID, primary_key=True),
        sa.Column("tender_id", ID, sa.ForeignKey("tender.id"), nullable=False),
        sa.Column("alert", sa.String(64), nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("firm_id", ID, sa.ForeignKey("firm.id"), nullable=False),
        sa.Column("paths", sa.JSON(), nullable=False),
        sa.Column("verdict", _word("verdict", "no_conflict", "step_aside"), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("decided_by", ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.UniqueConstraint("tender_id", "alert"),
    )
    op.execute(
        "INSERT INTO conflict_declaration (sheet_id, turn, text, digest, signed_at) "
        "SELECT id, 'second', '', '', declared_at FROM score_sheet WHERE declared_at IS NOT NULL ORDER BY id"
    )
    _restate(NEW_STATES)
    with op.batch_alter_table("score_sheet") as batch:
        batch.drop_column("declared_at")


def downgrade() -> None:
    """Go back: who knows the bidders declares once more."""
    with op.batch_alter_table("score_sheet") as batch:
        batch.add_column(sa.Column("declared_at", INSTANT, nullable=True))
    op.execute(
        "UPDATE score_sheet SET declared_at = (SELECT signed_at FROM conflict_declaration d "
        "WHERE d.sheet_id = score_sheet.id AND d.turn = 'second')"
    )
    op.execute("UPDATE score_sheet SET state = 'invited' WHERE state = 'knows_bidders'")
    _restate(STATES)
    for table in ("conflict_decision", "conflict_declaration", "declared_tie", "shareholder"):
        op.drop_table(table)


def _restate(states: tuple[str, ...]) -> None:
    """Let a sheet stand in these states."""
    with op.batch_alter_table("score_sheet") as batch:
        batch.drop_constraint(op.f("ck_score_sheet_sheetstate"), type_="check")
        batch.create_check_constraint(op.f("ck_score_sheet_sheetstate"), sa.column("state").in_(states))


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
