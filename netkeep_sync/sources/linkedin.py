"""LinkedIn's `Connections.csv`: a note of some lines, an empty one, the heading, and a row for each.

The heading may be in the language of whoever asked for the file, but the order of its seven columns is
always the same, and the third holds the address of the profile. So it is the rows that are recognised. Files
from before there were addresses are known by their heading in English.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.sources.columns import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.sources.csv_table import Row

__all__ = ["LINKEDIN_COLUMNS", "linkedin_heading"]

LINKEDIN_COLUMNS = {
    column: [index]
    for index, column in enumerate(
        (
            Column.FIRST,
            Column.LAST,
            Column.URL,
            Column.EMAIL,
            Column.COMPANY,
            Column.POSITION,
            Column.CONNECTED,
        )
    )
}


def linkedin_heading(records: Sequence[Row]) -> int | None:
    """Return the index of the heading: what stands before the first row with the address of a profile.
    None when there is no such row.
    """
    for index, row in enumerate(records[1:]):
        is_row = len(row.cells) == len(records[index].cells) == len(LINKEDIN_COLUMNS)
        if is_row and "linkedin.com/" in row.cells[2].lower():
            return index
    return None
