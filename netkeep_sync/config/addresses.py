"""Addresses as a person writes them: of databases, web servers, machines, and calendars to read.

They are read as `values.py` tells of all values. No message quotes one that may hold a secret.
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.core.text import shown

__all__ = ["parse_busy", "parse_database", "parse_network", "parse_notify", "parse_public_url"]

_SERVERS = ("postgres", "postgresql", "postgresql+psycopg")


def parse_database(text: str) -> str:
    """Read the URL of a database (`store/url.py`). No message quotes it: it may hold a password."""
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.strip("/") in ("", ":memory:"):
        raise ValueError("a database in memory forgets what was held", 'write "sqlite:///netkeep.db"')
    if scheme == "sqlite" and not rest.startswith("/"):
        raise ValueError("an SQLite file comes after three slashes", 'write "sqlite:///netkeep.db"')
    if scheme != "sqlite" and not (scheme in _SERVERS and rest):
        raise ValueError(
            "this is no database that can be used",
            'write "sqlite:///netkeep.db" or "postgresql://user@host/name"',
        )
    return text


_NOTIFY_ADVICE = 'write one of apprise, such as "mailtos://user:password@example.com"'


def parse_notify(text: str) -> str:
    """Read where notices go, an address of apprise. No message quotes it: it holds a password."""
    scheme, is_address, rest = text.partition("://")
    if not (is_address and scheme and rest):
        raise ValueError("this is no address that notices can go to", _NOTIFY_ADVICE)
    return text


_PUBLIC_URL_ADVICE = 'write it like "https://checkins.example.com"'
_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


def parse_public_url(text: str) -> str:
    """Read the address that links are built from, into the one way to write it (RFC 6454, 6.2)."""
    try:
        url = urlsplit(text)
        host, port = url.hostname or "", url.port
    except ValueError:
        raise ValueError(f'"{shown(text)}" is no address', _PUBLIC_URL_ADVICE) from None
    if url.scheme not in _PORTS or not host:
        raise ValueError(f'"{shown(text)}" is no address of a web server', _PUBLIC_URL_ADVICE)
    if "@" in url.netloc:  # not quoted, for there may be a password in it
        raise ValueError("a public_url has no user in it", _PUBLIC_URL_ADVICE)
    if "?" in text or "#" in text:
        raise ValueError(
            'a public_url ends before any "?" or "#"', f'write "{_origin(url.scheme, host, port)}"'
        )
    if url.path not in ("", "/"):
        raise ValueError(
            "the pages need a host name of their own, and no path",
            f'write "{_origin(url.scheme, host, port)}", and let that lead here',
        )
    if not _is_host_name(host):
        raise ValueError(f'"{shown(host)}" is no name of a host', _ascii_advice(host))
    if port == 0:
        raise ValueError("there is no port 0", _PUBLIC_URL_ADVICE)
    return _origin(url.scheme, host, port)


def _origin(scheme: str, host: str, port: int | None) -> str:
    place = f"[{host}]" if ":" in host else host
    return f"{scheme}://{place}" + (f":{port}" if port not in (None, _PORTS[scheme]) else "")


def _is_host_name(host: str) -> bool:
    if ":" not in host:
        return bool(_HOST_NAME.fullmatch(host))
    try:
        return "%" not in str(ip_address(host))  # a zone names a cable of one machine
    except ValueError:
        return False


def _ascii_advice(host: str) -> str:
    """Return what to write for a name that browsers write another way, as they do with umlauts."""
    try:
        ascii_host = host.encode("idna").decode()
    except UnicodeError:
        return _PUBLIC_URL_ADVICE
    return f'write it as "{ascii_host}"' if _is_host_name(ascii_host) else _PUBLIC_URL_ADVICE


_NETWORK_ADVICE = 'write an address or a network, such as "127.0.0.1" or "10.0.0.0/8"'


def parse_network(text: str) -> str:
    """Read an address, or a network of them, into CIDR notation."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f'"{shown(text)}" is no address of a machine', _NETWORK_ADVICE) from None
    if network.prefixlen == 0:
        raise ValueError(f'"{shown(text)}" is everybody', "write the address of the proxy alone")
    return str(network)


_SECURE = ("https", "webcal", "webcals")
_BUSY_ADVICE = 'write an .ics file, the https:// address of one, or "google"'


def parse_busy(text: str) -> str:
    """Read where a busy calendar is: an address, a file, or the word google. No message quotes it: an
    address is a secret.
    """
    scheme, is_address, rest = text.partition("://")
    if is_address:
        scheme = scheme.lower()
        if not _is_host(rest):
            raise ValueError("this address has no host", _BUSY_ADVICE)
        if scheme in _SECURE:
            return f"https://{rest}"
        if scheme != "http":
            raise ValueError("this is no address of a web server", _BUSY_ADVICE)
        if not _is_this_machine(rest):
            raise ValueError(
                "over http:// others can read your calendar on its way", "write https:// if the server has it"
            )
        return f"http://{rest}"
    if text.lower() == "google":
        return "google"
    if text.lower().endswith(".ics"):
        return text
    advice = 'did you mean "google"?' if did_you_mean(text, ["google"]) else _BUSY_ADVICE
    raise ValueError("this is no calendar that can be read", advice)


def _is_host(rest: str) -> bool:
    try:
        place = urlsplit(f"//{rest}")
        return bool(place.hostname) and place.port != 0
    except ValueError:
        return False


def _is_this_machine(rest: str) -> bool:
    host = urlsplit(f"//{rest}").hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
