"""A backup that comes back after a while: nothing is doubled, and what the owner did since stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netkeep_sync.service.backup import back_up, restore
from netkeep_sync.service.workspace import Workspace
from netkeep_sync.store.backup import read_backup
from tests.stories.google_world import GoogleWorld


@pytest.fixture
def world(tmp_path):
    world = GoogleWorld.at(tmp_path)
    world.settle()
    yield world
    world.close()


def workspace(world):
    """Return the world as the commands see it."""
    path = world.folder / "netkeep.yaml"
    path.write_text(world.text)
    url = f"sqlite:///{world.folder}/{world.database}.db"
    return Workspace(path=path, text=world.text, roster=world.roster, url=url)


def back_up_now(world):
    path = world.folder / "state.backup"
    return path, back_up(workspace(world), path, made_at=world.now)


def bring_back(world, path, *, is_replacing=True):
    return restore(workspace(world), read_backup(path), now=world.now, is_replacing=is_replacing)


def life_goes_on(world):
    """Somebody is met, moved, skipped, gets another rhythm; somebody new comes and one goes."""
    world.meet("Joan Diaz", "every 6 weeks")
    world.settle()
    moved_to = world.planned("grace-liu")[0] + timedelta(days=1)
    world.user.move(world.occurrence("grace-liu"), moved_to)
    world.settle()
    world.wait_until_after("john-doe")
    world.settle()
    world.edit("contacts:", "contacts:\n  - {name: Ada Byron, category: peers}")
    world.settle()
    world.wait(days=20)
    world.settle()


@pytest.mark.parametrize("is_lost", [False, True], ids=["into the same database", "into a new one"])
def test_after_a_restore_the_next_pass_makes_no_duplicate(world, is_lost):
    path, _ = back_up_now(world)
    life_goes_on(world)
    before = world.live()
    if is_lost:
        world.lose_database()
    bring_back(world, path, is_replacing=not is_lost)
    world.settle()
    assert sorted(world.live()) == sorted(before)


def test_a_restore_at_once_changes_nothing_on_the_calendar(world):
    path, _ = back_up_now(world)
    before = world.live()
    bring_back(world, path)
    with world.store() as store:
        assert store.baselines("google") == {}
        assert store.cursors()["google"].token == ""
    world.run()
    assert world.writes == []
    assert world.live() == before


def test_an_old_roster_and_its_backup_bring_the_old_plan_back(world):
    path, backup = back_up_now(world)
    life_goes_on(world)
    bring_back(world, path)
    world.text = backup.text
    world.run(is_confirmed=True)
    world.settle()
    names = [summary for summary, _ in world.live()]
    assert not any("Ada" in name for name in names)


def test_what_was_skipped_before_the_backup_stays_away(world):
    gone = world.occurrence("grace-liu")
    world.user.delete(gone)
    world.settle()
    path, _ = back_up_now(world)
    before = world.live()
    world.lose_database()
    bring_back(world, path, is_replacing=False)
    world.settle()
    assert world.live() == before


def test_what_we_wrote_since_is_not_taken_for_the_owners(world):
    path, _ = back_up_now(world)
    world.note("Grace Liu")
    world.settle()
    bring_back(world, path)
    world.settle()
    world.note("Grace Liu")
    world.settle()
    question = world.text.partition("ask: [Question ")[2].partition("]")[0]
    assert f"Question {question}" in world.fake.event(world.event("grace-liu"))["description"]
