"""Why a check-in lies where it lies: every day of the window is accounted for."""

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import given, settings

from netkeep_sync.core.book import DAY_FULL, WEEK_FULL
from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.explain import TriedDay, TriedTime, counted, explain, grouped, in_short
from netkeep_sync.core.phrase import day_of, phrase
from netkeep_sync.core.placement import Cost
from netkeep_sync.core.rhythm import State
from netkeep_sync.core.roster import Avoided, DateRange, Trip
from tests.core.builders import (
    TODAY,
    VIDEO,
    World,
    away,
    channel,
    contact,
    day,
    days_of,
    paused_fact,
    plain,
    roster,
    series,
    skipped_fact,
    slot_name,
    snoozed_fact,
)
from tests.core.worlds import cases


def explained(world, who="ada"):
    plan = world.plan()
    return explain(plan, next(one for one in world.roster.contacts if one.key == who))


def verdicts(told):
    return {one.day: str(one.verdict) for one in told.days}


def verdict_by_time(told):
    return {f"{one.at:%H:%M}": str(one.verdict) for one in told.times}


def test_the_chosen_day_and_time_are_among_the_tried():
    told = explained(World(roster(contact(met_on="2026-09-10"))))

    assert told.standing.state is State.ON_TIME
    assert told.next.slot_on == told.chosen_on
    assert verdicts(told)[told.chosen_on] == "chosen"
    assert verdict_by_time(told)["08:30"] == "chosen"


def test_every_day_of_the_window_is_possible_or_ruled_out():
    told = explained(World(roster(contact(met_on="2026-09-10"))))
    first_on, last_on = told.window

    assert [one.day for one in told.days] == [
        first_on + timedelta(days=offset) for offset in range((last_on - first_on).days + 1)
    ]
    assert all((one.cost is None) == bool(one.why_not) for one in told.days)


def test_a_day_that_is_closed_says_why():
    free = [away("2026-10-12", "2026-10-13")]
    told = explained(World(roster(contact(met_on="2026-09-10"), away=free, weekdays=[0, 1, 2, 3])))

    assert verdicts(told)[day("2026-10-12")] == "you are away"
    assert verdicts(told)[day("2026-10-09")] == "Fridays are not among your days"


def test_a_day_that_is_worse_says_by_what():
    told = explained(World(roster(contact(met_on="2026-09-10"))))

    assert "from the due day, not" in verdicts(told)[told.window[0]]


def test_somebody_never_met_counts_from_the_soonest_day():
    told = explained(World(roster(contact())))

    assert told.standing.state is State.NEVER_MET
    assert any("from the soonest day, not" in verdict for verdict in verdicts(told).values())


def on_either_side(*away_on):
    """Ada is due on Wednesday 14 October, which is closed; the days before and after are alike."""
    closed = [away(on, on) for on in ("2026-10-14", *away_on)]
    return roster(contact(met_on="2026-09-14", flex_days=1), away=closed)


def test_a_day_that_costs_the_same_is_as_good_and_later():
    told = explained(World(on_either_side()))

    assert told.chosen_on == day("2026-10-13")
    assert verdicts(told)[day("2026-10-15")] == "as good; the earlier day is taken"


def test_an_earlier_day_that_costs_the_same_by_now_is_not_taken():
    world = World(on_either_side("2026-10-13"))
    world.plan()
    world.roster = on_either_side()

    told = explained(world)

    assert told.chosen_on == day("2026-10-15")
    assert verdicts(told)[day("2026-10-13")] == "as good by now, but what stands is not moved"


def test_a_full_day_and_a_full_week_say_so():
    others = [contact(name, "weekly", met_on="2026-09-10") for name in ("Bob", "Cy")]
    told = explained(World(roster(contact(met_on="2026-09-10"), *others, per_week=3)))
    words = {str(in_short(one.why_not)) for one in told.days if one.why_not}

    assert "the day is full" in words

    others.append(contact("Dee", "weekly", met_on="2026-09-10"))
    told = explained(World(roster(contact(met_on="2026-09-10"), *others, per_week=3)))
    words = {str(in_short(one.why_not)) for one in told.days if one.why_not}

    assert "its week is full" in words


def test_a_day_on_which_no_hour_is_free_says_so():
    lunch = channel("12:00-12:45", key="lunch")
    early = contact("Bob", "weekly", channel=lunch, met_on="2026-09-10", flex_days=1)
    world = World(roster(contact(met_on="2026-09-10", channel=lunch), early, per_day=2, per_week=5))

    told = explained(world)

    assert "no hour of lunch is free" in verdicts(told).values()


def test_a_day_that_is_no_rhythm_says_how_many_would_have_to_move():
    closed = Avoided(
        words=plain("most of a month"), months=frozenset({*range(1, 13)} - {9}), days=20, is_at_end=False
    )

    told = explained(World(roster(contact(cadence="weekly", met_on="2026-09-10"), avoid=[closed])))

    assert any("check-ins would have to move" in str(one.why_not) for one in told.days)


def test_a_day_that_shares_its_days_with_others_says_so():
    names = ("Ada", "Bob", "Cy")
    every = [contact(name, "every 2 weeks", met_on="2026-09-14", flex_days=6) for name in names]
    world = World(roster(*every, per_day=2, weekdays=[1, 2]))
    tuesdays = series("2026-09-22", "every 2 weeks", contact="bob", clock_on="2026-09-14")
    wednesdays = series("2026-09-30", "every 2 weeks", contact="cy", clock_on="2026-09-14")
    world.series = {one.uid: one for one in (tuesdays, wednesdays)}

    told = explained(world)

    assert told.chosen_on == day("2026-09-29")
    assert verdicts(told)[day("2026-09-22")] == "52 other check-ins on its days, not 0"


def test_a_day_in_a_fuller_week_says_how_full():
    ada = contact(cadence="every 2 weeks", met_on="2026-09-10")
    bob = contact("Bob", "monthly", met_on="2026-09-10")

    told = explained(World(roster(ada, bob, weekdays=[1, 2])))

    assert told.chosen_on == day("2026-09-23")
    assert verdicts(told)[day("2026-09-22")].endswith("0 other check-ins in its fullest week, not 1")


def test_a_day_on_a_busier_weekday_says_so():
    ada = contact(cadence="quarterly", met_on="2026-09-10")
    bob = contact("Bob", "monthly", met_on="2026-09-10")

    told = explained(World(roster(ada, bob, per_week=2, weekdays=[0, 1, 2])))

    assert told.chosen_on == day("2026-12-02")
    assert verdicts(told)[day("2026-11-30")] == "24 other check-ins on that weekday, not 0"


def test_somebody_without_a_place_has_days_and_none_is_chosen():
    world = World(roster(contact(met_on="2026-09-10"), away=[away("2026-10-01", "2026-10-31")]))

    told = explained(world)

    assert (told.series, told.chosen_on, told.next, told.times) == (None, None, None, ())
    assert str(told.why_none).endswith("has room")
    assert "chosen" not in verdicts(told).values()
    assert all(one.why_not for one in told.days)


def test_a_window_of_few_days_is_a_whole_week():
    told = explained(World(roster(contact(met_on="2026-09-10", flex_days=1), weekdays=[2])))

    assert (told.window[1] - told.window[0]).days == 6
    assert told.window[0] <= told.chosen_on <= told.window[1]


def test_with_somebody_paused_nothing_is_tried():
    world = World(roster(contact(met_on="2026-09-10")))
    world.plan()
    world.tell(paused_fact())

    told = explained(world)

    assert (told.days, told.times, told.next) == ((), (), None)
    assert str(told.why_none) == "paused"


def test_somebody_snoozed_is_told_of_the_slot_that_was_put_off():
    world = World(roster(contact(cadence="every 6 months", met_on="2026-04-20")))
    slot_on = days_of(world.plan())[0]
    until_on = slot_on + timedelta(days=14)
    world.tell(snoozed_fact(str(until_on)))

    told = explained(world)

    assert told.chosen_on == slot_on
    assert str(told.next.reason).startswith("snoozed until")
    assert verdicts(told)[slot_on] == "chosen"


def test_a_check_in_that_was_moved_is_told_by_its_slot_and_why_it_can_not_take_it_now():
    world = World(roster(contact(met_on="2026-09-10")))
    slot_on = days_of(world.plan())[0]
    world.roster = roster(contact(met_on="2026-09-10"), away=[away(str(slot_on), str(slot_on))])

    told = explained(world)

    [one] = [one for one in told.days if one.day == slot_on]
    assert (str(one.verdict), str(one.why_not), one.cost) == ("chosen", "you are away", None)
    assert str(told.next.reason).startswith("you are away, moved to")
    assert "the best by now" in verdicts(told).values()


def test_a_later_slot_is_told_by_the_days_about_it():
    ada = contact(met_on="2026-09-10", flex_days=4)
    world = World(roster(ada))
    first_on, second_on = days_of(world.plan())[:2]
    around = [(first_on + timedelta(days=offset)).isoformat() for offset in (-9, 9)]
    world.roster = roster(ada, away=[away(*around)])

    told = explained(world)

    assert told.chosen_on == second_on
    assert told.window == (second_on - timedelta(days=4), second_on + timedelta(days=4))


def test_the_slot_after_one_that_was_let_go_counts_from_that():
    world = World(roster(contact(met_on="2026-09-10", flex_days=4)))
    first_on, second_on = days_of(world.plan())[:2]
    world.tell(skipped_fact(slot_name(world.only(), first_on)))

    told = explained(world)

    assert told.chosen_on == second_on
    due_on = parse_cadence("monthly").after(first_on)
    assert told.window == (due_on - timedelta(days=4), due_on + timedelta(days=4))


def test_a_day_that_would_be_better_by_now_is_told_and_not_taken():
    busy = [contact(name, "weekly", met_on="2026-09-10") for name in ("Bob", "Cy")]
    ada = contact(cadence="quarterly", met_on="2026-07-10")
    world = World(roster(ada, *busy, per_day=1, weekdays=[0, 1, 2]))
    world.plan()
    world.roster = roster(ada, weekdays=[0, 1, 2, 3, 4])

    told = explained(world)

    assert any(verdict.startswith("better by now, but") for verdict in verdicts(told).values())
    assert verdicts(told)[told.chosen_on] == "chosen"


def test_a_check_in_on_a_trip_is_next_and_the_rhythm_is_told_by_its_own_slot():
    trip = Trip(
        city="Hamburg",
        days=DateRange(start_on=day("2026-10-05"), end_on=day("2026-10-10")),
        channels=(channel(),),
    )
    ada = replace(contact(met_on="2026-09-10", channel=VIDEO), city="Hamburg")
    told = explained(World(roster(ada, trips=[trip])))

    assert str(told.next.reason).startswith("you are in Hamburg")
    assert told.series.city == ""
    assert told.chosen_on > trip.days.end_on
    assert verdicts(told)[told.chosen_on] == "chosen"


def test_hours_are_told_by_the_days_on_which_there_can_be_a_check_in():
    holiday = Avoided(
        words=plain("the first week of the year"), months=frozenset([1]), days=7, is_at_end=False
    )
    told = explained(World(roster(contact(cadence="weekly", met_on="2026-09-10"), avoid=[holiday])))

    assert set(verdict_by_time(told).values()) == {"chosen", "free as well; the earlier time is taken"}


def test_an_hour_that_is_taken_says_on_how_many_days():
    both = [contact(name, "weekly", met_on="2026-09-10") for name in ("Ada", "Bob")]
    told = explained(World(roster(*both, per_day=2, per_week=2, weekdays=[1])), "bob")

    assert any("is taken by another check-in" in verdict for verdict in verdict_by_time(told).values())


def test_an_earlier_hour_that_has_become_free_is_told_and_not_taken():
    both = [contact(name, "weekly", met_on="2026-09-10") for name in ("Ada", "Bob")]
    world = World(roster(*both, per_day=2, per_week=2, weekdays=[1]))
    world.plan()
    world.roster = roster(both[1], weekdays=[1])

    told = explained(world, "bob")

    assert verdict_by_time(told)["08:30"] == "free by now, but what stands is not moved"


def test_an_hour_at_which_the_contact_sleeps_says_so():
    grace = contact("Grace", channel=VIDEO, timezone="America/New_York", met_on="2026-09-10")

    told = explained(World(roster(grace)), "grace")

    assert "lies outside Grace's day in America/New_York" in verdict_by_time(told)["10:00"]


@settings(max_examples=15)
@given(cases(most=5))
def test_of_everybody_the_chosen_day_is_among_the_tried_and_all_days_are_accounted_for(case):
    plan = case.plan()

    for one in case.roster.contacts:
        told = explain(plan, one)
        tried = [each.day for each in told.days]
        chosen = [each.day for each in told.days if str(each.verdict) == "chosen"]
        assert chosen == ([told.chosen_on] if told.chosen_on else [])
        assert len(tried) == (told.window[1] - told.window[0]).days + 1
        assert all((each.cost is None) == bool(each.why_not) and each.verdict for each in told.days)
        assert all(each.verdict for each in told.times)
        assert told == explain(case.plan(), one)


# -- in short ---------------------------------------------------------------------------------------


def tried(on, why_not=None):
    cost = None if why_not else Cost(0, 0, 0.0, 0, 0, 0)
    return TriedDay(day=day(on), why_not=why_not, cost=cost, verdict=why_not or plain("chosen"))


def full(on):
    return tried(on, phrase(DAY_FULL, day=day_of(day(on), today=TODAY)))


def week_full(on, monday):
    return tried(on, phrase(WEEK_FULL, monday=day_of(day(monday), today=TODAY)))


def told_of(days, most):
    return [(str(which), str(why)) for which, why in counted(days, today=TODAY, most=most)]


def test_days_that_are_alike_are_told_once_and_the_most_first():
    days = [
        full("2026-09-14"),
        tried("2026-09-15"),
        tried("2026-09-18", plain("you are away")),
        full("2026-09-21"),
    ]

    assert told_of(days, 5) == [
        ("2 days", "the day is full"),
        ("Fri 18 Sep", "you are away"),
    ]


def test_weeks_that_are_alike_are_told_once():
    days = [
        week_full("2026-09-14", "2026-09-14"),
        week_full("2026-09-22", "2026-09-21"),
    ]

    assert told_of(days, 5) == [("2 days", "its week is full")]


def test_many_reasons_are_cut_short():
    days = [tried(f"2026-09-{number}", plain(f"reason {number}")) for number in range(14, 19)]

    assert told_of(days, 2)[2:] == [("3 days", "3 other reasons")]
    assert len(told_of(days, 4)) == 5


def test_times_that_are_alike_are_told_together_up_to_a_break():
    times = [
        TriedTime(at=time(10), verdict=plain("chosen")),
        TriedTime(at=time(10, 15), verdict=plain("10:15 is taken")),
        TriedTime(at=time(10, 30), verdict=plain("10:30 is taken")),
        TriedTime(at=time(14), verdict=plain("14:00 is taken")),
    ]

    assert list(grouped(times)) == [
        ("10:00", "chosen"),
        ("10:15 to 10:30", "that is taken"),
        ("14:00", "that is taken"),
    ]


def test_nothing_tried_is_nothing_told():
    assert told_of([], 3) == []
    assert list(grouped([])) == []
