"""Kill it at any moment and start again: the same end as if nothing had happened."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from netkeep_sync.store.sql_store import SqlStore
from netkeep_sync.targets.ics import IcsTarget

STEPS = [
    (SqlStore, "save_known"),
    (SqlStore, "add_facts"),
    (SqlStore, "save_series"),
    (IcsTarget, "put"),
    (SqlStore, "save_baselines"),
    (IcsTarget, "publish"),
    (SqlStore, "save_pass"),
    (SqlStore, "release"),
]


class Killed(BaseException):
    """The process is gone: nothing below may catch it."""


def interrupted(owner, name, *, before):
    """Return `owner.name` that ends the process before or after its work."""
    whole = getattr(owner, name)

    def cut(self, *arguments, **named):
        if not before:
            whole(self, *arguments, **named)
        raise Killed

    return cut


def export(world):
    return world.ok("export", "-o", "checkins.ics", as_of="2026-12-16")


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[1])
def test_a_pass_cut_off_at_any_step_ends_as_a_whole_one(world, monkeypatch, step, before):
    world.ok("export", "-o", "checkins.ics")
    world.edit("- {name: Grace", "- {name: Ada Byron, category: leaders}\n  - {name: Grace")
    world.edit("last_met: 2026-10-05", "last_met: 2026-10-05, cadence: monthly")
    with monkeypatch.context() as patch:
        patch.setattr(*step, interrupted(*step, before=before))
        with pytest.raises(Killed):
            world.run("export", "-o", "checkins.ics", as_of="2026-12-16")
    export(world)
    document = (world.folder / "checkins.ics").read_bytes()

    for path in [*world.state.iterdir(), world.folder / "checkins.ics"]:
        if not path.name.endswith(".key"):
            path.unlink()
    world.edit("- {name: Ada Byron, category: leaders}\n  - {name: Grace", "- {name: Grace")
    world.edit(", cadence: monthly", "")
    world.ok("export", "-o", "checkins.ics")
    world.edit("- {name: Grace", "- {name: Ada Byron, category: leaders}\n  - {name: Grace")
    world.edit("last_met: 2026-10-05", "last_met: 2026-10-05, cadence: monthly")
    export(world)

    assert document == (world.folder / "checkins.ics").read_bytes()


def test_a_killed_process_leaves_sound_state_and_no_waiting(world):
    command = [sys.executable, "-m", "netkeep_sync", "--config", str(world.path), "--as-of", "2026-11-23"]
    chance = random.Random(7)
    ends = []
    for _ in range(12):
        process = subprocess.Popen(
            [*command, "export", "-o", str(world.folder / "checkins.ics")],
            env=dict(os.environ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.3, 0.9))
        process.send_signal(signal.SIGKILL)
        ends.append(process.wait())
    assert -signal.SIGKILL in ends
    assert set(ends) <= {-signal.SIGKILL, 0}

    # A lease that was left runs for longer than a command waits, which then fails.
    world.ok("export", "-o", "checkins.ics")

    assert (world.folder / "checkins.ics").read_bytes().count(b"BEGIN:VEVENT") == 3
    with closing(sqlite3.connect(world.state / "netkeep.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM series").fetchone() == (3,)
