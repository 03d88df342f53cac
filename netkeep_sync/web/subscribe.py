"""The links by which calendars subscribe to a feed, and its QR code."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import segno

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Code", "Links", "is_public", "links", "qr_code"]

_QUIET = 4
"""A reader needs so many empty modules around the code (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """`address` is what one pastes, `webcal` what a program on this machine opens; `google` is empty where
    Google could not reach the address anyway.
    """

    address: str
    webcal: str
    google: str


def links(base: str, path: str) -> Links:
    """Return the links to a feed of the server at `base`, an address without a path."""
    place = urlsplit(base)
    webcal = f"webcal://{place.netloc}{path}"
    google = f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"
    is_reachable = place.scheme == "https" and is_public(place.hostname or "")
    return Links(address=f"{base}{path}", webcal=webcal, google=google if is_reachable else "")


def is_public(host: str) -> bool:
    """Tell whether machines elsewhere may find a host of that name."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host and not host.lower().endswith((".local", ".localhost", ".internal", ".lan"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A QR code as the path of an SVG, in a square of `size` modules."""

    size: int
    path: str


def qr_code(text: str) -> Code:
    """Return the QR code of a text."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    return Code(size=len(rows) + 2 * _QUIET, path="".join(_runs(rows)))


def _runs(rows: list[bytes]) -> Iterator[str]:
    """Yield a bar for each run of dark modules in a row."""
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                yield f"M{x + _QUIET} {y + _QUIET}h{length}v1h-{length}z"
            x += max(1, length)
