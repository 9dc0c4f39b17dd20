"""Tables of the cluster map: versions, criteria, candidates with their scores, workbooks; the clusters and their letters."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.clusters.map_rules import MapState
from tender_app.clusters.rules import ClusterAct, ClusterState
from tender_app.kernel.vocabulary import Scope
from tender_app.store.base import Base, word
from tender_app.store.case import Case


class Paper(Base):
    """A stored letter, report, scan or workbook; it never changes, and nobody deletes it."""

    __tablename__ = "cluster_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    file_key: Mapped[str] = mapped_column(sa.String(32))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    stored_at: Mapped[dt.datetime]


class ClusterMap(Case, Base):
    """One year's version of an organisation's cluster map; once adopted it never changes."""

    __tablename__ = "cluster_map"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "year"),)
    kind: ClassVar[str] = "cluster_map"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id"}

    state: Mapped[MapState] = mapped_column(word(MapState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    year: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    letter_number: Mapped[str] = mapped_column(sa.String(60), default="")
    letter_day: Mapped[dt.date | None]
    letter_paper_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cluster_paper.id"))
    begun_at: Mapped[dt.datetime | None]  # unknown of versions older than this application's drafts
    adopted_at: Mapped[dt.datetime | None]

    letter_paper: Mapped[Paper | None] = relationship()
    criteria: Mapped[list["MapCriterion"]] = relationship(
        order_by="MapCriterion.position",
        primaryjoin="and_(MapCriterion.map_id == ClusterMap.id, MapCriterion.withdrawn_at.is_(None))",
        viewonly=True,
    )
    candidates: Mapped[list["MapCandidate"]] = relationship(order_by="MapCandidate.position", viewonly=True)


class MapCriterion(Base):
    """A criterion by which the map ranks its candidates; the weights of an adopted map sum to 100."""

    __tablename__ = "map_criterion"

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_map.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    weight: Mapped[Decimal]
    tie_turn: Mapped[int | None]
    withdrawn_at: Mapped[dt.datetime | None]


class MapCandidate(Base):
    """A cluster on one version of the map; total and rank are written when the version is adopted."""

    __tablename__ = "map_candidate"
    __table_args__ = (
        sa.UniqueConstraint("map_id", "cluster_id"),
        sa.CheckConstraint("(total IS NULL) = (rank IS NULL)", name="rank_with_total"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_map.id"))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.String(2000), default="")
    firms_count: Mapped[int | None]
    total: Mapped[Decimal | None]
    rank: Mapped[int | None]
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(400), default="")

    cluster: Mapped["Cluster"] = relationship()


class MapWorkbook(Base):
    """A workbook that was offered for a draft; its changes are taken as they were previewed, or not at all."""

    __tablename__ = "map_workbook"

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_map.id"), index=True)
    paper_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_paper.id"))
    offered_at: Mapped[dt.datetime]
    taken_at: Mapped[dt.datetime | None]

    paper: Mapped[Paper] = relationship()


class Cluster(Case, Base):
    """A business agglomeration, from candidate to the end of its development; its ranks are the map versions'."""

    __tablename__ = "cluster"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "slug"),)
    kind: ClassVar[str] = "cluster"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id"}

    state: Mapped[ClusterState] = mapped_column(word(ClusterState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    map_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_map.id"), index=True)  # on which it was identified
    slug: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.String(2000), default="")
    firms_count: Mapped[int | None]
    is_invented: Mapped[bool] = mapped_column(default=False)

    letters: Mapped[list["ClusterLetter"]] = relationship(order_by="ClusterLetter.id")


class MapScore(Base):
    """A candidate's score (0 to 10) under one criterion of a version of the map."""

    __tablename__ = "map_score"
    __table_args__ = (sa.UniqueConstraint("cluster_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"))
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("map_criterion.id"), index=True)
    score: Mapped[Decimal]


class ClusterLetter(Base):
    """The letter behind a cluster's step: number, day, which step it proves, and its scan."""

    __tablename__ = "cluster_letter"
    __table_args__ = (sa.UniqueConstraint("cluster_id", "act"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"))
    act: Mapped[ClusterAct] = mapped_column(word(ClusterAct))
    number: Mapped[str] = mapped_column(sa.String(60))
    day: Mapped[dt.date]
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    paper_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cluster_paper.id"))
    recorded_at: Mapped[dt.datetime]

    paper: Mapped[Paper | None] = relationship()
