"""What the owner has said of a day holds for whatever series comes next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.own import own_series
from netkeep_sync.core.phrase import phrase
from netkeep_sync.core.roster import Assumption
from netkeep_sync.core.series import NO_ROOM, Cancelled
from tests.core.builders import (
    LUNCH,
    ROSTER,
    World,
    clock,
    contact,
    day,
    days_of,
    held_fact,
    replanned_fact,
    rescheduled_fact,
    rhythm_fact,
    roster,
    series,
    skipped_fact,
    slot_name,
    starts_of,
)

# The clock stands at Monday 14 September 2026, 09:00 in Berlin. Ada is met on first Tuesdays at 08:30.

ADA = contact("Ada", "monthly", met_on="2026-09-01", flex_days=7)
KNOWN = series("2026-10-06", "monthly", clock_on="2026-09-01")
NEXT, LATER = slot_name(KNOWN, "2026-10-06"), slot_name(KNOWN, "2026-11-03")

MOVES_HOUSE = {"timezone": "Europe/Lisbon"}


def world_of(*facts, who=ADA, known=KNOWN, **of):
    world = World(roster(who, **of))
    world.series = {known.uid: known}
    world.plan()
    world.tell(*facts)
    return world


def edit(world, who=ADA, **of):
    world.roster = roster(who, **of)


def is_near(days, text):
    return any(abs(one - day(text)) <= timedelta(days=7) for one in days)


def with_cadence(text, **of):
    return replace(ADA, cadence=parse_cadence(text), **of)


# -- let go -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "of"),
    [
        (ADA, MOVES_HOUSE),
        (replace(ADA, channel=LUNCH), {}),
        (ADA, {"weekdays": [3, 4]}),
        (with_cadence("every 5 weeks"), {}),
    ],
    ids=["another time zone", "other hours", "other days", "another cadence"],
)
def test_a_check_in_that_was_let_go_does_not_come_back_in_another_series(who, of):
    world = world_of(skipped_fact(NEXT))
    assert days_of(world.plan())[0] == day("2026-11-03")
    edit(world, who, **of)
    plan = world.plan()
    assert [one.generation for one in plan.series] == [2]
    assert not is_near(days_of(plan), "2026-10-06")
    assert is_near(days_of(plan)[:1], "2026-11-08")
    assert days_of(world.plan()) == days_of(plan)
    assert world.plan() == world.plan()


def test_the_reason_says_so():
    world = world_of(skipped_fact(NEXT))
    edit(world, **MOVES_HOUSE)
    [planned] = world.plan().series
    assert str(planned.reason).startswith("monthly from Tue 6 Oct, which you let go; the most level place")


def test_of_several_that_were_let_go_none_comes_back():
    world = world_of(skipped_fact(NEXT), skipped_fact(LATER))
    edit(world, **MOVES_HOUSE)
    days = days_of(world.plan())
    assert is_near(days[:1], "2026-12-03")


def test_a_later_one_that_was_let_go_stays_away_and_those_before_it_take_place():
    world = world_of(skipped_fact(LATER))
    edit(world, with_cadence("weekly", flex_days=3))
    plan = world.plan()
    days = days_of(plan)
    assert days[0] < day("2026-10-01")
    assert [one for one in days if abs(one - day("2026-11-03")) <= timedelta(days=3)] == []
    assert sum(day("2026-10-20") <= one <= day("2026-11-17") for one in days) == 3
    assert days_of(world.plan()) == days_of(plan)
    assert world.plan() == world.plan()


def test_one_that_was_let_go_just_now_is_not_caught_up_with():
    world = world_of(skipped_fact(NEXT))
    world.plan_at("2026-10-08 09:00")
    edit(world, **MOVES_HOUSE)
    assert is_near(days_of(world.plan())[:1], "2026-11-06")


def test_somebody_not_met_yet_whose_first_check_in_was_let_go_is_not_met_then():
    known = replace(KNOWN, clock_on=None)
    world = world_of(skipped_fact(NEXT), who=contact("Ada", "monthly", flex_days=7), known=known)
    edit(world, contact("Ada", "monthly", flex_days=7), **MOVES_HOUSE)
    assert is_near(days_of(world.plan())[:1], "2026-11-06")


def test_a_rhythm_that_is_due_long_after_it_does_not_care():
    world = world_of(skipped_fact(NEXT))
    edit(world, with_cadence("every 6 months", flex_days=14))
    [planned] = world.plan().series
    assert "let go" not in str(planned.reason)
    assert abs(planned.first_on - day("2027-03-01")) <= timedelta(days=14)


def test_a_fresh_start_forgets_what_was_let_go_before():
    world = world_of(skipped_fact(NEXT))
    world.tell(replanned_fact("2026-10-05", "2026-10-09"))
    assert is_near(days_of(world.plan())[:1], "2026-10-06")
    edit(world, **MOVES_HOUSE)
    assert is_near(days_of(world.plan())[:1], "2026-10-06")


def test_a_rhythm_of_their_own_is_the_later_word():
    world = world_of(skipped_fact(NEXT))
    rhythm = rhythm_fact(KNOWN, "2026-10-06 10:00", "every 2 weeks")
    own = own_series(rhythm, KNOWN, roster=ROSTER)
    world.tell(rhythm)
    world.series[own.uid] = own
    assert day("2026-10-06") in days_of(world.plan())


# -- arranged ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "of"),
    [(ADA, MOVES_HOUSE), (replace(ADA, channel=LUNCH), {}), (with_cadence("every 5 weeks"), {})],
    ids=["another time zone", "other hours", "another cadence"],
)
def test_a_check_in_that_was_moved_is_an_appointment_from_which_the_next_series_counts(who, of):
    world = world_of(rescheduled_fact(NEXT, "2026-10-09 18:00"))
    edit(world, who, **of)
    plan = world.plan()
    hour = 17 if of else 18  # the same moment, on another clock
    assert starts_of(plan)[0] == clock(f"2026-10-09 {hour}:00")
    assert is_near(days_of(plan)[1:2], "2026-11-10")
    assert days_of(world.plan()) == days_of(plan)
    assert world.plan() == world.plan()


@pytest.mark.parametrize("assume", list(Assumption))
@pytest.mark.parametrize("on", ["2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08", "2026-10-09"])
def test_when_it_has_passed_the_check_ins_about_it_stay_off(on, assume):
    of = {"freeze_days": 0, "assume": assume}
    world = world_of(rescheduled_fact(NEXT, f"{on} 18:00"), **of)
    edit(world, with_cadence("every 2 weeks", flex_days=6), **of)
    before = days_of(world.plan())
    after = days_of(world.plan_at(f"{on} 20:00"))
    assert sum(abs(one - day(on)) <= timedelta(days=6) for one in [*before, *after]) == 1
    ahead = [one for one in before if one > day(on)]
    assert after[: len(ahead)] == ahead


def test_an_asking_owners_clock_does_not_run_from_one_that_only_passed():
    asking = {"assume": Assumption.ASK}
    world = world_of(rescheduled_fact(NEXT, "2026-10-09 18:00"), **asking)
    world.plan_at("2026-10-12 09:00")
    edit(world, **asking, **MOVES_HOUSE)
    assert days_of(world.plan())[0] < day("2026-11-01")


def test_a_new_one_that_is_put_near_a_day_let_go_stays_there():
    world = world_of(skipped_fact(LATER))
    edit(world, with_cadence("every 2 weeks", flex_days=5))
    [planned] = world.plan().series
    [off] = [one.slot_on for one in planned.exceptions if abs(one.slot_on - day("2026-11-03")).days <= 5]
    world.tell(rescheduled_fact(slot_name(planned, off), f"{off} 19:00"))
    assert clock(f"{off} 19:00") in starts_of(world.plan())
    assert world.plan() == world.plan()


def test_what_had_no_room_before_one_that_was_moved_does_not_come_back():
    full = Cancelled(slot_on=day("2026-10-06"), reason=phrase(NO_ROOM, why="the week is full"))
    known = replace(KNOWN, exceptions=(full,))
    world = World(roster(with_cadence("yearly")))
    world.series = {known.uid: known}
    world.tell(rescheduled_fact(LATER, "2026-11-20 18:00"))
    for _ in range(3):
        assert starts_of(world.plan())[0] == clock("2026-11-20 18:00")


def test_one_that_was_moved_far_ahead_keeps_nobody_waiting():
    world = world_of(rescheduled_fact(slot_name(KNOWN, "2027-03-02"), "2027-03-03 18:00"))
    for cadence in ("weekly", "every 2 weeks"):
        edit(world, with_cadence(cadence, flex_days=3))
        days = days_of(world.plan())
        assert days[0] < day("2026-10-06")
        assert day("2027-03-03") in days


def test_one_that_is_held_early_is_no_appointment_any_more():
    world = world_of(rescheduled_fact(LATER, "2026-11-20 18:00"))
    edit(world, with_cadence("quarterly"))
    world.plan()
    world.tell(held_fact("2026-09-14", slot=LATER))
    assert clock("2026-11-20 18:00") not in starts_of(world.plan())


def test_it_stays_where_another_time_zone_finds_no_other_place():
    world = world_of(rescheduled_fact(NEXT, "2026-10-09 18:00"))
    edit(world, replace(ADA, channel=replace(ADA.channel, hours=())), **MOVES_HOUSE)
    plan = world.plan()
    assert starts_of(plan) == [clock("2026-10-09 17:00")]
    assert days_of(world.plan()) == days_of(plan)
    assert world.plan() == world.plan()
