"""A feed as a list: its coming check-ins and milestones as JSON, for widgets and scripts.

The format is promised, by `listing.schema.json` beside this file: fields may be added, none goes or means
anything else while `version` stays. There is nothing in it that the same feed does not show a calendar, and
nothing of the time it is asked for: it changes when the plan does, and when a check-in has passed.
"""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.projection import MilestoneProjection, SeriesProjection
from netkeep_sync.core.series import zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from netkeep_sync.core.feed import FeedSpec
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.outlook import Outlook

__all__ = ["MOST_CHECK_INS", "listing"]

_VERSION = 1

MOST_CHECK_INS = 100
"""A widget shows a few, and what is fetched every quarter of an hour should be small."""


def listing(spec: FeedSpec, wanted: Sequence[Projection], outlook: Outlook) -> bytes:
    """Return the list, as JSON, of a feed that holds what is `wanted`."""
    series = {one.uid: one for one in wanted if isinstance(one, SeriesProjection)}
    coming = [one for one in outlook.plan.occurrences if one.uid in series][:MOST_CHECK_INS]
    milestones = (one for one in wanted if isinstance(one, MilestoneProjection))
    document = {
        "version": _VERSION,
        "calendar": spec.calendar,
        "timezone": outlook.roster.timezone,
        "check_ins": [_check_in(one, series[one.uid]) for one in coming],
        "milestones": sorted(
            _milestones(milestones, outlook.today), key=lambda one: (one["day"], one["uid"])
        ),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _check_in(one: Occurrence, projection: SeriesProjection) -> dict[str, Any]:
    def local(at: datetime) -> str:
        return at.astimezone(zone(projection.timezone)).isoformat(timespec="seconds")

    return {
        "uid": one.uid,
        "slot": local(one.slot_at),
        "start": local(one.start_at),
        "end": local(one.end_at),
        "timezone": projection.timezone,
        "minutes": projection.minutes,
        "summary": projection.summary,
        "description": projection.description,
        "location": projection.location,
        "category": projection.category,
        "is_busy": projection.is_busy,
    }


def _milestones(projections: Iterable[MilestoneProjection], today: date) -> Iterator[dict[str, Any]]:
    for one in projections:
        yield {
            "uid": one.uid,
            "day": _next_day(one, today).isoformat(),
            "summary": one.summary,
            "description": one.description,
            "category": one.category,
        }


def _next_day(milestone: MilestoneProjection, today: date) -> date:
    """Return the next day that the milestone falls on, which may be today."""
    from_on = max(today, milestone.first_on)
    day = _day_in(milestone, from_on.year)
    return day if day >= from_on else _day_in(milestone, from_on.year + 1)


def _day_in(milestone: MilestoneProjection, year: int) -> date:
    """Return its day of that year; one of a leap day is the last of February, as its rule says."""
    month = milestone.first_on.month
    is_last = milestone.rrule.endswith("BYMONTHDAY=-1")
    return date(year, month, monthrange(year, month)[1] if is_last else milestone.first_on.day)
