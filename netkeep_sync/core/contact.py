"""Who: one person, and the category they are kept in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

from netkeep_sync.core.channel import Hours

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.channel import Channel

__all__ = [
    "COLORS",
    "AnyNamed",
    "Category",
    "ClockFrom",
    "Contact",
    "Milestone",
    "Named",
    "Resting",
    "find_contacts",
    "slug",
]

WAKING = (Hours(start=time(8), end=time(20)),)
"""When one may call somebody in another time zone, by their own clock."""

COLORS = (
    "lavender",
    "sage",
    "grape",
    "flamingo",
    "banana",
    "tangerine",
    "peacock",
    "graphite",
    "blueberry",
    "basil",
    "tomato",
)
"""The colours of events by their names at Google, in the order of its colorId from 1 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A group of contacts; `keep` is how many people it should hold, None for any number. `color` is that
    of its check-ins, one of COLORS, empty for the calendar's own.
    """

    key: str
    keep: int | None = None
    color: str = ""


class ClockFrom(StrEnum):
    """What the clock of a contact runs from: the day of the last meeting, or the day it was planned for."""

    HELD = "held"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A day of every year worth a word: `label` is "birthday" or the like, `year` the one it began in."""

    label: str
    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One person, with everything their category leaves them already filled in.

    `flex_days` is the tolerance on either side of a due date. `met_on` is the last meeting that the
    roster itself tells of. `timezone` is an IANA name, None when it is the owner's; `reachable` are the
    hours for remote check-ins by the clock of that zone, and `holidays` the codes of the days that are
    kept free of them. `city` is where they can be met in person, for trips. `is_invited` makes them a
    guest of their check-ins, where a calendar can invite; then there is an `email`. `is_key_given` tells
    that the file says the key; otherwise it is made of the name, which may change (`identity.py`).
    """

    key: str
    name: str
    category: str
    cadence: Cadence
    channel: Channel
    flex_days: int
    met_on: date | None = None
    timezone: str | None = None
    email: str = ""
    place: str = ""
    city: str = ""
    counts_from: ClockFrom = ClockFrom.HELD
    reachable: tuple[Hours, ...] = WAKING
    holidays: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    notes: str = ""
    ask: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    is_invited: bool = False
    is_key_given: bool = False

    @property
    def summary(self) -> str:
        """The title of a check-in with this contact."""
        return self.channel.title.replace("{name}", self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """Somebody on the bench: known, and not met for now. `again_on` is a day to look at them again."""

    contact: Contact
    again_on: date | None = None


def slug(name: str) -> str:
    """Return the key of a name: its letters and digits in lower case, hyphens between.

    Letters of every script stay, accents go: "Łukasz Żak" and "Zoë" are "łukasz-zak" and "zoe". A name
    without any letter or digit has the empty slug.
    """
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(character)
    )
    return "-".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain)))


class Named(Protocol):
    """Somebody who can be found by their name: a contact, or who was one."""

    @property
    def key(self) -> str:
        """The key that facts have."""

    @property
    def name(self) -> str:
        """The name last seen."""

    @property
    def email(self) -> str:
        """The email last seen, empty for none."""


AnyNamed = TypeVar("AnyNamed", bound=Named)


def find_contacts(contacts: Sequence[AnyNamed], words: str) -> tuple[AnyNamed, ...]:
    """Return whom `words` may mean: a key or whole name, else any part of the name or the email."""
    wanted = slug(words)
    if not wanted:
        return ()
    exact = tuple(one for one in contacts if wanted in (one.key, slug(one.name)))
    if exact:
        return exact
    return tuple(
        one
        for one in contacts
        if wanted in slug(one.name) or wanted in one.key or words.casefold() == one.email.casefold()
    )
