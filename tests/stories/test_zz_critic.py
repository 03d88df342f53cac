from __future__ import annotations
from datetime import UTC, date, datetime, time, timedelta
import pytest
from netkeep_sync.core.fact import Held, Rescheduled, Rhythm, Skipped, Resumed, Paused, Snoozed
from tests.stories.test_sync_properties import *  # noqa
from tests.stories.test_sync_properties import make_world, world

for _n in [n for n in dict(globals()) if n.startswith("test_")]:
    del globals()[_n]


def test_a_cut_series_ends_when_somebody_leaves(world):
    """cut by the owner, then leaves"""
    world.user.delete_following(world.occurrence("john-doe", 3))
    world.settle()
    print(world.kinds("john-doe"), world.on_calendar("John"))
    world.drop(JOHN)
    world.settle()
    assert [
        a for a in world.on_calendar("John") if a > world.now.replace(tzinfo=None) + timedelta(days=8)
    ] == []


def test_a_cut_series_then_resumed_is_not_doubled(world):
    world.user.delete_following(world.occurrence("john-doe", 3))
    world.settle()
    before = world.on_calendar("John")
    with world.store() as store:
        store.add_facts([Resumed(contact="john-doe", noted_at=world.now, source="cli")])
    world.settle()
    after = world.on_calendar("John")
    gaps = [(b - a).days for a, b in zip(after, after[1:])]
    print(before, after)
    assert min(gaps) > 14


@pytest.mark.parametrize("zone_name", ["America/New_York", "Asia/Tokyo", "Australia/Sydney"])
def test_edited_in_another_zone(world, zone_name):
    event = world.event("john-doe")
    cal = world.fake
    first = world.planned("john-doe")[0]
    from zoneinfo import ZoneInfo

    view = [one for one in world.fake.events(world.calendar_id) if one["id"] == event][0]
    start = datetime.fromisoformat(view["start"]["dateTime"]).astimezone(ZoneInfo(zone_name)) + timedelta(
        hours=1
    )
    end = start + timedelta(minutes=45)
    world.user._edit(
        event,
        start={"dateTime": start.replace(tzinfo=None).isoformat(), "timeZone": zone_name},
        end={"dateTime": end.replace(tzinfo=None).isoformat(), "timeZone": zone_name},
    )
    world.settle()
    print(world.kinds("john-doe"), world.on_calendar("John"))


def test_series_made_all_day(world):
    event = world.event("john-doe")
    world.user.move(event, world.planned("john-doe")[0].date())
    world.settle()
    print(world.kinds("john-doe"), world.planned("john-doe")[:3])


def test_one_made_all_day(world):
    identity = world.occurrence("john-doe")
    at = world.planned("john-doe")[0].date()
    world.user.move(identity, at)
    world.settle()
    print(world.kinds("john-doe"), world.planned("john-doe")[:3], at)
    assert world.kinds("john-doe") != ["Skipped"]


def test_count(world):
    event = world.event("john-doe")
    rule = str(world.series("john-doe").rule)
    world.user.change_rule(event, f"RRULE:{rule};COUNT=3")
    world.settle()
    print(world.facts("john-doe"), world.planned("john-doe")[:3], world.on_calendar("John"))
