"""What was observed, never changed afterwards: told by the owner, or seen by the clock.

Later facts correct earlier ones; what they add up to is an outcome (`outcome.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = [
    "AnyFact",
    "Held",
    "Missed",
    "Passed",
    "Paused",
    "Replanned",
    "Resumed",
    "Skipped",
    "SlotName",
    "Snoozed",
]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SlotName:
    """Which occurrence: its series and the day of its slot."""

    uid: str
    slot_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`source` is who says so: `clock`, `cli`, `web`, later the name of a target."""

    contact: str
    noted_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed(Fact):
    """The occurrence stood on the calendar and its end went by.

    `is_presumed` tells whether that was to count as held when it happened (`assume:` in the roster),
    so that a later change of mind does not rewrite the past.
    """

    slot: SlotName
    held_on: date
    is_presumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Fact):
    """They met on `held_on`; `slot` is the occurrence that this fulfils, None for a meeting beside
    the plan.
    """

    held_on: date
    slot: SlotName | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped(Fact):
    """The owner lets this occurrence go, before or after its day; the clock runs on."""

    slot: SlotName
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed(Fact):
    """It was planned, and did not come about."""

    slot: SlotName
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Fact):
    """Not before `until_on`."""

    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Fact):
    """No check-ins until the owner says otherwise."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Fact):
    """The pause, or the snooze, is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned(Fact):
    """What is overdue is to be caught up between `from_on` and `until_on`, both included, by a series of
    this generation: an older one is planned anew for it.
    """

    from_on: date
    until_on: date
    generation: int


AnyFact = Passed | Held | Skipped | Missed | Snoozed | Paused | Resumed | Replanned
