"""A VTIMEZONE, read by others, tells the same time as zoneinfo."""

# ruff: noqa: DTZ001  wall clock, as in .ics

from __future__ import annotations

import io
import os
import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical

from netkeep_sync.targets.content_line import check_bytes
from netkeep_sync.targets.vtimezone import vtimezone
from tests.targets.samples import ODD_ZONES, ZONES

HOUR = timedelta(hours=1)
ALL_ZONES = sorted(available_timezones() - {"localtime"})

SAMPLE = ALL_ZONES if os.environ.get("NETKEEP_REQUIRE_ALL") else sorted({*ALL_ZONES[::7], *ZONES})
"""All take some seconds, so elsewhere than in CI it is every seventh."""


def body_of(zone: str, year: int = 2026) -> list[str]:
    return vtimezone(zone, year).replace("\r\n ", "").split("\r\n")


def onsets_of(zone: str, first_year: int, *, before: datetime) -> list[tuple[datetime, timedelta]]:
    """Read the component with dateutil's rules: when the clocks change, in UTC, and to which offset."""
    onsets = []
    component = "\n".join(body_of(zone, first_year))
    for observance in re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT)(.*?)END:", component, re.DOTALL):
        rules = re.findall("^(?:RRULE|RDATE|DTSTART).*$", observance, re.MULTILINE)
        offset_from = _offset(re.search("^TZOFFSETFROM:(.*)$", observance, re.MULTILINE))
        offset_to = _offset(re.search("^TZOFFSETTO:(.*)$", observance, re.MULTILINE))
        for local in rrulestr("\n".join(rules), forceset=True, compatible=True, ignoretz=True):
            if local >= before:
                break
            onsets.append(((local - offset_from).replace(tzinfo=UTC), offset_to))
    return sorted(onsets)


def _offset(found: re.Match[str] | None) -> timedelta:
    assert found
    sign, hours, minutes, seconds = re.fullmatch(r"([+-])(\d\d)(\d\d)(\d\d)?", found[1]).groups()  # type: ignore[union-attr]
    length = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return -length if sign == "-" else length


def disagreements(zone: str, first_year: int, *, years: int) -> list[datetime]:
    """Return the instants at which zoneinfo has another offset, of a great many from the year before."""
    start_at = datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=30)
    onsets = onsets_of(zone, first_year, before=datetime(first_year + years + 1, 1, 1))
    changes = [change_at for change_at, _ in onsets]
    instants = [change_at + number * HOUR for change_at in changes for number in range(-3, 4)]
    instants += [change_at - timedelta(seconds=1) for change_at in changes]
    instants += [start_at + number * timedelta(days=3) for number in range(years * 121)]
    seconds = Random(zone).sample(range(years * 365 * 86_400), 100)
    instants += [start_at + timedelta(seconds=number) for number in seconds]
    return [
        at
        for at in instants
        if at >= start_at
        and onsets[bisect_right(changes, at) - 1][1] != at.astimezone(ZoneInfo(zone)).utcoffset()
    ]


def test_it_agrees_with_zoneinfo_for_twenty_years():
    wrong = {zone: found[:3] for zone in SAMPLE if (found := disagreements(zone, 2026, years=20))}
    assert wrong == {}


@pytest.mark.parametrize("first_year", [*range(1975, 2022, 5), 2041])
def test_it_agrees_with_zoneinfo_where_laws_changed(first_year):
    zones = {*ZONES, "Europe/Moscow", "America/Caracas", "Asia/Pyongyang", "Africa/Monrovia"}
    wrong = {zone: found[:3] for zone in zones if (found := disagreements(zone, first_year, years=20))}
    assert wrong == {}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
def test_a_lasting_law_is_told_for_ever(zone):
    assert disagreements(zone, 2026, years=60) == []


@pytest.mark.parametrize("zone", ZONES)
def test_dateutil_reads_the_same_wall_clock(zone):
    read = tzical(io.StringIO(vtimezone(zone, 2026))).get()
    for change_at, _ in onsets_of(zone, 2026, before=datetime(2036, 1, 1)):
        if change_at.year < 2026:
            continue
        for hours in (-26, -5, -3, 3, 5, 26):
            local = (change_at + hours * HOUR).astimezone(ZoneInfo(zone))
            assert local.replace(tzinfo=read).utcoffset() == local.utcoffset()


def test_its_lines_are_fit_to_leave():
    for zone in SAMPLE:
        check_bytes(vtimezone(zone, 2026).encode())


class TestItsForm:
    def test_a_zone_with_summer_time_has_two_yearly_rules(self):
        assert body_of("Europe/Berlin")[:-1] == [
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Berlin",
            "BEGIN:DAYLIGHT",
            "DTSTART:19700329T020000",
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "TZNAME:CEST",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:19701025T030000",
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
            "TZNAME:CET",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0100",
            "END:STANDARD",
            "END:VTIMEZONE",
        ]

    def test_a_zone_without_summer_time_has_one_standard_time(self):
        assert body_of("Asia/Kolkata")[:-1] == [
            "BEGIN:VTIMEZONE",
            "TZID:Asia/Kolkata",
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            "TZNAME:IST",
            "TZOFFSETFROM:+0530",
            "TZOFFSETTO:+0530",
            "END:STANDARD",
            "END:VTIMEZONE",
        ]

    def test_the_friday_before_a_sunday_is_a_weekday_in_seven_days(self):
        rule = "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=FR"
        assert rule in body_of("Asia/Jerusalem")

    @pytest.mark.parametrize("zone", ["Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Hebron"])
    def test_a_zone_that_follows_the_moon_has_dates_and_no_rule(self, zone):
        lines = body_of(zone)
        assert not [line for line in lines if line.startswith("RRULE")]
        assert len([line for line in lines if line.startswith("RDATE")]) > 2 * 15

    def test_an_autumn_that_crosses_months_has_dates_and_its_spring_a_rule(self):
        lines = body_of("Africa/Cairo")
        assert "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1FR" in lines
        assert "RDATE:20301101T000000" in lines

    def test_no_line_lists_dates_and_no_onset_is_in_utc(self):
        onsets = [line for zone in SAMPLE for line in body_of(zone) if re.match("RDATE|DTSTART", line)]
        assert [line for line in onsets if not re.fullmatch(r"[A-Z]+:\d{8}T\d{6}", line)] == []

    def test_dates_start_with_the_first_onset_which_some_programs_look_for_among_them(self):
        lines = body_of("Africa/Casablanca")
        start = lines.index("DTSTART:20250223T030000")
        assert lines[start + 1] == "RDATE:20250223T030000"

    def test_a_law_that_ended_ends_in_utc_after_its_last_onset(self):
        lines = body_of("America/New_York", 2000)
        assert "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060403T070000Z" in lines
        assert "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU" in lines

    def test_summer_is_the_daylight_time_in_dublin_too(self):
        lines = body_of("Europe/Dublin")
        assert lines[lines.index("BEGIN:DAYLIGHT") :][:6] == [
            "BEGIN:DAYLIGHT",
            "DTSTART:19700329T010000",
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "TZNAME:IST",
            "TZOFFSETFROM:+0000",
            "TZOFFSETTO:+0100",
        ]

    def test_half_an_hour_of_summer_time_is_told_in_minutes(self):
        assert {"TZOFFSETFROM:+1030", "TZOFFSETTO:+1100"} <= set(body_of("Australia/Lord_Howe"))


class TestItsBytes:
    @pytest.mark.parametrize("zone", sorted({*ALL_ZONES} - {*ODD_ZONES})[::20])
    def test_they_do_not_depend_on_the_year_where_the_law_is_a_rule(self, zone):
        assert vtimezone(zone, 2026) == vtimezone(zone, 2032)

    def test_they_are_the_same_each_time(self):
        again = [vtimezone.__wrapped__(zone, 2026) for zone in ZONES]
        assert again == [vtimezone(zone, 2026) for zone in ZONES]
