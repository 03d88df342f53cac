"""What a calendar shows of our entries that is news to us, in the words of no particular calendar system.

A target hands over observations, and `hearing.py` makes facts of them. Times are UTC unless they say
otherwise. `body` is that of the baseline which the target keeps of the entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from netkeep_sync.core.pattern import Pattern

__all__ = ["Gone", "Mark", "Observation", "Seen", "SlotSeen", "Tail", "mark_of"]


class Mark(StrEnum):
    """What the owner put before a title."""

    NONE = ""
    DONE = "done"
    FAILED = "failed"


_MARKS = {"✓": Mark.DONE, "✔": Mark.DONE, "☑": Mark.DONE, "✅": Mark.DONE}
_MARKS |= {"done": Mark.DONE, "erledigt": Mark.DONE}
_MARKS |= {"✗": Mark.FAILED, "✘": Mark.FAILED, "❌": Mark.FAILED, "☒": Mark.FAILED}


def mark_of(title: str) -> Mark:
    """Return the mark at the start of a title: a sign, or "done" as a word of its own, in any language
    that we speak.
    """
    first = title.strip().casefold()
    for sign, mark in _MARKS.items():
        rest = first.removeprefix(sign)
        if rest != first and not (sign.isalpha() and rest[:1].isalnum()):
            return mark
    return Mark.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSeen:
    """One occurrence that is not as its series has it. `slot_at` names it: the start first planned.

    `start_at` is where it is now, None when it was deleted. `note` is what the owner wrote below our part
    of the description. `is_ours` tells that it bears our mark of having put it there.
    """

    slot_at: datetime
    start_at: datetime | None
    mark: Mark = Mark.NONE
    note: str = ""
    is_declined: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A series that is there, as its target holds it. `pattern` is told where the owner changed it, and of
    every series that the target did not know of (`is_known`), with whether it `is_own_pattern`. `followed`
    is the body for the series that follows such a pattern, `released` for the one whose event that was, and
    `cut` for one that they have cut in two: where its first part ends is ours to say, as of any we end.
    `is_off` tells that what is ours of it must be written again, `is_namesake` that the series of that UID
    lives on another entry: this one is of another machine, which has counted otherwise. `is_of_days` tells
    that the owner has made whole days of it.
    """

    uid: str
    body: str
    is_known: bool = True
    pattern: Pattern | None = None
    is_own_pattern: bool = True
    mark: Mark = Mark.NONE
    note: str = ""
    slots: tuple[SlotSeen, ...] = ()
    followed: str = ""
    released: str = ""
    cut: str = ""
    is_off: bool = False
    is_namesake: bool = False
    is_of_days: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What a calendar makes of "this and all following": another series, with the marks of ours."""

    of: str
    body: str
    pattern: Pattern
    slots: tuple[SlotSeen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """An entry that is not there any more. One that the target does not hold (`is_known`) may have been taken
    off by us; it is news only where a series still lives on it.
    """

    uid: str
    body: str
    is_known: bool = True


Observation = Seen | Tail | Gone
