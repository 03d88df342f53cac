"""The CPU of whole processes, against a Python that does nothing."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.table import Row, show

ROOT = Path(__file__).parents[2]

# 0.5 s where Python takes 8 ms to start.
PLAN_BUDGET = 62
# With state there is SQLAlchemy to import on top, 0.1 s of its own.
STATE_BUDGET = 90
RUNS = 12
CONTACTS = 200


def cpu_seconds(*arguments: str, environ: dict[str, str]) -> float:
    """Return the least CPU time of several runs of Python with these arguments."""
    times = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, *arguments],
            env=environ,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def write_roster(path: Path) -> None:
    """Write a roster of mixed cadences that its capacity just holds."""
    chance = random.Random(1)
    cadences = ["monthly", "every 6 weeks", "quarterly", "quarterly", "every 6 months", "yearly"]
    people = "\n".join(
        f"  - {{name: Person {number}, category: {chance.choice(['peers', 'leaders'])}, "
        f"cadence: {chance.choice(cadences)}, "
        f"last_met: 2026-{chance.randint(1, 10):02}-{chance.randint(1, 28):02}, "
        f"notes: Likes the number {number}.}}"
        for number in range(CONTACTS)
    )
    path.write_text(
        "owner: {name: Ana}\ntimezone: Europe/Berlin\ncapacity: {per_day: 8, per_week: 36}\n"
        "availability: {holidays: DE}\nchannels: {coffee: {minutes: 20, between: ['08:00-18:00']}}\n"
        "categories:\n  peers: {channel: coffee, ask: [What is new?]}\n  leaders: {channel: video}\n"
        f"contacts:\n{people}\n",
        encoding="utf-8",
    )


def run() -> bool:
    """Measure, print a table, and tell whether every budget is kept."""
    with tempfile.TemporaryDirectory() as folder:
        roster = Path(folder) / "netkeep.yaml"
        write_roster(roster)
        environ = {
            **os.environ,
            "NETKEEP_DATABASE": f"sqlite:///{folder}/state/netkeep.db",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPATH": str(ROOT),
        }
        command = ["-m", "netkeep_sync", "--config", str(roster), "--as-of", "2026-11-23"]
        plan = [*command, "plan", "--json"]

        floor = cpu_seconds("-c", "pass", environ=environ)
        rows = [
            _row("netkeep-sync --help", "-m", "netkeep_sync", "--help", environ=environ, floor=floor, most=6),
            _row(
                f"plan --json, {CONTACTS} contacts, no state",
                *plan,
                environ=environ,
                floor=floor,
                most=PLAN_BUDGET,
            ),
        ]
        subprocess.run(
            [sys.executable, *command, "export", "-o", f"{folder}/a.ics"],
            env=environ,
            check=True,
            stderr=subprocess.DEVNULL,
        )
        rows.append(_row("the same, planned before", *plan, environ=environ, floor=floor, most=STATE_BUDGET))
    return show("CPU of a whole process, against python -c pass", rows, unit="ms")


def _row(name: str, *arguments: str, environ: dict[str, str], floor: float, most: int) -> Row:
    figure = cpu_seconds(*arguments, environ=environ)
    return Row(name=name, figure=figure, floor=floor, most=most * floor)
