"""What counting alone proves: that no planner, however clever, could fit a roster.

What a plan must hold *at least* in some span of days is counted slot by slot, with every tolerance used
against us: the first slot as late as a planner may lay it, each later one as late as its weekday may fall,
what lies near either end moved out of the span. Only when even that is more than the span has room for is
a roster called impossible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Unit, add_months
from netkeep_sync.core.contact import slug
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.outcome import History
from netkeep_sync.core.rhythm import CATCH_UP_DAYS, LEAD_DAYS
from netkeep_sync.core.series import Moved, zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.core.book import Week
    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.roster import Capacity, Roster
    from netkeep_sync.core.series import Series, SlotException

__all__ = ["Count", "Measure", "Proof", "Span"]

YEAR_WEEKS = 52
YEAR_MONTHS = 12
_WEEK = timedelta(days=7)


class Measure(StrEnum):
    """What a limit counts."""

    CHECKINS = "check-ins"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Whole weeks for check-ins, whole months for minutes: from `start_on` to before `end_on`."""

    measure: Measure
    start_on: date
    end_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The least that every plan must hold in a span, which is more than the room there is."""

    span: Span
    least: int
    room: int

    def __str__(self) -> str:
        return self.words(ENGLISH)

    def words(self, language: Language) -> str:
        """Return the proof in a language."""
        last_on = self.span.end_on - timedelta(days=1)
        message = {
            Measure.CHECKINS: language.gettext(
                "from {first} to {last} at least {least} check-ins, with room for {room}"
            ),
            Measure.MINUTES: language.gettext(
                "from {first} to {last} at least {least} minutes, with room for {room}"
            ),
        }[self.span.measure]
        return message.format(
            first=language.short_day(self.span.start_on, has_year=True),
            last=language.short_day(last_on, has_year=True),
            least=self.least,
            room=self.room,
        )


class Count:
    """What counting alone proves about a roster, and about changes of it.

    It is made from the roster as it is and its plan, which knows the open days, what the owner has
    arranged, and what stands. A changed roster is one with other cadences, limits, or fewer contacts.
    """

    def __init__(self, roster: Roster, plan: Plan, histories: Mapping[str, History]) -> None:
        self._roster = roster
        self._plan = plan
        self._histories = histories
        self._today = plan.as_of.astimezone(zone(plan.timezone)).date()
        self._least: dict[tuple[str, Cadence, int, Span], int] = {}
        self._series: dict[str, list[Series]] = {}
        for series in plan.series:
            self._series.setdefault(series.contact, []).append(series)

    def proof(self, roster: Roster) -> Proof | None:
        """Return the proof that no planner can fit the roster; None where counting leaves it open."""
        contacts = [one for one in roster.contacts if not self.is_paused(one)]
        for span in self.spans:
            least = sum(self.least(contact, span) for contact in contacts)
            most = self.room(roster.capacity, span)
            if most is not None and least > most:
                return Proof(span=span, least=least, room=most)
        return None

    def is_paused(self, contact: Contact) -> bool:
        """Tell whether no check-ins are planned with the contact."""
        history = self._histories.get(contact.key)
        return history is not None and history.paused_on is not None

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The spans that are counted: the coming year first, then all that is planned."""
        mondays = [week.monday for week in self._plan.load[1:] if week.monday + _WEEK <= self._plan.end_on]
        weeks = [mondays[:YEAR_WEEKS], mondays]
        months = [self._months[:YEAR_MONTHS], self._months]
        spans = [
            Span(measure=Measure.CHECKINS, start_on=days[0], end_on=days[-1] + _WEEK)
            for days in weeks
            if days
        ] + [
            Span(measure=Measure.MINUTES, start_on=days[0], end_on=add_months(days[-1], 1))
            for days in months
            if days
        ]
        return tuple(dict.fromkeys(spans))

    @cached_property
    def _months(self) -> list[date]:
        """Every whole month of the plan, by its first day."""
        months = []
        month = add_months(self._today.replace(day=1), 1)
        while add_months(month, 1) <= self._plan.end_on:
            months.append(month)
            month = add_months(month, 1)
        return months

    # -- how much there must be -------------------------------------------------------------------

    def least(self, contact: Contact, span: Span) -> int:
        """Return the check-ins, or their minutes, that every plan must hold in the span."""
        key = (contact.key, contact.cadence, contact.flex_days, span)
        if key not in self._least:
            minutes = contact.channel.minutes if span.measure is Measure.MINUTES else 1
            self._least[key] = self._least_checkins(contact, span) * minutes
        return self._least[key]

    def _least_checkins(self, contact: Contact, span: Span) -> int:
        # What is moved stays within its tolerance, so a slot that deep inside can't leave the span.
        flex = timedelta(days=contact.flex_days)
        start_on, end_on = span.start_on + flex, span.end_on - flex
        cadence = contact.cadence
        first_on = max(
            self._latest_first_on(contact), _latest_after(start_on - timedelta(days=1), cadence, 1)
        )
        slots = 0
        while _latest_after(first_on, cadence, slots) < end_on:
            slots += 1
        return max(0, slots - self._arranged(contact, span))

    def _latest_first_on(self, contact: Contact) -> date:
        """Return the latest day of a first slot, for a contact whose series has not begun."""
        history = self._histories.get(contact.key) or History(contact=contact.key)
        flex = contact.flex_days
        soonest_on = self._today + timedelta(days=LEAD_DAYS)
        if history.snoozed_until_on is not None:
            soonest_on = max(soonest_on, history.snoozed_until_on)
        # The clock may run from a check-in that is frozen, or from one on a trip.
        bases = [soonest_on, self._today + timedelta(days=self._roster.freeze_days)]
        bases += [trip.days.end_on for trip in self._roster.trips if slug(trip.city) == slug(contact.city)]
        due_on = contact.cadence.after(max(bases))
        # A tolerance of few days in which none is open is widened to a week.
        latest = [
            due_on + timedelta(days=max(flex, 6 - flex)),
            soonest_on + timedelta(days=max(CATCH_UP_DAYS, 2 * flex)),
        ]
        if history.replanned is not None:
            latest.append(history.replanned.until_on)
        latest += [one.first_on for one in self._series.get(contact.key, ()) if not one.city]
        return max(latest)

    def _arranged(self, contact: Contact, span: Span) -> int:
        """Return how many slots of the span the owner has let go, or may have moved out of it."""
        flex = contact.flex_days
        return sum(
            span.start_on <= one.slot_on < span.end_on and _is_arranged(one, flex)
            for series in self._series.get(contact.key, ())
            for one in series.exceptions
        )

    # -- how much there can be --------------------------------------------------------------------

    def room(self, capacity: Capacity, span: Span) -> int | None:
        """Return the most that a span can hold within the limits, None for any number."""
        if span.measure is Measure.CHECKINS:
            return sum(
                max(week.checkins, min(capacity.per_week, capacity.per_day * days))
                for week, days in self._open_days
                if span.start_on <= week.monday < span.end_on
            )
        if capacity.minutes_per_month is None:
            return None
        return sum(
            max(self._minutes_by_month.get(month, 0), capacity.minutes_per_month)
            for month in self._months
            if span.start_on <= month < span.end_on
        )

    @cached_property
    def _open_days(self) -> list[tuple[Week, int]]:
        """Every whole week of the plan with its open days; the most it can have where the plan leaves
        that open.
        """
        given = self._roster.capacity
        channels = [contact.channel for contact in self._roster.contacts]
        channels += [channel for trip in self._roster.trips for channel in trip.channels]
        weekdays = self._roster.availability.weekdays.union(*(one.weekdays or () for one in channels))
        return [
            (week, len(weekdays) if week.capacity >= given.per_week else week.capacity // given.per_day)
            for week in self._plan.load[1:]
        ]

    @cached_property
    def _minutes_by_month(self) -> dict[date, int]:
        minutes: dict[date, int] = {}
        local = zone(self._plan.timezone)
        for one in self._plan.occurrences:
            month = one.start_at.astimezone(local).date().replace(day=1)
            length = (one.end_at - one.start_at) // timedelta(minutes=1)
            minutes[month] = minutes.get(month, 0) + length
        return minutes


def _latest_after(day: date, cadence: Cadence, periods: int) -> date:
    """Return the latest slot that can lie so many periods after one on `day` or before it.

    The nth weekday of a month comes as late as the 7nth, and there is no fifth one.
    """
    if cadence.unit is Unit.WEEK:
        return day + timedelta(weeks=cadence.count * periods)
    latest = day.replace(day=min(28, (day.day + 6) // 7 * 7))
    return add_months(latest, cadence.count * periods)


def _is_arranged(exception: SlotException, flex_days: int) -> bool:
    """Tell whether the owner has let a slot go, or moved it further than a planner would."""
    if isinstance(exception, Moved):
        return abs((exception.local_start.date() - exception.slot_on).days) > flex_days
    return not exception.is_for_want_of_room
