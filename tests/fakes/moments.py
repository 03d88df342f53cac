"""Moments: the start, end or slot of an event, timed or all-day.

Google keeps the instant and the zone that was given; it answers in the calendar's zone (or `timeZone=`) with
the event's own zone beside it. So two texts may differ and mean the same: compare instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time (`value` is in UTC, whole seconds) or a day, with the IANA zone that was given."""

    value: datetime | date
    zone: str | None = None

    @property
    def is_all_day(self) -> bool:
        return not isinstance(self.value, datetime)

    def instant(self, calendar_zone: str) -> datetime:
        """Return when it is; a day begins at midnight in the calendar's zone."""
        if isinstance(self.value, datetime):
            return self.value
        midnight = datetime(self.value.year, self.value.month, self.value.day, tzinfo=ZoneInfo(calendar_zone))
        return midnight.astimezone(UTC)

    def local(self) -> datetime:
        """Return the wall clock in its own zone, where a rule is expanded."""
        if isinstance(self.value, datetime):
            return self.value.astimezone(ZoneInfo(self.zone or "UTC")).replace(tzinfo=None)
        return datetime(self.value.year, self.value.month, self.value.day)  # noqa: DTZ001 -- a wall clock

    def at_local(self, local: datetime) -> Moment:
        """Return the moment of its own kind and zone with another wall clock."""
        if self.is_all_day:
            return Moment(local.date(), self.zone)
        aware = local.replace(tzinfo=ZoneInfo(self.zone or "UTC"))
        return Moment(aware.astimezone(UTC), self.zone)

    def later(self, by: timedelta) -> Moment:
        """Return the moment that much later in true time."""
        return Moment(self.value + by, self.zone)

    def until(self, other: Moment) -> timedelta:
        """Return the true time from here to another moment of the same kind."""
        return other._naive() - self._naive()

    def _naive(self) -> datetime:
        if isinstance(self.value, datetime):
            return self.value.replace(tzinfo=None)
        return datetime(self.value.year, self.value.month, self.value.day)  # noqa: DTZ001 -- only to subtract

    def suffix(self) -> str:
        """Return what tells an occurrence with this slot from others in its id."""
        if isinstance(self.value, datetime):
            return f"{self.value:%Y%m%dT%H%M%SZ}"
        return f"{self.value:%Y%m%d}"

    def stored(self) -> dict[str, str]:
        """Return it as kept: in UTC, so that equal moments are equal texts."""
        zone = {"timeZone": self.zone} if self.zone else {}
        if isinstance(self.value, datetime):
            return {"dateTime": rfc3339(self.value), **zone}
        return {"date": self.value.isoformat(), **zone}

    def answered(self, answer_zone: str, calendar_zone: str) -> dict[str, str]:
        """Return it as Google answers: in the zone of the answer, its own zone beside it."""
        if not isinstance(self.value, datetime):
            return {"date": self.value.isoformat()}
        local = self.value.astimezone(ZoneInfo(answer_zone))
        return {"dateTime": rfc3339(local), "timeZone": self.zone or calendar_zone}


def rfc3339(at: datetime) -> str:
    """Return a time as Google writes it."""
    return at.isoformat(timespec="seconds").removesuffix("+00:00") + ("Z" if not at.utcoffset() else "")


def stamp_text(at: datetime) -> str:
    """Return a time of creation or change as Google writes it, with milliseconds."""
    return at.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_suffix(suffix: str, like: Moment) -> Moment | None:
    """Return the slot that the end of an occurrence's id names, or None where it names none of that kind."""
    try:
        if like.is_all_day:
            return Moment(datetime.strptime(suffix, "%Y%m%d").date(), like.zone)  # noqa: DTZ007 -- a date
        return Moment(datetime.strptime(suffix, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), like.zone)
    except ValueError:
        return None


def read_moment(json: Mapping[str, Any], name: str, *, is_recurring: bool) -> Moment:
    """Read a start or end as a client sends it.

    A recurring event needs a zone even where there is an offset: an offset says nothing of next summer.
    """
    zone = json.get("timeZone")
    if zone and zone not in _zones():
        raise Refusal("invalid", f"Invalid time zone definition for {name} time.")
    if json.get("date") and json.get("dateTime"):
        raise Refusal("invalid", f"Invalid {name} time.")
    if json.get("date"):
        return Moment(date.fromisoformat(json["date"]), zone)
    if not json.get("dateTime"):
        raise Refusal("required", f"Missing {name} time.")
    at = datetime.fromisoformat(json["dateTime"]).replace(microsecond=0)
    if not zone and (is_recurring or at.tzinfo is None):
        raise Refusal("required", f"Missing time zone definition for {name} time.")
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(str(zone)))
    return Moment(at.astimezone(UTC), zone)


def read_stored(json: Mapping[str, str]) -> Moment:
    """Read what `Moment.stored` wrote."""
    if "date" in json:
        return Moment(date.fromisoformat(json["date"]), json.get("timeZone"))
    return Moment(datetime.fromisoformat(json["dateTime"]), json.get("timeZone"))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
