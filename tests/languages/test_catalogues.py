"""Every message has its translation, and no translation is without its message."""

import re

import pytest
from babel.messages.mofile import read_mo

from netkeep_sync.config.languages import language_of
from netkeep_sync.config.schema import RosterEntry
from tests.core.builders import day
from tests.languages.catalogues import CODES, catalogue, compiled, messages, source

_PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]+>")
"""Values and markup, which a translation must keep."""


def keys(found):
    return {(one.context, one.id) for one in found if one.id}


def forms(text):
    return tuple(text) if isinstance(text, (tuple, list)) else (text,)


@pytest.fixture(scope="module")
def collected():
    return keys(messages())


def test_the_roster_may_name_english_and_every_language_that_has_a_catalogue():
    named = RosterEntry.model_json_schema()["properties"]["language"]["enum"]

    assert sorted(named) == sorted(["en", *CODES])


@pytest.mark.parametrize("code", CODES)
def test_no_message_lacks_a_translation(code, collected):
    translated = {(one.context, one.id) for one in catalogue(code) if one.id and all(forms(one.string))}

    assert collected - translated == set()


@pytest.mark.parametrize("code", CODES)
def test_no_translation_is_of_a_message_that_is_gone(code, collected):
    assert keys(catalogue(code)) - collected == set()
    assert not catalogue(code).obsolete


@pytest.mark.parametrize("code", CODES)
def test_no_translation_is_a_guess(code):
    assert [one.id for one in catalogue(code) if one.id and one.fuzzy] == []


@pytest.mark.parametrize("code", CODES)
def test_every_translation_keeps_the_values_and_the_markup(code):
    def places(text):
        return sorted(set(_PLACES.findall(text)))

    wrong = [
        (one.id, form)
        for one in catalogue(code)
        if one.id
        for form in forms(one.string)
        if places(form) not in [places(each) for each in forms(one.id)]
    ]

    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_the_compiled_catalogue_says_what_its_source_says(code):
    # To renew it: python -m tests.languages.catalogues
    with compiled(code).open("rb") as file:
        made = read_mo(file)

    def said(found):
        return {(one.context, forms(one.id)): forms(one.string) for one in found if one.id}

    assert said(made) == said(catalogue(code))
    assert made.plural_expr == catalogue(code).plural_expr


@pytest.mark.parametrize("code", CODES)
def test_the_months_and_weekdays_are_all_there(code):
    language = language_of(code)
    months = {language.month(day(f"2026-{month:02}-01")) for month in range(1, 13)}
    short_months = {language.short_month(day(f"2026-{month:02}-01")) for month in range(1, 13)}
    weekdays = {language.weekday(day(f"2026-06-{number:02}")) for number in range(1, 8)}

    assert (len(months), len(short_months), len(weekdays)) == (12, 12, 7)


def test_the_source_tells_no_hour_and_no_version():
    for code in CODES:
        assert not re.search(r"Creation-Date|Generated-By|EMAIL", source(code).read_text(encoding="utf-8"))


def test_german_writes_days_as_germans_do():
    german = language_of("de")

    assert german.short_day(day("2026-12-08")) == "Di 8. Dez"
    assert german.long_day(day("2025-11-03")) == "3. November 2025"
