"""`history`: everything that was, of everybody there was."""

import csv
import io
import json

import pytest


@pytest.fixture
def lived(world):
    """Return a world in which somebody was met twice, and somebody has left."""
    world.ok("export", "-o", "a.ics")
    told = ["--gave", "A book", "--asked", "An intro", "--promised", "Slides", "--they-promised", "A call"]
    world.ok("done", "john", "--on", "2026-11-20", "--note", "=cmd|'/c calc'!A1", *told)
    world.ok("kept", "john")
    world.ok("log", "joan", "--on", "2026-11-21", "--note", 'Said "yes",\nand more')
    world.ok("export", "-o", "a.ics")
    text = world.path.read_text()
    world.path.write_text("".join(line for line in text.splitlines(True) if "Joan" not in line))
    world.ok("export", "-o", "a.ics", "--confirm")
    return world


def records(world, *arguments, as_of="2026-11-23"):
    return json.loads(world.ok("history", "--json", *arguments, as_of=as_of))["check_ins"]


def test_json_tells_everything_of_a_check_in(lived):
    document = json.loads(lived.ok("history", "--json", "john"))
    assert list(document) == ["as_of", "timezone", "check_ins"]
    assert document["check_ins"][-1] == {
        "contact": "john-doe",
        "name": "John Doe",
        "category": "recruiters",
        "has_left": False,
        "planned": None,
        "held": "2026-11-20",
        "day": "2026-11-20",
        "outcome": "held",
        "evidence": "confirmed",
        "note": "=cmd|'/c calc'!A1",
        "gave": ["A book", "Slides"],
        "asked": ["An intro"],
        "promised": ["Slides"],
        "they_promised": ["A call"],
    }


def test_who_has_left_is_there_under_name_and_category(lived):
    [one] = [one for one in records(lived) if one["has_left"]]
    assert (one["name"], one["category"], one["held"]) == ("Joan Díaz", "recruiters", "2026-11-21")
    assert [one["name"] for one in records(lived, "joan")] == ["Joan Díaz"]


def test_who_rests_has_not_left(lived):
    lived.edit("contacts:", "bench:\n  - {name: Joan Díaz, category: leaders}\ncontacts:")
    [one] = records(lived, "joan")
    assert (one["name"], one["category"], one["has_left"]) == ("Joan Díaz", "leaders", False)


def test_it_is_sorted_by_day(lived):
    days = [one["day"] for one in records(lived)]
    assert days == sorted(days)
    assert len(days) == 3


def test_what_was_planned_is_told_beside_what_came_of_it(world):
    world.ok("export", "-o", "a.ics")
    world.ok("skip", "john")
    [skipped] = [one for one in records(world, "john", as_of="2027-04-01") if one["outcome"] == "skipped"]
    assert (skipped["planned"], skipped["held"]) == (skipped["day"], None)


def test_csv_is_read_as_it_was_meant_and_runs_nothing(lived):
    raw = lived.ok("history", "--csv")
    rows = list(csv.DictReader(io.StringIO(raw, newline="")))
    john = next(row for row in rows if row["note"].startswith("'"))
    joan = next(row for row in rows if row["contact"] == "joan-diaz")

    assert raw.startswith("contact,name,category,planned,held,outcome,evidence,note,gave,asked,promised,they")
    assert raw.count("\r\n") == 1 + len(rows)
    assert john["note"] == "'=cmd|'/c calc'!A1"
    assert john["gave"] == "A book; Slides"
    assert joan["note"] == 'Said "yes",\nand more'
    assert not [cell for row in rows for cell in row.values() if cell and cell[0] in "=+-@\t\r\n"]


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "＝1", "\t=1"])
def test_no_cell_is_a_formula(world, note):
    world.ok("log", "john", "--on", "2026-11-20", f"--note={note}")
    [row] = [row for row in csv.DictReader(io.StringIO(world.ok("history", "--csv"))) if row["note"]]
    assert row["note"][0] == "'" or row["note"] == note.strip()
    assert row["note"].lstrip()[0] not in "=+-@＝"


def test_on_a_screen_it_is_a_line_each(lived):
    told = lived.ok("history")
    assert "Joan Díaz (left)" in told
    assert "you gave: A book" in told
    assert "3 check-ins with 2 people up to 2026-11-23, 3 held" in told


def test_before_anything_was_it_says_so(world):
    world.write("roster: test\nowner: {name: Ana}\ntimezone: Europe/Berlin\ncontacts: []\n")
    assert "No check-in lies behind you yet." in world.ok("history")
    assert records(world) == []


def test_somebody_unknown_is_told(lived):
    result = lived.run("history", "nobody")
    assert (result.status, "nobody" in result.err) == (2, True)


def test_both_at_once_is_refused(lived):
    assert lived.run("history", "--csv", "--json").status == 2


def test_a_broken_file_keeps_nobody_from_their_history(lived):
    lived.edit("quarterly", "quaterly")
    assert len(records(lived)) == 3
