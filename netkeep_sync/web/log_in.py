"""Where the owner logs in and out. There is one password and no user name.

A try costs as much whether it is right or not, one is looked at after the other, and there are few a minute:
from one address, so that nobody guesses, and from all together, so that nobody keeps the machine busy.
"""

from __future__ import annotations

import logging
import re
import secrets
from threading import Lock
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from netkeep_sync.service.password import fits
from netkeep_sync.web.access import Standing
from netkeep_sync.web.guard import believe, kept_private, read_form, visit_of
from netkeep_sync.web.rendering import render_alone
from netkeep_sync.web.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from netkeep_sync.web.guard import Visit

__all__ = ["Tries", "log_in", "log_out", "show_log_in", "to_log_in"]

_log = logging.getLogger(__name__)

_MOST_OF_ONE = 10
_MOST_OF_ALL = 30
_OWN_PATH = re.compile(r"/(?:[a-z0-9_-]+(?:/[a-z0-9_-]+)*)?")


class Tries:
    """How often the password may be tried, and the right to have one looked at."""

    def __init__(self) -> None:
        self._limits = (Throttle(most=_MOST_OF_ONE), Throttle(most=_MOST_OF_ALL, is_of_all=True))
        self.turn = Lock()

    def count(self, request: Request) -> None:
        """Note a try. Raises 429 for one too many."""
        for limit in self._limits:
            limit.count(request)


async def show_log_in(request: Request) -> Response:
    """`GET /login`."""
    visit = visit_of(request)
    if visit.standing is Standing.OWNER:
        return kept_private(RedirectResponse("/", status_code=303), visit)
    return _page(visit, then=_own_path(request.query_params.get("then", "")))


async def log_in(request: Request) -> Response:
    """`POST /login`: the owner, if the password is right, in a session that nobody else can know."""
    visit = visit_of(request)
    _ = visit.language.gettext
    form = await read_form(request)
    believe(visit, form)
    then = _own_path(form.get("then", ""))
    if visit.standing is not Standing.LOGGED_OUT:
        return kept_private(RedirectResponse(then, status_code=303), visit)
    try:
        request.app.state.tries.count(request)
    except HTTPException as error:
        _log.warning("log-in refused, too many tries")
        wait = (error.headers or {})["Retry-After"]
        told = _("Too many tries; wait {seconds} seconds.")
        return _page(visit, then=then, wrong=told.format(seconds=wait), refusal=error)
    hashed = visit.access.password
    if not await run_in_threadpool(_is_right, visit, hashed, form.get("password", "")):
        _log.warning("log-in refused, wrong password")
        return _page(visit, then=then, wrong=_("That is not the password."), refusal=HTTPException(403))
    _log.info("logged in")
    session = secrets.token_urlsafe(32)
    await run_in_threadpool(visit.access.log_in, session, hashed=hashed)
    return kept_private(RedirectResponse(then, status_code=303), visit, session=session, is_lasting=True)


def _is_right(visit: Visit, hashed: str, password: str) -> bool:
    with visit.request.app.state.tries.turn:
        return fits(hashed, password)


def _page(visit: Visit, *, then: str, wrong: str = "", refusal: HTTPException | None = None) -> Response:
    response = render_alone(
        "login.html",
        visit.language,
        status=refusal.status_code if refusal else 200,
        token=visit.token,
        then=then,
        wrong=wrong,
        said=visit.said,
        has_password=visit.standing is Standing.LOGGED_OUT,
    )
    response.headers.update((refusal.headers or {}) if refusal else {})
    return kept_private(response, visit)


def _own_path(path: str) -> str:
    """Return where to go on to: a page of ours, by its path alone."""
    return path if _OWN_PATH.fullmatch(path) else "/"


def log_out(visit: Visit, form: Mapping[str, str]) -> str:  # noqa: ARG001  an action like the others
    """`POST /logout`: end this session. `netkeep-sync password` ends all."""
    visit.access.log_ins.end(visit.session)
    return visit.language.gettext("You are logged out.")


def to_log_in(visit: Visit, form: Mapping[str, str]) -> str:  # noqa: ARG001  see log_out
    """Return the page to log in at."""
    return visit.request.url_for("show_log_in").path
