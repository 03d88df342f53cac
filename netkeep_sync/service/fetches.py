"""Who fetched a feed last, and when: noted in memory at every request, stored now and then.

Of the program that asks only a word is kept, for the rest of what it says tells too much of its owner.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from netkeep_sync.core.feed import Fetch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from netkeep_sync.core.feed import FeedSpec

__all__ = ["Fetches", "program_named"]

_STORED_AFTER = timedelta(minutes=5)

_LONGEST = 300
"""What a program says of itself beyond this is not looked at."""

_OTHER = "other"

# The first that fits counts: many programs name others, whose like they are, after themselves.
_PROGRAMS = (
    ("Google Calendar", r"Google-Calendar-Importer"),
    ("Thunderbird", r"Thunderbird/"),
    ("Outlook", r"Microsoft (?:Office|Outlook|Exchange)|MSOffice|Outlook|ExchangeCalendar"),
    ("Nextcloud", r"Nextcloud"),
    ("Home Assistant", r"Home ?Assistant"),
    ("ICSx5", r"ICSx5|ICSdroid"),
    ("vdirsyncer", r"vdirsyncer"),
    ("Evolution", r"Evolution/"),
    ("Apple Calendar", r"CalendarAgent|dataaccessd|com\.apple\.calendar|\biCal/"),
    ("a browser", r"^Mozilla/5\.0 .*(?:Firefox|Chrome|Safari)/"),
)


@lru_cache(256)
def program_named(user_agent: str) -> str:
    """Return which of the known programs calls itself so; "other" for all the rest."""
    return next(
        (name for name, pattern in _PROGRAMS if re.search(pattern, user_agent, re.IGNORECASE)), _OTHER
    )


class Fetches:
    """The last fetch of each feed, by its name. Any thread may note one, and one at a time stores them."""

    def __init__(self, stored: Mapping[str, Fetch]) -> None:
        self._last: dict[str, Fetch] = dict(stored)
        self._stored: dict[str, Fetch] = dict(stored)
        self._stored_at: dict[str, datetime] = {}

    def note(self, feed: FeedSpec, *, at: datetime, user_agent: str) -> None:
        """Note that the feed was fetched."""
        self._last[feed.name] = Fetch(
            generation=feed.generation, at=at, by=program_named(user_agent[:_LONGEST])
        )

    def last(self, feed: FeedSpec) -> Fetch | None:
        """Return the last fetch at the address that the feed has now; None when there was none."""
        found = self._last.get(feed.name)
        return found if found is not None and found.generation == feed.generation else None

    def take_unstored(self, *, now: datetime, is_last_call: bool = False) -> dict[str, Fetch]:
        """Return what is to be stored now: what is new, of a feed whose row was not written for some
        minutes. The last call returns all that is new.
        """
        taken = {
            name: fetch
            for name, fetch in list(self._last.items())
            if fetch != self._stored.get(name) and (is_last_call or self._is_time(name, now))
        }
        self._stored |= taken
        self._stored_at |= dict.fromkeys(taken, now)
        return taken

    def _is_time(self, name: str, now: datetime) -> bool:
        stored_at = self._stored_at.get(name)
        return stored_at is None or now - stored_at >= _STORED_AFTER
