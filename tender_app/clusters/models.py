"""Tables of the cluster map: versions, criteria, clusters, their scores and their letters."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.clusters.rules import ClusterAct, ClusterState
from tender_app.kernel.vocabulary import Scope
from tender_app.store.base import Base, word
from tender_app.store.case import Case


class ClusterMap(Base):
    """One year's version of an organisation's cluster map."""

    __tablename__ = "cluster_map"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    year: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))

    criteria: Mapped[list["MapCriterion"]] = relationship(order_by="MapCriterion.position")


class MapCriterion(Base):
    """A criterion by which the map ranks its candidates; the weights of a map sum to 100."""

    __tablename__ = "map_criterion"

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_map.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    weight: Mapped[Decimal]


class Cluster(Case, Base):
    """A business agglomeration on the map, from candidate to the end of its development."""

    __tablename__ = "cluster"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "slug"),)
    kind: ClassVar[str] = "cluster"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id"}

    state: Mapped[ClusterState] = mapped_column(word(ClusterState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    map_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_map.id"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.String(2000), default="")
    firms_count: Mapped[int | None]
    position: Mapped[int]
    rank: Mapped[int | None]
    total: Mapped[Decimal | None]
    is_invented: Mapped[bool] = mapped_column(default=False)

    letters: Mapped[list["ClusterLetter"]] = relationship(order_by="ClusterLetter.id")
    scores: Mapped[list["MapScore"]] = relationship()


class MapScore(Base):
    """A candidate's score (0 to 10) under one criterion of its map."""

    __tablename__ = "map_score"
    __table_args__ = (sa.UniqueConstraint("cluster_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"))
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("map_criterion.id"))
    score: Mapped[Decimal]


class ClusterLetter(Base):
    """The letter behind a cluster's step: number, day, and which step it proves."""

    __tablename__ = "cluster_letter"
    __table_args__ = (sa.UniqueConstraint("cluster_id", "act"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"))
    act: Mapped[ClusterAct] = mapped_column(word(ClusterAct))
    number: Mapped[str] = mapped_column(sa.String(60))
    day: Mapped[dt.date]
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    recorded_at: Mapped[dt.datetime]
