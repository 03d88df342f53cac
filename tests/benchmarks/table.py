"""The figures of a benchmark in columns, each held against what it may be at the most."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim. `figure` is what was measured, `floor` what it is held against, in the same unit;
    `most` is the largest figure allowed, None when there is no budget.
    """

    name: str
    figure: float
    floor: float
    most: float | None

    @property
    def is_kept(self) -> bool:
        return self.most is None or self.figure <= self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a title. `unit` is "ms" for figures in seconds, else what the figures count."""

    title: str
    rows: tuple[Row, ...]
    unit: str

    def words(self, figure: float) -> str:
        """Return a figure as it is printed."""
        scale, places = (1000, 1) if self.unit == "ms" else (1, 3 if self.unit == "share" else 0)
        return f"{figure * scale:.{places}f}"


SHOWN: list[Table] = []
"""What this process has shown so far."""


def show(title: str, rows: list[Row], *, unit: str) -> bool:
    """Print the rows under a title, and tell whether all of them keep their budget; see `Table`."""
    table = Table(title=title, rows=tuple(rows), unit=unit)
    SHOWN.append(table)

    def words(figure: float) -> str:
        return f"{table.words(figure):>10}"

    print(f"\n{title:64} {'floor':>10} {unit:>10} {'ratio':>7} {'at most':>10}")
    for row in rows:
        ratio = f"{row.figure / row.floor:7.2f}" if row.floor else f"{'':7}"
        most = words(row.most) if row.most is not None else f"{'':10}"
        mark = "" if row.is_kept else "  too much"
        print(f"{row.name:64} {words(row.floor)} {words(row.figure)} {ratio} {most}{mark}", flush=True)
    return all(row.is_kept for row in rows)


def cpu_seconds(work: Callable[[], object], *, runs: int) -> float:
    """Return the least CPU time of several runs, without the garbage collector: so the command line runs
    (`cli/main.py`), and the arithmetic that is the floor makes no garbage to speak of.
    """
    times = []
    for _ in range(runs):
        gc.collect()
        gc.disable()
        started = time.process_time()
        kept = work()
        times.append(time.process_time() - started)
        gc.enable()
        del kept
    return min(times)
