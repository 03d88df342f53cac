from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.outcome import Evidence, History, Result
from netkeep_sync.core.reconcile import (
    matching_occurrence,
    own_moves,
    passed_facts,
    reconcile,
    reconcile_left,
    upcoming,
)
from netkeep_sync.core.roster import Assumption
from netkeep_sync.core.series import occurrences
from tests.core.builders import (
    NOW,
    TODAY,
    cancelled,
    contact,
    day,
    held_fact,
    history,
    missed_fact,
    moment,
    moved,
    noted_fact,
    outcome,
    passed_fact,
    paused_fact,
    rescheduled_fact,
    resumed_fact,
    rhythm_fact,
    roster,
    series,
    skipped_fact,
    slot_name,
    snoozed_fact,
)

ADA = contact("Ada")
SERIES = series("2026-08-04", "monthly")
SLOT = slot_name(SERIES, "2026-09-01")


def known(*facts, who=ADA, today=TODAY):
    return reconcile([who], facts, today=today, timezone="UTC")[who.key]


def only(*facts):
    (found,) = known(*facts).outcomes
    return found


# -- outcomes -------------------------------------------------------------------------------------


def test_who_has_left_has_a_history_of_their_own():
    facts = [held_fact("2026-09-01"), held_fact("2026-09-02", who="zoe"), held_fact("2026-09-03", who="bob")]
    found = reconcile_left([ADA], facts, today=TODAY, timezone="UTC")

    assert list(found) == ["bob", "zoe"]
    assert [str(one.day) for one in found["zoe"].outcomes] == ["2026-09-02"]
    assert reconcile_left([ADA], facts[:1], today=TODAY, timezone="UTC") == {}


def test_every_contact_has_a_history_and_nobody_else():
    facts = [held_fact("2026-09-01", who="stranger")]
    assert reconcile([ADA, contact("Bob")], facts, today=TODAY, timezone="UTC") == {
        "ada": history(),
        "bob": history(who="bob"),
    }


def test_the_meeting_that_the_roster_tells_of_is_confirmed():
    found = known(who=contact("Ada", met_on="2026-09-01")).outcomes
    assert found == (outcome("2026-09-01"),)


def test_a_check_in_that_passed_is_presumed_held():
    assert only(passed_fact(SLOT)) == outcome("2026-09-01", slot=SLOT, evidence=Evidence.PRESUMED)


def test_a_check_in_that_passed_is_unknown_to_an_owner_who_wants_to_be_asked():
    assert only(passed_fact(SLOT, is_presumed=False)).result is Result.UNKNOWN


def test_a_check_in_is_held_on_the_day_it_lay_on():
    assert only(passed_fact(SLOT, held_on="2026-09-03")).day == day("2026-09-03")


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (held_fact("2026-09-02", slot=SLOT, note="Tea."), outcome("2026-09-02", slot=SLOT, note="Tea.")),
        (skipped_fact(SLOT, note="Ill."), outcome("2026-09-01", Result.SKIPPED, slot=SLOT, note="Ill.")),
        (missed_fact(SLOT), outcome("2026-09-01", Result.MISSED, slot=SLOT)),
    ],
)
@pytest.mark.parametrize("is_told_first", [True, False])
def test_what_the_owner_says_counts_whether_before_or_after_it_passed(fact, expected, is_told_first):
    passed = passed_fact(SLOT)
    assert only(*((fact, passed) if is_told_first else (passed, fact))) == expected


TOLD = [held_fact("2026-09-02", slot=SLOT), skipped_fact(SLOT), missed_fact(SLOT)]


@given(st.permutations(TOLD))
def test_the_later_of_two_facts_is_right(facts):
    assert only(*facts) == only(facts[-1])


def test_a_meeting_beside_the_plan_is_an_outcome_of_its_own():
    assert known(passed_fact(SLOT), held_fact("2026-09-10")).outcomes == (
        outcome("2026-09-01", slot=SLOT, evidence=Evidence.PRESUMED),
        outcome("2026-09-10"),
    )


def test_a_meeting_logged_twice_is_one_with_the_later_words():
    assert known(held_fact("2026-09-10"), held_fact("2026-09-10", note="Tea.")).outcomes == (
        outcome("2026-09-10", note="Tea."),
    )


def test_outcomes_are_sorted_by_day_whenever_they_were_told():
    days = ["2026-09-10", "2026-03-01", "2026-06-01"]
    assert [str(one.day) for one in known(*map(held_fact, days)).outcomes] == sorted(days)


def test_a_meeting_of_a_day_to_come_has_not_happened():
    assert known(held_fact("2026-09-15")).outcomes == ()


def test_a_meeting_today_has_happened():
    assert known(held_fact("2026-09-14")).held is not None


def test_a_check_in_ahead_may_be_skipped():
    ahead = slot_name(SERIES, "2026-10-06")
    assert only(skipped_fact(ahead)) == outcome("2026-10-06", Result.SKIPPED, slot=ahead)


# -- snooze and pause -----------------------------------------------------------------------------


def test_the_later_snooze_holds():
    facts = [snoozed_fact("2026-12-01"), snoozed_fact("2026-10-01")]
    assert known(*facts).snoozed_until_on == day("2026-10-01")


def test_a_snooze_is_over_on_its_day():
    assert known(snoozed_fact("2026-09-15")).snoozed_until_on == day("2026-09-15")
    assert known(snoozed_fact("2026-09-14")).snoozed_until_on is None


def test_a_meeting_ends_a_snooze():
    assert known(snoozed_fact("2026-10-01"), held_fact("2026-09-14")).snoozed_until_on is None


def test_a_meeting_of_long_ago_that_is_logged_late_ends_no_snooze():
    assert known(snoozed_fact("2026-10-01"), held_fact("2026-07-01")).snoozed_until_on


def test_a_snooze_after_a_meeting_holds():
    assert known(held_fact("2026-09-14"), snoozed_fact("2026-10-01")).snoozed_until_on


def test_a_pause_holds_from_the_day_it_was_said():
    assert known(paused_fact()).paused_on == TODAY


def test_what_is_said_in_the_evening_was_said_on_that_day():
    evening = replace(paused_fact(), noted_at=moment("2026-09-15 03:00"))
    told = reconcile([ADA], [evening], today=day("2026-09-15"), timezone="America/Los_Angeles")
    assert told["ada"].paused_on == day("2026-09-14")


def test_a_check_in_of_the_morning_is_on_its_own_day_far_in_the_east():
    move = rescheduled_fact(SLOT, "2026-10-08 08:30", timezone="Asia/Tokyo")
    assert own_moves((move, snoozed_fact("2026-10-08")), timezone="Asia/Tokyo") == {SLOT: move.start_at}
    assert own_moves((move, snoozed_fact("2026-10-09")), timezone="Asia/Tokyo") == {}


def test_a_pause_ends_when_the_owner_says_so():
    assert known(paused_fact(), resumed_fact()).paused_on is None


def test_a_pause_after_a_resumption_holds():
    assert known(paused_fact(), resumed_fact(), paused_fact()).paused_on == TODAY


# -- what has passed ------------------------------------------------------------------------------


def passed(*facts, planned=SERIES, of=None, now=NOW):
    return passed_facts(of or roster(ADA), [planned], facts, now=now)


def test_every_check_in_that_is_over_becomes_a_fact():
    assert [str(one.slot.slot_on) for one in passed()] == ["2026-08-04", "2026-09-01"]


def test_a_fact_is_told_once():
    first = passed()
    assert passed(*first) == ()


@pytest.mark.parametrize(("now", "count"), [("2026-09-01 07:14", 1), ("2026-09-01 07:15", 2)])
def test_a_check_in_has_passed_when_its_end_has(now, count):
    assert len(passed(now=moment(now))) == count


def test_a_moved_check_in_passes_on_the_day_it_was_moved_to():
    planned = series("2026-09-01", exceptions=[moved("2026-09-01", "2026-09-10 08:30")])
    (fact,) = passed(planned=planned)
    assert (fact.slot.slot_on, fact.held_on) == (day("2026-09-01"), day("2026-09-10"))


def test_a_check_in_moved_to_an_earlier_day_passes_before_its_slot():
    planned = series("2026-10-06", exceptions=[moved("2026-10-06", "2026-09-10 08:30")])
    assert [one.slot.slot_on for one in passed(planned=planned)] == [day("2026-10-06")]


def test_a_cancelled_check_in_never_passes():
    assert passed(planned=series("2026-09-01", exceptions=[cancelled("2026-09-01")])) == ()


def test_the_day_of_a_check_in_is_that_of_its_own_zone():
    planned = series("2026-09-01", at="23:00", timezone="America/New_York")
    assert passed(planned=planned)[0].held_on == day("2026-09-01")


def test_the_check_ins_of_strangers_are_left_alone():
    assert passed(of=roster(contact("Bob"))) == ()


@pytest.mark.parametrize(("assume", "expected"), [(Assumption.HELD, True), (Assumption.ASK, False)])
def test_a_fact_keeps_what_was_assumed_when_it_happened(assume, expected):
    assert {one.is_presumed for one in passed(of=roster(ADA, assume=assume))} == {expected}


# -- which check-in a meeting fulfils -------------------------------------------------------------


def matching(held_on, *outcomes, planned=(SERIES,)):
    found = matching_occurrence(ADA, planned, history(*outcomes), held_on=day(held_on))
    return found and str(found.slot_on)


@pytest.mark.parametrize(
    ("held_on", "slot_on"),
    [
        ("2026-09-01", "2026-09-01"),
        ("2026-08-27", "2026-09-01"),
        ("2026-09-06", "2026-09-01"),
        ("2026-09-07", None),
        ("2026-08-26", None),
        ("2026-10-02", "2026-10-06"),
    ],
)
def test_a_meeting_fulfils_the_check_in_within_its_tolerance(held_on, slot_on):
    assert matching(held_on) == slot_on


def test_a_meeting_fulfils_the_nearest_check_in():
    planned = (series("2026-08-28", "monthly"), series("2026-09-01", "monthly", generation=2))
    assert matching("2026-08-31", planned=planned) == "2026-09-01"


def test_of_two_check_ins_as_near_the_earlier_one_is_fulfilled():
    planned = (series("2026-09-03", "monthly"), series("2026-09-01", "monthly", generation=2))
    assert matching("2026-09-02", planned=planned) == "2026-09-01"


@pytest.mark.parametrize("result", [Result.HELD, Result.SKIPPED, Result.MISSED])
def test_a_check_in_that_was_spoken_of_is_not_fulfilled_again(result):
    assert matching("2026-09-02", outcome("2026-09-01", result, slot=SLOT)) is None


def test_a_meeting_told_again_is_the_same_check_in():
    assert matching("2026-09-02", outcome("2026-09-02", slot=SLOT)) == "2026-09-01"


def test_a_presumed_check_in_is_still_to_be_fulfilled():
    presumed = outcome("2026-09-01", slot=SLOT, evidence=Evidence.PRESUMED)
    assert matching("2026-09-02", presumed) == "2026-09-01"


def test_a_moved_check_in_is_near_where_it_was_moved_to():
    planned = (series("2026-09-01", exceptions=[moved("2026-09-01", "2026-09-10 08:30")]),)
    assert matching("2026-09-12", planned=planned) == "2026-09-01"


def test_nobody_elses_check_in_is_fulfilled():
    assert matching("2026-09-01", planned=(series("2026-09-01", contact="bob"),)) is None


# -- the next one ---------------------------------------------------------------------------------


def next_of(who, now):
    planned = [*occurrences(SERIES, end_on=day("2026-12-01"))][::-1]
    found = upcoming(History(contact=who), planned, now=moment(now))
    return found and str(found.slot_on)


@pytest.mark.parametrize(
    ("who", "now", "slot_on"),
    [
        ("ada", "2026-08-05 00:00", "2026-09-01"),
        ("ada", "2026-09-01 07:14", "2026-09-01"),
        ("ada", "2026-09-01 07:15", "2026-10-06"),
        ("ada", "2027-01-01 00:00", None),
        ("bob", "2026-08-05 00:00", None),
    ],
)
def test_the_next_check_in_is_the_first_that_is_not_over(who, now, slot_on):
    assert next_of(who, now) == slot_on


# -- what the owner moved -------------------------------------------------------------------------

AHEAD = slot_name(SERIES, "2026-10-06")


def test_a_check_in_that_was_moved_is_known_as_moved_and_no_other():
    assert known(rescheduled_fact(AHEAD, "2026-10-09 18:00")).moved == {AHEAD}


def test_a_check_in_that_was_presumed_held_is_pending_again_when_it_is_moved():
    assert known(passed_fact(SLOT), rescheduled_fact(SLOT, "2026-09-20 08:30")).outcomes == ()


@pytest.mark.parametrize("told", [skipped_fact(AHEAD), missed_fact(AHEAD)])
def test_a_check_in_that_was_let_go_is_on_again_when_it_is_moved(told):
    assert known(told, rescheduled_fact(AHEAD, "2026-10-09 18:00")).outcomes == ()


def test_a_check_in_that_is_held_for_sure_stays_held_wherever_it_is_moved():
    facts = [held_fact("2026-09-02", slot=SLOT), rescheduled_fact(SLOT, "2026-09-20 08:30")]
    assert known(*facts).outcomes == (outcome("2026-09-02", slot=SLOT),)


def later(fact, at="2026-09-15 08:00"):
    return replace(fact, noted_at=moment(at))


MOVED = rescheduled_fact(AHEAD, "2026-10-09 18:00")


@pytest.mark.parametrize(
    "fact",
    [
        later(skipped_fact(AHEAD)),
        later(snoozed_fact("2026-10-20")),
    ],
)
def test_a_move_is_over_when_the_check_in_is_let_go_or_put_off_later(fact):
    assert known(MOVED, fact).moved == set()
    assert known(fact, MOVED).moved == {AHEAD}


@pytest.mark.parametrize(
    "fact",
    [
        later(skipped_fact(SLOT)),
        later(skipped_fact(AHEAD), "2026-10-10 00:00"),
        later(snoozed_fact("2026-10-09")),
        later(snoozed_fact("2026-12-01"), "2026-10-10 00:00"),
        later(held_fact("2026-10-09", slot=AHEAD), "2026-10-10 00:00"),
        later(missed_fact(AHEAD), "2026-10-10 00:00"),
    ],
)
def test_a_move_stands_whatever_else_is_said_and_once_it_has_passed(fact):
    assert known(MOVED, fact).moved == {AHEAD}


def test_nobody_elses_snooze_undoes_a_move():
    assert own_moves([MOVED, later(snoozed_fact("2026-12-01", who="bob"))], timezone="UTC").keys() == {AHEAD}


def test_the_latest_of_two_moves_counts():
    again = rescheduled_fact(AHEAD, "2026-10-12 10:00")
    assert own_moves([MOVED, again], timezone="UTC") == {AHEAD: moment("2026-10-12 08:00")}


@pytest.mark.parametrize("let_go", [skipped_fact, missed_fact])
def test_a_meeting_on_the_day_of_a_check_in_that_was_let_go_is_that_one(let_go):
    (met,) = known(let_go(SLOT), held_fact("2026-09-01")).outcomes
    assert (met.slot, met.result) == (SLOT, Result.HELD)
    assert len(known(let_go(SLOT), held_fact("2026-09-02")).outcomes) == 2


def test_what_the_owner_wrote_on_the_calendar_is_the_note_of_the_outcome():
    assert only(noted_fact(SLOT, "Tea."), passed_fact(SLOT)).note == "Tea."
    assert known(noted_fact(AHEAD, "Tea.")).notes == {(AHEAD, "Tea.")}


def test_what_was_written_to_a_check_in_that_made_way_for_another_is_for_the_first_meeting_after_that():
    other, later_on = replace(slot_name(SERIES, "2026-09-29"), uid="another"), day("2026-10-01")
    waiting = known(noted_fact(AHEAD, "Tea."), noted_fact(AHEAD, "Tea, and cake."))
    assert waiting.open_notes == ((AHEAD, "Tea, and cake."),)
    met = known(noted_fact(AHEAD, "Tea."), passed_fact(other), today=later_on)
    assert [one.note for one in met.outcomes] == ["Tea."]
    assert met.open_notes == ()
    both = known(noted_fact(AHEAD, "Tea."), noted_fact(other, "Cake."), passed_fact(other), today=later_on)
    assert [one.note for one in both.outcomes] == ["Cake.\nTea."]


def test_what_was_written_to_a_check_in_that_is_still_to_come_waits_for_it():
    met = known(noted_fact(AHEAD, "Tea."), passed_fact(SLOT))
    assert [one.note for one in met.outcomes] == [""]
    assert met.open_notes == ((AHEAD, "Tea."),)
    assert known(noted_fact(AHEAD, "")).open_notes == ()


def test_the_latest_note_counts_and_an_empty_one_takes_it_back():
    facts = [passed_fact(SLOT), noted_fact(SLOT, "Tea."), noted_fact(SLOT, "Cake.")]
    assert only(*facts).note == "Cake."
    assert only(*facts, noted_fact(SLOT, "")).note == ""


def test_what_the_owner_said_of_a_meeting_comes_before_what_they_wrote_on_the_calendar():
    assert only(noted_fact(SLOT, "Tea."), held_fact("2026-09-01", slot=SLOT, note="Cake.")).note == "Cake."


def test_a_meeting_beside_the_plan_has_no_note_of_a_check_in():
    assert only(noted_fact(SLOT, "Tea."), held_fact("2026-09-01")).note == ""


def test_a_rhythm_of_the_owners_own_ends_a_pause_and_the_later_one_counts():
    first = rhythm_fact(SERIES, "2026-10-08 18:00", "every 6 weeks")
    second = rhythm_fact(SERIES, "2026-10-10 18:00", "every 4 weeks", generation=3)
    found = known(first, paused_fact(), second)
    assert (found.rhythm, found.paused_on) == (second, None)
    assert known(first, paused_fact()).paused_on == TODAY


# -- what passes again ----------------------------------------------------------------------------


def test_a_moved_check_in_that_was_told_of_passes_again_on_its_new_day():
    told = passed()
    move = rescheduled_fact(SLOT, "2026-09-10 18:00")
    planned = series("2026-08-04", exceptions=[moved("2026-09-01", "2026-09-10 18:00")])
    (again,) = passed(*told, move, planned=planned)
    assert (again.slot, again.held_on) == (SLOT, day("2026-09-10"))
    assert passed(*told, move, again, planned=planned) == ()


def test_a_moved_check_in_that_was_told_of_is_not_over_until_its_new_day():
    move = rescheduled_fact(SLOT, "2026-09-20 18:00")
    planned = series("2026-08-04", exceptions=[moved("2026-09-01", "2026-09-20 18:00")])
    assert passed(*passed(), move, planned=planned) == ()


@pytest.mark.parametrize(
    ("heard_at", "count"),
    [
        (None, 2),
        ("2026-09-01 07:14", 1),
        ("2026-09-01 07:15", 2),
        ("2026-07-01 00:00", 0),
        ("2026-12-24 00:00", 2),
    ],
)
def test_nothing_counts_as_passed_that_the_calendar_was_not_listened_to_after(heard_at, count):
    found = passed_facts(roster(ADA), [SERIES], [], now=NOW, heard_at=moment(heard_at) if heard_at else None)
    assert len(found) == count
