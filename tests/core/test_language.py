import gettext

import pytest

from netkeep_sync.core.language import ENGLISH, Language, to_translate
from netkeep_sync.core.words import day_words
from tests.core.builders import day


class Shouted(gettext.NullTranslations):
    """A catalogue that has every message, in capitals."""

    def gettext(self, message):
        return message.upper()

    def ngettext(self, msgid1, msgid2, n):
        return super().ngettext(msgid1, msgid2, n).upper()

    def pgettext(self, context, message):
        return f"{context}: {message.upper()}"

    def npgettext(self, context, msgid1, msgid2, n):
        return f"{context}: {self.ngettext(msgid1, msgid2, n)}"


SHOUTED = Language(code="xx", catalogue=Shouted())


def test_english_is_what_stands_in_the_code():
    assert ENGLISH.gettext("Ask") == ENGLISH.pgettext("somewhere", "Ask") == to_translate("Ask") == "Ask"


@pytest.mark.parametrize(("number", "said"), [(0, "many"), (1, "one"), (2, "many")])
def test_english_has_two_forms(number, said):
    assert ENGLISH.ngettext("one", "many", number) == said
    assert ENGLISH.npgettext("somewhere", "one", "many", number) == said


def test_another_language_has_its_own_words():
    assert SHOUTED.gettext("Ask") == "ASK"
    assert SHOUTED.ngettext("day", "days", 2) == "DAYS"
    assert SHOUTED.pgettext("channel", "Call") == "channel: CALL"
    assert SHOUTED.npgettext("channel", "call", "calls", 1) == "channel: CALL"


def test_two_languages_of_one_code_are_the_same():
    assert Language(code="en") == ENGLISH
    assert hash(Language(code="en")) == hash(ENGLISH)
    assert SHOUTED != ENGLISH


def test_every_month_and_weekday_has_its_name():
    months = [day(f"2026-{month:02}-01") for month in range(1, 13)]
    week = [day(f"2026-06-{number:02}") for number in range(1, 8)]

    assert [ENGLISH.month(one) for one in months] == [f"{one:%B}" for one in months]
    assert [ENGLISH.short_month(one) for one in months] == [f"{one:%b}" for one in months]
    assert [ENGLISH.weekday(one) for one in week] == [f"{one:%A}" for one in week]
    assert [ENGLISH.short_day(one) for one in week] == [f"{one:%a} {one.day} Jun" for one in week]


def test_days_are_written_short_and_long():
    one = day("2028-11-03")

    assert ENGLISH.short_day(one, has_year=True) == "Fri 3 Nov 2028"
    assert ENGLISH.long_day(one) == "3 November 2028"
    assert ENGLISH.full_day(one) == "Friday, 3 November 2028"
    assert ENGLISH.day_of_year(one) == "3 November"
    assert ENGLISH.month_and_year(one) == "November 2028"
    assert ENGLISH.short_month_and_year(one) == "Nov 2028"


def test_the_words_of_a_day_are_those_of_the_language():
    assert day_words(day("2026-12-08"), today=day("2026-11-23")) == "Tue 8 Dec"


@pytest.mark.parametrize("language", [ENGLISH, Language(code="en")])
def test_a_day_far_away_has_its_year(language):
    assert day_words(day("2028-12-08"), today=day("2026-11-23"), language=language) == "Fri 8 Dec 2028"
