"""What a review proposes, once the owner agrees: a patch of the roster file, which changes nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.config.edit import SetValue
from netkeep_sync.config.patch import entry_path, patched
from netkeep_sync.core.review import Rest, Retire, Stretch, Swap
from netkeep_sync.service.roster_patch import write_edit
from netkeep_sync.service.tending import Tending
from netkeep_sync.service.workspace import with_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netkeep_sync.config.edit import Edit
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Store

__all__ = ["apply_changes", "with_changes", "woken"]


def with_changes(workspace: Workspace, outlook: Outlook, changes: Iterable[Proposal]) -> str:
    """Return the text of the file with these changes made. Raises RosterError for what can't be written."""
    people = {one.key: one for one in outlook.written.contacts}
    people |= {one.contact.key: one.contact for one in outlook.written.bench}
    text, file = workspace.text, str(workspace.path)

    def made(*edits: Edit) -> str:
        return patched(text, edits, file=file)

    for change in changes:
        who, wish = people[change.contact], Tending(outlook, text)
        match change:
            case Stretch(cadence=cadence):
                text = made(SetValue((*entry_path(text, who), "cadence"), str(cadence)))
            case Rest(again_on=again_on):
                text = made(*wish.rest(who, again_on=again_on).edits)
            case Swap(instead=instead, again_on=again_on):
                text = made(*wish.resume(people[instead]).edits)
                text = made(*Tending(outlook, text).rest(who, again_on=again_on).edits)
            case Retire():
                text = made(*wish.retire(who).edits)
            case _:
                pass  # whoever is kept stays as they are
    return with_text(workspace, text, today=outlook.today).text


def apply_changes(
    workspace: Workspace, outlook: Outlook, changes: Sequence[Proposal], store: Store, *, source: str
) -> None:
    """Write the changes to the file, and wake whoever comes back.

    Call it with the lease held, and run a pass next. Raises RosterError, and Refused when the file says
    something else by now, or can't be written.
    """
    text = with_changes(workspace, outlook, changes)
    write_edit(workspace, text, store, wakes=woken(changes), source=source, now=outlook.now)


def woken(changes: Iterable[Proposal]) -> tuple[str, ...]:
    """Return the keys of those who come back from the bench."""
    return tuple(change.instead for change in changes if isinstance(change, Swap))
