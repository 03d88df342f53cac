"""The clock ticks, one at a time, also after the machine's clock was set."""

import threading
import time

from netkeep_sync.service import timer

PATIENCE_S = 60
"""For what must come: a busy machine takes its time."""


def test_it_ticks_and_stops():
    ticks = threading.Semaphore(0)
    with timer.ticking(ticks.release, every_s=0.05):
        for _ in range(3):
            assert ticks.acquire(timeout=PATIENCE_S)
    while ticks.acquire(blocking=False):
        pass

    assert not ticks.acquire(timeout=0.2)


def test_a_slow_tick_is_never_joined_by_another():
    running, most, ended = [], [], threading.Semaphore(0)

    def tick():
        running.append(1)
        most.append(len(running))
        time.sleep(0.2)
        running.pop()
        ended.release()

    with timer.ticking(tick, every_s=0.05):
        for _ in range(3):
            assert ended.acquire(timeout=PATIENCE_S)

    assert max(most) == 1


class Looks(threading.Event):
    """Stops the watchdog when set; `begun` counts its looks at the clock, and the one to come."""

    def __init__(self):
        super().__init__()
        self.begun = threading.Semaphore(0)

    def wait(self, timeout=None):
        self.begun.release()
        return super().wait(timeout)


def test_a_clock_that_is_set_wakes_the_scheduler(monkeypatch):
    woken, stop = threading.Event(), Looks()
    whole = time.time
    watchdog = threading.Thread(
        target=timer._watch, args=(woken.set, stop), kwargs={"look_every_s": 0.02}, daemon=True
    )
    watchdog.start()
    for _ in range(3):
        assert stop.begun.acquire(timeout=PATIENCE_S)
    assert not woken.is_set()
    monkeypatch.setattr(time, "time", lambda: whole() - 3600)

    assert woken.wait(PATIENCE_S)
    stop.set()
    watchdog.join()
