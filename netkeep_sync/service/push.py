"""The second half of a pass: what the plan wants becomes changes on one target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.diff import Create, Remove, Update, diff
from netkeep_sync.core.projection import project, project_milestone, published
from netkeep_sync.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.store.store import Store
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["Pushed", "projections", "push"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """How many entries, series and milestones alike, a target got, changed and lost; `failures` tells of
    those it refused.
    """

    created: int = 0
    updated: int = 0
    removed: int = 0
    failures: tuple[str, ...] = ()


def projections(outlook: Outlook) -> tuple[Projection, ...]:
    """Return what a target should hold: every series that is published, and the milestones of everybody
    in the roster, paused or not, if it shows them.
    """
    return (*_series_projections(outlook), *_milestone_projections(outlook))


def _series_projections(outlook: Outlook) -> Iterator[Projection]:
    """Yield the series. One with nothing ahead loses its talking points."""
    contacts = {contact.key: contact for contact in outlook.roster.contacts}
    ahead = {series.uid for series in outlook.plan.series}
    for series in published(outlook.series, today=outlook.today):
        yield project(
            series,
            contact=contacts.get(series.contact) if series.uid in ahead else None,
            history=outlook.histories.get(series.contact),
        )


def _milestone_projections(outlook: Outlook) -> Iterator[Projection]:
    if outlook.roster.shows_milestones:
        for contact in outlook.roster.contacts:
            for milestone in contact.milestones:
                yield project_milestone(milestone, contact=contact, roster=outlook.roster.key)


def push(target: CalendarTarget, wanted: Sequence[Projection], store: Store, *, now: datetime) -> Pushed:
    """Make the target hold just these projections, and remember what it then holds."""
    held = dict(store.baselines(target.name))
    put: list[Baseline] = []
    removed: list[str] = []
    failures: list[str] = []
    created = 0
    for change in diff(wanted, held):
        try:
            match change:
                case Create(projection=projection):
                    put.append(target.put(projection, base=None, now=now))
                    created += 1
                case Update(projection=projection, base=base):
                    put.append(target.put(projection, base=base, now=now))
                case Remove(base=base):
                    target.remove(base)
                    removed.append(base.uid)
        except TargetError as error:  # one entry that fails stops no other
            failures.append(str(error))
    if put or removed:
        store.save_baselines(target.name, put=put, removed=removed)
    held |= {baseline.uid: baseline for baseline in put}
    try:
        target.publish([held[uid] for uid in sorted(held) if uid not in removed])
    except TargetError as error:  # a file that can't be written keeps no feed from its readers
        failures.append(str(error))
    return Pushed(
        created=created,
        updated=len(put) - created,
        removed=len(removed),
        failures=tuple(failures),
    )
