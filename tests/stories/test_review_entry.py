"""The review on a calendar at Google: what the owner does to its entry is heard, and stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netkeep_sync.core.fact import Paused, Rescheduled, Resumed, Rhythm, Skipped
from netkeep_sync.core.review_plan import REVIEW
from tests.stories.google_world import ROSTER, GoogleWorld

pytestmark = pytest.mark.no_cover  # a thread that is killed under a tracer goes round for ever

REVIEWED = ROSTER.replace("    calendars:", "    review: quarterly\n    calendars:")
TITLE = "Review of your network"


@pytest.fixture
def world(tmp_path):
    world = GoogleWorld.at(tmp_path, text=REVIEWED)
    world.settle()
    yield world
    world.close()


def reviews(world):
    return world.on_calendar(TITLE, days=700)


def kinds(world):
    return [type(fact) for fact in world.facts(REVIEW)]


def test_it_comes_round_in_the_first_weeks_of_a_quarter_and_nobody_is_it(world):
    assert [(one.month, one.day <= 21) for one in reviews(world)[:4]] == [
        *((1, True), (4, True), (7, True), (10, True))
    ]
    outlook = world.outlook()
    assert REVIEW not in outlook.histories
    assert REVIEW not in {one.contact for one in (*outlook.series, *outlook.plan.occurrences)}


def test_an_unchanged_pass_is_still_one_request(world):
    world.run()
    assert world.methods == ["events.list"]
    world.wait(days=1)
    world.run()
    assert world.methods == ["events.list"]


def test_dragged_it_stays(world):
    first, second, *_ = reviews(world)
    world.user.move(world.occurrence(REVIEW), first + timedelta(days=2, hours=3))
    world.settle()

    assert kinds(world) == [Rescheduled]
    assert reviews(world)[:2] == [first + timedelta(days=2, hours=3), second]


def test_one_deleted_is_skipped(world):
    _, second, *_ = reviews(world)
    world.user.delete(world.occurrence(REVIEW))
    world.settle()

    assert kinds(world) == [Skipped]
    assert reviews(world)[0] == second


def test_all_deleted_it_is_off_until_it_is_booked_again(world):
    world.user.delete(world.event(REVIEW))
    world.settle()
    world.wait(days=120)
    world.settle()
    assert kinds(world) == [Paused]
    assert reviews(world) == []

    with world.store() as store:
        store.add_facts((Resumed(contact=REVIEW, noted_at=world.now, source="cli"),))
    world.settle()
    assert len({one.month for one in reviews(world)}) == 4


def test_a_rhythm_of_the_owners_own_is_followed(world):
    first, second, *_ = reviews(world)
    world.user.move_following(world.occurrence(REVIEW, 1), second + timedelta(days=1, hours=2))
    world.settle()

    assert kinds(world) == [Rhythm]
    assert reviews(world)[:2] == [first, second + timedelta(days=1, hours=2)]


def test_with_the_database_lost_it_is_found_again(world):
    first, *_ = reviews(world)
    world.user.move(world.occurrence(REVIEW), first + timedelta(days=1))
    world.settle()
    before = reviews(world)
    world.lose_database()
    world.settle()

    assert reviews(world) == before


def test_taken_out_of_the_file_it_leaves_the_calendar(world):
    world.edit("review: quarterly", "review: off")
    world.settle()

    assert reviews(world) == []


def test_it_tells_of_the_last_quarter_and_is_written_when_the_next_begins(world):
    def told():
        event = world.event(REVIEW)
        return next(
            one["description"]
            for one in world.fake.occurrences(world.calendar_id, world.now, world.now + timedelta(days=200))
            if one.get("recurringEventId") == event
        )

    assert told().startswith("Your network in July to September 2026")
    world.wait(days=45)
    world.settle()
    assert told().startswith("Your network in October to December 2026")


def test_a_calendar_that_shows_first_names_has_no_review(tmp_path):
    text = REVIEWED.replace("- google", "- google: {show: first-name}")
    world = GoogleWorld.at(tmp_path, text=text)
    world.settle()

    assert world.on_calendar("Review") == []
    world.close()
