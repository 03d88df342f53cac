"""The diary: all calendars of the one account, and the time that Google's own clock shows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.fakes.events import Calendar, Fields
from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.events import View

_START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Diary:
    """What the account sees. Two writes never have the same stamp, even while the clock of a test stands."""

    email: str
    clock: Callable[[], datetime]
    zone: str
    calendars: dict[str, Calendar] = field(default_factory=dict)
    _last: datetime = _START
    _count: int = 0

    def next_stamp(self) -> datetime:
        """Return the time of a write: now, or a millisecond after the last one."""
        now = self.clock().astimezone(UTC)
        now -= timedelta(microseconds=now.microsecond % 1000)
        self._last = max(now, self._last + timedelta(milliseconds=1))
        return self._last

    def add(
        self,
        fields: Fields,
        *,
        calendar_id: str | None = None,
        made_by: str | None = None,
        role: str = "owner",
    ) -> Calendar:
        """Make a calendar; the one with the account's address is the primary one."""
        name = calendar_id or f"{self.new_name('c', 32)}@group.calendar.google.com"
        self.calendars[name] = Calendar(
            id=name,
            fields=fields,
            stamp=self.next_stamp(),
            next_stamp=self.next_stamp,
            made_by=made_by,
            is_primary=name == self.email,
            role=role,
        )
        return self.calendars[name]

    def calendar(self, calendar_id: str) -> Calendar:
        """Return a calendar; `primary` is one more name of the first."""
        found = self.calendars.get(self.email if calendar_id == "primary" else calendar_id)
        if found is None:
            raise Refusal("notFound")
        return found

    def new_name(self, kind: str, length: int) -> str:
        """Return an id as Google makes them, of small letters a to v and digits."""
        self._count += 1
        digest = hashlib.sha256(f"{kind} {self._count}".encode()).hexdigest()
        return digest[:length]

    def locate(self, event_id: str) -> tuple[Calendar, View]:
        """Return where an event is, preferring a calendar in which it is alive."""
        found = [
            (calendar, view)
            for calendar in self.calendars.values()
            if (view := calendar.find(event_id)) is not None
        ]
        if not found:
            raise LookupError(f"there is no event {event_id}")
        return min(found, key=lambda pair: pair[1].is_cancelled)
