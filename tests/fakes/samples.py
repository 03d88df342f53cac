"""Samples: events to send, and what a refusal said."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.errors import HttpError

if TYPE_CHECKING:
    from tests.fakes.google_calendar import FakeGoogleCalendar

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZONE = "Europe/Berlin"
FIRST = datetime(2026, 12, 1, 9)  # noqa: DTZ001 -- a Tuesday, on the wall
EVERY_TUESDAY = "RRULE:FREQ=WEEKLY;BYDAY=TU"
SLOTS = ("20261201T080000Z", "20261208T080000Z", "20261215T080000Z", "20261222T080000Z")


def times(start: datetime = FIRST, *, minutes: int = 45, zone: str | None = ZONE) -> dict[str, Any]:
    """Return start and end as a client sends them."""
    in_zone = {"timeZone": zone} if zone else {}
    end = start + timedelta(minutes=minutes)
    return {
        "start": {"dateTime": start.isoformat(), **in_zone},
        "end": {"dateTime": end.isoformat(), **in_zone},
    }


def coffee(event_id: str | None = "coffee0", **fields: Any) -> dict[str, Any]:
    """Return a single event."""
    named = {"id": event_id} if event_id else {}
    return {**named, "summary": "Coffee with John", **times(), **fields}


def series(event_id: str = "series0", *, rule: str = EVERY_TUESDAY, **fields: Any) -> dict[str, Any]:
    """Return a series, on Tuesdays at nine in Berlin."""
    return coffee(event_id, recurrence=[rule], **fields)


def all_day(event_id: str = "eve00", **fields: Any) -> dict[str, Any]:
    return {
        "id": event_id,
        "summary": "Birthday",
        "start": {"date": "2026-12-24"},
        "end": {"date": "2026-12-25"},
        **fields,
    }


def refused(request: Any) -> tuple[int, str]:
    """Send a request that must be refused, and return its status and reason."""
    with pytest.raises(HttpError) as error:
        request.execute()
    # Not error_details: where an error comes in the newer form too, that holds the newer form's reason.
    return int(error.value.resp.status), json.loads(error.value.content)["error"]["errors"][0]["reason"]


class Client:
    """The client library, with less to write."""

    def __init__(self, fake: FakeGoogleCalendar, calendar: str, service: Any) -> None:
        self.fake = fake
        self.calendar = calendar
        self.service = service

    def insert(self, body: dict[str, Any], **parameters: Any) -> Any:
        return self.service.events().insert(calendarId=self.calendar, body=body, **parameters)

    def get(self, event_id: str, **parameters: Any) -> Any:
        return self.service.events().get(calendarId=self.calendar, eventId=event_id, **parameters)

    def patch(self, event_id: str, if_match: str | None = None, /, **body: Any) -> Any:
        request = self.service.events().patch(calendarId=self.calendar, eventId=event_id, body=body)
        return conditional(request, if_match)

    def update(self, event_id: str, body: dict[str, Any], *, if_match: str | None = None) -> Any:
        request = self.service.events().update(calendarId=self.calendar, eventId=event_id, body=body)
        return conditional(request, if_match)

    def delete(self, event_id: str, *, if_match: str | None = None, **parameters: Any) -> Any:
        request = self.service.events().delete(calendarId=self.calendar, eventId=event_id, **parameters)
        return conditional(request, if_match)

    def listing(self, **parameters: Any) -> Any:
        return self.service.events().list(calendarId=self.calendar, **parameters)

    def instances(self, event_id: str, **parameters: Any) -> Any:
        return self.service.events().instances(calendarId=self.calendar, eventId=event_id, **parameters)

    def everything(self, **parameters: Any) -> tuple[list[dict[str, Any]], str | None]:
        """Read a listing to its last page; return its items and its sync token."""
        found: list[dict[str, Any]] = []
        request = self.listing(**parameters)
        while True:
            answer = request.execute()
            found += answer["items"]
            if "nextPageToken" not in answer:
                return found, answer.get("nextSyncToken")
            request = self.service.events().list_next(request, answer)

    def token(self) -> str:
        """Return a sync token from now."""
        token = self.everything(showDeleted=True)[1]
        assert token
        return token

    def since(self, token: str) -> dict[str, dict[str, Any]]:
        """Return what changed since a token, by id."""
        found, _ = self.everything(syncToken=token, showDeleted=True)
        return {item["id"]: item for item in found}


def conditional(request: Any, etag: str | None) -> Any:
    if etag:
        request.headers["If-Match"] = etag
    return request
