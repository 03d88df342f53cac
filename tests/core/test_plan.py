"""Single gestures, and what a plan makes of them. What holds of all plans is in test_plan_properties."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from netkeep_sync.core.contact import ClockFrom
from netkeep_sync.core.fact import NOT_FOLLOWED, Passed
from netkeep_sync.core.plan import extend_plan
from netkeep_sync.core.roster import Assumption
from netkeep_sync.core.series import Cancelled, Moved
from tests.core.builders import (
    VIDEO,
    World,
    away,
    cancelled,
    channel,
    clock,
    contact,
    day,
    days_of,
    held_fact,
    in_english,
    missed_fact,
    moment,
    moved,
    passed_fact,
    paused_fact,
    plain,
    replanned_fact,
    resumed_fact,
    roster,
    series,
    skipped_fact,
    slot_name,
    snoozed_fact,
    starts_of,
)

# The clock stands at Monday 14 September 2026, 09:00 in Berlin.


def world_of(*contacts, facts=(), known=(), holidays_on=(), **of):
    world = World(roster(*contacts, **of), holidays=dict.fromkeys(map(day, holidays_on), "Founders' Day"))
    world.tell(*facts)
    world.series = {one.uid: one for one in known}
    return world


def slots(of, count=4):
    """The first slots of a series."""
    return [one for one, _ in zip(of.slots(end_on=day("2035-01-01")), range(count), strict=False)]


# -- a first place --------------------------------------------------------------------------------


def test_a_contact_met_lately_is_planned_a_period_after_that_day():
    plan = world_of(contact("Ada", "quarterly", met_on="2026-09-01")).plan()
    assert abs(days_of(plan)[0] - day("2026-12-01")) <= timedelta(days=14)


def test_a_contact_never_met_is_planned_within_one_period():
    plan = world_of(contact("Ada", "quarterly")).plan()
    assert day("2026-09-17") <= days_of(plan)[0] < day("2026-12-17")


def test_an_overdue_contact_is_caught_up_with_soon():
    plan = world_of(contact("Ada", "monthly", met_on="2024-01-01")).plan()
    assert day("2026-09-17") <= days_of(plan)[0] <= day("2026-10-01")


def test_twenty_new_people_are_not_twenty_check_ins_in_one_week():
    plan = world_of(*(contact(f"Contact {number}", "quarterly") for number in range(20))).plan()
    assert not plan.unplaced
    assert max(week.checkins for week in plan.load) <= 2


def test_two_new_people_are_spread_over_different_weeks():
    plan = world_of(contact("Ada", "every 2 weeks"), contact("Bob", "every 2 weeks")).plan()
    assert {week.checkins for week in plan.load[2:-2]} == {1}


@pytest.mark.parametrize("days", range(35))
def test_a_contact_alone_gets_a_place_whatever_day_it_is(days):
    # A window of which only a weekend is left would be no window.
    world = world_of(contact("Ada", "monthly", met_on="2026-09-01"))
    world.now += timedelta(days=days)
    assert not world.plan().unplaced


@pytest.mark.parametrize("met_on", [f"2026-09-{number:02}" for number in range(1, 15)])
def test_a_weekly_contact_alone_gets_a_place_on_the_only_open_weekday(met_on):
    world = world_of(contact("Ada", "weekly", met_on=met_on), weekdays=[2])
    assert not world.plan().unplaced


def test_the_reason_tells_the_cadence_the_due_day_and_the_window():
    (planned,) = world_of(contact("Ada", "quarterly", met_on="2026-09-01")).plan().series
    assert str(planned.reason) == (
        "quarterly from Tue 1 Sep, due Tue 1 Dec; the most level place from Tue 17 Nov to Tue 15 Dec"
    )


def test_the_first_series_is_generation_one_and_counts_from_the_last_meeting():
    (planned,) = world_of(contact("Ada", "quarterly", met_on="2026-09-01")).plan().series
    assert (planned.generation, planned.clock_on) == (1, day("2026-09-01"))


def test_a_plan_lists_what_lies_before_its_end():
    world = world_of(contact("Ada", "weekly"))
    plan = world.plan()
    assert plan.end_on == day("2028-09-14")
    assert day("2028-09-01") < max(days_of(plan)) < plan.end_on


def test_a_check_in_going_on_right_now_is_still_in_the_plan():
    known = series("2026-09-14", "weekly")
    plan = world_of(contact("Ada", "weekly"), known=[known]).plan()
    assert starts_of(plan)[0] == clock("2026-09-14 08:30")


def test_a_check_in_of_an_ended_series_going_on_right_now_is_still_in_the_plan():
    known = series("2026-09-14", "weekly", until_on="2026-09-15")
    plan = world_of(contact("Ada", "yearly", met_on="2026-09-01"), known=[known]).plan()
    assert starts_of(plan)[0] == clock("2026-09-14 08:30")


# -- who gets no place ----------------------------------------------------------------------------


def test_whoever_does_not_fit_is_named_with_the_reason():
    world = world_of(contact("Ada", "weekly"), contact("Bob", "weekly"), per_week=1)
    (left_out,) = world.plan().unplaced
    assert left_out.contact == "bob"
    assert str(left_out.reason) == "not met yet; no day from Thu 17 Sep to Wed 23 Sep has room"


def test_whoever_asks_for_least_comes_first_where_not_all_fit():
    weekly = [contact(name, "weekly") for name in ("Ada", "Bob")]
    rare = [contact(name, "yearly", met_on="2025-10-01") for name in ("Cy", "Dee")]
    world = world_of(*weekly, *rare, per_week=1, weekdays=[1])
    assert [one.contact for one in world.plan().unplaced] == ["bob"]


def test_hours_too_short_for_the_check_in_are_named():
    short = channel("08:30-09:00", minutes=45)
    (left_out,) = world_of(contact("Ada", channel=short)).plan().unplaced
    assert str(left_out.reason) == "not met yet; coffee has no hours that hold 45 minutes"


def test_a_contact_who_sleeps_through_all_the_hours_is_named():
    far = contact("Ada", channel=VIDEO, timezone="Pacific/Honolulu")
    (left_out,) = world_of(far).plan().unplaced
    assert str(left_out.reason) == "not met yet; no hour of video suits Ada's day in Pacific/Honolulu"


def test_a_contact_is_not_planned_where_most_slots_would_have_to_move():
    off = [
        away(f"{year}-{month:02}-05", f"{year}-{month:02}-28")
        for year in (2027, 2028)
        for month in range(1, 13)
    ]
    world = world_of(contact("Ada", "monthly", met_on="2026-09-10"), away=off)
    (planned,) = world.plan().series
    assert planned.rule.nth == 1


# -- slots that can't be taken --------------------------------------------------------------------


def test_a_slot_on_a_holiday_is_moved_inside_its_tolerance_with_a_reason():
    world = world_of(contact("Ada", "monthly"), known=[series("2026-10-06", "monthly")])
    world.holidays = {day("2026-11-03"): "Founders' Day"}
    assert tuple(map(in_english, world.plan().series[0].exceptions)) == (
        Moved(
            slot_on=day("2026-11-03"),
            local_start=clock("2026-11-04 08:30"),
            reason=plain("Founders' Day is a holiday, moved to Wed 4 Nov"),
        ),
    )


def test_a_slot_without_another_day_near_it_is_cancelled_with_a_reason():
    world = world_of(
        contact("Ada", "monthly"),
        known=[series("2026-10-06", "monthly")],
        away=[away("2026-10-25", "2026-11-15")],
    )
    assert tuple(map(in_english, world.plan().series[0].exceptions)) == (
        Cancelled(
            slot_on=day("2026-11-03"), reason=plain("you are away, and every other day near it is kept free")
        ),
    )


def test_a_slot_cancelled_for_want_of_room_comes_back_when_there_is_room():
    world = world_of(
        contact("Ada", "monthly"),
        known=[series("2026-10-06", "monthly")],
        away=[away("2026-10-25", "2026-11-15")],
    )
    world.plan()
    world.roster = roster(contact("Ada", "monthly"))
    assert day("2026-11-03") in days_of(world.plan())


def test_a_cancelled_slot_keeps_the_words_it_was_cancelled_with():
    ada = contact("Ada", "monthly")
    world = world_of(ada, known=[series("2026-10-06", "monthly")], away=[away("2026-10-25", "2026-11-15")])
    before = world.plan()
    world.holidays = {day("2026-11-03"): "Founders' Day"}
    assert world.plan().series == before.series


def test_a_moved_check_in_stays_where_it_was_moved_to():
    known = series("2026-10-06", "monthly", exceptions=[moved("2026-11-03", "2026-11-05 09:00")])
    assert world_of(contact("Ada", "monthly"), known=[known]).plan().series[0].exceptions == known.exceptions


def test_a_moved_check_in_goes_back_to_its_slot_when_its_new_day_is_closed():
    known = series("2026-10-06", "monthly", exceptions=[moved("2026-11-03", "2026-11-05 09:00")])
    world = world_of(contact("Ada", "monthly"), known=[known], away=[away("2026-11-05", "2026-11-05")])
    assert world.plan().series[0].exceptions == ()


def test_a_moved_check_in_leaves_hours_that_its_channel_no_longer_has():
    known = series("2026-10-06", "monthly", exceptions=[moved("2026-11-03", "2026-11-05 09:15")])
    ada = contact("Ada", "monthly", channel=channel("08:30-09:30"))
    plan = world_of(ada, known=[known]).plan()
    assert clock("2026-11-05 09:15") not in starts_of(plan)


def test_two_check_ins_of_a_day_that_grow_longer_come_apart():
    short = channel(minutes=45)
    ada, bob = (contact(name, "monthly", channel=short) for name in ("Ada", "Bob"))
    known = [
        series("2026-10-06", "monthly", contact="ada"),
        series("2026-10-06", "monthly", contact="bob", at="09:15"),
    ]
    world = world_of(ada, bob, known=known, per_day=2)
    assert not any(one.exceptions for one in world.plan().series)
    longer = channel("08:30-10:30", minutes=60)
    world.roster = roster(*(replace(one, channel=longer) for one in (ada, bob)), per_day=2)
    plan = world.plan()
    spans = sorted((one.start_at, one.end_at) for one in plan.occurrences)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


# -- after a meeting ------------------------------------------------------------------------------


def test_a_check_in_that_passed_keeps_the_series():
    world = world_of(contact("Ada", "monthly"))
    before = world.plan()
    first, second, *_ = starts_of(before)
    after = world.plan_at(f"{first.date() + timedelta(days=1)} 09:00")
    assert [one.uid for one in after.series] == [one.uid for one in before.series]
    assert starts_of(after)[0] == second


def test_a_check_in_held_early_in_its_window_takes_the_slot_off_the_calendar():
    world = world_of(contact("Ada", "quarterly", met_on="2026-07-20"))
    planned = world.plan().series[0]
    first, second, *_ = slots(planned)
    world.now = moment(f"{first - timedelta(days=10)} 12:00")
    world.tell(held_fact(str(first - timedelta(days=10)), slot=slot_name(planned, first)))
    plan = world.plan()
    assert [one.uid for one in plan.series] == [planned.uid]
    assert days_of(plan)[0] == second


def test_a_meeting_logged_on_the_day_of_its_slot_leaves_the_rest_alone():
    world = world_of(contact("Ada", "monthly"))
    planned = world.plan().series[0]
    first, second, *_ = slots(planned)
    world.now = moment(f"{first} 05:00")
    world.tell(held_fact(str(first), slot=slot_name(planned, first)))
    assert days_of(world.plan())[:2] == [first, second]


def test_a_meeting_off_the_beat_plans_the_tail_from_the_day_it_was_really_held():
    world = world_of(contact("Ada", "quarterly", met_on="2026-08-20"))
    old = world.plan().series[0]
    world.now = moment("2026-10-05 12:00")
    world.tell(held_fact("2026-10-05"))
    plan = world.plan()
    assert [one.generation for one in plan.series] == [2]
    assert plan.series[0].clock_on == day("2026-10-05")
    assert abs(days_of(plan)[0] - day("2027-01-05")) <= timedelta(days=14)
    assert [one.uid for one in plan.ended] == [old.uid]


def test_a_meeting_beside_the_plan_that_suits_the_next_slot_keeps_the_series():
    known = series("2026-12-08", "quarterly", clock_on="2026-08-28")
    world = world_of(contact("Ada", "quarterly"), known=[known])
    world.tell(held_fact("2026-09-10"))
    assert [one.uid for one in world.plan().series] == [known.uid]


def test_a_backdated_meeting_counts_from_its_own_day():
    world = world_of(contact("Ada", "quarterly"))
    world.plan()
    world.tell(held_fact("2026-07-01"))
    plan = world.plan()
    first_on = min(days_of(plan))
    assert abs(first_on - day("2026-10-01")) <= timedelta(days=14)


def test_an_older_meeting_logged_after_a_newer_one_changes_nothing():
    world = world_of(contact("Ada", "quarterly"), facts=[held_fact("2026-09-01")])
    before = world.plan()
    world.tell(held_fact("2026-03-01"))
    assert world.plan() == before


def test_a_check_in_moved_by_the_program_and_passed_counts_from_where_it_lay():
    known = series("2026-10-06", "monthly", exceptions=[moved("2026-10-06", "2026-10-09 08:30")])
    world = world_of(contact("Ada", "monthly"), known=[known])
    world.plan_at("2026-10-10 09:00")
    held = world.histories()["ada"].held
    assert held is not None
    assert held.day == day("2026-10-09")
    assert world.only().clock_on == day("2026-10-09")


def test_a_missed_check_in_is_replaced_soon():
    known = series("2026-09-08", "quarterly", clock_on="2026-06-08")
    world = world_of(contact("Ada", "quarterly", met_on="2026-06-08"), known=[known])
    world.tell(missed_fact(slot_name(known, "2026-09-08")))
    plan = world.plan()
    assert [one.generation for one in plan.series] == [2]
    assert day("2026-09-17") <= days_of(plan)[0] <= day("2026-10-15")


def test_a_missed_check_in_is_answered_only_once():
    known = series("2026-09-08", "quarterly", clock_on="2026-06-08")
    world = world_of(contact("Ada", "quarterly", met_on="2026-06-08"), known=[known])
    world.tell(missed_fact(slot_name(known, "2026-09-08")))
    plan = world.plan()
    assert world.plan().series == plan.series


def test_a_skipped_check_in_comes_off_and_the_next_slot_stands():
    world = world_of(contact("Ada", "monthly"))
    planned = world.plan().series[0]
    first, second, third, *_ = slots(planned)
    world.tell(skipped_fact(slot_name(planned, first)))
    plan = world.plan()
    assert [one.uid for one in plan.series] == [planned.uid]
    assert days_of(plan)[:2] == [second, third]


def test_a_skipped_check_in_stays_away():
    world = world_of(contact("Ada", "monthly"))
    planned = world.plan().series[0]
    second = slots(planned)[1]
    world.tell(skipped_fact(slot_name(planned, second)))
    once = world.plan()
    assert second not in days_of(once)
    assert world.plan() == once


def test_skipping_a_check_in_that_was_presumed_held_leaves_the_rest_where_it_is():
    world = world_of(contact("Ada", "quarterly", met_on="2026-08-14"))
    world.plan()
    planned = world.only()
    first, second, *_ = slots(planned)
    world.plan_at(f"{first + timedelta(days=2)} 07:00")
    world.tell(skipped_fact(slot_name(planned, first)))
    assert days_of(world.plan())[0] == second
    assert world.only().uid == planned.uid
    assert world.only().clock_on == day("2026-08-14")


def test_skipping_a_moved_check_in_that_was_presumed_held_leaves_the_rest_where_it_is():
    away_from = [moved("2026-10-06", "2026-10-09 08:30")]
    known = series("2026-10-06", "monthly", clock_on="2026-09-01", exceptions=away_from)
    world = world_of(contact("Ada", "monthly", met_on="2026-09-01"), known=[known])
    world.plan_at("2026-10-10 09:00")
    world.tell(skipped_fact(slot_name(known, "2026-10-06")))
    assert days_of(world.plan())[0] == day("2026-11-03")
    assert world.only().uid == known.uid


def test_a_skip_leaves_the_clock_alone():
    world = world_of(contact("Ada", "monthly", met_on="2026-09-01"))
    planned = world.plan().series[0]
    world.tell(skipped_fact(slot_name(planned, slots(planned)[0])))
    assert world.plan().series[0].clock_on == day("2026-09-01")


def test_an_asking_owner_is_believed_nothing_that_only_passed():
    world = world_of(contact("Ada", "monthly"), assume=Assumption.ASK)
    first = days_of(world.plan())[0]
    world.plan_at(f"{first + timedelta(days=1)} 09:00")
    assert world.histories()["ada"].held is None


# -- snooze ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cadence", ["monthly", "quarterly", "every 6 months"])
def test_a_snoozed_check_in_moves_behind_the_day_and_leaves_the_following_ones(cadence):
    world = world_of(contact("Ada", cadence))
    planned = world.plan().series[0]
    first, second, third, *_ = slots(planned)
    until_on = first + timedelta(days=7)
    world.tell(snoozed_fact(str(until_on)))
    found = days_of(world.plan())
    assert until_on <= found[0] <= until_on + timedelta(days=7)
    assert found[1:3] == [second, third]


def test_a_weekly_check_in_snoozed_by_a_week_is_the_next_ones_business():
    world = world_of(contact("Ada", "weekly"))
    planned = world.plan().series[0]
    first, second, third, *_ = slots(planned)
    world.tell(snoozed_fact(str(first + timedelta(days=7))))
    assert days_of(world.plan())[:2] == [second, third]


@pytest.mark.parametrize("cadence", ["weekly", "every 2 weeks", "monthly", "quarterly", "yearly"])
@pytest.mark.parametrize("days", [1, 5, 7, 20, 50, 100])
def test_a_snooze_is_stable_when_planned_again(cadence, days):
    world = world_of(contact("Ada", cadence), contact("Bob", "weekly"))
    first = slots(world.plan().series[0])[0]
    world.tell(snoozed_fact(str(first + timedelta(days=days))))
    once = world.plan()
    assert days_of(once)[0] >= first + timedelta(days=days)
    assert world.plan() == once


def test_a_snoozed_check_in_stays_where_it_went_when_its_day_has_come():
    world = world_of(contact("Ada", "quarterly"))
    planned = world.plan().series[0]
    first = slots(planned)[0]
    world.tell(snoozed_fact(str(first + timedelta(days=14))))
    new_day = days_of(world.plan())[0]
    assert days_of(world.plan_at(f"{new_day} 00:30"))[0] == new_day


def test_a_snooze_with_no_room_behind_it_cancels_the_check_in():
    world = world_of(contact("Ada", "monthly"), known=[series("2026-10-06", "monthly")])
    world.tell(snoozed_fact("2026-10-13"))
    world.roster = roster(contact("Ada", "monthly"), away=[away("2026-10-13", "2026-10-31")])
    plan = world.plan()
    assert days_of(plan)[0] == day("2026-11-03")


def test_a_snoozed_check_in_that_is_then_skipped_stays_away():
    world = world_of(contact("Ada", "quarterly"))
    planned = world.plan().series[0]
    first, second, *_ = slots(planned)
    world.tell(snoozed_fact(str(first + timedelta(days=14))))
    world.plan()
    world.tell(skipped_fact(slot_name(planned, first)))
    assert days_of(world.plan())[0] == second


def test_a_snooze_holds_for_somebody_not_planned_yet():
    world = world_of(contact("Ada", "monthly"), facts=[snoozed_fact("2027-02-01")])
    assert days_of(world.plan())[0] >= day("2027-02-01")


# -- pause, resume, leave -------------------------------------------------------------------------


def test_a_pause_takes_everything_off_the_calendar():
    world = world_of(contact("Ada", "weekly"), known=[series("2026-09-15", "weekly")])
    world.tell(paused_fact())
    plan = world.plan()
    assert (plan.occurrences, plan.series, plan.unplaced) == ((), (), ())
    assert [one.until_on for one in plan.ended] == [day("2026-09-15")]


def test_a_pause_leaves_what_has_passed():
    known = series("2026-09-01", "weekly")
    world = world_of(contact("Ada", "weekly"), known=[known], facts=[paused_fact()])
    (ended,) = world.plan().ended
    assert slots(ended) == [day("2026-09-01"), day("2026-09-08"), day("2026-09-14")][:2]


def test_a_pause_from_a_day_on_leaves_the_check_ins_before_it_and_counts_them():
    known = series("2026-09-15", "weekly")
    ada, bob = contact("Ada", "weekly"), contact("Bob", "monthly")
    world = world_of(ada, bob, known=[known], facts=[paused_fact(from_on="2026-09-29")], per_week=1)
    plan = world.plan()
    assert days_of(plan, "ada") == [day("2026-09-15"), day("2026-09-22")]
    assert [one.until_on for one in plan.series if one.contact == "ada"] == [day("2026-09-23")]
    assert days_of(plan, "bob")[0] >= day("2026-09-28")


def test_a_pause_that_leaves_the_owners_own_rhythm_knows_it():
    assert paused_fact(note=f"{NOT_FOLLOWED}: RRULE:FREQ=DAILY").is_not_followed
    assert not paused_fact(note="you deleted it on your calendar").is_not_followed


def test_resuming_brings_a_new_generation():
    world = world_of(contact("Ada", "monthly"))
    world.plan()
    world.tell(paused_fact())
    world.plan()
    world.tell(resumed_fact())
    plan = world.plan()
    assert [one.generation for one in plan.series] == [2]


def test_a_contact_who_left_the_roster_is_off_the_calendar_at_once():
    world = world_of(contact("Bob", "monthly"), known=[series("2026-09-15", "weekly", contact="ada")])
    plan = world.plan()
    assert days_of(plan, "ada") == []
    assert [one.contact for one in plan.ended] == ["ada"]


def test_a_contact_who_comes_back_gets_the_next_generation():
    known = series("2026-03-03", "monthly", generation=3, until_on="2026-06-01")
    (planned,) = world_of(contact("Ada", "monthly"), known=[known]).plan().series
    assert planned.generation == 4


# -- another rhythm -------------------------------------------------------------------------------


def another_cadence():
    """A weekly series with two check-ins ahead that are near, now to be quarterly."""
    known = series("2026-09-15", "weekly", clock_on="2026-09-08")
    return known, world_of(contact("Ada", "quarterly", met_on="2026-09-08"), known=[known])


def test_another_cadence_leaves_the_next_seven_days_and_ends_the_old_series():
    known, world = another_cadence()
    old, new = world.plan().series
    assert old.uid == known.uid
    assert slots(old) == [day("2026-09-15")]
    assert old.until_on == day("2026-09-16")
    assert new.generation == 2


def test_the_new_cadence_counts_from_the_last_check_in_that_stands():
    _, world = another_cadence()
    _, new = world.plan().series
    assert abs(new.first_on - day("2026-12-15")) <= timedelta(days=14)


def test_the_old_series_is_not_ended_again():
    _, world = another_cadence()
    plan = world.plan()
    assert world.plan() == plan


def test_the_old_series_is_out_of_the_plan_once_it_is_over():
    _, world = another_cadence()
    world.plan()
    plan = world.plan_at("2026-09-16 09:00")
    assert [one.generation for one in plan.series] == [2]


def test_a_check_in_of_the_old_rhythm_can_be_skipped():
    known, world = another_cadence()
    world.plan()
    world.tell(skipped_fact(slot_name(known, "2026-09-15")))
    assert day("2026-09-15") not in days_of(world.plan())


def test_a_check_in_of_the_old_rhythm_held_early_comes_off():
    known, world = another_cadence()
    world.plan()
    world.tell(held_fact("2026-09-14", slot=slot_name(known, "2026-09-15")))
    assert day("2026-09-15") not in days_of(world.plan())


def test_a_pause_takes_off_the_old_rhythm_too():
    _, world = another_cadence()
    world.plan()
    world.tell(paused_fact())
    assert world.plan().occurrences == ()


def test_leaving_the_roster_takes_off_the_old_rhythm_too():
    _, world = another_cadence()
    world.plan()
    world.roster = roster(contact("Bob", "yearly"))
    assert days_of(world.plan(), "ada") == []


def test_a_snooze_moves_a_check_in_of_the_old_rhythm():
    _, world = another_cadence()
    world.plan()
    world.tell(snoozed_fact("2026-09-22"))
    plan = world.plan()
    assert day("2026-09-22") <= days_of(plan)[0] <= day("2026-09-30")
    assert world.plan() == plan


def test_a_snooze_of_a_slow_rhythm_moves_the_check_in_of_the_old_one_and_no_other():
    known = series("2026-09-15", "monthly", clock_on="2026-08-15")
    world = world_of(contact("Ada", "quarterly", met_on="2026-08-15"), known=[known])
    before = days_of(world.plan())
    world.tell(snoozed_fact("2026-10-05"))
    plan = world.plan()
    assert day("2026-10-05") <= days_of(plan)[0] <= day("2026-10-12")
    assert days_of(plan)[1:] == before[1:]
    assert world.plan() == plan


def test_a_snooze_over_two_rhythms_moves_only_the_later_check_in():
    known = series("2026-09-15", "monthly", clock_on="2026-08-15")
    world = world_of(contact("Ada", "quarterly", met_on="2026-08-15"), known=[known])
    world.plan()
    world.tell(snoozed_fact("2027-01-10"))
    plan = world.plan()
    first, second, *_ = days_of(plan)
    assert first >= day("2027-01-10")
    assert second - first > timedelta(days=40)
    assert world.plan().series == plan.series


def test_a_snooze_and_another_cadence_at_once_leave_nothing_before_the_day():
    _, world = another_cadence()
    world.tell(snoozed_fact("2026-10-20"))
    plan = world.plan()
    assert days_of(plan)[0] >= day("2026-10-20")
    assert world.plan().series == plan.series


def test_a_settled_check_in_of_the_old_rhythm_does_not_hold_the_new_one_back():
    known = series("2026-09-15", "weekly", clock_on="2026-09-08")
    world = world_of(contact("Ada", "monthly", met_on="2026-09-08"), known=[known])
    world.tell(skipped_fact(slot_name(known, "2026-09-15")))
    plan = world.plan()
    assert [one.generation for one in plan.series] == [2]
    assert abs(days_of(plan)[0] - day("2026-10-08")) <= timedelta(days=5)


def test_another_time_zone_plans_everybody_anew():
    ada = contact("Ada", "monthly", met_on="2026-09-10")
    world = world_of(ada)
    world.plan()
    world.roster = roster(ada, timezone="America/New_York")
    plan = world.plan()
    assert [(one.generation, one.timezone) for one in plan.series] == [(2, "America/New_York")]


def test_a_rhythm_without_a_place_in_another_time_zone_is_ended():
    known = series("2026-10-01", "weekly", timezone="America/New_York")
    world = world_of(contact("Ada", "weekly", channel=channel("08:30-09:00", minutes=45)), known=[known])
    plan = world.plan()
    assert [(one.contact, one.goes_on) for one in plan.unplaced] == [("ada", False)]
    assert (plan.series, [one.uid for one in plan.ended]) == ((), [known.uid])


def test_a_near_check_in_keeps_its_instant_in_another_time_zone_and_nothing_overlaps_it():
    # 08:30 in Berlin is 08:30 in Berlin, wherever the owner is now.
    known = series("2026-09-18", "monthly", timezone="America/New_York")
    cafe = channel("14:30-15:15")
    world = world_of(
        contact("Ada", "yearly"),
        contact("Bob", "weekly", channel=cafe, met_on="2026-09-11", flex_days=0),
        known=[known],
        per_day=2,
    )
    plan = world.plan()
    spans = sorted((one.start_at, one.end_at) for one in plan.occurrences)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_weekday_that_is_closed_brings_a_new_generation_on_another():
    world = world_of(contact("Ada", "monthly"), known=[series("2026-10-06", "monthly")], weekdays=[0, 2])
    (planned,) = world.plan().series
    assert planned.generation == 2
    assert planned.rule.weekday in (0, 2)


def test_other_hours_bring_a_new_generation():
    evening = contact("Ada", "monthly", channel=channel("18:00-20:00"))
    (planned,) = world_of(evening, known=[series("2026-10-06", "monthly")]).plan().series
    assert (planned.generation, planned.local_time.hour) == (2, 18)


def test_other_words_change_the_words_alone():
    world = world_of(contact("Ada", "monthly"))
    (before,) = world.plan().series
    world.roster = roster(contact("Ada Lovelace", "monthly", key="ada", category="vendors"))
    (after,) = world.plan().series
    assert after == replace(before, summary="Coffee with Ada Lovelace", category="vendors")


def test_a_rhythm_that_finds_no_place_leaves_the_old_one_and_says_so_every_time():
    world = world_of(
        contact("Ada", "weekly"),
        contact("Bob", "weekly"),
        known=[
            series("2026-09-15", "weekly", contact="ada", clock_on="2026-09-08"),
            series("2026-10-06", "monthly", contact="bob", clock_on="2026-09-08"),
        ],
        facts=[held_fact("2026-09-08"), held_fact("2026-09-08", who="bob")],
        per_week=1,
    )
    plan = world.plan()
    (bob,) = plan.unplaced
    assert (bob.contact, bob.goes_on) == ("bob", True)
    assert str(bob.reason).endswith("has room, so the earlier check-ins stay")
    assert world.plan() == plan


def test_an_off_beat_meeting_without_a_new_place_is_not_forgotten():
    world = world_of(
        contact("Ada", "weekly"),
        contact("Bob", "every 2 weeks", flex_days=1),
        known=[
            series("2026-09-15", "weekly", contact="ada", clock_on="2026-09-08"),
            series("2026-10-01", "every 2 weeks", contact="bob", clock_on="2026-08-20"),
        ],
        facts=[held_fact("2026-09-08"), held_fact("2026-09-11", who="bob")],
        per_week=1,
    )
    plan = world.plan()
    assert [one.contact for one in plan.unplaced] == ["bob"]
    assert world.plan() == plan


def test_a_near_check_in_of_the_old_rhythm_is_booked_before_anybody_new_is_placed():
    # Zoe's check-in on Friday stands although her rhythm changes; Ada, placed first, must not take that day.
    known = series("2026-09-18", "weekly", contact="zoe", clock_on="2026-09-11")
    world = world_of(
        contact("Ada", "weekly", met_on="2026-09-11", flex_days=1),
        contact("Zoe", "yearly", met_on="2026-09-11"),
        known=[known],
        weekdays=[4],
    )
    plan = world.plan()
    days = [one.start_at.date() for one in plan.occurrences]
    assert len(days) == len(set(days))


# -- capacity -------------------------------------------------------------------------------------


def one_a_week_and_one_passed():
    """Ada was met this Monday, Bob is overdue, and there is time for one a week."""
    known = series("2026-09-14", "weekly", contact="ada", at="08:00", until_on="2026-09-15")
    ada, bob = contact("Ada", "yearly", met_on="2026-09-07"), contact("Bob", "monthly", met_on="2026-07-01")
    return known, world_of(ada, bob, known=[known], per_week=1)


def test_what_has_passed_this_week_counts_against_the_week():
    _, world = one_a_week_and_one_passed()
    assert days_of(world.plan_at("2026-09-14 12:00"), "bob")[0] >= day("2026-09-21")


def test_what_has_passed_this_week_is_no_load_and_leaves_no_room():
    _, world = one_a_week_and_one_passed()
    this_week = world.plan_at("2026-09-14 12:00").load[0]
    assert (this_week.checkins, this_week.capacity) == (0, 0)


def test_a_skipped_check_in_of_this_week_leaves_its_place_to_others():
    known, world = one_a_week_and_one_passed()
    world.tell(skipped_fact(slot_name(known, "2026-09-14")))
    assert days_of(world.plan_at("2026-09-14 12:00"), "bob")[0] < day("2026-09-21")


def test_a_series_ended_long_ago_counts_no_more():
    known = series("2025-01-07", "weekly", until_on="2025-02-01")
    plan = world_of(contact("Ada", "monthly"), known=[known]).plan()
    assert [one.generation for one in (*plan.series, *plan.ended)] == [2]


def test_less_capacity_moves_what_lies_further_ahead():
    known = [
        series("2026-10-06", "monthly", contact=who, at=at)
        for who, at in (("ada", "08:30"), ("bob", "09:15"))
    ]
    world = world_of(contact("Ada", "monthly"), contact("Bob", "monthly"), known=known, per_day=2)
    world.plan()
    world.roster = roster(contact("Ada", "monthly"), contact("Bob", "monthly"), per_day=1)
    plan = world.plan()
    days = [one.start_at.date() for one in plan.occurrences]
    assert len(days) == len(set(days))
    assert days_of(plan, "ada")[0] == day("2026-10-06")


def on_mondays(who, *, at="08:30", **more):
    return series("2026-09-21", "weekly", contact=who, at=at, clock_on="2026-09-07", **more)


def test_a_month_holds_no_more_minutes_than_it_may():
    world = world_of(contact("Ada", "weekly"), contact("Bob", "weekly"), minutes_per_month=45 * 5)
    plan = world.plan()
    by_month = Counter((one.start_at.year, one.start_at.month) for one in plan.occurrences)
    assert max(by_month.values()) == 5
    assert not plan.unplaced


def test_a_slot_for_which_the_month_has_no_minutes_left_moves_into_the_next():
    ada = contact("Ada", "weekly", met_on="2026-09-07", flex_days=3)
    world = world_of(
        ada, known=[on_mondays("ada")], minutes_per_month=45 * 4, away=[away("2026-12-07", "2026-12-31")]
    )
    world.plan()
    moves = {one.slot_on: one for one in world.only().exceptions}
    assert str(moves[day("2026-11-30")].reason) == "November 2026 has no 45 minutes left, moved to Tue 1 Dec"


def test_what_has_passed_this_month_counts_against_the_month():
    known = series("2026-09-02", "weekly", contact="bob", until_on="2026-09-10")
    late = contact("Ada", "monthly", met_on="2026-07-01")
    bob = contact("Bob", "yearly", met_on="2026-09-09")
    first = days_of(world_of(late, bob, known=[known], minutes_per_month=90).plan())[0]
    assert first >= day("2026-10-01")


def test_whoever_no_month_has_minutes_for_is_named():
    (left_out,) = world_of(contact("Ada", "monthly"), minutes_per_month=30).plan().unplaced
    assert str(left_out.reason) == "not met yet; no day from Thu 17 Sep to Fri 16 Oct has room"


def test_two_check_ins_of_a_day_keep_the_longer_buffer_between_them():
    brisk = channel("08:30-12:00", buffer_minutes=10)
    slow = channel("08:30-12:00", key="walk", buffer_minutes=60)
    ada, bob = contact("Ada", "weekly", channel=brisk), contact("Bob", "weekly", channel=slow)
    plan = world_of(ada, bob, weekdays=[1], per_day=2).plan()
    (first, second), *_ = zip(plan.occurrences[::2], plan.occurrences[1::2], strict=False)
    assert second.start_at - first.end_at >= timedelta(minutes=60)


def test_a_longer_buffer_takes_two_check_ins_of_a_day_apart():
    known = [on_mondays("ada"), on_mondays("bob", at="09:15")]
    people = [
        contact(who, "weekly", met_on="2026-09-07", channel=channel("08:30-12:00")) for who in ("Ada", "Bob")
    ]
    world = world_of(*people, known=known, per_day=2)
    assert not any(one.exceptions for one in world.plan().series)
    slower = channel("08:30-12:00", buffer_minutes=15)
    world.roster = roster(*(replace(one, channel=slower) for one in people), per_day=2)
    plan = world.plan()
    spans = [(one.start_at, one.end_at) for one in plan.occurrences]
    gaps = [after[0] - before[1] for before, after in pairwise(spans) if before[0].date() == after[0].date()]
    assert len(gaps) > 90
    assert min(gaps) >= timedelta(minutes=15)


# -- what is frozen -------------------------------------------------------------------------------


@pytest.mark.parametrize("freeze_days", [0, 7, 14])
def test_nothing_is_moved_that_is_nearer_than_the_file_says(freeze_days):
    ada = contact("Ada", "weekly", met_on="2026-09-07")
    world = world_of(ada, known=[on_mondays("ada")], freeze_days=freeze_days)
    world.plan()
    world.roster = roster(ada, freeze_days=freeze_days, away=[away("2026-09-15", "2026-11-15")])
    assert len([one for one in days_of(world.plan()) if one < day("2026-11-16")]) == freeze_days // 7


def test_a_new_rhythm_breaks_no_capacity_inside_what_is_frozen_for_others():
    # Bob's second check-in would be on the first day of Ada's, and within a fortnight.
    ada = contact("Ada", "weekly", met_on="2026-09-07")
    bob = contact("Bob", "weekly", met_on="2026-09-10")
    world = world_of(ada, bob, known=[on_mondays("ada")], freeze_days=14, holidays_on=["2026-09-24"])
    plan = world.plan()
    assert day("2026-09-24") not in days_of(plan, "bob")
    assert max(Counter(one.start_at.date() for one in plan.occurrences).values()) == 1


def test_a_check_in_never_goes_back_to_a_slot_that_has_passed():
    known = series("2026-09-08", "monthly", exceptions=[moved("2026-09-08", "2026-10-05 08:30")])
    ada = contact("Ada", "monthly", met_on="2026-08-08", flex_days=30)
    world = world_of(ada, known=[known], away=[away("2026-10-05", "2026-10-05")])
    plan = world.plan()
    assert min(days_of(plan)) > day("2026-09-21")
    assert day("2026-09-08") not in [fact.held_on for fact in world.facts if isinstance(fact, Passed)]


def test_a_check_in_goes_back_to_no_slot_that_is_too_near():
    known = series("2026-09-17", "monthly", exceptions=[moved("2026-09-17", "2026-09-25 08:30")])
    ada = contact("Ada", "monthly", met_on="2026-08-17", flex_days=10)
    world = world_of(ada, known=[known], away=[away("2026-09-25", "2026-09-25")])
    assert days_of(world.plan())[0] > day("2026-09-21")


def test_a_check_in_of_an_earlier_time_zone_is_left_alone_though_less_is_frozen():
    ada = contact("Ada", "weekly", met_on="2026-09-07")
    world = world_of(ada, known=[on_mondays("ada")], freeze_days=14)
    world.plan()
    world.roster = roster(ada, timezone="America/New_York", freeze_days=14)
    before = world.plan()
    world.roster = roster(ada, timezone="America/New_York", freeze_days=0)
    assert starts_of(world.plan())[0] == starts_of(before)[0] == clock("2026-09-21 02:30")


# -- one more contact -----------------------------------------------------------------------------


def test_a_plan_with_one_more_contact_is_what_planning_everybody_again_makes():
    ada = contact("Ada", "monthly")
    walk = channel("08:30-10:00", key="walk", weekdays=[5])
    bob = contact("Bob", "weekly", channel=walk, met_on="2026-09-12")
    world = world_of(ada)
    extended = extend_plan(world.plan(), [bob])
    world.roster = roster(ada, bob)
    assert extended == world.plan()


def test_one_more_contact_without_a_place_is_listed():
    world = world_of(contact("Ada", "weekly"), per_week=1)
    plan = world.plan()
    extended = extend_plan(plan, [contact("Bob", "weekly")])
    assert [one.contact for one in extended.unplaced] == ["bob"]
    assert (extended.series, plan.unplaced) == (plan.series, ())


def test_the_book_without_a_contact_holds_what_the_others_have_ahead():
    world = world_of(
        contact("Ada", "weekly"), contact("Bob", "weekly"), known=[series("2026-09-07", "weekly", at="08:00")]
    )
    plan = world.plan()
    ahead = len(days_of(plan, "ada"))
    weeks = plan.planner.book_without(world.roster.contacts[1]).weeks(end_on=plan.end_on)
    assert sum(week.checkins for week in weeks) == pytest.approx(ahead, abs=1)


# -- other people's days --------------------------------------------------------------------------


def test_a_remote_check_in_keeps_off_the_holidays_of_the_contact():
    known = series("2026-10-06", "monthly", at="10:00", minutes=30)
    ada = contact("Ada", "monthly", channel=VIDEO, holidays=("US",))
    world = world_of(ada, known=[known])
    world.their_holidays = {day("2026-11-03"): "Election Day"}
    world.plan()
    assert [str(one.reason) for one in world.only().exceptions] == [
        "Election Day is a holiday in Ada's country, moved to Wed 4 Nov"
    ]


def test_a_check_in_that_a_contact_can_no_longer_be_reached_at_moves_to_another_hour():
    known = series("2026-10-06", "monthly", at="14:00", minutes=30)
    ada = contact("Ada", "monthly", channel=VIDEO, timezone="America/New_York", reachable=["10:00-11:00"])
    world = world_of(ada, known=[known])
    plan = world.plan()
    # For a few weeks a year, New York is five hours behind.
    assert {f"{one:%H:%M}" for one in starts_of(plan)} == {"16:00", "15:00"}
    assert str(world.only().exceptions[0].reason) == (
        "14:00 lies outside Ada's day in America/New_York, moved to 16:00"
    )


def test_whoever_can_never_be_reached_is_named():
    ada = contact("Ada", channel=VIDEO, timezone="America/New_York", reachable=["06:00-07:00"])
    (left_out,) = world_of(ada).plan().unplaced
    assert str(left_out.reason) == "not met yet; no hour of video suits Ada's day in America/New_York"


# -- a fresh start --------------------------------------------------------------------------------


def late_world(**of):
    ada = contact("Ada", "quarterly", met_on="2026-01-05")
    known = series("2027-01-05", "quarterly", clock_on="2026-01-05")
    world = world_of(ada, known=[known], **of)
    world.tell(replanned_fact("2026-10-12", "2026-10-25"))
    return world


def test_a_fresh_start_is_planned_inside_its_weeks():
    plan = late_world().plan()
    assert [one.generation for one in plan.series] == [2]
    assert day("2026-10-12") <= days_of(plan)[0] <= day("2026-10-25")


def test_a_fresh_start_is_planned_once():
    world = late_world()
    plan = world.plan()
    assert world.plan().series == plan.series
    assert [one.generation for one in world.plan_at("2026-10-26 12:00").series] == [2]


def test_a_fresh_start_without_room_goes_on_and_is_tried_again():
    world = late_world(away=[away("2026-10-10", "2026-11-01")])
    plan = world.plan()
    assert [one.generation for one in plan.series] == [1]
    assert [one.contact for one in plan.unplaced] == ["ada"]
    world.roster = roster(*world.roster.contacts)
    assert [one.generation for one in world.plan().series] == [2]


def test_a_rhythm_after_a_fresh_start_counts_from_its_meeting_again():
    world = late_world()
    world.plan()
    world.now = moment("2026-12-01 12:00")
    world.tell(held_fact("2026-12-01"))
    assert abs(days_of(world.plan())[0] - day("2027-03-01")) <= timedelta(days=14)


# -- a fixed schedule, and meetings far from it ---------------------------------------------------


def test_a_fixed_schedule_keeps_its_series_whatever_day_they_met():
    ada = contact("Ada", "quarterly", met_on="2026-08-20", counts_from=ClockFrom.SCHEDULE)
    world = world_of(ada)
    planned = world.plan().series[0]
    world.now = moment("2026-10-05 12:00")
    world.tell(held_fact("2026-10-05"))
    assert [one.uid for one in world.plan().series] == [planned.uid]


def test_a_check_in_held_long_after_its_slot_plans_the_tail_from_that_day():
    known = series(
        "2026-09-22", "quarterly", clock_on="2026-06-22", exceptions=[moved("2026-09-22", "2026-11-03 08:30")]
    )
    world = world_of(contact("Ada", "quarterly", met_on="2026-06-22"), known=[known])
    plan = world.plan_at("2026-11-04 09:00")
    assert abs(days_of(plan)[0] - day("2027-02-03")) <= timedelta(days=14)
    assert world.plan().series == plan.series


def test_a_contact_met_every_five_years_is_planned_in_five_years():
    world = world_of(contact("Ada", "every 5 years", met_on="2026-09-10"))
    (planned,) = world.plan().series
    assert abs(planned.first_on - day("2031-09-10")) <= timedelta(days=274)


def test_a_meeting_beside_the_plan_that_suits_a_slot_years_ahead_keeps_the_series():
    known = series("2029-09-11", "every 3 years", clock_on="2026-08-20")
    world = world_of(contact("Ada", "every 3 years"), known=[known], facts=[held_fact("2026-09-10")])
    assert [one.uid for one in world.plan().series] == [known.uid]


def test_whoever_skips_a_check_in_that_comes_every_five_years_is_not_missing():
    known = series("2026-11-03", "every 5 years", clock_on="2021-11-03")
    world = world_of(contact("Ada", "every 5 years", met_on="2021-11-03"), known=[known])
    world.tell(skipped_fact(slot_name(known, "2026-11-03")))
    assert (world.plan().occurrences, world.plan().unplaced) == ((), ())


def test_whoever_has_lost_their_last_check_in_is_named():
    known = series("2026-11-03", "every 5 years", clock_on="2021-11-03")
    ada = contact("Ada", "every 5 years", met_on="2021-11-03", flex_days=2)
    plan = world_of(ada, known=[known], away=[away("2026-10-25", "2026-11-15")]).plan()
    assert [str(one.reason) for one in plan.unplaced] == [
        "no check-in is left: you are away, and every other day near it is kept free"
    ]


def test_whoever_is_snoozed_is_not_named_for_want_of_a_check_in():
    known = series("2026-11-03", "every 5 years", clock_on="2021-11-03")
    ada = contact("Ada", "every 5 years", met_on="2021-11-03", flex_days=2)
    world = world_of(ada, known=[known], away=[away("2026-10-25", "2026-11-15")])
    world.tell(snoozed_fact("2026-10-01"))
    assert world.plan().unplaced == ()


def test_the_frozen_rest_of_one_rhythm_is_no_business_of_anybody_new():
    _, world = another_cadence()
    world.plan()
    bob = contact("Bob", "monthly", met_on="2026-09-01")
    world.roster = roster(*world.roster.contacts, bob)
    assert abs(days_of(world.plan(), "bob")[0] - day("2026-10-01")) <= timedelta(days=5)


def test_a_slot_that_was_cancelled_for_other_reasons_gets_new_words():
    known = series("2026-10-06", "monthly", exceptions=[cancelled("2026-11-03")])
    world = world_of(contact("Ada", "monthly"), known=[known], away=[away("2026-10-25", "2026-11-15")])
    world.plan()
    assert str(world.only().exceptions[0].reason).startswith("you are away")


# -- a whole year ---------------------------------------------------------------------------------

YEAR = (
    contact("Ada", "every 2 weeks"),
    contact("Bob", "monthly", met_on="2026-08-25"),
    contact("Cy", "monthly"),
    contact("Dee", "every 6 weeks", met_on="2026-01-01"),
    contact("Eve", "quarterly", met_on="2026-09-01"),
    contact("Fay", "quarterly", channel=VIDEO, timezone="America/New_York"),
    contact("Gus", "every 6 months", met_on="2026-04-01"),
    contact("Hal", "yearly"),
)


@pytest.mark.parametrize("step", [3, 7])
def test_a_year_of_doing_nothing_keeps_everybody_near_their_cadence(step):
    world = World(
        roster(
            *YEAR,
            weekdays=[0, 1, 2, 3],
            away=[away("2026-12-21", "2027-01-03"), away("2027-07-01", "2027-07-14")],
        ),
        holidays={date(2026, 12, 24): "Christmas Eve", date(2027, 3, 26): "Good Friday"},
    )
    near: set[tuple[str, date, datetime]] = set()
    for _ in range(0, 540, step):
        plan = world.plan()
        assert not plan.unplaced
        standing = {(one.uid, one.slot_on, one.start_at) for one in plan.occurrences}
        assert {one for one in near if one[2] >= world.now} <= standing
        near = {
            (one.uid, one.slot_on, one.start_at)
            for one in plan.occurrences
            if one.start_at < world.now + timedelta(days=6, hours=20)
        }
        world.now += timedelta(days=step)
    histories = world.histories()
    assert all(gaps_are_near(one, [outcome.day for outcome in histories[one.key].outcomes]) for one in YEAR)


def gaps_are_near(who, days):
    """Every gap is the cadence, give or take its tolerance on both sides and a week; each of the two
    holidays may take one check-in away altogether.
    """
    slack = 2 * who.flex_days + 7
    gaps = [(after - before).days for before, after in pairwise(days)][1:]
    long = [gap for gap in gaps if gap > who.cadence.period_days + slack]
    return (
        len(long) <= 2
        and max(gaps, default=0) <= 2 * who.cadence.period_days + slack
        and min(gaps, default=999) >= who.cadence.period_days - slack
    )


def test_a_passed_fact_is_told_once_in_a_year():
    world = World(roster(*YEAR))
    for _ in range(60):
        world.plan()
        world.now += timedelta(days=7)
    names = [one.slot for one in world.facts if isinstance(one, Passed)]
    assert len(names) == len(set(names)) > 50


def test_a_year_of_meeting_a_day_late_needs_no_new_series():
    world = World(roster(contact("Ada", "monthly")))
    planned = world.plan().series[0]
    for slot_on in slots(planned, 12):
        world.now = moment(f"{slot_on + timedelta(days=1)} 12:00")
        world.plan()
        world.tell(held_fact(str(slot_on + timedelta(days=1)), slot=slot_name(world.only(), slot_on)))
        world.plan()
    assert list(world.series) == [planned.uid]


def test_passed_is_presumed_until_told_otherwise():
    known = series("2026-09-01", "monthly")
    world = world_of(contact("Ada", "monthly"), known=[known])
    world.tell(passed_fact(slot_name(known, "2026-09-01")))
    held = world.histories()["ada"].held
    assert held is not None
    assert held.evidence == "presumed"
