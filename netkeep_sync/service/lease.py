"""The right to run a pass, and the right to serve: one process at a time.

The row in the database is what counts (`Store.claim`). On SQLite a file lock stands beside it: the
system drops that when a process dies, so whoever holds it knows that a lease left in the row is a dead
one's, and need not wait for it to run out.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from netkeep_sync.errors import LeaseTaken, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Lease, Store

__all__ = ["pass_lease", "serve_lock"]

LEASE = timedelta(minutes=5)
"""So long after the death of its holder it can be another's."""

_RENEWED_EVERY_S = 60.0

_LONGEST = timedelta(hours=1)
"""Longer than any pass takes; one that hangs holds up the others for no longer."""

PATIENCE_S = 30.0
"""How long a command waits for a pass that another process is running."""


def _lock(workspace: Workspace, name: str, *, patience_s: float, told: str) -> AbstractContextManager[object]:
    if not workspace.is_alone:
        return nullcontext()
    return _file_lock(workspace, name, patience_s=patience_s, told=told)


@contextmanager
def _file_lock(workspace: Workspace, name: str, *, patience_s: float, told: str) -> Iterator[None]:
    path = workspace.state_path.with_name(f"{workspace.state_path.name}.{name}.lock")
    lock = FileLock(path, mode=0o600)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=patience_s)
    except Timeout as error:
        raise LeaseTaken(told) from error
    except OSError as error:
        raise StoreError(
            f"the lock {path} can't be made ({error.strerror}); make its folder writable, "
            "or name another database with NETKEEP_DATABASE"
        ) from error
    try:
        yield
    finally:
        lock.release()


def serve_lock(workspace: Workspace) -> AbstractContextManager[object]:
    """Hold the right to serve this state. Raises LeaseTaken at once when another process has it.

    On PostgreSQL several may serve; the lease lets one of them at a time run a pass.
    """
    told = (
        f"another `netkeep-sync serve` is running on {workspace.url.partition('///')[2]}; "
        "stop that one first, or give this one its own database with NETKEEP_DATABASE"
    )
    return _lock(workspace, "serve", patience_s=0, told=told)


@contextmanager
def pass_lease(
    workspace: Workspace, store: Store, *, every: timedelta | None = None, patience_s: float = PATIENCE_S
) -> Iterator[None]:
    """Hold the right to run a pass.

    With `every`, only when one is due; the next is due so long after. Without, at once; then another is
    due at once too, so that a `serve` on the same state sees what this one did. Raises LeaseTaken when
    another process keeps the right for longer than `patience_s`.
    """
    told = "another pass is running on the same state; try again in a minute"
    with _lock(workspace, "pass", patience_s=patience_s, told=told):
        give_up_at = time.monotonic() + patience_s
        if every is None:
            store.make_due()
        while True:
            now = datetime.now(UTC)
            lease = store.claim(now=now, until_at=now + LEASE, is_alone=workspace.is_alone)
            if lease is not None:
                break
            if time.monotonic() > give_up_at:
                raise LeaseTaken(told)
            time.sleep(0.2)
        try:
            with _renewed(store, lease):
                yield
        finally:
            store.release(lease, next_due_at=datetime.now(UTC) + every if every else None)


@contextmanager
def _renewed(store: Store, lease: Lease) -> Iterator[None]:
    """Renew a lease for as long as it is held: the first push of a large roster takes longer than one."""
    is_over = threading.Event()
    last_at = datetime.now(UTC) + _LONGEST

    def renew() -> None:
        while not is_over.wait(_RENEWED_EVERY_S) and (now := datetime.now(UTC)) < last_at:
            with suppress(StoreError):  # a database that is away for a moment is asked again
                if not store.renew(lease, until_at=now + LEASE):
                    return

    renewing = threading.Thread(target=renew, name="lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        is_over.set()
        renewing.join()
