"""A fake Google Calendar that an unmodified google-api-python-client talks to over loopback.

    with FakeGoogleCalendar(clock=lambda: now) as fake:
        service = fake.service("calendar.app.created", "calendar.freebusy")
        # or your own: build("calendar", "v3", static_discovery=True, credentials=fake.credentials(...),
        #                    client_options={"api_endpoint": fake.url})

        fake.user.move(occurrence_id, datetime(2026, 12, 9, 10))           # gestures.py
        fake.faults.on("events.insert", nth=2).answers(503, applied=True)  # faults.py
        fake.before_each(lambda call: ...)                                 # between any two calls
        with fake.dies(after=3):                                           # the third call takes effect,
            run()                                                          # and this thread is killed
        assert fake.ledger.count("events.*") == 1                          # ledger.py

`fake.close()` (the end of the `with`) raises `Unfaithful` if a request or an answer was not as the discovery
document describes it, or a hook failed. Odd rules name the public report or reference that they come from,
where there is one. What Google is free to do, or nobody knows for sure, can be chosen: manners.py.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock, get_ident
from typing import TYPE_CHECKING, Any, Self

import google.oauth2.credentials
from googleapiclient.discovery import build

from tests.fakes.accounts import CLIENT_ID, CLIENT_SECRET, Accounts
from tests.fakes.answers import event_answer
from tests.fakes.calendar_methods import CalendarMethods
from tests.fakes.diary import Diary
from tests.fakes.discovery import BASE_PATH, long_scope
from tests.fakes.event_methods import EventMethods
from tests.fakes.exchange import (
    BATCH_PATH,
    REVOKE_PATH,
    TOKEN_PATH,
    Answering,
    Exchange,
    Hook,
    Killed,
)
from tests.fakes.faults import Faults
from tests.fakes.gestures import User
from tests.fakes.ledger import Ledger
from tests.fakes.listing import Listings
from tests.fakes.manners import Manners
from tests.fakes.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

ACCOUNT = "ana@example.com"


class Unfaithful(AssertionError):
    """Something was asked or answered that the real one does not know."""


@dataclass(slots=True)
class Death:
    """Whether the thread was killed."""

    came: bool = False


class FakeGoogleCalendar:
    """One account at Google: its calendars, its user, and the endpoints."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        account: str = ACCOUNT,
        zone: str = "Europe/Berlin",
        manners: Manners | None = None,
    ) -> None:
        self.manners = manners or Manners()
        self.ledger = Ledger()
        self.faults = Faults()
        self.violations: list[str] = []
        self.accounts = Accounts(account)
        self.lock = RLock()
        self.diary = Diary(account, clock, zone)
        self.diary.add({"summary": account, "timeZone": zone}, calendar_id=account)
        self.listings = Listings(self.diary, self.manners, self.violations)
        self.user = User(self.diary, self.accounts, self.manners, self.lock)
        self._services: list[Any] = []
        self._exchange = Exchange(
            diary=self.diary,
            accounts=self.accounts,
            faults=self.faults,
            ledger=self.ledger,
            manners=self.manners,
            methods=self._methods(),
            lock=self.lock,
            violations=self.violations,
        )
        self._server = Server(self._exchange.reply)

    def _methods(self) -> dict[str, Answering]:
        calendars = CalendarMethods(self.diary, self.manners)
        events = EventMethods(self.diary, self.listings, self.ledger, self.manners)
        return {
            "calendarList.delete": calendars.list_delete,
            "calendarList.get": calendars.list_get,
            "calendarList.list": calendars.list_list,
            "calendarList.patch": calendars.list_patch,
            "calendars.delete": calendars.delete,
            "calendars.get": calendars.get,
            "calendars.insert": calendars.insert,
            "calendars.patch": calendars.patch,
            "calendars.update": calendars.update,
            "colors.get": calendars.colors,
            "events.delete": events.delete,
            "events.get": events.get,
            "events.insert": events.insert,
            "events.instances": events.instances,
            "events.list": events.list,
            "events.move": events.move,
            "events.patch": events.patch,
            "events.update": events.update,
            "freebusy.query": calendars.busy,
            "settings.get": calendars.setting,
        }

    # Where it is

    @property
    def origin(self) -> str:
        """The address without a path: what stands in for all of Google's hosts."""
        return self._server.origin

    @property
    def url(self) -> str:
        """What `client_options={"api_endpoint": …}` takes: it stands for base address and path together."""
        return self._server.origin + BASE_PATH

    @property
    def batch_url(self) -> str:
        """For `BatchHttpRequest(batch_uri=…)`; `new_batch_http_request` ignores `api_endpoint`."""
        return self._server.origin + BATCH_PATH

    @property
    def token_url(self) -> str:
        return self._server.origin + TOKEN_PATH

    @property
    def revoke_url(self) -> str:
        return self._server.origin + REVOKE_PATH

    # Signing in

    def credentials(self, *scopes: str, client_id: str = CLIENT_ID) -> google.oauth2.credentials.Credentials:
        """Return credentials for scopes, given short, that the user has allowed."""
        with self.lock:
            grant = self.accounts.grant(scopes, client_id=client_id)
            token = self.accounts.token(
                {
                    "grant_type": "refresh_token",
                    "refresh_token": grant.refresh_token,
                    "client_id": client_id,
                    "client_secret": CLIENT_SECRET,
                }
            )
        make: Any = google.oauth2.credentials.Credentials
        credentials: google.oauth2.credentials.Credentials = make(
            token=token["access_token"],
            refresh_token=grant.refresh_token,
            token_uri=self.token_url,
            client_id=client_id,
            client_secret=CLIENT_SECRET,
            scopes=[long_scope(scope) for scope in scopes],
        )
        return credentials

    def service(self, *scopes: str, client_id: str = CLIENT_ID) -> Any:
        """Return the client library's own service, signed in; it is closed with the fake."""
        service = build(
            "calendar",
            "v3",
            static_discovery=True,
            client_options={"api_endpoint": self.url},
            credentials=self.credentials(*scopes, client_id=client_id),
        )
        self._services.append(service)
        events = service.events()  # made anew at each call otherwise, which takes longer than to answer one
        service.events = lambda: events
        return service

    # What happens in between

    def before_each(self, hook: Hook) -> None:
        """Call a function before each request takes effect: for gestures, faults, or the end of a process."""
        self._exchange.before_each.append(hook)

    def after_each(self, hook: Hook) -> None:
        """Call a function after each request, when its answer is known and not yet sent."""
        self._exchange.after_each.append(hook)

    @contextmanager
    def dies(
        self, *, before: int | None = None, after: int | None = None, pattern: str = "*"
    ) -> Iterator[Death]:
        """Kill this thread at the nth call from here: before it takes effect, or after, with no answer."""
        death = Death()
        fault = self.faults.on(pattern, nth=before or after or 1).kills(
            get_ident(), applied=after is not None
        )
        try:
            yield death
        except Killed:
            death.came = True
        finally:
            self.faults.planned.remove(fault)

    def expire_sync_tokens(self) -> None:
        """Make all sync tokens a 410 `fullSyncRequired`."""
        with self.lock:
            self.listings.expire()

    def expire_access_tokens(self) -> None:
        """Make all access tokens a 401; refresh tokens stay good."""
        with self.lock:
            self.accounts.expire_access_tokens()

    def forget_tombstones(self) -> None:
        """Forget what was deleted, as Google does in time: a 404 from now on, yet no free id."""
        with self.lock:
            for calendar in self.diary.calendars.values():
                calendar.forget_tombstones()

    # Looking without asking

    def event(self, event_id: str) -> dict[str, Any] | None:
        """Return an event of any calendar in full, or None if it is deleted or was never there."""
        with self.lock:
            try:
                calendar, view = self.diary.locate(event_id)
            except LookupError:
                return None
            return None if view.is_cancelled else event_answer(view, calendar, self.diary.email)

    def events(self, calendar: str = "primary") -> list[dict[str, Any]]:
        """Return all that is alive in a calendar: single events, series once, and exceptions."""
        with self.lock:
            place = self.diary.calendar(calendar)
            return [event_answer(view, place, self.diary.email) for view in place.live()]

    def occurrences(
        self,
        calendar: str,
        since: datetime,
        until: datetime,
        *,
        of: Callable[[str], bool] = lambda _id: True,
    ) -> list[dict[str, Any]]:
        """Return what a person sees in a calendar between two times, by start; of some ids only."""
        with self.lock:
            place = self.diary.calendar(calendar)
            return [
                event_answer(view, place, self.diary.email) for view in place.occurring(since, until, of=of)
            ]

    @property
    def calendars(self) -> list[str]:
        """The ids of all calendars, the primary one first."""
        return list(self.diary.calendars)

    # The end

    def check(self) -> None:
        """Raise `Unfaithful` for what was not as the discovery document has it, or went wrong in a hook."""
        if self.violations:
            raise Unfaithful("\n".join(self.violations))

    def stop(self) -> None:
        """Stop serving, without a judgement."""
        self._exchange.stopped.set()
        for service in self._services:
            service.close()
        self._server.close()

    def close(self) -> None:
        """Stop serving, and check."""
        self.stop()
        self.check()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None:
            self.check()
