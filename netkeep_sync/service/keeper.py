"""What `serve` holds in memory: the latest outlook and feed of one roster, kept in step by ticks.

A broken edit of the file changes nothing but `problem`: the last good plan stays on the page and in the
feed until the file can be read again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.series import zone
from netkeep_sync.errors import LeaseTaken, NetkeepError, RosterError
from netkeep_sync.service.feed import feed_token, make_feed
from netkeep_sync.service.lease import pass_lease
from netkeep_sync.service.outlook import look
from netkeep_sync.service.sync_pass import run_pass
from netkeep_sync.service.workspace import file_stamp, open_workspace
from netkeep_sync.store.store import PassRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netkeep_sync.service.feed import Feed
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.workspace import Workspace

__all__ = ["Keeper", "View"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown: of one moment, and replaced as a whole. `token` is the secret of the feed."""

    outlook: Outlook
    feed: Feed
    token: str
    problem: str = ""


class Keeper:
    """One roster, kept in step. `tick` may be called at any time, by one thread at a time."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        every: timedelta,
        environ: Mapping[str, str],
        clock: Callable[[], datetime],
        problem: str = "",
    ) -> None:
        self.workspace = workspace
        self._every = every
        self._environ = environ
        self._clock = clock
        self._store = workspace.store()
        self._target = workspace.ics_target()
        self._stamp = workspace.stamp
        self._is_broken = bool(problem)
        self.view = self._seen(problem)

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def start(self) -> None:
        """Run the first pass."""
        self._store.make_due()
        self._turn()

    def tick(self) -> None:
        """Read the file if it has changed, and run a pass if one is due."""
        try:
            self._reread()
            due_at = self._store.next_due_at()
            if not self._is_broken and (due_at is None or due_at <= datetime.now(UTC)):
                self._turn()
        except Exception:  # noqa: BLE001  a boundary: the next tick must come
            _log.exception("tick failed")
            self._show_problem("Something unexpected went wrong; the log has the details.")

    def _reread(self) -> None:
        stamp = file_stamp(self.workspace.path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        today = self._clock().astimezone(zone(self.workspace.roster.timezone)).date()
        try:
            workspace = open_workspace(self.workspace.path, today=today, environ=self._environ)
        except RosterError as error:
            _log.warning(
                "roster can't be read problems=%d first_line=%d", len(error.problems), error.problems[0].line
            )
            self._is_broken = True
            self._journal(str(error))
            return
        if (workspace.url, workspace.roster.key) != (self.workspace.url, self.workspace.roster.key):
            _log.warning("roster names another state, restart needed")
            self._is_broken = True
            self._journal("The file names another roster or database now; restart `netkeep-sync serve`.")
            return
        self.workspace = workspace
        self._target = workspace.ics_target()
        self._is_broken = False
        self._store.make_due()

    def _turn(self) -> None:
        try:
            with pass_lease(self.workspace, self._store, every=self._every, patience_s=0):
                done = run_pass(
                    self.workspace.roster,
                    self._store,
                    [self._target],
                    now=self._clock(),
                    text=self.workspace.text,
                )
        except LeaseTaken:
            return  # the other process does what is due
        except NetkeepError as error:
            _log.error("pass failed kind=%s", type(error).__name__)
            self._journal(str(error))
            return
        pushed = done.pushed[self._target.name]
        _log.info(
            "pass done created=%d updated=%d removed=%d", pushed.created, pushed.updated, pushed.removed
        )
        self.view = self._seen("\n".join(pushed.failures))

    def _journal(self, problem: str) -> None:
        self._store.save_pass(PassRecord(finished_at=self._clock(), problem=problem))
        self._show_problem(problem)

    def _show_problem(self, problem: str) -> None:
        self.view = replace(self.view, problem=problem)

    def _seen(self, problem: str = "") -> View:
        now = self._clock()
        return View(
            outlook=look(self.workspace.roster, self._store, now=now),
            feed=make_feed(self._store, self._target, now=now),
            token=feed_token(self.workspace, generation=self._store.feed_generation()),
            problem=problem,
        )
