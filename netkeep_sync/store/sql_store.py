"""The store in an SQL database, SQLite or PostgreSQL alike; the tables are in `tables.py`.

A write holds its roster's row to its end. So writes to one roster happen one after the other on both
systems, facts keep the order they were added in, and no two writes can wait for each other.

What is replaced is deleted and inserted again: the databases agree on no other way.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, delete, insert, literal, null, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from netkeep_sync.core.feed import DEFAULT_FEED, FeedSpec, default_feed
from netkeep_sync.errors import AnotherRoster, FeedError
from netkeep_sync.store import rows, tables
from netkeep_sync.store.database import Database, open_database, scratch_database
from netkeep_sync.store.dump import Dump, read_rows, write_rows
from netkeep_sync.store.store import Lease, PassRecord, Publication, Undo
from netkeep_sync.store.url import sqlite_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from sqlalchemy import Column, ColumnElement, Connection, Select, Table

    from netkeep_sync.core.baseline import Baseline, Cursor
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.feed import Fetch
    from netkeep_sync.core.identity import Known
    from netkeep_sync.core.series import Series, SlotException

__all__ = ["SqlStore", "good_text_of", "open_scratch", "open_store"]

_JOURNAL_KEPT = timedelta(days=90)
"""A pass every quarter of an hour makes 35 000 rows a year."""


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


class SqlStore:
    """The memory of one roster in an SQL database. Implements `Store`.

    May be shared by threads. `close` it, or use it in a `with` statement.
    """

    def __init__(self, database: Database, *, roster_id: int) -> None:
        self.database = database
        self._roster_id = roster_id

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def dump(self) -> Dump:
        """Return all that is remembered, as of one moment."""
        with self.database.reading() as connection:
            return read_rows(connection, self._roster_id)

    def load(self, dump: Dump) -> None:
        """Put this in the place of all that is remembered; who holds the lease keeps it."""
        with self._writing() as connection:
            write_rows(connection, self._roster_id, dump)

    def known(self) -> tuple[Known, ...]:
        """Return everybody the roster has ever named, those who left it too, sorted by key."""
        with self.database.reading() as connection:
            found = connection.execute(self._query(tables.contact)).all()
        # Sorted here: a server sorts text by its own locale.
        return tuple(rows.known_from_row(row) for row in sorted(found, key=lambda row: row.key))

    def save_known(self, known: Sequence[Known]) -> None:
        """Insert or replace these people; all others stay known."""
        if not known:
            return
        with self._writing() as connection:
            self._replace(connection, tables.contact, [rows.known_row(one) for one in known])

    def series(self) -> tuple[Series, ...]:
        """Return every series ever planned, ended ones too, sorted by contact and generation."""
        exceptions_by_uid: dict[str, list[SlotException]] = {}
        with self.database.reading() as connection:
            exceptions = connection.execute(
                self._query(tables.slot_exception).order_by(tables.slot_exception.c.slot_on)
            ).all()
            found = connection.execute(self._query(tables.series)).all()
        for row in exceptions:
            exceptions_by_uid.setdefault(row.uid, []).append(rows.exception_from_row(row))
        return tuple(
            rows.series_from_row(row, exceptions=exceptions_by_uid.get(row.uid, ()))
            for row in sorted(found, key=lambda row: (row.contact, row.generation))
        )

    def facts(self) -> tuple[AnyFact, ...]:
        """Return all facts in the order they were added."""
        query = self._query(tables.fact).order_by(tables.fact.c.id)
        with self.database.reading() as connection:
            return tuple(rows.fact_from_row(row) for row in connection.execute(query))

    def add_facts(self, facts: Sequence[AnyFact], *, makes_due: bool = True) -> None:
        """Append facts, and make the roster due at once unless a pass itself tells them."""
        if not facts:
            return
        with self._writing() as connection:
            self._append(connection, facts)
            if makes_due:
                self._update_roster(connection, next_due_at=null())

    def baselines(self, target: str) -> Mapping[str, Baseline]:
        """Return what the target holds, by UID."""
        query = self._query(tables.baseline).where(tables.baseline.c.target == target)
        with self.database.reading() as connection:
            return {row.uid: rows.baseline_from_row(row) for row in connection.execute(query)}

    def publication(self, target: str) -> Publication | None:
        """Return what the target last published, None before the first time."""
        query = self._query(tables.publication).where(tables.publication.c.target == target)
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else rows.publication_from_row(row)

    def cursors(self) -> Mapping[str, Cursor]:
        """Return how far each target has been listened to, by its name; what has none lists everything."""
        with self.database.reading() as connection:
            found = connection.execute(self._query(tables.cursor))
            return {row.target: rows.cursor_from_row(row) for row in found}

    def save_series(self, series: Sequence[Series], *, undo: Undo | None = None) -> None:
        """Insert or replace these series with their exceptions; all others stay as they are. What it takes
        to undo this is kept in place of the undo before it.
        """
        with self._writing() as connection:
            self._put_series(connection, series)
            if undo is not None:
                self._replace(connection, tables.undo, [rows.undo_row(undo)])

    def undo(self) -> Undo | None:
        """Return what the last pass from an edited file changed, None where nothing can be undone."""
        with self.database.reading() as connection:
            row = connection.execute(self._query(tables.undo)).one_or_none()
        return None if row is None else rows.undo_from_row(row)

    def drop_undo(
        self, series: Sequence[Series], *, facts: Sequence[AnyFact] = (), good_text: str | None = None
    ) -> None:
        """Save these series and facts, and forget what could be undone; `good_text` is the file as it was, so
        that what is undone is no edit to the next pass.
        """
        with self._writing() as connection:
            self._append(connection, facts)
            self._put_series(connection, series)
            self._delete(connection, tables.undo, [{}])
            if good_text is not None:
                self._update_roster(connection, good_text=good_text)

    def save_baselines(
        self,
        target: str,
        *,
        put: Sequence[Baseline],
        removed: Sequence[str],
        publication: Publication | None = None,
    ) -> None:
        """Insert or replace baselines, drop those of the UIDs in `removed`, and note the publication."""
        with self._writing() as connection:
            self._put_baselines(connection, target, put=put, removed=removed)
            if publication is not None:
                self._replace(connection, tables.publication, [rows.publication_row(target, publication)])

    def save_heard(
        self,
        target: str,
        *,
        facts: Sequence[AnyFact],
        series: Sequence[Series],
        put: Sequence[Baseline],
        removed: Sequence[str] = (),
        cursor: Cursor | None,
    ) -> None:
        """Keep what was heard of the target, and how far: all of it or nothing."""
        with self._writing() as connection:
            self._append(connection, facts)
            self._put_series(connection, series)
            self._put_baselines(connection, target, put=put, removed=removed)
            self._delete(connection, tables.cursor, [{"target": target}])
            if cursor is not None:
                self._insert(connection, tables.cursor, [rows.cursor_row(target, cursor)])

    def drop_baselines(self, target: str) -> None:
        """Forget what the target holds and how far it was listened to: it writes to another calendar now."""
        with self._writing() as connection:
            for table in (tables.baseline, tables.cursor):
                self._delete(connection, table, [{"target": target}])

    def last_good_text(self) -> str | None:
        """Return the text of the roster file that the last complete pass was made from."""
        text: str | None = self._of_row(tables.roster.c.good_text)
        return text

    def save_pass(self, record: PassRecord, *, good_text: str | None = None) -> None:
        """Journal a pass; `good_text` is the roster file it was made from, if it was complete."""
        with self._writing() as connection:
            self._insert(connection, tables.passes, [rows.pass_row(record)])
            connection.execute(
                delete(tables.passes).where(
                    tables.passes.c.roster_id == self._roster_id,
                    tables.passes.c.finished_at < record.finished_at - _JOURNAL_KEPT,
                )
            )
            if good_text is not None:
                self._update_roster(connection, good_text=good_text)

    def last_pass(self) -> PassRecord | None:
        """Return the latest pass."""
        return self._last_pass()

    def last_good_pass(self) -> PassRecord | None:
        """Return the latest pass without a problem."""
        return self._last_pass(tables.passes.c.problem == "")

    def feed_generation(self) -> int:
        """Return the default feed's generation, 1 at first. It is part of what its token is made of."""
        return int(self._of_row(tables.roster.c.feed_generation))

    def link_generation(self) -> int:
        """Return the generation of the links in entries, 1 at first."""
        return int(self._of_row(tables.roster.c.link_generation))

    def feeds(self) -> tuple[FeedSpec, ...]:
        """Return every feed that is offered: the default one, then the others sorted by name."""
        query = self._query(tables.feed).where(tables.feed.c.is_revoked.is_(False))
        with self.database.reading() as connection:
            generation = connection.scalar(self._row_query(tables.roster.c.feed_generation))
            found = connection.execute(query).all()
        others = (rows.feed_from_row(row) for row in sorted(found, key=lambda row: row.name))
        return (default_feed(generation), *others)

    def fetches(self) -> Mapping[str, Fetch]:
        """Return when each feed was last fetched, by its name; one that never was is missing."""
        with self.database.reading() as connection:
            found = connection.execute(self._query(tables.fetch))
            return {row.feed: rows.fetch_from_row(row) for row in found}

    def add_feed(self, feed: FeedSpec) -> FeedSpec:
        """Offer another feed from now on, of a generation that no feed of this name had before."""
        with self._writing() as connection:
            row = connection.execute(self._query(tables.feed).where(tables.feed.c.name == feed.name)).first()
            if feed.is_default or (row is not None and not row.is_revoked):
                raise FeedError(f'there is a feed "{feed.name}" already')
            added = feed if row is None else replace(feed, generation=row.generation + 1)
            self._replace(connection, tables.feed, [rows.feed_row(added)])
            self._update_roster(connection, next_due_at=null())
            return added

    def rotate_feed(self, name: str = DEFAULT_FEED) -> int:
        """Raise the feed's generation and return it."""
        with self._writing() as connection:
            if name == DEFAULT_FEED:
                self._update_roster(connection, feed_generation=tables.roster.c.feed_generation + 1)
                return int(connection.scalar(self._row_query(tables.roster.c.feed_generation)))
            self._update_feed(connection, name, generation=tables.feed.c.generation + 1)
            query = self._query(tables.feed).where(tables.feed.c.name == name)
            return int(connection.execute(query).one().generation)

    def revoke_feed(self, name: str) -> None:
        """Offer the feed no more, and forget what it holds."""
        with self._writing() as connection:
            self._update_feed(connection, name, is_revoked=True)
            feed = FeedSpec(name=name)
            self._delete(connection, tables.baseline, [{"target": feed.target}])
            documents = [{"target": feed.target}, {"target": feed.listing}]
            self._delete(connection, tables.publication, documents)

    def rotate_links(self) -> int:
        """Raise the generation of the links in entries and return it, and make the roster due."""
        with self._writing() as connection:
            column = tables.roster.c.link_generation
            self._update_roster(connection, link_generation=column + 1, next_due_at=null())
            return int(connection.scalar(self._row_query(column)))

    def save_fetches(self, fetches: Mapping[str, Fetch]) -> None:
        """Note the last fetches of these feeds, by name."""
        if not fetches:
            return
        with self._writing() as connection:
            self._replace(connection, tables.fetch, [rows.fetch_row(*one) for one in fetches.items()])

    def next_due_at(self) -> datetime | None:
        """Return when the next pass is due, None when it is due at once."""
        next_due_at: datetime | None = self._of_row(tables.roster.c.next_due_at)
        return next_due_at

    def make_due(self) -> None:
        """Make the roster due at once."""
        with self._writing() as connection:
            self._update_roster(connection, next_due_at=null())

    def claim(self, *, now: datetime, until_at: datetime, is_alone: bool = False) -> Lease | None:
        """Take the lease when a pass is due and nobody holds a lease that runs beyond `now`.

        A dead holder's lease has put off the due date to its own end, so neither is looked at by
        whoever is alone.
        """
        roster = tables.roster.c
        is_due = or_(roster.next_due_at.is_(None), roster.next_due_at <= now)
        is_free = or_(roster.lease_until_at.is_(None), roster.lease_until_at <= now)
        if is_alone:
            is_due, is_free = or_(is_due, roster.lease_until_at.is_not(None)), true()
        with self._writing() as connection:
            is_taken = self._update_roster(
                connection,
                is_due,
                is_free,
                lease_until_at=until_at,
                # Due again should its holder die. Any other value than NULL would do for `release`,
                # which must tell whether the roster was made due since.
                next_due_at=until_at,
                epoch=roster.epoch + 1,
            )
            if not is_taken:
                return None
            return Lease(epoch=connection.scalar(self._row_query(roster.epoch)), until_at=until_at)

    def release(self, lease: Lease, *, next_due_at: datetime | None) -> None:
        """Give the lease back and say when the next pass is due; a roster made due since stays so."""
        roster = tables.roster.c
        due_at = literal(next_due_at, tables.UtcDateTime())
        with self._writing() as connection:
            self._update_roster(
                connection,
                roster.epoch == lease.epoch,
                roster.lease_until_at.is_not(None),
                lease_until_at=null(),
                next_due_at=case((roster.next_due_at.is_(None), null()), else_=due_at),
            )

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Open a transaction that holds the roster's row (which SQLite's holds with all the rest)."""
        with self.database.writing() as connection:
            connection.execute(self._row_query(tables.roster.c.id).with_for_update())
            yield connection

    def _query(self, table: Table) -> Select[Any]:
        return select(table).where(table.c.roster_id == self._roster_id)

    def _row_query(self, column: Column[Any]) -> Select[Any]:
        return select(column).where(tables.roster.c.id == self._roster_id)

    def _of_row(self, column: Column[Any]) -> Any:
        with self.database.reading() as connection:
            return connection.scalar(self._row_query(column))

    def _update_roster(self, connection: Connection, *conditions: ColumnElement[bool], **values: Any) -> bool:
        """Change the roster's row if the conditions hold, and tell whether they did."""
        here = tables.roster.c.id == self._roster_id
        changed = connection.execute(update(tables.roster).where(here, *conditions).values(values))
        return changed.rowcount == 1

    def _update_feed(self, connection: Connection, name: str, **values: Any) -> None:
        """Change a feed that is offered."""
        table = tables.feed
        here = (table.c.roster_id == self._roster_id, table.c.name == name, table.c.is_revoked.is_(False))
        if connection.execute(update(table).where(*here).values(values)).rowcount != 1:
            raise FeedError(f'there is no feed "{name}"')

    def _append(self, connection: Connection, facts: Sequence[AnyFact]) -> None:
        self._insert(connection, tables.fact, [rows.fact_row(fact) for fact in facts])

    def _put_series(self, connection: Connection, series: Sequence[Series]) -> None:
        # Their exceptions go with the old rows.
        self._replace(connection, tables.series, [rows.series_row(one) for one in series])
        self._insert(
            connection,
            tables.slot_exception,
            [rows.exception_row(one.uid, exception) for one in series for exception in one.exceptions],
        )

    def _put_baselines(
        self, connection: Connection, target: str, *, put: Sequence[Baseline], removed: Sequence[str]
    ) -> None:
        self._delete(connection, tables.baseline, [{"target": target, "uid": uid} for uid in removed])
        self._replace(connection, tables.baseline, [rows.baseline_row(target, one) for one in put])

    def _replace(self, connection: Connection, table: Table, records: Sequence[rows.AnyRow]) -> None:
        """Insert rows in place of those with the same primary key."""
        key = [column.name for column in table.primary_key if column.name != "roster_id"]
        self._delete(connection, table, [{name: row[name] for name in key} for row in records])
        self._insert(connection, table, records)

    def _insert(self, connection: Connection, table: Table, records: Sequence[rows.AnyRow]) -> None:
        if records:
            connection.execute(insert(table), [{"roster_id": self._roster_id, **row} for row in records])

    def _delete(self, connection: Connection, table: Table, keys: Sequence[rows.AnyRow]) -> None:
        """Delete the rows that have these values; all keys name the same columns."""
        if keys:
            # The prefix is needed: a parameter may not have the name of a column.
            conditions = [table.c[column] == bindparam(f"key_{column}") for column in keys[0]]
            connection.execute(
                delete(table).where(table.c.roster_id == self._roster_id, *conditions),
                [{f"key_{column}": value for column, value in key.items()} for key in keys],
            )

    def _last_pass(self, *conditions: ColumnElement[bool]) -> PassRecord | None:
        query = self._query(tables.passes).where(*conditions).order_by(tables.passes.c.id.desc()).limit(1)
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else rows.pass_from_row(row)
