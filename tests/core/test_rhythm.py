from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.contact import ClockFrom
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.rhythm import State, clock_day, demand, early_by, standing, why_replan
from tests.core.builders import (
    TODAY,
    channel,
    contact,
    day,
    history,
    outcome,
    replanned_fact,
    roster,
    series,
    slot_name,
)

ADA = contact("Ada", "monthly", flex_days=5)
MET = history(outcome("2026-09-01"))


def stand(met_on=None, *, today="2026-09-14", paused=None):
    known = history(*([outcome(met_on)] if met_on else []), paused=paused)
    return standing(ADA, known, today=day(today))


# -- where a contact stands -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("2026-09-01", State.ON_TIME),
        ("2026-09-25", State.ON_TIME),
        ("2026-09-26", State.DUE),
        ("2026-10-01", State.DUE),
        ("2026-10-06", State.DUE),
        ("2026-10-07", State.OVERDUE),
    ],
)
def test_a_contact_is_due_inside_the_tolerance_and_overdue_beyond_it(today, state):
    assert stand("2026-09-01", today=today).state is state


def test_somebody_never_met_is_neither_due_nor_late():
    found = stand()
    assert (found.state, found.met_on, found.due_on, found.slip) == (State.NEVER_MET, None, None, 0.0)


@pytest.mark.parametrize("met_on", [None, "2020-01-01", "2026-09-01"])
def test_a_pause_comes_before_everything(met_on):
    assert stand(met_on, paused="2026-09-10").state is State.PAUSED


def test_a_contacts_clock_runs_from_the_last_meeting():
    found = stand("2026-09-01")
    assert (found.met_on, found.due_on) == (day("2026-09-01"), day("2026-10-01"))


@pytest.mark.parametrize(("today", "sign"), [("2026-09-20", -1), ("2026-10-01", 0), ("2026-10-20", 1)])
def test_slip_is_early_below_zero_and_late_above(today, sign):
    slip = stand("2026-09-01", today=today).slip
    assert (slip > 0) - (slip < 0) == sign


def test_a_period_late_is_a_slip_of_about_one():
    assert stand("2026-08-01", today="2026-10-01").slip == pytest.approx(1, abs=0.02)


# -- what a new series has to fulfil --------------------------------------------------------------


def test_somebody_never_met_may_begin_anywhere_in_the_first_period():
    asked = demand(ADA, history(), base_on=None, today=TODAY)
    assert asked.window == (day("2026-09-17"), day("2026-10-16"))
    assert asked.due_on is None


def test_a_new_series_begins_around_the_day_it_is_due():
    asked = demand(ADA, MET, base_on=day("2026-09-01"), today=TODAY)
    assert asked.window == (day("2026-09-26"), day("2026-10-06"))
    assert asked.due_on == day("2026-10-01")
    assert str(asked.reason) == "monthly from Tue 1 Sep, due Thu 1 Oct"


def test_a_window_begun_already_leaves_time_to_arrange_it():
    asked = demand(ADA, history(), base_on=day("2026-08-14"), today=TODAY)
    assert asked.window == (day("2026-09-17"), day("2026-09-19"))


@pytest.mark.parametrize(("flex_days", "last_on"), [(5, "2026-10-01"), (7, "2026-10-01"), (20, "2026-10-27")])
def test_what_is_overdue_is_caught_up_in_two_weeks_or_twice_the_tolerance(flex_days, last_on):
    late = contact("Ada", "monthly", flex_days=flex_days)
    asked = demand(late, history(), base_on=day("2026-01-01"), today=TODAY)
    assert asked.window == (day("2026-09-17"), day(last_on))
    assert asked.due_on == day("2026-09-17")
    assert str(asked.reason) == "monthly from Thu 1 Jan, due since Sun 1 Feb"


@pytest.mark.parametrize("base", [None, "2026-01-01", "2026-09-01", "2026-10-20"])
def test_nothing_begins_before_a_snooze_is_over(base):
    snoozed = history(snoozed_until="2026-11-01")
    asked = demand(ADA, snoozed, base_on=day(base) if base else None, today=TODAY)
    assert asked.window[0] >= day("2026-11-01")


def test_a_snooze_that_ends_soon_changes_nothing():
    near = demand(ADA, history(snoozed_until="2026-09-15"), base_on=day("2026-09-01"), today=TODAY)
    assert near == demand(ADA, history(), base_on=day("2026-09-01"), today=TODAY)


def asked_anew(generation=2, *, until="2026-10-18"):
    known = replace(MET, replanned=replanned_fact("2026-10-05", until, generation=2))
    return demand(ADA, known, base_on=day("2026-09-01"), today=TODAY, generation=generation)


def test_a_fresh_start_begins_in_the_weeks_it_was_given():
    asked = asked_anew()
    assert (asked.window, asked.due_on) == ((day("2026-10-05"), day("2026-10-18")), day("2026-10-05"))


def test_a_fresh_start_is_made_once():
    assert asked_anew(generation=3) == demand(ADA, MET, base_on=day("2026-09-01"), today=TODAY)


def test_a_fresh_start_whose_weeks_are_over_is_any_start():
    assert asked_anew(until="2026-09-16") == demand(ADA, MET, base_on=day("2026-09-01"), today=TODAY)


def test_a_fresh_start_leaves_time_to_arrange_it():
    known = replace(MET, replanned=replanned_fact("2026-09-01", "2026-09-20"))
    asked = demand(ADA, known, base_on=day("2026-09-01"), today=TODAY, generation=2)
    assert asked.window == (day("2026-09-17"), day("2026-09-20"))


def test_a_first_check_in_that_did_not_come_about_is_made_up_for_soon():
    known = history(outcome("2026-09-08", Result.MISSED))
    asked = demand(contact("Ada", "quarterly"), known, base_on=None, today=TODAY)
    assert asked.window == (day("2026-09-17"), day("2026-10-01"))
    assert str(asked.reason) == "the last check-in did not come about"


# -- a fixed schedule -----------------------------------------------------------------------------

FIXED = contact("Ada", "monthly", flex_days=5, counts_from=ClockFrom.SCHEDULE)
LATE = outcome("2026-09-04", slot=slot_name(series(), "2026-09-01"))


def test_the_clock_of_a_fixed_schedule_runs_from_the_day_that_was_planned():
    assert clock_day(FIXED, history(LATE)) == day("2026-09-01")
    assert standing(FIXED, history(LATE), today=TODAY).due_on == day("2026-10-01")


def test_the_clock_of_any_other_rhythm_runs_from_the_day_of_the_meeting():
    assert clock_day(ADA, history(LATE)) == day("2026-09-04")


def test_a_meeting_beside_a_fixed_schedule_counts_on_its_own_day():
    assert clock_day(FIXED, history(outcome("2026-09-04"))) == day("2026-09-04")


def test_nobody_was_ever_met_by_a_schedule_alone():
    assert clock_day(FIXED, history()) is None


# -- on trips -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cadence", "flex_days", "has_met", "days"),
    [
        ("quarterly", 14, True, 30),
        ("quarterly", 40, True, 40),
        ("quarterly", 14, False, 70),
        ("weekly", 1, True, 2),
        ("weekly", 1, False, 2),
    ],
)
def test_a_check_in_is_early_by_a_third_of_its_period_or_its_tolerance(cadence, flex_days, has_met, days):
    who = contact("Ada", cadence, flex_days=flex_days)
    assert early_by(who, has_met=has_met).days == days


@given(st.integers(0, 800), st.sampled_from(["weekly", "every 6 weeks", "monthly", "quarterly", "yearly"]))
def test_a_window_is_never_empty_and_never_begins_too_soon(days, cadence):
    who = contact("Ada", cadence)
    first_on, last_on = demand(who, history(), base_on=TODAY - timedelta(days=days), today=TODAY).window
    assert TODAY + timedelta(days=3) <= first_on <= last_on


# -- whether a series still fits ------------------------------------------------------------------

SERIES = series("2026-10-06", "monthly", clock_on="2026-09-01")


def why(who=ADA, *, known=MET, of=None, on="2026-10-06", planned=SERIES, **of_trips):
    return why_replan(who, planned, known, roster=of or roster(who), next_slot_on=day(on), **of_trips)


def test_a_series_goes_on_while_nothing_has_changed():
    assert why() is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"who": contact("Ada", "quarterly")}, "quarterly now, monthly before"),
        ({"of": roster(ADA, timezone="Asia/Tokyo")}, "your time zone is Asia/Tokyo now"),
        ({"of": roster(ADA, weekdays=[0, 2])}, "its weekday is no longer among your days"),
        (
            {"who": contact("Ada", channel=channel("12:00-14:00"))},
            "08:30 is outside the hours of coffee",
        ),
        (
            {"who": contact("Ada", channel=channel("08:30-10:00", minutes=120))},
            "08:30 is outside the hours of coffee",
        ),
    ],
)
def test_a_changed_file_ends_a_series(changes, words):
    assert why(**changes) == words


@pytest.mark.parametrize(
    ("held_on", "fits"),
    [
        ("2026-09-06", True),
        ("2026-09-01", True),
        ("2026-09-11", True),
        ("2026-09-12", False),
        ("2026-08-31", False),
    ],
)
def test_a_meeting_beside_the_plan_keeps_the_series_while_the_next_slot_suits_it(held_on, fits):
    planned = series("2026-10-06", "monthly", clock_on="2026-08-01")
    assert (why(known=history(outcome(held_on)), planned=planned) is None) is fits


@pytest.mark.parametrize(("held_on", "fits"), [("2026-09-06", True), ("2026-09-12", False)])
def test_a_check_in_of_the_series_itself_keeps_it_inside_the_tolerance_of_its_slot(held_on, fits):
    known = history(outcome(held_on, slot=slot_name(SERIES, "2026-09-01")))
    assert (why(known=known, on="2026-11-03") is None) is fits


def test_a_check_in_far_from_its_slot_keeps_the_series_while_the_next_one_suits():
    known = history(outcome("2026-09-11", slot=slot_name(SERIES, "2026-09-01")))
    assert why(known=known, on="2026-10-06") is None


def test_a_series_that_counts_from_nobodys_meeting_goes_on():
    assert why(known=history(), planned=series("2026-10-06", "monthly")) is None


def missed(planned, on="2026-09-08"):
    return outcome(on, Result.MISSED, slot=slot_name(planned, on))


def test_a_missed_check_in_ends_the_series():
    known = history(outcome("2026-09-01"), missed(SERIES))
    assert why(known=known) == "the last check-in did not come about"


def test_a_missed_first_check_in_ends_the_series():
    assert why(known=history(missed(SERIES))) == "the last check-in did not come about"


def test_a_missed_check_in_before_the_last_meeting_is_forgotten():
    known = history(missed(SERIES, "2026-08-04"), outcome("2026-09-01"))
    assert why(known=known) is None


def test_a_missed_check_in_on_a_trip_ends_the_series_that_counts_on_it():
    visit = series("2026-09-08", "weekly", generation=2)
    known = history(outcome("2026-09-01"), missed(visit))
    assert why(known=known, missed_uids=[visit.uid]) == "the last check-in did not come about"


@pytest.mark.parametrize(("visits_on", "fits"), [(["2026-10-20"], True), ([], False)])
def test_a_series_that_counts_from_a_check_in_on_a_trip_goes_on_while_that_stands(visits_on, fits):
    planned = series("2026-11-17", "monthly", clock_on="2026-10-20")
    found = why(planned=planned, on="2026-11-17", visits_on=list(map(day, visits_on)))
    assert (found is None) is fits


def skipped(planned, on="2026-10-06"):
    return outcome(on, Result.SKIPPED, slot=slot_name(planned, on))


def test_a_check_in_presumed_held_and_then_skipped_keeps_the_series():
    planned = replace(SERIES, clock_on=day("2026-10-06"))
    known = history(outcome("2026-09-01"), skipped(planned))
    assert why(known=known, planned=planned, on="2026-11-03") is None


def test_a_meeting_off_the_beat_ends_the_series_though_the_check_in_after_it_is_skipped():
    known = history(outcome("2026-09-20"), skipped(SERIES))
    assert why(known=known, on="2026-11-03") == "you met on another day than planned"


def test_a_skip_before_the_last_meeting_keeps_no_series():
    planned = replace(SERIES, clock_on=day("2026-10-06"))
    known = history(skipped(planned, "2026-08-04"), outcome("2026-09-01"))
    assert why(known=known, planned=planned, on="2026-11-03") == "you met on another day than planned"


@pytest.mark.parametrize("weekdays", [None, [1, 3], [0, 2]])
def test_the_days_of_the_channel_come_before_those_of_the_owner(weekdays):
    ada = contact("Ada", channel=channel(weekdays=weekdays))
    fits = weekdays is None or 1 in weekdays
    assert (why(ada) is None) is fits
    assert (why(ada, of=roster(ada, weekdays=[5])) is None) is (weekdays == [1, 3])


@pytest.mark.parametrize("generation", [1, 2])
def test_a_fresh_start_ends_an_older_series_alone(generation):
    known = replace(MET, replanned=replanned_fact("2026-10-05", "2026-10-18", generation=2))
    planned = replace(SERIES, generation=generation)
    assert why(known=known, planned=planned) == ("you asked for a fresh start" if generation == 1 else None)


def test_a_fixed_schedule_goes_on_whatever_day_they_met():
    known = history(outcome("2026-09-12"), missed(SERIES))
    assert why(FIXED, known=known, on="2026-11-03") is None


def test_a_missed_check_in_of_an_older_series_is_forgotten():
    older = series("2026-09-08", "monthly", generation=7)
    assert why(known=history(outcome("2026-09-01"), missed(older))) is None
