"""What the owner does on their Google Calendar comes back, and stays."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from netkeep_sync.core.fact import Held, Missed, Noted, Paused, Rescheduled, Rhythm, Skipped
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.service.overview import own_rhythms
from tests.stories.google_world import GoogleWorld


@pytest.fixture
def world(tmp_path):
    world = GoogleWorld.at(tmp_path)
    world.settle()
    yield world
    assert not world.fake.violations
    world.close()


def kinds(world, contact=None):
    return [type(fact) for fact in world.facts(contact)]


def test_an_unchanged_pass_is_one_request(world):
    world.run()
    assert [call.method for call in world.fake.ledger.calls] == ["events.list"]


def test_the_calendar_shows_what_is_planned(world):
    for contact, name in (("john-doe", "John Doe"), ("joan-diaz", "Joan Diaz"), ("grace-liu", "Grace Liu")):
        planned = world.planned(contact)
        assert planned
        shown = world.on_calendar(name)
        assert shown[: len(planned)] == planned[: len(shown)]


def test_a_check_in_that_was_dragged_stays_and_the_next_ones_stay(world):
    first, second, *_ = world.planned("john-doe")
    world.fake.user.move(world.occurrence("john-doe"), first + timedelta(days=2, hours=3))
    world.settle()
    assert kinds(world) == [Rescheduled]
    assert world.planned("john-doe")[:2] == [first + timedelta(days=2, hours=3), second]
    assert world.on_calendar("John Doe")[:2] == [first + timedelta(days=2, hours=3), second]


def test_a_check_in_that_was_deleted_is_skipped(world):
    first, second, *_ = world.planned("john-doe")
    world.fake.user.delete(world.occurrence("john-doe"))
    world.settle()
    assert kinds(world) == [Skipped]
    assert world.planned("john-doe")[0] == world.on_calendar("John Doe")[0] == second
    world.wait(days=60)
    world.settle()
    assert first not in [one for _, one in world.live()]


def test_a_check_in_that_was_brought_back_is_on_again(world):
    first, *_ = world.planned("john-doe")
    identity = world.occurrence("john-doe")
    world.fake.user.delete(identity)
    world.settle()
    world.fake.user.undelete(identity)
    world.settle()
    assert kinds(world) == [Skipped, Rescheduled]
    assert world.planned("john-doe")[0] == world.on_calendar("John Doe")[0] == first


def test_a_series_that_was_deleted_is_paused_and_stays_away(world):
    world.fake.user.delete(world.event("john-doe"))
    world.settle()
    assert kinds(world) == [Paused]
    assert world.history("john-doe").paused_on is not None
    assert world.on_calendar("John Doe") == []
    world.wait(days=200)
    world.settle()
    assert world.on_calendar("John Doe") == []


def test_this_and_following_dragged_is_the_owners_rhythm(world):
    first, second, *_ = world.planned("john-doe")
    world.fake.user.move_following(world.occurrence("john-doe", 1), second + timedelta(days=1, hours=2))
    world.settle()
    assert kinds(world) == [Rhythm]
    planned = world.planned("john-doe")
    assert planned[:2] == [first, second + timedelta(days=1, hours=2)]
    assert world.on_calendar("John Doe")[: len(planned)] == planned[: len(world.on_calendar("John Doe"))]
    world.wait(days=100)
    world.settle()
    assert (second + timedelta(days=1)).weekday() in {one.weekday() for one in world.planned("john-doe")[1:]}


def test_another_rule_for_all_of_a_series_is_the_owners_rhythm(world):
    series = world.series("john-doe")
    weekday = str(series.rule)[-2:]
    world.fake.user.change_rule(world.event("john-doe"), f"RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}")
    world.settle()
    assert kinds(world) == [Rhythm]
    planned = world.planned("john-doe")
    gaps = {(later - sooner).days for sooner, later in pairwise(planned)}
    assert 14 in gaps
    assert world.on_calendar("John Doe")[:10] == planned[:10]


@pytest.mark.parametrize("mark", ["✓ ", "✔️ ", "done: ", "Done "])
def test_a_tick_is_held_and_confirmed(world, mark):
    first, *_ = world.planned("john-doe")
    identity = world.occurrence("john-doe")
    world.wait(days=(first.date() - world.now.date()).days, hours=12)
    world.settle()
    assert world.history("john-doe").held.evidence is Evidence.PRESUMED
    world.fake.user.rename(identity, f"{mark}Coffee with John Doe")
    world.settle()
    assert kinds(world) == [Held]
    held = world.history("john-doe").held
    assert (held.day, held.evidence) == (first.date(), Evidence.CONFIRMED)


def test_a_cross_did_not_happen(world):
    first, *_ = world.planned("john-doe")
    identity = world.occurrence("john-doe")
    world.wait(days=(first.date() - world.now.date()).days, hours=12)
    world.fake.user.rename(identity, "✗ Coffee with John Doe")
    world.settle()
    assert kinds(world) == [Missed]
    assert world.history("john-doe").outcomes[-1].result is Result.MISSED


def test_text_below_the_line_is_a_note_of_that_check_in(world):
    first, *_ = world.planned("john-doe")
    identity = world.occurrence("john-doe")
    event = world.fake.event(world.event("john-doe"))
    world.fake.user.edit_description(identity, event["description"] + "<br><br>Moved to Acme.")
    world.settle()
    assert kinds(world) == [Noted]
    world.wait(days=(first.date() - world.now.date()).days, hours=12)
    world.settle()
    assert world.history("john-doe").held.note == "Moved to Acme."


def test_a_lost_database_finds_everything_as_it_was(world):
    moved_to = world.planned("john-doe")[1] + timedelta(days=1)
    world.fake.user.move(world.occurrence("john-doe", 1), moved_to)
    world.fake.user.delete(world.occurrence("joan-diaz"))
    world.fake.user.rename(world.event("grace-liu"), "Grace!")
    world.settle()
    before = world.live()
    world.lose_database()
    world.run()
    assert not world.fake.ledger.writes
    assert world.live() == before
    world.settle()
    assert world.live() == before


def test_a_token_that_has_expired_lists_all_once(world):
    world.fake.expire_sync_tokens()
    world.run()
    assert [call.method for call in world.fake.ledger.calls] == ["events.list", "events.list"]
    world.run()
    assert [call.method for call in world.fake.ledger.calls] == ["events.list"]


def test_a_rhythm_of_the_owners_is_offered_for_the_roster(world):
    weekday = str(world.series("john-doe").rule)[-2:]
    world.fake.user.change_rule(world.event("john-doe"), f"RRULE:FREQ=WEEKLY;INTERVAL=6;BYDAY={weekday}")
    world.settle()
    told = [(one.key, str(one.cadence), str(was)) for one, was in own_rhythms(world.outlook())]
    assert told == [("john-doe", "every 6 weeks", "monthly")]
    before = world.planned("john-doe")
    world.edit(
        "{name: John Doe, category: peers,", "{name: John Doe, category: peers, cadence: every 6 weeks,"
    )
    world.settle()
    assert own_rhythms(world.outlook()) == ()
    assert world.planned("john-doe") == before
