"""Whether the pages can be opened, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from netkeep_sync.service.doctor.finding import ok, warning
from netkeep_sync.service.password import password_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netkeep_sync.service.doctor.finding import Finding
    from netkeep_sync.service.workspace import Workspace

__all__ = ["check_public_url"]

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def check_public_url(workspace: Workspace) -> Iterator[Finding]:
    """Yield what the address for others is like, where there is one, and whether it leads to the pages."""
    serving = workspace.roster.serve
    url = urlsplit(serving.public_url)
    if not serving.public_url:
        return
    if url.scheme == "https" or url.hostname in _THIS_MACHINE:
        yield ok("public_url", f"your own entries carry links to {serving.public_url}")
    else:
        yield warning(
            "public_url",
            f"{serving.public_url} is not https: whoever is on the way can read links and answer",
            "put a reverse proxy with TLS in front of `netkeep-sync serve`, and write its https:// address",
        )
    knows_owner = serving.proxy is not None and serving.proxy.users
    if not knows_owner and not password_path(workspace).exists():
        yield warning(
            "password",
            "none is set, so the pages are closed, on this machine too",
            "run `netkeep-sync password`",
        )
