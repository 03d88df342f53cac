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
from datetime import UTC, datetime, timedelta
from functools import cache
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

__all__ = ["CONSUMERS", "Consumer", "Shown", "shown_by_core"]

_FARTHEST_MOVE = timedelta(days=60)
"""An occurrence may be moved into the range from a slot so far outside of it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Shown:
    """One check-in as a calendar shows it."""

    uid: str
    start_at: datetime
    end_at: datetime
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """An independent reader of .ics. `missing` tells why it can't be had here."""

    name: str
    expand: Callable[[bytes, datetime, datetime], Iterable[Shown]]
    missing: Callable[[], str | None] = lambda: None

    def read(self, feed: bytes, *, start_at: datetime, end_at: datetime) -> list[Shown]:
        """Return all that starts in the range, sorted; what is shown twice is there twice."""
        if reason := self.missing():
            if os.environ.get("NETKEEP_REQUIRE_ALL"):
                pytest.fail(f"{self.name} is required here: {reason}")
            pytest.skip(f"{self.name} was not asked: {reason}")
        return sorted(one for one in self.expand(feed, start_at, end_at) if start_at <= one.start_at < end_at)

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


def _recurring_ical_events(feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown]:
    calendar = icalendar.Calendar.from_ical(feed)
    for event in recurring_ical_events.of(calendar).between(start_at, end_at):
        yield Shown(
            uid=str(event["UID"]),
            start_at=event.start.astimezone(UTC),
            end_at=event.end.astimezone(UTC),
            summary=str(event["SUMMARY"]),
        )


def _ical(feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown]:
    calendar = IcsCalendarStream.calendar_from_ics(feed.decode())
    for event in calendar.timeline_tz(UTC).overlapping(start_at, end_at):
        yield Shown(
            uid=event.uid or "",
            start_at=event.start_datetime.astimezone(UTC),
            end_at=event.end_datetime.astimezone(UTC),
            summary=event.summary or "",
        )


def _vobject(feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown]:
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
        is_override = hasattr(event, "recurrence_id")
        for start in takewhile(lambda start: start.astimezone(UTC) < end_at + _FARTHEST_MOVE, starts):
            if is_override or start.astimezone(UTC) not in overridden[event.uid.value]:
                yield Shown(
                    uid=event.uid.value,
                    start_at=start.astimezone(UTC),
                    end_at=(start + length).astimezone(UTC),
                    summary=event.summary.value,
                )


def _ical_js(feed: bytes, start_at: datetime, end_at: datetime) -> Iterable[Shown]:
    last_slot_at = end_at + _FARTHEST_MOVE
    found = subprocess.run(
        ["node", _SCRIPT, f"{last_slot_at.timestamp():.0f}"], input=feed, capture_output=True, check=True
    )
    for uid, start, end, summary in json.loads(found.stdout):
        yield Shown(
            uid=uid,
            start_at=datetime.fromtimestamp(start, UTC),
            end_at=datetime.fromtimestamp(end, UTC),
            summary=summary,
        )


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
