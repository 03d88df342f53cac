"""Who may see a page, and whose forms are believed. Every page and every action goes through here.

The pages hold names and are for the owner alone, so they are only shown on this machine: who asks must come
from a loopback address and must have asked for one. A page elsewhere that has its own name point at
127.0.0.1 gets a 404 (DNS rebinding), and so does whoever comes through a proxy.

What changes something is a POST with a form, believed only when it comes from one of our own pages: the
browser says so (Sec-Fetch-Site, else Origin), and the form holds a token that is made of the session's cookie
and a secret of this process. A page that sends no referrer has the Origin "null" (Fetch, 3.1): that is no
sign of a stranger, and the token decides.
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from netkeep_sync.config.yaml_source import clean_text
from netkeep_sync.errors import NetkeepError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from netkeep_sync.service.keeper import Keeper

__all__ = [
    "Said",
    "Sessions",
    "Visit",
    "action",
    "is_loopback",
    "is_sent_from",
    "page",
    "read_form",
]

_FORM_BYTES = 16 * 1024
_FORM_FIELDS = 16
_SESSION = re.compile(r"[A-Za-z0-9_-]{43}")
_MOST_SAID = 64


def is_loopback(host: str) -> bool:
    """Tell whether an address or host name, without port, can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of an action, to be told on the page that follows. `is_refusal`: nothing was done."""

    session: str
    words: str
    is_refusal: bool


@dataclass
class Sessions:
    """The secret that form tokens are made with, and what was lately said to whom: in memory, for a restart
    may cost a form that was left open.
    """

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _said: OrderedDict[str, Said] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def token(self, session: str) -> str:
        """Return what the forms of a session hold."""
        mac = hmac.digest(self.secret, f"form\n{session}".encode(), "sha256")
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

    def say(self, said: Said) -> str:
        """Keep what was said for a while, and return the name to ask for it by."""
        name = secrets.token_urlsafe(9)
        with self._lock:
            self._said[name] = said
            while len(self._said) > _MOST_SAID:
                self._said.popitem(last=False)
        return name

    def said(self, name: str, *, session: str) -> Said | None:
        """Return what was said under that name to that session. Asking again gets it again."""
        with self._lock:
            found = self._said.get(name)
        return found if found and found.session == session else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request that may see the pages, and what it takes to answer it."""

    request: Request
    keeper: Keeper
    sessions: Sessions
    session: str

    @property
    def token(self) -> str:
        """What a form on the page has to hold."""
        return self.sessions.token(self.session)

    @property
    def said(self) -> Said | None:
        """What came of the action that led here."""
        return self.sessions.said(self.request.query_params.get("said", ""), session=self.session)


def page(path: str, show: Callable[[Visit], Response]) -> Route:
    """Return the route of a page: it is only looked at, by GET and HEAD."""

    async def answer(request: Request) -> Response:
        visit = _visit(request)
        return _kept_private(await run_in_threadpool(show, visit), visit)

    return Route(path, answer, methods=["GET"], name=show.__name__)


def action(
    path: str,
    act: Callable[[Visit, Mapping[str, str]], str],
    *,
    then: Callable[[Visit, Mapping[str, str]], str],
) -> Route:
    """Return the route of an action: `act` does what the form says and returns what to tell, or raises
    NetkeepError with nothing done. Either is told on the page `then`, which the browser is sent to.
    """

    async def answer(request: Request) -> Response:
        visit = _visit(request)
        form = await read_form(request)
        _believe(visit, form)
        try:
            words, is_refusal = await run_in_threadpool(act, visit, form), False
        except NetkeepError as error:
            words, is_refusal = str(error), True
        name = visit.sessions.say(Said(session=visit.session, words=words, is_refusal=is_refusal))
        return _kept_private(RedirectResponse(f"{then(visit, form)}?said={name}", status_code=303), visit)

    return Route(path, answer, methods=["POST"], name=f"do_{act.__name__}")


def _visit(request: Request) -> Visit:
    """Return the visit of an owner at this machine; for everybody else there is no such page."""
    client = request.client
    if client is None or not is_loopback(client.host) or not is_loopback(request.url.hostname or ""):
        raise HTTPException(404)
    session = request.cookies.get(_cookie(request), "")
    if not _SESSION.fullmatch(session):
        session = secrets.token_urlsafe(32)
    state = request.app.state
    return Visit(request=request, keeper=state.keeper, sessions=state.sessions, session=session)


def _cookie(request: Request) -> str:
    """Return the cookie's name. Browsers hold on to what `__Host-` promises over https only."""
    return "__Host-netkeep" if request.url.scheme == "https" else "netkeep"


def _kept_private(response: Response, visit: Visit) -> Response:
    response.headers["Cache-Control"] = "no-store"
    name = _cookie(visit.request)
    if visit.request.cookies.get(name) != visit.session:
        is_secure = visit.request.url.scheme == "https"
        response.set_cookie(name, visit.session, path="/", httponly=True, samesite="strict", secure=is_secure)
    return response


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a small form, their text cleaned."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _FORM_BYTES:
            raise HTTPException(413)
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FORM_FIELDS
        )
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: clean_text(value).strip() for name, value in fields}


def is_sent_from(request: Request, *own: str) -> bool:
    """Tell whether a form was sent from a page of ours, as far as the browser tells: from one of these
    origins, where it tells that.
    """
    sent_from = request.headers.get("sec-fetch-site")
    if sent_from is not None:
        return sent_from == "same-origin"
    return request.headers.get("origin", "null") in {*own, "null"}


def _believe(visit: Visit, form: Mapping[str, str]) -> None:
    """Raise 403 unless the form comes from one of our own pages."""
    url = visit.request.url
    is_ours = is_sent_from(visit.request, f"{url.scheme}://{url.netloc}")
    if not is_ours or not hmac.compare_digest(form.get("token", "").encode(), visit.token.encode()):
        raise HTTPException(403)
