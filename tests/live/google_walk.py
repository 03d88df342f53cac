"""A walk through a calendar at Google, real or fake: whole passes, and in between what an owner does there.

The walk makes a calendar of its own and deletes it at the end. What the program relies on is asserted as it
goes; what nobody documents is only noted (`claims`), to be held against `facts/google-calendar.md`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from googleapiclient.errors import HttpError

from netkeep_sync.config.roster_file import parse_roster
from netkeep_sync.core.series import occurrences
from netkeep_sync.service.sync_pass import run_pass
from netkeep_sync.store.opening import open_store
from netkeep_sync.targets.content import moment_key, series_id
from netkeep_sync.targets.google import GoogleTarget
from netkeep_sync.targets.google_event import instance_id
from netkeep_sync.targets.google_link import Link

if TYPE_CHECKING:
    from pathlib import Path

    from netkeep_sync.core.series import Occurrence, Series

_Event = dict[str, Any]

ZONE = "Europe/Berlin"

ROSTER = """
    roster: smoke
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    categories:
      peers: {cadence: every 2 weeks, channel: coffee, ask: [What is new?]}
    contacts:
      - {name: John Doe, category: peers}
      - {name: Joan Diaz, category: peers}
      - {name: Grace Liu, category: peers}
    calendars:
      - google
    """


@dataclass
class Walk:
    """One walk as of `now`; `claims` tells what was seen to hold of the undocumented."""

    service: Any
    folder: Path
    now: datetime
    claims: dict[str, bool] = field(default_factory=dict)
    text: str = dedent(ROSTER)
    calendar_id: str = ""

    def run(self) -> dict[str, bool]:
        """Walk all of the way, and return the claims."""
        body = {"summary": "netkeep-sync smoke test", "timeZone": ZONE}
        self.calendar_id = self.service.calendars().insert(body=body).execute()["id"]
        try:
            self.creates()
            self.moves()
            self.splits()
            self.loses_a_race()
            self.deletes()
            self.loses_its_place()
        finally:
            self.service.calendars().delete(calendarId=self.calendar_id).execute()
        return self.claims

    # -- the way ----------------------------------------------------------------------------------

    def creates(self) -> None:
        self.settle()
        event = self.get(series_id(self.series("john-doe").uid))
        first = self.ahead("john-doe")[0]
        plain = self.get(self.occurrence_id(first))
        self.claims |= {
            "an occurrence can be asked for before anything is stored for it": plain["status"] == "confirmed",
            "a plain occurrence has the etag of its series": plain["etag"] == event["etag"],
            "a rule comes back as it was sent": event["recurrence"]
            == [f"RRULE:{self.series('john-doe').rule}"],
            "a description comes back as plain text": "<br" not in event["description"],
        }
        again = self.events.patch(**self.at(event["id"]), body={"summary": event["summary"]}).execute()
        self.claims["a change that changes nothing keeps the etag"] = again["etag"] == event["etag"]
        reminders = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}
        reminded = self.events.patch(**self.at(event["id"]), body={"reminders": reminders}).execute()
        self.claims["reminders leave `updated` as it was"] = reminded["updated"] == again["updated"]
        self.settle()
        assert self.kinds() == []

    def moves(self) -> None:
        _, second, *_ = self.ahead("john-doe")
        identity = self.occurrence_id(second)
        moved = self.patch_times(identity, second, by=timedelta(days=1))
        self.claims["a moved occurrence keeps its id"] = moved["id"] == identity
        self.settle()
        assert self.kinds() == ["Rescheduled"]
        assert self.start(identity) == second.start_at + timedelta(days=1)

    def splits(self) -> None:
        """Split a series with the requests that Google's own calendar makes of "this and following"."""
        first, second, *_ = self.ahead("joan-diaz")
        event = self.get(series_id(self.series("joan-diaz").uid))
        until = f"{event['recurrence'][0]};UNTIL={moment_key(first.start_at + timedelta(hours=1))}"
        self.events.patch(**self.at(event["id"]), body={"recurrence": [until]}).execute()
        rest = {
            "summary": event["summary"],
            "description": event["description"],
            "recurrence": event["recurrence"],
            "extendedProperties": event["extendedProperties"],
            **times(second, by=timedelta(hours=1)),
        }
        made = self.events.insert(calendarId=self.calendar_id, body=rest).execute()
        self.settle()
        assert self.kinds() == ["Rescheduled", "Rhythm"]
        assert self.ahead("joan-diaz")[1].start_at == second.start_at + timedelta(hours=1)
        assert self.get(made["id"])["status"] == "confirmed"

    def loses_a_race(self) -> None:
        event = self.get(series_id(self.series("grace-liu").uid))
        self.events.patch(**self.at(event["id"]), body={"colorId": "7"}).execute()
        stale = self.events.patch(**self.at(event["id"]), body={"summary": "Too late"})
        stale.headers["If-Match"] = event["etag"]
        assert self.refused(stale)[0] == 412
        self.text = self.text.replace("name: Grace Liu,", "name: Grace Liu, notes: New notes.,")
        self.settle()
        changed = self.get(event["id"])
        assert changed["colorId"] == "7"
        assert "New notes." in changed["description"]

    def deletes(self) -> None:
        third = self.ahead("grace-liu")[2]
        identity = self.occurrence_id(third)
        self.events.delete(**self.at(identity)).execute()
        series = series_id(self.series("john-doe").uid)
        body = self.get(series)
        self.events.delete(**self.at(series)).execute()
        self.settle()
        assert sorted(self.kinds()) == ["Paused", "Rescheduled", "Rhythm", "Skipped"]
        assert self.get(identity)["status"] == "cancelled"
        gone = self.found(series)
        again = {name: body[name] for name in ("id", "summary", "start", "end", "recurrence")}
        self.claims |= {
            "a deleted event is there with status cancelled": (gone or {}).get("status") == "cancelled",
            "the id of a deleted event is never free again": self.refused(
                self.events.insert(calendarId=self.calendar_id, body=again)
            )
            == (409, "duplicate"),
            "to delete twice is 410 `deleted`": self.refused(self.events.delete(**self.at(series)))
            == (410, "deleted"),
        }

    def loses_its_place(self) -> None:
        """Go on with a token that is worth nothing, and with no database."""
        listing = {"calendarId": self.calendar_id, "singleEvents": False, "showDeleted": True}
        refused = self.refused(self.events.list(**listing, syncToken="worthless"))
        self.claims["a token that Google does not know is a 410"] = refused[0] == 410
        whole = self.events.list(**listing, maxResults=2500).execute()
        bare = [one for one in whole["items"] if one["status"] == "cancelled" and "summary" not in one]
        self.claims["what is deleted is listed with its id alone"] = bool(bare)
        before = {one["id"]: one["etag"] for one in whole["items"] if one["status"] != "cancelled"}
        (self.folder / "smoke.db").unlink()
        self.settle()
        after = self.events.list(**listing, maxResults=2500).execute()
        assert {one["id"]: one["etag"] for one in after["items"] if one["status"] != "cancelled"} == before

    # -- passes -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Run passes until nothing is left to do, three at the most."""
        for _ in range(3):
            done = self.a_pass()
            assert not done.problem, done.problem
            if not any(one.made for one in done.pushed.values()):
                return
        raise AssertionError("it does not come to rest")

    def a_pass(self) -> Any:
        roster = parse_roster(self.text, file="netkeep.yaml", folder=self.folder, today=self.now.date())
        target = GoogleTarget(Link(self.service, self.calendar_id), owner="smoke")
        with self.store() as store:
            return run_pass(roster, store, [target], now=self.now, text=self.text)

    def store(self) -> Any:
        return open_store(f"sqlite:///{self.folder}/smoke.db", key="smoke", source="netkeep.yaml")

    def kinds(self) -> list[str]:
        with self.store() as store:
            return [type(one).__name__ for one in store.facts() if one.source == "google"]

    def series(self, contact: str) -> Series:
        """Return the first series of a contact: its event is the one that we made."""
        with self.store() as store:
            found: Series = next(one for one in store.series() if one.contact == contact)
        return found

    def ahead(self, contact: str) -> list[Occurrence]:
        """Return the coming occurrences of a contact's series, those of the earlier ones first."""
        with self.store() as store:
            mine = [one for one in store.series() if one.contact == contact]
        end_on = self.now.date() + timedelta(days=120)
        found = [one for each in mine for one in occurrences(each, end_on=end_on)]
        return sorted((one for one in found if one.start_at > self.now), key=lambda one: one.start_at)

    # -- requests ---------------------------------------------------------------------------------

    @property
    def events(self) -> Any:
        return self.service.events()

    def at(self, identity: str) -> dict[str, str]:
        return {"calendarId": self.calendar_id, "eventId": identity}

    def get(self, identity: str) -> _Event:
        found: _Event = self.events.get(**self.at(identity)).execute()
        return found

    def found(self, identity: str) -> _Event | None:
        with suppress(HttpError):
            return self.get(identity)
        return None

    def start(self, identity: str) -> datetime:
        return datetime.fromisoformat(self.get(identity)["start"]["dateTime"]).astimezone(UTC)

    def occurrence_id(self, one: Occurrence) -> str:
        return instance_id(series_id(one.uid), moment_key(one.slot_at))

    def patch_times(self, identity: str, one: Occurrence, *, by: timedelta) -> _Event:
        changed: _Event = self.events.patch(**self.at(identity), body=times(one, by=by)).execute()
        return changed

    def refused(self, request: Any) -> tuple[int, str]:
        """Return status and reason of a request that is refused, (200, "") of one that is not."""
        try:
            request.execute()
        except HttpError as error:
            details = error.error_details
            reason = details[0].get("reason", "") if isinstance(details, list) and details else ""
            return int(error.resp.status), reason
        return 200, ""


def times(one: Occurrence, *, by: timedelta) -> dict[str, Any]:
    """Return start and end of an occurrence, so much later."""
    return {
        side: {"dateTime": (at + by).isoformat(), "timeZone": ZONE}
        for side, at in (("start", one.start_at), ("end", one.end_at))
    }
