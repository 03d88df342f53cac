"""The web application: every route in one table, and what holds for all of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from netkeep_sync.web import actions, feed_actions, pages
from netkeep_sync.web.access import Access
from netkeep_sync.web.actions import to_calendars, to_person, to_plan
from netkeep_sync.web.answer_link import show_link, take_link
from netkeep_sync.web.arrival import Arrivals
from netkeep_sync.web.feed import serve_feed, serve_listing
from netkeep_sync.web.google_sign_in import CALLBACK, Consents, ask, google_answers, sign_out, try_out
from netkeep_sync.web.guard import Sessions, action, page
from netkeep_sync.web.log_in import Tries, log_in, log_out, show_log_in, to_log_in
from netkeep_sync.web.numbers import page_of_numbers
from netkeep_sync.web.operators import FeedHits, metrics, ready
from netkeep_sync.web.rendering import STYLE
from netkeep_sync.web.review import apply_review, page_of_review, to_review
from netkeep_sync.web.throttle import Throttle

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from netkeep_sync.service.keeper import Keeper

__all__ = ["ROUTES", "make_app"]

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


async def _health(_request: Request) -> Response:
    """Tell that the process is alive; nothing more is looked at."""
    return PlainTextResponse("ok\n")


async def _style(_request: Request) -> Response:
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


ROUTES = [
    # First, for programs ask all day, and routes are tried in order.
    Route("/feed/{token}.ics", serve_feed, methods=["GET"]),
    Route("/feed/{token}.json", serve_listing, methods=["GET"]),
    Route("/a/{token}", show_link, methods=["GET"]),
    Route("/a/{token}", take_link, methods=["POST"]),
    page("/", pages.today),
    page("/year", pages.year),
    page("/people", pages.people),
    page("/people/{key}", pages.person),
    page("/numbers", page_of_numbers),
    page("/review", page_of_review),
    page("/plan", pages.next_pass),
    page("/calendars", pages.calendars),
    action("/people/{key}/done", actions.done, then=to_person),
    action("/people/{key}/kept", actions.kept, then=to_person),
    action("/people/{key}/missed", actions.missed, then=to_person),
    action("/people/{key}/skip", actions.skip, then=to_person),
    action("/people/{key}/snooze", actions.snooze, then=to_person),
    action("/people/{key}/pause", actions.pause, then=to_person),
    action("/people/{key}/resume", actions.resume, then=to_person),
    action("/review/apply", apply_review, then=to_review),
    action("/plan/apply", actions.apply, then=to_plan),
    action("/calendars/feeds/add", feed_actions.add, then=to_calendars),
    action("/calendars/feeds/rotate", feed_actions.rotate, then=to_calendars),
    action("/calendars/feeds/revoke", feed_actions.revoke, then=to_calendars),
    action("/calendars/google/ask", ask, then=to_calendars),
    action("/calendars/google/try", try_out, then=to_calendars),
    action("/calendars/google/sign-out", sign_out, then=to_calendars),
    Route(CALLBACK, google_answers, methods=["GET"]),
    action("/calendars/undo", actions.undo, then=to_calendars),
    Route("/login", show_log_in, methods=["GET"]),
    Route("/login", log_in, methods=["POST"]),
    action("/logout", log_out, then=to_log_in),
    Route("/healthz", _health, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
    Route("/readyz", ready, methods=["GET"]),
    Route("/style.css", _style, methods=["GET"]),
]


_WORDS = {
    303: "See there\n",
    404: "Not found\n",
    405: "Method not allowed\n",
    429: "Too many requests\n",
    503: "Not just now\n",
}


async def _refusal(_request: Request, error: Exception) -> Response:
    """Answer every HTTP error in one line, the same for each of its kind."""
    assert isinstance(error, HTTPException)  # noqa: S101  it is registered for no other
    words = _WORDS.get(error.status_code, "Refused\n")
    return PlainTextResponse(words, status_code=error.status_code, headers=error.headers)


class _Headers:
    """Adds the headers that every response carries."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def make_app(keeper: Keeper, *, is_metrics_open: bool = False) -> ASGIApp:
    """Return the application that shows what `keeper` holds; metrics to other machines too, if they may."""
    app = Starlette(routes=ROUTES, exception_handlers={HTTPException: _refusal})
    app.router.redirect_slashes = False  # what is not in the table is not found
    app.state.keeper = keeper
    app.state.feed_hits = Counter()
    app.state.is_metrics_open = is_metrics_open
    app.state.sessions = Sessions()
    app.state.throttle = Throttle()
    app.state.access = Access(keeper)
    app.state.tries = Tries()
    app.state.consents = Consents()
    return FeedHits(_Headers(Arrivals(app, keeper)), app.state.feed_hits)
