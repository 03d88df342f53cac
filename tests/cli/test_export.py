"""`export`: where the files go, and that nothing is recorded where they can't."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("nowhere/x.ics", 'nowhere/x.ics: there is no folder "nowhere"; create it, or write another path'),
        (".", ". is a folder; write the path of a file"),
        ("netkeep.yaml/x.ics", "netkeep.yaml/x.ics: Not a directory"),
    ],
)
def test_a_file_that_can_not_be_written_is_told_before_anything_is_recorded(world, output, why):
    result = world.run("export", "-o", output)

    assert result.status == 2
    assert f"error: nothing is planned or written: {why}" in result.err
    assert not world.state.exists()


def test_the_file_without_a_name_is_looked_at_too(world):
    (world.folder / "checkins.ics").mkdir()
    result = world.run("export")

    assert (result.status, world.state.exists()) == (2, False)
    assert "checkins.ics is a folder" in result.err


def test_looking_at_the_way_out_leaves_nothing_behind(world):
    before = {*world.folder.iterdir()}
    world.ok("export", "-o", "x.ics")

    assert {one.name for one in {*world.folder.iterdir()} - before} == {"x.ics", "state"}


def test_one_file_of_the_roster_that_can_not_be_written_stops_no_other(world):
    text = world.path.read_text(encoding="utf-8")
    world.path.write_text(f"{text}calendars: [ics: nowhere/a.ics, ics: b.ics]\n", encoding="utf-8")
    result = world.run("export")

    assert result.status == 1
    assert "there is no folder" in result.err
    assert (world.folder / "b.ics").exists()
