"""How to meet: coffee, lunch, video, call. Its length, its hours, its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.phrase import phrase

if TYPE_CHECKING:
    from datetime import time

    from netkeep_sync.core.language import Language
    from netkeep_sync.core.phrase import Phrase

__all__ = ["Channel", "Hours", "channel_words", "plain_title"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Hours:
    """A part of the day in which check-ins may lie: from `start`, and over by `end`."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to meet.

    `title` is the summary of its check-ins, with `{name}` where the contact's name goes. A `remote`
    channel joins two places, so the contact's own hours and holidays count. `weekdays` count from
    Monday = 0, None for the owner's days. `buffer_minutes` stay free before and after.

    On a calendar its check-ins remind so many minutes before (`reminders`; None as the calendar does of
    its own accord), keep their time busy or free, and come with a room of Google Meet (`has_meet`).
    """

    key: str
    minutes: int
    hours: tuple[Hours, ...]
    title: str
    place: str = ""
    is_remote: bool = False
    weekdays: frozenset[int] | None = None
    buffer_minutes: int = 0
    reminders: tuple[int, ...] | None = None
    is_busy: bool = True
    has_meet: bool = False

    @property
    def name(self) -> Phrase | str:
        """What it is called within a sentence: one of our words, or the user's own."""
        return _NAMES.get(self.key, self.key)


_NAMES = {
    "coffee": phrase("coffee"),
    "lunch": phrase("lunch"),
    "video": phrase("video"),
    "call": phrase("call"),
    "review": phrase("review"),
}


def channel_words(key: str, language: Language) -> str:
    """Return what a channel is called where nothing else is said: "Coffee"."""
    known = {
        "coffee": language.pgettext("channel", "Coffee"),
        "lunch": language.pgettext("channel", "Lunch"),
        "video": language.pgettext("channel", "Video"),
        "call": language.pgettext("channel", "Call"),
        "review": language.pgettext("channel", "Review"),
    }
    return known.get(key) or f"{key[:1].upper()}{key[1:]}"


def plain_title(key: str, language: Language) -> str:
    """Return the title of a channel that nobody gave one: "Walk with {name}"."""
    return language.gettext("{channel} with {name}").replace("{channel}", channel_words(key, language))
