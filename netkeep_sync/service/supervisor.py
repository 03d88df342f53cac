"""The program that started us and watches over us: systemd, told how we are (sd_notify(3)).

It is told in datagrams of a line or two to the socket that NOTIFY_SOCKET names. Where none is named nobody
asks, and nothing is sent.
"""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Supervisor"]

_log = logging.getLogger(__name__)

_READY = b"READY=1"
_ALIVE = b"WATCHDOG=1"
_STOPPING = b"STOPPING=1"


class Supervisor:
    """Whoever watches over this process, or nobody. Telling it never fails: the work goes on without."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        named = environ.get("NOTIFY_SOCKET", "")
        # Of the two kinds that there are for this, one has a path, the other a name that begins with NUL.
        self._address = f"\0{named[1:]}" if named.startswith("@") else named
        self._was_told = True

    def ready(self) -> None:
        """Tell that the work has begun."""
        self._tell(_READY)

    def alive(self) -> None:
        """Tell that it goes on. Unless this comes again within WatchdogSec, we are started anew."""
        self._tell(_ALIVE)

    def stopping(self) -> None:
        """Tell that it comes to its end in good order."""
        self._tell(_STOPPING)

    def _tell(self, words: bytes) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.settimeout(1.0)
                line.sendto(words, self._address)
        except OSError as error:
            if self._was_told:  # once, not every two seconds
                _log.warning("the supervisor can't be told errno=%s", error.errno)
            self._was_told = False
        else:
            self._was_told = True
