"""Coming back after a time away: who is caught up with, when, and who is let go."""

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.core.comeback import MOST_WEEKS, CatchUp, LetGo, absences, come_back, is_advised
from netkeep_sync.core.fact import Missed, Replanned, Skipped
from netkeep_sync.core.plan import make_plan
from netkeep_sync.core.reconcile import reconcile
from netkeep_sync.core.rhythm import LEAD_DAYS, State, standing
from tests.core.builders import (
    HOLIDAY_CODE,
    NOW,
    TODAY,
    VIDEO,
    World,
    away,
    contact,
    day,
    days_of,
    held_fact,
    paused_fact,
    roster,
    skipped_fact,
    slot_name,
    snoozed_fact,
)
from tests.core.worlds import cases


def world_of(*contacts, **limits):
    return World(roster(*contacts, **limits))


def planned(world, plan, *, known):
    """The plan as it would be with more facts than those of the world."""

    def with_facts(more):
        return make_plan(
            world.roster,
            histories=reconcile(world.roster.contacts, [*known, *more], today=world.today, timezone="UTC"),
            previous=tuple(world.series.values()),
            holidays={HOLIDAY_CODE: world.holidays},
            now=plan.as_of,
        )

    return with_facts


def steps_of(world, *, from_on=None, absent=()):
    """What would become of everybody, as things stand; the world stays as it is."""
    plan = world.plan()
    known = [*world.facts, *absent]
    return come_back(
        world.roster,
        reconcile(world.roster.contacts, known, today=world.today, timezone="UTC"),
        plan,
        planned(world, plan, known=known),
        from_on=from_on or world.today,
        source="cli",
    )


def done(world, steps, *, absent=()):
    """The plan once the comeback is recorded."""
    world.facts += [*absent, *(fact for step in steps for fact in step.facts)]
    return world.plan()


def caught(steps):
    return {step.contact: step.day for step in steps if isinstance(step, CatchUp)}


def absent_since(world, since_on):
    return absences(world.histories(), since_on=since_on, now=world.now, source="cli")


def week(of):
    return of - timedelta(days=of.weekday())


def absent_world(*contacts, weeks=8, **limits):
    """Everybody was planned, and nothing has been held for some weeks since, as it turns out now."""
    world = world_of(*contacts, **limits)
    world.plan()
    world.now = NOW + timedelta(weeks=weeks)
    world.plan()
    return world, absent_since(world, TODAY)


def rare(name="Ada", met_on="2026-04-01", **told):
    """Somebody who is met twice a year: their next check-in is hardly ever soon."""
    return contact(name, "every 6 months", met_on=met_on, **told)


# -- who is caught up with --------------------------------------------------------------------------


def test_nobody_overdue_is_no_comeback():
    assert steps_of(world_of(contact(met_on="2026-09-10"), contact("Bob"))) == ()


def test_a_check_in_that_is_planned_soon_is_soon_enough():
    world = world_of(contact(met_on="2026-07-01"))

    [step] = steps_of(world)

    assert step == LetGo(contact="ada", slip=step.slip, reason="the next check-in is soon enough", facts=())


def test_what_was_presumed_is_taken_back_and_nothing_else():
    world = world_of(contact("Ada", met_on="2026-09-01"), contact("Bob", met_on="2026-09-01"))
    world.plan()
    world.now = NOW + timedelta(weeks=10)
    world.plan()
    of_ada = world.histories()["ada"].outcomes[-1]
    world.tell(held_fact(str(of_ada.day), slot=of_ada.slot))

    taken_back = absent_since(world, TODAY)

    assert all(isinstance(fact, Missed) and fact.source == "cli" for fact in taken_back)
    assert of_ada.slot not in {fact.slot for fact in taken_back}
    assert {fact.contact for fact in taken_back} == {"ada", "bob"}


def test_what_was_presumed_before_that_day_stays():
    world, _ = absent_world(contact(met_on="2026-09-01"), weeks=26)
    days = [outcome.day for outcome in world.histories()["ada"].outcomes if outcome.slot]

    assert [fact.slot.slot_on for fact in absent_since(world, days[-1])] == days[-1:]
    assert absent_since(world, days[-1] + timedelta(days=1)) == ()


def test_whoever_is_met_only_in_months_is_caught_up_with_in_the_next_week_with_room():
    world, absent = absent_world(rare())

    [step] = steps_of(world, absent=absent)
    plan = done(world, [step], absent=absent)

    assert step.day == days_of(plan)[0]
    assert step.day - world.today <= timedelta(days=LEAD_DAYS + 7)


def test_those_who_have_slipped_most_come_first():
    people = [
        rare("Ada", "2026-03-01"),
        rare("Bob", "2026-02-01"),
        rare("Cy", "2026-04-01"),
        rare("Dee", "2026-03-15"),
    ]
    world, absent = absent_world(*people, weeks=12, per_week=1)

    steps = steps_of(world, absent=absent)

    assert [step.contact for step in steps] == ["bob", "ada", "dee", "cy"]
    weeks = [week(day) for day in caught(steps).values()]
    assert len(weeks) == 4
    assert weeks == sorted(set(weeks))


def test_who_is_caught_up_with_has_a_series_of_its_own_generation_and_the_old_one_ends():
    world, absent = absent_world(rare())

    [step] = steps_of(world, absent=absent)
    [fact] = step.facts

    assert isinstance(fact, Replanned)
    assert (fact.from_on, fact.until_on, fact.generation) == (step.day, step.day, 2)
    done(world, [step], absent=absent)
    assert world.only().generation == 2


def test_whoever_is_paused_is_left_alone():
    world, absent = absent_world(rare())
    world.tell(paused_fact())

    assert steps_of(world, absent=absent) == ()


def test_whoever_is_snoozed_stays_so():
    world, absent = absent_world(rare())
    world.tell(snoozed_fact("2027-01-11"))

    [step] = steps_of(world, absent=absent)

    assert isinstance(step, LetGo)
    assert step.reason == "snoozed until Mon 11 Jan"
    assert days_of(done(world, [step], absent=absent))[0] >= day("2027-01-11")


def test_a_missed_check_in_that_is_let_go_is_skipped():
    world, absent = absent_world(contact(met_on="2026-09-01"), weeks=6)

    [step] = steps_of(world, absent=absent)

    assert isinstance(step, LetGo)
    assert {fact.slot for fact in step.facts} == {fact.slot for fact in absent}
    assert all(isinstance(fact, Skipped) for fact in step.facts)


def test_a_missed_check_in_from_before_the_last_meeting_does_not_matter_any_more():
    world, absent = absent_world(contact(met_on="2026-09-01"), weeks=6)
    world.tell(held_fact(str(world.today)))

    assert absent
    assert steps_of(world, absent=absent) == ()


def test_whoever_was_never_met_and_missed_is_caught_up_with():
    world, absent = absent_world(contact(cadence="every 6 months"), weeks=20)

    [step] = steps_of(world, absent=absent)

    assert isinstance(step, CatchUp)
    assert step.slip == 0.0


def test_whom_the_coming_weeks_have_no_room_for_is_let_go():
    world, absent = absent_world(rare(), away=[away("2026-11-10", "2027-02-28")])

    [step] = steps_of(world, absent=absent)

    assert isinstance(step, LetGo)
    assert step.reason == f"{MOST_WEEKS} weeks have no room"


def test_whoever_is_let_go_keeps_the_check_in_that_is_soon_enough():
    world, absent = absent_world(contact(met_on="2026-09-01"), weeks=6)
    before = days_of(world.plan())

    [step] = steps_of(world, absent=absent)

    assert isinstance(step, LetGo)
    assert step.reason == "the next check-in is soon enough"
    assert days_of(done(world, [step], absent=absent)) == before


def test_a_place_that_one_comeback_sets_free_serves_another():
    world, absent = absent_world(
        contact("Ada", "quarterly", met_on="2026-06-10", flex_days=1),
        contact("Bob", "quarterly", met_on="2026-07-10", flex_days=1),
        per_week=1,
        weekdays=[0, 1, 2],
        weeks=12,
    )

    steps = steps_of(world, absent=absent)
    plan = done(world, steps, absent=absent)

    assert list(caught(steps)) == ["ada", "bob"]
    assert all(on in days_of(plan, who) for who, on in caught(steps).items())
    assert not caught(steps_of(world))


def test_a_check_in_of_this_week_that_is_let_go_leaves_its_room_to_another():
    world = world_of(
        contact("Ada", "weekly", met_on="2026-09-01"),
        contact("Bob", "monthly", met_on="2026-08-20"),
        per_week=1,
    )
    world.plan()
    world.now = NOW + timedelta(days=8)
    world.plan()
    absent = absent_since(world, world.today - timedelta(days=1))

    steps = steps_of(world, absent=absent)
    plan = done(world, steps, absent=absent)

    assert [(fact.contact, week(fact.slot.slot_on)) for fact in absent] == [("bob", week(world.today))]
    assert caught(steps) == {"ada": days_of(plan)[0]}
    assert week(days_of(plan)[0]) == week(world.today)


def test_whoever_finds_no_place_after_all_is_tried_again_in_the_next_week():
    world, absent = absent_world(rare())
    base = world.plan()
    known = [*world.facts, *absent]
    real = planned(world, base, known=known)
    first_try: list[Replanned] = []

    def busy_at_first(more):
        if first_try:
            return real(more)
        first_try.extend(more)
        return base

    [step] = come_back(
        world.roster,
        reconcile(world.roster.contacts, known, today=world.today, timezone="UTC"),
        base,
        busy_at_first,
        from_on=world.today,
        source="cli",
    )

    assert isinstance(step, CatchUp)
    assert week(step.day) == week(first_try[0].from_on) + timedelta(days=7)


def test_nothing_is_caught_up_before_the_day_that_was_named():
    world, absent = absent_world(rare())
    from_on = world.today + timedelta(days=30)

    [step] = steps_of(world, absent=absent, from_on=from_on)

    assert isinstance(step, CatchUp)
    assert step.day >= from_on
    assert all(on >= from_on for on in days_of(done(world, [step], absent=absent)))


def test_a_second_comeback_changes_nothing():
    people = [rare(f"P{number}", f"2026-04-{number + 10}") for number in range(5)]
    world, absent = absent_world(*people, weeks=12, per_week=1)
    plan = done(world, steps_of(world, absent=absent), absent=absent)

    again = steps_of(world)

    assert not caught(again)
    assert [fact for step in again for fact in step.facts] == []
    assert world.plan().occurrences == plan.occurrences


def test_whoever_is_caught_up_with_and_missed_again_slips_again():
    world, absent = absent_world(rare())
    [step] = steps_of(world, absent=absent)
    done(world, [step], absent=absent)
    world.now += timedelta(days=30)
    world.plan()

    [again] = steps_of(world, absent=absent_since(world, TODAY))

    assert again.contact == "ada"


# -- the advice -------------------------------------------------------------------------------------


def advised(world):
    plan = world.plan()
    return is_advised(world.roster, world.histories(), plan)


def skipped_world(*others):
    """Somebody is overdue: the check-in that was due was skipped, and the next one is months away."""
    world = world_of(rare(), *others)
    first = world.plan()
    world.tell(*(skipped_fact(slot_name(world.only(), days_of(first)[0])),))
    world.now = NOW + timedelta(weeks=10)
    return world


def test_a_comeback_is_advised_when_more_than_a_third_could_come_back_sooner():
    assert advised(skipped_world())
    assert advised(skipped_world(contact("Bob", met_on="2026-09-10")))


def test_a_comeback_is_not_advised_for_a_third():
    assert not advised(skipped_world(contact("Bob", met_on="2026-09-10"), contact("Cy", met_on="2026-09-10")))


def test_a_comeback_is_not_advised_when_what_is_planned_is_soon_enough():
    assert not advised(world_of(contact(met_on="2026-01-01")))


def test_a_comeback_is_not_advised_once_it_is_made():
    world = skipped_world()
    done(world, steps_of(world))

    stands = standing(world.roster.contacts[0], world.histories()["ada"], today=world.today)

    assert stands.state is State.OVERDUE
    assert not advised(world)


def test_whoever_is_paused_does_not_count_for_the_advice():
    world = skipped_world()
    world.tell(paused_fact())

    assert not advised(world)


def test_an_empty_roster_is_not_advised():
    assert not advised(world_of())


# -- for all worlds ---------------------------------------------------------------------------------


@st.composite
def comebacks(draw):
    """Somebody's time away: a world in which it has just turned out what was not held."""
    case = draw(cases(most=4, is_tight=draw(st.booleans())))
    world = World(case.roster, now=case.now, holidays=case.holidays)
    world.plan()
    world.now += timedelta(days=draw(st.integers(1, 200)))
    world.plan()
    absent = absent_since(world, world.today - timedelta(days=draw(st.integers(0, 200))))
    return world, absent, world.today + timedelta(days=draw(st.sampled_from([0, 0, 5, 40])))


@settings(max_examples=12)
@given(comebacks())
def test_a_comeback_never_plans_above_the_limits(comeback):
    world, absent, from_on = comeback
    before = world.plan()

    after = done(world, steps_of(world, absent=absent, from_on=from_on), absent=absent)

    of_day = Counter(on for one in world.roster.contacts for on in days_of(after, one.key))
    of_week = Counter(week(on) for on in of_day.elements())
    limits = world.roster.capacity
    assert not above(of_day, limits.per_day, by=before, world=world)
    assert not above(of_week, limits.per_week, by=before, world=world, of=week)


def above(load, most, *, by, world, of=lambda on: on):
    """Which days or weeks hold more than they may, and did not before."""
    already = Counter(of(on) for one in world.roster.contacts for on in days_of(by, one.key))
    return [on for on, number in load.items() if number > max(most, already[on])]


@settings(max_examples=12)
@given(comebacks())
def test_a_comeback_moves_nobody_who_has_not_slipped(comeback):
    world, absent, from_on = comeback
    before = world.plan()
    steps = steps_of(world, absent=absent, from_on=from_on)
    slipped = {step.contact for step in steps} | {one.contact for one in before.unplaced}

    after = done(world, steps, absent=absent)

    for one in world.roster.contacts:
        if one.key not in slipped:
            assert set(days_of(before, one.key)) <= set(days_of(after, one.key))


@settings(max_examples=12)
@given(comebacks())
def test_whoever_is_caught_up_with_has_a_check_in_on_their_day_and_not_before_it_was_asked_for(comeback):
    world, absent, from_on = comeback

    steps = steps_of(world, absent=absent, from_on=from_on)
    after = done(world, steps, absent=absent)

    for who, on in caught(steps).items():
        assert max(from_on, world.today + timedelta(days=LEAD_DAYS)) <= on
        assert on in days_of(after, who)


@settings(max_examples=12)
@given(comebacks())
def test_the_latest_are_told_first_and_everybody_who_is_overdue_is_told(comeback):
    world, absent, from_on = comeback

    steps = steps_of(world, absent=absent, from_on=from_on)

    slips = [step.slip for step in steps]
    assert slips == sorted(slips, reverse=True)
    histories = reconcile(world.roster.contacts, [*world.facts, *absent], today=world.today, timezone="UTC")
    told = {step.contact for step in steps}
    for one in world.roster.contacts:
        stands = standing(one, histories[one.key], today=world.today)
        assert stands.state is not State.OVERDUE or one.key in told


@settings(max_examples=12)
@given(comebacks())
def test_there_is_nothing_left_to_do_after_a_comeback(comeback):
    world, absent, from_on = comeback
    done(world, steps_of(world, absent=absent, from_on=from_on), absent=absent)

    again = steps_of(world, from_on=from_on)

    assert [fact for step in again for fact in step.facts] == []


@settings(max_examples=10)
@given(st.lists(st.integers(0, 250), min_size=2, max_size=8), st.integers(1, 3))
def test_among_alike_contacts_nobody_who_slipped_less_gets_an_earlier_week(met_days_ago, per_week):
    people = [
        rare(f"P{number}", str(TODAY - timedelta(days=ago)), channel=VIDEO)
        for number, ago in enumerate(met_days_ago)
    ]
    world, absent = absent_world(*people, per_week=per_week, weeks=20)

    weeks = [week(on) for on in caught(steps_of(world, absent=absent)).values()]

    assert weeks == sorted(weeks)
