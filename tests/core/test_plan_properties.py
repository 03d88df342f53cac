"""What holds of every plan, whoever is in the roster and whatever the calendar looks like."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netkeep_sync.core.availability import is_awake
from netkeep_sync.core.book import week_of
from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.plan import extend_plan
from netkeep_sync.core.rhythm import demand
from netkeep_sync.core.roster import Capacity
from tests.core.builders import contact
from tests.core.builders import local_starts as local_starts_of
from tests.core.worlds import CADENCES, CHANNELS, ON_TRIPS, Case, full_cases, fuller

some = settings(max_examples=40)

newcomers = st.sampled_from(CADENCES).flatmap(lambda cadence: fuller(contact("Zoe", cadence)))


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


def visited_in(plan):
    return {one.contact for one in plan.series if one.city}


@some
@given(full_cases())
def test_the_same_input_makes_the_same_plan(case):
    assert case.plan() == case.plan()


@some
@given(full_cases())
def test_the_order_of_earlier_series_does_not_matter(case):
    previous = case.plan().series
    assert case.plan(previous=previous[::-1]) == case.plan(previous=previous)


@some
@given(full_cases())
def test_planning_again_changes_nothing(case):
    first = case.plan()
    assert case.plan(previous=first.series) == first


def met(case, plan):
    """Yield each check-in with its contact and channel, and its start and end by the clock it goes by."""
    contacts = {one.key: one for one in case.roster.contacts}
    series = {one.uid: one for one in plan.series}
    for one in plan.occurrences:
        of, who = series[one.uid], contacts[one.contact]
        channels = ON_TRIPS if of.city and who.channel.is_remote else (who.channel,)
        (channel,) = (each for each in channels if each.key == of.channel)
        start, end = (
            at.astimezone(ZoneInfo(of.timezone)).replace(tzinfo=None) for at in (one.start_at, one.end_at)
        )
        yield who, of, channel, start, end


# Issue 3: the owner's own days, those kept free, and holidays; those of others where they are met remotely.
@some
@given(full_cases())
def test_nothing_lies_on_a_closed_day(case):
    availability = case.roster.availability
    for who, _, channel, start, _ in met(case, case.plan()):
        day = start.date()
        assert day.weekday() in (availability.weekdays if channel.weekdays is None else channel.weekdays)
        assert day not in case.holidays
        assert not any(day in closed for closed in (*availability.away, *availability.avoid))
        assert not (channel.is_remote and who.holidays and day in case.their_holidays)


# Issue 3: while the owner travels, only those who live there are met in person.
@some
@given(full_cases())
def test_nobody_is_met_in_person_in_another_city_than_the_owner_is_in(case):
    for who, _, channel, start, _ in met(case, case.plan()):
        cities = {trip.city for trip in case.roster.trips if start.date() in trip.days}
        assert channel.is_remote or cities <= {who.city}


@some
@given(full_cases())
def test_every_check_in_lies_within_the_hours_of_its_channel(case):
    for _, _, channel, start, end in met(case, case.plan()):
        assert end - start == timedelta(minutes=channel.minutes)
        assert any(hours.start <= start.time() and end.time() <= hours.end for hours in channel.hours)


# Issue 3: two check-ins on one day keep the longer one of their buffers between them.
@some
@given(full_cases())
def test_two_check_ins_on_a_day_keep_their_buffers(case):
    plan = case.plan()
    spans = sorted(
        (one.start_at, one.end_at, channel.buffer_minutes)
        for one, (_, _, channel, _, _) in zip(plan.occurrences, met(case, plan), strict=True)
    )
    for before, after in pairwise(spans):
        if local(case, before[0]).date() == local(case, after[0]).date():
            assert after[0] - before[1] >= timedelta(minutes=max(before[2], after[2]))


# Issue 8: a visit lies on a trip to the contact's city, and is the only one there.
@some
@given(full_cases())
def test_every_visit_lies_on_a_trip_to_the_city_of_the_contact(case):
    visits = [(who, of, start) for who, of, _, start, _ in met(case, case.plan()) if of.city]
    trips = {
        (who.key, trip)
        for who, of, start in visits
        for trip in case.roster.trips
        if start.date() in trip.days and trip.city == who.city == of.city
    }
    assert len(trips) == len(visits)


@some
@given(full_cases())
def test_no_remote_check_in_wakes_anybody(case):
    contacts = {one.key: one for one in case.roster.contacts}
    plan = case.plan()
    on_trips = {one.uid for one in plan.series if one.city}
    for one in plan.occurrences:
        who = contacts[one.contact]
        assert one.uid in on_trips or is_awake(
            who,
            local_start=local(case, one.start_at),
            timezone=case.roster.timezone,
            minutes=who.channel.minutes,
        )


@some
@given(full_cases())
def test_no_slot_is_there_twice(case):
    names = Counter((one.uid, one.slot_on) for one in case.plan().occurrences)
    assert set(names.values()) <= {1}


@some
@given(full_cases())
def test_everybody_has_a_series_or_is_listed_with_a_reason(case):
    plan = case.plan()
    placed = {one.contact for one in plan.series if not one.city}
    unplaced = {one.contact for one in plan.unplaced}
    assert placed | unplaced == {one.key for one in case.roster.contacts}
    seldom = {one.contact for one in plan.unplaced if str(one.reason).startswith("no check-in is left")}
    assert not placed & unplaced - seldom
    assert all(str(one.reason) for one in plan.unplaced)


@some
@given(full_cases())
def test_the_first_check_in_lies_in_the_window_it_is_due_in(case):
    wanted = {one.key: demand_of(case, one) for one in case.roster.contacts}
    plan = case.plan()
    for series in plan.series:
        if series.contact in visited_in(plan):
            continue
        first_on, last_on = wanted[series.contact].window
        # A tolerance of few days may hold no open day: then it is the first week of the window.
        assert first_on <= series.first_on <= max(last_on, first_on + timedelta(days=6))


@some
@given(full_cases())
def test_whoever_was_never_met_is_met_within_the_first_period(case):
    contacts = {one.key: one for one in case.roster.contacts}
    plan = case.plan()
    first_on = {
        one.contact: one.first_on for one in sorted(plan.series, key=attrgetter("first_on"), reverse=True)
    }
    unplaced = {one.contact for one in plan.unplaced}
    for key, day in first_on.items():
        who = contacts[key]
        if who.met_on is None and key not in unplaced:
            # A tolerance of few days may hold no open day: then it is the first week of the window.
            assert day < max(
                who.cadence.after(case.today + timedelta(days=3)), case.today + timedelta(days=10)
            )


def demand_of(case, who):
    from netkeep_sync.core.reconcile import reconcile

    history = reconcile([who], [], today=case.today, timezone="UTC")[who.key]
    return demand(who, history, base_on=who.met_on, today=case.today)


@some
@given(full_cases())
def test_every_first_day_is_an_instance_of_its_rule(case):
    for series in case.plan().series:
        days = list(series.rule.days(series.first_on, end_on=series.first_on + timedelta(days=1)))
        assert days == [series.first_on]


@some
@given(full_cases())
def test_a_check_in_is_moved_no_further_than_its_tolerance(case):
    flex = {one.key: one.flex_days for one in case.roster.contacts}
    plan = case.plan()
    for one, (_, _, _, start, _) in zip(plan.occurrences, met(case, plan), strict=True):
        assert abs((start.date() - one.slot_on).days) <= flex[one.contact]


@some
@given(full_cases())
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
@given(full_cases())
def test_the_load_of_a_week_stays_below_what_it_can_hold(case):
    assert all(week.checkins <= week.capacity for week in case.plan().load)


@some
@given(full_cases(), newcomers, st.booleans())
def test_adding_a_contact_moves_no_other_check_in(case, new, is_first):
    before = case.plan()
    new = replace(new, name="Aaa" if is_first else "Zoe", key="aaa" if is_first else "zoe")
    grown = replace(
        case.roster, contacts=tuple(sorted((*case.roster.contacts, new), key=lambda one: one.key))
    )
    after = case.plan(roster=grown, previous=before.series)
    assert places(after, but={new.key}) == places(before)


@some
@given(full_cases(), st.data())
def test_removing_a_contact_moves_no_other_check_in(case, data):
    before = case.plan()
    gone = data.draw(st.sampled_from(case.roster.contacts))
    rest = replace(case.roster, contacts=tuple(one for one in case.roster.contacts if one != gone))
    after = case.plan(roster=rest, previous=before.series)
    assert not any(one.contact == gone.key for one in after.occurrences)
    # Some who had no room before may have it now, on a trip too: that moves nobody else.
    assert places(after) >= places(before, but={gone.key, *visited_in(after)})


# Issue 4: other words, and even another rhythm of one contact, move nobody else.
@some
@given(full_cases(), st.data())
def test_a_new_name_and_category_move_no_check_in(case, data):
    before = case.plan()
    renamed = data.draw(st.sampled_from(case.roster.contacts))
    after = case.plan(
        roster=changed(case, replace(renamed, name="Other", category="others")), previous=before.series
    )
    assert places(after) == places(before)
    assert {one.category for one in after.series if one.contact == renamed.key} <= {"others"}


@some
@given(full_cases(), st.sampled_from(CADENCES), st.data())
def test_another_category_with_its_cadence_moves_no_other_check_in(case, cadence, data):
    before = case.plan()
    who = data.draw(st.sampled_from(case.roster.contacts))
    other = replace(who, category="others", cadence=parse_cadence(cadence))
    after = case.plan(roster=changed(case, other), previous=before.series)
    assert places(after) >= places(before, but={who.key, *visited_in(after)})


def changed(case, who):
    contacts = tuple(who if one.key == who.key else one for one in case.roster.contacts)
    return replace(case.roster, contacts=contacts)


# Issue 4: one more contact at once is what planning everybody again would make of it.
@some
@given(full_cases(), newcomers)
def test_an_extended_plan_is_what_planning_everybody_again_makes(case, new):
    case = replace(case, roster=replace(case.roster, trips=()))
    before = case.plan()
    roster = replace(case.roster, contacts=(*case.roster.contacts, new))
    again = case.plan(roster=roster, previous=before.series)
    assume(not again.unplaced)
    assert extend_plan(before, [new]) == again


@some
@given(full_cases(), st.integers(0, 60), st.data())
def test_no_change_of_the_file_makes_check_ins_overlap(case, later, data):
    now = case.now + timedelta(days=later)
    before = case.plan(previous=case.plan().series, now=now)
    plan = case.plan(roster=data.draw(changed_rosters(case)), previous=before.series, now=now)
    spans = sorted((one.start_at, one.end_at) for one in plan.occurrences)
    # What is near stays where it is, even when it has grown longer.
    near = now + timedelta(days=case.roster.freeze_days, hours=4)
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
@given(full_cases(), st.integers(0, 60), st.sampled_from(CADENCES))
def test_a_new_rhythm_begins_after_what_is_frozen_and_ends_the_old_one(case, later, cadence):
    now = case.now + timedelta(days=later)
    before = case.plan(previous=case.plan().series, now=now)
    changed = tuple(replace(one, cadence=parse_cadence(cadence)) for one in case.roster.contacts)
    after = case.plan(roster=replace(case.roster, contacts=changed), previous=before.series, now=now)
    old = {one.contact: one for one in before.series if not one.city}
    all_after = {one.uid: one for one in (*after.series, *after.ended)}
    for new in after.series:
        earlier = old.get(new.contact)
        if earlier is None or new.uid == earlier.uid or new.city:
            continue
        assert new.generation > earlier.generation
        ended = all_after[earlier.uid]
        assert ended.until_on is not None
        assert all(start < new.local_start for start in local_starts_of(ended, end_on=new.first_on))
