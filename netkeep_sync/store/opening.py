"""The opening of a store: which roster of a database is meant, and what is made where there is none yet."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from netkeep_sync.errors import AnotherRoster
from netkeep_sync.store import tables
from netkeep_sync.store.database import Database, open_database, scratch_database
from netkeep_sync.store.sql_store import SqlStore
from netkeep_sync.store.url import sqlite_path

__all__ = ["good_text_of", "open_scratch", "open_store"]


def open_store(url: str, *, key: str, source: str, is_key_given: bool = True) -> SqlStore:
    """Open the store of the roster `key`, and make what is missing of database, tables and roster.

    `source` is the path of the roster's file; the newest is kept. Unless the file itself gives the key,
    it must not be new for a file that is known by another: that is an owner with another email, and a
    new roster would leave all of the old one behind.
    """
    database = open_database(url)
    try:
        if not is_key_given:
            _refuse_new_key(database, key=key, source=source)
        return SqlStore(database, roster_id=_roster_id(database, key=key, source=source))
    except BaseException:
        database.close()
        raise


def open_scratch(url: str, *, key: str, source: str, is_key_given: bool = True) -> SqlStore:
    """Open a copy of the store of the roster `key` in the memory of this process: what is saved there is gone
    when it is closed. Where there is no database yet, none is made.
    """
    path = sqlite_path(url)
    database = scratch_database(path)
    try:
        if path is None:
            _copy(url, database, key=key)
        if not is_key_given:
            _refuse_new_key(database, key=key, source=source)
        return SqlStore(database, roster_id=_roster_id(database, key=key, source=source))
    except BaseException:
        database.close()
        raise


def _copy(url: str, scratch: Database, *, key: str) -> None:
    """Copy what a server remembers of a roster, as of one moment, and which others there are."""
    its_id = select(tables.roster.c.id).where(tables.roster.c.key == key).scalar_subquery()
    database = open_database(url)
    try:
        with database.reading() as connection, scratch.writing() as copy:
            for table in tables.metadata.sorted_tables:
                of_roster = true() if table is tables.roster else table.c.roster_id == its_id
                found = connection.execute(select(table).where(of_roster)).mappings().all()
                if found:
                    copy.execute(insert(table), [dict(row) for row in found])
    finally:
        database.close()


def _refuse_new_key(database: Database, *, key: str, source: str) -> None:
    roster = tables.roster.c
    with database.reading() as connection:
        keys = connection.scalars(
            select(roster.key).where(or_(roster.key == key, roster.source == source))
        ).all()
    if keys and key not in keys:
        raise AnotherRoster(source, was=keys[-1], would_be=key)


def good_text_of(url: str, *, source: str) -> str | None:
    """Return the text that the last complete pass of the roster in the file `source` was made from."""
    query = select(tables.roster.c.good_text).where(tables.roster.c.source == source)
    database = open_database(url)
    try:
        with database.reading() as connection:
            text: str | None = connection.scalars(query.order_by(tables.roster.c.id.desc())).first()
    finally:
        database.close()
    return text


def _roster_id(database: Database, *, key: str, source: str) -> int:
    query = select(tables.roster.c.id, tables.roster.c.source).where(tables.roster.c.key == key)
    with database.reading() as connection:
        found = connection.execute(query).one_or_none()
    if found is not None and found.source == source:
        return int(found.id)
    with database.writing() as connection:
        # Another process may be quicker; then this insert waits for its commit and fails.
        with suppress(IntegrityError), connection.begin_nested():
            connection.execute(
                insert(tables.roster).values(key=key, source=source, epoch=0, feed_generation=1)
            )
        connection.execute(update(tables.roster).where(tables.roster.c.key == key).values(source=source))
        return int(connection.execute(query).one().id)
