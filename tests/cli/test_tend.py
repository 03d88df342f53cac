"""The list tended on the command line: shown, asked for, and written with every other byte as it was."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys

import pytest


def titles(world):
    document = (world.folder / "a.ics").read_bytes().decode().replace("\r\n ", "")
    return sorted(line[8:] for line in document.splitlines() if line.startswith("SUMMARY:"))


def last_met(world, name):
    contacts = json.loads(world.ok("status", "--json", as_of="2026-12-16"))["contacts"]
    return next(one["last_met"] for one in contacts if one["name"] == name)


@pytest.fixture
def kept(world):
    """Return a world whose check-ins are on a calendar."""
    world.path.write_text(world.path.read_text() + "calendars: [ics: a.ics]  # mine\n")
    world.ok("sync")
    return world


class Terminal(io.StringIO):
    """A terminal where somebody has typed this already."""

    def isatty(self):
        return True


# Shown, and asked for


@pytest.mark.parametrize(
    "command",
    [
        ("add", "Ada", "Byron", "--category", "leaders"),
        ("edit", "john", "cadence=monthly"),
        ("rest", "john"),
        ("retire", "john"),
        ("rename", "john", "Jon Dough"),
    ],
    ids=lambda command: command[0],
)
def test_it_is_shown_and_nothing_is_done_without_a_word(kept, command):
    before, was_on = kept.path.read_bytes(), titles(kept)
    shown = kept.ok(*command)
    told = kept.run(*command)
    rehearsed = kept.run(*command, "--dry-run")

    assert "\n@@ " in shown
    assert "\n  + " in shown or "\n  - " in shown or "\n  ~ " in shown
    assert "nothing is changed; `--yes` does it" in told.err
    assert (rehearsed.status, rehearsed.out) == (0, shown)
    assert (kept.path.read_bytes(), titles(kept)) == (before, was_on)


def test_what_of_the_review_follows_is_one_line_below_what_was_asked(kept):
    kept.path.write_text(kept.path.read_text() + "review: quarterly\n")
    kept.ok("sync")
    shown = kept.ok("add", "Ada", "Byron", "--category", "leaders")
    told = shown.partition("\nics\n")[2].splitlines()

    assert told[0].startswith("  + Video call with Ada Byron: ")
    assert told[1] == "  ~ Review of your network: notes"
    assert "      notes: + " in kept.ok("add", "Ada", "--category", "leaders", "--yes") + kept.ok(
        "sync", "--dry-run", as_of="2027-01-02"
    )


def test_a_file_that_can_not_be_written_is_told_and_nothing_is_done(kept):
    kept.path = kept.path.rename(kept.folder / f"{'n' * 245}.yaml")  # with the new one beside it, too long
    before, was_on = kept.path.read_bytes(), titles(kept)
    result = kept.run("retire", "john", "--yes")

    assert result.status == 2
    assert f"error: {kept.path} can't be written: File name too long; nothing is changed" in result.err
    assert (kept.path.read_bytes(), titles(kept)) == (before, was_on)


@pytest.mark.parametrize(("no_color", "red"), [("", "\x1b[31m"), ("1", "")])
def test_what_comes_and_goes_is_in_colour_on_a_terminal_unless_one_says_no(kept, no_color, red):
    command = f"{sys.executable} -m netkeep_sync -c {kept.path} --as-of 2026-11-23 retire john --dry-run"
    environ = {**os.environ, "NO_COLOR": no_color, "TERM": "xterm"}
    ours, theirs = pty.openpty()
    subprocess.run(command.split(), env=environ, stdin=theirs, stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)

    assert f"\n{red}-  - {{name: John Doe" in shown
    assert f"\n{red}  - Coffee with John Doe" in shown
    assert ("\x1b" in shown) is bool(red)


@pytest.mark.parametrize(("typed", "is_done"), [("y\n", True), ("n\n", False)])
def test_on_a_terminal_it_asks(kept, monkeypatch, typed, is_done):
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert "Do it?" in kept.ok("retire", "john")
    assert ("John Doe" not in kept.path.read_text()) is is_done


def test_what_would_be_wrong_is_told_with_its_places_and_nothing_is_written(kept):
    before = kept.path.read_bytes()
    result = kept.run("add", "Ada", "--category", "pears", "flex=x", "--yes")

    assert result.status == 2
    assert "with this edit the file would be wrong" in result.err
    assert f'{kept.path}:11:27: category "pears" of Ada is unknown' in result.err
    assert f"{kept.path}:11:40: " in result.err
    assert kept.path.read_bytes() == before


def test_an_edit_made_meanwhile_is_not_lost(kept, monkeypatch):
    class Slow(Terminal):
        def readline(self, *args):
            kept.path.write_text(kept.path.read_text() + "# mine\n")
            return super().readline(*args)

    monkeypatch.setattr(sys, "stdin", Slow("y\n"))
    result = kept.run("retire", "john")

    assert (result.status, "changed by somebody else in the meantime" in result.err) == (2, True)
    assert "John Doe" in kept.path.read_text()


def test_a_file_that_can_not_be_patched_says_what_to_do_by_hand(kept):
    kept.edit("notes: Moved to Acme in May.", "email: a@b.c, notes")
    result = kept.run("edit", "john", "notes=x", "--yes")
    assert (result.status, "by hand, write x for notes" in result.err) == (2, True)


# add


def test_who_is_added_is_on_the_calendar_and_the_next_sync_has_nothing_to_do(kept):
    before = kept.path.read_text()
    kept.ok("add", "Ada", "Byron", "--category", "leaders", "ask=How is Oslo?; Which book?", "--yes")

    added = "  - {name: Ada Byron, category: leaders, ask: [How is Oslo?, Which book?]}\n"
    assert kept.path.read_text() == before.replace("calendars:", f"{added}calendars:")
    assert titles(kept).count("Video call with Ada Byron") == 1
    assert "0 created, 0 updated, 0 removed" in kept.run("sync").err


def test_without_a_category_it_names_those_there_are(kept):
    result = kept.run("add", "Ada", "--yes")
    assert (result.status, "the categories are recruiters, leaders" in result.err) == (2, True)


def test_a_new_name_of_two_words_needs_quotes(kept):
    result = kept.run("rename", "john", "Jon", "Dough", "--yes")
    assert (result.status, 'netkeep-sync rename john "Jon Dough"' in result.err) == (2, True)


def test_milestones_may_be_told_when_somebody_is_added(kept):
    kept.ok("add", "Ada", "--category", "leaders", "milestones.birthday=03-14", "notes=", "--yes")
    assert "  - {name: Ada, category: leaders, milestones: {birthday: 03-14}}\n" in kept.path.read_text()


def test_a_full_category_says_what_it_costs_and_offers_whom_to_rest(kept):
    kept.edit("channel: coffee,", "channel: coffee, keep: 2,")
    shown = kept.ok("add", "Ada", "--category", "recruiters")

    assert "Ada takes 4 check-ins and 3 hours a year; recruiters then holds 3 of the 2 to keep." in shown
    assert "Who could rest instead:\n  J" in shown
    assert "--instead-of john-doe" in shown
    assert "Grace" not in shown.partition("instead:")[2]


def test_one_in_one_out_is_one_edit(kept):
    kept.edit("channel: coffee,", "channel: coffee, keep: 2,")
    shown = kept.ok("add", "Ada", "--category", "recruiters", "--instead-of", "john", "--yes")

    assert "rest instead" not in shown
    assert titles(kept) == ["Coffee with Ada", "Coffee with Joan Díaz", "Video call with Grace Liu"]
    assert "bench:\n  - {name: John Doe" in kept.path.read_text()
    kept.ok("undo", "--yes")
    assert "bench" not in kept.path.read_text()


def test_a_full_year_is_told(kept):
    kept.edit("categories:", "capacity: {per_day: 1, per_week: 1}\ncategories:")
    shown = kept.ok("add", "Ada", "--category", "recruiters", "cadence=weekly")

    assert "The year is full with that: needs" in shown
    assert "Who could rest instead" in shown
    shown = kept.ok("edit", "john", "cadence=weekly")
    assert "The year is full with that" in shown
    assert "takes" not in shown


# edit


def test_edit_changes_adds_and_removes(kept):
    before = kept.path.read_text()
    kept.ok("edit", "john", "cadence=every 6 weeks", "notes=", "milestones.birthday=03-14", "--yes")
    assert kept.path.read_text() == before.replace(
        ", notes: Moved to Acme in May.}", ", cadence: every 6 weeks, milestones: {birthday: 03-14}}"
    )
    kept.ok("edit", "john", "milestones.birthday=", "cadence=", "notes=Moved to Acme in May.", "--yes")
    assert kept.path.read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("john", "city="), 'John Doe has no "city" of their own to remove'),
        (("john", "milestones.birthday="), 'has no "milestones.birthday" of their own'),
        (("john", "name=Jon"), "run `netkeep-sync rename john-doe"),
        (("john", "id=jon"), "the history of John Doe is kept under the id john-doe"),
        (("john",), "say what to change"),
        (("cadence=monthly",), "say whom you mean"),
        (("nobody", "cadence=monthly"), 'nobody in the roster is called "nobody"'),
    ],
)
def test_edit_refuses_what_makes_no_sense(kept, words, said):
    result = kept.run("edit", *words, "--yes")
    assert (result.status, said in result.err) == (2, True)


def test_the_id_that_somebody_has_may_be_written(kept):
    kept.ok("edit", "john", "id=john-doe", "--yes")
    assert len(titles(kept)) == 3
    assert "nothing is left to change" in kept.run("edit", "john", "id=john-doe").err


# rest, resume, retire, rename


def test_who_rests_leaves_the_calendar_and_comes_back_with_their_history_and_once(kept):
    before = kept.path.read_text()
    kept.ok("done", "john", "--on", "2026-11-16")
    kept.ok("rest", "john", "--until", "2027-06-01", "--yes")
    assert "Coffee with John Doe" not in titles(kept)
    assert "John Doe, last met Mon 16 Nov; look again Tue 1 Jun 2027" in kept.ok("status")

    shown = kept.ok("resume", "john", as_of="2026-12-16")
    assert "+ Coffee with John Doe" in shown
    assert "John Doe takes 4 check-ins and 3 hours a year." in shown
    kept.ok("resume", "john", "--yes", as_of="2026-12-16")

    assert titles(kept).count("Coffee with John Doe") == 1
    assert last_met(kept, "John Doe") == "2026-11-16"
    assert sorted(kept.path.read_text().split()) == sorted(before.split())
    assert "0 created, 0 updated, 0 removed" in kept.run("sync", as_of="2026-12-16").err


def test_a_pause_from_before_the_rest_is_over_with_it(kept):
    kept.ok("pause", "john")
    kept.ok("rest", "john", "--yes")
    assert "+ Coffee with John Doe" in kept.ok("resume", "john", "--yes")
    assert "paused" not in kept.ok("status")
    assert "Coffee with John Doe" in titles(kept)


def test_a_rest_gets_an_end_and_needs_one_ahead(kept):
    kept.ok("rest", "john", "--yes")
    assert "rests already" in kept.run("rest", "john").err
    kept.ok("rest", "john", "--until", "2027-06-01", "--yes")
    assert "again: 2027-06-01" in kept.path.read_text()
    assert "is not ahead" in kept.run("rest", "john", "--until", "2026-11-02").err


def test_resume_of_who_is_paused_changes_no_file(kept):
    before = kept.path.read_bytes()
    kept.ok("rest", "grace", "--yes")
    kept.ok("pause", "john")
    assert kept.run("resume", "john", "--dry-run").status == 2
    assert "John Doe: resumed." in kept.ok("resume", "john")
    kept.ok("resume", "grace", "--yes")
    assert sorted(kept.path.read_bytes()) == sorted(before)


def test_who_is_retired_is_off_the_list_and_in_the_history(kept):
    kept.ok("done", "john", "--on", "2026-11-16")
    kept.ok("retire", "john", "--yes")
    assert "John" not in kept.path.read_text() + " ".join(titles(kept))
    assert "John Doe" in kept.ok("history", "john")


def test_who_rests_is_retired_with_the_bench(kept):
    before = kept.path.read_text()
    kept.ok("add", "Ada", "--category", "leaders", "--yes")
    kept.ok("rest", "ada", "--yes")
    kept.ok("retire", "ada", "--yes")
    assert kept.path.read_text() == before


def test_a_rename_keeps_who_they_are(kept):
    kept.ok("done", "john", "--on", "2026-11-16")
    kept.ok("rename", "john", "Jon: Dough", "--yes")
    assert '{name: "Jon: Dough", category: recruiters,' in kept.path.read_text()
    assert "id: john-doe" in kept.path.read_text()
    assert last_met(kept, "Jon: Dough") == "2026-11-16"
    kept.ok("rename", "jon", "John Doe", "--yes")
    assert kept.path.read_text().count("john-doe") == 1


def test_a_rename_of_whom_an_email_tells_needs_no_id(kept):
    kept.ok("edit", "john", "email=john@example.com", "--yes")
    kept.ok("done", "john", "--on", "2026-11-16")
    kept.ok("rename", "john", "Jon Dough", "--yes")
    assert "id:" not in kept.path.read_text()
    assert last_met(kept, "Jon Dough") == "2026-11-16"


def test_who_is_there_already_is_not_added_again(kept):
    there = kept.run("add", "John Doe", "--category", "leaders", "--yes")
    kept.ok("rest", "john", "--yes")
    resting = kept.run("add", "john doe", "--category", "leaders", "--yes")

    assert (there.status, resting.status) == (2, 2)
    assert "`netkeep-sync edit john-doe`" in there.err
    assert "`netkeep-sync resume john-doe`" in resting.err
    assert kept.run("add", "John Doe", "--category", "leaders", "id=other-john", "--yes").status == 0
