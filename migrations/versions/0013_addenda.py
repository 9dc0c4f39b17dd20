"""Published documents change by numbered addenda that bids are confirmed after; answers are drafted and released at once.

Revision 0013.
"""

import sqlalchemy as sa
from alembic import op

from tender_app.store.migrations import reword

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
QUESTIONS = ("asked", "answered")
BIDS = (
    "draft", "submitted", "replaced", "withdrawn", "discarded", "guarantee_accepted", "guarantee_rejected",
    "under_evaluation", "envelope_b_rejected", "qualified", "below_minimum", "priced", "price_rejected", "won",
    "runner_up", "lost",
)  # fmt: skip
TENDER_COLUMNS = ("unconfirmed_bids", "prebid_at", "prebid_place", "extended_at")
QUESTION_COLUMNS = ("public_text", "draft", "drafted_at", "merged_into_id")


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Go forward."""
    _widen_tender()
    _widen_question()
    reword("bid", "state", "bidstate", (*BIDS, "returned"))
    _addendum()
    _addendum_document()
    op.create_table(
        "addendum_confirmation",
        sa.Column("id", ID, nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("addendum_id", ID, nullable=False),
        sa.Column("confirmed_at", AT, nullable=False),
        sa.Column("confirmed_by", ID, nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_addendum_confirmation_bid_id")),
        sa.ForeignKeyConstraint(["addendum_id"], ["addendum.id"], name=op.f("fk_addendum_confirmation_addendum_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_addendum_confirmation_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum_confirmation")),
        sa.UniqueConstraint("bid_id", "addendum_id", name=op.f("uq_addendum_confirmation_bid_id_addendum_id")),
    )
    op.create_table(
        "prebid_minutes",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("attendees", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", AT, nullable=False),
        sa.Column("issued_at", AT, nullable=True),
        sa.Column("issued_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_prebid_minutes_tender_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_prebid_minutes_issued_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prebid_minutes")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_prebid_minutes_tender_id")),
    )


def _widen_tender() -> None:
    with op.batch_alter_table("tender") as batch:
        batch.add_column(sa.Column("unconfirmed_bids", sa.String(32), server_default="stand", nullable=False))
        batch.add_column(sa.Column("prebid_at", AT, nullable=True))
        batch.add_column(sa.Column("prebid_place", sa.String(300), server_default="", nullable=False))
        batch.add_column(sa.Column("extended_at", AT, nullable=True))
    with op.batch_alter_table("tender") as batch:
        batch.alter_column("unconfirmed_bids", server_default=None)
        batch.alter_column("prebid_place", server_default=None)
        batch.create_check_constraint(op.f("ck_tender_unconfirmed"), "unconfirmed_bids IN ('stand', 'return')")
    op.execute(
        "UPDATE tender SET extended_at = (SELECT max(decided_at) FROM drafted_extension "
        "WHERE drafted_extension.tender_id = tender.id AND decision = 'extended')"
    )
    op.add_column("tender_document", sa.Column("superseded_at", AT, nullable=True))


def _widen_question() -> None:
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("public_text", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("draft", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("drafted_at", AT, nullable=True))
        batch.add_column(sa.Column("merged_into_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_question_merged_into_id"), "question", ["merged_into_id"], ["id"])
    with op.batch_alter_table("question") as batch:
        batch.alter_column("public_text", server_default=None)
        batch.alter_column("draft", server_default=None)
    reword("question", "state", "questionstate", (*QUESTIONS, "merged"))


def _addendum() -> None:
    op.create_table(
        "addendum",
        sa.Column("state", _word("addendumstate", "draft", "issued", "dropped"), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("number", ID, nullable=True),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_material", sa.Boolean(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("digest_before", sa.String(64), nullable=False),
        sa.Column("digest_after", sa.String(64), nullable=False),
        sa.Column("paper_code", sa.String(20), nullable=False),
        sa.Column("prepared_by", ID, nullable=False),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("issued_at", AT, nullable=True),
        sa.Column("issued_by", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_addendum_organisation_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_addendum_tender_id")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_addendum_prepared_by")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_addendum_issued_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
        sa.UniqueConstraint("tender_id", "number", name=op.f("uq_addendum_tender_id_number")),
    )
    stands = sa.text("state = 'draft'")
    op.create_index(
        "uq_addendum_draft", "addendum", ["tender_id"], unique=True, sqlite_where=stands, postgresql_where=stands
    )


def _addendum_document() -> None:
    op.create_table(
        "addendum_document",
        sa.Column("id", ID, nullable=False),
        sa.Column("addendum_id", ID, nullable=False),
        sa.Column("replaces_id", ID, nullable=True),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("uploaded_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["addendum_id"], ["addendum.id"], name=op.f("fk_addendum_document_addendum_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["tender_document.id"], name=op.f("fk_addendum_document_replaces_id")),
        sa.ForeignKeyConstraint(["document_id"], ["tender_document.id"], name=op.f("fk_addendum_document_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum_document")),
    )
    op.create_index(op.f("ix_addendum_document_addendum_id"), "addendum_document", ["addendum_id"])


def downgrade() -> None:
    """Go back; what the older words cannot say is given up: what an addendum changed of its tender stays changed."""
    for table in ("prebid_minutes", "addendum_confirmation", "addendum_document", "addendum"):
        op.drop_table(table)
    op.execute("UPDATE bid SET state = 'withdrawn' WHERE state = 'returned'")
    reword("bid", "state", "bidstate", BIDS)
    op.execute("UPDATE question SET state = 'asked' WHERE state = 'merged'")
    reword("question", "state", "questionstate", QUESTIONS)
    with op.batch_alter_table("question") as batch:
        batch.drop_constraint(op.f("fk_question_merged_into_id"), type_="foreignkey")
        for column in QUESTION_COLUMNS:
            batch.drop_column(column)
    with op.batch_alter_table("tender_document") as batch:
        batch.drop_column("superseded_at")
    with op.batch_alter_table("tender") as batch:
        batch.drop_constraint(op.f("ck_tender_unconfirmed"), type_="check")
        for column in TENDER_COLUMNS:
            batch.drop_column(column)
