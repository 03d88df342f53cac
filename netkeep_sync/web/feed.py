"""The feeds over HTTP, as calendar programs and scripts fetch them (RFC 9110).

A strong ETag for each encoding; If-None-Match wins over If-Modified-Since, whose date is really compared
(Apple Calendar revalidates by date and would otherwise never update); gzip only for who asks for it
(Outlook once broke on it unasked); every wrong token gets the same 404 as an unknown page.

Nothing is made at a request that could be made before: programs fetch all day, and most get a 304.
"""

from __future__ import annotations

from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.requests import Request

    from netkeep_sync.service.feed import Feed
    from netkeep_sync.service.feeds import ServedFeed
    from netkeep_sync.service.keeper import Keeper

__all__ = ["serve_feed", "serve_listing"]

_CALENDAR = b"text/calendar; charset=utf-8"
_JSON = b"application/json"


async def serve_feed(request: Request) -> Response:
    """`GET /feed/{token}.ics`."""
    asked = _asked(request)
    return _answer(asked, _found(request, asked).feed, media_type=_CALENDAR)


async def serve_listing(request: Request) -> Response:
    """`GET /feed/{token}.json`: the same feed as a list."""
    asked = _asked(request)
    return _answer(asked, _found(request, asked).listing, media_type=_JSON)


def _asked(request: Request) -> Mapping[bytes, bytes]:
    """Return the headers of the request. Of several with one name the last counts, which at worst sends a
    document again.
    """
    return dict(request.scope["headers"])


def _found(request: Request, asked: Mapping[bytes, bytes]) -> ServedFeed:
    """Return the feed that is asked for, and note that it was."""
    keeper: Keeper = request.app.state.keeper
    found = keeper.view.feed_at(request.path_params["token"])
    if found is None:
        request.app.state.throttle.count(request)  # of guesses only: behind a proxy many may seem one
        raise HTTPException(404)
    if request.method == "GET":
        keeper.note_fetch(found, user_agent=asked.get(b"user-agent", b"").decode("latin-1"))
    return found


class _Answer(Response):
    """A response whose headers are ready."""

    def __init__(self, status_code: int, *, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
        self.status_code = status_code
        self.body = body
        self.background = None
        self.raw_headers = headers


def _answer(asked: Mapping[bytes, bytes], feed: Feed, *, media_type: bytes) -> Response:
    is_compressed = _wants_gzip(asked.get(b"accept-encoding", b""))
    etag, validators, more = _headers(
        feed.digest,
        feed.changed_at,
        size=len(feed.compressed if is_compressed else feed.document),
        media_type=media_type,
        is_compressed=is_compressed,
    )
    if _is_unchanged(asked, etag, feed.changed_at):
        return _Answer(304, headers=[*validators])
    body = feed.compressed if is_compressed else feed.document
    return _Answer(200, headers=[*validators, *more], body=body)


@lru_cache(256)
def _headers(
    digest: str, changed_at: datetime, *, size: int, media_type: bytes, is_compressed: bool
) -> tuple[bytes, list[tuple[bytes, bytes]], list[tuple[bytes, bytes]]]:
    """Return the ETag, the headers of a 304, and those that a document has besides."""
    etag = f'"{digest}{"-gzip" if is_compressed else ""}"'.encode()
    validators = [
        (b"etag", etag),
        (b"last-modified", format_datetime(changed_at, usegmt=True).encode()),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"Accept-Encoding"),
    ]
    more = [(b"content-length", b"%d" % size), (b"content-type", media_type)]
    return etag, validators, [*more, (b"content-encoding", b"gzip")] if is_compressed else more


def _is_unchanged(asked: Mapping[bytes, bytes], etag: bytes, changed_at: datetime) -> bool:
    """Tell whether the subscriber has the feed already (RFC 9110, 13.2.2)."""
    known = asked.get(b"if-none-match")
    if known is not None:
        return known.strip() == b"*" or etag in {one.strip().removeprefix(b"W/") for one in known.split(b",")}
    since = asked.get(b"if-modified-since")
    if since is None:
        return False
    try:
        return changed_at <= parsedate_to_datetime(since.decode("latin-1"))
    except (ValueError, OverflowError, TypeError):  # TypeError: a date without a zone, which is no HTTP date
        return False


@lru_cache(64)
def _wants_gzip(accepted: bytes) -> bool:
    for one in accepted.split(b","):
        coding, _, weight = one.strip().lower().partition(b";")
        if coding.strip() in {b"gzip", b"x-gzip"}:
            return weight.replace(b" ", b"") not in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}
    return False
