"""The Google Calendar target: one event for each series, one exception for each slot that is elsewhere.

A baseline's `body` is what Google said of the event when it was last written (`_Held`). Every change is
conditional on its ETag. Where the owner was faster, the event is read again and the change is made to what
they left alone: what they changed stays theirs for good. What they deleted is never made again.

Ids are the series' own, so an insert whose answer was lost finds its event on the second try, and a lost
database finds them all (409: "maybe mine"). See what is known of the service's manners in the tests' fake.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from googleapiclient.errors import HttpError

from netkeep_sync.core.baseline import Baseline
from netkeep_sync.core.projection import SeriesProjection
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.google_event import (
    Content,
    Part,
    event_body,
    event_id,
    instance_id,
    part_body,
    slot_body,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from googleapiclient.http import HttpRequest

    from netkeep_sync.core.projection import Projection

__all__ = ["GoogleTarget"]

MOST_TRIES = 3
"""So often a change is made anew for an event that the owner changed meanwhile."""

RETRIES = 4
"""So often the client repeats what failed for the moment: 5xx, 429, the two rate limits of 403."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the calendar holds of one series, as it last said.

    `theirs` are the parts that the owner has changed. `slots` maps the day of a slot to where its
    occurrence was put ("" for cancelled); those in `their_slots` are the owner's. `is_gone` tells that the
    owner has deleted the event.
    """

    etag: str = ""
    content: Content = field(default_factory=lambda: Content(summary="", time="", notes=""))
    theirs: frozenset[Part] = frozenset()
    slots: dict[str, str] = field(default_factory=dict)
    their_slots: frozenset[str] = frozenset()
    is_gone: bool = False

    @classmethod
    def read(cls, body: str) -> _Held:
        held = json.loads(body)
        held["content"] = Content(**held["content"])
        for name in ("theirs", "their_slots"):
            held[name] = frozenset(held[name])
        return cls(**held)

    def written(self) -> str:
        held = asdict(self) | {"theirs": sorted(self.theirs), "their_slots": sorted(self.their_slots)}
        return json.dumps(held, sort_keys=True, ensure_ascii=False)


class GoogleTarget:
    """One calendar of the owner's. `service` is the client's, for one thread; `owner` marks our events."""

    def __init__(self, service: Any, calendar_id: str, *, owner: str, name: str = "google") -> None:
        self.name = name
        self._events = service.events()
        self._calendar = {"calendarId": calendar_id}
        self._owner = owner

    def put(self, projection: Projection, *, base: Baseline | None, now: datetime) -> Baseline:
        """Create the event or change what is ours of it, then its exceptions."""
        held = self._created(projection) if base is None else _Held.read(base.body)
        held = self._changed(projection, held)
        if isinstance(projection, SeriesProjection):
            held = self._excepted(projection, held)
        return Baseline(
            uid=projection.uid,
            fingerprint=projection.fingerprint,
            sequence=0 if base is None else base.sequence + 1,
            changed_at=now.astimezone(UTC).replace(microsecond=0),
            body=held.written(),
        )

    def remove(self, base: Baseline) -> None:
        """Delete the event; one that is gone already is no error."""
        held = _Held.read(base.body)
        if held.is_gone:
            return
        try:
            self._send(self._events.delete(**self._of(event_id(base.uid)), sendUpdates="none"), base.uid)
        except _Refused as refused:
            if not refused.is_gone:
                raise

    def publish(self, baselines: Sequence[Baseline]) -> None:
        """Do nothing: each event is on the calendar as soon as it is put."""

    # -- the event --------------------------------------------------------------------------------

    def _created(self, projection: Projection) -> _Held:
        body = event_body(projection, owner=self._owner)
        insert = self._events.insert(**self._calendar, body=body, sendUpdates="none")
        try:
            return _held(self._send(insert, projection.uid))
        except _Refused as refused:
            if refused.status != 409:
                raise
        return self._adopted(projection)

    def _adopted(self, projection: Projection) -> _Held:
        """Return what is there under our id: a lost answer's event, or a lost database's, and then what
        differs from the plan is the owner's.
        """
        event = self._read(projection.uid)
        if event is None:
            return _Held(is_gone=True)
        held = _held(event)
        wanted = Content.of(event_body(projection, owner=self._owner))
        return replace(held, theirs=held.content.differing(wanted))

    def _changed(self, projection: Projection, held: _Held) -> _Held:
        wanted = Content.of(event_body(projection, owner=self._owner))
        for _ in range(MOST_TRIES):
            parts = held.content.differing(wanted) - held.theirs
            if held.is_gone or not parts:
                return held
            body = part_body(projection, parts, own=held.content.own)
            patch = self._events.patch(**self._of(event_id(projection.uid)), body=body, sendUpdates="none")
            try:
                event = self._send(patch, projection.uid, etag=held.etag)
                return replace(held, etag=event["etag"], content=Content.of(event))
            except _Refused as refused:
                if refused.is_gone:
                    return replace(held, is_gone=True)
                if refused.status != 412:
                    raise
            held = self._read_again(projection.uid, held)
        raise TargetError(
            f"{projection.summary}: the event changes all the time; the next pass tries again",
            permanent=False,
        )

    def _read_again(self, uid: str, held: _Held) -> _Held:
        """Return what is there now; what is no longer as it was written is the owner's."""
        event = self._read(uid)
        if event is None:
            return replace(held, is_gone=True)
        content = Content.of(event)
        theirs = held.theirs | content.differing(held.content)
        return replace(held, etag=event["etag"], content=content, theirs=theirs)

    # -- its exceptions ---------------------------------------------------------------------------

    def _excepted(self, projection: SeriesProjection, held: _Held) -> _Held:
        """Put each slot's occurrence where the projection has it, and back where it has none any more."""
        wanted = {str(slot_on): start.isoformat() for slot_on, start in projection.moved}
        wanted |= {str(slot_on): "" for slot_on in projection.cancelled}
        slots, theirs = dict(held.slots), held.their_slots
        if held.is_gone or "time" in held.theirs:
            return held  # the owner's rhythm has other slots
        for slot in sorted(wanted.keys() | slots.keys()):
            if wanted.get(slot) == slots.get(slot) or slot in theirs:
                continue
            if self._put_slot(projection, slot, start=wanted.get(slot), was=slots.get(slot)):
                slots = {key: start for key, start in slots.items() if key != slot}
                slots |= {slot: wanted[slot]} if slot in wanted else {}
            else:
                theirs |= {slot}
        return replace(held, slots=slots, their_slots=theirs)

    def _put_slot(
        self, projection: SeriesProjection, slot: str, *, start: str | None, was: str | None
    ) -> bool:
        """Put one occurrence where it belongs: "" is nowhere, None its own slot. Tells whether it was left
        to us: one that is not where it was put is the owner's.
        """
        slot_on = date.fromisoformat(slot)
        at = datetime.combine(slot_on, projection.local_start.time())
        one = self._of(instance_id(projection, slot_on))
        event = self._send(self._events.get(**one), projection.uid)
        if event.get("status") == "cancelled":
            if was != "":
                return False  # the owner deleted it
        else:
            where = datetime.fromisoformat(was) if was else at
            if was == "" or Content.of(event).time != Content.of(slot_body(projection, where)).time:
                return False  # the owner moved it, or brought it back
        if start == "":
            request = self._events.delete(**one, sendUpdates="none")
        else:
            body = slot_body(projection, datetime.fromisoformat(start) if start else at)
            request = self._events.patch(**one, body=body, sendUpdates="none")
        try:
            self._send(request, projection.uid, etag=event["etag"])
        except _Refused as refused:
            if refused.status != 412:
                raise
            return False
        return True

    # -- requests ---------------------------------------------------------------------------------

    def _of(self, identity: str) -> dict[str, str]:
        return {**self._calendar, "eventId": identity}

    def _read(self, uid: str) -> dict[str, Any] | None:
        """Return an event, None when it has been deleted."""
        try:
            event = self._send(self._events.get(**self._of(event_id(uid))), uid)
        except _Refused as refused:
            if refused.is_gone:
                return None
            raise
        return None if event.get("status") == "cancelled" else event

    def _send(self, request: HttpRequest, uid: str, *, etag: str = "") -> Any:
        """Return Google's answer. Raises _Refused, which is a TargetError."""
        if etag:
            request.headers["If-Match"] = etag
        try:
            answer = request.execute(num_retries=RETRIES)
        except HttpError as error:
            raise _Refused(error, uid) from error
        except OSError as error:  # no network, or no answer in time
            raise TargetError(f"Google Calendar can't be reached: {error}", permanent=False) from error
        if isinstance(answer, str) and answer:  # the client hands over what it can't read
            raise TargetError(f"Google Calendar's answer about {uid} can't be read", permanent=False)
        return answer


class _Refused(TargetError):
    """Google said no: `reason` is its own word for why, which its status alone does not tell."""

    def __init__(self, error: HttpError, uid: str) -> None:
        self.status = int(error.resp.status)
        self.reason, message = _why(error)
        permanent = self.status in (400, 403, 404, 409, 410) and "imit" not in self.reason
        super().__init__(
            f"Google Calendar refused {uid} ({self.status} {self.reason}): {message}", permanent=permanent
        )

    @property
    def is_gone(self) -> bool:
        """Tell whether there is no such event any more: deleted, and perhaps forgotten."""
        return self.status == 404 or (self.status == 410 and self.reason == "deleted")


def _why(error: HttpError) -> tuple[str, str]:
    """Return reason and message; `error_details` would be those of another form where there are two."""
    try:
        told = json.loads(error.content)["error"]
        return told["errors"][0]["reason"], told["message"]
    except (ValueError, LookupError, TypeError):
        return "unknown", str(error.reason)


def _held(event: dict[str, Any]) -> _Held:
    return _Held(etag=event["etag"], content=Content.of(event))
