"""Builds values: short words in, records out. Everything left unsaid is plain and always the same.

The clock of these tests stands at NOW, Monday 14 September 2026, 09:00 in Berlin.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from netkeep_sync.core.availability import OpenDays
from netkeep_sync.core.book import Book
from netkeep_sync.core.busy import FREE
from netkeep_sync.core.cadence import add_months, parse_cadence
from netkeep_sync.core.channel import Channel, Hours
from netkeep_sync.core.contact import WAKING, Category, ClockFrom, Contact, slug
from netkeep_sync.core.fact import (
    AnyFact,
    Asked,
    Gave,
    Held,
    Kept,
    Missed,
    Noted,
    Passed,
    Paused,
    Promised,
    Replanned,
    Rescheduled,
    Resumed,
    Rhythm,
    Skipped,
    SlotName,
    Snoozed,
)
from netkeep_sync.core.ledger import Ledger
from netkeep_sync.core.outcome import Evidence, History, Outcome, Result
from netkeep_sync.core.own import with_moves, with_own_rhythm
from netkeep_sync.core.phrase import Phrase
from netkeep_sync.core.plan import Plan, make_plan
from netkeep_sync.core.reconcile import passed_facts, reconcile
from netkeep_sync.core.review import Keep, Rest, Retire, Stretch, Swap
from netkeep_sync.core.roster import (
    Assumption,
    Availability,
    Avoided,
    Capacity,
    DateRange,
    Owner,
    Roster,
    Trip,
)
from netkeep_sync.core.series import (
    Cancelled,
    Moved,
    Rule,
    Series,
    SlotException,
    instant,
    local_occurrences,
    series_uid,
    zone,
)

_Reasoned = TypeVar("_Reasoned", bound=Moved | Cancelled | Keep | Stretch | Swap | Rest | Retire)

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 9, 14, 7, tzinfo=UTC)
TODAY = date(2026, 9, 14)
ROSTER = "r0"
HOLIDAY_CODE = "DE"
THEIR_HOLIDAY_CODE = "US"

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "America/Havana",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
"""East and west, north and south, with clock changes at midnight, of half an hour, and backwards."""


def day(text: str) -> date:
    return date.fromisoformat(text)


def plain(text: str) -> Phrase:
    """A reason that says just this."""
    return Phrase(message=text)


def english(why: Phrase | None) -> str | None:
    return None if why is None else str(why)


def in_english(one: _Reasoned) -> _Reasoned:
    """The same, its reason as it is said in English."""
    return replace(one, reason=plain(str(one.reason)))


def moment(text: str) -> datetime:
    """An instant, written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(text: str) -> datetime:
    """A wall clock time, written "2026-09-14 08:30"."""
    return datetime.fromisoformat(text)


def hours(text: str) -> Hours:
    start, end = (time.fromisoformat(part) for part in text.split("-"))
    return Hours(start=start, end=end)


def channel(
    *between: str,
    key: str = "coffee",
    minutes: int = 45,
    is_remote: bool = False,
    place: str = "",
    weekdays: Iterable[int] | None = None,
    buffer_minutes: int = 0,
    reminders: tuple[int, ...] | None = None,
    is_busy: bool = True,
    has_meet: bool = False,
) -> Channel:
    return Channel(
        key=key,
        minutes=minutes,
        hours=tuple(hours(one) for one in between or ("08:30-10:00",)),
        title=f"{key.capitalize()} with {{name}}",
        place=place,
        is_remote=is_remote,
        weekdays=None if weekdays is None else frozenset(weekdays),
        buffer_minutes=buffer_minutes,
        reminders=reminders,
        is_busy=is_busy,
        has_meet=has_meet,
    )


COFFEE = channel()
LUNCH = channel("12:00-13:30", key="lunch", minutes=60)
VIDEO = channel("10:00-12:00", "14:00-17:00", key="video", minutes=30, is_remote=True)


def contact(
    name: str = "Ada",
    cadence: str = "monthly",
    *,
    channel: Channel = COFFEE,
    flex_days: int | None = None,
    met_on: str | None = None,
    timezone: str | None = None,
    category: str = "peers",
    key: str = "",
    email: str = "",
    notes: str = "",
    place: str = "",
    city: str = "",
    counts_from: ClockFrom = ClockFrom.HELD,
    reachable: Iterable[str] = (),
    holidays: tuple[str, ...] = (),
    ask: tuple[str, ...] = (),
    offer: tuple[str, ...] = (),
    is_invited: bool = False,
) -> Contact:
    """A contact with the tolerance that the file gives by default: 15 % of the period."""
    every = parse_cadence(cadence)
    return Contact(
        key=key or slug(name),
        name=name,
        category=category,
        cadence=every,
        channel=channel,
        flex_days=max(1, round(every.period_days * 0.15)) if flex_days is None else flex_days,
        met_on=day(met_on) if met_on else None,
        timezone=timezone,
        email=email,
        notes=notes,
        place=place,
        city=city,
        counts_from=counts_from,
        reachable=tuple(map(hours, reachable)) or WAKING,
        holidays=holidays,
        ask=ask,
        offer=offer,
        is_invited=is_invited,
    )


def away(first: str, last: str) -> DateRange:
    """From `first` to `last`, both included, as the file writes it."""
    return DateRange(start_on=day(first), end_on=day(last) + timedelta(days=1))


def trip(
    first: str, last: str, *, city: str = "Lisbon", channels: Iterable[Channel] = (), timezone: str = ""
) -> Trip:
    """From `first` to `last`, both included; coffee and lunch unless told."""
    ways = tuple(channels) or (COFFEE, LUNCH)
    return Trip(city=city, days=away(first, last), channels=ways, timezone=timezone or None)


def roster(
    *contacts: Contact,
    per_day: int = 1,
    per_week: int = 3,
    weekdays: Iterable[int] = (0, 1, 2, 3, 4),
    away: Iterable[DateRange] = (),
    avoid: Iterable[Avoided] = (),
    trips: Iterable[Trip] = (),
    minutes_per_month: int | None = None,
    freeze_days: int = 7,
    timezone: str = BERLIN,
    assume: Assumption = Assumption.HELD,
    key: str = ROSTER,
) -> Roster:
    return Roster(
        key=key,
        owner=Owner(name="Ana Kaya"),
        timezone=timezone,
        capacity=Capacity(per_day=per_day, per_week=per_week, minutes_per_month=minutes_per_month),
        trips=tuple(trips),
        freeze_days=freeze_days,
        availability=Availability(
            weekdays=frozenset(weekdays), holidays=(HOLIDAY_CODE,), away=tuple(away), avoid=tuple(avoid)
        ),
        categories=tuple(Category(key=one) for one in sorted({each.category for each in contacts})),
        contacts=tuple(sorted(contacts, key=lambda one: one.key)),
        assume=assume,
    )


def series(
    first_on: str = "2026-10-06",
    cadence: str = "monthly",
    *,
    at: str = "08:30",
    timezone: str = BERLIN,
    contact: str = "ada",
    generation: int = 1,
    until_on: str | None = None,
    exceptions: Iterable[SlotException] = (),
    clock_on: str | None = None,
    minutes: int = 45,
) -> Series:
    every = parse_cadence(cadence)
    rule = Rule.through(day(first_on), every)
    assert rule is not None
    return Series(
        contact=contact,
        generation=generation,
        uid=series_uid(ROSTER, contact, generation),
        summary=f"Coffee with {contact.capitalize()}",
        category="peers",
        channel="coffee",
        cadence=every,
        minutes=minutes,
        timezone=timezone,
        local_time=time.fromisoformat(at),
        first_on=day(first_on),
        rule=rule,
        reason=plain("because"),
        clock_on=day(clock_on) if clock_on else None,
        until_on=day(until_on) if until_on else None,
        exceptions=tuple(exceptions),
    )


def moved(slot_on: str, to: str) -> Moved:
    return Moved(slot_on=day(slot_on), local_start=clock(to), reason=plain("moved"))


def cancelled(slot_on: str) -> Cancelled:
    return Cancelled(slot_on=day(slot_on), reason=plain("cancelled"))


def book(
    of: Roster,
    *,
    holidays: Mapping[date, str] | None = None,
    taken: Iterable[str] = (),
    minutes: int = 45,
    today: date = TODAY,
) -> Book:
    """A book in which check-ins start at the wall clock times `taken`."""
    made = Book(
        of.capacity,
        OpenDays(of, {HOLIDAY_CODE: holidays or {}}),
        timezone=of.timezone,
        today=today,
        end_on=add_months(today, 24),
    )
    for start in taken:
        made.take(clock(start), minutes)
    return made


def slot_name(of: Series, slot_on: date | str) -> SlotName:
    return SlotName(uid=of.uid, slot_on=day(slot_on) if isinstance(slot_on, str) else slot_on)


def held_fact(
    held_on: str, *, slot: SlotName | None = None, who: str = "ada", at: datetime = NOW, note: str = ""
) -> Held:
    return Held(contact=who, noted_at=at, source="cli", held_on=day(held_on), slot=slot, note=note)


def passed_fact(slot: SlotName, *, held_on: str = "", who: str = "ada", is_presumed: bool = True) -> Passed:
    return Passed(
        contact=who,
        noted_at=NOW,
        source="clock",
        slot=slot,
        held_on=day(held_on) if held_on else slot.slot_on,
        is_presumed=is_presumed,
    )


def skipped_fact(slot: SlotName, *, who: str = "ada", note: str = "") -> Skipped:
    return Skipped(contact=who, noted_at=NOW, source="cli", slot=slot, note=note)


def missed_fact(slot: SlotName, *, who: str = "ada") -> Missed:
    return Missed(contact=who, noted_at=NOW, source="cli", slot=slot)


def snoozed_fact(until_on: str, *, who: str = "ada") -> Snoozed:
    return Snoozed(contact=who, noted_at=NOW, source="cli", until_on=day(until_on))


def paused_fact(who: str = "ada", *, note: str = "", from_on: str = "") -> Paused:
    return Paused(
        contact=who, noted_at=NOW, source="cli", note=note, from_on=day(from_on) if from_on else None
    )


def resumed_fact(who: str = "ada") -> Resumed:
    return Resumed(contact=who, noted_at=NOW, source="cli")


def rescheduled_fact(
    slot: SlotName, to: str, *, timezone: str = BERLIN, who: str = "ada", at: datetime = NOW
) -> Rescheduled:
    """A check-in that the owner has put at a wall clock time."""
    start_at = instant(clock(to), timezone)
    return Rescheduled(contact=who, noted_at=at, source="google", slot=slot, start_at=start_at)


def noted_fact(slot: SlotName, note: str, *, who: str = "ada") -> Noted:
    return Noted(contact=who, noted_at=NOW, source="google", slot=slot, note=note)


def gave_fact(what: str, held_on: str = "2026-09-01", *, who: str = "ada") -> Gave:
    return Gave(contact=who, noted_at=NOW, source="cli", held_on=day(held_on), what=what)


def asked_fact(what: str, held_on: str = "2026-09-01", *, who: str = "ada") -> Asked:
    return Asked(contact=who, noted_at=NOW, source="cli", held_on=day(held_on), what=what)


def promised_fact(
    what: str, held_on: str = "2026-09-01", *, by: str = "", is_theirs: bool = False, who: str = "ada"
) -> Promised:
    return Promised(
        contact=who,
        noted_at=NOW,
        source="cli",
        held_on=day(held_on),
        what=what,
        is_theirs=is_theirs,
        by_on=day(by) if by else None,
    )


def kept_fact(what: str, *, is_theirs: bool = False, who: str = "ada") -> Kept:
    return Kept(contact=who, noted_at=NOW, source="cli", what=what, is_theirs=is_theirs)


def rhythm_fact(
    instead_of: Series,
    start: str,
    cadence: str,
    *,
    from_on: str = "",
    generation: int = 2,
    roster: str = "monthly",
    at: datetime = NOW,
) -> Rhythm:
    """The owner's own rhythm from a wall clock time on; the roster's cadence is `roster`."""
    local_start = clock(start)
    return Rhythm(
        contact=instead_of.contact,
        noted_at=at,
        source="google",
        uid=instead_of.uid,
        generation=generation,
        from_on=day(from_on) if from_on else local_start.date(),
        start_at=instant(local_start, instead_of.timezone),
        timezone=instead_of.timezone,
        rule=Rule.through(local_start.date(), parse_cadence(cadence)),
        instead_of=parse_cadence(roster),
    )


def outcome(
    on: str,
    result: Result = Result.HELD,
    *,
    slot: SlotName | None = None,
    evidence: Evidence = Evidence.CONFIRMED,
    note: str = "",
    who: str = "ada",
) -> Outcome:
    return Outcome(contact=who, slot=slot, day=day(on), result=result, evidence=evidence, note=note)


def replanned_fact(from_on: str, until_on: str, *, generation: int = 2, who: str = "ada") -> Replanned:
    return Replanned(
        contact=who,
        noted_at=NOW,
        source="cli",
        from_on=day(from_on),
        until_on=day(until_on),
        generation=generation,
    )


def history(
    *outcomes: Outcome,
    snoozed_until: str | None = None,
    paused: str | None = None,
    who: str = "ada",
    ledger: Ledger | None = None,
) -> History:
    return History(
        contact=who,
        outcomes=outcomes,
        snoozed_until_on=day(snoozed_until) if snoozed_until else None,
        paused_on=day(paused) if paused else None,
        ledger=ledger or Ledger(),
    )


def local_starts(of: Series, *, end_on: date) -> list[datetime]:
    """Where the occurrences of a series lie, wall clock."""
    return [start for _, start, _ in local_occurrences(of, end_on=end_on)]


class World:
    """One owner's memory from pass to pass, as the store keeps it: series and facts, and a clock."""

    def __init__(
        self, of: Roster, *, now: datetime = NOW, holidays: Mapping[date, str] | None = None
    ) -> None:
        self.roster = of
        self.now = now
        self.holidays = holidays or {}
        self.busy = FREE
        self.their_holidays: Mapping[date, str] = {}
        self.facts: list[AnyFact] = []
        self.series: dict[str, Series] = {}

    @property
    def today(self) -> date:
        return self.now.astimezone(zone(self.roster.timezone)).date()

    def histories(self) -> dict[str, History]:
        return reconcile(self.roster.contacts, self.facts, today=self.today, timezone="UTC")

    def plan(self) -> Plan:
        """Look at what has passed, plan, and remember the plan."""
        previous = with_moves(self.series.values(), self.facts, timezone="UTC")
        self.facts += passed_facts(self.roster, previous, self.facts, now=self.now)
        histories = self.histories()
        weekdays = self.roster.availability.weekdays
        contacts = [
            with_own_rhythm(one, histories[one.key], series=previous, weekdays=weekdays)
            for one in self.roster.contacts
        ]
        made = make_plan(
            replace(self.roster, contacts=tuple(contacts)),
            histories=histories,
            previous=previous,
            holidays={HOLIDAY_CODE: self.holidays, THEIR_HOLIDAY_CODE: self.their_holidays},
            now=self.now,
            busy=self.busy,
        )
        self.series |= {one.uid: one for one in (*made.ended, *made.series)}
        return made

    def plan_at(self, text: str) -> Plan:
        self.now = moment(text)
        return self.plan()

    def tell(self, *facts: AnyFact) -> None:
        self.facts += [replace(fact, noted_at=self.now) for fact in facts]

    def visits(self, who: str = "ada") -> list[Series]:
        """The contact's check-ins on trips that were not called off."""
        return [
            one
            for one in self.series.values()
            if one.contact == who and one.city and one.until_on != one.first_on
        ]

    def only(self, who: str = "ada") -> Series:
        """The contact's one living series."""
        (found,) = (one for one in self.series.values() if one.contact == who and one.until_on is None)
        return found


def starts_of(plan: Plan, who: str = "ada") -> list[datetime]:
    """When a contact's check-ins start, wall clock of the owner."""
    return [
        one.start_at.astimezone(zone(plan.timezone)).replace(tzinfo=None)
        for one in plan.occurrences
        if one.contact == who
    ]


def days_of(plan: Plan, who: str = "ada") -> list[date]:
    return [start.date() for start in starts_of(plan, who)]
