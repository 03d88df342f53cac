from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.availability import (
    OpenDays,
    is_awake,
    lies_in_hours,
    start_times,
    wall_clock_is_whole,
)
from tests.core.builders import (
    BERLIN,
    COFFEE,
    HOLIDAY_CODE,
    VIDEO,
    ZONES,
    away,
    channel,
    clock,
    contact,
    day,
    roster,
)

NEW_YORKER = contact(channel=VIDEO, timezone="America/New_York")


def awake(who, start, minutes=30):
    return is_awake(who, local_start=clock(start), timezone=BERLIN, minutes=minutes)


# -- hours ----------------------------------------------------------------------------------------


def test_a_check_in_may_start_every_quarter_of_an_hour_and_is_over_in_time():
    assert [f"{at:%H:%M}" for at in start_times(COFFEE)] == ["08:30", "08:45", "09:00", "09:15"]


def test_every_part_of_the_day_has_its_starts():
    halves = channel("10:00-10:30", "14:00-14:45", minutes=30)
    assert [f"{at:%H:%M}" for at in start_times(halves)] == ["10:00", "14:00", "14:15"]


def test_parts_of_the_day_that_overlap_name_each_start_once():
    assert len(start_times(channel("10:00-11:00", "10:30-11:00", minutes=30))) == 3


def test_hours_shorter_than_the_check_in_have_no_start():
    assert start_times(channel("10:00-10:30", minutes=45)) == ()


def test_a_check_in_may_end_as_the_day_ends():
    assert start_times(channel("23:00-23:59", minutes=59)) == (time(23),)


@given(
    st.tuples(st.integers(0, 23 * 60), st.integers(1, 300)).filter(lambda one: sum(one) < 24 * 60),
    st.integers(5, 120),
)
def test_every_start_lies_in_the_hours(span, minutes):
    start, end = (time(*divmod(minute, 60)) for minute in (span[0], sum(span)))
    one = channel(f"{start}-{end}", minutes=minutes)
    assert all(lies_in_hours(one, at) for at in start_times(one))


@pytest.mark.parametrize(
    ("at", "expected"),
    [("08:29", False), ("08:30", True), ("08:37", True), ("09:15", True), ("09:16", False), ("23:30", False)],
)
def test_a_start_lies_in_hours_that_hold_the_whole_check_in(at, expected):
    assert lies_in_hours(COFFEE, time.fromisoformat(at)) is expected


# -- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-12-03", None),
        ("2026-12-05", "Saturdays are not among your days"),
        ("2026-12-22", "you are away"),
        ("2026-12-25", "Christmas is a holiday"),
        ("2026-12-06", "St Nicholas is a holiday"),
    ],
)
def test_a_closed_day_says_why(text, why):
    days = OpenDays(
        roster(away=[away("2026-12-21", "2027-01-03")]),
        {HOLIDAY_CODE: {day("2026-12-25"): "Christmas", day("2026-12-06"): "St Nicholas"}},
    )
    assert days.why_closed_to(contact(), day(text)) == why


# -- the contact's own clock ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-09-15 13:45", False),
        ("2026-09-15 14:00", True),
        ("2026-09-15 17:00", True),
        # For three weeks in spring, New York is only five hours behind Berlin.
        ("2026-03-17 13:00", True),
        ("2026-03-31 13:00", False),
    ],
)
def test_a_remote_check_in_lies_in_the_waking_hours_of_the_contact(start, expected):
    assert awake(NEW_YORKER, start) is expected


@pytest.mark.parametrize(("start", "expected"), [("2026-09-15 12:30", True), ("2026-09-15 12:45", False)])
def test_a_remote_check_in_is_over_before_the_contact_goes_to_bed(start, expected):
    assert awake(contact(channel=VIDEO, timezone="Asia/Tokyo"), start) is expected


def test_the_zone_of_a_contact_one_meets_in_person_does_not_matter():
    assert awake(contact(channel=COFFEE, timezone="Pacific/Apia"), "2026-09-15 08:30")


@pytest.mark.parametrize("timezone", [None, BERLIN])
def test_a_contact_in_the_owners_zone_keeps_the_owners_hours(timezone):
    assert awake(contact(channel=VIDEO, timezone=timezone), "2026-09-15 06:00")


# -- clock changes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timezone", "start", "minutes", "expected"),
    [
        ("Europe/Berlin", "2027-03-28 02:30", 30, False),
        ("Europe/Berlin", "2027-03-28 01:30", 45, False),
        ("Europe/Berlin", "2027-03-28 01:30", 30, False),
        ("Europe/Berlin", "2027-03-28 01:00", 45, True),
        ("Europe/Berlin", "2027-03-28 03:00", 45, True),
        ("Europe/Berlin", "2027-03-28 09:00", 45, True),
        ("Europe/Berlin", "2026-10-25 09:00", 45, True),
        ("America/New_York", "2027-03-14 02:00", 30, False),
        ("America/Havana", "2027-03-14 00:15", 30, False),
        ("Asia/Beirut", "2027-03-28 00:15", 30, False),
        ("Australia/Lord_Howe", "2026-10-04 02:15", 15, False),
        ("Australia/Lord_Howe", "2026-10-04 02:30", 15, True),
        ("Asia/Kathmandu", "2027-03-28 02:30", 30, True),
    ],
)
def test_nothing_starts_or_ends_in_an_hour_that_the_clocks_skip(timezone, start, minutes, expected):
    assert wall_clock_is_whole(clock(start), timezone, minutes) is expected


@given(
    st.sampled_from(ZONES),
    st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    st.integers(1, 180),
)
def test_a_whole_check_in_shows_both_ends_on_the_wall(timezone, start, minutes):
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    if wall_clock_is_whole(start, timezone, minutes) and end.date() == start.date():
        for one in (start, end):
            shown = one.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC).astimezone(ZoneInfo(timezone))
            assert shown.replace(tzinfo=None) == one
