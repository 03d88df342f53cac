"""Whole passes with a calendar on a real CalDAV server, and what its owner does there in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from textwrap import dedent
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from netkeep_sync.config.roster_file import parse_roster
from netkeep_sync.core.roster import CaldavCalendar
from netkeep_sync.service.outlook import look
from netkeep_sync.service.sync_pass import run_pass
from netkeep_sync.store.opening import open_store
from netkeep_sync.targets.caldav import CaldavTarget
from netkeep_sync.targets.caldav_account import remember_account
from netkeep_sync.targets.caldav_link import CaldavLink
from tests.targets.dav_calendar import unfolded
from tests.targets.dav_servers import PASSWORD, DavServer, start_radicale

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netkeep_sync.service.sync_pass import Pass

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

ROSTER = """
    roster: test
    owner: {{name: Ana Kaya}}
    timezone: Europe/Berlin
    categories:
      peers: {{cadence: monthly, channel: coffee, ask: [What is new?]}}
    contacts:
      - {{name: John Doe, category: peers, last_met: 2026-11-16}}
      - {{name: Joan Diaz, category: peers, last_met: 2026-11-09}}
    calendars:
      - caldav: {{url: "{url}", user: ana, calendar: {name}, account_file: caldav.json}}
    """


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    started = start_radicale(tmp_path_factory.mktemp("radicale"))
    yield started
    started.stop()


@dataclass
class DavWorld:
    """One owner, their roster, their state, and their calendar. `database` numbers the machine at work."""

    folder: Path
    text: str
    now: datetime = NOW
    database: int = 0
    requests: list[int] = field(default_factory=list)
    links: list[CaldavLink] = field(default_factory=list)

    @property
    def roster(self) -> Any:
        return parse_roster(self.text, file="netkeep.yaml", folder=self.folder, today=self.now.date())

    def store(self) -> Any:
        return open_store(f"sqlite:///{self.folder}/{self.database}.db", key="test", source="netkeep.yaml")

    @property
    def calendar(self) -> CaldavCalendar:
        [calendar] = self.roster.calendars
        assert isinstance(calendar, CaldavCalendar)
        return calendar

    def link(self) -> CaldavLink:
        self.links.append(CaldavLink(self.calendar))
        return self.links[-1]

    def run(self) -> Pass:
        link = self.link()
        target = CaldavTarget(link, owner="test", name=self.calendar.name)
        with self.store() as store:
            done = run_pass(self.roster, store, [target], now=self.now, text=self.text)
        self.requests.append(link.requests_sent)
        assert not done.problem, done.problem
        return done

    def written(self) -> int:
        made = self.run().pushed[self.calendar.name]
        return int(made.created + made.updated + made.removed)

    def settle(self) -> None:
        self.run()
        assert [self.written(), self.written()][-1] == 0

    def facts(self, contact: str) -> list[Any]:
        with self.store() as store:
            facts = store.facts()
        return [one for one in facts if one.source == self.calendar.name and one.contact == contact]

    def kinds(self, contact: str) -> list[str]:
        return [type(one).__name__ for one in self.facts(contact)]

    def planned(self, contact: str) -> list[datetime]:
        """Return the coming starts by the plan, in UTC."""
        with self.store() as store:
            found = look(self.roster, store, now=self.now).plan.occurrences
        return sorted(one.start_at for one in found if one.contact == contact)

    def drop(self, name: str) -> None:
        """Take a contact out of the roster."""
        self.text = "\n".join(line for line in self.text.splitlines() if f"name: {name}," not in line)

    def rule(self, name: str) -> str:
        lines = self.texts()[self.of(name)].splitlines()
        return next(line for line in lines if line.startswith("RRULE:FREQ=MONTHLY"))

    def except_(self, name: str, *lines: str) -> None:
        """Have the owner put an occurrence of somebody's elsewhere, by these lines of its override."""
        path = self.of(name)
        uid = path.rpartition("/")[2].removesuffix(".ics") + "@netkeep-sync"
        title = f"SUMMARY:Coffee with {name}"
        event = ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", title, *lines, "END:VEVENT"]
        self.edit(name, ("END:VCALENDAR", "\r\n".join([*event, "END:VCALENDAR"])))

    def texts(self) -> dict[str, str]:
        link = self.link()
        return {path: answer.text for path, answer in link.fetch(link.etags()).items()}

    def of(self, name: str) -> str:
        """Return the path of the one living event with somebody."""
        [path] = [
            path for path, text in self.texts().items() if f"with {name}" in text and "UNTIL" not in text
        ]
        return path

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        path, link = self.of(name), self.link()
        answer = link.fetch([path])[path]
        text = unfolded(answer.text)
        for before, after in changes:
            assert before in text, text
            text = text.replace(before, after, 1)
        link.put(path, text, etag=answer.etag, about="the owner")

    def delete(self, name: str) -> None:
        path, link = self.of(name), self.link()
        link.delete(path, etag=link.fetch([path])[path].etag, about="the owner")

    def next_start(self, contact: str) -> datetime:
        with self.store() as store:
            [series] = [one for one in store.series() if one.contact == contact and one.until_on is None]
        start: datetime = series.local_start
        return start


@pytest.fixture
def world(tmp_path: Path, server: DavServer, request: pytest.FixtureRequest) -> Iterator[DavWorld]:
    name = str(abs(hash(request.node.name)))
    made = DavWorld(folder=tmp_path, text=dedent(ROSTER.format(url=server.url, name=name)))
    remember_account(tmp_path / "caldav.json", made.calendar, PASSWORD)
    made.run()
    yield made
    for link in made.links:
        link.close()


def slot(start: datetime) -> str:
    return f"{start:%Y%m%dT%H%M%S}"


def test_a_second_pass_writes_nothing_and_asks_once_for_the_list(world):
    assert len(world.texts()) == 2
    assert world.written() == 0
    assert world.requests[-1] == 1


def test_a_lost_database_makes_nothing_twice(world):
    before = world.texts()
    world.database = 1
    world.settle()

    assert world.texts().keys() == before.keys()


def test_a_dragged_check_in_stays_where_it_was_put(world):
    start = world.next_start("john-doe")
    there = start + timedelta(days=1)
    override = (
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Coffee with John Doe\r\n"
        f"RECURRENCE-ID;TZID=Europe/Berlin:{slot(start)}\r\n"
        f"DTSTART;TZID=Europe/Berlin:{slot(there)}\r\n"
        f"DTEND;TZID=Europe/Berlin:{slot(there + timedelta(minutes=45))}\r\nEND:VEVENT\r\n"
    )
    uid = world.of("John Doe").rpartition("/")[2].removesuffix(".ics") + "@netkeep-sync"
    world.edit("John Doe", ("END:VCALENDAR", override.format(uid=uid) + "END:VCALENDAR"))
    world.settle()

    assert world.kinds("john-doe") == ["Rescheduled"]
    assert f"DTSTART;TZID=Europe/Berlin:{slot(there)}" in world.texts()[world.of("John Doe")]


def test_a_deleted_check_in_is_skipped_and_stays_away(world):
    start = world.next_start("john-doe")
    exdate = f"EXDATE;TZID=Europe/Berlin:{slot(start)}"
    world.edit("John Doe", ("BEGIN:VEVENT", f"BEGIN:VEVENT\r\n{exdate}"))
    world.settle()

    assert world.kinds("john-doe") == ["Skipped"]
    assert exdate in world.texts()[world.of("John Doe")]


def test_a_deleted_series_pauses_its_contact(world):
    world.delete("John Doe")
    world.settle()

    assert world.kinds("john-doe") == ["Paused"]
    assert [text for text in world.texts().values() if "John" in text] == []


def test_a_tick_confirms_the_check_in_that_has_passed(world):
    world.now = world.next_start("john-doe").replace(tzinfo=UTC) + timedelta(hours=12)
    world.edit("John Doe", ("SUMMARY:Coffee", "SUMMARY:✓ Coffee"))
    world.settle()

    assert "Held" in world.kinds("john-doe")
    assert "✓" not in world.texts()[world.of("John Doe")]


def test_a_note_below_the_line_is_kept_and_stays(world):
    line = "--- what you write below this line is yours ---"
    world.edit("John Doe", (line, f"{line}\\n\\nAsk for the slides"))
    world.settle()
    world.text = world.text.replace("What is new?", "What is old?")
    world.settle()

    text = unfolded(world.texts()[world.of("John Doe")])
    assert "What is old?" in text
    assert "Ask for the slides" in text


def test_another_hour_for_the_whole_series_is_the_rhythm_of_the_owner(world):
    start = world.next_start("john-doe")
    then = start + timedelta(hours=1)
    world.edit(
        "John Doe",
        (f"DTSTART;TZID=Europe/Berlin:{slot(start)}", f"DTSTART;TZID=Europe/Berlin:{slot(then)}"),
        (
            f"DTEND;TZID=Europe/Berlin:{slot(start + timedelta(minutes=45))}",
            f"DTEND;TZID=Europe/Berlin:{slot(then + timedelta(minutes=45))}",
        ),
    )
    world.settle()

    assert world.kinds("john-doe") == ["Rhythm"]
    assert world.next_start("john-doe").time() == then.time()
    assert len([text for text in world.texts().values() if "John" in text]) == 1


@pytest.mark.parametrize("hours", [0, 1])
def test_what_is_edited_on_a_journey_keeps_its_hour_at_home(world, hours):
    start = world.next_start("john-doe")
    changes = []
    for name, at in (("DTSTART", start), ("DTEND", start + timedelta(minutes=45))):
        there = (at + timedelta(hours=hours)).replace(tzinfo=ZoneInfo("Europe/Berlin"))
        tokyo = slot(there.astimezone(ZoneInfo("Asia/Tokyo")))
        changes.append((f"{name};TZID=Europe/Berlin:{slot(at)}", f"{name};TZID=Asia/Tokyo:{tokyo}"))
    world.edit("John Doe", *changes)
    world.settle()

    assert world.kinds("john-doe") == ["Rhythm"] * hours
    there = start + timedelta(hours=hours)
    assert f"DTSTART;TZID=Europe/Berlin:{slot(there)}" in world.texts()[world.of("John Doe")]
    assert {local(one).time() for one in world.planned("john-doe")} == {there.time()}


def test_another_cadence_in_the_file_makes_one_new_series_and_ends_the_old_one(world):
    world.text = world.text.replace("name: John Doe,", "name: John Doe, cadence: weekly,")
    world.settle()
    mine = [text for text in world.texts().values() if "John" in text]

    assert [("UNTIL" in text) for text in mine].count(False) == 1


def test_who_leaves_the_file_leaves_the_calendar(world):
    world.text = "\n".join(line for line in world.text.splitlines() if "John Doe" not in line)
    world.settle()

    assert [text for text in world.texts().values() if "John" in text and "UNTIL" not in text] == []


def with_weeks(world: DavWorld) -> None:
    """Have the owner give John Doe's series every second week instead of a day of the month."""
    weekday = world.rule("John Doe")[-2:]
    world.edit("John Doe", (world.rule("John Doe"), f"RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}"))


def local(start: datetime) -> datetime:
    return start.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)


def test_what_is_moved_and_deleted_in_a_rhythm_of_the_owners_stays(world):
    with_weeks(world)
    world.settle()
    starts = [local(one) for one in world.planned("john-doe")]
    there = starts[1] + timedelta(days=2)
    world.except_(
        "John Doe",
        f"RECURRENCE-ID;TZID=Europe/Berlin:{slot(starts[1])}",
        f"DTSTART;TZID=Europe/Berlin:{slot(there)}",
        f"DTEND;TZID=Europe/Berlin:{slot(there + timedelta(minutes=45))}",
    )
    gone = f"EXDATE;TZID=Europe/Berlin:{slot(starts[2])}"
    world.edit("John Doe", ("BEGIN:VEVENT", f"BEGIN:VEVENT\r\n{gone}"))
    world.settle()
    world.text = world.text.replace("What is new?", "What is old?")
    world.settle()

    text = world.texts()[world.of("John Doe")]
    assert f"DTSTART;TZID=Europe/Berlin:{slot(there)}" in text
    assert gone in text
    assert [local(one) for one in world.planned("john-doe")][:3] == [starts[0], there, starts[3]]


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_rhythm_that_none_can_follow_stays_as_the_owner_made_it(world, is_heard):
    world.edit("John Doe", (world.rule("John Doe"), "RRULE:FREQ=DAILY"))
    if is_heard:
        world.settle()
    world.text = world.text.replace("What is new?", "What is old?")
    world.settle()

    assert world.kinds("john-doe") == ["Paused"]
    assert world.planned("john-doe") == []
    assert "RRULE:FREQ=DAILY" in world.texts()[world.of("John Doe")]
    assert world.requests[-1] == 1


def test_a_series_that_is_made_one_of_whole_days_stays_as_the_owner_made_it(world):
    start = world.next_start("john-doe")
    end = start + timedelta(minutes=45)
    world.edit(
        "John Doe",
        (f"DTSTART;TZID=Europe/Berlin:{slot(start)}", f"DTSTART;VALUE=DATE:{start:%Y%m%d}"),
        (
            f"DTEND;TZID=Europe/Berlin:{slot(end)}",
            f"DTEND;VALUE=DATE:{start + timedelta(days=1):%Y%m%d}",
        ),
    )
    before = world.texts()[world.of("John Doe")]
    world.settle()
    world.text = world.text.replace("What is new?", "What is old?")
    world.settle()

    assert world.kinds("john-doe") == ["Paused"]
    assert world.planned("john-doe") == []
    assert world.texts()[world.of("John Doe")] == before
    assert world.requests[-1] == 1


def test_of_a_series_that_ends_what_comes_before_stays(world):
    before = world.planned("john-doe")
    last = before[1]
    rule = world.rule("John Doe")
    world.edit("John Doe", (rule, f"{rule};UNTIL={last:%Y%m%dT%H%M%SZ}"))
    world.settle()

    assert world.kinds("john-doe") == ["Paused"]
    assert world.planned("john-doe") == before[:2]


def test_two_machines_with_other_plans_come_to_rest(world):
    world.now += timedelta(days=40)
    world.settle()
    world.database = 1
    world.text = world.text.replace("name: John Doe,", "name: John Doe, cadence: weekly,")
    world.settle()
    world.database = 0
    world.settle()
    there = world.planned("john-doe")
    world.database = 1
    world.settle()

    assert world.planned("john-doe") == there
    living = [text for text in world.texts().values() if "John" in text and "UNTIL" not in text]
    assert len(living) == 1
    assert world.requests[-1] == 1


@pytest.mark.parametrize("days_away", [0, 40])
def test_somebody_who_was_off_the_roster_when_the_database_was_lost_is_known_again(world, days_away):
    world.now += timedelta(days=60)
    world.settle()
    before = world.text
    world.drop("John Doe")
    world.settle()
    world.database = 1
    world.settle()
    assert world.requests[-1] == 1
    world.now += timedelta(days=days_away)
    world.text = before
    world.settle()

    assert world.planned("john-doe")
    assert len([text for text in world.texts().values() if "John" in text and "UNTIL" not in text]) == 1


def test_an_event_of_whom_nobody_knows_any_more_is_left_alone(world):
    world.drop("John Doe")
    world.database = 1
    before = world.texts()
    world.settle()

    assert world.texts().keys() == before.keys()
    assert world.requests[-1] == 1


def test_a_check_in_of_the_whole_day_is_on_that_day(world):
    start = world.next_start("john-doe")
    there = start.date() + timedelta(days=1)
    world.except_(
        "John Doe",
        f"RECURRENCE-ID;TZID=Europe/Berlin:{slot(start)}",
        f"DTSTART;VALUE=DATE:{there:%Y%m%d}",
        f"DTEND;VALUE=DATE:{there + timedelta(days=1):%Y%m%d}",
    )
    world.settle()
    world.text = world.text.replace("What is new?", "What is old?")
    world.settle()

    assert world.kinds("john-doe") == ["Rescheduled"]
    assert local(world.planned("john-doe")[0]) == start + timedelta(days=1)
    assert f"DTSTART;VALUE=DATE:{there:%Y%m%d}" in world.texts()[world.of("John Doe")]


# -- what only a calendar of files can do -----------------------------------------------------------------


def at_home(start: datetime) -> datetime:
    return start.replace(tzinfo=ZoneInfo("Europe/Berlin"))


def moved(world: DavWorld, start: datetime, there: datetime) -> None:
    """Have the owner drag one check-in of John Doe's."""
    world.except_(
        "John Doe",
        f"RECURRENCE-ID;TZID=Europe/Berlin:{slot(start)}",
        f"DTSTART;TZID=Europe/Berlin:{slot(there)}",
        f"DTEND;TZID=Europe/Berlin:{slot(there + timedelta(minutes=45))}",
    )


def split(
    world: DavWorld,
    path: str,
    start: datetime,
    there: datetime,
    *,
    uid: str = "tail",
    is_at_once: bool = True,
) -> None:
    """Have the owner drag "this and all following" of a series, from a check-in on: a client first ends the
    series, then makes another.
    """
    link = world.link()
    answer = link.fetch([path])[path]
    whole = unfolded(answer.text)
    begin, end, rule, own_uid = (
        next(line for line in whole.splitlines() if line.startswith(name))
        for name in ("DTSTART;TZID=Europe", "DTEND;TZID=Europe", "RRULE:FREQ=MONTHLY", "UID:")
    )
    nth = (there.day + 6) // 7
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[there.weekday()]
    tail = (
        whole.replace(begin, f"DTSTART;TZID=Europe/Berlin:{slot(there)}")
        .replace(end, f"DTEND;TZID=Europe/Berlin:{slot(there + timedelta(minutes=45))}")
        .replace(rule, f"RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY={nth if nth < 5 else -1}{weekday}")
        .replace(own_uid, f"UID:{uid}@example.com")
    )
    until = f";UNTIL={at_home(start).astimezone(UTC) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
    link.put(path, whole.replace(rule, rule + until), etag=answer.etag, about="the owner")
    if not is_at_once:
        world.run()
    link.put(f"{link.folder}{uid}.ics", tail, etag="", about="the owner")


def split_of_john(world: DavWorld, **how: Any) -> datetime:
    second = local(world.planned("john-doe")[1])
    split(world, world.of("John Doe"), second, second + timedelta(days=1), **how)
    return second + timedelta(days=1)


@pytest.mark.parametrize("is_at_once", [True, False])
def test_a_split_is_the_rhythm_though_a_pass_sees_half_of_it(world, is_at_once):
    there = split_of_john(world, is_at_once=is_at_once)
    world.settle()
    assert world.kinds("john-doe")[-1] == "Rhythm"
    assert [local(one) for one in world.planned("john-doe")][1] == there


def test_a_split_of_a_split_is_the_rhythm(world):
    split_of_john(world)
    world.settle()
    third = local(world.planned("john-doe")[2])
    split(world, world.of("John Doe"), third, third + timedelta(days=1), uid="tail-of-tail")
    world.settle()
    assert world.kinds("john-doe") == ["Rhythm", "Rhythm"]
    assert [local(one) for one in world.planned("john-doe")][2] == third + timedelta(days=1)


@pytest.mark.parametrize("what_happens", ["nothing", "other notes", "time"])
def test_a_split_series_is_known_again_where_the_database_is_lost(world, what_happens):
    split_of_john(world)
    world.settle()
    if what_happens == "other notes":
        world.text = world.text.replace("What is new?", "What is old?")
    if what_happens == "time":
        world.now += timedelta(days=45)
    world.settle()
    planned, living = world.planned("john-doe"), world.of("John Doe")
    world.database = 1
    world.settle()
    assert world.planned("john-doe") == planned
    assert world.of("John Doe") == living


def test_a_copy_of_the_second_part_is_the_owners(world):
    split_of_john(world)
    world.settle()
    planned, link = world.planned("john-doe"), world.link()
    copy = world.texts()[world.of("John Doe")].replace("UID:tail@", "UID:copy@")
    link.put(f"{link.folder}copy.ics", copy.replace("Coffee with", "Copy of"), etag="", about="the owner")
    world.settle()
    assert world.kinds("john-doe") == ["Rhythm"]
    assert world.planned("john-doe") == planned


def test_a_copy_of_a_series_that_we_have_ended_is_the_owners(world):
    world.now += timedelta(days=40)
    world.settle()
    path, link = world.of("John Doe"), world.link()
    start = local(world.planned("john-doe")[3])
    copy = unfolded(world.texts()[path])
    world.text = world.text.replace("name: John Doe,", "name: John Doe, cadence: weekly,")
    world.settle()
    planned = world.planned("john-doe")
    assert "UNTIL=" in world.texts()[path]
    for name in ("DTSTART;TZID=Europe", "DTEND;TZID=Europe"):
        line = next(one for one in copy.splitlines() if one.startswith(name))
        at = start if "DTSTART" in name else start + timedelta(minutes=45)
        copy = copy.replace(line, f"{line.partition(':')[0]}:{slot(at)}")
    uid = path.rpartition("/")[2].removesuffix(".ics")
    copy = copy.replace(f"UID:{uid}@netkeep-sync", "UID:copy@example.com")
    link.put(f"{link.folder}copy.ics", copy.replace("Coffee with", "Copy of"), etag="", about="the owner")
    world.settle()
    assert world.kinds("john-doe") == []
    assert world.planned("john-doe") == planned


@pytest.mark.parametrize(("sign", "kind"), [("✓", "Held"), ("✗", "Missed")])
def test_a_check_in_that_was_dragged_is_marked_afterwards(world, sign, kind):
    start = world.next_start("john-doe")
    there = start + timedelta(days=1)
    moved(world, start, there)
    world.settle()
    world.now = at_home(there).astimezone(UTC) + timedelta(hours=3)
    world.settle()
    text = unfolded(world.texts()[world.of("John Doe")])
    event = next(one for one in text.split("BEGIN:VEVENT") if "RECURRENCE-ID" in one)
    world.edit("John Doe", (event, event.replace("SUMMARY:", f"SUMMARY:{sign} ")))
    world.settle()
    assert kind in world.kinds("john-doe")


def test_a_longer_check_in_that_is_saved_on_a_journey_keeps_its_hour_at_home_and_its_length(world):
    start = world.next_start("john-doe")
    changes = []
    for name, at, then in (("DTSTART", start, start), ("DTEND", start + timedelta(minutes=45), start + HOUR)):
        tokyo = slot(at_home(then).astimezone(ZoneInfo("Asia/Tokyo")))
        changes.append((f"{name};TZID=Europe/Berlin:{slot(at)}", f"{name};TZID=Asia/Tokyo:{tokyo}"))
    world.edit("John Doe", *changes)
    world.settle()
    text = world.texts()[world.of("John Doe")]
    assert f"DTSTART;TZID=Europe/Berlin:{slot(start)}" in text
    assert f"DTEND;TZID=Europe/Berlin:{slot(start + HOUR)}" in text


def test_what_was_moved_in_a_rhythm_that_none_can_follow_stays_there(world):
    world.now += timedelta(days=40)
    world.settle()
    second = local(world.planned("john-doe")[1])
    moved(world, second, second + timedelta(days=1))
    world.settle()
    world.edit("John Doe", (world.rule("John Doe"), world.rule("John Doe") + ",1SU"))
    world.settle()
    world.text = world.text.replace("What is new?", "What is old?")
    world.settle()
    assert world.kinds("john-doe") == ["Rescheduled", "Paused"]
    text = world.texts()[world.of("John Doe")]
    assert f"DTSTART;TZID=Europe/Berlin:{slot(second + timedelta(days=1))}" in text
    assert "What is old?" not in text


def test_a_series_that_is_struck_out_pauses_its_contact(world):
    world.edit("John Doe", ("STATUS:CONFIRMED", "STATUS:CANCELLED"))
    world.settle()
    assert world.kinds("john-doe") == ["Paused"]
    assert "STATUS:CANCELLED" in world.texts()[world.of("John Doe")]


def test_an_event_under_another_name_is_still_that_of_its_series(world):
    link, path = world.link(), world.of("John Doe")
    answer, planned = link.fetch([path])[path], world.planned("john-doe")
    link.delete(path, etag=answer.etag, about="the owner")
    link.put(f"{link.folder}other.ics", answer.text, etag="", about="the owner")
    world.settle()
    assert world.kinds("john-doe") == []
    assert world.planned("john-doe") == planned
    world.drop("John Doe")
    world.settle()
    assert len(world.texts()) == 1


def test_events_that_were_brought_from_another_server_are_known_again(world):
    link, planned = world.link(), world.planned("john-doe")
    for number, (path, text) in enumerate(sorted(world.texts().items())):
        link.delete(path, etag=link.fetch([path])[path].etag, about="the owner")
        link.put(f"{link.folder}{number}.ics", text, etag="", about="the owner")
    world.database = 1
    world.settle()
    assert len(world.texts()) == 2
    assert world.planned("john-doe") == planned
