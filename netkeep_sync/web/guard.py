"""Who may see a page, and whose forms are believed. Every page and every action goes through here.

The pages are for the owner alone; who that is `access.py` says. Whoever has to log in is sent to where that
is done, and for everybody else there is no such page.

What changes something is a POST with a form, believed only when it comes from one of our own pages: the
browser says so (Sec-Fetch-Site, else Origin), and the form holds a token that is made of the session's cookie
and a secret of this process. A page that sends no referrer has the Origin "null" (Fetch, 3.1): that is no
sign of a stranger, and the token decides.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from netkeep_sync.core.text import clean_text
from netkeep_sync.errors import NetkeepError
from netkeep_sync.web.access import Standing
from netkeep_sync.web.log_ins import LASTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from netkeep_sync.core.language import Language
    from netkeep_sync.service.keeper import Keeper
    from netkeep_sync.web.access import Access

__all__ = [
    "Said",
    "Sessions",
    "Visit",
    "action",
    "believe",
    "is_sent_from",
    "kept_private",
    "owners_visit",
    "page",
    "read_form",
    "visit_of",
]

_FORM_BYTES = 16 * 1024
_FORM_FIELDS = 16
_SESSION = re.compile(r"[A-Za-z0-9_-]{43}")
_MOST_SAID = 64


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
    """A request by a name of ours, and what it takes to answer it."""

    request: Request
    keeper: Keeper
    access: Access
    sessions: Sessions
    session: str
    standing: Standing

    @property
    def token(self) -> str:
        """What a form on the page has to hold."""
        return self.sessions.token(self.session)

    @property
    def language(self) -> Language:
        """The one that the pages speak."""
        return self.keeper.view.outlook.roster.language

    @property
    def said(self) -> Said | None:
        """What came of the action that led here."""
        return self.sessions.said(self.request.query_params.get("said", ""), session=self.session)

    @property
    def origin(self) -> str:
        """Where our own pages are."""
        return self.access.origin(self.request)

    @property
    def can_log_out(self) -> bool:
        """Whether there is a log-in to end."""
        return bool(self.access.password) and self.access.is_in(self.session)


def page(path: str, show: Callable[[Visit], Response]) -> Route:
    """Return the route of a page: it is only looked at, by GET and HEAD."""

    async def answer(request: Request) -> Response:
        visit = owners_visit(request)
        return kept_private(await run_in_threadpool(show, visit), visit)

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
        visit = owners_visit(request)
        form = await read_form(request)
        believe(visit, form)
        try:
            words, is_refusal = await run_in_threadpool(act, visit, form), False
        except NetkeepError as error:
            words, is_refusal = str(error), True
        name = visit.sessions.say(Said(session=visit.session, words=words, is_refusal=is_refusal))
        return kept_private(RedirectResponse(f"{then(visit, form)}?said={name}", status_code=303), visit)

    return Route(path, answer, methods=["POST"], name=f"do_{act.__name__}")


def owners_visit(request: Request) -> Visit:
    """Return the owner's visit; whoever else could be the owner is sent to where they log in."""
    visit = visit_of(request)
    if visit.standing is Standing.OWNER:
        return visit
    then = quote(request.url.path) if request.method in {"GET", "HEAD"} else "/"
    raise HTTPException(303, headers={"Location": f"/login?then={then}", "Cache-Control": "no-store"})


def visit_of(request: Request) -> Visit:
    """Return the visit of whoever may know that there are pages; for everybody else there is none."""
    state = request.app.state
    access: Access = state.access
    session = request.cookies.get(_cookie(access, request), "")
    if not _SESSION.fullmatch(session):
        session = secrets.token_urlsafe(32)
    standing = access.standing(request, session)
    if standing is Standing.STRANGER:
        raise HTTPException(404)
    return Visit(
        request=request,
        keeper=state.keeper,
        access=access,
        sessions=state.sessions,
        session=session,
        standing=standing,
    )


def _cookie(access: Access, request: Request) -> str:
    """Return the cookie's name. Browsers hold on to what `__Host-` promises over https only."""
    return "__Host-netkeep" if access.origin(request).startswith("https:") else "netkeep"


def kept_private(
    response: Response, visit: Visit, *, session: str = "", is_lasting: bool = False
) -> Response:
    """Return a response that nobody keeps, with the session's cookie where the browser has none, or another.

    The cookie goes along where somebody follows a link to a page (`lax`): Google's answer to the owner comes
    that way, and looking changes nothing.
    """
    response.headers["Cache-Control"] = "no-store"
    name, session = _cookie(visit.access, visit.request), session or visit.session
    if visit.request.cookies.get(name) != session:
        response.set_cookie(
            name,
            session,
            path="/",
            httponly=True,
            samesite="lax",
            secure=name.startswith("__Host-"),
            max_age=int(LASTS.total_seconds()) if is_lasting else None,
        )
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


def believe(visit: Visit, form: Mapping[str, str]) -> None:
    """Raise 403 unless the form comes from one of our own pages."""
    is_ours = is_sent_from(visit.request, visit.origin)
    if not is_ours or not hmac.compare_digest(form.get("token", "").encode(), visit.token.encode()):
        raise HTTPException(403)
