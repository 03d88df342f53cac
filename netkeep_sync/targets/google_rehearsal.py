"""The way to a calendar at Google in a dry run: it reads, and answers every change as Google would, without
sending it.

What was changed is remembered for as long as the run takes, for it may be asked for again: the occurrences
of a series that was made, or that has another time now, stand where its rule puts them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from googleapiclient.errors import HttpError
from httplib2 import Response

from netkeep_sync.targets import google_auth
from netkeep_sync.targets.google_link import SignedInLink
from netkeep_sync.targets.google_request import Refused

if TYPE_CHECKING:
    from googleapiclient.http import HttpRequest

    from netkeep_sync.core.roster import GoogleCalendar
    from netkeep_sync.targets.google_auth import Endpoints

__all__ = ["RehearsedLink"]

_UNMADE = "(yet to be made)"
_ETAG = "(of a dry run)"

_Event = dict[str, Any]


class RehearsedLink(SignedInLink):
    """The calendar that the roster names, the same whatever is sent there."""

    def __init__(self, calendar: GoogleCalendar, *, timezone: str, endpoints: Endpoints) -> None:
        super().__init__(calendar, timezone=timezone, endpoints=endpoints)
        self._made: dict[str, _Event] = {}
        self._changed: dict[str, _Event] = {}
        self._is_forgotten = False

    def known_id(self) -> str:
        """Return the id of the calendar, "" where it has yet to be made."""
        known = "" if self._is_forgotten else super().known_id()
        return known or ("" if self._calendar_id != _UNMADE else _UNMADE)

    def close(self) -> None:
        """Hang up; the calendar that is yet to be made stays so until all is told."""
        known = self._calendar_id
        super().close()
        self._calendar_id = known

    def _make(self) -> str:
        """Make none, and see whether there is a sign-in to make it with: nothing else will ask Google."""
        google_auth.credentials(self._token_file, self._scopes, endpoints=self._endpoints, must_refresh=True)
        return _UNMADE

    def _forget(self) -> None:
        self._is_forgotten = True

    def send(self, request: HttpRequest, about: str, *, etag: str = "") -> Any:
        """Return Google's answer to what only asks, and to all else what Google would answer."""
        identity = unquote(urlsplit(request.uri).path.rpartition("/")[2])
        match request.methodId:
            case "calendar.events.get":
                return self._event(request, identity, about)
            case "calendar.events.insert":
                return self._inserted(json.loads(request.body), about)
            case "calendar.events.patch":
                return self._patched(identity, json.loads(request.body), about)
            case "calendar.events.delete":
                return ""
            case "calendar.events.list" if self._calendar_id == _UNMADE:
                return {"items": [], "nextSyncToken": _UNMADE}
        if request.method != "GET":
            raise AssertionError(f"a dry run does not know {request.methodId}")
        return super().send(request, about, etag=etag)

    def _event(self, request: HttpRequest, identity: str, about: str) -> _Event:
        """Return an event, or an occurrence, as it would be by now."""
        event = self._made.get(identity) or self._changed.get(identity)
        if event is not None:
            return event
        master, _, slot = identity.rpartition("_")
        if master in self._made:
            return _occurrence(identity, slot)
        try:
            found: _Event = super().send(request, about)
        except Refused as refused:
            if refused.is_gone and master in self._changed:
                return _occurrence(identity, slot)
            raise
        return found

    def _inserted(self, body: _Event, about: str) -> _Event:
        if self._calendar_id != _UNMADE and self._is_taken(body["id"], about):
            raise Refused(HttpError(Response({"status": 409}), b""), about)
        self._made[body["id"]] = {**body, "etag": _ETAG}
        return self._made[body["id"]]

    def _is_taken(self, identity: str, about: str) -> bool:
        """Tell whether there is, or ever was, an event of that id."""
        try:
            super().send(self._get(identity), about)
        except Refused as refused:
            return not refused.is_gone
        return True

    def _patched(self, identity: str, body: _Event, about: str) -> _Event:
        self._changed[identity] = {**self._event(self._get(identity), identity, about), **body, "etag": _ETAG}
        return self._changed[identity]

    def _get(self, identity: str) -> HttpRequest:
        request: HttpRequest = self.service.events().get(calendarId=self.calendar_id, eventId=identity)
        return request


def _occurrence(identity: str, slot: str) -> _Event:
    """Return the occurrence of a slot where its series has it."""
    start_at = datetime.strptime(slot, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return {"id": identity, "etag": _ETAG, "start": {"dateTime": start_at.isoformat()}}
