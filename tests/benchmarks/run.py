"""Every claim of speed and of level load, measured: `python tests/benchmarks/run.py`.

Each figure is held against a floor measured or proven in the same run, for machines differ and are
noisy. Times are CPU time, the least of several runs. Ends with 1 when a budget is exceeded twice: once may
be the noise. Names of benchmarks run only these: `python tests/benchmarks/run.py level feed`. With `--write`,
and without names, the figures are kept in NUMBERS.md.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import feed, level, planning, processes, reading, store, sync, web, web_feed
from tests.benchmarks.figures import machine_words, numbers_page
from tests.benchmarks.table import SHOWN

BENCHMARKS = {
    "processes": processes.run,
    "reading": reading.run,
    "planning": planning.run,
    "store": store.run,
    "sync": sync.run,
    "feed": feed.run,
    "web_feed": web_feed.run,
    "web": web.run,
    "level": level.run,
}


def main(*names: str) -> int:
    """Run the benchmarks, all of them unless named, and tell whether every budget is kept."""
    if unknown := [name for name in names if name not in BENCHMARKS]:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    is_kept = [BENCHMARKS[name]() or BENCHMARKS[name]() for name in names or BENCHMARKS]
    return int(not all(is_kept))


def write() -> int:
    """Run all benchmarks, and keep their figures; tell whether every budget is kept."""
    tables, status = {}, 0
    for name, benchmark in BENCHMARKS.items():
        begin = len(SHOWN)
        status |= not benchmark()
        tables[name] = SHOWN[begin:]
    page = numbers_page(tables, today=datetime.now(UTC).date(), machine=machine_words())
    (Path(__file__).parent / "NUMBERS.md").write_text(page, encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(write() if sys.argv[1:] == ["--write"] else main(*sys.argv[1:]))
