"""The clock ticks, one at a time, also after the machine's clock was set."""

import threading
import time

from netkeep_sync.service import timer


def test_it_ticks_and_stops():
    ticks = []
    with timer.ticking(lambda: ticks.append(1), every_s=0.05):
        time.sleep(0.5)
    seen = len(ticks)
    time.sleep(0.2)

    assert seen >= 3
    assert len(ticks) == seen


def test_a_slow_tick_is_never_joined_by_another():
    running, most = [], []

    def tick():
        running.append(1)
        most.append(len(running))
        time.sleep(0.2)
        running.pop()

    with timer.ticking(tick, every_s=0.05):
        time.sleep(0.8)

    assert max(most) == 1


def test_a_clock_that_is_set_wakes_the_scheduler(monkeypatch):
    woken, stop = threading.Event(), threading.Event()
    whole = time.time
    watchdog = threading.Thread(target=timer._watch, args=(woken.set, stop), kwargs={"look_every_s": 0.02})
    watchdog.start()
    time.sleep(0.1)
    assert not woken.is_set()
    monkeypatch.setattr(time, "time", lambda: whole() - 3600)

    assert woken.wait(2)
    stop.set()
    watchdog.join()
