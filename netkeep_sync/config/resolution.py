"""From entries to the records of `core`: defaults filled in, names looked up, each checked against all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from netkeep_sync.config.avoided import has_open_days
from netkeep_sync.config.busy import resolve_busy
from netkeep_sync.config.calendars import resolve_calendars
from netkeep_sync.config.channel_resolution import resolve_channels
from netkeep_sync.config.findings import Findings
from netkeep_sync.config.flex import FlexDays, FlexShare, flex_days, most_flex_days
from netkeep_sync.config.languages import language_of
from netkeep_sync.config.milestones import resolve_milestones
from netkeep_sync.config.review import resolve_review
from netkeep_sync.config.schema import BenchEntry
from netkeep_sync.config.serving import resolve_serving
from netkeep_sync.config.shape import listed
from netkeep_sync.config.travel import resolve_trips
from netkeep_sync.core.contact import WAKING, Category, ClockFrom, Contact, Resting, slug
from netkeep_sync.core.roster import Assumption, Availability, Capacity, Owner, Roster
from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from netkeep_sync.config.channel_resolution import Channels
    from netkeep_sync.config.schema import CategoryEntry, ContactEntry, RosterEntry
    from netkeep_sync.config.yaml_source import YamlPath, YamlSource
    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.roster import Digest
    from netkeep_sync.errors import Problem

__all__ = ["absolute_database", "resolve"]

_T = TypeVar("_T")

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
    findings = Findings(source=source, told=told)
    resolution = _Resolution(
        entry=entry, findings=findings, folder=folder, today=today, why_unknown=cache(why_unknown)
    )
    return resolution.roster(), findings.problems


@dataclass(slots=True, kw_only=True)
class _Resolution:
    entry: RosterEntry
    findings: Findings
    folder: Path
    today: date
    why_unknown: Callable[[str], str | None]

    def roster(self) -> Roster:
        entry = self.entry
        language = language_of(entry.language)
        channels = resolve_channels(
            entry.channels,
            buffer_minutes=entry.availability.buffer or 0,
            language=language,
            findings=self.findings,
        )
        categories = self.categories(channels)
        contacts, bench = self.people(channels)
        calendars = resolve_calendars(entry.calendars, absolute=self.absolute, findings=self.findings)
        return Roster(
            key=self.key(),
            owner=Owner(name=entry.owner.name, email=entry.owner.email),
            timezone=entry.timezone,
            language=language,
            capacity=Capacity(
                per_day=entry.capacity.per_day,
                per_week=entry.capacity.per_week,
                minutes_per_month=entry.capacity.minutes_per_month,
            ),
            availability=self.availability(),
            categories=categories,
            contacts=contacts,
            bench=bench,
            trips=resolve_trips(entry.travel, channels=channels.in_person, findings=self.findings),
            freeze_days=entry.freeze,
            shows_milestones=entry.milestones,
            assume=Assumption(entry.assume),
            calendars=calendars,
            busy=resolve_busy(
                entry.busy,
                calendars=calendars,
                owner_email=entry.owner.email,
                absolute=self.absolute,
                findings=self.findings,
            ),
            trusts_busy=entry.busy is not None and entry.busy.trust,
            notify=_distinct(entry.notify),
            digest=self.digest(),
            serve=resolve_serving(entry.serve, findings=self.findings),
            review=resolve_review(entry.review, findings=self.findings),
            database=absolute_database(entry.database, self.folder),
            is_key_given=bool(entry.roster),
        )

    def absolute(self, path: str) -> str:
        return _absolute(path, self.folder)

    def digest(self) -> Digest | None:
        entry = self.entry
        if entry.digest and not entry.notify and not self.findings.is_told(("notify",)):
            self.findings.tell(
                ("digest",), "the digest has nowhere to go", 'say where under "notify", or remove the line'
            )
        return entry.digest

    def key(self) -> str:
        owner = self.entry.owner
        key = self.entry.roster or slug(owner.email) or slug(owner.name)
        if not key:
            self.findings.tell(
                ("owner", "name"),
                f'"{shown(owner.name)}" has no letters to name this roster by',
                'write "roster: my-people" in the first column',
            )
        return key

    def availability(self) -> Availability:
        entry = self.entry.availability
        if not entry.days:
            self.findings.tell(
                ("availability", "days"), "no day is left for check-ins", 'write "days: [mon, tue, wed]"'
            )
        weekdays, avoid = frozenset(entry.days), _distinct(entry.avoid)
        is_days_told = self.findings.is_told(("availability", "days"))
        if entry.days and not is_days_told and avoid and not has_open_days(weekdays, avoid):
            self.findings.tell(
                ("availability", "avoid"),
                "no day of the year is left for check-ins",
                "avoid less, or add days of the week",
            )
        return Availability(
            weekdays=weekdays,
            holidays=self.holidays(("availability",), entry.holidays),
            away=tuple(sorted(set(entry.away))),
            avoid=avoid,
        )

    def holidays(self, path: YamlPath, codes: Sequence[str]) -> tuple[str, ...]:
        for index, code in enumerate(codes):
            if advice := self.why_unknown(code):
                self.findings.tell(
                    (*path, "holidays", index), f'no public holidays are known for "{shown(code)}"', advice
                )
        return _distinct(codes)

    # Categories

    def categories(self, channels: Channels) -> tuple[Category, ...]:
        for key, entry in self.entry.categories.items():
            channels.check_category(key, entry)
            if entry.flex and entry.cadence:
                self.check_flex(("categories", key, "flex"), entry.flex, entry.cadence)
        return tuple(
            Category(key=key, keep=entry.keep, color=entry.color)
            for key, entry in self.entry.categories.items()
        )

    def check_flex(self, path: YamlPath, flex: FlexDays | FlexShare, cadence: Cadence) -> None:
        most = most_flex_days(cadence)
        if isinstance(flex, FlexDays) and flex.count > most:
            self.findings.tell(
                path,
                f'a flex of {_days(flex.count)} is half of "{cadence}" or more',
                f'write at most "{_days(most)}"',
            )

    # Contacts

    def people(self, channels: Channels) -> tuple[tuple[Contact, ...], tuple[Resting, ...]]:
        """Return the contacts and the bench; no key and no email may stand in both."""
        path_by_key: dict[str, YamlPath] = {}
        path_by_email: dict[str, YamlPath] = {}
        contacts: list[Contact] = []
        bench: list[Resting] = []
        for path, entry in self.entries:
            if self.findings.are_enough:
                break
            if self.findings.is_told(path):
                continue
            self.check_key(path, entry, path_by_key)
            self.check_email(path, entry, path_by_email)
            contact = self.contact(path, entry, channels)
            if contact is None:
                continue
            if isinstance(entry, BenchEntry):
                bench.append(Resting(contact=contact, again_on=entry.again))
            else:
                contacts.append(contact)
        return (
            tuple(sorted(contacts, key=lambda contact: contact.key)),
            tuple(sorted(bench, key=lambda one: one.contact.key)),
        )

    @property
    def entries(self) -> Iterator[tuple[YamlPath, ContactEntry]]:
        """Everybody in the file, with the path of their entry."""
        sections: tuple[tuple[str, Sequence[ContactEntry]], ...] = (
            ("contacts", self.entry.contacts),
            ("bench", self.entry.bench),
        )
        for section, entries in sections:
            for index, entry in enumerate(entries):
                yield (section, index), entry

    def name_at(self, path: YamlPath) -> str:
        """Return the name of whom an entry is about."""
        return next(entry.name for other, entry in self.entries if other == path)

    def check_key(self, path: YamlPath, entry: ContactEntry, path_by_key: dict[str, YamlPath]) -> None:
        named_by = (*path, "id" if entry.id else "name")
        key = _key(entry)
        if not key:
            self.findings.tell(
                named_by, f'"{shown(entry.name)}" has no letters to make a key of', "give it an id"
            )
        elif any(map(self.findings.is_told, ((*path, "id"), named_by))):
            return
        elif (first := path_by_key.setdefault(key, path)) != path:
            other = self.name_at(first)
            place = self.findings.where(first)
            self.findings.tell(
                named_by,
                f"{shown(entry.name)} stands here twice, first at {place}"
                if other == entry.name
                else f'"{shown(key)}" is the key of {shown(entry.name)} and of {shown(other)}, at {place}',
                'remove one, or give one an "id" of its own',
            )

    def check_email(self, path: YamlPath, entry: ContactEntry, path_by_email: dict[str, YamlPath]) -> None:
        first = path_by_email.setdefault(entry.email.casefold(), path)
        if entry.email and first != path:
            self.findings.tell(
                (*path, "email"),
                f"{shown(entry.email)} is the email of {shown(self.name_at(first))} too, "
                f"at {self.findings.where((*first, 'email'))}",
                "leave it with one of them",
            )

    def contact(self, path: YamlPath, entry: ContactEntry, channels: Channels) -> Contact | None:
        """Return the contact with everything their category leaves them; None when that is not known."""
        if entry.last_met and entry.last_met > self.today:
            self.findings.tell(
                (*path, "last_met"),
                f"{entry.last_met} is in the future",
                "write the day you last met",
            )
        if entry.invite and not entry.email and not self.findings.is_told((*path, "email")):
            self.findings.tell(
                (*path, "invite"),
                f"{shown(entry.name)} has no email to invite",
                'write "email: " and their address, or remove "invite"',
            )
        category = self.category_of(path, entry)
        cadence = self.cadence_of(path, entry, category)
        channel = channels.channel_of(path, entry, category)
        if not (category and cadence and channel):
            return None
        return Contact(
            key=_key(entry),
            is_key_given=bool(entry.id),
            name=entry.name,
            category=entry.category,
            cadence=cadence,
            channel=channel,
            flex_days=self.flex_days_of(path, entry, category, cadence),
            met_on=entry.last_met,
            timezone=entry.timezone or None,
            email=entry.email,
            is_invited=entry.invite,
            place=entry.place,
            city=entry.city,
            counts_from=ClockFrom(entry.counts_from or category.counts_from or ClockFrom.HELD),
            reachable=entry.reachable or WAKING,
            holidays=self.holidays(path, entry.holidays),
            milestones=resolve_milestones(
                (*path, "milestones"), entry.milestones, today=self.today, findings=self.findings
            ),
            notes=entry.notes,
            ask=_distinct([*entry.ask, *category.ask]),
            offer=_distinct([*entry.offer, *category.offer]),
        )

    def category_of(self, path: YamlPath, entry: ContactEntry) -> CategoryEntry | None:
        categories = self.entry.categories
        category = categories.get(entry.category)
        if category is None and not self.findings.is_told(("categories",)):
            close = did_you_mean(entry.category, categories)
            if close:
                advice = f'did you mean "{close}"?'
            elif categories:
                advice = f'add it under "categories", or write one of {listed(categories)}'
            else:
                advice = f'write "categories: {{{shown(entry.category)}: {{cadence: quarterly}}}}"'
            message = f'category "{shown(entry.category)}" of {shown(entry.name)} is unknown'
            self.findings.tell((*path, "category"), message, advice)
        return category

    def cadence_of(
        self, path: YamlPath, entry: ContactEntry, category: CategoryEntry | None
    ) -> Cadence | None:
        cadence = entry.cadence or (category.cadence if category else None)
        if category and not cadence and not self.findings.is_told(("categories", entry.category, "cadence")):
            self.findings.tell(
                (*path, "cadence"),
                f"{shown(entry.name)} has no cadence",
                f'write "cadence: quarterly" here or under category "{shown(entry.category)}"',
            )
        return cadence

    def flex_days_of(
        self, path: YamlPath, entry: ContactEntry, category: CategoryEntry, cadence: Cadence
    ) -> int:
        most = most_flex_days(cadence)
        flex = entry.flex or category.flex or _DEFAULT_FLEX
        if entry.flex:
            self.check_flex((*path, "flex"), entry.flex, cadence)
        elif isinstance(flex, FlexDays) and flex.count > most and entry.cadence:
            self.findings.tell(
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


def _distinct(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values))


def _absolute(path: str, folder: Path) -> str:
    """Return a path of the file as seen from the file's own folder.

    `Path.resolve` would look at the disk, and `Path.expanduser` fails for a user that is not there.
    """
    return os.path.abspath(folder / os.path.expanduser(path))  # noqa: PTH100, PTH111


def absolute_database(url: str, folder: Path) -> str:
    """Return the URL with the path of an SQLite file made absolute."""
    path = url.removeprefix("sqlite:///")
    return url if path == url else f"sqlite:///{_absolute(path, folder)}"
