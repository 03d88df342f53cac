"""Calendars, the account's list of them, its settings and busy times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.samples import SLOTS, coffee, refused, series

if TYPE_CHECKING:
    from tests.fakes.google_calendar import FakeGoogleCalendar
    from tests.fakes.samples import Client

DECEMBER = {"timeMin": "2026-12-01T00:00:00Z", "timeMax": "2027-01-01T00:00:00Z"}


def test_a_new_calendar_is_in_utc_unless_told_otherwise(client: Client) -> None:
    made = client.service.calendars().insert(body={"summary": "Check-ins"}).execute()

    assert made["timeZone"] == "UTC"
    assert made["id"].endswith("@group.calendar.google.com")
    assert made["dataOwner"] == "ana@example.com"


def test_a_calendar_needs_a_title_and_a_known_zone(client: Client) -> None:
    calendars = client.service.calendars()

    assert refused(calendars.insert(body={"timeZone": "UTC"})) == (400, "required")
    assert refused(calendars.insert(body={"summary": "x", "timeZone": "Mars"})) == (400, "invalid")


def test_two_calendars_may_have_one_title(client: Client) -> None:
    client.service.calendars().insert(body={"summary": "Check-ins"}).execute()

    assert len(client.fake.calendars) == 3


def test_a_calendar_is_changed_and_deleted(client: Client) -> None:
    calendars = client.service.calendars()

    patched = calendars.patch(calendarId=client.calendar, body={"timeZone": "Asia/Tokyo"}).execute()
    updated = calendars.update(calendarId=client.calendar, body={"summary": "New"}).execute()
    calendars.delete(calendarId=client.calendar).execute()

    assert (patched["summary"], patched["timeZone"]) == ("Check-ins", "Asia/Tokyo")
    assert updated["summary"] == "New"
    assert refused(calendars.get(calendarId=client.calendar)) == (404, "notFound")


def test_the_primary_calendar_cannot_be_deleted(fake: FakeGoogleCalendar) -> None:
    service = fake.service("calendar")

    assert refused(service.calendars().delete(calendarId="primary"))[0] == 403


def test_an_own_calendar_can_be_hidden_and_not_taken_off_the_list(client: Client) -> None:
    entries = client.service.calendarList()

    assert refused(entries.delete(calendarId=client.calendar)) == (403, "forbidden")
    entries.patch(calendarId=client.calendar, body={"hidden": True, "colorId": "3"}).execute()
    entry = entries.get(calendarId=client.calendar).execute()
    assert (entry["hidden"], entry["colorId"]) == (True, "3")


def test_a_wide_scope_lists_all_calendars(client: Client) -> None:
    wide = client.fake.service("calendar.calendarlist.readonly")

    items = wide.calendarList().list().execute()["items"]

    assert [item["id"] for item in items] == ["ana@example.com", client.calendar]
    assert [item.get("primary") for item in items] == [True, None]


def test_the_accounts_zone_is_a_setting(fake: FakeGoogleCalendar) -> None:
    settings = fake.service("calendar.settings.readonly").settings()
    fake.user.change_timezone("Asia/Tokyo")

    assert settings.get(setting="timezone").execute()["value"] == "Asia/Tokyo"
    assert refused(settings.get(setting="nonsense")) == (404, "notFound")


def test_colors_are_numbered_from_one_to_eleven(client: Client) -> None:
    assert len(client.service.colors().get().execute()["event"]) == 11


def busy(client: Client, *calendars: str, **body: Any) -> Any:
    items = [{"id": calendar} for calendar in calendars]
    return client.service.freebusy().query(body={**DECEMBER, "items": items, **body})


def test_busy_times_are_told_of_calendars_out_of_reach_otherwise(client: Client) -> None:
    start = datetime(2026, 12, 2, 9, tzinfo=UTC)
    client.fake.user.add_event("Dentist", start)
    client.fake.user.add_event("Tram", start + timedelta(minutes=30))
    client.fake.user.add_event("Free", start + timedelta(days=1), transparency="transparent")

    answer = busy(client, "primary").execute()

    assert answer["calendars"]["primary"]["busy"] == [
        {"start": "2026-12-02T09:00:00Z", "end": "2026-12-02T10:30:00Z"}
    ]


def test_busy_times_know_series_and_their_exceptions(client: Client) -> None:
    client.insert(series()).execute()
    client.delete(f"series0_{SLOTS[1]}").execute()

    answer = busy(client, client.calendar, timeZone="Europe/Berlin").execute()

    starts = [one["start"] for one in answer["calendars"][client.calendar]["busy"]]
    assert starts == [f"2026-12-{day}T09:00:00+01:00" for day in ("01", "15", "22", "29")]


def test_an_unknown_calendar_is_an_error_of_its_own(client: Client) -> None:
    found = busy(client, "nobody@example.com", "primary").execute()["calendars"]

    assert found["nobody@example.com"]["errors"][0]["reason"] == "notFound"
    assert found["primary"]["busy"] == []


def test_busy_times_are_told_for_ninety_days_at_most(client: Client) -> None:
    assert refused(busy(client, timeMax="2027-03-02T00:00:00Z")) == (400, "timeRangeTooLong")
    busy(client, timeMax="2027-03-01T00:00:00Z").execute()
    assert refused(busy(client, timeMax="2026-12-01T00:00:00Z")) == (400, "timeRangeEmpty")


def test_the_wide_scope_may_move_events_between_calendars(client: Client) -> None:
    client.insert(coffee()).execute()
    wide = client.fake.service("calendar.events")
    move = {"calendarId": client.calendar, "eventId": "coffee0", "destination": "primary"}

    assert refused(client.service.events().move(**move)) == (403, "insufficientPermissions")
    assert wide.events().move(**move).execute() == {"id": "coffee0", "status": "cancelled"}
    assert wide.events().get(calendarId="primary", eventId="coffee0").execute()["status"] == "confirmed"
