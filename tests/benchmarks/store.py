"""The series of a large roster out of the database, against sqlite3 fetching the same rows."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from netkeep_sync.store.opening import open_store
from tests.benchmarks.table import Row, cpu_seconds, show
from tests.core.builders import cancelled, moved, series

if TYPE_CHECKING:
    from netkeep_sync.core.series import Series
    from netkeep_sync.store.sql_store import SqlStore

SERIES = 10_000
RATIO_MOST = 12
RUNS = 5


def run() -> bool:
    """Measure, print a table, and tell whether the budget is kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "netkeep.db"
        with (
            open_store(f"sqlite:///{path}", key="r0", source="netkeep.yaml") as store,
            closing(sqlite3.connect(path)) as plain,
        ):
            store.save_series(_planned())
            queries = _queries(store)
            floor = cpu_seconds(lambda: [plain.execute(*query).fetchall() for query in queries], runs=RUNS)
            figure = cpu_seconds(store.series, runs=RUNS)
    row = Row(name=f"{SERIES} series are loaded", figure=figure, floor=floor, most=RATIO_MOST * floor)
    return show("The store, against sqlite3 fetching the same rows", [row], unit="ms")


def _planned() -> list[Series]:
    """Return many series of the same days, two of them exceptions."""
    one = series(exceptions=[moved("2026-11-03", "2026-11-05 09:00"), cancelled("2026-12-01")])
    return [replace(one, contact=f"person-{number}", uid=f"{number}@nk") for number in range(SERIES)]


def _queries(store: SqlStore) -> list[tuple[str, Any]]:
    """Return each query, with its parameters, that the store sends to load all series."""
    found = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, parameters))

    event.listen(store.database.engine, "before_cursor_execute", note)
    store.series()
    event.remove(store.database.engine, "before_cursor_execute", note)
    return found
