"""Whatever an owner, their machines and the network do, in whatever order: the calendar settles, and what the
owner did there stands.

The machine draws what happens (`turmoil.py`). `NETKEEP_MACHINE=examples,steps` runs it longer, with other
draws each time; `tests/soak/run.py` goes on for years.
"""

from __future__ import annotations

import os
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.fakes.manners import Manners
from tests.stories.google_world import PLAIN_ROSTER, ROSTER, GoogleWorld
from tests.stories.turmoil import CADENCES, DURING_A_PASS, FAILING, FAULTS, ON_EVENTS, Turmoil

NAMES = ("John Doe", "Joan Diaz", "Grace Liu", "Max Roe")

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
        self.turmoil = Turmoil(self.world)
        self.world.run()

    # -- the roster -------------------------------------------------------------------------------

    @rule(name=people)
    def notes_are_edited(self, name: str) -> None:
        self.turmoil.notes_are_edited(name)

    @rule(name=people, cadence=st.sampled_from(CADENCES))
    def a_cadence_is_edited(self, name: str, cadence: str) -> None:
        self.turmoil.a_cadence_is_edited(name, cadence)

    @rule(number=numbers)
    def days_are_taken_off(self, number: int) -> None:
        self.turmoil.days_are_taken_off(number)

    @rule(name=people)
    def somebody_leaves_the_roster(self, name: str) -> None:
        self.turmoil.somebody_leaves_the_roster(name)

    @rule(name=people)
    def somebody_joins_the_roster(self, name: str) -> None:
        self.turmoil.somebody_joins_the_roster(name)

    @rule(name=people, is_on=st.booleans())
    def the_owner_pauses_or_resumes(self, *, name: str, is_on: bool) -> None:
        self.turmoil.the_owner_pauses_or_resumes(name, is_on=is_on)

    # -- what the owner does on the calendar ------------------------------------------------------

    @rule(number=numbers, by=shifts)
    def drags_an_occurrence(self, number: int, by: timedelta) -> None:
        self.turmoil.gesture("drag", number, by)

    @rule(number=numbers)
    def deletes_an_occurrence(self, number: int) -> None:
        self.turmoil.gesture("delete", number)

    @rule()
    def brings_an_occurrence_back(self) -> None:
        self.turmoil.brings_an_occurrence_back()

    @rule(number=numbers)
    def deletes_a_series(self, number: int) -> None:
        self.turmoil.gesture("delete all", number)

    @rule()
    def brings_a_series_back(self) -> None:
        self.turmoil.brings_a_series_back()

    @rule(number=numbers, by=shifts)
    def drags_this_and_following(self, number: int, by: timedelta) -> None:
        self.turmoil.gesture("drag following", number, by)

    @rule(number=numbers)
    def renames_this_and_following(self, number: int) -> None:
        self.turmoil.gesture("rename following", number)

    @rule(number=numbers, weeks=st.integers(1, 6))
    def chooses_another_rule(self, number: int, weeks: int) -> None:
        self.turmoil.gesture("change rule", number, timedelta(weeks=weeks))

    @rule(number=numbers)
    def deletes_this_and_following(self, number: int) -> None:
        self.turmoil.gesture("delete following", number)

    @rule(number=numbers)
    def chooses_a_rule_that_none_can_follow(self, number: int) -> None:
        self.turmoil.gesture("daily", number)

    @rule(number=numbers, by=shifts)
    def drags_all_of_a_series(self, number: int, by: timedelta) -> None:
        self.turmoil.gesture("drag all", number, by)

    @rule(number=numbers, what=st.sampled_from(ON_EVENTS))
    def writes_on_an_event(self, number: int, what: str) -> None:
        self.turmoil.gesture(what, number)

    @rule()
    def writes_down_something_else(self) -> None:
        self.turmoil.writes_down_something_else()

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
        method=st.sampled_from(FAILING),
        nth=st.integers(1, 3),
        fault=st.sampled_from(FAULTS),
        times=st.sampled_from([1, 2, 9]),
        applied=st.booleans(),
    )
    def something_will_fail(
        self, *, method: str, nth: int, fault: tuple[int, str | None], times: int, applied: bool
    ) -> None:
        self.turmoil.something_will_fail(method=method, nth=nth, fault=fault, times=times, applied=applied)

    # -- passes -----------------------------------------------------------------------------------

    @rule()
    def a_pass(self) -> None:
        self.turmoil.a_pass()

    @rule(step=st.integers(1, 12), is_before=st.booleans())
    def a_pass_that_is_killed(self, *, step: int, is_before: bool) -> None:
        self.turmoil.a_pass_that_is_killed(step=step, is_before=is_before)

    @rule(step=st.integers(1, 6), what=st.sampled_from(DURING_A_PASS), number=numbers, by=shifts)
    def a_pass_with_the_owner_at_work(self, step: int, what: str, number: int, by: timedelta) -> None:
        self.turmoil.a_pass_with_the_owner_at_work(step, what, number, by)

    @rule(step=st.integers(1, 6))
    def a_pass_on_two_machines_at_once(self, step: int) -> None:
        self.turmoil.a_pass_on_two_machines_at_once(step)

    @rule()
    def a_pass_on_the_other_machine(self) -> None:
        self.turmoil.a_pass_on_the_other_machine()

    # -- what always holds ------------------------------------------------------------------------

    @invariant()
    @precondition(lambda self: hasattr(self, "turmoil"))
    def nothing_forbidden_was_done(self) -> None:
        self.turmoil.nothing_forbidden_was_done()

    def teardown(self) -> None:
        if not hasattr(self, "turmoil"):
            return
        try:
            self.turmoil.settles()
        finally:
            self.world.fake.stop()
            self.folder.cleanup()


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
