"""A fake Google Calendar whose clock stands still, and a client with a calendar of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.google_calendar import FakeGoogleCalendar
from tests.fakes.samples import NOW, ZONE, Client

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def fake() -> Iterator[FakeGoogleCalendar]:
    with FakeGoogleCalendar(clock=lambda: NOW) as fake:
        yield fake


@pytest.fixture
def client(fake: FakeGoogleCalendar) -> Client:
    """Return a client that may only use its own, empty calendar and see busy times."""
    service = fake.service("calendar.app.created", "calendar.freebusy")
    made = service.calendars().insert(body={"summary": "Check-ins", "timeZone": ZONE}).execute()
    fake.ledger.clear()
    return Client(fake, made["id"], service)
