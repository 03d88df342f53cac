"""The methods on calendars, the account's list of them, its settings, and busy time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from tests.fakes.answers import busy_answer, calendar_answer, list_entry_answer
from tests.fakes.moments import rfc3339
from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from tests.fakes.accounts import Grant
    from tests.fakes.diary import Diary
    from tests.fakes.events import Calendar, Fields
    from tests.fakes.ledger import Call
    from tests.fakes.manners import Manners

MOST_BUSY_CALENDARS = 50
_CALENDAR_FIELDS = ("summary", "description", "location", "timeZone")
_LIST_FIELDS = (
    "backgroundColor",
    "colorId",
    "defaultReminders",
    "foregroundColor",
    "hidden",
    "selected",
    "summaryOverride",
)


@dataclass(frozen=True, slots=True)
class CalendarMethods:
    """Each takes the call, who makes it, and the calendar that its path names."""

    diary: Diary
    manners: Manners

    def insert(self, call: Call, grant: Grant) -> Fields:
        if not call.body.get("summary"):
            raise Refusal("required", "Missing title.")
        fields = {"timeZone": "UTC"} | _calendar_fields(call.body)  # not the account's zone, if none is given
        calendar = self.diary.add(fields, made_by=grant.client_id)
        return calendar_answer(calendar, self.diary.email)

    def get(self, _call: Call, calendar: Calendar) -> Fields:
        return calendar_answer(calendar, self.diary.email)

    def patch(self, call: Call, calendar: Calendar) -> Fields:
        """Change a calendar; a patch that changes nothing keeps the etag, unlike one of an event."""
        check_match(call, calendar.etag)
        fields = {**calendar.fields, **_calendar_fields(call.body)}
        return self._rewrite(calendar, fields)

    def update(self, call: Call, calendar: Calendar) -> Fields:
        check_match(call, calendar.etag)
        return self._rewrite(calendar, {"timeZone": calendar.zone} | _calendar_fields(call.body))

    def _rewrite(self, calendar: Calendar, fields: Fields) -> Fields:
        fields = {name: value for name, value in fields.items() if value}
        if fields != calendar.fields:
            calendar.fields = fields
            calendar.stamp = self.diary.next_stamp()
        return calendar_answer(calendar, self.diary.email)

    def delete(self, _call: Call, calendar: Calendar) -> None:
        if calendar.is_primary:
            raise Refusal(
                "cannotDeletePrimaryCalendar", "The primary calendar cannot be deleted.", status=403
            )
        del self.diary.calendars[calendar.id]

    def list_get(self, _call: Call, calendar: Calendar) -> Fields:
        return list_entry_answer(calendar, self.diary.email)

    def list_patch(self, call: Call, calendar: Calendar) -> Fields:
        calendar.of_list |= {name: call.body[name] for name in _LIST_FIELDS if name in call.body}
        return list_entry_answer(calendar, self.diary.email)

    def list_delete(self, _call: Call, calendar: Calendar) -> None:
        if calendar.role == "owner":  # an own calendar can be hidden, not taken off the list
            raise Refusal("forbidden")
        del self.diary.calendars[calendar.id]

    def list_list(self, _call: Call, _grant: Grant) -> Fields:
        items = [list_entry_answer(calendar, self.diary.email) for calendar in self.diary.calendars.values()]
        return {"kind": "calendar#calendarList", "etag": '"list"', "items": items, "nextSyncToken": "list="}

    def setting(self, call: Call, _grant: Grant) -> Fields:
        name = call.path_parameters["setting"]
        values = {"timezone": self.diary.zone, "locale": "en", "weekStart": "1"}
        if name not in values:
            raise Refusal("notFound")
        return {"kind": "calendar#setting", "etag": f'"{values[name]}"', "id": name, "value": values[name]}

    def colors(self, _call: Call, _grant: Grant) -> Fields:
        event = {str(number): {"background": "#a4bdfc", "foreground": "#1d1d1d"} for number in range(1, 12)}
        calendar = {"1": {"background": "#ac725e", "foreground": "#1d1d1d"}}
        return {"kind": "calendar#colors", "calendar": calendar, "event": event}

    def busy(self, call: Call, _grant: Grant) -> Fields:
        """Answer when calendars are busy; one that is unknown is an error of its own, not of the whole."""
        since, until = (_instant(call.body, name) for name in ("timeMin", "timeMax"))
        if since >= until:
            raise Refusal("timeRangeEmpty")
        if until - since > timedelta(days=self.manners.freebusy_days):
            raise Refusal("timeRangeTooLong")
        zone = call.body.get("timeZone", "UTC")
        names = [item["id"] for item in call.body.get("items", [])]
        if len(names) > MOST_BUSY_CALENDARS:
            raise Refusal("tooManyCalendarsRequested", "Too many calendars requested.")
        return {
            "kind": "calendar#freeBusy",
            "timeMin": rfc3339(since),
            "timeMax": rfc3339(until),
            "calendars": {name: self._busy_in(name, since, until, zone) for name in names},
        }

    def _busy_in(self, name: str, since: datetime, until: datetime, zone: str) -> Fields:
        try:
            calendar = self.diary.calendar(name)
        except Refusal:
            return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        periods = [
            (max(view.start.instant(calendar.zone), since), min(view.end.instant(calendar.zone), until))
            for view in calendar.occurring(since, until)
            if view.fields.get("transparency") != "transparent"
        ]
        answer = busy_answer(periods)
        in_zone = ZoneInfo(zone)
        for period in answer["busy"]:
            period |= {side: rfc3339(at.astimezone(in_zone)) for side, at in period.items()}
        return answer


def check_match(call: Call, etag: str) -> None:
    """Refuse a change that is conditional on another version; `*` stands for any."""
    if call.if_match not in (None, "*", etag):
        raise Refusal("conditionNotMet")


def _calendar_fields(body: dict[str, Any]) -> Fields:
    fields = {name: body[name] for name in _CALENDAR_FIELDS if name in body}
    if fields.get("timeZone") and fields["timeZone"] not in available_timezones():
        raise Refusal("invalid", "Invalid time zone.")
    return fields


def _instant(body: dict[str, Any], name: str) -> datetime:
    if name not in body:
        raise Refusal("required", f"Missing {name}.")
    at = datetime.fromisoformat(body[name])
    if at.tzinfo is None:
        raise Refusal("badRequest")
    return at.astimezone(UTC)
