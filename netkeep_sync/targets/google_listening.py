"""Listening to a Google calendar: what has changed there since last time, by sync token.

Masters and exceptions are listed, never their expansion; a listing is whole or an error. Where there is no
token, or Google has given it up (410), all is listed once. Then an event that is missing is asked for by its
id: only what Google itself calls gone is gone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.baseline import Cursor
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.content import ToldSlot, moment_key
from netkeep_sync.targets.google_event import content_of, instant_of, mark, start_of_occurrence, told_of
from netkeep_sync.targets.google_request import Refused
from netkeep_sync.targets.held import Held
from netkeep_sync.targets.observing import Observer
from netkeep_sync.targets.target import Listened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.core.observation import Observation
    from netkeep_sync.targets.google_link import Link

__all__ = ["Listening"]

_Event = dict[str, Any]

VERSION = "1"
"""What a token was got with. A later version that asks for something else begins with a full listing."""

WEEK = timedelta(days=7)


class Listening:
    """One listening; `baselines` are what we hold, `owner` marks our events."""

    def __init__(self, link: Link, baselines: Mapping[str, Baseline], *, owner: str) -> None:
        self._link = link
        held = {uid: Held.read(baseline.body) for uid, baseline in baselines.items()}
        self._observer = Observer(held, owner=owner)

    def listen(self, cursor: Cursor | None, *, now: datetime) -> Listened:
        """Return what has changed since the cursor, and the next cursor."""
        calendar = self._link.calendar_id
        token = _token(cursor, calendar) if cursor and not _is_stale(cursor, now) else ""
        events: dict[str, _Event] | None = None
        if token:
            try:
                events, following = self._list(token)
            except Refused as refused:
                if not refused.is_expired:
                    raise
        is_full = events is None
        if events is None:
            events, following = self._list("")
            self._ask_for_missing(events)
        full_at = now if is_full or cursor is None else cursor.full_at
        return Listened(
            observations=tuple(self._observed(events)),
            cursor=Cursor(token=f"{VERSION} {following}", calendar=calendar, full_at=full_at, heard_at=now),
        )

    def _list(self, token: str) -> tuple[dict[str, _Event], str]:
        """Return all events by id, the last word on each, and the token for the next time."""
        listing = self._link.service.events()
        narrowed = {"syncToken": token} if token else {}
        request = listing.list(
            calendarId=self._link.calendar_id,
            singleEvents=False,
            showDeleted=True,
            maxResults=2500,
            **narrowed,
        )
        events: dict[str, _Event] = {}
        page: _Event = {}
        while request is not None:
            page = self._link.send(request, "the list of events")
            events |= {
                event["id"] + event.get("recurringEventId", ""): event for event in page.get("items", ())
            }
            request = listing.list_next(request, page)
        if "nextSyncToken" not in page:
            raise TargetError("Google Calendar did not list all events; try again later", permanent=False)
        return events, page["nextSyncToken"]

    def _ask_for_missing(self, events: dict[str, _Event]) -> None:
        """Ask for what we hold and a full listing did not show: it may have been deleted long ago."""
        for identity, uid in self._observer.uids.items():
            if identity in events:
                continue
            try:
                get = self._link.service.events().get(calendarId=self._link.calendar_id, eventId=identity)
                events[identity] = self._link.send(get, uid)
            except Refused as refused:
                if not refused.is_gone:
                    raise
                events[identity] = {"id": identity, "status": "cancelled"}

    # -- what it means ----------------------------------------------------------------------------

    def _observed(self, events: Mapping[str, _Event]) -> Iterator[Observation]:
        masters: dict[str, _Event] = {}
        slots: dict[str, list[ToldSlot]] = defaultdict(list)
        for event in events.values():
            master = event.get("recurringEventId")
            if not master:
                masters[event["id"]] = event
            elif slot := _told_slot(event):
                slots[master].append(slot)
        gone = {identity for identity, event in masters.items() if event.get("status") == "cancelled"}
        told = {identity: told_of(event) for identity, event in masters.items() if identity not in gone}
        return self._observer.observed(told, slots, gone=gone)


def _is_stale(cursor: Cursor, now: datetime) -> bool:
    """Tell whether all should be listed again: every week, not for everybody on the same day."""
    spread_h = int(hashlib.sha256(cursor.calendar.encode()).hexdigest()[:4], 16) % 48
    return now - cursor.full_at >= WEEK + timedelta(hours=spread_h)


def _token(cursor: Cursor, calendar: str) -> str:
    version, _, token = cursor.token.partition(" ")
    return token if version == VERSION and cursor.calendar == calendar else ""


def _told_slot(event: _Event) -> ToldSlot | None:
    """Return an occurrence as Google tells it, None for that of a series of whole days."""
    slot_at, start_at = instant_of(event.get("originalStartTime", {})), start_of_occurrence(event)
    if slot_at is None:
        return None
    if start_at is None:
        return ToldSlot(slot_at=slot_at, start_at=None, etag=event.get("etag", ""))
    content = content_of(event)
    return ToldSlot(
        slot_at=slot_at,
        start_at=start_at,
        etag=event.get("etag", ""),
        summary=content.summary,
        own=content.own,
        is_declined=_is_declined(event),
        is_ours=mark(event, "netkeep_at") == moment_key(start_at),
    )


def _is_declined(event: _Event) -> bool:
    """Tell whether the owner said no, or everybody else who was asked."""
    guests = [one for one in event.get("attendees", ()) if not one.get("organizer")]
    others = [one for one in guests if not one.get("self")]
    declined = [one for one in guests if one.get("responseStatus") == "declined"]
    return any(one.get("self") for one in declined) or (bool(others) and len(declined) == len(others))
