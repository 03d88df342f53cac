"""Generates rosters, capacities, closed days and clocks for the properties of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from netkeep_sync.core.busy import FREE, Busy
from netkeep_sync.core.contact import ClockFrom, Contact
from netkeep_sync.core.fact import AnyFact
from netkeep_sync.core.plan import Plan, make_plan
from netkeep_sync.core.reconcile import passed_facts, reconcile
from netkeep_sync.core.roster import Avoided, DateRange, Roster, Trip
from netkeep_sync.core.series import Series, zone
from tests.core.builders import (
    HOLIDAY_CODE,
    THEIR_HOLIDAY_CODE,
    ZONES,
    channel,
    contact,
    hours,
    plain,
    roster,
)

CADENCES = ("weekly", "every 2 weeks", "every 6 weeks", "monthly", "quarterly", "every 6 months", "yearly")
CHANNELS = (
    channel("08:30-10:00"),
    channel("12:00-13:30", key="lunch", minutes=60),
    channel("10:00-12:00", "14:00-17:00", key="video", minutes=30, is_remote=True),
    channel("09:00-09:20", key="call", minutes=20),
)
FULL_CHANNELS = (
    *CHANNELS,
    channel("08:30-10:00", key="brisk coffee", minutes=30, buffer_minutes=10),
    channel("09:00-11:00", key="walk", minutes=45, buffer_minutes=45, weekdays=[1, 3, 5]),
    channel("14:00-17:00", key="video call", minutes=30, is_remote=True, buffer_minutes=15, weekdays=[0, 4]),
)
ON_TRIPS = (channel("08:30-10:00", buffer_minutes=15), channel("12:00-13:30", key="lunch", minutes=60))
CITIES = ("Lisbon", "Oslo")
NAMES = ("Ada", "Bob", "Cy", "Dee", "Eve", "Fay", "Gus", "Hal", "Ida", "Joe")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One owner's whole situation at one moment, before anything was ever planned."""

    roster: Roster
    holidays: dict[date, str]
    now: datetime
    their_holidays: dict[date, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.astimezone(zone(self.roster.timezone)).date()

    def plan(
        self,
        *,
        roster: Roster | None = None,
        previous: tuple[Series, ...] = (),
        now: datetime | None = None,
        facts: tuple[AnyFact, ...] = (),
        busy: Busy = FREE,
    ) -> Plan:
        """Plan at `now`, with what has passed until then taken for held."""
        of, at = roster or self.roster, now or self.now
        today = at.astimezone(zone(of.timezone)).date()
        facts = (*facts, *passed_facts(of, previous, facts, now=at))
        return make_plan(
            of,
            histories=reconcile(of.contacts, facts, today=today, timezone="UTC"),
            previous=previous,
            holidays={HOLIDAY_CODE: self.holidays, THEIR_HOLIDAY_CODE: self.their_holidays},
            now=at,
            busy=busy,
        )

    def with_away(self, first_on: date, days: int) -> Roster:
        range_ = DateRange(start_on=first_on, end_on=first_on + timedelta(days=days))
        availability = replace(self.roster.availability, away=(*self.roster.availability.away, range_))
        return replace(self.roster, availability=availability)


@st.composite
def contacts(draw: st.DrawFn, name: str, today: date, *, cadences: Sequence[str] = CADENCES) -> Contact:
    met = draw(st.none() | st.integers(0, 500))
    return contact(
        name,
        draw(st.sampled_from(cadences)),
        channel=draw(st.sampled_from(CHANNELS)),
        met_on=None if met is None else str(today - timedelta(days=met)),
        timezone=draw(st.sampled_from([None, None, "Europe/London", "America/New_York"])),
    )


@st.composite
def cases(draw: st.DrawFn, *, most: int = 8, is_tight: bool = False) -> Case:
    """Up to `most` contacts; a tight case has many who want to meet often, and little time."""
    timezone = draw(st.sampled_from(ZONES))
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 3 * 365 * 24)))
    today = now.astimezone(zone(timezone)).date()
    per_day = 1 if is_tight else draw(st.integers(1, 3))
    cadences = CADENCES[:4] if is_tight else CADENCES
    ranges = draw(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 20)), max_size=3))
    made = roster(
        *(
            draw(contacts(name, today, cadences=cadences))
            for name in NAMES[: draw(st.integers(most if is_tight else 1, most))]
        ),
        timezone=timezone,
        per_day=per_day,
        per_week=draw(st.integers(per_day, 2 if is_tight else 6)),
        weekdays=draw(st.sets(st.integers(0, 6), min_size=1)),
        away=[
            DateRange(start_on=today + timedelta(days=start), end_on=today + timedelta(days=start + length))
            for start, length in ranges
        ],
    )
    offsets = draw(st.sets(st.integers(0, 700), max_size=12))
    holidays = {today + timedelta(days=offset): "Founders' Day" for offset in sorted(offsets)}
    return Case(roster=made, holidays=holidays, now=now)


@st.composite
def full_cases(draw: st.DrawFn, *, most: int = 5) -> Case:
    """A case in which everything that the file can say may be said."""
    case = draw(cases(most=most))
    capacity = replace(
        case.roster.capacity, minutes_per_month=draw(st.none() | st.sampled_from([60, 150, 400]))
    )
    availability = replace(case.roster.availability, avoid=tuple(draw(st.lists(avoided(), max_size=1))))
    made = replace(
        case.roster,
        capacity=capacity,
        availability=availability,
        trips=draw(trips(case.today)),
        freeze_days=draw(st.sampled_from([0, 7, 14])),
        contacts=tuple(draw(fuller(one)) for one in case.roster.contacts),
    )
    offsets = sorted(draw(st.sets(st.integers(0, 200), max_size=5)))
    theirs = {case.today + timedelta(days=offset): "Their Day" for offset in offsets}
    return replace(case, roster=made, their_holidays=theirs)


@st.composite
def fuller(draw: st.DrawFn, one: Contact) -> Contact:
    """The same contact, with more said of them."""
    return replace(
        one,
        channel=draw(st.sampled_from(FULL_CHANNELS)),
        flex_days=draw(st.sampled_from([one.flex_days, one.flex_days, 0])),
        city=draw(st.sampled_from(["", *CITIES])),
        counts_from=draw(st.sampled_from(ClockFrom)),
        reachable=draw(st.sampled_from([one.reachable, (hours("10:00-12:30"), hours("15:00-18:00"))])),
        holidays=draw(st.sampled_from([(), (THEIR_HOLIDAY_CODE,)])),
    )


@st.composite
def avoided(draw: st.DrawFn) -> Avoided:
    return Avoided(
        words=plain("some days"),
        months=frozenset(draw(st.sets(st.integers(1, 12), min_size=1, max_size=4))),
        days=draw(st.integers(1, 8)),
        is_at_end=draw(st.booleans()),
    )


@st.composite
def trips(draw: st.DrawFn, today: date) -> tuple[Trip, ...]:
    """Up to three trips one after another, the first perhaps under way."""
    made, start_on = [], today - timedelta(days=3)
    for _ in range(draw(st.integers(0, 3))):
        start_on += timedelta(days=draw(st.integers(0, 60)))
        end_on = start_on + timedelta(days=draw(st.integers(1, 15)))
        made.append(
            Trip(
                city=draw(st.sampled_from(CITIES)),
                days=DateRange(start_on=start_on, end_on=end_on),
                channels=ON_TRIPS,
                timezone=draw(st.none() | st.sampled_from(ZONES)),
            )
        )
        start_on = end_on
    return tuple(made)
