"""Every claim of speed, measured: `python tests/benchmarks/run.py`.

Each figure is the CPU time of a whole process, the least of several runs, and is held against a floor
measured in the same run, for machines differ and are noisy. Ends with 1 when a budget is exceeded.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

# 0.5 s where Python takes 8 ms to start.
PLAN_BUDGET = 62
# With state there is SQLAlchemy to import on top, 0.1 s of its own.
STATE_BUDGET = 70
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


def main() -> int:
    """Measure, print a table, and tell whether every budget is kept."""
    with tempfile.TemporaryDirectory() as folder:
        roster = Path(folder) / "netkeep.yaml"
        write_roster(roster)
        environ = {
            **os.environ,
            "NETKEEP_DATABASE": f"sqlite:///{folder}/state/netkeep.db",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        command = ["-m", "netkeep_sync", "--config", str(roster), "--as-of", "2026-11-23"]
        plan = [*command, "plan", "--json"]

        floor = cpu_seconds("-c", "pass", environ=environ)
        figures = [
            ("netkeep-sync --help", cpu_seconds("-m", "netkeep_sync", "--help", environ=environ), 6),
            ("plan --json, 200 contacts, no state", cpu_seconds(*plan, environ=environ), PLAN_BUDGET),
        ]
        subprocess.run(
            [sys.executable, *command, "export", "-o", f"{folder}/a.ics"],
            env=environ,
            check=True,
            stderr=subprocess.DEVNULL,
        )
        figures.append(("the same, planned before", cpu_seconds(*plan, environ=environ), STATE_BUDGET))

    print(f"{'CPU of a whole process':40} {'ms':>7} {'ratio':>7} {'at most':>8}")
    print(f"{'python -c pass (the floor)':40} {floor * 1000:7.0f} {1:7.1f}")
    for name, seconds, most in figures:
        mark = "" if seconds <= most * floor else "  too slow"
        print(f"{name:40} {seconds * 1000:7.0f} {seconds / floor:7.1f} {most:8}{mark}")
    return int(any(seconds > most * floor for _, seconds, most in figures))


if __name__ == "__main__":
    sys.exit(main())
