"""What is known and planned as of one moment. Looking changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.busy import FREE, counted_meetings, found_meetings, held_facts
from netkeep_sync.core.cadence import add_months
from netkeep_sync.core.capacity import judge
from netkeep_sync.core.identity import news, recognise_all
from netkeep_sync.core.own import with_moves, with_own_rhythm
from netkeep_sync.core.plan import make_plan
from netkeep_sync.core.reconcile import passed_facts, reconcile, reconcile_left
from netkeep_sync.core.review_plan import REVIEW, plan_review
from netkeep_sync.core.roster import RemoteCalendar
from netkeep_sync.core.scene import HORIZON_MONTHS
from netkeep_sync.core.series import zone
from netkeep_sync.sources.public_holidays import public_holidays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from netkeep_sync.core.availability import Holidays
    from netkeep_sync.core.busy import Busy, Found
    from netkeep_sync.core.capacity import Verdict
    from netkeep_sync.core.fact import AnyFact, Held, Passed
    from netkeep_sync.core.identity import Known
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.relief import Reliefs
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series
    from netkeep_sync.store.store import ReadableStore

__all__ = ["Outlook", "look"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One roster at one moment, its contacts recognised: a key means the same here as in the store.

    `written` is the roster as the file has it, before the rhythms that the owner gave on a calendar.

    `previous` are the series as the store has them, `series` the same with what the plan makes of
    them. Those of the review are apart from them: `review_previous`, `review_plan`, `review_series`.

    `news` are the people, `passed` and `met` the facts that the store has yet to be told of.

    `left` are the histories of those who have left the roster or rest on its bench, and `known` is everybody
    it ever named.

    `found` are the meetings of busy calendars that the owner may confirm. Those that the roster trusts are
    among `met`, and `counted` are all that were ever counted so.
    """

    roster: Roster
    written: Roster
    now: datetime
    news: tuple[Known, ...]
    passed: tuple[Passed, ...]
    histories: Mapping[str, History]
    previous: tuple[Series, ...]
    holidays: Holidays
    plan: Plan
    review_previous: tuple[Series, ...]
    review_plan: Plan | None
    busy: Busy = FREE
    found: tuple[Found, ...] = ()
    met: tuple[Held, ...] = ()
    counted: tuple[Held, ...] = ()
    left: Mapping[str, History] = field(default_factory=dict)
    known: tuple[Known, ...] = ()

    def plan_of(self, roster: Roster) -> Plan:
        """Return what would be planned had the file said so: nothing else is different."""
        return make_plan(
            roster,
            histories=self.histories,
            previous=self.previous,
            holidays=self.holidays,
            now=self.now,
            end_on=self.plan.end_on,
            busy=self.busy,
        )

    @property
    def verdict(self) -> Verdict:
        """Whether the roster fits into the time that its owner has."""
        return judge(self.roster, self.plan, self.histories)

    def reliefs(self) -> Reliefs:
        """Return the smallest changes that make it fit, which takes many plans: some seconds of them."""
        from netkeep_sync.core.relief import smallest_relief  # noqa: PLC0415  for whom it serves

        return smallest_relief(
            self.roster,
            self.plan_of,
            plan=self.plan,
            histories=self.histories,
            most_plans=max(40, min(400, 8000 // max(1, len(self.roster.contacts)))),
        )

    @property
    def today(self) -> date:
        """The owner's day."""
        return self.now.astimezone(zone(self.roster.timezone)).date()

    @property
    def series(self) -> tuple[Series, ...]:
        """Every series ever planned, sorted by contact and generation."""
        return _as_planned(self.previous, self.plan)

    @property
    def review_series(self) -> tuple[Series, ...]:
        """Every series that the review ever had, sorted by generation."""
        return _as_planned(self.review_previous, self.review_plan) if self.review_plan else ()

    @property
    def is_review_off(self) -> bool:
        """Tell whether the owner has deleted the review on a calendar, against what the file says."""
        return self.roster.review is not None and not (self.review_plan and self.review_plan.series)


def _as_planned(previous: Sequence[Series], plan: Plan) -> tuple[Series, ...]:
    by_uid = {one.uid: one for one in (*previous, *plan.ended, *plan.series)}
    return tuple(sorted(by_uid.values(), key=lambda one: (one.contact, one.generation)))


def look(
    roster: Roster,
    store: ReadableStore,
    *,
    now: datetime,
    end_on: date | None = None,
    told: Sequence[AnyFact] = (),
    busy: Busy = FREE,
) -> Outlook:
    """Plan the roster from what the store remembers, up to `end_on` (two years unless told), as if the
    facts `told` were known too, and `busy` the time that they are booked elsewhere.

    Whoever needs the contacts afterwards takes those of the outlook: the file does not know under which
    key somebody was before a rename.
    """
    known = store.known()
    roster = recognise_all(roster, known)
    today = now.astimezone(zone(roster.timezone)).date()
    level_on = add_months(today, HORIZON_MONTHS)
    facts = store.facts()
    everything = with_moves(store.series(), facts, timezone=roster.timezone)
    previous = tuple(one for one in everything if one.contact != REVIEW)
    review_previous = tuple(one for one in everything if one.contact == REVIEW)
    passed = passed_facts(roster, previous, facts, now=now, heard_at=_heard_at(roster, store))
    known_facts: tuple[AnyFact, ...] = (*facts, *passed, *told)
    histories = reconcile(roster.contacts, known_facts, today=today, timezone=roster.timezone)
    found = found_meetings(roster, busy, histories=histories, facts=known_facts, series=previous, now=now)
    met: tuple[Held, ...] = ()
    if roster.trusts_busy and found:
        met = held_facts(found, facts=known_facts, series=previous, now=now, timezone=roster.timezone)
        histories = reconcile(roster.contacts, (*known_facts, *met), today=today, timezone=roster.timezone)
    written = roster
    roster = replace(
        roster,
        contacts=tuple(
            with_own_rhythm(one, histories[one.key], series=previous, weekdays=roster.availability.weekdays)
            for one in roster.contacts
        ),
    )
    holidays = public_holidays(
        roster.holiday_codes,
        start_on=today - timedelta(days=7),
        # A check-in may be moved beyond the horizon by its tolerance.
        end_on=max(level_on, end_on or level_on) + timedelta(days=366),
    )
    plan = make_plan(
        roster,
        histories=histories,
        previous=previous,
        holidays=holidays,
        now=now,
        end_on=end_on,
        busy=busy,
    )
    return Outlook(
        roster=roster,
        written=written,
        now=now,
        news=news((*roster.contacts, *(one.contact for one in roster.bench)), known),
        passed=passed,
        histories=histories,
        previous=previous,
        holidays=holidays,
        plan=plan,
        review_previous=review_previous,
        review_plan=plan_review(
            roster,
            facts=known_facts,
            previous=review_previous,
            holidays=holidays,
            check_ins=plan,
            busy=busy,
            today=today,
        ),
        busy=busy,
        found=() if roster.trusts_busy else found,
        met=met,
        counted=counted_meetings((*known_facts, *met)),
        left=reconcile_left(roster.contacts, known_facts, today=today, timezone=roster.timezone),
        known=known,
    )


def _heard_at(roster: Roster, store: ReadableStore) -> datetime | None:
    """Return up to when it is known what the owner did on their calendars; None where they can do nothing."""
    named = [calendar.name for calendar in roster.calendars if isinstance(calendar, RemoteCalendar)]
    if not named:
        return None
    cursors = store.cursors()
    never = datetime.min.replace(tzinfo=UTC)
    return min(cursors[name].heard_at if name in cursors else never for name in named)
