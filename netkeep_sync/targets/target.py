"""The contract of a calendar target: a place that the plan is published to.

A pass works on each target in turn. First it listens: what the owner did there since the last time becomes
facts, which are stored together with the cursor. Then it compares the projected plan with the target's
baselines, calls `put` or `remove` once for every difference, stores what each call returns, and calls
`publish` last. A pass may end between any two calls; the next one starts over from what was stored.

A projection is of a series or of a milestone. A milestone is an event on one whole day of every year, which
keeps no time busy and reminds of nothing. Both are put, removed and published alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from netkeep_sync.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.baseline import Baseline, Cursor
    from netkeep_sync.core.entry import Entry
    from netkeep_sync.core.observation import Observation
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.core.roster import Show

__all__ = ["MOST_TRIES", "CalendarTarget", "Listened", "changes_all_the_time"]

MOST_TRIES = 3
"""So often a change is made anew for an entry that the owner changed meanwhile."""


def changes_all_the_time(about: str) -> TargetError:
    """Return the error for an entry of which that was not enough."""
    return TargetError(f"{about}: the event changes all the time; the next pass tries again", permanent=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What a target heard, and the cursor to go on from: it may be stored only with all that was heard."""

    observations: tuple[Observation, ...]
    cursor: Cursor


class CalendarTarget(Protocol):
    """One calendar. Every method raises TargetError, and nothing else, when the target fails."""

    name: str
    """The target's name in the store; baselines are kept under it."""

    show: Show
    """What the target may tell of the people."""

    is_remote: bool
    """Whether a call changes something for good, so that what it returns must be stored at once."""

    @property
    def requests_sent(self) -> int:
        """How many requests it has sent since it was made, repeated ones too; 0 where nobody is asked."""

    def calendar_id(self) -> str:
        """Return which calendar it is, as its cursors name it; "" where there is none yet, or none of its
        own.
        """

    def renew(self, *, is_confirmed: bool = False) -> bool:
        """Forget the calendar that was made, so that another is made when it is next used; return whether
        this target makes its own at all. Raises GuardRefused for one that is still there, unless confirmed.
        """

    def listen(
        self, cursor: Cursor | None, baselines: Mapping[str, Baseline], *, now: datetime
    ) -> Listened | None:
        """Return what is news on the calendar since `cursor` (None: all of it), where `baselines` are what we
        hold. None for a target whose readers can change nothing.

        An answer that is not whole is an error: what is missing from it would be taken for deleted.
        """

    def put(self, projection: Projection, *, base: Baseline | None, now: datetime) -> Baseline:
        """Create what is projected, or change it where `base` says what the target holds; return the new
        baseline: a higher sequence, changed at `now` in whole seconds.
        """

    def remove(self, base: Baseline) -> None:
        """Take a series or a milestone off the calendar; one that is gone already is no error."""

    def shown(self, base: Baseline) -> Entry | None:
        """Return what the calendar shows of a series or milestone; None where that is gone from it."""

    def publish(self, baselines: Sequence[Baseline]) -> None:
        """End the pass. `baselines` is all that the target now holds, sorted by UID. Called at every
        pass, with or without changes; what is already published stays untouched.
        """

    def close(self) -> None:
        """Let go of what is open. The target may be used again, and then looks anew who is signed in."""
