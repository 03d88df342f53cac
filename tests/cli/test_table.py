"""A table on screens of any width."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from netkeep_sync.cli.output.table import print_table

HEADINGS = ("Next", "Who", "How", "Why")
ROWS = (
    (
        "Wed 2 Dec",
        "Aiko Mori",
        "video, 30 min",
        "never met; the most level place from Wed 2 Dec to Mon 1 Feb",
    ),
    ("Tue 8 Dec", "Tomás Rivera", "walk, 45 min", ""),
)


def shown(width, *, headings=HEADINGS, rows=ROWS):
    screen = io.StringIO()
    print_table(Console(file=screen, width=width), headings, rows)
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def test_what_fits_is_a_table():
    assert shown(110) == [
        "Next       Who           How            Why",
        "Wed 2 Dec  Aiko Mori     video, 30 min  never met; the most level place from Wed 2 Dec to Mon 1 Feb",
        "Tue 8 Dec  Tomás Rivera  walk, 45 min",
    ]


def test_the_widest_column_wraps_as_long_as_rows_stay_short():
    assert shown(80) == [
        "Next       Who           How            Why",
        "Wed 2 Dec  Aiko Mori     video, 30 min  never met; the most level place from Wed",
        "                                        2 Dec to Mon 1 Feb",
        "Tue 8 Dec  Tomás Rivera  walk, 45 min",
    ]


def test_the_last_column_goes_below_where_rows_would_get_tall():
    assert shown(52) == [
        "Next       Who           How",
        "Wed 2 Dec  Aiko Mori     video, 30 min",
        "    never met; the most level place from Wed 2 Dec",
        "    to Mon 1 Feb",
        "Tue 8 Dec  Tomás Rivera  walk, 45 min",
    ]


def test_on_a_narrow_screen_each_cell_has_its_heading():
    assert shown(34) == [
        "Wed 2 Dec  Aiko Mori",
        "    How: video, 30 min",
        "    Why: never met; the most level",
        "    place from Wed 2 Dec to Mon 1",
        "    Feb",
        "Tue 8 Dec  Tomás Rivera",
        "    How: walk, 45 min",
    ]


def test_the_title_there_ends_with_whom_it_is_about():
    rows = [("Aiko Mori", "0.9 periods", "let go")]
    assert shown(16, headings=("Who", "Late by", "Next"), rows=rows)[:2] == ["Aiko Mori", "    Late by: 0.9"]


def test_what_is_short_shares_a_line_there():
    rows = [("vendors and service providers", "1", "2", "20 or more")]
    assert shown(30, headings=("Category", "People", "Keep", "Room"), rows=rows) == [
        "vendors and service providers",
        "    People: 1  Keep: 2",
        "    Room: 20 or more",
    ]


@pytest.mark.parametrize("width", [8, 12, 20, 40, 60, 79, 110])
def test_no_line_is_wider_than_the_screen_and_no_letter_is_lost(width):
    rows = [("王小明", "a", "z" * 30, "q\n" * 9), ("", "", "", ""), ("1", "2", "3", "4")]
    lines = shown(width, rows=rows)

    assert max(map(cell_len, lines)) <= width
    assert ["".join(lines).count(letter) for letter in "王小明zq1234"] == [1, 1, 1, 30, 9, 1, 1, 1, 1]


def test_a_table_of_nothing_is_its_headings():
    assert shown(80, rows=()) == ["Next  Who  How  Why"]


def test_styles_stay():
    screen = io.StringIO()
    print_table(Console(file=screen, width=40, force_terminal=True), ("Who",), [[Text("Ann", style="bold")]])
    assert "\x1b[1mAnn\x1b[0m" in screen.getvalue()
