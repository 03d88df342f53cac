"""What a pass asks of Google Calendar, counted by the fake, and what an unchanged one costs beside its plan.

Requests are counted and not timed: they are what a person waits for, and what Google sets a limit to.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netkeep_sync.core.roster import GoogleCalendar
from netkeep_sync.service.outlook import look
from netkeep_sync.service.sync_pass import run_pass
from netkeep_sync.store.opening import open_store
from netkeep_sync.targets.google import GoogleTarget
from netkeep_sync.targets.google_link import Link
from netkeep_sync.targets.google_request import Pace
from tests.benchmarks.rosters import make_case
from tests.benchmarks.table import Row, cpu_seconds, show
from tests.core.builders import NOW
from tests.fakes.google_calendar import FakeGoogleCalendar

if TYPE_CHECKING:
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.store.sql_store import SqlStore

SIZES = (10, 200, 1_000)
MIDDLE = 200
CHANGED = (1, 10, 50)
CPU_RATIO_MOST = 4
"""Beside the plan, an unchanged pass reads and writes the database, asks once, and compares."""


@dataclass
class Installation:
    """A roster, its store, and its calendar."""

    roster: Roster
    store: SqlStore
    target: GoogleTarget
    fake: FakeGoogleCalendar

    def run(self) -> int:
        """Run a pass, and return how many requests it made."""
        self.fake.ledger.clear()
        done = run_pass(self.roster, self.store, [self.target], now=NOW, text="")
        if done.problem:
            raise AssertionError(done.problem)
        return len(self.fake.ledger.calls)

    def note(self, number: int) -> None:
        """Write something new into the notes of the first so many contacts."""
        noted = [
            replace(one, notes=f"{one.notes} {number}") if place < number else one
            for place, one in enumerate(self.roster.contacts)
        ]
        self.roster = replace(self.roster, contacts=tuple(noted))


def run() -> bool:
    """Measure, print tables, and tell whether every budget is kept."""
    requests, costs = [], []
    for size in SIZES:
        counted, cost = _measure(size)
        requests += counted
        costs += cost
    is_kept = show("Requests of a pass, against what it can't do without", requests, unit="requests")
    return show("An unchanged pass, against its plan alone", costs, unit="ms") and is_kept


def _measure(size: int) -> tuple[list[Row], list[Row]]:
    with tempfile.TemporaryDirectory() as folder, FakeGoogleCalendar(clock=lambda: NOW) as fake:
        service = fake.service("calendar.app.created")
        body = {"summary": "Check-ins", "timeZone": "Europe/Berlin"}
        made = service.calendars().insert(body=body).execute()
        pace = Pace(sleep=lambda _seconds: None)
        target = GoogleTarget(Link(service, made["id"], pace=pace), owner="test")
        calendars = (GoogleCalendar(calendar="Check-ins"),)
        case = make_case(size)
        availability = replace(case.roster.availability, holidays=())
        roster = replace(case.roster, availability=availability, calendars=calendars)
        with closing(
            open_store(f"sqlite:///{folder}/netkeep.db", key="test", source="netkeep.yaml")
        ) as store:
            here = Installation(roster, store, target, fake)
            first = here.run()
            pushed = len(fake.events(made["id"]))
            rows = [Row(name=f"{size} contacts, first", figure=first, floor=pushed, most=pushed + 3)]
            rows.append(Row(name=f"{size} contacts, unchanged", figure=here.run(), floor=1, most=1))
            if size != MIDDLE:
                return rows, []
            for number in CHANGED:
                here.note(number)
                name = f"{size} contacts, notes of {number}"
                rows.append(Row(name=name, figure=here.run(), floor=number, most=number + 2))
            return rows, [_cost(here)]


def _cost(here: Installation) -> Row:
    plan = cpu_seconds(lambda: look(here.roster, here.store, now=NOW), runs=5)
    whole = cpu_seconds(here.run, runs=5)
    name = f"{len(here.roster.contacts)} contacts, unchanged"
    return Row(name=name, figure=whole, floor=plan, most=CPU_RATIO_MOST * plan)
