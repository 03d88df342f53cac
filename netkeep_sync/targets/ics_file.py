"""A file that other programs read at any moment, so that it must never be seen half written."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["sync_folder", "write_if_changed"]


def write_if_changed(path: Path, content: bytes) -> bool:
    """Replace the file where its bytes differ, keeping its mode, and return whether it did.

    Raises OSError; then the file is as it was. A symbolic link stays one, and its target is replaced.
    """
    path = path.resolve()
    try:
        if path.read_bytes() == content:
            return False
        mode = path.stat().st_mode & 0o7777
    except FileNotFoundError:
        mode = None
    # In the same folder, for a rename is atomic within one file system only.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            if mode is not None:
                temporary.chmod(mode)
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folders, and needs none opened
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
