"""What must hold after every single request to the calendar, whoever sends it and whatever happens meanwhile.

A watch stands beside the fake's exchange (`before_each`, `after_each`). What it finds is kept in `found`, and
the world that it watches is not closed without a look at it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from netkeep_sync.core.milestone import milestone_uid
from netkeep_sync.core.pattern import rule_of
from netkeep_sync.core.review_plan import with_reviewer
from netkeep_sync.core.series import series_uid
from netkeep_sync.targets.content import series_id
from netkeep_sync.targets.google_event import pattern_of
from tests.fakes.events import base_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from netkeep_sync.core.roster import Roster
    from tests.fakes.google_calendar import FakeGoogleCalendar
    from tests.fakes.ledger import Call

OURS = {"summary", "start", "end", "recurrence", "location", "description", "extendedProperties", "status"}
"""What a change may name; `status` is named for an occurrence that comes back."""

MARKS = {"netkeep", "netkeep_series", "netkeep_wrote", "netkeep_at"}

METHODS = {"events.list", "events.get", "events.insert", "events.patch", "events.delete"}

GRACE = timedelta(minutes=1)


@dataclass
class Watch:
    """What is watched of one calendar. `deleted` are the ids of what the owner has deleted, `moved` where
    they have put an occurrence: neither is ever otherwise again. `generations` is how many series a contact
    may come to have while it is watched.
    """

    fake: FakeGoogleCalendar
    calendar_id: str
    now: Callable[[], datetime]
    found: list[str] = field(default_factory=list)
    contact_by_event: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    moved: dict[str, datetime] = field(default_factory=dict)
    generations: int = 40

    def __post_init__(self) -> None:
        self.fake.before_each(self._before)
        self.fake.after_each(self._after)

    def know(self, roster: Roster) -> None:
        """Learn the ids of all that may be written for a roster."""
        for contact in with_reviewer(roster, today=self.now().date()).contacts:
            if contact.key in self.contact_by_event.values():
                continue
            for generation in range(1, self.generations + 1):
                uid = series_uid(roster.key, contact.key, generation)
                self.contact_by_event[series_id(uid)] = contact.key
            for milestone in contact.milestones:
                uid = milestone_uid(roster.key, contact.key, milestone.label)
                self.contact_by_event[series_id(uid)] = f"{contact.key}: {milestone.label}"

    # -- every request ----------------------------------------------------------------------------

    def _before(self, call: Call) -> None:
        if call.method in {"events.patch", "events.delete"} and call.event_id:
            event = self._event(call.event_id)
            is_ahead = _is_ahead(call.body or {}, self.now())  # what was to be moved long since still may be
            if event is not None and "recurrence" not in event and self._is_past(event) and not is_ahead:
                self._say(call, "an occurrence that is over is written to")

    def _after(self, call: Call) -> None:
        if not call.is_write or not call.method.startswith("events."):
            return
        self._check_request(call)
        if call.was_applied:
            self._check_calendar(call)

    def _check_request(self, call: Call) -> None:  # noqa: C901  a list of what must hold
        if call.method not in METHODS:
            self._say(call, "no such request is ever needed")
        if call.query.get("sendUpdates") != "none":
            self._say(call, f"sends mail: {call.query.get('sendUpdates')}")
        body = call.body or {}
        if "attendees" in body:
            self._say(call, "invites somebody")
        if call.method != "events.insert":
            if call.if_match in {None, "*"}:
                self._say(call, "has no condition")
            if body.keys() - OURS:
                self._say(call, f"writes {body.keys() - OURS}")
        if set(body.get("extendedProperties", {})) - {"private"}:
            self._say(call, "writes shared properties")
        if set(body.get("extendedProperties", {}).get("private", {})) - MARKS:
            self._say(call, "writes marks that are not ours")
        for side in ("start", "end"):
            if "dateTime" in body.get(side, {}) and not body[side].get("timeZone"):
                self._say(call, f"{side} has no zone")
        if call.event_id and self._contact(call.event_id) is None:
            self._say(call, "a stranger's event is written to")

    # -- what stands on the calendar --------------------------------------------------------------

    def _check_calendar(self, call: Call) -> None:
        if self.returned:
            self._say(call, f"what the owner deleted is back: {self.returned}")
        for identity, start_at in self.moved.items():
            event = self._event(identity)
            if event is not None and _start(event) != start_at:
                self._say(call, f"what the owner moved is elsewhere: {identity} at {_start(event)}")
        contact = self._contact(call.event_id or "")
        if contact is not None:  # of nobody else anything was written
            # While a series is replaced the new one stands beside the old one, and never a third.
            days = Counter(start_at.date() for _, start_at in self.live(days=200, only=contact))
            if (most := max(days.values(), default=0)) > 2:
                self._say(call, f"{contact} has {most} check-ins on one day")

    @property
    def returned(self) -> list[str]:
        """The ids of what the owner has deleted and the calendar shows all the same."""
        return sorted(one for one in self.deleted if self._event(one) is not None)

    @property
    def doubled(self) -> dict[str, int]:
        """The contacts of whom more than one series goes on without an end, and how many do."""
        endless = Counter(
            contact
            for event in self.fake.events(self.calendar_id)
            if "UNTIL" not in str(event.get("recurrence", "UNTIL"))
            and not _is_left(event)
            and (contact := self._contact(event["id"])) is not None
        )
        return {contact: count for contact, count in endless.items() if count > 1}

    def live(self, *, days: int, only: str | None = None) -> list[tuple[str, datetime]]:
        """Return contact and start of every check-in ahead that is ours, or of one contact alone, by start;
        UTC. What the owner has made of a series that none can follow is theirs.
        """
        now = self.now()
        shown = self.fake.occurrences(
            self.calendar_id,
            now,
            now + timedelta(days=days),
            of=lambda identity: only in {None, self._contact(base_of(identity))},
        )
        series = {one["recurringEventId"] for one in shown if "recurringEventId" in one}
        left = {one for one in series if (event := self._event(one)) and _is_left(event)}
        found = [
            (contact, start)
            for one in shown
            if (start := _start(one)) is not None
            and (contact := self._contact(_master(one))) is not None
            and one.get("recurringEventId") not in left
        ]
        return sorted((one for one in found if one[1] > now), key=lambda one: (one[1], one[0]))

    def _contact(self, identity: str) -> str | None:
        """Return whose event it is, by its id: an occurrence's and a split's begin with that of the first."""
        return self.contact_by_event.get(identity.partition("_")[0])

    def _event(self, identity: str) -> dict[str, Any] | None:
        calendar = self.fake.diary.calendars.get(self.calendar_id)
        view = calendar.find(identity) if calendar else None
        if view is None or view.is_cancelled:
            return None
        return {"id": view.id, **view.fields}

    def _is_past(self, event: dict[str, Any]) -> bool:
        start_at = _start(event)
        return start_at is not None and start_at + timedelta(hours=2) < self.now() - GRACE

    def _say(self, call: Call, what: str) -> None:
        self.found.append(f"{call.method} {call.event_id} {call.body or ''}: {what}")


def _master(event: dict[str, Any]) -> str:
    return base_of(event.get("recurringEventId", event["id"]))


def _is_left(event: dict[str, Any]) -> bool:
    pattern = pattern_of(event) if event.get("recurrence") else None
    return pattern is not None and rule_of(pattern) == (None, None)


def _is_ahead(body: dict[str, Any], now: datetime) -> bool:
    """Tell whether a change puts an occurrence where it has yet to come."""
    start = body.get("start", {})
    if "dateTime" not in start:
        return False
    local = datetime.fromisoformat(start["dateTime"])
    return local.replace(tzinfo=ZoneInfo(start["timeZone"])) > now if local.tzinfo is None else local > now


def _start(event: dict[str, Any]) -> datetime | None:
    """Return the start; a check-in of the whole day is one at the hour that it had."""
    at, slot = event["start"].get("dateTime"), event.get("originalStartTime", {})
    if at is None and "dateTime" in slot:
        zone = ZoneInfo(slot["timeZone"])
        hour = datetime.fromisoformat(slot["dateTime"]).astimezone(zone).time()
        at = datetime.combine(date.fromisoformat(event["start"]["date"]), hour, tzinfo=zone).isoformat()
    return datetime.fromisoformat(at).astimezone(UTC) if at else None
