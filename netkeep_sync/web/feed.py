"""The feed over HTTP, as calendar programs fetch it (RFC 9110).

A strong ETag for each encoding; If-None-Match wins over If-Modified-Since, whose date is really compared
(Apple Calendar revalidates by date and would otherwise never update); gzip only for who asks for it
(Outlook once broke on it unasked); every wrong token gets the same 404 as an unknown page.
"""

from __future__ import annotations

import hmac
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from netkeep_sync.service.keeper import Keeper

__all__ = ["serve_feed"]


async def serve_feed(request: Request) -> Response:
    """`GET /feed/{token}.ics`."""
    keeper: Keeper = request.app.state.keeper
    view = keeper.view
    given: str = request.path_params["token"]
    if not hmac.compare_digest(given.encode(), view.token.encode()):
        raise HTTPException(404)
    is_compressed = _wants_gzip(request.headers.get("accept-encoding", ""))
    etag = f'"{view.feed.digest}{"-gzip" if is_compressed else ""}"'
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(view.feed.changed_at, usegmt=True),
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
    }
    if _is_unchanged(request, etag, view.feed.changed_at):
        return Response(status_code=304, headers=headers)
    if is_compressed:
        headers["Content-Encoding"] = "gzip"
    content = view.feed.compressed if is_compressed else view.feed.document
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def _is_unchanged(request: Request, etag: str, changed_at: datetime) -> bool:
    """Tell whether the subscriber has the feed already (RFC 9110, 13.2.2)."""
    known = request.headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or etag in {one.strip().removeprefix("W/") for one in known.split(",")}
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return changed_at <= parsedate_to_datetime(since)
    except (ValueError, OverflowError, TypeError):  # TypeError: a date without a zone, which is no HTTP date
        return False


def _wants_gzip(accepted: str) -> bool:
    for one in accepted.split(","):
        coding, _, weight = one.strip().lower().partition(";")
        if coding.strip() in {"gzip", "x-gzip"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
