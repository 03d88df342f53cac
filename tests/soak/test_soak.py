"""A short share of the soak (`run.py`), for every day: half a year of four rosters."""

import pytest

from tests.soak.life import live


@pytest.mark.parametrize("number", range(4))
def test_half_a_year_with_all_that_goes_wrong_leaves_the_calendar_as_planned(number):
    life = live(number, seed=1, days=183)
    assert life.trouble == ""
    assert life.quarters >= 1
