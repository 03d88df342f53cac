from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.config.addresses import parse_database
from netkeep_sync.config.flex import FlexDays, FlexShare, flex_days, most_flex_days, parse_flex
from netkeep_sync.config.times import (
    parse_away,
    parse_day,
    parse_freeze,
    parse_hours,
    parse_milestone,
    parse_weekday,
)
from netkeep_sync.config.timezones import parse_timezone
from netkeep_sync.config.values import (
    parse_city,
    parse_email,
    parse_holiday_code,
    parse_ics,
    parse_key,
    parse_title,
)
from netkeep_sync.core.cadence import Cadence, Unit, parse_cadence
from netkeep_sync.core.channel import Hours
from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.roster import DateRange

PARSERS = [
    parse_away,
    parse_city,
    parse_database,
    parse_day,
    parse_email,
    parse_flex,
    parse_freeze,
    parse_holiday_code,
    parse_hours,
    parse_ics,
    parse_key,
    parse_milestone,
    parse_timezone,
    parse_title,
    parse_weekday,
]


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_day, "2026-09-14", date(2026, 9, 14)),
        (parse_day, "2026-9-4", date(2026, 9, 4)),
        (parse_day, "2028-02-29", date(2028, 2, 29)),
        (parse_away, "2026-12-24", DateRange(start_on=date(2026, 12, 24), end_on=date(2026, 12, 25))),
        (
            parse_away,
            "2026-12-21..2027-01-03",
            DateRange(start_on=date(2026, 12, 21), end_on=date(2027, 1, 4)),
        ),
        (
            parse_away,
            "2026-12-31 .. 2026-12-31",
            DateRange(start_on=date(2026, 12, 31), end_on=date(2027, 1, 1)),
        ),
        (parse_hours, "08:30-10:00", Hours(start=time(8, 30), end=time(10))),
        (parse_hours, "8.30 – 17:00", Hours(start=time(8, 30), end=time(17))),
        (parse_weekday, "mon", 0),
        (parse_weekday, "Sunday", 6),
        (parse_weekday, "THU", 3),
        (parse_holiday_code, "DE", "DE"),
        (parse_holiday_code, "us-ca", "US-CA"),
        (parse_city, "São Paulo", "São Paulo"),
        (parse_city, "東京", "東京"),
        (parse_freeze, "7 days", 7),
        (parse_freeze, "1 day", 1),
        (parse_freeze, "2 Weeks", 14),
        (parse_freeze, "60", 60),
        (parse_freeze, "0", 0),
        (parse_milestone, "03-14", Milestone(label="", month=3, day=14)),
        (parse_milestone, "3-1", Milestone(label="", month=3, day=1)),
        (parse_milestone, "02-29", Milestone(label="", month=2, day=29)),
        (parse_milestone, "2019-05-01", Milestone(label="", month=5, day=1, year=2019)),
        (parse_milestone, "2020-02-29", Milestone(label="", month=2, day=29, year=2020)),
        (parse_email, "John.Doe+x@example.co.uk", "John.Doe+x@example.co.uk"),
        (parse_key, "john-doe", "john-doe"),
        (parse_title, "Coffee with {name}", "Coffee with {name}"),
        (parse_title, "Check-in", "Check-in"),
        (parse_timezone, "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        (parse_timezone, "UTC", "UTC"),
        (parse_flex, "10 days", FlexDays(count=10)),
        (parse_flex, "1 day", FlexDays(count=1)),
        (parse_flex, "2 Weeks", FlexDays(count=14)),
        (parse_flex, "20%", FlexShare(percent=20)),
        (parse_database, "sqlite:///a.db", "sqlite:///a.db"),
        (parse_database, "postgresql+psycopg://u@h/n", "postgresql+psycopg://u@h/n"),
        (parse_ics, "out/Checkins.ICS", "out/Checkins.ICS"),
    ],
)
def test_values_are_read_as_people_write_them(parse, text, value):
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "message", "advice"),
    [
        (parse_day, "2026-02-30", "30 February 2026 does not exist", "February 2026 ends on the 28th"),
        (parse_day, "2027-02-29", "29 February 2027 does not exist", "February 2027 ends on the 28th"),
        (parse_day, "2026-12-32", "32 December 2026 does not exist", "December 2026 ends on the 31st"),
        (parse_day, "2026-13-01", "month 13 does not exist", "write year-month-day, such as 2026-09-14"),
        (parse_day, "14.9.2026", '"14.9.2026" is no date', "write year-month-day, such as 2026-09-14"),
        (parse_day, "9999-12-31", "the year 9999 is out of range", "write a year from 1900 to 2199"),
        (
            parse_away,
            "2027-01-03..2026-12-21",
            "2027-01-03..2026-12-21 ends before it starts",
            "write 2026-12-21..2027-01-03",
        ),
        (parse_away, "2026-12-21..", '"2026-12-21.." has one end only', "write 2026-12-21..2027-01-03"),
        (
            parse_away,
            "2026-12-21-2027-01-03",
            '"2026-12-21-2027-01-03" is no date',
            "write year-month-day, such as 2026-09-14",
        ),
        (parse_city, "...", '"..." is no name of a city', "write it in letters, such as Berlin"),
        (parse_freeze, "soon", 'freeze "soon" is no length of time', 'write "7 days" or "2 weeks"'),
        (parse_freeze, "-1", 'freeze "-1" is no length of time', 'write "7 days" or "2 weeks"'),
        (parse_freeze, "61", 'freeze "61" is more than 60 days', 'write at most "60 days"'),
        (parse_freeze, "9 weeks", 'freeze "9 weeks" is more than 60 days', 'write at most "60 days"'),
        (parse_milestone, "02-30", "30 February does not exist", "February ends on the 29th"),
        (parse_milestone, "12-32", "32 December does not exist", "December ends on the 31st"),
        (parse_milestone, "01-00", "0 January does not exist", "January ends on the 31st"),
        (
            parse_milestone,
            "14-03",
            "month 14 does not exist",
            "write month-day, such as 03-14, or year-month-day",
        ),
        (
            parse_milestone,
            "14 March",
            '"14 March" is no day of the year',
            "write month-day, such as 03-14, or year-month-day",
        ),
        (parse_milestone, "2019-02-29", "29 February 2019 does not exist", "February 2019 ends on the 28th"),
        (parse_milestone, "0019-05-01", "the year 19 is out of range", "write a year from 1900 to 2199"),
        (parse_hours, "8-9", '"8-9" is no part of the day', 'write "08:30-10:00"'),
        (parse_hours, "23:00-24:00", "23:00-24:00 is no part of the day", "write times from 00:00 to 23:59"),
        (parse_hours, "10:00-09:00", "10:00-09:00 ends before it starts", "write 09:00-10:00"),
        (parse_hours, "10:00-10:00", "10:00-10:00 has no length", "write a later end"),
        (
            parse_weekday,
            "mo",
            '"mo" is no day of the week',
            "write some of mon, tue, wed, thu, fri, sat, sun",
        ),
        (
            parse_holiday_code,
            "Germany",
            '"Germany" is no code of a country or region',
            "write two letters such as DE, or DE-BE, US-CA",
        ),
        (parse_email, "john", '"john" is no email address', "write it like john@example.com"),
        (parse_email, "John <j@x.y>", '"John <j@x.y>" is no email address', "write it like john@example.com"),
        (parse_key, "John Doe", '"John Doe" is no key', 'write "john-doe"'),
        (parse_key, "łukasz-żak", '"łukasz-żak" is no key', 'write "łukasz-zak"'),
        (parse_key, "??", '"??" is no key', "write letters, digits and hyphens"),
        (parse_title, "Coffee with {nme}", '"{nme}" is unknown in a title', 'write "{name}" for the name'),
        (parse_flex, "10", 'flex "10" is no tolerance', 'write "10 days", "2 weeks" or "20%"'),
        (parse_flex, "0 days", 'flex "0 days" is no tolerance', 'write "10 days", "2 weeks" or "20%"'),
        (parse_flex, "50%", 'flex "50%" is half the period or more', 'write at most "49%"'),
        (
            parse_database,
            "netkeep.db",
            "this is no database that can be used",
            'write "sqlite:///netkeep.db" or "postgresql://user@host/name"',
        ),
        (
            parse_database,
            "mysql://u:secret@h/n",
            "this is no database that can be used",
            'write "sqlite:///netkeep.db" or "postgresql://user@host/name"',
        ),
        (
            parse_database,
            "sqlite://a.db",
            "an SQLite file comes after three slashes",
            'write "sqlite:///netkeep.db"',
        ),
        (
            parse_database,
            "sqlite://",
            "a database in memory forgets what was held",
            'write "sqlite:///netkeep.db"',
        ),
        (
            parse_database,
            "sqlite:///:memory:",
            "a database in memory forgets what was held",
            'write "sqlite:///netkeep.db"',
        ),
        (
            parse_ics,
            "netkeep.yaml",
            '"netkeep.yaml" does not end in .ics',
            'write a file name such as "checkins.ics"',
        ),
        (parse_ics, ".ics", '".ics" does not end in .ics', 'write a file name such as "checkins.ics"'),
    ],
)
def test_a_value_that_cannot_be_is_told_with_what_to_write(parse, text, message, advice):
    with pytest.raises(ValueError) as caught:
        parse(text)

    assert caught.value.args == (message, advice)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Europe/Berln", 'did you mean "Europe/Berlin"?'),
        ("europe/berlin", 'did you mean "Europe/Berlin"?'),
        ("Berlin", 'did you mean "Europe/Berlin"?'),
        ("New York", 'did you mean "America/New_York"?'),
        ("US/New_York", 'did you mean "America/New_York"?'),
        ("Berln", 'did you mean "Europe/Berlin"?'),
        ("PST", 'did you mean "America/Los_Angeles"?'),
        ("UTC+2", "write a place such as Europe/Berlin: an offset knows no summer time"),
        ("+02:00", "write a place such as Europe/Berlin: an offset knows no summer time"),
        ("somewhere nice", "write an IANA name such as Europe/Berlin"),
        ("../../etc/passwd", "write an IANA name such as Europe/Berlin"),
        ("Europe", "write an IANA name such as Europe/Berlin"),
        ("localtime", "write an IANA name such as Europe/Berlin"),
        ("x" * 5000, "write an IANA name such as Europe/Berlin"),
    ],
)
def test_an_unknown_timezone_finds_the_one_that_was_meant(text, advice):
    with pytest.raises(ValueError, match="is unknown") as caught:
        parse_timezone(text)

    assert caught.value.args[1]() == advice


@pytest.mark.parametrize("parse", PARSERS)
@given(text=st.text(max_size=40))
def test_any_text_is_a_value_or_a_message_with_advice(parse, text):
    try:
        parse(" ".join(text.split()))
    except ValueError as error:
        message, advice = error.args
        assert message
        assert callable(advice) or advice


@pytest.mark.parametrize(
    ("cadence", "most"), [("weekly", 3), ("every 2 weeks", 6), ("monthly", 15), ("quarterly", 45)]
)
def test_a_flex_stays_below_half_the_period(cadence, most):
    assert most_flex_days(parse_cadence(cadence)) == most


@pytest.mark.parametrize(
    ("flex", "cadence", "days"),
    [
        (FlexShare(percent=15), "weekly", 1),
        (FlexShare(percent=15), "quarterly", 14),
        (FlexShare(percent=15), "yearly", 55),
        (FlexShare(percent=1), "weekly", 1),
        (FlexShare(percent=49), "weekly", 3),
        (FlexDays(count=10), "quarterly", 10),
    ],
)
def test_a_flex_is_a_number_of_days_of_one_at_least(flex, cadence, days):
    assert flex_days(flex, parse_cadence(cadence)) == days


@given(st.integers(1, 49), st.sampled_from(Unit), st.integers(1, 60))
def test_windows_of_two_due_dates_never_touch(percent, unit, count):
    cadence = Cadence(unit=unit, count=count)
    due_on = date(2026, 1, 31)
    tolerance = timedelta(days=flex_days(FlexShare(percent=percent), cadence))

    assert tolerance.days >= 1
    assert 2 * tolerance.days < cadence.period_days
    if unit is Unit.WEEK:
        assert due_on + tolerance < cadence.after(due_on) - tolerance
