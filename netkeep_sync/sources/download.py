"""A file fetched from an address that is a secret: never shown, and sent to nobody but who it belongs to.

The owner names the first address, and may name a machine of their own network. Where that one redirects to
is not theirs to say: only to https, and not from a public machine into a private network. Each connection
goes to an address that was looked at, not to a name that may mean another machine by then.
"""

from __future__ import annotations

import socket
import ssl
import time
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin, urlsplit

from netkeep_sync.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse
    from ipaddress import IPv4Address, IPv6Address
    from urllib.parse import SplitResult

__all__ = ["INTERNET", "MAX_BYTES", "Download", "Network", "download"]

MAX_BYTES = 10_000_000
TIMEOUT_S = 10.0
MAX_REDIRECTS = 3

_REDIRECTS = {301, 302, 303, 307, 308}
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What came, and by which marks the server will know it again."""

    content: bytes
    etag: str = ""
    modified: str = ""


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _connect(address: str, port: int, timeout_s: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=timeout_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What addresses a name has, how one is connected to, and whose certificates count."""

    resolve: Callable[[str, int], list[str]] = _resolve
    connect: Callable[[str, int, float], socket.socket] = _connect
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context


INTERNET = Network()


def download(
    address: str,
    *,
    known: Download | None = None,
    timeout_s: float = TIMEOUT_S,
    network: Network = INTERNET,
) -> Download:
    """Return what is at the address, which is `known` itself where nothing has changed since.

    Raises SourceError after so many seconds in all, whatever takes them: the look-up of the name has no
    limit of its own, and a server may send a byte at a time.
    """
    fetch = _Fetch(address, known, timeout_s=timeout_s, network=network)
    fetch.start()
    fetch.join(timeout_s)
    if fetch.is_alive():
        fetch.hang_up()
        raise SourceError(f"no answer within {timeout_s:g} seconds")
    return fetch.outcome()


class _Fetch(Thread):
    """One download, in a thread that can be left alone."""

    def __init__(self, address: str, known: Download | None, *, timeout_s: float, network: Network) -> None:
        super().__init__(daemon=True)
        self._address = address
        self._known = known
        self._timeout_s = timeout_s
        self._network = network
        self._deadline_s = time.monotonic() + timeout_s
        self._socket: socket.socket | None = None
        self._response: HTTPResponse | None = None
        self.outcome: Callable[[], Download] = partial(_raise, SourceError("no answer"))

    def run(self) -> None:
        try:
            done = self._follow()
            self.outcome = lambda: done
        except SourceError as error:
            self.outcome = partial(_raise, error)
        except ssl.SSLCertVerificationError as error:
            self.outcome = partial(_raise, SourceError(f"its certificate is no good: {error.verify_message}"))
        except (OSError, HTTPException, ValueError) as error:
            # Not chained: the text of some of them holds the address.
            self.outcome = partial(_raise, SourceError(f"it can't be reached ({type(error).__name__})"))
        finally:
            self._close()

    def _close(self) -> None:
        if self._response is not None:
            self._response.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection, in the middle of a read if need be."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()

    def _follow(self) -> Download:
        home = urlsplit(self._address)
        place, may_be_private = home, True
        for _ in range(MAX_REDIRECTS + 1):
            addresses = self._addresses(place)
            is_private = not all(map(_is_public, addresses))
            if is_private and not may_be_private:
                raise SourceError("it redirects into a private network")
            may_be_private = may_be_private and is_private
            response = self._get(place, addresses, is_home=_origin(place) == _origin(home))
            if response.status not in _REDIRECTS:
                return self._read(response)
            self._close()
            place = _next(place, response.getheader("Location", ""), home)
        raise SourceError(f"it redirects more than {MAX_REDIRECTS} times")

    def _get(self, place: SplitResult, addresses: list[str], *, is_home: bool) -> HTTPResponse:
        host, port = place.hostname or "", _port(place)
        connection: HTTPConnection
        self._socket = self._connected(addresses, port)
        if place.scheme == "https":
            context = self._network.context()
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
            connection = HTTPSConnection(host, port, context=context)
        else:
            connection = HTTPConnection(host, port)
        connection.sock = self._socket
        target = quote(place.path or "/", safe="/%:@!$&'()*+,;=~-._")
        if place.query:
            target += "?" + quote(place.query, safe="/%:@!$&'()*+,;=~-._?")
        connection.request("GET", target, headers=self._headers(is_home=is_home))
        self._response = connection.getresponse()
        return self._response

    def _addresses(self, place: SplitResult) -> list[str]:
        """Return the addresses of a host. Without TLS only this machine is one."""
        addresses = self._network.resolve(place.hostname or "", _port(place))
        if place.scheme == "http" and not all(_ip(one).is_loopback for one in addresses):
            raise SourceError("it is not https")
        return addresses

    def _connected(self, addresses: list[str], port: int) -> socket.socket:
        """Return a connection to the first address that answers."""
        for address in addresses[:-1]:
            with suppress(OSError):
                return self._network.connect(address, port, self._timeout_s)
        return self._network.connect(addresses[-1], port, self._timeout_s)

    def _headers(self, *, is_home: bool) -> dict[str, str]:
        headers = {
            "Accept": "text/calendar, */*;q=0.5",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "netkeep-sync",
        }
        if self._known and self._known.etag:
            headers["If-None-Match"] = self._known.etag
        elif self._known and self._known.modified:
            headers["If-Modified-Since"] = self._known.modified
        home = urlsplit(self._address)
        if is_home and home.username is not None:  # a password goes to whom it is for
            secret = f"{unquote(home.username)}:{unquote(home.password or '')}"
            headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
        return headers

    def _read(self, response: HTTPResponse) -> Download:
        if response.status == HTTPStatus.NOT_MODIFIED and self._known:
            return self._known
        if response.status != HTTPStatus.OK:
            raise SourceError(f"it answers {response.status}{_advice(response.status)}")
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise SourceError("it answers with compressed text, which was not asked for")
        parts, size = [], 0
        while part := response.read1(65_536):
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES:
                raise SourceError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
            if time.monotonic() > self._deadline_s:
                raise SourceError("it takes too long")
        if response.length:
            raise SourceError("it broke off")
        return Download(
            content=b"".join(parts),
            etag=response.getheader("ETag", ""),
            modified=response.getheader("Last-Modified", ""),
        )


def _raise(error: SourceError) -> Download:
    raise error


def _advice(status: int) -> str:
    if status in (401, 403, 404, 410):
        return "; perhaps its address was renewed"
    return ""


def _next(place: SplitResult, location: str, home: SplitResult) -> SplitResult:
    """Return where a redirect leads. Raises SourceError where it must not."""
    found = urlsplit(urljoin(place.geturl(), location))
    is_at_home = home.scheme == "http" and _origin(found) == _origin(home)
    if not location or not found.hostname or (found.scheme != "https" and not is_at_home):
        raise SourceError("it redirects to what is not https")
    return found


def _origin(place: SplitResult) -> tuple[str, str | None, int]:
    return place.scheme, place.hostname, _port(place)


def _port(place: SplitResult) -> int:
    return place.port or _PORTS.get(place.scheme, 0)


def _ip(address: str) -> IPv4Address | IPv6Address:
    found = ip_address(address.partition("%")[0])
    return getattr(found, "ipv4_mapped", None) or found


def _is_public(address: str) -> bool:
    found = _ip(address)
    return found.is_global and not found.is_multicast
