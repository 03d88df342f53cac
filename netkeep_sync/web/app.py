"""The web application: every route in one table, and what holds for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from netkeep_sync.web.feed import serve_feed
from netkeep_sync.web.pages import home

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from netkeep_sync.service.keeper import Keeper

__all__ = ["ROUTES", "make_app"]

_STYLE = (Path(__file__).parent / "static" / "style.css").read_bytes()

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
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


ROUTES = [
    Route("/", home, methods=["GET"]),
    Route("/feed/{token}.ics", serve_feed, methods=["GET"]),
    Route("/healthz", _health, methods=["GET"]),
    Route("/style.css", _style, methods=["GET"]),
]


async def _refusal(_request: Request, error: Exception) -> Response:
    """Answer every HTTP error in one line, the same for each of its kind."""
    assert isinstance(error, HTTPException)  # noqa: S101  it is registered for no other
    words = {404: "Not found\n", 405: "Method not allowed\n"}.get(error.status_code, "Refused\n")
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


def make_app(keeper: Keeper) -> ASGIApp:
    """Return the application that shows what `keeper` holds."""
    app = Starlette(routes=ROUTES, exception_handlers={HTTPException: _refusal})
    app.router.redirect_slashes = False  # what is not in the table is not found
    app.state.keeper = keeper
    return _Headers(app)
