"""A cluster map has versions with a life of their own; a study and two approvals lead to a licence, each with its papers.

Revision 0009. A map that is there counts as adopted, its letter unknown; one after all that rank clusters counts as a draft.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

MAPS = sa.table("cluster_map", *(sa.column(n) for n in ("id", "organisation_id", "year", "state")))
CLUSTERS = sa.table(
    "cluster",
    *(sa.column(n) for n in ("id", "map_id", "position", "name", "description", "firms_count", "total", "rank")),
)
CANDIDATES = sa.table(
    "map_candidate",
    *(sa.column(n) for n in "id map_id cluster_id position name description firms_count total rank".split()),
    sa.column("withdrawn_reason"),
)


def upgrade() -> None:
    """Go forward."""
    _papers()
    with op.batch_alter_table("cluster_map") as batch:
        batch.add_column(sa.Column("state", sa.String(32), nullable=False, server_default="adopted"))
        batch.add_column(sa.Column("procedure", sa.String(40), nullable=False, server_default="cluster_map"))
        batch.add_column(sa.Column("version", ID, nullable=False, server_default="1"))
        batch.add_column(sa.Column("revision", ID, nullable=False, server_default="1"))
        batch.add_column(sa.Column("letter_number", sa.String(60), nullable=False, server_default=""))
        batch.add_column(sa.Column("letter_day", sa.Date(), nullable=True))
        batch.add_column(sa.Column("letter_paper_id", ID, nullable=True))
        batch.add_column(sa.Column("begun_at", AT, nullable=True))
        batch.add_column(sa.Column("adopted_at", AT, nullable=True))
    with op.batch_alter_table("cluster_map") as batch:  # once the rows have their value
        batch.alter_column("state", existing_type=sa.String(32), server_default=None)
        batch.alter_column("procedure", existing_type=sa.String(40), server_default=None)
        batch.alter_column("version", existing_type=ID, server_default=None)
        batch.alter_column("revision", existing_type=ID, server_default=None)
        batch.alter_column("letter_number", existing_type=sa.String(60), server_default=None)
        batch.create_check_constraint(op.f("ck_cluster_map_mapstate"), "state IN ('draft', 'adopted')")
        batch.create_foreign_key(op.f("fk_cluster_map_letter_paper_id"), "cluster_paper", ["letter_paper_id"], ["id"])
    with op.batch_alter_table("map_criterion") as batch:
        batch.add_column(sa.Column("tie_turn", ID, nullable=True))
        batch.add_column(sa.Column("withdrawn_at", AT, nullable=True))
    with op.batch_alter_table("cluster_letter") as batch:
        batch.add_column(sa.Column("paper_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_cluster_letter_paper_id"), "cluster_paper", ["paper_id"], ["id"])
    op.create_index(op.f("ix_map_score_criterion_id"), "map_score", ["criterion_id"])
    _candidates()
    _drafts()
    with op.batch_alter_table("cluster") as batch:
        for name in ("position", "rank", "total"):
            batch.drop_column(name)
    _steps()


def downgrade() -> None:
    """Go back: a cluster keeps its place on the latest map; studies, requests, papers and drafts' marks are given up."""
    for table in ("approval", "study_report", "prefeasibility", "map_workbook"):
        op.drop_table(table)
    with op.batch_alter_table("cluster") as batch:
        batch.add_column(sa.Column("position", ID, nullable=False, server_default="1"))
        batch.add_column(sa.Column("rank", ID, nullable=True))
        batch.add_column(sa.Column("total", sa.String(40), nullable=True))
    with op.batch_alter_table("cluster") as batch:
        batch.alter_column("position", existing_type=ID, server_default=None)
    _places_back()
    op.drop_table("map_candidate")
    op.drop_index(op.f("ix_map_score_criterion_id"), table_name="map_score")
    with op.batch_alter_table("cluster_letter") as batch:
        batch.drop_constraint(op.f("fk_cluster_letter_paper_id"), type_="foreignkey")
        batch.drop_column("paper_id")
    with op.batch_alter_table("map_criterion") as batch:
        batch.drop_column("withdrawn_at")
        batch.drop_column("tie_turn")
    with op.batch_alter_table("cluster_map") as batch:
        batch.drop_constraint(op.f("fk_cluster_map_letter_paper_id"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_cluster_map_mapstate"), type_="check")
        for (
            name
        ) in "adopted_at begun_at letter_paper_id letter_day letter_number revision version procedure state".split():
            batch.drop_column(name)
    op.drop_table("cluster_paper")


def _papers() -> None:
    op.create_table(
        "cluster_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_key", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("stored_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cluster_paper_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_paper")),
    )


def _candidates() -> None:
    """Put every cluster on its map as a candidate, and let its name and place stand there."""
    op.create_table(
        "map_candidate",
        sa.Column("id", ID, nullable=False),
        sa.Column("map_id", ID, nullable=False),
        sa.Column("cluster_id", ID, nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.String(2000), nullable=False),
        sa.Column("firms_count", ID, nullable=True),
        sa.Column("total", sa.String(40), nullable=True),
        sa.Column("rank", ID, nullable=True),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_reason", sa.String(400), nullable=False),
        sa.CheckConstraint("(total IS NULL) = (rank IS NULL)", name=op.f("ck_map_candidate_rank_with_total")),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_map_candidate_cluster_id")),
        sa.ForeignKeyConstraint(["map_id"], ["cluster_map.id"], name=op.f("fk_map_candidate_map_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_candidate")),
        sa.UniqueConstraint("map_id", "cluster_id", name=op.f("uq_map_candidate_map_id_cluster_id")),
    )
    op.create_index(op.f("ix_map_candidate_cluster_id"), "map_candidate", ["cluster_id"])
    names = ("position", "name", "description", "firms_count", "total", "rank")
    kept = sa.select(CLUSTERS.c.id, CLUSTERS.c.map_id, *(CLUSTERS.c[n] for n in names), sa.literal(""))
    columns = ["cluster_id", "map_id", *names, "withdrawn_reason"]
    op.execute(sa.insert(CANDIDATES).from_select(columns, kept))
    op.create_table(
        "map_workbook",
        sa.Column("id", ID, nullable=False),
        sa.Column("map_id", ID, nullable=False),
        sa.Column("paper_id", ID, nullable=False),
        sa.Column("offered_at", AT, nullable=False),
        sa.Column("taken_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["map_id"], ["cluster_map.id"], name=op.f("fk_map_workbook_map_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["cluster_paper.id"], name=op.f("fk_map_workbook_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_workbook")),
    )
    op.create_index(op.f("ix_map_workbook_map_id"), "map_workbook", ["map_id"])


def _drafts() -> None:
    """Let a map of a year after the last one with clusters be a draft."""
    used = MAPS.alias("used")
    last = (
        sa.select(sa.func.coalesce(sa.func.max(used.c.year), 0))
        .join(CLUSTERS, CLUSTERS.c.map_id == used.c.id)
        .where(used.c.organisation_id == MAPS.c.organisation_id)
        .scalar_subquery()
    )
    op.execute(sa.update(MAPS).where(MAPS.c.year > last).values(state="draft"))


def _places_back() -> None:
    """Give each cluster its place on the latest version that ranks it, and let that be its map."""
    connection = op.get_bind()
    query = (
        sa.select(CANDIDATES)
        .join(MAPS, MAPS.c.id == CANDIDATES.c.map_id)
        .where(CANDIDATES.c.rank.is_not(None))
        .order_by(MAPS.c.year)
    )
    for row in connection.execute(query).all():
        values = {"map_id": row.map_id, "position": row.position, "rank": row.rank, "total": row.total}
        connection.execute(sa.update(CLUSTERS).where(CLUSTERS.c.id == row.cluster_id).values(**values))


def _life(*states: str, name: str) -> tuple[sa.Column[str], ...]:
    return (
        sa.Column(
            "state", sa.Enum(*states, name=name, native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("cluster_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
    )


def _steps() -> None:
    op.create_table(
        "prefeasibility",
        *_life("begun", "submitted", "returned", "accepted", name="studystate"),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("accepted_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_prefeasibility_cluster_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_prefeasibility_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prefeasibility")),
        sa.UniqueConstraint("cluster_id", name=op.f("uq_prefeasibility_cluster_id")),
    )
    op.create_table(
        "study_report",
        sa.Column("id", ID, nullable=False),
        sa.Column("prefeasibility_id", ID, nullable=False),
        sa.Column("author", sa.String(120), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("findings", sa.String(4000), nullable=False),
        sa.Column("paper_id", ID, nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("submitted_by", ID, nullable=False),
        sa.Column("returned_at", AT, nullable=True),
        sa.Column("returned_reason", sa.String(1000), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["cluster_paper.id"], name=op.f("fk_study_report_paper_id")),
        sa.ForeignKeyConstraint(
            ["prefeasibility_id"], ["prefeasibility.id"], name=op.f("fk_study_report_prefeasibility_id")
        ),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_study_report_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_report")),
    )
    op.create_index(op.f("ix_study_report_prefeasibility_id"), "study_report", ["prefeasibility_id"])
    op.create_table(
        "approval",
        *_life("requested", "granted", "refused", name="approvalstate"),
        sa.Column(
            "body",
            sa.Enum("province", "isipo", name="body", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("asked_number", sa.String(60), nullable=False),
        sa.Column("asked_day", sa.Date(), nullable=False),
        sa.Column("asked_paper_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer_number", sa.String(60), nullable=False),
        sa.Column("answer_day", sa.Date(), nullable=True),
        sa.Column("answer_paper_id", ID, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.ForeignKeyConstraint(["answer_paper_id"], ["cluster_paper.id"], name=op.f("fk_approval_answer_paper_id")),
        sa.ForeignKeyConstraint(["asked_paper_id"], ["cluster_paper.id"], name=op.f("fk_approval_asked_paper_id")),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_approval_cluster_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_approval_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_cluster_id"), "approval", ["cluster_id"])
