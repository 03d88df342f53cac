"""What is ours of an entry on a calendar that its owner can change, in words that compare.

Ours are the title, the time (start, end, rule), the place and the part of the description above a marker
line, and only until the owner changes them there. All else of an entry belongs to the owner once it is made:
what stands below the line, guests, reminders, colour.

Calendars answer with the same time in other words: in a zone of their own, with the parts of a rule in
another order. So times are compared as instants and rules by their parts, never as text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.pattern import last_start, rule_of
from netkeep_sync.core.projection import SeriesProjection
from netkeep_sync.core.series import Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from netkeep_sync.core.pattern import Pattern
    from netkeep_sync.core.projection import Projection

__all__ = [
    "LINE",
    "PARTS",
    "TIMES",
    "Content",
    "Part",
    "Told",
    "ToldSlot",
    "described",
    "digests_from",
    "digests_of",
    "endless",
    "moment_key",
    "moment_of",
    "parted",
    "pattern_words",
    "recurrence_words",
    "series_id",
    "uid_of",
]

LINE = "--- what you write below this line is yours ---"

Part = str
"""A part of an entry that is ours: `summary`, `span` (start and end), `rule`, `place` or `notes`."""

TIMES: frozenset[Part] = frozenset({"span", "rule"})

PARTS = frozenset({"summary", "place", "notes"}) | TIMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is ours of an entry, in words that compare: `time` is start, end and lines of recurrence, `notes`
    is what stands above the line, `own` what the owner wrote below it.
    """

    summary: str
    time: str
    notes: str
    place: str = ""
    own: str = ""

    @property
    def span(self) -> str:
        """Start and end."""
        return " ".join(self.time.split(" ")[:2])

    @property
    def moments(self) -> tuple[str, ...]:
        """Start and end, whatever the clock that they are told by."""
        return tuple(one.partition("/")[0] for one in self.span.split(" "))

    @property
    def minutes(self) -> int:
        """How long it is, if it is of no whole days."""
        start_at, end_at = map(moment_of, self.moments)
        return (end_at - start_at) // timedelta(minutes=1)

    @property
    def rule(self) -> str:
        """The lines of recurrence."""
        return " ".join(self.time.split(" ")[2:])

    @property
    def until(self) -> str:
        """Where the rule ends, at its last start if it is one of ours; "" where it does not."""
        return self.rule.partition(";UNTIL=")[2].partition(" ")[0]

    @property
    def rhythm(self) -> tuple[str, str]:
        """Start and rule, wherever that ends: exceptions hang on it."""
        return self.span.partition(" ")[0], endless(self.rule)

    @property
    def can_be_followed(self) -> bool:
        """Whether a series of ours can follow the rule."""
        rule, *_ = self.rule.removeprefix("RRULE:").split(" ")
        try:
            Rule.parse(endless(rule))
        except ValueError:
            return False
        return True

    def differing(self, other: Content) -> frozenset[Part]:
        """Return the parts in which two contents differ; what the owner wrote is none of ours."""
        return frozenset(part for part in PARTS if getattr(self, part) != getattr(other, part))

    def digest(self, part: Part) -> str:
        """Return a digest of one part."""
        return hashlib.sha256(str(getattr(self, part)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry as its calendar tells of it now.

    `entry` is its name there, `etag` that of this state. `written` are the digests of the parts as we wrote
    them last, by the entry's own word. `pattern` is the time of a series, None for whole days. `owner` and
    `series` are our marks: whose it is, and of which series, whose own entry is named `first`; one that
    `is_part` was split off that, by its name. `is_whole` tells that whatever of its occurrences is elsewhere
    is told with it.
    """

    entry: str
    etag: str
    content: Content
    written: Mapping[Part, str]
    pattern: Pattern | None
    owner: str
    series: str
    first: str
    is_part: bool = False
    is_whole: bool = False

    @property
    def is_first(self) -> bool:
        """Whether it is the own entry of the series that it bears the mark of."""
        return self.entry == self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSlot:
    """An occurrence that its calendar tells of for itself: that of `slot_at`, now at `start_at`, None for
    nowhere. `is_ours` tells that it bears our mark of having put it there.
    """

    slot_at: datetime
    start_at: datetime | None
    etag: str = ""
    summary: str = ""
    own: str = ""
    is_declined: bool = False
    is_ours: bool = False


# -- the words of a time --------------------------------------------------------------------------


def moment_key(at: datetime) -> str:
    """Return an instant as contents have it, and Google in the ids of occurrences."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def moment_of(key: str) -> datetime:
    """Return the instant of such a key."""
    return datetime.strptime(key, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def recurrence_words(recurrence: Iterable[str], pattern: Pattern | None) -> list[str]:
    """Return the lines of recurrence, a rule of ours as we say it, with an end at its last start."""
    lines = sorted(recurrence)
    rule, end_at = rule_of(pattern) if pattern else (None, None)
    if rule is None or pattern is None:
        return [_rule_words(line) for line in lines]
    last_at = last_start(pattern)
    until = f";UNTIL={moment_key(last_at or end_at)}" if end_at else ""
    return [f"RRULE:{rule}{until}", *(line for line in lines if not line.startswith("RRULE"))]


def pattern_words(pattern: Pattern, *, end_at: datetime, end_timezone: str) -> str:
    """Return the time of a series as contents have it."""
    span = [f"{moment_key(pattern.start_at)}/{pattern.timezone}", f"{moment_key(end_at)}/{end_timezone}"]
    return " ".join([*span, *recurrence_words(pattern.recurrence, pattern)])


def endless(rule: str) -> str:
    """Return a rule without its end, which stands last in one of ours."""
    return rule.partition(";UNTIL=")[0]


def _rule_words(line: str) -> str:
    """Return an RRULE with its parts in order, and without those that say what goes without saying."""
    name, _, value = line.partition(":")
    parts = sorted(part for part in value.upper().split(";") if part not in {"INTERVAL=1", "WKST=MO"})
    return f"{name.upper()}:{';'.join(parts)}"


# -- the words of a description -------------------------------------------------------------------


def described(projection: Projection, own: str) -> str:
    """Return our notes, the line, and what the owner wrote below it. Guests read all of it, so where there
    are some we write no notes, and no line as long as nothing stands below.
    """
    match projection:
        case SeriesProjection(guests=(_, *_)):
            return f"{LINE}\n\n{own}" if own else ""
        case _:
            return "\n\n".join(filter(None, [projection.words_for_owner, LINE, own]))


def parted(description: str) -> tuple[str, str]:
    """Return what stands above the line, and what the owner wrote below it."""
    notes, _, own = description.partition(LINE)
    return notes.strip(), own.strip()


# -- what an entry says of itself -----------------------------------------------------------------


def series_id(uid: str) -> str:
    """Return the digest in a UID, which names the series on a calendar."""
    return uid.partition("@")[0]


def uid_of(series: str) -> str:
    """Return the UID of a series by the name that it has on a calendar."""
    return f"{series}@netkeep-sync"


def digests_of(content: Content, *, but: Collection[Part] = ()) -> str:
    """Return a digest of each part, for an entry to say of itself that we wrote it so, `but` of what is the
    owner's.
    """
    return " ".join(f"{part}={content.digest(part)}" for part in sorted(PARTS) if part not in but)


def digests_from(words: str) -> dict[Part, str]:
    """Return the digests that an entry says of itself."""
    return dict(pair.split("=", 1) for pair in words.split() if "=" in pair)
