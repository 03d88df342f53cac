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
from netkeep_sync.core.roster import Avoided
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
    english,
    plain,
    roster,
    trip,
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
    assert english(days.why_closed_to(contact(), day(text))) == why


def closed(who, text, **of):
    of.setdefault("away", [])
    days = OpenDays(
        roster(who, **of),
        {HOLIDAY_CODE: {day("2026-12-25"): "Christmas"}, "US": {day("2026-11-26"): "Thanksgiving"}},
    )
    return english(days.why_closed_to(who, day(text)))


def avoided(days, *months, is_at_end):
    return Avoided(words=plain("those days"), months=frozenset(months), days=days, is_at_end=is_at_end)


@pytest.mark.parametrize(
    ("text", "is_closed"),
    [
        ("2026-11-30", False),
        ("2026-12-24", False),
        ("2026-12-28", True),
        ("2026-12-31", True),
        ("2027-01-01", False),
        ("2028-02-25", True),
        ("2027-02-22", True),
    ],
)
def test_the_last_days_of_a_month_are_kept_free(text, is_closed):
    why = closed(contact(), text, avoid=[avoided(7, 2, 12, is_at_end=True)])
    assert why == ("you keep those days free" if is_closed else None)


@pytest.mark.parametrize(
    ("text", "is_closed"), [("2026-12-01", True), ("2026-12-04", False), ("2026-11-02", False)]
)
def test_the_first_days_of_a_month_are_kept_free(text, is_closed):
    why = closed(contact(), text, avoid=[avoided(3, 12, is_at_end=False)])
    assert (why is not None) is is_closed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-12-05", None),
        ("2026-12-03", "Thursdays are no days for walk"),
        ("2026-12-25", "Christmas is a holiday"),
    ],
)
def test_the_days_of_a_channel_stand_in_for_the_owners(text, why):
    assert closed(contact(channel=channel(key="walk", weekdays=[4, 5])), text) == why


def test_the_days_of_every_channel_can_be_met_on():
    walk = contact(channel=channel(weekdays=[5]))
    assert OpenDays(roster(walk, weekdays=[0]), {}).weekdays == {0, 5}


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (contact(channel=VIDEO, holidays=("US",)), "Thanksgiving is a holiday in Ada's country"),
        (contact(channel=COFFEE, holidays=("US",)), None),
        (contact(channel=VIDEO), None),
    ],
)
def test_the_holidays_of_a_contact_keep_remote_check_ins_off(who, why):
    assert closed(who, "2026-11-26") == why


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (contact(channel=COFFEE), "you are in Lisbon"),
        (contact(channel=COFFEE, city="Oslo"), "you are in Lisbon"),
        (contact(channel=COFFEE, city="lisbon"), None),
        (contact(channel=VIDEO, city="Oslo"), None),
    ],
)
def test_on_a_trip_only_those_who_live_there_are_met_in_person(who, why):
    assert closed(who, "2026-12-03", trips=[trip("2026-12-03", "2026-12-03")]) == why
    assert closed(who, "2026-12-04", trips=[trip("2026-12-03", "2026-12-03")]) is None


FIRST_ON = day("2026-11-30")


def _text(offset):
    return (FIRST_ON + timedelta(days=offset)).isoformat()


_OFFSETS = st.integers(-40, 140)
_SPANS = st.tuples(_OFFSETS, st.integers(0, 40)).map(lambda one: (_text(one[0]), _text(sum(one))))
_PEOPLE = (
    contact(channel=VIDEO, holidays=("US",)),
    contact(channel=VIDEO),
    contact(channel=COFFEE, city="Lisbon"),
    contact(channel=COFFEE),
    contact(channel=channel(key="walk", weekdays=[4, 5])),
)


@st.composite
def days_with_much_in_the_way(draw):
    holidays = st.fixed_dictionaries({code: st.sets(_OFFSETS, max_size=4) for code in (HOLIDAY_CODE, "US")})
    avoid = st.builds(avoided, st.integers(1, 9), st.integers(1, 12), is_at_end=st.booleans())
    return OpenDays(
        roster(
            away=[away(*span) for span in draw(st.lists(_SPANS, max_size=2))],
            trips=[trip(*span) for span in draw(st.lists(_SPANS, max_size=2))],
            avoid=draw(st.lists(avoid, max_size=2)),
            weekdays=draw(st.sets(st.integers(0, 6), min_size=1)),
        ),
        {code: {day(_text(at)): "a feast" for at in offsets} for code, offsets in draw(holidays).items()},
    )


@given(days_with_much_in_the_way(), st.integers(0, 6), st.integers(1, 100))
def test_a_day_is_closed_when_something_can_be_said_against_it(days, first, count):
    first_on = day(_text(first))
    asked = [first_on + timedelta(days=offset) for offset in range(count)]
    assert days.days_off(first_on, count) == bytes(days.why_closed(one) is not None for one in asked)
    for who in _PEOPLE:
        assert days.closed_days(who, first_on, count) == bytes(
            days.why_closed_to(who, one) is not None for one in asked
        )


def test_contacts_to_whom_the_same_days_are_open_are_of_one_kind():
    days = OpenDays(roster(trips=[trip("2026-12-03", "2026-12-03")]), {})
    at_home, there = contact("Ada"), contact("Bob", city="Lisbon")
    remote, abroad = contact("Cy", channel=VIDEO), contact("Dee", channel=VIDEO, holidays=("US",))
    assert len({days.kind(one) for one in (at_home, there, remote, abroad)}) == 4
    assert days.kind(remote) == days.kind(contact("Eve", channel=VIDEO, city="Lisbon"))


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


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-09-15 14:30", False),
        ("2026-09-15 15:00", True),
        ("2026-09-15 17:30", True),
        ("2026-09-15 17:45", False),
    ],
)
def test_a_remote_check_in_lies_in_the_hours_a_contact_can_be_reached(start, expected):
    early = contact(channel=VIDEO, timezone="America/New_York", reachable=["09:00-10:00", "11:00-12:00"])
    assert awake(early, start) is expected


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
