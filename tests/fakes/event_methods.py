"""The methods on events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.answers import event_answer, organizer_of, tombstone
from tests.fakes.bodies import accepted, merged, writable
from tests.fakes.calendar_methods import check_match
from tests.fakes.ledger import Mail
from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from tests.fakes.diary import Diary
    from tests.fakes.events import Calendar, Fields, View
    from tests.fakes.ledger import Call, Ledger
    from tests.fakes.listing import Listings
    from tests.fakes.manners import Manners

_LEGAL_ID = re.compile(r"[a-v0-9]{5,1024}")
_A_GUESTS_OWN = {"attendees", "colorId", "extendedProperties", "reminders", "transparency", "visibility"}


@dataclass(frozen=True, slots=True)
class EventMethods:
    """Each takes the call and the calendar that its path names."""

    diary: Diary
    listings: Listings
    ledger: Ledger
    manners: Manners

    def insert(self, call: Call, calendar: Calendar) -> Fields:
        """Make an event. An id is never free again, not even once deleted (google-api-ruby-client#1811)."""
        body = _without_nulls(call.body)
        event_id = body.get("id") or self.diary.new_name("e", 26)
        if not _LEGAL_ID.fullmatch(event_id):
            raise Refusal("invalid", "Invalid resource id value.")
        if "id" in body and "iCalUID" in body:
            raise Refusal("invalid", "Only one of id and iCalUID can be given.")
        fields = accepted(self._with_conference(writable(body), call, {}), self.manners)
        if event_id in calendar.spent:
            raise Refusal("duplicate")
        view = calendar.add(event_id, fields, ical_uid=body.get("iCalUID"))
        if "attendees" in fields:
            self._add_organizer(view, calendar)
        self._mail(call, view, "invitation")
        return self._answer(view, calendar, call)

    def get(self, call: Call, calendar: Calendar) -> Fields:
        """Answer with an event; a deleted one is there with status cancelled, until it is forgotten."""
        view = _find(call, calendar)
        if view.stored and view.stored.was_moved_away:
            return tombstone(view, calendar)
        return self._answer(view, calendar, call)

    def list(self, call: Call, calendar: Calendar) -> Fields:
        return self.listings.listed(calendar, call.query)

    def instances(self, call: Call, calendar: Calendar) -> Fields:
        return self.listings.instances(calendar, _find(call, calendar), call.query)

    def patch(self, call: Call, calendar: Calendar) -> Fields:
        """Change what the body names. An occurrence becomes an exception by it."""
        view = self._to_write(call, calendar)
        fields = merged(view.fields, writable(call.body))
        for side in ("start", "end"):
            # All of the old kind must be taken away with null, the zone as well.
            if "dateTime" in view.fields[side] and fields.get(side, {}).keys() >= {"date", "timeZone"}:
                raise Refusal("invalid", f"Invalid {side} time.")
        return self._write(call, calendar, view, fields)

    def update(self, call: Call, calendar: Calendar) -> Fields:
        """Replace an event: what the body leaves out is gone."""
        view = self._to_write(call, calendar)
        return self._write(call, calendar, view, writable(_without_nulls(call.body)))

    def delete(self, call: Call, calendar: Calendar) -> None:
        view = _find(call, calendar)
        if view.is_cancelled:
            raise Refusal("deleted")
        check_match(call, view.etag)
        calendar.cancel(view)
        self._mail(call, view, "cancellation")

    def move(self, call: Call, calendar: Calendar) -> Fields:
        """Move an event to another calendar; the answer is the cancelled copy that stays behind."""
        view = self._to_write(call, calendar)
        move_event(view, calendar, self.diary.calendar(call.query["destination"]))
        return tombstone(view, calendar)

    def _to_write(self, call: Call, calendar: Calendar) -> View:
        view = _find(call, calendar)
        check_match(call, view.etag)
        if view.is_cancelled:
            is_gone = view.stored is None or view.stored.was_reset or view.stored.was_moved_away
            if is_gone or not self.manners.revives:
                raise Refusal("forbidden")
        if call.body and call.body.get("sequence", view.like.sequence) < view.like.sequence:
            message = (
                "Invalid sequence value. The specified sequence number is below the current sequence number."
            )
            raise Refusal("invalid", message)
        return view

    def _write(self, call: Call, calendar: Calendar, view: View, fields: Fields) -> Fields:
        if view.series and "recurrence" in fields:
            raise Refusal("invalid", "An instance of a recurring event cannot recur itself.")
        fields = accepted(self._with_conference(fields, call, view.fields), self.manners)
        names = {name for name in {*view.fields, *fields} if view.fields.get(name) != fields.get(name)}
        if view.like.organizer and names - _A_GUESTS_OWN:
            raise Refusal("forbiddenForNonOrganizer")
        if names or not self.manners.noop_keeps_etag:
            view = calendar.write(view, fields)
        self._mail(call, view, "update")
        return self._answer(view, calendar, call)

    def _answer(self, view: View, calendar: Calendar, call: Call) -> Fields:
        return event_answer(view, calendar, self.diary.email, zone=call.query.get("timeZone"))

    def _with_conference(self, fields: Fields, call: Call, before: Fields) -> Fields:
        """Return fields without conference data that the call does not announce: it is dropped in silence."""
        if call.query.get("conferenceDataVersion") == 1:
            return fields
        fields = {name: value for name, value in fields.items() if name != "conferenceData"}
        kept = {"conferenceData": before["conferenceData"]} if "conferenceData" in before else {}
        return fields | kept

    def _add_organizer(self, view: View, calendar: Calendar) -> None:
        organizer = organizer_of(view, calendar)
        if organizer["email"] not in [one["email"] for one in view.fields["attendees"]]:
            row = organizer | {"organizer": True, "responseStatus": "accepted"}
            view.fields["attendees"].append(row)

    def _mail(self, call: Call, view: View, about: str) -> None:
        """Note the mail that guests get: none, unless the call asks for it."""
        whom = "all" if call.query.get("sendNotifications") else call.query.get("sendUpdates", "none")
        domain = self.diary.email.rpartition("@")[2]
        for guest in view.fields.get("attendees", []):
            email = guest["email"]
            is_external = not email.endswith(f"@{domain}")
            is_host = guest.get("organizer") or email == self.diary.email
            if not is_host and (whom == "all" or (whom == "externalOnly" and is_external)):
                self.ledger.mails.append(Mail(to=email, event_id=view.id, about=about))


def move_event(view: View, calendar: Calendar, destination: Calendar) -> View:
    """Move an event with its exceptions; it keeps its id, and leaves a tombstone with hardly more."""
    if view.series or view.stored is None:
        raise Refusal("cannotChangeOrganizerOfInstance", "Cannot change the organizer of an instance.")
    if view.id in destination.spent:
        raise Refusal("duplicate")
    moved = destination.add(view.id, dict(view.fields), ical_uid=view.like.ical_uid)
    for exception in calendar.exceptions(view.id):
        assert exception.slot is not None
        plain = destination.view_of_slot(destination.events[view.id], exception.slot)
        own = {**plain.fields, **exception.fields}
        destination.write(plain, {name: value for name, value in own.items() if value is not None})
    calendar.move_away(view)
    return moved


def _find(call: Call, calendar: Calendar) -> View:
    view = calendar.find(call.path_parameters["eventId"])
    if view is None:
        raise Refusal("notFound")
    return view


def _without_nulls(body: dict[str, Any]) -> Fields:
    return merged({}, body)
