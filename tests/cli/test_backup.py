"""`backup` and `restore`, as their user meets them."""

import re
import stat

import pytest

from netkeep_sync.service.lease import serve_lock
from netkeep_sync.service.workspace import open_workspace
from tests.cli.test_status import states


@pytest.fixture
def lived(world):
    """Return a world with something to lose."""
    world.ok("export", "-o", "a.ics")
    world.ok("done", "john", "--on", "2026-11-20", "--gave", "A book")
    world.ok("export", "-o", "a.ics")
    return world


def lose_state(world):
    for path in world.state.iterdir():
        path.unlink()


def plan(world):
    return world.ok("plan", "--json")


def test_a_backup_comes_back_into_an_empty_state(lived):
    before, feed = plan(lived), (lived.folder / "a.ics").read_bytes()
    told = lived.ok("backup", "b.backup")
    assert re.match(r"wrote b.backup: 4 series and 2 facts about 3 people$", told.strip()), told
    lose_state(lived)
    assert plan(lived) != before

    assert "restored" in lived.ok("restore", "b.backup")
    assert plan(lived) == before
    lived.ok("export", "-o", "a.ics")
    assert (lived.folder / "a.ics").read_bytes() == feed
    assert states(lived, as_of="2026-11-23")["john-doe"]["last_met"] == "2026-11-20"


def test_it_is_its_owners_alone(lived):
    lived.ok("backup", "b.backup")
    assert stat.S_IMODE((lived.folder / "b.backup").stat().st_mode) == 0o600
    assert not [one for one in lived.folder.iterdir() if "draft" in one.name]


def test_a_file_is_written_over_only_with_force(lived):
    (lived.folder / "b.backup").write_text("precious")
    result = lived.run("backup", "b.backup")
    assert (result.status, "--force" in result.err) == (3, True)
    assert (lived.folder / "b.backup").read_text() == "precious"
    lived.ok("backup", "b.backup", "--force")
    lived.ok("restore", "b.backup", "--dry-run")


def test_a_folder_that_is_not_there_is_not_made(lived):
    result = lived.run("backup", "disk/b.backup")
    assert (result.status, "there is no folder" in result.err) == (1, True)
    assert not (lived.folder / "disk").exists()


def test_where_it_can_not_be_written_is_told(lived):
    (lived.folder / "file").touch()
    result = lived.run("backup", "file/b.backup")
    assert (result.status, "can't be written" in result.err) == (1, True)


def test_there_is_nothing_to_back_up_before_the_first_pass(world):
    result = world.run("backup", "b.backup")
    assert (result.status, "nothing to back up" in result.err) == (2, True)
    assert not (world.folder / "b.backup").exists()


def test_with_a_broken_file_the_last_good_one_is_backed_up(lived):
    good = lived.path.read_text()
    lived.edit("quarterly", "quaterly")
    assert "last complete pass" in lived.run("backup", "b.backup").err
    lived.path.unlink()
    lived.ok("restore", "b.backup", "--replace")
    assert lived.path.read_text() == good


def test_what_is_there_is_replaced_only_on_request_and_kept(lived):
    lived.ok("backup", "b.backup")
    lived.ok("log", "joan", "--on", "2026-11-19")
    result = lived.run("restore", "b.backup")
    assert (result.status, "restore --replace" in result.err) == (3, True)
    assert states(lived, as_of="2026-11-23")["joan-diaz"]["last_met"] == "2026-11-19"

    told = lived.ok("restore", "b.backup", "--replace")
    assert states(lived, as_of="2026-11-23")["joan-diaz"]["last_met"] == "2026-10-05"
    [copy] = lived.state.glob("*.before-restore-*.backup")
    assert str(copy) in told

    lived.ok("restore", copy, "--replace")
    assert states(lived, as_of="2026-11-23")["joan-diaz"]["last_met"] == "2026-11-19"


def test_a_dry_run_looks_and_changes_nothing(lived):
    lived.ok("backup", "b.backup")
    lived.ok("log", "joan", "--on", "2026-11-19")
    assert "b.backup is whole: 4 series" in lived.ok("restore", "b.backup", "--dry-run")
    assert states(lived, as_of="2026-11-23")["joan-diaz"]["last_met"] == "2026-11-19"


def test_a_broken_backup_is_not_used(lived):
    lived.ok("backup", "b.backup")
    path = lived.folder / "b.backup"
    path.write_bytes(path.read_bytes().replace(b"A book", b"A boat"))
    before = plan(lived)
    result = lived.run("restore", "b.backup", "--replace")
    assert (result.status, "is damaged" in result.err) == (2, True)
    assert plan(lived) == before


def test_a_missing_roster_file_comes_back_too(lived):
    text = lived.path.read_text()
    lived.ok("backup", "b.backup")
    lived.path.unlink()
    lose_state(lived)
    assert f"wrote {lived.path}" in lived.ok("restore", "b.backup")
    assert lived.path.read_text() == text


def test_a_missing_roster_file_comes_back_into_the_working_folder(lived, monkeypatch):
    lived.ok("backup", "b.backup")
    elsewhere = lived.folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    lose_state(lived)
    from netkeep_sync.cli.main import main

    with pytest.raises(SystemExit) as stop:
        main(["restore", "../b.backup"])
    assert stop.value.code == 0
    assert (elsewhere / "netkeep.yaml").read_text() == lived.path.read_text()


def test_an_edited_roster_file_stays_unless_it_is_asked_back(lived):
    text = lived.path.read_text()
    lived.ok("backup", "b.backup")
    lived.edit("name: Grace Liu", "name: Ada Byron")
    edited = lived.path.read_text()
    result = lived.run("restore", "b.backup", "--replace")
    assert "--with-roster brings it back" in result.err
    assert lived.path.read_text() == edited

    lived.ok("restore", "b.backup", "--replace", "--with-roster")
    assert lived.path.read_text() == text


def test_an_edited_roster_file_is_in_the_copy_even_where_nothing_else_was(lived):
    lived.ok("backup", "b.backup")
    lived.edit("name: Grace Liu", "name: Ada Byron")
    edited = lived.path.read_text()
    lose_state(lived)
    lived.ok("restore", "b.backup", "--with-roster")
    [copy] = lived.state.glob("*.before-restore-*.backup")
    assert "whole: 0 series" in lived.ok("restore", copy, "--dry-run")
    lived.ok("restore", copy, "--replace", "--with-roster")
    assert lived.path.read_text() == edited


def test_a_backup_of_another_roster_is_refused(lived):
    lived.ok("backup", "b.backup")
    lived.edit("roster: test", "roster: mine")
    result = lived.run("restore", "b.backup")
    assert (result.status, 'write "roster: test" into that file' in result.err) == (2, True)


def test_while_it_is_served_nothing_is_restored(lived, monkeypatch):
    import os
    from datetime import date

    lived.ok("backup", "b.backup")
    workspace = open_workspace(lived.path, today=date(2026, 11, 23), environ=dict(os.environ))
    with serve_lock(workspace):
        result = lived.run("restore", "b.backup", "--replace")
    assert (result.status, "another `netkeep-sync serve`" in result.err) == (1, True)


def addresses(world):
    return re.findall(r"http\S+", world.ok("feed"))


class TestFeeds:
    def test_addresses_change_on_another_machine_unless_the_key_goes_along(self, lived):
        before = addresses(lived)
        lived.ok("backup", "without.backup")
        lived.ok("backup", "with.backup", "--with-keys")
        lose_state(lived)
        lived.ok("restore", "without.backup")
        assert addresses(lived) != before
        lose_state(lived)
        lived.ok("restore", "with.backup")
        assert addresses(lived) == before
        assert stat.S_IMODE((lived.state / "netkeep.key").stat().st_mode) == 0o600

    def test_a_key_that_is_there_stays_and_that_is_told(self, lived):
        lived.ok("feed")
        lived.ok("backup", "b.backup", "--with-keys")
        lose_state(lived)
        there = addresses(lived)
        result = lived.run("restore", "b.backup", "--replace")
        assert "another key of the feeds' addresses" in result.err
        assert addresses(lived) == there

    def test_an_address_that_ended_since_stays_ended(self, lived):
        lived.ok("feed", "add", "family", "--show", "busy")
        lived.ok("feed", "add", "team", "--show", "busy")
        old = set(addresses(lived))
        lived.ok("backup", "b.backup")
        lived.ok("feed", "rotate")
        lived.ok("feed", "revoke", "family")
        lived.ok("feed", "rotate", "team")
        lived.ok("feed", "add", "new", "--show", "busy")
        ended = old | set(addresses(lived))
        lived.ok("restore", "b.backup", "--replace")
        assert old & set(addresses(lived)) == set()
        lived.ok("feed", "add", "new", "--show", "busy")
        assert len(ended & set(addresses(lived))) == 2 * 2  # the default one's and the team's of today

    def test_links_that_ended_since_stay_ended(self, lived):
        lived.edit("categories:", "serve: {public_url: https://checkins.example.com}\ncategories:")

        def links():
            lived.ok("export")
            text = (lived.folder / "checkins.ics").read_bytes().decode().replace("\r\n ", "")
            return set(re.findall(r"/a/([\w-]+)", text))

        old = links()
        lived.ok("backup", "b.backup")
        lived.ok("links", "rotate")
        lived.ok("restore", "b.backup", "--replace")
        assert old
        assert not old & links()
