from dataclasses import replace

import pytest

from netkeep_sync.core.contact import Resting
from netkeep_sync.core.guard import why_deaf, why_refused
from tests.core.builders import contact, roster, series

NAMES = [f"c{number:03}" for number in range(100)]


def refusal(*, living, kept):
    """What is said when `kept` of `living` planned contacts are still in the roster."""
    planned = [series(contact=name) for name in NAMES[:living]]
    return why_refused(roster(*(contact(name) for name in NAMES[:kept])), planned)


@pytest.mark.parametrize(
    ("living", "kept"),
    [(0, 0), (0, 5), (1, 1), (1, 0), (4, 1), (5, 2), (20, 17), (50, 45), (100, 90)],
)
def test_a_few_may_leave(living, kept):
    assert refusal(living=living, kept=kept) is None


@pytest.mark.parametrize(
    ("living", "kept"), [(2, 0), (3, 0), (5, 1), (20, 16), (50, 44), (100, 89), (100, 0)]
)
def test_many_or_all_may_not_leave_unasked(living, kept):
    assert refusal(living=living, kept=kept) is not None


def test_the_refusal_counts_and_names():
    assert refusal(living=5, kept=1) == (
        "4 contacts of 5 left the roster (c001, c002, c003 and c004), "
        "and their check-ins would be taken off the calendar"
    )


def test_the_refusal_names_five_at_the_most():
    said = refusal(living=20, kept=10)
    assert said is not None
    assert "(c010, c011, c012, c013, c014 and 5 more)" in said


def test_whose_series_has_ended_is_not_lost():
    ended = [series(contact=name, until_on="2026-10-07") for name in NAMES[:20]]
    assert why_refused(roster(), ended) is None


def test_who_rests_is_not_lost():
    planned = [series(contact=name) for name in NAMES[:20]]
    bench = tuple(Resting(contact=contact(name)) for name in NAMES[5:20])
    asked = replace(roster(*(contact(name) for name in NAMES[:5])), bench=bench)
    assert why_refused(asked, planned) is None
    assert why_refused(replace(asked, bench=bench[1:5]), planned) is not None


def test_two_generations_are_one_contact():
    planned = [series(contact="ada", generation=number) for number in (1, 2, 3, 4, 5)]
    assert why_refused(roster(contact("Bob")), planned) is None


# -- what was deleted on a calendar ---------------------------------------------------------------


def deafness(*, living, deleted, generations=1):
    """What is said when the series of `deleted` of `living` contacts are gone from a calendar."""
    planned = [
        series(contact=name, generation=number + 1)
        for name in NAMES[:living]
        for number in range(generations)
    ]
    return why_deaf([one.uid for one in planned[: deleted * generations]], planned)


@pytest.mark.parametrize(
    ("living", "deleted"),
    [(0, 0), (1, 0), (1, 1), (2, 1), (4, 3), (30, 3), (40, 3), (40, 4), (50, 5), (100, 10)],
)
def test_a_few_may_be_deleted(living, deleted):
    assert deafness(living=living, deleted=deleted) is None


@pytest.mark.parametrize(
    ("living", "deleted"), [(2, 2), (3, 3), (5, 4), (30, 4), (40, 5), (50, 6), (100, 11), (100, 100)]
)
def test_many_or_all_may_not_be_deleted_unasked(living, deleted):
    assert deafness(living=living, deleted=deleted) is not None


def test_what_was_deleted_is_counted_by_people_and_named():
    assert deafness(living=10, deleted=4, generations=2) == (
        "the check-ins of 4 contacts of 10 were deleted on the calendar (c000, c001, c002 and c003)"
    )


def test_of_those_who_were_deleted_five_are_named_at_the_most():
    said = deafness(living=20, deleted=10)
    assert said is not None
    assert "(c000, c001, c002, c003, c004 and 5 more)" in said


def test_what_lives_no_more_can_not_be_deleted():
    assert why_deaf(["an old one", "another", "a third", "a fourth"], [series(contact="ada")]) is None
