"""The roster file, written anew: only over the text that was read, whole or not at all."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from netkeep_sync.errors import Refused
from netkeep_sync.targets.ics_file import write_if_changed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_patch"]


def write_patch(path: Path, *, read: str, text: str) -> None:
    """Replace the file's text, which was `read` as a `Workspace` has it, by another.

    A byte order mark, the mode and the owner stay; of a symbolic link, the file behind it is replaced. Raises
    Refused when the file says something else by now, and OSError; then it is as it was.
    """
    was = path.read_bytes()
    if was.removeprefix(codecs.BOM_UTF8) != read.encode():
        raise Refused(
            f"{path} was changed by somebody else in the meantime; nothing is written: run the command again"
        )
    mark = codecs.BOM_UTF8 if was.startswith(codecs.BOM_UTF8) else b""
    write_if_changed(path, mark + text.encode())
