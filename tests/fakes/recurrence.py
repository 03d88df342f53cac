"""Recurrence: which occurrences a series has.

Rules are expanded on the wall clock of the series' own zone, so that they keep their hour when clocks change.
Two habits of Google's: the start counts as an occurrence even where it does not fit the rule, over and above
COUNT (google-api-nodejs-client#2214), and COUNT is applied before EXDATE.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import count, islice, takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from tests.fakes.moments import Moment
from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ORDER = (
    "FREQ",
    "WKST",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYMONTH",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYDAY",
)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Rule:
    """One RRULE, by its parts."""

    parts: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        return dict(self.parts).get(name)

    def with_parts(self, **changes: str | None) -> Rule:
        """Return the rule with parts put in or, where None, taken out."""
        parts = {**dict(self.parts), **changes}
        return Rule(tuple((name, value) for name, value in parts.items() if value is not None))

    def text(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self.parts)

    def endless(self) -> Rule:
        """Return the rule without its end: its rhythm."""
        return self.with_parts(UNTIL=None, COUNT=None)

    def ordered(self) -> Rule:
        """Return the rule in the order and with the omissions of Google's own writing."""
        known = {name: index for index, name in enumerate(_ORDER)}
        parts = sorted(self.parts, key=lambda part: known.get(part[0], len(known)))
        return Rule(tuple(part for part in parts if part != ("INTERVAL", "1")))

    def expanded(self, start: Moment) -> Rule:
        """Return the rule with what it leaves to the start written out."""
        local = start.local()
        if any(name.startswith("BY") for name, _ in self.parts):
            return self
        match self.get("FREQ"):
            case "WEEKLY":
                return self.with_parts(BYDAY=_WEEKDAYS[local.weekday()])
            case "MONTHLY":
                return self.with_parts(BYMONTHDAY=str(local.day))
        return self

    def following(self, start: Moment) -> Rule:
        """Return the rule as the calendar's own editor bends it when a series is moved to another start."""
        local = start.local()
        if match := re.fullmatch(r"(-?\d)?(MO|TU|WE|TH|FR|SA|SU)", self.get("BYDAY") or ""):
            nth = match[1] and str((local.day - 1) // 7 + 1)
            return self.with_parts(BYDAY=(nth or "") + _WEEKDAYS[local.weekday()])
        if (self.get("BYMONTHDAY") or "").isdigit():
            return self.with_parts(BYMONTHDAY=str(local.day))
        return self

    def slots(self, start: Moment) -> Iterator[datetime]:
        """Yield the wall clocks that fit the rule, in order."""
        until = self.get("UNTIL")
        rhythm = rrulestr(self.with_parts(UNTIL=None).text(), dtstart=start.local())
        if until is None:
            return iter(rhythm)
        return takewhile(lambda local: start.at_local(local).value <= _until(until), rhythm)


@dataclass(frozen=True)
class Recurrence:
    """A start and the lines that make it a series; `lines` are what is not an RRULE, as they were sent."""

    start: Moment
    rules: tuple[Rule, ...]
    added: tuple[datetime, ...] = ()
    excluded: tuple[datetime, ...] = ()
    lines: tuple[str, ...] = ()

    def slots(self) -> Iterator[Moment]:
        """Yield the slots of all occurrences, in order."""
        known, following = self._known_slots
        for number in count():
            if number == len(known):
                known.extend(islice(following, 1))
            if number == len(known):
                return
            yield known[number]

    @cached_property
    def _known_slots(self) -> tuple[list[Moment], Iterator[Moment]]:
        """The slots that have been asked for, and those that follow: every listing asks again."""
        return [], self._made_slots()

    def _made_slots(self) -> Iterator[Moment]:
        last = None
        streams = [rule.slots(self.start) for rule in self.rules]
        for local in heapq.merge([self.start.local()], sorted(self.added), *streams):
            if local != last and local not in self.excluded:
                yield self.start.at_local(local)
            last = local

    def has(self, slot: Moment) -> bool:
        """Whether there is an occurrence in that slot."""
        if slot.is_all_day != self.start.is_all_day:
            return False
        return any(found == slot for found in takewhile(lambda one: one.value <= slot.value, self.slots()))

    @cached_property
    def rhythm(self) -> tuple[object, ...]:
        """What an occurrence's identity hangs on: all but where the series ends and what it leaves out."""
        return (self.start, tuple(rule.endless() for rule in self.rules), self.added)

    def written(self) -> list[str]:
        """Return the lines as Google answers them, those that are not rules first."""
        return [*self.lines, *(f"RRULE:{rule.ordered().text()}" for rule in self.rules)]

    def ended_before(self, slot: Moment) -> list[str]:
        """Return the lines of the series cut off before a slot, at the last second of the day before."""
        until = _last_second_before(slot)
        return [
            *self.lines,
            *(f"RRULE:{rule.with_parts(COUNT=None, UNTIL=until).text()}" for rule in self.rules),
        ]

    def begun_at(self, slot: Moment, start: Moment) -> list[str]:
        """Return the lines of the rest of the series from a slot on, when that slot moves to `start`."""
        rules = []
        for rule in self.rules:
            rest = rule
            if count := rule.get("COUNT"):
                gone = sum(1 for _ in takewhile(lambda local: local < slot.local(), rule.slots(self.start)))
                rest = rule.with_parts(COUNT=str(int(count) - gone))
            rules.append(rest.following(start) if start != slot else rest)
        return [*self.lines, *(f"RRULE:{rule.text()}" for rule in rules)]

    def rewritten(self, *, expands: bool, folds_count: bool) -> list[str]:
        """Return the lines as Google may rewrite them on the way in."""
        rules = [rule.expanded(self.start) if expands else rule for rule in self.rules]
        if folds_count:
            rules = [self._folded(rule) for rule in rules]
        return [*self.lines, *(f"RRULE:{rule.ordered().text()}" for rule in rules)]

    def _folded(self, rule: Rule) -> Rule:
        if rule.get("COUNT") is None:
            return rule
        *_, last = rule.slots(self.start)
        return rule.with_parts(COUNT=None, UNTIL=self.start.at_local(last).suffix())


def read_recurrence(lines: Iterable[str], start: Moment) -> Recurrence:
    """Read the lines of a series, refusing what Google refuses."""
    return _read(tuple(lines), start)


@lru_cache(maxsize=256)
def _read(lines: tuple[str, ...], start: Moment) -> Recurrence:
    rules: list[Rule] = []
    dates: dict[str, list[datetime]] = {"RDATE": [], "EXDATE": []}
    others: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        name = name.upper().split(";")[0]
        if name == "RRULE":
            rules.append(_read_rule(value, start))
        elif name in dates and value:
            zone = next((one[5:] for one in _parameters(line) if one.upper().startswith("TZID=")), None)
            dates[name] += [_read_date(text, zone, start) for text in value.split(",")]
            others.append(line)
        else:  # DTSTART and DTEND belong in `start` and `end`
            raise Refusal("invalid", "Invalid recurrence rule.")
    found = Recurrence(start, tuple(rules), tuple(dates["RDATE"]), tuple(dates["EXDATE"]), tuple(others))
    if next(found.slots(), None) is None:
        raise Refusal("invalid", "Invalid recurrence rule.")
    return found


def _parameters(line: str) -> list[str]:
    return line.partition(":")[0].split(";")[1:]


def _read_rule(text: str, start: Moment) -> Rule:
    parts = tuple(
        (name.upper(), value.upper()) for name, _, value in (p.partition("=") for p in text.split(";"))
    )
    rule = Rule(parts)
    if not _is_sound(rule, start):
        raise Refusal("invalid", "Invalid recurrence rule.")
    return rule


def _is_sound(rule: Rule, start: Moment) -> bool:
    """Whether a rule can be read, has one end at most, of the start's kind, and not before the start."""
    try:
        rrulestr(rule.with_parts(UNTIL=None).text(), dtstart=start.local())
        until = _until(rule.get("UNTIL") or start.suffix())
    except (ValueError, KeyError, AttributeError):
        return False
    has_two_ends = rule.get("UNTIL") is not None and rule.get("COUNT") is not None
    return not has_two_ends and isinstance(until, datetime) != start.is_all_day and until >= start.value


def _until(text: str) -> datetime | date:
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 -- a date
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _read_date(text: str, zone: str | None, start: Moment) -> datetime:
    """Return the wall clock, in the series' zone, that an EXDATE or RDATE names."""
    at = datetime.fromisoformat(text)
    if "T" not in text:
        return at if start.is_all_day else datetime.combine(at, start.local().time())
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone or start.zone or "UTC"))
    return Moment(at.astimezone(UTC), start.zone).local()


def _last_second_before(slot: Moment) -> str:
    day_before = slot.local().date() - timedelta(days=1)
    if slot.is_all_day:
        return f"{day_before:%Y%m%d}"
    end_of_day = datetime.combine(day_before, time(23, 59, 59))
    return slot.at_local(end_of_day).suffix()
