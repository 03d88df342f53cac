"""The contract of a calendar target: a place that the plan is published to.

A pass works on each target in turn. It compares the projected plan with the target's baselines, calls
`put` or `remove` once for every difference, stores what each call returns, and calls `publish` last.
A pass may end between any two calls; the next one starts over from the baselines that were stored.

A projection is of a series or of a milestone. A milestone is an event on one whole day of every year, which
keeps no time busy and reminds of nothing. Both are put, removed and published alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.core.projection import Projection

__all__ = ["CalendarTarget"]


class CalendarTarget(Protocol):
    """One calendar. Every method raises TargetError, and nothing else, when the target fails."""

    name: str
    """The target's name in the store; baselines are kept under it."""

    def put(self, projection: Projection, *, base: Baseline | None, now: datetime) -> Baseline:
        """Create what is projected, or change it where `base` says what the target holds; return the new
        baseline: a higher sequence, changed at `now` in whole seconds.
        """

    def remove(self, base: Baseline) -> None:
        """Take a series or a milestone off the calendar; one that is gone already is no error."""

    def publish(self, baselines: Sequence[Baseline]) -> None:
        """End the pass. `baselines` is all that the target now holds, sorted by UID. Called at every
        pass, with or without changes; what is already published stays untouched.
        """
