"""What was observed, never changed afterwards: told by the owner, done by them on a calendar, or seen by the
clock.

Later facts correct earlier ones; what they add up to is an outcome (`outcome.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.language import to_translate

if TYPE_CHECKING:
    from datetime import date, datetime

    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.series import Rule

__all__ = [
    "DECLINED",
    "AnyFact",
    "Asked",
    "Dismissed",
    "Gave",
    "Held",
    "Kept",
    "Missed",
    "Noted",
    "Passed",
    "Paused",
    "Promised",
    "Replanned",
    "Rescheduled",
    "Resumed",
    "Rhythm",
    "Skipped",
    "SlotName",
    "Snoozed",
]

DECLINED = to_translate("declined")
"""The note of a check-in that the owner declined on a calendar; nobody wrote it."""


NOT_FOLLOWED = "its rhythm on your calendar is none that can be followed"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SlotName:
    """Which occurrence: its series and the day of its slot."""

    uid: str
    slot_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`source` is who says so: `clock`, `cli`, `web`, or the name of the target where it was seen."""

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
    """No check-ins until the owner says otherwise, but for those before `from_on`, None for none of them."""

    note: str = ""
    from_on: date | None = None

    @property
    def is_not_followed(self) -> bool:
        """Whether it is because of a rhythm on the calendar that none can follow: that stays there."""
        return self.note.startswith(NOT_FOLLOWED)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescheduled(Fact):
    """The owner moved this occurrence to `start_at`, or brought it back there after it was cancelled."""

    slot: SlotName
    start_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Fact):
    """The owner wrote something down about this occurrence; an empty `note` takes it back."""

    slot: SlotName
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm(Fact):
    """The owner gave the series `uid`, from `from_on` on, a rhythm of their own: its first check-in is at
    `start_at`, an instance of `rule` in `timezone`. A series of that `generation` follows it.

    It holds until the roster has another cadence than `instead_of`, the one it had then.
    """

    uid: str
    generation: int
    from_on: date
    start_at: datetime
    timezone: str
    rule: Rule
    instead_of: Cadence


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissed(Fact):
    """What was found on a busy calendar on `found_on` was no meeting with the contact. `meeting` is the
    source that a fact about it would have (`busy.py`).
    """

    meeting: str
    found_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Gave(Fact):
    """The owner gave something at the meeting of `held_on`: an introduction, a book, an hour of help."""

    held_on: date
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Fact):
    """The owner asked for something at the meeting of `held_on`."""

    held_on: date
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised(Fact):
    """At the meeting of `held_on` the owner promised something, or the contact if it `is_theirs`. It is due
    on `by_on`, None where no day was said.
    """

    held_on: date
    what: str
    is_theirs: bool
    by_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Fact):
    """The promise of these words was kept by who made it."""

    what: str
    is_theirs: bool


AnyFact = (
    Passed
    | Held
    | Skipped
    | Missed
    | Snoozed
    | Paused
    | Resumed
    | Replanned
    | Rescheduled
    | Noted
    | Rhythm
    | Dismissed
    | Gave
    | Asked
    | Promised
    | Kept
)
