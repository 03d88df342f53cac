"""The time of a series as a calendar has it, in the lines of RFC 5545, and what of it a series can follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from netkeep_sync.core.series import WEEKDAYS, Rule, instant, zone

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Pattern", "last_start", "rule_of", "slots_from", "starts_of"]


_FAR = timedelta(days=20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The time of a whole series: its first start, and the lines of its recurrence (RFC 5545)."""

    start_at: datetime
    timezone: str
    minutes: int
    recurrence: tuple[str, ...]


def rule_of(pattern: Pattern) -> tuple[Rule | None, datetime | None]:
    """Return the rule of a pattern, None for one that no series can follow, and when it ends."""
    rules = [line.partition(":")[2] for line in pattern.recurrence if line.upper().startswith("RRULE")]
    if len(rules) != 1:
        return None, None
    parts = [part for part in rules[0].upper().split(";") if part]
    if "FREQ=WEEKLY" in parts and not any(part.startswith("BYDAY=") for part in parts):
        parts.append(f"BYDAY={WEEKDAYS[pattern.start_at.astimezone(zone(pattern.timezone)).weekday()]}")
    ends = [part.partition("=")[2] for part in parts if part.startswith("UNTIL=")]
    try:
        rule = Rule.parse(";".join(part for part in parts if not part.startswith("UNTIL=")))
        end_at = _moment(ends[0], pattern.timezone) if ends else None
    except ValueError:
        return None, None
    return rule, end_at


def last_start(pattern: Pattern) -> datetime | None:
    """Return the last start of a pattern that ends, None where it has none or can't be followed."""
    return max(starts_of(pattern), default=None)


def starts_of(pattern: Pattern) -> list[datetime]:
    """Return every start of a pattern that ends, none where it does not or can't be followed."""
    rule, end_at = rule_of(pattern)
    if rule is None or end_at is None or end_at > pattern.start_at + _FAR:
        return []
    local_start = pattern.start_at.astimezone(zone(pattern.timezone)).replace(tzinfo=None)
    starts = (
        instant(datetime.combine(day, local_start.time()), pattern.timezone)
        for day in slots_from(rule, local_start.date())
    )
    return list(takewhile(lambda start_at: start_at <= end_at, starts))


def _moment(until: str, timezone: str) -> datetime:
    """Return the instant of an UNTIL; a day is meant with all its hours."""
    if until.endswith("Z"):
        return datetime.fromisoformat(until).astimezone(UTC)
    if "T" in until:
        return instant(datetime.fromisoformat(until), timezone)
    return instant(datetime.combine(date.fromisoformat(until), time(23, 59, 59)), timezone)


def slots_from(rule: Rule, start_on: date) -> Iterator[date]:
    """Yield the days of a rule from `start_on` on, whose week or month is the first that counts."""
    week_on = start_on + timedelta(days=rule.weekday - start_on.weekday())
    days = rule.days(start_on if rule.nth else week_on, end_on=date.max)
    yield from (day for day in days if day >= start_on)
