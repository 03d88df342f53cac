"""The rows of one roster in all tables, as one transaction reads and writes them: nobody else's are met.

What is replaced is deleted and inserted again: the databases agree on no other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from netkeep_sync.store import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table

    from netkeep_sync.store.rows import AnyRow

__all__ = ["RosterRows"]


@dataclass(frozen=True, slots=True)
class RosterRows:
    """The rows of the roster of this id. Those going in are mappings by column, without their roster."""

    connection: Connection
    roster_id: int

    def all(self, table: Table, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Return a table's rows that meet the conditions: as they were added where the database numbers them,
        else in any order.
        """
        query = self._select(table, *conditions)
        return self.connection.execute(query.order_by(table.c.id) if "id" in table.c else query).all()

    def one(self, table: Table, *conditions: ColumnElement[bool]) -> Row[Any] | None:
        """Return the one row that there may be."""
        return self.connection.execute(self._select(table, *conditions)).one_or_none()

    def last(self, table: Table, *conditions: ColumnElement[bool]) -> Row[Any] | None:
        """Return the row that was added last, None where there is none."""
        query = self._select(table, *conditions).order_by(table.c.id.desc())
        return self.connection.execute(query.limit(1)).one_or_none()

    def insert(self, table: Table, records: Sequence[AnyRow]) -> None:
        """Add rows."""
        if records:
            self.connection.execute(
                insert(table), [{"roster_id": self.roster_id, **record} for record in records]
            )

    def replace(self, table: Table, records: Sequence[AnyRow]) -> None:
        """Insert rows in place of those with the same primary key."""
        key = [column.name for column in table.primary_key if column.name != "roster_id"]
        self.delete(table, [{name: record[name] for name in key} for record in records])
        self.insert(table, records)

    def update(self, table: Table, *conditions: ColumnElement[bool], **values: Any) -> bool:
        """Change the one row that meets the conditions, and tell whether there was one."""
        here = table.c.roster_id == self.roster_id
        return self.connection.execute(update(table).where(here, *conditions).values(values)).rowcount == 1

    def delete(self, table: Table, keys: Sequence[AnyRow]) -> None:
        """Delete the rows that have these values; all keys name the same columns."""
        if keys:
            # The prefix is needed: a parameter may not have the name of a column.
            conditions = [table.c[column] == bindparam(f"key_{column}") for column in keys[0]]
            self.connection.execute(
                delete(table).where(table.c.roster_id == self.roster_id, *conditions),
                [{f"key_{column}": value for column, value in key.items()} for key in keys],
            )

    def delete_where(self, table: Table, *conditions: ColumnElement[bool]) -> None:
        """Delete the rows that meet the conditions."""
        self.connection.execute(delete(table).where(table.c.roster_id == self.roster_id, *conditions))

    # -- the roster's own row ---------------------------------------------------------------------

    def hold(self) -> None:
        """Hold the roster's row to the end of the transaction (SQLite's holds it with all the rest)."""
        self.connection.execute(self._roster(tables.roster.c.id).with_for_update())

    def roster(self, column: Column[Any]) -> Any:
        """Return what the roster's row has in a column."""
        return self.connection.scalar(self._roster(column))

    def update_roster(self, *conditions: ColumnElement[bool], **values: Any) -> bool:
        """Change the roster's row if the conditions hold, and tell whether they did."""
        here = tables.roster.c.id == self.roster_id
        changed = self.connection.execute(update(tables.roster).where(here, *conditions).values(values))
        return changed.rowcount == 1

    def _roster(self, column: Column[Any]) -> Select[Any]:
        return select(column).where(tables.roster.c.id == self.roster_id)

    def _select(self, table: Table, *conditions: ColumnElement[bool]) -> Select[Any]:
        return select(table).where(table.c.roster_id == self.roster_id, *conditions)
