"""The clock: APScheduler ticks, and a watchdog ticks the clock.

The clock is never the truth; whether a pass is due stands in the roster's row. Jobs live in memory only:
the SQL job store unpickles what it finds in the database, and drops what it can't.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ticking"]

_log = logging.getLogger(__name__)

_STEP_S = 5.0
"""A wall clock that leaves the monotonic one by more has been set."""


@contextmanager
def ticking(tick: Callable[[], None], *, every_s: float) -> Iterator[BackgroundScheduler]:
    """Call `tick` every so many seconds, never twice at a time, until the block ends."""
    scheduler = BackgroundScheduler(timezone=UTC)
    job = scheduler.add_job(
        tick, "interval", seconds=every_s, coalesce=True, max_instances=1, misfire_grace_time=None
    )
    stop = threading.Event()
    watchdog = threading.Thread(
        target=_watch,
        args=(lambda: job.modify(next_run_time=datetime.now(UTC)), stop),
        name="clock-watchdog",
        daemon=True,
    )
    scheduler.start()
    watchdog.start()
    try:
        yield scheduler
    finally:
        stop.set()
        scheduler.shutdown(wait=True)
        watchdog.join()


def _watch(wake: Callable[[], None], stop: threading.Event, *, look_every_s: float = 1.0) -> None:
    """Wake the scheduler when the wall clock was set.

    APScheduler computes its next run from the wall clock: set back by an hour, it would sleep an hour.
    """
    offset = time.time() - time.monotonic()
    while not stop.wait(look_every_s):
        step = time.time() - time.monotonic() - offset
        if abs(step) > _STEP_S:
            _log.warning("clock was set step_s=%.0f", step)
            offset += step
            wake()
