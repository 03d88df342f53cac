"""A file that holds a secret: readable by its owner alone from its first byte, and replaced whole.

Files that others may fetch at any time are in `ics_file.py`; those keep the mode that their owner gave them.
"""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING, Any

from netkeep_sync.targets.ics_file import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["is_exposed", "read_object", "remove_secret", "write_secret"]


def is_exposed(path: Path) -> bool:
    """Tell whether others on this machine can read the file. Raises OSError.

    Files of other owners are not judged, as in OpenSSH: systemd and Kubernetes hand secrets over in files
    of root that the service's group can read.
    """
    if os.name != "posix":
        return False
    status = path.stat()
    return status.st_uid == os.geteuid() and bool(status.st_mode & 0o077)


def write_secret(path: Path, content: bytes) -> None:
    """Replace the file, and make its folder where there is none.

    Raises OSError; then the file is as it was. A symbolic link stays one, and its target is replaced.
    """
    path = path.resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    # The mode stands in the call that makes the file: a chmod afterwards would leave a moment to read it.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove_secret(path: Path) -> None:
    """Remove the file, so that it does not come back after a power cut. Raises OSError."""
    path.unlink()
    sync_folder(path.parent)


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file. Raises OSError, and ValueError when there is none."""
    try:
        held = json.loads(path.read_bytes())
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(held, dict):
        raise ValueError("no object")  # noqa: TRY004  it is the file that is wrong, not a caller
    return held
