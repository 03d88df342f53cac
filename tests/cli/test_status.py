"""`status`: what it says of snoozes, of skips, and of coming back."""

import json

SOON = "2026-12-16"


def states(world, *, as_of):
    contacts = json.loads(world.ok("status", "--json", as_of=as_of))["contacts"]
    return {one["contact"]: one for one in contacts}


def test_json_has_exactly_the_promised_keys(world):
    document = json.loads(world.ok("status", "--json"))

    assert list(document) == [
        *("as_of", "timezone", "contacts", "bench", "promises", "lately", "found"),
        *("numbers", "last_pass", "last_good_pass", "problems"),
    ]
    assert list(document["contacts"][0]) == [
        *("contact", "name", "category", "cadence", "cadence_in_roster", "state", "last_met"),
        *("evidence", "due", "slip", "snoozed_until", "skips_in_a_row", "asks_in_a_row", "next"),
    ]


BENCH = """bench:
  - {name: Mia Novak, category: leaders, last_met: 2026-05-04, again: 2026-11-02}
  - {name: Omar Haddad, category: leaders, again: 2027-06-01}
  - {name: Bao Tran, category: recruiters}
"""


def test_who_rests_is_told_with_the_day_to_look_again(world):
    world.edit("contacts:", BENCH + "contacts:")
    said = " ".join(world.ok("status").split())

    assert "Mia Novak, last met Mon 4 May; to be looked at again since Mon 2 Nov: `netkeep-sync" in said
    assert "Omar Haddad; look again Tue 1 Jun 2027 Bao Tran" in said
    assert said.endswith("3 resting")
    bench = json.loads(world.ok("status", "--json"))["bench"]
    assert [one["contact"] for one in bench] == ["mia-novak", "omar-haddad", "bao-tran"]
    assert bench[0] == {
        "contact": "mia-novak",
        "name": "Mia Novak",
        "category": "leaders",
        "last_met": "2026-05-04",
        "again": "2026-11-02",
    }


def test_who_rests_has_no_check_in_and_fills_no_category(world):
    world.edit("contacts:", BENCH + "contacts:")
    capacity = json.loads(world.ok("capacity", "--json"))

    assert "Mia" not in world.ok("plan")
    assert {one["category"]: one["contacts"] for one in capacity["categories"]} == {
        "leaders": 1,
        "recruiters": 2,
    }


def test_json_tells_the_numbers_of_every_quarter(world):
    world.ok("done", "john", "--on", "2026-11-20", "--gave", "A book", "--promised", "Slides")
    world.ok("log", "joan", "--on", "2026-11-19", "--asked", "Help")
    text = world.path.read_text()
    world.path.write_text("".join(line for line in text.splitlines(True) if "Joan" not in line))
    numbers = json.loads(world.ok("status", "--json"))["numbers"]

    assert numbers["quarters"][-1] == {
        "quarter": "2026-Q4",
        "held": 2,
        "skipped": 0,
        "missed": 0,
        "unknown": 0,
        "promised": 1,
        "kept": 0,
        "they_promised": 0,
        "they_kept": 0,
        "gave": 1,
        "asked": 1,
    }
    assert numbers["in_touch"][-2:] == [
        {"category": "leaders", "quarter": "2026-Q3", "in_touch": 0, "people": 0},
        {"category": "leaders", "quarter": "2026-Q4", "in_touch": 0, "people": 1},
    ]
    assert numbers["ties"][0] == {
        "contact": "john-doe",
        "first_met": "2026-09-14",
        "last_met": "2026-11-20",
        "meetings": 2,
    }


def test_a_snooze_is_told_with_its_end(world):
    world.ok("export", "-o", "a.ics")
    world.ok("snooze", "john", "--until", "2027-01-11")

    assert "snoozed until Mon 11 Jan" in " ".join(world.ok("status").split())
    assert states(world, as_of="2026-11-23")["john-doe"]["snoozed_until"] == "2027-01-11"


def test_skips_are_told_from_the_second_in_a_row_on(world):
    world.edit("recruiters: {cadence: quarterly", "recruiters: {cadence: monthly")
    world.ok("export", "-o", "a.ics")
    world.ok("skip", "john")
    assert "in a row" not in world.ok("status")

    world.ok("skip", "john")

    assert "skipped 2 times in a row" in " ".join(world.ok("status").split())
    assert states(world, as_of="2026-11-23")["john-doe"]["skips_in_a_row"] == 2


def test_replan_is_offered_when_more_than_a_third_are_left_behind(world):
    world.ok("export", "-o", "a.ics")
    assert "netkeep-sync replan" not in world.ok("status")
    world.ok("skip", "john")
    world.ok("skip", "joan")

    assert "`netkeep-sync replan` spreads them" in world.ok("status", as_of="2027-02-10")


def test_replan_is_not_offered_once_it_is_done(world):
    world.ok("export", "-o", "a.ics")
    world.ok("skip", "john")
    world.ok("skip", "joan")
    world.ok("replan", "--yes", as_of="2027-02-10")

    assert "netkeep-sync replan" not in world.ok("status", as_of="2027-02-10")
    assert states(world, as_of="2027-02-10")["john-doe"]["state"] == "overdue"


def test_another_email_of_the_owner_is_a_mistake_in_the_file(world):
    world.edit("roster: test", "")
    world.ok("sync")
    world.edit("ana@example.com", "ana@example.org")

    for command in (("status",), ("sync",), ("done", "john")):
        result = world.run(*command)
        assert result.status == 2
        assert 'write "roster: ana-example-com" into it to keep what is remembered' in result.err


def test_an_empty_list_is_told_how_to_begin(world):
    world.write("owner: {name: Ana Kaya}\ntimezone: Europe/Berlin\n")
    assert world.ok("status") == "Nobody is in the roster yet. Add one or two people under `contacts:`.\n"
