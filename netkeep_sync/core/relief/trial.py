"""Planning a changed roster, to see whether everybody fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.capacity import all_unfit
from netkeep_sync.core.counting import Count
from netkeep_sync.core.relief.change import (
    Kind,
    NoRelief,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from netkeep_sync.core.capacity import Unfit
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.roster import Roster


__all__ = ["Spent", "Trial", "spent"]


class Spent(Exception):
    """All plans that were allowed have been made."""


class Trial:
    """The planning of changed rosters, each once, within the number of plans that is allowed."""

    def __init__(
        self,
        roster: Roster,
        planned: Callable[[Roster], Plan],
        plan: Plan,
        histories: Mapping[str, History],
        most_plans: int,
    ) -> None:
        self.roster = roster
        self.histories = histories
        self.counting = Count(roster, plan, histories)
        self.unfit = all_unfit(roster, plan)
        self.contacts = [one for one in roster.contacts if not self.counting.is_paused(one)]
        self.plans = 0
        self._planned = planned
        self._most_plans = most_plans
        self._allowed = 0
        self._unfit_by_change: dict[Hashable, tuple[Unfit, ...] | None] = {}

    def allow(self, kinds_left: int) -> None:
        """Let the next kind have its share of the plans that are left."""
        self._allowed = self.plans + (self._most_plans - self.plans) // kinds_left

    @property
    def plans_left(self) -> int:
        """How many plans may be made for this kind."""
        return self._allowed - self.plans

    def fits(self, changed: Roster) -> bool:
        """Tell whether everybody fits; raises Spent where that would take a plan too many."""
        return self.unfit_with(changed) == ()

    def unfit_with(self, changed: Roster) -> tuple[Unfit, ...] | None:
        """Return who does not fit, None where counting has ruled the change out."""
        change = (changed.capacity, tuple((one.key, one.cadence) for one in changed.contacts))
        if change not in self._unfit_by_change:
            if self.counting.proof(changed) is not None:
                self._unfit_by_change[change] = None
            elif not self.plans_left:
                raise Spent
            else:
                self.plans += 1
                self._unfit_by_change[change] = all_unfit(changed, self._planned(changed))
        return self._unfit_by_change[change]


def spent(trial: Trial, kind: Kind) -> NoRelief:
    """Return that no answer was found with the plans allowed."""
    reason = f"the search for what to {kind} ended after {trial.plans} plans without an answer"
    return NoRelief(kind=kind, reason=reason, channels=(), is_certain=False)
