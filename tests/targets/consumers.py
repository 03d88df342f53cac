"""What calendar programs make of a feed: each consumer reads .ics bytes and tells what it would show.

    for consumer in CONSUMERS:
        assert consumer.read(feed, start_at=..., end_at=...) == expected

Three come from PyPI. ical.js is what Thunderbird and Nextcloud are built on; it needs node, and the npm
package `ical.js` where node's `require` finds it (NODE_PATH). A consumer that is absent skips its test
aloud, and fails it where NETKEEP_REQUIRE_ALL is set, as in CI.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import warnings
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # old spellings in dateutil and vobject
    import icalendar
    import recurring_ical_events
    import vobject
    from ical.calendar_stream import IcsCalendarStream

from netkeep_sync.core.series import occurrences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netkeep_sync.core.series import Series

__all__ = ["CONSUMERS", "Consumer", "Shown", "ShownDay", "shown_by_core"]

_FARTHEST_MOVE = timedelta(days=60)
"""An occurrence may be moved into the range from a slot so far outside of it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Shown:
    """One check-in as a calendar shows it."""

    uid: str
    start_at: datetime
    end_at: datetime
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ShownDay:
    """One milestone as a calendar shows it: on whole days, without a time."""

    uid: str
    start_on: date
    end_on: date
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """An independent reader of .ics. `missing` tells why it can't be had here."""

    name: str
    expand: Callable[[bytes, datetime, datetime], Iterable[Shown | ShownDay]]
    missing: Callable[[], str | None] = lambda: None

    def read(self, feed: bytes, *, start_at: datetime, end_at: datetime) -> list[Shown]:
        """Return all that starts at a time in the range, sorted; what is shown twice is there twice."""
        shown = self._expand(feed, start_at, end_at)
        return sorted(one for one in shown if isinstance(one, Shown) and start_at <= one.start_at < end_at)

    def read_days(self, feed: bytes, *, start_on: date, end_on: date) -> list[ShownDay]:
        """Return all that takes whole days and starts on one in the range, sorted."""
        midnights = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (start_on, end_on))
        shown = self._expand(feed, *midnights)
        return sorted(one for one in shown if isinstance(one, ShownDay) and start_on <= one.start_on < end_on)

    def _expand(self, feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown | ShownDay]:
        if reason := self.missing():
            if os.environ.get("NETKEEP_REQUIRE_ALL"):
                pytest.fail(f"{self.name} is required here: {reason}")
            pytest.skip(f"{self.name} was not asked: {reason}")
        return self.expand(feed, start_at, end_at)

    def __str__(self) -> str:
        return self.name


def shown_by_core(series: Iterable[Series], *, start_at: datetime, end_at: datetime) -> list[Shown]:
    """Return what every consumer should show, told by the core alone."""
    end_on = (end_at + _FARTHEST_MOVE).date()
    return sorted(
        Shown(uid=one.uid, start_at=one.start_at, end_at=one.end_at, summary=one.summary)
        for each in series
        for one in occurrences(each, end_on=end_on)
        if start_at <= one.start_at < end_at
    )


def _shown(uid: str, start: date, end: date, summary: str) -> Shown | ShownDay:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return Shown(uid=uid, start_at=start.astimezone(UTC), end_at=end.astimezone(UTC), summary=summary)
    assert not isinstance(start, datetime)
    assert not isinstance(end, datetime)
    return ShownDay(uid=uid, start_on=start, end_on=end, summary=summary)


def _recurring_ical_events(feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown | ShownDay]:
    calendar = icalendar.Calendar.from_ical(feed)
    for event in recurring_ical_events.of(calendar).between(start_at, end_at):
        yield _shown(str(event["UID"]), event.start, event.end, str(event["SUMMARY"]))


def _ical(feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown | ShownDay]:
    calendar = IcsCalendarStream.calendar_from_ics(feed.decode())
    for event in calendar.timeline_tz(UTC).overlapping(start_at, end_at):
        yield _shown(event.uid or "", event.start, event.end, event.summary or "")


def _vobject(feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown | ShownDay]:
    """Expand with vobject's own rules; that an override takes the place of its slot is left to callers."""
    for zone in re.findall(r"^TZID:(.*)\r$", feed.decode(), re.MULTILINE):
        vobject.icalendar.registerTzid(zone, None)  # it would keep the definition of the feed before
    overridden: dict[str, set[datetime]] = defaultdict(set)
    events = vobject.readOne(feed.decode()).contents.get("vevent", [])
    for event in events:
        if hasattr(event, "recurrence_id"):
            overridden[event.uid.value].add(event.recurrence_id.value.astimezone(UTC))
    for event in events:
        length = event.dtend.value - event.dtstart.value
        starts: Iterable[Any] = event.rruleset or [event.dtstart.value]
        uid, summary = event.uid.value, event.summary.value
        if not isinstance(event.dtstart.value, datetime):
            # Its rules tell midnights without a zone, whatever the event takes.
            for start in takewhile(lambda start: start.replace(tzinfo=UTC) < end_at, starts):
                yield _shown(uid, start.date(), start.date() + length, summary)
            continue
        is_override = hasattr(event, "recurrence_id")
        for start in takewhile(lambda start: start.astimezone(UTC) < end_at + _FARTHEST_MOVE, starts):
            if is_override or start.astimezone(UTC) not in overridden[uid]:
                yield _shown(uid, start, start + length, summary)


def _ical_js(feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown | ShownDay]:
    last_slot_at = end_at + _FARTHEST_MOVE
    found = subprocess.run(
        ["node", _SCRIPT, f"{last_slot_at.timestamp():.0f}"], input=feed, capture_output=True, check=True
    )
    for uid, start, end, summary in json.loads(found.stdout):
        # Seconds are a time, text is a day.
        read = date.fromisoformat if isinstance(start, str) else partial(datetime.fromtimestamp, tz=UTC)
        yield _shown(uid, read(start), read(end), summary)


_SCRIPT = Path(__file__).with_name("ical_js.cjs")


@cache
def _ical_js_missing() -> str | None:
    if shutil.which("node") is None:
        return "there is no node"
    probe = ["node", "--eval", "require('ical.js')"]
    if subprocess.run(probe, capture_output=True, check=False, cwd=_SCRIPT.parent).returncode:
        return "node finds no package ical.js; npm install it and set NODE_PATH"
    return None


CONSUMERS = (
    Consumer(name="recurring-ical-events", expand=_recurring_ical_events),
    Consumer(name="ical", expand=_ical),
    Consumer(name="vobject", expand=_vobject),
    Consumer(name="ical.js", expand=_ical_js, missing=_ical_js_missing),
)
