"""A look at a whole Google calendar that changes nothing: what there is too much of ours.

Of events that bear the roster's mark, those that no baseline knows are *strangers*: a copy that the owner
made, or what a lost database left behind. Two check-ins with one person on one day are *doubles*.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.targets.content import series_id
from netkeep_sync.targets.google_event import mark
from netkeep_sync.targets.held import Held

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.targets.google_link import Link

__all__ = ["Inspection", "inspect_calendar"]

_Event = dict[str, Any]

_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found: the ids of strangers, and of each double its contact and its day (ISO 8601)."""

    strangers: tuple[str, ...]
    doubles: tuple[tuple[str, str], ...]


def inspect_calendar(
    link: Link,
    baselines: Mapping[str, Baseline],
    *,
    owner: str,
    contacts: Mapping[str, str],
    now: datetime,
) -> Inspection:
    """Return what there is too much of on the calendar, in the year from `now` for doubles.

    `owner` is the roster's mark, `contacts` are the keys by the UID of their series. Raises TargetError.
    """
    held = {uid: Held.read(baseline.body).event for uid, baseline in baselines.items()}
    known = {event: uid for uid, event in held.items()}
    strangers = tuple(
        sorted(
            event["id"]
            for event in _listed(link, owner, singleEvents=False)
            if event["id"] not in known and "recurringEventId" not in event
        )
    )
    by_event = {series_id(uid): contact for uid, contact in contacts.items()}
    by_event |= {event: contacts[uid] for event, uid in known.items() if uid in contacts}
    days: Counter[tuple[str, str]] = Counter()
    coming = {"timeMin": now.isoformat(), "timeMax": (now + _AHEAD).isoformat()}
    for event in _listed(link, owner, singleEvents=True, **coming):
        master = str(event.get("recurringEventId", event["id"]))
        contact = by_event.get(master) or by_event.get(mark(event, "netkeep_series"))
        if contact and "dateTime" in event.get("start", {}):
            days[contact, str(event["start"]["dateTime"])[:10]] += 1
    return Inspection(
        strangers=strangers, doubles=tuple(sorted(day for day, times in days.items() if times > 1))
    )


def _listed(link: Link, owner: str, **narrowed: Any) -> Iterator[_Event]:
    """Yield every live event that bears the mark."""
    listing = link.service.events()
    request = listing.list(
        calendarId=link.calendar_id,
        privateExtendedProperty=[f"netkeep={owner}"],
        showDeleted=False,
        maxResults=2500,
        **narrowed,
    )
    while request is not None:
        page = link.send(request, "the list of events")
        yield from (event for event in page.get("items", ()) if event.get("status") != "cancelled")
        request = listing.list_next(request, page)
