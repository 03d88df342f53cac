"""The busy calendars of a roster, read together: files, addresses and Google."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netkeep_sync.core.busy import FREE
from netkeep_sync.core.roster import GoogleCalendar, Owner
from netkeep_sync.service.busy import Kept, read_busy
from tests.core.builders import roster
from tests.fakes.accounts import CLIENT_ID, CLIENT_SECRET
from tests.fakes.google_calendar import FakeGoogleCalendar
from tests.sources.web import Web

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
START = datetime(2026, 12, 1, 9, tzinfo=UTC)


def ics(*days: str) -> bytes:
    events = (
        f"BEGIN:VEVENT\r\nUID:{day}\r\nDTSTART:{day}T090000Z\r\nDTEND:{day}T100000Z\r\nEND:VEVENT\r\n"
        for day in days
    )
    return ("BEGIN:VCALENDAR\r\n" + "".join(events) + "END:VCALENDAR\r\n").encode()


@pytest.fixture
def web():
    web = Web()
    web.put("/private-abc/basic.ics", ics("20261201"))
    yield web
    web.close()


def read(*sources, now=NOW, environ=None, kept=None, calendars=()):
    of = replace(roster(), busy=tuple(map(str, sources)), calendars=tuple(calendars))
    of = replace(of, owner=Owner(name="Ana Kaya", email="ana@example.com"))
    return read_busy(of, now=now, environ=environ or {}, kept=kept)


def days(busy):
    return sorted(one.start_at.date().isoformat() for one in busy.times)


def test_without_a_busy_calendar_nothing_is_read():
    assert read() is FREE


def test_files_and_addresses_add_up(tmp_path, web):
    (tmp_path / "work.ics").write_bytes(ics("20261202"))
    busy = read(tmp_path / "work.ics", web.address("/private-abc/basic.ics"))
    assert days(busy) == ["2026-12-01", "2026-12-02"]
    assert busy.is_whole


def test_what_cannot_be_read_is_told_and_the_rest_is_read(tmp_path, web):
    busy = read(tmp_path / "gone.ics", web.address("/private-abc/basic.ics"))
    assert days(busy) == ["2026-12-01"]
    assert busy.failures == ("the busy calendar gone.ics can't be read: No such file or directory",)
    assert not busy.is_whole


def test_a_secret_address_is_never_told(web):
    web.put("/private-abc/basic.ics", status=404)
    address = web.address("/private-abc/basic.ics", user="ana:secret@")
    busy = read(address, address + "?x")
    why = "can't be read: it answers 404; perhaps its address was renewed"
    assert busy.failures == tuple(f"the busy calendar 127.0.0.1 (number {number}) {why}" for number in (1, 2))
    assert "secret" not in repr(replace(roster(), busy=(address,)))


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    (tmp_path / "work.ics").write_bytes(b"x" * 10_000_001)
    [told] = read(tmp_path / "work.ics").failures
    assert "larger than 10 MB" in told


# -- again ----------------------------------------------------------------------------------------


def test_what_a_calendar_said_before_still_counts_when_it_says_nothing(web):
    kept: dict[str, Kept] = {}
    address = web.address("/private-abc/basic.ics")
    read(address, kept=kept)
    web.put("/private-abc/basic.ics", status=500)
    busy = read(address, kept=kept)
    assert days(busy) == ["2026-12-01"]
    assert busy.failures == (
        "the busy calendar 127.0.0.1 can't be read: it answers 500; what it said before still counts",
    )
    web.put("/private-abc/basic.ics", ics())
    assert read(address, kept=kept) == FREE


def test_an_address_is_asked_only_for_what_has_changed(web):
    kept: dict[str, Kept] = {}
    address = web.address("/private-abc/basic.ics")
    web.put("/private-abc/basic.ics", ics("20261201"), ETag='"1"')
    first = read(address, kept=kept)
    web.put("/private-abc/basic.ics", status=304)
    assert read(address, kept=kept).times == first.times
    assert web.asked[1][1]["if-none-match"] == '"1"'


def test_on_another_day_it_is_read_anew_for_other_events_matter_then(web):
    kept: dict[str, Kept] = {}
    address = web.address("/private-abc/basic.ics")
    web.put("/private-abc/basic.ics", ics("20261201", "20281124"), ETag='"1"')
    assert days(read(address, kept=kept)) == ["2026-12-01"]
    assert days(read(address, kept=kept, now=NOW + timedelta(days=2))) == ["2026-12-01", "2028-11-24"]
    assert "if-none-match" not in web.asked[1][1]


# -- Google ---------------------------------------------------------------------------------------


@pytest.fixture
def google():
    with FakeGoogleCalendar(clock=lambda: NOW) as fake:
        fake.user.add_event("Dentist", START)
        yield fake


@pytest.fixture
def signed_in(google, tmp_path):
    """Return what makes a sign-in for some scopes, and the roster's calendar that names its file."""

    def sign_in(*scopes, **calendar):
        grant = google.accounts.grant(scopes)
        token_file = tmp_path / "token.json"
        prefix = "https://www.googleapis.com/auth/"
        held = {
            "type": "authorized_user",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "refresh_token": grant.refresh_token,
            "scopes": [prefix + scope for scope in scopes],
        }
        token_file.write_text(json.dumps(held))
        token_file.chmod(0o600)
        return GoogleCalendar(token_file=str(token_file), **calendar)

    return sign_in


def stand_in(google):
    return {"NETKEEP_GOOGLE_STAND_IN": google.origin}


def test_google_tells_when_the_account_is_busy(google, signed_in):
    calendar = signed_in("calendar.app.created", "calendar.freebusy")
    busy = read("google", environ=stand_in(google), calendars=[calendar])
    assert days(busy) == ["2026-12-01"]
    assert busy.is_whole
    assert busy.meetings == ()


def test_a_calendar_that_the_owner_has_already_needs_another_scope(google, signed_in):
    calendar = signed_in("calendar.events.owned", "calendar.freebusy", calendar_id="team@example.com")
    assert days(read("google", environ=stand_in(google), calendars=[calendar])) == ["2026-12-01"]


def test_a_sign_in_without_busy_times_is_told_with_the_command(google, signed_in):
    calendar = signed_in("calendar.app.created")
    [told] = read("google", environ=stand_in(google), calendars=[calendar]).failures
    assert "see when you are busy" in told
    assert "netkeep-sync connect google --busy" in told


def test_a_sign_in_that_has_ended_is_told_and_what_was_known_counts(google, signed_in):
    kept: dict[str, Kept] = {}
    calendar = signed_in("calendar.app.created", "calendar.freebusy")
    read("google", environ=stand_in(google), calendars=[calendar], kept=kept)
    google.faults.on("freebusy.query").answers(403, reason="quotaExceeded")
    busy = read("google", environ=stand_in(google), calendars=[calendar], kept=kept)
    assert days(busy) == ["2026-12-01"]
    [told] = busy.failures
    assert told.startswith("the busy calendar google can't be read: Google Calendar refused your busy times")
    assert told.endswith("what it said before still counts")


def test_nobody_signed_in_is_told_with_the_command(google, tmp_path):
    calendar = GoogleCalendar(token_file=str(tmp_path / "none.json"))
    [told] = read("google", environ=stand_in(google), calendars=[calendar]).failures
    assert "you have not signed in to Google yet; run `netkeep-sync connect google --busy" in told
