"""The pages in another language than the one they are written in."""

import re
from datetime import UTC, datetime

import pytest

from netkeep_sync.config.languages import language_of
from netkeep_sync.core.fact import DECLINED
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.service.changes import Kind
from netkeep_sync.service.coverage import Size
from netkeep_sync.web.wording import note_words, term
from tests.conftest import World
from tests.web.site import BUSY_LIFE, Site

PAGES = ("/", "/year", "/people", "/people/john-doe", "/numbers", "/review", "/plan", "/calendars")

ZONE = "timezone: Europe/Berlin\n"
KNOWN_ENGLISH = (
    "Skip to the content",
    "Today",
    "Did you meet?",
    "Next two weeks",
    "What to ask and offer",
    "Last met",
    "No check-in",
    "Planned on",
    "Load of each week",
    "The same as a table",
    "Everybody",
    "overdue<",
    "never met<",
    "For the conversation",
    "Not this time",
    "Quarter by quarter",
    "Open in your calendar",
    "The address is a secret",
    "Another feed",
    "Every calendar is in step",
    "Worth a change",
    "every 6 months",
    "Coffee with",
    "Dec</text>",
    "May ",
)


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    """Return a site after half a year of use, in German."""
    folder = tmp_path_factory.mktemp("german")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        world = World(folder, None)  # type: ignore[arg-type]  # it runs no command
        world.write(BUSY_LIFE.replace(ZONE, f"{ZONE}    language: de\n"))
        site = Site(world, now=datetime(2026, 6, 1, 9, 30, tzinfo=UTC))
        site.wait(weeks=20)
        site.wait(weeks=5)
        yield site
        site.keeper.close()


def without_english(page):
    """Return a page without what it says to be English: what went wrong, or was refused."""
    return re.sub(r'<(\w+)[^>]* lang="en">.*?</\1>', "", page, flags=re.DOTALL)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_which_language_it_speaks(german, still_site, path):
    assert '<html lang="de">' in german.client.get(path).text
    assert '<html lang="en">' in still_site.client.get("/").text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_in_german_says_anything_in_english_without_saying_so(german, path):
    page = without_english(german.client.get(path).text)

    assert [words for words in KNOWN_ENGLISH if words in page] == []


def test_days_are_written_as_germans_write_them(german):
    page = german.client.get("/").text

    assert "Montag, 23. November 2026" in page
    assert re.search(r"<b>(?:Mo|Di|Mi|Do|Fr) \d+\. (?:Nov|Dez)</b> \d\d:\d\d", page)


def test_what_is_heard_alone_is_german_too(german):
    labels = re.findall(r'aria-label="([^"]*)"', german.client.get("/").text)

    assert "Seiten" in labels
    assert not [label for label in labels if re.search(r"\b(?:I met|did not|Pages)\b", label)]


def test_an_answer_is_told_in_german(german):
    page = german.told("/people/john-doe/pause", note="")

    assert "John Doe: pausiert; `netkeep-sync resume john-doe` bringt die Treffen zurück." in page
    assert "John Doe: geht weiter." in german.told("/people/john-doe/resume")
    assert re.search(
        r"John Doe: getroffen am Mo 23\. Nov\.", german.told("/people/john-doe/done", on="2026-11-23")
    )


def test_a_refusal_is_marked_as_english(german):
    page = german.told("/people/john-doe/skip", on="2026-11-22")

    assert 'role="status" lang="en">' in page


def test_a_name_with_markup_stays_text_in_a_message(german):
    german.world.edit("name: Mia Novak", 'name: "<i>Mia</i> Novak"')
    german.wait(minutes=20)
    pages = german.client.get("/").text + german.client.get("/people").text

    assert "&lt;i&gt;Mia" in pages
    assert "<i>Mia" not in pages


@pytest.mark.parametrize("word", [*State, *Result, *Size, *Kind], ids=str)
def test_every_word_for_a_state_has_one_in_german(word):
    assert term(ENGLISH, word) == word
    assert term(language_of("de"), word) not in (word, "")


def test_what_was_noted_of_a_calendar_is_german_and_what_the_owner_wrote_stays():
    assert note_words(language_of("de"), DECLINED) == "abgesagt"
    assert note_words(language_of("de"), "due") == "due"


def test_a_word_of_the_users_own_stays(german):
    assert term(language_of("de"), "walk") == "walk"
