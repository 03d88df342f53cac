"""What of an outlook a calendar should hold, by how much it may show."""

from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from netkeep_sync.config.roster_file import parse_roster
from netkeep_sync.core.projection import MilestoneProjection
from netkeep_sync.core.roster import Show
from netkeep_sync.service.outlook import look
from netkeep_sync.service.push import projections
from netkeep_sync.store.empty_store import EmptyStore

ROSTER = """
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    milestones: true
    channels:
      coffee: {reminders: 15}
      video: {meet: true, reminders: []}
    categories:
      peers: {cadence: quarterly, channel: video, color: sage}
    contacts:
      - name: Grace Liu
        category: peers
        city: Tokyo
        last_met: 2026-11-02
        email: grace@example.com
        invite: true
        milestones: {birthday: 03-14}
    travel:
      - {city: Tokyo, from: 2027-01-11, to: 2027-01-15}
    """


@pytest.fixture
def outlook():
    roster = parse_roster(dedent(ROSTER), file="f.yaml", folder=Path("/"), today=date(2026, 11, 23))
    return look(roster, EmptyStore(), now=datetime(2026, 11, 23, 8, tzinfo=UTC))


def titles(outlook, show):
    return sorted(one.summary for one in projections(outlook, show))


def test_a_calendar_shows_as_much_as_it_may(outlook):
    assert titles(outlook, Show.FULL) == [
        "Coffee with Grace Liu",
        "Grace Liu: birthday",
        "Video call with Grace Liu",
    ]
    assert titles(outlook, Show.FIRST_NAME) == [
        "Coffee with Grace",
        "Grace: birthday",
        "Video call with Grace",
    ]
    assert titles(outlook, Show.BUSY) == ["Coffee", "Video"]


def test_everything_is_shown_unless_less_is_asked_for(outlook):
    assert projections(outlook) == projections(outlook, Show.FULL)


def test_all_calendars_hold_the_same_times(outlook):
    times = [
        {
            (one.uid, one.local_start, one.rrule, one.cancelled, one.moved)
            for one in projections(outlook, show)
            if not isinstance(one, MilestoneProjection)
        }
        for show in Show
    ]
    assert times[0] == times[1] == times[2]


def test_a_visit_has_the_wishes_of_its_own_channel(outlook):
    coffee, video = sorted(
        (one for one in projections(outlook) if not isinstance(one, MilestoneProjection)),
        key=lambda one: one.summary,
    )
    assert (coffee.reminders, coffee.has_meet, coffee.guests) == ((15,), False, ("grace@example.com",))
    assert (video.reminders, video.has_meet, video.guests) == ((), True, ("grace@example.com",))
    assert {coffee.color, video.color} == {"sage"}
