"""What is believed to have come of each occurrence, and where each contact stands by that."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.ledger import Ledger

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.core.fact import Paused, Replanned, Rhythm, SlotName

__all__ = ["Evidence", "History", "Outcome", "Result"]


class Result(StrEnum):
    """What came of it."""

    HELD = "held"
    SKIPPED = "skipped"
    MISSED = "missed"
    UNKNOWN = "unknown"


class Evidence(StrEnum):
    """Why we believe so: somebody said it, or it passed and stood."""

    CONFIRMED = "confirmed"
    PRESUMED = "presumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one occurrence, or of a meeting beside the plan (`slot` is None).

    `day` is when they met, or the day of the slot when they did not.
    """

    contact: str
    slot: SlotName | None
    day: date
    result: Result
    evidence: Evidence
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Where one contact stands.

    `outcomes` are sorted by day. `held` is the latest one that was held. `snoozed_until_on` and
    `paused_on` are None unless that holds now, and `pause` is the fact that says so; `replanned` is the
    latest fresh start asked for. `moved` are the check-ins that the owner has put elsewhere, `notes` what
    they wrote to check-ins on a calendar, `open_notes` those for what is still to come, and `rhythm` is the
    latest one that they gave themselves. `ledger` is what went to and fro.
    """

    contact: str
    outcomes: tuple[Outcome, ...] = ()
    snoozed_until_on: date | None = None
    paused_on: date | None = None
    pause: Paused | None = None
    replanned: Replanned | None = None
    moved: frozenset[SlotName] = frozenset()
    notes: frozenset[tuple[SlotName, str]] = frozenset()
    open_notes: tuple[tuple[SlotName, str], ...] = ()
    rhythm: Rhythm | None = None
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def held(self) -> Outcome | None:
        """The latest outcome that was held."""
        return max(
            (outcome for outcome in self.outcomes if outcome.result is Result.HELD),
            key=lambda outcome: outcome.day,
            default=None,
        )

    @property
    def skips_in_a_row(self) -> int:
        """How many check-ins have been skipped since one was held or missed."""
        skips = 0
        for outcome in reversed(self.outcomes):
            if outcome.result is Result.SKIPPED:
                skips += 1
            elif outcome.result is not Result.UNKNOWN:
                break
        return skips

    @property
    def meetings(self) -> tuple[Outcome, ...]:
        """The outcomes that were held, by day."""
        return tuple(outcome for outcome in self.outcomes if outcome.result is Result.HELD)

    @property
    def asks_in_a_row(self) -> int:
        """At how many of the latest meetings the owner asked for something and gave nothing."""
        days = dict.fromkeys(outcome.day for outcome in self.meetings)
        return self.ledger.asks_in_a_row(tuple(days))
