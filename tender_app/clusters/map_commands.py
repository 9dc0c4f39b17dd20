"""What changes a version of the cluster map; every one of these is an effect of an act."""

from collections.abc import Iterable
from decimal import Decimal

import sqlalchemy as sa

from tender_app.clusters import map_queries as queries
from tender_app.clusters.differences import proposal_of
from tender_app.clusters.map_guards import slugs_of
from tender_app.clusters.map_rules import (
    Adoption,
    CandidateEdit,
    CandidateLine,
    CriteriaLines,
    CriterionLine,
    MapState,
    NewMap,
    Restoration,
    Withdrawal,
    slug_of,
    standings,
)
from tender_app.clusters.models import Cluster, ClusterMap, MapCandidate, MapCriterion, MapScore, MapWorkbook, Paper
from tender_app.clusters.papers import Scan
from tender_app.clusters.rules import Candidate, ClusterAct
from tender_app.clusters.workbook import Taking
from tender_app.kernel.errors import Missing
from tender_app.kernel.persian import search_key
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context
from tender_app.workflow.engine import begin


def make_map(_ctx: Context, what: NewMap) -> ClusterMap:
    """Make the draft of a year."""
    return ClusterMap(organisation_id=what.organisation.id, year=what.year, title=what.title, begun_at=_ctx.now)


def copy_last(ctx: Context, version: ClusterMap, what: NewMap) -> None:
    """Begin with a copy of the current version: criteria, weights, candidates (withdrawn ones too) and their scores."""
    last = queries.current_map(ctx, version.organisation_id)
    if last is None:
        return _write_criteria(ctx, version, what.criteria)
    scores, copies = queries.scores_in(ctx, last), {}
    for criterion in queries.criteria_of(ctx, last):
        copies[criterion.id] = MapCriterion(
            map_id=version.id,
            position=criterion.position,
            title=criterion.title,
            weight=criterion.weight,
            tie_turn=criterion.tie_turn,
        )
    ctx.session.add_all(copies.values())
    ctx.session.flush()
    for candidate in ctx.session.scalars(sa.select(MapCandidate).where(MapCandidate.map_id == last.id)).all():
        ctx.session.add(_copied(candidate, version))
        ctx.session.add_all(
            MapScore(cluster_id=candidate.cluster_id, criterion_id=copies[key].id, score=score)
            for key, score in scores.get(candidate.cluster_id, {}).items()
        )
    return ctx.session.flush()


def _copied(candidate: MapCandidate, version: ClusterMap) -> MapCandidate:
    return MapCandidate(
        map_id=version.id,
        cluster_id=candidate.cluster_id,
        position=candidate.position,
        name=candidate.name,
        description=candidate.description,
        firms_count=candidate.firms_count,
        withdrawn_at=candidate.withdrawn_at,
        withdrawn_reason=candidate.withdrawn_reason,
    )


def make_cluster(_ctx: Context, what: Candidate) -> Cluster:
    """Make a cluster as it is identified on a draft."""
    return Cluster(
        organisation_id=what.map.organisation_id,
        map_id=what.map.id,
        slug=what.slug,
        name=what.name,
        description=what.description,
        firms_count=what.firms_count,
        is_invented=what.is_invented,
    )


def edit_criteria(ctx: Context, version: ClusterMap, what: CriteriaLines) -> None:
    """Let the criteria be these: those that are known, by the title until now, keep their scores, others are set aside with theirs."""
    _write_criteria(ctx, version, what.lines)


def add_candidate(ctx: Context, version: ClusterMap, what: CandidateEdit) -> None:
    """Put a new cluster on the draft."""
    line = what.line
    taken = slugs_of(ctx, version.organisation_id)
    slug = line.slug or next(slug for n in range(len(taken) + 1, 10**6) if (slug := slug_of(n)) not in taken)
    identified = Candidate(version, slug, line.name, line.description, line.firms_count, line.is_invented)
    cluster = begin(ctx, Cluster, ClusterAct.IDENTIFY, identified)
    last = ctx.session.scalar(sa.select(sa.func.max(MapCandidate.position)).where(MapCandidate.map_id == version.id))
    candidate = MapCandidate(map_id=version.id, cluster_id=cluster.id, position=(last or 0) + 1)
    ctx.session.add(candidate)
    _write_candidate(ctx, version, candidate, line)


def edit_candidate(ctx: Context, version: ClusterMap, what: CandidateEdit) -> None:
    """Let a candidate's facts and scores be these; a score that is left out is none."""
    candidate = _candidate(ctx, version, what.candidate_id)
    _write_candidate(ctx, version, candidate, what.line)
    if candidate.cluster.map_id == version.id:  # not yet on any adopted version: its name is still being found
        candidate.cluster.name = what.line.name


def withdraw_candidate(ctx: Context, version: ClusterMap, what: Withdrawal) -> None:
    """Leave a candidate out of the ranking, with the reason."""
    candidate = _candidate(ctx, version, what.candidate_id)
    candidate.withdrawn_at, candidate.withdrawn_reason = ctx.now, what.reason
    ctx.session.flush()


def restore_candidate(ctx: Context, version: ClusterMap, what: Restoration) -> None:
    """Take a candidate back into the ranking."""
    candidate = _candidate(ctx, version, what.candidate_id)
    candidate.withdrawn_at, candidate.withdrawn_reason = None, ""
    ctx.session.flush()


def keep_paper(ctx: Context, organisation_id: int, scan: Scan) -> Paper:
    """Keep the row of a stored file."""
    paper = Paper(
        organisation_id=organisation_id,
        file_name=scan.name,
        media_type=scan.media_type,
        file_key=scan.key,
        digest=scan.digest,
        size=scan.size,
        stored_at=ctx.now,
    )
    ctx.session.add(paper)
    ctx.session.flush()
    return paper


def keep_workbook(ctx: Context, version: ClusterMap, what: Scan) -> None:
    """Keep an offered workbook; nothing of it is taken yet."""
    paper = keep_paper(ctx, version.organisation_id, what)
    ctx.session.add(MapWorkbook(map_id=version.id, paper_id=paper.id, offered_at=ctx.now))
    ctx.session.flush()


def take_workbook(ctx: Context, version: ClusterMap, what: Taking) -> None:
    """Take the changes of a workbook, as they were previewed."""
    found = queries.workbook_of(ctx, version, what.workbook_id)
    if found is None:
        raise Missing
    proposal = proposal_of(ctx, version, found)
    _write_criteria(ctx, version, proposal.chart.criteria)
    known = {row.slug: row.candidate_id for row in queries.rows_of(ctx, version)}
    for line in proposal.touched:
        candidate_id = known.get(line.slug) if line.slug else None
        edit = CandidateEdit(candidate_id, line)
        (edit_candidate if candidate_id else add_candidate)(ctx, version, edit)
        if candidate_id and line.withdrawn:
            withdraw_candidate(ctx, version, Withdrawal(candidate_id, line.withdrawn))
    found.taken_at = ctx.now


def freeze(ctx: Context, version: ClusterMap, what: Adoption) -> None:
    """Write the totals, the ranks and the letter of an adopted version: from here on nothing of it changes."""
    scan = what.scan
    version.letter_number, version.letter_day, version.adopted_at = what.number, what.day, ctx.now
    version.letter_paper_id = keep_paper(ctx, version.organisation_id, scan).id if scan else None
    criteria = queries.criteria_of(ctx, version)
    titles, scores = {c.id: c.title for c in criteria}, queries.scores_in(ctx, version)
    query = sa.select(MapCandidate).where(MapCandidate.map_id == version.id, MapCandidate.withdrawn_at.is_(None))
    standing = ctx.session.scalars(query.order_by(MapCandidate.position)).all()
    rows = [{titles[key]: s for key, s in scores[c.cluster_id].items()} for c in standing]
    for candidate, (total, rank) in zip(standing, standings(queries.lines_of(criteria), rows), strict=True):
        candidate.total, candidate.rank = total, rank
        candidate.cluster.description, candidate.cluster.firms_count = candidate.description, candidate.firms_count
    ctx.session.flush()


def tell_of_adoption(ctx: Context, version: ClusterMap, _what: Adoption) -> None:
    """Let the officers know that a version is in force."""
    officers = holders(ctx, [Role.OFFICER], Scope.ORGANISATION, [version.organisation_id])
    tell(ctx, officers, f"«{version.title}» تصویب شد", path=f"/clusters/maps/{version.id}")


def _candidate(ctx: Context, version: ClusterMap, candidate_id: int | None) -> MapCandidate:
    candidate = ctx.session.get(MapCandidate, candidate_id)
    if candidate is None or candidate.map_id != version.id or version.state is not MapState.DRAFT:
        raise Missing
    return candidate


def _write_criteria(ctx: Context, version: ClusterMap, lines: Iterable[CriterionLine]) -> None:
    known = {search_key(c.title): c for c in queries.criteria_of(ctx, version)}
    for place, line in enumerate(lines, 1):
        criterion = known.pop(search_key(line.was), None) or known.pop(search_key(line.title), None)
        if criterion is None:
            criterion = MapCriterion(map_id=version.id)
            ctx.session.add(criterion)
        criterion.title, criterion.weight, criterion.tie_turn = line.title, line.weight, line.tie
        criterion.position = place
    for gone in known.values():
        gone.withdrawn_at = ctx.now
    ctx.session.flush()


def _write_candidate(ctx: Context, version: ClusterMap, candidate: MapCandidate, line: CandidateLine) -> None:
    candidate.name, candidate.description, candidate.firms_count = line.name, line.description, line.firms_count
    ctx.session.flush()
    criteria = {c.id: c.title for c in queries.criteria_of(ctx, version)}
    query = sa.select(MapScore).where(
        MapScore.cluster_id == candidate.cluster_id, MapScore.criterion_id.in_(list(criteria))
    )
    present = {s.criterion_id: s for s in ctx.session.scalars(query)}
    for criterion_id, title in criteria.items():
        _write_score(ctx, candidate.cluster_id, criterion_id, present.get(criterion_id), line.scores.get(title))
    ctx.session.flush()


def _write_score(
    ctx: Context, cluster_id: int, criterion_id: int, present: MapScore | None, score: Decimal | None
) -> None:
    if score is None and present is not None:
        ctx.session.delete(present)  # a draft's cell that was emptied; the ledger keeps what stood there
    elif score is not None and present is not None:
        present.score = score
    elif score is not None:
        ctx.session.add(MapScore(cluster_id=cluster_id, criterion_id=criterion_id, score=score))
