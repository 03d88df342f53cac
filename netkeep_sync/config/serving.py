"""How other machines reach what is served: the address of links, and the proxy that knows the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.roster import Proxy, Serving

if TYPE_CHECKING:
    from netkeep_sync.config.findings import Findings
    from netkeep_sync.config.schema import ProxyEntry, ServeEntry

__all__ = ["resolve_serving"]


def resolve_serving(entry: ServeEntry, *, findings: Findings) -> Serving:
    """Return what the section says. A proxy is only for others, who need an address to come to."""
    if entry.proxy is None:
        return Serving(public_url=entry.public_url)
    if not entry.public_url and not findings.is_told(("serve", "public_url")):
        findings.tell(
            ("serve", "proxy"),
            "nobody comes through a proxy without an address to come to",
            'write "public_url: https://checkins.example.com" beside it',
        )
    return Serving(public_url=entry.public_url, proxy=_proxy(entry.proxy, findings))


def _proxy(entry: ProxyEntry, findings: Findings) -> Proxy:
    path = ("serve", "proxy")
    if not entry.sources and not findings.is_told((*path, "from")):
        findings.tell(path, "the proxy has no address", 'write "from: 127.0.0.1" if it runs on this machine')
    return Proxy(
        networks=tuple(dict.fromkeys(entry.sources)),
        header=entry.header,
        users=tuple(dict.fromkeys(entry.user)),
    )
