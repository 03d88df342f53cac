"""Trips, and what a plan makes of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from netkeep_sync.core.contact import ClockFrom
from netkeep_sync.core.series import Cancelled
from tests.core.builders import (
    BERLIN,
    COFFEE,
    LUNCH,
    VIDEO,
    ZONES,
    World,
    away,
    channel,
    clock,
    contact,
    day,
    days_of,
    held_fact,
    missed_fact,
    moment,
    paused_fact,
    replanned_fact,
    resumed_fact,
    roster,
    series,
    skipped_fact,
    slot_name,
    snoozed_fact,
    starts_of,
    trip,
)

# The clock stands at Monday 14 September 2026, 09:00 in Berlin. Ada lives in Lisbon and was met on
# 20 August, so that she is due on 20 November.

ADA = contact("Ada", "quarterly", channel=VIDEO, met_on="2026-08-20", city="Lisbon")
KNOWN = series("2026-11-17", "quarterly", at="10:00", minutes=30, clock_on="2026-08-20")
IN_TIME = trip("2026-11-09", "2026-11-13")


def world_of(*contacts, trips=(IN_TIME,), known=(KNOWN,), facts=(), **of):
    world = World(roster(*(contacts or (ADA,)), trips=trips, **of))
    world.tell(*facts)
    world.series = {one.uid: one for one in known}
    return world


def edit(world, **changes):
    world.roster = replace(world.roster, **changes)


def cancelled_words(world, who="ada"):
    return [str(one.reason) for one in world.only(who).exceptions if isinstance(one, Cancelled)]


# -- who is visited -------------------------------------------------------------------------------


def test_whoever_is_nearly_due_is_visited_on_the_trip():
    world = world_of()
    plan = world.plan()
    (visit,) = world.visits()
    assert visit.city == "Lisbon"
    assert days_of(plan)[0] == visit.first_on
    assert visit.first_on in IN_TIME.days
    assert visit.summary == "Coffee with Ada"
    assert str(visit.reason) == "you are in Lisbon from Mon 9 Nov to Fri 13 Nov"


def test_the_check_in_that_a_visit_stands_for_falls_out_with_a_reason():
    world = world_of()
    assert days_of(world.plan())[1] == day("2027-02-16")
    assert cancelled_words(world) == ["you meet in Lisbon on Mon 9 Nov instead"]


@pytest.mark.parametrize(
    ("first", "last", "is_visited"),
    [
        ("2026-10-12", "2026-10-16", False),  # 32 days before the check-in
        ("2026-10-12", "2026-10-18", True),
        ("2026-11-30", "2026-12-04", True),
        ("2026-12-02", "2026-12-06", False),  # 15 days after it, and the tolerance is 14
    ],
)
def test_a_check_in_is_pulled_onto_a_trip_by_a_third_of_its_period_or_its_tolerance(first, last, is_visited):
    world = world_of(trips=[trip(first, last)], weekdays=range(7))
    world.plan()
    assert bool(world.visits()) is is_visited


def test_a_visit_stands_for_a_check_in_even_on_a_long_trip():
    # The emptiest day of the trip is its first, too early for the check-in.
    world = world_of(trips=[trip("2026-09-21", "2026-12-31")])
    plan = world.plan()
    assert days_of(plan)[0] >= day("2026-10-18")
    assert len(cancelled_words(world)) == 1


def test_somebody_just_met_is_not_visited():
    world = world_of(trips=[trip("2026-09-28", "2026-10-02")])
    world.plan()
    assert not world.visits()


def test_somebody_just_met_and_without_a_place_is_not_visited():
    short = replace(ADA, channel=channel("10:00-10:10", key="video", minutes=30, is_remote=True))
    world = world_of(short, trips=[trip("2026-09-28", "2026-10-02")], known=[])
    assert [one.contact for one in world.plan().unplaced] == ["ada"]
    assert not world.visits()


def test_somebody_without_a_place_at_home_is_visited():
    short = replace(ADA, channel=channel("10:00-10:10", key="video", minutes=30, is_remote=True))
    world = world_of(short, known=[])
    plan = world.plan()
    assert [one.contact for one in plan.unplaced] == ["ada"]
    assert days_of(plan) == [day("2026-11-09")]
    assert world.plan() == plan


def test_whoever_lives_elsewhere_is_not_visited():
    world = world_of(replace(ADA, city="Oslo"))
    world.plan()
    assert not world.visits()


def test_the_city_is_found_however_it_is_written():
    world = world_of(trips=[trip("2026-11-09", "2026-11-13", city="LISBÓN")])
    world.plan()
    assert len(world.visits()) == 1


def test_a_check_in_in_person_that_lies_on_the_trip_stays_as_it_is():
    ada = replace(ADA, channel=COFFEE)
    world = world_of(ada, known=[series("2026-11-10", "quarterly", clock_on="2026-08-20")])
    plan = world.plan()
    assert (days_of(plan)[0], world.visits()) == (day("2026-11-10"), [])


def test_a_remote_check_in_that_lies_on_the_trip_becomes_a_visit():
    world = world_of(trips=[trip("2026-11-16", "2026-11-18")])
    world.plan()
    assert [one.channel for one in world.visits()] == ["coffee"]
    assert len(cancelled_words(world)) == 1


def test_a_check_in_in_person_is_pulled_onto_the_trip_in_its_own_way():
    walk = channel("15:00-17:00", key="walk")
    ada = replace(ADA, channel=walk)
    known = series("2026-11-17", "quarterly", at="15:00", clock_on="2026-08-20")
    world = world_of(ada, known=[known])
    assert starts_of(world.plan())[0] == clock("2026-11-09 15:00")
    assert [one.channel for one in world.visits()] == ["walk"]


def test_a_check_in_that_is_frozen_is_not_replaced():
    known = series("2026-09-18", "quarterly", at="10:00", minutes=30, clock_on="2026-06-18")
    world = world_of(trips=[trip("2026-09-17", "2026-09-25")], known=[known], facts=[held_fact("2026-06-18")])
    world.roster = replace(world.roster, contacts=(replace(ADA, met_on=None),))
    assert days_of(world.plan())[0] == day("2026-09-18")
    assert not world.visits()


def test_those_who_have_waited_longest_are_visited_where_not_all_can_be():
    bob = contact("Bob", "quarterly", channel=VIDEO, met_on="2026-08-10", city="Lisbon")
    known = (KNOWN, series("2026-11-12", "quarterly", at="10:00", contact="bob", clock_on="2026-08-10"))
    world = world_of(ADA, bob, trips=[trip("2026-10-29", "2026-10-29")], known=known)
    world.plan()
    assert (len(world.visits("ada")), len(world.visits("bob"))) == (0, 1)


# -- when and where -------------------------------------------------------------------------------


def test_a_visit_goes_by_the_clock_of_the_city():
    world = world_of(trips=[trip("2026-11-09", "2026-11-13", timezone="Europe/Lisbon")])
    plan = world.plan()
    assert [(one.timezone, f"{one.local_time:%H:%M}") for one in world.visits()] == [
        ("Europe/Lisbon", "08:30")
    ]
    assert starts_of(plan)[0] == clock("2026-11-09 09:30")


def test_a_visit_is_planned_for_lunch_when_coffee_has_no_room():
    world = world_of(
        ADA, contact("Bob", "weekly", met_on="2026-09-07"), trips=[trip("2026-11-10", "2026-11-10")],
        known=[KNOWN], per_day=2,
    )  # fmt: skip
    other = series("2026-09-15", "weekly", at="08:45", contact="bob", clock_on="2026-09-07")
    world.series[other.uid] = other
    world.roster = replace(
        world.roster,
        contacts=(ADA, replace(world.roster.contacts[1], channel=channel(is_remote=True))),
    )
    world.plan()
    assert [one.channel for one in world.visits()] == ["lunch"]


def test_a_visit_keeps_off_holidays_and_days_of_rest():
    world = world_of(trips=[trip("2026-11-06", "2026-11-10")])
    world.holidays = {day("2026-11-06"): "Founders' Day", day("2026-11-09"): "Memorial Day"}
    assert days_of(world.plan())[0] == day("2026-11-10")


@pytest.mark.parametrize("first", ["2026-09-15", "2026-09-10"])
def test_a_visit_leaves_time_to_arrange_it(first):
    known = series("2026-10-06", "quarterly", at="10:00", minutes=30, clock_on="2026-07-06")
    ada = replace(ADA, met_on=day("2026-07-06"))
    world = world_of(ada, trips=[trip(first, "2026-09-18")], known=[known])
    assert days_of(world.plan())[0] == day("2026-09-17")
    assert len(world.visits()) == 1


def test_a_trip_that_is_nearly_over_leaves_no_time_for_anybody():
    known = series("2026-10-06", "quarterly", at="10:00", minutes=30, clock_on="2026-07-06")
    world = world_of(
        replace(ADA, met_on=day("2026-07-06")), trips=[trip("2026-09-10", "2026-09-16")], known=[known]
    )
    world.plan()
    assert not world.visits()


def test_a_trip_behind_the_horizon_is_not_looked_at_yet():
    world = world_of(
        contact("Ada", "monthly", channel=VIDEO, city="Lisbon"),
        trips=[trip("2029-05-07", "2029-05-11")],
        known=[],
    )
    world.plan()
    assert not world.visits()


def test_whoever_has_no_place_is_not_visited_behind_the_horizon():
    short = channel("10:00-10:10", key="video", minutes=30, is_remote=True)
    world = world_of(
        contact("Ada", "monthly", channel=short, city="Lisbon"),
        trips=[trip("2029-05-07", "2029-05-11")],
        known=[],
    )
    assert world.plan().occurrences == ()


@pytest.mark.parametrize("timezone", ZONES)
def test_a_visit_lies_on_the_trip_by_the_clock_of_any_city(timezone):
    there = trip("2026-11-09", "2026-11-13", timezone=timezone)
    world = world_of(trips=[there], weekdays=range(7))
    plan = world.plan()
    (visit,) = world.visits()
    assert visit.first_on in there.days
    assert visit.local_time.hour in (8, 9, 12)
    assert world.plan() == plan


@pytest.mark.parametrize("owners", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
@pytest.mark.parametrize("timezone", ["Pacific/Pago_Pago", "Pacific/Kiritimati", "Europe/Berlin"])
def test_a_visit_passes_once_however_far_the_city_is(owners, timezone):
    there = trip("2026-11-09", "2026-11-13", timezone=timezone)
    ada = replace(ADA, cadence=ADA.cadence)
    world = world_of(ada, trips=[there], known=[], weekdays=range(7), timezone=owners)
    world.plan()
    (visit,) = world.visits()
    for hours in range(24 * 5):
        world.now = moment(f"{visit.first_on - timedelta(days=2)} 00:00") + timedelta(hours=hours)
        world.plan()
    outcomes = world.histories()["ada"].outcomes
    assert [one.slot.uid for one in outcomes if one.slot] == [visit.uid]
    assert world.only().clock_on == visit.first_on


def test_a_visit_stands_in_no_hour_that_the_clocks_of_the_city_skip():
    early = channel("02:00-03:45", key="coffee")
    lisbon = trip("2027-03-28", "2027-03-28", channels=[early], timezone="Europe/Berlin")
    ada = contact("Ada", "monthly", channel=VIDEO, met_on="2027-02-28", city="Lisbon")
    world = World(
        roster(ada, trips=[lisbon], weekdays=range(7), timezone="America/New_York"),
        now=moment("2027-03-01 12:00"),
    )
    world.plan()
    assert [f"{one.local_time:%H:%M}" for one in world.visits()] == ["03:00"]


def test_a_visit_lies_on_one_day_of_the_owners_clock():
    # 00:00 in Berlin is 09:00 there.
    known = series("2026-11-17", "quarterly", at="10:00", minutes=30, clock_on="2026-08-20")
    there = trip("2026-11-09", "2026-11-13", timezone="Asia/Tokyo", channels=[channel("07:15-09:15")])
    world = world_of(trips=[there], known=[known], weekdays=range(7))
    starts = starts_of(world.plan())
    assert starts[0].time() <= clock("2026-11-09 23:15").time()


# -- what happens to a visit ----------------------------------------------------------------------


def test_planning_again_leaves_a_visit_alone():
    world = world_of()
    plan = world.plan()
    assert world.plan() == plan


def test_after_a_visit_the_clock_runs_from_its_day():
    world = world_of()
    world.plan()
    plan = world.plan_at("2026-11-16 09:00")
    assert world.only().clock_on == day("2026-11-09")
    assert abs(days_of(plan)[0] - day("2027-02-09")) <= timedelta(days=14)
    assert world.only().uid == KNOWN.uid


def test_after_a_visit_long_before_its_check_in_the_tail_is_planned_anew():
    world = world_of(trips=[trip("2026-10-19", "2026-10-23")])
    world.plan()
    plan = world.plan_at("2026-10-26 09:00")
    assert world.only().uid != KNOWN.uid
    assert abs(days_of(plan)[0] - day("2027-01-19")) <= timedelta(days=14)
    assert world.plan().series == plan.series


def test_skipping_a_visit_does_not_bring_back_what_it_stood_for():
    world = world_of()
    world.plan()
    (visit,) = world.visits()
    world.tell(skipped_fact(slot_name(visit, visit.first_on)))
    plan = world.plan()
    assert days_of(plan)[0] == day("2027-02-16")
    assert world.plan() == plan
    assert days_of(world.plan_at("2026-11-16 09:00"))[0] == day("2027-02-16")


def test_a_missed_visit_is_made_up_for_soon():
    world = world_of()
    world.plan()
    (visit,) = world.visits()
    world.plan_at("2026-11-13 18:00")
    world.tell(missed_fact(slot_name(visit, visit.first_on)))
    plan = world.plan()
    assert days_of(plan)[0] <= day("2026-12-04")
    assert world.plan().series == plan.series


def test_a_missed_visit_of_somebody_never_met_is_made_up_for_soon():
    world = world_of(contact("Ada", "quarterly", channel=VIDEO, city="Lisbon"), known=[])
    world.plan()
    (visit,) = world.visits()
    world.plan_at("2026-11-16 09:00")
    world.tell(missed_fact(slot_name(visit, visit.first_on)))
    plan = world.plan()
    assert days_of(plan)[0] <= day("2026-12-04")
    assert world.plan().series == plan.series


def test_a_visit_held_early_comes_off_the_calendar():
    world = world_of()
    world.plan()
    (visit,) = world.visits()
    world.now = moment("2026-11-06 18:00")
    world.tell(held_fact("2026-11-06", slot=slot_name(visit, visit.first_on)))
    plan = world.plan()
    assert days_of(plan)[0] > day("2027-01-01")
    assert world.plan() == plan


def test_a_visit_that_is_going_on_is_still_in_the_plan_and_counted_once():
    world = world_of()
    world.plan()
    plan = world.plan_at("2026-11-09 08:00")
    assert starts_of(plan)[0] == clock("2026-11-09 08:30")
    assert plan.load[0].checkins == 0


def test_whoever_is_met_before_the_trip_is_not_visited_again():
    world = world_of()
    world.plan()
    world.now = moment("2026-10-20 12:00")
    world.tell(held_fact("2026-10-20"))
    plan = world.plan()
    assert not world.visits()
    assert abs(days_of(plan)[0] - day("2027-01-20")) <= timedelta(days=14)
    assert world.plan().series == plan.series


def test_whoever_is_met_a_little_earlier_is_visited_all_the_same():
    world = world_of()
    world.plan()
    world.tell(held_fact("2026-09-01"))
    plan = world.plan()
    assert len(world.visits()) == 1
    assert world.plan() == plan


# -- what the owner says ----------------------------------------------------------------------------


def test_without_the_trip_the_visit_goes_and_the_check_in_comes_back():
    world = world_of()
    world.plan()
    edit(world, trips=())
    plan = world.plan()
    assert days_of(plan)[0] == day("2026-11-17")
    assert (world.visits(), world.only().exceptions) == ([], ())
    assert [one.city for one in plan.ended] == ["Lisbon"]
    assert world.plan().series == plan.series


def test_the_trip_that_comes_back_is_a_new_visit():
    world = world_of()
    before = world.plan()
    edit(world, trips=())
    world.plan()
    edit(world, trips=(IN_TIME,))
    assert days_of(world.plan()) == days_of(before)


def test_a_frozen_visit_stays_without_its_trip_and_stands_for_its_check_in():
    world = world_of()
    world.plan_at("2026-11-04 09:00")
    edit(world, trips=())
    plan = world.plan()
    assert days_of(plan)[:2] == [day("2026-11-09"), day("2027-02-16")]
    assert world.plan() == plan


def test_whoever_moves_away_is_visited_no_more():
    world = world_of()
    world.plan()
    edit(world, contacts=(replace(ADA, city="Oslo"),))
    assert days_of(world.plan())[0] == day("2026-11-17")


def test_a_visit_of_somebody_who_leaves_the_roster_goes_too():
    world = world_of()
    world.plan()
    edit(world, contacts=())
    plan = world.plan()
    assert plan.occurrences == ()
    assert world.plan_at("2026-11-16 09:00").series == ()


def test_a_visit_that_has_passed_stays_what_it_was_when_its_contact_leaves_the_roster():
    world = world_of()
    world.plan()
    world.plan_at("2026-11-16 09:00")
    edit(world, contacts=())
    assert [one.city for one in world.plan().ended] == [""]


def test_a_new_name_is_on_the_visit_too():
    world = world_of()
    (before,) = (world.plan(), world.visits())[1]
    edit(world, contacts=(replace(ADA, name="Ada Lovelace", category="vendors"),))
    world.plan()
    assert world.visits() == [replace(before, summary="Coffee with Ada Lovelace", category="vendors")]


@pytest.mark.parametrize(
    "other",
    [
        trip("2026-11-09", "2026-11-13", channels=[LUNCH]),
        trip("2026-11-09", "2026-11-13", channels=[channel("09:30-11:00")]),
        trip("2026-11-09", "2026-11-13", timezone="Europe/Lisbon"),
        trip("2026-11-10", "2026-11-14"),
    ],
    ids=["no coffee", "other hours", "another clock", "other days"],
)
def test_another_trip_is_another_visit(other):
    world = world_of()
    (before,) = (world.plan(), world.visits())[1]
    edit(world, trips=(other,))
    plan = world.plan()
    (after,) = world.visits()
    assert after.uid != before.uid
    assert len(cancelled_words(world)) == 1
    assert world.plan().series == plan.series


def test_a_frozen_visit_by_a_channel_that_is_gone_stays_as_it_is():
    world = world_of()
    world.plan()
    (before,) = world.visits()
    world.now = moment("2026-11-04 09:00")
    edit(world, trips=(trip("2026-11-09", "2026-11-13", channels=[LUNCH]),))
    world.plan()
    assert world.visits() == [before]


def test_a_visit_that_has_lost_its_day_is_given_up_for_another_day_of_the_trip():
    world = world_of()
    world.plan()
    world.holidays = {day("2026-11-09"): "Founders' Day"}
    plan = world.plan()
    assert days_of(plan)[0] == day("2026-11-10")
    assert cancelled_words(world) == ["you meet in Lisbon on Tue 10 Nov instead"]
    assert world.plan().series == plan.series


def test_a_visit_that_has_lost_all_days_gives_back_the_check_in_it_stood_for():
    world = world_of()
    world.plan()
    availability = replace(world.roster.availability, away=(away("2026-11-09", "2026-11-13"),))
    edit(world, availability=availability)
    plan = world.plan()
    assert days_of(plan)[0] == day("2026-11-17")
    assert not world.visits()
    assert world.plan().series == plan.series


def test_a_visit_that_is_moved_takes_no_place_of_anybody_else():
    bob = contact("Bob", "quarterly", channel=VIDEO, met_on="2026-08-10")
    other = series("2026-11-10", "quarterly", at="10:00", contact="bob", clock_on="2026-08-10", minutes=30)
    world = world_of(ADA, bob, known=[KNOWN, other])
    before = world.plan()
    world.holidays = {day("2026-11-09"): "Founders' Day"}
    after = world.plan()
    assert days_of(after, "bob") == days_of(before, "bob")
    assert days_of(after)[0] == day("2026-11-11")


def test_a_paused_contact_is_not_visited():
    world = world_of(facts=[paused_fact()])
    assert world.plan().occurrences == ()


def test_a_visit_stands_that_comes_before_the_pause_begins():
    world = world_of()
    world.plan()
    world.tell(paused_fact(from_on="2026-11-10"))
    assert days_of(world.plan()) == [day("2026-11-09")]
    world.tell(paused_fact(from_on="2026-11-09"))
    assert world.plan().occurrences == ()


def test_a_pause_takes_the_visit_away_and_its_end_brings_another():
    world = world_of()
    world.plan()
    world.tell(paused_fact())
    assert world.plan().occurrences == ()
    assert world.plan().ended == ()
    world.tell(resumed_fact())
    plan = world.plan()
    assert day("2026-11-09") in days_of(plan)
    assert world.plan().series == plan.series


def test_nobody_is_visited_before_a_snooze_is_over():
    world = world_of(facts=[snoozed_fact("2026-11-11")])
    assert days_of(world.plan())[0] == day("2026-11-11")


def test_a_snooze_beyond_the_visit_takes_it_away_and_moves_the_check_in():
    world = world_of()
    world.plan()
    world.tell(snoozed_fact("2026-11-30"))
    plan = world.plan()
    assert not world.visits()
    assert day("2026-11-30") <= days_of(plan)[0] <= day("2026-12-30")
    assert world.plan().series == plan.series


def test_a_snooze_that_a_visit_makes_up_for_moves_nothing():
    known = series("2026-10-06", "monthly", at="10:00", minutes=30, clock_on="2026-09-06")
    ada = replace(contact("Ada", "monthly", channel=VIDEO, met_on="2026-09-06", city="Lisbon"), flex_days=3)
    world = world_of(ada, trips=[trip("2026-10-28", "2026-10-30")], known=[known])
    world.plan()
    (visit,) = world.visits()
    world.tell(snoozed_fact("2026-10-24"))
    plan = world.plan()
    assert days_of(plan)[0] == visit.first_on
    assert world.plan().series == plan.series


def test_a_slower_rhythm_counts_from_the_visit_ahead():
    world = world_of()
    world.plan()
    edit(
        world, contacts=(contact("Ada", "every 6 months", channel=VIDEO, met_on="2026-08-20", city="Lisbon"),)
    )
    plan = world.plan()
    first, second, *_ = days_of(plan)
    assert first == day("2026-11-09")
    assert abs(second - day("2027-05-09")) <= timedelta(days=27)
    assert world.plan().series == plan.series


def test_a_fixed_schedule_is_kept_over_a_visit():
    world = world_of(replace(ADA, counts_from=ClockFrom.SCHEDULE), trips=[trip("2026-10-19", "2026-10-23")])
    world.plan()
    plan = world.plan_at("2026-10-26 09:00")
    assert [one.uid for one in plan.series] == [KNOWN.uid]
    assert days_of(plan)[0] == day("2027-02-16")
    assert world.plan() == plan


# -- a first place with a trip in its window ------------------------------------------------------


def new(name="Ada"):
    return contact(name, "quarterly", channel=VIDEO, city="Lisbon")


def test_somebody_new_is_met_on_the_trip_and_then_by_the_rhythm():
    world = world_of(new(), trips=[trip("2026-10-05", "2026-10-09")], known=[])
    plan = world.plan()
    first, second, *_ = days_of(plan)
    assert first == day("2026-10-05")
    assert abs(second - day("2027-01-05")) <= timedelta(days=14)
    assert world.plan() == plan
    assert days_of(world.plan_at("2026-10-12 09:00"))[0] == second


def test_somebody_new_is_met_within_a_period_when_the_trip_is_off():
    world = world_of(new(), trips=[trip("2026-10-05", "2026-10-09")], known=[])
    world.plan()
    edit(world, trips=())
    plan = world.plan()
    assert days_of(plan)[0] < day("2026-12-17")
    assert world.plan().series == plan.series


def test_somebody_new_who_has_a_place_is_met_on_a_trip_before_it():
    known = series("2026-12-08", "quarterly", at="10:00", minutes=30)
    world = world_of(new(), trips=[trip("2026-10-05", "2026-10-09")], known=[known])
    plan = world.plan()
    assert days_of(plan)[:2] == [day("2026-10-05"), day("2027-03-09")]
    assert world.plan() == plan


def test_somebody_new_who_is_met_before_the_trip_is_not_visited():
    known = series("2026-09-22", "quarterly", at="10:00", minutes=30)
    world = world_of(new(), trips=[trip("2026-10-12", "2026-10-16")], known=[known])
    plan = world.plan()
    assert (days_of(plan)[0], world.visits()) == (day("2026-09-22"), [])


def test_who_skips_a_first_visit_is_met_by_the_rhythm():
    world = world_of(new(), trips=[trip("2026-10-05", "2026-10-09")], known=[])
    first, second, *_ = days_of(world.plan())
    (visit,) = world.visits()
    world.tell(skipped_fact(slot_name(visit, first)))
    assert days_of(world.plan())[0] == second
    assert days_of(world.plan_at("2026-10-12 09:00"))[0] == second


def test_a_fresh_start_with_a_trip_in_its_weeks_is_made_on_the_trip():
    ada = replace(ADA, met_on=day("2026-01-10"))
    known = series("2026-12-08", "quarterly", at="10:00", minutes=30, clock_on="2026-01-10")
    world = world_of(ada, trips=[trip("2026-10-05", "2026-10-09")], known=[known])
    world.tell(replanned_fact("2026-10-01", "2026-10-20"))
    plan = world.plan()
    first, second, *_ = days_of(plan)
    assert first in IN_OCTOBER
    assert second - first > timedelta(days=70)
    assert world.plan().series == plan.series


IN_OCTOBER = {date(2026, 10, number) for number in range(5, 10)}


# -- several trips, several people ----------------------------------------------------------------


def test_two_trips_to_one_city_make_two_visits_a_period_apart():
    ada = contact("Ada", "monthly", channel=VIDEO, met_on="2026-09-10", city="Lisbon")
    world = world_of(
        ada, trips=[trip("2026-10-05", "2026-10-16"), trip("2026-11-09", "2026-11-20")], known=[]
    )
    plan = world.plan()
    visits = world.visits()
    assert len({one.uid for one in visits}) == 2
    first, second, *_ = days_of(plan)
    assert [first, second] == [one.first_on for one in visits]
    assert second - first >= timedelta(days=20)
    assert world.plan() == plan


def test_two_trips_a_week_apart_make_one_visit():
    world = world_of(trips=[trip("2026-11-09", "2026-11-13"), trip("2026-11-18", "2026-11-20")])
    world.plan()
    assert len(world.visits()) == 1


def test_two_trips_to_two_cities_meet_everybody_where_they_live():
    bob = contact("Bob", "quarterly", channel=VIDEO, met_on="2026-08-25", city="Oslo")
    world = world_of(ADA, bob, trips=[IN_TIME, trip("2026-11-16", "2026-11-20", city="Oslo")], known=[])
    world.plan()
    assert world.visits("ada")[0].first_on in IN_TIME.days
    assert world.visits("bob")[0].first_on in away("2026-11-16", "2026-11-20")


def test_a_trip_to_many_people_keeps_within_the_capacity():
    many = [
        contact(f"Contact {n}", "quarterly", channel=VIDEO, met_on="2026-08-12", city="Lisbon")
        for n in range(6)
    ]
    world = world_of(*many, known=[], per_week=3)
    plan = world.plan()
    days = [one.first_on for each in many for one in world.visits(each.key)]
    assert len(days) == len(set(days)) == 3
    assert all(week.checkins <= week.capacity for week in plan.load)


def test_who_lives_elsewhere_is_met_remotely_but_not_in_person_while_the_owner_travels():
    bob = contact("Bob", "weekly", channel=COFFEE, met_on="2026-09-07")
    cy = contact("Cy", "weekly", channel=VIDEO, met_on="2026-09-07")
    world = world_of(bob, cy, trips=[trip("2026-10-05", "2026-10-09")], known=[])
    plan = world.plan()
    on_trip = away("2026-10-05", "2026-10-09")
    assert not [one for one in days_of(plan, "bob") if one in on_trip]
    assert [one for one in days_of(plan, "cy") if one in on_trip]
    assert cancelled_words(world, "bob") or any(
        "you are in Lisbon" in str(one.reason) for one in world.only("bob").exceptions
    )


def test_whoever_is_met_on_a_trip_so_seldom_that_nothing_follows_is_not_missing():
    ada = contact("Ada", "every 5 years", channel=VIDEO, met_on="2021-11-20", city="Lisbon")
    known = series("2026-11-17", "every 5 years", at="10:00", minutes=30, clock_on="2021-11-20")
    plan = world_of(ada, known=[known]).plan()
    assert (days_of(plan), plan.unplaced) == ([day("2026-11-09")], ())


def test_the_owners_own_move_to_another_zone_plans_a_visit_anew():
    world = world_of()
    world.plan()
    assert world.visits()[0].timezone == BERLIN
    edit(world, timezone="America/New_York")
    plan = world.plan()
    assert [one.timezone for one in world.visits()] == ["America/New_York"]
    assert world.plan().series == plan.series
