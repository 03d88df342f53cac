"""The store in an SQL database, SQLite or PostgreSQL alike; the tables are in `tables.py`, the reading and
writing of rows in `roster_rows.py`.

A write holds its roster's row to its end. So writes to one roster happen one after the other on both
systems, facts keep the order they were added in, and no two writes can wait for each other.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, literal, null, or_, true

from netkeep_sync.core.feed import DEFAULT_FEED, FeedSpec, default_feed
from netkeep_sync.errors import FeedError
from netkeep_sync.store import rows, tables
from netkeep_sync.store.dump import Dump, read_rows, write_rows
from netkeep_sync.store.roster_rows import RosterRows
from netkeep_sync.store.store import Lease, PassRecord, Publication, Undo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from sqlalchemy import Column, ColumnElement

    from netkeep_sync.core.baseline import Baseline, Cursor
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.feed import Fetch
    from netkeep_sync.core.identity import Known
    from netkeep_sync.core.series import Series, SlotException
    from netkeep_sync.store.database import Database

__all__ = ["SqlStore"]

_JOURNAL_KEPT = timedelta(days=90)
"""A pass every quarter of an hour makes 35 000 rows a year."""


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
        with self._reading() as own:
            return read_rows(own.connection, self._roster_id)

    def load(self, dump: Dump) -> None:
        """Put this in the place of all that is remembered; who holds the lease keeps it."""
        with self._writing() as own:
            write_rows(own.connection, self._roster_id, dump)

    def known(self) -> tuple[Known, ...]:
        """Return everybody the roster has ever named, those who left it too, sorted by key."""
        with self._reading() as own:
            found = own.all(tables.contact)
        # Sorted here: a server sorts text by its own locale.
        return tuple(rows.known_from_row(row) for row in sorted(found, key=lambda row: row.key))

    def save_known(self, known: Sequence[Known]) -> None:
        """Insert or replace these people; all others stay known."""
        if not known:
            return
        with self._writing() as own:
            own.replace(tables.contact, [rows.known_row(one) for one in known])

    def series(self) -> tuple[Series, ...]:
        """Return every series ever planned, ended ones too, sorted by contact and generation."""
        exceptions_by_uid: dict[str, list[SlotException]] = {}
        with self._reading() as own:
            exceptions = own.all(tables.slot_exception)
            found = own.all(tables.series)
        for row in sorted(exceptions, key=lambda row: row.slot_on):
            exceptions_by_uid.setdefault(row.uid, []).append(rows.exception_from_row(row))
        return tuple(
            rows.series_from_row(row, exceptions=exceptions_by_uid.get(row.uid, ()))
            for row in sorted(found, key=lambda row: (row.contact, row.generation))
        )

    def facts(self) -> tuple[AnyFact, ...]:
        """Return all facts in the order they were added."""
        with self._reading() as own:
            found = own.all(tables.fact)
        return tuple(rows.fact_from_row(row) for row in found)

    def add_facts(self, facts: Sequence[AnyFact], *, makes_due: bool = True) -> None:
        """Append facts, and make the roster due at once unless a pass itself tells them."""
        if not facts:
            return
        with self._writing() as own:
            _append(own, facts)
            if makes_due:
                own.update_roster(next_due_at=null())

    def baselines(self, target: str) -> Mapping[str, Baseline]:
        """Return what the target holds, by UID."""
        with self._reading() as own:
            found = own.all(tables.baseline, tables.baseline.c.target == target)
        return {row.uid: rows.baseline_from_row(row) for row in found}

    def publication(self, target: str) -> Publication | None:
        """Return what the target last published, None before the first time."""
        with self._reading() as own:
            row = own.one(tables.publication, tables.publication.c.target == target)
        return None if row is None else rows.publication_from_row(row)

    def cursors(self) -> Mapping[str, Cursor]:
        """Return how far each target has been listened to, by its name; what has none lists everything."""
        with self._reading() as own:
            found = own.all(tables.cursor)
        return {row.target: rows.cursor_from_row(row) for row in found}

    def save_series(self, series: Sequence[Series], *, undo: Undo | None = None) -> None:
        """Insert or replace these series with their exceptions; all others stay as they are. What it takes
        to undo this is kept in place of the undo before it.
        """
        with self._writing() as own:
            _put_series(own, series)
            if undo is not None:
                own.replace(tables.undo, [rows.undo_row(undo)])

    def undo(self) -> Undo | None:
        """Return what the last pass from an edited file changed, None where nothing can be undone."""
        with self._reading() as own:
            row = own.one(tables.undo)
        return None if row is None else rows.undo_from_row(row)

    def drop_undo(
        self, series: Sequence[Series], *, facts: Sequence[AnyFact] = (), good_text: str | None = None
    ) -> None:
        """Save these series and facts, and forget what could be undone; `good_text` is the file as it was, so
        that what is undone is no edit to the next pass.
        """
        with self._writing() as own:
            _append(own, facts)
            _put_series(own, series)
            own.delete(tables.undo, [{}])
            if good_text is not None:
                own.update_roster(good_text=good_text)

    def save_baselines(
        self,
        target: str,
        *,
        put: Sequence[Baseline],
        removed: Sequence[str],
        publication: Publication | None = None,
    ) -> None:
        """Insert or replace baselines, drop those of the UIDs in `removed`, and note the publication."""
        with self._writing() as own:
            _put_baselines(own, target, put=put, removed=removed)
            if publication is not None:
                own.replace(tables.publication, [rows.publication_row(target, publication)])

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
        with self._writing() as own:
            _append(own, facts)
            _put_series(own, series)
            _put_baselines(own, target, put=put, removed=removed)
            own.delete(tables.cursor, [{"target": target}])
            if cursor is not None:
                own.insert(tables.cursor, [rows.cursor_row(target, cursor)])

    def drop_baselines(self, target: str) -> None:
        """Forget what the target holds and how far it was listened to: it writes to another calendar now."""
        with self._writing() as own:
            own.delete(tables.baseline, [{"target": target}])
            own.delete(tables.cursor, [{"target": target}])

    def last_good_text(self) -> str | None:
        """Return the text of the roster file that the last complete pass was made from."""
        text: str | None = self._of_row(tables.roster.c.good_text)
        return text

    def save_pass(self, record: PassRecord, *, good_text: str | None = None) -> None:
        """Journal a pass; `good_text` is the roster file it was made from, if it was complete."""
        with self._writing() as own:
            own.insert(tables.passes, [rows.pass_row(record)])
            own.delete_where(tables.passes, tables.passes.c.finished_at < record.finished_at - _JOURNAL_KEPT)
            if good_text is not None:
                own.update_roster(good_text=good_text)

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
        with self._reading() as own:
            generation = own.roster(tables.roster.c.feed_generation)
            found = own.all(tables.feed, tables.feed.c.is_revoked.is_(False))
        others = (rows.feed_from_row(row) for row in sorted(found, key=lambda row: row.name))
        return (default_feed(generation), *others)

    def fetches(self) -> Mapping[str, Fetch]:
        """Return when each feed was last fetched, by its name; one that never was is missing."""
        with self._reading() as own:
            found = own.all(tables.fetch)
        return {row.feed: rows.fetch_from_row(row) for row in found}

    def add_feed(self, feed: FeedSpec) -> FeedSpec:
        """Offer another feed from now on, of a generation that no feed of this name had before."""
        with self._writing() as own:
            row = own.one(tables.feed, tables.feed.c.name == feed.name)
            if feed.is_default or (row is not None and not row.is_revoked):
                raise FeedError(f'there is a feed "{feed.name}" already')
            added = feed if row is None else replace(feed, generation=row.generation + 1)
            own.replace(tables.feed, [rows.feed_row(added)])
            own.update_roster(next_due_at=null())
            return added

    def rotate_feed(self, name: str = DEFAULT_FEED) -> int:
        """Raise the feed's generation and return it."""
        with self._writing() as own:
            if name == DEFAULT_FEED:
                own.update_roster(feed_generation=tables.roster.c.feed_generation + 1)
                return int(own.roster(tables.roster.c.feed_generation))
            _update_feed(own, name, generation=tables.feed.c.generation + 1)
            [feed] = own.all(tables.feed, tables.feed.c.name == name)
            return int(feed.generation)

    def revoke_feed(self, name: str) -> None:
        """Offer the feed no more, and forget what it holds."""
        with self._writing() as own:
            _update_feed(own, name, is_revoked=True)
            feed = FeedSpec(name=name)
            own.delete(tables.baseline, [{"target": feed.target}])
            own.delete(tables.publication, [{"target": feed.target}, {"target": feed.listing}])

    def rotate_links(self) -> int:
        """Raise the generation of the links in entries and return it, and make the roster due."""
        with self._writing() as own:
            column = tables.roster.c.link_generation
            own.update_roster(link_generation=column + 1, next_due_at=null())
            return int(own.roster(column))

    def save_fetches(self, fetches: Mapping[str, Fetch]) -> None:
        """Note the last fetches of these feeds, by name."""
        if not fetches:
            return
        with self._writing() as own:
            own.replace(tables.fetch, [rows.fetch_row(*one) for one in fetches.items()])

    def next_due_at(self) -> datetime | None:
        """Return when the next pass is due, None when it is due at once."""
        next_due_at: datetime | None = self._of_row(tables.roster.c.next_due_at)
        return next_due_at

    def make_due(self) -> None:
        """Make the roster due at once."""
        with self._writing() as own:
            own.update_roster(next_due_at=null())

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
        with self._writing() as own:
            is_taken = own.update_roster(
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
            return Lease(epoch=own.roster(roster.epoch), until_at=until_at)

    def renew(self, lease: Lease, *, until_at: datetime) -> bool:
        """Hold a lease for longer, and tell whether it is still held; a roster made due since stays so."""
        roster = tables.roster.c
        due_at = literal(until_at, tables.UtcDateTime())
        with self._writing() as own:
            return own.update_roster(
                roster.epoch == lease.epoch,
                roster.lease_until_at.is_not(None),
                lease_until_at=until_at,
                next_due_at=case((roster.next_due_at.is_(None), null()), else_=due_at),
            )

    def release(self, lease: Lease, *, next_due_at: datetime | None) -> None:
        """Give the lease back and say when the next pass is due; a roster made due since stays so."""
        roster = tables.roster.c
        due_at = literal(next_due_at, tables.UtcDateTime())
        with self._writing() as own:
            own.update_roster(
                roster.epoch == lease.epoch,
                roster.lease_until_at.is_not(None),
                lease_until_at=null(),
                next_due_at=case((roster.next_due_at.is_(None), null()), else_=due_at),
            )

    @contextmanager
    def _reading(self) -> Iterator[RosterRows]:
        """Open a transaction that sees one moment."""
        with self.database.reading() as connection:
            yield RosterRows(connection, self._roster_id)

    @contextmanager
    def _writing(self) -> Iterator[RosterRows]:
        """Open a transaction that holds the roster's row."""
        with self.database.writing() as connection:
            own = RosterRows(connection, self._roster_id)
            own.hold()
            yield own

    def _of_row(self, column: Column[Any]) -> Any:
        with self._reading() as own:
            return own.roster(column)

    def _last_pass(self, *conditions: ColumnElement[bool]) -> PassRecord | None:
        with self._reading() as own:
            row = own.last(tables.passes, *conditions)
        return None if row is None else rows.pass_from_row(row)


def _update_feed(own: RosterRows, name: str, **values: Any) -> None:
    """Change a feed that is offered."""
    feed = tables.feed.c
    if not own.update(tables.feed, feed.name == name, feed.is_revoked.is_(False), **values):
        raise FeedError(f'there is no feed "{name}"')


def _append(own: RosterRows, facts: Sequence[AnyFact]) -> None:
    own.insert(tables.fact, [rows.fact_row(fact) for fact in facts])


def _put_series(own: RosterRows, series: Sequence[Series]) -> None:
    # Their exceptions go with the old rows.
    own.replace(tables.series, [rows.series_row(one) for one in series])
    exceptions = [rows.exception_row(one.uid, exception) for one in series for exception in one.exceptions]
    own.insert(tables.slot_exception, exceptions)


def _put_baselines(own: RosterRows, target: str, *, put: Sequence[Baseline], removed: Sequence[str]) -> None:
    own.delete(tables.baseline, [{"target": target, "uid": uid} for uid in removed])
    own.replace(tables.baseline, [rows.baseline_row(target, one) for one in put])
