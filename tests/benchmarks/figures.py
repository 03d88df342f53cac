"""The page of figures, NUMBERS.md: each against its floor, when and where it was measured, and how again."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tests.benchmarks.table import Table

__all__ = ["machine_words", "numbers_page"]

_HEAD = """\
# Figures

Every claim of speed, and of how level a plan is, held against a floor that was measured or proven in the same
run: read the ratios, for machines differ and are noisy. Measured on {day}: {machine}.

`python tests/benchmarks/run.py --write` measures all of it again and writes this page; each table tells how
to repeat it alone. CI fails when a figure is above what it may be "at most", twice in a row.
"""


def numbers_page(tables: Mapping[str, Sequence[Table]], *, today: date, machine: str) -> str:
    """Return the page; `tables` are those of each benchmark."""
    parts = [_HEAD.format(day=today.isoformat(), machine=machine)]
    for name, shown in tables.items():
        parts.append(f"## {name}\n\n`python tests/benchmarks/run.py {name}`\n")
        parts += [_table(one) for one in shown]
    return "\n".join(parts)


def _table(table: Table) -> str:
    lines = [
        f"| {table.title} | floor | {table.unit} | ratio | at most |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for row in table.rows:
        ratio = f"{row.figure / row.floor:.2f}" if row.floor else ""
        most = "" if row.most is None else table.words(row.most)
        figures = f"{table.words(row.floor)} | {table.words(row.figure)} | {ratio} | {most}"
        lines.append(f"| {row.name} | {figures} |")
    return "\n".join(lines) + "\n"


def machine_words() -> str:
    """Return what this machine is, in a few words."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        told = []
    models = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    processor = models[0] if models else platform.machine()
    return (
        f"{os.cpu_count()} processors ({processor}), Python {platform.python_version()}, {platform.system()}"
    )
