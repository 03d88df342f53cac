"""Whatever an owner, their machines and the network do, in whatever order: the calendar settles, and what the
owner did there stands.

The machine draws edits of the roster, gestures on the calendar, faults and deaths; the model is what the
owner has deleted and moved (`google_watch.py`), and after every single request the watch looks whether it
still is so. `NETKEEP_MACHINE=examples,steps` runs it longer, with other draws each time.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from netkeep_sync.core.fact import Paused, Resumed
from netkeep_sync.errors import GuardRefused
from tests.fakes.manners import Manners
from tests.fakes.refusals import Refusal
from tests.stories.google_world import PLAIN_ROSTER, ROSTER, GoogleWorld

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.ledger import Call

NAMES = ("John Doe", "Joan Diaz", "Grace Liu", "Max Roe")
CADENCES = ("every 2 weeks", "monthly", "every 6 weeks", "quarterly")
FAULTS = ((503, None), (500, None), (429, None), (403, "rateLimitExceeded"), (403, "forbidden"), (400, None))

OTHER = -1

numbers = st.integers(0, 5)
people = st.sampled_from(NAMES)
shifts = st.builds(timedelta, days=st.integers(-6, 9), hours=st.integers(-2, 6))


class SyncMachine(RuleBasedStateMachine):
    """One owner with two machines, and their calendar."""

    @initialize(
        text=st.sampled_from([ROSTER, PLAIN_ROSTER]),
        manners=st.builds(
            Manners,
            page_size=st.sampled_from([None, 1, 3]),
            empty_pages=st.booleans(),
            arrange=st.sampled_from([list, lambda ids: ids[::-1]]),
            bare_tombstones=st.booleans(),
            tells_of_lost_exceptions=st.booleans(),
            revives=st.booleans(),
            noop_keeps_etag=st.booleans(),
        ),
    )
    def begin(self, text: str, manners: Manners) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.world = GoogleWorld.at(Path(self.folder.name), text=text, manners=manners)
        self.strangers: dict[str, str] = {}
        self.story: list[str] = []
        self.has_other_machine = False
        self.world.run()

    # -- the roster -------------------------------------------------------------------------------

    @rule(name=people)
    def notes_are_edited(self, name: str) -> None:
        with suppress(AssertionError):
            self.world.note(name)

    @rule(name=people, cadence=st.sampled_from(CADENCES))
    def a_cadence_is_edited(self, name: str, cadence: str) -> None:
        with suppress(AssertionError):
            self.world.meet(name, cadence)

    @rule(number=numbers)
    def days_are_taken_off(self, number: int) -> None:
        """Have the plan move a check-in."""
        ahead = self.world.watch.live(days=200)
        self.world.take_off(*(at.date() for _, at in ahead[number : number + 3 : 2]))

    @rule(name=people)
    def somebody_leaves_the_roster(self, name: str) -> None:
        with suppress(AssertionError):
            self.world.drop(name)

    @rule(name=people)
    def somebody_joins_the_roster(self, name: str) -> None:
        if f"name: {name}," not in self.world.text:
            lines = self.world.text.rstrip().splitlines()
            at = next(number for number, line in enumerate(lines) if line.startswith("calendars:"))
            lines.insert(at, f"  - {{name: {name}, category: peers}}")
            self.world.text = "\n".join(lines)

    @rule(name=people, is_on=st.booleans())
    def the_owner_pauses_or_resumes(self, *, name: str, is_on: bool) -> None:
        key = name.lower().replace(" ", "-")
        kind = Resumed if is_on else Paused
        with self.world.store() as store:
            store.add_facts([kind(contact=key, noted_at=self.world.now, source="cli")])

    # -- what the owner does on the calendar ------------------------------------------------------

    @rule(number=numbers, by=shifts)
    def drags_an_occurrence(self, number: int, by: timedelta) -> None:
        self._gesture("drag", number, by)

    @rule(number=numbers)
    def deletes_an_occurrence(self, number: int) -> None:
        self._gesture("delete", number)

    @rule()
    def brings_an_occurrence_back(self) -> None:
        for identity in sorted(one for one in self.world.watch.deleted if "_" in one):
            with suppress(LookupError, Refusal):
                self.world.watch.deleted.discard(identity)
                self.world.user.undelete(identity)
                return

    @rule(number=numbers)
    def deletes_a_series(self, number: int) -> None:
        self._gesture("delete all", number)

    @rule()
    def brings_a_series_back(self) -> None:
        for identity in sorted(one for one in self.world.watch.deleted if "_" not in one):
            with suppress(LookupError, Refusal):
                self.world.watch.deleted.discard(identity)
                self.world.user.undelete(identity)
                return

    @rule(number=numbers, by=shifts)
    def drags_this_and_following(self, number: int, by: timedelta) -> None:
        self._gesture("drag following", number, by)

    @rule(number=numbers)
    def renames_this_and_following(self, number: int) -> None:
        self._gesture("rename following", number)

    @rule(number=numbers, weeks=st.integers(1, 6))
    def chooses_another_rule(self, number: int, weeks: int) -> None:
        self._gesture("change rule", number, timedelta(weeks=weeks))

    @rule(number=numbers, by=shifts)
    def drags_all_of_a_series(self, number: int, by: timedelta) -> None:
        self._gesture("drag all", number, by)

    @rule(number=numbers, what=st.sampled_from(["tick", "cross", "color", "lengthen", "note", "title"]))
    def writes_on_an_event(self, number: int, what: str) -> None:
        self._gesture(what, number)

    @rule()
    def writes_down_something_else(self) -> None:
        event = self.world.user.add_event(
            "Dentist", self.world.now + timedelta(days=3), calendar=self.world.calendar_id
        )
        self.strangers[event] = self._etag(event)

    def _gesture(self, what: str, number: int, by: timedelta = timedelta()) -> None:
        """Make a gesture on one of the next occurrences, if there is one to make it on."""
        with suppress(LookupError, Refusal):
            self._act(what, number, by)

    def _act(self, what: str, number: int, by: timedelta) -> None:  # noqa: C901, PLR0912  a table of gestures
        world, watch = self.world, self.world.watch
        found = [
            one
            for one in world.fake.occurrences(world.calendar_id, world.now, world.now + timedelta(days=200))
            if one.get("recurringEventId")
        ]
        if number >= len(found):
            return
        one = found[number]
        identity, series = one["id"], one["recurringEventId"]
        start = datetime.fromisoformat(one["start"]["dateTime"]).astimezone(UTC)
        to = start + by
        if to <= world.now:
            return
        self.story.append(f"{what} {one['summary']} of {start} by {by} ({identity})")
        match what:
            case "drag":
                world.user.move(identity, to)
                watch.moved[identity] = to
            case "delete":
                world.user.delete(identity)
                watch.deleted.add(identity)
            case "delete all":
                world.user.delete(series)
                watch.deleted.add(series)
            case "drag following":
                self._forget(series)
                world.user.move_following(identity, to)
            case "rename following":
                self._forget(series)
                world.user.rename_following(identity, "A coffee")
            case "change rule":
                self._forget(series)
                weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.weekday()]
                every = max(1, by.days // 7)
                rule = f"RRULE:FREQ=WEEKLY;INTERVAL={every};BYDAY={weekday}"
                world.user.change_rule(series, rule)
            case "drag all":
                self._forget(series)
                event = world.fake.event(series)
                assert event is not None
                if "UNTIL" in event["recurrence"][0]:
                    return  # a part with an end may come to hold one more or fewer
                first = datetime.fromisoformat(event["start"]["dateTime"]).astimezone(UTC)
                world.user.move(series, first + by)
            case "tick":
                world.user.rename(identity, f"✓ {one['summary']}")
            case "cross":
                world.user.rename(identity, f"✗ {one['summary']}")
            case "color":
                world.user.color(series, str(1 + number))
            case "lengthen":
                world.user.lengthen(series, timedelta(minutes=15))
            case "note":
                world.user.edit_description(identity, f"{one.get('description', '')}\n\nBrings tea.")
            case "title":
                world.user.rename(series, "A talk")

    def _forget(self, series: str) -> None:
        """Know nothing of the occurrences of a series: another rhythm takes them all back."""
        base = series.partition("_")[0]
        watch = self.world.watch
        watch.deleted -= {one for one in watch.deleted if one.startswith(f"{base}_")}
        for identity in [one for one in watch.moved if one.startswith(f"{base}_")]:
            del watch.moved[identity]

    # -- time and trouble -------------------------------------------------------------------------

    @rule(days=st.sampled_from([0, 1, 4, 15, 40]), hours=st.integers(1, 20))
    def time_goes_by(self, days: int, hours: int) -> None:
        self.world.wait(days=days, hours=hours)

    @rule()
    def the_clock_is_set_back(self) -> None:
        self.world.wait(days=-1)

    @rule()
    def tokens_expire(self) -> None:
        self.world.fake.expire_sync_tokens()

    @rule()
    def tombstones_are_forgotten(self) -> None:
        self.world.fake.forget_tombstones()

    @rule()
    def the_database_is_lost(self) -> None:
        self.world.lose_database()

    @rule(
        method=st.sampled_from(["events.list", "events.get", "events.insert", "events.patch", "events.*"]),
        nth=st.integers(1, 3),
        fault=st.sampled_from(FAULTS),
        times=st.sampled_from([1, 2, 9]),
        applied=st.booleans(),
    )
    def something_will_fail(
        self, *, method: str, nth: int, fault: tuple[int, str | None], times: int, applied: bool
    ) -> None:
        status, reason = fault
        planned = self.world.fake.faults.on(method, nth=nth, times=times)
        planned.answers(status, reason, applied=applied and status >= 500)

    # -- passes -----------------------------------------------------------------------------------

    @rule()
    def a_pass(self) -> None:
        self._run()

    @rule(step=st.integers(1, 12), is_before=st.booleans())
    def a_pass_that_is_killed(self, *, step: int, is_before: bool) -> None:
        fake = self.world.fake
        with fake.dies(before=step) if is_before else fake.dies(after=step):
            self._run()

    @rule(
        step=st.integers(1, 6),
        what=st.sampled_from(["drag", "delete", "delete all", "drag following", "title", "note", "color"]),
        number=numbers,
        by=shifts,
    )
    def a_pass_with_the_owner_at_work(self, step: int, what: str, number: int, by: timedelta) -> None:
        before = len(self.world.fake.ledger.calls)

        def act(call: Call) -> None:
            if len(self.world.fake.ledger.calls) - before == step:
                self._gesture(what, number, by)

        self._hooked(act)

    @rule(step=st.integers(1, 6))
    def a_pass_on_two_machines_at_once(self, step: int) -> None:
        calls = iter(range(1, 1000))

        def act(_call: Call) -> None:
            if next(calls) == step:
                self.a_pass_on_the_other_machine()

        self._hooked(act)

    @rule()
    def a_pass_on_the_other_machine(self) -> None:
        self.has_other_machine = True
        with self.world.on_machine(OTHER):
            self._run()

    def _hooked(self, act: Callable[[Call], None]) -> None:
        hooks = self.world.fake._exchange.before_each
        hooks.append(act)
        try:
            self._run()
        finally:
            hooks.remove(act)

    def _run(self) -> None:
        with suppress(GuardRefused):
            self.world.run()

    # -- what always holds ------------------------------------------------------------------------

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def nothing_forbidden_was_done(self) -> None:
        assert not self.world.watch.found, "\n".join(self.world.watch.found)
        assert not self.world.fake.violations
        assert {one: self._etag(one) for one in self.strangers} == self.strangers

    def _etag(self, identity: str) -> str:
        event = self.world.fake.event(identity)
        assert event is not None
        return str(event["etag"])

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self._settles()
        finally:
            self.world.fake.stop()
            self.folder.cleanup()

    def _settles(self) -> None:
        self.world.fake.faults.clear()
        self._settles_here()
        if self.has_other_machine:
            with self.world.on_machine(OTHER):
                self._settles_here()
            self._settles_here()

    def _settles_here(self) -> None:
        world = self.world
        for _ in range(3):
            done = world.run(is_confirmed=True)
            assert not done.problem, done.problem
            if not world.writes:
                break
        assert not world.writes, "\n".join(map(str, world.writes))
        rows = world.rows()
        world.run()
        assert not world.writes, "\n".join(map(str, world.writes))
        assert world.rows() == rows
        assert not world.disagreement(), world.disagreement()
        self.nothing_forbidden_was_done()


EXAMPLES, STEPS = (int(one) for one in os.environ.get("NETKEEP_MACHINE", "25,14").split(","))

TestSyncMachine = SyncMachine.TestCase
TestSyncMachine.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize="NETKEEP_MACHINE" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
TestSyncMachine = pytest.mark.no_cover(TestSyncMachine)
