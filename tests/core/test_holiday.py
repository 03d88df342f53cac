"""What holidays are called."""

import pytest

from netkeep_sync.config.languages import language_of
from netkeep_sync.core.holiday import holiday_name
from netkeep_sync.core.phrase import phrase, say
from netkeep_sync.sources.public_holidays import public_holidays
from tests.core.builders import day


@pytest.mark.parametrize(("name", "words"), [("Good Friday", "Karfreitag"), ("Juneteenth", "Juneteenth")])
def test_a_holiday_has_its_german_name_or_that_of_home(name, words):
    assert say(phrase("{name}", name=holiday_name(name)), language_of("de")) == words


def test_every_holiday_of_a_german_year_is_known():
    [names] = public_holidays(["DE-BY"], start_on=day("2026-01-01"), end_on=day("2030-01-01")).values()

    assert [name for name in names.values() if isinstance(holiday_name(name), str)] == []
