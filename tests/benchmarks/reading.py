"""Reading a roster file, a good one and those that mean harm, against PyYAML's C loader on the good one.

The loader makes plain values of that text and checks nothing. It cannot be held against a hostile file
itself, for some of those end the process.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from netkeep_sync.config.roster_file import parse_roster
from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.errors import RosterError
from tests.benchmarks.table import Row, cpu_seconds, show
from tests.config.hostile import HOSTILE, MISTAKEN

if TYPE_CHECKING:
    from netkeep_sync.core.roster import Roster

CONTACTS = 200
RATIO_MOST = 4
HOSTILE_RATIO_MOST = 16
MISTAKEN_RATIO_MOST = {
    "people without a category or a zone": 130,
    "unknown categories among known ones": 35,
    "trips at one time": 35,
    "long phrases of days to avoid": 1,
}


def run() -> bool:
    """Measure, print a table, and tell whether every budget is kept."""
    good = _good_roster()
    floor = cpu_seconds(lambda: yaml.load(good, Loader=yaml.CSafeLoader), runs=15)

    rows = [_row(f"{CONTACTS} contacts", cpu_seconds(lambda: _read(good), runs=15), floor, RATIO_MOST)]

    seconds_by_name = {
        name: cpu_seconds(partial(read_yaml, data, file="netkeep.yaml"), runs=3)
        for name, data in HOSTILE.items()
    }
    slowest = max(seconds_by_name, key=seconds_by_name.__getitem__)
    name = f"the slowest of {len(HOSTILE)} hostile files: {slowest}"
    rows.append(_row(name, seconds_by_name[slowest], floor, HOSTILE_RATIO_MOST))
    for name, text in MISTAKEN.items():
        rows.append(_row(name, cpu_seconds(partial(_refuse, text), runs=3), floor, MISTAKEN_RATIO_MOST[name]))
    return show(f"Reading a roster, against PyYAML's C loader on {CONTACTS} contacts", rows, unit="ms")


def _row(name: str, figure: float, floor: float, ratio_most: float) -> Row:
    return Row(name=name, figure=figure, floor=floor, most=ratio_most * floor)


def _read(text: str) -> Roster:
    return parse_roster(text, file="netkeep.yaml", folder=Path("/"), today=date(2026, 11, 23))


def _refuse(text: str) -> None:
    with suppress(RosterError):
        _read(text)


def _good_roster() -> str:
    """Return a roster whose contacts say more than most people write of each."""
    people = "".join(
        f"""
  - name: Person Number {number}
    category: peers
    cadence: every {number % 8 + 1} months
    last_met: 2026-0{number % 9 + 1}-1{number % 10}
    timezone: America/New_York
    email: person{number}@example.com
    notes: Moved to Acme in May, has two children.
    ask: ["What is new?", "Who should I meet?"]"""
        for number in range(CONTACTS)
    )
    return (
        "owner: {name: Ana}\ntimezone: UTC\n"
        f"categories: {{peers: {{cadence: monthly, channel: call}}}}\ncontacts:{people}\n"
    )
