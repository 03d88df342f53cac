"""The roster: the user's file, read, checked and resolved. Nothing in it needs looking up again."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.language import ENGLISH

if TYPE_CHECKING:
    from datetime import date, time

    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.channel import Channel, Hours
    from netkeep_sync.core.contact import Category, Contact, Resting
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.phrase import Phrase

__all__ = [
    "Assumption",
    "Availability",
    "Avoided",
    "CaldavCalendar",
    "Calendar",
    "Capacity",
    "DateRange",
    "Digest",
    "GoogleCalendar",
    "IcsCalendar",
    "Owner",
    "Proxy",
    "RemoteCalendar",
    "ReviewTime",
    "Roster",
    "Serving",
    "Show",
    "Trip",
]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DateRange:
    """Days from `start_on` to before `end_on`."""

    start_on: date
    end_on: date

    def __contains__(self, day: date) -> bool:
        return self.start_on <= day < self.end_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoided:
    """Days that are kept free again and again: the first `days` of each of `months` (January = 1), or the
    last ones when `is_at_end`. `words` name it: "the last week of a quarter".
    """

    words: Phrase
    months: frozenset[int]
    days: int
    is_at_end: bool

    def __contains__(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        if not self.is_at_end:
            return day.day <= self.days
        return day.day > monthrange(day.year, day.month)[1] - self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """The owner is in another city on these days: time to meet people who live there, and nobody else
    in person. `channels` are the ways to meet there those whom the owner meets remotely at home.
    `timezone` is the city's, an IANA name, None when it is the owner's own.
    """

    city: str
    days: DateRange
    channels: tuple[Channel, ...]
    timezone: str | None = None

    @property
    def last_on(self) -> date:
        """The last day there."""
        return self.days.end_on - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose calendar it is."""

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many check-ins the owner has time for; minutes of a calendar month, None for any number."""

    per_day: int
    per_week: int
    minutes_per_month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """When the owner can meet: `weekdays` count from Monday = 0, `holidays` are country codes
    such as `DE` or `DE-BE`, `away` and `avoid` are days kept free.
    """

    weekdays: frozenset[int]
    holidays: tuple[str, ...] = ()
    away: tuple[DateRange, ...] = ()
    avoid: tuple[Avoided, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """When the weekly digest is sent: `weekday` counts from Monday = 0, `local_time` is the owner's."""

    weekday: int
    local_time: time


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTime:
    """When the owner looks over the list: how often, how long, and in which hours of their days."""

    cadence: Cadence
    minutes: int
    hours: tuple[Hours, ...]


class Assumption(StrEnum):
    """What is believed of a check-in that has passed and nobody said a word about."""

    HELD = "held"
    ASK = "ask"


class Show(StrEnum):
    """What a calendar tells of the people: all, their first names, or only that the time is taken."""

    FULL = "full"
    FIRST_NAME = "first-name"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsCalendar:
    """A target: the .ics file at `path`, absolute."""

    path: str
    show: Show = Show.FULL


CHECK_INS = "Check-ins"
"""What the calendar is called that the program makes, unless it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleCalendar:
    """A target: a calendar at Google.

    `calendar` names the one that the program makes. `calendar_id` is that of one the owner has already
    (`primary`, or the id that the calendar's settings show), and then none is made; empty otherwise. The
    files are absolute paths, empty for those in the user's config folder.
    """

    calendar: str = CHECK_INS
    client_file: str = ""
    token_file: str = ""
    calendar_id: str = ""
    show: Show = Show.FULL

    @property
    def name(self) -> str:
        """The target's name in the store."""
        if self.calendar == CHECK_INS and not self.calendar_id:
            return "google"
        return f"google:{self.calendar_id or self.calendar}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A server in front of ours, which is believed from where somebody comes. It asks from one of `networks`,
    in CIDR notation. Where it has people log in, the header of that name says whom it lets in, and `users`
    are its names for the owner; otherwise there are none.
    """

    networks: tuple[str, ...]
    header: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How `serve` is reached from other machines. `public_url` is the address that all links are built from,
    such as `https://checkins.example.com`: lower case, without a path or a slash at its end; empty when only
    this machine reaches it.
    """

    public_url: str = ""
    proxy: Proxy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaldavCalendar:
    """A target: a calendar on a CalDAV server, for `user`, "" where none is needed.

    `url` is the address of the server, and then the calendar of the name `calendar` is used and made where
    there is none; or it is that of a calendar. The files are absolute paths: `account_file` holds the
    sign-in, "" for the one in the user's config folder, `password_file` a password, "" where that is kept
    with the sign-in.
    """

    url: str
    user: str = ""
    calendar: str = CHECK_INS
    account_file: str = ""
    password_file: str = field(default="", repr=False)
    show: Show = Show.FULL

    @property
    def name(self) -> str:
        """The target's name in the store."""
        place = self.url.partition("//")[2].partition("/")[0]
        return (
            f"caldav:{self.user}@{place}/{self.calendar}" if self.user else f"caldav:{place}/{self.calendar}"
        )


RemoteCalendar = GoogleCalendar | CaldavCalendar
"""A calendar that its owner can change, and that is listened to."""

Calendar = IcsCalendar | RemoteCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The whole file. `key` names this roster's rows in the store and is part of every id, so it
    stays what it is when the file is renamed, moved or reworded. `is_key_given` tells that the file says
    it; otherwise it is the owner's email or name, which may change.

    `contacts` are sorted by key, and so is the `bench`: people who rest, for whom nothing is planned.
    `timezone` is the owner's, an IANA name; calendars and pages speak `language`. What lies less than
    `freeze_days` ahead is not moved by the program. `shows_milestones` puts birthdays and the like on the
    calendar. `database` is an SQLAlchemy URL, empty for the user's data folder.

    `busy` are the calendars to keep check-ins off: absolute paths, addresses, or `google`. An address is a
    secret, and never shown. With `trusts_busy` a meeting found there counts as held.

    `notify` are apprise's addresses, which hold secrets too, and `digest` is None unless one is wanted. So is
    `review`, the time on the calendar to look over the list.
    """

    key: str
    owner: Owner
    timezone: str
    capacity: Capacity
    availability: Availability
    categories: tuple[Category, ...]
    contacts: tuple[Contact, ...]
    bench: tuple[Resting, ...] = ()
    trips: tuple[Trip, ...] = ()
    freeze_days: int = 7
    shows_milestones: bool = False
    assume: Assumption = Assumption.HELD
    calendars: tuple[Calendar, ...] = ()
    database: str = ""
    is_key_given: bool = True
    busy: tuple[str, ...] = field(default=(), repr=False)
    trusts_busy: bool = False
    notify: tuple[str, ...] = field(default=(), repr=False)
    digest: Digest | None = None
    serve: Serving = Serving()
    review: ReviewTime | None = None
    language: Language = ENGLISH

    @property
    def holiday_codes(self) -> tuple[str, ...]:
        """Whose public holidays a plan has to know: the owner's, and those of who is met remotely."""
        theirs = (code for one in self.contacts if one.channel.is_remote for code in one.holidays)
        return (*self.availability.holidays, *dict.fromkeys(theirs))
