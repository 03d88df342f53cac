"""What else is on the owner's calendars: check-ins keep off it, and what was held there counts once."""

import json
import os
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from netkeep_sync.service.keeper import Keeper
from netkeep_sync.service.workspace import open_workspace

ROSTER = """
    roster: test
    owner: {name: Ana Kaya, email: ana@example.com}
    timezone: Europe/Berlin
    busy: [work.ics]
    categories:
      recruiters: {cadence: quarterly, channel: coffee}
    contacts:
      - {name: John Doe, category: recruiters, last_met: 2026-09-14}
      - {name: Joan Díaz, category: recruiters, last_met: 2026-10-05, email: joan@example.com}
    """
TRUSTING = ROSTER.replace("busy: [work.ics]", "busy: {from: work.ics, trust: true}")


class Work:
    """The owner's other calendar, a file."""

    def __init__(self, world):
        self._world = world
        self._path = world.folder / "work.ics"
        self.events = {}
        world.write(ROSTER)
        self.write()

    def write(self):
        body = "".join(f"BEGIN:VEVENT\r\n{one}END:VEVENT\r\n" for one in self.events.values())
        self._path.write_bytes(f"BEGIN:VCALENDAR\r\n{body}END:VCALENDAR\r\n".encode())

    def add(self, title, start, end, *lines, uid=""):
        """Book "2026-12-14 08:00" to "09:30" by Berlin's clock."""
        day, _, hour = start.partition(" ")
        stamps = (f"{day}T{at}00".replace("-", "").replace(":", "") for at in (hour, end))
        span = (
            f"{name};TZID=Europe/Berlin:{at}" for name, at in zip(("DTSTART", "DTEND"), stamps, strict=True)
        )
        uid = uid or title
        self.events[uid] = "\r\n".join([f"UID:{uid}", f"SUMMARY:{title}", *span, *lines, ""])
        self.write()

    def drop(self, uid):
        del self.events[uid]
        self.write()

    def lose(self):
        self._path.unlink()


@pytest.fixture
def work(world):
    return Work(world)


def starts(world, key="john-doe", *, as_of="2026-11-23"):
    document = json.loads(world.ok("plan", "--json", as_of=as_of))
    return [one["start"][:16].replace("T", " ") for one in document["occurrences"] if one["contact"] == key]


def status(world, *, as_of="2026-11-23"):
    return json.loads(world.ok("status", "--json", as_of=as_of))


def found(world, *, as_of="2026-11-23"):
    return [(one["contact"], one["day"], one["title"]) for one in status(world, as_of=as_of)["found"]]


def last_met(world, key="john-doe", *, as_of="2026-11-23"):
    [one] = [one for one in status(world, as_of=as_of)["contacts"] if one["contact"] == key]
    return one["last_met"], one["evidence"]


def exported(world, *, as_of="2026-11-23"):
    world.ok("export", "-o", "checkins.ics", as_of=as_of)
    return (world.folder / "checkins.ics").read_bytes()


# -- keeping off booked time ----------------------------------------------------------------------


def test_a_new_check_in_keeps_off_what_is_booked(world, work):
    assert starts(world)[0] == "2026-12-14 08:30"
    work.add("Dentist", "2026-12-14 08:00", "09:30")
    assert starts(world)[0] == "2026-12-15 08:30"


def test_a_standing_one_moves_and_says_why_and_comes_to_rest(world, work):
    exported(world)
    work.add("Dentist", "2026-12-14 08:00", "09:00")
    assert starts(world)[0] == "2026-12-14 09:00"
    assert "you are booked at 08:30, moved to 09:00" in " ".join(world.ok("plan").split())
    first = exported(world)
    assert exported(world) == first


def test_one_that_is_frozen_stays(world, work):
    exported(world)
    work.add("Dentist", "2026-12-14 08:00", "09:30")
    exported(world, as_of="2026-12-08")
    assert starts(world, as_of="2026-12-08")[0] == "2026-12-14 08:30"


def test_our_own_check_ins_in_that_calendar_are_not_in_their_own_way(world, work):
    world.ok("export", "-o", "work.ics")
    planned = starts(world)
    world.ok("export", "-o", "work.ics")
    assert starts(world) == planned


def test_a_calendar_that_cannot_be_read_is_told_and_moves_nothing(world, work):
    exported(world)
    for day in range(1, 29):
        work.add(str(day), f"2026-12-{day:02} 08:00", "10:30")
    work.add("Old year", "2026-11-30 08:00", "10:30")
    before = exported(world)
    assert starts(world)[0] > "2027-01"
    work.lose()
    result = world.run("export", "-o", "checkins.ics")
    assert result.status == 0
    assert "the busy calendar work.ics can't be read: No such file or directory" in result.err
    assert (world.folder / "checkins.ics").read_bytes() == before
    assert "work.ics can't be read" in " ".join(status(world)["problems"])


def test_every_command_that_plans_knows_of_booked_time(world, work):
    exported(world)
    work.add("Dentist", "2026-12-14 08:00", "09:00")
    assert "09:00" in world.ok("pause", "joan") + world.ok("resume", "joan") + world.ok("explain", "john")
    world.ok("replan", "--dry-run")
    assert starts(world)[0] == "2026-12-14 09:00"


# -- meetings that were held ----------------------------------------------------------------------


def test_a_meeting_with_a_contact_is_offered_and_counts_once_confirmed(world, work):
    exported(world)
    work.add("Coffee with John Doe", "2026-11-03 12:00", "12:30")
    told = " ".join(world.ok("status").split())
    assert "Coffee with John Doe, with John Doe" in told
    assert "`netkeep-sync done john-doe --on 2026-11-03`" in told
    assert last_met(world) == ("2026-09-14", "confirmed")

    world.ok("done", "john-doe", "--on", "2026-11-03")

    assert last_met(world) == ("2026-11-03", "confirmed")
    assert found(world) == []


def test_it_is_found_by_the_email_of_whoever_was_asked(world, work):
    work.add("1:1", "2026-11-03 12:00", "12:30", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:Joan@example.com")
    assert found(world) == [("joan-diaz", "2026-11-03", "1:1")]


@pytest.mark.parametrize(
    ("day", "line"),
    [
        ("2026-11-24", ""),
        ("2026-11-03", "STATUS:CANCELLED"),
        ("2026-11-03", "ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.com"),
        ("2026-11-03", "TRANSP:TRANSPARENT"),
        ("2026-09-01", ""),
    ],
)
def test_a_future_a_cancelled_a_declined_and_an_old_one_is_not(world, work, day, line):
    work.add("Coffee with John Doe", f"{day} 12:00", "12:30", *filter(None, [line]))
    assert found(world) == []


@pytest.mark.parametrize("command", ["missed", "skip"])
def test_an_offer_is_dismissed_and_does_not_come_back_wherever_it_is_moved(world, work, command):
    exported(world)
    work.add("Farewell of John Doe", "2026-11-03 12:00", "12:30", uid="farewell")
    assert "no meeting on Tue 3 Nov" in world.ok(command, "john", "--on", "2026-11-03")
    assert found(world) == []
    work.add("Goodbye to John Doe", "2026-11-05 12:00", "12:30", uid="farewell")
    assert found(world) == []
    work.add("Lunch John Doe", "2026-11-06 12:00", "12:30")
    assert found(world) == [("john-doe", "2026-11-06", "Lunch John Doe")]


def test_a_dismissed_offer_is_neither_a_skip_nor_a_miss(world, work):
    exported(world)
    planned = starts(world)
    work.add("Farewell of John Doe", "2026-11-03 12:00", "12:30")
    world.ok("skip", "john", "--on", "2026-11-03")
    [john] = [one for one in status(world)["contacts"] if one["contact"] == "john-doe"]
    assert (john["skips_in_a_row"], john["last_met"]) == (0, "2026-09-14")
    assert starts(world) == planned


def test_a_day_on_which_nothing_was_found_cannot_be_dismissed(world, work):
    assert world.run("missed", "john", "--on", "2026-11-03").status == 2


def test_the_check_in_of_that_day_is_the_same_meeting(world, work):
    exported(world)
    work.add("Coffee with John Doe", "2026-12-14 08:30", "09:15")
    work.add("Later with John Doe", "2026-12-14 12:00", "12:30")
    assert last_met(world, as_of="2026-12-15") == ("2026-12-14", "presumed")
    assert found(world, as_of="2026-12-15") == []
    world.ok("missed", "john", "--on", "2026-12-14", as_of="2026-12-15")
    assert found(world, as_of="2026-12-15") == []


def test_a_trusted_meeting_counts_at_once_and_only_once(world, work):
    exported(world)
    world.write(TRUSTING)
    work.add("Coffee with John Doe", "2026-11-03 12:00", "12:30")
    assert last_met(world) == ("2026-11-03", "confirmed")
    assert found(world) == []
    exported(world)
    planned = starts(world)
    assert planned[0] > "2027-01"
    for _ in range(2):
        exported(world)
        assert starts(world) == planned
    work.drop("Coffee with John Doe")
    assert last_met(world) == ("2026-11-03", "confirmed")


def test_a_trusted_meeting_stands_for_the_check_in_near_it(world, work):
    exported(world)
    world.write(TRUSTING)
    work.add("Coffee with John Doe", "2026-12-16 12:00", "12:30")
    assert last_met(world, as_of="2026-12-17") == ("2026-12-16", "confirmed")
    exported(world, as_of="2026-12-17")
    lately = [one for one in status(world, as_of="2026-12-17")["lately"] if one["contact"] == "john-doe"]
    assert [(one["day"], one["result"], one["evidence"]) for one in lately] == [
        ("2026-12-16", "held", "confirmed")
    ]


def test_a_trusted_meeting_can_be_taken_back_for_good(world, work):
    exported(world)
    world.write(TRUSTING)
    work.add("Farewell of John Doe", "2026-11-03 12:00", "12:30")
    exported(world)
    world.ok("missed", "john", "--on", "2026-11-03")
    assert last_met(world) == ("2026-09-14", "confirmed")
    exported(world)
    assert last_met(world) == ("2026-09-14", "confirmed")
    assert starts(world)[0] == "2026-12-14 08:30"


def test_a_secret_address_stands_nowhere_but_in_the_file(world):
    secret = "http://127.0.0.1:9/ical/private-0123456789/basic.ics"  # noqa: S105  of nobody
    world.write(ROSTER.replace("work.ics", secret))
    for command in (["check"], ["plan"], ["status"], ["export", "-o", "a.ics"], ["plan", "--json"]):
        result = world.run(*command)
        assert "private-0123456789" not in result.out + result.err
    assert "the busy calendar 127.0.0.1 can't be read" in world.run("plan").err


def test_what_is_served_keeps_what_a_calendar_said_before_it_fell_silent(world, work):
    workspace = open_workspace(world.path, today=date(2026, 11, 23), environ=dict(os.environ))
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    keeper = Keeper(workspace, every=timedelta(minutes=15), environ=dict(os.environ), clock=lambda: now)
    work.add("Dentist", "2026-12-14 08:00", "09:30")
    with closing(keeper):
        keeper.start()
        assert keeper.view.problem == ""
        before = keeper.view.outlook.plan.occurrences
        work.lose()
        world.edit("John Doe", "John Smith")
        keeper.tick()
        assert "what it said before still counts" in keeper.view.problem
        assert [one.start_at for one in keeper.view.outlook.plan.occurrences] == [
            one.start_at for one in before
        ]
        assert keeper.view.outlook.busy.times
