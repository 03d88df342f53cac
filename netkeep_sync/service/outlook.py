"""What is known and planned as of one moment. Looking changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import add_months
from netkeep_sync.core.plan import make_plan
from netkeep_sync.core.reconcile import passed_facts, reconcile
from netkeep_sync.core.scene import HORIZON_MONTHS
from netkeep_sync.core.series import zone
from netkeep_sync.sources.public_holidays import public_holidays

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from netkeep_sync.core.fact import Passed
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series
    from netkeep_sync.store.store import ReadableStore

__all__ = ["Outlook", "look"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One roster at one moment.

    `previous` are the series as the store has them, `series` the same with what the plan makes of
    them. `passed` are the facts that the store has yet to be told.
    """

    roster: Roster
    now: datetime
    passed: tuple[Passed, ...]
    histories: Mapping[str, History]
    previous: tuple[Series, ...]
    plan: Plan

    @property
    def today(self) -> date:
        """The owner's day."""
        return self.now.astimezone(zone(self.roster.timezone)).date()

    @property
    def series(self) -> tuple[Series, ...]:
        """Every series ever planned, sorted by contact and generation."""
        by_uid = {one.uid: one for one in (*self.previous, *self.plan.ended, *self.plan.series)}
        return tuple(sorted(by_uid.values(), key=lambda one: (one.contact, one.generation)))


def look(roster: Roster, store: ReadableStore, *, now: datetime, end_on: date | None = None) -> Outlook:
    """Plan the roster from what the store remembers, up to `end_on` (two years unless told)."""
    today = now.astimezone(zone(roster.timezone)).date()
    level_on = add_months(today, HORIZON_MONTHS)
    previous, facts = store.series(), store.facts()
    passed = passed_facts(roster, previous, facts, now=now)
    histories = reconcile(roster.contacts, (*facts, *passed), today=today)
    holidays = public_holidays(
        roster.availability.holidays,
        start_on=today - timedelta(days=7),
        # A check-in may be moved beyond the horizon by its tolerance.
        end_on=max(level_on, end_on or level_on) + timedelta(days=366),
    )
    plan = make_plan(
        roster, histories=histories, previous=previous, holidays=holidays, now=now, end_on=end_on
    )
    return Outlook(roster=roster, now=now, passed=passed, histories=histories, previous=previous, plan=plan)
