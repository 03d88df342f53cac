"""How often one address may try what only a secret opens."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

__all__ = ["Throttle"]

_WINDOW_S = 60.0
_MOST_REQUESTS = 60
_MOST_ADDRESSES = 10_000
"""So many are remembered; beyond that the one longest unseen is forgotten."""


class Throttle:
    """Counts requests by the address they come from, and lets through so many a minute. Whoever has a
    network of IPv6 counts as one; with `is_of_all`, so does everybody.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        most: int = _MOST_REQUESTS,
        is_of_all: bool = False,
    ) -> None:
        self._clock = clock
        self._most = most
        self._is_of_all = is_of_all
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def count(self, request: Request) -> None:
        """Note a request. Raises 429, with when to come back, for one too many."""
        client = request.client
        source = "" if self._is_of_all or client is None else _source(client.host)
        now = self._clock()
        with self._lock:
            began_at, number = self._windows.pop(source, (now, 0))
            if now - began_at >= _WINDOW_S:
                began_at, number = now, 0
            self._windows[source] = (began_at, number + 1)
            if len(self._windows) > _MOST_ADDRESSES:
                self._windows.popitem(last=False)
        if number >= self._most:
            wait_s = max(1, round(began_at + _WINDOW_S - now))
            raise HTTPException(429, headers={"Retry-After": str(wait_s)})


def _source(host: str) -> str:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
