"""What holds of every plan, whoever is in the roster and whatever the calendar looks like."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netkeep_sync.core.availability import is_awake
from netkeep_sync.core.book import week_of
from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.rhythm import demand
from netkeep_sync.core.roster import Capacity
from tests.core.builders import COFFEE, contact
from tests.core.builders import local_starts as local_starts_of
from tests.core.worlds import CADENCES, CHANNELS, Case, cases

some = settings(max_examples=40)


def local(case: Case, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(case.roster.timezone)).replace(tzinfo=None)


def local_starts(case, plan):
    return [local(case, one.start_at) for one in plan.occurrences]


def places(plan, *, but=()):
    """Who is where: everything of a plan that stands on a calendar."""
    return {
        (one.contact, one.uid, one.slot_on, one.start_at)
        for one in plan.occurrences
        if one.contact not in but
    }


@some
@given(cases())
def test_the_same_input_makes_the_same_plan(case):
    assert case.plan() == case.plan()


@some
@given(cases())
def test_the_order_of_earlier_series_does_not_matter(case):
    previous = case.plan().series
    assert case.plan(previous=previous[::-1]) == case.plan(previous=previous)


@some
@given(cases())
def test_planning_again_changes_nothing(case):
    first = case.plan()
    assert case.plan(previous=first.series) == first


@some
@given(cases())
def test_no_day_and_no_week_holds_more_than_the_capacity(case):
    starts = local_starts(case, case.plan())
    capacity = case.roster.capacity
    assert max(Counter(start.date() for start in starts).values(), default=0) <= capacity.per_day
    assert max(Counter(week_of(start.date()) for start in starts).values(), default=0) <= capacity.per_week


@some
@given(cases())
def test_nothing_lies_on_a_closed_day(case):
    days = {start.date() for start in local_starts(case, case.plan())}
    assert {one.weekday() for one in days} <= case.roster.availability.weekdays
    assert not days & set(case.holidays)
    assert not any(one in away for away in case.roster.availability.away for one in days)


@some
@given(cases())
def test_every_check_in_lies_within_the_hours_of_its_channel(case):
    contacts = {one.key: one for one in case.roster.contacts}
    for one in case.plan().occurrences:
        start, end = local(case, one.start_at), local(case, one.end_at)
        channel = contacts[one.contact].channel
        assert end - start == timedelta(minutes=channel.minutes)
        assert any(hours.start <= start.time() and end.time() <= hours.end for hours in channel.hours)


@some
@given(cases())
def test_no_remote_check_in_wakes_anybody(case):
    contacts = {one.key: one for one in case.roster.contacts}
    for one in case.plan().occurrences:
        who = contacts[one.contact]
        assert is_awake(
            who,
            local_start=local(case, one.start_at),
            timezone=case.roster.timezone,
            minutes=who.channel.minutes,
        )


@some
@given(cases())
def test_no_two_check_ins_overlap(case):
    spans = sorted((one.start_at, one.end_at) for one in case.plan().occurrences)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@some
@given(cases())
def test_no_slot_is_there_twice(case):
    names = Counter((one.uid, one.slot_on) for one in case.plan().occurrences)
    assert set(names.values()) <= {1}


@some
@given(cases())
def test_everybody_has_a_series_or_is_listed_with_a_reason(case):
    plan = case.plan()
    placed = {one.contact for one in plan.series}
    unplaced = {one.contact for one in plan.unplaced}
    assert placed | unplaced == {one.key for one in case.roster.contacts}
    assert not placed & unplaced
    assert all(one.reason for one in plan.unplaced)


@some
@given(cases())
def test_the_first_check_in_lies_in_the_window_it_is_due_in(case):
    wanted = {one.key: demand_of(case, one) for one in case.roster.contacts}
    for series in case.plan().series:
        first_on, last_on = wanted[series.contact].window
        # A tolerance of few days may hold no open day: then it is the first week of the window.
        assert first_on <= series.first_on <= max(last_on, first_on + timedelta(days=6))


@some
@given(cases())
def test_whoever_was_never_met_is_met_within_the_first_period(case):
    contacts = {one.key: one for one in case.roster.contacts}
    for series in case.plan().series:
        who = contacts[series.contact]
        if who.met_on is None:
            assert series.first_on < who.cadence.after(case.today + timedelta(days=3))


def demand_of(case, who):
    from netkeep_sync.core.reconcile import reconcile

    history = reconcile([who], [], today=case.today)[who.key]
    return demand(who, history, base_on=who.met_on, today=case.today)


@some
@given(cases())
def test_every_first_day_is_an_instance_of_its_rule(case):
    for series in case.plan().series:
        days = list(series.rule.days(series.first_on, end_on=series.first_on + timedelta(days=1)))
        assert days == [series.first_on]


@some
@given(cases())
def test_a_check_in_is_moved_no_further_than_its_tolerance(case):
    flex = {one.key: one.flex_days for one in case.roster.contacts}
    plan = case.plan()
    for one in plan.occurrences:
        assert abs((local(case, one.start_at).date() - one.slot_on).days) <= flex[one.contact]


@some
@given(cases())
def test_the_load_is_a_recount_of_the_occurrences(case):
    plan = case.plan()
    counted = Counter(week_of(start.date()) for start in local_starts(case, plan))
    minutes: Counter[int] = Counter()
    for one in plan.occurrences:
        minutes[week_of(local(case, one.start_at).date())] += (one.end_at - one.start_at).seconds // 60
    last = week_of(plan.end_on - timedelta(days=1))
    told = {week_of(week.monday): (week.checkins, week.minutes) for week in plan.load}
    # What lies in the horizon's last week, but behind its end, is booked and not listed.
    assert {week: told[week] for week in told if week != last} == {
        week: (counted[week], minutes[week]) for week in told if week != last
    }
    assert told.keys() >= counted.keys()


@some
@given(cases())
def test_the_load_of_a_week_stays_below_what_it_can_hold(case):
    assert all(week.checkins <= week.capacity for week in case.plan().load)


@some
@given(cases(), st.sampled_from(CADENCES), st.booleans())
def test_adding_a_contact_moves_no_other_check_in(case, cadence, is_first):
    before = case.plan()
    new = contact("Aaa" if is_first else "Zoe", cadence, channel=COFFEE)
    grown = replace(
        case.roster, contacts=tuple(sorted((*case.roster.contacts, new), key=lambda one: one.key))
    )
    after = case.plan(roster=grown, previous=before.series)
    assert places(after, but={new.key}) == places(before)


@some
@given(cases(), st.data())
def test_removing_a_contact_moves_no_other_check_in(case, data):
    before = case.plan()
    gone = data.draw(st.sampled_from(case.roster.contacts))
    rest = replace(case.roster, contacts=tuple(one for one in case.roster.contacts if one != gone))
    after = case.plan(roster=rest, previous=before.series)
    assert not any(one.contact == gone.key for one in after.occurrences)
    # Some who had no room before may have it now: that moves nobody who had a place.
    assert places(after) >= places(before, but={gone.key})


@some
@given(cases(), st.integers(0, 60), st.integers(0, 10), st.integers(1, 20))
def test_nothing_within_seven_days_is_moved_for_a_day_off(case, later, start, length):
    before = case.plan()
    now = case.now + timedelta(days=later)
    again = case.plan(previous=before.series, now=now)
    off = case.with_away(now.date() + timedelta(days=start), length)
    after = case.plan(roster=off, previous=again.series, now=now)
    assert frozen(after) >= frozen(again)


@some
@given(cases(), st.integers(0, 60))
def test_nothing_within_seven_days_is_moved_for_want_of_capacity(case, later):
    now = case.now + timedelta(days=later)
    before = case.plan(previous=case.plan().series, now=now)
    less = replace(case.roster, capacity=replace(case.roster.capacity, per_day=1, per_week=1))
    after = case.plan(roster=less, previous=before.series, now=now)
    assert frozen(after) >= frozen(before)


@some
@given(cases(), st.integers(0, 60), st.sampled_from(CADENCES))
def test_nothing_within_seven_days_is_moved_by_other_cadences(case, later, cadence):
    now = case.now + timedelta(days=later)
    before = case.plan(previous=case.plan().series, now=now)
    slower = tuple(replace(one, cadence=parse_cadence(cadence)) for one in case.roster.contacts)
    after = case.plan(roster=replace(case.roster, contacts=slower), previous=before.series, now=now)
    assert frozen(after) >= frozen(before)


def frozen(plan):
    end_at = plan.as_of + timedelta(days=6, hours=20)  # whatever the clocks do
    return {(one.uid, one.slot_on, one.start_at) for one in plan.occurrences if one.start_at < end_at}


@some
@given(cases(), st.integers(0, 60), st.data())
def test_planning_again_after_any_change_of_the_file_changes_nothing(case, later, data):
    now = case.now + timedelta(days=later)
    before = case.plan(previous=case.plan().series, now=now)
    other = data.draw(changed_rosters(case))
    after = case.plan(roster=other, previous=before.series, now=now)
    # Whoever goes on with an old rhythm for want of room may find some once the others have settled.
    assume(not {one.contact for one in after.unplaced} & {one.contact for one in after.series})
    again = case.plan(roster=other, previous=(*after.series, *after.ended), now=now)
    assert again == replace(after, ended=())


@some
@given(cases(), st.integers(0, 60), st.data())
def test_planning_again_and_again_settles(case, later, data):
    now = case.now + timedelta(days=later)
    other = data.draw(changed_rosters(case))
    known = {one.uid: one for one in case.plan(previous=case.plan().series, now=now).series}
    plans = []
    for _ in range(4):
        plan = case.plan(roster=other, previous=tuple(known.values()), now=now)
        known |= {one.uid: one for one in (*plan.ended, *plan.series)}
        plans.append(plan.occurrences)
    assert plans[-1] == plans[-2]


@some
@given(cases(), st.integers(0, 60), st.data())
def test_no_change_of_the_file_makes_check_ins_overlap(case, later, data):
    now = case.now + timedelta(days=later)
    before = case.plan(previous=case.plan().series, now=now)
    plan = case.plan(roster=data.draw(changed_rosters(case)), previous=before.series, now=now)
    spans = sorted((one.start_at, one.end_at) for one in plan.occurrences)
    # What is near stays where it is, even when it has grown longer.
    near = now + timedelta(days=7, hours=4)
    assert all(before[1] <= after[0] for before, after in pairwise(spans) if after[0] > near)


@st.composite
def changed_rosters(draw, case):
    """The same file after an edit: other cadences and channels, less time, days off, somebody less."""
    changed = draw(st.sets(st.sampled_from(case.roster.contacts)))
    cadence = parse_cadence(draw(st.sampled_from(CADENCES)))
    channel = draw(st.sampled_from([None, *CHANNELS]))
    contacts = tuple(
        replace(one, cadence=cadence, channel=channel or one.channel) if one in changed else one
        for one in case.roster.contacts
    )
    start = case.today + timedelta(days=draw(st.integers(0, 80)))
    off = case.with_away(start, draw(st.integers(1, 20))) if draw(st.booleans()) else case.roster
    per_day = draw(st.integers(1, off.capacity.per_day))
    return replace(
        off,
        contacts=contacts[draw(st.integers(0, 1)) :],
        capacity=Capacity(per_day=per_day, per_week=draw(st.integers(per_day, 6))),
        availability=replace(
            off.availability, weekdays=frozenset(draw(st.sets(st.integers(0, 6), min_size=1)))
        ),
    )


@some
@given(cases(), st.integers(0, 60), st.sampled_from(CADENCES))
def test_a_new_rhythm_begins_after_what_is_frozen_and_ends_the_old_one(case, later, cadence):
    now = case.now + timedelta(days=later)
    before = case.plan(previous=case.plan().series, now=now)
    changed = tuple(replace(one, cadence=parse_cadence(cadence)) for one in case.roster.contacts)
    after = case.plan(roster=replace(case.roster, contacts=changed), previous=before.series, now=now)
    old = {one.contact: one for one in before.series}
    all_after = {one.uid: one for one in (*after.series, *after.ended)}
    for new in after.series:
        earlier = old.get(new.contact)
        if earlier is None or new.uid == earlier.uid:
            continue
        assert new.generation == earlier.generation + 1
        ended = all_after[earlier.uid]
        assert ended.until_on is not None
        assert all(start < new.local_start for start in local_starts_of(ended, end_on=new.first_on))


@some
@given(cases(), st.integers(0, 60), st.sampled_from(CADENCES))
def test_other_cadences_never_break_the_capacity(case, later, cadence):
    now = case.now + timedelta(days=later)
    before = case.plan(previous=case.plan().series, now=now)
    changed = tuple(replace(one, cadence=parse_cadence(cadence)) for one in case.roster.contacts[::2])
    contacts = tuple(sorted((*changed, *case.roster.contacts[1::2]), key=lambda one: one.key))
    after = case.plan(roster=replace(case.roster, contacts=contacts), previous=before.series, now=now)
    starts = local_starts(case, after)
    capacity = case.roster.capacity
    assert max(Counter(start.date() for start in starts).values(), default=0) <= capacity.per_day
    assert max(Counter(week_of(start.date()) for start in starts).values(), default=0) <= capacity.per_week


@some
@given(cases(), st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_as_time_goes_by_no_place_changes_but_at_the_edge_of_what_is_frozen(case, steps):
    """Everybody who has a place keeps it, whenever the owner looks again."""
    plan, now, facts = case.plan(), case.now, ()
    assume(not plan.unplaced)
    for step in steps:
        now += timedelta(days=step)
        after = case.plan(previous=plan.series, now=now, facts=facts)
        standing = {place for place in places(plan) if place[3] >= now}
        assert places(after) >= standing
        plan = after
