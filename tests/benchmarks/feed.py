"""The feed after one change, against joining the bytes of all its series."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netkeep_sync.core.projection import project
from netkeep_sync.core.series import series_uid
from netkeep_sync.targets.ics import IcsTarget
from tests.benchmarks.table import Row, cpu_seconds, show
from tests.core.builders import NOW, contact, series

if TYPE_CHECKING:
    from netkeep_sync.core.baseline import Baseline

SERIES = 10_000
RATIO_MOST = 25
"""The floor is one copy of memory, the figure a walk over scattered objects: 6 where the processor's cache is
large, 9 to 15 where it is not. To encode each body anew is 35.
"""
RUNS = 15


def run() -> bool:
    """Measure, print a table, and tell whether the budget is kept."""
    baselines = _baselines()
    changed = [replace(baselines[0], body=baselines[0].body.replace("Ada", "Bob")), *baselines[1:]]
    bodies = [one.body.encode() for one in baselines]
    target = IcsTarget()
    target.document(baselines)
    states = [changed, baselines] * RUNS

    floor = cpu_seconds(lambda: b"".join(bodies), runs=RUNS)
    # Each run meets the bytes of the other state: one of all bodies is new to it.
    figure = cpu_seconds(lambda: target.document(states.pop()), runs=RUNS)
    row = Row(name=f"one of {SERIES} series changed", figure=figure, floor=floor, most=RATIO_MOST * floor)
    return show("The feed, against joining the bytes of its series", [row], unit="ms")


def _baselines() -> list[Baseline]:
    """Return the echoes of many series: one is rendered, the others differ from it in the UID alone."""
    ada = contact(notes="Likes the number 7.", ask=("What is new?",), offer=("An introduction",))
    first = IcsTarget().put(project(series(), contact=ada, history=None), base=None, now=NOW)
    uids = [series_uid("r0", f"person-{number}", 1) for number in range(SERIES)]
    return [replace(first, uid=uid, body=first.body.replace(first.uid, uid)) for uid in uids]
