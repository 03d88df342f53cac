"""What is remembered, held against the clock: the passes, what was heard, who fetches the feed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.roster import GoogleCalendar, RemoteCalendar
from netkeep_sync.core.words import count
from netkeep_sync.errors import NetkeepError
from netkeep_sync.service.doctor.finding import length_words, ok, problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.doctor.finding import Finding
    from netkeep_sync.store.store import ReadableStore

__all__ = ["check_memory"]

_DAY = timedelta(days=1)
_TOLERANCE = timedelta(minutes=5)
"""Clocks of machines that share a database differ by less."""

_FETCHED_LATELY = timedelta(days=30)


def check_memory(roster: Roster, memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    """Yield what is found in the memory, up to where it is damaged."""
    try:
        yield from _clock(memory, now=now)
        yield from _passes(memory, now=now)
        yield from _heard(roster, memory, now=now)
        yield from _twice(roster, memory, now=now)
    except NetkeepError as error:
        yield problem("database", str(error), "put a backup in its place")


def _clock(memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    """Yield whether the clock is behind what was already written."""
    record = memory.last_pass()
    newest = max(
        [
            *([record.finished_at] if record else []),
            *(fact.noted_at for fact in memory.facts()),
            *(cursor.heard_at for cursor in memory.cursors().values()),
        ],
        default=None,
    )
    if newest is None or newest <= now + _TOLERANCE:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, after all that is remembered")
        return
    yield problem(
        "clock",
        f"it says {now:%Y-%m-%d %H:%M} UTC, but something was written at {newest:%Y-%m-%d %H:%M}",
        "set the clock (`timedatectl set-ntp true`); if `--as-of` wrote that, wait, or bring back a backup",
    )


def _passes(memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    record, good = memory.last_pass(), memory.last_good_pass()
    if record is None:
        yield warning("passes", "there was none yet", "run `netkeep-sync serve`, or `sync` from a timer")
        return
    if good is None:
        yield problem("passes", "none has succeeded yet", "see what the last one says, below")
    elif now - good.finished_at > _DAY:
        yield problem(
            "passes",
            f"the last good one was {length_words(now - good.finished_at)} ago",
            "see that `netkeep-sync serve` runs, and what the last pass says",
        )
    else:
        yield ok("passes", f"the last good one was {length_words(now - good.finished_at)} ago")
    if record.problem:
        first, *others = record.problem.splitlines()
        more = f" (and {count(len(others), 'more failure')})" if others else ""
        ago = length_words(now - record.finished_at)
        yield problem(
            "passes",
            f"the last one, {ago} ago, could not do everything: {first}{more}",
            "mend that; the next pass tries again",
        )


def _heard(roster: Roster, memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    cursors = memory.cursors()
    for name in [one.name for one in roster.calendars if isinstance(one, RemoteCalendar)]:
        if name not in cursors:
            yield warning(name, "it was never listened to", "run `netkeep-sync sync`")
        elif now - cursors[name].heard_at > _DAY:
            ago = length_words(now - cursors[name].heard_at)
            yield problem(name, f"it was last listened to {ago} ago", "run `netkeep-sync sync` and see")
        else:
            yield ok(name, f"it was last listened to {length_words(now - cursors[name].heard_at)} ago")


def _twice(roster: Roster, memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    """Yield a warning where one calendar program shows every check-in twice."""
    if not any(isinstance(one, GoogleCalendar) for one in roster.calendars):
        return
    generations = {feed.name: feed.generation for feed in memory.feeds()}
    for name, fetch in memory.fetches().items():
        is_of_now = generations.get(name) == fetch.generation and now - fetch.at < _FETCHED_LATELY
        if is_of_now and fetch.by == "Google Calendar":
            yield warning(
                "feed",
                f'Google Calendar subscribes to the feed "{name}", and its own calendar is written too: '
                "you see everything twice",
                "remove the subscription at Google, or the google calendar from the roster",
            )
