"""Manners: in what Google is free to answer one way or another, or nobody knows for sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True, kw_only=True)
class Manners:
    """A test sets them when it makes the fake, or later.

    `page_size` is the most on a page, whatever the client asks for; `empty_pages` puts an empty page before
    each page; `arrange` orders the ids of a listing, for they come in no promised order.
    `bare_tombstones` leaves of a deleted event only what is guaranteed. `revives` lets a write to a deleted
    event through, else it is 403. `html_descriptions`, `folds_count`, `expands_rules` rewrite what is sent.
    `tells_of_lost_exceptions` gives the tombstone of an exception that the old series of a split has lost,
    even where the new series has a living occurrence of that very id (odoo#287171).
    `noop_keeps_etag` leaves an event alone to which a write changes nothing. `calls_per_minute` is the quota
    of one user (Google's is 600), `freebusy_days` the longest range (90: calcom/cal.diy#11962).
    """

    page_size: int | None = None
    empty_pages: bool = False
    arrange: Callable[[list[Any]], list[Any]] = list
    bare_tombstones: bool = True
    revives: bool = True
    tells_of_lost_exceptions: bool = True
    html_descriptions: bool = True
    folds_count: bool = False
    expands_rules: bool = False
    noop_keeps_etag: bool = False
    calls_per_minute: int | None = None
    freebusy_days: int = 90
