"""The roster file, written anew: only over the text that was read, whole or not at all."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import Resumed
from netkeep_sync.errors import Refused
from netkeep_sync.targets.ics_file import write_if_changed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Store

__all__ = ["wake_facts", "write_edit", "write_patch"]


def write_edit(
    workspace: Workspace, text: str, store: Store, *, wakes: Iterable[str] = (), source: str, now: datetime
) -> None:
    """Write the file, and note that whoever comes back from the bench (`wakes`, by key) is not paused or put
    off any more.

    Call it with the lease held, and run a pass next. Raises Refused, with nothing written.
    """
    write_patch(workspace.path, read=workspace.text, text=text)
    store.add_facts(wake_facts(wakes, source=source, now=now))


def wake_facts(keys: Iterable[str], *, source: str, now: datetime) -> tuple[Resumed, ...]:
    """Return that these contacts are back from the bench."""
    return tuple(Resumed(contact=key, noted_at=now, source=source) for key in keys)


def write_patch(path: Path, *, read: str, text: str) -> None:
    """Replace the file's text, which was `read` as a `Workspace` has it, by another.

    A byte order mark, the mode and the owner stay; of a symbolic link, the file behind it is replaced. Raises
    Refused when the file says something else by now, or can't be written; then it is as it was.
    """
    try:
        _write(path, read=read, text=text)
    except OSError as error:
        raise Refused(f"{path} can't be written: {error.strerror}; nothing is changed") from error


def _write(path: Path, *, read: str, text: str) -> None:
    was = path.read_bytes()
    if was.removeprefix(codecs.BOM_UTF8) != read.encode():
        raise Refused(
            f"{path} was changed by somebody else in the meantime; nothing is written: run the command again"
        )
    mark = codecs.BOM_UTF8 if was.startswith(codecs.BOM_UTF8) else b""
    write_if_changed(path, mark + text.encode())
