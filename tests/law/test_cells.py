"""Every cell of the reviewed matrices is tried through the engine: whoever is not named there is refused, in every state.

Guards and effects are left out of the rows here (each stage's own tests try them), so that what answers is the cell
itself: row, capacity, state, ledger. That every act is performed whole, guards and effects and all, is the last test.
"""

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.kernel.actor import NOBODY, Actor, Held
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Named, Role, Scope, Sight
from tender_app.ledger.log import verify
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Person
from tender_app.procedures import ALL
from tender_app.store import clock
from tender_app.store.case import Case
from tender_app.store.context import Context
from tender_app.workflow.engine import advance, begin, install, may_begin, procedure_of
from tender_app.workflow.sight import may_see, where_visible
from tender_app.workflow.table import Procedure
from tests.make import session_of

GOLDEN = Path(__file__).parent / "matrix"
WIDTH = 24  # of each of the first three columns

PERFORMED_ELSEWHERE = {  # acts that the demonstration's tenders do not need, and the test that performs each whole
    "awards/test_next_in_turn.py": {
        "tender.ask_next": "test_after_a_refusal_the_board_chooses_the_next_and_renews_nothing_yet",
    },
    "evaluation/test_price_explanation.py": {
        "bid.reject_low_price": "test_a_rejected_price_leaves_the_ranking_and_the_earlier_one_stays_readable_with_its_reason",
        "price_explanation.refuse_price": "test_a_rejected_price_leaves_the_ranking_and_the_earlier_one_stays_readable_with_its_reason",
        "security.keep": "test_r31_the_first_two_guarantees_are_those_of_the_new_ranking_and_none_goes_back_meanwhile",
    },
    "accounts/test_administration.py": {
        "organisation.edit_organisation": "test_an_organisation_is_added_and_edited",
        "person.end_capacity": "test_an_ended_capacity_is_not_ended_again",
        "person.restore": "test_a_suspended_persons_web_session_ends_and_a_restored_one_signs_in_again",
        "person.suspend": "test_a_suspended_persons_web_session_ends_and_a_restored_one_signs_in_again",
    },
    "accounts/test_sign_in.py": {
        "person.change_password": "test_a_changed_password_ends_the_other_web_sessions_and_not_this_one",
        "person.hand_over_link": "test_a_link_sets_a_password_once_and_ends_open_web_sessions",
        "person.use_link": "test_a_link_sets_a_password_once_and_ends_open_web_sessions",
    },
    "accounts/test_email.py": {
        "person.set_email": "test_a_person_sets_their_own_address_and_the_ledger_keeps_nothing_of_it",
        "person.correct_email": "test_the_administrator_corrects_an_address",
    },
    "accounts/test_second_factor.py": {
        "person.set_second_factor": "test_a_person_sets_it_by_password_and_a_code_and_sees_recovery_codes_once",
        "person.renew_recovery_codes": "test_new_recovery_codes_take_the_place_of_those_that_are_left",
        "person.end_second_factor": "test_a_person_ends_it_by_password_and_a_code",
        "person.lift_second_factor": "test_the_administrator_ends_it_for_who_lost_the_telephone_and_never_their_own",
    },
    "tenders/test_messages.py": {
        "tender.resend": "test_send_again_is_an_act_with_its_entry_and_a_further_letter_waits",
    },
    "regulation/test_pages.py": {
        "dated_setting.enact": "test_a_coming_value_is_entered_shown_as_coming_and_taken_back_with_the_reason",
        "dated_setting.withdraw": "test_a_coming_value_is_entered_shown_as_coming_and_taken_back_with_the_reason",
        "holiday.close": "test_a_closure_of_the_province_lists_and_tells_the_deadlines_and_moves_none",
        "holiday.confirm": "test_a_years_list_is_entered_once_and_a_lunar_day_is_an_estimate_until_it_is_confirmed_or_moved",
        "holiday.move": "test_a_years_list_is_entered_once_and_a_lunar_day_is_an_estimate_until_it_is_confirmed_or_moved",
        "holiday.reopen": "test_a_closure_of_the_province_lists_and_tells_the_deadlines_and_moves_none",
        "holiday.withdraw": "test_a_holiday_of_the_country_is_entered_and_withdrawn_by_the_administrator_alone",
    },
    "dossier/test_feeds.py": {
        "person.make_feed": "test_a_desks_address_shows_what_its_person_may_see_until_it_is_revoked",
        "person.revoke_feed": "test_a_desks_address_shows_what_its_person_may_see_until_it_is_revoked",
    },
    "accounts/test_firms.py": {
        "firm.refuse": "test_a_refusal_needs_a_reason_which_the_firm_reads_and_mends",
        "firm.resubmit": "test_a_refusal_needs_a_reason_which_the_firm_reads_and_mends",
    },
    "clusters/test_map.py": {
        "cluster_map.edit_criteria": "test_weights_are_free_in_a_draft_and_whole_at_the_adoption",
        "cluster_map.restore_candidate": "test_a_candidate_is_added_edited_withdrawn_and_restored_on_pages",
    },
    "clusters/test_workbook.py": {
        "cluster_map.offer_workbook": "test_a_workbook_is_previewed_and_taken_as_it_was_previewed",
        "cluster_map.take_workbook": "test_a_workbook_is_previewed_and_taken_as_it_was_previewed",
    },
    "tenders/test_preparation.py": {
        "tender.detach": "test_a_document_is_stored_whole_shown_with_its_digest_and_taken_away",
        "tender.remove_insertion": "test_a_wrongly_recorded_round_is_taken_out_of_the_draft_and_of_nothing_later",
    },
    "tenders/test_records.py": {
        "tender.withdraw_basis": "test_r02_a_draft_without_its_budget_line_on_paper_is_not_sent",
    },
    "tenders/test_publication.py": {
        "tender.return_draft": "test_what_one_person_prepared_another_returns_with_a_reason_and_then_publishes",
    },
    "bids/test_intake.py": {
        "bid.discard": "test_a_bid_is_withdrawn_and_a_draft_set_aside",
        "bid.replace": "test_the_old_bid_stands_until_the_new_one_is_submitted",
        "bid.withdraw": "test_a_bid_is_withdrawn_and_a_draft_set_aside",
    },
    "bids/test_digest_first.py": {
        "bid.deliver": "test_a_digest_registered_in_time_is_submitted_and_its_bytes_come_afterwards",
        "bid.register": "test_a_digest_registered_in_time_is_submitted_and_its_bytes_come_afterwards",
    },
    "bids/test_keys.py": {
        "person.change_passphrase": "test_a_passphrase_is_changed_by_the_old_one_or_by_the_sheet_and_shares_stay_good",
        "tender.destroy_unopened": "test_a_never_opened_price_is_closed_for_ever_once_the_tender_has_ended",
        "tender.note_refused_key": "test_a_wrong_passphrase_is_told_recorded_and_ends_the_session_after_six",
        "tender.renew_shares": "test_a_lost_key_is_replaced_by_shares_made_anew_from_the_others",
    },
    "tenders/test_addenda.py": {
        "addendum.enclose": "test_r08_an_addendum_adds_and_replaces_documents_and_the_old_ones_stay",
        "addendum.take_out": "test_r08_an_addendum_adds_and_replaces_documents_and_the_old_ones_stay",
        "addendum.reschedule": "test_r13_an_addendum_close_to_the_deadline_extends_it_or_is_refused_with_the_days",
        "addendum.drop_addendum": "test_one_addendum_is_drafted_at_a_time",
    },
    "tenders/test_answers.py": {
        "question.draft_answer": "test_r12_drafted_answers_reach_everybody_at_one_moment_in_one_message",
        "question.merge": "test_r12_equal_questions_become_one_and_come_apart_until_the_answer",
        "question.split": "test_r12_equal_questions_become_one_and_come_apart_until_the_answer",
        "tender.release_answers": "test_r12_drafted_answers_reach_everybody_at_one_moment_in_one_message",
        "tender.keep_prebid": "test_r12_minutes_of_the_meeting_go_to_all_alike_and_name_nobody",
        "tender.issue_prebid_minutes": "test_r12_minutes_of_the_meeting_go_to_all_alike_and_name_nobody",
    },
    "bids/test_confirmation.py": {
        "bid.confirm_addendum": "test_r14_each_bid_is_confirmed_or_replaced_and_one_that_is_neither_goes_back_unopened",
        "bid.return_unopened": "test_r14_each_bid_is_confirmed_or_replaced_and_one_that_is_neither_goes_back_unopened",
    },
    "tenders/test_extension.py": {
        "tender.decline_extension": "test_a_declined_draft_leaves_the_deadline_and_opens_the_way_to_the_opening",
        "tender.extend": "test_an_extension_moves_deadline_and_opening_for_all_and_tells_everybody",
    },
    "tenders/test_invitations.py": {
        "tender.uninvite_firm": "test_a_firm_is_taken_off_the_list_and_no_other",
    },
    "evaluation/test_conflicts.py": {
        "firm.state_shareholders": "test_a_later_statement_of_shareholders_ends_the_earlier_one",
        "score_sheet.set_aside": "test_who_must_step_aside_is_set_aside_told_and_replaced",
        "tender.decide_conflict": "test_r23_a_certain_tie_keeps_the_lock_until_a_person_decides_with_a_reason",
    },
    "evaluation/test_negotiation.py": {
        "tender.negotiate": "test_a_failed_negotiation_passes_the_turn_and_the_agreed_price_is_the_contracts",
    },
    "awards/test_lot.py": {
        "tender.announce_lot": "test_a_lot_is_announced_once_ahead_of_its_hour_and_drawn_once",
        "tender.draw_lot": "test_winners_among_equals_wait_for_a_lot_and_follow_it",
    },
    "bids/test_replacement.py": {
        "tender.replace_member": "test_a_seat_passes_and_the_others_quorum_makes_shares_for_the_new_member",
    },
    "bids/test_cure.py": {
        "bid.accept_cure": "test_r22_what_came_whole_is_accepted_and_the_bid_stays_in_evaluation",
        "bid.ask_cure": "test_r22_a_missing_paper_is_asked_for_once_with_a_letter_and_a_deadline_in_working_days",
        "bid.deliver_cure": "test_r22_papers_come_until_the_instant_and_not_a_second_later",
        "bid.reject_uncured": "test_r22_scores_wait_for_an_open_cure_and_an_uncured_bid_is_rejected_with_a_listed_reason",
    },
    "tenders/test_sittings.py": {
        "tender.end_observer": "test_an_observer_is_seated_by_letter_sees_and_leaves_and_nobody_with_an_interest_is_seated",
        "tender.postpone_prices": "test_r26_the_price_session_is_postponed_once_by_the_head_and_everybody_is_told",
        "tender.record_representation": "test_r18_in_a_two_stage_tender_the_head_sends_nobody_unless_the_setting_allows_it",
    },
    "evaluation/test_price_range.py": {
        "tender.ask_price_opinion": "test_r29_a_price_far_above_the_estimate_is_worth_a_question_and_blocks_nothing",
        "tender.choose_price_check": "test_r29_the_chosen_directive_is_shown_with_its_working_after_the_opening",
        "tender.record_price_opinion": "test_r29_a_price_far_above_the_estimate_is_worth_a_question_and_blocks_nothing",
    },
    "bids/test_opening.py": {
        "bid.reject_b": "test_a_damaged_envelope_b_is_rejected_in_the_opening",
        "bid.reject_guarantee": "test_a_damaged_envelope_a_is_shown_with_its_cause_and_can_only_be_rejected",
        "bid.reject_price": "test_r22_an_unreadable_price_is_rejected_and_unqualified_prices_stay_sealed",
    },
    "evaluation/test_talks.py": {
        "talk.revise_score": "test_a_changed_score_keeps_the_original_with_the_reason_and_who_proposed_it",
    },
    "evaluation/test_interviews.py": {
        "interview.confirm_slot": "test_a_firm_sees_and_confirms_its_own_slot_alone",
        "interview.move_slot": "test_a_firm_sees_and_confirms_its_own_slot_alone",
        "interview.cancel_interview": "test_scores_wait_for_every_interview_and_a_cancelled_one_binds_nobody",
        "interview.decide_absence": "test_what_the_interview_informs_is_scored_by_who_heard_it_or_whom_the_head_admits",
    },
    "evaluation/test_sheets.py": {
        "score_sheet.recuse": "test_an_evaluator_who_stepped_aside_is_replaced_by_one_without_a_seat",
        "tender.replace_evaluator": "test_an_evaluator_who_stepped_aside_is_replaced_by_one_without_a_seat",
    },
    "awards/test_decision.py": {
        "bid.lose": "test_an_announced_award_gives_every_bid_its_outcome_its_letter_and_its_message",
        "tender.cancel": "test_a_running_tender_is_cancelled_by_two_votes_wherever_it_stands",
        "tender.renew": "test_nobody_bid_and_the_commission_renews",
        "tender.return_decision": "test_a_returned_decision_stays_and_a_new_round_begins",
    },
    "awards/test_refusal.py": {
        "bid.agree_validity": "test_r21_an_extended_bid_needs_a_guarantee_that_lasts_and_who_declines_forfeits_nothing",
        "bid.decline_validity": "test_r21_an_extended_bid_needs_a_guarantee_that_lasts_and_who_declines_forfeits_nothing",
        "bid.lapse": "test_r36_a_winner_who_declined_the_extension_leaves_without_forfeiture",
        "bid.promote": "test_r36_a_refusal_forfeits_and_the_second_winner_takes_the_place",
        "bid.refuse": "test_r36_a_refusal_forfeits_and_the_second_winner_takes_the_place",
        "contract.lapse": "test_a_draft_with_a_winner_who_refused_is_set_aside_and_the_second_gets_its_own",
        "security.forfeit": "test_r36_a_refusal_forfeits_and_the_second_winner_takes_the_place",
        "tender.confirm_refusal": "test_r36_a_refusal_forfeits_and_the_second_winner_takes_the_place",
        "tender.dismiss_refusal": "test_a_dismissed_refusal_leaves_the_winner",
        "tender.extend_validity": "test_r35_validity_is_extended_once_by_exactly_the_documents_period",
        "tender.record_refusal": "test_r36_a_refusal_forfeits_and_the_second_winner_takes_the_place",
    },
    "tenders/test_renewal.py": {
        "tender.renew_from": "test_r37_a_renewed_tender_starts_from_a_copy_and_both_know_each_other",
    },
    "awards/test_complaints.py": {
        "complaint.record_ruling": "test_r33_the_board_waits_for_the_answer_and_silence_does_not_bar_it",
        "complaint.refer": "test_r33_the_board_waits_for_the_answer_and_silence_does_not_bar_it",
        "complaint.reject": "test_r37_a_ruling_ends_the_tender_wherever_it_runs",
        "complaint.settle": "test_an_answer_is_a_reasoned_letter_and_an_upheld_complaint_stays_open_until_it_is_settled",
        "complaint.uphold": "test_an_answer_is_a_reasoned_letter_and_an_upheld_complaint_stays_open_until_it_is_settled",
        "complaint.withdraw": "test_a_complaint_is_withdrawn_by_its_firm_alone",
        "tender.cancel_by_ruling": "test_r37_a_ruling_ends_the_tender_wherever_it_runs",
        "tender.renew_by_ruling": "test_r37_a_ruling_ends_the_tender_wherever_it_runs",
    },
}


class Row(NamedTuple):
    """A line of a reviewed matrix."""

    act: str
    source: str
    to: str
    roles: frozenset[Role]

    @property
    def is_for_all(self) -> bool:
        """Tell whether the line names everyone."""
        return Role.ANYONE in self.roles


def rows_of_matrix(procedure: Procedure[Any]) -> list[Row]:
    """Return the lines of the reviewed matrix."""
    head, *lines = (GOLDEN / f"{procedure.key}-{procedure.version}.txt").read_text("utf-8").splitlines()
    assert head.split()[3:] == [role.value for role in Role]
    found = []
    for line in lines:
        act, source, to = (line[place * WIDTH : (place + 1) * WIDTH].strip() for place in range(3))
        marks = line[3 * WIDTH :].split()
        named = frozenset(role for role, mark in zip(Role, marks, strict=True) if mark == "x")
        found.append(Row(act, source, to, named))
    return found


@contextlib.contextmanager
def bare(procedure: Procedure[Any]) -> Iterator[Procedure[Any]]:
    """Let the engine know the procedure with its rows alone: no guards, no effects."""
    moves = tuple(dataclasses.replace(move, if_=(), first=(), then=(), after=()) for move in procedure.moves)
    creates = tuple(
        dataclasses.replace(create, if_=(), then=(), within=lambda _what: None) for create in procedure.creates
    )
    rows_alone = dataclasses.replace(procedure, moves=moves, creates=creates)
    install(rows_alone)
    try:
        yield rows_alone
    finally:
        install(procedure)


def context_as(app: Flask, session: Session, role: Role) -> Context:
    """Return the circumstances of a person who holds this role everywhere, and no other."""
    person = session.scalars(sa.select(Person.id).order_by(Person.id)).first()
    actor = NOBODY if role is Role.ANYONE else Actor(person, (Held(role, Scope.INSTALLATION),))
    return Context(session, actor, clock.now(session, demo=True), app.extensions["settings"])


@contextlib.contextmanager
def standing(session: Session, procedure: Procedure[Any], state: Named) -> Iterator[Case]:
    """Give a case of the life that stands in a state, until the end of the block."""
    model, life = procedure.model, {"procedure": procedure.key, "version": procedure.version}
    for case_id in session.scalars(sa.select(model.id).order_by(model.id.desc())).all():
        trial = session.begin_nested()
        try:
            session.execute(sa.update(model).where(model.id == case_id).values(state=state, **life))
        except sa.exc.IntegrityError:
            trial.rollback()
            continue
        session.expire_all()
        yield session.get_one(model, case_id)
        trial.rollback()
        session.expire_all()
        return
    pytest.fail(f"no {procedure.key} can stand in {state}")


def outcome(ctx: Context, case: Case, act: Named) -> tuple[str, str, int]:
    """Perform an act for a trial; return who refused (or `done`), the state after it, and the entries it wrote."""
    entries = sa.select(sa.func.count()).select_from(LedgerEntry)
    before = ctx.session.scalar(entries) or 0
    trial = ctx.session.begin_nested()
    try:
        advance(ctx, case, act)
        said = "done"
    except NotAllowed:
        said = "capacity"
    except NotNow as refusal:
        law = procedure_of(case)
        named = [law.say(case, law.word(what)) for what in (case.state, act)]
        said = "state" if all(name in refusal.reason for name in named) else refusal.reason
    found = (said, str(case.state), (ctx.session.scalar(entries) or 0) - before)
    trial.rollback()
    ctx.session.expire_all()
    return found


def expected(row: Row | None, role: Role, state: str) -> tuple[str, str, int]:
    """Return what a cell should answer."""
    if row is None:
        return "state", state, 0
    if role not in row.roles and not row.is_for_all:
        return "capacity", state, 0
    return "done", state if row.to == "=" else row.to, 1


def wrong_cells(app: Flask, procedure: Procedure[Any], *, every: bool) -> dict[str, Any]:
    """Try cells: all, or of each row one that is open and one that is not; return those that answer otherwise."""
    rows = {(row.act, row.source): row for row in rows_of_matrix(procedure) if not row.act.startswith("see ")}
    wrong: dict[str, Any] = {}
    acts = list(dict.fromkeys(move.act for move in procedure.moves))
    with session_of(app) as session, bare(procedure):
        for state in procedure.states:
            chosen = [(act, rows.get((act.value, state.value))) for act in acts]
            with standing(session, procedure, state) as case:
                for act, row in chosen if every else [(act, row) for act, row in chosen if row]:
                    for role in Role if every else a_few(row):
                        found = outcome(context_as(app, session, role), case, act)
                        if found != expected(row, role, state.value):
                            wrong[f"{act} in {state} by {role}"] = found
        assert verify(session)[2] == []
        session.rollback()
    return wrong


def a_few(row: Row | None) -> list[Role]:
    """Return one role that the row names and one that it does not."""
    named = row.roles if row else frozenset()
    return [next(role for role in Role if role in named), *[r for r in Role if r not in named][:1]]


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.key)
def test_every_cell_answers_as_the_matrix_says(demo: Flask, procedure: Procedure[Any]) -> None:
    assert wrong_cells(demo, procedure, every=True) == {}


@pytest.mark.postgresql
@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.key)
def test_every_row_answers_on_postgresql(postgresql_demo: Flask, procedure: Procedure[Any]) -> None:
    assert wrong_cells(postgresql_demo, procedure, every=False) == {}


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.key)
def test_a_life_is_begun_by_those_who_are_named(demo: Flask, procedure: Procedure[Any]) -> None:
    rows = [row for row in rows_of_matrix(procedure) if row.source == "-"]
    what = SimpleNamespace(procedure=procedure.key)
    with session_of(demo) as session, bare(procedure) as rows_alone:
        for row in rows:
            create = next(c for c in rows_alone.creates if c.act.value == row.act)
            assert row.to == procedure.initial
            for role in Role:
                ctx = context_as(demo, session, role)
                if role in row.roles or row.is_for_all:
                    assert may_begin(ctx, procedure.model, create.act, what) is None, role
                else:
                    with pytest.raises(NotAllowed):
                        begin(ctx, procedure.model, create.act, what)


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.key)
def test_what_is_seen_is_seen_by_those_who_are_named(demo: Flask, procedure: Procedure[Any]) -> None:
    rows = [row for row in rows_of_matrix(procedure) if row.act.startswith("see ")]
    model = procedure.model
    wrong = {}
    with session_of(demo) as session:
        for state in procedure.states:
            with standing(session, procedure, state) as case:
                for sight in {see.what for see in procedure.sights}:
                    here = [r for r in rows if r.source == state and r.act.split()[1] == sight]
                    for role in Role:
                        ctx = context_as(demo, session, role)
                        shown = may_see(ctx, case, sight)
                        listed = session.scalar(
                            sa.select(model.id).where(model.id == case.id, where_visible(ctx, model, sight))
                        )
                        if shown is not (listed is not None) or not fits(shown, here, role, sight):
                            wrong[f"{sight} in {state} by {role}"] = (shown, listed)
        session.rollback()
    assert wrong == {}


def fits(shown: object, here: list[Row], role: Role, sight: Sight) -> bool:
    """Tell whether what is shown is what the lines say; a line with a condition may show it, and need not."""
    del sight
    naming = [row for row in here if role in row.roles or row.is_for_all]
    if any(not row.act.endswith("*") for row in naming):
        return shown is True
    return bool(naming) or shown is False


def test_every_act_of_the_law_is_performed_whole_by_the_demonstration_or_a_named_test(demo: Flask) -> None:
    with session_of(demo) as session:
        query = sa.select(LedgerEntry.case_kind, LedgerEntry.act).distinct()
        performed = {f"{kind}.{act}" for kind, act in session.execute(query)}
    all_acts = {f"{p.model.kind}.{act.value}" for p in ALL for act in p.acts()}
    assert all_acts - performed == {act for acts in PERFORMED_ELSEWHERE.values() for act in acts}
    for place, acts in PERFORMED_ELSEWHERE.items():
        text = (Path(__file__).parents[1] / place).read_text("utf-8")
        assert [test for test in acts.values() if f"def {test}(" not in text] == []
