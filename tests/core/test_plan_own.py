"""What the owner did on a calendar, and what a plan makes of it: their moves and their rhythms stand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.outcome import Evidence
from netkeep_sync.core.own import own_series
from netkeep_sync.core.series import Cancelled
from tests.core.builders import (
    LUNCH,
    ROSTER,
    VIDEO,
    World,
    away,
    channel,
    clock,
    contact,
    day,
    days_of,
    held_fact,
    moment,
    paused_fact,
    replanned_fact,
    rescheduled_fact,
    resumed_fact,
    rhythm_fact,
    roster,
    series,
    skipped_fact,
    slot_name,
    snoozed_fact,
    starts_of,
    trip,
)

# The clock stands at Monday 14 September 2026, 09:00 in Berlin. Ada and Bob are met every month, Ada on
# first Tuesdays at 08:30, Bob on the Wednesdays after them.

ADA = contact("Ada", "monthly", met_on="2026-09-01")
BOB = contact("Bob", "monthly", met_on="2026-09-02")
ADAS = series("2026-10-06", "monthly", clock_on="2026-09-01")
BOBS = series("2026-10-07", "monthly", clock_on="2026-09-02", contact="bob")
NEXT, LATER = slot_name(ADAS, "2026-10-06"), slot_name(ADAS, "2026-11-03")

HOLIDAY = "2026-10-10"  # a Saturday, too
PLACES = ["2026-10-08 08:30", "2026-10-10 22:00", "2026-09-16 06:10", "2026-11-02 12:00", "2026-10-07 08:30"]
"""An open day, a Saturday late on a holiday, an early hour this week, weeks later, and on top of Bob's."""


def world_of(*moves, contacts=(ADA, BOB), known=(ADAS, BOBS), **of):
    world = World(roster(*contacts, **of), holidays={day(HOLIDAY): "Founders' Day"})
    world.series = {one.uid: one for one in known}
    world.plan()
    world.tell(*moves)
    return world


def edit(world, *contacts, **changes):
    world.roster = replace(world.roster, **changes)
    if contacts:
        of = roster(*contacts)
        world.roster = replace(world.roster, contacts=of.contacts, categories=of.categories)


def is_settled(world):
    """Tell whether the plan is the same when it is made again, and again."""
    first = world.plan()
    return first == world.plan() == world.plan()


# -- a check-in that was moved --------------------------------------------------------------------


@pytest.mark.parametrize("to", PLACES)
def test_a_check_in_stays_where_the_owner_has_put_it_and_no_other_moves(to):
    world = world_of()
    before = world.plan()
    world.tell(rescheduled_fact(NEXT, to))
    after = world.plan()
    assert starts_of(after) == sorted([clock(to), *starts_of(before)[1:]])
    assert starts_of(after, "bob")[1:] == starts_of(before, "bob")[1:]
    assert is_settled(world)


def test_whoever_had_the_place_that_it_is_moved_to_makes_way():
    world = world_of(rescheduled_fact(NEXT, "2026-10-07 08:30"))
    assert days_of(world.plan(), "bob")[0] == day("2026-10-08")
    assert is_settled(world)


def test_the_reason_is_that_the_owner_moved_it():
    world = world_of(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    assert str(world.plan().occurrences[1].reason) == "you moved it there"


def crowd(world):
    edit(world, *world.roster.contacts, *(contact(f"C{number}", "every 2 weeks") for number in range(9)))


def shrink(world):
    edit(world, capacity=replace(world.roster.capacity, per_day=1, per_week=1))


def go_away(world):
    days = [away("2026-09-15", "2026-11-20")]
    edit(world, availability=replace(world.roster.availability, away=tuple(days)))


def close_days(world):
    edit(world, availability=replace(world.roster.availability, weekdays=frozenset({1})))


def travel(world):
    edit(world, trips=(trip("2026-10-05", "2026-10-16", city="Oslo"),))


EDITS = {
    "others come": crowd,
    "others leave": lambda world: edit(world, ADA),
    "less time": shrink,
    "away": go_away,
    "fewer days": close_days,
    "on a trip": travel,
    "renamed": lambda world: edit(world, replace(ADA, name="Ada Byron", category="others"), BOB),
    "no freeze": lambda world: edit(world, freeze_days=0),
    "long freeze": lambda world: edit(world, freeze_days=30),
}


@pytest.mark.parametrize("edited", EDITS.values(), ids=EDITS.keys())
@pytest.mark.parametrize("to", PLACES)
def test_it_stays_there_whatever_else_is_changed_in_the_file(to, edited):
    world = world_of(rescheduled_fact(NEXT, to))
    world.plan()
    edited(world)
    assert clock(to) in starts_of(world.plan())
    assert is_settled(world)


def test_it_stays_there_when_it_is_moved_and_the_file_changed_in_the_same_pass():
    world = world_of(rescheduled_fact(NEXT, "2026-10-10 22:00"))
    crowd(world)
    go_away(world)
    assert clock("2026-10-10 22:00") in starts_of(world.plan())


def test_it_stays_there_as_time_goes_by_and_is_held_on_its_day():
    world = world_of(rescheduled_fact(NEXT, "2026-10-10 22:00"))
    for text in ("2026-09-20 08:00", "2026-10-06 12:00", "2026-10-10 19:59"):
        assert clock("2026-10-10 22:00") in starts_of(world.plan_at(text))
    world.plan_at("2026-10-11 08:00")
    held = world.histories()["ada"].held
    assert (held.slot, held.day, held.evidence) == (NEXT, day("2026-10-10"), Evidence.PRESUMED)


def test_the_check_ins_after_one_that_was_moved_stay_when_it_has_passed():
    world = world_of(rescheduled_fact(NEXT, "2026-10-10 22:00"))
    following = days_of(world.plan())[1:]
    assert days_of(world.plan_at("2026-10-12 08:00"))[:3] == following[:3]


def test_a_check_in_that_was_moved_back_to_its_slot_has_no_exception():
    world = world_of(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    world.plan()
    world.tell(rescheduled_fact(NEXT, "2026-10-06 08:30"))
    world.plan()
    assert world.only().exceptions == ()


def test_one_that_the_owner_has_brought_back_stays_though_its_day_is_closed():
    world = world_of()
    go_away(world)
    assert day("2026-10-06") not in days_of(world.plan())
    world.tell(rescheduled_fact(NEXT, "2026-10-06 08:30"))
    assert day("2026-10-06") in days_of(world.plan())
    assert is_settled(world)


def test_the_hour_it_is_moved_to_is_kept_from_others():
    world = world_of(rescheduled_fact(NEXT, "2026-10-07 08:30"), per_day=2)
    cy = contact("Cy", "weekly", met_on="2026-09-30")
    edit(world, ADA, BOB, cy)
    plan = world.plan()
    assert not {clock("2026-10-07 08:30")} & set(starts_of(plan, "cy"))


def test_a_check_in_that_was_skipped_after_it_was_moved_stays_away():
    world = world_of(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    following = days_of(world.plan())[1:]
    world.tell(skipped_fact(NEXT))
    assert days_of(world.plan()) == following
    assert is_settled(world)
    world.plan_at("2026-10-12 08:00")
    assert world.histories()["ada"].held.day == day("2026-09-01")


def test_a_check_in_that_was_skipped_and_is_moved_is_on():
    world = world_of(skipped_fact(NEXT))
    world.plan()
    world.tell(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    assert starts_of(world.plan())[0] == clock("2026-10-08 09:00")
    assert is_settled(world)


def test_a_check_in_that_was_held_early_is_not_on_any_more():
    world = world_of(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    world.plan()
    world.tell(held_fact("2026-09-14", slot=NEXT))
    assert day("2026-10-08") not in days_of(world.plan())
    assert is_settled(world)


@pytest.mark.parametrize("until", ["2026-10-20", "2026-10-31"])
def test_a_check_in_that_is_snoozed_after_it_was_moved_lies_behind_the_snooze(until):
    world = world_of(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    world.plan()
    world.tell(snoozed_fact(until))
    plan = world.plan()
    assert days_of(plan)[0] >= day(until)
    assert is_settled(world)
    world.plan_at(f"{until} 12:00")
    assert world.histories()["ada"].held.day == day("2026-09-01")
    assert days_of(world.plan())[0] == days_of(plan)[0]


def test_a_check_in_that_lies_behind_the_snooze_anyway_stays():
    world = world_of(rescheduled_fact(NEXT, "2026-10-24 22:00"))
    world.plan()
    world.tell(snoozed_fact("2026-10-20"))
    assert starts_of(world.plan())[0] == clock("2026-10-24 22:00")
    assert is_settled(world)


def test_a_check_in_that_is_moved_into_a_snooze_stays_there():
    world = world_of(snoozed_fact("2026-10-20"))
    world.plan()
    world.tell(rescheduled_fact(NEXT, "2026-10-12 18:00"))
    assert starts_of(world.plan())[0] == clock("2026-10-12 18:00")
    assert is_settled(world)


def test_a_check_in_that_fell_out_for_a_snooze_is_back_when_that_is_over():
    world = world_of(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    world.plan()
    world.tell(snoozed_fact("2026-10-31"))
    assert day("2026-11-03") == days_of(world.plan())[0]
    world.tell(resumed_fact())
    assert days_of(world.plan())[0] < day("2026-10-31")
    assert is_settled(world)


@pytest.mark.parametrize("cadence", ["quarterly", "every 2 weeks"])
def test_what_was_moved_stays_when_another_cadence_ends_its_series(cadence):
    world = world_of(rescheduled_fact(NEXT, "2026-09-18 18:00"), rescheduled_fact(LATER, "2026-11-07 18:00"))
    world.plan()
    edit(world, replace(ADA, cadence=parse_cadence(cadence)), BOB)
    plan = world.plan()
    assert {clock("2026-09-18 18:00"), clock("2026-11-07 18:00")} <= set(starts_of(plan))
    assert world.plan() == plan
    assert is_settled(world)


def test_no_check_in_of_a_new_cadence_lies_about_one_that_was_moved():
    world = world_of(rescheduled_fact(LATER, "2026-11-07 18:00"))
    world.plan()
    edit(world, replace(ADA, cadence=parse_cadence("weekly"), flex_days=3), BOB)
    days = days_of(world.plan())
    near = [one for one in days if abs(one - day("2026-11-07")) <= timedelta(days=3)]
    assert near == [day("2026-11-07")]
    assert day("2026-10-01") > days[0]
    assert is_settled(world)


def test_what_lies_before_a_check_in_that_was_moved_goes_with_its_series():
    world = world_of(rescheduled_fact(LATER, "2026-11-20 18:00"))
    world.plan()
    edit(world, replace(ADA, cadence=parse_cadence("yearly")), BOB)
    for _ in range(3):
        assert starts_of(world.plan())[0] == clock("2026-11-20 18:00")


def test_what_was_moved_and_is_then_let_go_is_off_after_its_series_too():
    world = world_of(rescheduled_fact(LATER, "2026-11-20 18:00"))
    world.plan()
    edit(world, replace(ADA, cadence=parse_cadence("quarterly")), BOB)
    world.plan()
    world.tell(skipped_fact(LATER))
    starts = starts_of(world.plan())
    assert clock("2026-11-20 18:00") not in starts
    assert is_settled(world)


def test_what_was_moved_of_somebody_who_leaves_goes_with_them():
    world = world_of(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    world.plan()
    edit(world, BOB)
    assert starts_of(world.plan()) == []
    assert is_settled(world)


def test_what_was_moved_of_somebody_who_is_paused_is_off():
    world = world_of(rescheduled_fact(NEXT, "2026-10-08 09:00"))
    world.plan()
    world.tell(paused_fact())
    assert starts_of(world.plan()) == []
    assert is_settled(world)


def test_a_check_in_that_was_presumed_held_and_is_moved_to_another_past_day_was_held_then():
    world = world_of()
    world.plan_at("2026-10-08 08:00")
    assert world.histories()["ada"].held.day == day("2026-10-06")
    world.tell(rescheduled_fact(NEXT, "2026-10-07 18:00"))
    world.plan()
    assert world.histories()["ada"].held.day == day("2026-10-07")
    assert is_settled(world)


def test_a_check_in_that_was_presumed_held_and_is_moved_ahead_is_pending_again():
    world = world_of()
    world.plan_at("2026-10-08 08:00")
    world.tell(rescheduled_fact(NEXT, "2026-10-15 18:00"))
    assert starts_of(world.plan())[0] == clock("2026-10-15 18:00")
    assert world.histories()["ada"].held.day == day("2026-09-01")
    world.plan_at("2026-10-16 08:00")
    assert world.histories()["ada"].held.day == day("2026-10-15")
    assert is_settled(world)


def test_a_check_in_that_is_confirmed_stays_held_when_it_is_moved():
    world = world_of()
    world.plan_at("2026-10-08 08:00")
    world.tell(held_fact("2026-10-06", slot=NEXT), rescheduled_fact(NEXT, "2026-10-15 18:00"))
    world.plan()
    assert world.histories()["ada"].held.day == day("2026-10-06")
    assert is_settled(world)


# -- a rhythm of the owner's ----------------------------------------------------------------------


def follow(world, start, cadence, **told):
    """Give Ada's series a rhythm from a wall clock time on, as `hear` tells it."""
    base = world.only()
    rhythm = rhythm_fact(base, start, cadence, generation=base.generation + 1, **told)
    world.tell(rhythm)
    own = own_series(world.facts[-1], base, roster=ROSTER)
    world.series[own.uid] = own
    return own


SATURDAYS = ("2026-11-07 18:00", "every 6 weeks")


def test_a_rhythm_is_followed_from_its_day_and_the_series_before_it_ends_there():
    world = world_of()
    own = follow(world, *SATURDAYS, from_on="2026-11-03")
    plan = world.plan()
    assert starts_of(plan)[:3] == [
        clock("2026-10-06 08:30"),
        clock("2026-11-07 18:00"),
        clock("2026-12-19 18:00"),
    ]
    assert world.only().uid == own.uid
    assert world.series[ADAS.uid].until_on == day("2026-10-07")
    assert is_settled(world)


def test_everything_of_the_series_before_that_is_still_ahead_keeps_its_place():
    world = world_of()
    follow(world, "2027-02-06 18:00", "monthly", from_on="2027-02-02")
    before = starts_of(world.plan())[:4]
    crowd(world)
    assert starts_of(world.plan())[:4] == before
    assert [str(start) for start in before] == [
        "2026-10-06 08:30:00",
        "2026-11-03 08:30:00",
        "2026-12-01 08:30:00",
        "2027-01-05 08:30:00",
    ]


def test_what_is_left_of_the_series_before_is_kept_from_others():
    world = world_of()
    follow(world, "2026-12-05 18:00", "monthly", from_on="2026-12-01")
    edit(world, ADA, BOB, contact("Cy", "weekly", met_on="2026-09-30"))
    assert not {"2026-10-06", "2026-11-03"} & set(map(str, days_of(world.plan(), "cy")))


def test_a_check_in_of_this_morning_stays_when_all_of_the_series_is_changed_at_noon():
    world = world_of()
    world.plan_at("2026-10-06 10:00")
    follow(world, "2026-10-10 18:00", "monthly", from_on="2026-10-06")
    world.plan()
    assert world.series[ADAS.uid].until_on == day("2026-10-07")
    assert world.histories()["ada"].held.slot == NEXT
    assert is_settled(world)


def test_the_same_cadence_at_another_hour_is_followed_at_once():
    world = world_of()
    follow(world, "2026-10-06 09:15", "monthly", from_on="2026-09-14")
    assert starts_of(world.plan())[:2] == [clock("2026-10-06 09:15"), clock("2026-11-03 09:15")]
    assert world.series[ADAS.uid].until_on == ADAS.first_on


def test_a_second_rhythm_takes_the_place_of_the_first():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    world.plan()
    own = follow(world, "2026-12-20 11:00", "every 2 months", from_on="2026-12-19")
    assert [str(start) for start in starts_of(world.plan())[:3]] == [
        "2026-11-07 18:00:00",
        "2026-12-20 11:00:00",
        "2027-02-21 11:00:00",
    ]
    assert own.generation == world.only().generation == 3
    assert is_settled(world)


def test_a_rhythm_that_has_not_been_planned_yet_may_give_way_to_another():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    first = world.series[own_uid(world, 2)]
    rhythm = rhythm_fact(first, "2026-10-11 11:00", "monthly", from_on="2026-09-14", generation=3)
    world.tell(rhythm)
    own = own_series(world.facts[-1], first, roster=ROSTER)
    world.series[own.uid] = own
    assert starts_of(world.plan())[:2] == [clock("2026-10-11 11:00"), clock("2026-11-08 11:00")]
    assert world.only().generation == 3
    assert is_settled(world)


def own_uid(world, generation):
    (found,) = (
        one.uid for one in world.series.values() if (one.contact, one.generation) == ("ada", generation)
    )
    return found


def test_the_weekday_and_the_hour_of_a_rhythm_are_open_for_it_alone():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    crowd(world)
    plan = world.plan()
    on_saturdays = [one for one in plan.occurrences if one.start_at.weekday() == 5]
    assert {one.contact for one in on_saturdays} == {"ada"}


@pytest.mark.parametrize("edited", [crowd, shrink])
def test_a_rhythm_gives_way_to_nobody(edited):
    world = world_of()
    follow(world, "2026-10-14 08:30", "every 2 weeks", from_on="2026-09-14")  # on Bob's Wednesdays
    edited(world)
    plan = world.plan()
    assert set(starts_of(plan)) >= {clock(f"{on} 08:30") for on in ("2026-10-14", "2026-10-28", "2026-11-11")}
    assert is_settled(world)


def test_a_rhythm_gives_way_to_a_holiday_and_to_days_away():
    world = world_of()
    follow(world, "2026-10-07 18:00", "weekly", from_on="2026-09-14")
    world.holidays = {day("2026-10-14"): "Founders' Day"}
    edit(
        world,
        availability=replace(world.roster.availability, away=(away("2026-11-02", "2026-11-06"),)),
    )
    days = days_of(world.plan())
    assert {"2026-10-07", "2026-10-21", "2026-11-11"} <= set(map(str, days))
    assert not {"2026-10-14", "2026-11-04"} & set(map(str, days))
    assert is_settled(world)


def test_a_rhythm_is_followed_after_any_meeting_before_it():
    world = world_of()
    follow(world, "2026-12-12 18:00", "monthly", from_on="2026-12-01")
    world.plan()
    world.tell(held_fact("2026-09-14"))
    assert world.plan().occurrences
    for text in ("2026-10-08 08:00", "2026-11-05 08:00", "2026-12-10 08:00"):
        assert clock("2026-12-12 18:00") in starts_of(world.plan_at(text))
    assert world.only().generation == 2


def test_a_rhythm_goes_on_after_its_check_ins_are_held():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    world.plan()
    assert starts_of(world.plan_at("2026-11-09 08:00"))[0] == clock("2026-12-19 18:00")
    assert world.only().generation == 2


def test_a_meeting_on_another_day_is_followed_by_the_cadence_of_the_rhythm():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    world.plan_at("2026-11-09 08:00")
    world.now = moment("2026-12-02 08:00")
    world.tell(held_fact("2026-12-01"))
    plan = world.plan()
    assert abs(days_of(plan)[0] - day("2027-01-12")) <= timedelta(days=7)
    assert world.only().cadence == parse_cadence("every 6 weeks")
    assert is_settled(world)


def test_another_cadence_in_the_roster_ends_a_rhythm_for_good():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    world.plan()
    edit(world, replace(ADA, cadence=parse_cadence("quarterly")), BOB)
    plan = world.plan()
    assert world.only().cadence == parse_cadence("quarterly")
    assert {start.weekday() for start in starts_of(plan)} <= set(range(5))
    edit(world, ADA, BOB)
    plan = world.plan()
    assert world.only().cadence == parse_cadence("monthly")
    assert {start.weekday() for start in starts_of(plan)} <= set(range(5))
    assert is_settled(world)


def test_another_cadence_before_a_rhythm_was_ever_planned_comes_first():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    edit(world, replace(ADA, cadence=parse_cadence("quarterly")), BOB)
    world.plan()
    assert world.only().cadence == parse_cadence("quarterly")
    assert is_settled(world)


def test_the_cadence_of_the_rhythm_in_the_roster_keeps_it():
    world = world_of()
    own = follow(world, *SATURDAYS, from_on="2026-09-14")
    before = world.plan()
    edit(world, replace(ADA, cadence=parse_cadence("every 6 weeks"), flex_days=6), BOB)
    assert starts_of(world.plan()) == starts_of(before)
    assert world.only().uid == own.uid


@pytest.mark.parametrize("other", [LUNCH, VIDEO, channel("16:00-20:00", key="tea")])
def test_another_channel_keeps_a_rhythm(other):
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    before = world.plan()
    edit(world, replace(ADA, channel=other), BOB)
    assert starts_of(world.plan()) == starts_of(before)
    assert is_settled(world)


def test_another_time_zone_ends_a_rhythm_and_keeps_its_cadence():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    world.plan()
    edit(world, timezone="America/New_York")
    world.plan()
    assert (world.only().timezone, world.only().generation) == ("America/New_York", 3)
    assert world.only().cadence == parse_cadence("every 6 weeks")
    assert is_settled(world)


def test_a_fresh_start_comes_before_a_rhythm_from_before():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    plan = world.plan()
    fresh = replanned_fact("2026-09-21", "2026-10-02", generation=plan.planner.next_generation("ada"))
    world.tell(fresh)
    assert days_of(world.plan())[0] <= day("2026-10-02")
    assert world.only().generation == 3
    assert is_settled(world)


def test_a_pause_ends_a_rhythm_and_its_cadence_is_back_afterwards():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    world.plan()
    world.tell(paused_fact())
    assert starts_of(world.plan()) == []
    world.tell(resumed_fact())
    world.plan()
    assert world.only().cadence == parse_cadence("every 6 weeks")
    assert is_settled(world)


def test_a_rhythm_of_somebody_who_was_paused_is_followed():
    world = world_of(paused_fact())
    world.plan()
    base = world.series[ADAS.uid]
    world.tell(rhythm_fact(base, *SATURDAYS, from_on="2026-09-14"))
    own = own_series(world.facts[-1], base, roster=ROSTER)
    world.series[own.uid] = own
    assert starts_of(world.plan())[0] == clock("2026-11-07 18:00")
    assert is_settled(world)


def test_a_snooze_moves_a_check_in_of_a_rhythm():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    world.plan()
    world.tell(snoozed_fact("2026-11-10"))
    assert days_of(world.plan())[0] >= day("2026-11-10")
    assert world.only().generation == 2
    assert is_settled(world)


def test_a_check_in_of_a_rhythm_may_be_moved():
    world = world_of()
    own = follow(world, *SATURDAYS, from_on="2026-09-14")
    world.tell(rescheduled_fact(slot_name(own, "2026-11-07"), "2026-11-08 11:00"))
    assert starts_of(world.plan())[:2] == [clock("2026-11-08 11:00"), clock("2026-12-19 18:00")]
    assert is_settled(world)


def test_a_rhythm_of_somebody_who_leaves_goes_with_them():
    world = world_of()
    follow(world, *SATURDAYS, from_on="2026-09-14")
    world.plan()
    edit(world, BOB)
    assert starts_of(world.plan()) == []


def test_a_check_in_on_a_trip_takes_no_name_of_a_rhythm():
    ada = replace(ADA, city="Lisbon")
    world = world_of(contacts=(ada, BOB))
    follow(world, "2026-10-10 18:00", "monthly", from_on="2026-09-14")
    edit(world, trips=(trip("2026-10-12", "2026-10-16"),))
    world.plan()
    assert len({(one.contact, one.generation) for one in world.series.values()}) == len(world.series)
    assert world.only().rule.weekday == 5
    assert is_settled(world)


def test_a_check_in_on_a_trip_may_stand_for_one_of_a_rhythm():
    ada = replace(ADA, city="Lisbon")
    world = world_of(contacts=(ada, BOB))
    follow(world, "2026-10-17 18:00", "monthly", from_on="2026-09-14")
    world.plan()
    edit(world, trips=(trip("2026-11-16", "2026-11-20"),))
    plan = world.plan()
    reasons = [str(one.reason) for one in world.only().exceptions if isinstance(one, Cancelled)]
    assert len(world.visits()) == 1
    assert any(reason.startswith("you meet in Lisbon") for reason in reasons)
    assert starts_of(plan)[0] == clock("2026-10-17 18:00")
    assert is_settled(world)
