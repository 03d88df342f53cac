"""How each target is: when it was last listened to, what the last pass did there, what fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from netkeep_sync.core.roster import CaldavCalendar, GoogleCalendar, Show

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from netkeep_sync.service.keeper import View
    from netkeep_sync.service.push import Pushed
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import ReadableStore

__all__ = ["TargetHealth", "health"]


Kind: TypeAlias = Literal["ics", "google", "caldav"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetHealth:
    """One target. `pushed` is what the last pass did there, None before the first one. `heard_at` is None
    where nothing can be heard, or was yet. `entries` is how many it holds.
    """

    name: str
    label: str
    kind: Kind
    show: Show
    files: tuple[Path, ...]
    entries: int
    pushed: Pushed | None
    heard_at: datetime | None

    @property
    def is_remote(self) -> bool:
        """Tell whether the owner can do something there."""
        return self.kind != "ics"

    @property
    def is_well(self) -> bool:
        """Tell whether the last pass did all it had to do."""
        return self.pushed is None or not self.pushed.failures


def health(workspace: Workspace, memory: ReadableStore, view: View) -> tuple[TargetHealth, ...]:
    """Return every target of the roster, the one of the feed first."""
    cursors = memory.cursors()

    def target(
        name: str, label: str, *, kind: Kind, show: Show, files: tuple[Path, ...] = ()
    ) -> TargetHealth:
        return TargetHealth(
            name=name,
            label=label,
            kind=kind,
            show=show,
            files=files,
            entries=len(memory.baselines(name)),
            pushed=view.pushed.get(name),
            heard_at=cursors[name].heard_at if name in cursors else None,
        )

    _ = workspace.roster.language.gettext
    full = workspace.ics_target()
    found = [target(full.name, _("Feed"), kind="ics", show=full.show, files=workspace.ics_files())]
    for reduced in workspace.reduced_ics_targets():
        files = workspace.ics_files(reduced.show)
        found.append(target(reduced.name, _("File"), kind="ics", show=reduced.show, files=files))
    for calendar in workspace.roster.calendars:
        if isinstance(calendar, GoogleCalendar):
            label = f"Google: {calendar.calendar_id or calendar.calendar}"
            found.append(target(calendar.name, label, kind="google", show=calendar.show))
        elif isinstance(calendar, CaldavCalendar):
            label = f"CalDAV: {calendar.calendar}"
            found.append(target(calendar.name, label, kind="caldav", show=calendar.show))
    return tuple(found)
