"""Independent calendar programs show exactly the occurrences that the core planned, and the milestones."""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.projection import project, project_milestone
from netkeep_sync.targets.content_line import clean_text
from netkeep_sync.targets.ics import IcsTarget
from netkeep_sync.targets.vtimezone import vtimezone
from tests.core.builders import contact
from tests.targets.consumers import CONSUMERS, ShownDay, shown_by_core
from tests.targets.samples import HOSTILE_TEXTS, NOW, ZONES, all_milestones, all_series, shortly, weekly

START_AT = datetime(2026, 1, 1, tzinfo=UTC)


JOHN = contact("John Doe")


def feed_of(several, milestones=()):
    target = IcsTarget()
    projections = [
        *(replace(project(one, contact=None, history=None), reminders=(0, 15)) for one in several),
        *map(of_john, milestones),
    ]
    return target.document([target.put(projection, base=None, now=NOW) for projection in projections])


def of_john(milestone):
    return project_milestone(milestone, contact=JOHN, roster="roster")


def day_in(year, milestone):
    """The day of a milestone as people keep it: who was born on the 29th celebrates on the 28th."""
    is_passed_over = (milestone.month, milestone.day) == (2, 29) and not isleap(year)
    return date(year, milestone.month, milestone.day - is_passed_over)


def days_of(milestones, *, years):
    """Return what every consumer should show in those years, told without any rule."""
    return sorted(
        ShownDay(
            uid=of_john(one).uid,
            start_on=day_in(year, one),
            end_on=day_in(year, one) + timedelta(days=1),
            summary=f"John Doe: {one.label}",
        )
        for one in milestones
        for year in years
        if one.year is None or one.year <= year
    )


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
@given(several=st.lists(all_series(), min_size=1, max_size=8, unique_by=lambda series: series.uid))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_consumer_shows_what_the_core_planned(consumer, several):
    end_at = datetime(2028, 7, 1, tzinfo=UTC)
    shown = consumer.read(feed_of(several), start_at=START_AT, end_at=end_at)
    assert shown == shown_by_core(several, start_at=START_AT, end_at=end_at)


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
def test_a_consumer_keeps_the_wall_clock_of_every_odd_zone(consumer):
    several = [weekly(f"in {zone}", timezone=zone, first_on=date(2026, 1, 7)) for zone in ZONES]
    end_at = datetime(2029, 1, 1, tzinfo=UTC)
    shown = consumer.read(feed_of(several), start_at=START_AT, end_at=end_at)
    assert shown == shown_by_core(several, start_at=START_AT, end_at=end_at)


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
def test_a_consumer_that_knows_no_zone_by_name_finds_it_defined(consumer):
    # Only zones whose clocks change: ical passes over an observance that has a DTSTART and no rule.
    zones = [zone for zone in ZONES if "DAYLIGHT" in vtimezone(zone, 2026)]
    several = [weekly(f"in {zone}", timezone=zone, first_on=date(2026, 1, 7)) for zone in zones]
    feed = re.sub(rb"TZID([=:])", rb"TZID\1Nowhere/", feed_of(several))
    end_at = datetime(2029, 1, 1, tzinfo=UTC)
    shown = consumer.read(feed, start_at=START_AT, end_at=end_at)
    assert shown == shown_by_core(several, start_at=START_AT, end_at=end_at)


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=shortly)
def test_a_consumer_shows_hostile_text_as_text(consumer, text):
    series = weekly("Eve", timezone="Europe/Berlin", first_on=date(2026, 1, 7), summary=text)
    shown = consumer.read(feed_of([series]), start_at=START_AT, end_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert {one.summary for one in shown} == {clean_text(text)}
    assert len(shown) == 4


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
@given(
    milestones=st.lists(all_milestones(), min_size=1, max_size=8, unique_by=lambda one: one.label),
    several=st.lists(all_series(), max_size=2, unique_by=lambda series: series.uid),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_consumer_shows_every_milestone_once_a_year(consumer, milestones, several):
    feed = feed_of(several, milestones)
    shown = consumer.read_days(feed, start_on=date(2026, 1, 1), end_on=date(2031, 1, 1))
    assert shown == days_of(milestones, years=range(2026, 2031))


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
@given(
    milestones=st.lists(all_milestones(), min_size=1, max_size=3, unique_by=lambda one: one.label),
    several=st.lists(all_series(), min_size=1, max_size=3, unique_by=lambda series: series.uid),
)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_milestones_leave_the_check_ins_of_a_consumer_alone(consumer, milestones, several):
    end_at = datetime(2028, 7, 1, tzinfo=UTC)
    shown = consumer.read(feed_of(several, milestones), start_at=START_AT, end_at=end_at)
    assert shown == shown_by_core(several, start_at=START_AT, end_at=end_at)


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
@pytest.mark.parametrize("year", [None, 1952, 1970, 1988, 2023])
def test_a_consumer_shows_the_29th_of_february_in_every_year(consumer, year):
    leap = Milestone(label="birthday", month=2, day=29, year=year)
    shown = consumer.read_days(feed_of([], [leap]), start_on=date(2026, 1, 1), end_on=date(2033, 1, 1))
    assert [f"{one.start_on:%Y %m %d}" for one in shown] == [
        "2026 02 28",
        "2027 02 28",
        "2028 02 29",
        "2029 02 28",
        "2030 02 28",
        "2031 02 28",
        "2032 02 29",
    ]


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
def test_a_consumer_shows_the_oldest_milestone_from_1971_on(consumer):
    old = Milestone(label="founded", month=12, day=31, year=1887)
    shown = consumer.read_days(feed_of([], [old]), start_on=date(1970, 1, 1), end_on=date(1973, 1, 1))
    assert [one.start_on for one in shown] == [date(1971, 12, 31), date(1972, 12, 31)]


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=shortly)
def test_a_consumer_shows_a_hostile_milestone_as_text(consumer, text):
    milestone = Milestone(label=text, month=3, day=14)
    feed = feed_of([], [milestone])
    shown = consumer.read_days(feed, start_on=date(2026, 1, 1), end_on=date(2027, 1, 1))
    assert [one.summary for one in shown] == [clean_text(f"John Doe: {text}")]
