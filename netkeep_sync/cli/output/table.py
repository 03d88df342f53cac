"""A table, as wide as the screen lets it be.

Where columns get so narrow that words break, or rows run over many lines, what stands in the last column goes
below each row; where that is still too wide, each row is a few lines of its own, every cell with its heading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

__all__ = ["print_table"]

_GAP = 2
_INDENT = 4
_TALL = 1.9
"""So many lines a row, and a table is no longer one that the eye runs down."""


def print_table(console: Console, headings: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows under their headings."""
    texts = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    columns = [
        _Column([heading, *(row[number].plain for row in texts)]) for number, heading in enumerate(headings)
    ]
    fitted = _fitted(columns, width=console.width)
    if fitted and _height(columns, fitted) <= _TALL * (len(texts) + 1):
        _print_columns(console, headings, texts, fitted)
    elif _total([one.widest for one in columns[:-1]]) <= console.width:
        _print_with_last_below(console, headings, texts, [one.widest for one in columns])
    else:
        _print_cards(console, headings, texts)


class _Column:
    """The cells of a column, the heading first, as the widths of their words, line by line."""

    def __init__(self, cells: Sequence[str]) -> None:
        self._cells = [[[*map(cell_len, line.split())] for line in cell.split("\n")] for cell in cells]
        self.widest = max(_length(words) for cell in self._cells for words in cell)
        self.longest_word = max(word for cell in self._cells for words in cell for word in (words or [1]))

    def heights(self, width: int) -> list[int]:
        """Return over how many lines each cell runs."""
        return [sum(_lines(words, width) for words in cell) for cell in self._cells]

    def cost(self, width: int) -> int:
        """Return how many lines more it takes to be narrower by one."""
        return sum(self.heights(width - 1)) - sum(self.heights(width))


def _length(words: Sequence[int]) -> int:
    return sum(words) + max(0, len(words) - 1)


def _lines(words: Sequence[int], width: int) -> int:
    lines, room = 1, width
    for word in words:
        if word > room:
            lines, room = lines + 1, width
        room -= word + 1
    return lines


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _fitted(columns: Sequence[_Column], *, width: int) -> list[int] | None:
    """Return the widths of the columns, narrowed until all fit where the fewest lines come of it; None where
    words would break.
    """
    widths = [one.widest for one in columns]
    while _total(widths) > width:
        wide = [number for number, one in enumerate(columns) if widths[number] > one.longest_word]
        if not wide:
            return None
        costs = {number: columns[number].cost(widths[number]) for number in wide}
        widths[min(wide, key=lambda number: (costs[number], -widths[number]))] -= 1
    return widths


def _height(columns: Sequence[_Column], widths: Sequence[int]) -> int:
    heights = [one.heights(width) for one, width in zip(columns, widths, strict=True)]
    return sum(map(max, zip(*heights, strict=True)))


def _print_columns(
    console: Console, headings: Sequence[str], rows: Sequence[Sequence[Text]], widths: Sequence[int]
) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for heading, width in zip(headings, widths, strict=True):
        table.add_column(heading, width=width, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _print_with_last_below(
    console: Console, headings: Sequence[str], rows: Sequence[Sequence[Text]], widths: Sequence[int]
) -> None:
    console.print(_joined([Text(heading, style="bold") for heading in headings[:-1]], widths))
    for *row, last in rows:
        console.print(_joined(row, widths))
        if last.plain:
            console.print(Padding(last, (0, 0, 0, _INDENT), style="dim"))


def _joined(cells: Sequence[Text], widths: Sequence[int]) -> Text:
    line = Text()
    for cell, width in zip(cells, widths, strict=False):
        line.append_text(cell)
        line.append(" " * (width - cell.cell_len + _GAP))
    line.rstrip()
    return line


def _print_cards(console: Console, headings: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    titles = headings.index("Who") + 1 if "Who" in headings[:2] else 1
    for row in rows:
        console.print(Text(" " * _GAP).join(cell for cell in row[:titles] if cell.plain))
        for line in _packed(headings[titles:], row[titles:], width=console.width - _INDENT):
            console.print(Padding(line, (0, 0, 0, _INDENT)))


def _packed(headings: Sequence[str], cells: Sequence[Text], *, width: int) -> Iterator[Text]:
    """Yield the cells with their headings, as many on a line as fit."""
    line = Text()
    for heading, cell in zip(headings, cells, strict=True):
        if not cell.plain:
            continue
        pair = Text(f"{heading}: ") + cell if heading else cell
        if line.plain and line.cell_len + _GAP + pair.cell_len > width:
            yield line
            line = Text()
        line = Text(" " * _GAP).join([line, pair]) if line.plain else pair
    if line.plain:
        yield line
