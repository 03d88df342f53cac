"""Undo: the file and the check-ins as they were before the last edit of the file.

What the owner did on a calendar since, and what was held, stays: those are facts. Series that the edit made
are ended. One that was taken off the calendar comes back under another name: the id of a deleted event is
used up there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import Rescheduled, Skipped
from netkeep_sync.core.series import OFF, Cancelled, series_uid, zone
from netkeep_sync.errors import Refused
from netkeep_sync.service.roster_patch import write_patch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.series import Series
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import ReadableStore, Store, Undo

__all__ = ["undo", "what_to_undo"]


def what_to_undo(workspace: Workspace, store: ReadableStore) -> Undo:
    """Return what the last edit of the roster file changed. Raises Refused where nothing can be undone."""
    found = store.undo()
    if found is None:
        raise Refused("there is nothing to undo: the file has not been edited since it was undone, or never")
    if workspace.text != found.text_after:
        raise Refused(
            f"{workspace.path} was edited after the pass that would be undone, and that edit would be lost; "
            "run `netkeep-sync sync` first to undo this edit alone, or change the file by hand"
        )
    return found


def undo(workspace: Workspace, store: Store, *, now: datetime) -> None:
    """Bring file and series back; the next pass pushes them. Raises Refused, with nothing changed."""
    found = what_to_undo(workspace, store)
    today = now.astimezone(zone(workspace.roster.timezone)).date()
    write_patch(workspace.path, read=workspace.text, text=found.text_before)
    series, facts = _restored(found, store, roster=workspace.roster.key, today=today, now=now)
    store.drop_undo(series, facts=facts, good_text=found.text_before)


def _restored(
    found: Undo, store: ReadableStore, *, roster: str, today: date, now: datetime
) -> tuple[list[Series], list[AnyFact]]:
    """Return the series as they shall be, and the owner's word on those that need another name."""
    current = {one.uid: one for one in store.series()}
    series = [_ended(current[uid], today=today) for uid in found.uids_made if uid in current]
    facts: list[AnyFact] = []
    generations: dict[str, int] = {}
    for one in current.values():
        generations[one.contact] = max(generations.get(one.contact, 0), one.generation)
    for before in found.series:
        back = _brought_back(before, current[before.uid], today=today)
        if current[before.uid].until_on == before.first_on:  # taken off every calendar, its id with it
            generations[before.contact] += 1
            back = _renamed(back, generations[before.contact], roster=roster)
            facts += _renamed_facts(store.facts(), before.uid, back.uid, now=now)
        series.append(back)
    return series, facts


def _renamed(series: Series, generation: int, *, roster: str) -> Series:
    uid = series_uid(roster, series.contact, generation)
    return replace(series, generation=generation, uid=uid)


def _renamed_facts(facts: Iterable[AnyFact], uid: str, new_uid: str, *, now: datetime) -> Iterator[AnyFact]:
    """Yield what the owner wanted of the check-ins of a series, said of those of another."""
    for fact in facts:
        match fact:
            case Rescheduled(slot=slot) | Skipped(slot=slot) if slot.uid == uid:
                yield replace(fact, slot=replace(slot, uid=new_uid), noted_at=now)


def _brought_back(series: Series, current: Series, *, today: date) -> Series:
    """Return a series as it was; what would have been while it was off the calendar has not been."""
    if current.until_on is None:
        return series
    exceptions = {one.slot_on: one for one in series.exceptions}
    for slot_on in series.slots(end_on=today + timedelta(days=1)):
        if slot_on >= current.until_on:
            exceptions[slot_on] = Cancelled(slot_on=slot_on, reason=OFF)
    return replace(series, exceptions=tuple(one for _, one in sorted(exceptions.items())))


def _ended(series: Series, *, today: date) -> Series:
    """Return a series without what lies ahead."""
    until_on = max(series.first_on, min(today, series.until_on or today))
    return replace(
        series,
        until_on=until_on,
        exceptions=tuple(one for one in series.exceptions if one.slot_on < until_on),
    )
