import pytest

from netkeep_sync.core.guard import why_refused
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
        "4 contacts of 5 left the roster (c001, c002, c003, c004), "
        "and their check-ins would be taken off the calendar"
    )


def test_the_refusal_names_five_at_the_most():
    said = refusal(living=20, kept=10)
    assert said is not None
    assert "(c010, c011, c012, c013, c014, …)" in said


def test_whose_series_has_ended_is_not_lost():
    ended = [series(contact=name, until_on="2026-10-07") for name in NAMES[:20]]
    assert why_refused(roster(), ended) is None


def test_two_generations_are_one_contact():
    planned = [series(contact="ada", generation=number) for number in (1, 2, 3, 4, 5)]
    assert why_refused(roster(contact("Bob")), planned) is None
