"""`undo`: the last edit of the file, taken back; shown first."""

from __future__ import annotations

import pytest


@pytest.fixture
def edited(world):
    """Return a world whose file was edited once since its first pass, and what was in it before."""
    world.ok("export", "-o", "checkins.ics")
    before = world.path.read_text()
    world.path.write_text(before.replace("cadence: quarterly", "cadence: monthly"))
    world.ok("export", "-o", "checkins.ics")
    return world, before


def test_an_edit_is_taken_back(edited):
    world, before = edited
    assert "-  recruiters: {cadence: monthly" in world.ok("undo", "--yes")
    assert world.path.read_text() == before
    assert "monthly" not in world.ok("plan")


def test_it_is_shown_and_asks(edited):
    world, before = edited
    after = world.path.read_text()
    assert "+  recruiters: {cadence: quarterly" in world.ok("undo", "--dry-run")
    world.ok("undo")
    assert world.path.read_text() == after != before


def test_it_can_be_done_once(edited):
    world, _ = edited
    world.ok("undo", "--yes")
    result = world.run("undo", "--yes")
    assert (result.status, "nothing to undo" in result.err) == (2, True)


def test_there_is_nothing_to_undo_where_nothing_was_done(world):
    result = world.run("undo", "--yes")
    assert (result.status, "nothing to undo" in result.err) == (2, True)
    assert not list(world.folder.rglob("*.db"))


def test_a_later_edit_is_not_lost(edited):
    world, _ = edited
    world.path.write_text(world.path.read_text() + "# mine\n")
    result = world.run("undo", "--yes")
    assert (result.status, "was edited after" in result.err) == (2, True)
    assert world.path.read_text().endswith("# mine\n")


def test_an_edit_that_moves_nobody_is_taken_back_too(world):
    world.ok("export", "-o", "checkins.ics")
    before = world.path.read_text()
    world.ok("edit", "john", "notes=Likes jazz", "--yes")
    assert "Likes jazz" in world.path.read_text()

    world.ok("undo", "--yes")
    assert world.path.read_text() == before
    assert world.run("undo", "--yes").status == 2  # and what was undone is no edit to undo


def test_an_edit_by_hand_is_undone_alone_once_a_pass_was_made_from_it(edited):
    world, _ = edited
    after = world.path.read_text()
    world.path.write_text(after + "# mine\n")
    world.ok("export", "-o", "checkins.ics")
    world.ok("undo", "--yes")
    assert world.path.read_text() == after
