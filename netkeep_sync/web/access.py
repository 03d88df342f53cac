"""Who may see the pages.

They hold names and notes, and are for the owner alone. By default that is whoever is at this machine. As soon
as the roster or a password says that others may reach us, being here counts for nothing: a proxy that writes
our own name into what it passes on looks exactly like a browser here (`arrival.py`), and whoever has a public
address has a proxy. So:

    asked for by a name that is none of ours                      there is no such page
    the roster's proxy vouches for the owner                      the owner
    a password is set, and the session is logged in               the owner
    a password is set, and it is not                              has to log in
    nothing is set, no public address either, and it is from here the owner
    a public address is set and nothing else, and it is from here is told to set a password
    everything else                                               there is no such page

Our names are those of this machine and that of the public address: a page elsewhere that has its own name
point here (DNS rebinding) sees nothing.
"""

from __future__ import annotations

import logging
from enum import Enum, auto
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException

from netkeep_sync.errors import NetkeepError
from netkeep_sync.service.password import password_hash, password_path
from netkeep_sync.service.workspace import file_stamp
from netkeep_sync.web.arrival import host_of, is_from_here, is_loopback, vouched_for
from netkeep_sync.web.log_ins import LogIns

if TYPE_CHECKING:
    from starlette.requests import Request

    from netkeep_sync.core.roster import Serving
    from netkeep_sync.service.keeper import Keeper
    from netkeep_sync.service.workspace import Stamp

__all__ = ["Access", "Standing"]

_log = logging.getLogger(__name__)


class Standing(Enum):
    """What somebody is to the pages."""

    OWNER = auto()
    LOGGED_OUT = auto()
    UNPROTECTED = auto()
    STRANGER = auto()


class Access:
    """The rules above, on the roster and the password as they are now."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._path = password_path(keeper.workspace)
        self._stamp: Stamp = None
        self._password = ""
        self.log_ins = LogIns(self._path.with_suffix(".sessions"))

    @property
    def password(self) -> str:
        """The hash of the password, "" where none is set. Raises 503 while it can't be read."""
        stamp = file_stamp(self._path)
        if stamp is None:
            return ""
        if stamp != self._stamp:
            try:
                self._password = password_hash(self._path)
            except NetkeepError as error:
                _log.error("password can't be read, the pages are closed")
                raise HTTPException(503) from error
            self._stamp = stamp
        return self._password

    def standing(self, request: Request, session: str) -> Standing:
        """Return what whoever asks is to the pages."""
        serving = self._serving
        if not self._is_ours(host_of(request)):
            return Standing.STRANGER
        if serving.proxy is not None and vouched_for(request) in serving.proxy.users:
            return Standing.OWNER
        if self.password:
            return Standing.OWNER if self.is_in(session) else Standing.LOGGED_OUT
        if not is_from_here(request) or (serving.proxy is not None and serving.proxy.users):
            return Standing.STRANGER
        return Standing.UNPROTECTED if serving.public_url else Standing.OWNER

    def is_in(self, session: str) -> bool:
        """Tell whether a session is logged in."""
        return self.log_ins.is_in(session, hashed=self.password, now=self._keeper.now())

    def log_in(self, session: str, *, hashed: str) -> None:
        """Log a session in, for who has given this password. It may have changed meanwhile, and then they
        are not in.
        """
        self.log_ins.begin(session, hashed=hashed, now=self._keeper.now())

    def origin(self, request: Request) -> str:
        """Return where our own pages are, for whoever asks by a name of ours: a proxy in front speaks https,
        which can't be seen from here.
        """
        url = self._serving.public_url
        if url and host_of(request) == urlsplit(url).hostname:
            return url
        return f"{request.url.scheme}://{request.url.netloc}"

    @property
    def _serving(self) -> Serving:
        return self._keeper.workspace.roster.serve

    def _is_ours(self, host: str) -> bool:
        url = self._serving.public_url
        return is_loopback(host) or bool(url and host == urlsplit(url).hostname)
