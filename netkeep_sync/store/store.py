"""The contract of the store: what one roster remembers between passes.

A `Store` is bound to one roster; every query names it. Each method is one transaction: after a crash
all of it has happened or nothing. Every method raises StoreError when the database fails. What is read
equals what was saved; instants come back in UTC.

`ReadableStore` is the half that a plan needs, which `EmptyStore` has too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from netkeep_sync.core.feed import DEFAULT_FEED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.baseline import Baseline, Cursor
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.feed import FeedSpec, Fetch
    from netkeep_sync.core.identity import Known
    from netkeep_sync.core.series import Series

__all__ = ["Lease", "PassRecord", "Publication", "ReadableStore", "Store", "Undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A target's whole document: its `digest`, and when that last changed (UTC, whole seconds)."""

    digest: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRecord:
    """What a pass did: counts of calendar entries, or the `problem` that stopped it (a text to show)."""

    finished_at: datetime
    created: int = 0
    updated: int = 0
    removed: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What the last pass from an edited file changed: that file's text before and after, the series as they
    were, and the UIDs of those that it made.
    """

    text_before: str
    text_after: str
    series: tuple[Series, ...]
    uids_made: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to run one pass. `epoch` rises with every lease, so that a holder whose lease ran out
    and was given to another can't end the other's: `release` of an older epoch does nothing.
    """

    epoch: int
    until_at: datetime


class ReadableStore(Protocol):
    """What the memory of one roster tells."""

    def known(self) -> tuple[Known, ...]:
        """Return everybody the roster has ever named, those who left it too, sorted by key."""

    def series(self) -> tuple[Series, ...]:
        """Return every series ever planned, ended ones too, sorted by contact and generation."""

    def facts(self) -> tuple[AnyFact, ...]:
        """Return all facts in the order they were added."""

    def baselines(self, target: str) -> Mapping[str, Baseline]:
        """Return what the target holds, by UID."""

    def publication(self, target: str) -> Publication | None:
        """Return what the target last published, None before the first time."""

    def cursors(self) -> Mapping[str, Cursor]:
        """Return how far each target has been listened to, by its name; what has none lists everything."""

    def last_good_text(self) -> str | None:
        """Return the text of the roster file that the last complete pass was made from."""

    def undo(self) -> Undo | None:
        """Return what the last pass from an edited file changed, None where nothing can be undone."""

    def last_pass(self) -> PassRecord | None:
        """Return the latest pass."""

    def last_good_pass(self) -> PassRecord | None:
        """Return the latest pass without a problem."""

    def feed_generation(self) -> int:
        """Return the default feed's generation, 1 at first. It is part of what its token is made of."""

    def link_generation(self) -> int:
        """Return the generation of the links in entries, 1 at first. Each is signed with a key of its own."""

    def feeds(self) -> tuple[FeedSpec, ...]:
        """Return every feed that is offered: the default one, then the others sorted by name."""

    def fetches(self) -> Mapping[str, Fetch]:
        """Return when each feed was last fetched, by its name; one that never was is missing."""

    def next_due_at(self) -> datetime | None:
        """Return when the next pass is due, None when it is due at once.

        While a pass runs, that is the end of its lease.
        """

    def close(self) -> None:
        """Let go of the database. Nothing can be read afterwards."""


class Store(ReadableStore, Protocol):
    """The memory of one roster."""

    def save_known(self, known: Sequence[Known]) -> None:
        """Insert or replace these people; all others stay known."""

    def add_facts(self, facts: Sequence[AnyFact], *, makes_due: bool = True) -> None:
        """Append facts, and make the roster due at once unless a pass itself tells them."""

    def save_series(self, series: Sequence[Series], *, undo: Undo | None = None) -> None:
        """Insert or replace these series with their exceptions; all others stay as they are. What it takes
        to undo this is kept in place of the undo before it.
        """

    def drop_undo(
        self, series: Sequence[Series], *, facts: Sequence[AnyFact] = (), good_text: str | None = None
    ) -> None:
        """Save these series and facts, and forget what could be undone; `good_text` is the file as it was, so
        that what is undone is no edit to the next pass.
        """

    def save_baselines(
        self,
        target: str,
        *,
        put: Sequence[Baseline],
        removed: Sequence[str],
        publication: Publication | None = None,
    ) -> None:
        """Insert or replace baselines, drop those of the UIDs in `removed`, and note the publication."""

    def save_heard(
        self,
        target: str,
        *,
        facts: Sequence[AnyFact],
        series: Sequence[Series],
        put: Sequence[Baseline],
        removed: Sequence[str] = (),
        cursor: Cursor | None,
    ) -> None:
        """Keep what was heard of the target, and how far: all of it or nothing.

        Appends the facts, which do not make the roster due, for the pass that listens goes on to plan.
        Inserts or replaces series and baselines, and drops the baselines of the UIDs in `removed`.
        Without a cursor the next listening lists everything.
        """

    def drop_baselines(self, target: str) -> None:
        """Forget what the target holds and how far it was listened to: it writes to another calendar now."""

    def save_pass(self, record: PassRecord, *, good_text: str | None = None) -> None:
        """Journal a pass; `good_text` is the roster file it was made from, if it was complete."""

    def add_feed(self, feed: FeedSpec) -> FeedSpec:
        """Offer another feed from now on, and make the roster due, for only a pass fills it; return it with
        its generation, which is one that no feed of this name had before. Raises FeedError when there is
        one of this name.
        """

    def rotate_feed(self, name: str = DEFAULT_FEED) -> int:
        """Raise the feed's generation and return it. Raises FeedError when there is no such feed."""

    def revoke_feed(self, name: str) -> None:
        """Offer the feed no more, and forget what it holds. Raises FeedError when there is no such feed."""

    def rotate_links(self) -> int:
        """Raise the generation of the links in entries and return it, and make the roster due, for only a
        pass writes the new ones.
        """

    def save_fetches(self, fetches: Mapping[str, Fetch]) -> None:
        """Note the last fetches of these feeds, by name."""

    def make_due(self) -> None:
        """Make the roster due at once."""

    def claim(self, *, now: datetime, until_at: datetime, is_alone: bool = False) -> Lease | None:
        """Take the lease when a pass is due and nobody holds a lease that runs beyond `now`.

        `is_alone` says that whoever holds one is dead; then it counts for nothing.
        """

    def renew(self, lease: Lease, *, until_at: datetime) -> bool:
        """Hold a lease for longer, and tell whether it is still held: it may be another's by now."""

    def release(self, lease: Lease, *, next_due_at: datetime | None) -> None:
        """Give the lease back and say when the next pass is due.

        A roster that was made due while the pass ran stays due at once.
        """
