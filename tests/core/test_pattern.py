from datetime import timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.pattern import Pattern, last_start, rule_of, slots_from
from netkeep_sync.core.series import Rule, instant
from tests.core.builders import BERLIN, clock, day, moment


def pattern(*recurrence, start="2026-10-06 08:30", timezone=BERLIN):
    return Pattern(
        start_at=instant(clock(start), timezone), timezone=timezone, minutes=45, recurrence=recurrence
    )


def rule(cadence, through="2026-10-06"):
    return Rule.through(day(through), parse_cadence(cadence))


# -- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "cadence"),
    [
        ("RRULE:FREQ=WEEKLY;INTERVAL=6;BYDAY=TU", "every 6 weeks"),
        ("RRULE:FREQ=WEEKLY", "weekly"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU", "every 2 weeks"),
        ("RRULE:FREQ=MONTHLY;BYDAY=1TU", "monthly"),
        ("rrule:freq=monthly;byday=1tu;interval=3", "quarterly"),
        ("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1TU", "yearly"),
        ("RRULE;X-BY=them:FREQ=WEEKLY;BYDAY=TU;", "weekly"),
    ],
)
def test_a_rule_of_one_weekday_can_be_followed(line, cadence):
    assert rule_of(pattern(line)) == (rule(cadence), None)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("EXDATE:20261103T073000Z",),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=WEEKLY;BYDAY=WE"),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=5",),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU,TH",),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=6",),
        ("RRULE:FREQ=MONTHLY",),
        ("RRULE:FREQ=DAILY",),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=soon",),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=",),
    ],
)
def test_any_other_can_not(lines):
    assert rule_of(pattern(*lines)) == (None, None)


def test_what_is_left_out_of_a_rule_does_not_change_it():
    lines = ["EXDATE;TZID=Europe/Berlin:20261103T083000", "RRULE:FREQ=WEEKLY;BYDAY=TU"]
    assert rule_of(pattern(*lines)) == (rule("weekly"), None)


def test_a_rule_of_weeks_without_a_weekday_has_that_of_its_start_on_its_own_clock():
    late = pattern("RRULE:FREQ=WEEKLY", start="2026-10-06 23:30", timezone="America/New_York")
    assert rule_of(late)[0] == rule("weekly")


@pytest.mark.parametrize(
    ("until", "end_at"),
    [
        ("20261201T073000Z", "2026-12-01 07:30"),
        ("20261201T083000", "2026-12-01 07:30"),
        ("20261201", "2026-12-01 22:59:59"),
    ],
)
def test_a_rule_may_end_at_an_instant_a_time_or_with_a_day(until, end_at):
    found = rule_of(pattern(f"RRULE:FREQ=MONTHLY;UNTIL={until};BYDAY=1TU"))
    assert found == (rule("monthly"), moment(end_at))


# -- its days -------------------------------------------------------------------------------------


def first(of, start, count=3):
    return [str(one) for one in islice(slots_from(of, day(start)), count)]


@pytest.mark.parametrize(
    ("cadence", "start", "days"),
    [
        ("every 2 weeks", "2026-10-06", ["2026-10-06", "2026-10-20", "2026-11-03"]),
        ("every 2 weeks", "2026-10-05", ["2026-10-06", "2026-10-20", "2026-11-03"]),
        ("every 2 weeks", "2026-10-07", ["2026-10-20", "2026-11-03", "2026-11-17"]),
        ("monthly", "2026-10-06", ["2026-10-06", "2026-11-03", "2026-12-01"]),
        ("monthly", "2026-10-07", ["2026-11-03", "2026-12-01", "2027-01-05"]),
        ("quarterly", "2026-10-01", ["2026-10-06", "2027-01-05", "2027-04-06"]),
        ("quarterly", "2026-10-07", ["2027-01-05", "2027-04-06", "2027-07-06"]),
    ],
)
def test_the_days_of_a_rule_count_from_the_week_or_month_of_its_start(cadence, start, days):
    assert first(rule(cadence), start) == days


@given(
    st.dates(day("2020-01-01"), day("2040-01-01")),
    st.dates(day("2020-01-01"), day("2020-12-31")),
    st.sampled_from(["weekly", "every 2 weeks", "every 6 weeks", "monthly", "quarterly", "yearly"]),
)
def test_they_are_those_of_rfc_5545(start_on, through, cadence):
    made = rule(cadence, str(through))
    start = clock(f"{start_on} 08:30")
    expected = [one.date() for one in islice(rrulestr(str(made), dtstart=start), 5)]
    assert list(islice(slots_from(made, start_on), 5)) == expected


def test_they_go_on_for_many_years():
    days = list(islice(slots_from(rule("weekly"), day("2026-10-06")), 1000))
    assert days[-1] == day("2026-10-06") + timedelta(weeks=999)


# -- its last start -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261201T073000Z", "2026-12-01 07:30"),
        ("20261201T072959Z", "2026-11-03 07:30"),
        ("20261006T063000Z", "2026-10-06 06:30"),
        ("20261005T000000Z", None),
        ("20991201T000000Z", None),
    ],
)
def test_the_last_start_is_the_last_one_before_the_end_that_is_not_ages_away(until, last):
    found = last_start(pattern(f"RRULE:FREQ=MONTHLY;UNTIL={until};BYDAY=1TU"))
    assert found == (last and moment(last))


@pytest.mark.parametrize("line", ["RRULE:FREQ=MONTHLY;BYDAY=1TU", "RRULE:FREQ=DAILY;UNTIL=20261201T000000Z"])
def test_what_has_no_end_or_can_not_be_followed_has_no_last_start(line):
    assert last_start(pattern(line)) is None
