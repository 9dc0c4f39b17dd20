"""What the law leaves open or changes by year is a dated row with its decree; closed days stand in a table of their own.

Revision 0010.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
START = dt.date(2025, 5, 13)  # 1404/02/23, when the decree of 1404 was communicated
CEILINGS = (  # Jalali year, from when, small and medium ceiling, decree, its day, note
    (dt.date(2010, 3, 21), 49_000_000, "", None, "نصاب سال ۱۳۸۹"),
    (dt.date(2016, 3, 20), 200_000_000, "", None, "نصاب سال ۱۳۹۵"),
    (dt.date(2018, 3, 21), 250_000_000, "", None, "نصاب سال ۱۳۹۷"),
    (dt.date(2021, 3, 21), 850_000_000, "", None, "نصاب سال ۱۴۰۰، تقریبی"),
    (dt.date(2022, 3, 21), 1_000_000_000, "", None, "نصاب سال ۱۴۰۱"),
    (dt.date(2023, 3, 21), 1_450_000_000, "", None, "نصاب سال ۱۴۰۲"),
    (dt.date(2024, 3, 20), 2_100_000_000, "", None, "نصاب سال ۱۴۰۳"),
    (START, 2_850_000_000, "۲۹۲۳۱/ت۶۴۱۲۳هـ", START, "نصاب سال ۱۴۰۴"),
)
UNKNOWN = "؛ تاریخ ابلاغ شناخته نیست، از آغاز سال"


def upgrade() -> None:
    """Go forward."""
    _make_tables()
    settings = sa.table(
        "dated_setting",
        *(sa.column(name) for name in ("procedure", "version", "revision", "state", "parameter", "value")),
        sa.column("effective_from", sa.Date()),
        sa.column("decree_no"),
        sa.column("decree_date", sa.Date()),
        *(sa.column(name) for name in ("note", "entered_at", "withdrawn_for")),
    )
    for since, small, decree, day, note in CEILINGS:
        for parameter, value in (("small_ceiling", small), ("medium_ceiling", 10 * small)):
            op.execute(
                settings.insert().values(
                    procedure="dated_setting",
                    version=1,
                    revision=1,
                    state="standing",
                    parameter=parameter,
                    value=str(value),
                    effective_from=since,
                    decree_no=decree,
                    decree_date=day,
                    note=note if decree else note + UNKNOWN,
                    entered_at=sa.func.current_timestamp(),
                    withdrawn_for="",
                )
            )


def downgrade() -> None:
    """Go back; the ledger keeps what was done, for nothing is ever taken out of it."""
    op.drop_table("calendar_feed")
    op.drop_table("holiday")
    op.drop_table("dated_setting")


def _make_tables() -> None:
    op.create_table(
        "dated_setting",
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("state", _word("settingstate", "standing", "withdrawn"), nullable=False),
        sa.Column("parameter", sa.String(40), nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("decree_no", sa.String(80), nullable=False),
        sa.Column("decree_date", sa.Date(), nullable=True),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_for", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_dated_setting_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_setting")),
    )
    op.create_index("ix_dated_setting_parameter", "dated_setting", ["parameter", "effective_from"])
    op.create_table(
        "holiday",
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("state", _word("holidaystate", "standing", "withdrawn"), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("holiday_kind", _word("holidaykind", "solar", "lunar", "special", "closure"), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("listing", sa.String(24), nullable=True),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("withdrawn_for", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_holiday_entered_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_holiday_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("listing", name=op.f("uq_holiday_listing")),
    )
    op.create_index("ix_holiday_day", "holiday", ["day"])
    op.create_index(op.f("ix_holiday_organisation_id"), "holiday", ["organisation_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("revoked_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendar_feed_token_digest")),
    )
    op.create_index(op.f("ix_calendar_feed_person_id"), "calendar_feed", ["person_id"])


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
