"""A backup: one file with all that is remembered of one roster, whichever database it comes from.

The file is an SQLite database with the tables of its day, so that older ones are migrated like any other, and
any tool can look into it. One table more, `backup`, tells what it is, and holds the text of the roster file,
the sum over everything, and the key of the feed addresses if it was to go along.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import insert, select

from netkeep_sync.errors import SettingsError, StoreError
from netkeep_sync.store import tables
from netkeep_sync.store.database import scratch_database
from netkeep_sync.store.dump import read_rows, write_rows

if TYPE_CHECKING:
    from pathlib import Path

    from netkeep_sync.store.dump import Dump

__all__ = ["Backup", "packed", "read_backup"]

FORMAT = 1
_ROSTER_ID = 1
_MOST_FAULTS = 1
_ADVICE = "name a file that `netkeep-sync backup` made"

_TABLE = """CREATE TABLE backup (format INTEGER NOT NULL, made_at TEXT NOT NULL, version TEXT NOT NULL,
roster TEXT NOT NULL, text TEXT NOT NULL, feed_key TEXT, sum TEXT NOT NULL)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What is remembered of the roster of that key, and the `text` of its file. `version` is that of the
    program that made it, `feed_key` None where it was left out.
    """

    made_at: datetime
    version: str
    roster: str
    text: str
    dump: Dump
    feed_key: bytes | None = field(default=None, repr=False)


def packed(backup: Backup) -> bytes:
    """Return the content of the file."""
    database = scratch_database(None)
    try:
        with database.writing() as connection:
            roster = {"id": _ROSTER_ID, "key": backup.roster, "source": "", "epoch": 0}
            connection.execute(insert(tables.roster).values({**roster, **backup.dump.roster}))
            write_rows(connection, _ROSTER_ID, backup.dump)
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (tables.HEAD,))
            connection.exec_driver_sql(_TABLE)
            connection.exec_driver_sql(
                "INSERT INTO backup VALUES (?, ?, ?, ?, ?, ?, '')",
                (
                    FORMAT,
                    backup.made_at.isoformat(),
                    backup.version,
                    backup.roster,
                    backup.text,
                    backup.feed_key.hex() if backup.feed_key else None,
                ),
            )
        with closing(database.engine.raw_connection()) as held:
            file: Any = held.driver_connection
            file.execute("UPDATE backup SET sum = ?", (_sum(file),))
            content: bytes = file.serialize()
    finally:
        database.close()
    return content


def read_backup(path: Path) -> Backup:
    """Return what a file holds, migrated to the schema of today; the file stays as it is.

    Raises SettingsError for one that is no backup, is damaged, or was made by a newer program.
    """
    about = _about(path)
    database = scratch_database(path)
    try:
        with database.reading() as connection:
            key = connection.scalar(select(tables.roster.c.key).where(tables.roster.c.id == _ROSTER_ID))
            dump = read_rows(connection, _ROSTER_ID)
        return Backup(
            made_at=datetime.fromisoformat(about["made_at"]),
            version=about["version"],
            roster=str(key),
            text=about["text"],
            dump=dump,
            feed_key=bytes.fromhex(about["feed_key"]) if about["feed_key"] else None,
        )
    except (StoreError, ValueError) as error:
        raise _damaged(path) from error
    finally:
        database.close()


def _about(path: Path) -> dict[str, Any]:
    """Return what a backup tells of itself, after all of it was looked at."""
    if not path.is_file():
        raise SettingsError(f"there is no file {path}; {_ADVICE}")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            if not _has(connection, "backup") or not _has(connection, "alembic_version"):
                raise SettingsError(f"{path} is no backup; {_ADVICE}")
            [revision] = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            connection.row_factory = sqlite3.Row
            about = dict(connection.execute("SELECT * FROM backup").fetchone())
            connection.row_factory = None
            if about["format"] > FORMAT or revision > tables.HEAD:
                raise SettingsError(
                    f"{path} was made by a newer netkeep-sync ({about['version']}, schema {revision}; this "
                    f"one knows {tables.HEAD}); bring your clone of it up to date"
                )
            faults = connection.execute(f"PRAGMA integrity_check({_MOST_FAULTS})").fetchone()[0]
            if faults != "ok" or about["sum"] != _sum(connection):
                raise _damaged(path)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise SettingsError(f"{path} is no backup; {_ADVICE}") from error
        raise _damaged(path) from error
    except (KeyError, TypeError, ValueError) as error:  # other columns, no row, or no text
        raise _damaged(path) from error
    return about


def _has(connection: sqlite3.Connection, table: str) -> bool:
    query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
    return bool(connection.execute(query, (table,)).fetchone()[0])


def _damaged(path: Path) -> SettingsError:
    return SettingsError(f"the backup {path} is damaged, and nothing of it was used; name another one")


def _sum(connection: sqlite3.Connection) -> str:
    """Return the digest of every row, and of what the tables are, but for the sum itself."""
    digest = hashlib.sha256()
    schema = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    digest.update(json.dumps(schema).encode())
    for name in (name for kind, name, _ in schema if kind == "table"):
        rows = connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')  # noqa: S608  a name of its own
        columns = [column[0] for column in rows.description]
        for row in rows:
            told = [value for column, value in zip(columns, row, strict=True) if column != "sum"]
            digest.update(json.dumps([name, told], default=repr).encode())
    return digest.hexdigest()
