"""What the plan says is what independent calendar programs show, in zones with odd rules too."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.targets.consumers import CONSUMERS, Shown

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/Santiago",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Europe/Dublin",
]
EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


def generated_roster(zone):
    chance = random.Random(zone)
    cadences = ["weekly", "every 6 weeks", "monthly", "quarterly", "every 6 months", "yearly"]
    contacts = "\n".join(
        f"  - {{name: Person {number}, category: {chance.choice(['peers', 'leaders'])}, "
        f"cadence: {chance.choice(cadences)}, "
        f"last_met: 2026-{chance.randint(5, 11):02}-{chance.randint(1, 22):02}}}"
        for number in range(20)
    )
    return (
        f"owner: {{name: Ana}}\ntimezone: {zone}\ncapacity: {{per_day: 3, per_week: 12}}\n"
        "availability: {days: [mon, tue, wed, thu, sat], holidays: [DE, US], "
        "away: [2027-07-05..2027-07-25, 2026-12-24]}\n"
        "channels: {coffee: {minutes: 20}}\n"
        "categories:\n  peers: {channel: coffee}\n  leaders: {channel: video}\n"
        f"contacts:\n{contacts}\n"
    )


def shown_by_plan(world):
    document = json.loads(world.ok("plan", "--json"))
    at = datetime.fromisoformat
    start_at = at(document["as_of"])
    end_at = at(document["horizon"]["to"]).replace(tzinfo=start_at.tzinfo)
    planned = sorted(
        Shown(uid=one["uid"], start_at=at(one["start"]), end_at=at(one["end"]), summary=one["summary"])
        for one in document["occurrences"]
    )
    assert any(series["exceptions"] for series in document["series"]) or len(planned) < 100
    return planned, start_at, end_at - timedelta(days=1)


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_generated_rosters_in_odd_zones(world, zone, consumer):
    world.write(generated_roster(zone))
    feed = world.ok("export", "-o", "-").encode()
    planned, start_at, end_at = shown_by_plan(world)

    shown = consumer.read(feed, start_at=start_at, end_at=end_at)

    assert len(planned) > 50
    assert shown == [one for one in planned if one.start_at < end_at]


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
def test_the_example(world, consumer):
    """But for the review, which is no check-in: `plan` leaves it out, and a calendar shows it."""
    world.write(EXAMPLE.read_text(encoding="utf-8").replace("\nreview: quarterly", "\nreview: off"))
    feed = world.ok("export", "-o", "-").encode()
    planned, start_at, end_at = shown_by_plan(world)

    assert consumer.read(feed, start_at=start_at, end_at=end_at) == [
        one for one in planned if one.start_at < end_at
    ]
