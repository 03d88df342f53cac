"""Events: what one calendar holds, and what an id means at the moment.

An occurrence needs nothing stored to have an id: `<series>_<slot in UTC>`. Once written to, it is stored as
an exception, which keeps only the fields that were its own: a later rename of the series reaches the others.
An exception goes back to plain (is *reset*) when the start or the rhythm of its series changes; one that lies
behind a new UNTIL stays as a ghost, unless the calendar's own editor made the cut (agent-native#3488). The
next delta tells of a reset: of the plain occurrence, or that the series has none there any more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.fakes.moments import Moment, from_suffix, read_stored
from tests.fakes.recurrence import Recurrence, read_recurrence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

Fields: TypeAlias = dict[str, Any]

MOST_OCCURRENCES = 730  # of a series that never ends, in one listing

_NOT_INHERITED = {"recurrence", "start", "end"}


@dataclass(slots=True, kw_only=True)
class Stored:
    """An event as kept. Of an exception (it has a `series_id`) only its own fields, None for one taken off.

    `changed` counts the calendar's changes, `stamp` makes the etag. `was_reset` and `was_moved_away` mark
    what is kept only so that the next delta can tell of it.
    """

    id: str
    fields: Fields
    created: datetime
    updated: datetime
    stamp: datetime
    changed: int
    ical_uid: str
    organizer: str | None = None
    sequence: int = 0
    series_id: str | None = None
    slot: Moment | None = None
    was_reset: bool = False
    was_moved_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What an id means at the moment, all fields filled in; `stored` is None for a plain occurrence."""

    id: str
    fields: Fields
    like: Stored
    stored: Stored | None
    series: Stored | None = None
    slot: Moment | None = None
    is_cancelled: bool = False

    @property
    def start(self) -> Moment:
        return read_stored(self.fields["start"])

    @property
    def end(self) -> Moment:
        return read_stored(self.fields["end"])

    @property
    def is_series(self) -> bool:
        return "recurrence" in self.fields

    @property
    def etag(self) -> str:
        """The etag: twice the time of the last write in microseconds, in quotes, as seen at Google."""
        return f'"{int(self.like.stamp.timestamp() * 2_000_000)}"'

    def recurrence(self) -> Recurrence:
        return read_recurrence(self.fields["recurrence"], self.start)


@dataclass(slots=True, kw_only=True)
class Calendar:
    """A calendar and its events.

    `made_by` is the client that made it, `role` what the account may do here. `spent` are the ids that are
    never free again, `expired` is the change up to which sync tokens are of no use any more.
    """

    id: str
    fields: Fields
    stamp: datetime
    next_stamp: Callable[[], datetime]
    made_by: str | None = None
    is_primary: bool = False
    role: str = "owner"
    of_list: Fields = field(default_factory=dict)
    events: dict[str, Stored] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    changes: int = 0
    expired: int = -1

    @property
    def zone(self) -> str:
        return str(self.fields["timeZone"])

    @property
    def etag(self) -> str:
        return f'"{int(self.stamp.timestamp() * 2_000_000)}"'

    # What is there

    def find(self, event_id: str) -> View | None:
        """Return what an id means, deleted or not; None for one that nothing answers to."""
        stored = self.events.get(event_id)
        if stored and not stored.was_reset:
            return self.view(stored)
        base, _, suffix = event_id.rpartition("_")
        for series in self._series_over(base):
            view = self.view(series)
            slot = from_suffix(suffix, view.start)
            if slot and view.recurrence().has(slot):
                return self.view_of_slot(series, slot)
        return self.view(stored) if stored else None

    def find_listed(self, event_id: str) -> View | None:
        """Return an event as a listing tells of it: what is stored, even where that only tells of a reset."""
        stored = self.events.get(event_id)
        return self.view(stored) if stored else self.find(event_id)

    def _series_over(self, base: str) -> list[Stored]:
        """Return the series whose occurrences have ids that begin so: the user's splits share it."""
        found = [
            stored
            for stored in self.events.values()
            if stored.series_id is None and "recurrence" in stored.fields and base_of(stored.id) == base
        ]
        return sorted(found, key=lambda stored: self.view(stored).is_cancelled)

    def view(self, stored: Stored) -> View:
        """Return a stored event with all its fields."""
        cancelled = stored.was_moved_away or stored.fields.get("status") == "cancelled"
        series = self.events.get(stored.series_id or "")
        if series is None or stored.slot is None:
            return View(
                id=stored.id, fields=stored.fields, like=stored, stored=stored, is_cancelled=cancelled
            )
        plain = self.view_of_slot(series, stored.slot)
        if stored.was_reset and not plain.is_cancelled:
            whole = self.view(series)
            cancelled = not whole.is_series or not whole.recurrence().has(stored.slot)
        fields = {
            name: value for name, value in {**plain.fields, **stored.fields}.items() if value is not None
        }
        return replace(
            plain,
            id=stored.id,
            fields=fields,
            like=series if stored.was_reset else stored,
            stored=stored,
            is_cancelled=cancelled or plain.is_cancelled,
        )

    def view_of_slot(self, series: Stored, slot: Moment) -> View:
        """Return the plain occurrence of a series in a slot, whatever is stored for it."""
        return _plain_occurrence(self.view(series), slot)

    def exceptions(self, series_id: str) -> list[Stored]:
        """Return what is stored for single occurrences of a series."""
        return [one for one in self.events.values() if one.series_id == series_id and not one.was_reset]

    def occurrences(
        self, series: View, *, since: datetime | None = None, before: datetime | None = None
    ) -> Iterator[View]:
        """Yield the occurrences of a series with their exceptions, cancelled ones and ghosts included.

        A moved occurrence is where it was moved to, so it may come out of order. `since` and `before` bound
        where plain ones end and begin; of exceptions all are yielded.
        """
        stored = {one.slot.value: one for one in self.exceptions(series.id) if one.slot}
        length = series.start.until(series.end)
        for count, slot in enumerate(series.recurrence().slots()):
            start = slot.instant(self.zone)
            if count == MOST_OCCURRENCES or (before and start >= before):
                break
            own = stored.pop(slot.value, None)
            if own:
                yield self.view(own)
            elif since is None or start + length >= since:
                yield _plain_occurrence(series, slot)
        for ghost in stored.values():
            yield self.view(ghost)

    def live(self) -> list[View]:
        """Return all stored events that are not deleted, each series once."""
        views = [self.view(stored) for stored in self.events.values() if not stored.was_reset]
        return [view for view in views if not view.is_cancelled]

    def occurring(
        self, since: datetime, until: datetime, *, of: Callable[[str], bool] = lambda _id: True
    ) -> list[View]:
        """Return what is alive in a window, series as their occurrences, by start; of some ids only."""
        found: list[View] = []
        for stored in self.events.values():
            if stored.series_id is None and of(stored.id) and not (view := self.view(stored)).is_cancelled:
                found += self.occurrences(view, since=since, before=until) if view.is_series else [view]
        chosen = [one for one in found if not one.is_cancelled and overlaps(one, self.zone, since, until)]
        return sorted(chosen, key=lambda view: (view.start.instant(self.zone), view.id))

    # What is written

    def add(
        self, event_id: str, fields: Fields, *, ical_uid: str | None = None, organizer: str | None = None
    ) -> View:
        """Keep a new event."""
        now = self.next_stamp()
        self.changes += 1
        self.events[event_id] = Stored(
            id=event_id,
            fields=fields,
            created=now,
            updated=now,
            stamp=now,
            changed=self.changes,
            ical_uid=ical_uid or f"{event_id}@google.com",
            organizer=organizer,
        )
        self.spent.add(event_id)
        return self.view(self.events[event_id])

    def write(self, view: View, fields: Fields) -> View:
        """Give an event new fields; those of an occurrence make it an exception."""
        names = {name for name in {*view.fields, *fields} if view.fields.get(name) != fields.get(name)}
        if view.series is None:
            assert view.stored is not None
            self._write_whole(view, fields, names)
            return self.view(view.stored)
        stored = view.stored or self._new_exception(view)
        plain = self.view_of_slot(view.series, stored.slot or view.start).fields
        stored.fields = {
            name: fields.get(name) for name in {*plain, *fields} if fields.get(name) != plain.get(name)
        }
        self._touch(stored, names)
        return self.view(stored)

    def _write_whole(self, view: View, fields: Fields, names: set[str]) -> None:
        stored = view.stored
        assert stored is not None
        was = view.recurrence() if view.is_series else None
        stored.fields = fields
        self._touch(stored, names)
        for lost in self.events.values():
            if lost.was_reset and lost.series_id == stored.id:
                self._tell_again(lost)
        if was is None:
            return
        now = self.view(stored)
        if not now.is_series or now.recurrence().rhythm != was.rhythm:
            self.reset(stored.id)
            return
        for exception in self.exceptions(stored.id):
            if names - exception.fields.keys() - {"recurrence"} or "status" in names:
                self._touch(exception, names)

    def _new_exception(self, view: View) -> Stored:
        stored = replace(
            view.like, id=view.id, fields={}, series_id=view.like.id, slot=view.slot, was_reset=False
        )
        self.events[view.id] = stored
        return stored

    def _touch(self, stored: Stored, names: set[str]) -> None:
        """Mark an event as changed; a change of the reminders alone leaves `updated` as it was."""
        stored.stamp = self.next_stamp()
        if names != {"reminders"}:
            stored.updated = stored.stamp
        if names & {"start", "end", "recurrence", "status"}:
            stored.sequence += 1
        self._tell_again(stored)

    def _tell_again(self, stored: Stored) -> None:
        self.changes += 1
        stored.changed = self.changes

    def cancel(self, view: View) -> View:
        """Delete an event, an occurrence, or a series with all that is stored for it."""
        return self.write(view, {**view.fields, "status": "cancelled"})

    def reset(self, series_id: str, *, since: Moment | None = None) -> None:
        """Take what is stored for occurrences of a series away, those from a slot on or all."""
        for exception in self.exceptions(series_id):
            if since is None or (exception.slot and exception.slot.value >= since.value):
                exception.was_reset = True
                exception.fields = {}
                self._touch(exception, {"status"})

    def move_away(self, view: View) -> None:
        """Leave the bare tombstone of an event that went to another calendar."""
        for stored in [self.events[view.id], *self.exceptions(view.id)]:
            stored.was_moved_away = True
            self._touch(stored, {"status"})

    def forget_tombstones(self) -> None:
        """Forget deleted events; tokens from before their deletion cannot be honoured any longer."""
        for event_id, stored in list(self.events.items()):
            series = self.events.get(stored.series_id or "")
            if self.view(stored).is_cancelled and (
                stored.was_reset or series is None or self.view(series).is_cancelled
            ):
                self.expired = max(self.expired, stored.changed - 1)
                if stored.series_id is None or stored.was_reset:
                    del self.events[event_id]
        for stored in list(self.events.values()):
            if stored.series_id and stored.series_id not in self.events:
                del self.events[stored.id]


def _plain_occurrence(whole: View, slot: Moment) -> View:
    inherited = {name: value for name, value in whole.fields.items() if name not in _NOT_INHERITED}
    end = slot.later(whole.start.until(whole.end))
    return View(
        id=occurrence_id(whole.id, slot),
        fields=inherited | {"start": slot.stored(), "end": replace(end, zone=whole.end.zone).stored()},
        like=whole.like,
        stored=None,
        series=whole.like,
        slot=slot,
        is_cancelled=whole.is_cancelled,
    )


def base_of(series_id: str) -> str:
    """Return what the ids of a series' occurrences begin with: that of a split does without its `_R`."""
    return re.sub(r"_R\d{8}(T\d{6})?$", "", series_id)


def occurrence_id(series_id: str, slot: Moment) -> str:
    """Return the id of the occurrence in a slot."""
    return f"{base_of(series_id)}_{slot.suffix()}"


def split_id(series_id: str, slot: Moment) -> str:
    """Return the id of the series that a user's "this and following" begins at a slot."""
    return f"{base_of(series_id)}_R{slot.suffix().removesuffix('Z')}"


def overlaps(view: View, zone: str, since: datetime | None, until: datetime | None) -> bool:
    """Whether an event ends after `since` and begins before `until`."""
    start, end = view.start.instant(zone), view.end.instant(zone)
    if end == start:
        end += timedelta(microseconds=1)
    return (since is None or end > since) and (until is None or start < until)
