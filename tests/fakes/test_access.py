"""Scopes, roles and quota: who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import google.auth.transport.requests
import pytest
import requests

from tests.fakes.google_calendar import FakeGoogleCalendar
from tests.fakes.manners import Manners
from tests.fakes.samples import NOW, Client, coffee, refused

if TYPE_CHECKING:
    from collections.abc import Callable

DENIED = (403, "insufficientPermissions")


def test_a_client_reaches_only_calendars_that_it_made(client: Client) -> None:
    other = client.fake.user.add_calendar("Family")

    for calendar in ("primary", other):
        assert refused(client.service.events().list(calendarId=calendar)) == DENIED
        assert refused(client.service.events().insert(calendarId=calendar, body=coffee())) == DENIED
        assert refused(client.service.calendars().get(calendarId=calendar)) == DENIED
    client.listing().execute()


def test_a_calendar_that_another_client_made_is_out_of_reach(client: Client) -> None:
    stranger = client.fake.service("calendar.app.created", client_id="stranger")

    assert refused(stranger.events().list(calendarId=client.calendar)) == DENIED


def test_a_client_reaches_its_calendar_after_a_new_sign_in(client: Client) -> None:
    again = client.fake.service("calendar.app.created")

    assert again.calendars().get(calendarId=client.calendar).execute()["summary"] == "Check-ins"


def test_the_narrow_scope_may_look_at_a_calendar_and_not_at_the_list(client: Client) -> None:
    entries = client.service.calendarList()

    assert entries.get(calendarId=client.calendar).execute()["accessRole"] == "owner"
    assert refused(entries.list()) == DENIED


NEEDS: list[tuple[str, Callable[[Any], Any]]] = [
    (
        "calendar.freebusy",
        lambda s: s.freebusy().query(body={"timeMin": NOW.isoformat(), "timeMax": NOW.isoformat()}),
    ),
    ("calendar.settings.readonly", lambda s: s.settings().get(setting="timezone")),
    ("calendar.calendarlist.readonly", lambda s: s.calendarList().list()),
    ("calendar.app.created", lambda s: s.calendars().insert(body={"summary": "x"})),
]


@pytest.mark.parametrize(("scope", "ask"), NEEDS, ids=[scope for scope, _ in NEEDS])
def test_the_scope_for_events_is_not_enough_for_anything_else(
    fake: FakeGoogleCalendar, scope: str, ask: Callable[[Any], Any]
) -> None:
    request = ask(fake.service("calendar.events"))

    assert refused(request) == DENIED
    assert fake.ledger.calls[-1].reason == "insufficientPermissions"


def test_the_scope_for_own_calendars_reaches_all_that_the_account_owns(fake: FakeGoogleCalendar) -> None:
    service = fake.service("calendar.events.owned")
    shared = fake.user.add_calendar("Team", role="writer")

    service.events().insert(calendarId="primary", body=coffee()).execute()
    assert refused(service.events().insert(calendarId=shared, body=coffee())) == DENIED


def test_a_reader_may_not_write(fake: FakeGoogleCalendar) -> None:
    service = fake.service("calendar.events")
    shared = fake.user.add_calendar("Team", role="reader")

    assert service.events().list(calendarId=shared).execute()["accessRole"] == "reader"
    request = service.events().insert(calendarId=shared, body=coffee())
    assert refused(request) == (403, "requiredAccessLevel")


def test_a_missing_scope_is_named_in_the_newer_form_too(client: Client) -> None:
    request = client.service.calendarList().list()
    refused(request)
    with pytest.raises(Exception, match="insufficient authentication scopes"):
        request.execute()


def test_a_refresh_token_yields_access_tokens_and_can_be_revoked(fake: FakeGoogleCalendar) -> None:
    credentials = fake.credentials("calendar.app.created")
    session = requests.Session()
    credentials.refresh(google.auth.transport.requests.Request(session))

    assert credentials.granted_scopes == ["https://www.googleapis.com/auth/calendar.app.created"]
    assert session.post(fake.revoke_url, data={"token": credentials.refresh_token}).status_code == 200
    assert session.post(fake.revoke_url, data={"token": credentials.refresh_token}).status_code == 400
    session.close()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"refresh_token": "wrong"}, "invalid_grant"),
        ({"scope": "https://www.googleapis.com/auth/calendar"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_refresh_must_fit_what_was_allowed(
    fake: FakeGoogleCalendar, changed: dict[str, str], error: str
) -> None:
    credentials = fake.credentials("calendar.app.created")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": credentials.refresh_token,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        **changed,
    }
    with requests.post(fake.token_url, data=form, timeout=60) as answer:
        assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_calls_over_the_quota_of_a_minute_are_refused() -> None:
    with FakeGoogleCalendar(clock=lambda: NOW, manners=Manners(calls_per_minute=3)) as fake:
        service = fake.service("calendar.events")
        for _ in range(3):
            service.events().list(calendarId="primary").execute()

        assert refused(service.events().list(calendarId="primary")) == (403, "userRateLimitExceeded")
