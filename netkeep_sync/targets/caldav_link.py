"""The way to one calendar on a CalDAV server: who is signed in, which calendar it is, and requests to it.

The `caldav` package speaks the protocol; which request is sent when, and on what condition, is decided here
and in `caldav.py`. It is opened when it is first used, so that a lost sign-in is a failure of this target
alone. For a dry run there is a link that only reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from netkeep_sync.errors import AuthLost, GuardRefused, TargetError, install_words
from netkeep_sync.targets.caldav_account import (
    Account,
    account_file,
    forget_calendar,
    known_account,
    remember_calendar,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from netkeep_sync.core.roster import CaldavCalendar

__all__ = ["Answer", "CaldavLink", "Refused", "RehearsedCaldavLink"]

TIMEOUT_S = 30
_LONGEST_PAUSE_S = 60
_AT_ONCE = 50
"""So many resources are asked for in one request."""

_MOST_BYTES = 64_000_000
"""So long an answer is read, unpacked: the ETags of some hundred thousand events, or fifty of the longest."""

_FOLDER = "netkeep-sync"

_PROPFIND = '<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop>{}</D:prop></D:propfind>'
_ETAGS = _PROPFIND.format("<D:getetag/><D:resourcetype/>")
_KIND = _PROPFIND.format("<D:resourcetype/>")
_MULTIGET = (
    '<?xml version="1.0"?><C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>{}</C:calendar-multiget>"
)
_CALENDAR = "{urn:ietf:params:xml:ns:caldav}calendar"
_COLLECTION = "{DAV:}collection"
_KINDS = "{DAV:}resourcetype"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A resource as the server has it."""

    etag: str
    text: str


class Refused(TargetError):
    """The server said no; `status` is that of HTTP."""

    def __init__(self, status: int, about: str) -> None:
        self.status = status
        is_passing = status >= 500 or status in (408, 409, 412, 423, 425, 429)
        super().__init__(f"the CalDAV server refused {about} ({status})", permanent=not is_passing)


class CaldavLink:
    """The calendar that the roster names, by the sign-in that is kept on this machine.

    Where the address is that of a calendar, it is this one. Else it is the calendar of that name in the
    owner's home on the server, and made where there is none yet; its address is kept beside the sign-in.
    """

    def __init__(self, calendar: CaldavCalendar, *, password: str | None = None) -> None:
        """`password` is one to try, None for the one that is kept."""
        self._calendar = calendar
        self._password = password
        self._file = account_file(calendar)
        self._url = ""
        self.requests_sent = 0

    # -- which calendar ---------------------------------------------------------------------------

    @property
    def calendar_id(self) -> str:
        """The address of the calendar; one that the program keeps to itself is made where there is none."""
        self._url = self._url or self.known_id() or self._kept(self.find() or self._make())
        return self._url

    @property
    def folder(self) -> str:
        """The path of the calendar on its server, as paths of its resources begin."""
        return unquote(urlsplit(self.calendar_id).path)

    def known_id(self) -> str:
        """Return the address of the calendar, "" where it has yet to be found or made."""
        return self._url or self._account.calendars.get(self._calendar.calendar, "")

    def renew(self) -> bool:
        """Forget the calendar, so that another is made. One that is still there would be found again."""
        if self.known_id() and self._is_calendar(self.known_id()):
            raise GuardRefused(
                f'the calendar "{self._calendar.calendar}" is still on the server, so no other is made; '
                "delete it there first, or give it another name there"
            )
        self._forget()
        self._url = ""
        return True

    def find(self) -> str:
        """Return the address of the calendar as the server tells it, "" where there is none yet."""
        if self._is_calendar(self._calendar.url):
            return self._calendar.url
        wanted = self._calendar.calendar.casefold()
        for each in self._asked(lambda: self._client.principal().get_calendars()):
            if str(self._asked(each.get_display_name) or "").casefold() == wanted:
                return str(each.url)
        return ""

    def _make(self) -> str:
        name = self._calendar.calendar
        home = self._asked(lambda: self._client.principal().calendar_home_set)
        folder = f"{_FOLDER}-{quote(name.casefold().replace(' ', '-'), safe='')}"
        made = self._asked(lambda: home.make_calendar(name=name, cal_id=folder))
        return str(made.url)

    def _is_calendar(self, url: str) -> bool:
        answer = self._sent("PROPFIND", url, _KIND, depth=0, about="the calendar")
        if answer.status >= 400:
            return False
        listed = self._parsed(answer.parse_propfind, about="the calendar")
        return any(_CALENDAR in (one.properties.get(_KINDS) or ()) for one in listed)

    def _kept(self, url: str) -> str:
        """Return the whole address of a calendar, once it is kept."""
        url = urljoin(self._calendar.url, url if url.endswith("/") else f"{url}/")
        if urlsplit(url).netloc != urlsplit(self._calendar.url).netloc:
            raise TargetError(
                f"the CalDAV server names a calendar on another one, {urlsplit(url).netloc}; write "
                "that address as `url:` if you trust it"
            )
        remember_calendar(self._file, self._calendar, url)
        return url

    def _forget(self) -> None:
        forget_calendar(self._file, self._calendar)

    # -- requests ---------------------------------------------------------------------------------

    def etags(self) -> Mapping[str, str]:
        """Return the ETag of every resource of the calendar, by its path: all of them, or an error."""
        answer = self._sent("PROPFIND", self.calendar_id, _ETAGS, depth=1, about="the list of events")
        if answer.status in (404, 410):
            raise TargetError(self._gone_words())
        if answer.status != 207:
            raise Refused(answer.status, "the list of events")
        listed = self._parsed(answer.parse_propfind, about="the list of events")
        if [one.status for one in listed] == [404]:  # Xandikos says so of what it lists
            raise TargetError(self._gone_words())
        others = [one for one in listed if _COLLECTION not in (one.properties.get(_KINDS) or ())]
        # A listing of a calendar begins with itself (RFC 4918, 9.1); one of nothing is none.
        if len(others) == len(listed) or any(one.status >= 400 for one in listed):
            raise _not_whole()
        return {one.href: str(one.properties.get("{DAV:}getetag") or "") for one in others}

    def fetch(self, paths: Iterable[str]) -> dict[str, Answer]:
        """Return the resources at these paths; one that the server says is gone is left out."""
        wanted, found = sorted(paths), {}
        for begin in range(0, len(wanted), _AT_ONCE):
            hrefs = "".join(f"<D:href>{escape(quote(path))}</D:href>" for path in wanted[begin:][:_AT_ONCE])
            answer = self._sent(
                "REPORT", self.calendar_id, _MULTIGET.format(hrefs), depth=1, about="the events"
            )
            if answer.status != 207:
                raise Refused(answer.status, "the events")
            for one in self._parsed(answer.parse_calendar_query, about="the events"):
                if one.status == 404:
                    continue
                if one.calendar_data is None or one.status >= 400:
                    raise _not_whole()
                found[one.href] = Answer(etag=one.etag or "", text=one.calendar_data)
        return found

    def put(self, path: str, text: str, *, etag: str, about: str) -> str:
        """Write a resource that has that ETag, or none yet where it is empty; return its new one, "" where
        the server does not tell. Raises Refused, with 412 where it has another by now.
        """
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._sent("PUT", self._at(path), text, about=about, headers=headers)
        if answer.status >= 300:
            raise Refused(answer.status, about)
        return str(answer.headers.get("ETag") or "")

    def delete(self, path: str, *, etag: str, about: str) -> None:
        """Delete a resource that has that ETag. Raises Refused."""
        answer = self._sent("DELETE", self._at(path), "", about=about, headers={"If-Match": etag})
        if answer.status >= 300:
            raise Refused(answer.status, about)

    def close(self) -> None:
        """Hang up. The next use reads anew which sign-in and which calendar it is: there may be others."""
        self._url = ""
        self.__dict__.pop("_account", None)
        client = self.__dict__.pop("_client", None)
        if client is not None:
            client.close()

    def _at(self, path: str) -> str:
        return urljoin(self.calendar_id, quote(path))

    @cached_property
    def _account(self) -> Account:
        if self._password is not None:
            return Account(password=self._password)
        return known_account(self._file, self._calendar)

    @cached_property
    def _client(self) -> Any:
        try:
            from caldav.davclient import DAVClient  # noqa: PLC0415  half a second, where a server is asked
        except ImportError as error:
            raise TargetError(
                f"a caldav calendar needs more than is installed; {install_words('caldav')}"
            ) from error
        client = DAVClient(
            self._calendar.url,
            username=self._calendar.user or None,
            password=self._account.password or None,
            timeout=TIMEOUT_S,
            enable_rfc6764=False,
            rate_limit_handle=True,
            rate_limit_default_sleep=2,
            rate_limit_max_sleep=_LONGEST_PAUSE_S,
        )
        client.session.hooks["response"].append(_stay)
        client.session.hooks["response"].append(_read)
        return client

    def _sent(
        self,
        method: str,
        url: str,
        body: str,
        *,
        about: str,
        depth: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        depth_header = {} if depth is None else {"Depth": str(depth)}
        answer = self._asked(
            lambda: self._client.request(url, method, body, {**depth_header, **(headers or {})}),
            about=about,
        )
        if answer.status in (401, 403) and method in ("PROPFIND", "REPORT"):
            raise self._auth_lost()
        return answer

    def _asked(self, ask: Callable[[], Any], *, about: str = "the calendar") -> Any:
        """Return what the client answers when it asks the server, its errors in our words."""
        self.requests_sent += 1
        return self._in_our_words(ask, about=about)

    def _parsed(self, parse: Callable[[], Iterable[Any]], *, about: str) -> list[Any]:
        """Return what the client makes of an answer; where it can't read a part, that is none."""
        return list(self._in_our_words(parse, about=about))

    def _in_our_words(self, work: Callable[[], Any], *, about: str) -> Any:
        client = self._client
        from caldav.lib.error import AuthorizationError, DAVError  # noqa: PLC0415  with the client
        from caldav.lib.http_sync import requests  # noqa: PLC0415

        try:
            with _quiet():
                return work()
        except AuthorizationError as error:
            raise self._auth_lost() from error
        except DAVError as error:
            words = f"the CalDAV server refused {about}: {error.reason or type(error).__name__}"
            raise TargetError(words, permanent=False) from error
        except SyntaxError as error:  # of lxml
            words = f"the CalDAV server sends, for {about}, what is no XML; try again"
            raise TargetError(words, permanent=False) from error
        except (requests.exceptions.RequestException, OSError) as error:
            host = urlsplit(client.url.url_raw or str(client.url)).hostname
            raise TargetError(
                f"the CalDAV server {host} can't be reached ({type(error).__name__}); see that its `url` is "
                "right, and that it runs",
                permanent=False,
            ) from error

    def _auth_lost(self) -> AuthLost:
        return AuthLost(
            f"{urlsplit(self._calendar.url).hostname} does not let us in; run `netkeep-sync connect caldav`",
            advice="It asks for the password: where the server has passwords for apps, for one of those.",
        )

    def _gone_words(self) -> str:
        return (
            f'the calendar "{self._calendar.calendar}" is no longer on the server; nothing is written until '
            "you have brought it back, or run `netkeep-sync sync --new-calendar` to make another"
        )


def _not_whole() -> TargetError:
    """Return what is said where a server keeps something back: 507, say, for there is more than it cares to
    list (RFC 5323), or 503 for one of many. What is kept back is not gone.
    """
    return TargetError("the CalDAV server did not list all events; try again", permanent=False)


def _stay(answer: Any, *_: object, **__: object) -> None:
    """Refuse to be sent to another machine, which may be one that only the owner's can reach, and from https
    to http, where the password would be read on the way.
    """
    if answer.is_redirect:
        here, there = urlsplit(answer.url), urlsplit(urljoin(answer.url, answer.headers["Location"]))
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise TargetError(
                f"the CalDAV server sends us to {there.scheme}://{there.netloc}; write that address as "
                "`url:` if you trust it"
            )


def _read(answer: Any, *_: object, **__: object) -> None:
    """Read an answer here, where one that does not end can be left: the client would read on for ever."""
    parts: list[bytes] = []
    length = 0
    for part in answer.iter_content(1_000_000):
        parts.append(part)
        length += len(part)
        if length > _MOST_BYTES:
            answer.close()
            raise TargetError(
                f"the CalDAV server answers with more than {_MOST_BYTES // 1_000_000} MB, so nothing is read "
                "of it; give the check-ins a calendar of their own: write another name as `calendar:`"
            )
    answer._content = b"".join(parts)  # noqa: SLF001  as if the client had read it


class _quiet:  # noqa: N801  a context manager, used as a word
    """Keep the package's own words, which hold addresses, out of the log."""

    def __enter__(self) -> None:
        import logging  # noqa: PLC0415

        self._log = logging.getLogger("caldav")
        self._before = self._log.level
        self._log.setLevel(logging.CRITICAL)

    def __exit__(self, *_: object) -> None:
        self._log.setLevel(self._before)


class RehearsedCaldavLink(CaldavLink):
    """The calendar that the roster names, the same whatever is sent there: for a dry run."""

    _UNMADE = "(yet to be made)/"
    _ETAG = '"(of a dry run)"'

    def __init__(self, calendar: CaldavCalendar) -> None:
        super().__init__(calendar)
        self._is_forgotten = False
        self._made: dict[str, str] = {}

    def known_id(self) -> str:
        """Return the address of the calendar, "" where it has yet to be made."""
        known = "" if self._is_forgotten else super().known_id()
        return "" if known == self._UNMADE else known

    @property
    def folder(self) -> str:
        """The path of the calendar on its server."""
        return "/" if self.calendar_id == self._UNMADE else super().folder

    def etags(self) -> Mapping[str, str]:
        """Return what is there, nothing in a calendar that is yet to be made."""
        return {} if self.calendar_id == self._UNMADE else super().etags()

    def fetch(self, paths: Iterable[str]) -> dict[str, Answer]:
        """Return the resources, those that were written as they would be by now."""
        wanted = set(paths)
        made = {path: Answer(etag=self._ETAG, text=self._made[path]) for path in wanted & self._made.keys()}
        asked = wanted - made.keys()
        if asked and self.calendar_id != self._UNMADE:
            made |= super().fetch(asked)
        return made

    def put(self, path: str, text: str, *, etag: str, about: str) -> str:
        """Remember what would be written, and write nothing."""
        if not etag and path in self.fetch([path]):
            raise Refused(412, about)
        self._made[path] = text
        return self._ETAG

    def delete(self, path: str, *, etag: str, about: str) -> None:
        """Delete nothing."""

    def _make(self) -> str:
        return self._UNMADE

    def _kept(self, url: str) -> str:
        return url if url.endswith("/") else f"{url}/"

    def _forget(self) -> None:
        self._is_forgotten = True
