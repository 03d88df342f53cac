"""What stands in an entry the evening before its check-in, though no clock refreshes it: the brief, with all
that was told meanwhile, and the link to answer.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from netkeep_sync.core.fact import Held, Promised
from netkeep_sync.core.series import instant
from netkeep_sync.targets.google_event import content_of
from tests.stories.google_world import BERLIN, GoogleWorld

pytestmark = pytest.mark.no_cover  # see test_google.py

ROSTER = """
    roster: test
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    serve: {public_url: https://checkins.example.com}
    categories:
      peers:
        {cadence: monthly, channel: coffee, ask: [One?, Two?, Three?, Four?],
         offer: [A book, An introduction]}
    contacts:
      - {name: John Doe, category: peers, last_met: 2026-11-02, milestones: {birthday: 01-20}}
    calendars:
      - google
    """


@pytest.fixture
def world(tmp_path):
    world = GoogleWorld.at(tmp_path, text=ROSTER)
    world.settle()
    yield world
    assert not world.fake.violations
    world.close()


def event(world, key="john-doe"):
    return world.fake.event(world.event(key))


def notes(world, key="john-doe"):
    """Return what stands above the line."""
    return content_of(event(world, key)).notes


def tell(world, kind, **told):
    with world.store() as store:
        store.add_facts([kind(contact="john-doe", noted_at=world.now, source="cli", **told)])


def wait_until_the_evening_before(world):
    next_at = world.planned("john-doe")[0]
    world.now = instant(next_at, BERLIN) - timedelta(hours=13)
    world.settle()
    return next_at


def test_the_entry_holds_the_brief_of_the_next_check_in_with_what_was_told_yesterday(world):
    world.wait_until_after("john-doe")
    world.settle()
    first_on = world.now.date()
    wait_until_the_evening_before(world)
    tell(world, Held, held_on=first_on, note="A new job!")
    tell(world, Promised, held_on=first_on, what="Send the book", is_theirs=False)
    world.settle()
    told = notes(world)

    assert told.startswith("You promised\n- Send the book")
    assert f"Last met on {first_on.day} {first_on:%B %Y}.\nA new job!" in told
    assert "Before that on 2 November 2026" not in told  # of which nothing is told
    assert "Milestones\n- Birthday on 20 January" in told
    assert len(re.findall(r"^- .*\?$", told, re.MULTILINE)) == 2
    assert len(re.findall(r"^Offer\n- ", told, re.MULTILINE)) == 1
    assert re.search(r"What came of it\? https://checkins\.example\.com/a/[\w-]{39}$", told)


def test_it_is_right_that_evening_without_a_write_on_that_evening(world):
    next_at = world.planned("john-doe")[0]
    before = notes(world)
    world.now = instant(next_at, BERLIN) - timedelta(hours=13)
    world.run()

    assert world.methods == ["events.list"]
    assert notes(world) == before


def test_the_next_day_it_is_the_brief_of_the_one_after_that(world):
    asked = [re.findall(r"^- (.*\?)$", notes(world), re.MULTILINE)]
    world.wait_until_after("john-doe")
    world.settle()
    asked.append(re.findall(r"^- (.*\?)$", notes(world), re.MULTILINE))

    assert sorted(asked[0] + asked[1]) == sorted(["One?", "Two?", "Three?", "Four?"])
    assert "presumably" in notes(world)


def test_a_link_that_was_made_clickable_by_an_edit_below_the_line_stays_ours(world):
    [link] = re.findall(r"https://\S+/a/[\w-]+", notes(world))
    edited = event(world)["description"].replace(link, f'<a href="{link}">{link}</a>') + "<br>Bring cake."
    world.user.edit_description(world.event("john-doe"), edited)
    world.settle()
    with world.store() as store:
        store.rotate_links()
    world.settle()

    content = content_of(event(world))
    assert link not in content.notes
    assert "/a/" in content.notes
    assert content.own == "Bring cake."
