"""The VTIMEZONE of an IANA zone (RFC 5545, 3.6.5), in yearly rules.

Outlook, Thunderbird and Home Assistant keep time by what the calendar says of its zones, so it has to be
right, and in the form they read: yearly BYMONTH and BYDAY rules wherever the law of a zone is one, and
where it is none (Ramadan in Morocco) a date to a line, for comma-separated RDATE lists show every summer
check-in an hour late in half of the programs. That is why icalendar's `add_missing_timezones` is not used.

zoneinfo tells no rules, only offsets. So the onsets of the years in question are looked up and rules are
fitted to them. The years are counted from the earliest event of the zone, not from today: the same events
give the same bytes for ever, until the time zone database itself learns of a new law. Years further back
hold no event of ours, so what is said of them is what keeps readers safe: the same law since 1970, as
most calendars write it, or one offset. vobject takes a zone that says nothing of 2000 for UTC.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from netkeep_sync.targets.content_line import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["vtimezone"]

_YEARS_AHEAD = 20
_MOST_RULES = 3
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001  wall clock
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What an onset does: the clocks go from one offset to another."""

    offset_from: timedelta
    offset_to: timedelta
    name: str
    is_daylight: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Observance:
    """Onsets of one kind, in wall clock of its `offset_from`, and the yearly rule they follow, if any.

    An open rule goes on after the last of them.
    """

    kind: _Kind
    local_onsets: tuple[datetime, ...]
    rule: str | None = None
    is_open: bool = False

    @property
    def first(self) -> datetime:
        return self.local_onsets[0]

    def since_1970(self) -> _Observance:
        """Return the same with its first onset in 1970."""
        month = (self.first.replace(year=1970, day=1) + number * _DAY for number in range(31))
        return replace(self, local_onsets=(next(day for day in month if self.rule in set(_rules(day))),))

    def lines(self) -> Iterator[str]:
        component = "DAYLIGHT" if self.kind.is_daylight else "STANDARD"
        yield f"BEGIN:{component}"
        yield f"DTSTART:{self.first:%Y%m%dT%H%M%S}"
        if self.rule:
            yield f"RRULE:FREQ=YEARLY;{self.rule}{'' if self.is_open else self._until()}"
        elif len(self.local_onsets) > 1:
            # The first one too: ical.js passes over DTSTART where there is an RDATE.
            yield from (f"RDATE:{onset:%Y%m%dT%H%M%S}" for onset in self.local_onsets)
        yield f"TZNAME:{self.kind.name}"
        yield f"TZOFFSETFROM:{_offset(self.kind.offset_from)}"
        yield f"TZOFFSETTO:{_offset(self.kind.offset_to)}"
        yield f"END:{component}"

    def _until(self) -> str:
        # A day after the last onset: dateutil and vobject read UNTIL as wall clock, and would lose it.
        return f";UNTIL={self.local_onsets[-1] - self.kind.offset_from + _DAY:%Y%m%dT%H%M%SZ}"


@cache
def vtimezone(name: str, first_year: int) -> str:
    """Return the component for events from `first_year` on, or a little earlier, as folded lines."""
    zone, start_at = ZoneInfo(name), datetime(first_year - 1, 1, 1, tzinfo=UTC)
    last_year = first_year + _YEARS_AHEAD
    onsets_by_kind: dict[_Kind, list[datetime]] = {}
    for kind, local_onset in _onsets(zone, start_at, last_year=last_year):
        onsets_by_kind.setdefault(kind, []).append(local_onset)
    observances = [
        observance
        for kind, onsets in onsets_by_kind.items()
        for observance in _fitted(kind, onsets, last_year=last_year)
    ]
    if observances and all(one.is_open and one.first.year == start_at.year for one in observances):
        observances = [one.since_1970() for one in observances]
    else:
        offset, word = _at(zone, start_at)
        kind = _Kind(offset_from=offset, offset_to=offset, name=word, is_daylight=False)
        observances.append(_Observance(kind=kind, local_onsets=(_LONG_AGO,)))
    observances.sort(key=lambda observance: observance.local_onsets)
    lines = (line for observance in observances for line in observance.lines())
    return fold(["BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE"])


def _onsets(zone: ZoneInfo, start_at: datetime, *, last_year: int) -> Iterator[tuple[_Kind, datetime]]:
    """Yield each change of the clocks from `start_at` to the end of `last_year`, in wall clock before it."""
    changes = [*_changes(zone, start_at, datetime(last_year + 2, 1, 1, tzinfo=UTC)), _NEVER]
    for change_at, next_at in pairwise(changes):
        offset_from, _ = _at(zone, change_at - _SECOND)
        offset_to, name = _at(zone, change_at)
        local_onset = change_at.replace(tzinfo=None) + offset_from
        # Told by the offsets alone: builds of the database differ on whether Dublin's summer or its winter
        # is the odd one, and programs that hold a standard and a daylight time expect summer to be ahead.
        is_daylight = offset_to > offset_from and next_at - change_at < 365 * _DAY
        kind = _Kind(offset_from=offset_from, offset_to=offset_to, name=name, is_daylight=is_daylight)
        if local_onset.year <= last_year:
            yield kind, local_onset


def _changes(zone: ZoneInfo, start_at: datetime, end_at: datetime) -> Iterator[datetime]:
    """Yield every instant at which the offset changes; no zone has ever done so twice in a day."""
    day_at, offset = start_at, _at(zone, start_at)[0]
    while day_at < end_at:
        next_at = day_at + _DAY
        next_offset = _at(zone, next_at)[0]
        if next_offset != offset:
            yield _first_with(next_offset, zone, after_at=day_at, until_at=next_at)
        day_at, offset = next_at, next_offset


def _first_with(offset: timedelta, zone: ZoneInfo, *, after_at: datetime, until_at: datetime) -> datetime:
    while until_at - after_at > _SECOND:
        middle_at = after_at + (until_at - after_at) // 2
        middle_at = middle_at.replace(microsecond=0)
        if _at(zone, middle_at)[0] == offset:
            until_at = middle_at
        else:
            after_at = middle_at
    return until_at


def _at(zone: ZoneInfo, at: datetime) -> tuple[timedelta, str]:
    local = at.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or ""


def _fitted(kind: _Kind, onsets: Sequence[datetime], *, last_year: int) -> list[_Observance]:
    """Return the onsets as yearly rules, one after the other; as dates where that takes too many."""
    runs = list(_runs(onsets))
    if len(runs) > _MOST_RULES:
        return [_Observance(kind=kind, local_onsets=tuple(onsets))]
    return [
        _Observance(
            kind=kind,
            local_onsets=tuple(run),
            rule=rule,
            is_open=rule is not None and run[-1].year == last_year,
        )
        for run, rule in runs
    ]


def _runs(onsets: Sequence[datetime]) -> Iterator[tuple[list[datetime], str | None]]:
    """Cut the onsets, year by year, wherever the rules that fit all so far do not fit the next."""
    run, shared = [onsets[0]], list(_rules(onsets[0]))
    for onset in onsets[1:]:
        is_next = onset.year == run[-1].year + 1 and onset.time() == run[-1].time()
        fitting = list(_rules(onset)) if is_next else []
        if still_shared := [rule for rule in shared if rule in fitting]:
            run.append(onset)
            shared = still_shared
        else:
            yield run, shared[0] if len(run) > 1 else None
            run, shared = [onset], list(_rules(onset))
    yield run, shared[0] if len(run) > 1 else None


def _rules(onset: datetime) -> Iterator[str]:
    """Yield the yearly rules that have this day as an instance, the plainest first."""
    weekday = _WEEKDAYS[onset.weekday()]
    if onset.day > monthrange(onset.year, onset.month)[1] - 7:
        yield f"BYMONTH={onset.month};BYDAY=-1{weekday}"
    nth = (onset.day + 6) // 7
    if nth <= 4:
        yield f"BYMONTH={onset.month};BYDAY={nth}{weekday}"
    # "The Friday before the last Sunday", "the first Sunday after the second": the weekday in a week of days.
    last_first_day = monthrange(2025, onset.month)[1] - 6
    for first_day in range(max(1, onset.day - 6), min(onset.day, last_first_day) + 1):
        days = ",".join(str(first_day + number) for number in range(7))
        yield f"BYMONTH={onset.month};BYMONTHDAY={days};BYDAY={weekday}"


def _offset(offset: timedelta) -> str:
    sign = "-" if offset < timedelta() else "+"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    return f"{sign}{minutes // 60:02}{minutes % 60:02}{f'{seconds:02}' if seconds else ''}"
