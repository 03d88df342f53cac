"""A look at a database that changes nothing in it: its revision, and whether it is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from netkeep_sync.errors import StoreError
from netkeep_sync.store.tables import HEAD
from netkeep_sync.store.url import sqlite_path

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CheckUp", "check_up"]

_MOST_FAULTS = 5
_REVISION = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckUp:
    """What was found: the schema's `revision`, "" for none, and the faults of the file in SQLite's words."""

    revision: str
    faults: tuple[str, ...] = ()

    @property
    def is_of_today(self) -> bool:
        """Tell whether this program can use the database as it is."""
        return self.revision == HEAD

    @property
    def is_newer(self) -> bool:
        """Tell whether a newer program wrote it: revisions are numbered."""
        return self.revision > HEAD


def check_up(url: str) -> CheckUp:
    """Look at the database. Raises StoreError when it does not answer."""
    path = sqlite_path(url)
    return _sqlite(path) if path else _server(url)


def _sqlite(path: Path) -> CheckUp:
    # Not mode=ro: who may not write leaves behind the files that SQLite lays beside a database.
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=10)) as connection:
            rows = connection.execute(f"PRAGMA quick_check({_MOST_FAULTS})").fetchall()
            faults = tuple(str(row[0]) for row in rows if row[0] != "ok")
            known = connection.execute(
                "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
            ).fetchone()
            found = connection.execute(_REVISION).fetchone() if known[0] else None
    except sqlite3.Error as error:
        raise StoreError(f"the database {path} can't be read: {error}") from error
    return CheckUp(revision=str(found[0]) if found else "", faults=faults)


def _server(url: str) -> CheckUp:
    from sqlalchemy import inspect, text  # noqa: PLC0415  for whom it serves

    from netkeep_sync.store.database import open_server  # noqa: PLC0415

    database = open_server(url)
    try:
        with database.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return CheckUp(revision="")
            return CheckUp(revision=str(connection.scalar(text(_REVISION)) or ""))
    finally:
        database.close()
