"""Check-ins as they went: what was planned, what came of it, and what went to and fro."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.outcome import Evidence, Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from netkeep_sync.core.outcome import History

__all__ = ["CheckIn", "check_ins"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One check-in that lies behind. What was promised there may have been kept since."""

    outcome: Outcome
    gave: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    they_promised: tuple[str, ...] = ()

    @property
    def planned_on(self) -> date | None:
        """The day first planned; None for a meeting beside the plan."""
        return self.outcome.slot.slot_on if self.outcome.slot else None

    @property
    def held_on(self) -> date | None:
        """The day they met; None where they did not, or nobody knows."""
        return self.outcome.day if self.outcome.result is Result.HELD else None


def check_ins(history: History, *, today: date) -> tuple[CheckIn, ...]:
    """Return all of a contact's check-ins up to today, by day.

    What went to and fro on a day stands once: with a meeting, else with what else is known of that day, else
    with an outcome that nobody knows.
    """
    outcomes = [one for one in history.outcomes if one.day <= today]
    bearers: dict[date, Outcome] = {}
    for one in outcomes:
        if one.day not in bearers or one.result is Result.HELD:
            bearers[one.day] = one
    loose = [_unknown(history.contact, day) for day in sorted(_days_of_ledger(history) - bearers.keys())]
    found = sorted((*outcomes, *loose), key=lambda one: one.day)
    return tuple(
        _with_exchange(one, history) if bearers.get(one.day, one) is one else CheckIn(outcome=one)
        for one in found
    )


def _unknown(contact: str, day: date) -> Outcome:
    return Outcome(contact=contact, slot=None, day=day, result=Result.UNKNOWN, evidence=Evidence.CONFIRMED)


def _days_of_ledger(history: History) -> set[date]:
    def days() -> Iterator[date]:
        ledger = history.ledger
        yield from (one.day for one in (*ledger.gave, *ledger.asked))
        yield from (one.made_on for one in (*ledger.kept, *ledger.promises))

    return set(days())


def _with_exchange(outcome: Outcome, history: History) -> CheckIn:
    ledger, day = history.ledger, outcome.day
    return CheckIn(
        outcome=outcome,
        gave=ledger.gave_on(day),
        asked=ledger.asked_on(day),
        promised=ledger.promised_on(day, are_theirs=False),
        they_promised=ledger.promised_on(day, are_theirs=True),
    )
