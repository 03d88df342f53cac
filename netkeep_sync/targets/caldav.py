"""The CalDAV target: one resource for each series, with all that is elsewhere of it.

Every write is conditional on the ETag that the server last told. Where the owner was faster, the resource is
read again and the change is made to what they left alone: what they changed stays theirs for good.

Listening is one request that lists the ETags of all resources, and a second one for those that are new: it
needs no token that could expire, and what a whole listing does not show is gone. Servers keep no memory of
what was deleted, so only ours tells that a series was: with a lost database, one that the owner had deleted
is made again. Nobody is invited through CalDAV, where the server would send the mails.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from netkeep_sync.core.baseline import Cursor
from netkeep_sync.core.projection import SeriesProjection
from netkeep_sync.core.roster import Show
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.caldav_link import Refused
from netkeep_sync.targets.caldav_resource import Resource
from netkeep_sync.targets.content import TIMES, moment_key, series_id
from netkeep_sync.targets.held import Held
from netkeep_sync.targets.observing import Observer
from netkeep_sync.targets.shown import shown_of
from netkeep_sync.targets.slot_goals import begun_as_held, is_beyond, to_place
from netkeep_sync.targets.target import MOST_TRIES, Listened, changes_all_the_time

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.core.entry import Entry
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.targets.caldav_link import CaldavLink
    from netkeep_sync.targets.content import Told

__all__ = ["CaldavTarget"]


class CaldavTarget:
    """One calendar of the owner's, behind its link. `owner` marks our events."""

    is_remote = True

    def __init__(self, link: CaldavLink, *, owner: str, name: str = "caldav", show: Show = Show.FULL) -> None:
        self.name = name
        self.show = show
        self._link = link
        self._owner = owner

    # -- listening --------------------------------------------------------------------------------

    def listen(
        self, cursor: Cursor | None, baselines: Mapping[str, Baseline], *, now: datetime
    ) -> Listened | None:
        """Return what has changed on the calendar since last time. The cursor's token holds the ETags of what
        we hold nothing of, so that nobody asks for it again.
        """
        held = {uid: Held.read(baseline.body) for uid, baseline in baselines.items()}
        observer = Observer(held, owner=self._owner)
        calendar = self._link.calendar_id
        etags = self._link.etags()
        known = {one.event: one.etag for one in held.values() if not one.is_gone}
        left = _Left.read(cursor, calendar)
        met = {**left.strangers, **left.marked, **known}
        changed = {path for path, etag in etags.items() if not etag or etag != met.get(path)}
        if changed & known.keys():  # one of the others may be the second part of what was split just now
            changed |= left.marked.keys() & etags.keys()
        told: dict[str, Told] = {}
        slots = {}
        struck_out: set[str] = set()
        for path, answer in self._link.fetch(changed).items():
            resource = Resource.read(answer.text)
            if resource is not None and resource.is_cancelled:
                struck_out.add(path)
            elif resource is not None:
                told[path] = resource.told(path, etag=answer.etag, folder=self._link.folder)
                slots[path] = resource.slots()
        gone = known.keys() - (etags.keys() - struck_out)
        observations = tuple(observer.observed(told, slots, gone=gone))
        marked = {path for path, one in told.items() if one.owner == self._owner}
        marked |= left.marked.keys() - changed
        others = {path: etag for path, etag in etags.items() if path not in known}
        left = _Left(
            strangers={path: etag for path, etag in others.items() if path not in marked},
            marked={path: etag for path, etag in others.items() if path in marked},
        )
        return Listened(
            observations=observations,
            cursor=Cursor(token=left.token(), calendar=calendar, full_at=now, heard_at=now),
        )

    # -- writing ----------------------------------------------------------------------------------

    def put(self, projection: Projection, *, base: Baseline | None, now: datetime) -> Baseline:
        """Create the resource, or change what is ours of it."""
        if isinstance(projection, SeriesProjection) and projection.guests:
            wanted: Projection = replace(projection, guests=())
        else:
            wanted = projection
        held = self._created(wanted, now=now) if base is None else Held.read(base.body)
        held = self._changed(wanted, held, now=now)
        return held.baseline(projection, base=base, now=now)

    def remove(self, base: Baseline) -> None:
        """Delete the resource, unless it has become the owner's; one that is gone already is no error."""
        held = Held.read(base.body)
        for _ in range(MOST_TRIES):
            if not held.etag:
                _, held = self._read_again(held, about=base.uid)
            if held.is_left:
                return
            try:
                self._link.delete(held.event, etag=held.etag, about=base.uid)
            except Refused as refused:
                if refused.status in (404, 410):
                    return
                if refused.status != 412:
                    raise
                held = replace(held, etag="")
            else:
                return
        raise changes_all_the_time(base.uid)

    def _created(self, projection: Projection, *, now: datetime) -> Held:
        path = f"{self._link.folder}{series_id(projection.uid)}.ics"
        resource = Resource.new(projection, owner=self._owner, changed_at=_seconds(now))
        try:
            etag = self._link.put(path, resource.text(), etag="", about=projection.summary)
        except Refused as refused:
            if refused.status != 412:
                raise
            answer = self._link.fetch([path]).get(path)
            found = Resource.read(answer.text) if answer else None
            if answer is None or found is None or found.uid != projection.uid:
                raise TargetError(
                    f"{projection.summary}: another event has the place of this one on the server, {path}"
                ) from refused
            told = found.told(path, etag=answer.etag, folder=self._link.folder)
            held = _with_slots_of(found, Held().found(told))
            return replace(held, etag="")  # what the owner did to it has yet to be heard
        held = Held(event=path, etag=etag, content=resource.content())
        return _with_slots_of(resource, held)

    def _changed(self, projection: Projection, held: Held, *, now: datetime) -> Held:
        is_news = False
        for _ in range(MOST_TRIES):
            begun = begun_as_held(projection, held)
            wanted = Resource.new(begun, owner=self._owner, changed_at=_seconds(now)).content()
            held = held.agreed(wanted)
            parts, slots = held.to_write(wanted), _slots_to_place(projection, held, now=now)
            if held.is_left or not (parts or slots):
                return replace(held, etag="") if is_news else held
            resource, there = self._read_again(held, about=projection.summary)
            if resource is None:
                return there
            if there.etag != held.etag:
                is_news, held = True, _left_to_the_owner(resource, there, projection)
                continue
            before = _slot_etags(resource)
            resource = resource.write(
                begun, parts, slots, changed_at=_seconds(now), unsigned=held.unsigned(wanted)
            )
            try:
                etag = self._link.put(held.event, resource.text(), etag=held.etag, about=projection.summary)
            except Refused as refused:
                if refused.status != 412:
                    raise
                continue
            written = replace(held, etag="" if is_news else etag, content=resource.content())
            for slot, goal in slots.items():
                # Beyond its end a series has no occurrence that could be said to be nowhere.
                is_none = isinstance(begun, SeriesProjection) and is_beyond(slot, begun)
                written = written.without_slot(slot) if is_none else written.with_slot(slot, goal, "")
            return _signed(written, before, resource, slots)
        raise changes_all_the_time(projection.summary)

    def _read_again(self, held: Held, *, about: str) -> tuple[Resource | None, Held]:
        """Return what is there now, None where it is gone; what is not as it was written is the owner's."""
        answer = self._link.fetch([held.event]).get(held.event)
        if answer is None:
            return None, replace(held, is_gone=True)
        resource = Resource.read(answer.text)
        if resource is None:
            raise TargetError(
                f"{about}: what is on the server now, {held.event}, can't be read as a calendar event; "
                "delete it there, or put it right"
            )
        told = resource.told(held.event, etag=answer.etag, folder=self._link.folder)
        return resource, held.found(told)

    # -- the rest of the contract -----------------------------------------------------------------

    def shown(self, base: Baseline) -> Entry | None:
        """Return what the event shows; None where it is gone."""
        return shown_of(Held.read(base.body))

    @property
    def requests_sent(self) -> int:
        """How many requests were sent."""
        return self._link.requests_sent

    def calendar_id(self) -> str:
        """Return the address of the calendar, "" where it has yet to be found or made."""
        return self._link.known_id()

    def renew(self, *, is_confirmed: bool = False) -> bool:  # noqa: ARG002  of the protocol
        """Forget the calendar, so that another is made; one that is still there is refused in any case."""
        return self._link.renew()

    def publish(self, baselines: Sequence[Baseline]) -> None:
        """Do nothing: each event is on the calendar as soon as it is put."""

    def close(self) -> None:
        """Hang up."""
        self._link.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """The ETags of what stands on the calendar and is left alone: of `strangers`, and of what is `marked` as
    ours and is nobody's, as a copy is that the owner made, or the series of somebody long gone.
    """

    strangers: Mapping[str, str] = field(default_factory=dict)
    marked: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: Cursor | None, calendar: str) -> _Left:
        """Return what the token of a cursor says, nothing where that is of another calendar or version."""
        left = json.loads(cursor.token or "{}") if cursor and cursor.calendar == calendar else {}
        return cls(**left) if left.keys() == {"strangers", "marked"} else cls()

    def token(self) -> str:
        """Return the token of a cursor."""
        return json.dumps({"strangers": self.strangers, "marked": self.marked}, sort_keys=True)


def _seconds(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(microsecond=0)


def _with_slots_of(resource: Resource, held: Held) -> Held:
    """Return it with each occurrence where the resource has it."""
    for one in resource.slots():
        where = moment_key(one.start_at) if one.start_at else ""
        held = held.with_slot(moment_key(one.slot_at), where, one.etag)
    return held


def _slot_etags(resource: Resource) -> dict[str, str]:
    return {moment_key(one.slot_at): one.etag for one in resource.slots()}


def _signed(held: Held, before: Mapping[str, str], resource: Resource, placed: Collection[str]) -> Held:
    """Return it with the occurrences as we have written them: those that were `placed`, and those that were,
    `before`, as they had been heard.
    """
    etags = dict(held.slot_etags)
    for slot, etag in _slot_etags(resource).items():
        if slot in placed or etags.get(slot) == before.get(slot):
            etags[slot] = etag
    return replace(held, slot_etags=etags)


def _left_to_the_owner(resource: Resource, held: Held, projection: Projection) -> Held:
    """Return it with the occurrences left alone that are not where we had put them."""
    if not isinstance(projection, SeriesProjection):
        return held
    now = {
        moment_key(one.slot_at): moment_key(one.start_at) if one.start_at else "" for one in resource.slots()
    }
    for slot in now.keys() | held.slots.keys():
        if now.get(slot, slot) != held.slots.get(slot, slot):
            held = held.with_theirs(slot)
    return held


def _slots_to_place(projection: Projection, held: Held, *, now: datetime) -> dict[str, str]:
    """Return where occurrences belong; none where the owner has just given the series another time, which has
    yet to be heard: the slots are not those any more.
    """
    if not isinstance(projection, SeriesProjection) or TIMES & held.unheard:
        return {}
    return dict(to_place(projection, held, now=now))
