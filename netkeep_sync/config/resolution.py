"""From entries to the records of `core`: defaults filled in, names looked up, each checked against all.

Whoever is told once is not told again: a value that was taken out for its own misfit (`told`) raises no
second problem by its absence.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from netkeep_sync.config.channels import BUILT_IN_CHANNELS
from netkeep_sync.config.shape import is_within, listed
from netkeep_sync.config.values import FlexDays, FlexShare, did_you_mean, flex_days, most_flex_days
from netkeep_sync.config.yaml_source import MAX_PROBLEMS, shown
from netkeep_sync.core.channel import Channel
from netkeep_sync.core.contact import Category, Contact, slug
from netkeep_sync.core.roster import Assumption, Availability, Capacity, IcsCalendar, Owner, Roster

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date, time
    from pathlib import Path

    from netkeep_sync.config.schema import CategoryEntry, ChannelEntry, ContactEntry, RosterEntry
    from netkeep_sync.config.yaml_source import YamlPath, YamlSource
    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.errors import Problem

__all__ = ["absolute_database", "resolve"]

_DEFAULT_FLEX = FlexShare(percent=15)


def resolve(
    entry: RosterEntry,
    *,
    source: YamlSource,
    told: frozenset[YamlPath],
    folder: Path,
    today: date,
    why_unknown: Callable[[str], str | None],
) -> tuple[Roster, list[Problem]]:
    """Return the roster, and what is wrong with it; with problems, told or found, it must not be used.

    Relative paths are taken from `folder`. `today` tells a last meeting from a future one, `why_unknown`
    what to write instead of a code of holidays that nothing is known of.
    """
    resolution = _Resolution(
        entry=entry, source=source, told=told, folder=folder, today=today, why_unknown=why_unknown
    )
    return resolution.roster(), resolution.problems


@dataclass(slots=True, kw_only=True)
class _Resolution:
    entry: RosterEntry
    source: YamlSource
    told: frozenset[YamlPath]
    folder: Path
    today: date
    why_unknown: Callable[[str], str | None]
    problems: list[Problem] = field(default_factory=list)

    def tell(self, path: YamlPath, message: str, advice: str) -> None:
        """Note a problem with the value at `path`, or with its absence, unless that is no news."""
        if len(self.problems) < MAX_PROBLEMS and not is_within(path, self.told):
            self.problems.append(self.source.problem(path, message, advice))

    def where(self, path: YamlPath) -> str:
        line, column = self.source.place(path)
        return f"line {line}, column {column}"

    def roster(self) -> Roster:
        entry = self.entry
        channels = self.channels()
        categories = self.categories(channels)
        return Roster(
            key=self.key(),
            owner=Owner(name=entry.owner.name, email=entry.owner.email),
            timezone=entry.timezone,
            capacity=Capacity(per_day=entry.capacity.per_day, per_week=entry.capacity.per_week),
            availability=self.availability(),
            categories=categories,
            contacts=self.contacts(channels),
            assume=Assumption(entry.assume),
            calendars=self.calendars(),
            database=absolute_database(entry.database, self.folder),
            is_key_given=bool(entry.roster),
        )

    def key(self) -> str:
        owner = self.entry.owner
        key = self.entry.roster or slug(owner.email) or slug(owner.name)
        if not key:
            self.tell(
                ("owner", "name"),
                f'"{shown(owner.name)}" has no letters to name this roster by',
                'write "roster: my-people" in the first column',
            )
        return key

    def availability(self) -> Availability:
        entry = self.entry.availability
        if not entry.days:
            self.tell(
                ("availability", "days"), "no day is left for check-ins", 'write "days: [mon, tue, wed]"'
            )
        for index, code in enumerate(entry.holidays):
            if advice := self.why_unknown(code):
                path = ("availability", "holidays", index)
                self.tell(path, f'no public holidays are known for "{shown(code)}"', advice)
        return Availability(
            weekdays=frozenset(entry.days),
            holidays=_distinct(entry.holidays),
            away=tuple(sorted(set(entry.away))),
        )

    def calendars(self) -> tuple[IcsCalendar, ...]:
        index_by_path: dict[str, int] = {}
        for index, entry in enumerate(self.entry.calendars):
            first = index_by_path.setdefault(_absolute(entry.ics, self.folder), index)
            if first != index:
                place = self.where(("calendars", first, "ics"))
                self.tell(
                    ("calendars", index, "ics"),
                    f"{shown(entry.ics)} stands here twice, first at {place}",
                    "keep one of the two",
                )
        return tuple(IcsCalendar(path=path) for path in index_by_path)

    # Channels and categories

    def channels(self) -> dict[str, Channel]:
        channels = {channel.key: channel for channel in BUILT_IN_CHANNELS}
        for key, entry in self.entry.channels.items():
            channels[key] = self.channel(key, entry, channels.get(key))
        return channels

    def channel(self, key: str, entry: ChannelEntry, base: Channel | None) -> Channel:
        path = ("channels", key)
        if base is None and entry.minutes is None:
            self.tell((*path, "minutes"), f'channel "{shown(key)}" has no minutes', 'write "minutes: 45"')
        if not entry.between and (base is None or "between" in entry.model_fields_set):
            self.tell(
                (*path, "between"), f'channel "{shown(key)}" has no hours', 'write "between: [08:30-10:00]"'
            )
        base = base or Channel(
            key=key, minutes=5, hours=(), title=f"{key[:1].upper()}{key[1:]} with {{name}}"
        )
        channel = replace(
            base,
            minutes=entry.minutes or base.minutes,
            hours=entry.between or base.hours,
            title=entry.title or base.title,
            place=entry.place or base.place,
            is_remote=base.is_remote if entry.remote is None else entry.remote,
        )
        self.check_hours(channel, are_own=bool(entry.between))
        return channel

    def check_hours(self, channel: Channel, *, are_own: bool) -> None:
        path = ("channels", channel.key)
        short = [
            (index, hours)
            for index, hours in enumerate(channel.hours)
            if _minutes(hours.end) - _minutes(hours.start) < channel.minutes
        ]
        if are_own:
            for index, hours in short:
                self.tell(
                    (*path, "between", index),
                    f'{hours} is shorter than the {channel.minutes} minutes of "{shown(channel.key)}"',
                    "write longer hours, or fewer minutes",
                )
        elif short and len(short) == len(channel.hours):
            self.tell(
                (*path, "minutes"),
                f"{channel.minutes} minutes do not fit into {' or '.join(map(str, channel.hours))}",
                'write longer hours under "between", or fewer minutes',
            )

    def categories(self, channels: Mapping[str, Channel]) -> tuple[Category, ...]:
        for key, entry in self.entry.categories.items():
            path = ("categories", key)
            if entry.channel and entry.channel not in channels:
                self.tell_unknown_channel(
                    (*path, "channel"), entry.channel, f'category "{shown(key)}"', channels
                )
            if entry.flex and entry.cadence:
                self.check_flex((*path, "flex"), entry.flex, entry.cadence)
        return tuple(Category(key=key, keep=entry.keep) for key, entry in self.entry.categories.items())

    def tell_unknown_channel(self, path: YamlPath, name: str, whose: str, channels: Collection[str]) -> None:
        close = did_you_mean(name, channels)
        self.tell(
            path,
            f'channel "{shown(name)}" of {whose} is unknown',
            f'did you mean "{close}"?'
            if close
            else f'add it under "channels", or write one of {listed(channels)}',
        )

    def check_flex(self, path: YamlPath, flex: FlexDays | FlexShare, cadence: Cadence) -> None:
        most = most_flex_days(cadence)
        if isinstance(flex, FlexDays) and flex.count > most:
            self.tell(
                path,
                f'a flex of {_days(flex.count)} is half of "{cadence}" or more',
                f'write at most "{_days(most)}"',
            )

    # Contacts

    def contacts(self, channels: Mapping[str, Channel]) -> tuple[Contact, ...]:
        index_by_key: dict[str, int] = {}
        index_by_email: dict[str, int] = {}
        contacts = []
        for index, entry in enumerate(self.entry.contacts):
            if len(self.problems) >= MAX_PROBLEMS:
                break
            if ("contacts", index) not in self.told:
                self.check_key(index, entry, index_by_key)
                self.check_email(index, entry, index_by_email)
                contacts.append(self.contact(index, entry, channels))
        return tuple(sorted((one for one in contacts if one), key=lambda contact: contact.key))

    def check_key(self, index: int, entry: ContactEntry, index_by_key: dict[str, int]) -> None:
        path = ("contacts", index)
        named_by = (*path, "id" if entry.id else "name")
        key = _key(entry)
        if not key:
            self.tell(named_by, f'"{shown(entry.name)}" has no letters to make a key of', "give it an id")
        elif {(*path, "id"), named_by} & self.told:
            return
        elif (first := index_by_key.setdefault(key, index)) != index:
            other = self.entry.contacts[first].name
            place = self.where(("contacts", first))
            self.tell(
                named_by,
                f"{shown(entry.name)} stands here twice, first at {place}"
                if other == entry.name
                else f'"{shown(key)}" is the key of {shown(entry.name)} and of {shown(other)}, at {place}',
                'remove one, or give one an "id" of its own',
            )

    def check_email(self, index: int, entry: ContactEntry, index_by_email: dict[str, int]) -> None:
        first = index_by_email.setdefault(entry.email.casefold(), index)
        if entry.email and first != index:
            self.tell(
                ("contacts", index, "email"),
                f"{shown(entry.email)} is the email of {shown(self.entry.contacts[first].name)} too, "
                f"at {self.where(('contacts', first, 'email'))}",
                "leave it with one of them",
            )

    def contact(self, index: int, entry: ContactEntry, channels: Mapping[str, Channel]) -> Contact | None:
        """Return the contact with everything their category leaves them; None when that is not known."""
        path = ("contacts", index)
        if entry.last_met and entry.last_met > self.today:
            self.tell(
                (*path, "last_met"),
                f"{entry.last_met} is in the future",
                "write the day you last met",
            )
        category = self.category_of(path, entry)
        cadence = self.cadence_of(path, entry, category)
        channel = self.channel_of(path, entry, category, channels)
        if not (category and cadence and channel):
            return None
        return Contact(
            key=_key(entry),
            name=entry.name,
            category=entry.category,
            cadence=cadence,
            channel=channel,
            flex_days=self.flex_days_of(path, entry, category, cadence),
            met_on=entry.last_met,
            timezone=entry.timezone or None,
            email=entry.email,
            place=entry.place,
            notes=entry.notes,
            ask=_distinct([*entry.ask, *category.ask]),
            offer=_distinct([*entry.offer, *category.offer]),
        )

    def category_of(self, path: YamlPath, entry: ContactEntry) -> CategoryEntry | None:
        categories = self.entry.categories
        category = categories.get(entry.category)
        if category is None and ("categories",) not in self.told:
            close = did_you_mean(entry.category, categories)
            if close:
                advice = f'did you mean "{close}"?'
            elif categories:
                advice = f'add it under "categories", or write one of {listed(categories)}'
            else:
                advice = f'write "categories: {{{shown(entry.category)}: {{cadence: quarterly}}}}"'
            message = f'category "{shown(entry.category)}" of {shown(entry.name)} is unknown'
            self.tell((*path, "category"), message, advice)
        return category

    def cadence_of(
        self, path: YamlPath, entry: ContactEntry, category: CategoryEntry | None
    ) -> Cadence | None:
        cadence = entry.cadence or (category.cadence if category else None)
        if category and not cadence and not is_within(("categories", entry.category, "cadence"), self.told):
            self.tell(
                (*path, "cadence"),
                f"{shown(entry.name)} has no cadence",
                f'write "cadence: quarterly" here or under category "{shown(entry.category)}"',
            )
        return cadence

    def channel_of(
        self,
        path: YamlPath,
        entry: ContactEntry,
        category: CategoryEntry | None,
        channels: Mapping[str, Channel],
    ) -> Channel | None:
        name = entry.channel or (category.channel if category else "")
        if entry.channel and entry.channel not in channels:
            self.tell_unknown_channel((*path, "channel"), entry.channel, shown(entry.name), channels)
        elif category and not name and not is_within(("categories", entry.category, "channel"), self.told):
            self.tell(
                (*path, "channel"),
                f"{shown(entry.name)} has no channel",
                f'write "channel: coffee" here or under category "{shown(entry.category)}"',
            )
        return channels.get(name)

    def flex_days_of(
        self, path: YamlPath, entry: ContactEntry, category: CategoryEntry, cadence: Cadence
    ) -> int:
        most = most_flex_days(cadence)
        flex = entry.flex or category.flex or _DEFAULT_FLEX
        if entry.flex:
            self.check_flex((*path, "flex"), entry.flex, cadence)
        elif isinstance(flex, FlexDays) and flex.count > most and entry.cadence:
            self.tell(
                (*path, "cadence"),
                f'the flex of category "{shown(entry.category)}", {_days(flex.count)}, '
                f'is half of "{cadence}" or more',
                f'give {shown(entry.name)} a flex of at most "{_days(most)}"',
            )
        return flex_days(flex, cadence)


def _key(entry: ContactEntry) -> str:
    return entry.id or slug(entry.name)


def _days(count: int) -> str:
    return f"{count} day{'s' if count != 1 else ''}"


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _absolute(path: str, folder: Path) -> str:
    """Return a path of the file as seen from the file's own folder.

    `Path.resolve` would look at the disk, and `Path.expanduser` fails for a user that is not there.
    """
    return os.path.abspath(folder / os.path.expanduser(path))  # noqa: PTH100, PTH111


def absolute_database(url: str, folder: Path) -> str:
    """Return the URL with the path of an SQLite file made absolute."""
    path = url.removeprefix("sqlite:///")
    return url if path == url else f"sqlite:///{_absolute(path, folder)}"
