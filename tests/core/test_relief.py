"""The smallest change that makes a roster fit: it is planned, and nothing smaller fits."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.contact import Category
from netkeep_sync.core.plan import make_plan
from netkeep_sync.core.relief import (
    Kind,
    Raise,
    Rest,
    Stretch,
    Stretched,
    apply_relief,
    smallest_relief,
)
from netkeep_sync.core.roster import Capacity
from netkeep_sync.core.series import Cancelled
from tests.core.builders import NOW, TODAY, channel, contact, history, outcome, roster
from tests.core.worlds import cases

NAMES = ("Ada", "Bob", "Cy", "Dee", "Eve", "Fay")
SLIT = channel("08:30-09:15")
LUNCH = channel("12:00-13:00", key="lunch", minutes=60)
NO_HOURS = channel("12:00-12:30", key="lunch", minutes=60)


def planned(of, *, histories=None, previous=()):
    return make_plan(of, histories=histories or {}, previous=previous, holidays={}, now=NOW)


def fits(plan, *, today=TODAY):
    """Tell, by the plan alone, whether everybody has a place and every check-in has room."""
    return not plan.unplaced and not any(
        isinstance(one, Cancelled) and one.slot_on >= today and str(one.reason).endswith("has room")
        for series in plan.series
        for one in series.exceptions
    )


def relieved(of, *, histories=None, most_plans=40, previous=()):
    return smallest_relief(
        of,
        lambda changed: planned(changed, histories=histories, previous=previous),
        plan=planned(of, histories=histories, previous=previous),
        histories=histories or {},
        most_plans=most_plans,
    )


def found(kind, of, **given):
    """The one relief of a kind, or why there is none."""
    (one,) = [each for each in relieved(of, **given).found if isinstance(each, kind)]
    return one


def missing(kind, of, **given):
    (one,) = [each for each in relieved(of, **given).missing if each.kind is kind]
    return one


def many(number, cadence="monthly", **given):
    return [contact(f"P{index:02}", cadence, **given) for index in range(number)]


def limited(of, minutes_per_month):
    return replace(of, capacity=replace(of.capacity, minutes_per_month=minutes_per_month))


# -- limits to raise --------------------------------------------------------------------------------


def test_a_roster_that_fits_needs_no_relief():
    reliefs = relieved(roster(contact()))
    assert (reliefs.found, reliefs.missing, reliefs.plans) == ((), (), 0)


def test_the_week_is_raised_where_weeks_are_short():
    relief = found(Raise, roster(*many(5, "weekly"), per_day=1, per_week=3))
    assert str(relief) == "raise capacity.per_week to 5"
    assert relief.limits == (("capacity.per_week", 5),)
    assert relief.is_smallest


def test_the_day_is_raised_where_days_are_short():
    relief = found(Raise, roster(*many(2, "weekly"), per_day=1, per_week=2, weekdays=(1,)))
    assert str(relief) == "raise capacity.per_day to 2"


def test_day_and_week_are_raised_together():
    relief = found(Raise, roster(*many(2, "weekly"), per_day=1, per_week=1, weekdays=(1,)))
    assert str(relief) == "raise capacity.per_day to 2 and capacity.per_week to 2"


def test_minutes_are_raised_to_what_whole_check_ins_take():
    relief = found(Raise, limited(roster(*many(3)), 100))
    assert str(relief) == "raise capacity.minutes_per_month to 135"


def test_the_smallest_sum_of_relative_raises_is_taken():
    relief = found(Raise, limited(roster(*many(4, "weekly"), per_week=3), 800))
    assert relief.capacity == Capacity(per_day=1, per_week=4, minutes_per_month=810)


def test_no_raise_helps_where_counting_says_so():
    none = missing(Kind.RAISE, roster(*many(6, "weekly"), per_week=1, weekdays=(1,)))
    assert none.is_certain
    assert str(none).startswith("even limits 4 times as high are not enough: from Mon 21 Sep 2026 to ")


def test_no_raise_helps_where_the_hours_are_short():
    none = missing(Kind.RAISE, roster(contact("Al", channel=NO_HOURS), contact("Bo")))
    assert none.channels == ("lunch",)
    assert str(none) == (
        "even limits 4 times as high do not help: the days and hours are what is short; "
        "add hours to channel lunch, or open more days"
    )


def test_a_few_raises_are_all_tried():
    of = roster(*many(2, "weekly", channel=LUNCH), per_day=1, per_week=1, weekdays=(1,))
    assert not missing(Kind.RAISE, of, most_plans=10).is_certain
    assert missing(Kind.RAISE, of, most_plans=100).is_certain


# -- cadences to stretch ----------------------------------------------------------------------------


def test_the_fewest_are_stretched():
    of = roster(*many(5, "weekly"), per_week=3)
    relief = found(Stretch, of)
    assert str(relief) == "stretch 4 peers (P00, P01, P02, P03) to every 2 weeks"
    assert relief.is_smallest


def test_a_category_beyond_its_quota_is_stretched_first():
    of = roster(contact("Ada", "weekly"), contact("Zed", "weekly", category="vendors"), per_week=1)
    of = replace(of, contacts=(*of.contacts, contact("Zoe", "every 2 weeks", category="vendors")))
    of = replace(of, capacity=Capacity(per_day=1, per_week=2))
    crowded = replace(of, categories=(Category(key="peers"), Category(key="vendors", keep=1)))
    assert str(found(Stretch, of)) == str(found(Stretch, crowded)) == "stretch Zed to every 2 weeks"


def stretched(name, category, cadence):
    return Stretched(
        contact=name.lower(),
        name=name,
        category=category,
        given=parse_cadence("weekly"),
        cadence=parse_cadence(cadence),
        flex_days=2,
    )


def test_the_stretched_are_listed_by_category_and_rhythm():
    contacts = (
        stretched("Ann", "vendors", "monthly"),
        stretched("Bob", "vendors", "monthly"),
        stretched("Cy", "vendors", "quarterly"),
        stretched("Dee", "peers", "monthly"),
    )
    assert str(Stretch(contacts=contacts, is_smallest=True)) == (
        "stretch 2 vendors (Ann, Bob) to monthly, Cy to quarterly and Dee to monthly"
    )


@pytest.mark.parametrize(
    ("number", "cadence", "flex_days", "longer", "longer_flex_days"),
    [
        (3, "every 2 weeks", None, "monthly", 5),
        (6, "every 4 weeks", 7, "every 6 weeks", 10),
        (6, "every 5 weeks", 17, "every 6 weeks", 20),
    ],
)
def test_the_tolerance_grows_with_the_rhythm(number, cadence, flex_days, longer, longer_flex_days):
    of = roster(*many(number, cadence, flex_days=flex_days), per_week=1, weekdays=(1,))
    one = found(Stretch, of).contacts[0]
    assert one.cadence == parse_cadence(longer)
    assert one.flex_days == longer_flex_days


def test_what_is_rarest_already_is_not_stretched():
    of = roster(contact("Al", "every 2 years", channel=NO_HOURS))
    none = missing(Kind.STRETCH, of)
    assert none.is_certain
    assert str(none) == "to stretch every cadence by one step does not help"


# -- contacts to rest -------------------------------------------------------------------------------


def test_the_fewest_are_rested():
    relief = found(Rest, roster(*many(5, "weekly"), per_week=3))
    assert str(relief) == "rest P00 and P01"
    assert relief.contacts == ("p00", "p01")
    assert relief.is_smallest


def test_those_are_rested_first_whom_one_has_met_the_least():
    of = roster(*many(3, "weekly"), per_week=2)
    histories = {
        "p00": history(outcome("2026-09-08"), outcome("2026-09-01"), who="p00"),
        "p01": history(outcome("2026-09-07"), who="p01"),
        "p02": history(outcome("2026-09-08"), who="p02"),
    }
    assert str(found(Rest, of, histories=histories)) == "rest P01"


def test_one_too_many_of_a_category_is_rested_first():
    of = roster(*many(2, "weekly"), contact("Zed", "weekly", category="vendors"), per_week=2)
    of = replace(of, categories=(Category(key="vendors", keep=0), Category(key="peers", keep=2)))
    assert str(found(Rest, of)) == "rest Zed"


def test_paused_contacts_are_left_alone():
    of = roster(contact("Ada", "weekly"), contact("Al", channel=NO_HOURS), contact("Bo", channel=NO_HOURS))
    relief = found(Rest, of, histories={"al": history(paused="2026-09-01", who="al")})
    assert relief.contacts == ("bo",)


# -- the search -------------------------------------------------------------------------------------


def test_no_more_plans_are_made_than_allowed():
    made = []
    of = roster(*many(12, "weekly"), per_week=3)

    def counted(changed):
        made.append(changed)
        return planned(changed)

    reliefs = smallest_relief(of, counted, plan=planned(of), histories={}, most_plans=6)
    assert reliefs.plans == len(made) <= 6


def test_without_plans_nothing_is_claimed():
    reliefs = relieved(roster(*many(5, "weekly"), per_week=3), most_plans=0)
    assert reliefs.found == ()
    assert [str(one) for one in reliefs.missing] == [
        f"the search for what to {kind} ended after 0 plans without an answer" for kind in Kind
    ]
    assert not any(one.is_certain for one in reliefs.missing)


def test_a_search_that_is_cut_off_claims_no_smallest():
    of = limited(roster(*many(8, "weekly"), per_week=3), 900)
    relief = found(Raise, of, most_plans=12)
    assert not relief.is_smallest
    assert fits(planned(apply_relief(of, relief)))


def test_a_half_of_them_may_be_enough():
    of = roster(*pairs(3), per_day=1, per_week=2, weekdays=(1, 3))
    assert str(found(Stretch, of, most_plans=12)) == "stretch 2 peers (P00, P02) to every 2 weeks"


def test_too_many_choices_are_not_all_tried():
    relief = found(Stretch, roster(*pairs(4), per_day=1, per_week=2, weekdays=(0, 1, 2)), most_plans=12)
    assert str(relief) == "stretch 2 peers (P00, P02) to every 2 weeks"
    assert not relief.is_smallest


def test_whoever_is_enough_alone_is_found_among_all():
    often = contact("Ada", "weekly", channel=LUNCH, category="vendors")
    of = roster(
        often,
        contact("Bob", "every 2 weeks", channel=SLIT, flex_days=1),
        per_week=1,
        weekdays=(1, 3),
        per_day=2,
    )
    assert str(found(Stretch, of)) == "stretch Ada to every 2 weeks"
    assert str(found(Rest, of)) == "rest Ada"
    assert fits(planned(apply_relief(of, found(Rest, of))))


def pairs(number):
    """People who are met weekly and monthly in turn, over lunch."""
    cadences = ("weekly", "monthly")
    return [contact(f"P{index:02}", cadences[index % 2], channel=LUNCH) for index in range(number)]


# -- what holds of every relief ---------------------------------------------------------------------

small = settings(max_examples=8, suppress_health_check=[HealthCheck.filter_too_much])


@st.composite
def crowded(draw):
    """A roster of few who have too little room."""
    weekdays = draw(st.sampled_from([(0,), (1, 3), (0, 1, 2), (0, 1, 2, 3, 4)]))
    of = roster(
        *(
            contact(
                name,
                draw(st.sampled_from(["weekly", "weekly", "every 2 weeks", "monthly"])),
                channel=draw(st.sampled_from([SLIT, LUNCH])),
                category=draw(st.sampled_from(["peers", "vendors"])),
                flex_days=draw(st.sampled_from([None, 1])),
            )
            for name in NAMES[: draw(st.integers(2, 5))]
        ),
        per_day=draw(st.integers(1, 2)),
        per_week=draw(st.integers(1, 2)),
        weekdays=weekdays,
    )
    keep = draw(st.none() | st.integers(1, 2))
    of = replace(of, categories=tuple(replace(one, keep=keep) for one in of.categories))
    assume(not fits(planned(of)))
    return of


def by_kind(of, kind):
    """The relief of a kind, None where the search is certain that there is none."""
    reliefs = relieved(of, most_plans=1000)
    assert all(one.is_certain for one in reliefs.missing)
    one = next((one for one in reliefs.found if isinstance(one, kind)), None)
    assert one is None or (one.is_smallest and fits(planned(apply_relief(of, one))))
    return one


def smaller_choices(of, relief):
    """Every choice of fewer contacts than those of a relief; every choice at all where there is none."""
    most = len(relief.contacts) - 1 if relief else len(of.contacts)
    keys = [one.key for one in of.contacts]
    return [chosen for number in range(1, most + 1) for chosen in combinations(keys, number)]


@small
@given(crowded())
def test_no_smaller_raise_fits(of):
    relief = by_kind(of, Raise)
    for capacity in raises(of.capacity):
        is_smaller = relief is None or (
            relative_raise(of.capacity, capacity) < relative_raise(of.capacity, relief.capacity)
        )
        assert not is_smaller or not fits(planned(replace(of, capacity=capacity)))


@small
@given(crowded())
def test_to_stretch_fewer_does_not_fit(of):
    longer = stretched_contacts(of)
    for chosen in smaller_choices(of, by_kind(of, Stretch)):
        contacts = tuple(longer[one.key] if one.key in chosen else one for one in of.contacts)
        assert not fits(planned(replace(of, contacts=contacts)))


@small
@given(crowded())
def test_to_rest_fewer_does_not_fit(of):
    for chosen in smaller_choices(of, by_kind(of, Rest)):
        contacts = tuple(one for one in of.contacts if one.key not in chosen)
        assert not fits(planned(replace(of, contacts=contacts)))


def relative_raise(given, capacity):
    return capacity.per_day / given.per_day + capacity.per_week / given.per_week


def raises(given):
    return [
        Capacity(per_day=day, per_week=week)
        for day in range(given.per_day, 4 * given.per_day + 1)
        for week in range(given.per_week, 4 * given.per_week + 1)
        if (day, week) != (given.per_day, given.per_week)
    ]


def stretched_contacts(of):
    """Everybody one step rarer: with 15 % of tolerance, or in the same ratio as before."""
    longer = {"weekly": "every 2 weeks", "every 2 weeks": "monthly", "monthly": "every 6 weeks"}
    flex_days = {"every 2 weeks": 2, "monthly": 5, "every 6 weeks": 6}
    made = {}
    for one in of.contacts:
        cadence = parse_cadence(longer[str(one.cadence)])
        ratio = cadence.period_days / one.cadence.period_days
        is_default = one.flex_days == max(1, round(one.cadence.period_days * 0.15))
        flex = flex_days[str(cadence)] if is_default else round(one.flex_days * ratio)
        made[one.key] = replace(one, cadence=cadence, flex_days=flex)
    return made


@settings(max_examples=12)
@given(cases(most=5, is_tight=True), st.none() | st.integers(60, 300))
def test_any_relief_fits_what_stands_already(case, limit):
    case = replace(case, roster=limited(case.roster, limit))
    previous = case.plan().series
    plan = case.plan(previous=previous)
    reliefs = smallest_relief(
        case.roster,
        lambda changed: case.plan(roster=changed, previous=previous),
        plan=plan,
        histories={},
        most_plans=20,
    )
    for one in reliefs.found:
        changed = case.plan(roster=apply_relief(case.roster, one), previous=previous)
        assert fits(changed, today=case.today)
