"""`import`: who is new is shown, and only who is chosen comes into the roster."""

import json
import os
import pty
import sys
from pathlib import Path

import pytest

from netkeep_sync.cli.importing import import_
from netkeep_sync.core.acquaintance import MOST_AT_ONCE

BOOKS = Path(__file__).parents[1] / "data" / "address_books"
LINKEDIN = BOOKS / "linkedin.csv"
"""Six people; John Doe and Joan Díaz are in the roster of `world`, and Wei Zhang is two."""

TOLD = (Path(__file__).parents[2] / "netkeep_sync" / "sources" / "IMPORT.md").read_text(encoding="utf-8")


@pytest.fixture
def answers(monkeypatch):
    """Sit at a terminal and answer."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, encoding="utf-8") as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        yield lambda *lines: os.write(ours, "".join(f"{line}\n" for line in lines).encode())
    os.close(ours)


@pytest.fixture
def book(tmp_path):
    """Write an address book."""

    def write(text, name="people.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def text(world):
    return world.path.read_text(encoding="utf-8")


def imported(world, *arguments):
    return json.loads(world.ok("import", "--json", *arguments))


def names(people):
    return [one["name"] for one in people]


def contacts(world):
    return {one["contact"]: one for one in json.loads(world.ok("status", "--json"))["contacts"]}


# What is shown


def test_it_shows_who_is_new_and_adds_nobody(world):
    before = text(world)

    result = world.run("import", LINKEDIN)

    assert result.status == 0
    assert "connections of LinkedIn: 4 new, 2 in your roster already, 1 without a name" in result.out
    assert "already there: Joan Díaz (joan-diaz), JOHN DOE (john-doe)" in result.out
    assert "Head of Talent, Fjord, Lind & Partners" in result.out
    assert "nobody is added" in result.err
    assert text(world) == before


def test_only_those_of_whom_every_word_is_said_are_shown(world):
    assert names(imported(world, LINKEDIN, "--match", "engineer", "--match", "contoso")["new"]) == [
        "Wei Zhang"
    ]


def test_words_that_fit_nobody_are_told(world):
    assert "none of the new ones has plumber" in world.ok("import", LINKEDIN, "--match", "plumber")


def test_a_long_list_is_cut(world, book):
    many = book("Name\n" + "".join(f"Ada B{number}\n" for number in range(1000)))
    out = world.ok("import", many)

    assert "1000 new" in out
    assert "and 980 more" in out
    assert "Ada B20" not in out


def test_the_same_name_with_another_email_is_told_and_not_merged(world, book):
    world.edit("last_met: 2026-09-14", "email: john@example.com")
    found = imported(world, book("Name,Email\nJohn Doe,jd@example.org\n"))

    assert found["new"] == []
    assert [(one["name"], one["namesake"], one["reason"]) for one in found["maybe"]] == [
        ("John Doe", "John Doe", "another email")
    ]
    assert "maybe: John Doe, jd@example.org: the name of John Doe, but another email" in world.ok(
        "import", world.folder / "people.csv"
    )


def test_whoever_rests_on_the_bench_is_known(world):
    world.write(text(world) + "bench:\n  - {name: Ines Almeida, category: leaders}\n")
    found = imported(world, LINKEDIN)

    assert "Ines Almeida" not in names(found["new"])
    assert "Ines Almeida" in names(found["already"])


def test_the_owner_is_nobody_new(world, book):
    assert imported(world, book("Name,Email\nAna K,ANA@example.com\nBo,\n"))["new"][0]["name"] == "Bo"


def test_problems_are_told_with_their_lines_and_the_rest_is_read(world, book):
    result = world.run("import", book("Name,Company\nAda,=1+1\n" + "Bo,=2\n" * 9 + "Cy,Acme\n"))

    assert result.status == 0
    assert "people.csv:2:1: the company is a formula of a spreadsheet; it is left out" in result.err
    assert "and 5 problems more" in result.err
    assert "Cy" in result.out


def test_json_tells_who_is_chosen(world):
    document = imported(world, LINKEDIN, "--pick", "Ines", "--category", "recruiters")

    assert document["chosen"] == [{"name": "Ines Almeida", "category": "recruiters", "cadence": None}]
    assert not document["is_added"]


# Off a terminal


def test_whoever_is_picked_comes_into_the_roster(world):
    result = world.run(
        "import", LINKEDIN, "--pick", "ines", "--pick", "Rahul Bose", "--category", "leaders", "--yes"
    )

    assert result.status == 0, result.err
    assert (
        "  - {name: Rahul Bose, category: leaders, email: rahul.bose@example.com, "
        'notes: "Director, Data Platform, Acme; connected since 3 Jan 2024; '
    ) in text(world)
    assert "\n  + Video call with Ines Almeida: " in result.out
    assert {"ines-almeida", "rahul-bose"} < {*contacts(world)}


def test_whoever_is_added_is_on_the_calendar_at_once(world):
    world.path.write_text(f"{text(world)}calendars: [ics: a.ics]\n", encoding="utf-8")
    result = world.run("import", LINKEDIN, "--pick", "ines", "--category", "leaders", "--yes")

    assert result.err == f"wrote {world.path}\nics: 4 created, 0 updated, 0 removed\n"
    assert "Video call with Ines Almeida" in (world.folder / "a.ics").read_text(encoding="utf-8")
    assert "0 created, 0 updated, 0 removed" in world.run("sync").err


def test_whoever_wants_json_has_them_on_the_calendar_too(world):
    document = imported(world, LINKEDIN, "--pick", "Ines", "--category", "leaders", "--yes")

    assert document["is_added"]
    assert "0 created, 0 updated, 0 removed" in world.run("sync").err


def test_a_calendar_that_fails_is_told_and_the_file_is_written(world):
    (world.folder / "a.ics").mkdir()
    world.path.write_text(f"{text(world)}calendars: [ics: a.ics]\n", encoding="utf-8")
    result = world.run("import", LINKEDIN, "--pick", "Ines", "--category", "leaders", "--yes", "--json")

    assert (result.status, json.loads(result.out)["is_added"]) == (1, True)
    assert "error: " in result.err
    assert "Ines Almeida" in text(world)


def test_whoever_gets_no_place_is_told_before_it_is_done(world):
    world.edit("categories:", "availability: {away: [2026-11-20..2029-12-31]}\ncategories:")
    out = world.ok("import", LINKEDIN, "--pick", "Ines", "--category", "leaders")

    assert "Ines Almeida has no place: " in out
    assert "John" not in out.partition("@@")[2].partition("has no place")[2]


def test_the_rest_of_the_file_stays_as_it_is(world):
    before = text(world)
    world.ok("import", LINKEDIN, "--limit", "2", "--category", "leaders", "--yes")

    assert text(world).startswith(before)
    assert text(world).count("\n") == before.count("\n") + 2


def test_to_import_again_changes_nothing(world):
    world.ok("import", LINKEDIN, "--limit", "20", "--category", "leaders", "--yes")
    before = text(world)

    again = imported(world, LINKEDIN, "--limit", "20", "--category", "leaders", "--yes")

    assert world.run("import", LINKEDIN).err == "nobody is added\n"
    assert (again["new"], again["maybe"], again["chosen"]) == ([], [], [])
    assert len(again["already"]) == 6
    assert text(world) == before


def test_two_of_one_name_come_in_under_two_ids(world):
    world.ok("import", LINKEDIN, "--limit", "20", "--category", "leaders", "--yes")

    assert {"wei-zhang", "wei-zhang-2"} < {*contacts(world)}


def test_a_namesake_comes_in_only_by_their_email(world, book):
    world.edit("last_met: 2026-09-14", "email: john@example.com")
    path = book("Name,Email\nJohn Doe,jd@example.org\n")
    world.ok("import", path, "--limit", "1", "--category", "leaders", "--yes")
    assert "jd@example.org" not in text(world)

    world.ok("import", path, "--pick", "JD@example.org", "--category", "leaders", "--yes")
    assert "john-doe-2" in contacts(world)


def test_what_a_card_tells_becomes_keys_of_the_contact(world):
    world.ok("import", BOOKS / "cards.vcf", "--limit", "3", "--category", "leaders", "--yes")

    assert "email: amara@example.ng, timezone: Africa/Lagos" in text(world)
    assert "milestones: {birthday: 03-14, anniversary: 2015-06-01}" in text(world)
    assert "city: Malmö" in text(world)
    assert world.run("check").status == 0


def test_a_year_that_is_still_to_come_is_left_out(world, book):
    path = book("Name,Birthday\nAda,2099-05-17\n")
    world.ok("import", path, "--limit", "1", "--category", "leaders", "--yes")

    assert "milestones: {birthday: 05-17}" in text(world)


def test_own_columns_are_mapped(world, book):
    path = book("Wer;Post\nAda Byron;ada@example.com\n")
    assert world.run("import", path).status == 2

    assert names(imported(world, path, "--map", "name=Wer", "--map", "email=Post")["new"]) == ["Ada Byron"]


def test_without_yes_the_change_is_only_shown(world):
    before = text(world)
    result = world.run("import", LINKEDIN, "--pick", "Ines", "--category", "leaders")

    assert "+  - {name: Ines Almeida, category: leaders" in result.out
    assert "nothing is changed; `--yes` does it" in result.err
    assert text(world) == before


def test_a_dry_run_writes_nothing(world):
    before = text(world)
    result = world.run("import", LINKEDIN, "--pick", "Ines", "--category", "leaders", "--yes", "--dry-run")

    assert "+  - {name: Ines Almeida" in result.out
    assert text(world) == before


def test_a_category_that_grows_beyond_its_keep_is_told(world):
    world.edit("channel: coffee,", "channel: coffee, keep: 2,")
    result = world.run("import", LINKEDIN, "--pick", "Ines", "--category", "recruiters")

    assert "recruiters would hold 3 people and is to keep 2" in result.err


def test_a_category_without_a_cadence_gets_contacts_with_one(world):
    world.edit("cadence: every 6 months, ", "")
    world.edit(
        "{name: Grace Liu, category: leaders}", "{name: Grace Liu, category: leaders, cadence: yearly}"
    )
    world.ok("import", LINKEDIN, "--pick", "Ines", "--category", "Leaders", "--yes")

    assert "category: leaders, cadence: quarterly" in text(world)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((LINKEDIN, "--pick", "Ines"), "--category is missing; the categories are recruiters, leaders"),
        ((LINKEDIN, "--limit", "2", "--yes"), "--category is missing"),
        ((LINKEDIN, "--limit", "2", "--pick", "Ines"), "--pick and --limit are two ways to choose"),
        ((LINKEDIN, "--category", "friends"), 'there is no category "friends"'),
        ((LINKEDIN, "--limit", MOST_AT_ONCE + 1), "is not in the range"),
        ((LINKEDIN, "--map", "Full Name"), "write WHAT=HEADING, WHAT one of name, first"),
        ((LINKEDIN, "--pick", "nobody", "--category", "leaders"), 'nobody in this file is called "nobody"'),
        (
            (LINKEDIN, "--pick", "Wei", "--category", "leaders"),
            "may be any of: Wei Zhang (Engineer, Contoso); Wei",
        ),
        (
            (LINKEDIN, "--pick", "Doe", "--category", "leaders"),
            "JOHN DOE is in the roster already, as john-doe",
        ),
        (("none.csv",), "there is no file none.csv; name the file that your address book was saved as"),
        (("nowhere/a.csv",), "there is no file nowhere/a.csv; there is no folder nowhere either; name"),
        (("netkep.yaml",), "there is no file netkep.yaml; did you mean netkeep.yaml?"),
        (
            ("netkeep.yaml/a.csv",),
            "Not a directory; name a file or a folder that you may read",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_told(world, arguments, words):
    before = text(world)
    result = world.run("import", *arguments)

    assert result.status == 2
    assert words in " ".join(result.err.split())
    assert text(world) == before


def test_a_file_of_nobody_is_told_with_its_reason(world, book):
    result = world.run("import", book("Wer;Post\nAda;x\n"))

    assert result.status == 2
    assert "people.csv:1:1: no column here is known to hold names" in result.err
    assert "error: nobody can be read from" in result.err


# At a terminal


def test_at_a_terminal_one_looks_about_and_chooses(world, answers):
    answers("talent", "1", "platform", "1", "", "2", "", "rec", "every 2 months", "y")

    out = world.ok("import", LINKEDIN)

    assert "chosen: Ines Almeida, Rahul Bose" in out
    added = text(world).splitlines()[-2:]
    assert "name: Ines Almeida, category: leaders, notes" in added[0]
    assert "name: Rahul Bose, category: recruiters, cadence: every 2 months" in added[1]


def test_a_slip_at_the_terminal_is_told_and_asked_again(world, answers):
    answers("7", "0", "plumber", "?", "1-2", "", "9", "x", "leaders", "evry month", "monthly", "", "", "y")

    out = world.ok("import", LINKEDIN)

    assert out.count("the numbers here go from 1 to 4") == 2
    assert 'nobody among them has "plumber"' in out
    assert "write a number from 1 to 2, or one of recruiters, leaders" in out
    assert 'cadence "evry month" is unknown' in out
    assert text(world).count("category: leaders") == 3


def test_enter_chooses_nobody(world, answers):
    before = text(world)
    answers("")

    assert "nobody is added" in world.run("import", LINKEDIN).err
    assert text(world) == before


def test_no_is_an_answer(world, answers):
    before = text(world)
    answers("", "n")

    assert (
        "nothing is changed" in world.run("import", LINKEDIN, "--pick", "Ines", "--category", "leaders").err
    )
    assert text(world) == before


def test_nobody_is_asked_for_json_or_with_yes(world, answers):
    assert imported(world, LINKEDIN)["chosen"] == []
    world.ok("import", LINKEDIN, "--pick", "Ines", "--category", "leaders", "--yes")

    assert "Ines Almeida" in text(world)


def test_yes_at_a_terminal_still_needs_a_category(world, answers):
    result = world.run("import", LINKEDIN, "--pick", "Ines", "--yes")

    assert result.status == 2
    assert "--category is missing" in result.err


def test_a_roster_without_contacts_gets_its_first(world):
    head, _, _ = text(world).partition("contacts:")
    world.write(head)
    world.ok("import", LINKEDIN, "--pick", "Ines", "--category", "leaders", "--yes")

    assert {*contacts(world)} == {"ines-almeida"}


def test_whoever_is_picked_twice_comes_in_once(world):
    world.ok("import", LINKEDIN, "--pick", "Ines", "--pick", "Almeida", "--category", "leaders", "--yes")

    assert text(world).count("Ines Almeida") == 1


def test_every_option_is_told():
    options = [one.opts[0] for one in import_.params if one.name not in {"file", "config", "as_of"}]

    assert [one for one in options if f"{one}" not in TOLD] == []
