"""`replan`: what is overdue is spread over the coming weeks, and only when its owner says so."""

import json
import os
import pty
import sys
from datetime import date

import pytest

AWAY = ("--nothing-since", "2026-11-23")
BACK = "2027-07-01"
"""Nothing was held since the first plan, and the owner comes back in July."""


@pytest.fixture
def absent(world):
    """A world that was planned in November, and looked at again in July."""
    world.ok("export", "-o", "a.ics")
    world.ok("export", "-o", "a.ics", as_of=BACK)
    return world


@pytest.fixture
def answers(monkeypatch):
    """Sit at a terminal and answer."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, encoding="utf-8") as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        yield lambda text: os.write(ours, f"{text}\n".encode())
    os.close(ours)


def replanned(world, *arguments, as_of=BACK):
    return json.loads(world.ok("replan", "--json", *arguments, as_of=as_of))


def status(world, *, as_of=BACK):
    return {one["contact"]: one for one in json.loads(world.ok("status", "--json", as_of=as_of))["contacts"]}


def test_nobody_overdue_is_nothing_to_do(world):
    result = world.run("replan")

    assert result.status == 0
    assert "There is nobody to catch up with." in result.out
    assert "nothing is left to change" in result.err
    assert not world.state.exists()


def test_json_has_exactly_the_promised_keys(absent):
    document = replanned(absent, *AWAY)

    assert list(document) == ["contacts", "taken_back"]
    assert list(document["contacts"][0]) == ["contact", "slip", "before", "after", "let_go"]
    assert list(document["taken_back"][0]) == ["contact", "day"]


def test_it_shows_who_would_be_met_when_and_changes_nothing(absent):
    before = status(absent)

    result = absent.run("replan", *AWAY, as_of=BACK)

    assert result.status == 0
    assert "John Doe" in result.out
    assert "presumed check-ins taken back" in result.out
    assert "nothing is changed; `--yes` does it" in result.err
    assert status(absent) == before


def test_a_dry_run_neither_asks_nor_does_it(absent, answers):
    before = status(absent)
    answers("y")

    result = absent.run("replan", "--dry-run", "--yes", *AWAY, as_of=BACK)

    assert (result.status, result.err) == (0, "")
    assert status(absent) == before


def test_yes_does_what_was_shown(absent):
    shown = {one["contact"]: one for one in replanned(absent, *AWAY)["contacts"]}

    result = absent.run("replan", "--yes", *AWAY, as_of=BACK)

    after = status(absent)
    assert "done:" in result.err
    assert all(after[who]["next"] == one["after"] for who, one in shown.items())
    assert any(one["let_go"] is None for one in shown.values())


def test_a_calendar_that_fails_is_told_as_sync_does_and_it_is_done_all_the_same(absent):
    text = absent.path.read_text(encoding="utf-8")
    absent.path.write_text(f"{text}calendars: [ics: nowhere/a.ics]\n", encoding="utf-8")
    result = absent.run("replan", "--yes", *AWAY, as_of=BACK)

    assert result.status == 1
    assert "done:" in result.err
    assert "there is no folder" in result.err
    assert "nothing is left to change" in absent.run("replan", "--yes", *AWAY, as_of=BACK).err


def test_a_yes_at_the_terminal_does_it(absent, answers):
    answers("y")

    result = absent.run("replan", *AWAY, as_of=BACK)

    assert "Do it?" in result.out
    assert "done:" in result.err
    assert status(absent)["john-doe"]["last_met"] == "2026-09-14"


@pytest.mark.parametrize("text", ["n", ""])
def test_anything_else_changes_nothing(absent, answers, text):
    before = status(absent)
    answers(text)

    result = absent.run("replan", *AWAY, as_of=BACK)

    assert (result.status, "nothing is changed" in result.err) == (0, True)
    assert status(absent) == before


def test_json_asks_nothing(absent, answers):
    before = status(absent)
    answers("y")

    assert "Do it?" not in absent.ok("replan", "--json", *AWAY, as_of=BACK)
    assert status(absent) == before


def test_json_with_yes_does_it(absent):
    absent.ok("replan", "--json", "--yes", *AWAY, as_of=BACK)

    assert status(absent)["john-doe"]["last_met"] == "2026-09-14"


def test_a_second_time_nothing_is_left(absent):
    absent.ok("replan", "--yes", *AWAY, as_of=BACK)
    before = status(absent)

    result = absent.run("replan", "--yes", *AWAY, as_of=BACK)

    assert "nothing is left to change" in result.err
    assert status(absent) == before


def test_only_what_was_presumed_is_taken_back(absent):
    held_on = status(absent)["grace-liu"]["last_met"]
    absent.ok("done", "grace", "--on", held_on, as_of=BACK)

    taken_back = replanned(absent, *AWAY)["taken_back"]

    assert taken_back
    assert all(one != {"contact": "grace-liu", "day": held_on} for one in taken_back)
    absent.ok("replan", "--yes", *AWAY, as_of=BACK)
    assert status(absent)["grace-liu"]["last_met"] == held_on


def test_without_an_absence_nothing_is_taken_back(absent):
    assert replanned(absent) == {"contacts": [], "taken_back": []}


def test_nothing_is_put_before_the_day_that_was_named(absent):
    [*steps] = replanned(absent, *AWAY, "--from", "2027-08-02")["contacts"]
    caught = [one["after"] for one in steps if one["let_go"] is None]

    assert caught
    assert all(date.fromisoformat(after[:10]) >= date(2027, 8, 2) for after in caught)


def test_a_day_more_than_a_year_ahead_is_refused(absent):
    result = absent.run("replan", "--from", "2029-01-01", as_of=BACK)

    assert result.status == 2
    assert "more than a year ahead" in result.err


def test_the_latest_are_told_first(absent):
    slips = [one["slip"] for one in replanned(absent, *AWAY)["contacts"]]

    assert slips == sorted(slips, reverse=True)


def test_whoever_is_let_go_is_told_why(world):
    world.edit("recruiters: {cadence: quarterly", "recruiters: {cadence: weekly")
    world.ok("export", "-o", "a.ics")
    world.ok("export", "-o", "a.ics", as_of=BACK)

    let_go = {one["contact"]: one["let_go"] for one in replanned(world, *AWAY)["contacts"]}

    assert let_go["john-doe"] == "the next check-in is soon enough"
    assert "let go: the next check-in is soon enough" in world.ok("replan", *AWAY, as_of=BACK)


def test_a_file_that_can_not_be_written_is_told(absent):
    absent.edit("roster: test", "roster: test\ncalendars: [{ics: missing/folder/a.ics}]")
    (absent.folder / "missing").write_text("in the way", encoding="utf-8")

    result = absent.run("replan", "--yes", *AWAY, as_of=BACK)

    assert "error:" in result.err
    assert status(absent)["john-doe"]["last_met"] == "2026-09-14"


def test_as_of_ahead_of_the_clock_is_told(absent):
    assert "lies ahead of the clock" in absent.run("replan", "--yes", *AWAY, as_of=BACK).err
