"""Gestures: what the user does in Google's own calendar, or a stranger does there.

They go past the API: no scope, no ledger, no condition, and they may happen between any two calls
(`fake.before_each`). An id may be that of a single event, of an occurrence, or of a series.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.fakes.bodies import accepted
from tests.fakes.event_methods import move_event
from tests.fakes.events import split_id
from tests.fakes.moments import Moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import RLock

    from tests.fakes.accounts import Accounts
    from tests.fakes.diary import Diary
    from tests.fakes.events import Calendar, Fields, View
    from tests.fakes.manners import Manners


@dataclass(frozen=True, slots=True)
class User:
    """The person whose calendar it is."""

    diary: Diary
    accounts: Accounts
    manners: Manners
    lock: RLock

    # One event, one occurrence, or a whole series

    def move(self, event_id: str, start: datetime | date) -> None:
        """Drag an event; it keeps its length. A whole series takes its rule along to the new weekday.

        A start without an offset is wall clock time in the event's own zone.
        """
        with self.lock:
            calendar, view = self.diary.locate(event_id)
            self._write(calendar, view, _times(view, _moment(start, view.start)) | _bent_rule(view, start))

    def lengthen(self, event_id: str, by: timedelta) -> None:
        """Drag an event's lower edge."""
        with self.lock:
            calendar, view = self.diary.locate(event_id)
            self._write(calendar, view, {"end": view.end.later(by).stored()})

    def rename(self, event_id: str, summary: str) -> None:
        self._edit(event_id, summary=summary)

    def edit_description(self, event_id: str, description: str) -> None:
        self._edit(event_id, description=description)

    def place(self, event_id: str, location: str) -> None:
        self._edit(event_id, location=location)

    def color(self, event_id: str, color_id: str) -> None:
        self._edit(event_id, colorId=color_id)

    def remind(self, event_id: str, *minutes: int) -> None:
        """Choose other reminders, which does not count as an update."""
        overrides = [{"method": "popup", "minutes": one} for one in minutes]
        self._edit(event_id, reminders={"useDefault": False, "overrides": overrides})

    def invite(self, event_id: str, *emails: str) -> None:
        guests = [{"email": email, "responseStatus": "needsAction"} for email in emails]
        with self.lock:
            _, view = self.diary.locate(event_id)
            self._edit(event_id, attendees=[*view.fields.get("attendees", []), *guests])

    def decline(self, event_id: str, *, as_guest: str | None = None) -> None:
        """Answer no: only to an event that has guests, for nothing else can be declined in the calendar."""
        email = as_guest or self.diary.email
        with self.lock:
            _, view = self.diary.locate(event_id)
            guests = view.fields.get("attendees", [])
            if email not in [guest["email"] for guest in guests]:
                raise ValueError(f"{event_id}: {email} is no guest, and who is no guest cannot decline")
            answers = [
                guest | ({"responseStatus": "declined"} if guest["email"] == email else {})
                for guest in guests
            ]
            self._edit(event_id, attendees=answers)

    def delete(self, event_id: str) -> None:
        """Delete an event, one occurrence, or all of a series."""
        with self.lock:
            calendar, view = self.diary.locate(event_id)
            calendar.cancel(view)

    def undelete(self, event_id: str) -> None:
        """Take something back out of the bin."""
        with self.lock:
            calendar, view = self.diary.locate(event_id)
            calendar.write(view, {**view.fields, "status": "confirmed"})

    # This and following

    def move_following(self, occurrence_id: str, start: datetime | date) -> str:
        """Drag an occurrence and choose "this and following"; return the id of the new series."""
        with self.lock:
            calendar, view = self._occurrence(occurrence_id)
            return self._split(calendar, view, _moment(start, view.start), {})

    def rename_following(self, occurrence_id: str, summary: str) -> str:
        """Rename an occurrence and those after it; return the id of the new series."""
        with self.lock:
            calendar, view = self._occurrence(occurrence_id)
            return self._split(calendar, view, view.slot or view.start, {"summary": summary})

    def delete_following(self, occurrence_id: str) -> None:
        """Delete an occurrence and those after it: the series ends before it."""
        with self.lock:
            calendar, view = self._occurrence(occurrence_id)
            self._end_before(calendar, view)

    def change_rule(self, series_id: str, *recurrence: str, start: datetime | date | None = None) -> None:
        """Choose another rhythm for all of a series."""
        with self.lock:
            calendar, view = self.diary.locate(series_id)
            times = _times(view, _moment(start, view.start)) if start else {}
            self._write(calendar, view, {"recurrence": list(recurrence), **times})

    # Events and calendars

    def add_event(
        self,
        summary: str,
        start: datetime | date,
        *,
        lasts: timedelta = timedelta(hours=1),
        recurrence: Sequence[str] = (),
        calendar: str = "primary",
        invited_by: str | None = None,
        **fields: Any,
    ) -> str:
        """Make an event that is none of the program's, and return its id."""
        with self.lock:
            place = self.diary.calendar(calendar)
            begin = _moment(start, Moment(datetime(2000, 1, 1, tzinfo=UTC), place.zone))
            if begin.is_all_day:
                lasts = max(lasts, timedelta(days=1))
            fields |= {"summary": summary, "start": begin.stored(), "end": begin.later(lasts).stored()}
            if recurrence:
                fields["recurrence"] = list(recurrence)
            if invited_by:
                guest = {"email": self.diary.email, "responseStatus": "needsAction", "self": place.is_primary}
                host = {"email": invited_by, "organizer": True, "responseStatus": "accepted"}
                fields["attendees"] = [host, guest]
            event_id = self.diary.new_name("u", 26)
            place.add(event_id, accepted(fields, self.manners), organizer=invited_by)
            return event_id

    def move_to_other_calendar(self, event_id: str, calendar: str = "primary") -> None:
        """Choose another calendar for an event or a series; it keeps its id."""
        with self.lock:
            source, view = self.diary.locate(event_id)
            move_event(view, source, self.diary.calendar(calendar))

    def change_timezone(self, zone: str, *, calendar: str | None = None) -> None:
        """Choose another zone for a calendar, or for the account and its primary calendar."""
        with self.lock:
            place = self.diary.calendar(calendar or "primary")
            place.fields = {**place.fields, "timeZone": ZoneInfo(zone).key}
            place.stamp = self.diary.next_stamp()
            if calendar is None:
                self.diary.zone = zone

    def add_calendar(self, summary: str, *, role: str = "owner") -> str:
        """Make a calendar that is none of the program's (or subscribe to one), and return its id."""
        with self.lock:
            return self.diary.add({"summary": summary, "timeZone": self.diary.zone}, role=role).id

    def rename_calendar(self, calendar: str, summary: str) -> None:
        with self.lock:
            place = self.diary.calendar(calendar)
            place.fields = {**place.fields, "summary": summary}
            place.stamp = self.diary.next_stamp()

    def delete_calendar(self, calendar: str) -> None:
        with self.lock:
            del self.diary.calendars[self.diary.calendar(calendar).id]

    def revoke_access(self) -> None:
        """Take back what the program was allowed."""
        with self.lock:
            self.accounts.revoke_all()

    # How

    def _edit(self, event_id: str, **fields: Any) -> None:
        with self.lock:
            calendar, view = self.diary.locate(event_id)
            self._write(calendar, view, fields)

    def _write(self, calendar: Calendar, view: View, fields: Fields) -> None:
        if view.is_cancelled:
            raise LookupError(f"{view.id} is deleted: there is nothing to take hold of")
        calendar.write(view, accepted({**view.fields, **fields}, self.manners))

    def _occurrence(self, occurrence_id: str) -> tuple[Calendar, View]:
        calendar, view = self.diary.locate(occurrence_id)
        if view.series is None or view.is_cancelled:
            raise LookupError(f"{occurrence_id} is no living occurrence of a series")
        return calendar, view

    def _split(self, calendar: Calendar, view: View, start: Moment, fields: Fields) -> str:
        """Begin a new series at an occurrence: a copy of the old one, private properties and all.

        From the first occurrence on, this is an edit of the series itself.
        """
        assert view.series is not None
        assert view.slot is not None
        old = calendar.view(view.series)
        rest = old.recurrence().begun_at(view.slot, start)
        end = start.later(view.start.until(view.end))
        fields = {**old.fields, **fields, "recurrence": rest, "start": start.stored(), "end": end.stored()}
        if view.slot == next(old.recurrence().slots()):
            self._write(calendar, old, fields)
            return old.id
        new_id = split_id(old.id, view.slot)
        fields = accepted(fields, self.manners)
        self._end_before(calendar, view)
        calendar.add(new_id, fields)
        return new_id

    def _end_before(self, calendar: Calendar, view: View) -> None:
        """End a series before an occurrence; what was stored for those after it is reset."""
        assert view.series is not None
        assert view.slot is not None
        old = calendar.view(view.series)
        if view.slot == next(old.recurrence().slots()):
            calendar.cancel(old)
            return
        self._write(calendar, old, {"recurrence": old.recurrence().ended_before(view.slot)})
        calendar.reset(old.id, since=view.slot)


def _moment(start: datetime | date, like: Moment) -> Moment:
    """Return a start in the zone of an event."""
    if not isinstance(start, datetime):
        return Moment(start, None)
    if start.tzinfo is None:
        return Moment(datetime(2000, 1, 1, tzinfo=UTC), like.zone).at_local(start)
    return Moment(start.astimezone(UTC), like.zone)


def _times(view: View, start: Moment) -> Fields:
    length = view.start.until(view.end)
    return {"start": start.stored(), "end": start.later(length).stored()}


def _bent_rule(view: View, start: datetime | date) -> Fields:
    if not view.is_series:
        return {}
    recurrence = view.recurrence()
    return {"recurrence": recurrence.begun_at(recurrence.start, _moment(start, view.start))}
