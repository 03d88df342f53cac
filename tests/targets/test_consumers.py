"""Independent calendar programs show exactly the occurrences that the core planned."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.core.projection import project
from netkeep_sync.targets.content_line import clean_text
from netkeep_sync.targets.ics import IcsTarget
from netkeep_sync.targets.vtimezone import vtimezone
from tests.targets.consumers import CONSUMERS, shown_by_core
from tests.targets.samples import HOSTILE_TEXTS, NOW, ZONES, all_series, shortly, weekly

START_AT = datetime(2026, 1, 1, tzinfo=UTC)


def feed_of(several):
    target = IcsTarget()
    projections = (project(series, contact=None, history=None) for series in several)
    return target.document([target.put(projection, base=None, now=NOW) for projection in projections])


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
