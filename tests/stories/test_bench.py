"""The bench: whoever rests leaves the calendar and is not forgotten, and comes back as they were."""

from __future__ import annotations

import pytest

from tests.stories.google_world import GoogleWorld

JOHN = "  - {name: John Doe, category: peers, last_met: 2026-11-16}\n"


@pytest.fixture
def world(tmp_path):
    world = GoogleWorld.at(tmp_path)
    world.settle()
    yield world
    world.close()


def rest(world):
    world.edit(JOHN, "")
    world.edit("calendars:", f"bench:\n{JOHN}calendars:")
    world.settle()


def resume(world):
    world.edit(f"bench:\n{JOHN}", "")
    world.edit("contacts:\n", f"contacts:\n{JOHN}")
    world.settle()


def test_who_rests_leaves_the_calendar_and_who_comes_back_is_there_once(world):
    others = [world.on_calendar(name, days=770) for name in ("Joan", "Grace")]
    world.wait(weeks=6)
    world.settle()
    held = world.history("john-doe").held
    rest(world)
    assert world.on_calendar("John") == []
    world.wait(weeks=4)
    world.settle()
    resume(world)

    ahead = world.on_calendar("John")
    assert world.history("john-doe").held == held
    assert ahead == world.planned("john-doe")[: len(ahead)] != []
    assert len(ahead) == len({start.date() for start in ahead})
    assert [world.on_calendar(name) for name in ("Joan", "Grace")] == [
        [start for start in before if start > world.now.replace(tzinfo=None)] for before in others
    ]


def test_a_rename_on_the_bench_with_the_same_email_keeps_the_history(world):
    world.edit(JOHN, JOHN.replace("}", ", email: j@example.com}"))
    world.settle()
    world.wait(weeks=6)
    world.settle()
    held = world.history("john-doe").held
    entry = JOHN.replace("}", ", email: j@example.com}")
    world.edit(entry, "")
    world.edit("calendars:", f"bench:\n{entry.replace('John Doe', 'Jon Dough')}calendars:")
    world.settle()
    world.edit("bench:\n" + entry.replace("John Doe", "Jon Dough"), "")
    world.edit("contacts:\n", "contacts:\n" + entry.replace("John Doe", "Jon Dough"))
    world.settle()

    assert world.history("john-doe").held == held
    assert world.on_calendar("Jon Dough")
