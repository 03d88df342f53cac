"""The memory of a roster that has none yet: what a plan reads where no database exists.

It says what a `SqlStore` says right after it was opened for the first time, creates no file, and needs
no SQLAlchemy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.feed import default_feed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from netkeep_sync.core.baseline import Baseline, Cursor
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.feed import FeedSpec, Fetch
    from netkeep_sync.core.identity import Known
    from netkeep_sync.core.series import Series
    from netkeep_sync.store.store import PassRecord, Publication, Undo

__all__ = ["EmptyStore"]


class EmptyStore:
    """The reading half of a store, with nothing in it. Implements `ReadableStore`."""

    def known(self) -> tuple[Known, ...]:
        """Return nobody."""
        return ()

    def series(self) -> tuple[Series, ...]:
        """Return none."""
        return ()

    def facts(self) -> tuple[AnyFact, ...]:
        """Return none."""
        return ()

    def baselines(self, target: str) -> Mapping[str, Baseline]:  # noqa: ARG002  of the protocol
        """Return none."""
        return {}

    def publication(self, target: str) -> Publication | None:  # noqa: ARG002  of the protocol
        """Return None: nothing was published."""
        return None

    def undo(self) -> Undo | None:
        """Return None: nothing was changed yet."""
        return None

    def cursors(self) -> Mapping[str, Cursor]:
        """Return none."""
        return {}

    def last_good_text(self) -> str | None:
        """Return None: there was no pass."""
        return None

    def last_pass(self) -> PassRecord | None:
        """Return None: there was no pass."""
        return None

    def last_good_pass(self) -> PassRecord | None:
        """Return None: there was no pass."""
        return None

    def feed_generation(self) -> int:
        """Return the first."""
        return 1

    def link_generation(self) -> int:
        """Return the first one."""
        return 1

    def feeds(self) -> tuple[FeedSpec, ...]:
        """Return the one that is always there."""
        return (default_feed(self.feed_generation()),)

    def fetches(self) -> Mapping[str, Fetch]:
        """Return none."""
        return {}

    def next_due_at(self) -> datetime | None:
        """Return None: the first pass is due at once."""
        return None

    def close(self) -> None:
        """Do nothing: nothing was opened."""
