"""All that may happen to an owner, their machines, their calendar and the network, in whatever order.

Each method is one such thing, told with plain arguments: Hypothesis draws them in `test_sync_machine.py`, a
seed in `tests/soak`. What can't happen just now (nobody is there to be dropped, nothing to be dragged) does
not. The model is what the owner has deleted and moved (`google_watch.py`), and after every single request
the watch looks whether it still is so.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import Paused, Resumed
from netkeep_sync.errors import GuardRefused
from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.fakes.ledger import Call
    from tests.stories.google_world import GoogleWorld

CADENCES = ("every 2 weeks", "monthly", "every 6 weeks", "quarterly")
FAULTS = ((503, None), (500, None), (429, None), (403, "rateLimitExceeded"), (403, "forbidden"), (400, None))
FAILING = ("events.list", "events.get", "events.insert", "events.patch", "events.*")
ON_EVENTS = ("tick", "cross", "color", "lengthen", "note", "title")
DURING_A_PASS = ("drag", "delete", "delete all", "drag following", "title", "note", "color")
OF_RHYTHM = ("drag all", "drag following", "rename following", "change rule", "delete following", "daily")

OTHER = -1
"""The number of the other machine."""


class Turmoil:
    """One owner with two machines, and their calendar. `story` is what they did there, to be read."""

    def __init__(self, world: GoogleWorld) -> None:
        self.world = world
        self.strangers: dict[str, str] = {}
        self.story: list[str] = []
        self.has_other_machine = False

    # -- the roster -------------------------------------------------------------------------------

    def notes_are_edited(self, name: str) -> None:
        with suppress(AssertionError):
            self.world.note(name)

    def a_cadence_is_edited(self, name: str, cadence: str) -> None:
        with suppress(AssertionError):
            self.world.meet(name, cadence)

    def days_are_taken_off(self, number: int) -> None:
        """Have the plan move a check-in."""
        ahead = self.world.watch.live(days=200)
        self.world.take_off(*(at.date() for _, at in ahead[number : number + 3 : 2]))

    def somebody_leaves_the_roster(self, name: str) -> None:
        with suppress(AssertionError):
            self.world.drop(name)

    def somebody_joins_the_roster(self, name: str) -> None:
        if f"name: {name}," not in self.world.text:
            lines = self.world.text.rstrip().splitlines()
            at = next(number for number, line in enumerate(lines) if line.startswith("calendars:"))
            lines.insert(at, f"  - {{name: {name}, category: peers}}")
            self.world.text = "\n".join(lines)

    def the_owner_pauses_or_resumes(self, name: str, *, is_on: bool) -> None:
        key = name.lower().replace(" ", "-")
        kind = Resumed if is_on else Paused
        with self.world.store() as store:
            store.add_facts([kind(contact=key, noted_at=self.world.now, source="cli")])

    # -- what the owner does on the calendar ------------------------------------------------------

    def brings_an_occurrence_back(self) -> None:
        self._brings_back(one for one in self.world.watch.deleted if "_" in one)

    def brings_a_series_back(self) -> None:
        self._brings_back(one for one in self.world.watch.deleted if "_" not in one)

    def _brings_back(self, deleted: Iterable[str]) -> None:
        for identity in sorted(deleted):
            with suppress(LookupError, Refusal):
                self.world.watch.deleted.discard(identity)
                self.world.user.undelete(identity)
                return

    def writes_down_something_else(self) -> None:
        event = self.world.user.add_event(
            "Dentist", self.world.now + timedelta(days=3), calendar=self.world.calendar_id
        )
        self.strangers[event] = self._etag(event)

    def gesture(self, what: str, number: int, by: timedelta = timedelta()) -> None:
        """Make a gesture on one of the next check-ins, by its number, if there is one to make it on."""
        with suppress(LookupError, Refusal):
            self._act(what, number, by)

    def _act(self, what: str, number: int, by: timedelta) -> None:  # noqa: C901, PLR0912, PLR0915  a table of gestures
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
        if to <= world.now or (what.startswith("drag") and not by):
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
            case "delete following":
                world.user.delete_following(identity)
            case "daily":
                event = world.fake.event(series)
                assert event is not None
                if "UNTIL" in event["recurrence"][0]:
                    return  # of a part with an end, a check-in is planned where it begins
                self._forget(series)
                world.user.change_rule(series, "RRULE:FREQ=DAILY;COUNT=9")
            case "change rule":
                self._forget(series)
                event = world.fake.event(series)
                assert event is not None
                first = datetime.fromisoformat(event["start"]["dateTime"])
                weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
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

    def something_will_fail(
        self, *, method: str, nth: int, fault: tuple[int, str | None], times: int, applied: bool
    ) -> None:
        status, reason = fault
        planned = self.world.fake.faults.on(method, nth=nth, times=times)
        planned.answers(status, reason, applied=applied and status >= 500)

    # -- passes -----------------------------------------------------------------------------------

    def a_pass(self) -> None:
        self._run()

    def a_pass_that_is_killed(self, *, step: int, is_before: bool) -> None:
        fake = self.world.fake
        with fake.dies(before=step) if is_before else fake.dies(after=step):
            self._run()

    def a_pass_with_the_owner_at_work(self, step: int, what: str, number: int, by: timedelta) -> None:
        before = len(self.world.fake.ledger.calls)

        def act(call: Call) -> None:
            if len(self.world.fake.ledger.calls) - before == step:
                self.gesture(what, number, by)

        self._hooked(act)

    def a_pass_on_two_machines_at_once(self, step: int) -> None:
        calls = iter(range(1, 1000))

        def act(_call: Call) -> None:
            if next(calls) == step:
                self.a_pass_on_the_other_machine()

        self._hooked(act)

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

    def nothing_forbidden_was_done(self) -> None:
        assert not self.world.watch.found, "\n".join(self.world.watch.found)
        assert not self.world.fake.violations, "\n".join(self.world.fake.violations)
        are_there = {one: self._etag(one) for one in self.strangers}
        assert are_there == self.strangers, "what the owner wrote down themselves was written to"

    def _etag(self, identity: str) -> str:
        event = self.world.fake.event(identity)
        assert event is not None
        return str(event["etag"])

    def settles(self) -> None:
        """Let nothing more happen: after three passes at the most all is as it should be, and stays so."""
        self.world.fake.faults.clear()
        self._settles_here()
        if self.has_other_machine:
            with self.world.on_machine(OTHER):
                self._settles_here()
            self._settles_here()

    def _settles_here(self) -> None:
        world = self.world
        for _ in range(3):
            rows = world.rows()
            done = world.run(is_confirmed=True)
            assert not done.problem, done.problem
            if not world.writes and world.rows() == rows:
                break
        rows = world.rows()
        world.run()
        assert not world.writes, "\n".join(map(str, world.writes))
        assert world.rows() == rows, "an unchanged pass has changed what is remembered"
        assert not world.disagreement(), world.disagreement()
        assert not world.watch.doubled, f"more than one series goes on: {world.watch.doubled}"
        assert not world.watch.returned, f"what the owner deleted is back: {world.watch.returned}"
        self.nothing_forbidden_was_done()
