"""All that a database remembers of one roster, as rows: what is copied when it moves to another database.

The tables themselves say what there is, so a new table or column is copied without a word here. What belongs
to one database alone is left out: numbers that it gave, and who runs a pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from netkeep_sync.store import tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

    from netkeep_sync.store.rows import AnyRow

__all__ = ["Dump", "read_rows", "write_rows"]

_OF_THIS_DATABASE = {"id", "roster_id"}
_NOT_OF_ROSTER = {"id", "key", "source", "next_due_at", "lease_until_at", "epoch"}
_TABLES = tuple(table for table in tables.metadata.sorted_tables if table is not tables.roster)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """`roster` is what the roster's own row holds, `rows` the rows of each other table by its name: sorted by
    key, or as they were added where the database numbers them.
    """

    roster: AnyRow
    rows: Mapping[str, tuple[AnyRow, ...]]

    @classmethod
    def of(cls, roster: AnyRow, rows: Mapping[str, Sequence[AnyRow]]) -> Dump:
        """Return a dump of rows in any order, those apart that the database numbers."""
        return cls(roster=roster, rows={table.name: _sorted(table, rows[table.name]) for table in _TABLES})

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is remembered."""
        return not any(self.rows.values())


def read_rows(connection: Connection, roster_id: int) -> Dump:
    """Return what is remembered of a roster, as of the moment that the connection sees."""
    own = [column for column in tables.roster.columns if column.name not in _NOT_OF_ROSTER]
    row = connection.execute(select(*own).where(tables.roster.c.id == roster_id)).one()
    rows = {table.name: _rows(connection, table, roster_id) for table in _TABLES}
    return Dump.of(dict(row._mapping), rows)  # noqa: SLF001  the documented name


def _rows(connection: Connection, table: Table, roster_id: int) -> list[AnyRow]:
    copied = [column for column in table.columns if column.name not in _OF_THIS_DATABASE]
    query = select(*copied).where(table.c.roster_id == roster_id)
    if "id" in table.columns:
        query = query.order_by(table.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _sorted(table: Table, rows: Sequence[AnyRow]) -> tuple[AnyRow, ...]:
    # Sorted here: a server sorts text by its own locale.
    key = [column.name for column in table.primary_key if column.name not in _OF_THIS_DATABASE]
    return tuple(sorted(rows, key=lambda row: [row[name] for name in key]))  # stable, so no key is no order


def write_rows(connection: Connection, roster_id: int, dump: Dump) -> None:
    """Put these rows in the place of all that is remembered of a roster."""
    for table in reversed(_TABLES):
        connection.execute(delete(table).where(table.c.roster_id == roster_id))
    for table in _TABLES:
        if rows := dump.rows[table.name]:
            connection.execute(insert(table), [{"roster_id": roster_id, **row} for row in rows])
    connection.execute(update(tables.roster).where(tables.roster.c.id == roster_id).values(dump.roster))
