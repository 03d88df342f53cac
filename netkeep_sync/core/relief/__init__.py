"""The smallest change that makes a roster fit: limits to raise, cadences to stretch, contacts to rest.

Every change that is offered has really been planned. Counting (`capacity.py`) says where the search may
begin: what it rules out is never planned. A change that fits is found quickly, by halving; then what is
smaller is tried for as long as there are plans left, for a greedy planner may fit a small change and
not a larger one. `is_smallest` tells whether that came to an end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.relief.change import (
    Kind,
    NoRelief,
    Raise,
    Relief,
    Reliefs,
    Rest,
    Stretch,
    Stretched,
    apply_relief,
)
from netkeep_sync.core.relief.fewest import find_rest, find_stretch
from netkeep_sync.core.relief.raising import find_raise
from netkeep_sync.core.relief.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.roster import Roster

__all__ = [
    "Kind",
    "NoRelief",
    "Raise",
    "Relief",
    "Reliefs",
    "Rest",
    "Stretch",
    "Stretched",
    "apply_relief",
    "smallest_relief",
]


def smallest_relief(
    roster: Roster,
    planned: Callable[[Roster], Plan],
    *,
    plan: Plan,
    histories: Mapping[str, History],
    most_plans: int = 40,
) -> Reliefs:
    """Return the smallest change of each kind with which everybody fits; none where everybody does.

    `planned` plans a changed roster, `plan` is that of the roster as it is. No more than `most_plans`
    are made.
    """
    trial = Trial(roster, planned, plan, histories, most_plans)
    if not trial.unfit:
        return Reliefs(found=(), missing=(), plans=0)
    answers: list[Relief | NoRelief] = []
    for kinds_left, find in ((3, find_raise), (2, find_stretch), (1, find_rest)):
        trial.allow(kinds_left)
        answers.append(find(trial))
    return Reliefs(
        found=tuple(one for one in answers if not isinstance(one, NoRelief)),
        missing=tuple(one for one in answers if isinstance(one, NoRelief)),
        plans=trial.plans,
    )
