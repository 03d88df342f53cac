"""One process at a time runs a pass, and one serves; whoever dies blocks nobody."""

import multiprocessing
import os
import signal
import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from netkeep_sync.errors import LeaseTaken
from netkeep_sync.service import lease
from netkeep_sync.service.lease import pass_lease, serve_lock
from netkeep_sync.service.workspace import open_workspace


@pytest.fixture
def workspace(world):
    return open_workspace(world.path, today=date(2026, 11, 23), environ=dict(os.environ))


def hold(workspace, ready):
    with workspace.store() as store, serve_lock(workspace), pass_lease(workspace, store):
        ready.set()
        time.sleep(600)


@pytest.fixture
def holder(workspace):
    """Return another process that serves and is in the midst of a pass."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=hold, args=(workspace, ready))
    process.start()
    assert ready.wait(60)
    yield process
    process.kill()
    process.join()


def test_a_second_serve_is_refused_in_plain_words(workspace, holder):
    with pytest.raises(LeaseTaken, match="another `netkeep-sync serve` is running on"), serve_lock(workspace):
        pass


def test_a_second_pass_waits_and_then_gives_up(workspace, holder):
    with (
        workspace.store() as store,
        pytest.raises(LeaseTaken, match="another pass is running"),
        pass_lease(workspace, store, patience_s=0.3),
    ):
        pass


def test_a_killed_holder_blocks_nobody(workspace, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()

    with serve_lock(workspace), workspace.store() as store, pass_lease(workspace, store, patience_s=0):
        pass


def test_after_a_pass_on_the_clock_the_next_is_due_later(workspace):
    with workspace.store() as store:
        with pass_lease(workspace, store, every=timedelta(minutes=15)):
            pass
        due_at = store.next_due_at()

        assert due_at > datetime.now(UTC) + timedelta(minutes=14)
        with pytest.raises(LeaseTaken), pass_lease(workspace, store, every=timedelta(1), patience_s=0):
            pass


def test_after_a_pass_by_hand_a_serve_looks_at_once(workspace):
    with workspace.store() as store:
        with pass_lease(workspace, store):
            pass

        assert store.next_due_at() is None


def test_a_pass_that_takes_long_keeps_its_lease(workspace, monkeypatch):
    monkeypatch.setattr(lease, "_RENEWED_EVERY_S", 0.01)
    renewed = threading.Event()
    with workspace.store() as store:
        renew = store.renew

        def noted(*held, **until):
            is_held = renew(*held, **until)
            renewed.set()
            return is_held

        monkeypatch.setattr(store, "renew", noted)
        with pass_lease(workspace, store):
            assert renewed.wait(60)
            later = datetime.now(UTC) + lease.LEASE - timedelta(seconds=1)
            assert store.claim(now=later, until_at=later + lease.LEASE) is None


def test_a_pass_that_fails_gives_its_lease_back(workspace):
    with workspace.store() as store:
        with pytest.raises(ZeroDivisionError), pass_lease(workspace, store):
            raise ZeroDivisionError
        with pass_lease(workspace, store, patience_s=0):
            pass
