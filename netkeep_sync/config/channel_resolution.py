"""From entries to channels: the built-in ones, what the file makes of them, and what categories and
contacts say otherwise.

The most specific word wins: contact, category, channel, availability. Hours too short for the minutes are
told where the most specific of the two stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netkeep_sync.config.channels import BUILT_IN_CHANNELS
from netkeep_sync.config.shape import listed
from netkeep_sync.core.channel import Channel, plain_title
from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import time

    from netkeep_sync.config.findings import Findings
    from netkeep_sync.config.schema import CategoryEntry, ChannelEntry, ContactEntry
    from netkeep_sync.config.yaml_source import YamlPath
    from netkeep_sync.core.channel import Hours
    from netkeep_sync.core.language import Language

__all__ = ["Channels", "resolve_channels"]

_OVERRIDING = frozenset({"minutes", "between", "days", "reminders", "shows_as", "meet"})
"""What categories and contacts may say otherwise."""


def resolve_channels(
    entries: Mapping[str, ChannelEntry], *, buffer_minutes: int, language: Language, findings: Findings
) -> Channels:
    """Return the channels of a file; `buffer_minutes` is what those have that say nothing else, `language`
    that of the titles nobody gave.
    """
    channels = {
        one.key: replace(one, buffer_minutes=buffer_minutes, title=language.gettext(one.title))
        for one in BUILT_IN_CHANNELS
    }
    for key, entry in entries.items():
        channels[key] = _channel(
            key,
            entry,
            channels.get(key),
            buffer_minutes=buffer_minutes,
            language=language,
            findings=findings,
        )
    return Channels(by_key=channels, findings=findings)


def _channel(
    key: str,
    entry: ChannelEntry,
    base: Channel | None,
    *,
    buffer_minutes: int,
    language: Language,
    findings: Findings,
) -> Channel:
    path = ("channels", key)
    if base is None and entry.minutes is None:
        findings.tell((*path, "minutes"), f'channel "{shown(key)}" has no minutes', 'write "minutes: 45"')
    if not entry.between and (base is None or "between" in entry.model_fields_set):
        findings.tell(
            (*path, "between"), f'channel "{shown(key)}" has no hours', 'write "between: [08:30-10:00]"'
        )
    base = base or Channel(key=key, minutes=5, hours=(), title=plain_title(key, language))
    channel = replace(
        _overridden(base, entry),
        title=entry.title or base.title,
        place=entry.place or base.place,
        is_remote=base.is_remote if entry.remote is None else entry.remote,
        buffer_minutes=buffer_minutes if entry.buffer is None else entry.buffer,
    )
    _check_hours(path, entry, channel, whose=f'"{shown(key)}"', findings=findings)
    return channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """All channels of a file, as they are before anybody says otherwise."""

    by_key: Mapping[str, Channel]
    findings: Findings

    @property
    def in_person(self) -> tuple[Channel, ...]:
        """Return those for people in one place."""
        return tuple(channel for channel in self.by_key.values() if not channel.is_remote)

    def check_category(self, key: str, entry: CategoryEntry) -> None:
        """Tell what is wrong with a category's channel and what it says otherwise of it."""
        path, whose = ("categories", key), f'category "{shown(key)}"'
        if entry.channel and entry.channel not in self.by_key:
            self._tell_unknown((*path, "channel"), entry.channel, whose)
        channel = self.by_key.get(entry.channel)
        if channel:
            _check_hours(path, entry, _overridden(channel, entry), whose=whose, findings=self.findings)

    def channel_of(
        self, path: YamlPath, entry: ContactEntry, category: CategoryEntry | None
    ) -> Channel | None:
        """Return the channel of a contact with all that is said otherwise; None when it is not known."""
        whose = shown(entry.name)
        name = entry.channel or (category.channel if category else "")
        if entry.channel and entry.channel not in self.by_key:
            self._tell_unknown((*path, "channel"), entry.channel, whose)
        elif category and not name and not self.findings.is_told(("categories", entry.category, "channel")):
            self.findings.tell(
                (*path, "channel"),
                f"{whose} has no channel",
                f'write "channel: coffee" here or under category "{shown(entry.category)}"',
            )
        base = self.by_key.get(name)
        if base is None or category is None:
            return None
        channel = _overridden(_overridden(base, category), entry)
        if entry.minutes or entry.between:
            _check_hours(path, entry, channel, whose=whose, findings=self.findings)
        elif entry.channel and (category.minutes or category.between):
            self._check_choice(path, entry, channel)
        self._check_reachable(path, entry, channel)
        return channel

    def _tell_unknown(self, path: YamlPath, name: str, whose: str) -> None:
        close = did_you_mean(name, self.by_key)
        self.findings.tell(
            path,
            f'channel "{shown(name)}" of {whose} is unknown',
            f'did you mean "{close}"?'
            if close
            else f'add it under "channels", or write one of {listed(self.by_key)}',
        )

    def _check_choice(self, path: YamlPath, entry: ContactEntry, channel: Channel) -> None:
        """Tell a contact's own channel that does not go with what their category says of another."""
        if len(_short(channel.hours, channel.minutes)) == len(channel.hours):
            self.findings.tell(
                (*path, "channel"),
                f'the {channel.minutes} minutes of {shown(entry.name)} by "{shown(channel.key)}" '
                f"do not fit into {_joined(channel.hours)}",
                'give them "minutes" or "between" of their own',
            )

    def _check_reachable(self, path: YamlPath, entry: ContactEntry, channel: Channel) -> None:
        if (
            channel.is_remote
            and entry.reachable
            and len(_short(entry.reachable, channel.minutes)) == len(entry.reachable)
        ):
            self.findings.tell(
                (*path, "reachable"),
                f"{_joined(entry.reachable)} is shorter than the {channel.minutes} minutes "
                f"of {shown(entry.name)}",
                "write longer hours, or fewer minutes",
            )


def _overridden(base: Channel, entry: ChannelEntry | CategoryEntry | ContactEntry) -> Channel:
    """Return a channel with what an entry says in place of its own."""
    if _OVERRIDING.isdisjoint(entry.model_fields_set):
        return base
    return replace(
        base,
        minutes=entry.minutes or base.minutes,
        hours=entry.between or base.hours,
        weekdays=frozenset(entry.days) if entry.days else base.weekdays,
        reminders=base.reminders if entry.reminders is None else tuple(dict.fromkeys(entry.reminders)),
        is_busy=entry.shows_as == "busy" if entry.shows_as else base.is_busy,
        has_meet=base.has_meet if entry.meet is None else entry.meet,
    )


def _check_hours(
    path: YamlPath,
    entry: ChannelEntry | CategoryEntry | ContactEntry,
    channel: Channel,
    *,
    whose: str,
    findings: Findings,
) -> None:
    """Tell the hours of an entry, else its minutes, if the hours cannot hold the minutes."""
    if any(findings.is_told((*path, key)) for key in ("between", "minutes")):
        return
    short = _short(channel.hours, channel.minutes)
    if entry.between:
        for index in short:
            findings.tell(
                (*path, "between", index),
                f"{channel.hours[index]} is shorter than the {channel.minutes} minutes of {whose}",
                "write longer hours, or fewer minutes",
            )
    elif entry.minutes and short and len(short) == len(channel.hours):
        findings.tell(
            (*path, "minutes"),
            f"{channel.minutes} minutes do not fit into {_joined(channel.hours)}",
            'write longer hours under "between", or fewer minutes',
        )


def _short(all_hours: Iterable[Hours], minutes: int) -> list[int]:
    """Return the indexes of those hours that cannot hold so many minutes."""
    return [
        index
        for index, hours in enumerate(all_hours)
        if _minutes(hours.end) - _minutes(hours.start) < minutes
    ]


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _joined(all_hours: Collection[Hours]) -> str:
    return " or ".join(map(str, all_hours))
