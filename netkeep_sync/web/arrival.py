"""Where a request comes from, and by which name it asks for us.

A request that was made on this machine looks like one that a proxy on this machine passes on. Most proxies
leave a sign: a header that names whom they ask for, or HTTP/1.0, which nginx speaks unless told and no
browser has spoken for twenty years. One that leaves none can't be told apart; so `access.py` believes that
somebody is here only while nothing says that others may be.

Headers that say who is there are believed from the addresses of the roster's proxy, and from nowhere else.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Network, IPv6Network

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from netkeep_sync.core.roster import Proxy
    from netkeep_sync.service.keeper import Keeper

__all__ = ["Arrivals", "host_of", "is_asked_for_here", "is_from_here", "is_loopback", "vouched_for"]

_SIGNS = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"})
_SIGN = "x-forwarded-"
_VOUCHED_FOR = "netkeep.vouched_for"


def is_loopback(host: str) -> bool:
    """Tell whether an address or host name, without port, can only mean this machine."""
    if host == "localhost":
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def host_of(request: Request) -> str:
    """Return the name that a request asks for, in lower case and without port; "" for what is none."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def is_from_here(request: Request) -> bool:
    """Tell whether a request was made on this machine, and for it, as far as that can be told."""
    client = request.client
    return client is not None and is_loopback(client.host) and is_asked_for_here(request)


def is_asked_for_here(request: Request) -> bool:
    """Tell whether a request is for a name of this machine, with no sign of a proxy: so that a browser that
    is sent there finds us again, also where a container hides from which address it asks.
    """
    return (
        is_loopback(host_of(request))
        and request.scope.get("http_version") != "1.0"
        and not any(name in _SIGNS or name.startswith(_SIGN) for name in request.headers)
    )


def vouched_for(request: Request) -> str:
    """Return whom the roster's proxy says a request is from, "" for nobody."""
    user: str = request.scope.get(_VOUCHED_FOR, "")
    return user


class Arrivals:
    """Reads what the roster's proxy says of a request: whom it is from, and from which address."""

    def __init__(self, app: ASGIApp, keeper: Keeper) -> None:
        self._app = app
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        proxy = self._keeper.workspace.roster.serve.proxy
        if proxy is not None and scope["type"] == "http" and _is_within(_peer(scope), proxy.networks):
            scope = {**scope, "client": (_visitor(scope, proxy), 0), _VOUCHED_FOR: _user(scope, proxy)}
        await self._app(scope, receive, send)


def _peer(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def _user(scope: Scope, proxy: Proxy) -> str:
    """Return whom the proxy names. Named twice, one of them is of the visitor's own making: nobody."""
    named = _values(scope, proxy.header)
    return named[0].strip() if len(named) == 1 else ""


def _visitor(scope: Scope, proxy: Proxy) -> str:
    """Return the address that the proxy was asked from. Each proxy appends the one that asked it, so the last
    that is not a proxy's own is the first that nobody could make up.
    """
    hops = ",".join(_values(scope, "x-forwarded-for")).split(",")
    for hop in reversed(hops):
        address = _address(hop.strip())
        if address is None:
            break
        if not _is_within(str(address), proxy.networks):
            return str(address)
    return _peer(scope)


def _values(scope: Scope, name: str) -> list[str]:
    wanted = name.lower().encode()
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == wanted]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in a text such as `192.0.2.1` or `[2001:db8::1]`, None where there is none."""
    try:
        found = ip_address(text.strip("[]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_within(host: str, networks: tuple[str, ...]) -> bool:
    address = _address(host)
    return address is not None and any(address in network for network in _parsed(networks))


@lru_cache(8)
def _parsed(networks: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, networks))
