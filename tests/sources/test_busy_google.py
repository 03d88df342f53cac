"""Busy time from Google, asked of the fake calendar with the client library as it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from netkeep_sync.core.busy import BusyTime
from netkeep_sync.errors import TargetError
from netkeep_sync.sources.busy_google import AHEAD, busy_at_google
from tests.fakes.google_calendar import FakeGoogleCalendar

NOW = datetime(2026, 11, 23, 10, 0, 0, 500, tzinfo=UTC)


@pytest.fixture
def fake():
    with FakeGoogleCalendar(clock=lambda: NOW) as fake:
        yield fake


def busy(fake, now=NOW):
    service = fake.service("calendar.freebusy")
    return busy_at_google(lambda body: service.freebusy().query(body=body).execute(), now=now)


def test_what_the_owner_has_booked_is_busy(fake):
    start_at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    fake.user.add_event("Dentist", start_at)
    fake.user.add_event("Free", start_at + timedelta(days=1), transparency="transparent")
    assert busy(fake) == (BusyTime(start_at=start_at, end_at=start_at + timedelta(hours=1)),)


def test_half_a_year_is_asked_about_in_two_pieces(fake):
    yesterday = datetime(2026, 11, 22, 10, tzinfo=UTC)
    days = [yesterday + timedelta(days=offset) for offset in (0, 2, 100, 180, 182)]
    for number, day in enumerate(days):
        fake.user.add_event(str(number), day)
    assert [one.start_at for one in busy(fake)] == days[1:4]
    assert [call.method for call in fake.ledger.calls] == ["freebusy.query"] * 2
    assert timedelta(days=180) == AHEAD


def test_what_goes_on_now_and_over_the_seam_is_busy_too(fake):
    fake.user.add_event("Now", NOW - timedelta(minutes=30))
    fake.user.add_event("Seam", NOW + timedelta(days=90, minutes=-30))
    assert len(busy(fake)) == 3  # the one over the seam in two parts


def test_an_error_of_the_calendar_is_one_although_the_answer_is_a_success():
    answer = {"calendars": {"primary": {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}}}
    with pytest.raises(TargetError, match=r"does not tell when you are busy \(notFound\)"):
        busy_at_google(lambda _: answer, now=NOW)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"calendars": None},
        {"calendars": {"primary": {}}},
        {"calendars": {"primary": {"busy": [{"start": "soon", "end": "later"}]}}},
        {"calendars": {"primary": {"busy": [{"start": "2026-12-01T09:00:00Z"}]}}},
    ],
)
def test_an_answer_that_is_none_is_an_error_and_not_free_time(answer):
    with pytest.raises(TargetError, match="can't be read"):
        busy_at_google(lambda _: answer, now=NOW)
