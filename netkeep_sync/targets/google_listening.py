"""Listening to a Google calendar: what has changed there since last time, by sync token.

Masters and exceptions are listed, never their expansion; a listing is whole or an error. Where there is no
token, or Google has given it up (410), all is listed once. Then an event that is missing is asked for by its
id: only what Google itself calls gone is gone.

An event with our marks under an id that is not ours is what Google makes of "this and all following": the
second part of a series, with a copy of the first one's marks.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.baseline import Cursor
from netkeep_sync.core.observation import Gone, Mark, Seen, SlotSeen, Tail, mark_of
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.google_event import TIMES, Content, instant_of, mark, moment_key, pattern_of
from netkeep_sync.targets.google_held import Held
from netkeep_sync.targets.google_request import Refused
from netkeep_sync.targets.target import Listened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        self._owner = owner
        self._held = {uid: Held.read(baseline.body) for uid, baseline in baselines.items()}
        self._uids = {held.event: uid for uid, held in self._held.items() if not held.is_gone}

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
        for identity, uid in self._uids.items():
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
        exceptions: dict[str, list[_Event]] = defaultdict(list)
        for event in events.values():
            if master := event.get("recurringEventId"):
                exceptions[master].append(event)
            else:
                masters[event["id"]] = event
        for identity in sorted(masters.keys() | exceptions.keys()):
            seen = self._observe(identity, masters.get(identity), exceptions[identity], masters)
            if seen is not None:
                yield seen
        yield from self._long_gone(masters)

    def _long_gone(self, masters: Mapping[str, _Event]) -> Iterator[Gone]:
        """Yield what a push found to be gone: nobody has been told of it."""
        for uid, held in self._held.items():
            if held.is_gone and held.event not in self._uids and held.event not in masters:
                yield Gone(uid=uid, body=held.body(), is_known=False)

    def _observe(
        self,
        identity: str,
        event: _Event | None,
        exceptions: list[_Event],
        masters: Mapping[str, _Event],
    ) -> Observation | None:
        uid = self._uids.get(identity)
        if uid is not None:
            return self._known(uid, self._held[uid], event, exceptions)
        if event is not None and event.get("status") == "cancelled":
            body = Held(event=identity, is_gone=True).body()
            return Gone(uid=f"{identity}@netkeep-sync", body=body, is_known=False)
        if event is None or mark(event, "netkeep") != self._owner:
            return None
        held, base = Held().told(event), mark(event, "netkeep_series")
        if (pattern := pattern_of(event)) is None:  # a whole day: a milestone
            uid = f"{identity}@netkeep-sync"
            return Seen(uid=uid, body=held.body(), is_known=False) if base == identity else None
        slots, held = _slots(held, exceptions)
        if base == identity:
            return Seen(
                uid=f"{identity}@netkeep-sync",
                body=held.body(),
                is_known=False,
                pattern=pattern,
                is_own_pattern=bool(TIMES & held.theirs),
                slots=slots,
                followed=held.mine("rule").body(),
                released=Held(event=identity, is_gone=True).body(),
            )
        if not self._is_split(event, base, masters):
            return None  # a copy that the owner made: theirs
        of = self._uids.get(base, f"{base}@netkeep-sync")
        return Tail(of=of, body=held.mine("rule").body(), pattern=pattern, slots=slots)

    def _is_split(self, event: _Event, base: str, masters: Mapping[str, _Event]) -> bool:
        """Tell whether an event is the second part of another: by its id, or because the owner has just given
        that one an end.
        """
        if "recurrence" not in event:
            return False
        if str(event["id"]).startswith(f"{base}_R"):
            return True
        first = masters.get(base)
        if first is None:
            return False
        told = self._held.get(self._uids.get(base, ""), Held()).told(first)
        return "rule" in told.theirs and "UNTIL=" in told.content.rule

    def _known(
        self, uid: str, held: Held, event: _Event | None, exceptions: list[_Event]
    ) -> Observation | None:
        told = held
        if event is not None:
            if event.get("status") == "cancelled":
                return Gone(uid=uid, body=Held(event=held.event, is_gone=True).body())
            told = held.told(event)
        slots, told = _slots(told, exceptions)
        if told == held and not held.unheard:
            return None
        changed, news = told.content.differing(held.content), told.news(held)
        told = replace(told, unheard=frozenset())
        is_put_back = "summary" in news and mark_of(told.content.summary) is not Mark.NONE
        if is_put_back:  # the mark is taken: every later check-in would bear it
            told = told.mine("summary")
        return Seen(
            uid=uid,
            body=told.body(),
            pattern=pattern_of(event) if event is not None and TIMES & (changed | news) else None,
            is_own_pattern=bool(TIMES & news),
            mark=mark_of(told.content.summary) if "summary" in news else Mark.NONE,
            note=told.content.own if "own" in news else "",
            slots=slots,
            followed=told.mine("rule").body(),
            released=Held(event=held.event, is_gone=True).body(),
            is_off=is_put_back,
        )


def _is_stale(cursor: Cursor, now: datetime) -> bool:
    """Tell whether all should be listed again: every week, not for everybody on the same day."""
    spread_h = int(hashlib.sha256(cursor.calendar.encode()).hexdigest()[:4], 16) % 48
    return now - cursor.full_at >= WEEK + timedelta(hours=spread_h)


def _token(cursor: Cursor, calendar: str) -> str:
    version, _, token = cursor.token.partition(" ")
    return token if version == VERSION and cursor.calendar == calendar else ""


def _slots(held: Held, exceptions: list[_Event]) -> tuple[tuple[SlotSeen, ...], Held]:
    """Return the exceptions that are not as we know them, and what we hold with them."""
    news = []
    slots, etags, theirs = dict(held.slots), dict(held.slot_etags), set(held.their_slots)
    for event in exceptions:
        slot_at = instant_of(event.get("originalStartTime", {}))
        if slot_at is None:
            continue
        key, start_at, etag = moment_key(slot_at), _start_of(event), event.get("etag", "")
        where = moment_key(start_at) if start_at else ""
        if (slots.get(key), etags.get(key)) == (where, etag) and key not in theirs:
            continue
        slots[key], etags[key] = where, etag
        theirs.discard(key)
        news.append(_slot_seen(slot_at, start_at, event, held.content))
    told = held.with_slots(slots, etags, theirs)
    return tuple(sorted(news, key=lambda one: one.slot_at)), told


def _start_of(event: _Event) -> datetime | None:
    return None if event.get("status") == "cancelled" else instant_of(event.get("start", {}))


def _slot_seen(slot_at: datetime, start_at: datetime | None, event: _Event, master: Content) -> SlotSeen:
    if start_at is None:
        return SlotSeen(slot_at=slot_at, start_at=None)
    content = Content.of(event)
    its_mark = mark_of(content.summary)
    return SlotSeen(
        slot_at=slot_at,
        start_at=start_at,
        mark=its_mark if its_mark != mark_of(master.summary) else Mark.NONE,
        note=content.own if content.own != master.own else "",
        is_declined=_is_declined(event),
        is_ours=mark(event, "netkeep_at") == moment_key(start_at),
    )


def _is_declined(event: _Event) -> bool:
    """Tell whether the owner said no, or everybody else who was asked."""
    guests = [one for one in event.get("attendees", ()) if not one.get("organizer")]
    others = [one for one in guests if not one.get("self")]
    declined = [one for one in guests if one.get("responseStatus") == "declined"]
    return any(one.get("self") for one in declined) or (bool(others) and len(declined) == len(others))
