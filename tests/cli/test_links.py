"""`links`, and that every command that runs a pass leaves the links where they are."""

import re

import pytest

PUBLIC = "https://checkins.example.com"


@pytest.fixture
def linked(world):
    world.edit("categories:", f"serve: {{public_url: {PUBLIC}}}\ncalendars: [{{ics: mine.ics}}]\ncategories:")
    world.ok("sync")
    return world


def links_in(world):
    text = (world.folder / "mine.ics").read_bytes().decode().replace("\r\n ", "")
    return re.findall(rf"{PUBLIC}/a/[\w-]+", text)


def test_without_an_address_it_says_what_to_write(world):
    assert "serve: {public_url:" in world.ok("links")


def test_it_tells_where_links_lead(linked):
    told = linked.ok("links")

    assert f"{PUBLIC}/a/…" in told
    assert links_in(linked)[0] not in told


def test_rotate_ends_all_and_the_next_pass_writes_others(linked):
    before = links_in(linked)
    assert "have ended" in linked.ok("links", "rotate")
    linked.ok("sync")
    after = links_in(linked)

    assert len(before) == len(after) == 3
    assert not set(before) & set(after)


def test_rotate_works_while_the_file_is_broken(linked):
    linked.edit("timezone: Europe/Berlin", "timezone: Nowhere")
    assert "have ended" in linked.ok("links", "rotate")


@pytest.mark.parametrize(
    "command",
    [
        ("sync",),
        ("export",),
        ("export", "-o", "other.ics"),
        ("done", "john", "--on", "2026-11-20"),
        ("skip", "john"),
        ("replan", "--yes"),
        ("undo", "--yes"),
    ],
    ids=" ".join,
)
def test_every_command_that_runs_a_pass_leaves_the_links(linked, command):
    if command[0] == "undo":
        linked.edit("notes: Moved to Acme in May.", "notes: Moved.")
        linked.ok("sync")
    linked.run(*command)

    text = (linked.folder / "mine.ics").read_text(encoding="utf-8")
    assert len(links_in(linked)) == text.count("BEGIN:VEVENT") >= 3


def test_an_unchanged_pass_writes_nothing_and_the_rehearsal_knows_it(linked):
    before = (linked.folder / "mine.ics").read_bytes()

    for options, words in (
        (["--dry-run"], "would create 0, update 0, remove 0"),
        ([], "0 created, 0 updated, 0 removed"),
    ):
        assert words in linked.run("sync", *options).err
    assert (linked.folder / "mine.ics").read_bytes() == before
    linked.ok("sync", as_of="2026-11-24")
    assert (linked.folder / "mine.ics").read_bytes() == before


def test_a_handed_on_file_is_the_same_again(linked):
    linked.ok("export", "-o", "other.ics")
    before = (linked.folder / "other.ics").read_bytes()
    linked.ok("export", "-o", "other.ics")

    assert (linked.folder / "other.ics").read_bytes() == before
    assert b"John Doe" in before
    assert b"/a/" not in before.replace(b"\r\n ", b"")
