"""A feed that its owner asks for, in words: checked against the roster before it is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.feed import DEFAULT_FEED, FeedMilestones, FeedSpec, why_no_feed_name
from netkeep_sync.core.roster import Show
from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.errors import FeedError
from netkeep_sync.service.naming import contact_named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.roster import Roster

__all__ = ["MOST_FEEDS", "check_feed_exists", "check_may_be_revoked", "request_feed"]

MOST_FEEDS = 50
"""Each costs a comparison at every pass, and memory."""


def request_feed(
    roster: Roster,
    offered: Iterable[FeedSpec],
    name: str,
    *,
    show: Show = Show.FULL,
    categories: Iterable[str] = (),
    contacts: Iterable[str] = (),
    milestones: FeedMilestones = FeedMilestones.WITHOUT,
) -> FeedSpec:
    """Return the feed to add. `roster` is an outlook's; `contacts` are keys, or any part of a name that fits
    one person.

    Raises FeedError or UnknownContact, with what to write instead.
    """
    names = [spec.name for spec in offered]
    if reason := why_no_feed_name(name):
        raise FeedError(reason)
    if name in names:
        raise FeedError(f'there is a feed "{name}" already; `netkeep-sync feed revoke {name}` ends it')
    if len(names) >= MOST_FEEDS:
        raise FeedError(f"there are {len(names)} feeds, and can be no more; revoke one")
    if show is Show.BUSY and milestones is not FeedMilestones.WITHOUT:
        raise FeedError("a feed that shows only busy times has no milestones; choose another --show")
    return FeedSpec(
        name=name,
        show=show,
        categories=tuple(dict.fromkeys(_category(roster, one) for one in categories)),
        contacts=tuple(dict.fromkeys(contact_named(roster, one).key for one in contacts)),
        milestones=milestones,
    )


def check_feed_exists(offered: Iterable[FeedSpec], name: str) -> None:
    """Raise FeedError, with the name that may be meant, unless there is such a feed."""
    names = [spec.name for spec in offered]
    if name not in names:
        raise FeedError(f'there is no feed "{name}"; {_advice(name, names)}')


def check_may_be_revoked(name: str) -> None:
    """Raise FeedError for the feed that is always there."""
    if name == DEFAULT_FEED:
        raise FeedError("the default feed is always there; `netkeep-sync feed rotate` ends its address")


def _category(roster: Roster, words: str) -> str:
    keys = [category.key for category in roster.categories]
    if words not in keys:
        raise FeedError(f'there is no category "{words}"; {_advice(words, keys)}')
    return words


def _advice(word: str, known: list[str]) -> str:
    close = did_you_mean(word, known)
    return f'did you mean "{close}"?' if close else f"write one of {', '.join(known)}"
