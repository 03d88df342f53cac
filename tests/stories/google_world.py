"""A world whose roster is pushed to the fake Google Calendar, pass by pass, with the client as it comes."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from netkeep_sync.config.roster_file import parse_roster
from netkeep_sync.core.answer_link import AnswerLinks
from netkeep_sync.core.roster import GoogleCalendar
from netkeep_sync.core.series import local_occurrences, zone
from netkeep_sync.service.outlook import look
from netkeep_sync.service.sync_pass import run_pass
from netkeep_sync.store.opening import open_store
from netkeep_sync.targets.content import moment_key
from netkeep_sync.targets.google import GoogleTarget
from netkeep_sync.targets.google_event import instance_id
from netkeep_sync.targets.google_link import Link
from netkeep_sync.targets.google_request import Pace
from netkeep_sync.targets.held import Held
from tests.fakes.google_calendar import FakeGoogleCalendar
from tests.stories.google_watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.sync_pass import Pass
    from tests.fakes.gestures import User
    from tests.fakes.ledger import Call
    from tests.fakes.manners import Manners

NAME = "google"
BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

ROSTER = """
    roster: test
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    availability: {holidays: DE}
    capacity: {per_day: 1, per_week: 5}
    categories:
      peers: {cadence: monthly, channel: coffee, ask: [What is new?]}
      leaders: {cadence: quarterly, channel: video}
    contacts:
      - {name: John Doe, category: peers, last_met: 2026-11-16}
      - {name: Joan Diaz, category: peers, last_met: 2026-11-09}
      - {name: Grace Liu, category: leaders, last_met: 2026-10-05, notes: Builds a data team.}
    calendars:
      - google
    """

PLAIN_ROSTER = ROSTER.replace("    availability: {holidays: DE}\n", "")
"""Without holidays no check-in is elsewhere than its series has it, so fewer requests are made."""

DAYS_COMPARED = 450


@dataclass
class GoogleWorld:
    """One owner: their roster, the stores of their machines, and their calendar at Google.

    `database` is the number of the machine at work. Nothing sleeps: `slept` is what would have been waited,
    in seconds. All that is asked of Google is watched; `close` the world to hear of it.
    """

    folder: Path
    fake: FakeGoogleCalendar
    calendar_id: str
    text: str
    now: datetime = NOW
    database: int = 0
    databases: int = 1
    passes: int = 0
    stores: dict[int, Any] = field(default_factory=dict, repr=False)
    slept: list[float] = field(default_factory=list)
    watch: Watch = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.watch = Watch(self.fake, self.calendar_id, now=lambda: self.now)

    @classmethod
    def at(cls, folder: Path, *, text: str = ROSTER, manners: Manners | None = None) -> GoogleWorld:
        """Return a world with an empty calendar; `close` it."""
        worlds: list[GoogleWorld] = []
        fake = FakeGoogleCalendar(clock=lambda: worlds[-1].now if worlds else NOW, manners=manners)
        fake.__enter__()
        service = fake.service("calendar.app.created")
        body = {"summary": "Check-ins", "timeZone": BERLIN}
        made = service.calendars().insert(body=body).execute()
        fake.ledger.clear()
        worlds.append(cls(folder=folder, fake=fake, calendar_id=made["id"], text=dedent(text)))
        return worlds[0]

    def close(self) -> None:
        """End it; what was not as it must always be is an error."""
        self.stop()
        found = [*self.fake.violations, *self.watch.found]
        assert not found, "\n".join(found)

    def stop(self) -> None:
        """End it, however it went."""
        for store in self.stores.values():
            store.close()
        self.fake.stop()

    # -- what there is ----------------------------------------------------------------------------

    @property
    def roster(self) -> Roster:
        return _roster(self.text, self.folder, self.now.astimezone(zone(BERLIN)).date())

    @property
    def user(self) -> User:
        return self.fake.user

    def store(self) -> Any:
        """Return the store of the machine at work to look into: it stays open."""
        if self.database not in self.stores:
            self.stores[self.database] = self.opened()
        return nullcontext(self.stores[self.database])

    def opened(self) -> Any:
        """Return the store as a command opens it, for itself alone."""
        path = self.folder / f"{self.database}.db"
        if not path.exists():
            path.write_bytes(_empty_database())
        return _open(path)

    def service(self) -> Any:
        return self.fake.service("calendar.app.created")

    def target(self) -> GoogleTarget:
        calendar = next(one for one in self.roster.calendars if isinstance(one, GoogleCalendar))
        pace = Pace(clock=self.now.timestamp, sleep=self.slept.append)
        link = Link(self.service(), self.calendar_id, pace=pace)
        return GoogleTarget(link, owner="test", name=NAME, show=calendar.show)

    def links(self, store: Any) -> AnswerLinks | None:
        """Return the links of the entries, if the roster says how they are reached."""
        base = self.roster.serve.public_url
        return AnswerLinks(base=base, generation=store.link_generation(), key=b"k" * 32) if base else None

    def outlook(self) -> Outlook:
        with self.store() as store:
            return look(self.roster, store, now=self.now)

    def history(self, contact: str) -> History:
        return self.outlook().histories[contact]

    def facts(self, contact: str | None = None) -> list[AnyFact]:
        """Return what was observed on the calendar."""
        with self.store() as store:
            facts = store.facts()
        return [one for one in facts if one.source == NAME and contact in (None, one.contact)]

    def kinds(self, contact: str | None = None) -> list[str]:
        """Return the names of what was observed on the calendar."""
        return [type(one).__name__ for one in self.facts(contact)]

    def series(self, contact: str) -> Series:
        """Return the living series of a contact."""
        with self.store() as store:
            series: tuple[Series, ...] = store.series()
        return next(one for one in series if one.contact == contact and one.until_on is None)

    def held(self, uid: str) -> Held:
        with self.store() as store:
            return Held.read(store.baselines(NAME)[uid].body)

    def event(self, contact: str) -> str:
        """Return the id of the event of a contact's living series."""
        return self.held(self.series(contact).uid).event

    def occurrence(self, contact: str, number: int = 0) -> str:
        """Return the id of a coming check-in: the next one, or a later one by its number."""
        series = self.series(contact)
        slot_on, _ = self._ahead(series)[number]
        slot = datetime.combine(slot_on, series.local_time, tzinfo=zone(series.timezone))
        return instance_id(self.held(series.uid).event, moment_key(slot))

    def _ahead(self, series: Series) -> list[tuple[Any, datetime]]:
        local_now = self.now.astimezone(zone(series.timezone)).replace(tzinfo=None)
        end_on = local_now.date() + timedelta(days=1000)
        return [
            (slot_on, start)
            for slot_on, start, _ in local_occurrences(series, end_on=end_on)
            if start > local_now
        ]

    def planned(self, contact: str) -> list[datetime]:
        """Return the coming starts by the plan, wall clock."""
        outlook = self.outlook()
        return sorted(
            one.start_at.astimezone(zone(BERLIN)).replace(tzinfo=None)
            for one in outlook.plan.occurrences
            if one.contact == contact
        )

    def live(self, *, days: int = 1000) -> list[tuple[str, datetime]]:
        """Return title and start, wall clock, of every occurrence on the calendar from now on."""
        return sorted(self._live(self.now, self.now + timedelta(days=days)), key=lambda one: one[1])

    def _live(self, since: datetime, until: datetime) -> Iterator[tuple[str, datetime]]:
        for one in self.fake.occurrences(self.calendar_id, since, until):
            if "dateTime" in one["start"]:
                start = datetime.fromisoformat(one["start"]["dateTime"]).astimezone(zone(BERLIN))
                yield one.get("summary", ""), start.replace(tzinfo=None)

    def on_calendar(self, name: str, *, days: int = 700) -> list[datetime]:
        """Return the coming starts on the calendar of whose titles hold a name."""
        return [start for summary, start in self.live(days=days) if name in summary]

    def occurrences_of(self, series_id: str) -> list[str]:
        """Return the ids of the coming occurrences of an event, in the order of their starts."""
        found = self.fake.occurrences(self.calendar_id, self.now, self.now + timedelta(days=700))
        return [one["id"] for one in found if one.get("recurringEventId") == series_id]

    def disagreement(self) -> str:
        """Return where plan and calendar are not the same for what is ahead, "" where they are. Whom a new
        database has never seen in the roster, nobody knows any more: their events stay.
        """
        self.watch.know(self.roster)
        with self.store() as store:
            known = {one.key for one in store.known()}
        until = self.now + timedelta(days=DAYS_COMPARED)
        planned = Counter(
            (one.contact, one.start_at)
            for one in self.outlook().plan.occurrences
            if self.now < one.start_at < until
        )
        live = Counter(
            one for one in self.watch.live(days=DAYS_COMPARED) if one[1] < until and one[0] in known
        )
        found = [f"only planned: {contact} {at}" for contact, at in sorted(planned - live)]
        found += [f"only on the calendar: {contact} {at}" for contact, at in sorted(live - planned)]
        return "\n".join(found)

    # -- what happens -----------------------------------------------------------------------------

    def run(self, *, is_confirmed: bool = False, store: Any = None) -> Pass:
        """Run one pass; the ledger then holds its requests alone."""
        self.watch.know(self.roster)
        self.fake.ledger.clear()
        with store or self.opened() as opened:
            done = run_pass(
                self.roster,
                opened,
                [self.target()],
                now=self.now,
                text=self.text,
                links=self.links(opened),
                is_confirmed=is_confirmed,
            )
        self.passes += 1
        return done

    def settle(self) -> None:
        """Run passes until one writes nothing, three at the most; plan and calendar are then the same."""
        for _ in range(3):
            assert not self.run().problem
            if not self.writes:
                assert not self.disagreement(), self.disagreement()
                return
        raise AssertionError("\n".join(map(str, self.writes)))

    @property
    def writes(self) -> list[Call]:
        """Return what the last pass tried to change."""
        return self.fake.ledger.writes

    @property
    def methods(self) -> list[str]:
        """Return what the last pass asked."""
        return [call.method for call in self.fake.ledger.calls]

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    def wait_until_after(self, contact: str) -> None:
        """Wait until the evening of the day of a contact's next check-in."""
        self.wait(days=(self.planned(contact)[0].date() - self.now.date()).days, hours=12)

    def edit(self, before: str, after: str) -> None:
        assert before in self.text
        self.text = self.text.replace(before, after)

    def drop(self, name: str) -> None:
        """Take a contact out of the roster."""
        kept = [line for line in self.text.splitlines() if f"name: {name}," not in line]
        assert len(kept) < len(self.text.splitlines())
        self.text = "\n".join(kept)

    def note(self, *names: str) -> None:
        """Write something new into the notes of contacts, which changes their events and nothing else."""
        for name in names:
            self.drop_words(name, r", ask: \[Question \d+\]")
            self.edit(f"name: {name},", f"name: {name}, ask: [Question {self.passes}],")

    def meet(self, name: str, cadence: str) -> None:
        """Give a contact another cadence."""
        self.drop_words(name, r", cadence: [^,}]+")
        self.edit(f"name: {name},", f"name: {name}, cadence: {cadence},")

    def take_off(self, *days: date) -> None:
        """Be away on these days, and on no others."""
        away = ", ".join(map(str, days))
        self.text = re.sub(r"^availability: \{.*\n", "", self.text, flags=re.MULTILINE)
        line = f"availability: {{holidays: DE, away: [{away}]}}"
        self.text = self.text.replace("categories:", f"{line}\ncategories:")

    def drop_words(self, name: str, words: str) -> None:
        """Take something out of a contact's line, if it is there."""
        self.text = re.sub(f"(name: {name}.*){words}", r"\1", self.text)

    def lose_database(self) -> None:
        self.database = self.databases
        self.databases += 1

    @contextmanager
    def on_machine(self, number: int) -> Iterator[None]:
        """Work with another machine's database, which knows nothing at first."""
        before, self.database = self.database, number
        self.databases = max(self.databases, number + 1)
        try:
            yield
        finally:
            self.database = before

    def between(self, method: str, act: Any, *, times: int = 1) -> list[Call]:
        """Have the owner do something right before a request takes effect; return the requests met so."""
        met: list[Call] = []

        def hook(call: Call) -> None:
            if call.method == method and len(met) < times:
                met.append(call)
                act(call)

        self.fake.before_each(hook)
        return met

    def rows(self) -> Sequence[Any]:
        """Return all that is remembered, but for the journal of passes and how far was listened."""
        with self.store() as store:
            return [store.known(), store.series(), store.facts(), dict(store.baselines(NAME))]


def _open(path: Path) -> Any:
    return open_store(f"sqlite:///{path}", key="test", source="netkeep.yaml")


@cache
def _empty_database() -> bytes:
    """Return the file of a database in which nothing has happened yet, to begin with: made anew for each
    world, it would take longer than a pass.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        _open(path).close()
        return path.read_bytes()


@lru_cache(maxsize=8)
def _roster(text: str, folder: Path, today: date) -> Roster:
    """Return a roster, which a pass asks for several times."""
    return parse_roster(text, file="netkeep.yaml", folder=folder, today=today)
