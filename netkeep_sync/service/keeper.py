"""What `serve` holds in memory: the latest outlook and feed of one roster, kept in step by ticks.

A broken edit of the file changes nothing but `problem`: the last good plan stays on the page and in the
feed until the file can be read again.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING

from netkeep_sync.core.busy import FREE
from netkeep_sync.core.series import zone
from netkeep_sync.errors import AnotherRoster, LeaseTaken, NetkeepError, Refused, RosterError, StoreError
from netkeep_sync.service.answering import take_answer
from netkeep_sync.service.busy import Kept, read_busy
from netkeep_sync.service.feeds import Feeds, token_digest
from netkeep_sync.service.lease import pass_lease
from netkeep_sync.service.links import answer_links
from netkeep_sync.service.naming import contact_keyed
from netkeep_sync.service.next_pass import rehearse
from netkeep_sync.service.outlook import look
from netkeep_sync.service.review_patch import apply_changes
from netkeep_sync.service.sync_pass import run_pass
from netkeep_sync.service.tally import Tally, target_label
from netkeep_sync.service.undo import undo
from netkeep_sync.service.workspace import file_stamp, open_workspace
from netkeep_sync.store.store import PassRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from netkeep_sync.core.answer_link import AnswerLinks
    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.feed import FeedSpec
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.service.answers import Answer, Desk
    from netkeep_sync.service.feed import Feed
    from netkeep_sync.service.feeds import ServedFeed
    from netkeep_sync.service.next_pass import NextPass
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.push import Pushed
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import ReadableStore
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["Keeper", "View"]

_log = logging.getLogger(__name__)

_PATIENCE_S = 10.0
"""How long somebody at a page waits for a pass that another process is running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown: of one moment, and replaced as a whole. `feeds` are all that are served, the default one
    first. With a `problem`, `is_behind` tells that the plan is an older one, for no pass could be made.
    `pushed` is what the last pass of this process did, by the target's name.
    """

    outlook: Outlook
    feeds: tuple[ServedFeed, ...]
    problem: str = ""
    is_behind: bool = False
    pushed: Mapping[str, Pushed] = field(default_factory=dict)
    _feeds_by_digest: Mapping[bytes, ServedFeed] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_digest = {token_digest(one.token): one for one in self.feeds}
        object.__setattr__(self, "_feeds_by_digest", by_digest)

    @property
    def feed(self) -> Feed:
        """The default feed."""
        return self.feeds[0].feed

    @property
    def token(self) -> str:
        """The secret of the default feed's address."""
        return self.feeds[0].token

    def feed_at(self, token: str) -> ServedFeed | None:
        """Return the feed whose address this secret makes; None for no feed's."""
        return self._feeds_by_digest.get(token_digest(token))


class Keeper:
    """One roster, kept in step. `tick`, and what the owner does on a page, may come at any time and from any
    thread: one waits for the other. `view` is always whole.
    """

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
        self.every = every
        self.tally = Tally()
        self._environ = environ
        self._clock = clock
        self._store = workspace.store()
        self._target = workspace.ics_target()
        self._others = workspace.other_targets(environ)
        self._stamp = workspace.stamp
        self._is_broken = bool(problem)
        self._kept: dict[str, Kept] = {}
        self._signed_out: set[str] = set()
        self._feeds = Feeds(self._store)
        self._turns = RLock()
        self.view = replace(self._seen(problem), is_behind=bool(problem))

    def close(self) -> None:
        """Store what is only in memory, and let go of the database."""
        try:
            self._feeds.store_fetches(now=self._clock(), is_last_call=True)
        except StoreError:
            _log.warning("when feeds were last fetched could not be stored")
        finally:
            self._store.close()

    def start(self) -> None:
        """Run the first pass."""
        self._store.make_due()
        self._turn()

    def tick(self) -> None:
        """Read the file if it has changed, and run a pass if one is due."""
        try:
            with self._turns:
                self._follow_feeds()
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
            self._journal(self._why_elsewhere(workspace))
            return
        self.workspace = workspace
        self._target = workspace.ics_target()
        self._others = workspace.other_targets(self._environ)
        self._is_broken = False
        self._store.make_due()

    def _why_elsewhere(self, workspace: Workspace) -> str:
        """Return what to write into a file that leads away from the state that is served."""
        if workspace.url != self.workspace.url:
            return (
                "The file names another database now; restart `netkeep-sync serve` to use that one, or write "
                "what it said before."
            )
        was, would_be = self.workspace.roster.key, workspace.roster.key
        if not workspace.roster.is_key_given:
            error = AnotherRoster(str(workspace.path), was=was, would_be=would_be)
            return f"{error}, and restart `netkeep-sync serve` then"
        return (
            f'The file names another roster now, "{would_be}"; restart `netkeep-sync serve` to go on with '
            f'that one, or write "roster: {was}" to stay with this one.'
        )

    def _turn(self) -> None:
        try:
            now = self._clock()
            busy = self._read_busy(now)
            with pass_lease(self.workspace, self._store, every=self.every, patience_s=0):
                self._pass(now, busy)
        except LeaseTaken:
            return  # the other process does what is due
        except NetkeepError as error:
            self._fail(error)

    def _pass(self, now: datetime, busy: Busy, *, is_confirmed: bool = False) -> None:
        """Run a pass, with the lease held, and show what it came to."""
        done = run_pass(
            self.workspace.roster,
            self._store,
            (self._target, *self._others),
            now=now,
            text=self.workspace.text,
            links=self.links(),
            busy=busy,
            is_confirmed=is_confirmed,
        )
        self._feeds.fill(done.outlook, now=now)
        self.tally.note(done.pushed, is_complete=not done.problem)
        for name, pushed in done.pushed.items():
            _log.info(
                "pass done target=%s created=%d updated=%d removed=%d failed=%d",
                target_label(name),
                pushed.created,
                pushed.updated,
                pushed.removed,
                len(pushed.failures),
            )
            self._log_sign_in(name, is_needed=pushed.needs_sign_in)
        self.view = replace(self._seen(done.problem, busy=busy), pushed=done.pushed)

    def _fail(self, error: NetkeepError) -> None:
        self.tally.note_failure()
        _log.error("pass failed kind=%s", type(error).__name__)
        self._journal(str(error))

    def _read_busy(self, now: datetime) -> Busy:
        return read_busy(self.workspace.roster, now=now, environ=self._environ, kept=self._kept)

    # -- what the owner does on a page --------------------------------------------------------------

    @property
    def targets(self) -> tuple[CalendarTarget, ...]:
        """What is published to."""
        return (self._target, *self._others)

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables that the program was started with."""
        return self._environ

    def now(self) -> datetime:
        """Return the moment that counts as now."""
        return self._clock()

    def links(self) -> AnswerLinks | None:
        """Return the links of the entries as they are this very moment: a rotation counts at once. Raises
        StoreError.
        """
        return answer_links(self.workspace, self._store)

    @property
    def memory(self) -> ReadableStore:
        """What is remembered, to look at."""
        return self._store

    def answer(self, key: str, ask: Callable[[Desk], Answer]) -> str:
        """Record what `ask` makes of a contact, plan what follows, and return what to tell the owner.

        Raises NetkeepError with nothing recorded. A pass that fails afterwards is told as any other.
        """
        with self._acting():
            now = self._clock()
            busy = self.view.outlook.busy  # as last read: whoever is at a page does not wait for calendars
            _, answer = take_answer(
                self.workspace.roster,
                self._store,
                who=lambda roster: contact_keyed(roster, key),
                ask=ask,
                source="web",
                now=now,
                busy=busy,
                language=self.workspace.roster.language,
            )
            self._follow(now, busy)
        return answer.told

    def make_due(self) -> None:
        """Have the next tick run a pass."""
        self._store.make_due()

    def apply(self, *, is_confirmed: bool = False) -> None:
        """Run a pass now. Raises NetkeepError."""
        with self._acting():
            now = self._clock()
            self._pass(now, self._read_busy(now), is_confirmed=is_confirmed)

    def undo(self) -> None:
        """Take back the last edit of the file, and what it did. Raises NetkeepError with nothing done."""
        with self._acting():
            now = self._clock()
            undo(self.workspace, self._store, now=now)
            self._reread()
            self._follow(now, self.view.outlook.busy)

    def apply_review(self, changes: Sequence[Proposal]) -> None:
        """Write what a review proposes to the file. Raises NetkeepError with nothing done."""
        with self._acting():
            apply_changes(self.workspace, self.view.outlook, changes, self._store, source="web")
            self._reread()
            self._follow(self._clock(), self.view.outlook.busy)

    def rehearse(self) -> NextPass:
        """Return what a pass would do now. Raises NetkeepError."""
        return rehearse(
            self.workspace,
            targets=self.workspace.targets(self._environ, is_rehearsal=True),
            now=self._clock(),
            busy=self.view.outlook.busy,
        )

    def add_feed(self, feed: FeedSpec) -> None:
        """Serve another feed from now on. Raises NetkeepError."""
        with self._acting():
            self._store.add_feed(feed)
            self._follow(self._clock(), self.view.outlook.busy)

    def rotate_feed(self, name: str) -> None:
        """Give a feed another address, and end the one it has. Raises NetkeepError."""
        with self._turns:
            self._store.rotate_feed(name)
            self._follow_feeds()

    def revoke_feed(self, name: str) -> None:
        """Serve a feed no more. Raises NetkeepError."""
        with self._turns:
            self._store.revoke_feed(name)
            self._follow_feeds()

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Hold the right to change something on the owner's word."""
        with self._turns:
            self._reread()
            if self._is_broken:
                raise Refused("the file can't be read as it is; mend it first, and try again")
            with pass_lease(self.workspace, self._store, patience_s=_PATIENCE_S):
                yield

    def _follow(self, now: datetime, busy: Busy) -> None:
        try:
            self._pass(now, busy)
        except NetkeepError as error:  # what was recorded stays, whatever becomes of the pass
            self._fail(error)

    # -- what is shown ------------------------------------------------------------------------------

    def _log_sign_in(self, target: str, *, is_needed: bool) -> None:
        """Log that a target lets nobody in when it begins, and not at every pass."""
        if is_needed and target not in self._signed_out:
            _log.error("target paused, sign-in needed target=%s", target_label(target))
        (self._signed_out.add if is_needed else self._signed_out.discard)(target)

    def _journal(self, problem: str) -> None:
        self._store.save_pass(PassRecord(finished_at=self._clock(), problem=problem))
        self._show_problem(problem)

    def _show_problem(self, problem: str) -> None:
        self.view = replace(self.view, problem=problem, is_behind=True)

    def note_fetch(self, feed: ServedFeed, *, user_agent: str) -> None:
        """Note that a feed was fetched, by the program that calls itself so. Any thread may."""
        feed.fetches.note(feed.spec, at=self._clock(), user_agent=user_agent)

    def _follow_feeds(self) -> None:
        """Serve the feeds under the addresses they have now: what is revoked ends at once, even while no pass
        can be made.
        """
        now = self._clock()
        self._feeds.store_fetches(now=now)
        if self._feeds.have_changed():
            self.view = replace(self.view, feeds=self._served(self.view.outlook, now=now))

    def _seen(self, problem: str = "", *, busy: Busy = FREE) -> View:
        now = self._clock()
        outlook = look(self.workspace.roster, self._store, now=now, busy=busy)
        return View(outlook=outlook, feeds=self._served(outlook, now=now), problem=problem)

    def _served(self, outlook: Outlook, *, now: datetime) -> tuple[ServedFeed, ...]:
        return self._feeds.serve(self.workspace, outlook, self._target, now=now)
