"""What is said, before it is said in a language."""

from datetime import time

import pytest

from netkeep_sync.config.languages import language_of
from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.phrase import Day, DayForm, Phrase, day_of, phrase, phrases, say
from tests.core.builders import TODAY, day

GERMAN = language_of("de")
TUESDAY = day("2026-12-08")


def test_a_phrase_is_english_as_it_stands():
    due = day_of(TUESDAY, today=TODAY)

    assert str(phrase("{cadence} from {day}", cadence=parse_cadence("quarterly"), day=due)) == (
        "quarterly from Tue 8 Dec"
    )


def test_its_values_are_said_in_the_language_too():
    due = phrase("{cadence} from {day}", cadence=parse_cadence("quarterly"), day=day_of(TUESDAY, today=TODAY))

    assert say(phrase("{demand}; {why}", demand=due, why=phrase("skipped")), GERMAN) == (
        "vierteljährlich ab Di 8. Dez; ausgelassen"
    )


def test_the_owners_own_words_stay_in_every_language():
    away = phrase("you are in {city}", city="skipped {day}")

    assert (str(away), say(away, GERMAN)) == ("you are in skipped {day}", "du bist in skipped {day}")


@pytest.mark.parametrize(("number", "english", "german"), [(1, "1 day", "1 Tag"), (2, "2 days", "2 Tage")])
def test_the_form_goes_with_the_number(number, english, german):
    told = phrases("{number} day", "{number} days", number)

    assert (str(told), say(told, GERMAN)) == (english, german)


@pytest.mark.parametrize(
    ("form", "english", "german"),
    [
        (DayForm.SHORT, "Tue 8 Dec", "Di 8. Dez"),
        (DayForm.WITH_YEAR, "Tue 8 Dec 2026", "Di 8. Dez 2026"),
        (DayForm.WITHOUT_WEEKDAY, "8 Dec 2026", "8. Dez 2026"),
        (DayForm.WEEKDAY, "Tuesday", "Dienstag"),
        (DayForm.MONTH, "December 2026", "Dezember 2026"),
        (DayForm.MONTH_OF_ANY_YEAR, "December", "Dezember"),
        (DayForm.SHORT_MONTH, "Dec 2026", "Dez 2026"),
    ],
)
def test_a_day_is_said_as_far_as_it_matters(form, english, german):
    told = phrase("{day}", day=Day(on=TUESDAY, form=form))

    assert (str(told), say(told, GERMAN)) == (english, german)


def test_a_day_far_away_has_its_year():
    assert day_of(day("2028-12-08"), today=TODAY).form is DayForm.WITH_YEAR


def test_times_and_numbers_are_said_as_they_are_written_there():
    told = phrase("{time} {part} {average}", time=time(8, 30), part=3, average=0.5)

    assert (str(told), say(told, GERMAN)) == ("08:30 3 0.500", "08:30 3 0,500")


def test_without_values_a_phrase_is_said_as_it_stands():
    assert str(Phrase(message="a {brace} and 100 %")) == "a {brace} and 100 %"
    assert say(Phrase(message=""), GERMAN) == ""  # where a catalogue has its own heading


def test_a_phrase_says_what_it_is_made_of():
    inner = phrase("you are booked at {time}", time=time(9))
    outer = phrase("{why}, moved to {time}", time=time(10), why=inner)

    assert outer.says("you are booked at {time}")
    assert outer.says("{why}, moved to {time}")
    assert not outer.says("skipped")
