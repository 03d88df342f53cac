"""Another language is another wording: every entry is written once more, and stays what it was."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from netkeep_sync.core.fact import Held
from netkeep_sync.core.review_plan import REVIEW
from tests.stories.google_world import GoogleWorld

pytestmark = pytest.mark.no_cover  # a thread that is killed under a tracer goes round for ever

ZONE = "timezone: Europe/Berlin\n"
GERMAN = f"{ZONE}language: de\n"


@pytest.fixture
def google(tmp_path):
    world = GoogleWorld.at(tmp_path)
    world.settle()
    yield world
    world.close()


def in_german(google):
    google.edit(ZONE, GERMAN)


def ids(google):
    return {google.event(contact) for contact in ("john-doe", "joan-diaz", "grace-liu")}


def written(google, contact="john-doe"):
    return google.fake.event(google.event(contact))


def test_titles_and_descriptions_are_written_once_and_nothing_is_there_twice(google):
    before, starts = ids(google), google.on_calendar("John Doe")
    in_german(google)
    google.run()
    assert len([one for one in google.writes if one.method == "events.patch"]) == 3
    assert not [one for one in google.writes if one.method in {"events.insert", "events.delete"}]
    google.run()
    assert google.writes == []
    assert ids(google) == before
    assert google.on_calendar("John Doe") == starts
    assert written(google)["summary"] == "Kaffee mit John Doe"
    assert "Fragen<br>- What is new?" in written(google)["description"]
    assert written(google, "grace-liu")["summary"] == "Videoanruf mit Grace Liu"


def test_what_the_owner_did_on_the_calendar_stays_in_the_other_language(google):
    first, second, *_ = google.planned("john-doe")
    google.fake.user.move(google.occurrence("john-doe"), first + timedelta(days=2, hours=3))
    google.settle()
    in_german(google)
    google.settle()
    assert google.planned("john-doe")[:2] == [first + timedelta(days=2, hours=3), second]
    assert google.on_calendar("John Doe")[:2] == [first + timedelta(days=2, hours=3), second]


def test_what_the_owner_wrote_below_our_words_stays_below_them(google):
    description = written(google)["description"]
    google.fake.user.edit_description(google.event("john-doe"), f"{description}<br><br>Moved to Acme.")
    google.settle()
    in_german(google)
    google.settle()
    assert written(google)["description"].startswith("Zuletzt getroffen am 16. November 2026.")
    assert written(google)["description"].endswith("Moved to Acme.")


def test_back_to_english_all_is_as_it_was(google):
    before = {contact: written(google, contact)["description"] for contact in ("john-doe", "grace-liu")}
    in_german(google)
    google.settle()
    google.edit(GERMAN, ZONE)
    google.settle()
    assert {contact: written(google, contact)["description"] for contact in before} == before
    assert written(google)["summary"] == "Coffee with John Doe"
    assert not google.facts()


def test_the_german_word_before_a_title_says_that_you_met(google):
    in_german(google)
    google.settle()
    occurrence = google.occurrence("john-doe")
    google.wait_until_after("john-doe")
    google.fake.user.rename(occurrence, "Erledigt: Kaffee mit John Doe")
    google.settle()
    assert [type(fact) for fact in google.facts()] == [Held]


def test_why_check_ins_lie_there_is_kept_in_no_language(google):
    def reasons():
        with google.store() as store:
            return {one.uid: (one.reason, one.exceptions) for one in store.series()}

    before = reasons()
    in_german(google)
    google.settle()
    assert reasons() == before
    assert before


def test_the_review_is_written_in_german_once_and_moves_nowhere(google):
    google.edit(ZONE, f"{ZONE}review: quarterly\n")
    google.settle()
    before = written(google, REVIEW)
    assert "Your list wants" in before["description"]
    google.edit(f"{ZONE}review", f"{GERMAN}review")
    google.settle()
    after = written(google, REVIEW)
    assert after["summary"] == "Durchsicht deines Netzwerks"
    assert "Deine Liste verlangt" in after["description"]
    assert (after["start"], after["recurrence"]) == (before["start"], before["recurrence"])
    google.run()
    assert google.writes == []


# -- the file -----------------------------------------------------------------------------------------


PEOPLE = """
    roster: test
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    milestones: true
    channels:
      walk: {minutes: 45, between: ["16:00-18:00"]}
      lunch: {title: "Lunch & learn: {name}"}
    categories:
      peers: {cadence: quarterly, channel: coffee}
    contacts:
      - {name: Ada Byron, category: peers, channel: walk, milestones: {birthday: 12-10, child: 2019-03-14}}
      - {name: Lena Hoffmann, category: peers, channel: lunch}
      - {name: John Doe, category: peers, last_met: 2026-09-14}
    calendars:
      - ics: all.ics
      - {ics: first-names.ics, show: first-name}
      - {ics: busy.ics, show: busy}
    """


@pytest.fixture
def files(world):
    world.write(PEOPLE)
    world.ok("sync")
    return world


def values(files, name, file="all.ics"):
    document = (files.folder / file).read_bytes().decode().replace("\r\n ", "")
    return set(re.findall(f"^{name}[:;](.*)\r$", document, re.MULTILINE))


def test_the_file_keeps_every_uid_and_time_and_changes_its_words(files):
    before = values(files, "UID"), values(files, "DTSTART"), values(files, "RRULE")
    files.edit(ZONE, GERMAN)
    assert "0 created" in files.run("sync").err + files.run("sync").out
    assert (values(files, "UID"), values(files, "DTSTART"), values(files, "RRULE")) == before
    assert values(files, "SUMMARY") == {
        "Walk mit Ada Byron",
        "Lunch & learn: Lena Hoffmann",
        "Kaffee mit John Doe",
        "Ada Byron: Geburtstag",
        "Ada Byron: child",
    }
    assert "Zuletzt getroffen am 14. September 2026." in values(files, "DESCRIPTION")
    assert "Child am 14. März\\, seit 2019" in values(files, "DESCRIPTION")


def test_calendars_that_tell_less_speak_the_language_too(files):
    files.edit(ZONE, GERMAN)
    files.ok("sync")
    assert values(files, "SUMMARY", "busy.ics") == {"Walk", "Mittagessen", "Kaffee"}
    assert values(files, "SUMMARY", "first-names.ics") >= {
        "Walk mit Ada",
        "Kaffee mit John",
        "Ada: Geburtstag",
    }


def test_a_pass_in_german_that_learns_nothing_writes_nothing(files):
    files.edit(ZONE, GERMAN)
    files.ok("sync")
    before = (files.folder / "all.ics").read_bytes()
    files.ok("sync")
    assert (files.folder / "all.ics").read_bytes() == before
