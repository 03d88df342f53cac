"""The Google Calendar target: one event for each series, one exception for each slot that is elsewhere.

Every change is conditional on the ETag that Google last told. Where the owner was faster, the event is read
again and the change is made to what they left alone: what they changed stays theirs for good. What they
deleted is never made again.

Ids are the series' own, so an insert whose answer was lost finds its event on the second try (409: "maybe
mine"; the client's HTTP library re-sends by itself). What is known of the service's manners stands in the
tests' fake.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.projection import SeriesProjection
from netkeep_sync.core.roster import Show
from netkeep_sync.targets.content import TIMES, moment_key, series_id
from netkeep_sync.targets.google_event import (
    content_of,
    event_body,
    instance_id,
    part_body,
    slot_body,
    start_of_occurrence,
    told_of,
)
from netkeep_sync.targets.google_listening import Listening
from netkeep_sync.targets.google_request import Refused, Unanswered
from netkeep_sync.targets.held import Held
from netkeep_sync.targets.shown import shown_of
from netkeep_sync.targets.slot_goals import begun_as_held, to_place, wall_clock
from netkeep_sync.targets.target import MOST_TRIES, changes_all_the_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.baseline import Baseline, Cursor
    from netkeep_sync.core.entry import Entry
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.targets.google_link import Link
    from netkeep_sync.targets.target import Listened

__all__ = ["GoogleTarget"]

_Event = dict[str, Any]


class GoogleTarget:
    """One calendar of the owner's, behind its link. `owner` marks our events."""

    is_remote = True

    def __init__(self, link: Link, *, owner: str, name: str = "google", show: Show = Show.FULL) -> None:
        self.name = name
        self.show = show
        self._link = link
        self._owner = owner

    def listen(
        self, cursor: Cursor | None, baselines: Mapping[str, Baseline], *, now: datetime
    ) -> Listened | None:
        """Return what has changed on the calendar since the cursor."""
        return Listening(self._link, baselines, owner=self._owner).listen(cursor, now=now)

    def put(self, projection: Projection, *, base: Baseline | None, now: datetime) -> Baseline:
        """Create the event or change what is ours of it, then its exceptions."""
        held = self._created(projection) if base is None else Held.read(base.body)
        held = self._changed(projection, held)
        if isinstance(projection, SeriesProjection):
            held = self._excepted(projection, held, now=now)
        return held.baseline(projection, base=base, now=now)

    def remove(self, base: Baseline) -> None:
        """Delete the event, unless it has become the owner's; one that is gone already is no error."""
        held = Held.read(base.body)
        for _ in range(MOST_TRIES):
            if held.is_left:
                return
            mail = "all" if held.has_guests else "none"
            delete = self._events.delete(**self._of(held.event), sendUpdates=mail)
            try:
                self._link.send(delete, base.uid, etag=held.etag)
            except Refused as refused:
                if refused.is_gone:
                    return
                if refused.status != 412:
                    raise
                held = self._read_again(base.uid, held)
            else:
                return
        raise changes_all_the_time(base.uid)

    def shown(self, base: Baseline) -> Entry | None:
        """Return what the event shows; None where it is gone."""
        return shown_of(Held.read(base.body))

    @property
    def requests_sent(self) -> int:
        """How many requests were sent, repeated ones too."""
        return self._link.requests_sent

    def calendar_id(self) -> str:
        """Return the id of the calendar, "" where it has yet to be made."""
        return self._link.known_id()

    def renew(self, *, is_confirmed: bool = False) -> bool:
        """Forget the calendar, so that another is made; return whether this one is made at all."""
        return self._link.renew(is_confirmed=is_confirmed)

    def publish(self, baselines: Sequence[Baseline]) -> None:
        """Do nothing: each event is on the calendar as soon as it is put."""

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    # -- the event --------------------------------------------------------------------------------

    def _created(self, projection: Projection) -> Held:
        body = event_body(projection, owner=self._owner)
        insert = self._events.insert(
            **self._calendar, body=body, sendUpdates=_mail(projection), **_with_room(body)
        )
        identity = series_id(projection.uid)
        for _ in range(MOST_TRIES):
            try:
                event = self._link.send(insert, projection.summary)
            except (Refused, Unanswered) as error:
                if not _is_in_doubt(error):
                    raise
                failed = error
                found = self._found(identity, projection.uid)
                if found is not None and found.get("status") != "cancelled":
                    return Held().found(told_of(found))
                if found is not None or _is_spent(error):
                    return Held(event=identity, is_gone=True)
            else:
                return Held(
                    event=event["id"],
                    etag=event["etag"],
                    content=content_of(event),
                    has_guests=bool(body.get("attendees")),
                )
        raise failed

    def _changed(self, projection: Projection, held: Held) -> Held:
        for _ in range(MOST_TRIES):
            begun = begun_as_held(projection, held)
            wanted = content_of(event_body(begun, owner=self._owner))
            held = held.agreed(wanted)
            parts = held.to_write(wanted)
            if held.is_left or not parts:
                return held
            body = part_body(begun, parts, own=held.content.own, unsigned=held.unsigned(wanted))
            mail = _mail(projection) if TIMES & parts else "none"
            patch = self._events.patch(**self._of(held.event), body=body, sendUpdates=mail)
            try:
                event = self._link.send(patch, projection.summary, etag=held.etag)
            except Refused as refused:
                if refused.is_gone:
                    return replace(held, is_gone=True)
                if refused.status != 412:
                    raise
                held = self._read_again(projection.uid, held)
            else:
                return replace(held, etag=event["etag"], content=content_of(event))
        raise changes_all_the_time(projection.summary)

    def _read_again(self, uid: str, held: Held) -> Held:
        """Return what is there now; what is no longer as it was written is the owner's."""
        event = self._read(held.event, uid)
        return replace(held, is_gone=True) if event is None else held.found(told_of(event))

    # -- its exceptions ---------------------------------------------------------------------------

    def _excepted(self, projection: SeriesProjection, held: Held, *, now: datetime) -> Held:
        """Put each slot's occurrence where the projection has it, and back where it has none any more."""
        for slot, goal in list(to_place(projection, held, now=now)):
            if held.is_left:
                break
            held = self._put_slot(projection, held, slot, goal)
        return held

    def _put_slot(self, projection: SeriesProjection, held: Held, slot: str, goal: str) -> Held:
        """Put one occurrence where it belongs, "" for nowhere, if it is where it was put: else it is the
        owner's.
        """
        one = self._of(instance_id(held.event, slot))
        for _ in range(MOST_TRIES):
            event = self._found(one["eventId"], projection.summary)
            if event is None:
                return held.with_theirs(slot)
            if _where(event) == goal:  # so it is written already, or wanted by both
                return held.with_slot(slot, goal, event["etag"])
            if _where(event) != held.slots.get(slot, slot) or "date" in event.get("start", {}):
                return held.with_theirs(slot)
            if goal:
                body = slot_body(projection, wall_clock(goal, projection))
                request = self._events.patch(**one, body=body, sendUpdates=_mail(projection))
            else:
                request = self._events.delete(**one, sendUpdates=_mail(projection))
            try:
                answer = self._link.send(request, projection.summary, etag=event["etag"])
            except Refused as refused:
                if refused.permanent and (refused.is_gone or not _where(event)):
                    return held.with_theirs(slot) if refused.is_gone else held.with_lost(slot)
                if refused.status != 412:
                    raise
            else:
                return held.with_slot(slot, goal, answer["etag"] if answer else "")
        raise changes_all_the_time(projection.summary)

    # -- requests ---------------------------------------------------------------------------------

    @property
    def _events(self) -> Any:
        return self._link.service.events()

    @property
    def _calendar(self) -> dict[str, str]:
        return {"calendarId": self._link.calendar_id}

    def _of(self, identity: str) -> dict[str, str]:
        return {**self._calendar, "eventId": identity}

    def _read(self, identity: str, uid: str) -> _Event | None:
        """Return an event, None when it has been deleted."""
        event = self._found(identity, uid)
        return None if event is None or event.get("status") == "cancelled" else event

    def _found(self, identity: str, uid: str) -> _Event | None:
        """Return an event, a deleted one too, None when there is none of that id."""
        try:
            event: _Event = self._link.send(self._events.get(**self._of(identity)), uid)
        except Refused as refused:
            if refused.is_gone:
                return None
            raise
        return event


def _is_in_doubt(error: Refused | Unanswered) -> bool:
    """Tell whether an insert that failed may have made its event all the same, now or long ago (409)."""
    return error.is_in_doubt or _is_spent(error)


def _is_spent(error: Refused | Unanswered) -> bool:
    """Tell whether an event of that id was made once, which may be deleted by now."""
    return isinstance(error, Refused) and error.status == 409


def _mail(projection: Projection) -> str:
    """Return who gets mail: guests do, of times alone, and there are none unless the roster invites them.
    Without it, a guest who is not at Google would never see the event.
    """
    return "all" if isinstance(projection, SeriesProjection) and projection.guests else "none"


def _with_room(body: Mapping[str, Any]) -> dict[str, int]:
    """Return what an insert must say for its conference to be made; without it, it is dropped in silence."""
    return {"conferenceDataVersion": 1} if "conferenceData" in body else {}


def _where(event: Mapping[str, Any]) -> str:
    """Return where an occurrence is, "" for nowhere."""
    start_at = start_of_occurrence(event)
    return moment_key(start_at) if start_at else ""
