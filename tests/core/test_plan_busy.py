"""Check-ins keep off booked time: new ones and those that may still be moved; what is frozen stays."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.core.book import Book
from netkeep_sync.core.busy import Busy, BusyTime
from netkeep_sync.core.capacity import Fits, judge
from netkeep_sync.core.explain import explain
from netkeep_sync.core.plan import extend_plan
from netkeep_sync.core.series import Cancelled, instant, zone
from tests.core.builders import (
    COFFEE,
    VIDEO,
    World,
    channel,
    clock,
    contact,
    day,
    days_of,
    roster,
    starts_of,
    trip,
)
from tests.core.worlds import full_cases

ADA = contact("Ada", "monthly", met_on="2026-09-08")


def booked(*spans: str, timezone: str = "Europe/Berlin", failures=()) -> Busy:
    """Busy times, written "2026-10-08 08:00 10:00"; a day alone is the whole day."""
    return Busy(times=tuple(_time(span, timezone) for span in spans), failures=tuple(failures))


def _time(span: str, timezone: str) -> BusyTime:
    day, *hours = span.split()
    start, end = (f"{day} {hour}" for hour in hours) if hours else (f"{day} 00:00", f"{day} 23:59")
    return BusyTime(start_at=instant(clock(start), timezone), end_at=instant(clock(end), timezone))


def world_of(*contacts, **of) -> World:
    return World(roster(*contacts, **of))


def test_a_new_check_in_keeps_off_booked_time():
    world = world_of(ADA)
    free = starts_of(world.plan())[0]
    fresh = world_of(ADA)
    fresh.busy = booked(f"{free.date()} 08:00 09:30")
    assert not any(start == free for start in starts_of(fresh.plan()))


def test_the_first_check_in_needs_only_a_free_hour():
    free = world_of(ADA).plan()
    [first, *_] = starts_of(free)
    world = world_of(ADA)
    world.busy = booked(f"{first.date()} 08:00 09:00")
    assert starts_of(world.plan())[0] == datetime.combine(first.date(), time(9))


def test_a_standing_check_in_on_booked_time_moves_to_another_hour_and_says_so():
    world = world_of(ADA)
    before = starts_of(world.plan())
    world.busy = booked(f"{before[0].date()} 08:00 09:00")
    after = starts_of(world.plan())
    assert after[0] == before[0].replace(hour=9, minute=0)
    assert after[1:] == before[1:]
    assert str(world.only().exceptions[0].reason) == "you are booked at 08:30, moved to 09:00"


def test_where_the_day_has_no_hour_left_it_moves_within_its_tolerance():
    world = world_of(ADA)
    before = days_of(world.plan())
    world.busy = booked(str(before[0]))
    after = days_of(world.plan())
    assert after[0] != before[0]
    assert abs((after[0] - before[0]).days) <= ADA.flex_days
    assert after[1:] == before[1:]


def test_where_its_tolerance_has_no_hour_left_it_is_cancelled_with_the_reason():
    world = world_of(ADA)
    before = days_of(world.plan())
    week = [str(before[0] + timedelta(days=offset)) for offset in range(-14, 15)]
    world.busy = booked(*week)
    assert days_of(world.plan()) == before[1:]
    (gone,) = world.only().exceptions
    assert isinstance(gone, Cancelled)
    assert str(gone.reason).startswith("you are booked at 08:30, and ")


def test_what_was_cancelled_for_booked_time_comes_back_when_that_is_free_again():
    world = world_of(ADA)
    before = days_of(world.plan())
    week = [str(before[0] + timedelta(days=offset)) for offset in range(-14, 15)]
    world.busy = booked(*week)
    world.plan()
    world.busy = booked()
    assert days_of(world.plan()) == before


def test_it_does_not_come_back_while_the_calendar_cannot_be_read():
    world = world_of(ADA)
    before = days_of(world.plan())
    week = [str(before[0] + timedelta(days=offset)) for offset in range(-14, 15)]
    world.busy = booked(*week)
    planned = world.plan()
    world.busy = booked(failures=["work.ics can't be read"])
    assert days_of(world.plan()) == before[1:]
    assert world.plan().series == planned.series


def test_nothing_moves_while_the_calendar_cannot_be_read():
    world = world_of(ADA)
    before = days_of(world.plan())
    world.busy = booked(str(before[0]))
    planned = world.plan()
    world.busy = booked(failures=["work.ics can't be read"])
    assert world.plan().series == planned.series


def test_what_was_moved_off_booked_time_stays_when_that_is_free_again():
    world = world_of(ADA)
    before = days_of(world.plan())
    world.busy = booked(str(before[0]))
    planned = world.plan()
    world.busy = booked()
    assert world.plan().series == planned.series


def test_what_is_frozen_stays_on_booked_time():
    world = world_of(ADA)
    before = starts_of(world.plan())
    world.busy = booked(str(before[0].date()))
    assert starts_of(world.plan_at(f"{before[0].date() - timedelta(days=6)} 06:00"))[0] == before[0]


def test_a_buffer_is_kept_free_of_booked_time_too():
    brisk = contact("Ada", "monthly", met_on="2026-09-08", channel=channel("08:30-10:00", buffer_minutes=30))
    world = world_of(brisk)
    first = starts_of(world.plan())[0]
    world.busy = booked(f"{first.date()} 07:45 08:15")
    assert starts_of(world.plan())[0] == first.replace(hour=8, minute=45)


def test_booked_time_is_by_the_owners_clock_wherever_its_calendar_is():
    world = world_of(ADA)
    first = starts_of(world.plan())[0]
    world.busy = booked(f"{first.date()} 02:00 03:00", timezone="America/New_York")
    assert starts_of(world.plan())[0].time() == time(9)


def test_the_time_with_the_fewest_booked_days_is_taken():
    weekly = contact("Ada", "weekly", met_on="2026-09-08")
    free = world_of(weekly)
    [first, *_] = starts_of(free.plan())
    days = [first.date() + timedelta(weeks=number) for number in range(1, 10)]
    world = world_of(weekly)
    world.busy = booked(*(f"{one} 08:00 08:45" for one in days))
    starts = starts_of(world.plan())
    assert {start.time() for start in starts} == {time(8, 45)}


def test_a_weekday_that_is_always_booked_is_not_taken():
    monthly = contact("Ada", "monthly", met_on="2026-09-08")
    weekday = days_of(world_of(monthly).plan())[0].weekday()
    world = world_of(monthly)
    days = [day("2026-09-14") + timedelta(days=offset) for offset in range(700)]
    world.busy = booked(*(str(one) for one in days if one.weekday() == weekday))
    assert weekday not in {one.weekday() for one in days_of(world.plan())}


def test_whoever_is_far_away_is_met_where_both_are_free():
    far = contact("Ada", "monthly", met_on="2026-09-08", channel=VIDEO, timezone="America/New_York")
    world = world_of(far)
    first = starts_of(world.plan())[0]
    world.busy = booked(f"{first.date()} 14:00 16:00")
    assert starts_of(world.plan())[0] == first.replace(hour=16, minute=0)


def test_a_check_in_on_a_trip_keeps_off_booked_time():
    at_home = contact("Ada", "quarterly", met_on="2026-07-20", city="Lisbon")
    trips = [trip("2026-10-12", "2026-10-13")]
    world = world_of(at_home, trips=trips)
    world.busy = booked("2026-10-12", "2026-10-13 08:00 09:00")
    assert clock("2026-10-13 09:00") in starts_of(world.plan())


def test_newcomers_keep_off_booked_time_too():
    world = world_of(ADA)
    world.busy = booked(*(str(day("2026-09-14") + timedelta(days=offset)) for offset in range(20)))
    extended = extend_plan(world.plan(), [contact("Zoe", "monthly")])
    assert days_of(extended, "zoe")[0] >= day("2026-10-04")


def test_explain_tells_of_booked_time():
    world = world_of(ADA)
    first = starts_of(world.plan())[0]
    world.busy = booked(f"{first.date()} 08:00 09:30", str(first.date() + timedelta(days=1)))
    told = explain(world.plan(), ADA)
    assert any("no hour of coffee is free" in str(one.why_not) for one in told.days)
    assert any("you are booked at" in str(one.verdict) for one in told.times)


def test_a_book_without_busy_time_keeps_none():
    of = roster(ADA)
    made = world_of(ADA).plan().planner.book
    assert isinstance(made, Book)
    assert made.openings(of.contacts[0]).booked == frozenset()


# -- whatever the calendar looks like -------------------------------------------------------------

some = settings(max_examples=40)


@st.composite
def busy_cases(draw):
    """A case, and some of the owner's other appointments: whole days, and hours on several days."""
    case = draw(full_cases())
    start_at = case.now.replace(hour=0, minute=0)
    spans = draw(
        st.lists(st.tuples(st.integers(0, 120), st.integers(0, 23), st.integers(1, 30)), max_size=25)
    )
    times = tuple(
        BusyTime(
            start_at=start_at + timedelta(days=offset, hours=hour),
            end_at=start_at + timedelta(days=offset, hours=hour + length),
        )
        for offset, hour, length in spans
    )
    return case, Busy(times=times)


def is_booked(busy, one):
    return any(time.start_at < one.end_at and one.start_at < time.end_at for time in busy.times)


@some
@given(busy_cases())
def test_nothing_that_is_planned_anew_lies_on_booked_time(given_case):
    case, busy = given_case
    assert [one for one in case.plan(busy=busy).occurrences if is_booked(busy, one)] == []


@some
@given(busy_cases())
def test_nothing_beyond_the_freeze_lies_on_booked_time(given_case):
    case, busy = given_case
    plan = case.plan(previous=case.plan().series, busy=busy)
    frozen_at = plan.planner.local_frozen.replace(tzinfo=zone(case.roster.timezone))
    assert [one for one in plan.occurrences if one.start_at >= frozen_at and is_booked(busy, one)] == []


@some
@given(busy_cases())
def test_what_is_frozen_stays_whatever_is_booked(given_case):
    case, busy = given_case
    before = case.plan()
    frozen_at = before.planner.local_frozen.replace(tzinfo=zone(case.roster.timezone))

    def near(plan):
        return [(one.uid, one.start_at) for one in plan.occurrences if one.start_at < frozen_at]

    assert near(case.plan(previous=before.series, busy=busy)) == near(before)


@some
@given(busy_cases())
def test_planning_again_with_the_same_booked_time_changes_nothing(given_case):
    case, busy = given_case
    for first in (case.plan(busy=busy), case.plan(previous=case.plan().series, busy=busy)):
        previous = (*first.ended, *first.series)
        assert case.plan(previous=previous, busy=busy).series == first.series


@some
@given(busy_cases())
def test_a_calendar_that_cannot_be_read_moves_nothing(given_case):
    case, busy = given_case
    first = case.plan(busy=busy)
    silent = Busy(failures=("no answer",))
    again = case.plan(previous=first.series, busy=silent)
    assert again.series == first.series


@pytest.mark.parametrize("busy", [Busy(), Busy(failures=("no answer",))])
def test_without_booked_time_the_plan_is_the_same(busy):
    world, same = world_of(ADA), world_of(ADA)
    same.busy = busy
    assert world.plan() == same.plan()


def test_a_channel_whose_hours_are_always_booked_has_no_place():
    world = world_of(replace(ADA, channel=COFFEE))
    days = [day("2026-09-14") + timedelta(days=offset) for offset in range(60)]
    world.busy = booked(*(str(one) for one in days))
    assert [one.contact for one in world.plan().unplaced] == ["ada"]


def test_what_is_cancelled_for_booked_time_is_not_for_want_of_capacity():
    world = world_of(ADA)
    before = days_of(world.plan())
    world.busy = booked(*(str(before[0] + timedelta(days=offset)) for offset in range(-14, 15)))
    plan = world.plan()
    (gone,) = world.only().exceptions
    assert isinstance(gone, Cancelled)
    assert not gone.is_for_want_of_room
    assert isinstance(judge(world.roster, plan, world.histories()), Fits)
