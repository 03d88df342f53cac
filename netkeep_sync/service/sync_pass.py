"""One pass, top to bottom: what has passed becomes facts, then the plan becomes changes.

The two halves never mix. After a crash between any two lines the next pass ends in the same state: people
are recognised as they were, facts are told once, a plan made again from what was stored is the same plan,
and targets are compared with what they last held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.guard import why_refused
from netkeep_sync.errors import GuardRefused
from netkeep_sync.service.outlook import look
from netkeep_sync.service.push import projections, push
from netkeep_sync.store.store import PassRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.push import Pushed
    from netkeep_sync.store.store import Store
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["Pass", "run_pass"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a pass found and did; `pushed` is by the target's name."""

    outlook: Outlook
    pushed: Mapping[str, Pushed]


def run_pass(
    roster: Roster,
    store: Store,
    targets: Sequence[CalendarTarget],
    *,
    now: datetime,
    text: str,
    is_confirmed: bool = False,
) -> Pass:
    """Bring the store and every target in step with the roster, whose file reads `text`.

    Raises GuardRefused, with nothing written, when too many contacts have left the roster.
    """
    outlook = look(roster, store, now=now)
    refusal = None if is_confirmed else why_refused(outlook.roster, outlook.previous)
    if refusal:
        raise GuardRefused(f"{refusal}; if you mean it, run `netkeep-sync export --confirm` once")

    store.save_known(outlook.news)
    store.add_facts(outlook.passed, makes_due=False)

    before = {series.uid: series for series in outlook.previous}
    store.save_series([series for series in outlook.series if before.get(series.uid) != series])
    wanted = projections(outlook)
    pushed = {target.name: push(target, wanted, store, now=now) for target in targets}

    store.save_pass(
        PassRecord(
            finished_at=now,
            created=sum(each.created for each in pushed.values()),
            updated=sum(each.updated for each in pushed.values()),
            removed=sum(each.removed for each in pushed.values()),
            problem="\n".join(failure for each in pushed.values() for failure in each.failures),
        ),
        good_text=text,
    )
    return Pass(outlook=outlook, pushed=pushed)
