"""`review`: the regular look at the list."""

import json
from datetime import UTC, date, datetime, timedelta
from textwrap import dedent

import pytest

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.review import Stretch, Swap
from netkeep_sync.service.outlook import look
from netkeep_sync.service.review_patch import with_changes
from netkeep_sync.service.workspace import open_workspace
from netkeep_sync.store.empty_store import EmptyStore
from tests.core.builders import plain

ROSTER = """
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    categories:
      recruiters: {cadence: monthly, channel: coffee, keep: 1}
      peers: {cadence: monthly, channel: coffee, keep: 3}
      vendors: {cadence: quarterly, channel: lunch, keep: 2}
    contacts:
      - {name: John Doe, category: recruiters, last_met: 2025-10-02}
      - {name: Tomás Rivera, category: peers}
    """

REVIEWED = f"{ROSTER}review: quarterly\n    "


def a_year_later(world):
    """A year in which John came every month, and Tomás never."""
    world.write(ROSTER)
    world.ok("export", as_of="2025-11-10")
    for week in range(1, 48, 2):
        today = (date(2025, 11, 10) + timedelta(weeks=week)).isoformat()
        lately = json.loads(world.ok("status", "--json", as_of=today))["lately"]
        for one in lately:
            if one["contact"] == "tomas-rivera" and one["result"] == "held":
                world.ok("missed", "tomás", "--on", one["day"], as_of=today)


def test_an_empty_list_has_nothing_to_review(world):
    world.write(ROSTER.partition("    contacts:")[0])

    assert world.ok("review") == ("Nobody is in the roster yet. Add one or two people under `contacts:`.\n")


def test_a_new_list_is_kept_as_it_is(world):
    world.write(ROSTER)

    assert world.ok("review", as_of="2025-11-10").splitlines() == [
        "Your network in July to September 2025",
        "  No check-in came round.",
        "  Your list wants 2 check-ins and 1.5 hours a month; you have time for 3 a week.",
        "  Never met: Tomás Rivera.",
        "  Categories: peers thin, 1 of 3; vendors is empty.",
        "",
        "Nothing asks for a change.",
        "",
        "To keep",
        "  John Doe (recruiters)",
        "      no check-in has come round yet",
        "      set monthly",
        "  Tomás Rivera (peers)",
        "      no check-in has come round yet",
        "      set monthly",
    ]


def test_what_asks_for_a_change_stands_first(world):
    a_year_later(world)
    told = world.ok("review", as_of="2026-10-10").splitlines()

    assert told[told.index("Worth a change") + 1] == "  Tomás Rivera (peers): retire"
    assert told[told.index("To keep") + 1] == "  John Doe (recruiters)"
    assert "      monthly, as it is set; in this time 3 kept (none confirmed)" in told
    assert max(map(len, told)) <= 80


def test_the_json_says_what_is_proposed_and_of_which_time(world):
    a_year_later(world)
    document = json.loads(world.ok("review", "--json", as_of="2026-10-10"))

    assert [one["proposal"]["kind"] for one in document["contacts"]] == ["keep", "retire"]
    assert document["period"] == {"from": "2026-07-01", "to": "2026-10-01"}


def test_looking_makes_no_database(world):
    world.write(ROSTER)
    world.ok("review")

    assert not world.state.exists()


# -- applying it --------------------------------------------------------------------------------------


def test_the_diff_is_shown_and_nothing_is_written_unasked(world):
    a_year_later(world)
    before = world.path.read_bytes()
    result = world.run("review", "--apply", as_of="2026-10-10")

    assert "-  - {name: Tomás Rivera, category: peers}" in result.out.splitlines()
    assert result.err == "nothing is changed; `--yes` does it\n"
    assert world.path.read_bytes() == before


def test_yes_writes_what_is_proposed_and_nothing_else(world):
    a_year_later(world)
    lines = world.path.read_text(encoding="utf-8").splitlines()
    world.ok("review", "--apply", "--yes", as_of="2026-10-10")

    assert world.path.read_text(encoding="utf-8").splitlines() == lines[:-1]


def test_what_is_written_is_on_the_calendar_at_once(world):
    a_year_later(world)
    world.path.write_text(
        f"{world.path.read_text(encoding='utf-8')}calendars: [ics: a.ics]\n", encoding="utf-8"
    )
    world.ok("sync", as_of="2026-10-10")
    result = world.run("review", "--apply", "--yes", as_of="2026-10-10")

    assert "\nics\n  - Coffee with Tomás Rivera\n" in result.out
    assert result.err == f"wrote {world.path}\nics: 0 created, 0 updated, 1 removed\n"
    assert "0 created, 0 updated, 0 removed" in world.run("sync", as_of="2026-10-10").err


def test_who_comes_back_instead_is_paused_no_more(world):
    a_year_later(world)
    tended = ("add Eve Sol --category peers --yes", "pause eve", "rest eve --yes")
    for words in tended:
        world.ok(*words.split(), as_of="2026-10-10")
    out = world.ok("review", "--apply", "--yes", as_of="2026-10-10")
    contacts = json.loads(world.ok("status", "--json", as_of="2026-10-10"))["contacts"]

    assert "+ Coffee with Eve Sol: " in out
    assert {one["contact"]: one["state"] for one in contacts}["eve-sol"] == "never met"


def test_a_dry_run_only_shows(world):
    a_year_later(world)
    before = world.path.read_bytes()

    assert "Tomás" in world.ok("review", "--apply", "--dry-run", as_of="2026-10-10")
    assert world.path.read_bytes() == before


def test_only_whom_one_names_is_changed(world):
    a_year_later(world)
    before = world.path.read_bytes()
    result = world.run("review", "--apply", "--yes", "--only", "john", as_of="2026-10-10")

    assert result.err == "nothing is changed: the review proposes to keep them all\n"
    assert world.path.read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [("--yes",), ("--only", "john"), ("--dry-run",), ("--apply", "--json"), ("--book", "--json")]
)
def test_options_that_do_not_go_together_are_refused(world, arguments):
    assert world.run("review", *arguments).status == 2


# -- on the calendar ----------------------------------------------------------------------------------


def entries(world, **when):
    text = world.ok("export", "-o", "-", **when).replace("\r\n ", "").replace("\r\n", "\n")
    return [one for one in text.split("BEGIN:VEVENT") if "SUMMARY:Review of your network" in one]


def test_the_review_stands_on_the_calendar_with_the_dossier_in_short(world):
    world.write(REVIEWED)
    [entry] = entries(world, as_of="2025-11-10")

    assert "RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=2M" in entry
    assert "Never met: Tomás Rivera." in entry.replace("\\,", ",")


def test_it_is_told_apart_from_the_check_ins(world):
    world.write(REVIEWED)
    world.path.write_text(
        f"{world.path.read_text(encoding='utf-8')}calendars: [ics: a.ics, {{ics: b.ics, show: busy}}]\n",
        encoding="utf-8",
    )
    day = {"as_of": "2025-11-10"}
    busy = "ics:busy: 2 created, 0 updated, 0 removed\n"

    would = world.run("sync", "--dry-run", **day).err
    assert "ics: would create 2, update 0, remove 0; create the review\n" in would
    assert world.run("sync", **day).err == f"ics: 2 created, 0 updated, 0 removed; the review created\n{busy}"
    assert "0 removed; the review updated\n" in world.run("export", as_of="2026-01-01").err
    assert "2 series and 4 facts about 2 people, and the review" in world.ok("backup", "b.backup", **day)

    world.edit("review: quarterly", "review: off")
    assert "0 removed; the review removed\n" in world.run("sync", as_of="2026-01-01").err


def test_nothing_changes_from_day_to_day(world):
    world.write(REVIEWED)
    before = entries(world, as_of="2025-11-10")
    told = world.run("export", "-o", "a.ics", as_of="2025-11-12").err

    assert "0 created, 0 updated, 0 removed\n" in told
    assert entries(world, as_of="2025-11-12") == before


def test_a_new_quarter_is_news(world):
    world.write(REVIEWED)
    entries(world, as_of="2025-11-10")
    [entry] = entries(world, as_of="2026-01-01")

    assert "October to December 2025" in entry


def test_less_than_everything_shows_no_review(world):
    calendars = "[{ics: all.ics}, {ics: some.ics, show: first-name}, {ics: busy.ics, show: busy}]"
    world.write(f"{REVIEWED}calendars: {calendars}\n")
    world.ok("export", as_of="2025-11-10")
    holding = [
        name
        for name in ("all.ics", "some.ics", "busy.ics")
        if "Review" in (world.folder / name).read_text(encoding="utf-8")
    ]

    assert holding == ["all.ics"]


def test_nobody_of_a_list_is_the_review(world):
    world.write(ROSTER)
    without = [world.ok(*words, as_of="2025-11-10") for words in (("plan", "--json"), ("status", "--json"))]
    world.write(REVIEWED)
    world.ok("export", "-o", "a.ics", as_of="2025-11-10")

    assert [world.ok("plan", "--json", as_of="2025-11-10"), world.ok("capacity", as_of="2025-11-10")][0] == (
        without[0]
    )
    assert [one["contact"] for one in json.loads(world.ok("status", "--json"))["contacts"]] == [
        one["contact"] for one in json.loads(without[1])["contacts"]
    ]


def test_booking_tells_how_it_is(world):
    world.write(ROSTER)
    off = world.run("review", "--book")
    world.write(REVIEWED)

    assert off.status != 0
    assert 'the file has no "review: quarterly"' in off.err
    assert world.run("review", "--book").err == "The review stands in your calendar.\n"


SWAP = """
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    categories:
      peers: {cadence: quarterly, channel: coffee}
      vendors: {cadence: quarterly, channel: lunch, keep: 2}
    contacts:
      - {name: Mia Novak, category: vendors}
      # an old friend
      - {name: John Doe, category: peers}  # since 2019
    bench:
      - name: Eve Sol
        category: peers
        again: 2026-05-01
    """


def test_each_kind_of_change_is_written_as_a_person_would(world):
    world.write(SWAP)
    workspace = open_workspace(world.path, today=date(2026, 10, 10), environ={})
    outlook = look(workspace.roster, EmptyStore(), now=datetime(2026, 10, 10, tzinfo=UTC))
    swap = Swap(
        contact="john-doe",
        name="John Doe",
        reason=plain(""),
        instead="eve-sol",
        instead_name="Eve Sol",
        again_on=date(2027, 4, 1),
    )
    stretch = Stretch(
        contact="mia-novak", name="Mia Novak", reason=plain(""), cadence=parse_cadence("every 5 months")
    )
    text = with_changes(workspace, outlook, [swap, stretch])

    assert text.partition("contacts:\n")[2] == dedent(
        """\
          - {name: Mia Novak, category: vendors, cadence: every 5 months}
          - name: Eve Sol
            category: peers
        bench:
          # an old friend
          - {name: John Doe, category: peers, again: 2027-04-01}  # since 2019
        """
    )
