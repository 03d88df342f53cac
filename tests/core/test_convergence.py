"""Whatever the owner changes, says, or leaves for days: a plan settles, and what is near stays."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netkeep_sync.core.book import week_of
from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.fact import Held, Missed, Paused, Replanned, Resumed, Skipped, SlotName, Snoozed
from netkeep_sync.core.roster import DateRange, Roster
from netkeep_sync.core.series import Cancelled
from tests.core.builders import World, contact
from tests.core.worlds import CADENCES, FULL_CHANNELS, Case, full_cases, fuller, trips

some = settings(max_examples=40)


def world_of(case: Case) -> World:
    world = World(case.roster, now=case.now, holidays=case.holidays)
    world.their_holidays = case.their_holidays
    return world


# -- what an owner may do -------------------------------------------------------------------------


@st.composite
def edited(draw, of: Roster, today) -> Roster:
    """The same file after one edit."""
    made: Roster = draw(st.sampled_from(EDITS))(draw, of, today)
    return made


def _one(draw, of):
    return draw(st.sampled_from(of.contacts)) if of.contacts else contact("Nobody")


def _with(of, *changed):
    """The roster with these contacts in place of those of their keys."""
    contacts = {one.key: one for one in (*of.contacts, *changed)}
    return replace(of, contacts=tuple(one for _, one in sorted(contacts.items())))


def add(draw, of, today):
    known = {one.name for one in of.contacts}
    name = next(one for one in ("Aaa", "Max", "Zoe", "Bea", "Una", "Yan") if one not in known)
    return _with(of, draw(fuller(contact(name, draw(st.sampled_from(CADENCES))))))


def remove(draw, of, today):
    gone = _one(draw, of)
    return replace(of, contacts=tuple(one for one in of.contacts if one != gone))


def rename(draw, of, today):
    return _with(of, replace(_one(draw, of), name="Other Name", category="others"))


def change_cadence(draw, of, today):
    return _with(of, replace(_one(draw, of), cadence=parse_cadence(draw(st.sampled_from(CADENCES)))))


def change_channel(draw, of, today):
    return _with(of, replace(_one(draw, of), channel=draw(st.sampled_from(FULL_CHANNELS))))


def change_everything(draw, of, today):
    return _with(of, draw(fuller(_one(draw, of))))


def change_trips(draw, of, today):
    return replace(of, trips=draw(trips(today)))


def change_capacity(draw, of, today):
    per_day = draw(st.integers(1, 3))
    most = draw(st.none() | st.sampled_from([60, 200]))
    per_week = draw(st.integers(per_day, 6))
    return replace(
        of, capacity=replace(of.capacity, per_day=per_day, per_week=per_week, minutes_per_month=most)
    )


def change_weekdays(draw, of, today):
    weekdays = frozenset(draw(st.sets(st.integers(0, 6), min_size=1)))
    return replace(of, availability=replace(of.availability, weekdays=weekdays))


def take_days_off(draw, of, today):
    start_on = today + timedelta(days=draw(st.integers(0, 60)))
    days = draw(st.integers(1, 20))
    off = DateRange(start_on=start_on, end_on=start_on + timedelta(days=days))
    return replace(of, availability=replace(of.availability, away=(*of.availability.away, off)))


def change_freeze(draw, of, today):
    return replace(of, freeze_days=draw(st.sampled_from([0, 7, 14])))


def move_house(draw, of, today):
    return replace(of, timezone=draw(st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Apia"])))


EDITS = (
    add,
    remove,
    rename,
    change_cadence,
    change_channel,
    change_everything,
    change_trips,
    change_capacity,
    change_weekdays,
    take_days_off,
    change_freeze,
    move_house,
)


def say(draw, world, plan):
    """Say something of one of the next check-ins, or of its contact."""
    ahead = plan.occurrences[:6]
    if not ahead:
        return
    one = draw(st.sampled_from(ahead))
    common = {"contact": one.contact, "noted_at": world.now, "source": "cli"}
    slot = SlotName(uid=one.uid, slot_on=one.slot_on)
    generation = plan.planner.next_generation(one.contact)
    soon_on = world.today + timedelta(days=draw(st.integers(1, 60)))
    world.tell(
        draw(
            st.sampled_from(
                [
                    Skipped(**common, slot=slot),
                    Missed(**common, slot=slot),
                    Held(**common, slot=slot, held_on=world.today),
                    Held(**common, held_on=world.today),
                    Snoozed(**common, until_on=soon_on),
                    Paused(**common),
                    Resumed(**common),
                    Replanned(
                        **common,
                        from_on=soon_on,
                        until_on=soon_on + timedelta(days=13),
                        generation=generation,
                    ),
                ]
            )
        )
    )


# -- what holds then ------------------------------------------------------------------------------


def places(plan, *, but=()):
    return {
        (one.contact, one.uid, one.slot_on, one.start_at)
        for one in plan.occurrences
        if one.contact not in but
    }


def settles(world):
    """Look twice more; tell whether the last look found everything as the one before."""
    first, second = world.plan(), world.plan()
    return second == replace(first, ended=second.ended) and second.ended == world.plan().ended


# Issue 4: after any change, two further passes change nothing.
@some
@given(full_cases(), st.data())
def test_after_any_edits_and_days_two_more_passes_change_nothing(case, data):
    world = world_of(case)
    plan = world.plan()
    for _ in range(data.draw(st.integers(1, 4))):
        world.now += timedelta(hours=data.draw(st.sampled_from([0, 5, 24, 24 * 7, 24 * 40])))
        match data.draw(st.sampled_from(["edit", "say"])):
            case "edit":
                world.roster = data.draw(edited(world.roster, world.today))
            case _:
                say(data.draw, world, plan)
        plan = world.plan()
    assert settles(world)


# Issue 4: what is near does not move, whatever changes in the file.
@some
@given(full_cases(), st.integers(0, 60), st.data())
def test_nothing_frozen_moves_whatever_changes_in_the_file(case, later, data):
    world = world_of(case)
    world.plan()
    world.now += timedelta(days=later)
    before = world.plan()
    for _ in range(2):
        other = data.draw(edited(world.roster, world.today))
        stay = {one.key for one in other.contacts}
        world.roster = replace(other, freeze_days=world.roster.freeze_days)
        after = world.plan()
        end_at = before.as_of + timedelta(days=case.roster.freeze_days, hours=-4)
        near = {place for place in places(before) if place[3] < end_at and place[0] in stay}
        assert near <= places(after)
        before = after


# Issue 4: nor does anything else, as time goes by.
@some
@given(full_cases(), st.lists(st.integers(1, 20), min_size=1, max_size=5))
def test_as_time_goes_by_everybody_keeps_the_places_they_have(case, steps):
    world = world_of(case)
    plan = world.plan()
    assume(not plan.unplaced)
    for step in steps:
        world.now += timedelta(days=step)
        after = world.plan()
        # After a check-in on a trip the clock runs from its day, which may change what follows.
        visited = {one.contact for one in world.series.values() if one.city}
        standing = {place for place in places(plan, but=visited) if place[3] >= world.now}
        assert places(after) >= standing
        plan = after


def local(plan, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(plan.timezone)).replace(tzinfo=None)


# Issue 1: not even a chain of edits breaks the capacity beyond what was frozen when it shrank.
@some
@given(full_cases(), st.data())
def test_no_day_week_or_month_ahead_holds_more_than_the_capacity(case, data):
    world = world_of(case)
    for _ in range(3):
        plan = world.plan()
        within_capacity(world, plan)
        world.now += timedelta(hours=data.draw(st.sampled_from([1, 24, 24 * 10, 24 * 40])))
        plan = world.plan()
        within_capacity(world, plan)
        edit = data.draw(st.sampled_from([add, remove, rename, change_cadence, change_trips, take_days_off]))
        world.roster = edit(data.draw, world.roster, world.today)


def within_capacity(world, plan):
    """Count what is ahead, and what has passed of this week and this month."""
    capacity = world.roster.capacity
    passed = [(one.held_on, _minutes(world, one.slot)) for one in world.facts if hasattr(one, "is_presumed")]
    ahead = [
        (local(plan, one.start_at).date(), (one.end_at - one.start_at).seconds // 60)
        for one in plan.occurrences
        if one.start_at >= world.now
    ]
    days = Counter(day for day, _ in ahead)
    weeks = Counter(week_of(day) for day, _ in (*passed, *ahead))
    assert max(days.values(), default=0) <= capacity.per_day
    assert max(weeks.values(), default=0) <= capacity.per_week
    months: Counter[tuple[int, int]] = Counter()
    for day, minutes in (*passed, *ahead):
        months[day.year, day.month] += minutes
    if capacity.minutes_per_month is not None:
        assert max(months.values(), default=0) <= capacity.minutes_per_month


def _minutes(world, slot):
    return world.series[slot.uid].minutes


# Issue 3: nothing is dropped silently.
@some
@given(full_cases(), st.data())
def test_every_slot_ahead_is_an_occurrence_or_cancelled_with_a_reason(case, data):
    world = world_of(case)
    world.plan()
    world.now += timedelta(days=data.draw(st.integers(0, 40)))
    world.roster = data.draw(edited(world.roster, world.today))
    plan = world.plan()
    listed = Counter(one.uid for one in plan.occurrences)
    for each in plan.series:
        slots = list(each.slots(end_on=plan.end_on))
        starts = dict(plan.planner.starts(each))
        exceptions = {one.slot_on: one for one in each.exceptions}
        for slot_on in slots:
            assert slot_on in starts or isinstance(exceptions[slot_on], Cancelled)
            assert slot_on not in exceptions or str(exceptions[slot_on].reason)
        ahead = [
            one
            for one in plan.planner.starts(each)
            if one[1] + timedelta(minutes=each.minutes) > plan.planner.local_now
            and one[1] < datetime.combine(plan.end_on, datetime.min.time())
        ]
        assert listed[each.uid] == len(ahead)
