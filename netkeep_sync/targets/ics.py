"""The .ics target: one calendar as a document, in files and in memory for the web's feed.

A baseline's `body` is the components of a series or milestone, folded and checked, as they stand in the
document (`vevent.py`). So a document is joined from its baselines, and only what changed is made anew;
unchanged baselines give the same bytes. There is a VTIMEZONE for each zone, and SEQUENCE and LAST-MODIFIED
rise together, for Google takes a change only then.

DTSTART leads each body: the zones of the document are read off there, without parsing the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from icalendar import Component, Event
from icalendar.prop import vDuration

from netkeep_sync import __version__
from netkeep_sync.core.baseline import Baseline
from netkeep_sync.core.entry import Entry, iso_in, plain_rrule
from netkeep_sync.core.roster import Show
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.content_line import Text, check_bytes, fold
from netkeep_sync.targets.ics_file import why_unwritten, write_if_changed
from netkeep_sync.targets.vevent import events_of
from netkeep_sync.targets.vtimezone import vtimezone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from netkeep_sync.core.baseline import Cursor
    from netkeep_sync.core.projection import Projection

__all__ = ["IcsTarget"]

_PRODID = f"-//netkeep-sync//netkeep-sync {__version__}//EN"
_END = "END:VCALENDAR\r\n"
_START = re.compile(r"BEGIN:VEVENT\r\nDTSTART;(?:TZID=([^:;\r\n]+):(\d{4})|VALUE=DATE:)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """A baseline's body in bytes. `start` is the zone and the year of its DTSTART, None for a whole
    day.
    """

    text: str
    encoded: bytes
    start: tuple[str, int] | None

    @classmethod
    def of(cls, baseline: Baseline) -> _Body:
        found = _START.match(baseline.body)
        if found is None:
            raise TargetError(f"the stored body of the event {baseline.uid} is none of this program")
        start = (found[1], int(found[2])) if found[1] else None
        return cls(text=baseline.body, encoded=baseline.body.encode(), start=start)


class IcsTarget:
    """A calendar of check-ins as an .ics document, written to any number of files.

    `calendar` is the name that calendar programs show. `refresh` is how often they are asked to look
    again. `show` is what its readers may know of the people. `name` is the target's own where
    it is none of those that write files.
    """

    is_remote = False
    requests_sent = 0

    def __init__(
        self,
        calendar: str = "Check-ins",
        *,
        files: Sequence[Path] = (),
        refresh: timedelta = timedelta(hours=1),
        show: Show = Show.FULL,
        name: str = "",
    ) -> None:
        self.name = name or ("ics" if show is Show.FULL else f"ics:{show}")
        self.show = show
        self.calendar = calendar
        self.files = tuple(files)
        self.refresh = refresh
        self._bodies_by_uid: dict[str, _Body] = {}

    def listen(self, cursor: Cursor | None, baselines: Mapping[str, Baseline], *, now: datetime) -> None:
        """Hear nothing: who reads a file or a feed can't change it."""

    def put(self, projection: Projection, *, base: Baseline | None, now: datetime) -> Baseline:
        """Render the series or milestone; nothing is written before `publish`."""
        sequence = 0 if base is None else base.sequence + 1
        changed_at = now.astimezone(UTC).replace(microsecond=0)
        try:
            events = events_of(projection, sequence=sequence, changed_at=changed_at)
            body = b"".join(event.to_ical(sorted=False) for event in events)
            check_bytes(body)
        except (ValueError, OverflowError, LookupError, OSError) as error:  # the last two: unknown zones
            raise TargetError(
                f"the event {projection.uid!r} can't be written as iCalendar: {error}"
            ) from error
        return Baseline(
            uid=projection.uid,
            fingerprint=projection.fingerprint,
            sequence=sequence,
            changed_at=changed_at,
            body=body.decode(),
        )

    def remove(self, base: Baseline) -> None:
        """Do nothing: what has no baseline is left out when the document is joined."""

    def shown(self, base: Baseline) -> Entry:
        """Return what stands in the document of a series or milestone."""
        master, *overrides = Event.from_ical(base.body, multiple=True)
        start = master.decoded("DTSTART")
        if not isinstance(start, datetime):
            return _entry(master, start=start.isoformat())
        timezone = master["DTSTART"].params["TZID"]
        cancelled = master.get("EXDATE", [])
        moves = {
            iso_in(one.dt, timezone): ""
            for list_ in (cancelled if isinstance(cancelled, list) else [cancelled])
            for one in list_.dts
        }
        moves |= {
            iso_in(one.decoded("RECURRENCE-ID"), timezone): iso_in(one.decoded("DTSTART"), timezone)
            for one in overrides
        }
        return _entry(
            master,
            start=iso_in(start, timezone),
            timezone=timezone,
            minutes=round((master.decoded("DTEND") - start) / timedelta(minutes=1)),
            exceptions=tuple(sorted(moves.items())),
        )

    def calendar_id(self) -> str:
        """Return nothing: a document is no calendar of its own."""
        return ""

    def renew(self, *, is_confirmed: bool = False) -> bool:  # noqa: ARG002  of the protocol
        """Make no other: there is none to make."""
        return False

    def publish(self, baselines: Sequence[Baseline]) -> None:
        """Write every file whose bytes differ, as many as can be, then tell of those that can't."""
        content = self.document(baselines)
        failures: list[tuple[Path, OSError]] = []
        for path in self.files:
            try:
                write_if_changed(path, content)
            except OSError as error:
                failures.append((path, error))
        if failures:
            raise TargetError("\n".join(why_unwritten(*failure) for failure in failures)) from failures[0][1]

    def close(self) -> None:
        """Do nothing: nothing stays open."""

    def document(self, baselines: Iterable[Baseline]) -> bytes:
        """Return the whole calendar: the same bytes for the same baselines, whatever their order.

        The bodies were checked when they were made, so here only the rest is.
        """
        bodies = self._bodies(baselines)
        first_years: dict[str, int] = {}
        for zone, year in {body.start for body in bodies if body.start is not None}:
            first_years[zone] = min(year, first_years.get(zone, year))
        zones = sorted(first_years)
        try:
            head = fold(self._head(zones))
            head += "".join(vtimezone(zone, first_years[zone]) for zone in zones)
            check_bytes((head + _END).encode())
        except (ValueError, LookupError, OSError) as error:  # the last two: a zone that is known no more
            raise TargetError(f"the calendar {self.calendar!r} can't be written: {error}") from error
        return b"".join([head.encode(), *(body.encoded for body in bodies), _END.encode()])

    def _bodies(self, baselines: Iterable[Baseline]) -> list[_Body]:
        """Return the bodies sorted by UID.

        They are kept from one document to the next, for encoding all takes far longer than joining them.
        """
        kept, bodies_by_uid = self._bodies_by_uid, {}
        for baseline in sorted(baselines, key=attrgetter("uid")):
            body = kept.get(baseline.uid)
            if body is None or body.text != baseline.body:
                body = _Body.of(baseline)
            bodies_by_uid[baseline.uid] = body
        self._bodies_by_uid = bodies_by_uid
        return list(bodies_by_uid.values())

    def _head(self, zones: Sequence[str]) -> Iterator[str]:
        name = Text(self.calendar).to_ical().decode()
        refresh = vDuration(self.refresh).to_ical().decode()  # type: ignore[no-untyped-call]
        yield "BEGIN:VCALENDAR"
        yield "VERSION:2.0"
        yield f"PRODID:{_PRODID}"
        yield "CALSCALE:GREGORIAN"
        # Each pair says the same thing to different programs: the older X- names are read by far more.
        yield f"X-WR-CALNAME:{name}"
        yield f"NAME:{name}"
        yield f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}"
        yield f"X-PUBLISHED-TTL:{refresh}"
        if len(zones) == 1:
            yield f"X-WR-TIMEZONE:{zones[0]}"


def _entry(
    event: Component,
    *,
    start: str,
    timezone: str = "",
    minutes: int = 0,
    exceptions: tuple[tuple[str, str], ...] = (),
) -> Entry:
    rule: Any = event["RRULE"]
    return Entry(
        title=str(event["SUMMARY"]),
        start=start,
        timezone=timezone,
        minutes=minutes,
        rrule=plain_rrule(rule.to_ical().decode()),
        notes=str(event.get("DESCRIPTION", "")),
        place=str(event.get("LOCATION", "")),
        exceptions=exceptions,
    )
