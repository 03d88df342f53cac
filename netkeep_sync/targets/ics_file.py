"""A file that other programs read at any moment, so that it must never be seen half written."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_writable", "sync_folder", "why_unwritten", "write_if_changed"]


def check_writable(path: Path) -> None:
    """Raise OSError where the file could not be written. Nothing is left behind."""
    import tempfile  # noqa: PLC0415  for whom it serves

    path = path.resolve()
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def why_unwritten(path: Path, error: OSError) -> str:
    """Return why a file was not written, and what to do."""
    match error:
        case FileNotFoundError():
            return f'{path}: there is no folder "{path.parent}"; create it, or write another path'
        case PermissionError():
            return (
                f"{path}: writing is not allowed; change who may write to the folder, or write another path"
            )
        case IsADirectoryError():
            return f"{path} is a folder; write the path of a file"
        case _:
            return f"{path}: {error.strerror}; the file is as it was"


def write_if_changed(path: Path, content: bytes) -> bool:
    """Replace the file where its bytes differ, keeping its mode and owner, and return whether it did.

    Raises OSError; then the file is as it was. A symbolic link stays one, and its target is replaced.
    """
    path = path.resolve()
    try:
        if path.read_bytes() == content:
            return False
        status = path.stat()
    except FileNotFoundError:
        status = None
    # In the same folder, for a rename is atomic within one file system only.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            if status is not None:
                _keep_owner(temporary, status)
                temporary.chmod(status.st_mode & 0o7777)
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return True


def _keep_owner(path: Path, status: os.stat_result) -> None:
    """Give a new file to the owner and the group of the one that it replaces, as far as one may."""
    ours = path.stat()
    if (ours.st_uid, ours.st_gid) != (status.st_uid, status.st_gid):
        with suppress(PermissionError):
            os.chown(path, status.st_uid, status.st_gid)


def sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folders, and needs none opened
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
