"""A feed: what of the plan is published at one secret address, and how much of it is told.

The default feed is always there and holds all; the others are made to be shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.contact import slug
from netkeep_sync.core.roster import Show

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["DEFAULT_FEED", "FeedMilestones", "FeedSpec", "Fetch", "default_feed", "why_no_feed_name"]

DEFAULT_FEED = "default"
"""The name of the feed that can't be revoked."""

_LONGEST_NAME = 40


class FeedMilestones(StrEnum):
    """Whether milestones are in a feed beside the check-ins, or instead of them. The default feed does with
    them as the roster says.
    """

    WITH = "with"
    WITHOUT = "without"
    ONLY = "only"
    AS_ROSTER = "as-roster"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """One feed. It holds whoever is in one of the `categories` or among the `contacts` (their keys); with
    neither it holds everybody. Its address is made of its name and its `generation`.
    """

    name: str
    show: Show = Show.FULL
    categories: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    milestones: FeedMilestones = FeedMilestones.WITHOUT
    generation: int = 1

    @property
    def is_default(self) -> bool:
        """Tell whether this is the feed that is always there."""
        return self.name == DEFAULT_FEED

    @property
    def target(self) -> str:
        """The name under which the store keeps what the feed holds. The default feed is the .ics target's."""
        return "ics" if self.is_default else f"feed:{self.name}"

    @property
    def listing(self) -> str:
        """The name under which the store keeps when its list of coming check-ins changed."""
        return f"{self.target}.json"

    @property
    def calendar(self) -> str:
        """The name that calendar programs show."""
        if self.is_default:
            return "Check-ins"
        return f"{'Milestones' if self.milestones is FeedMilestones.ONLY else 'Check-ins'}: {self.name}"

    def includes(self, *, contact: str, category: str) -> bool:
        """Tell whether somebody is in the feed. A filter whose category or people are gone lets nobody in."""
        if not self.categories and not self.contacts:
            return True
        return category in self.categories or contact in self.contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """The last time that a feed was fetched at its address of that `generation`, and by which program."""

    generation: int
    at: datetime
    by: str


def default_feed(generation: int) -> FeedSpec:
    """Return the feed that is always there."""
    return FeedSpec(name=DEFAULT_FEED, milestones=FeedMilestones.AS_ROSTER, generation=generation)


def why_no_feed_name(name: str) -> str | None:
    """Return what is wrong with a name for a feed, and what to write instead; None where nothing is."""
    plain = slug(name)
    if not plain:
        return f'"{name}" has no letter or digit; write a name such as team'
    if name != plain:
        return f'"{name}" is no name for a feed; write "{plain[:_LONGEST_NAME].strip("-")}"'
    if len(name) > _LONGEST_NAME:
        return f"a feed's name has at most {_LONGEST_NAME} letters"
    return None
