"""The database: whether it can be used, and the disk that it lies on."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from netkeep_sync.errors import NetkeepError
from netkeep_sync.service.doctor.finding import ok, problem, warning
from netkeep_sync.store.url import exists, sqlite_path
from netkeep_sync.targets.secret_file import is_exposed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netkeep_sync.service.doctor.finding import Finding
    from netkeep_sync.service.workspace import Workspace

__all__ = ["check_database", "disk_space"]

_LITTLE_SPACE = 100 * 1024 * 1024
_SOME_SPACE = 1024 * 1024 * 1024


def check_database(workspace: Workspace) -> Iterator[Finding]:
    """Yield how the database is: first whether it can be used."""
    from netkeep_sync.store.checkup import check_up  # noqa: PLC0415  190 ms, where there is one

    if not exists(workspace.url):
        yield ok("database", "there is none yet; the first pass makes it")
        return
    path = sqlite_path(workspace.url)
    try:
        found = check_up(workspace.url)
    except NetkeepError as error:
        yield problem("database", str(error), "mend that, or put a backup in its place")
        return
    if found.faults:
        yield problem("database", f"it is damaged: {found.faults[0]}", "put a backup in its place")
    elif found.is_newer:
        yield problem(
            "database",
            f"a newer netkeep-sync wrote it (schema {found.revision})",
            "bring your clone of it up to date, and install it from there again",
        )
    elif not found.is_of_today:
        yield problem(
            "database",
            f"its schema is of an older netkeep-sync ({found.revision or 'none'})",
            "run `netkeep-sync status` once, which brings it up to date; then run this again",
        )
    elif path and (locked := _not_writable(path)):
        yield problem("database", f"{locked} can't be written", f"run `chmod u+w {locked}`")
    else:
        yield ok("database", f"it is whole, schema {found.revision}")
    if path:
        yield from _readable_by_others(path)
        yield disk_space(path.parent)


def _not_writable(path: Path) -> Path | None:
    """Return what of a database file and its folder may not be written. Root may write what nobody may: it
    is told too, for it was meant.
    """
    for one in (path, path.parent):
        if not os.access(one, os.W_OK) or not one.stat().st_mode & 0o222:
            return one
    return None


def _readable_by_others(path: Path) -> Iterator[Finding]:
    if is_exposed(path):
        yield warning(
            "database", f"{path} can be read by others, and holds names and notes", f"run `chmod 600 {path}`"
        )


def disk_space(folder: Path) -> Finding:
    """Return how much room is left where a folder lies."""
    free = shutil.disk_usage(folder).free
    words = f"{free // 1024**2} MB are free where the database lies"
    if free < _LITTLE_SPACE:
        return problem("disk", words, "make room; a full disk stops every pass")
    if free < _SOME_SPACE:
        return warning("disk", words, "make room before it is full")
    return ok("disk", words)
