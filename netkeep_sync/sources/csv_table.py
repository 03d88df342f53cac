"""The table in a CSV file: its heading, wherever that stands, and its rows with their lines.

Whether commas, semicolons or tabs part the cells, and in which line the heading is, is found by trying:
the heading is the line in which most columns are known. LinkedIn puts a note above it, Excel "sep=;".
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from netkeep_sync.sources.book_text import MAX_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netkeep_sync.sources.book_text import Telling

__all__ = ["HEADING_WITHIN", "Row", "Table", "read_table"]

_DELIMITERS = ",;\t|"
HEADING_WITHIN = 25
_MAX_CELL = 100_000
_MAX_COLUMNS = 1_000
_MAX_LINE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The cells of a record that begins on `line`."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Return a cell, empty where the row is too short for it."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`heading` names the columns and stands on `line`; `rows` are those below it that are not empty."""

    heading: tuple[str, ...]
    line: int
    rows: tuple[Row, ...]


def read_table(
    text: str, telling: Telling, *, find_heading: Callable[[Sequence[Row]], tuple[int, int]]
) -> Table | None:
    """Read a table. `find_heading` is asked of the first records, once for each delimiter, and returns how
    many columns it knows and the index of their heading. None when it knows none, or when the text is no
    table, which is told.
    """
    if any(len(line) > _MAX_LINE for line in text.split("\n")):
        telling.tell(1, "a line of this file is too long for a list of people", _RIGHT_FILE)
        return None
    known, index, delimiter = 0, 0, ","
    for each in _DELIMITERS:
        first = [one for one in islice(_records(text, each), HEADING_WITHIN + 1) if isinstance(one, Row)]
        score, found = find_heading(first)
        if score > known:
            known, index, delimiter = score, found, each
    if not known:
        return None
    rows: list[Row] = []
    for record in islice(_records(text, delimiter), index, None):
        if isinstance(record, _Broken):
            telling.tell(record.line, record.message, record.advice)
        elif len(rows) > MAX_ENTRIES:
            telling.tell_too_many(record.line)
            break
        else:
            rows.append(record)
    heading, *below = rows
    return Table(
        heading=heading.cells,
        line=heading.line,
        rows=tuple(row for row in below if any(cell.strip() for cell in row.cells)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broken:
    """Why the rows from this line on can't be read."""

    line: int
    message: str
    advice: str


def _records(text: str, delimiter: str) -> Iterator[Row | _Broken]:
    """Yield the records; at last, where reading can't go on, why."""
    csv.field_size_limit(_MAX_CELL)
    # Split at newlines alone: what else str.splitlines breaks at is no line to an editor.
    lines = text.split("\n")
    last, is_odd = len(lines) - 1, text.count('"') % 2 == 1
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if reader.line_num > last and line < last and is_odd:
                break  # the quote took all the rest, to the end
            if len(cells) > _MAX_COLUMNS:
                yield _Broken(
                    line=line, message=f"this has more than {_MAX_COLUMNS} cells", advice=_RIGHT_FILE
                )
                return
            yield Row(line=line, cells=tuple(cells))
            line = reader.line_num + 1
        else:
            return
    except csv.Error:
        pass
    yield _Broken(
        line=line,
        message="a quote that opens in this record is not closed, or a cell is too long",
        advice="close it, or remove it; all before it is read",
    )


_RIGHT_FILE = "is it the right file?"
