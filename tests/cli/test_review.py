"""`review`: the regular look at the list."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

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

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


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


def test_the_json_has_the_keys_that_readme_shows(world):
    a_year_later(world)
    [shown] = re.findall(r"^review  (\{.*?\}\})$", README, re.DOTALL | re.MULTILINE)
    document = json.loads(world.ok("review", "--json", as_of="2026-10-10"))
    person = document["contacts"][0]
    keys = [*document, *document["period"], *document["tally"], *person, *person["proposal"]]
    keys += [*document["categories"][0], *document["wanted_per_month"], *document["declared"]]

    assert all(f'"{key}"' in shown for key in keys)
    assert [one["proposal"]["kind"] for one in document["contacts"]] == ["keep", "retire"]
    assert document["period"] == {"from": "2026-07-01", "to": "2026-10-01"}


def test_looking_makes_no_database(world):
    world.write(ROSTER)
    world.ok("review")

    assert not world.state.exists()
