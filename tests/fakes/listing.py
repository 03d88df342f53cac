"""Listing: events.list and events.instances, their pages and tokens.

A listing is taken when its first page is asked for; its items are as they are when their page is. So what
changes between two pages may be seen on the later page and again in the next delta, never in neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.answers import event_answer, slot_text, tombstone
from tests.fakes.events import overlaps
from tests.fakes.moments import stamp_text
from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.fakes.diary import Diary
    from tests.fakes.events import Calendar, View
    from tests.fakes.manners import Manners

NOT_WITH_SYNC_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMax",
    "timeMin",
    "updatedMin",
)
WITHOUT_SYNC_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "updatedMin",
)
USUAL_PAGE = 250
LARGEST_PAGE = 2500
OLDEST_UPDATED_MIN = timedelta(days=28)

_MAY_DIFFER = {"syncToken", "pageToken", "maxResults", "fields", "prettyPrint", "alt", "quotaUser", "key"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a sync token stands for: what was seen, of which calendar, asked for how."""

    calendar_id: str
    changes: int
    query: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The ids of a listing, by pages, and the token that its last page brings."""

    pages: tuple[tuple[str, ...], ...]
    query: Mapping[str, Any]
    window: tuple[datetime | None, datetime | None]
    is_delta: bool
    token: Token | None


@dataclass(slots=True)
class Listings:
    """Answers listings, and remembers the tokens it gave away."""

    diary: Diary
    manners: Manners
    violations: list[str]
    _snapshots: dict[str, Snapshot] = field(default_factory=dict)
    _tokens: dict[str, Token] = field(default_factory=dict)

    def expire(self) -> None:
        """Make every sync token that was ever given away a 410."""
        for calendar in self.diary.calendars.values():
            calendar.expired = calendar.changes
            calendar.changes += 1

    def listed(self, calendar: Calendar, query: Mapping[str, Any]) -> dict[str, Any]:
        """Answer events.list."""
        if "pageToken" in query:
            return self._next_page(calendar, query)
        take = self._delta if "syncToken" in query else self._full
        snapshot = take(calendar, query)
        return self._page(calendar, snapshot, self._keep(snapshot), 1)

    def instances(self, calendar: Calendar, view: View, query: Mapping[str, Any]) -> dict[str, Any]:
        """Answer events.instances; of a single occurrence that is itself, and none where it is cancelled."""
        if "pageToken" in query:
            return self._next_page(calendar, query)
        found: Iterable[View] = calendar.occurrences(view) if view.is_series and view.stored else [view]
        since, until = _window(query)
        chosen = [
            one.id
            for one in found
            if overlaps(one, calendar.zone, since, until)
            and (not one.is_cancelled or query.get("showDeleted"))
            and query.get("originalStart")
            in (None, slot_text((one.slot or one.start).stored(), calendar.zone))
        ]
        query = {**query, "singleEvents": True}
        snapshot = self._snapshot(chosen, query, window=(None, None), is_delta=False, token=None)
        return self._page(calendar, snapshot, self._keep(snapshot), 1)

    # What is listed

    def _full(self, calendar: Calendar, query: Mapping[str, Any]) -> Snapshot:
        window = _window(query)
        if query.get("orderBy") == "startTime" and not query.get("singleEvents"):
            raise Refusal("badRequest", "The requested ordering is not available for the particular query.")
        if len(query.get("privateExtendedProperty", [])) > 1:
            self.violations.append(
                "events.list: reference and guide differ on several privateExtendedProperty"
            )
        self._check_updated_min(query)
        chosen = [
            view
            for view in self._candidates(calendar, query, calendar.events.values(), window)
            if _matches(view, query) and self._is_shown(calendar, view, query, is_delta=False)
        ]
        match query.get("orderBy"):
            case "startTime":
                ids = [view.id for view in sorted(chosen, key=lambda view: view.start.instant(calendar.zone))]
            case "updated":
                ids = [view.id for view in sorted(chosen, key=lambda view: view.like.updated)]
            case _:
                ids = self.manners.arrange([view.id for view in chosen])
        token = Token(calendar_id=calendar.id, changes=calendar.changes, query=_lasting(query))
        is_for_sync = not any(name in query for name in WITHOUT_SYNC_TOKEN)
        return self._snapshot(ids, query, window=window, is_delta=False, token=token if is_for_sync else None)

    def _delta(self, calendar: Calendar, query: Mapping[str, Any]) -> Snapshot:
        if any(name in query for name in NOT_WITH_SYNC_TOKEN) or query.get("showDeleted") is False:
            raise Refusal("syncTokenWithRequestRestrictions")
        token = self._tokens.get(query["syncToken"])
        if token is None or token.calendar_id != calendar.id:
            raise Refusal("invalid", "Invalid sync token value.")
        if token.changes <= calendar.expired:
            raise Refusal("fullSyncRequired")
        bounds = {name: token.query[name] for name in ("timeMin", "timeMax") if name in token.query}
        if {name: value for name, value in token.query.items() if name not in bounds} != _lasting(query):
            self.violations.append(
                f"events.list: {_lasting(query)} differs from what made the token: {token.query}"
            )
        changed = sorted(
            (stored for stored in calendar.events.values() if stored.changed > token.changes),
            key=lambda stored: stored.changed,
        )
        window = _window(bounds)
        chosen = [view.id for view in self._candidates(calendar, query, changed, window, deleted_too=True)]
        return self._snapshot(
            self.manners.arrange(list(dict.fromkeys(chosen))),
            query,
            window=window,
            is_delta=True,
            token=Token(calendar_id=calendar.id, changes=calendar.changes, query=token.query),
        )

    def _candidates(
        self,
        calendar: Calendar,
        query: Mapping[str, Any],
        stored: Iterable[Any],
        window: tuple[datetime | None, datetime | None],
        *,
        deleted_too: bool = False,
    ) -> Iterator[View]:
        """Yield the events of a window, series as their occurrences where single events are asked for."""
        for one in list(stored):
            view = calendar.view(one)
            if deleted_too and view.is_cancelled:
                yield view
            elif view.is_series and not view.is_cancelled:
                yield from self._of_series(calendar, view, query, window)
            elif query.get("singleEvents") and view.series and not deleted_too:
                continue  # it comes with its series
            elif overlaps(view, calendar.zone, *window):
                yield view

    def _of_series(
        self,
        calendar: Calendar,
        view: View,
        query: Mapping[str, Any],
        window: tuple[datetime | None, datetime | None],
    ) -> Iterator[View]:
        since, before = window
        occurrences = calendar.occurrences(view, since=since, before=before)
        found = (one for one in occurrences if overlaps(one, calendar.zone, *window))
        if query.get("singleEvents"):
            yield from found
        elif window == (None, None) or next(found, None):
            yield view

    def _is_shown(self, calendar: Calendar, view: View, query: Mapping[str, Any], *, is_delta: bool) -> bool:
        """Whether a listing tells of an event that may be deleted.

        Cancelled occurrences of a living series are told of even where deleted events are not asked for,
        unless series are expanded: without them a client would invent the occurrence.
        """
        was_reset = view.stored is not None and view.stored.was_reset
        if not view.is_cancelled:
            return is_delta or not was_reset
        if was_reset and not self.manners.tells_of_lost_exceptions:
            now = calendar.find(view.id)
            if now is not None and not now.is_cancelled:
                return False
        if is_delta or query.get("showDeleted") or "updatedMin" in query:
            return True
        series = view.series and calendar.view(view.series)
        is_exception = bool(series and not series.is_cancelled and view.stored and not was_reset)
        return is_exception and not query.get("singleEvents")

    def _check_updated_min(self, query: Mapping[str, Any]) -> None:
        if "updatedMin" in query:
            oldest = self.diary.clock() - OLDEST_UPDATED_MIN
            if _time(query["updatedMin"]) < oldest:
                raise Refusal("updatedMinTooLongAgo")

    # Pages

    def _snapshot(
        self,
        ids: list[str],
        query: Mapping[str, Any],
        *,
        window: tuple[datetime | None, datetime | None],
        is_delta: bool,
        token: Token | None,
    ) -> Snapshot:
        size = min(query.get("maxResults", USUAL_PAGE), LARGEST_PAGE, self.manners.page_size or LARGEST_PAGE)
        pages = [tuple(ids[at : at + size]) for at in range(0, len(ids), size)] or [()]
        if self.manners.empty_pages:
            pages = [page for full in pages for page in ((), full)]
        return Snapshot(
            pages=tuple(pages), query=_lasting(query), window=window, is_delta=is_delta, token=token
        )

    def _keep(self, snapshot: Snapshot) -> str:
        name = f"page-{len(self._snapshots) + 1}"
        self._snapshots[name] = snapshot
        return name

    def _next_page(self, calendar: Calendar, query: Mapping[str, Any]) -> dict[str, Any]:
        name, _, number = query["pageToken"].rpartition("-")
        snapshot = self._snapshots.get(name)
        if snapshot is None:
            raise Refusal("invalid", "Invalid page token value.")
        asked = {key: value for key, value in _lasting(query).items() if key != "singleEvents"}
        if asked != {key: value for key, value in snapshot.query.items() if key != "singleEvents"}:
            self.violations.append(
                f"page {number} is asked for with {asked}, the first was with {snapshot.query}"
            )
        return self._page(calendar, snapshot, name, int(number))

    def _page(self, calendar: Calendar, snapshot: Snapshot, name: str, number: int) -> dict[str, Any]:
        views = (calendar.find_listed(event_id) for event_id in snapshot.pages[number - 1])
        items = [
            self._item(calendar, view, snapshot)
            for view in views
            if view and self._is_shown(calendar, view, snapshot.query, is_delta=snapshot.is_delta)
        ]
        answer: dict[str, Any] = {
            "kind": "calendar#events",
            "etag": f'"{name}{number}{calendar.changes}"',
            "summary": calendar.fields.get("summary", ""),
            "updated": stamp_text(
                max([one.updated for one in calendar.events.values()], default=calendar.stamp)
            ),
            "timeZone": snapshot.query.get("timeZone", calendar.zone),
            "accessRole": calendar.role,
            "defaultReminders": [],
            "items": items,
        }
        if number < len(snapshot.pages):
            answer["nextPageToken"] = f"{name}-{number + 1}"
        elif snapshot.token:
            answer["nextSyncToken"] = self._give(snapshot.token)
        return answer

    def _item(self, calendar: Calendar, view: View, snapshot: Snapshot) -> dict[str, Any]:
        is_bare = self.manners.bare_tombstones or (view.stored and view.stored.was_moved_away)
        if view.is_cancelled and is_bare:
            return tombstone(view, calendar)
        return event_answer(view, calendar, self.diary.email, zone=snapshot.query.get("timeZone"))

    def _give(self, token: Token) -> str:
        name = f"sync-{len(self._tokens) + 1}="
        self._tokens[name] = token
        return name


def _lasting(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that must stay the same from page to page and from sync to sync."""
    return {name: value for name, value in query.items() if name not in _MAY_DIFFER}


def _window(query: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    since = _time(query["timeMin"]) if "timeMin" in query else None
    until = _time(query["timeMax"]) if "timeMax" in query else None
    if since and until and since >= until:
        raise Refusal("timeRangeEmpty")
    return since, until


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise Refusal("badRequest")
    return at.astimezone(UTC)


def _matches(view: View, query: Mapping[str, Any]) -> bool:
    """Whether an event is what a search asks for; several extended properties must all be there."""
    properties = view.fields.get("extendedProperties", {})
    for side in ("private", "shared"):
        for pair in query.get(f"{side}ExtendedProperty", []):
            name, _, value = pair.partition("=")
            if properties.get(side, {}).get(name) != value:
                return False
    words = " ".join(
        str(view.fields.get(name, "")) for name in ("summary", "description", "location")
    ).casefold()
    is_found = all(word in words for word in query.get("q", "").casefold().split())
    is_new = "updatedMin" not in query or view.like.updated >= _time(query["updatedMin"])
    return is_found and is_new and query.get("iCalUID", view.like.ical_uid) == view.like.ical_uid
