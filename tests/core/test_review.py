"""What a review proposes, and what it promises never to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.capacity import Amount
from netkeep_sync.core.dossier import Case, Dossier, Group, Tally, Waiting
from netkeep_sync.core.review import OFTEN, Keep, Rest, Retire, Stretch, Swap, most_changes, propose
from netkeep_sync.core.roster import Capacity, DateRange
from tests.core.builders import day, in_english, plain

QUARTER = DateRange(start_on=day("2026-07-01"), end_on=day("2026-10-01"))
AGAIN = day("2027-04-01")


def case(
    name="Ada",
    cadence="quarterly",
    *,
    kept=3,
    skipped=0,
    missed=0,
    confirmed=0,
    since="2025-10-07",
    met="2026-08-03",
    lived=None,
    category="peers",
    paused=None,
    deleted=False,
):
    """Somebody who is well kept, unless told otherwise."""
    return Case(
        contact=name.lower(),
        name=name,
        category=category,
        cadence=parse_cadence(cadence),
        lately=Tally(kept=min(kept, 1)),
        ever=Tally(kept=kept, confirmed=min(kept, confirmed), skipped=skipped, missed=missed),
        since_on=day(since) if since else None,
        met_on=day(met) if met else None,
        lived_days=lived,
        confirmed=confirmed,
        gave=0,
        asked=0,
        paused_on=day(paused) if paused else None,
        is_deleted=deleted,
    )


def dossier(*cases, keep=None, bench=(), period=QUARTER):
    categories = sorted({one.category for one in cases})
    return Dossier(
        period=period,
        cases=cases,
        groups=tuple(
            Group(category=key, people=sum(one.category == key for one in cases), keep=keep)
            for key in categories
        ),
        wanted=Amount(checkins=0, minutes=0),
        declared=Capacity(per_day=1, per_week=3),
        bench=tuple(bench),
    )


def waiting(name="Eve", *, category="peers", again=None):
    return Waiting(contact=name.lower(), name=name, category=category, again_on=day(again) if again else None)


def proposal_for(one, *others, **told):
    return in_english(propose(dossier(one, *others, **told))[0])


def test_who_is_met_as_planned_is_kept():
    assert proposal_for(case()) == Keep(
        contact="ada", name="Ada", reason=plain("3 of 3 check-ins came about since Oct 2025")
    )


def test_who_slips_is_stretched_to_the_rhythm_that_is_lived():
    assert proposal_for(case(kept=3, skipped=2, lived=152)) == Stretch(
        contact="ada",
        name="Ada",
        reason=plain("set quarterly, lived about every 5 months"),
        cadence=parse_cadence("every 5 months"),
    )


def test_a_little_late_is_no_other_rhythm():
    assert isinstance(proposal_for(case(lived=120)), Keep)


def test_a_rhythm_is_not_stretched_to_itself():
    assert isinstance(proposal_for(case(cadence="every 5 years", lived=365 * 9, since="2010-01-05")), Keep)


def test_who_never_came_about_is_retired():
    one = case(kept=0, skipped=2, missed=1, met=None)

    assert proposal_for(one) == Retire(
        contact="ada", name="Ada", reason=plain("never met: none of 3 check-ins came about since Oct 2025")
    )


def test_who_was_met_once_rests_instead():
    assert proposal_for(case(kept=0, skipped=3)) == Rest(
        contact="ada",
        name="Ada",
        reason=plain("none of 3 check-ins came about since Oct 2025"),
        again_on=AGAIN,
    )


def test_whom_one_has_met_since_the_period_ended_is_kept():
    assert isinstance(proposal_for(case(kept=0, skipped=3, met="2026-10-01")), Keep)


def test_two_tries_are_too_few_to_judge():
    assert str(proposal_for(case(kept=0, skipped=2, met=None)).reason) == (
        "0 of 2 check-ins came about since Oct 2025"
    )


def test_who_waits_on_the_bench_takes_the_place():
    one = case(kept=1, skipped=2)

    assert proposal_for(one, bench=[waiting()]) == Swap(
        contact="ada",
        name="Ada",
        reason=plain("only 1 of 3 check-ins came about since Oct 2025, and Eve waits on the bench"),
        instead="eve",
        instead_name="Eve",
        again_on=AGAIN,
    )


@pytest.mark.parametrize(
    "nobody", [waiting(category="vendors"), waiting(again="2027-01-01"), waiting(again="2028-01-01")]
)
def test_who_is_of_another_category_or_not_due_yet_takes_no_place(nobody):
    assert isinstance(proposal_for(case(kept=1, skipped=2), bench=[nobody]), Keep)


def test_one_on_the_bench_takes_one_place():
    cases = [case("Ada", kept=1, skipped=2), case("Bob", kept=0, skipped=3)]
    found = propose(dossier(*cases, bench=[waiting(again="2026-12-31")]))

    assert [type(one) for one in found] == [Keep, Swap]


def test_a_category_that_is_over_its_quota_lets_the_least_kept_rest():
    cases = [case("Ada", kept=4), case("Bob", kept=3, skipped=1), case("Cleo", kept=4, confirmed=1)]
    found = propose(dossier(*cases, keep=2))

    assert [type(one) for one in found] == [Keep, Rest, Keep]
    assert str(found[1].reason) == (
        "peers holds 3 people and keeps 2; 3 of 4 check-ins came about, the fewest there"
    )


def test_who_leaves_anyway_makes_the_category_fit():
    cases = [case("Ada", kept=0, skipped=3), case("Bob", kept=3, skipped=1), case("Cleo")]

    assert [type(one) for one in propose(dossier(*cases, keep=2))] == [Rest, Keep, Keep]


def test_a_full_category_takes_nobody_from_the_bench():
    cases = [case("Ada", kept=0, skipped=3), case("Bob"), case("Cleo")]

    assert isinstance(propose(dossier(*cases, keep=2, bench=[waiting()]))[0], Rest)


def test_whose_series_was_deleted_rests():
    found = proposal_for(case(paused="2026-08-11", deleted=True))

    assert found == Rest(
        contact="ada",
        name="Ada",
        reason=plain("you deleted the check-ins on your calendar on 11 Aug 2026"),
        again_on=AGAIN,
    )


def test_who_has_long_been_paused_rests():
    assert proposal_for(case(paused="2026-06-30")) == Rest(
        contact="ada", name="Ada", reason=plain("paused since 30 Jun 2026"), again_on=AGAIN
    )


def test_who_was_paused_lately_is_let_be():
    assert proposal_for(case(paused="2026-07-01", lived=200)) == Keep(
        contact="ada", name="Ada", reason=plain("paused since 1 Jul 2026")
    )


def test_who_is_paused_and_confirmed_often_is_kept():
    found = proposal_for(case(paused="2026-01-01", deleted=True, confirmed=OFTEN))

    assert (type(found), str(found.reason)) == (Keep, "paused since 1 Jan 2026")


def test_who_is_confirmed_often_is_kept_whatever_slips():
    found = proposal_for(case(kept=3, skipped=9, confirmed=3))

    assert (type(found), str(found.reason)) == (
        Keep,
        "3 of 12 check-ins came about since Oct 2025; you confirmed 3 meetings in two years",
    )


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (case(since=None, met=None, kept=0), "no check-in has come round yet"),
        (case(since="2026-09-08", kept=0), "quarterly since Sep 2026; nothing is known of it yet"),
        (case(since="2026-05-05", kept=1, lived=300.0), "1 of 1 check-in came about since May 2026"),
    ],
)
def test_who_is_new_is_kept(one, reason):
    found = proposal_for(one)

    assert (type(found), str(found.reason)) == (Keep, reason)


def test_few_changes_are_proposed_and_the_clearest_come_first():
    slips = [case(name, lived=lived) for name, lived in [("Ada", 150), ("Bob", 300), ("Cleo", 200)]]
    cases = [*slips, case("Dan", paused="2026-08-11", deleted=True), case("Eve", kept=0, missed=3)]
    found = propose(dossier(*cases))

    assert [type(one) for one in found] == [Keep, Stretch, Keep, Rest, Rest]
    assert str(found[0].reason) == (
        "set quarterly, lived about every 5 months; left for the next review, 3 changes are enough for one"
    )


def test_a_review_of_a_year_looks_again_after_two():
    year = DateRange(start_on=day("2025-01-01"), end_on=day("2026-01-01"))
    found = proposal_for(case(kept=0, skipped=3, since="2024-01-02", met="2025-03-03"), period=year)

    assert isinstance(found, Rest)
    assert found.again_on == day("2028-01-01")


# -- promises ---------------------------------------------------------------------------------------


@st.composite
def cases(draw, number):
    cadence = draw(st.sampled_from(["weekly", "every 6 weeks", "monthly", "quarterly", "yearly"]))
    kept, confirmed = draw(st.integers(0, 6)), draw(st.integers(0, 5))
    since = draw(st.one_of(st.none(), st.integers(1, 2500)))
    paused = draw(st.one_of(st.none(), st.integers(-20, 700)))
    one = case(
        f"P{number}",
        cadence,
        kept=kept,
        skipped=draw(st.integers(0, 6)),
        missed=draw(st.integers(0, 3)),
        confirmed=confirmed,
        met="2026-08-03" if kept or confirmed else None,
        lived=draw(st.one_of(st.none(), st.floats(1, 3000))),
        category=draw(st.sampled_from(["peers", "vendors"])),
        deleted=paused is not None and draw(st.booleans()),
    )
    end_on = QUARTER.end_on
    return replace(
        one,
        since_on=None if since is None else end_on - timedelta(days=since),
        paused_on=None if paused is None else end_on - timedelta(days=paused),
    )


@st.composite
def dossiers(draw):
    people = [draw(cases(number)) for number in range(draw(st.integers(0, 7)))]
    bench = [
        waiting(f"W{number}", category=draw(st.sampled_from(["peers", "vendors"])), again=again)
        for number, again in enumerate(
            draw(st.lists(st.sampled_from([None, "2026-11-01", "2028-01-01"]), max_size=3))
        )
    ]
    return dossier(*people, keep=draw(st.sampled_from([None, 1, 2, 3])), bench=bench)


def is_new(one):
    age = None if one.since_on is None else (QUARTER.end_on - one.since_on).days
    return age is None or age < 2 * one.cadence.period_days


@given(dossiers())
def test_everybody_gets_one_proposal_with_a_reason(found):
    proposals = propose(found)

    assert [one.contact for one in proposals] == [one.contact for one in found.cases]
    assert all(str(one.reason) for one in proposals)


@given(dossiers())
def test_who_was_confirmed_often_is_never_proposed_to_go(found):
    for one, proposal in zip(found.cases, propose(found), strict=True):
        if one.confirmed >= OFTEN:
            assert isinstance(proposal, Keep | Stretch)


@given(dossiers())
def test_who_is_new_is_kept_unless_the_owner_took_them_off(found):
    for one, proposal in zip(found.cases, propose(found), strict=True):
        if is_new(one) and one.paused_on is None:
            assert isinstance(proposal, Keep)


@given(dossiers())
def test_who_was_ever_met_is_never_retired(found):
    for one, proposal in zip(found.cases, propose(found), strict=True):
        assert not (isinstance(proposal, Retire) and one.met_on)


@given(dossiers())
def test_changes_are_few(found):
    assert sum(not isinstance(one, Keep) for one in propose(found)) <= most_changes(found) == 3


@given(dossiers())
def test_a_stretch_is_longer_and_can_be_written(found):
    cadences = {one.contact: one.cadence for one in found.cases}
    for one in propose(found):
        if isinstance(one, Stretch):
            assert one.cadence.period_days > cadences[one.contact].period_days
            assert parse_cadence(str(one.cadence)) == one.cadence


@given(dossiers())
def test_who_waits_is_offered_one_place(found):
    taken = [one.instead for one in propose(found) if isinstance(one, Swap)]

    assert len(taken) == len(set(taken))


@given(dossiers(), st.randoms())
def test_the_order_of_the_list_changes_no_proposal(found, random):
    shuffled = list(found.cases)
    random.shuffle(shuffled)
    by_contact = {one.contact: one for one in propose(replace(found, cases=tuple(shuffled)))}

    assert [by_contact[one.contact] for one in found.cases] == list(propose(found))


@given(dossiers())
def test_what_is_looked_at_again_lies_ahead(found):
    for one in propose(found):
        if isinstance(one, Rest | Swap):
            assert one.again_on >= AGAIN


def test_a_long_list_may_change_by_a_tenth():
    assert most_changes(dossier(*(case(f"P{number}") for number in range(45)))) == 4
