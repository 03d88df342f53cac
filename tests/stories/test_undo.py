"""The last edit of the file, taken back on the calendar too; what the owner did since then stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netkeep_sync.errors import Refused
from netkeep_sync.service.undo import undo
from netkeep_sync.service.workspace import Workspace
from tests.stories.google_world import GoogleWorld


@pytest.fixture
def world(tmp_path):
    world = GoogleWorld.at(tmp_path)
    world.settle()
    yield world
    assert not world.fake.violations
    world.close()


def take_back(world):
    path = world.folder / "netkeep.yaml"
    path.write_bytes(world.text.encode())
    workspace = Workspace(path=path, text=world.text, roster=world.roster, url="")
    with world.store() as store:
        undo(workspace, store, now=world.now)
    world.text = path.read_bytes().decode()


def test_an_edit_is_undone_on_the_calendar(world):
    before, text = world.live(), world.text
    world.edit("cadence: monthly", "cadence: every 6 weeks")
    world.settle()
    assert world.live() != before
    take_back(world)
    assert world.text == text
    world.settle()
    assert world.live() == before


def test_a_contact_who_was_taken_out_is_back(world):
    before = world.live()
    world.edit("  - {name: John Doe, category: peers, last_met: 2026-11-16}\n", "")
    world.settle()
    assert world.on_calendar("John") == []
    take_back(world)
    world.settle()
    assert world.live() == before


def test_a_contact_who_was_put_in_is_gone(world):
    before = world.live()
    world.edit("contacts:", "contacts:\n  - {name: Ada Byron, category: peers}")
    world.settle()
    assert world.on_calendar("Ada")
    take_back(world)
    world.settle()
    assert world.live() == before


def test_what_the_owner_did_since_stays(world):
    world.edit("cadence: monthly", "cadence: every 6 weeks")
    world.settle()
    moved_to = world.planned("grace-liu")[0] + timedelta(days=1)
    world.fake.user.move(world.occurrence("grace-liu"), moved_to)
    world.settle()
    take_back(world)
    world.settle()
    assert world.on_calendar("Grace")[0] == world.planned("grace-liu")[0] == moved_to


def test_the_same_edit_can_be_made_again_after_an_undo(world):
    world.edit("cadence: monthly", "cadence: every 6 weeks")
    world.settle()
    after = world.live()
    take_back(world)
    world.settle()
    world.edit("cadence: monthly", "cadence: every 6 weeks")
    world.settle()
    assert [start for _, start in world.live()] == [start for _, start in after]


def test_what_was_off_the_calendar_is_not_presumed_held(world):
    slot = world.planned("john-doe")[0]
    world.edit("  - {name: John Doe, category: peers, last_met: 2026-11-16}\n", "")
    world.settle()
    world.wait(days=(slot.date() - world.now.date()).days + 1)
    world.settle()
    take_back(world)
    world.settle()
    assert world.history("john-doe").held.day < slot.date()


def test_only_the_last_edit_is_undone_and_only_once(world):
    with pytest.raises(Refused, match="nothing to undo"):
        take_back(world)
    world.edit("cadence: monthly", "cadence: every 6 weeks")
    world.settle()
    take_back(world)
    world.settle()
    with pytest.raises(Refused, match="nothing to undo"):
        take_back(world)


def test_an_edit_that_no_pass_was_made_from_is_not_lost(world):
    world.edit("cadence: monthly", "cadence: every 6 weeks")
    world.settle()
    world.edit("cadence: quarterly", "cadence: weekly")
    with pytest.raises(Refused, match="was edited after"):
        take_back(world)
