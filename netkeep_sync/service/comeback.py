"""The comeback, tried out before it is done: what the calendar would look like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.comeback import CatchUp, LetGo, absences, come_back
from netkeep_sync.core.reconcile import upcoming
from netkeep_sync.core.series import zone
from netkeep_sync.core.words import count, day_words
from netkeep_sync.errors import Refused
from netkeep_sync.service.outlook import look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from netkeep_sync.core.fact import AnyFact, Missed
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.store.store import ReadableStore

__all__ = ["Comeback", "Step", "try_comeback"]

_FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of one contact: their next check-in as it is, and as it would be."""

    what: CatchUp | LetGo
    before: Occurrence | None
    after: Occurrence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comeback:
    """Everybody who is overdue, the latest first, and the facts that would bring this about.

    `absent` are the check-ins that were presumed held and are not any more.
    """

    outlook: Outlook
    steps: tuple[Step, ...]
    absent: tuple[Missed, ...]
    facts: tuple[AnyFact, ...]

    @property
    def summary(self) -> str:
        """What happens, in numbers."""
        caught = sum(isinstance(step.what, CatchUp) for step in self.steps)
        taken_back = f", {count(len(self.absent), 'presumed check-in')} taken back" if self.absent else ""
        return f"{caught} caught up with, {len(self.steps) - caught} let go{taken_back}"


def try_comeback(
    outlook: Outlook,
    store: ReadableStore,
    *,
    from_on: date,
    nothing_since_on: date | None,
    source: str,
) -> Comeback:
    """Plan the comeback from a day on; nothing is recorded. With `nothing_since_on`, what was presumed
    held since then counts as missed. Raises Refused for a day too far ahead.
    """
    if from_on > outlook.today + _FURTHEST:
        raise Refused(
            f"{day_words(from_on, today=outlook.today)} is more than a year ahead; name an earlier day"
        )
    roster, now = outlook.roster, outlook.now
    absent: tuple[Missed, ...] = ()
    if nothing_since_on is not None:
        absent = absences(outlook.histories, since_on=nothing_since_on, now=now, source=source)
    known = look(roster, store, now=now, told=absent, busy=outlook.busy)

    def planned(facts: Sequence[AnyFact]) -> Plan:
        return look(roster, store, now=now, told=(*absent, *facts), busy=outlook.busy).plan

    steps = come_back(roster, known.histories, outlook.plan, planned, from_on=from_on, source=source)
    facts = (*absent, *(fact for step in steps for fact in step.facts))
    done = look(roster, store, now=now, told=facts, busy=outlook.busy)

    def following(of: Outlook, step: CatchUp | LetGo, *, from_on: date) -> Occurrence | None:
        days = (
            one
            for one in of.plan.occurrences
            if one.start_at.astimezone(zone(roster.timezone)).date() >= from_on
        )
        return upcoming(of.histories[step.contact], days, now=now)

    return Comeback(
        outlook=done,
        steps=tuple(
            Step(
                what=step,
                before=following(outlook, step, from_on=outlook.today),
                after=following(done, step, from_on=step.day if isinstance(step, CatchUp) else outlook.today),
            )
            for step in steps
        ),
        absent=absent,
        facts=facts,
    )
