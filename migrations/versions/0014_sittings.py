"""Observers and a representative sit by letter, papers are asked for once, the price session moves once, prices are advised on.

Revision 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
BODIES = ("isipo", "trade_association", "supervision")
PAPERS = (
    "gazette_notice", "signatory_notice", "qualification", "tax_certificate", "stamped_page", "identity_copy",
)  # fmt: skip
REGIMES = ("national", "oil_ministry")
IMPORTANCES = ("low", "medium", "high")
TABLES = (
    "price_opinion", "price_check", "cure_file", "cure_item", "cure_request", "postponement", "committee_letter",
    "representation", "observer_seat",
)  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    _sittings()
    _cures()
    _advice()


def downgrade() -> None:
    """Go back; who observed, what was brought and what was advised is given up."""
    op.execute("DELETE FROM capacity WHERE role = 'observer'")
    for table in TABLES:
        op.drop_table(table)


def _sittings() -> None:
    op.create_table(
        "observer_seat",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("body", _word("observerbody", *BODIES), nullable=False),
        sa.Column("organisation_name", sa.String(200), nullable=False),
        sa.Column("letter_no", sa.String(60), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=False),
        sa.Column("seated_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        *_keys("observer_seat", tender_id="tender", person_id="person"),
    )
    op.create_index(op.f("ix_observer_seat_tender_id"), "observer_seat", ["tender_id"])
    stands = sa.text("ended_at IS NULL")
    columns = ["tender_id", "person_id"]
    op.create_index(
        "uq_observer_seat_standing", "observer_seat", columns,
        unique=True, sqlite_where=stands, postgresql_where=stands,
    )  # fmt: skip
    op.create_table(
        "representation",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("letter_no", sa.String(60), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        *_keys("representation", tender_id="tender", person_id="person"),
        sa.UniqueConstraint("tender_id", "person_id", name=op.f("uq_representation_tender_id_person_id")),
    )
    op.create_table(
        "committee_letter",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("letter_no", sa.String(60), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        *_keys("committee_letter", tender_id="tender"),
    )
    op.create_index(op.f("ix_committee_letter_tender_id"), "committee_letter", ["tender_id"])
    op.create_table(
        "postponement",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("opens_before", AT, nullable=False),
        sa.Column("opens_at", AT, nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("decided_at", AT, nullable=False),
        sa.Column("decided_by", ID, nullable=False),
        sa.CheckConstraint("opens_at > opens_before", name=op.f("ck_postponement_later")),
        *_keys("postponement", tender_id="tender", decided_by="person"),
        sa.UniqueConstraint("tender_id", name=op.f("uq_postponement_tender_id")),
    )


def _cures() -> None:
    op.create_table(
        "cure_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("is_cured", sa.Boolean(), nullable=True),
        sa.Column("finding", sa.String(1000), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (is_cured IS NULL)", name=op.f("ck_cure_request_settled_with_outcome")
        ),
        sa.CheckConstraint("until > asked_at", name=op.f("ck_cure_request_some_time")),
        *_keys("cure_request", bid_id="bid", tender_id="tender", asked_by="person", settled_by="person"),
        sa.UniqueConstraint("bid_id", name=op.f("uq_cure_request_bid_id")),
    )
    op.create_index(op.f("ix_cure_request_tender_id"), "cure_request", ["tender_id"])
    op.create_table(
        "cure_item",
        sa.Column("id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("kind", _word("curekind", *PAPERS), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        *_keys("cure_item", request_id="cure_request"),
        sa.UniqueConstraint("request_id", "kind", name=op.f("uq_cure_item_request_id_kind")),
    )
    op.create_table(
        "cure_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("came_at", AT, nullable=False),
        *_keys("cure_file", item_id="cure_item"),
    )
    op.create_index(op.f("ix_cure_file_item_id"), "cure_file", ["item_id"])


def _advice() -> None:
    op.create_table(
        "price_check",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("regime", _word("regime", *REGIMES), nullable=True),
        sa.Column("importance", _word("importance", *IMPORTANCES), nullable=False),
        sa.Column("is_large", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", AT, nullable=False),
        *_keys("price_check", tender_id="tender"),
        sa.UniqueConstraint("tender_id", name=op.f("uq_price_check_tender_id")),
    )
    op.create_table(
        "price_opinion",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("question", sa.String(1000), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("letter_no", sa.String(60), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("recorded_at", AT, nullable=True),
        sa.CheckConstraint(
            "(recorded_at IS NULL) = (letter_on IS NULL)", name=op.f("ck_price_opinion_opinion_with_letter")
        ),
        *_keys("price_opinion", tender_id="tender"),
        sa.UniqueConstraint("tender_id", name=op.f("uq_price_opinion_tender_id")),
    )


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _keys(table: str, **targets: str) -> list[sa.schema.SchemaItem]:
    """Return the primary key and the foreign keys of a table."""
    found: list[sa.schema.SchemaItem] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    found += [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]
    return found
