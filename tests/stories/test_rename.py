"""A person keeps their history over a rename, as long as their email (or id) stays."""

import json
import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from netkeep_sync.service.keeper import Keeper
from netkeep_sync.service.workspace import open_workspace

ROSTER = """
    roster: test
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    categories:
      peers: {cadence: quarterly, channel: coffee}
    contacts:
      - {name: John Doe, category: peers, email: john@example.com}
      - {name: Grace Liu, category: peers, email: grace@example.com}
      - {name: Ada Byron, category: peers}
    """


@pytest.fixture
def known(world):
    """Return the world after a meeting with John and a pass."""
    world.write(ROSTER)
    world.ok("done", "john", "--on", "2026-11-16", "--note", "Moved to Acme.")
    export(world)
    return world


def export(world):
    world.ok("export", "-o", "checkins.ics")
    return unfolded((world.folder / "checkins.ics").read_bytes())


def unfolded(document):
    return document.decode().replace("\r\n ", "").replace("\r\n", "\n")


def uids(document):
    """Return the UIDs on the calendar by title."""
    events = re.findall(r"BEGIN:VEVENT.*?END:VEVENT", document, re.DOTALL)
    return {re.findall(r"SUMMARY:(.*)", event)[0]: re.findall(r"UID:(.*)", event)[0] for event in events}


def starts(document):
    return sorted(re.findall(r"DTSTART.*", document))


def last_met(world):
    return {one["name"]: one["last_met"] for one in json.loads(world.ok("status", "--json"))["contacts"]}


def remembered(world):
    """Return the people in the database: name and email by key."""
    with closing(sqlite3.connect(world.state / "netkeep.db")) as database:
        return {
            key: rest for key, *rest in database.execute("SELECT key, name, email FROM contact ORDER BY key")
        }


def test_a_rename_with_the_same_email_keeps_the_events_and_the_history(known):
    before = export(known)
    known.edit("John Doe", "John Smith")
    after = export(known)

    assert uids(after)["Coffee with John Smith"] == uids(before)["Coffee with John Doe"]
    assert len(uids(after)) == len(uids(before))
    assert starts(after) == starts(before)
    assert "Moved to Acme." in after
    assert last_met(known) == {"John Smith": "2026-11-16", "Grace Liu": None, "Ada Byron": None}


def test_a_second_pass_after_a_rename_writes_nothing(known):
    known.edit("John Doe", "John Smith")
    first, people = export(known), remembered(known)
    told = known.run("export", "-o", "checkins.ics").err

    assert "0 updated, 0 removed" in told
    assert export(known) == first
    assert remembered(known) == people
    assert people["john-doe"] == ["John Smith", "john@example.com"]


def test_a_rename_without_an_email_makes_a_new_person(known):
    known.edit("Ada Byron", "Ada Lovelace")
    before, after = remembered(known), uids(export(known))

    assert "Coffee with Ada Byron" not in after
    assert "Coffee with Ada Lovelace" in after
    assert remembered(known) == before | {"ada-lovelace": ["Ada Lovelace", ""]}


def test_an_id_with_the_old_key_keeps_the_events_where_there_is_no_email(known):
    before = uids(export(known))
    known.edit("name: Ada Byron", "name: Ada Lovelace, id: ada-byron")

    assert uids(export(known))["Coffee with Ada Lovelace"] == before["Coffee with Ada Byron"]


def test_an_email_changes_and_later_the_name(known):
    before = uids(export(known))
    known.edit("john@example.com", "john@acme.example")
    export(known)
    known.edit("John Doe", "John Smith")

    assert uids(export(known))["Coffee with John Smith"] == before["Coffee with John Doe"]


def test_somebody_new_takes_over_a_freed_name(known):
    before = uids(export(known))
    known.edit("John Doe", "John Smith")
    export(known)
    known.edit("- {name: Ada", "- {name: John Doe, category: peers}\n  - {name: Ada")
    after = uids(export(known))

    assert after["Coffee with John Smith"] == before["Coffee with John Doe"]
    assert after["Coffee with John Doe"] not in before.values()
    assert last_met(known)["John Doe"] is None
    assert uids(export(known)) == after


def test_two_people_swap_their_names(known):
    before = uids(export(known))
    known.edit("John Doe", "x")
    known.edit("Grace Liu", "John Doe")
    known.edit("x,", "Grace Liu,")
    after = uids(export(known))

    assert after["Coffee with Grace Liu"] == before["Coffee with John Doe"]
    assert after["Coffee with John Doe"] == before["Coffee with Grace Liu"]
    assert last_met(known)["Grace Liu"] == "2026-11-16"


def test_somebody_leaves_and_comes_back_under_a_new_name(known):
    line = "- {name: John Doe, category: peers, email: john@example.com}"
    known.edit(line, "# ")
    export(known)
    known.edit("# ", line.replace("Doe", "Smith"))
    export(known)

    assert last_met(known)["John Smith"] == "2026-11-16"


def test_everybody_is_renamed_and_nothing_is_refused(known):
    known.edit("- {name: Ada Byron, category: peers}", "")
    export(known)
    known.edit("John Doe", "John Smith")
    known.edit("Grace Liu", "Grace Wu")

    assert set(uids(export(known))) == {"Coffee with John Smith", "Coffee with Grace Wu"}


def test_looking_at_a_rename_shows_the_history_and_records_nothing(known):
    before = remembered(known)
    known.edit("John Doe", "John Smith")
    known.ok("plan")

    assert last_met(known)["John Smith"] == "2026-11-16"
    assert remembered(known) == before


@pytest.mark.parametrize("words", ["john smith", "john-doe"])
def test_an_answer_right_after_a_rename_reaches_the_person(known, words):
    known.edit("John Doe", "John Smith")
    known.ok("done", words, "--on", "2026-11-20")

    assert last_met(known)["John Smith"] == "2026-11-20"


def test_an_answer_by_name_goes_to_who_has_the_name_now(known):
    known.edit("John Doe", "John Smith")
    known.edit("- {name: Ada", "- {name: John Doe, category: peers}\n  - {name: Ada")
    known.ok("done", "john doe", "--on", "2026-11-20")

    met = last_met(known)
    assert (met["John Doe"], met["John Smith"]) == ("2026-11-20", "2026-11-16")


def test_the_last_good_plan_of_a_broken_file_keeps_the_history(known):
    known.edit("John Doe", "John Smith")
    export(known)
    known.edit("quarterly", "quaterly")
    result = known.run("status", "--json")

    [smith] = [one for one in json.loads(result.out)["contacts"] if one["name"] == "John Smith"]
    assert (smith["contact"], smith["last_met"]) == ("john-doe", "2026-11-16")


def test_a_rename_while_the_feed_is_served_keeps_its_events(known):
    workspace = open_workspace(known.path, today=date(2026, 11, 23), environ=dict(os.environ))
    keeper = Keeper(
        workspace,
        every=timedelta(hours=1),
        environ=dict(os.environ),
        clock=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC),
    )
    with closing(keeper):
        keeper.start()
        before = uids(unfolded(keeper.view.feed.document))
        known.edit("John Doe", "John Smith")
        keeper.tick()
        after = uids(unfolded(keeper.view.feed.document))

    assert keeper.view.problem == ""
    assert after["Coffee with John Smith"] == before["Coffee with John Doe"]
