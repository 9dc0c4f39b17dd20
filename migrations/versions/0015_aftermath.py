"""What follows an award has its tables: complaints, held guarantees, one extension of validity, a winner's refusal, renewal.

Revision 0015.
"""

import sqlalchemy as sa
from alembic import op

from tender_app.store.migrations import reword

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
COMPLAINT_STATES = ("submitted", "upheld", "rejected", "settled", "referred", "ruled", "withdrawn")
GROUNDS = (
    "notice", "documents", "opening", "formal_check", "evaluation", "award", "guarantee", "renewal", "criteria",
    "preference",
)  # fmt: skip


BID_STATES = (
    "draft", "submitted", "replaced", "withdrawn", "discarded", "guarantee_accepted", "guarantee_rejected",
    "under_evaluation", "envelope_b_rejected", "qualified", "below_minimum", "priced", "price_rejected", "won",
    "runner_up", "lost", "returned",
)  # fmt: skip
CONTRACT_STATES = ("draft", "signed_by_agent", "issued", "completed")
SECURITY_STATES = ("held", "release_due", "released", "handed_over", "forfeited")
RELEASE_GROUNDS = ("rejected", "not_kept", "not_named", "contract", "ended", "left")
REFUSAL_GROUNDS = ("in_writing", "no_signature", "no_security", "not_extended")
STANDS = sa.text("state <> 'lapsed'")
WAITS = sa.text("decided_at IS NULL")


def upgrade() -> None:
    """Go forward."""
    _complaints()
    _securities()
    _validity()
    _refusals()
    reword("bid", "state", "bidstate", (*BID_STATES, "refused", "left"))
    reword("contract", "state", "contractstate", (*CONTRACT_STATES, "lapsed"))
    with op.batch_alter_table("contract") as batch:
        batch.drop_constraint(op.f("uq_contract_tender_id"), type_="unique")
        batch.create_index(op.f("ix_contract_tender_id"), ["tender_id"])
        batch.create_index(
            "uq_contract_standing", ["tender_id"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
        )
    with op.batch_alter_table("tender") as batch:
        batch.add_column(sa.Column("renews_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_tender_renews_id"), "tender", ["renews_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_tender_renews_id"), ["renews_id"])


def downgrade() -> None:
    """Go back; what the older tables cannot say is given up."""
    with op.batch_alter_table("tender") as batch:
        batch.drop_constraint(op.f("uq_tender_renews_id"), type_="unique")
        batch.drop_constraint(op.f("fk_tender_renews_id"), type_="foreignkey")
        batch.drop_column("renews_id")
    lapsed = "(SELECT id FROM contract WHERE state = 'lapsed')"
    op.execute(f"DELETE FROM contract_phase WHERE contract_id IN {lapsed}")  # noqa: S608 -- words of our own
    op.execute(f"DELETE FROM contract_signature WHERE contract_id IN {lapsed}")  # noqa: S608 -- words of our own
    op.execute("DELETE FROM contract WHERE state = 'lapsed'")
    op.execute("UPDATE bid SET state = 'lost' WHERE state IN ('refused', 'left')")
    with op.batch_alter_table("contract") as batch:
        batch.drop_index("uq_contract_standing")
        batch.drop_index(op.f("ix_contract_tender_id"))
        batch.create_unique_constraint(op.f("uq_contract_tender_id"), ["tender_id"])
    reword("contract", "state", "contractstate", CONTRACT_STATES)
    reword("bid", "state", "bidstate", BID_STATES)
    for table in (
        "winner_refusal", "validity_answer", "validity_extension", "security", "complaint_paper", "complaint",
    ):  # fmt: skip
        op.drop_table(table)


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _points(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in columns
    ]


def _case() -> list[sa.Column]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
    ]


HELD_BY = (("organisation_id", "organisation"), ("tender_id", "tender"), ("firm_id", "firm"))


def _complaints() -> None:
    op.create_table(
        "complaint",
        *_case(),
        sa.Column("state", _word("complaintstate", *COMPLAINT_STATES), nullable=False),
        sa.Column("ground", _word("complaintground", *GROUNDS), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("demand", sa.String(1000), nullable=False),
        sa.Column("signer", sa.String(200), nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("submitted_by", ID, nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("settlement", sa.String(2000), nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("board_no", sa.String(60), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("board_due_on", sa.Date(), nullable=True),
        sa.Column("ruling", _word("ruling", "reject", "renew", "cancel"), nullable=True),
        sa.Column("ruling_no", sa.String(60), nullable=False),
        sa.Column("ruled_on", sa.Date(), nullable=True),
        sa.Column("ruling_text", sa.String(2000), nullable=False),
        *_points("complaint", *HELD_BY, ("submitted_by", "person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index("ix_complaint_tender_state", "complaint", ["tender_id", "state"])
    op.create_index(op.f("ix_complaint_firm_id"), "complaint", ["firm_id"])
    op.create_table(
        "complaint_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("complaint_id", ID, nullable=False),
        sa.Column("enclosed", _word("enclosed", "evidence", "ruling"), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        *_points("complaint_paper", ("complaint_id", "complaint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_paper")),
    )
    op.create_index(op.f("ix_complaint_paper_complaint_id"), "complaint_paper", ["complaint_id"])


def _securities() -> None:
    op.create_table(
        "security",
        *_case(),
        sa.Column("state", _word("securitystate", *SECURITY_STATES), nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("guarantee_id", ID, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("held_at", AT, nullable=False),
        sa.Column("ground", _word("releaseground", *RELEASE_GROUNDS), nullable=True),
        sa.Column("due_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("end_note", sa.String(1000), nullable=False),
        sa.Column("handed_to", sa.String(200), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.Column("hand_note", sa.String(400), nullable=False),
        *_points("security", *HELD_BY, ("bid_id", "bid"), ("guarantee_id", "guarantee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security")),
        sa.UniqueConstraint("bid_id", name=op.f("uq_security_bid_id")),
        sa.UniqueConstraint("guarantee_id", name=op.f("uq_security_guarantee_id")),
    )
    op.create_index("ix_security_organisation_state", "security", ["organisation_id", "state"])
    op.create_index(op.f("ix_security_tender_id"), "security", ["tender_id"])
    op.create_index(op.f("ix_security_firm_id"), "security", ["firm_id"])


def _validity() -> None:
    op.create_table(
        "validity_extension",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("valid_before", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("extended_at", AT, nullable=False),
        sa.Column("extended_by", ID, nullable=False),
        *_points("validity_extension", ("tender_id", "tender"), ("extended_by", "person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validity_extension")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_validity_extension_tender_id")),
    )
    op.create_table(
        "validity_answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.Column("answered_by", ID, nullable=False),
        *_points("validity_answer", ("bid_id", "bid"), ("answered_by", "person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validity_answer")),
        sa.UniqueConstraint("bid_id", name=op.f("uq_validity_answer_bid_id")),
    )


def _refusals() -> None:
    op.create_table(
        "winner_refusal",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("award_id", ID, nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("ground", _word("refusalground", *REFUSAL_GROUNDS), nullable=False),
        sa.Column("evidence", sa.String(1000), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("outcome", _word("refusaloutcome", "confirmed", "dismissed"), nullable=True),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        *_points(
            "winner_refusal",
            ("tender_id", "tender"),
            ("award_id", "award"),
            ("bid_id", "bid"),
            ("recorded_by", "person"),
            ("decided_by", "person"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_winner_refusal_outcome_with_instant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_winner_refusal")),
    )
    op.create_index(op.f("ix_winner_refusal_tender_id"), "winner_refusal", ["tender_id"])
    op.create_index(
        "uq_winner_refusal_waiting",
        "winner_refusal",
        ["tender_id"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
