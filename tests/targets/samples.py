"""Series, milestones, projections and texts to try targets with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.milestone import milestone_uid
from netkeep_sync.core.projection import MilestoneProjection, SeriesProjection
from netkeep_sync.core.series import Cancelled, Moved, Rule, Series, series_uid
from tests.core.builders import plain

if TYPE_CHECKING:
    from netkeep_sync.core.series import SlotException

NOW = datetime(2026, 2, 1, 9, 30, 15, 250_000, tzinfo=UTC)

ODD_ZONES = (
    "Africa/Cairo",  # winter begins after the last Thursday, be that in November
    "Africa/Casablanca",  # standard time is the one in summer, and Ramadan has its own
    "Africa/El_Aaiun",
    "America/Nuuk",  # changes on the evening before the last Sunday
    "America/Santiago",  # changes on the Sunday after the first Saturday, south of the equator
    "America/Scoresbysund",
    "Antarctica/Troll",  # by two hours
    "Asia/Gaza",
    "Asia/Hebron",
    "Asia/Jerusalem",  # the Friday before the last Sunday
    "Asia/Kathmandu",  # +05:45
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # by half an hour
    "Etc/GMT+5",
    "Europe/Dublin",  # its winter is the exception, in some builds of the database
    "Pacific/Apia",  # jumped over the date line in 2011
    "Pacific/Chatham",  # +12:45
    "UTC",  # wall clock as any other; as 09:00Z its moved occurrences would show twice in Home Assistant
)
PLAIN_ZONES = ("America/New_York", "Australia/Sydney", "Europe/Berlin", "Europe/London")
ZONES = (*PLAIN_ZONES, *ODD_ZONES)

HOSTILE_TEXTS = (
    "a\r\nATTENDEE:mailto:eve@example.com",
    "a\rX-EVIL:1",
    "a\nEND:VEVENT\nBEGIN:VALARM",
    "NUL \x00, VT \x0b, FF \x0c, ESC \x1b, DEL \x7f",
    "NEL \x85, line \u2028, paragraph \u2029",
    "half a pair \ud83c, the other half \udf89",
    "; , : \\ \" ^n ^' %2C \\N \\n \\; \\\\",
    "a\\\r\nb",
    "🎉" * 100,
    "👩‍👩‍👧‍👦 e\u0301 \u202eright to left\u202c \ufeff \ufffe",
    "x" * 10_000,
    "ż" * 10_000,
    " leading, trailing \t ",
    "",
)


def shortly(text: str) -> str:
    """The name of a test with this text."""
    return ascii(text)[:40]


def a_projection(**changes: object) -> SeriesProjection:
    """A quarterly coffee in Berlin."""
    plain: dict[str, object] = {
        "uid": series_uid("roster", "john-doe", 1),
        "summary": "Coffee with John Doe",
        "description": "Last met on 3 November 2025 (confirmed).\n\nAsk\n- What; kind, of roles?",
        "location": "Café Ünal, Berlin",
        "category": "Recruiters",
        "local_start": datetime(2026, 3, 3, 8, 30),  # noqa: DTZ001  wall clock
        "timezone": "Europe/Berlin",
        "minutes": 45,
        "rrule": "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU",
    }
    return SeriesProjection(**(plain | changes))  # type: ignore[arg-type]


def a_milestone_projection(**changes: object) -> MilestoneProjection:
    """A birthday on 14 March."""
    plain: dict[str, object] = {
        "uid": milestone_uid("roster", "john-doe", "birthday"),
        "summary": "John Doe: birthday",
        "description": "Birthday on 14 March, since 1986",
        "category": "Recruiters",
        "first_on": date(1986, 3, 14),
        "rrule": "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=14",
    }
    return MilestoneProjection(**(plain | changes))  # type: ignore[arg-type]


def a_series(contact: str, *, rule: Rule, first_on: date, timezone: str, **changes: object) -> Series:
    """A coffee at 8:30."""
    plain: dict[str, object] = {
        "generation": 1,
        "summary": f"Coffee with {contact}",
        "category": "Recruiters",
        "channel": "coffee",
        "cadence": Cadence(unit=rule.unit, count=rule.interval),
        "minutes": 45,
        "local_time": time(8, 30),
        "reason": "",
    }
    return Series(
        contact=contact,
        uid=series_uid("roster", contact, 1),
        rule=rule,
        first_on=first_on,
        timezone=timezone,
        **(plain | changes),  # type: ignore[arg-type]
    )


def weekly(contact: str, *, timezone: str, first_on: date, **changes: object) -> Series:
    rule = Rule(unit=Unit.WEEK, interval=1, weekday=first_on.weekday())
    return a_series(contact, rule=rule, first_on=first_on, timezone=timezone, **changes)


_CADENCES = st.builds(Cadence, unit=st.sampled_from(Unit), count=st.integers(1, 12))
# No consumer agrees with another on what starts or ends in the hour that a change of the clocks skips.
_TIMES = st.builds(time, st.integers(6, 20), st.sampled_from([0, 5, 30, 45]))
_WORDS = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=40).map(
    lambda text: " ".join(text.split()) or "Coffee"
)


@st.composite
def all_series(draw: st.DrawFn) -> Series:
    """Series of every rule, in odd zones, with moved and cancelled slots, some of them ended."""
    first_on = draw(st.dates(date(2026, 1, 1), date(2027, 6, 30)).filter(lambda day: day.day <= 28))
    cadence = draw(_CADENCES)
    rule = Rule.through(first_on, cadence)
    assert rule is not None
    slots = list(islice(rule.days(first_on, end_on=date(2040, 1, 1)), 12))
    count = draw(st.none() | st.integers(1, len(slots)))
    days = draw(st.lists(st.sampled_from(slots[:count]), unique=True, max_size=5))
    return a_series(
        f"contact {draw(st.integers(1, 10**6))}",
        rule=rule,
        first_on=first_on,
        timezone=draw(st.sampled_from(ZONES)),
        cadence=cadence,
        summary=draw(_WORDS),
        minutes=draw(st.sampled_from([15, 45, 60, 150])),
        local_time=draw(_TIMES),
        until_on=None if count is None else slots[count - 1] + timedelta(days=draw(st.integers(1, 6))),
        exceptions=tuple(draw(_exception(day)) for day in sorted(days)),
    )


@st.composite
def all_milestones(draw: st.DrawFn) -> Milestone:
    """Milestones on every day, the 29th of February more often than it comes, of every age."""
    on = draw(st.just(date(2024, 2, 29)) | st.dates(date(2024, 1, 1), date(2024, 12, 31)))
    return Milestone(
        label=draw(_WORDS), month=on.month, day=on.day, year=draw(st.none() | st.integers(1930, 2028))
    )


@st.composite
def _exception(draw: st.DrawFn, slot_on: date) -> SlotException:
    if draw(st.booleans()):
        return Cancelled(slot_on=slot_on, reason=plain(""))
    day = slot_on + timedelta(days=draw(st.integers(-3, 3)))
    return Moved(slot_on=slot_on, local_start=datetime.combine(day, draw(_TIMES)), reason=plain(""))
