"""What JSON.md shows is what the commands print: every key of it, and no other."""

import json
import re
from datetime import timedelta

import pytest

from tests.cli.test_capacity import TIGHT, crowd
from tests.conftest import ROSTER
from tests.docs.documents import ROOT, blocks
from tests.docs.shapes import differences, filled, paths, read

TEXT = (ROOT / "netkeep_sync" / "cli" / "JSON.md").read_text(encoding="utf-8")
SHOWN = {words.split()[0]: shape for words, _, shape in (one.partition("\n") for one in blocks(TEXT, "text"))}

BUSY = """
    roster: test
    owner: {name: Ana Kaya, email: ana@example.com}
    timezone: Europe/Berlin
    busy: meetings.ics
    categories:
      recruiters: {cadence: quarterly, channel: coffee, keep: 1, ask: [What roles?], offer: [An introduction]}
      leaders: {cadence: every 6 months, channel: video}
    contacts:
      - {name: John Doe, category: recruiters, last_met: 2026-09-14, email: john@example.com,
         milestones: {birthday: 12-15}}
      - {name: Joan Díaz, category: recruiters, last_met: 2026-10-05, email: joan@example.com}
      - {name: Grace Liu, category: leaders}
    bench:
      - {name: Mia Novak, category: leaders, again: 2027-02-01}
    """

MEETING = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20261101T000000Z
DTSTART:20261120T090000Z
DTEND:20261120T100000Z
SUMMARY:Lunch with Joan Díaz
END:VEVENT
END:VCALENDAR
"""

BOOK = """Name,Email,Company
John Doe,john@other.example,Acme
Joan Díaz,joan@example.com,Initech
Ines Almeida,ines@example.com,Fjord
"""


def printed(world, *words, as_of="2026-11-23"):
    return json.loads(world.ok(*words, "--json", as_of=as_of))


def met(world):
    """Promise, give, ask and meet, here and in an address book."""
    (world.folder / "meetings.ics").write_text(MEETING, encoding="utf-8")
    world.write(BUSY)
    world.ok("export", "-o", "a.ics")
    world.ok(
        "done", "john", "--on", "2026-11-20", "--gave", "A book", "--asked", "Help", "--promised", "Slides"
    )
    world.ok("done", "john", "--on", "2026-11-20", "--they-promised", "A paper")


def planned(world):
    yield printed(world, "plan")
    crowd(world)
    yield printed(world, "plan")
    world.edit("per_day: 1, per_week: 1}", "per_day: 1, per_week: 3, minutes_per_month: 300}")
    yield printed(world, "plan")
    world.edit("per_week: 3, minutes_per_month: 300}", "per_week: 1}\navailability: {days: [tue]}")
    yield printed(world, "plan")
    world.write(ROSTER)
    world.edit("timezone: Europe/Berlin", TIGHT)
    world.edit("cadence: every 6 months", "cadence: weekly")
    yield printed(world, "plan")


def explained(world):
    yield printed(world, "explain", "john", as_of="2026-11-23")
    world.edit("timezone:", "availability: {away: [2027-05-25..2027-07-15]}\ntimezone:")
    yield printed(world, "explain", "john")


def replanned(world):
    world.ok("export", "-o", "a.ics")
    world.ok("export", "-o", "a.ics", as_of="2027-07-01")
    yield printed(world, "replan", "--dry-run", "--nothing-since", "2026-11-23", as_of="2027-07-01")


def imported(world):
    met(world)
    (world.folder / "people.csv").write_text(BOOK, encoding="utf-8")
    yield printed(world, "import", "people.csv", "--pick", "Ines", "--category", "leaders")


def fed(world):
    yield printed(world, "feed")


def stood(world):
    met(world)
    yield printed(world, "status")
    yield printed(world, "status", as_of="2027-07-01")


def told(world):
    met(world)
    yield printed(world, "history")


def briefed(world):
    met(world)
    yield printed(world, "brief", "john")


def reviewed(world):
    met(world)
    yield printed(world, "review", as_of="2027-04-10")


def synced(google):
    google.world.edit("timezone:", "availability: {away: [2027-06-01..2027-07-15]}\ntimezone:")
    yield google.json()
    google.fake.user.move(google.occurrence("John"), google.now + timedelta(days=17, hours=5))
    google.world.edit("channel: video", "channel: coffee")
    yield google.json()
    text = google.world.path.read_text()
    google.world.path.write_text("".join(one for one in text.splitlines(True) if "Joan" not in one))
    yield google.json()


def examined(world):
    yield json.loads(world.run("doctor", "--json").out)


PRINTED = {
    "plan": planned,
    "explain": explained,
    "replan": replanned,
    "import": imported,
    "feed": fed,
    "status": stood,
    "history": told,
    "brief": briefed,
    "review": reviewed,
    "sync": synced,
    "doctor": examined,
}


@pytest.mark.parametrize("command", SHOWN)
def test_the_keys_that_are_shown_are_those_that_are_printed(world, command, request):
    machine = request.getfixturevalue("google") if command == "sync" else world
    shape = read(SHOWN[command])
    seen = set()
    for document in PRINTED[command](machine):
        assert [*differences(shape, document)] == []
        seen |= {*filled(document)}

    assert {*paths(shape)} - seen == set(), "no document here has these: give it one that does"


def test_every_command_that_prints_json_is_shown():
    offered = {
        path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "netkeep_sync" / "cli").glob("*.py")
    }
    names = {{"importing": "import"}.get(name, name) for name, text in offered.items() if '"--json"' in text}

    assert names == {*SHOWN, "capacity"}
    assert {one.split()[0] for one in re.findall(r"^## (.+)$", TEXT, re.MULTILINE)} >= names
