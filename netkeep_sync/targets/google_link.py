"""The way to one calendar at Google: who is signed in, which calendar it is, and the client that goes there.

It is opened when it is first used, so that a lost sign-in is a failure of this target alone. The client's
HTTP is not made for several threads: every target has a link of its own, and uses it in one thread.

For a dry run there is a link that only reads (`google_rehearsal.py`).
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netkeep_sync.errors import GuardRefused, TargetError
from netkeep_sync.targets import google_auth
from netkeep_sync.targets.google_calendars import forget_calendar, known_calendar, remember_calendar
from netkeep_sync.targets.google_request import Pace, Refused, send
from netkeep_sync.targets.google_token import default_token_file, needed_scopes

if TYPE_CHECKING:
    from google.auth.exceptions import GoogleAuthError
    from googleapiclient.http import HttpRequest

    from netkeep_sync.core.roster import GoogleCalendar
    from netkeep_sync.targets.google_auth import Endpoints

__all__ = ["Link", "SignedInLink", "service_for"]


class Link:
    """A calendar, and the client's service for it."""

    def __init__(self, service: Any, calendar_id: str, *, pace: Pace | None = None) -> None:
        self._service = service
        self._calendar_id = calendar_id
        self._pace = pace or Pace()

    @property
    def service(self) -> Any:
        """The client's service."""
        return self._service

    @property
    def requests_sent(self) -> int:
        """How many requests were sent, repeated ones too."""
        return self._pace.sent

    @property
    def calendar_id(self) -> str:
        """Google's id of the calendar."""
        return self._calendar_id

    def known_id(self) -> str:
        """Return the id of the calendar, "" where it has yet to be made."""
        return self._calendar_id

    def renew(self, *, is_confirmed: bool = False) -> bool:  # noqa: ARG002  that of a calendar we make
        """Forget the calendar, so that another is made; return whether this one is made at all."""
        return False

    def close(self) -> None:
        """Do nothing: the service belongs to who made it."""

    def send(self, request: HttpRequest, about: str, *, etag: str = "") -> Any:
        """Return Google's answer; see `google_request.send`."""
        return send(request, about, etag=etag, pace=self._pace, translated=self.translated)

    def translated(self, error: GoogleAuthError) -> TargetError:
        """Return what an error of the sign-in means here."""
        return google_auth.translated(error, default_token_file())


class SignedInLink(Link):
    """The calendar that the roster names, by the sign-in that is kept on this machine.

    Of a calendar that the program makes, the id is kept beside the sign-in: it can't look for one.
    """

    def __init__(self, calendar: GoogleCalendar, *, timezone: str, endpoints: Endpoints) -> None:
        super().__init__(None, calendar.calendar_id)
        self._calendar = calendar
        self._timezone = timezone
        self._endpoints = endpoints
        self._token_file = Path(calendar.token_file) if calendar.token_file else default_token_file()

    @cached_property
    def service(self) -> Any:
        """The client's service. Raises AuthLost."""
        return service_for(self._token_file, self._scopes, endpoints=self._endpoints)

    def close(self) -> None:
        """Hang up. The next use reads anew which sign-in and which calendar it is: there may be others."""
        self._calendar_id = ""
        service = self.__dict__.pop("service", None)
        if service is not None:
            service.close()

    @property
    def _scopes(self) -> tuple[str, ...]:
        return needed_scopes(existing_calendar=bool(self._calendar.calendar_id))

    @property
    def calendar_id(self) -> str:
        """The id of the calendar; one that the program keeps to itself is made where there is none yet."""
        self._calendar_id = self._calendar_id or self.known_id() or self._make()
        return self._calendar_id

    def known_id(self) -> str:
        """Return the id of the calendar, "" where it has yet to be made."""
        return self._calendar.calendar_id or known_calendar(self._token_file, self._calendar.calendar) or ""

    def _make(self) -> str:
        name = self._calendar.calendar
        body = {"summary": name, "timeZone": self._timezone}
        made: dict[str, Any] = self.send(self.service.calendars().insert(body=body), f'the calendar "{name}"')
        remember_calendar(self._token_file, name, made["id"])
        return str(made["id"])

    def renew(self, *, is_confirmed: bool = False) -> bool:
        """Forget the calendar, so that another is made; return whether this one is made at all."""
        if self._calendar.calendar_id:
            return False
        if self.known_id() and not is_confirmed and self._is_there(self.known_id()):
            raise GuardRefused(
                f'the calendar "{self._calendar.calendar}" is still at Google, and with another one you '
                "would see everything twice; if you mean it, run "
                "`netkeep-sync sync --new-calendar --confirm`, and delete the old one at Google"
            )
        self._forget()
        self._calendar_id = ""
        return True

    def _is_there(self, calendar_id: str) -> bool:
        try:
            self.send(self.service.calendars().get(calendarId=calendar_id), "the calendar")
        except Refused as refused:
            if refused.is_gone:
                return False
            raise
        return True

    def _forget(self) -> None:
        forget_calendar(self._token_file, self._calendar.calendar)

    def send(self, request: HttpRequest, about: str, *, etag: str = "") -> Any:
        """Return Google's answer. A calendar that is gone is told as such."""
        try:
            return super().send(request, about, etag=etag)
        except Refused as refused:
            if refused.status == 404 and refused.reason == "notFound" and "/events?" in request.uri:
                raise TargetError(self._gone_words()) from refused
            raise

    def _gone_words(self) -> str:
        if self._calendar.calendar_id:
            return (
                f"Google knows no calendar {self._calendar.calendar_id} that this sign-in may write to; "
                "see its settings for the right `calendar_id:`"
            )
        return (
            f'the calendar "{self._calendar.calendar}" is no longer at Google; nothing is written until you '
            "have brought it back, or run `netkeep-sync sync --new-calendar` to make another"
        )

    def translated(self, error: GoogleAuthError) -> TargetError:
        """Return what an error of the sign-in means here."""
        return google_auth.translated(error, self._token_file)


def service_for(token_file: Path, scopes: tuple[str, ...], *, endpoints: Endpoints) -> Any:
    """Return the client's service for whoever is signed in. Raises AuthLost."""
    from google_auth_httplib2 import AuthorizedHttp  # noqa: PLC0415
    from googleapiclient.discovery import build  # noqa: PLC0415  half a second, where Google is asked
    from httplib2 import Http  # noqa: PLC0415

    credentials = google_auth.credentials(token_file, scopes, endpoints=endpoints)
    return build(
        "calendar",
        "v3",
        static_discovery=True,
        http=AuthorizedHttp(credentials, http=Http(timeout=google_auth.TIMEOUT_S)),
        client_options={"api_endpoint": endpoints.api} if endpoints.api else None,
    )
