"""Years of many rosters, with all that goes wrong in years: `python tests/soak/run.py`.

    --rosters 50    how many, each with a calendar of its own
    --years 2       of simulated time, with a look at all that must hold at the end of every quarter
    --seed 1        what is drawn; the same seed draws the same
    --only 17       this roster alone, to look into its trouble

Uses all processors, about a minute for a year of fifty rosters on two. Ends with 1 when something was not as
it must be, and tells how to see it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.soak.life import live  # noqa: E402  the path is needed first

COUNTED = ("quarters", "passes", "requests", "failures", "gestures", "is_troubled")


def main(words: list[str]) -> int:
    """Live all lives; return the exit status."""
    asked = _asked(words)
    numbers = range(asked.rosters) if asked.only is None else [asked.only]
    days = round(365.25 * asked.years)
    started, cpu = time.monotonic(), _cpu_s()
    lives = []
    one_life = partial(live, seed=asked.seed, days=days)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done in as_completed([pool.submit(one_life, number) for number in numbers]):
            life = done.result()
            lives.append(life)
            if life.trouble:
                print(f"roster {life.number}: {life.trouble}")
                print(
                    f"see it again: python {Path(__file__).relative_to(ROOT)} {_again(asked, life.number)}\n"
                )
    total = {name: sum(getattr(one, name) for one in lives) for name in COUNTED}
    print(f"{len(lives)} rosters, {asked.years:g} years each, with a look at {total['quarters']} quarters")
    print(
        "{passes} passes, {requests} requests, {failures} of them failed; {gestures} gestures".format(**total)
    )
    seconds, cpu = (time.monotonic() - started) / asked.years, (_cpu_s() - cpu) / asked.years
    print(f"{seconds:.0f} s a simulated year, {cpu:.0f} s of CPU; trouble in {total['is_troubled']}")
    return int(any(one.trouble for one in lives))


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rosters", type=int, default=50)
    parser.add_argument("--years", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    return parser.parse_args(words)


def _again(asked: argparse.Namespace, number: int) -> str:
    return f"--years {asked.years:g} --seed {asked.seed} --only {number}"


def _cpu_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
