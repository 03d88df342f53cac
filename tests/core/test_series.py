import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrule, rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from netkeep_sync.core.cadence import Cadence, Unit, parse_cadence
from netkeep_sync.core.series import Rule, instant, local_occurrences, occurrences, series_uid, zone
from tests.core.builders import (
    BERLIN,
    ROSTER,
    ZONES,
    cancelled,
    clock,
    day,
    local_starts,
    moved,
    plain,
    series,
)

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2032, 12, 31))
CADENCES = st.one_of(
    st.builds(Cadence, unit=st.just(Unit.WEEK), count=st.integers(1, 104)),
    st.builds(Cadence, unit=st.just(Unit.MONTH), count=st.integers(1, 60)),
)
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def by_dateutil(text, first_on, end_on):
    """What a text means to another implementation."""
    start = datetime.combine(first_on, time(8, 30))
    found = rrulestr(text, dtstart=start)
    assert isinstance(found, rrule)
    return [one.date() for one in found.between(start, datetime.combine(end_on, time()), inc=True)]


@given(DAYS, CADENCES, st.integers(0, 6 * 366))
def test_the_days_of_a_rule_are_those_of_its_text(first_on, cadence, length):
    rule = Rule.through(first_on, cadence)
    end_on = first_on + timedelta(days=length)
    assert list(rule.days(first_on, end_on=end_on)) == by_dateutil(str(rule), first_on, end_on)


@given(DAYS, CADENCES)
def test_the_first_day_is_an_instance_of_its_rule(first_on, cadence):
    rule = Rule.through(first_on, cadence)
    assert next(iter(rule.days(first_on, end_on=first_on + timedelta(days=1)))) == first_on


@given(DAYS, CADENCES)
def test_a_rule_stays_on_its_weekday(first_on, cadence):
    rule = Rule.through(first_on, cadence)
    days = rule.days(first_on, end_on=first_on + timedelta(days=3700))
    assert {one.weekday() for one in days} == {first_on.weekday()}


@given(DAYS, CADENCES)
def test_the_days_of_a_rule_lie_a_period_apart_give_or_take_a_week(first_on, cadence):
    rule = Rule.through(first_on, cadence)
    days = list(rule.days(first_on, end_on=first_on + timedelta(days=3700)))
    gaps = [(after - before).days for before, after in pairwise(days)]
    assert all(abs(gap - cadence.period_days) < 9 for gap in gaps)


@pytest.mark.parametrize("text", ["2026-01-29", "2026-01-30", "2026-01-31"])
def test_a_monthly_rule_through_a_day_after_the_28th_is_of_the_last_such_weekday(text):
    rule = Rule.through(day(text), parse_cadence("monthly"))
    assert rule.nth == -1
    days = list(rule.days(day(text), end_on=day("2027-03-01")))
    assert days[0] == day(text)
    assert {one.weekday() for one in days} == {day(text).weekday()}
    assert all((one + timedelta(days=7)).month != one.month for one in days)


@pytest.mark.parametrize(
    ("first", "cadence", "words"),
    [
        ("2026-10-06", "weekly", "every week on Tuesday"),
        ("2026-10-06", "every 6 weeks", "every 6 weeks on Tuesday"),
        ("2026-10-06", "monthly", "every month on the 1st Tuesday"),
        ("2026-12-31", "quarterly", "every 3 months on the last Thursday"),
    ],
)
def test_a_rule_is_said_as_people_say_it(first, cadence, words):
    assert Rule.through(day(first), parse_cadence(cadence)).words == words


@pytest.mark.parametrize(
    ("first_on", "cadence", "text"),
    [
        ("2026-10-06", "weekly", "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU"),
        ("2026-10-11", "every 6 weeks", "FREQ=WEEKLY;INTERVAL=6;BYDAY=SU"),
        ("2026-10-06", "monthly", "FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU"),
        ("2026-10-13", "quarterly", "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU"),
        ("2026-10-28", "yearly", "FREQ=MONTHLY;INTERVAL=12;BYDAY=4WE"),
    ],
)
def test_a_rule_is_written_as_calendars_read_it(first_on, cadence, text):
    assert str(Rule.through(day(first_on), parse_cadence(cadence))) == text


@given(DAYS, CADENCES)
def test_a_rule_is_read_back_as_it_is_written(first_on, cadence):
    rule = Rule.through(first_on, cadence)
    assert Rule.parse(str(rule)) == rule


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU"),
        ("BYDAY=SU;WKST=SU;INTERVAL=6;FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=6;BYDAY=SU"),
        ("FREQ=MONTHLY;BYDAY=+2TU;INTERVAL=03", "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU"),
        ("FREQ=MONTHLY;WKST=MO;BYDAY=-1FR", "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR"),
        ("freq=monthly;byday=4we", "FREQ=MONTHLY;INTERVAL=1;BYDAY=4WE"),
        ("FREQ=YEARLY;BYMONTH=10;BYDAY=2TU", "FREQ=MONTHLY;INTERVAL=12;BYDAY=2TU"),
        ("FREQ=YEARLY;INTERVAL=5;BYDAY=-1SU;BYMONTH=03", "FREQ=MONTHLY;INTERVAL=60;BYDAY=-1SU"),
    ],
)
def test_a_rule_is_read_as_other_calendars_write_it(text, ours):
    assert str(Rule.parse(text)) == ours


@given(st.data(), DAYS, CADENCES)
def test_a_rule_that_is_read_has_the_days_that_its_text_has(data, first_on, cadence):
    rule = Rule.through(first_on, cadence)
    text = str(rule)
    if rule.interval % 12 == 0:
        yearly = f"FREQ=YEARLY;BYMONTH={first_on.month};INTERVAL={rule.interval // 12}"
        text = text.replace(f"FREQ=MONTHLY;INTERVAL={rule.interval}", yearly)
    text = ";".join(data.draw(st.permutations([*text.split(";"), "WKST=SU"])))
    end_on = first_on + timedelta(days=3700)
    assert list(Rule.parse(text).days(first_on, end_on=end_on)) == by_dateutil(text, first_on, end_on)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=WEEKLY",
        "BYDAY=TU",
        "RRULE:FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=TU;",
        "FREQ=WEEKLY;BYDAY=TU;FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=WEEKLY;BYDAY=+TU",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=TU;COUNT=5",
        "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261110T073000Z",
        "FREQ=WEEKLY;BYDAY=TU;BYMONTH=10",
        "FREQ=WEEKLY;BYDAY=TU;BYHOUR=9",
        "FREQ=WEEKLY;BYDAY=TU;INTERVAL=0",
        "FREQ=WEEKLY;BYDAY=TU;INTERVAL=-1",
        "FREQ=WEEKLY;BYDAY=TU;INTERVAL=+2",
        "FREQ=WEEKLY;BYDAY=TU;INTERVAL=２",
        "FREQ=WEEKLY;BYDAY=TU;INTERVAL=",
        "FREQ=WEEKLY;BYDAY=TU;INTERVAL=105",
        "FREQ=WEEKLY;BYDAY=TU;INTERVAL=99999999999",
        "FREQ=DAILY;INTERVAL=7",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=0TU",
        "FREQ=MONTHLY;BYDAY=5TU",
        "FREQ=MONTHLY;BYDAY=-2TU",
        "FREQ=MONTHLY;BYDAY=+-1TU",
        "FREQ=MONTHLY;BYDAY=1TU,3TU",
        "FREQ=MONTHLY;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=2TU;BYMONTH=10",
        "FREQ=MONTHLY;BYDAY=2TU;INTERVAL=61",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYDAY=2TU",
        "FREQ=YEARLY;BYMONTH=10;BYDAY=TU",
        "FREQ=YEARLY;BYMONTH=10,11;BYDAY=2TU",
        "FREQ=YEARLY;BYMONTH=13;BYDAY=2TU",
        "FREQ=YEARLY;BYMONTH=0;BYDAY=2TU",
        "FREQ=YEARLY;BYMONTH=10;BYDAY=2TU;INTERVAL=6",
    ],
)
def test_a_rule_that_is_none_of_ours_is_refused(text):
    with pytest.raises(ValueError):
        Rule.parse(text)


@given(st.text(max_size=30) | st.from_regex(r"FREQ=[A-Z]+;INTERVAL=.+;BYDAY=[-+0-9]*[A-Z,]+"))
def test_no_text_does_more_than_be_refused(text):
    try:
        rule = Rule.parse(text)
    except ValueError:
        return
    assert Rule.parse(str(rule)) == rule


def test_a_rule_has_no_days_before_its_end_is_reached():
    rule = Rule.through(day("2026-10-06"), parse_cadence("monthly"))
    assert rule is not None
    assert list(rule.days(day("2026-10-06"), end_on=day("2026-10-06"))) == []


# -- the end of a series --------------------------------------------------------------------------


@given(st.sampled_from(ZONES), DAYS, CADENCES, TIMES, st.integers(1, 1500))
def test_until_ends_a_series_exactly_after_its_last_slot(timezone, first_on, cadence, at, length):
    assume(Rule.through(first_on, cadence) is not None)
    until_on = first_on + timedelta(days=length)
    ended = series(str(first_on), str(cadence), at=at.isoformat(), timezone=timezone, until_on=str(until_on))
    # An hour that the clocks skip has no instant of its own; nothing is planned in one.
    slots = [datetime.combine(one, at) for one in ended.slots(end_on=date.max)]
    assume(all(exists(one, timezone) for one in slots))
    start = ended.local_start.replace(tzinfo=ZoneInfo(timezone))
    read = list(rrulestr(ended.rrule, dtstart=start))
    assert [one.replace(tzinfo=None) for one in read] == slots


def exists(local, timezone):
    back = local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC).astimezone(ZoneInfo(timezone))
    return back.replace(tzinfo=None) == local


@pytest.mark.parametrize(
    ("timezone", "at", "until"),
    [
        ("UTC", "08:30", "20261110T083000Z"),
        ("Europe/Berlin", "08:30", "20261110T073000Z"),
        ("America/New_York", "20:00", "20261111T010000Z"),
        ("Asia/Kathmandu", "05:00", "20261109T231500Z"),
        ("Australia/Lord_Howe", "08:30", "20261109T213000Z"),
        ("Pacific/Kiritimati", "13:59", "20261109T235900Z"),
    ],
)
def test_until_is_the_last_slots_own_start_in_utc(timezone, at, until):
    ended = series("2026-10-13", timezone=timezone, at=at, until_on="2026-12-01")
    assert ended.rrule == f"FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU;UNTIL={until}"


def test_an_endless_series_has_no_until():
    assert series("2026-10-13").rrule == "FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU"


def test_a_series_that_ended_before_it_began_still_has_a_legal_rule():
    # It has no occurrence and is not published, but its words must not break.
    assert series("2026-10-13", until_on="2026-10-13").rrule.endswith("UNTIL=20261013T063000Z")


def test_an_ended_series_has_no_slot_on_the_day_it_ends():
    ended = series("2026-10-06", "weekly", until_on="2026-10-20")
    assert list(ended.slots(end_on=date.max)) == [day("2026-10-06"), day("2026-10-13")]


def test_the_slots_of_a_series_stop_at_the_end_asked_for():
    ended = series("2026-10-06", "weekly", until_on="2026-10-27")
    assert list(ended.slots(end_on=day("2026-10-13"))) == [day("2026-10-06")]


# -- wall clock -----------------------------------------------------------------------------------


@given(st.sampled_from(ZONES), DAYS, CADENCES, st.builds(time, st.integers(8, 20)))
def test_a_check_in_keeps_its_wall_clock_over_every_clock_change(timezone, first_on, cadence, at):
    assume(Rule.through(first_on, cadence) is not None)
    planned = series(str(first_on), str(cadence), at=at.isoformat(), timezone=timezone)
    shown = [
        one.start_at.astimezone(ZoneInfo(timezone))
        for one in occurrences(planned, end_on=first_on + timedelta(days=800))
    ]
    assert [(one.date(), one.time()) for one in shown] == [(one.date(), at) for one in shown]
    assert [one.date() for one in shown] == list(planned.slots(end_on=first_on + timedelta(days=800)))


@pytest.mark.parametrize(
    ("timezone", "summer", "winter"),
    [
        ("Europe/Berlin", ("2026-10-20", "06:30"), ("2026-10-27", "07:30")),
        ("America/New_York", ("2026-10-27", "12:30"), ("2026-11-03", "13:30")),
        ("Australia/Lord_Howe", ("2026-10-06", "21:30"), ("2026-09-29", "22:00")),
        ("Europe/Dublin", ("2026-10-20", "07:30"), ("2026-10-27", "08:30")),
        ("Africa/Casablanca", ("2026-02-10", "07:30"), ("2026-02-24", "08:30")),
        ("Asia/Kathmandu", ("2026-06-30", "02:45"), ("2026-12-29", "02:45")),
        ("Pacific/Apia", ("2026-06-30", "19:30"), ("2026-12-29", "19:30")),
    ],
)
def test_half_past_eight_is_another_instant_after_the_clocks_change(timezone, summer, winter):
    for on, utc in (summer, winter):
        assert f"{instant(clock(f'{on} 08:30'), timezone):%H:%M}" == utc


def test_of_a_repeated_hour_the_first_one_is_meant():
    assert instant(clock("2026-10-25 02:30"), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_zone_is_the_same_object_every_time():
    assert zone(BERLIN) is zone(BERLIN)


# -- occurrences ----------------------------------------------------------------------------------


def test_an_occurrence_tells_its_slot_and_where_it_lies():
    planned = series("2026-10-06", exceptions=[moved("2026-10-06", "2026-10-08 09:00")])
    (one,) = occurrences(planned, end_on=day("2026-10-31"))
    assert one.slot_on == day("2026-10-06")
    assert one.slot_at == datetime(2026, 10, 6, 6, 30, tzinfo=UTC)
    assert one.start_at == datetime(2026, 10, 8, 7, tzinfo=UTC)
    assert one.end_at == datetime(2026, 10, 8, 7, 45, tzinfo=UTC)
    assert (one.contact, one.uid, one.summary, str(one.reason)) == (
        "ada",
        planned.uid,
        "Coffee with Ada",
        "moved",
    )


def test_an_unmoved_occurrence_has_the_reason_of_its_series():
    (found,) = local_occurrences(series("2026-10-06"), end_on=day("2026-10-31"))
    assert found == (day("2026-10-06"), clock("2026-10-06 08:30"), plain("because"))


def test_a_later_occurrence_counts_from_the_first():
    *_, last = local_occurrences(series("2026-10-06"), end_on=day("2026-11-30"))
    assert str(last[2]) == "monthly from Tue 6 Oct 2026"


def test_a_cancelled_slot_makes_no_occurrence():
    planned = series("2026-10-06", "weekly", exceptions=[cancelled("2026-10-13")])
    assert local_starts(planned, end_on=day("2026-10-27")) == [
        clock("2026-10-06 08:30"),
        clock("2026-10-20 08:30"),
    ]


def test_moving_one_occurrence_moves_no_other():
    planned = series("2026-10-06", "weekly", exceptions=[moved("2026-10-13", "2026-10-15 09:00")])
    assert local_starts(planned, end_on=day("2026-10-27")) == [
        clock("2026-10-06 08:30"),
        clock("2026-10-15 09:00"),
        clock("2026-10-20 08:30"),
    ]


def test_an_occurrence_moved_past_the_end_still_belongs_to_its_slot():
    planned = series(
        "2026-10-06",
        "weekly",
        until_on="2026-10-13",
        exceptions=[moved("2026-10-06", "2026-10-16 08:30")],
    )
    assert local_starts(planned, end_on=date.max) == [clock("2026-10-16 08:30")]


# -- the name of a series -------------------------------------------------------------------------


def test_the_uid_of_a_series_is_the_same_for_ever():
    assert series_uid("r0", "ada", 1) == "bk9piqjgrhs2535m1jn8f2ld7lu3eknag7u4i88d@netkeep-sync"


@given(st.text(max_size=20), st.text(max_size=20), st.integers(1, 1000))
def test_the_uid_of_a_series_is_a_legal_google_event_id(key, contact, generation):
    name, at, host = series_uid(key, contact, generation).partition("@")
    assert re.fullmatch(r"[a-v0-9]{5,1024}", name)
    assert (at, host) == ("@", "netkeep-sync")


def test_no_two_series_share_a_uid():
    uids = {
        series_uid(key, who, generation)
        for key in (ROSTER, "r1")
        for who in ("ada", "bob")
        for generation in range(1, 30)
    }
    assert len(uids) == 2 * 2 * 29
