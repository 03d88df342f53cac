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
_TALL = 2.5
"""So many lines a row, and a table is no longer one that the eye runs down."""


def print_table(console: Console, headings: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows under their headings."""
    texts = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    columns = [[heading, *(row[number].plain for row in texts)] for number, heading in enumerate(headings)]
    natural = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in columns]
    floors = [max(cell_len(word) for cell in column for word in (cell.split() or "x")) for column in columns]
    fitted = _fitted(natural, floors, width=console.width)
    if fitted and _height(console, texts, fitted) <= _TALL * len(texts):
        _print_columns(console, headings, texts, fitted)
    elif _total(natural[:-1]) <= console.width:
        _print_with_last_below(console, headings, texts, natural)
    else:
        _print_cards(console, headings, texts)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _fitted(natural: Sequence[int], floors: Sequence[int], *, width: int) -> list[int] | None:
    """Return the widths of the columns, the widest narrowed until all fit; None where words would break."""
    widths = list(natural)
    while _total(widths) > width:
        wide = [number for number, each in enumerate(widths) if each > floors[number]]
        if not wide:
            return None
        widths[max(wide, key=lambda number: widths[number])] -= 1
    return widths


def _height(console: Console, rows: Sequence[Sequence[Text]], widths: Sequence[int]) -> int:
    return sum(
        max(len(cell.wrap(console, width)) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


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
    titles = 2 if "Who" in headings[:2] else 1
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
